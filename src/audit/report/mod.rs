//! The monthly check sheet of access records: what happened in a month, and whether the journal is as it was written.

mod html;
mod sheet;
mod words;

pub use words::Language;

use super::csv::{BOM, row};
use super::event::kind;
use super::read::{Entry, Filter, korean_time, read};
use super::verify::Checked;
use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use sheet::Sheet;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

/// Rows of a list; how many more there are is said.
const ROWS: usize = 500;
/// Different accounts or addresses that are counted apart; all others are counted together.
const DIFFERENT: usize = 100_000;

/// A month in Korea.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month that a word means: `2026-11`.
    pub fn parse(word: &str) -> Option<Month> {
        let (year, month) = word.split_once('-')?;
        let plain = year.len() == 4 && month.len() == 2;
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        plain.then_some(Month { first })
    }

    /// From when until before when, in milliseconds since 1970.
    fn range(self) -> (i64, i64) {
        let korea = TimeZone::fixed(jiff::tz::offset(9));
        let at = |day: Date| korea.to_timestamp(day.to_datetime(Time::midnight())).map_or(0, |at| at.as_millisecond());
        (at(self.first), at(self.first.saturating_add(1.month())))
    }
}

/// The hours in which people are expected to work, Monday to Friday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Minutes since midnight.
    from: u32,
    to: u32,
}

impl Default for Hours {
    fn default() -> Hours {
        Hours { from: 9 * 60, to: 18 * 60 }
    }
}

impl Hours {
    /// `09:00-18:00`.
    pub fn parse(word: &str) -> Option<Hours> {
        let minutes = |word: &str| {
            let (hour, minute) = word.split_once(':')?;
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour <= 24 && minute < 60).then(|| hour.saturating_mul(60).saturating_add(minute))
        };
        let (from, to) = word.split_once('-')?;
        let hours = Hours { from: minutes(from)?, to: minutes(to)? };
        (hours.from < hours.to && hours.to <= 24 * 60).then_some(hours)
    }

    fn hold(self, time: i64) -> bool {
        let at = korean_time(time);
        let minute = u32::from(at.hour().unsigned_abs())
            .saturating_mul(60)
            .saturating_add(u32::from(at.minute().unsigned_abs()));
        let works = !matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday);
        works && (self.from..self.to).contains(&minute)
    }
}

/// A record in a list: what is the same in both languages, whose data it was, and what was found and all else in each.
#[derive(Debug)]
struct Row {
    cells: Vec<String>,
    whose: String,
    korean: [String; 2],
    english: [String; 2],
}

/// Rows of a list.
#[derive(Debug, Default)]
struct Rows {
    list: Vec<Row>,
    more: u64,
}

