//! What a site sends, read in the other charset as well where its own is in doubt: the bytes of the first characters beyond
//! ASCII are not what was said of them, or what looking at the whole made of them. Most pages are read once.

use super::Lens;
use super::merged::Merged;
use super::scan::{Document, Reads, Scan};
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Stands};
use std::sync::Arc;

/// Bytes before the first character beyond ASCII with which the other reading begins.
const BEFORE: usize = 1024;
/// Bytes from that character on that tell whether there is doubt.
const SAMPLE: usize = 256;

/// The other reading of a text, if there is one.
pub(super) struct Beside {
    state: State,
    /// Up to where everything was told to be settled.
    told: u64,
}

enum State {
    /// Nothing beyond ASCII has come, or too little to tell.
    Looking(Box<Looking>),
    /// There is no doubt.
    Once,
    /// The other reading.
    Twice(Box<Other>),
}

/// The bytes of a text whose charset is not known for certain.
struct Looking {
    document: Document,
    lens: Arc<Lens>,
    /// The last bytes, and all from the first one beyond ASCII on, which is the one at `wide`.
    held: Vec<u8>,
    wide: Option<usize>,
    /// The offset and the line of the first of them.
    start: u64,
    line: u32,
    ready: Merged,
}

struct Other {
    scan: Scan,
    /// Up to where it is settled.
    settled: u64,
    /// What it finds that begins before is found by the first reading, too, or is none.
    from: u64,
    /// The findings of both.
    ready: Merged,
}

impl Beside {
    /// At the start of a text that a site sends.
    pub fn new(document: Document, lens: Arc<Lens>) -> Beside {
        let (start, ready) = (document.offset, Merged::default());
        let looking = Looking { document, lens, held: Vec::new(), wide: None, start, line: 1, ready };
        Beside { state: State::Looking(Box::new(looking)), told: start }
    }

    /// Of a text that is read once.
    pub fn none() -> Beside {
        Beside { state: State::Once, told: 0 }
    }

    /// Takes the bytes that the first reading has taken, of which nothing follows if `last`, how it reads them and up to
    /// where it is settled, and what it has found since the `known` findings before; up to where everything is settled.
    pub fn push(&mut self, raw: &[u8], last: bool, first: (Reads, u64), found: &mut Vec<Finding>, known: usize) -> u64 {
        let settled = match &mut self.state {
            State::Once => return first.1,
            State::Twice(other) => {
                found.drain(known..).for_each(|finding| other.ready.add(0, finding));
                other.push(raw, last, first.1, found)
            }
            State::Looking(looking) => {
                let taken = looking.hold(raw, first.0);
                if looking.is_due(first.0, last) {
                    self.decide(raw.get(taken..).unwrap_or_default(), last, first, found, known)
                } else if looking.wide.is_some() {
                    found.drain(known..).for_each(|finding| looking.ready.add(0, finding));
                    let certain = looking.certain(first.0).map_or(self.told, |certain| certain.min(first.1));
                    looking.ready.give(certain, false, found)
                } else {
                    first.1
                }
            }
        };
        self.told = self.told.max(settled);
        self.told
    }

    /// Enough has come to tell whether there is doubt.
    fn decide(&mut self, raw: &[u8], last: bool, first: (Reads, u64), found: &mut Vec<Finding>, known: usize) -> u64 {
        let State::Looking(looking) = std::mem::replace(&mut self.state, State::Once) else { return first.1 };
        let certain = looking.certain(first.0);
        let Looking { mut ready, start, ref held, wide, .. } = *looking;
        let Some(charset) = doubt(held, wide, first.0) else {
            // What was kept back goes before what has come.
            let mut before = Vec::new();
            ready.give(u64::MAX, true, &mut before);
            found.splice(known..known, before);
            return first.1;
        };
        let held = held.clone();
        // Up to where it is UTF-8, which went on meanwhile, the other reading has nothing to add.
        let from = certain.unwrap_or_else(|| start.saturating_add(wide.unwrap_or(0) as u64));
        let scan = read(looking.document, looking.lens, charset, (start, looking.line));
        let mut other = Other { scan, settled: start, from, ready };
        found.drain(known..).for_each(|finding| other.ready.add(0, finding));
        if !raw.is_empty() || !last {
            other.push(&held, false, first.1.min(start), found);
            let settled = other.push(raw, last, first.1, found);
            self.state = State::Twice(Box::new(other));
            return settled;
        }
        other.push(&held, last, first.1, found)
    }
}

