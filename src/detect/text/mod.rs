//! Kinds that are found by words, not by digits: one kind a file, one table [`FINDERS`].
//!
//! A finder gets the logical text around a cue (a label, an honorific, the name of a province, a shape) and answers
//! which of its characters are a value. It never sees bytes. Blocks are [`BLOCK`], line breaks `\n`.

mod addresses;
mod apart;
mod births;
mod connecting;
mod date;
mod disguised;
mod given;
mod labels;
mod listed;
mod machines;
mod names;
mod parse;
mod passports;
mod plates;
pub mod sensitive;
mod surnames;
#[cfg(test)]
mod tests;

use crate::vocab::{Confidence, Day, Kind};
use std::ops::Range;

pub use disguised::host_in_words;
pub use labels::{about_label, heading_of};
pub use names::{may_be_name, title};

pub use crate::text::lex::BLOCK;

/// Whether a field of this name holds connecting information of the longer sort.
pub fn is_ci(field: &str) -> bool {
    connecting::names(field) == Some(connecting::CI)
}

/// What a cue is about, and so which finder is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cue {
    /// A label of names: 성명, 담당자, `"userName"`.
    NameLabel,
    /// The beginning of a cell below a heading of names.
    NameCell,
    /// What stands after a name: 님, 씨, 귀하.
    Honorific,
    /// The name of a province, which begins an address.
    Province,
    /// A label of addresses.
    AddressLabel,
    /// The beginning of a cell below a heading of passport numbers.
    PassportCell,
    /// The same of vehicles' numbers.
    PlateCell,
    /// The same of connecting information.
    ConnectingCell,
    /// An at sign that is percent-encoded in a text that is not: `?mail=hong%40…`.
    AtPercent,
    /// A label of passport numbers.
    PassportLabel,
    /// The first characters of a passport's machine-readable zone.
    MachineReadable,
    /// Digits after a letter, as a passport number has them.
    PassportShape,
    /// A label of dates of birth, or 년생.
    BirthLabel,
    /// The beginning of a cell below a heading of dates of birth.
    BirthCell,
    /// A label of short numbers: 학번, 사번, 군번. They are looked for by their digits.
    NumberLabel,
    /// A label of registration numbers, or of the first half of one: 주민번호, 앞자리. Those written as one are looked for by their
    /// digits.
    RegistrationLabel,
    /// Stars beside a dash: a number that is hidden in part.
    Hidden,
    /// The end of what may be connecting information: `==`.
    Padding,
    /// A key of connecting information, or its first characters.
    ConnectingKey,
    /// An at sign in words: 골뱅이, ` at `, `(at)`.
    AtInWords,
    /// A word that makes a list of people a sensitive one.
    SensitiveTerm,
    /// Digits, a Hangul syllable and four digits.
    PlateShape,
    /// A label of vehicles' numbers: 차량번호, 번호판.
    PlateLabel,
    /// Four numbers with dots between them.
    Version4Shape,
    /// A group of four hexadecimal digits and a colon.
    Version6Shape,
}

impl Cue {
    /// Whether it is the beginning of a cell.
    pub fn is_cell(self) -> bool {
        matches!(self, Cue::NameCell | Cue::BirthCell | Cue::PassportCell | Cue::PlateCell | Cue::ConnectingCell)
    }

    /// Whether it is a label, behind which its value stands.
    pub fn is_label(self) -> bool {
        matches!(
            self,
            Cue::NameLabel
                | Cue::AddressLabel
                | Cue::PassportLabel
                | Cue::BirthLabel
                | Cue::PlateLabel
                | Cue::ConnectingKey
        )
    }

    /// Whether it is a shape, or what begins or ends one: a value whose label stands before it.
    pub fn is_shape(self) -> bool {
        matches!(self, Cue::PassportShape | Cue::PlateShape | Cue::Padding | Cue::ConnectingKey | Cue::Province)
    }
}

/// How a cue is read: the characters of text that its finder wants before and after the cue's beginning.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// Characters before it, at most.
    pub before: usize,
    /// Characters from it on, at most.
    pub after: usize,
}

