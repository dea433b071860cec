//! A document that is to be masked, and why it is not.

use super::{Broken, Frame, Job, MASK, REFUSED, frame, wire};
use crate::extract::NotRewritten;
use crate::inspect::NotMasked;
use crate::vocab::{Confidence, Finding, Kind, Reason, Secret, Step, What};
use std::collections::HashSet;
use std::time::Duration;

/// A document to be masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masking {
    /// The document, as a file to be opened.
    pub job: Job,
    /// What is masked in it: kinds, each with a tier; nothing is said of the tiers above and below.
    pub wanted: Vec<(Kind, Confidence)>,
    /// Values that are left alone all the same, as findings have them.
    pub spared: HashSet<Secret>,
}

impl Masking {
    /// Whether a finding is to be masked.
    pub fn wants(&self, finding: &Finding) -> bool {
        let What::Kind(kind) = finding.what else { return false };
        self.wanted.contains(&(kind, finding.confidence)) && !self.spared.contains(&finding.secret)
    }

    pub(super) fn encode(&self, soft: Duration, out: &mut Vec<u8>) -> Result<(), Broken> {
        let values: Vec<u8> = self.spared.iter().flat_map(|value| value.expose()).copied().collect();
        frame::put(out, MASK, &wire::MaskingHead::of(self, soft), &values)
    }

    pub(super) fn decode(frame: &Frame) -> Result<(Masking, Duration), Broken> {
        let (head, values) = frame.parts::<wire::MaskingHead>()?;
        head.read(values)
    }
}

/// Why a document is not masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is none that can be.
    NotADocument,
    /// It is signed.
    Signed,
    /// It, or a part of it, is encrypted.
    Encrypted,
    /// Its archive is not as it should be.
    Container,
    /// A part of it cannot be changed.
    Part,
    /// Something is still found: the way to it. The names in it are the file's, and not cleaned.
    Left(Vec<Step>),
    /// Not all of it could be read, or not in time.
    Unread(Reason),
}

impl Refusal {
    /// The same within the bounds of the protocol.
    pub fn bounded(self) -> Refusal {
        match self {
            Refusal::Left(steps) => Refusal::Left(wire::bounded(steps)),
            other => other,
        }
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) -> Result<(), Broken> {
        frame::put(out, REFUSED, &wire::RefusalHead::of(self), &[])
    }

    pub(super) fn decode(frame: &Frame) -> Result<Refusal, Broken> {
        frame.head::<wire::RefusalHead>()?.read()
    }
}

impl From<NotMasked> for Refusal {
    fn from(why: NotMasked) -> Refusal {
        match why {
            NotMasked::Rewrite(NotRewritten::NotADocument) => Refusal::NotADocument,
            NotMasked::Rewrite(NotRewritten::Signed) => Refusal::Signed,
            NotMasked::Rewrite(NotRewritten::Encrypted) => Refusal::Encrypted,
            NotMasked::Rewrite(NotRewritten::Container) => Refusal::Container,
            NotMasked::Rewrite(NotRewritten::Part(_)) => Refusal::Part,
            NotMasked::Rewrite(NotRewritten::Stopped(reason)) | NotMasked::Unread(reason) => Refusal::Unread(reason),
            NotMasked::Left(finding) => Refusal::Left(finding.place.inside.into_vec()),
        }
    }
}
