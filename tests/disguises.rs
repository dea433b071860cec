//! Every disguise of section 8 of the specification of detectors, for each number that it must be found for, in each syntax
//! in which it may stand: found at `probable` or above, and masked in as many bytes.
//!
//! The spellings are made here from a number's groups, since most of them are a rule for each digit.

use garim::inspect::Lens;
use garim::inspect::scan::{Document, Escape, Scan};
use garim::text::{Charset, Syntax};
use garim::vocab::{Confidence, Day, Finding, Kind, Part, What};
use std::sync::Arc;

/// Synthetic numbers, whose check digits hold, as groups.
const NUMBERS: &[(Kind, &[&str])] = &[
    (Kind::ResidentRegistrationNumber, &["900101", "1234568"]),
    (Kind::ForeignerRegistrationNumber, &["900101", "5123488"]),
    (Kind::MobileNumber, &["010", "2234", "5678"]),
    (Kind::PaymentCardNumber, &["4000", "0000", "0000", "0002"]),
];

const ALL: &[&str] = &["html", "json", "script", "plain", "form"];
/// Where words stand as well: in attributes, and in JSON in which all that is not ASCII is escaped.
const WORDS: &[&str] = &["html", "json", "script", "plain", "form", "attribute", "escaped"];
const MARKUP: &[&str] = &["html"];
const CODE: &[&str] = &["html", "script", "json"];
const SCRIPTS: &[&str] = &["html", "script"];
/// Where addresses stand.
const LINKS: &[&str] = &["html", "json", "script", "form"];
const TEXT: &[&str] = &["plain", "html", "form"];

/// The digits of a number one by one, put together again.
fn each(groups: &[&str], dash: &str, write: impl Fn(char) -> String) -> String {
    let group = |group: &&str| group.chars().map(&write).collect::<String>();
    groups.iter().map(group).collect::<Vec<_>>().join(dash)
}

/// Digits from a first character on that is zero, or from one on with its own zero.
fn from_zero(zero: u32) -> impl Fn(char) -> String {
    move |digit| char::from_u32(zero + digit.to_digit(10).unwrap()).unwrap().to_string()
}

fn from_one(one: u32, zero: char) -> impl Fn(char) -> String {
    move |digit| match digit.to_digit(10).unwrap() {
        0 => zero.to_string(),
        value => char::from_u32(one + value - 1).unwrap().to_string(),
    }
}

fn from_list(list: &'static str) -> impl Fn(char) -> String {
    move |digit| list.split(' ').nth(digit.to_digit(10).unwrap() as usize).unwrap().to_owned()
}

