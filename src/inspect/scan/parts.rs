//! Telephone and card numbers that are split over places beside each other: `value="010"`, `value="1234"` and
//! `value="5678"` of three controls, the values of three keys, three arguments. Each part is a finding of its own, as far as
//! something of it is hidden.

use super::Scan;
use super::examine::Value;
use super::naming::Reach;
use crate::detect::{self, Context, Match};
use crate::inspect::form::belonging::belong;
use crate::text::lex::{Part, Reader};
use crate::text::{Charset, Cluster, Digit, Separator};
use crate::vocab::{Confidence, Kind, Stands};
use std::ops::Range;

/// The parts that a number is split into, by the length of the first.
const SPLITS: &[(Kind, &[usize])] = &[
    (Kind::MobileNumber, &[3, 4, 4]),
    (Kind::PaymentCardNumber, &[4, 4, 4, 4]),
    (Kind::PaymentCardNumber, &[4, 6, 5]),
    (Kind::PaymentCardNumber, &[4, 6, 4]),
];
/// Words in a name by which mere arguments or elements of a list are a card's.
const CARDS: &[&str] = &["card", "카드"];

/// The parts of a number, and the name of the first, if they have names.
struct Parts {
    ranges: Vec<Range<usize>>,
    name: Option<String>,
}

impl Scan {
    /// Examines a few digits that are a whole value: where to search on, or `None` if more bytes are needed.
    pub(super) fn parts(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let end = reader.digits_end(start);
        let found = SPLITS.iter().find_map(|(kind, lengths)| Some((*kind, read(&reader, start, lengths)?)));
        if reader.touched() && !last {
            return None;
        }
        let Some((kind, Parts { ranges, name })) = found else { return Some(end) };
        self.track(start);
        let mut named = self.named(start, Reach::Columns, charset, last)?;
        let has_names = name.is_some();
        named.label = name.unwrap_or(named.label);
        let said = |text: &str| CARDS.iter().any(|word| text.to_lowercase().contains(word));
        if kind == Kind::PaymentCardNumber && !has_names && !said(&named.label) && !said(&named.column) {
            return Some(end);
        }
        let cluster = self.cluster_of(&ranges);
        let context = Context {
            before: "",
            after: "",
            label: &named.label,
            column: &named.column,
            stands: self.stands().0,
            alone: false,
            today: self.lens.today,
            hosts: &self.lens.hosts,
        };
        let mut matches = Vec::new();
        if detect::plausible(&cluster, self.lens.today, detect::Topics::ALL) {
            detect::numbers(&cluster, &context, &mut matches);
        }
        let whole = |found: &&Match| found.kind == kind && found.digits.len() == cluster.digits.len();
        if let Some(found) = matches.iter().find(whole) {
            // Arguments beside each other need not be one value.
            let most = if has_names { Confidence::Certain } else { Confidence::Probable };
            self.each_part(&cluster, (kind, found.confidence.min(most)), charset);
        }
        Some(end)
    }

    fn cluster_of(&self, ranges: &[Range<usize>]) -> Cluster {
        let mut cluster = Cluster::default();
        for range in ranges {
            let first = cluster.digits.len();
            let bytes = self.window.text().get(range.clone()).unwrap_or_default();
            let digits = bytes.iter().zip(range.clone());
            cluster.digits.extend(digits.map(|(byte, start)| Digit { value: byte.wrapping_sub(b'0'), start, len: 1 }));
            cluster.groups.push(first..cluster.digits.len());
        }
        cluster.separators = vec![Separator::Dash; ranges.len().saturating_sub(1)];
        cluster
    }

    /// A finding for each part but the first, of which nothing is hidden; of a mobile number only the second.
    fn each_part(&mut self, cluster: &Cluster, (kind, confidence): (Kind, Confidence), charset: Charset) {
        let text: String = cluster.digits.iter().map(|digit| char::from(b'0' + digit.value % 10)).collect();
        let count = if kind == Kind::MobileNumber { 1 } else { cluster.groups.len() };
        for group in cluster.groups.iter().skip(1).take(count) {
            let digits = cluster.digits.get(group.clone()).unwrap_or_default();
            let characters: Vec<Range<usize>> = digits.iter().map(|digit| digit.start..digit.start + 1).collect();
            self.track(digits.first().map_or(0, |digit| digit.start));
            let (stands, bare) = self.stands();
            let value = Value {
                kind,
                confidence,
                text: &text,
                characters: &characters,
                elsewhere: group.start,
                stands: if bare { Stands::JsonNumber } else { stands },
                quote: bare,
                turned: false,
            };
            self.found(&value, charset);
        }
    }
}

