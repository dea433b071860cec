//! Three or more different values in one position — the argument of one function, one attribute, one parameter, one column
//! of cells — that all begin with a real birth date are registration numbers, though no check digit holds: since 2020 the
//! last digits are arbitrary (specification of detectors, section 2.1). If one of them begins with no date, or all with
//! days near each other, it is a series of ids.

use super::Scan;
use super::examine::Value;
use super::naming::Reach;
use crate::detect::{self, Context};
use crate::text::lex::Reader;
use crate::text::{Charset, Cluster, Syntax};
use crate::vocab::{Confidence, Finding, Kind, Stands};
use std::ops::Range;

/// Bytes within which three stand.
const REACH: u64 = 16 << 10;
/// Bytes before the first that are looked through for what is no such number.
const BEHIND: u64 = 2048;
/// Bytes before a value that tell its position.
const KEY: usize = 48;
/// Values, and positions of ids, that are remembered.
const MOST: usize = 64;
/// Digits of a value, and of its date.
const DIGITS: usize = 13;
const DATE: usize = 6;
/// How many make a series.
const FEWEST: usize = 3;

/// A value that may be of a series.
#[derive(Debug)]
struct Member {
    /// Its offset in the body, as all that is remembered: it must not matter what the window has let go of.
    at: u64,
    key: Vec<u8>,
    date: [u8; DATE],
    /// What is found if it is; `None` once that is given.
    finding: Option<Finding>,
}

/// What is known of the series of one text.
#[derive(Debug, Default)]
pub(super) struct Series {
    members: Vec<Member>,
    /// Positions of ids, and where the last of them stands.
    ids: Vec<(u64, Vec<u8>)>,
    /// Up to here the text was looked through for ids.
    looked: u64,
}

impl Series {
    /// The offset of the first value that may yet be found to be of a series, searched up to there.
    pub(super) fn open(&self, searched: u64) -> Option<u64> {
        let open = |member: &&Member| member.finding.is_some() && member.at + REACH >= searched;
        self.members.iter().filter(open).map(|member| member.at).min()
    }

    fn is_of_ids(&self, key: &[u8], at: u64) -> bool {
        self.ids.iter().any(|(id, known)| known == key && id + REACH >= at)
    }
}

impl Scan {
    /// Takes note of thirteen digits in one of which nothing was found, or something if `found`.
    pub(super) fn in_series(&mut self, cluster: &Cluster, found: bool, charset: Charset) {
        let values: Vec<u8> = cluster.digits.iter().map(|digit| digit.value).collect();
        let Some(start) = cluster.digits.first().map(|digit| digit.start) else { return };
        let together = cluster.digits.iter().zip(start..).all(|(digit, at)| digit.start == at && digit.len == 1);
        if values.len() != DIGITS || !together || !detect::may_be_in_series(&values, self.lens.today) {
            return;
        }
        self.track(start);
        let Some(key) = self.key(start..start + DIGITS) else { return };
        self.look_for_ids(start);
        let at = self.window.offset(start);
        if self.series.is_of_ids(&key, at) {
            self.series.members.retain(|member| member.key != key);
            return;
        }
        if !found && self.is_called(cluster, charset) {
            // By whatever name it is called, it was judged by that.
            return;
        }
        let finding = if found { None } else { self.of_series(cluster, charset) };
        let mut date = [0; DATE];
        date.iter_mut().zip(&values).for_each(|(to, value)| *to = *value);
        self.series.members.retain(|member| member.at + REACH >= at);
        if self.series.members.len() >= MOST {
            self.series.members.remove(0);
        }
        self.series.members.push(Member { at, key, date, finding });
        self.settle_series();
    }

    /// Gives what is known to be of the series of the last value.
    fn settle_series(&mut self) {
        let Some(last) = self.series.members.last() else { return };
        let key = last.key.clone();
        let mut dates: Vec<[u8; DATE]> =
            self.series.members.iter().filter(|member| member.key == key).map(|member| member.date).collect();
        dates.sort_unstable();
        dates.dedup();
        let year = |date: &[u8; DATE]| [date[0], date[1]];
        let years = dates.iter().any(|date| dates.first().is_some_and(|first| year(first) != year(date)));
        if dates.len() < FEWEST || !years {
            return;
        }
        let of_key = self.series.members.iter_mut().filter(|member| member.key == key);
        let given: Vec<Finding> = of_key.filter_map(|member| member.finding.take()).collect();
        given.into_iter().for_each(|finding| self.settle(finding));
    }

    /// Whether some word near a value says what it is.
    fn is_called(&mut self, cluster: &Cluster, charset: Charset) -> bool {
        let (Some(first), Some(last)) = (cluster.digits.first(), cluster.digits.last()) else { return false };
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let (mut before, mut after) = (String::new(), String::new());
        reader.before(first.start, &mut before);
        reader.after(last.start + usize::from(last.len), &mut after);
        // All of it was there when the value was judged.
        let Some(named) = self.named(first.start, Reach::Columns, charset, true) else { return true };
        let context = Context {
            before: &before,
            after: &after,
            label: &named.label,
            column: &named.column,
            stands: self.stands().0,
            alone: true,
            today: self.lens.today,
            hosts: &self.lens.hosts,
        };
        detect::numbers(cluster, &context, &mut Vec::new())
    }

    fn of_series(&self, cluster: &Cluster, charset: Charset) -> Option<Finding> {
        let characters: Vec<Range<usize>> =
            cluster.digits.iter().map(|digit| digit.start..digit.start + usize::from(digit.len)).collect();
        let text: String = cluster.digits.iter().map(|digit| char::from(b'0' + digit.value % 10)).collect();
        let (stands, quote) = self.stands();
        let stands = if quote { Stands::JsonNumber } else { stands };
        let (kind, confidence) = (Kind::ResidentRegistrationNumber, Confidence::Probable);
        let characters = characters.as_slice();
        let value = Value { kind, confidence, text: &text, characters, elsewhere: 0, stands, quote, turned: false };
        self.finding(&value, charset)
    }