/// The logical text around a cue.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The characters, full width folded to ASCII.
    pub chars: &'a [char],
    /// Where the cue begins among them.
    pub at: usize,
    /// Where it ends.
    pub end: usize,
    /// Today: nobody is born later.
    pub today: Day,
    /// The site's own host names, whose role mailboxes are no finding.
    pub hosts: &'a [String],
}

/// A value in the logical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMatch {
    /// What it is.
    pub kind: Kind,
    /// How sure.
    pub confidence: Confidence,
    /// The value as it is counted, masked and shown.
    pub text: String,
    /// For each character of `text` the characters it was written with, as ranges of [`Around::chars`], in order.
    pub characters: Vec<Range<usize>>,
}

impl TextMatch {
    /// The value that stands in these characters: digits only for a number, spaces only in an address.
    fn new(kind: Kind, confidence: Confidence, chars: &[char], range: Range<usize>) -> TextMatch {
        let counts = |character: char| match kind {
            _ if kind.is_number() => character.is_ascii_digit(),
            Kind::PostalAddress => true,
            _ => !character.is_whitespace() && character != BLOCK,
        };
        let chars = chars.get(range.clone()).unwrap_or_default();
        let (mut characters, mut text) = (Vec::with_capacity(chars.len()), String::with_capacity(3 * chars.len()));
        for (at, character) in range.zip(chars).filter(|(_, character)| counts(**character)) {
            characters.push(at..at.saturating_add(1));
            text.push(if character.is_whitespace() { ' ' } else { *character });
        }
        TextMatch { kind, confidence, text, characters }
    }
}

/// How one kind is found at a cue.
struct Finder {
    cue: Cue,
    reach: Reach,
    find: fn(&Around<'_>, &mut Vec<TextMatch>),
}

/// A row of the table.
const fn finder(cue: Cue, before: usize, after: usize, find: fn(&Around<'_>, &mut Vec<TextMatch>)) -> Finder {
    Finder { cue, reach: Reach { before, after }, find }
}

/// Every cue and who is asked about it.
const FINDERS: &[Finder] = &[
    finder(Cue::NameLabel, 24, 60, names::after_label),
    finder(Cue::NameCell, 0, 24, names::cell),
    finder(Cue::Honorific, 16, 6, names::before_honorific),
    finder(Cue::Province, 2, 100, |around, found| {
        addresses::from_province(around, found);
        plates::after_region(around, found);
    }),
    finder(Cue::AddressLabel, 8, 120, addresses::after_label),
    finder(Cue::PassportLabel, 8, 60, passports::after_label),
    finder(Cue::PassportCell, 0, 24, passports::cell),
    finder(Cue::PlateCell, 0, 24, plates::cell),
    finder(Cue::ConnectingCell, 0, 110, connecting::cell),
    finder(Cue::MachineReadable, 1, 100, passports::machine_readable),
    finder(Cue::PassportShape, 40, 12, passports::shape),
    finder(Cue::BirthLabel, 12, 48, births::find),
    finder(Cue::BirthCell, 0, 24, births::cell),
    finder(Cue::RegistrationLabel, 0, 72, apart::after_label),
    finder(Cue::Padding, 140, 12, connecting::before_padding),
    finder(Cue::ConnectingKey, 48, 140, connecting::after_key),
    finder(Cue::AtInWords, 40, 80, disguised::find),
    finder(Cue::SensitiveTerm, 40, 420, listed::after_term),
    finder(Cue::PlateShape, 40, 24, plates::find),
    finder(Cue::PlateLabel, 8, 40, plates::after_label),
    finder(Cue::Version4Shape, 24, 20, machines::version4),
    finder(Cue::Version6Shape, 24, 44, machines::version6),
];

fn finder_of(cue: Cue) -> Option<&'static Finder> {
    FINDERS.iter().find(|finder| finder.cue == cue)
}

/// How much text is to be read around a cue.
pub fn reach(cue: Cue) -> Reach {
    finder_of(cue).map_or(Reach { before: 0, after: 0 }, |finder| finder.reach)
}

/// Appends what is found at a cue.
pub fn find(cue: Cue, around: &Around<'_>, found: &mut Vec<TextMatch>) {
    if let Some(finder) = finder_of(cue) {
        (finder.find)(around, found);
    }
}
