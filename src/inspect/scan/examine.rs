//! What the search came upon, examined: cut, asked about by its shape, and only then given its context and place.

use super::disguise::Proof;
use super::naming::Reach;
use super::{Around, Scan};
use crate::detect::{self, Context, Match, text};
use crate::mask::{self, Pen, Style};
use crate::text::lex::{Cut, MAX_DIGITS, Reader, Spelled};
use crate::text::{Charset, Cluster, Digit, Separator, Syntax};
use crate::vocab::{Confidence, Finding, Kind, Part, Place, Secret, Span, Stands, What};
use std::ops::Range;
use std::sync::Arc;

/// The characters of a value as they are masked: each with its bytes in the window.
pub(super) struct Value<'a> {
    pub(super) kind: Kind,
    pub(super) confidence: Confidence,
    /// What is masked and shown: digits without separators, or an address.
    pub(super) text: &'a str,
    pub(super) characters: &'a [Range<usize>],
    /// How many characters of the text stand elsewhere, before these; none of them is hidden.
    pub(super) elsewhere: usize,
    pub(super) stands: Stands,
    pub(super) quote: bool,
    /// Its characters stand in the opposite order in the text.
    pub(super) turned: bool,
}

impl<'a> Value<'a> {
    /// Whether the character with this number in the text is hidden; one that is two digits if either is.
    fn hides(&self, hidden: &mask::Hidden, number: usize) -> bool {
        let counted = |number: usize| match self.turned {
            true => self.characters.len().saturating_sub(number.saturating_add(1)),
            false => number.saturating_add(self.elsewhere),
        };
        let second = self.characters.get(number.saturating_add(1)).is_some_and(Range::is_empty);
        hidden.hides(counted(number)) || second && hidden.hides(counted(number.saturating_add(1)))
    }

    /// A value of which a part is hidden, and the secret part is not all.
    pub(super) fn hidden(kind: Kind, text: &'a str, characters: &'a [Range<usize>], stands: Stands) -> Value<'a> {
        let confidence = Confidence::Probable;
        Value { kind, confidence, text, characters, elsewhere: 0, stands, quote: false, turned: false }
    }
}

/// Escapes of what a whole value begins after: quotes and white space in strings, quotes in attributes, tags in strings.
const OPENING: &[&[u8]] =
    &[b"&quot;", b"&#34;", b"&#39;", b"&#039;", b"&apos;", b"\\n", b"\\r", b"\\t", b"\\u003e", b"\\u003E"];

/// Characters after an at sign that are read for a host.
const HOST: usize = 80;

/// Whether a match may begin and end there, if the groups on either side are whole: never within a chain of dashes.
fn parts(separator: Separator) -> bool {
    separator != Separator::Dash
}

/// A character that such a separator is.
fn sample(separator: Separator) -> char {
    match separator {
        Separator::Dash | Separator::Hyphenated => '-',
        Separator::Dot => '.',
        Separator::Space => ' ',
        Separator::Slash => '/',
        Separator::Comma => ',',
        Separator::Colon => ':',
        Separator::Bracket => '(',
        Separator::Newline => '\n',
        Separator::Other => '#',
    }
}

impl Scan {
    /// Examines the chain of digits that begins at `start`: where to search on, or `None` if more bytes are needed.
    ///
    /// A chain longer than a cluster may be is read in clusters that overlap by at least as many digits as the longest
    /// number has, each begun where a match may begin. A stretch without such a place cannot hold a match and is passed.
    pub(super) fn digits(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        let mut start = start;
        let mut cluster = std::mem::take(&mut self.cluster);
        let next = loop {
            let reader = Reader::new(self.window.text(), charset, self.document.syntax);
            let cut = reader.cluster(reader.first_digit(start), &mut cluster);
            if reader.touched() && !last {
                self.searched = start;
                break None;
            }
            let headless = self.headless == Some(start);
            let restart = match cut {
                Cut::Long { next, separator } => Some(shorten(&mut cluster, next, separator)),
                Cut::Whole(_) => None,
            };
            let end = cluster.digits.last().map_or(start, |digit| digit.start + usize::from(digit.len));
            let beheaded = headless && !behead(&mut cluster);
            if !beheaded && !self.examine(&mut cluster, charset, last) {
                self.searched = start;
                break None;
            }
            match (restart, cut) {
                // Searched from there like anything: the next number may be far.
                (Some(Restart::At(at)), _) => break Some(at),
                (Some(Restart::Headless(at)), _) => {
                    self.headless = Some(at);
                    start = at;
                }
                (None, Cut::Whole(at) | Cut::Long { next: at, .. }) => break Some(at.max(end).max(start + 1)),
            }
        };
        self.cluster = cluster;
        next
    }

