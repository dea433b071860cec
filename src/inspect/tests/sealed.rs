//! References in what comes back, in bodies that are read in several ways: each is opened once, however it is cut.

use super::*;
use crate::mask;
use crate::seal::{self, Next, Ring, Sealed};
use crate::vocab::Kind;
use std::sync::LazyLock;
use std::time::Duration;

const WIDE: &str = "９００１０１－１２３４５６８";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=B";

fn sealer(key: u8) -> Sealer {
    let ring = Arc::new(Ring::of(&[key; 32]).unwrap());
    Sealer::new(ring, "example.go.kr", Duration::from_secs(1_795_000_000), Duration::from_secs(43_200))
}

fn opening() -> Arc<Lens> {
    Arc::new(Lens { seal: Some(sealer(1)), ..Lens::clone(&lens()) })
}

fn euc_kr(text: &str) -> Vec<u8> {
    encoding_rs::EUC_KR.encode(text).0.into_owned()
}

fn reference(kind: Kind, korean: bool, text: &str) -> String {
    sealer(1).seal(&Sealed { kind, korean, text: text.to_owned() }).unwrap()
}

/// Pieces that such bodies are made of.
static WORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    const RESIDENT: Kind = Kind::ResidentRegistrationNumber;
    let foreign = sealer(2).seal(&Sealed { kind: RESIDENT, korean: false, text: NUMBER.to_owned() }).unwrap();
    let mut words: Vec<Vec<u8>> = [
        "900101-*~*~*~*",
        "900101-1234568",
        "900101",
        "-1234568",
        "a@example.com",
        "x@",
        "@",
        ".co.kr",
        "*",
        "＊",
        " ",
        "+",
        "&",
        "&b=",
        "=",
        "%25",
        "%2538",
        "%u0038",
        "\\u0038",
        "\\\\u0038",
        "%",
        "\\",
        "가나",
        "주민번호 ",
        WIDE,
        "900101-123456",
        "8",
        "\"",
        "{\"a\":\"",
        "\"}",
        ",",
        "<p>",
        "&#45;",
        "&amp;#45;",
        "]]>",
        "\r\n",
        "garim.",
        "garim.ZAAAAAAAAAAAAAAAAAAAAA",
        "GARIM.ZAAAAAAAAAAAAAAAAAAAAA",
        "9.001011234568e12",
        "\r\n--B\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n",
    ]
    .map(|word| word.as_bytes().to_vec())
    .to_vec();
    words.extend([
        euc_kr("가나"),
        euc_kr(WIDE),
        euc_kr("＊"),
        b"\xFF".to_vec(),
        b"\xC0\xB8".to_vec(),
        b"\xB0".to_vec(),
    ]);
    words.push(b"x ".repeat(8 << 10));
    for (kind, text) in [
        (RESIDENT, NUMBER),
        (RESIDENT, WIDE),
        (RESIDENT, "900101\u{200b}-\n1234568"),
        (Kind::MobileNumber, "010-2345-6789"),
        (Kind::EmailAddress, "hong.gd+1@example.com"),
    ] {
        let (mark, reference) = (mask::mark(kind, text), reference(kind, text == WIDE, text));
        words.push(foreign.as_bytes()[..foreign.len() - 9].to_vec());
        words.push(reference.as_bytes()[..reference.len() / 2].to_vec());
        words.push(format!("{mark}{reference}").into_bytes());
        words.push([euc_kr(&mark), reference.clone().into_bytes()].concat());
        words.extend([foreign.clone(), reference.clone(), reference].map(String::into_bytes));
    }
    words
});

/// A word as it is, in percent escapes, in such escapes twice, or the second half of it so.
fn escaped(word: &[u8], how: u8) -> Vec<u8> {
    let percent = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    match how {
        0 => percent(word).into_bytes(),
        1 => percent(percent(word).as_bytes()).into_bytes(),
        2 => [&word[..word.len() / 2], percent(&word[word.len() / 2..]).as_bytes()].concat(),
        _ => word.to_vec(),
    }
}

