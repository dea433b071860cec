//! What is sealed opens where it was sealed, and nowhere else.

use super::*;
use crate::vocab::Kind;
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);
const NOW: Duration = Duration::from_secs(1_795_000_000);

fn ring(bytes: &[u8]) -> Arc<Ring> {
    let text = key_file(&bytes.iter().map(|byte| [*byte; 32]).collect::<Vec<_>>());
    Arc::new(Ring::parse(&text).unwrap())
}

fn sealer() -> Sealer {
    Sealer::new(ring(&[1]), "www.example.go.kr", NOW, 12 * HOUR)
}

fn value(text: &str) -> Sealed {
    Sealed { kind: Kind::ResidentRegistrationNumber, korean: true, text: text.to_owned() }
}

fn at(time: Duration) -> Sealer {
    Sealer::new(ring(&[1]), "www.example.go.kr", time, 12 * HOUR)
}

#[test]
fn secrets_for_other_ends_follow_from_the_first_key() {
    let of = |keys: &[u8], end: &str| ring(keys).derived(end);
    assert_eq!(of(&[1, 2], "a"), of(&[1, 3], "a"), "every node that seals with the same key");
    assert_ne!(of(&[1], "a"), of(&[2, 1], "a"));
    assert_ne!(of(&[1], "a"), of(&[1], "b"));
    assert_eq!(of(&[1], "a").len(), 32);
}