    /// Asks the detectors about one cluster, and where nothing is found, as what it may have been meant. `false` if more
    /// bytes are needed.
    fn examine(&mut self, cluster: &mut Cluster, charset: Charset, last: bool) -> bool {
        match self.fields(cluster, charset, last) {
            None => return false,
            Some(true) => return true,
            Some(false) => {}
        }
        match self.ask(cluster, Proof::None, charset, last) {
            None => false,
            Some(found) => {
                if cluster.groups.len() == 1 {
                    self.in_series(cluster, found, charset);
                }
                found || self.listed(cluster, charset, last) && self.disguised(cluster, charset, last)
            }
        }
    }

    /// Asks the detectors about one cluster: whether something probable is found, or `None` if more bytes are needed.
    pub(super) fn ask(&mut self, cluster: &mut Cluster, proof: Proof, charset: Charset, last: bool) -> Option<bool> {
        if !detect::plausible(cluster, self.lens.today, self.near) {
            return Some(false);
        }
        let mut around = std::mem::take(&mut self.around);
        let known = self.judge(cluster, &mut around, charset, last);
        let mut matches = std::mem::take(&mut around.matches);
        let known = known && self.weigh(cluster, &mut matches, last);
        if !known {
            matches.clear();
        }
        let mut probable = false;
        for mut found in matches.drain(..).filter(|found| proof.holds(found, cluster)) {
            if matches!(proof, Proof::Card | Proof::Colons) {
                found.confidence = found.confidence.min(Confidence::Probable);
            }
            probable |= found.confidence >= Confidence::Probable;
            self.number(cluster, &found, &mut around, charset);
        }
        around.matches = matches;
        self.around = around;
        known.then_some(probable)
    }

    /// What the detectors say of a cluster in its context. `false` if more bytes are needed.
    fn judge(&mut self, cluster: &mut Cluster, around: &mut Around, charset: Charset, last: bool) -> bool {
        let one = cluster.digits.first().map_or(0, |digit| digit.start);
        let other = cluster.digits.last().map_or(one, |digit| digit.start);
        // Where the direction is turned over, the first digit is the last.
        let start = one.min(other);
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        cluster.before = reader.char_before(start);
        let end_of = |digit: &Digit| digit.start + usize::from(digit.len);
        let end = cluster.digits.last().map_or(start, end_of).max(cluster.digits.first().map_or(start, end_of));
        reader.before(start, &mut around.before);
        reader.after(end, &mut around.after);
        let alone = self.alone(start, end, &reader);
        if (reader.touched() || self.may_be_opened(end)) && !last {
            return false;
        }
        self.track(start);
        if self.control(start).is_none() && !last {
            return false;
        }
        let (stands, _) = self.stands();
        let lens = Arc::clone(&self.lens);
        let Some(named) = self.named(start, Reach::Near, charset, last) else { return false };
        let mut context = Context {
            before: &around.before,
            after: &around.after,
            label: &named.label,
            column: &named.column,
            stands,
            alone: alone && !matches!(stands, Stands::Text | Stands::Comment) || self.whole(start, end, last),
            today: lens.today,
            hosts: &lens.hosts,
        };
        let named_near = detect::numbers(cluster, &context, &mut around.matches);
        let sure = around.matches.iter().all(|found| found.confidence == Confidence::Certain);
        // No more can be said of what is certain, or is called something nearer by: the columns of the table need not be
        // read for it.
        if self.document.syntax != Syntax::Html || sure && !around.matches.is_empty() || named_near {
            return true;
        }
        let Some(further) = self.named(start, Reach::Columns, charset, last) else { return false };
        if further.column != context.column {
            (context.label, context.column) = (&further.label, &further.column);
            around.matches.clear();
            detect::numbers(cluster, &context, &mut around.matches);
        }
        true
    }

    /// Where the value stands that the tracker has come to, and whether it is not in quotes.
    pub(super) fn stands(&self) -> (Stands, bool) {
        match self.document.stands {
            Some(stands) => (stands, false),
            None => (self.tracker.stands(), self.tracker.bare()),
        }
    }

    /// Whether these bytes are the whole text.
    fn whole(&self, start: usize, end: usize, last: bool) -> bool {
        start == 0 && !self.started && last && end == self.window.len() && self.document.stands.is_some()
    }

