//! What is said between the process that moves bytes and a worker: frames of bounded length, and messages in them.
//!
//! A frame is its length (4 bytes, little-endian, of what follows), a tag, and the body. A body is a head in JSON, after its
//! own length, and plain bytes behind it: a piece of a file, or a value, which is never serialised. Both ends are of one
//! binary, so there is one version and no negotiation; what a worker says is checked nonetheless, for a file may have
//! taken it over.

mod frame;
mod masking;
#[cfg(test)]
mod tests;
mod wire;

pub use frame::{Frame, Frames, LONGEST};
pub use masking::{Masking, Refusal};

use super::confine::Held;
use crate::extract::Limits;
use crate::vocab::{Confidence, Day, FileType, Kind, Own, Reason, Secret, Step};
use bytes::Bytes;
use std::time::Duration;

/// The longest piece of a file in one frame, in bytes.
pub const PIECE: usize = 64 << 10;
/// So many answers are told of one file at most; a worker that has more says so as its last one.
pub const ANSWERS: usize = 20_000;
/// All answers about one file are together so many bytes at most.
pub const ANSWER_BYTES: usize = 32 << 20;
/// The longest name in a step, and the longest masked form, in bytes.
pub const NAME: usize = 2 << 10;
/// The longest way to a place, in steps.
pub const STEPS: usize = 32;
/// The longest value, in bytes.
pub const VALUE: usize = 64 << 10;

/// Why something is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A frame is longer than [`LONGEST`], or would be.
    #[error("a frame is too long")]
    TooLong,
    /// The bytes end within a frame.
    #[error("it ends within a frame")]
    Cut,
    /// A tag that does not exist, or not in this direction.
    #[error("a frame has no such tag")]
    Tag,
    /// A head that cannot be read.
    #[error("a frame's head cannot be read")]
    Head,
    /// A name, a way or a value beyond its bound.
    #[error("a field is beyond its bound")]
    Bound,
    /// A kind, a tier, a reason or a type that does not exist.
    #[error("there is no such kind, reason or type")]
    Unknown,
    /// More answers than one file can have.
    #[error("too many answers")]
    TooMany,
    /// A message where it does not belong.
    #[error("a message out of turn")]
    Turn,
    /// More own kinds than a process can know.
    #[error("too many own kinds")]
    OwnKinds,
}

/// What a worker has to know before its first file: what [`crate::inspect::Lens`] holds, as plain data. What is allowed and
/// what stands together is asked of its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Today.
    pub today: Day,
    /// The site's own host names.
    pub hosts: Vec<String>,
    /// An operator's own patterns.
    pub patterns: Vec<OwnPattern>,
}

/// What [`crate::detect::own::Pattern::new`] takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPattern {
    /// The kind of what it finds.
    pub own: Own,
    /// The regular expression.
    pub pattern: String,
    /// Words that make a match more than possible.
    pub context: Vec<String>,
    /// How sure a match alone is.
    pub confidence: Confidence,
}

/// A file to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name, which says where a finding is and nothing else.
    pub name: String,
    /// The limits for it and all within it.
    pub limits: Limits,
    /// Its length in bytes.
    pub length: u64,
}

/// Something that a worker tells of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Personal data is in it.
    Found(Found),
    /// Something in it could not be read.
    Unreadable {
        /// The way to it.
        steps: Vec<Step>,
        /// Why.
        reason: Reason,
    },
    /// A file within it is of a type that a policy may name.
    Typed {
        /// The way to it, with its name as the last step.
        steps: Vec<Step>,
        /// Its type.
        file_type: FileType,
    },
}

/// Personal data in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its kind.
    pub kind: Kind,
    /// How sure.
    pub confidence: Confidence,
    /// The way to it; the names in it are the file's, and not cleaned.
    pub steps: Vec<Step>,
    /// The line at that place, from 1; 0 where lines mean nothing.
    pub line: u32,
    /// The masked form, for people.
    pub masked: String,
    /// The value, normalised.
    pub value: Secret,
}

/// From the parent to a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToWorker {
    /// Holds from the next job on.
    Start(Start),
    /// A file follows, in pieces, as long as it says; the worker stops by itself after the time.
    Job(Job, Duration),
    /// A document to be masked follows, as with a job.
    Mask(Masking, Duration),
    /// A piece of the file.
    Piece(Bytes),
}

/// From a worker to the parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromWorker {
    /// It is up, and this is what holds it.
    Hello(Held),
    /// It has heard of the job, and awaits the file.
    Ready,
    /// About the file it was given.
    Answer(Answer),
    /// A piece of the document that has been masked.
    Rewritten(Bytes),
    /// The document is not masked.
    Refused(Refusal),
    /// All has been told of the file.
    Done,
}