impl Rows {
    fn add(&mut self, row: impl FnOnce() -> Row) {
        if self.list.len() < ROWS {
            self.list.push(row());
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}

/// What happened in a month.
#[derive(Debug)]
pub struct Report {
    month: Month,
    hours: Hours,
    records: u64,
    days: BTreeMap<Date, BTreeMap<String, u64>>,
    kinds: BTreeMap<String, u64>,
    verdicts: BTreeMap<String, u64>,
    accounts: HashMap<String, u64>,
    addresses: HashMap<String, u64>,
    /// Of accounts and of addresses that are too many.
    others: (u64, u64),
    outside: Rows,
    downloads: Rows,
    holds: Rows,
    logins: Rows,
    changes: Rows,
    starts: Rows,
}

impl Report {
    /// Reads a month of a journal. Blocking.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn read(folder: &Path, month: Month, hours: Hours) -> io::Result<Report> {
        let mut report = Report {
            month,
            hours,
            records: 0,
            days: BTreeMap::new(),
            kinds: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            accounts: HashMap::new(),
            addresses: HashMap::new(),
            others: (0, 0),
            outside: Rows::default(),
            downloads: Rows::default(),
            holds: Rows::default(),
            logins: Rows::default(),
            changes: Rows::default(),
            starts: Rows::default(),
        };
        let (from, to) = month.range();
        let filter = Filter { from: Some(from), to: Some(to), ..Filter::default() };
        read(folder, &filter, |entry| {
            report.take(&entry);
            Ok(())
        })?;
        Ok(report)
    }

    fn take(&mut self, entry: &Entry) {
        self.records = self.records.saturating_add(1);
        let day = self.days.entry(korean_time(entry.time).date()).or_default();
        count(day, &entry.kind);
        count(&mut self.kinds, &entry.kind);
        if let Some(verdict) = entry.verdict() {
            count(&mut self.verdicts, &format!("{} {verdict}", entry.kind));
        }
        if let Some(account) = entry.who() {
            count_bounded(&mut self.accounts, account, &mut self.others.0);
        }
        if let Some(address) = entry.address() {
            count_bounded(&mut self.addresses, address, &mut self.others.1);
        }
        let row = || listed(entry);
        let failed = || matches!(entry.verdict(), Some("failed" | "refused" | "locked"));
        match entry.kind.as_str() {
            // What is shown to everybody is no privileged view.
            kind::VIEW | kind::EXCHANGE => {
                let is_view = entry.kind == kind::VIEW || (entry.is_view() && entry.who().is_some());
                if is_view && !self.hours.hold(entry.time) {
                    self.outside.add(row);
                }
                if asked_for_a_reason(entry) {
                    self.downloads.add(row);
                }
                if matches!(entry.text("outcome"), Some("held")) || entry.text("consent") == Some("released") {
                    self.holds.add(row);
                }
            }
            kind::EXPORT => self.downloads.add(row),
            kind::HOLD | kind::APPROVAL => self.holds.add(row),
            kind::LOGIN if failed() => self.logins.add(row),
            kind::POLICY | kind::ACCOUNT | kind::KEY | kind::RETENTION => self.changes.add(row),
            kind::START | kind::STOP | kind::LOST | kind::CLOCK | kind::SEAL => self.starts.add(row),
            kind::SEGMENT if entry.value.get("doubt").is_some() => self.starts.add(row),
            _ => {}
        }
    }

    /// As a page to be printed. `checked` is what [`verify`](super::verify()) says; `now` in milliseconds since 1970.
    pub fn html(&self, checked: &Checked, language: Language, now: i64) -> String {
        html::page(&Sheet::of(self, checked, language, now))
    }

    /// As comma-separated values, one table under the other.
    pub fn csv(&self, checked: &Checked, language: Language, now: i64) -> String {
        let sheet = Sheet::of(self, checked, language, now);
        let mut out = format!("{BOM}{}{}", row([sheet.title.as_str()]), row([sheet.basis.as_str()]));
        for (name, value, _) in &sheet.facts {
            out.push_str(&row([name.as_str(), value]));
        }
        for table in &sheet.tables {
            out.push_str("\r\n");
            out.push_str(&row([table.title.as_str()]));
            if table.rows.is_empty() {
                out.push_str(&row([sheet.none]));
                continue;
            }
            out.push_str(&row(table.head.iter().map(String::as_str)));
            table.rows.iter().for_each(|cells| out.push_str(&row(cells.iter().map(String::as_str))));
            if let Some(note) = &table.note {
                out.push_str(&row([note.as_str()]));
            }
        }
        out.push_str("\r\n");
        out.push_str(&row([sheet.opinion, ""]));
        sheet.signatures.iter().for_each(|(who, sign)| out.push_str(&row([*who, "", *sign, ""])));
        out
    }
}

/// The name of a kind of record, in words.
pub fn kind_word(kind: &str, korean: bool) -> String {
    words::kind(kind, if korean { Language::Korean } else { Language::English })
}

fn count(counts: &mut BTreeMap<String, u64>, what: &str) {
    match counts.get_mut(what) {
        Some(count) => *count = count.saturating_add(1),
        None => drop(counts.insert(what.to_owned(), 1)),
    }
}

fn count_bounded(counts: &mut HashMap<String, u64>, what: &str, others: &mut u64) {
    let room = counts.len() < DIFFERENT;
    match counts.get_mut(what) {
        Some(count) => *count = count.saturating_add(1),
        None if room => drop(counts.insert(what.to_owned(), 1)),
        None => *others = others.saturating_add(1),
    }
}

/// Whether somebody said why before it went out.
fn asked_for_a_reason(entry: &Entry) -> bool {
    match entry.kind.as_str() {
        kind::VIEW => entry.text("reason").is_some(),
        _ => entry.text("consent") == Some("reason"),
    }
}

/// Time, kind, account, address, site and path, verdict, reason, what was found, whose it was, and the rest.
fn listed(entry: &Entry) -> Row {
    let text = |name: &str| entry.text(name).unwrap_or_default().to_owned();
    let cells = vec![
        entry.korean_time(),
        entry.kind.clone(),
        entry.who().unwrap_or_default().to_owned(),
        entry.address().unwrap_or_default().to_owned(),
        text("site"),
        text("path"),
        entry.verdict().unwrap_or_default().to_owned(),
        entry.why().unwrap_or_default().to_owned(),
    ];
    let in_words = |korean: bool| {
        let details = entry.details(korean).into_iter().map(|(name, value)| format!("{name}: {value}"));
        [entry.found(korean), details.collect::<Vec<_>>().join(", ")]
    };
    Row { cells, whose: entry.whose_shown(), korean: in_words(true), english: in_words(false) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::read::time_of;

    #[test]
    fn months_and_hours_are_korean() {
        let month = Month::parse("2026-11").expect("a month");
        assert_eq!(Some(month.range().0), time_of("2026-11-01"));
        assert_eq!(Some(month.range().1), time_of("2026-12-01"));
        assert!(
            Month::parse("2026-13").is_none() && Month::parse("2026-1").is_none() && Month::parse("november").is_none()
        );
        let hours = Hours::default();
        let holds = |word: &str| hours.hold(time_of(word).expect("a time"));
        assert!(holds("2026-11-26T09:00:00+09:00") && holds("2026-11-26T17:59:59+09:00"));
        assert!(!holds("2026-11-26T08:59:59+09:00") && !holds("2026-11-26T18:00:00+09:00"));
        assert!(!holds("2026-11-28T10:00:00+09:00"), "a Saturday");
        assert_eq!(Hours::parse("08:30-17:30"), Some(Hours { from: 510, to: 1050 }));
        assert!(Hours::parse("18:00-09:00").is_none() && Hours::parse("9-18").is_none());
    }
}