/// The spellings of one number: what each is called, in which syntaxes it stands, and the text.
fn spellings(kind: Kind, groups: &[&str]) -> Vec<(String, &'static [&'static str], String)> {
    let mut all: Vec<(String, &'static [&'static str], String)> = Vec::new();
    let mut add = |name: &str, syntaxes, text: String| all.push((name.to_owned(), syntaxes, text));
    let plain = groups.join("-");
    // 8.1: digits.
    let scripts: &[(&str, u32)] = &[
        ("full width", 0xFF10),
        ("mathematical", 0x1D7CE),
        ("mathematical monospace", 0x1D7F6),
        ("Arabic-Indic", 0x660),
        ("Persian", 0x6F0),
        ("Devanagari", 0x966),
        ("Thai", 0xE50),
        ("Tibetan", 0xF20),
        ("Khmer", 0x17E0),
        ("Mongolian", 0x1810),
        ("Vai", 0xA620),
        ("Kayah Li", 0xA900),
        ("Myanmar", 0x1040),
        ("Osmanya", 0x104A0),
        ("outlined", 0x1CCF0),
        ("segmented", 0x1FBF0),
        ("subscript", 0x2080),
        ("N'Ko", 0x7C0),
    ];
    for (name, zero) in scripts {
        add(name, ALL, each(groups, "-", from_zero(*zero)));
        add(&format!("{name} bare separators"), ALL, each(groups, " ", from_zero(*zero)));
    }
    for (name, one, zero) in [
        ("circled", 0x2460, '⓪'),
        ("negative circled", 0x2776, '⓿'),
        ("sans-serif circled", 0x2780, '⓪'),
        ("in brackets", 0x2474, '0'),
        ("with a full stop", 0x2488, '🄀'),
        ("circled twice", 0x24F5, '0'),
        ("Korean in brackets", 0x3220, '0'),
        ("Korean circled", 0x3280, '〇'),
    ] {
        add(name, ALL, each(groups, "-", from_one(one, zero)));
    }
    add("superscript", ALL, each(groups, "-", from_list("⁰ ¹ ² ³ ⁴ ⁵ ⁶ ⁷ ⁸ ⁹")));
    add("circled tens", ALL, plain.replace("10", "⑩").replace("12", "⑫"));
    add("Han", ALL, each(groups, "-", from_list("〇 一 二 三 四 五 六 七 八 九")));
    add("Han with zero", ALL, each(groups, "-", from_list("零 一 二 三 四 五 六 七 八 九")));
    add("Han and a dash", ALL, each(groups, "ㅡ", from_list("零 一 二 三 四 五 六 七 八 九")));
    add("combining marks", ALL, each(groups, "-", |digit| format!("{digit}\u{332}\u{FE0F}\u{20E3}")));
    add("behind a number in a list", ALL, format!("①{plain}"));
    // 8.1: separators.
    for dash in "- ‐ ‑ ‒ – — ― − ﹣ － ⁃ ⁻ ₋ ‾ ㅡ ー ~ ～ 〜 ∼ ・ · ․ ‧ • _ | /".split(' ')
    {
        add(&format!("parted by {dash}"), ALL, groups.join(dash));
        add(&format!("parted by {dash} and spaces"), ALL, groups.join(&format!(" {dash} ")));
    }
    if kind.is_registration_of_people() {
        for dash in [":", ";", ","] {
            add(
                &format!("parted by {dash}, with a label"),
                &["plain", "html", "form"],
                format!("주민등록번호 {}", groups.join(dash)),
            );
        }
    }
    for dash in [":", ";", ","] {
        add(&format!("parted by {dash}"), TEXT, groups.join(dash));
    }
    for (open, close) in [("[", "]"), ("(", ")"), ("【", "】"), ("「", "」"), ("《", "》")] {
        add(&format!("groups in {open}{close}"), TEXT, groups.map_in(open, close, ""));
        add(&format!("groups in {open}{close} and dashes"), TEXT, groups.map_in(open, close, "-"));
    }
    for space in "\t \u{A0} \u{2000} \u{2003} \u{2007} \u{200A} \u{202F} \u{205F} \u{3000} \u{1680}"
        .split(' ')
        .filter(|space| !space.is_empty())
    {
        add(&format!("parted by {}", space.escape_unicode()), ALL, groups.join(space));
        add(&format!("around the dash {}", space.escape_unicode()), ALL, groups.join(&format!("{space}-{space}")));
    }
    // 8.1: of no width.
    for none in "\u{AD}\u{180E}\u{200B}\u{200C}\u{200D}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{2060}\u{2061}\u{2064}\u{2066}\u{2069}\u{206F}\u{FEFF}\u{34F}\u{FE00}\u{FE0F}\u{E0100}\u{3164}\u{FFA0}\u{115F}\u{1160}".chars() {
        add(&format!("with {}", none.escape_unicode()), ALL, each(groups, "-", |digit| format!("{digit}{none}")));
    }
    // 8.1: look-alikes, where a check digit proves them.
    if kind != Kind::MobileNumber {
        let tail = |from: &str, to: &str| {
            let (first, rest) = plain.split_at(1);
            let (middle, last) = rest.split_at(rest.len() - 1);
            format!("{first}{}{last}", middle.replace(from, to))
        };
        for (from, to) in [
            ("0", "O"),
            ("0", "o"),
            ("0", "○"),
            ("0", "〇"),
            ("1", "l"),
            ("1", "I"),
            ("1", "|"),
            ("1", "ㅣ"),
            ("0", "Ｏ"),
            ("0", "ㅇ"),
            ("1", "ｌ"),
            ("5", "S"),
            ("8", "B"),
        ] {
            if plain.trim_end_matches(|_| false)[1..plain.len() - 1].contains(from) {
                add(&format!("{to} for {from}"), ALL, tail(from, to));
            }
        }
        let mixed: String = tail("0", "O").replace("1", "l");
        add("O and l", ALL, mixed);
    }
    // 8.2: readings.
    let sino = "공 일 이 삼 사 오 육 칠 팔 구";
    add("readings", WORDS, each(groups, "", from_list(sino)));
    add("readings, spaces", WORDS, each(groups, " ", from_list(sino)));
    add("readings, dashes", WORDS, each(groups, "-", from_list(sino)));
    add("readings, 에", WORDS, each(groups, "에 ", from_list(sino)));
    add("readings, 다시", WORDS, each(groups, " 다시 ", from_list(sino)));
    add("readings, 하이픈", WORDS, each(groups, " 하이픈 ", from_list(sino)));
    add("readings, 작대기", WORDS, each(groups, " 작대기 ", from_list(sino)));
    add(
        "readings and commas",
        WORDS,
        each(groups, ",", |digit| format!("{},", from_list(sino)(digit))).replace(",,", ","),
    );
    add("readings with 영 and 륙", WORDS, each(groups, " ", from_list("영 일 이 삼 사 오 륙 칠 팔 구")));
    add("readings apart", WORDS, each(groups, "- ", |digit| format!("{} ", from_list(sino)(digit))));
    add("readings and a particle", &["plain", "html", "form"], format!("{}이에요", each(groups, "", from_list(sino))));
    add("readings in a sentence", WORDS, format!("제 번호는 {}입니다.", each(groups, " ", from_list(sino))));
    add("native readings", WORDS, each(groups, " ", from_list("공 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉")));
    add(
        "mixed with digits",
        WORDS,
        format!("{} {}", each(&groups[..1], " ", |digit| digit.to_string()), each(&groups[1..], "-", from_list(sino))),
    );
    add(
        "mixed, readings first",
        WORDS,
        format!("{} {}", each(&groups[..1], " ", from_list(sino)), groups[1..].join("-")),
    );
    let english = from_list("zero one two three four five six seven eight nine");
    add("English", WORDS, each(groups, "- ", |digit| format!("{} ", english(digit))));
    if kind == Kind::MobileNumber {
        add("English, all apart", WORDS, each(groups, "", |digit| format!("{} ", english(digit))));
        add("English, capitals", ALL, each(groups, "", |digit| format!("{} ", english(digit))).to_uppercase());
        add("English, dashes", WORDS, each(groups, "", |digit| format!("{}-", english(digit))));
        add("English, commas", WORDS, each(groups, "", |digit| format!("{}, ", english(digit))));
    }
    // 8.3: noise.
    add("spaces in every gap", ALL, each(groups, "- ", |digit| format!("{digit} ")));
    add("dots in every gap", ALL, each(groups, "-", |digit| format!("{digit}.")).replace(".-", "-"));
    add("every digit in brackets", ALL, each(groups, "-", |digit| format!("[{digit}]")));
    add("emoji in every gap", ALL, each(groups, "-", |digit| format!("{digit}😀")).replace("😀-", "-"));
    if kind != Kind::MobileNumber {
        // `[0, 1, 0, 2]` is a list of numbers.
        add("commas in every gap", TEXT, each(groups, "-", |digit| format!("{digit},")));
    }
    add("shapes in every gap", TEXT, each(groups, "-", |digit| format!("{digit}◆")).replace("◆-", "-"));
    add("hearts in every gap", ALL, each(groups, "-", |digit| format!("{digit}♥")).replace("♥-", "-"));
    add("a picture within a group", ALL, plain.replacen("0", "0😀", 1));
    add("pictures for dashes", ALL, groups.join("😀"));
    add("pictures around", ALL, format!("☎{plain}☎"));
    add("tags", MARKUP, each(groups, "<b>-</b>", |digit| format!("<span>{digit}</span>")));
    add("comments", MARKUP, each(groups, "<!-- x -->-", |digit| format!("{digit}<!---->")));
    add("wbr", MARKUP, each(groups, "<wbr>-<wbr>", |digit| format!("{digit}<wbr>")));
    add("shy", MARKUP, each(groups, "&shy;-", |digit| format!("{digit}&shy;")));
    add("nbsp", MARKUP, groups.join("&nbsp;-&nbsp;"));
    add("zwnj", MARKUP, each(groups, "&zwnj;-&#8203;", |digit| format!("{digit}&#x200b;")));
    add("decimal references", MARKUP, each(groups, "&#45;", |digit| format!("&#{};", digit as u32)));
    add("hexadecimal references", MARKUP, each(groups, "&#x2D;", |digit| format!("&#x{:x};", digit as u32)));
    add("references with zeros, no semicolon", MARKUP, each(groups, "&#045;", |digit| format!("&#00{}", digit as u32)));
    add("full-width references", MARKUP, each(groups, "&#65293;", |digit| format!("&#{};", digit as u32 + 0xFEE0)));
    add("percent escapes", LINKS, each(groups, "%2D", |digit| format!("%{:02X}", digit as u32)));
    add("a dash in percent escapes", LINKS, groups.join("%2D"));
    add("spaces in percent escapes", LINKS, format!("%20{}", groups.join("%20-%20")));
    add("percent escapes twice", LINKS, each(groups, "%252D", |digit| format!("%25{:02X}", digit as u32)));
    add("\\u", CODE, each(groups, "\\u002d", |digit| format!("\\u{:04x}", digit as u32)));
    add("\\x", SCRIPTS, each(groups, "\\x2d", |digit| format!("\\x{:02x}", digit as u32)));
    for (open, plus) in [("'", "' + '"), ("'", "'+'"), ("\"", "\" + \""), ("'", "' +\n  '"), ("'", "'  +  '")] {
        let parts: Vec<&str> = groups.iter().flat_map(|group| [*group, "-"]).collect();
        let joined = parts[..parts.len() - 1].join(plus);
        add(
            &format!("strings put together by {plus:?}"),
            SCRIPTS,
            format!("<script>var a = {open}{joined}{open};</script>"),
        );
    }
    add("quoted-printable", TEXT, each(groups, "=2D", |digit| format!("={:02X}", digit as u32)));
    add("quoted-printable, plain dash", TEXT, each(groups, "-", |digit| format!("={:02X}", digit as u32)));
    if kind.is_registration_of_people() {
        add("a line break between the halves", ALL, groups.join("\n"));
        add("br between the halves", MARKUP, groups.join("<br>"));
        add("turned over", ALL, format!("\u{202E}{}\u{202C}", plain.chars().rev().collect::<String>()));
    }
    all
}

