//! The lexer by example.

use super::*;
use crate::text::{Cluster, Separator};

fn cut(text: &[u8], charset: Charset, syntax: Syntax) -> (String, Cluster) {
    let reader = Reader::new(text, charset, syntax);
    let start = (0..text.len()).find(|at| reader.digit(*at).is_some()).expect("a digit");
    let mut cluster = Cluster::default();
    reader.cluster(start, &mut cluster);
    cluster.before = reader.char_before(start);
    let digit = |at: usize| char::from(b'0' + cluster.digits[at].value);
    let groups: Vec<String> = cluster.groups.iter().map(|group| group.clone().map(digit).collect()).collect();
    (groups.join("-"), cluster)
}

fn html(text: &str) -> String {
    cut(text.as_bytes(), Charset::Utf8, Syntax::Html).0
}

/// The ways of writing that people and editors use (specification of detectors, 8.3).
#[test]
fn spellings_of_one_number() {
    for text in [
        "900101-1234568",
        "900101–1234568",
        "900101 - 1234568",
        "900101.1234568",
        "900101 1234568",
        "９００１０１－１２３４５６８",
        "９００１０１-1234568",
        "9 0 0 1 0 1 - 1 2 3 4 5 6 8",
        "900101&#45;1234568",
        "&#57;&#x30;0101-1234568",
        "&#57&#48;0101-1234568",
        "900101<b>-</b>1234568",
        "<b>900101</b>-<span style=\"color:red\">1234568</span>",
        "900101<!-- x -->-1234568",
        "900101&nbsp;-&nbsp;1234568",
        "900101\u{a0}1234568",
        "9\u{200b}00101&shy;-\u{feff}1234568",
        "\\u0039\\u00300101-1234568",
        "\\x39\\x300101-1234568",
        "900101\n1234568",
        "900101<br>1234568",
        "900101\n      1234568",
    ] {
        assert_eq!(html(text), "900101-1234568", "{text}");
    }
}

#[test]
fn what_ends_a_cluster() {
    assert_eq!(html("900101</td><td>1234568"), "900101");
    assert_eq!(html("900101</p>1234568"), "900101");
    assert_eq!(html("900101 가 1234568"), "900101");
    assert_eq!(html("900101 -- - 1234568"), "900101", "five separators");
    assert_eq!(html("900101\"1234568"), "900101");
    assert_eq!(html("900101*1234568"), "900101");
    assert_eq!(html("900101<b title='900101-1234568'>-1234568"), "900101", "a number in the tag");
    assert_eq!(html(&format!("900101<b a={}>-1234568", "x".repeat(600))), "900101", "markup without end");
    assert_eq!(html("900101-1******"), "900101-1");
}

#[test]
fn singles_join_up_to_another_separator() {
    assert_eq!(html("9 0 0 1 0 1 1 2 3 4 5 6 8"), "9001011234568");
    assert_eq!(html("0 1 0 . 1 2 3 4 . 5 6 7 8"), "010-1234-5678");
    assert_eq!(html("1 01012345678"), "1-01012345678");
    assert_eq!(html("3 5 010-1234-5678"), "35-010-1234-5678");
}

#[test]
fn other_charsets() {
    let euc = encoding_rs::EUC_KR.encode("주민번호 ９００１０１－1234568 끝").0;
    assert_eq!(cut(&euc, Charset::Cp949, Syntax::Plain).0, "900101-1234568");
    let (_, cluster) = cut(&euc, Charset::Cp949, Syntax::Plain);
    assert_eq!(cluster.digits[0].len, 2);
    let latin = b"caf\xe9 900101-1234568";
    assert_eq!(cut(latin, Charset::AsciiBased, Syntax::Html).0, "900101-1234568");
}

