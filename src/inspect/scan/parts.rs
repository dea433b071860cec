//! Telephone and card numbers and days of birth that are split over places beside each other: `value="010"`, `value="1234"` and
//! `value="5678"` of three controls, the values of three keys, three arguments. Each part is a finding of its own, as far as
//! something of it is hidden.

use super::Scan;
use super::examine::Value;
use super::naming::Reach;
use crate::detect::{self, Context, Match};
use crate::inspect::form::belonging::belong;
use crate::text::lex::{Part, Reader, begins_parts};
use crate::text::{Charset, Cluster, Digit, Separator};
use crate::vocab::{Confidence, Kind, Stands};
use std::ops::Range;

/// The parts that a number is split into, by the length of the first.
const SPLITS: &[(Kind, &[usize])] = &[
    (Kind::MobileNumber, &[3, 4, 4]),
    (Kind::PaymentCardNumber, &[4, 4, 4, 4]),
    (Kind::PaymentCardNumber, &[4, 6, 5]),
    (Kind::PaymentCardNumber, &[4, 6, 4]),
    (Kind::DateOfBirth, &[4, ONE_OR_TWO, ONE_OR_TWO]),
];
/// The length of a month and of a day.
const ONE_OR_TWO: usize = 0;
/// Words in a name by which mere arguments or elements of a list are a card's.
const CARDS: &[&str] = &["card", "카드"];

/// The parts of a number, and the name of the first, if they have names.
struct Parts {
    ranges: Vec<Range<usize>>,
    name: Option<String>,
}

impl Scan {
    /// Examines digits that may be a first part where even so few may be a number of their own, as beside a word for one:
    /// where to search on, or `None` if more bytes are needed.
    pub(super) fn parts_or_digits(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        if begins_parts(reader.bytes(), start, reader.digits_end(start) - start) {
            let known = self.ready.len();
            let next = self.parts(start, charset, last)?;
            if self.ready.len() > known {
                return Some(next);
            }
        }
        self.digits(start, charset, last)
    }

