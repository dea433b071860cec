//! Tables, CSV and JSON: lists of people, products full of barcodes, times, coordinates, statistics, logs.

use super::people::{born, person};
use super::{Pen, foot, head, values};

pub fn names(pen: &mut Pen) {
    head(pen, "교육 참가자 명단");
    pen.text("<table>\n<thead><tr><th>번호</th><th>성명</th><th>생년월일</th><th>연락처</th><th>주소</th></tr></thead>\n<tbody>\n");
    for row in 1..=pen.dice.from(5, 30) {
        let who = person(&mut pen.dice);
        pen.text(format!("<tr><td>{row}</td><td>")).value("person-name", &who.name).text("</td><td>");
        let born = born(&mut pen.dice, who.birth);
        pen.value("date-of-birth", born).text("</td><td>").value("mobile-number", &who.mobile).text("</td><td>");
        pen.value("postal-address", &who.address).text("</td></tr>\n");
    }
    pen.text("</tbody></table>\n");
    foot(pen);
}

pub fn names_csv(pen: &mut Pen) {
    pen.text("연번,이름,주민등록번호,휴대폰,이메일,비고\n");
    for row in 1..=pen.dice.from(5, 40) {
        let who = person(&mut pen.dice);
        let number = format!("{}-{}", &who.resident[..6], &who.resident[6..]);
        let digits = if pen.dice.one_in(4) { who.resident.clone() } else { number };
        pen.text(format!("{row},")).value("person-name", &who.name).text(",");
        pen.value("resident-registration-number", digits).text(",").value("mobile-number", &who.mobile).text(",");
        let points = pen.dice.from(1, 100);
        pen.value("email-address", &who.email).text(format!(",{points}\n"));
    }
}

pub fn members_json(pen: &mut Pen) {
    pen.text("{\"total\": 1234, \"list\": [\n");
    let rows = pen.dice.from(3, 20);
    for row in 1..=rows {
        let who = person(&mut pen.dice);
        let id = pen.dice.from(100_000_000, 999_999_999);
        let joined = pen.dice.from(1_600_000_000_000, 1_790_000_000_000);
        let [a, b, c] = values::mobile(&mut pen.dice);
        pen.text(format!("{{\"memberId\": {id}, \"joinedAt\": {joined}, \"name\": \"")).value("person-name", &who.name);
        pen.text("\", \"birthDate\": \"");
        let (year, month, day) = who.birth;
        pen.value("date-of-birth", format!("{year}-{month:02}-{day:02}")).text("\", \"phone\": \"");
        pen.value("mobile-number", format!("{a}{b}{c}")).text("\", \"email\": \"");
        pen.value("email-address", &who.email).text("\", \"address\": \"").value("postal-address", &who.address);
        pen.text("\"");
        if pen.dice.one_in(3) {
            let key = values::connecting(&mut pen.dice);
            pen.text(", \"ci\": \"").value("connecting-information", key).text("\"");
        }
        if pen.dice.one_in(4) {
            pen.text(", \"residentNo\": ").value("resident-registration-number", &who.resident);
        }
        pen.text(if row == rows { "}\n" } else { "},\n" });
    }
    pen.text("]}\n");
}

pub fn applications(pen: &mut Pen) {
    head(pen, "체류 · 면허 신청");
    for _ in 0..pen.dice.from(2, 8) {
        let who = person(&mut pen.dice);
        let number = values::foreigner(&mut pen.dice, who.birth);
        let number = values::registration_written(&mut pen.dice, &number);
        let (licence, passport) = (values::licence(&mut pen.dice), values::passport(&mut pen.dice));
        pen.text("<section><p>외국인등록번호 ")
            .value("foreigner-registration-number", number)
            .text("</p>\n<p>여권번호: ");
        pen.value("passport-number", passport).text("</p>\n<p>운전면허번호 ").value("driver-licence-number", licence);
        pen.text("</p>\n<p>법인등록번호: ");
        let corporation = values::corporation(&mut pen.dice);
        pen.value("corporate-registration-number", corporation)
            .text("</p>\n<input type=\"hidden\" name=\"phone\" value=\"");
        let [a, b, c] = values::mobile(&mut pen.dice);
        pen.value("mobile-number", format!("{a}{b}{c}")).text("\">\n<a href=\"javascript:fnView('");
        let id = pen.dice.digits(13);
        pen.text(format!("{}", 2_000_000_000_000_u64 + id.parse::<u64>().unwrap_or(0) % 900_000_000_000));
        pen.text("')\">상세</a></section>\n");
    }
    foot(pen);
}

pub fn products(pen: &mut Pen) {
    head(pen, "상품 목록");
    pen.text("<table>\n<tr><th>상품코드</th><th>바코드</th><th>모델명</th><th>가격</th><th>재고</th></tr>\n");
    for _ in 0..pen.dice.from(40, 120) {
        let barcode = values::barcode(&mut pen.dice);
        let code = pen.dice.digits(10);
        let (model, serial) = (pen.dice.digits(4), pen.dice.digits(8));
        let price = pen.dice.from(1, 999);
        pen.text(format!(
            "<tr data-id=\"{code}\"><td>P{code}</td><td>{barcode}</td><td>SM-{model}N / S{serial}</td><td>{price},{:03}원</td><td>{}</td>\
             <td><img src=\"/upload/{}/{barcode}_1.jpg\" alt=\"\"></td></tr>\n",
            pen.dice.clone().from(0, 999),
            pen.dice.clone().from(0, 9_999),
            pen.dice.clone().from(20_240_101, 20_261_122),
        ));
    }
    pen.text("</table>\n</body></html>\n");
}

