//! Numbers in one that are more likely something else by what stands beside them, or by their neighbours in the same
//! position: a series of ids, of which chance lets some pass for a registration number or a card (specification of
//! detectors, section 2.1: if not all of a position may be such numbers, it is a series of ids, and each is `possible`).
//!
//! Asked only about what was found, which is little; so it may read the text around anew.

use super::Scan;
use super::series::runs_of_digits;
use crate::detect::{self, Match};
use crate::text::Cluster;
use crate::vocab::{Confidence, Kind};
use std::ops::Range;

/// Bytes before a number and after it in which its neighbours are looked for.
const BEHIND: usize = 2048;
const AHEAD: usize = 1024;
/// Bytes before a number that tell its position.
const KEY: usize = 64;
/// Bytes before a number in which its row begins, at most.
const ROW: usize = 1024;
/// So many numbers beside one that are written like it and cannot be cards make it a code as they are, if they are most.
const FAILING: usize = 4;
/// Bytes of a number in groups, at most.
const LONGEST: usize = 24;
/// Kinds of which chance, or a series of ids, gives some among numbers of their length.
const IN_SERIES: &[Kind] =
    &[Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber, Kind::PaymentCardNumber, Kind::MobileNumber];
/// Neighbours in a series are less than so far from each other.
const STEP: u64 = 1000;

impl Scan {
    /// Weighs what was found in a cluster by what stands around it. `false` if more bytes are needed.
    pub(super) fn weigh(&self, cluster: &Cluster, matches: &mut Vec<Match>, last: bool) -> bool {
        if matches.iter().all(|found| found.called) {
            return true;
        }
        let text = self.window.text();
        let ranges: Vec<Option<Range<usize>>> = matches.iter().map(|found| in_one(cluster, found)).collect();
        if !self.weigh_groups(cluster, matches, last) {
            return false;
        }
        let series = |found: &Match| {
            !found.called && found.confidence == Confidence::Probable && IN_SERIES.contains(&found.kind)
        };
        let reaches = ranges.iter().zip(matches.iter()).filter(|(_, found)| series(found));
        let reach = reaches.filter_map(|(range, _)| Some(range.as_ref()?.end + AHEAD)).max().unwrap_or(0);
        if reach > text.len() && !last {
            return false;
        }
        let mut ranges = ranges.into_iter();
        matches.retain_mut(|found| {
            let Some(range) = ranges.next().flatten().filter(|_| !found.called) else { return true };
            if is_fraction(text, &range) {
                return false;
            }
            if is_linked(text, &range) || series(found) && self.is_of_ids(found.kind, &range) {
                found.confidence = found.confidence.min(Confidence::Possible);
            }
            true
        });
        true
    }

    /// Makes numbers in groups `possible` among others written the same of which most are none: of any sixteen digits a tenth
    /// has the check digit of a card, of any ten that of a business. Of those that people write down, or that a table lists,
    /// nearly all hold.
    fn weigh_groups(&self, cluster: &Cluster, matches: &mut [Match], last: bool) -> bool {
        let (text, kinds) = (self.window.text(), [Kind::PaymentCardNumber, Kind::BusinessRegistrationNumber]);
        for found in matches.iter_mut().filter(|found| !found.called && kinds.contains(&found.kind)) {
            let Some(range) = in_groups(cluster, found, text) else { continue };
            if range.end + AHEAD > text.len() && !last {
                return false;
            }
            let around = range.start.saturating_sub(BEHIND)..(range.end + AHEAD).min(text.len());
            let own = text.get(range.clone()).unwrap_or_default();
            // A row of cells that goes on.
            if between(own) == Some(b'\t') && is_in_tabbed_row(text, &range) {
                found.confidence = found.confidence.min(Confidence::Possible);
                continue;
            }
            let (mut holds, mut fails) = (0_usize, 0_usize);
            for other in written_alike(text, around, own).filter(|other| *other != own) {
                let values: Vec<u8> =
                    other.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte.wrapping_sub(b'0')).collect();
                let fits = detect::may_be(found.kind, &values, self.lens.today);
                holds += usize::from(fits);
                fails += usize::from(!fits);
            }
            if fails >= FAILING && fails > 2 * holds {
                found.confidence = found.confidence.min(Confidence::Possible);
            }
        }
        true
    }

    /// Whether the numbers of the same length in the same position are ids: most of them cannot be of the kind, or one is the
    /// next in a series.
    fn is_of_ids(&self, kind: Kind, range: &Range<usize>) -> bool {
        let text = self.window.text();
        let key = position(text, range);
        let own = text.get(range.clone()).unwrap_or_default();
        let end = (range.end + AHEAD).min(text.len());
        let mut here = range.start.saturating_sub(BEHIND);
        // Not from within a number.
        here += text.get(here..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
        // Cards and telephones are given out one after the other.
        let given_out = matches!(kind, Kind::PaymentCardNumber | Kind::MobileNumber);
        let (mut may_be, mut cannot_be) = (0_usize, 0_usize);
        for run in runs_of_digits(text, here..end) {
            let Some(other) = text.get(run.clone()).filter(|other| other.len() == own.len() && *other != own) else {
                continue;
            };
            let values: Vec<u8> = other.iter().map(|byte| byte.wrapping_sub(b'0')).collect();
            let fits = detect::may_be(kind, &values, self.lens.today);
            // Nobody else was born the same day in the same place.
            if number(other).abs_diff(number(own)) < STEP && (!given_out || !fits) {
                return true;
            }
            if key.is_none() || position(text, &run) != key {
                continue;
            }
            may_be += usize::from(fits);
            cannot_be += usize::from(!fits);
        }
        cannot_be > may_be
    }
}