impl Answer {
    /// The same within the bounds of the protocol: long names, ways and values are cut. A value that is cut is still the
    /// same for the same value.
    pub fn bounded(self) -> Answer {
        match self {
            Answer::Found(mut found) => {
                found.steps = wire::bounded(found.steps);
                wire::cut(&mut found.masked, NAME);
                if let Some(start) = found.value.expose().get(..VALUE) {
                    found.value = Secret::new(start);
                }
                Answer::Found(found)
            }
            Answer::Unreadable { steps, reason } => Answer::Unreadable { steps: wire::bounded(steps), reason },
            Answer::Typed { steps, file_type } => Answer::Typed { steps: wire::bounded(steps), file_type },
        }
    }
}

const START: u8 = 1;
const JOB: u8 = 2;
const PIECE_OF_IT: u8 = 3;
const MASK: u8 = 4;
const HELLO: u8 = 65;
const FOUND: u8 = 66;
const UNREADABLE: u8 = 67;
const DONE: u8 = 68;
const READY: u8 = 69;
const REWRITTEN: u8 = 70;
const REFUSED: u8 = 71;
const TYPED: u8 = 72;

impl ToWorker {
    /// Appends it as a frame.
    ///
    /// # Errors
    /// [`Broken::TooLong`]; nothing is appended then.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), Broken> {
        match self {
            ToWorker::Start(start) => frame::put(out, START, &wire::StartHead::of(start), &[]),
            ToWorker::Job(job, soft) => frame::put(out, JOB, &wire::JobHead::of(job, *soft), &[]),
            ToWorker::Mask(masking, soft) => masking.encode(*soft, out),
            ToWorker::Piece(bytes) => frame::put_plain(out, PIECE_OF_IT, bytes),
        }
    }

    /// The message in a frame.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decode(frame: &Frame) -> Result<ToWorker, Broken> {
        match frame.tag {
            START => frame.head::<wire::StartHead>()?.read().map(ToWorker::Start),
            JOB => frame.head::<wire::JobHead>().map(wire::JobHead::read).map(|(job, soft)| ToWorker::Job(job, soft)),
            MASK => Masking::decode(frame).map(|(masking, soft)| ToWorker::Mask(masking, soft)),
            PIECE_OF_IT => Ok(ToWorker::Piece(frame.body.clone())),
            _ => Err(Broken::Tag),
        }
    }
}

impl FromWorker {
    /// Appends it as a frame.
    ///
    /// # Errors
    /// [`Broken::TooLong`]; nothing is appended then. What is [`Answer::bounded`] is never too long.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), Broken> {
        match self {
            FromWorker::Hello(held) => frame::put(out, HELLO, held, &[]),
            FromWorker::Answer(Answer::Found(found)) => {
                frame::put(out, FOUND, &wire::FoundHead::of(found), found.value.expose())
            }
            FromWorker::Answer(Answer::Unreadable { steps, reason }) => {
                frame::put(out, UNREADABLE, &wire::UnreadableHead::of(steps, *reason), &[])
            }
            FromWorker::Answer(Answer::Typed { steps, file_type }) => {
                frame::put(out, TYPED, &wire::TypedHead::of(steps, *file_type), &[])
            }
            FromWorker::Rewritten(bytes) => frame::put_plain(out, REWRITTEN, bytes),
            FromWorker::Refused(refusal) => refusal.encode(out),
            FromWorker::Ready => frame::put_plain(out, READY, &[]),
            FromWorker::Done => frame::put_plain(out, DONE, &[]),
        }
    }

    /// The message in a frame. Own kinds are those that this process knows.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decode(frame: &Frame) -> Result<FromWorker, Broken> {
        match frame.tag {
            HELLO => frame.head::<Held>().map(FromWorker::Hello),
            FOUND => {
                let (head, value) = frame.parts::<wire::FoundHead>()?;
                head.read(value).map(Answer::Found).map(FromWorker::Answer)
            }
            UNREADABLE => frame.head::<wire::UnreadableHead>()?.read().map(FromWorker::Answer),
            TYPED => frame.head::<wire::TypedHead>()?.read().map(FromWorker::Answer),
            REWRITTEN if !frame.body.is_empty() && frame.body.len() <= PIECE => {
                Ok(FromWorker::Rewritten(frame.body.clone()))
            }
            REWRITTEN => Err(Broken::Bound),
            REFUSED => Refusal::decode(frame).map(FromWorker::Refused),
            READY if frame.body.is_empty() => Ok(FromWorker::Ready),
            DONE if frame.body.is_empty() => Ok(FromWorker::Done),
            READY | DONE => Err(Broken::Bound),
            _ => Err(Broken::Tag),
        }
    }
}