#[test]
fn a_reference_says_nothing_and_opens() {
    let reference = sealer().seal(&value("900101-1234568")).unwrap();
    assert!(reference.starts_with("garim.Z") && reference.ends_with('.') && reference.len() < 80, "{reference}");
    assert!(reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{reference}");
    assert_eq!(sealer().open(reference.as_bytes()), Ok(value("900101-1234568")));
    assert_eq!(format!("{:?}", value("900101-1234568")), "Sealed { kind: ResidentRegistrationNumber, .. }");
}

#[test]
fn a_reference_in_digits_opens_as_well() {
    let digits = sealer().seal_in_digits(&value("9001011234568")).unwrap();
    assert!(digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<f64>().unwrap().is_finite(), "{digits}");
    assert_eq!(sealer().open(digits.as_bytes()), Ok(value("9001011234568")));
    assert_eq!(sealer().seal_in_digits(&value(&"9".repeat(70))), None);
    let all = format!("1{digits} {digits}a");
    let (first, second) = (1..1 + digits.len(), digits.len() + 2..2 * digits.len() + 2);
    assert_eq!(next(all.as_bytes(), 0, true), Next::Whole(first.clone()));
    assert_eq!(next(all.as_bytes(), first.end, true), Next::Whole(second));
    assert_eq!(next(digits.as_bytes(), 0, false), Next::Open(0));
    assert_eq!(next(digits.get(..9).unwrap().as_bytes(), 0, false), Next::Open(0));
    assert_eq!(next(digits.get(..40).unwrap().as_bytes(), 0, true), Next::Nothing);
    assert_eq!(hide(&format!("a={digits}")), "a=garim.…");
    for broken in [digits.replacen("7304268815972036100", "7304268815972036999", 1), format!("{digits}1")] {
        assert_eq!(sealer().open(broken.as_bytes()), Err(Refused::Broken));
    }
}

#[test]
fn a_value_has_one_reference_in_a_period() {
    let start = Duration::from_secs(NOW.as_secs() / 3_600 * 3_600);
    let of = |sealer: Sealer| sealer.seal(&value("900101-1234568")).unwrap();
    assert_eq!(of(at(start)), of(at(start + HOUR - Duration::from_secs(1))));
    assert_ne!(of(at(start)), of(at(start + HOUR)));
    assert_ne!(of(at(start)), sealer().seal(&value("900101-1234569")).unwrap());
    assert_ne!(of(at(start)), of(at(start).in_session(Some(b"a"))));
}

#[test]
fn another_site_session_age_or_key_does_not_open_it() {
    let in_session = sealer().in_session(Some(b"PHPSESSID=a"));
    let free = sealer().seal(&value("900101-1234568")).unwrap();
    let bound = in_session.seal(&value("900101-1234568")).unwrap();
    assert_eq!(in_session.open(free.as_bytes()), Ok(value("900101-1234568")), "made without a session");
    assert_eq!(in_session.open(bound.as_bytes()), Ok(value("900101-1234568")));
    assert_eq!(sealer().open(bound.as_bytes()), Err(Refused::Foreign));
    assert_eq!(sealer().in_session(Some(b"PHPSESSID=b")).open(bound.as_bytes()), Err(Refused::Foreign));
    let elsewhere = Sealer::new(ring(&[1]), "other.kr", NOW, 12 * HOUR);
    assert_eq!(elsewhere.open(free.as_bytes()), Err(Refused::Foreign));
    let other_key = Sealer::new(ring(&[2]), "www.example.go.kr", NOW, 12 * HOUR);
    assert_eq!(other_key.open(free.as_bytes()), Err(Refused::Foreign));
    assert!(at(NOW + 12 * HOUR).open(free.as_bytes()).is_ok());
    assert_eq!(at(NOW + 14 * HOUR).open(free.as_bytes()), Err(Refused::Age));
    assert_eq!(at(NOW - 2 * HOUR).open(free.as_bytes()), Err(Refused::Age));
}

#[test]
fn what_lasts_opens_in_any_session_at_any_time() {
    let reference = sealer().in_session(Some(b"a")).seal_lasting(&value("hong@example.com")).unwrap();
    let later = at(NOW + 10_000 * HOUR).in_session(Some(b"b"));
    assert_eq!(later.open(reference.as_bytes()), Ok(value("hong@example.com")));
    let elsewhere = Sealer::new(ring(&[1]), "other.kr", NOW, 12 * HOUR);
    assert_eq!(elsewhere.open(reference.as_bytes()), Err(Refused::Foreign));
}

#[test]
fn keys_rotate_without_a_break() {
    let with = |text: &str| Sealer::new(Arc::new(Ring::parse(text).unwrap()), "www.example.go.kr", NOW, HOUR);
    let old = key_file(&[[1; 32], [2; 32]]);
    let new = rotated(&old, &[3; 32]).unwrap();
    assert_eq!(new, key_file(&[[2; 32], [3; 32], [1; 32]]));
    let before = with(&old).seal(&value("1")).unwrap();
    let after = with(&new).seal(&value("1")).unwrap();
    assert_ne!(before, after);
    assert_eq!(with(&new).open(before.as_bytes()), Ok(value("1")));
    assert_eq!(with(&old).open(after.as_bytes()), Ok(value("1")), "a node that has not got the new file yet");
    assert_eq!(rotated(&key_file(&[[1; 32]]), &[3; 32]).unwrap(), key_file(&[[3; 32], [1; 32]]));
    let many = (4..9).fold(new, |text, byte| rotated(&text, &[byte; 32]).unwrap());
    assert_eq!(many, key_file(&[[7; 32], [8; 32], [6; 32], [5; 32], [4; 32]]));
    assert_eq!(with(&many).open(before.as_bytes()), Err(Refused::Foreign));
}

#[test]
fn a_key_file_is_read_strictly() {
    let line = |line| Some(KeyFileError::Line { line });
    assert_eq!(Ring::parse("# a remark\n\n").err(), Some(KeyFileError::Empty));
    assert_eq!(Ring::parse("secret").err(), line(1));
    assert_eq!(Ring::parse("# a\nseal-1 AAAA").err(), line(2));
    assert_eq!(Ring::parse(&key_file(&[[1; 32]]).replace("seal-1", "seal-2")).err(), line(4));
    assert!(rotated("", &[1; 32]).is_err());
    assert_eq!(format!("{:?}", ring(&[1, 2])), "Ring { keys: 2 }");
}

#[test]
fn references_are_found_and_others_are_not() {
    let reference = sealer().seal(&value("900101-1234568")).unwrap();
    let text = format!("see garim.toml and garim.Zookeeper. no={reference}&x");
    let start = text.find(&reference).unwrap();
    assert_eq!(next(text.as_bytes(), 0, true), Next::Whole(start..start + reference.len()));
    assert_eq!(next(text.as_bytes(), start + 1, true), Next::Nothing);
    let cut = &reference[..reference.len() - 2];
    assert_eq!(next(cut.as_bytes(), 0, true), Next::Broken(0..cut.len()));
    assert_eq!(next(cut.as_bytes(), 0, false), Next::Open(0));
    assert_eq!(next(format!("{cut} ").as_bytes(), 0, false), Next::Broken(0..cut.len()));
    for changed in [reference.to_uppercase(), reference.to_lowercase()] {
        assert_eq!(next(changed.as_bytes(), 0, true), Next::Whole(0..reference.len()));
        assert_eq!(sealer().open(changed.as_bytes()), Err(Refused::Broken));
    }
    assert_eq!(next(b"a gar", 0, false), Next::Open(2));
    assert_eq!(next(b"a gar", 0, true), Next::Nothing);
    assert_eq!(next(b"a garx", 0, false), Next::Nothing);
    assert_eq!(hide(&format!("/photo/{reference}.jpg")), "/photo/garim.….jpg");
    assert_eq!(
        hide(&format!("garim.ZAAAAAAAAAAAAAAAA{reference}")),
        "garim.…garim.…",
        "one that is cut, and a whole one"
    );
    assert_eq!(hide("/photo/1.jpg"), "/photo/1.jpg");
}

#[test]
fn a_number_that_a_script_has_made_of_one_is_broken() {
    let digits = sealer().seal_in_digits(&value("9001011234568")).unwrap();
    let number = format!("{:e}", digits.parse::<f64>().unwrap()).replace('e', "e+");
    assert!(number.starts_with("7.304268815972036") && number.len() < 25, "{number}");
    let text = format!("a={number}&b={digits}");
    let second = text.find(&digits).unwrap();
    assert_eq!(next(text.as_bytes(), 0, true), Next::Broken(2..2 + number.len()));
    assert_eq!(next(text.as_bytes(), 2 + number.len(), true), Next::Whole(second..text.len()));
    assert_eq!(next(format!("{digits} {number}").as_bytes(), 0, true), Next::Whole(0..digits.len()));
    assert!(super::may_stand_in(number.as_bytes()));
    for end in 0..2 + number.len() {
        assert!(matches!(next(&text.as_bytes()[..end], 0, false), Next::Open(2) | Next::Nothing), "cut after {end}");
    }
    assert_eq!(next(b"7.3", 0, true), Next::Nothing);
}

#[test]
fn one_of_an_address_is_an_address() {
    let reference = sealer().seal_as_address(&value("hong@example.com")).unwrap();
    let (local, host) = reference.split_once('@').unwrap();
    // WHATWG HTML, section 4.10.5.1.5.
    assert!(local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)));
    assert_eq!(host, "garim.invalid");
    assert_eq!(sealer().open(reference.as_bytes()), Ok(value("hong@example.com")));
    let text = format!("a={reference}&b=1");
    for end in 0..=text.len() {
        let found = next(&text.as_bytes()[..end], 0, false);
        let whole = Next::Whole(2..2 + reference.len());
        assert!(found == whole || end < 2 + reference.len(), "{found:?} after {end}");
        assert!(!matches!(found, Next::Whole(range) if range.end != 2 + reference.len()), "cut after {end}");
    }
    assert_eq!(hide(&text), "a=garim.…&b=1");
}