/// The bytes of a match that is written in one, a byte a digit.
fn in_one(cluster: &Cluster, found: &Match) -> Option<Range<usize>> {
    let digits = cluster.digits.get(found.digits.clone())?;
    let start = digits.first()?.start;
    let plain = digits.iter().zip(start..).all(|(digit, at)| digit.start == at && digit.len == 1);
    plain.then_some(start..start + digits.len())
}

/// The bytes of a match that is written in groups with one and the same byte between them.
fn in_groups(cluster: &Cluster, found: &Match, text: &[u8]) -> Option<Range<usize>> {
    let digits = cluster.digits.get(found.digits.clone())?;
    let range = digits.first()?.start..digits.last()?.start + 1;
    let written = text.get(range.clone())?;
    let between = between(written)?;
    let plain = written.len() <= LONGEST && written.iter().all(|byte| byte.is_ascii_digit() || *byte == between);
    (plain && written.iter().filter(|byte| byte.is_ascii_digit()).count() == digits.len()).then_some(range)
}

/// Whether a tab parts it from another number before or behind.
fn is_in_tabbed_row(text: &[u8], range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|before| before.strip_suffix(b"\t"));
    let after = text.get(range.end..).and_then(|after| after.strip_prefix(b"\t"));
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    digit(before.and_then(<[u8]>::last)) || digit(after.and_then(<[u8]>::first))
}

/// The byte between the groups of a number.
fn between(written: &[u8]) -> Option<u8> {
    written.iter().copied().find(|byte| !byte.is_ascii_digit())
}

/// The numbers in a range of a text that are written in groups as this one is, and are no part of something longer.
fn written_alike<'a>(text: &'a [u8], range: Range<usize>, own: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let between = between(own).unwrap_or(b'-');
    let first = own.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let joins = move |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_digit() || *byte == between);
    let bytes = text.get(range).unwrap_or_default();
    let alike = |(own, byte): (&u8, &u8)| {
        own.is_ascii_digit() == byte.is_ascii_digit() && (own.is_ascii_digit() || own == byte)
    };
    let places = memchr::memchr_iter(between, bytes).filter_map(move |at| at.checked_sub(first));
    places.filter_map(move |at| {
        let written = bytes.get(at..at + own.len()).filter(|written| own.iter().zip(*written).all(alike))?;
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        (!joins(before) && !joins(bytes.get(at + own.len()))).then_some(written)
    })
}

/// Whether it is what follows the point of a number below one: `x:.5133769061476619`.
fn is_fraction(text: &[u8], range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|before| before.strip_suffix(b"."));
    before.is_some_and(|before| before.last().is_some_and(|byte| b":,=([{+-*/<>?&|!".contains(byte)))
}

/// Whether underscores link it to more of a name: `36330798_3858982902526736_n`.
fn is_linked(text: &[u8], range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|before| before.strip_suffix(b"_"));
    let after = text.get(range.end..).and_then(|after| after.strip_prefix(b"_"));
    let of_name = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    before.is_some_and(|before| of_name(before.last())) || after.is_some_and(|after| of_name(after.first()))
}

