//! The child's side: it reads jobs from standard input, opens what comes, and tells what it found on standard output.

use super::confine::confine;
use super::protocol::{
    ANSWER_BYTES, ANSWERS, Answer, Broken, Frame, Frames, FromWorker, Job, LONGEST, Masking, PIECE, Refusal, Start,
    ToWorker,
};
use crate::vocab::Reason;
use bytes::Bytes;
use std::cell::Cell;
use std::io::{self, Read, Write};
use std::time::Instant;

/// So many bytes are read at once.
const READ: usize = 64 << 10;
/// Answers are written when so many bytes of them are together.
const TOGETHER: usize = 64 << 10;

/// Why a worker ends before its input does.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Its pipes, or a limit that it cannot do without.
    #[error("a worker cannot work: {0}")]
    Io(#[from] io::Error),
    /// What its parent says is no message, or comes out of turn.
    #[error("a worker was told what it does not understand: {0}")]
    Broken(#[from] Broken),
}

/// Serves until standard input ends. It first confines this process, its address space to `memory` bytes: what has to be
/// read from files or the environment must have been read before.
///
/// `prepare` is asked once for each [`Start`]; `open` for each file, with what `prepare` made of the last one, the file's bytes,
/// whether the time is up (to be asked often), and where what it finds goes; `mask` for each document that is to be masked.
///
/// # Errors
/// When it cannot be confined, or what its parent says is not understood.
pub fn run<T>(
    memory: u64,
    prepare: impl Fn(&Start) -> T,
    open: impl Fn(&T, &Job, &[u8], &dyn Fn() -> bool, &mut dyn FnMut(Answer)),
    mask: impl Fn(&T, &Masking, &[u8], &dyn Fn() -> bool) -> Result<Vec<u8>, Refusal>,
) -> Result<(), Failed> {
    let held = confine(memory)?;
    let mut mouth = Mouth::new(io::stdout());
    mouth.say(&FromWorker::Hello(held))?;
    mouth.flush()?;
    let mut ear = Ear { input: io::stdin(), frames: Frames::default(), piece: vec![0; READ] };
    let mut prepared = None;
    while let Some(frame) = ear.next()? {
        match ToWorker::decode(&frame)? {
            ToWorker::Start(start) => prepared = Some(prepare(&start)),
            ToWorker::Mask(masking, soft) => {
                let prepared = prepared.as_ref().ok_or(Broken::Turn)?;
                let until = Instant::now().checked_add(soft);
                mouth.ready()?;
                let bytes = ear.file(masking.job.length)?;
                let late = || until.is_some_and(|until| Instant::now() >= until);
                let made = mask(prepared, &masking, &bytes, &late);
                mouth.give(made)?;
            }
            ToWorker::Job(job, soft) => {
                let prepared = prepared.as_ref().ok_or(Broken::Turn)?;
                let until = Instant::now().checked_add(soft);
                mouth.ready()?;
                let bytes = ear.file(job.length)?;
                mouth.tell(until, |late, answer| open(prepared, &job, &bytes, late, answer))?;
            }
            ToWorker::Piece(_) => return Err(Broken::Turn.into()),
        }
    }
    Ok(())
}

/// Standard input, frame by frame.
struct Ear {
    input: io::Stdin,
    frames: Frames,
    piece: Vec<u8>,
}

impl Ear {
    /// The next frame; `None` at the end.
    fn next(&mut self) -> Result<Option<Frame>, Failed> {
        loop {
            if let Some(frame) = self.frames.take()? {
                return Ok(Some(frame));
            }
            let read = match self.input.read(&mut self.piece) {
                Ok(0) if self.frames.is_empty() => return Ok(None),
                Ok(0) => return Err(Broken::Cut.into()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            self.frames.room().extend_from_slice(self.piece.get(..read).unwrap_or_default());
        }
    }

    /// All pieces of a file of this length. One that has no room in the memory of this process is its end.
    fn file(&mut self, length: u64) -> Result<Vec<u8>, Failed> {
        let whole = usize::try_from(length).map_err(|_| Broken::TooLong)?;
        let mut bytes = Vec::with_capacity(whole);
        while bytes.len() < whole {
            let frame = self.next()?.ok_or(Broken::Cut)?;
            let ToWorker::Piece(piece) = ToWorker::decode(&frame)? else { return Err(Broken::Turn.into()) };
            if piece.len() > whole.saturating_sub(bytes.len()) {
                return Err(Broken::TooLong.into());
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

/// Where answers go, message by message.
struct Mouth<W> {
    output: W,
    held: Vec<u8>,
    /// Answers to the current job, and their bytes.
    answers: usize,
    bytes: usize,
}

impl<W: Write> Mouth<W> {
    fn new(output: W) -> Mouth<W> {
        Mouth { output, held: Vec::new(), answers: 0, bytes: 0 }
    }

    fn say(&mut self, message: &FromWorker) -> Result<(), Failed> {
        let before = self.held.len();
        message.encode(&mut self.held)?;
        self.bytes = self.bytes.saturating_add(self.held.len().saturating_sub(before));
        if self.held.len() < TOGETHER { Ok(()) } else { self.flush() }
    }

    /// It has heard of the job.
    fn ready(&mut self) -> Result<(), Failed> {
        self.say(&FromWorker::Ready)?;
        self.flush()
    }

    /// Gives a document that has been masked, or says why it is not.
    fn give(&mut self, made: Result<Vec<u8>, Refusal>) -> Result<(), Failed> {
        match made {
            Ok(bytes) => {
                for piece in bytes.chunks(PIECE) {
                    self.say(&FromWorker::Rewritten(Bytes::copy_from_slice(piece)))?;
                }
            }
            Err(refusal) => self.say(&FromWorker::Refused(refusal.bounded()))?,
        }
        self.say(&FromWorker::Done)?;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failed> {
        self.output.write_all(&self.held)?;
        self.output.flush()?;
        self.held.clear();
        Ok(())
    }

    /// Has a file opened, and tells what is found until there is too much of it: then that is said, and the time is up.
    fn tell(
        &mut self,
        until: Option<Instant>,
        work: impl FnOnce(&dyn Fn() -> bool, &mut dyn FnMut(Answer)),
    ) -> Result<(), Failed> {
        (self.answers, self.bytes) = (0, 0);
        let over = Cell::new(false);
        let late = || over.get() || until.is_some_and(|until| Instant::now() >= until);
        let mut failed = None;
        work(&late, &mut |answer| {
            if over.get() {
                return;
            }
            // One more of any size, and that there are too many, must have room.
            let full = self.answers >= ANSWERS.saturating_sub(1)
                || self.bytes >= ANSWER_BYTES.saturating_sub(LONGEST.saturating_mul(2));
            over.set(full);
            let answer = if full { too_many() } else { answer.bounded() };
            self.answers = self.answers.saturating_add(1);
            if let Err(error) = self.say(&FromWorker::Answer(answer)) {
                failed = Some(error);
                over.set(true);
            }
        });
        failed.map_or(Ok(()), Err)?;
        self.say(&FromWorker::Done)?;
        self.flush()
    }
}

/// There is more in the file than is told.
fn too_many() -> Answer {
    Answer::Unreadable { steps: Vec::new(), reason: Reason::TooLarge }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Found;
    use crate::sandbox::protocol::VALUE;
    use crate::vocab::{Confidence, Kind, Secret};

    fn found(value: usize) -> Answer {
        Answer::Found(Found {
            kind: Kind::MobileNumber,
            confidence: Confidence::Possible,
            steps: Vec::new(),
            line: 0,
            masked: String::new(),
            value: Secret::new(vec![7; value]),
        })
    }

    /// What is heard of so many answers with values of this length, and the bytes of all answers.
    fn heard(many: usize, value: usize) -> (Vec<FromWorker>, usize) {
        let mut mouth = Mouth::new(Vec::new());
        let mut told = 0;
        mouth
            .tell(None, |late, answer| {
                while told < many && !late() {
                    answer(found(value));
                    told += 1;
                }
                // One that does not ask is not heard any more.
                (told..many).for_each(|_| answer(found(value)));
            })
            .unwrap();
        let (mut frames, mut heard, mut bytes) = (Frames::default(), Vec::new(), 0);
        frames.room().extend_from_slice(&mouth.output);
        while let Some(frame) = frames.take().unwrap() {
            bytes += frame.size();
            heard.push(FromWorker::decode(&frame).unwrap());
        }
        assert!(frames.is_empty() && heard.pop() == Some(FromWorker::Done));
        (heard, bytes)
    }

    #[test]
    fn all_is_told_as_long_as_it_is_not_too_much() {
        let (all, _) = heard(ANSWERS - 1, 3);
        assert_eq!(all, vec![FromWorker::Answer(found(3)); ANSWERS - 1]);
    }

    #[test]
    fn too_many_answers_end_with_the_word_that_there_are_more() {
        let (mut all, _) = heard(ANSWERS + 5, 3);
        assert_eq!(all.pop(), Some(FromWorker::Answer(too_many())));
        assert_eq!(all, vec![FromWorker::Answer(found(3)); ANSWERS - 1]);
    }

    #[test]
    fn too_many_bytes_do_so_too() {
        let (mut all, bytes) = heard(ANSWERS, VALUE);
        assert_eq!(all.pop(), Some(FromWorker::Answer(too_many())));
        assert!(bytes <= ANSWER_BYTES && bytes > ANSWER_BYTES / 2, "{bytes}");
        assert!(all.len() > 100 && all.iter().all(|one| *one == FromWorker::Answer(found(VALUE))));
    }

    #[test]
    fn time_that_is_up_is_told_to_who_asks() {
        let mut mouth = Mouth::new(Vec::new());
        mouth.tell(Some(Instant::now()), |late, _| assert!(late())).unwrap();
        mouth.tell(None, |late, _| assert!(!late())).unwrap();
    }

    /// Who reads is gone: it says so, and the work is told to stop.
    #[test]
    fn a_mouth_that_is_shut_ends_the_work() {
        struct Shut;
        impl Write for Shut {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let told = Mouth::new(Shut).tell(None, |late, answer| {
            while !late() {
                answer(found(VALUE));
            }
        });
        assert!(matches!(told, Err(Failed::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe));
    }
}
