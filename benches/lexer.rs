//! The speed of the lexer, in bytes a second on one core: the fast search alone, and whole scans of pages.
//!
//! The pages are made from a seed; their numbers are synthetic.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use garim::detect::LEAST_DIGITS;
use garim::detect::synthetic::{Maker, hyphenated};
use garim::inspect::scan::{Document, Escape, Scan};
use garim::inspect::{Ceilings, Content, Inspector, Lens};
use garim::policy::{Action, Find, Mode, Policy, Rule, Scope, Tally};
use garim::text::lex::Reader;
use garim::text::place::Tracker;
use garim::text::search::{Hit, Wanted, next};
use garim::text::{Charset, Syntax};
use garim::vocab::{Confidence, Day, Direction, Finding, Kind, Part, What};
use std::fmt::Write;
use std::sync::Arc;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PAGE: usize = 60 * 1024;

fn main() {
    divan::main();
}

/// Korean prose in HTML without a candidate.
fn prose() -> Vec<u8> {
    let mut page = String::from("<!doctype html><meta charset=utf-8><title>안내</title>");
    while page.len() < PAGE {
        page.push_str("<p class=\"lead\">도로 파손 신고와 민원 처리 결과를 알려 드립니다. 자세한 것은 담당 부서에 물어 주십시오.</p>\n");
    }
    page.into_bytes()
}

/// A board's list: rows full of numbers, dates, times and identifiers; with so many rows that hold a resident and a mobile
/// number.
fn board(hits: usize) -> Vec<u8> {
    let mut maker = Maker::new(20_261_122);
    let mut page = String::from("<!doctype html><meta charset=utf-8><table><tbody>\n");
    let rows = PAGE / 400;
    for row in 0..rows {
        let extra = match row.checked_rem(rows / hits.max(1)) {
            Some(0) if hits > 0 => {
                format!(" {} 연락처 {}", hyphenated(&maker.resident(), &[6]), hyphenated(&maker.mobile(), &[3, 7]))
            }
            _ => String::new(),
        };
        let _ = writeln!(
            page,
            "<tr class=\"list_row\"><td class=\"num\">{}</td><td class=\"subject\"><a href=\"/bbs/view.do?bbsId=BBSMSTR_{:012}\
             &amp;nttId={}&amp;pageIndex=1\">주차 단속 관련 문의드립니다{extra}</a> <img src=\"/images/ico_hwp.gif\" alt=\"첨부파일\" \
             width=\"14\" height=\"14\"/></td><td>건설도로과</td><td>김*수</td><td class=\"date\">2026-{:02}-{:02} {:02}:{:02}</td>\
             <td class=\"hit\">{}</td></tr>",
            15_873 - row,
            1_000 + row % 7,
            203_000 + maker.below(9_999),
            1 + maker.below(11),
            1 + maker.below(28),
            maker.below(24),
            maker.below(60),
            maker.below(99_999),
        );
    }
    page.into_bytes()
}

