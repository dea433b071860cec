//! Texts made here, with what hides in them.

use crate::extract::Limits;
use crate::extract::make::rtf::{cp949, file, hex};
use crate::extract::testing::Heard;
use crate::vocab::Reason;

#[test]
fn korean_by_the_font_and_by_the_code_page_and_by_unicode() {
    let korean = cp949("김가람");
    let heard = Heard::of("a.rtf", &file(&format!(r"first\par {{\f1 {korean}}} 010-0000-0000")));
    assert_eq!(heard.place_of("김가람"), Some("a.rtf › paragraph 2"));
    assert!(heard.text().contains("김가람 010-0000-0000"), "{}", heard.text());
    let heard = Heard::of("a.rtf", format!(r"{{\rtf1\ansi\ansicpg949 {korean}}}").as_bytes());
    assert_eq!(heard.place_of("김가람"), Some("a.rtf › paragraph 1"));
    let heard = Heard::of("a.rtf", &file(r"\uc2\u-19712\'b0\'a1\uc1\u-10179?\u-8704?9001\u48?1-1234568"));
    assert!(heard.text().contains("대😀9001"), "{}", heard.text());
    assert!(heard.text().contains("900101-1234568"), "{}", heard.text());
}

#[test]
fn a_number_broken_by_formats_is_one_number() {
    let heard = Heard::of("a.rtf", &file(r"9{\b 00}101{\i\_}123{\v 45}68\cell next\row"));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.rtf › table 1 › hidden text"));
}

#[test]
fn tables_know_their_cells_and_bytes_make_none() {
    let heard =
        Heard::of("a.rtf", &file(r"before\par name\cell no\cell\row kim\cell 90\'070101-123\u7?4568\cell\row behind"));
    assert_eq!(heard.place_of("before"), Some("a.rtf › paragraph 1"));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.rtf › table 1 › cell B2"));
    assert_eq!(heard.place_of("behind"), Some("a.rtf › paragraph 2"));
}

#[test]
fn what_is_not_body_has_its_place() {
    let body = [
        r"{\info{\title 제목x}{\author Kim Garam}}{\header head text}{\footerl foot text}body",
        r"{\footnote first note}{\footnote second note}{\*\atnid KG}{\*\atnauthor Author}{\*\annotation remark}",
        r"{\v unseen}{\deleted removed}{\field{\*\fldinst HYPERLINK mailto:garam@example.com}{\fldrslt shown}}",
        r"{\*\unknown kept}{\shp{\*\shpinst{\shptxt boxed}}}",
    ]
    .concat();
    let heard = Heard::of("a.rtf", &file(&body));
    for (text, place) in [
        ("Kim Garam", "document properties › paragraph 1"),
        ("head text", "header › paragraph 1"),
        ("foot text", "footer › paragraph 1"),
        ("second note", "note 2 › paragraph 1"),
        ("Author", "comment 1 › paragraph 1"),
        ("remark", "comment 1 › paragraph 1"),
        ("unseen", "hidden text › paragraph 1"),
        ("removed", "deleted text › paragraph 1"),
        ("garam@example.com", "link address › paragraph 1"),
        ("shown", "paragraph 1"),
        ("kept", "part ‘unknown’ › paragraph 1"),
        ("boxed", "text box › paragraph 1"),
    ] {
        assert_eq!(heard.place_of(text), Some(format!("a.rtf › {place}").as_str()), "{text}");
    }
    assert_eq!(heard.unreadable, []);
}

#[test]
fn objects_are_opened() {
    let counted = |bytes: &[u8]| [&u32::try_from(bytes.len()).expect("short").to_le_bytes(), bytes].concat();
    let copy = [&b"\x02\0name.csv\0C:\\name.csv\0\0\0\x03\0"[..], &counted(b"C:\\t\0"), &counted(b"900101-1234568")];
    let head = [1, 5, 0, 0, 2, 0, 0, 0];
    let object = [&head[..], &counted(b"Package\0"), &counted(b""), &counted(b""), &counted(&copy.concat())].concat();
    let heard = Heard::of("a.rtf", &file(&format!(r"{{\object\objemb{{\*\objdata {}}}}}", hex(&object))));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.rtf › name.csv"));
    let heard = Heard::of("a.rtf", &file(&format!(r"{{\object{{\*\objdata {}}}}}", hex(b"900101-1234568"))));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.rtf › object"));
    let heard = Heard::of("a.rtf", &file(r"{\*\x\bin14 900101-1234568}"));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.rtf › bin"));
}

#[test]
fn what_breaks_off_and_what_nests_too_deep_is_said() {
    let whole = file(&format!(r"900101-1234568 \u-19712?{}{{\*\objdata 0102}}", cp949("김가람")));
    for length in 5..whole.len() - 1 {
        assert!(Heard::of("a.rtf", &whole[..length]).unreadable.contains(&("a.rtf".to_owned(), Reason::Damaged)));
    }
    let bomb = format!(r"{{\rtf1 900101-1234568{}", "{".repeat(1_000_000));
    let heard = Heard::of("a.rtf", bomb.as_bytes());
    assert_eq!(heard.unreadable, [("a.rtf".to_owned(), Reason::TooDeep)]);
    assert_eq!(heard.place_of("900101-1234568"), Some("a.rtf › paragraph 1"));
    let parts = file(&r"{\pict 00}".repeat(20));
    let heard = Heard::within("a.rtf", &parts, Limits { entries: 10, ..Limits::default() });
    assert_eq!(heard.unreadable.last(), Some(&(String::new(), Reason::TooManyEntries)));
}