fn opens(text: &[u8]) -> bool {
    let (mut from, sealer) = (0, sealer(1));
    while let Next::Whole(range) | Next::Broken(range) = seal::next(text, from, true) {
        if sealer.open(&text[range.clone()]).is_ok() {
            return true;
        }
        from = range.end;
    }
    false
}

/// What came of a body, however it is cut, and what became of it.
fn back(media_type: &str, body: &[u8]) -> (Seen, Vec<u8>) {
    let seen = |pieces: &[&[u8]]| inspect_through(opening(), content(Direction::Upload, media_type), pieces);
    let whole = seen(&[body]);
    for size in [1, 7, 64, 1000] {
        assert_eq!(seen(&body.chunks(size).collect::<Vec<_>>()), whole, "in pieces of {size}");
    }
    let changed = edited(body, &whole.edits).expect("edits in order");
    (whole, changed)
}

#[test]
fn what_does_not_open_is_told_once_whatever_else_is_read() {
    for cause in ["%25%FF", "%B0%A1", "%25u0038", "%EA%B0%80"] {
        let (seen, _) = back(FORM, format!("a=garim.ZAAAAAAAAAAAAAAAAAAAAA {cause}").as_bytes());
        assert_eq!(seen.reasons(), [Reason::Reference], "{cause}");
    }
}

#[test]
fn a_whole_one_opens_behind_one_that_is_cut() {
    let reference = reference(Kind::ResidentRegistrationNumber, false, NUMBER);
    let (seen, changed) = back(FORM, format!("a=garim.ZAAAAAAAAAAAAAAAAAAAAA{reference}").as_bytes());
    assert_eq!(changed, format!("a=garim.ZAAAAAAAAAAAAAAAAAAAAA{NUMBER}").as_bytes());
    assert_eq!(seen.reasons(), [Reason::Reference]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn references_are_opened_the_same_however_it_is_cut(
        media_type in prop::sample::select(vec![
            FORM, MULTIPART, "application/json", "text/xml", "text/plain", "text/html", "",
        ]),
        words in prop::collection::vec((0..WORDS.len(), 0..12_u8), 0..16),
        size in prop_oneof![3 => 1..90_usize, 1 => 90..20_000_usize],
    ) {
        let (begin, end) = match media_type {
            FORM => ("a=", ""),
            MULTIPART => ("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n", "\r\n--B--\r\n"),
            "application/json" => ("{\"a\":\"", "\"}"),
            "text/xml" => ("<a>", "</a>"),
            _ => ("", ""),
        };
        let mut body = begin.as_bytes().to_vec();
        words.iter().for_each(|(word, how)| body.extend(escaped(&WORDS[*word], *how)));
        body.extend_from_slice(end.as_bytes());
        let seen = |pieces: &[&[u8]]| inspect_through(opening(), content(Direction::Upload, media_type), pieces);
        let whole = seen(&[&body]);
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        prop_assert_eq!(&seen(&pieces), &whole);
        let changed = edited(&body, &whole.edits).expect("edits in order");
        prop_assert!(!whole.account.passed_over.is_empty() || !opens(&changed), "one is left");
    }
}

/// What was found goes for another time, but not what was sealed for one session.
#[test]
fn sealed_references_are_not_kept_for_another_time() {
    let cases =
        [("<p>900101-1234568</p>", true), ("<input name=a value='900101-1234568'>", false), ("<p>가나다</p>", true)];
    for (page, kept) in cases {
        let mut inspector =
            Inspector::new(content(Direction::Download, "text/html; charset=utf-8"), opening(), Ceilings::of_parts(10));
        let mut tally = tally(Action::Mask);
        inspector.hear(10);
        let mut edits = inspector.push(page.as_bytes(), &mut tally).edits;
        edits.extend(inspector.finish(&mut tally).edits);
        let heard = inspector.heard();
        assert_eq!(heard.is_some(), kept, "{page}");
        let Some((findings, account)) = heard else { continue };
        let (mut again, mut other) = (
            Inspector::new(content(Direction::Download, ""), opening(), Ceilings::of_parts(10)),
            super::tally(Action::Mask),
        );
        assert_eq!(again.recall(&findings, &account, &mut other).edits, edits);
        assert_eq!((other.reported(), again.account()), (tally.reported(), account));
    }
}