    /// What tells the position of a value: what stands directly before it, numbers left out; `None` if it is no whole value,
    /// or stands in running text.
    fn key(&self, value: Range<usize>) -> Option<Vec<u8>> {
        let text = self.window.text();
        let before = text.get(value.start.saturating_sub(KEY)..value.start)?;
        let closes = text.get(value.end).is_none_or(|byte| b"\"'<&.,)?#;\r\n".contains(byte));
        let opens = before.last().is_none_or(|byte| b"\"'>=/(\n".contains(byte));
        let cut = before.iter().rposition(|byte| b"<{; \t\n,".contains(byte));
        let at = match cut.and_then(|at| before.get(at)) {
            // The tag itself tells.
            Some(b'<') => cut.unwrap_or(0),
            _ => cut.map_or(0, |at| at + 1),
        };
        let key: Vec<u8> = before.get(at..)?.iter().copied().filter(|byte| !byte.is_ascii_digit()).collect();
        let table = self.document.syntax == Syntax::Plain && self.tracker.begins_field();
        (closes && opens && (!key.is_empty() || table)).then_some(key)
    }

    /// Looks through what stands before `end` for thirteen digits that begin with no date.
    fn look_for_ids(&mut self, end: usize) {
        let at = self.window.offset(end);
        let first = self.series.open(at).unwrap_or(at);
        let from = self.window.index(self.series.looked.max(first.saturating_sub(BEHIND)));
        let text = self.window.text();
        let mut ids = Vec::new();
        for run in runs_of_digits(text, from..end).filter(|run| run.len() == DIGITS) {
            let digits = text.get(run.clone()).unwrap_or_default();
            let values: Vec<u8> = digits.iter().map(|byte| byte.wrapping_sub(b'0')).collect();
            if !detect::begins_with_birth(&values, self.lens.today)
                && let Some(key) = self.key(run.clone())
            {
                ids.push((self.window.offset(run.start), key));
            }
        }
        self.series.looked = at;
        for (at, key) in ids {
            self.series.ids.retain(|(_, known)| *known != key);
            if self.series.ids.len() >= MOST {
                self.series.ids.remove(0);
            }
            self.series.members.retain(|member| member.key != key);
            self.series.ids.push((at, key));
        }
    }
}

/// Every run of ASCII digits in a range of a text; where the range cuts one, that much of it.
pub(super) fn runs_of_digits(text: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let Range { start: mut here, end } = range;
    std::iter::from_fn(move || {
        let rest = text.get(here..end)?;
        let start = here + rest.iter().position(u8::is_ascii_digit)?;
        let digits = text.get(start..end).unwrap_or_default();
        here = start + digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        Some(start..here)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, scan};
    use super::*;

    /// How many are found, the same however the text is cut.
    fn count(syntax: Syntax, text: &str) -> usize {
        let document = document(syntax);
        let whole = scan(&document, &[text.as_bytes()]);
        for size in [1, 50, 4096] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            assert_eq!(scan(&document, &pieces), whole, "in pieces of {size}: {text}");
        }
        assert!(whole.iter().all(|found| found.confidence == Confidence::Probable), "{text}: {whole:?}");
        whole.len()
    }

    #[test]
    fn three_of_one_position() {
        let numbers = ["8505142234567", "7103151234567", "9005121234567", "2203153234567"];
        let written = |one: fn(&str) -> String| numbers.map(one).concat();
        for text in [
            written(|number| format!("<li onclick=\"fnView('{number}')\">보기</li>")),
            written(|number| format!("<a href=\"/view?v={number}&amp;page=2\">보기</a>")),
            written(|number| format!("<tr data-v=\"{number}\"><td>가</td></tr>")),
            written(|number| format!("<tr><td>가</td><td>{number}</td></tr>")),
            written(|number| format!("<img src=\"/photo/{number}\">")),
        ] {
            assert_eq!(count(Syntax::Html, &text), 4, "{text}");
            // Another id in the same position, before or behind them.
            let other = text.replacen("8505142234567", "8599142234567", 1);
            assert_eq!(count(Syntax::Html, &other), 0, "{other}");
        }
        let rows = numbers.map(|number| format!("{{\"v\":\"{number}\"}}")).join(",");
        assert_eq!(count(Syntax::Json, &format!("[{rows}]")), 4);
    }

    #[test]
    fn ids_barcodes_and_times_are_no_series() {
        let ids = ["2211241000001", "2211251000002", "2211261000003", "2211271000004"];
        let times = ["1764000000000", "1764000100000", "1764000200000", "1764000300000"];
        let twice = ["8505142234567", "7103151234567", "8505142234567", "7103151234567"];
        for numbers in [ids, times, twice] {
            let text = numbers.map(|number| format!("<li onclick=\"fnView('{number}')\">보기</li>")).concat();
            assert_eq!(count(Syntax::Html, &text), 0, "{text}");
        }
        let apart = ["8505142234567", "7103151234567", "9005121234567"]
            .map(|number| format!("<a href=\"/v?no={number}\">{}</a>", "가나다라 ".repeat(800)));
        assert_eq!(count(Syntax::Html, &apart.concat()), 0, "too far from each other");
        let called = ["8505142234567", "7103151234567", "9005121234567"];
        let rows = called.map(|number| format!("<tr><td>{number}</td></tr>")).concat();
        assert_eq!(count(Syntax::Html, &format!("<table><tr><th>상품번호</th></tr>{rows}</table>")), 0);
    }
}
