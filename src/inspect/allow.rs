//! Values that are no findings: the office's own numbers, a test card, and those of which only a keyed hash is known.

use crate::policy::{Find, Paths};
use crate::seal::Ring;
use crate::vocab::{Day, Finding, Kind, What};
use std::fmt::Write;
use std::sync::Arc;

/// One entry of the list: which values, and where and how long.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Values as people write them; `*` stands for any characters.
    pub values: Vec<String>,
    /// Keyed hashes of values, as [`Ring::fingerprint`] writes them.
    pub hashes: Vec<String>,
    /// Only these kinds; `None` for all.
    pub kinds: Option<Find>,
    /// Only the sites with one of these names; empty for all.
    pub sites: Vec<String>,
    /// Only on these paths.
    pub paths: Option<Paths>,
    /// The last day on which it holds.
    pub until: Option<Day>,
}

/// The list of one configuration.
#[derive(Debug, Clone, Default)]
pub struct AllowList {
    /// Its entries.
    pub entries: Vec<Entry>,
}

impl AllowList {
    /// The entries that can hold for a site; `None` if there are none.
    pub fn of_site(&self, site: &str) -> Option<AllowList> {
        let holds = |entry: &&Entry| entry.sites.is_empty() || entry.sites.iter().any(|name| name == site);
        let entries: Vec<Entry> = self.entries.iter().filter(holds).cloned().collect();
        (!entries.is_empty()).then_some(AllowList { entries })
    }

    /// Everything in it that decides, in words.
    pub fn spelled(&self) -> String {
        let mut text = String::new();
        for Entry { values, hashes, kinds, sites, paths, until } in &self.entries {
            let kinds = kinds.map(Find::names);
            let paths = paths.as_ref().map(Paths::written);
            // Writing into a string cannot fail.
            let _ = writeln!(text, "allow {values:?} {hashes:?} {kinds:?} {sites:?} {paths:?} {until:?}");
        }
        text
    }
}

/// The list as it holds for one exchange.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// The entries.
    pub list: Arc<AllowList>,
    /// What hashes were made with; `None` if there are no keys.
    pub ring: Option<Arc<Ring>>,
    /// The path that is asked for, percent-decoded and without the query.
    pub path: Arc<str>,
    /// Today.
    pub today: Day,
}

impl Allowed {
    /// Whether a finding is none.
    pub(super) fn allows(&self, finding: &Finding) -> bool {
        let What::Kind(kind) = finding.what else { return false };
        let value = finding.secret.expose();
        self.list.entries.iter().any(|entry| {
            entry.kinds.is_none_or(|kinds| kinds.contains(finding.what))
                && entry.until.is_none_or(|until| self.today <= until)
                && entry.paths.as_ref().is_none_or(|paths| paths.hold(&self.path))
                && (entry.values.iter().any(|written| is_like(kind, written, value))
                    || self.is_hashed(entry, kind, value))
        })
    }

    fn is_hashed(&self, entry: &Entry, kind: Kind, value: &[u8]) -> bool {
        let Some(ring) = self.ring.as_ref().filter(|_| !entry.hashes.is_empty()) else { return false };
        ring.fingerprints(kind, value).any(|hash| entry.hashes.contains(&hash))
    }
}

/// Whether a value, normalised, is one that is written so, with `*` for any characters. Of numbers only the digits count.
fn is_like(kind: Kind, written: &str, value: &[u8]) -> bool {
    let number = kind.is_number();
    let counts = |character: &char| !number || character.is_ascii_digit() || *character == '*';
    let pattern: String = written.trim().to_lowercase().chars().filter(counts).collect();
    let value = String::from_utf8_lossy(value).to_lowercase();
    pattern.contains(|character: char| character != '*') && matches(&pattern, &value)
}

/// Whether `*` in the pattern can be replaced so that it is the text. Each part is looked for once: that the first place
/// will do is known of patterns whose only sign is `*`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = text.find(part) else { return false };
        text = text.get(at + part.len()..).unwrap_or_default();
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Part, Place, Reason, Secret, Span};

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text, like) in [
            ("ab", "ab", true),
            ("ab", "abc", false),
            ("a*", "a", true),
            ("*c", "abc", true),
            ("a*c", "abbc", true),
            ("a*a", "a", false),
            ("a*b*c", "a-bb-c", true),
            ("a*b*c", "a-c-b", false),
            ("*b*", "abc", true),
        ] {
            assert_eq!(matches(pattern, text), like, "{pattern} {text}");
        }
    }

    #[test]
    fn numbers_are_compared_by_their_digits() {
        assert!(is_like(Kind::LandlineNumber, "02-2100-*", b"0221001234"));
        assert!(!is_like(Kind::LandlineNumber, "02-2100-*", b"0321001234"));
        assert!(is_like(Kind::EmailAddress, "*@Example.go.kr", b"help@example.go.kr"));
        assert!(!is_like(Kind::EmailAddress, "*@example.go.kr", b"help@example.go.kr.evil.com"));
        assert!(!is_like(Kind::MobileNumber, "*@example.go.kr", b"01012345678"), "no digits, no number");
        assert!(!is_like(Kind::MobileNumber, "*", b"01012345678"));
    }

    fn finding(value: &[u8]) -> Finding {
        let blank = Finding::uninspectable(Reason::Binary, Span { start: 0, end: 1 }, Place::whole(Part::Body));
        Finding { what: What::Kind(Kind::MobileNumber), secret: Secret::new(value), ..blank }
    }

    fn allowed(entry: Entry, path: &str) -> Allowed {
        let ring = Ring::of(&[7; 32]).map(Arc::new);
        let today = Day { year: 2026, month: 11, day: 22 };
        Allowed { list: Arc::new(AllowList { entries: vec![entry] }), ring, path: path.into(), today }
    }

    #[test]
    fn an_entry_holds_as_far_as_it_says() {
        let entry = Entry { values: vec!["010-2234-5678".into()], ..Entry::default() };
        let found = finding(b"01022345678");
        assert!(allowed(entry.clone(), "/").allows(&found));
        let until = |day| Entry { until: Some(Day { year: 2026, month: 11, day }), ..entry.clone() };
        assert!(allowed(until(22), "/").allows(&found) && !allowed(until(21), "/").allows(&found));
        let emails = Find::NONE.with(What::Kind(Kind::EmailAddress));
        assert!(!allowed(Entry { kinds: Some(emails), ..entry.clone() }, "/").allows(&found));
        let mut set = globset::GlobSetBuilder::new();
        set.add(globset::Glob::new("/a/**").unwrap());
        let paths = Some(Paths::new(vec!["/a/**".into()], set.build().unwrap()));
        let entry = Entry { paths, ..entry };
        assert!(allowed(entry.clone(), "/a/b").allows(&found) && !allowed(entry, "/b").allows(&found));
        let list = AllowList { entries: vec![Entry { sites: vec!["a.kr".into()], ..Entry::default() }] };
        assert!(list.of_site("a.kr").is_some() && list.of_site("b.kr").is_none());
    }

    #[test]
    fn a_hash_stands_for_its_value_and_kind() {
        let ring = Ring::of(&[7; 32]).unwrap();
        let hash = ring.fingerprint(Kind::MobileNumber, b"01022345678");
        let entry = Entry { hashes: vec![hash], ..Entry::default() };
        assert!(allowed(entry.clone(), "/").allows(&finding(b"01022345678")));
        assert!(!allowed(entry, "/").allows(&finding(b"01022345679")));
    }
}
