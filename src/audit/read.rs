//! Reading a journal, for lists, exports and reports: as a stream, in the order in which it was written. Whether it was
//! altered is for [`verify`](super::verify()) to say.

use super::chain::Line;
use super::event::LONGEST;
use super::names::Listing;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Which records are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this time on, in milliseconds since 1970.
    pub from: Option<i64>,
    /// Before this time.
    pub to: Option<i64>,
    /// Of these kinds; of all, if there are none.
    pub kinds: Vec<String>,
    /// Of this account.
    pub account: Option<String>,
    /// In which this keyed hash (`hmac:…`) stands.
    pub hash: Option<String>,
}

/// A record as it was read.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The start that wrote it.
    pub start: String,
    /// Its number there.
    pub seq: u64,
    /// When, in milliseconds since 1970.
    pub time: i64,
    /// What it is.
    pub kind: String,
    /// The line, as it stands.
    pub line: String,
    pub(super) value: Value,
}

impl Entry {
    /// A field in words: of the record itself, else of the body it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        let of = |value: &'_ Value| value.get(name).is_some_and(Value::is_string);
        let value = [Some(&self.value), self.value.get("body")].into_iter().flatten().find(|value| of(value))?;
        value.get(name)?.as_str()
    }

    /// The address of the client.
    pub fn address(&self) -> Option<&str> {
        self.text("address").or_else(|| self.text("client"))
    }

    /// What was decided: of an exchange, the stricter of both directions.
    pub fn verdict(&self) -> Option<&str> {
        if let Some(verdict) = self.text("verdict") {
            return Some(verdict);
        }
        let side = |name: &str| self.value.get("body")?.get(name)?.get("verdict")?.as_str();
        let rank = |verdict: &&str| {
            ["pass", "log", "mask", "warn", "ask-reason", "hold", "block"].iter().position(|one| one == verdict)
        };
        let sides = [side("upload"), side("download")].into_iter().flatten();
        sides.max_by_key(rank).or_else(|| self.text("outcome"))
    }

    /// The rule that decided.
    pub fn rule(&self) -> Option<&str> {
        let side = |name: &str| self.value.get("body")?.get(name)?.get("rule")?.as_str();
        self.text("rule").or_else(|| side("upload")).or_else(|| side("download"))
    }

    /// A detail.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.value.get("detail")?.get(name)?.as_str()
    }

    /// Everything the record says beyond what has a name of its own.
    pub fn rest(&self) -> String {
        let named =
            ["seq", "time", "up", "kind", "site", "account", "address", "method", "path", "verdict", "rule", "reason"];
        let is_named = |name: &str| named.contains(&name) || matches!(name, "prev" | "mac");
        let rest = self.value.as_object().into_iter().flatten().filter(|(name, _)| !is_named(name));
        let rest: serde_json::Map<String, Value> = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
        if rest.is_empty() { String::new() } else { Value::Object(rest).to_string() }
    }

    /// When, in Korea: `2026-11-26 22:36:05`.
    pub fn korean_time(&self) -> String {
        korean_time(self.time).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Records that were wanted.
    pub records: u64,
    /// Lines that are no records, a torn one at an end among them.
    pub unreadable: u64,
}

/// A time in Korea (UTC+9, without daylight saving since 1988).
pub fn korean_time(time: i64) -> DateTime {
    jiff::tz::offset(9).to_datetime(Timestamp::from_millisecond(time).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// The time that a word means: a day in Korea (`2026-11-26`), or an instant (`2026-11-26T13:30:00Z`).
pub fn time_of(word: &str) -> Option<i64> {
    let day = || {
        let day: Date = word.parse().ok()?;
        TimeZone::fixed(jiff::tz::offset(9)).to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok()
    };
    let at = if word.len() == 10 { day() } else { word.parse::<Timestamp>().ok() };
    Some(at?.as_millisecond())
}

/// The node that a journal is of, as its newest first record says.
pub fn node_of(folder: &Path) -> Option<String> {
    let listing = Listing::read(folder).ok()?;
    let mut firsts = listing.starts.values().rev().filter_map(|files| {
        let mut line = Vec::new();
        let path = files.segments.values().next()?;
        BufReader::new(File::open(path).ok()?).take(u64::try_from(LONGEST).ok()?).read_until(b'\n', &mut line).ok()?;
        let value: Value = serde_json::from_slice(&line).ok()?;
        Some(value.get("node")?.as_str()?.to_owned())
    });
    firsts.next()
}

/// Whether a folder has a root secret of its own, because its operator named no key file.
pub fn has_own_root(folder: &Path) -> bool {
    folder.join(super::names::ROOT).is_file()
}

/// Calls `each` with every record that is wanted. Blocking.
///
/// # Errors
/// When a file cannot be read, or what `each` says.
pub fn read(folder: &Path, filter: &Filter, mut each: impl FnMut(Entry) -> io::Result<()>) -> io::Result<Seen> {
    let listing = Listing::read(folder)?;
    let mut seen = Seen::default();
    let logs = listing.starts.iter().flat_map(|(start, files)| files.segments.values().map(move |path| (start, path)));
    for (start, path) in logs {
        lines(path, |bytes| {
            let Some(line) = Line::parse(bytes) else {
                seen.unreadable = seen.unreadable.saturating_add(1);
                return Ok(());
            };
            if !filter.wants(&line, bytes) {
                return Ok(());
            }
            let Ok(value) = serde_json::from_slice(bytes) else {
                seen.unreadable = seen.unreadable.saturating_add(1);
                return Ok(());
            };
            let entry = Entry {
                start: start.clone(),
                seq: line.seq,
                time: line.time,
                kind: line.kind.to_owned(),
                line: String::from_utf8_lossy(bytes).into_owned(),
                value,
            };
            if filter.account.as_deref().is_some_and(|wanted| entry.who() != Some(wanted)) {
                return Ok(());
            }
            seen.records = seen.records.saturating_add(1);
            each(entry)
        })?;
    }
    Ok(seen)
}

impl Filter {
    /// Whether a line may be wanted, before it is looked at closely.
    fn wants(&self, line: &Line<'_>, bytes: &[u8]) -> bool {
        let time = self.from.is_none_or(|from| line.time >= from) && self.to.is_none_or(|to| line.time < to);
        let kind = self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == line.kind);
        let holds = |hash: &String| {
            let quoted = format!("\"{hash}\"");
            std::str::from_utf8(bytes).is_ok_and(|text| text.contains(&quoted))
        };
        time && kind && self.hash.as_ref().is_none_or(holds)
    }
}

fn lines(path: &Path, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
    let most = u64::try_from(LONGEST).unwrap_or_default().saturating_add(1);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut reader).take(most).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        each(line.strip_suffix(b"\n").unwrap_or(&line))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_korean_days_or_instants() {
        assert_eq!(time_of("2026-11-26"), time_of("2026-11-25T15:00:00Z"));
        assert_eq!(time_of("2026-11-26T09:00:00+09:00"), time_of("2026-11-26T00:00:00Z"));
        assert_eq!((time_of("2026-13-01"), time_of("today")), (None, None));
        assert_eq!(korean_time(time_of("2026-11-26").expect("a day")).to_string(), "2026-11-26T00:00:00");
    }
}
