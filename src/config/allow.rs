//! `[[allow]]`: values that are no findings.

use super::reader::{Table, Value};
use super::rules::{find_in, paths, sites};
use super::shadow::Reach;
use super::site::Drafts;
use super::{expected, words};
use crate::inspect::allow::{AllowList, Entry};
use crate::policy::Find;
use crate::vocab::{Day, Own};

/// Letters of a keyed hash, after its `hmac:`.
const HASH_LETTERS: usize = 28;

/// Today in Korea, where birth dates and what holds until a day are compared with it.
pub fn today() -> Day {
    day_in_korea(jiff::Timestamp::now())
}

/// The day that it is in Korea at a time.
pub fn day_in_korea(at: jiff::Timestamp) -> Day {
    let day = jiff::tz::offset(9).to_datetime(at).date();
    Day { year: day.year().unsigned_abs(), month: day.month().unsigned_abs(), day: day.day().unsigned_abs() }
}

/// `keyed` if there is a key file, without which no hash is like any.
pub(super) fn allow(root: &Table<'_>, drafts: &Drafts<'_>, own: &[Own], keyed: bool) -> AllowList {
    let tables = root.get("allow").map(|value| value.tables("[[allow]]")).unwrap_or_default();
    AllowList { entries: tables.into_iter().filter_map(|table| entry(table, drafts, own, keyed)).collect() }
}

fn entry(table: Table<'_>, drafts: &Drafts<'_>, own: &[Own], keyed: bool) -> Option<Entry> {
    let values = table.list("values", expected::VALUES);
    let values: Vec<_> = values.iter().filter_map(value).collect();
    let hashes = table.list("hashes", expected::HASHES);
    let hashes: Vec<_> = hashes.iter().filter_map(|value| hash(value, keyed)).collect();
    let kinds = table.get("kinds").map(|value| {
        let all = value.filled(expected::FIND);
        all.iter().filter_map(|value| find_in(value, own)).fold(Find::NONE, Find::and)
    });
    let sites = table.get("site").map(|value| sites(&value, drafts)).unwrap_or_default();
    let mut reach = Reach { span: table.span.clone(), paths: Vec::new() };
    let paths = match table.get("path") {
        Some(value) => Some(paths(&value, &mut reach)?),
        None => None,
    };
    let until = table.get("until");
    let until = until.and_then(|value| Some((value.date(expected::DATE)?, value)));
    // For people: why, and who says so.
    table.text("reason");
    table.text("by");
    if !table.has("values") && !table.has("hashes") {
        table.book.wrong(&table.span, words::nothing_allowed());
    }
    if let Some((day, value)) = until.as_ref().filter(|(day, _)| *day < today()) {
        value.book.doubtful(&value.span, words::expired(&day.to_string()));
    }
    table.finish(&[]);
    Some(Entry { values, hashes, kinds, sites, paths, until: until.map(|(day, _)| day) })
}

/// A value as it is written: stars alone would allow everything.
fn value(value: &Value<'_>) -> Option<String> {
    let text = value.text(expected::VALUES)?;
    if text.chars().all(|character| character == '*' || !character.is_alphanumeric()) {
        value.wrong_value(expected::VALUES, None);
        return None;
    }
    Some(text.to_owned())
}

fn hash(value: &Value<'_>, keyed: bool) -> Option<String> {
    let text = value.text(expected::HASHES)?;
    let letters = text.strip_prefix("hmac:").unwrap_or_default();
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if letters.len() != HASH_LETTERS || !letters.bytes().all(is_letter) {
        value.wrong_value(expected::HASHES, None);
        return None;
    }
    if !keyed {
        value.wrong(words::hash_without_key());
    }
    Some(text.to_owned())
}
