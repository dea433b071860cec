//! What an account of a site is called in records: by its name, unless that is personal data itself. Pure.

use crate::inspect::{Beyond, Lens, clean};
use crate::seal::Ring;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::sync::Arc;

/// What keys are derived for.
const END: &str = "accounts of sites";
/// Characters of a name that are shown.
const LONGEST: usize = 64;
/// Letters of its keyed hash behind a name that is not shown as it is.
const LETTERS: usize = 8;
/// Stands before them, and in no name that is shown as it is.
const MARK: char = '#';
/// The bytes of a keyed hash that are kept.
const HASH: usize = 16;

/// The keyed hash of a session of a site.
pub(super) type SessionKey = [u8; HASH];

/// What sessions and accounts are hashed with: on every node with the same key file the same.
pub struct Keys(Vec<hmac::Key>);

/// It shows nothing of them.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Those that follow from a ring's.
    pub fn new(ring: &Ring) -> Keys {
        Keys(ring.all_derived(END).iter().map(|secret| hmac::Key::new(hmac::HMAC_SHA256, secret)).collect())
    }

    /// The hash of a session under the first key.
    pub(super) fn session(&self, site: &str, session: &[u8]) -> SessionKey {
        self.sessions(site, session).next().unwrap_or_default()
    }

    /// The same under every key: names that were given before the first key changed are still known.
    pub(super) fn sessions(&self, site: &str, session: &[u8]) -> impl Iterator<Item = SessionKey> {
        self.0.iter().map(move |key| hash(key, &[b"session", site.as_bytes(), session]))
    }

    fn account(&self, folded: &str) -> String {
        let bytes = self.0.first().map(|key| hash(key, &[b"account", folded.as_bytes()])).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

fn hash(key: &hmac::Key, parts: &[&[u8]]) -> [u8; HASH] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; HASH];
    hash.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

/// The keyed hash of a session, for the store.
pub(super) fn written(key: &SessionKey) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

/// What was written so.
pub(super) fn read(text: &str) -> Option<SessionKey> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// An account of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    shown: Box<str>,
    hash: Box<str>,
}

impl Account {
    /// As it was made before.
    pub(super) fn of(shown: &str, hash: &str) -> Account {
        Account { shown: shown.into(), hash: hash.into() }
    }

    /// The account of a name as somebody has typed it; `None` if there is none. Personal data in it (an e-mail address, a
    /// telephone number) is masked as in every record, whatever a site allows, and a keyed hash keeps it apart from others.
    /// What sites take to be the same name (in capitals, in full width, with spaces around it) has the same hash.
    pub(super) fn named(typed: &str, lens: &Arc<Lens>, keys: &Keys) -> Option<Account> {
        let typed: String = typed.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let folded: String = typed.chars().map(narrow).flat_map(char::to_lowercase).collect();
        let folded = folded.trim();
        if folded.is_empty() {
            return None;
        }
        let hash = keys.account(folded);
        let beyond = Beyond { detectors: lens.beyond.detectors.clone(), ..Beyond::default() };
        let strict = Arc::new(Lens { today: lens.today, hosts: Arc::new([]), seal: None, beyond });
        let is_open = |text: &str| clean(text, &strict) == text;
        let short = typed.chars().nth(LONGEST).is_none();
        if short && !typed.contains(MARK) && is_open(&typed) && is_open(folded) {
            return Some(Account { shown: typed.into(), hash: hash.into() });
        }
        // Masked before it is cut; and what only its narrow form gives away is not shown at all.
        let masked = clean(&typed, &strict);
        let masked = if masked != typed || is_open(folded) { masked } else { String::new() };
        let masked: String = masked.chars().take(LONGEST).collect();
        let letters: String = hash.chars().take(LETTERS).collect();
        Some(Account { shown: format!("{masked}{MARK}{letters}").into(), hash: hash.into() })
    }

