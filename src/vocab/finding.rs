//! Findings: what was found, how sure, where, and the bytes that would hide it.

use super::{FileType, Kind, Place, Reason, Secret, Stands};
use serde::Serialize;

/// A half-open range of byte offsets `[start, end)` into a body's content, that is after its content coding is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The shape alone.
    Possible,
    /// The shape and a context word near it, or a shape that nothing else has.
    Probable,
    /// Date, region and check digits hold, as far as the kind has them.
    Certain,
}

impl Confidence {
    /// Every tier, weakest first.
    pub const ALL: &'static [Confidence] = &[Confidence::Possible, Confidence::Probable, Confidence::Certain];

    /// The word used in policies and output.
    pub const fn name(self) -> &'static str {
        match self {
            Confidence::Possible => "possible",
            Confidence::Probable => "probable",
            Confidence::Certain => "certain",
        }
    }
}

/// What a finding is: personal data of a kind, something that could not be inspected, a file of a type, or a sealed
/// reference that came back and opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// Personal data.
    Kind(Kind),
    /// Could not be inspected, and why.
    Uninspectable(Reason),
    /// A file of a type that a policy may name.
    File(FileType),
    /// A sealed reference to personal data of a kind. No policy is asked about it: garim itself gave it out, and its edit,
    /// which writes the value in its place, is always made.
    Returned(Kind),
}

impl What {
    /// The name used in policies, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            What::Kind(kind) => kind.name(),
            What::Uninspectable(reason) => reason.full_name(),
            What::File(file_type) => file_type.full_name(),
            What::Returned(kind) => kind.returned_name(),
        }
    }

    /// In Korean, in a few words, for people.
    pub const fn korean(self) -> &'static str {
        match self {
            What::Kind(kind) | What::Returned(kind) => kind.korean(),
            What::Uninspectable(reason) => reason.korean(),
            What::File(file_type) => file_type.korean(),
        }
    }

    /// In English, in a few words, for people.
    pub const fn english(self) -> &'static str {
        match self {
            What::Kind(kind) | What::Returned(kind) => kind.english(),
            What::Uninspectable(reason) => reason.english(),
            What::File(file_type) => file_type.english(),
        }
    }
}

/// One finding. It carries its value only as a [`Secret`], which is never printed or serialised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub what: What,
    /// How sure; for `Uninspectable` always `Certain`.
    pub confidence: Confidence,
    /// Where it starts and ends in the content of the body (or of the path, the query, the name it stands in). Of what stands
    /// inside a file that was opened ([`Place::inside`]) it means nothing, and is empty at 0.
    pub span: Span,
    /// Where it stands, as a person would say it.
    pub place: Place,
    /// The masked form, for people: `900101-*******`. Empty for `Uninspectable`.
    pub masked: String,
    /// The bytes that replace `span` when it is masked, in the body's own charset and syntax. Of the same length,
    /// except that a JSON number becomes a quoted string, and that a sealed reference is longer. Empty for
    /// `Uninspectable`, and inside a file that was opened: there is nothing to replace.
    pub mask: Box<[u8]>,
    /// The value, normalised (digits only; an address in lower case), for counting different values.
    pub secret: Secret,
    /// What else is replaced when it is masked: the further pieces of a value that is split over several fields, in order,
    /// all of them after `span`; or the type of the control that it stands in, before it.
    pub also: Box<[Patch]>,
}

/// Bytes that replace others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// What is replaced.
    pub span: Span,
    /// What is written in its place.
    pub bytes: Box<[u8]>,
}

impl Finding {
    /// Something that could not be inspected.
    pub fn uninspectable(reason: Reason, span: Span, place: Place) -> Finding {
        Finding::without_value(What::Uninspectable(reason), span, place)
    }

    /// A file of a type.
    pub fn file(file_type: FileType, span: Span, place: Place) -> Finding {
        Finding::without_value(What::File(file_type), span, place)
    }

    fn without_value(what: What, span: Span, place: Place) -> Finding {
        Finding {
            what,
            confidence: Confidence::Certain,
            span,
            place,
            masked: String::new(),
            mask: Box::default(),
            secret: Secret::default(),
            also: Box::default(),
        }
    }

    /// Where the last byte ends that is replaced when it is masked.
    pub fn reach(&self) -> u64 {
        self.also.iter().map(|patch| patch.span.end).fold(self.span.end, u64::max)
    }
}

/// A replacement that hides one finding, should the policy say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What to write in their place.
    pub bytes: Box<[u8]>,
    /// Of which finding.
    pub what: What,
    /// How sure that finding is.
    pub confidence: Confidence,
    /// Where in its syntax it stands.
    pub stands: Stands,
    /// Which of a policy's conditions about files hold there.
    pub class: FileClass,
}

/// Which of a policy's conditions about files hold where something stands: a bit for each. Only the policy that worked it
/// out knows what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileClass(pub u32);