#[test]
fn the_head_of_one_that_a_script_cut_off_is_broken() {
    let reference = sealer().seal(&value("900101-1234568")).unwrap();
    for length in [6, 7, 8, 14, 21, 40] {
        let head = &reference[..length];
        assert_eq!(next(head.as_bytes(), 0, true), Next::Broken(0..length), "{head}");
        let json = format!("[\"{head}\"]");
        assert_eq!(next(json.as_bytes(), 0, true), Next::Broken(2..2 + length), "{json}");
        assert_eq!(next(json.as_bytes(), 0, false), Next::Broken(2..2 + length), "{json}");
    }
    for other in ["see garim.", "garim.zip", "GARIM.", "garim. Zoo", "garim.go.kr", "garim.Z is", "\"garim.js\""] {
        assert_eq!(next(other.as_bytes(), 0, true), Next::Nothing, "{other}");
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens(text in "\\PC{1,100}", korean: bool, kind in 0..Kind::ALL.len(), session: Option<Vec<u8>>) {
        let sealer = sealer().in_session(session.as_deref());
        let value = Sealed { kind: Kind::ALL[kind], korean, text };
        let reference = sealer.seal(&value).unwrap();
        prop_assert_eq!(next(reference.as_bytes(), 0, true), Next::Whole(0..reference.len()));
        prop_assert_eq!(next(reference.as_bytes(), 0, false), Next::Open(0), "a host may follow");
        prop_assert_eq!(next(format!("{reference} ").as_bytes(), 0, false), Next::Whole(0..reference.len()));
        prop_assert_eq!(sealer.open(reference.as_bytes()), Ok(value));
    }

    #[test]
    fn no_flipped_bit_opens(at: prop::sample::Index, bit in 0..8_u32, text in "[0-9-]{1,20}") {
        let mut reference = sealer().seal(&value(&text)).unwrap().into_bytes();
        let place = at.index(reference.len());
        reference[place] ^= 1 << bit;
        prop_assert!(sealer().open(&reference).is_err());
    }

    #[test]
    fn no_part_opens(from: prop::sample::Index, to: prop::sample::Index, text in "[0-9-]{1,20}") {
        let reference = sealer().seal(&value(&text)).unwrap().into_bytes();
        let (from, to) = (from.index(reference.len()), to.index(reference.len()));
        prop_assert!(sealer().open(reference.get(from..to).unwrap_or_default()).is_err());
    }

    #[test]
    fn anything_may_be_looked_through(text in prop::collection::vec(prop_oneof![Just(b'g'), any::<u8>()], 0..200), last: bool) {
        let mut from = 0;
        while let Next::Whole(range) | Next::Broken(range) = next(&text, from, last) {
            prop_assert!(range.start >= from && range.end > range.start);
            prop_assert!(sealer().open(&text[range.clone()]).is_err());
            from = range.end;
        }
    }
}
