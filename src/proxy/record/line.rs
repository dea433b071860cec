//! A record as one line of JSON, written field by field into a buffer that is used again.

use super::{Found, Record, Side};
use crate::proxy::keeping::Kept;
use crate::proxy::numerals;
use crate::proxy::record::Outcome;
use std::fmt::Write;
use std::time::Duration;

/// Whom a line is for.
#[derive(Clone, Copy)]
pub(super) enum For<'a> {
    /// The log: all of it.
    Log,
    /// The journal: what does not stand there yet, with keyed hashes of the values.
    Journal(&'a Kept),
}

/// Appends the line of a record that ends so now; without its line feed.
pub(super) fn write(record: &Record, outcome: Outcome, whom: For<'_>, line: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(line, "{{\"time\":\"{}\"", record.at);
    text(line, ",\"id\":", &record.id);
    text(line, ",\"site\":", record.site_name());
    line.push_str(",\"client\":\"");
    numerals::address(line, record.client);
    line.push('"');
    if let Some(operator) = &record.operator {
        text(line, ",\"operator\":", operator);
    }
    if !record.account.is_empty() {
        text(line, ",\"account\":", &record.account);
    }
    text(line, ",\"protocol\":", record.protocol);
    text(line, ",\"method\":", record.method);
    text(line, ",\"path\":", &record.path);
    count(line, ",\"status\":", record.status.into());
    text(line, ",\"outcome\":", outcome.name());
    if let Some(reason) = record.reason {
        text(line, ",\"reason\":", reason);
    }
    if let Some((action, rule)) = &record.access {
        text(line, ",\"access\":{\"verdict\":", action);
        if let Some(rule) = rule {
            text(line, ",\"rule\":", rule);
        }
        line.push('}');
    }
    if record.is_beyond {
        line.push_str(",\"beyond\":true");
    }
    if record.is_recalled {
        line.push_str(",\"recalled\":true");
    }
    if let Some(consent) = record.consent {
        text(line, ",\"consent\":", consent.name());
    }
    if !record.why.is_empty() {
        text(line, ",\"why\":", &record.why);
    }
    millis(line, ",\"ms\":{\"receive\":", record.receive);
    millis(line, ",\"site\":", record.in_site.unwrap_or_default());
    millis(line, ",\"garim\":", record.added);
    millis(line, ",\"total\":", record.started.elapsed());
    line.push('}');
    let told = |side: &&Side| matches!(whom, For::Log) || !side.kept;
    if let Some(upload) = record.upload.as_ref().filter(told) {
        side(line, ",\"upload\":", upload, whom);
    }
    if !record.in_head.is_empty() {
        found(line, ",\"in_head\":", &record.in_head);
    }
    if let Some(download) = record.download.as_ref().filter(told) {
        side(line, ",\"download\":", download, whom);
    }
    line.push('}');
}

fn side(line: &mut String, name: &str, side: &Side, whom: For<'_>) {
    line.push_str(name);
    text(line, "{\"verdict\":", side.verdict);
    text(line, ",\"would\":", side.would);
    if let Some(rule) = &side.rule {
        text(line, ",\"rule\":", rule);
    }
    if !side.found.is_empty() {
        found(line, ",\"found\":", &side.found);
    }
    if let For::Journal(kept) = whom
        && !side.values.is_empty()
    {
        line.push_str(",\"values\":[");
        for (at, hash) in kept.hashes(&side.values).iter().enumerate() {
            text(line, if at > 0 { "," } else { "" }, hash);
        }
        line.push(']');
    }
    count(line, ",\"bytes\":", side.bytes);
    count(line, ",\"content\":", side.content);
    count(line, ",\"inspected\":", side.inspected);
    if !side.not_inspected.is_empty() {
        line.push_str(",\"not_inspected\":{");
        for (at, (why, bytes)) in side.not_inspected.iter().enumerate() {
            text(line, if at > 0 { "," } else { "" }, why);
            count(line, ":", *bytes);
        }
        line.push('}');
    }
    line.push('}');
}

fn found(line: &mut String, name: &str, all: &[Found]) {
    line.push_str(name);
    for (at, found) in all.iter().enumerate() {
        text(line, if at > 0 { ",{\"kind\":" } else { "[{\"kind\":" }, found.kind);
        text(line, ",\"confidence\":", found.confidence);
        count(line, ",\"count\":", found.count);
        if let Some(first) = &found.first {
            text(line, ",\"first\":", &first.to_string());
        }
        line.push('}');
    }
    line.push(']');
}

fn count(line: &mut String, name: &str, count: u64) {
    line.push_str(name);
    numerals::number(line, count);
}

/// Milliseconds to the microsecond, as a number with a point.
fn millis(line: &mut String, name: &str, time: Duration) {
    let micros = u64::try_from(time.as_nanos().saturating_add(500) / 1_000).unwrap_or(u64::MAX);
    count(line, name, micros / 1_000);
    line.push('.');
    let (mut rest, mut unit) = (micros % 1_000, 100);
    loop {
        numerals::number(line, rest / unit);
        rest %= unit;
        if rest == 0 {
            break;
        }
        unit /= 10;
    }
}

/// A string of JSON (RFC 8259 section 7). Nearly all have nothing to escape.
fn text(line: &mut String, name: &str, text: &str) {
    line.push_str(name);
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        line.push('"');
        line.push_str(text);
        line.push('"');
        return;
    }
    // A string has a form in JSON.
    line.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_numbers_of_json() {
        for (micros, written) in
            [(0, "0.0"), (1, "0.001"), (10, "0.01"), (100, "0.1"), (120, "0.12"), (1_000, "1.0"), (12_045, "12.045")]
        {
            let mut line = String::new();
            millis(&mut line, "", Duration::from_micros(micros));
            assert_eq!(line, written);
            assert_eq!(serde_json::from_str::<f64>(&line).unwrap(), micros as f64 / 1_000.0);
        }
        let mut line = String::new();
        millis(&mut line, "", Duration::from_nanos(1_499));
        assert_eq!(line, "0.001");
    }

    #[test]
    fn texts_are_strings_of_json() {
        for plain in ["", "a", "글", "a\"b", "a\\b", "a\nb", "\u{1}", "\u{7f}"] {
            let mut line = String::new();
            text(&mut line, "", plain);
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), plain);
        }
    }
}