pub fn times_json(pen: &mut Pen) {
    pen.text("[\n");
    for _ in 0..pen.dice.from(40, 160) {
        let at = pen.dice.from(1_700_000_000_000, 1_813_000_000_000);
        let (id, other) = (pen.dice.bits(), pen.dice.digits(13));
        pen.text(format!(
            "{{\"id\": \"{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}\", \"ts\": {at}, \"seq\": {}, \"traceId\": \"{}{other}\", \"ms\": {}.{}, \
             \"time\": \"2026-11-{:02}T{:02}:{:02}:05.{:06}+09:00\"}},\n",
            id >> 32,
            id & 0xFFFF,
            id >> 20 & 0xFFF,
            id >> 8 & 0xFFF,
            id >> 12 & 0xFFFF_FFFF_FFFF,
            id >> 34,
            at % 1_000_000,
            at % 97,
            at % 1_000_000,
            at % 28 + 1,
            at % 24,
            at % 60,
            at % 1_000_000
        ));
    }
    pen.text("{}]\n");
}

pub fn coordinates(pen: &mut Pen) {
    head(pen, "시설 위치");
    for place in 0..pen.dice.from(40, 120) {
        let (x, y) = (pen.dice.from(124_000_000_000, 131_999_999_999), pen.dice.from(33_000_000_000, 38_999_999_999));
        let (tm_x, tm_y) = (pen.dice.from(150_000_000, 250_000_000), pen.dice.from(400_000_000, 560_000_000));
        pen.text(format!(
            "<li data-lat=\"{}.{:09}\" data-lng=\"{}.{:09}\">시설 {place}: ({}.{:03}, {}.{:03}) 우편번호 {} 지번코드 {}</li>\n",
            y / 1_000_000_000,
            y % 1_000_000_000,
            x / 1_000_000_000,
            x % 1_000_000_000,
            tm_x / 1_000,
            tm_x % 1_000,
            tm_y / 1_000,
            tm_y % 1_000,
            pen.dice.clone().from(10_000, 63_000),
            pen.dice.clone().from(1_111_010_100_100_000_000, 5_013_032_000_000_000_000),
        ));
    }
    pen.text("</body></html>\n");
}

pub fn statistics(pen: &mut Pen) {
    head(pen, "연도별 통계");
    pen.text("<table>\n");
    for row in 0..pen.dice.from(30, 100) {
        pen.text(format!("<tr><th>{}</th>", 1990 + row % 37));
        for _ in 0..8 {
            let value = pen.dice.from(0, 9_999_999);
            let cell = match value % 3 {
                0 => format!("{},{:03},{:03}", value / 1_000_000, value / 1_000 % 1_000, value % 1_000),
                1 => value.to_string(),
                _ => format!("{}.{}", value / 100, value % 100),
            };
            pen.text(format!("<td>{cell}</td>"));
        }
        pen.text("</tr>\n");
    }
    pen.text("</table>\n<p>100000, 1000000, 2500000, 1010101 / ISBN 978-89-");
    pen.text(pen.dice.clone().digits(3)).text("-4567-2 / 버전 1.2.3-20261122.4</p>\n</body></html>\n");
}

pub fn log(pen: &mut Pen) {
    for line in 0..pen.dice.from(40, 160) {
        let (at, id) = (pen.dice.from(0, 86_399), pen.dice.digits(16));
        pen.text(format!(
            "2026-11-22 {:02}:{:02}:{:02}.{:03} INFO [http-nio-8080-exec-{}] order={} txnId={id} size={} took={}ms ref={}-{}\n",
            at / 3600,
            at / 60 % 60,
            at % 60,
            line % 1000,
            line % 20,
            202_611_220_000_000_u64 + at * 1_000 + line,
            at * 31,
            at % 500,
            &id[..6],
            &id[6..12]
        ));
    }
}

pub fn board(pen: &mut Pen) {
    head(pen, "자유게시판");
    pen.text("<table>\n");
    for row in 0..pen.dice.from(20, 60) {
        let id = pen.dice.from(1_000_000_000, 9_999_999_999);
        pen.text(format!(
            "<tr><td>{}</td><td><a href=\"/bbs/view.do?bbsId=BBSMSTR_{:012}&amp;nttId={id}&amp;pageIndex=1\">주차 단속 관련 문의드립니다 ({}건)</a>\
             <a href=\"javascript:fn_view('{id}','{}')\">보기</a></td><td>김*수</td><td>2026-{:02}-{:02} {:02}:{:02}</td><td>{}</td></tr>\n",
            15_873 - row,
            row % 7 + 1_000,
            id % 90,
            id % 977,
            id % 11 + 1,
            id % 28 + 1,
            id % 24,
            id % 60,
            id % 99_999
        ));
    }
    pen.text("</table>\n</body></html>\n");
}