#[test]
fn json_and_its_markup() {
    let json = |text: &str| cut(text.as_bytes(), Charset::Utf8, Syntax::Json).0;
    assert_eq!(json(r#"900101\u002d1234568"#), "900101-1234568");
    assert_eq!(json(r#"900101\u003cb\u003e-\u003c\/b\u003e1234568"#), "900101-1234568");
    assert_eq!(json(r#"900101<b class=\"x\">-1234568"#), "900101-1234568");
    assert_eq!(json(r#"900101","1234568"#), "900101");
    assert_eq!(json(r#"900101\n1234568"#), "900101-1234568");
}

#[test]
fn separators_and_neighbours() {
    let (_, cluster) = cut("가<b>나</b>010) 1234 - 5678\n\n9 호".as_bytes(), Charset::Utf8, Syntax::Html);
    assert_eq!(cluster.separators, [Separator::Bracket, Separator::Dash, Separator::Newline]);
    assert_eq!((cluster.before, cluster.after), (Some('나'), Some(' ')));
    let (_, cluster) = cut("<td>010".as_bytes(), Charset::Utf8, Syntax::Html);
    assert_eq!((cluster.before, cluster.after), (None, None));
}

#[test]
fn the_text_before() {
    let before = |text: &str, syntax| {
        let at = text.find("900101").expect("the number");
        let mut out = String::new();
        Reader::new(text.as_bytes(), Charset::Utf8, syntax).before(at, &mut out);
        out
    };
    assert_eq!(before("가나 <b>주민</b>번호: 900101", Syntax::Html), "가나 주민번호: ");
    assert_eq!(before("<th>주민번호</th>\n<td>900101", Syntax::Html), "주민번호\n");
    assert_eq!(before("<p>앞 문단에는 주민번호 이야기가 길게 적혀 있다.</p><p>900101", Syntax::Html), "");
    assert_eq!(before("<td>123</td><td>900101", Syntax::Html), "");
    assert_eq!(before("{\"주민번호\":\"나 900101", Syntax::Json), "주민번호\n나 ");
    assert_eq!(before("주민번호와 그 밖의 여러 가지를 길게 적은 줄입니다\n\n900101", Syntax::Plain), "");
    let far = format!("{}주민 900101", "가".repeat(500));
    assert_eq!(before(&far, Syntax::Plain).chars().count(), BEFORE_CHARS);
}

#[test]
fn the_text_after() {
    let mut out = String::new();
    let reader = Reader::new("가 <b>나</b><p>다".as_bytes(), Charset::Utf8, Syntax::Html);
    reader.after(0, &mut out);
    assert_eq!(out, "가 나");
    assert!(!reader.touched());
    reader.after(17, &mut out);
    assert!(reader.touched(), "more could have followed");
}

#[test]
fn addresses_are_spelled_out() {
    let text = "메일: hong&#46;gd@exam<b>ple";
    let at = text.find('@').expect("an at sign");
    let reader = Reader::new(text.as_bytes(), Charset::Utf8, Syntax::Html);
    let mut spelled = Vec::new();
    reader.spelled_before(at, &mut spelled);
    assert_eq!(spelled.iter().map(|spelled| spelled.char).collect::<String>(), "hong.gd");
    reader.spelled_after(at + 1, &mut spelled);
    assert_eq!(spelled.iter().map(|spelled| spelled.char).collect::<String>(), "exam");
}

#[test]
fn a_tag_around_the_at_sign_ends_no_word() {
    let text = "<i>a</i> <b>hong</b><b>@</b>exam.kr";
    let at = text.find('@').expect("an at sign");
    let reader = Reader::new(text.as_bytes(), Charset::Utf8, Syntax::Html);
    let mut spelled = Vec::new();
    reader.spelled_before(at, &mut spelled);
    assert_eq!(spelled.iter().map(|spelled| spelled.char).collect::<String>(), "hong");
    reader.spelled_after(at + 1, &mut spelled);
    assert_eq!(spelled.iter().map(|spelled| spelled.char).collect::<String>(), "exam.kr");
}

#[test]
fn surrogates() {
    let reader = Reader::new(br"\ud835\udfd7 \ud835x \udfd7", Charset::Utf8, Syntax::Json);
    assert_eq!(reader.digit(0), Some((9, 12)));
    assert_eq!(reader.unit(13).map(|unit| (unit.char, unit.len)), Some((UNREADABLE, 6)));
    assert_eq!(reader.unit(21).map(|unit| (unit.char, unit.len)), Some((UNREADABLE, 6)));
}

#[test]
fn utf8_is_read_as_the_standard_library_reads_it() {
    for code in (0..0x110000).step_by(7).filter_map(char::from_u32) {
        let text = code.to_string();
        let reader = Reader::new(text.as_bytes(), Charset::Utf8, Syntax::Plain);
        assert_eq!(reader.unit(0).map(|unit| (unit.char, unit.len)), Some((code, text.len())));
    }
    for broken in
        [&b"\xC0\xB0"[..], b"\xE0\x80\xB0", b"\xED\xA0\x80", b"\xF0\x80\x80\xB0", b"\xF4\x90\x80\x80", b"\xB0"]
    {
        let reader = Reader::new(broken, Charset::Utf8, Syntax::Plain);
        assert_eq!(reader.unit(0).map(|unit| (unit.char, unit.len)), Some((UNREADABLE, 1)), "{broken:x?}");
    }
}