    /// Whether the bytes are a whole quoted value, path segment (its extension not counted) or parameter.
    fn alone(&self, start: usize, end: usize, reader: &Reader<'_>) -> bool {
        let text = self.window.text();
        let before = text.get(..start).unwrap_or_default();
        let opens = before.last().is_none_or(|byte| b"\"'`=/(>&?,[: \n".contains(byte))
            || OPENING.iter().any(|escape| before.ends_with(escape));
        let closes = match reader.byte(end) {
            Some(b'.') => reader.byte(end + 1).is_none_or(|byte| byte.is_ascii_alphabetic()),
            byte => byte.is_none_or(|byte| b"\"'`&/?#)<;,]} \\\r\n".contains(&byte)),
        };
        opens && closes
    }

    fn number(&mut self, cluster: &Cluster, found: &Match, around: &mut Around, charset: Charset) {
        let Some(digits) = cluster.digits.get(found.digits.clone()) else { return };
        let Around { characters, text, .. } = around;
        characters.clear();
        characters.extend(digits.iter().map(|digit| digit.start..digit.start + usize::from(digit.len)));
        let turned = matches!(&**characters, [first, .., last] if last.start < first.start);
        if turned {
            characters.reverse();
        }
        text.clear();
        text.extend(digits.iter().map(|digit| char::from(b'0' + digit.value % 10)));
        let (Some(first), Some(end)) = (characters.first(), characters.last()) else { return };
        self.track(first.start);
        let (stands, bare) = self.stands();
        // A number that is no string would not be a number with stars in it: it becomes a string.
        let plain = end.end - first.start == digits.len();
        let quote = bare && (stands == Stands::JsonNumber || plain);
        let stands = if quote { Stands::JsonNumber } else { stands };
        let (kind, confidence) = (found.kind, found.confidence);
        let value = Value { kind, confidence, text, characters, elsewhere: 0, stands, quote, turned };
        self.found(&value, charset);
    }