trait Grouped {
    fn map_in(&self, open: &str, close: &str, dash: &str) -> String;
}

impl Grouped for [&str] {
    fn map_in(&self, open: &str, close: &str, dash: &str) -> String {
        self.iter().map(|group| format!("{open}{group}{close}")).collect::<Vec<_>>().join(dash)
    }
}

trait People {
    fn is_registration_of_people(&self) -> bool;
}

impl People for Kind {
    fn is_registration_of_people(&self) -> bool {
        matches!(self, Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber)
    }
}

fn scan(document: &Document, pieces: &[&[u8]]) -> Vec<Finding> {
    let today = Day { year: 2026, month: 11, day: 22 };
    let lens = Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() };
    let mut scan = Scan::new(document.clone(), Arc::new(lens));
    let mut found = Vec::new();
    for piece in pieces {
        scan.push(piece, &mut found);
    }
    scan.finish(&mut found);
    found
}

fn document(syntax: &str, charset: Charset) -> Document {
    let escape = if syntax == "form" { Escape::Form } else { Escape::None };
    let syntax = match syntax {
        "html" | "form" | "attribute" => Syntax::Html,
        "json" | "escaped" => Syntax::Json,
        "script" => Syntax::Script,
        _ => Syntax::Plain,
    };
    let (part, label) = (Part::Body, String::new());
    Document { part, charset: Some(charset), syntax, escape, label, offset: 0, returns: false, stands: None }
}