/// What tells the position of a number: its column in a row of cells or fields, its key, its tag, the word before it. `None` if
/// nothing does.
fn position(text: &[u8], range: &Range<usize>) -> Option<Vec<u8>> {
    let before = text.get(range.start.saturating_sub(KEY)..range.start)?;
    if text.get(range.end).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let row = text.get(range.start.saturating_sub(ROW)..range.start)?;
    let in_line = before
        .trim_ascii_end()
        .len()
        .max(before.iter().rposition(|byte| b"\r\n".contains(byte)).map_or(0, |at| at + 1));
    match before.get(..in_line)?.last()? {
        b'\r' | b'\n' => of_field(row),
        b'>' => of_cell(row).or_else(|| Some(without_digits(tag(before)?))),
        b'[' | b',' | b';' | b'\t' => of_field(row),
        b'"' | b'\'' if is_field(before.trim_ascii_end()) => of_field(row),
        _ if before.last() == Some(&b' ') => {
            let word = before.trim_ascii_end();
            let from = word.iter().rposition(|byte| b" \t\r\n{[(<,;".contains(byte)).map_or(0, |at| at + 1);
            Some(without_digits(word.get(from..)?)).filter(|word| !word.is_empty())
        }
        _ => {
            let cut = before.iter().rposition(|byte| b"<{; \t\n,&?".contains(byte)).map_or(0, |at| at + 1);
            Some(without_digits(before.get(cut..)?)).filter(|key| !key.is_empty())
        }
    }
}

/// Whether a quote opens a field of its own, with no name before it.
fn is_field(before: &[u8]) -> bool {
    let quoted = before.split_last().map_or(before, |(_, before)| before);
    quoted.last().is_none_or(|byte| b",;\t\n\r[ ".contains(byte))
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0'))))
}

fn without_digits(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| !byte.is_ascii_digit()).collect()
}

/// The tag that ends there.
fn tag(before: &[u8]) -> Option<&[u8]> {
    before.get(memchr::memrchr(b'<', before)?..)
}

/// The number of a cell in the row of a table, if it stands directly in one.
fn of_cell(row: &[u8]) -> Option<Vec<u8>> {
    let is = |at: usize, name: &[u8; 2]| row.get(at + 1..at + 3).is_some_and(|tag| tag.eq_ignore_ascii_case(name));
    let (mut cells, mut directly) = (0_u32, true);
    for at in memchr::memrchr_iter(b'<', row) {
        if is(at, b"td") || is(at, b"th") {
            cells += 1;
        } else if is(at, b"tr") {
            break;
        }
        if directly && cells == 0 && !matches!(row.get(at + 1), Some(b'a'..=b'z' | b'A'..=b'Z')) {
            return None;
        }
        directly = cells == 0;
    }
    (cells > 0).then(|| [b"<td".as_slice(), &cells.to_be_bytes()].concat())
}