impl Other {
    fn push(&mut self, raw: &[u8], last: bool, settled: u64, found: &mut Vec<Finding>) -> u64 {
        let mut more = Vec::new();
        if last {
            self.scan.finish_with(raw, &mut more);
            self.settled = u64::MAX;
        } else {
            self.settled = self.scan.push(raw, &mut more).max(self.settled);
        }
        let later = more.into_iter().filter(|finding| finding.span.start >= self.from);
        later.for_each(|finding| self.ready.add(1, finding));
        self.ready.give(settled.min(self.settled), last, found)
    }
}

impl Looking {
    /// Takes as many of the next bytes as are needed, all of them as long as it is not due.
    fn hold(&mut self, raw: &[u8], reads: Reads) -> usize {
        let mut taken = raw.len();
        let mut kept = raw;
        if self.wide.is_none() {
            let wide = first_wide(raw);
            // What is far before it does not matter.
            let far = wide.unwrap_or(raw.len()).saturating_sub(2 * BEFORE);
            if far > 0 {
                self.let_go(self.held.len());
                self.pass(raw.get(..far).unwrap_or_default());
                kept = raw.get(far..).unwrap_or_default();
            }
            if let Some(wide) = wide {
                let at = self.held.len().saturating_add(wide - far);
                if reads != Reads::NotYet {
                    kept = kept.get(..(wide - far).saturating_add(SAMPLE)).unwrap_or(kept);
                    taken = far.saturating_add(kept.len());
                }
                self.held.extend_from_slice(kept);
                let cut = self.word(at.saturating_sub(BEFORE));
                self.let_go(cut);
                self.wide = Some(at.saturating_sub(cut));
                return taken;
            }
        }
        self.held.extend_from_slice(kept);
        if self.wide.is_none() && self.held.len() > 8 * BEFORE {
            self.let_go(self.held.len() - 2 * BEFORE);
        }
        taken
    }

    fn let_go(&mut self, count: usize) {
        let gone: Vec<u8> = self.held.drain(..count).collect();
        self.pass(&gone);
    }

    fn pass(&mut self, gone: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', gone).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.start = self.start.saturating_add(gone.len() as u64);
    }

    /// Where a word ends at or after that place, so that no number is cut in two.
    fn word(&self, from: usize) -> usize {
        let near = self.held.get(from..).unwrap_or_default();
        let ends = near.iter().take(BEFORE / 2).position(|byte| b" \t\r\n<>\"=".contains(byte));
        if from == 0 { 0 } else { ends.map_or(from, |at| from.saturating_add(at)) }
    }

    /// Whether enough has come to tell whether there is doubt.
    fn is_due(&self, reads: Reads, last: bool) -> bool {
        let enough = self.wide.is_some_and(|wide| self.held.len() >= wide.saturating_add(SAMPLE));
        let broken = reads == Reads::As(Charset::Utf8) && self.sample().is_some_and(|sample| !may_be_utf8(sample));
        reads == Reads::Otherwise || last || broken || enough && reads != Reads::NotYet
    }

    /// Up to which offset no other reading adds anything, if that is known though it is not due: what is read as UTF-8 goes on
    /// as long as it may be that. A site that says little, and waits, is not kept back.
    fn certain(&self, reads: Reads) -> Option<u64> {
        let sample = self.sample().filter(|_| reads == Reads::As(Charset::Utf8))?;
        let known = self.wide.unwrap_or(0).saturating_add(utf8_up_to(sample));
        Some(self.start.saturating_add(known as u64))
    }

    fn sample(&self) -> Option<&[u8]> {
        let wide = self.held.get(self.wide?..)?;
        Some(wide.get(..SAMPLE).unwrap_or(wide))
    }
}

/// The charset that a text which is read so may be in besides, by the bytes from its first one beyond ASCII on.
fn doubt(held: &[u8], wide: Option<usize>, reads: Reads) -> Option<Charset> {
    let Reads::As(charset) = reads else { return None };
    let sample = held.get(wide?..).unwrap_or_default();
    let sample = sample.get(..SAMPLE).unwrap_or(sample);
    let is_utf8 = may_be_utf8(sample);
    match charset {
        Charset::Utf8 => (!is_utf8).then_some(Charset::Cp949),
        Charset::Cp949 => is_utf8.then_some(Charset::Utf8),
        Charset::AsciiBased => Some(if is_utf8 { Charset::Utf8 } else { Charset::Cp949 }),
    }
}