    /// Examines a few digits that are a whole value: where to search on, or `None` if more bytes are needed.
    pub(super) fn parts(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let end = reader.digits_end(start);
        let found = SPLITS.iter().find_map(|(kind, lengths)| Some((*kind, read(&reader, start, lengths)?)));
        // What has no name has what stands around it.
        let (mut before, mut after) = (String::new(), String::new());
        let joint = reader.byte(end);
        let stop = found.as_ref().and_then(|(_, parts)| parts.ranges.last()).map_or(end, |range| range.end);
        if found.is_some() && matches!(joint, Some(b'<' | b'*')) {
            reader.before(start, &mut before);
            reader.after(stop, &mut after);
        }
        if (reader.touched() || found.is_some() && self.may_be_opened(stop)) && !last {
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
            before: &before,
            after: &after,
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
            // Of cells in a table that says what they are, each is a value of its own.
            let otherwise =
                joint == Some(b'<') && !found.called && (named.headed || !cluster_begins_with_010(&cluster));
            if otherwise {
                return Some(end);
            }
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

    /// A finding for each part but the first, of which nothing is hidden; of a mobile number only the second, of a day all.
    fn each_part(&mut self, cluster: &Cluster, (kind, confidence): (Kind, Confidence), charset: Charset) {
        let text: String = cluster.digits.iter().map(|digit| char::from(b'0' + digit.value % 10)).collect();
        let groups = match kind {
            Kind::MobileNumber => cluster.groups.get(1..2),
            // Of a day all is hidden.
            Kind::DateOfBirth => cluster.groups.get(..),
            _ => cluster.groups.get(1..),
        };
        for group in groups.unwrap_or_default() {
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

fn cluster_begins_with_010(cluster: &Cluster) -> bool {
    cluster.digits.iter().take(3).map(|digit| digit.value).eq([0, 1, 0])
}

/// The parts of these lengths that stand beside each other from `start` on.
fn read(reader: &Reader<'_>, start: usize, lengths: &[usize]) -> Option<Parts> {
    let (first, rest) = lengths.split_first()?;
    let mut parts = Parts { ranges: std::iter::once(start..start + first).collect(), name: None };
    if reader.digits_end(start) != start + first {
        return None;
    }
    let mut here = start..start + first;
    let starred = reader.byte(here.end) == Some(b'*');
    let ends = |at: usize, is_last: bool| match reader.byte(at) {
        Some(b'*') => starred && !is_last,
        Some(byte) if starred && (byte == b'.' || !byte.is_ascii()) => true,
        _ => reader.closes(at),
    };
    for (number, length) in rest.iter().enumerate() {
        let Part { at, names } = reader.next_part(here.start, here.end)?;
        let length = if *length == ONE_OR_TWO { (reader.digits_end(at) - at).clamp(1, 2) } else { *length };
        here = at..at + length;
        if reader.digits_end(at) != here.end || !ends(here.end, number + 1 == rest.len()) {
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
            (
                Syntax::Html,
                "<input name=\"birth_y\" value=\"1990\">년 <input name=\"birth_m\" value=\"01\">월 <input name=\"birth_d\" value=\"02\">",
                "<input name=\"birth_y\" value=\"*~*~\">년 <input name=\"birth_m\" value=\"*~\">월 <input name=\"birth_d\" value=\"*~\">",
            ),
            (
                Syntax::Html,
                "<select name=\"birthY\"><option value=\"1990\" selected>1990</option><option value=\"1991\">1991</option></select>년 \
                 <select name=\"birthM\"><option value=\"1\">1</option><option value=\"2\" selected>2</option></select>월 \
                 <SELECT name=\"birthD\"><option value=\"1\">1</option><option SELECTED value=\"12\">12</option></SELECT>일",
                "<select name=\"birthY\"><option value=\"*~*~\" selected>1990</option><option value=\"1991\">1991</option></select>년 \
                 <select name=\"birthM\"><option value=\"1\">1</option><option value=\"*\" selected>2</option></select>월 \
                 <SELECT name=\"birthD\"><option value=\"1\">1</option><option SELECTED value=\"*~\">12</option></SELECT>일",
            ),
            (
                Syntax::Json,
                "{\"birthYear\":\"1990\",\"birthMonth\":\"01\",\"birthDay\":\"02\"}",
                "{\"birthYear\":\"*~*~\",\"birthMonth\":\"*~\",\"birthDay\":\"*~\"}",
            ),
            (
                Syntax::Html,
                "<tr><th>전화번호</th><td>010</td><td>2234</td><td>5678</td></tr>",
                "<tr><th>전화번호</th><td>010</td><td>****</td><td>5678</td></tr>",
            ),
            (
                Syntax::Html,
                "<tr><td>010</td>\n<td>-</td><td>2234</td><td>-</td><td>5678</td></tr>",
                "<tr><td>010</td>\n<td>-</td><td>****</td><td>-</td><td>5678</td></tr>",
            ),
            (Syntax::Html, "<p>연락 010*2234*5678입니다</p>", "<p>연락 010******5678입니다</p>"),
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
            (
                Syntax::Html,
                "<tr><th>코드</th><th>합계</th><th>잔액</th></tr><tr><td>010</td><td>2234</td><td>5678</td></tr>",
            ),
            (Syntax::Html, "<tr><td>017</td><td>2234</td><td>5678</td></tr>"),
            (Syntax::Plain, "3010*2234*5678 010*2234*567 010*2234*5678*2"),
            (
                Syntax::Html,
                "<input name='start_y' value='1990'><input name='start_m' value='01'><input name='start_d' value='02'>",
            ),
            (
                Syntax::Html,
                "<select name=\"birthY\"><option value=\"1990\" selected>1990</option></select>\
                 <select name=\"birthM\"><option value=\"1\">1</option></select>\
                 <select name=\"birthD\"><option value=\"1\" selected>1</option></select>",
            ),
            (Syntax::Html, "<option value=\"2024\">2024</option><option value=\"2025\">2025</option>"),
        ] {
            assert_eq!(covered(syntax, text), text);
        }
    }
}