/// The board of a county, as detectors are compared on: rows with varied titles, links, dates and counts, between a menu
/// and a foot with telephone numbers of the office. Nothing in it is personal data.
fn clean() -> Vec<u8> {
    let mut maker = Maker::new(1);
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"ko\"><head><meta charset=\"utf-8\"/><title>민원 게시판 - 가람군청</title>\n\
         <link rel=\"stylesheet\" href=\"/css/board.css?v=20260901\"/><script src=\"/js/jquery-1.12.4.min.js\"></script></head><body>\n\
         <div id=\"gnb\"><ul>",
    );
    for item in 0..36 {
        let _ = write!(page, "<li><a href=\"/menu/{:05}.do\">전자민원</a></li>", 10_000 + item * 111);
    }
    page.push_str(
        "</ul></div>\n<h2>자유게시판</h2><p>총 게시물 15,873건, 페이지 1/1588</p><table class=\"board\"><tbody>\n",
    );
    let titles =
        ["도로 파손 신고합니다", "2026년 하반기 공공근로 모집 공고", "상수도 요금 이의신청", "어린이집 입소 대기 문의"];
    let mut row = 0;
    while page.len() < PAGE {
        let _ = writeln!(
            page,
            "<tr class=\"list_row\"><td class=\"num\">{}</td><td class=\"subject\"><a href=\"/bbs/view.do?bbsId=BBSMSTR_{:012}\
             &amp;nttId={}&amp;pageIndex=1\">{}</a> <img src=\"/images/ico_{}.gif\" alt=\"첨부파일\" width=\"14\" height=\"14\"/>\
             </td><td>{}</td><td>{}*{}</td><td class=\"date\">2026-{:02}-{:02} {:02}:{:02}</td><td class=\"hit\">{}</td></tr>",
            15_873 - row,
            1_000 + row % 7,
            203_000 + maker.below(9_999),
            maker.pick(&titles),
            maker.pick(&["file", "hwp", "pdf"]),
            maker.pick(&["건설도로과", "세무과", "복지정책과"]),
            maker.pick(&["김", "이", "박"]),
            maker.pick(&["수", "연", "우"]),
            1 + maker.below(11),
            1 + maker.below(28),
            maker.below(24),
            maker.below(60),
            maker.below(99_999),
        );
        row += 1;
    }
    page.push_str("</tbody></table>\n<div class=\"paging\">");
    for number in 1..11 {
        let _ = write!(page, "<a href=\"?pageIndex={number}\">{number}</a> ");
    }
    page.push_str(
        "</div>\n<footer><p>우) 57234 전라남도 가람군 군청로 15 대표전화 061-380-1114 팩스 061-380-1199</p>\
         <p>사업자등록번호 403-83-00012 Copyright 2008-2026</p></footer></body></html>\n",
    );
    page.into_bytes()
}

/// Nothing but numbers of every length, dates, times and amounts, a space between each two.
fn dense() -> Vec<u8> {
    let mut maker = Maker::new(2);
    let mut page = String::new();
    while page.len() < PAGE {
        for column in 0..12 {
            let end = if column == 11 { '\n' } else { ' ' };
            let _ = match maker.below(5) {
                0 => {
                    let digits = 1 + u32::try_from(maker.below(11)).unwrap_or(0);
                    write!(page, "{}{end}", maker.below(10_u64.pow(digits)))
                }
                1 => write!(
                    page,
                    "{}-{:02}-{:02}{end}",
                    1990 + maker.below(37),
                    1 + maker.below(12),
                    1 + maker.below(28)
                ),
                2 => write!(page, "{:02}:{:02}:{:02}{end}", maker.below(24), maker.below(60), maker.below(60)),
                3 => write!(page, "{},{:03}{end}", maker.below(999), maker.below(1_000)),
                _ => write!(page, "{:03}-{}{end}", maker.below(1_000), maker.below(99)),
            };
        }
    }
    page.into_bytes()
}

/// A list of people in every line of which stand numbers of five kinds.
fn full() -> Vec<u8> {
    let mut maker = Maker::new(3);
    let mut page = String::new();
    while page.len() < PAGE {
        let (resident, mobile) = (hyphenated(&maker.resident(), &[6]), hyphenated(&maker.mobile(), &[3, 7]));
        let _ = writeln!(
            page,
            "{}{} {resident} {mobile} 카드 4{:03}-{:04}-{:04}-{:04} 여권 M1 {:07} 계좌 {:03}-{:02}-{:06}",
            maker.pick(&["김", "이", "박"]),
            maker.pick(&["민준", "서연", "도윤"]),
            maker.below(999),
            maker.below(9_999),
            maker.below(9_999),
            maker.below(9_999),
            maker.below(9_999_999),
            maker.below(999),
            maker.below(99),
            maker.below(999_999),
        );
    }
    page.into_bytes()
}

