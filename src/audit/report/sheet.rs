//! What a report says, in tables, before it is a page or a file for a spreadsheet.

use super::words::{self as w, Language, Word, kind};
use super::{Report, Rows};
use crate::audit::read::korean_time;
use crate::audit::tell::verdict_word;
use crate::audit::verify::{Checked, Verdict};
use std::collections::HashMap;

/// Accounts and addresses that are named.
const TOP: usize = 20;

/// A table with its title.
#[derive(Debug)]
pub(super) struct Table {
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub note: Option<String>,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Sheet {
    /// As HTML names it.
    pub language: &'static str,
    pub title: String,
    pub basis: String,
    /// Name, value, and whether it is alarming.
    pub facts: Vec<(String, String, bool)>,
    pub tables: Vec<Table>,
    pub none: &'static str,
    pub opinion: &'static str,
    /// Who signs, and what is asked of him.
    pub signatures: Vec<(&'static str, &'static str)>,
}

impl Sheet {
    pub fn of(report: &Report, checked: &Checked, language: Language, now: i64) -> Sheet {
        let say = |word: Word| word.of(language);
        let mut tables = vec![remarks(checked, language)];
        tables.extend(counts(report, language));
        let lists = [
            (w::OUTSIDE, &report.outside),
            (w::DOWNLOADS, &report.downloads),
            (w::HOLDS, &report.holds),
            (w::LOGINS, &report.logins),
            (w::CHANGES, &report.changes),
            (w::STARTS, &report.starts),
        ];
        tables.extend(lists.into_iter().map(|(title, rows)| list(title, rows, language)));
        Sheet {
            language: if language == Language::Korean { "ko" } else { "en" },
            title: format!("{} {}", say(w::TITLE), report.month.first.strftime("%Y-%m")),
            basis: say(w::BASIS).to_owned(),
            facts: facts(report, checked, language, now),
            tables,
            none: say(w::NONE),
            opinion: say(w::OPINION),
            signatures: vec![(say(w::CHECKER), say(w::SIGN)), (say(w::APPROVER), say(w::SIGN))],
        }
    }
}

fn facts(report: &Report, checked: &Checked, language: Language, now: i64) -> Vec<(String, String, bool)> {
    let fact = |name: Word, value: String| (name.of(language).to_owned(), value, false);
    let hour = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let verdict = checked.verdict();
    let said = match verdict {
        Verdict::Intact => w::INTACT,
        Verdict::Broken => w::BROKEN,
        Verdict::CannotTell => w::UNKNOWN,
    };
    let hours = format!("{} {}–{}", w::WEEKDAYS.of(language), hour(report.hours.from), hour(report.hours.to));
    vec![
        fact(w::MONTH, report.month.first.strftime("%Y-%m").to_string()),
        fact(w::MADE, korean_time(now).strftime("%Y-%m-%d %H:%M:%S").to_string()),
        fact(w::RECORDS, report.records.to_string()),
        fact(w::HOURS, hours),
        (w::INTEGRITY.of(language).to_owned(), said.of(language).to_owned(), verdict != Verdict::Intact),
        fact(w::CHECKED, format!("{} / {} / {}", checked.records, checked.segments, checked.seals)),
        fact(w::KEYS, checked.public_keys.join(" ")),
    ]
}

fn head(words: &[Word], language: Language) -> Vec<String> {
    words.iter().map(|word| word.of(language).to_owned()).collect()
}

fn remarks(checked: &Checked, language: Language) -> Table {
    let rows = checked.remarks.iter().map(|remark| {
        let what = if language == Language::Korean { remark.what.korean() } else { remark.what.to_string() };
        vec![remark.place(), what]
    });
    let title = w::REMARKS.of(language).to_owned();
    Table { title, head: head(&[w::PLACE, w::WHAT], language), rows: rows.collect(), note: None }
}

fn counts(report: &Report, language: Language) -> Vec<Table> {
    let table = |title: Word, heads: &[Word], rows| Table {
        title: title.of(language).to_owned(),
        head: head(heads, language),
        rows,
        note: None,
    };
    let kinds = report.kinds.iter().map(|(name, count)| vec![kind(name, language), count.to_string()]).collect();
    let verdicts = report.verdicts.iter().map(|(name, count)| {
        let (of, verdict) = name.split_once(' ').unwrap_or((name, ""));
        vec![kind(of, language), verdict_word(verdict, language == Language::Korean), count.to_string()]
    });
    let verdicts = verdicts.collect();
    let others = w::OTHERS.of(language);
    vec![
        days(report, language),
        table(w::KINDS, &[w::KIND, w::COUNT], kinds),
        table(w::VERDICTS, &[w::KIND, w::VERDICT, w::COUNT], verdicts),
        table(w::ACCOUNTS, &[w::ACCOUNT, w::COUNT], top(&report.accounts, report.others.0, others)),
        table(w::ADDRESSES, &[w::ADDRESS, w::COUNT], top(&report.addresses, report.others.1, others)),
    ]
}

/// A row for each day of the month, also for those without a record.
fn days(report: &Report, language: Language) -> Table {
    let mut heads = head(&[w::DAY, w::TOTAL], language);
    heads.extend(report.kinds.keys().map(|name| kind(name, language)));
    let month = report.month.first.month();
    let all = report.month.first.series(jiff::Span::new().days(1)).take_while(|day| day.month() == month);
    let rows = all.map(|day| {
        let counts = report.days.get(&day);
        let of = |name: &String| counts.and_then(|counts| counts.get(name)).copied().unwrap_or(0);
        let total = report.kinds.keys().map(of).fold(0, u64::saturating_add);
        let mut row = vec![day.to_string(), total.to_string()];
        row.extend(report.kinds.keys().map(|name| of(name).to_string()));
        row
    });
    Table { title: w::DAYS.of(language).to_owned(), head: heads, rows: rows.collect(), note: None }
}

fn top(counts: &HashMap<String, u64>, others: u64, name: &str) -> Vec<Vec<String>> {
    let mut sorted: Vec<(&String, &u64)> = counts.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let rest = sorted.iter().skip(TOP).map(|(_, count)| **count).fold(others, u64::saturating_add);
    let mut rows: Vec<Vec<String>> =
        sorted.iter().take(TOP).map(|(name, count)| vec![(*name).clone(), count.to_string()]).collect();
    if rest > 0 {
        rows.push(vec![name.to_owned(), rest.to_string()]);
    }
    rows
}

fn list(title: Word, rows: &Rows, language: Language) -> Table {
    let heads = [
        w::TIME,
        w::KIND,
        w::ACCOUNT,
        w::ADDRESS,
        w::SITE,
        w::PATH,
        w::VERDICT,
        w::REASON,
        w::FOUND,
        w::WHOSE,
        w::DETAIL,
    ];
    let korean = language == Language::Korean;
    let named = rows.list.iter().map(|row| {
        let cells = row.cells.iter().enumerate().map(|(at, cell)| match at {
            1 => kind(cell, language),
            6 => verdict_word(cell, korean),
            _ => cell.clone(),
        });
        let [found, details] = if korean { &row.korean } else { &row.english };
        cells.chain([found.clone(), row.whose.clone(), details.clone()]).collect()
    });
    let more = rows.more;
    let note = (more > 0).then(|| format!("{more} {}", w::MORE.of(language)));
    Table { title: title.of(language).to_owned(), head: head(&heads, language), rows: named.collect(), note }
}