/// A text as it stands in a syntax.
fn written(syntax: &str, text: &str) -> String {
    match syntax {
        "html" => format!("<p>안내 {text} 끝</p>"),
        "json" => format!("{{\"text\": \"안내 {} 끝\"}}", text.replace('\n', "\\n").replace('\t', "\\t")),
        "attribute" => format!("<p><a href=\"#\" title=\"안내: {text}.\">가</a></p>"),
        "escaped" => escaped(&format!("{{\"text\": \"안내 {text} 끝\"}}")),
        "script" => format!("var a = '안내'; {text} ; // 끝"),
        _ => format!("안내 {text} 끝"),
    }
}

fn escaped(text: &str) -> String {
    let escape = |char: char| if char.is_ascii() { char.to_string() } else { format!("\\u{:04x}", u32::from(char)) };
    text.chars().map(escape).collect()
}

fn percent(text: &[u8]) -> Vec<u8> {
    let escaped = |byte: &u8| match byte.is_ascii_alphanumeric() {
        true => vec![*byte],
        false => format!("%{byte:02X}").into_bytes(),
    };
    text.iter().flat_map(escaped).collect()
}

fn faults(charset: Charset) -> (usize, Vec<String>) {
    let (mut count, mut faults) = (0, Vec::new());
    for (kind, groups) in NUMBERS {
        for (name, syntaxes, text) in spellings(*kind, groups) {
            for syntax in syntaxes {
                let written = written(syntax, &text);
                let bytes = match charset {
                    Charset::Cp949 => {
                        let (bytes, _, lossy) = encoding_rs::EUC_KR.encode(&written);
                        if lossy {
                            continue;
                        }
                        bytes.into_owned()
                    }
                    _ => written.clone().into_bytes(),
                };
                let bytes = if *syntax == "form" { percent(&bytes) } else { bytes };
                count += 1;
                let document = document(syntax, charset);
                let found = scan(&document, &[&bytes]);
                let single: Vec<&[u8]> = bytes.chunks(1).collect();
                let is_it =
                    |found: &&Finding| found.what == What::Kind(*kind) && found.confidence >= Confidence::Probable;
                let length = |found: &Finding| found.span.end - found.span.start == found.mask.len() as u64;
                if found.iter().filter(is_it).count() != 1 || !found.iter().all(length) {
                    let seen: Vec<_> = found.iter().map(|found| (found.what.name(), found.confidence)).collect();
                    faults.push(format!("{} {syntax}: {name}: {text}: {seen:?}", kind.name()));
                } else if scan(&document, &single) != found {
                    faults.push(format!("{} {syntax}: {name}: otherwise when it is cut", kind.name()));
                }
            }
        }
    }
    (count, faults)
}