/// Whether bytes are UTF-8, the last character cut off perhaps.
fn may_be_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).err().is_none_or(|error| error.error_len().is_none())
}

/// How many of the first bytes are UTF-8, in whole characters.
fn utf8_up_to(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
}

/// The other reading, from such an offset and line on.
fn read(document: Document, lens: Arc<Lens>, charset: Charset, (start, line): (u64, u32)) -> Scan {
    let cut = start > document.offset;
    let mut document = Document { offset: start, charset: None, ..document };
    if cut && document.syntax == Syntax::Json {
        // Whether a string is open there is not known.
        document.stands = Some(document.stands.unwrap_or(Stands::JsonString));
    }
    Scan::within(document, lens, charset, line, cut)
}

/// The first byte beyond ASCII.
fn first_wide(bytes: &[u8]) -> Option<usize> {
    let block = bytes.chunks(256).position(|block| !block.is_ascii())?;
    let from = block.saturating_mul(256);
    let at = bytes.get(from..)?.iter().position(|byte| !byte.is_ascii())?;
    Some(from.saturating_add(at))
}

#[cfg(test)]
mod tests {
    use super::super::readings::Readings;
    use super::super::scan::Escape;
    use super::*;
    use crate::vocab::{Day, Part, What};

    const NUMBER: &str = "９００１０１－１２３４５６８";

    fn found(text: &[u8], charset: Option<Charset>, piece: usize) -> Vec<Finding> {
        let today = Day { year: 2026, month: 11, day: 22 };
        let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() });
        let document = Document {
            part: Part::Body,
            charset,
            syntax: Syntax::Html,
            escape: Escape::None,
            label: String::new(),
            offset: 0,
            returns: false,
            stands: None,
        };
        let mut readings = Readings::new(document, lens);
        let (mut found, mut settled) = (Vec::new(), 0);
        for piece in text.chunks(piece) {
            let known = found.len();
            let now = readings.push(piece, &mut found);
            assert!(now >= settled, "settled goes forward");
            assert!(found[known..].iter().all(|finding: &Finding| finding.span.start >= settled));
            settled = now;
        }
        let known = found.len();
        readings.finish(&mut found);
        assert!(found[known..].iter().all(|finding| finding.span.start >= settled));
        found
    }

    fn korean(text: &str) -> Vec<u8> {
        encoding_rs::EUC_KR.encode(text).0.into_owned()
    }

    #[test]
    fn a_text_that_is_not_what_it_says_is_read_twice() {
        let ascii = "<p>900101-1234568 plain words\n".repeat(60);
        for before in ["", "<p>", &ascii] {
            let text = format!("{before}<p>안내 말씀입니다 {NUMBER}</p><p>{}</p>", "가나다라 ".repeat(300));
            for (bytes, said) in [
                (text.clone().into_bytes(), Charset::Cp949),
                (text.clone().into_bytes(), Charset::AsciiBased),
                (korean(&text), Charset::Utf8),
                (korean(&text), Charset::AsciiBased),
            ] {
                let whole = found(&bytes, Some(said), usize::MAX);
                assert_eq!(whole.len(), before.matches("900101").count() + 1, "{said:?} {}", before.len());
                let last = whole.last().expect("found");
                assert!(matches!(last.what, What::Kind(_)));
                assert_eq!(last.span.end - last.span.start, last.mask.len() as u64);
                for piece in [1, 7, 1000, 1500, 3000] {
                    assert_eq!(found(&bytes, Some(said), piece), whole, "{said:?} in pieces of {piece}");
                }
            }
        }
    }

    #[test]
    fn one_broken_character_does_not_make_another_charset_of_a_page() {
        let mut bytes = format!("<p>안내 말씀입니다 {NUMBER}</p><p>{}</p>", "가나다라 ".repeat(300)).into_bytes();
        bytes.extend(b"<p>\xC8</p>");
        assert_eq!(found(&bytes, None, usize::MAX).len(), 1);
        assert_eq!(found(&bytes, None, 100), found(&bytes, None, usize::MAX));
    }
}