/// A post of about 4 KB, as browsers send one.
fn form() -> Vec<u8> {
    let text = "주차 단속 관련 문의드립니다 건설도로과 2026-11-22 ".repeat(24);
    let escaped: String = text
        .bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("bbsId=BBSMSTR_1001&subject=%EB%AF%BC%EC%9B%90+%EB%AC%B8%EC%9D%98&content={escaped}").into_bytes()
}

/// A list of posts in JSON, about 1.7 KB.
fn json() -> Vec<u8> {
    let mut list = String::from("{\"list\": [");
    for row in 0..14 {
        let _ = write!(
            list,
            "{{\"no\": {}, \"title\": \"주차 단속 관련 문의드립니다\", \"dept\": \"건설도로과\", \"date\": \"2026-11-{:02}\", \"hit\": {}}}, ",
            15_873 - row,
            row + 1,
            row * 977,
        );
    }
    list.push_str("], \"total\": 15873}");
    list.into_bytes()
}

/// The whole inspection of one body, from its type to its last edit: fixed costs are in it.
fn inspect(bencher: Bencher<'_, '_>, body: &[u8], direction: Direction, content_type: &str, wanted: usize) {
    let kinds = Kind::ALL.iter().fold(Find::NONE, |find, kind| find.with(What::Kind(*kind)));
    let rule = Rule {
        when: Default::default(),
        name: "masked".into(),
        scope: Scope::default(),
        find: kinds,
        at_least: 1,
        confidence: Confidence::Probable,
        action: Action::Mask,
        mode: None,
        offer: false,
    };
    let policy = Policy { name: "board".into(), mode: Mode::Enforce, default: Action::Log, rules: vec![rule] };
    let lens = lens();
    bencher.counter(BytesCount::new(body.len())).bench(|| {
        let mut tally =
            Tally::new(policy.plan(direction, "example.go.kr", &garim::policy::Asker::of_path("/board"), None));
        let content = Content { direction, content_type: Some(content_type.as_bytes().to_vec()), charset: None };
        let mut inspector = Inspector::new(content, Arc::clone(&lens), Ceilings::of_parts(1000));
        let mut edits = 0;
        for piece in black_box(body).chunks(16 * 1024) {
            edits += inspector.push(piece, &mut tally).edits.len();
        }
        edits += inspector.finish(&mut tally).edits.len();
        assert_eq!(edits, wanted);
        tally
    });
}

fn euc_kr(page: &[u8]) -> Vec<u8> {
    encoding_rs::EUC_KR.encode(&String::from_utf8_lossy(page)).0.into_owned()
}

fn search(bencher: Bencher<'_, '_>, page: &[u8], charset: Charset) {
    bencher.counter(BytesCount::new(page.len())).bench(|| {
        let reader = Reader::new(black_box(page), charset, Syntax::Html);
        let (mut at, mut hits) = (0, 0);
        let wanted = Wanted { least: LEAST_DIGITS, limit: page.len(), last: true };
        loop {
            match next(&reader, at, wanted, |_| Some(0)) {
                Hit::Nothing(_) => return hits,
                Hit::Half(start) | Hit::Hidden(start) | Hit::Spelled(start) | Hit::Said(start) | Hit::Alike(start) => {
                    at = start + 6
                }
                Hit::Digits(start) | Hit::Open(start) => {
                    at = page[start..].iter().position(|byte| *byte == b'<').map_or(page.len(), |end| start + end)
                }
                Hit::At { at: start, len } => at = start + len,
            }
            hits += 1;
        }
    });
}

fn lens() -> Arc<Lens> {
    Arc::new(Lens {
        today: Day { year: 2026, month: 11, day: 22 },
        hosts: Arc::new([]),
        seal: None,
        beyond: Default::default(),
    })
}

fn document(charset: Charset) -> Document {
    Document {
        part: Part::Body,
        charset: Some(charset),
        syntax: Syntax::Html,
        escape: Escape::None,
        label: String::new(),
        offset: 0,
        returns: false,
        stands: None,
    }
}