fn keep(charset: Charset) {
    let (count, faults) = faults(charset);
    assert!(count > 500, "{count}");
    assert!(faults.is_empty(), "{} of {count} are not found:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_spelling_in_utf8() {
    keep(Charset::Utf8);
}

#[test]
fn every_spelling_in_cp949() {
    keep(Charset::Cp949);
}

/// Wherever in the text they stand: the search looks at some bytes only.
#[test]
fn spelled_digits_stand_anywhere() {
    let texts = ["공 일 공 이 이 삼 사 오 육 칠 팔", "공,일,공,이,이,삼,사,오,육,칠,팔", "공일공이이삼사오육칠팔"];
    for (syntax, charset) in [("plain", Charset::Utf8), ("html", Charset::Utf8), ("plain", Charset::Cp949)] {
        for text in texts {
            for before in 0..30 {
                let written = format!("{} {text} ", "x".repeat(before));
                let bytes = match charset {
                    Charset::Cp949 => encoding_rs::EUC_KR.encode(&written).0.into_owned(),
                    _ => written.clone().into_bytes(),
                };
                let found = scan(&document(syntax, charset), &[&bytes]);
                let kinds: Vec<What> = found.iter().map(|found| found.what).collect();
                assert_eq!(kinds, [What::Kind(Kind::MobileNumber)], "{syntax} {charset:?}: {written}");
            }
        }
    }
}

/// 8.4: what is masked is nothing, but the secret part is.
#[test]
fn a_secret_part_that_can_be_read() {
    let kinds = |text: &str| -> Vec<Kind> {
        let mut kinds = Vec::new();
        for syntax in ["plain", "html", "json"] {
            let found = scan(&document(syntax, Charset::Utf8), &[written(syntax, text).as_bytes()]);
            for finding in found.iter().filter(|finding| finding.confidence >= Confidence::Probable) {
                assert!(!String::from_utf8_lossy(&finding.mask).contains("234567"), "{text}");
                if let What::Kind(kind) = finding.what {
                    kinds.push(kind);
                }
            }
        }
        kinds
    };
    for text in [
        "810514-*234567",
        "810514-●234567",
        "810514-x234567",
        "******-1234567",
        "●●●●●●-1234567",
        "홍길동 XXXXXX-2234567",
    ] {
        assert_eq!(kinds(text), [Kind::ResidentRegistrationNumber; 3], "{text}");
    }
    for text in [
        "810514-1******",
        "810514-*******",
        "******-*******",
        "811514-*234567",
        "810514-*2345678",
        "*****-1234567",
        "*******-1234567",
        "******-9234567",
        "3-810514-*234567",
        "010-****-5678",
        "1234-5678-****-1234567",
        "810514-1●●●●●●",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

/// 8.2: words that are made of the same syllables.
#[test]
fn words_that_are_no_numbers() {
    for text in [
        "이사 구이 오이 일이 사구 공구 공사 이오공감 삼사 일일이 오륙도",
        "이사회 일이 구사일생 오이 구이 이일이 사오 칠팔월",
        "이 일은 이 사람이 공구 사 오는 일이 구이 오이 이사 일이 공사",
        "일이 이이 사이 오이 구이 공이 영이 이사 사이 이공 사구",
        "one two three four five six seven eight nine ten",
        "일이삼사오육칠팔구",
        "공일이삼사오",
        "3월 1일이 공사 이사 오일",
    ] {
        for syntax in ["plain", "html"] {
            let found = scan(&document(syntax, Charset::Utf8), &[written(syntax, text).as_bytes()]);
            assert!(found.is_empty(), "{text}");
        }
    }
}