/// The number of a field in its line, or of an element in any list.
fn of_field(row: &[u8]) -> Option<Vec<u8>> {
    let line = memchr::memrchr2(b'\n', b'[', row).map_or(0, |at| at + 1);
    let in_list = line.checked_sub(1).and_then(|at| row.get(at)) == Some(&b'[');
    let fields = row.get(line..)?.iter().filter(|byte| b",;\t".contains(byte)).count();
    let number = if in_list { 0 } else { fields };
    Some([if in_list { b"[," } else { b"\n," }.as_slice(), &number.to_be_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, scan};
    use crate::text::Syntax;
    use crate::vocab::Confidence;

    /// How many are `probable`, the same however the text is cut.
    fn probable(syntax: Syntax, text: &str) -> usize {
        let document = document(syntax);
        let whole = scan(&document, &[text.as_bytes()]);
        for size in [1, 50, 4096] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            assert_eq!(scan(&document, &pieces), whole, "in pieces of {size}: {text}");
        }
        whole.iter().filter(|found| found.confidence >= Confidence::Probable).count()
    }

    /// Whose check digits hold.
    const PEOPLE: [&str; 3] = ["9001011234568", "8505142345675", "7103151234569"];

    #[test]
    fn the_next_numbers_of_a_series_are_ids() {
        let serial: Vec<String> = (0..40).map(|step| (9_001_011_234_568_u64 + step).to_string()).collect();
        let rows = serial.iter().map(|id| format!("<tr><td>{id}</td><td>가</td></tr>")).collect::<String>();
        assert_eq!(probable(Syntax::Html, &format!("<table>{rows}</table>")), 0);
        let json = serial.iter().map(|id| format!("{{\"id\": {id}, \"parentId\": {}}}", serial[0]));
        assert_eq!(probable(Syntax::Json, &format!("[{}]", json.collect::<Vec<_>>().join(","))), 0);
        let lines = serial.iter().map(|id| format!("{id},가,3\n")).collect::<String>();
        assert_eq!(probable(Syntax::Plain, &lines), 0);
        // One by itself is nobody's neighbour.
        assert_eq!(probable(Syntax::Html, &format!("<td>{}</td>", serial[0])), 1);
    }

    #[test]
    fn among_barcodes_in_its_column_a_number_is_one() {
        let codes = ["4006381333931", "4909064187532", "9001011234568", "6901234567892", "5012345678900"];
        let rows = codes.map(|code| format!("<tr><td>사과</td><td>{code}</td></tr>")).concat();
        assert_eq!(probable(Syntax::Html, &format!("<table>{rows}</table>")), 0);
        let lines = codes.map(|code| format!("{code},3\n")).concat();
        assert_eq!(probable(Syntax::Plain, &lines), 0);
        assert_eq!(probable(Syntax::Json, &format!("[{}]", codes.join(", "))), 0);
        // In a column of its own it is not.
        let rows = PEOPLE.map(|number| format!("<tr><td>{number}</td><td>4006381333931</td></tr>")).concat();
        assert_eq!(probable(Syntax::Html, &format!("<table>{rows}</table>")), PEOPLE.len());
    }

    #[test]
    fn among_codes_in_groups_of_four_a_card_is_one() {
        let codes = [
            "4000-0000-0000-0002",
            "4123-5678-9012-3451",
            "5310-1111-2222-3332",
            "4777-1234-0000-9990",
            "9411-2222-0000-7770",
        ];
        let rows = codes.map(|code| format!("<tr><td>{code}</td><td>3,000</td></tr>")).concat();
        assert_eq!(probable(Syntax::Html, &format!("<table>{rows}</table>")), 0);
        assert_eq!(probable(Syntax::Plain, &codes.join("\n")), 0);
        let table = format!(
            "<table><tr><th>카드번호</th></tr>{}</table>",
            codes.map(|code| format!("<tr><td>{code}</td></tr>")).concat()
        );
        assert_eq!(probable(Syntax::Html, &table), 1);
        let parts = ["123-45-67891", "868-30-87364", "959-36-39565", "833-35-35593", "404-46-41328", "578-11-11111"];
        assert_eq!(probable(Syntax::Plain, &parts.join(" 3,000\n")), 0);
        assert_eq!(probable(Syntax::Plain, "4000\t0000\t0000\t0002\t9410\t0000\t0000\t0005"), 0);
        assert_eq!(probable(Syntax::Plain, "4000\t0000\t0000\t0002"), 1);
        // Of cards one may be misspelled.
        let cards = ["4000-0000-0000-0002", "9410-0000-0000-0005", "4123-5678-9012-3451", "6200-0000-0000-0005"];
        assert_eq!(probable(Syntax::Plain, &cards.join("\n")), 3);
    }

    #[test]
    fn among_parcels_in_its_column_a_telephone_is_one() {
        let parcels = ["47318218554", "01045977402", "87871926769", "61101163412", "18778391330"];
        let rows = parcels.map(|parcel| format!("<tr><td>사과</td><td>{parcel}</td></tr>")).concat();
        assert_eq!(probable(Syntax::Html, &format!("<table>{rows}</table>")), 0);
        let people = ["01045977402", "01045977403", "0311234567", "01088881234"];
        let rows = people.map(|number| format!("<tr><td>가</td><td>{number}</td></tr>")).concat();
        assert_eq!(probable(Syntax::Html, &format!("<table>{rows}</table>")), 3);
        assert_eq!(probable(Syntax::Plain, "4844 8210 4453 9751"), 0);
    }

    #[test]
    fn people_in_one_position_are_found() {
        let rows = PEOPLE.map(|number| format!("<tr><td>홍길동</td><td>{number}</td></tr>")).concat();
        assert_eq!(probable(Syntax::Html, &format!("<table>{rows}</table>")), PEOPLE.len());
        let json = PEOPLE.map(|number| format!("{{\"v\": \"{number}\"}}")).join(",");
        assert_eq!(probable(Syntax::Json, &format!("[{json}]")), PEOPLE.len());
    }

    #[test]
    fn fractions_and_pieces_of_names_are_nothing() {
        assert_eq!(probable(Syntax::Script, "var a={c:.5133769061476619,d:.01634567890};"), 0);
        assert_eq!(probable(Syntax::Html, "<img src=\"/p/36330798_4000000000000002_0910466295_n.jpg\">"), 0);
        assert_eq!(probable(Syntax::Html, "<p>연락처.01022345678</p>"), 1);
    }
}