fn scan(bencher: Bencher<'_, '_>, page: &[u8], charset: Charset, wanted: usize) {
    let lens = lens();
    let document = document(charset);
    bencher.counter(BytesCount::new(page.len())).bench(|| {
        let mut scan = Scan::new(document.clone(), Arc::clone(&lens));
        let mut found: Vec<Finding> = Vec::new();
        for piece in black_box(page).chunks(16 * 1024) {
            scan.push(piece, &mut found);
        }
        scan.finish(&mut found);
        assert_eq!(found.len(), wanted);
        found
    });
}

/// A whole text in one piece, as detectors are compared on.
fn detect(bencher: Bencher<'_, '_>, page: &[u8], syntax: Syntax) {
    let lens = lens();
    let document = Document { syntax, ..document(Charset::Utf8) };
    let once = || {
        let mut scan = Scan::new(document.clone(), Arc::clone(&lens));
        let mut found: Vec<Finding> = Vec::new();
        scan.push(black_box(page), &mut found);
        scan.finish(&mut found);
        found
    };
    let wanted = once().len();
    bencher.counter(BytesCount::new(page.len())).bench(|| {
        let found = once();
        assert_eq!(found.len(), wanted);
        found
    });
}

#[divan::bench]
fn detect_clean(bencher: Bencher<'_, '_>) {
    detect(bencher, &clean(), Syntax::Html);
}

#[divan::bench]
fn detect_dense(bencher: Bencher<'_, '_>) {
    detect(bencher, &dense(), Syntax::Plain);
}

#[divan::bench]
fn detect_full(bencher: Bencher<'_, '_>) {
    detect(bencher, &full(), Syntax::Plain);
}

#[divan::bench]
fn search_clean(bencher: Bencher<'_, '_>) {
    search(bencher, &clean(), Charset::Utf8);
}

#[divan::bench]
fn search_dense(bencher: Bencher<'_, '_>) {
    search(bencher, &dense(), Charset::Utf8);
}

#[divan::bench]
fn search_prose(bencher: Bencher<'_, '_>) {
    search(bencher, &prose(), Charset::Utf8);
}

#[divan::bench]
fn search_prose_euc_kr(bencher: Bencher<'_, '_>) {
    search(bencher, &euc_kr(&prose()), Charset::Cp949);
}

#[divan::bench]
fn search_board(bencher: Bencher<'_, '_>) {
    search(bencher, &board(0), Charset::Utf8);
}

#[divan::bench]
fn scan_prose(bencher: Bencher<'_, '_>) {
    scan(bencher, &prose(), Charset::Utf8, 0);
}

#[divan::bench]
fn scan_board(bencher: Bencher<'_, '_>) {
    scan(bencher, &board(0), Charset::Utf8, 0);
}

#[divan::bench]
fn scan_board_with_40_hits(bencher: Bencher<'_, '_>) {
    scan(bencher, &board(20), Charset::Utf8, 44);
}

#[divan::bench]
fn scan_board_with_40_hits_euc_kr(bencher: Bencher<'_, '_>) {
    scan(bencher, &euc_kr(&board(20)), Charset::Cp949, 44);
}

#[divan::bench]
fn track_board(bencher: Bencher<'_, '_>) {
    let page = board(0);
    bencher.counter(BytesCount::new(page.len())).bench(|| {
        let mut tracker = Tracker::new(Syntax::Html);
        tracker.advance(black_box(&page));
        tracker.stands()
    });
}

#[divan::bench]
fn inspect_board(bencher: Bencher<'_, '_>) {
    inspect(bencher, &board(0), Direction::Download, "text/html", 0);
}

#[divan::bench]
fn inspect_board_with_40_hits(bencher: Bencher<'_, '_>) {
    inspect(bencher, &board(20), Direction::Download, "text/html", 44);
}

#[divan::bench]
fn inspect_form(bencher: Bencher<'_, '_>) {
    inspect(bencher, &form(), Direction::Upload, "application/x-www-form-urlencoded", 0);
}

#[divan::bench]
fn inspect_json(bencher: Bencher<'_, '_>) {
    inspect(bencher, &json(), Direction::Download, "application/json", 0);
}
