//! Pages of running text: notices, complaints, orders, refunds, press releases, laws.

use super::people::{born, name, person};
use super::{Pen, foot, head, values};

const DEPARTMENTS: &[&str] = &["민원봉사과", "건설도로과", "세무과", "주민복지과", "교통행정과", "총무과"];

fn date(pen: &mut Pen) -> String {
    format!("{}-{:02}-{:02}", pen.dice.from(2023, 2026), pen.dice.from(1, 12), pen.dice.from(1, 28))
}

pub fn notice(pen: &mut Pen) {
    head(pen, "공지사항");
    let (posted, number) = (date(pen), pen.dice.from(1000, 99_999));
    pen.text(format!("<p>공고 제{}-{number}호 (게시일 {posted})</p>\n", pen.dice.clone().from(2023, 2026)));
    for _ in 0..pen.dice.from(3, 8) {
        let (from, to) = (date(pen), date(pen));
        let amount = pen.dice.from(10, 9_999);
        let department = pen.dice.pick(DEPARTMENTS);
        pen.text(format!(
            "<p>접수 기간은 {from}부터 {to} 18:00까지이며, 지원 금액은 {amount},000원입니다. 자세한 사항은 {department} (☎ "
        ));
        let phone = values::office_phone(&mut pen.dice);
        let extension = pen.dice.digits(4);
        pen.text(phone).text(format!(", 내선 {extension})로 문의하시기 바랍니다.</p>\n"));
    }
    if pen.dice.one_in(2) {
        let email = values::email(&mut pen.dice);
        pen.text("<p>담당자 전자우편: ").value("email-address", email).text("</p>\n");
    }
    if pen.dice.one_in(3) {
        let winner = name(&mut pen.dice);
        let [a, _, c] = values::mobile(&mut pen.dice);
        let hidden: String =
            winner.chars().enumerate().map(|(place, char)| if place == 1 { '*' } else { char }).collect();
        pen.text(format!("<p>당첨자: {hidden}({a}-****-{c}), 주민등록번호 900101-1****** </p>\n"));
    }
    foot(pen);
}

/// A sentence of somebody who writes more than would be good.
fn sentence(pen: &mut Pen) {
    let who = person(&mut pen.dice);
    match pen.dice.from(0, 9) {
        0 => {
            let number = values::registration_written(&mut pen.dice, &who.resident);
            pen.text("제 주민번호는 ").value("resident-registration-number", number).text("입니다. ");
        }
        1 => {
            pen.text("연락 주세요. 휴대폰 ").value("mobile-number", &who.mobile).text("이고 오후에 받습니다. ");
        }
        2 => {
            let (bank, account) = values::account(&mut pen.dice);
            pen.text(format!("환불은 {bank} "))
                .value("bank-account-number", account)
                .text("으로 부탁드립니다. 예금주 ");
            pen.value("person-name", &who.name).text(". ");
        }
        3 => {
            pen.text("사는 곳은 ").value("postal-address", &who.address).text(" 입니다. ");
        }
        4 => {
            pen.text("답변은 ").value("email-address", &who.email).text(" 로 보내 주세요. ");
        }
        5 => {
            let plate = values::plate(&mut pen.dice);
            pen.text("차량번호 ").value("vehicle-registration-number", plate).text(" 차주입니다. ");
        }
        6 => {
            let number = values::resident(&mut pen.dice, who.birth);
            pen.text("성명: ").value("person-name", &who.name).text(", 주민등록번호: ");
            pen.value("resident-registration-number", format!("{}-{}", &number[..6], &number[6..])).text(". ");
        }
        7 => {
            let card = values::card(&mut pen.dice);
            pen.text("결제한 카드번호는 ").value("payment-card-number", card).text(" 입니다. ");
        }
        8 => {
            let licence = values::licence(&mut pen.dice);
            pen.text("운전면허번호 ").value("driver-licence-number", licence).text("로 조회해 주세요. ");
        }
        _ => {
            let home = values::home_phone(&mut pen.dice);
            pen.text("자택 전화 ").value("landline-number", home).text(" 입니다. ");
        }
    }
}

fn chatter(pen: &mut Pen) {
    const TALK: &[&str] = &[
        "지난주에 신고했는데 아직 처리되지 않았습니다. ",
        "도로가 파손되어 위험하니 조치 바랍니다. ",
        "3번이나 전화했지만 연결되지 않았습니다. ",
        "1,250,000원을 이미 납부했습니다. ",
        "공구이사 비용 문의드립니다. ",
    ];
    let talk = pen.dice.pick(TALK);
    pen.text(talk);
    if pen.dice.one_in(3) {
        let number = pen.dice.from(2_026_000_000_000, 2_026_999_999_999);
        pen.text(format!("접수번호 {number} 참고하세요. "));
    }
}

pub fn complaints(pen: &mut Pen) {
    head(pen, "민원 게시판");
    for post in 0..pen.dice.from(4, 12) {
        let id = pen.dice.from(100_000, 999_999);
        let when = date(pen);
        pen.text(format!(
            "<article id=\"post-{id}\"><h2><a href=\"/bbs/view.do?bbsId=BBSMSTR_{:012}&amp;nttId={id}\">문의 {post}</a></h2>\n<span class=\"date\">{when} 14:{:02}:05</span>\n<p>",
            pen.dice.clone().from(1, 99),
            pen.dice.clone().from(0, 59)
        ));
        for _ in 0..pen.dice.from(1, 4) {
            chatter(pen);
            if pen.dice.one_in(2) {
                sentence(pen);
            }
        }
        pen.text("</p></article>\n");
    }
    foot(pen);
}