    /// As records show it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What tells it from others where nobody reads it: a keyed hash.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// A full-width character (U+FF01 to U+FF5E, U+3000) as the one that databases take it for.
fn narrow(c: char) -> char {
    match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Day;

    fn keys(secret: u8) -> Keys {
        Keys::new(&Ring::of(&[secret; 32]).expect("a ring"))
    }

    fn named(typed: &str) -> Option<Account> {
        let hosts = Arc::new(["example.go.kr".to_owned()]);
        let today = Day { year: 2026, month: 11, day: 26 };
        let lens = Arc::new(Lens { today, hosts, seal: None, beyond: Beyond::default() });
        Account::named(typed, &lens, &keys(1))
    }

    fn shown(typed: &str) -> String {
        named(typed).expect("a name").shown().to_owned()
    }

    #[test]
    fn an_ordinary_name_is_shown_as_it_is() {
        for name in ["kim", "kim.h_1985", "홍길동", "admin", "20211234", "a"] {
            assert_eq!(shown(name), name);
        }
        assert_eq!(shown("  kim\t"), "kim");
        assert_eq!(named(" \u{3000} "), None);
        assert_eq!(shown("a\nb"), "a b", "a record is a line");
    }

    #[test]
    fn a_name_that_is_personal_data_is_masked_and_stays_distinct() {
        let names = [
            "hong@naver.com",
            "hona@naver.com",
            "privacy@example.go.kr",
            "01023451234",
            "010-2345-1234",
            "010-9345-1234",
            "9001011234568",
            "900101-1234568",
            "９００１０１１２３４５６８",
            "９００１０１－１２３４５６８",
        ];
        let all: Vec<String> = names.iter().map(|name| shown(name)).collect();
        for (name, shown) in names.iter().zip(&all) {
            assert!(shown.contains('#') && !shown.contains(name), "{name}: {shown}");
            for secret in ["2345", "9345", "1234568", "hong", "hona", "privacy", "１２３４５６８"] {
                assert!(!shown.contains(secret), "{name}: {shown}");
            }
        }
        // In full width it is the same number, and is taken for the same account; with its hyphen for another.
        assert_eq!(named("９００１０１１２３４５６８").map(|a| a.hash), named("9001011234568").map(|a| a.hash));
        let mut apart: Vec<&String> = all.iter().filter(|shown| shown.starts_with("ho")).collect();
        apart.dedup();
        assert_eq!(apart.len(), 2, "{all:?}");
        let mut hashes: Vec<Box<str>> = names.iter().filter_map(|name| named(name)).map(|a| a.hash).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), 8);
    }

    #[test]
    fn nobody_is_called_like_somebody_elses_mask() {
        let mask = shown("hong@naver.com");
        assert_ne!(shown(&mask), mask);
        assert!(shown("a#b").starts_with("a#b#"));
        let long = "가".repeat(65);
        assert_eq!(shown(&long).chars().count(), LONGEST + 1 + LETTERS);
        assert_ne!(shown(&long), shown(&"가".repeat(66)));
    }

    #[test]
    fn what_sites_take_for_the_same_name_is_one_account() {
        let hash = |name: &str| named(name).expect("a name").hash;
        for same in ["KIM", "Kim ", "ｋｉｍ", "\u{3000}kim"] {
            assert_eq!(hash(same), hash("kim"), "{same}");
        }
        assert_ne!(hash("kim"), hash("kin"));
        let other = Account::named(
            "kim",
            &Arc::new(Lens {
                today: Day { year: 2026, month: 1, day: 1 },
                hosts: Arc::new([]),
                seal: None,
                beyond: Beyond::default(),
            }),
            &keys(2),
        );
        assert_ne!(other.expect("a name").hash, hash("kim"), "another key");
    }

    #[test]
    fn a_session_is_known_by_a_keyed_hash_of_its_site() {
        let keys = keys(1);
        let of = |site, session: &[u8]| keys.session(site, session);
        assert_eq!(of("a.kr", b"SID=1"), of("a.kr", b"SID=1"));
        assert_ne!(of("a.kr", b"SID=1"), of("b.kr", b"SID=1"));
        assert_ne!(of("a.kr", b"SID=1"), of("a.kr", b"SID=2"));
        let key = of("a.kr", b"SID=1");
        assert_eq!(read(&written(&key)), Some(key));
        assert_eq!((read("x"), read("")), (None, None));
    }
}