    /// Examines what stands around an at sign. `false` if more bytes are needed.
    pub(super) fn address(&mut self, at: usize, len: usize, charset: Charset, last: bool) -> bool {
        let text = self.window.text();
        // A tag may stand around the sign.
        let within: &[u8] = if self.document.syntax == Syntax::Plain { b"&\\;_-+." } else { b"&\\;_-+.<>" };
        let outside = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !within.contains(byte);
        let reader = Reader::new(text, charset, self.document.syntax);
        let beside = text.get(at.saturating_sub(1)).is_none_or(|byte| b" \t\n>".contains(byte));
        let parted = self.document.syntax == Syntax::Html && beside;
        let controls = if parted { reader.controls_beside(at, at + len) } else { None };
        let alone = at.checked_sub(1).and_then(|at| text.get(at)).is_none_or(outside);
        if controls.is_none() && (alone || text.get(at + len).is_some_and(outside)) {
            return last || !reader.touched();
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        if let Some((local, host)) = controls {
            reader.value(local, &mut before);
            reader.value(host, &mut after);
        } else {
            reader.spelled_before(at, &mut before);
            reader.spelled_after(at + len, &mut after);
        }
        let host = host_in_words(&reader, at + len, &after);
        let last_of = |spelled: &Vec<Spelled>| spelled.last().map_or(at + len, |last| last.start + last.len);
        let end = host.as_ref().map_or(0, last_of).max(last_of(&after));
        if (reader.touched() || self.may_be_opened(end)) && !last {
            return false;
        }
        self.track(at);
        let stands = match self.stands().0 {
            // No address is a number: this is no JSON, and what it is nobody knows.
            Stands::JsonNumber => Stands::JsonString,
            stands => stands,
        };
        let context = Context {
            before: "",
            after: "",
            label: &self.document.label,
            column: "",
            stands,
            alone: false,
            today: self.lens.today,
            hosts: &self.lens.hosts,
        };
        let word = |spelled: &[Spelled]| spelled.iter().map(|spelled| spelled.char).collect::<String>();
        after = host.unwrap_or(after);
        let Some(found) = detect::email(&word(&before), &word(&after), &context) else { return true };
        let local = before.len().saturating_sub(found.local_chars);
        let at_sign = Spelled { char: '@', start: at, len };
        let spelled: Vec<_> =
            before.iter().skip(local).chain([&at_sign]).chain(after.iter().take(found.domain_chars)).collect();
        let characters: Vec<_> = spelled.iter().map(|spelled| spelled.start..spelled.start + spelled.len).collect();
        let text: String = spelled.iter().map(|spelled| spelled.char).collect();
        let (kind, confidence) = (Kind::EmailAddress, found.confidence);
        let (characters, elsewhere) = (characters.as_slice(), 0);
        let (quote, turned) = (false, false);
        let value = Value { kind, confidence, text: &text, characters, elsewhere, stands, quote, turned };
        self.found(&value, charset);
        true
    }

    /// Makes the finding and its mask, and settles it with those it overlaps.
    pub(super) fn found(&mut self, value: &Value<'_>, charset: Charset) {
        if let Some(finding) = self.finding(value, charset) {
            self.settle(finding);
        }
    }

    /// The finding of a value, and its mask.
    pub(super) fn finding(&self, value: &Value<'_>, charset: Charset) -> Option<Finding> {
        let (first, end) = value.characters.first().zip(value.characters.last())?;
        let span = Span { start: self.window.offset(first.start), end: self.window.offset(end.end) };
        let line =
            if matches!(self.document.part, Part::Path | Part::Query(_) | Part::Head(_)) { 0 } else { self.line };
        let (mask, also) = match self.sealed(value, charset) {
            Some((sealed, patch)) => (self.window.encoded(sealed), patch),
            None => (self.mask(value, charset), None),
        };
        Some(Finding {
            what: What::Kind(value.kind),
            confidence: value.confidence,
            span,
            place: Place { part: self.document.part.clone(), stands: value.stands, line, inside: Box::default() },
            masked: mask::shown(value.kind, value.text),
            mask: mask.into_boxed_slice(),
            secret: Secret::new(detect::normalise(value.kind, value.text).into_bytes()),
            also: also.into_iter().collect(),
        })
    }

    /// The bytes of the value with its hidden characters masked, each in as many bytes as it had.
    fn mask(&self, value: &Value<'_>, charset: Charset) -> Vec<u8> {
        // JSON and XML from a site are read by programs, which may send it back.
        let data = matches!(self.document.syntax, Syntax::Json | Syntax::Xml) && !self.document.returns;
        let style = match self.lens.beyond.stars {
            true => Style::Star,
            false if data => Style::Returning,
            false => Style::at(value.stands),
        };
        let hidden = mask::hidden(value.kind, value.text, style);
        let mut pen = Pen::of(value.kind, style, charset);
        let (first, end) = (value.characters.first(), value.characters.last());
        let length = first.zip(end).map_or(0, |(first, end)| end.end.saturating_sub(first.start));
        let (mut bytes, mut written) = (Vec::with_capacity(length + 2 * usize::from(value.quote)), Vec::new());
        bytes.extend(self.window.encoded(value.quote.then_some(b'"').into_iter().collect()));
        let mut copied = first.map_or(0, |range| range.start);
        let mut text = value.text.chars();
        for (number, range) in value.characters.iter().enumerate() {
            let blank = style == Style::Star && text.next().is_some_and(char::is_whitespace);
            self.window.copy(copied..range.start.max(copied), &mut bytes);
            copied = range.end;
            if value.hides(&hidden, number) && !blank {
                written.clear();
                pen.write(self.window.text().get(range.clone()).unwrap_or_default(), &mut written);
                written.resize(range.len(), b' ');
                self.window.write(range.clone(), &written, &mut bytes);
            } else {
                self.window.copy(range.clone(), &mut bytes);
            }
        }
        bytes.extend(self.window.encoded(value.quote.then_some(b'"').into_iter().collect()));
        bytes
    }

    /// Puts a finding among those that are ready. Of those that overlap the stronger stays.
    pub(super) fn settle(&mut self, finding: Finding) {
        // Nearly all come in order.
        if self.ready.last().is_none_or(|last| last.span.end <= finding.span.start && last.span < finding.span) {
            self.ready.push(finding);
            return;
        }
        // They are sorted and do not overlap, so that their ends are sorted too.
        let from = self.ready.partition_point(|other| other.span.end <= finding.span.start);
        let end = self.ready.partition_point(|other| other.span.start < finding.span.end).max(from);
        if self.ready.get(from..end).unwrap_or_default().iter().any(|other| !outranks(&finding, other)) {
            return;
        }
        self.ready.drain(from..end);
        let at = self.ready.partition_point(|other| other.span < finding.span);
        self.ready.insert(at, finding);
    }
}

/// Whether a finding stays when it overlaps another. An address never hides a number that identifies a person.
pub fn outranks(a: &Finding, b: &Finding) -> bool {
    let rank = |finding: &Finding| match finding.what {
        What::Kind(kind) => Some((finding.confidence, (finding.span.end - finding.span.start) as usize, kind)),
        What::Uninspectable(_) | What::File(_) | What::Returned(_) => None,
    };
    let identifies = |rank: (Confidence, usize, Kind)| rank.0 >= Confidence::Probable && rank.2.identifies();
    // A reference that opened stays, with its mark; of two readings of it the one that understood its mark, and the charset.
    match (a.what, b.what) {
        (What::Returned(_), What::Returned(_)) => {
            let of = |finding: &Finding| (finding.span.end - finding.span.start, std::cmp::Reverse(finding.mask.len()));
            return of(a) > of(b);
        }
        (What::Returned(_), _) => return true,
        (_, What::Returned(_)) => return false,
        _ => {}
    }
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) if a.2 == Kind::EmailAddress && identifies(b) => false,
        (Some(a), Some(b)) if b.2 == Kind::EmailAddress && identifies(a) => true,
        (Some(a), Some(b)) => detect::outranks(a, b),
        (a, b) => a.is_none() && b.is_some(),
    }
}