pub fn post(pen: &mut Pen) {
    pen.text("안녕하세요.\n");
    for _ in 0..pen.dice.from(2, 6) {
        chatter(pen);
        sentence(pen);
        pen.text("\n");
    }
    pen.text("감사합니다.\n");
}

pub fn order(pen: &mut Pen) {
    head(pen, "주문 상세");
    let who = person(&mut pen.dice);
    let order = pen.dice.from(20_260_101_000_000, 20_261_122_999_999);
    let parcel = pen.dice.digits(12);
    pen.text(format!(
        "<table>\n<tr><th>주문번호</th><td>{order}</td></tr>\n<tr><th>운송장번호</th><td>{}-{}-{}</td></tr>\n",
        &parcel[..4],
        &parcel[4..8],
        &parcel[8..]
    ));
    pen.text("<tr><th>받는 분</th><td>").value("person-name", &who.name).text("</td></tr>\n<tr><th>휴대전화</th><td>");
    pen.value("mobile-number", &who.mobile).text("</td></tr>\n<tr><th>배송지</th><td>");
    pen.value("postal-address", &who.address).text("</td></tr>\n");
    let barcode = values::barcode(&mut pen.dice);
    pen.text(format!(
        "<tr><th>상품</th><td>사과 10kg ({barcode}) 39,900원 × {}</td></tr>\n",
        pen.dice.clone().from(1, 9)
    ));
    match pen.dice.from(0, 2) {
        0 => {
            let card = values::card(&mut pen.dice);
            pen.text("<tr><th>카드번호</th><td>").value("payment-card-number", card).text("</td></tr>\n");
        }
        1 => {
            let approval = pen.dice.digits(8);
            pen.text("<tr><th>결제</th><td>신용카드 5107-37**-****-1234 승인번호 ").text(approval).text("</td></tr>\n");
        }
        _ => {
            let (bank, account) = values::account(&mut pen.dice);
            pen.text(format!("<tr><th>입금계좌</th><td>{bank} "))
                .value("bank-account-number", account)
                .text("</td></tr>\n");
        }
    }
    let business = values::business(&mut pen.dice);
    pen.text("</table>\n<p>사업자등록번호 ").value("business-registration-number", business);
    let report = pen.dice.digits(4);
    pen.text(format!(" 통신판매업신고 제2024-서울종로-{report}호</p>\n"));
    foot(pen);
}

pub fn refund(pen: &mut Pen) {
    head(pen, "환급 신청 내역");
    pen.text("<dl>\n");
    for _ in 0..pen.dice.from(2, 6) {
        let who = person(&mut pen.dice);
        let (bank, account) = values::account(&mut pen.dice);
        pen.text("<dt>신청인</dt><dd>").value("person-name", &who.name).text("</dd>\n<dt>생년월일</dt><dd>");
        let born = born(&mut pen.dice, who.birth);
        pen.value("date-of-birth", born).text(format!("</dd>\n<dt>계좌번호</dt><dd>{bank} "));
        pen.value("bank-account-number", account).text("</dd>\n<dt>건강보험증번호</dt><dd>");
        let insurance = values::insurance(&mut pen.dice);
        pen.value("health-insurance-number", insurance).text("</dd>\n<dt>접수번호</dt><dd>2026-");
        pen.text(pen.dice.clone().digits(7)).text("</dd>\n");
    }
    pen.text("</dl>\n");
    foot(pen);
}

pub fn press(pen: &mut Pen) {
    head(pen, "보도자료");
    let when = date(pen);
    pen.text(format!("<p>보도 일시: {when} 11:00 / 매수 {}</p>\n", pen.dice.clone().from(2, 12)));
    for _ in 0..pen.dice.from(2, 5) {
        let percent = pen.dice.from(10, 999);
        let sum = pen.dice.from(1_000, 9_999_999);
        pen.text(format!(
            "<p>지난해보다 {}.{}% 늘어난 {sum}억 원을 투입하여 {}개 시·군에서 {},{:03}명이 참여하였다.</p>\n",
            percent / 10,
            percent % 10,
            percent % 200,
            percent,
            percent
        ));
    }
    pen.text("<table><tr><th>담당 부서</th><td>");
    for rank in ["과장", "사무관", "주무관"] {
        let department = pen.dice.pick(DEPARTMENTS);
        let officer = name(&mut pen.dice);
        let phone = values::office_phone(&mut pen.dice);
        pen.text(format!("{department} {rank} ")).perhaps("person-name", officer).text(" (");
        pen.text(phone).text(") ");
    }
    pen.text("</td></tr></table>\n");
    foot(pen);
}

pub fn laws(pen: &mut Pen) {
    head(pen, "법령 정보");
    for _ in 0..pen.dice.from(20, 60) {
        let (law, article) = (pen.dice.from(1_000, 20_999), pen.dice.from(1, 120));
        let when = date(pen);
        let (year, rest) = when.split_at(4);
        let gazette = pen.dice.digits(5);
        pen.text(format!(
            "<p>「개인정보 보호법」(법률 제{law}호, {year}. {}. 일부개정) 제{article}조의{}제{}항제{}호 및 같은 법 시행령 별표 {} \
             참조. 관보 제{gazette}호, 대법원 {year}. {}. 선고 {year}다{} 판결, 헌재 {}헌바{}.</p>\n",
            rest.trim_start_matches('-').replace('-', ". "),
            law % 9 + 1,
            law % 7 + 1,
            article % 20 + 1,
            law % 15 + 1,
            rest.trim_start_matches('-').replace('-', ". "),
            law * 7,
            year,
            law % 900
        ));
    }
    pen.text("</body></html>\n");
}
