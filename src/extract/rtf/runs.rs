//! The texts of an RTF file while it is read: they stand within each other in the file, and are given one after the other.

use super::{lex, object};
use crate::extract::flow::Look;
use crate::extract::marked::{self, Piece};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;
use encoding_rs::Encoding;

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A run; 0 is the body.
    Run(usize),
    /// Data in hexadecimal digits.
    Hex(usize),
}

/// Data in hexadecimal digits.
struct Hex {
    is_object: bool,
    name: String,
    bytes: Vec<u8>,
    /// The first digit of a pair.
    high: Option<u8>,
}

/// Bytes that are not decoded yet: a character may be made of several.
struct Pending {
    target: Target,
    at: Look,
    encoding: &'static Encoding,
    bytes: Vec<u8>,
}

/// All texts.
pub(super) struct Runs {
    runs: Vec<(Option<Step>, Vec<Piece>)>,
    data: Vec<Hex>,
    pending: Option<Pending>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
}

impl Runs {
    pub(super) fn new() -> Runs {
        Runs { runs: vec![(None, Vec::new())], data: Vec::new(), pending: None, high: None }
    }

    /// A new run at this place.
    pub(super) fn run(&mut self, step: Step) -> Target {
        self.flush();
        self.runs.push((Some(step), Vec::new()));
        Target::Run(self.runs.len().saturating_sub(1))
    }

    /// New data in hexadecimal digits.
    pub(super) fn hex(&mut self, is_object: bool, name: String) -> Target {
        self.flush();
        self.data.push(Hex { is_object, name, bytes: Vec::new(), high: None });
        Target::Hex(self.data.len().saturating_sub(1))
    }

    /// A byte of text in this charset.
    pub(super) fn byte(&mut self, target: Target, at: Look, encoding: &'static Encoding, byte: u8) {
        if let Target::Hex(index) = target {
            self.digit(index, byte);
            return;
        }
        let same = |held: &Pending| held.target == target && held.encoding == encoding && held.at == at;
        if self.pending.as_ref().is_none_or(|held| !same(held)) {
            self.flush();
        }
        self.pending.get_or_insert(Pending { target, at, encoding, bytes: Vec::new() }).bytes.push(byte);
    }

    fn digit(&mut self, index: usize, byte: u8) {
        let (Some(data), Some(digit)) = (self.data.get_mut(index), lex::digit(byte)) else {
            return;
        };
        match data.high.take() {
            Some(high) => data.bytes.push(high << 4 | digit),
            None => data.high = Some(digit),
        }
    }

    /// Bytes as they are.
    pub(super) fn binary(&mut self, target: Target, bytes: &[u8]) {
        match target {
            Target::Hex(index) => self.data.get_mut(index).into_iter().for_each(|data| data.bytes.extend(bytes)),
            // Nothing shows them there; they may be text all the same.
            Target::Run(_) => {
                self.data.push(Hex { is_object: false, name: "bin".to_owned(), bytes: bytes.to_vec(), high: None })
            }
        }
    }

    /// A code unit of UTF-16.
    pub(super) fn unit(&mut self, target: Target, at: Look, unit: u16) {
        let units = self.high.take().into_iter().chain([unit]);
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        let characters = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
        for character in characters.filter(|character| ![marked::CELL, marked::ROW].contains(character)) {
            self.text(target, at, character);
        }
    }

    /// A character.
    pub(super) fn text(&mut self, target: Target, at: Look, character: char) {
        self.flush();
        self.piece(target, at, character.encode_utf8(&mut [0; 4]));
    }

    fn piece(&mut self, target: Target, at: Look, text: &str) {
        let Target::Run(index) = target else { return };
        let Some((_, pieces)) = self.runs.get_mut(index) else {
            return;
        };
        match pieces.last_mut() {
            Some((last, held)) if *last == at => held.push_str(text),
            _ => pieces.push((at, text.to_owned())),
        }
    }

    fn flush(&mut self) {
        if let Some(Pending { target, at, encoding, bytes }) = self.pending.take() {
            let (text, _) = encoding.decode_without_bom_handling(&bytes);
            // Only words mark cells.
            self.piece(target, at, &text.replace([marked::CELL, marked::ROW], ""));
        }
    }

    /// Gives all: the body, then what stands within it, then data.
    pub(super) fn give(mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        self.flush();
        for (step, pieces) in self.runs {
            if pieces.iter().all(|(_, text)| text.trim().is_empty()) {
                continue;
            }
            match step {
                None => marked::tell(pieces, walk)?,
                Some(step) => walk.within(link_or(step, &pieces), |walk| marked::tell(pieces, walk))?,
            }
        }
        for data in self.data.iter().filter(|data| !data.bytes.is_empty()) {
            walk.entry()?;
            if data.is_object { object::read(&data.bytes, walk)? } else { walk.open(&data.name, &data.bytes)? }
        }
        Ok(())
    }
}

/// The field HYPERLINK is a link.
fn link_or(step: Step, pieces: &[Piece]) -> Step {
    let is_link = pieces.first().is_some_and(|(_, text)| text.trim_start().starts_with("HYPERLINK"));
    if step == Step::Formula && is_link { Step::Link } else { step }
}