/// The host after an at sign of which a dot is written as a word (`example(dot)com`), where no other stands there.
fn host_in_words(reader: &Reader<'_>, at: usize, after: &[Spelled]) -> Option<Vec<Spelled>> {
    let ends = |spelled: &Spelled| !(spelled.char.is_ascii_alphanumeric() || matches!(spelled.char, '.' | '-'));
    let host = after.iter().take_while(|spelled| !ends(spelled));
    if !after.last().is_some_and(ends) || host.clone().any(|spelled| spelled.char == '.') || host.count() == 0 {
        return None;
    }
    let mut spelled = Vec::new();
    reader.around(at, 0, HOST, &mut spelled);
    let chars: Vec<char> = spelled.iter().map(|spelled| spelled.char).collect();
    let (host, places) = text::host_in_words(&chars)?;
    let place = |(char, range): (char, Range<usize>)| {
        let (first, last) = (spelled.get(range.start)?, spelled.get(range.end.checked_sub(1)?)?);
        Some(Spelled { char, start: first.start, len: (last.start + last.len).saturating_sub(first.start) })
    };
    host.chars().zip(places).map(place).collect()
}

enum Restart {
    /// A new cluster begins there, where a match may begin.
    At(usize),
    /// The run goes on there, and no match may begin before the next such place.
    Headless(usize),
}

/// Cuts a cluster that became too long back to its last place at which a match may end, and tells where to go on.
/// `next` is where its next digit would be, after that separator.
fn shorten(cluster: &mut Cluster, next: usize, separator: Option<Separator>) -> Restart {
    let places = cluster.separators.iter().enumerate().filter(|(_, separator)| parts(**separator));
    let mut starts: Vec<usize> = places.filter_map(|(number, _)| Some(cluster.groups.get(number + 1)?.start)).collect();
    if separator.is_some_and(parts) {
        starts.push(cluster.digits.len());
    }
    let Some(end) = starts.last().copied() else {
        *cluster = Cluster::default();
        return Restart::Headless(next);
    };
    let restart = starts.iter().copied().find(|start| *start >= MAX_DIGITS / 2).unwrap_or(end);
    let at = cluster.digits.get(restart).map_or(next, |digit| digit.start);
    let groups = cluster.groups.iter().take_while(|group| group.start < end).count();
    cluster.digits.truncate(end);
    cluster.groups.truncate(groups);
    cluster.after =
        groups.checked_sub(1).and_then(|last| cluster.separators.get(last).copied()).or(separator).map(sample);
    cluster.separators.truncate(groups.saturating_sub(1));
    Restart::At(at)
}

/// Takes away what stands before the first place at which a match may begin. `false` if there is none.
fn behead(cluster: &mut Cluster) -> bool {
    let Some(number) = cluster.separators.iter().position(|separator| parts(*separator)) else { return false };
    let Some(start) = cluster.groups.get(number + 1).map(|group| group.start) else { return false };
    cluster.digits.drain(..start);
    cluster.groups.drain(..=number);
    cluster.separators.drain(..=number);
    for group in &mut cluster.groups {
        *group = group.start - start..group.end - start;
    }
    true
}