/// The parts of these lengths that stand beside each other from `start` on.
fn read(reader: &Reader<'_>, start: usize, lengths: &[usize]) -> Option<Parts> {
    let (first, rest) = lengths.split_first()?;
    let mut parts = Parts { ranges: std::iter::once(start..start + first).collect(), name: None };
    if reader.digits_end(start) != start + first {
        return None;
    }
    let mut here = start..start + first;
    for (number, length) in rest.iter().enumerate() {
        let Part { at, names } = reader.next_part(here.start, here.end)?;
        here = at..at + length;
        if reader.digits_end(at) != here.end || !reader.closes(here.end) {
            return None;
        }
        let names = names.map(|(own, next)| (text(reader, &own), text(reader, &next)));
        let together = names.as_ref().is_none_or(|(own, next)| belong(own, next) || own == next && own.ends_with("[]"));
        if !together || number > 0 && names.is_some() != parts.name.is_some() {
            return None;
        }
        parts.name = if number == 0 { names.map(|(own, _)| own) } else { parts.name };
        parts.ranges.push(here.clone());
    }
    Some(parts)
}

fn text(reader: &Reader<'_>, range: &Range<usize>) -> String {
    let bytes = reader.bytes().get(range.clone()).unwrap_or_default();
    Reader::new(bytes, reader.charset(), reader.syntax()).plain(0, bytes.len())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, masked, scan};
    use crate::text::Syntax;

    /// The masked text, the same however it is cut.
    fn covered(syntax: Syntax, text: &str) -> String {
        let document = document(syntax);
        let whole = scan(&document, &[text.as_bytes()]);
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(scan(&document, &single), whole, "{text}");
        String::from_utf8(masked(text.as_bytes(), &whole)).expect("UTF-8")
    }

    #[test]
    fn numbers_in_controls_beside_each_other() {
        for (syntax, text, wanted) in [
            (
                Syntax::Html,
                "<input name=\"hp1\" value=\"010\"> - <input name=\"hp2\" value=\"2234\"> - <input name=\"hp3\" value=\"5678\">",
                "<input name=\"hp1\" value=\"010\"> - <input name=\"hp2\" value=\"*~*~\"> - <input name=\"hp3\" value=\"5678\">",
            ),
            (
                Syntax::Html,
                "<input value='4000' name='card[0]'><input value='0000' name='card[1]'>\
                 <input value='0000' name='card[2]'><input value='0002' name='card[3]'>",
                "<input value='4000' name='card[0]'><input value='00*~' name='card[1]'>\
                 <input value='*~*~' name='card[2]'><input value='*~*~' name='card[3]'>",
            ),
            (
                Syntax::Html,
                "<td><select name=\"hp1\"><option value=\"02\">02</option><option value=\"010\" selected>010</option><option value=\"011\">011</option>\
                 </select></td><td>- <input name=\"hp2\" value=\"2234\"> - <input name=\"hp3\" value=\"5678\"></td>",
                "<td><select name=\"hp1\"><option value=\"02\">02</option><option value=\"010\" selected>010</option><option value=\"011\">011</option>\
                 </select></td><td>- <input name=\"hp2\" value=\"*~*~\"> - <input name=\"hp3\" value=\"5678\"></td>",
            ),
            (Syntax::Html, "<a href='/v?hp1=010&hp2=2234&hp3=5678'>", "<a href='/v?hp1=010&hp2=*~*~&hp3=5678'>"),
            (Syntax::Script, "call('010', '2234', '5678')", "call('010', '*~*~', '5678')"),
            (
                Syntax::Json,
                "{\"hp1\":\"010\",\"hp2\":\"2234\",\"hp3\":\"5678\"}",
                "{\"hp1\":\"010\",\"hp2\":\"*~*~\",\"hp3\":\"5678\"}",
            ),
            (
                Syntax::Json,
                "{\"card\": [\"4000\", \"0000\", \"0000\", \"0002\"]}",
                "{\"card\": [\"4000\", \"00*~\", \"*~*~\", \"*~*~\"]}",
            ),
        ] {
            assert_eq!(covered(syntax, text), wanted);
        }
    }

    #[test]
    fn values_that_only_stand_beside_each_other() {
        for (syntax, text) in [
            (Syntax::Html, "<input name='a' value='010'><input name='b' value='2234'><input name='c' value='5678'>"),
            (
                Syntax::Html,
                "<input name='hp1' value='010'><input name='hp2' value='0234'><input name='hp3' value='5678'>",
            ),
            (
                Syntax::Html,
                "<input name='hp1' value='010'><input name='hp2' value='2234'><p><input name='hp3' value='5678'>",
            ),
            (
                Syntax::Html,
                "<input name='c1' value='4000'><input name='c2' value='0000'><input name='c3' value='0000'><input name='c4' value='0003'>",
            ),
            (Syntax::Script, "plot('4000', '0000', '0000', '0002')"),
            (Syntax::Json, "{\"years\": [\"4000\", \"0000\", \"0000\", \"0002\"]}"),
            (Syntax::Json, "[\"010\", \"2234\", \"56789\"]"),
            (
                Syntax::Html,
                "<select name=\"hp1\"><option value=\"010\">010</option><option value=\"02\" selected>02</option></select>\
                 <input name=\"hp2\" value=\"2234\"><input name=\"hp3\" value=\"5678\">",
            ),
            (Syntax::Html, "<option value=\"2024\">2024</option><option value=\"2025\">2025</option>"),
        ] {
            assert_eq!(covered(syntax, text), text);
        }
    }
}
