//! The parent's side: workers that are started when they are needed, kept while they behave, and killed when they do not.

use super::confine::Held;
use super::protocol::{
    ANSWER_BYTES, ANSWERS, Answer, Broken, Frame, Frames, FromWorker, Job, Masking, PIECE, Refusal, Start, ToWorker,
};
use super::remembered::{Hasher, Key, Remembered};
use crate::vocab::Reason;
use bytes::Bytes;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

/// What the allocator takes from the system at once, in KiB. By default it is a gibibyte, mapped before any limit holds.
const ARENA: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "16384");
/// So many bytes of answers are read at once.
const READ: usize = 64 << 10;

/// How files are opened.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The binary that is started with `worker`; `/proc/self/exe` is this one even when its file was replaced.
    pub program: PathBuf,
    /// How many at a time; at least one.
    pub workers: usize,
    /// The address space of each, in bytes.
    pub memory: u64,
    /// After so long, waiting counted, a worker stops by itself and tells what it has.
    pub soft: Duration,
    /// After so long it is killed.
    pub hard: Duration,
    /// After so many files a worker is replaced; at least one.
    pub jobs_per_worker: u32,
    /// What workers have to know.
    pub start: Start,
}

/// The bytes of a file, piece by piece.
pub trait Pieces: Send {
    /// The next piece; `None` at the end.
    fn next(&mut self) -> impl Future<Output = io::Result<Option<Bytes>>> + Send;
}

/// A file that is in memory as a whole.
#[derive(Debug, Clone)]
pub struct Whole(
    /// What is left of it.
    pub Bytes,
);

impl Pieces for Whole {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let piece = self.0.split_to(self.0.len().min(PIECE));
        Ok((!piece.is_empty()).then_some(piece))
    }
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What the worker told, in the order in which it did.
    pub answers: Vec<Answer>,
    /// Whether it came to its end; else [`Reason::WorkerDied`] or [`Reason::OutOfTime`]: there may be more in the file.
    pub ended: Result<(), Reason>,
}

impl Opened {
    /// Whether the worker itself told that its time was up: another day it may come further.
    pub(super) fn is_late(&self) -> bool {
        let late = |answer: &Answer| matches!(answer, Answer::Unreadable { reason: Reason::OutOfTime, .. });
        self.answers.iter().any(late)
    }
}

/// A document that a worker has masked, and what another found in it then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The document.
    pub bytes: Bytes,
    /// What the other worker told of it. Who asked for the masks has to look whether it is what may be left.
    pub opened: Opened,
}

/// A document that is written again may be so many times as long, and so many bytes longer.
const LONGER: (u64, u64) = (4, 1 << 20);

/// Why a worker is of no use any more.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("it ended")]
    Ended,
    #[error("its pipes: {0}")]
    Pipe(io::Error),
    #[error("it cannot be started: {0}")]
    Spawn(io::Error),
    #[error("{0}")]
    Broken(#[from] Broken),
    /// Not the worker's fault: the file's bytes do not come.
    #[error("the file: {0}")]
    Source(io::Error),
}

/// The workers.
#[derive(Debug)]
pub struct Pool {
    settings: Settings,
    start: Mutex<Arc<Told>>,
    idle: Mutex<Vec<Worker>>,
    free: Semaphore,
    remembered: Mutex<Remembered>,
}

/// How many workers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workers {
    /// That open a file, or are being started for one.
    pub busy: usize,
    /// That wait for a file.
    pub idle: usize,
    /// So many there may be.
    pub most: usize,
}

/// A [`Start`] as a frame.
#[derive(Debug)]
struct Told(Vec<u8>);

impl Told {
    fn of(start: &Start) -> Result<Arc<Told>, Broken> {
        let mut frame = Vec::new();
        ToWorker::Start(start.clone()).encode(&mut frame)?;
        Ok(Arc::new(Told(frame)))
    }
}

impl Pool {
    /// Prepares; the first worker is started when it is needed.
    ///
    /// # Errors
    /// When what workers have to know does not go into one frame.
    pub fn new(settings: Settings) -> Result<Pool, Broken> {
        let start = Mutex::new(Told::of(&settings.start)?);
        let free = Semaphore::new(settings.workers.clamp(1, Semaphore::MAX_PERMITS));
        Ok(Pool { settings, start, idle: Mutex::default(), free, remembered: Mutex::default() })
    }

    /// How many there are now; none are started before they are needed, but for the first.
    pub fn workers(&self) -> Workers {
        let most = self.settings.workers.clamp(1, Semaphore::MAX_PERMITS);
        let busy = most.saturating_sub(self.free.available_permits());
        Workers { busy, idle: locked(&self.idle).len(), most }
    }

    /// Starts one worker, which will be the first to be used, and tells what holds it.
    ///
    /// # Errors
    /// When none can be started, or it does not come up within the hard time.
    pub async fn try_out(&self) -> io::Result<Held> {
        let started = timeout(self.settings.hard, Worker::start(&self.settings));
        let worker = started.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?.map_err(io::Error::other)?;
        let held = worker.held;
        locked(&self.idle).push(worker);
        Ok(held)
    }

    /// What workers have to know is another from the next file on.
    ///
    /// # Errors
    /// When it does not go into one frame; then all stays as it was.
    pub fn renew(&self, start: &Start) -> Result<(), Broken> {
        let told = Told::of(start)?;
        *locked(&self.start) = told;
        Ok(())
    }

    /// The longest that one file may take, waiting for a worker counted.
    pub fn hard(&self) -> Duration {
        self.settings.hard
    }

    /// What takes the content of a file, to be asked whether it was opened before; what workers know and the limits are
    /// part of it, the name is not. `None` where nothing can be remembered.
    pub fn hasher(&self, job: &Job) -> Option<Hasher> {
        let told = Arc::clone(&locked(&self.start));
        let mut head = Vec::new();
        ToWorker::Job(Job { name: String::new(), ..job.clone() }, Duration::ZERO).encode(&mut head).ok()?;
        locked(&self.remembered).hasher([told.0.as_slice(), &head])
    }

    /// What came of the same file before.
    pub fn remembered(&self, key: &Key) -> Option<Opened> {
        locked(&self.remembered).get(key)
    }

    /// Remembers what came of a file, if it holds for the next time and is not too much.
    pub fn remember(&self, key: Key, opened: &Opened) {
        locked(&self.remembered).put(key, opened);
    }

    /// Whether it is known that nothing in a file can be masked, whatever is wanted.
    pub fn is_unmaskable(&self, key: &Key) -> bool {
        locked(&self.remembered).is_unmaskable(key)
    }

    /// Remembers why a file was not masked, if that is so whatever is wanted.
    pub fn remember_refusal(&self, key: Key, refusal: &Refusal) {
        let always =
            matches!(refusal, Refusal::NotADocument | Refusal::Signed | Refusal::Encrypted | Refusal::Container);
        if always {
            locked(&self.remembered).is_not_maskable(key);
        }
    }

    /// Has a file opened. A worker that dies, hangs, or says what it should not is killed, and the next file gets another; so
    /// does it when this is dropped before its end.
    ///
    /// # Errors
    /// Only those of `pieces`, and [`io::ErrorKind::InvalidData`] when they are not as long as the job says.
    pub async fn open(&self, job: &Job, mut pieces: impl Pieces) -> io::Result<Opened> {
        let began = Instant::now();
        let mut answers = Vec::new();
        let ended = self.in_time(began, self.work(job, &mut pieces, began, &mut answers)).await?;
        Ok(Opened { answers, ended })
    }

    /// Has a document masked, and what came of it opened by another worker. The one that masked it serves nobody any more.
    ///
    /// # Errors
    /// As of [`Pool::open`].
    pub async fn mask(&self, masking: &Masking, mut pieces: impl Pieces) -> io::Result<Result<Rewritten, Refusal>> {
        let began = Instant::now();
        let mut made = Err(Refusal::Unread(Reason::WorkerDied));
        let ended = self.in_time(began, self.rewrite(masking, &mut pieces, began, &mut made)).await?;
        let made = match ended {
            Ok(()) => made,
            Err(reason) => Err(Refusal::Unread(reason)),
        };
        let bytes = match made {
            Ok(bytes) => Bytes::from(bytes),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let job = Job { length: bytes.len() as u64, ..masking.job.clone() };
        let opened = self.open(&job, Whole(bytes.clone())).await?;
        Ok(Ok(Rewritten { bytes, opened }))
    }

    /// How work came to its end, that takes no longer than it may.
    async fn in_time(
        &self,
        began: Instant,
        work: impl Future<Output = Result<(), Trouble>>,
    ) -> io::Result<Result<(), Reason>> {
        match timeout_at(began + self.settings.hard, work).await {
            Ok(Ok(())) => Ok(Ok(())),
            Ok(Err(Trouble::Source(error))) => Err(error),
            Ok(Err(trouble)) => {
                tracing::warn!(%trouble, "a worker that opens files is replaced");
                Ok(Err(Reason::WorkerDied))
            }
            Err(_) => {
                tracing::warn!("a file was not opened in time");
                Ok(Err(Reason::OutOfTime))
            }
        }
    }

    async fn rewrite(
        &self,
        masking: &Masking,
        pieces: &mut impl Pieces,
        began: Instant,
        made: &mut Result<Vec<u8>, Refusal>,
    ) -> Result<(), Trouble> {
        let _place = self.free.acquire().await.map_err(|_| Trouble::Ended)?;
        let length = masking.job.length;
        let mut worker = self.ready(&|soft| ToWorker::Mask(masking.clone(), soft), began).await?;
        worker.give(length, pieces).await?;
        let (times, more) = LONGER;
        *made = worker.hear_document(length.saturating_mul(times).saturating_add(more)).await?;
        Ok(())
    }

    /// Waits for a worker and gives it the file; it comes back to the others only if all went well.
    async fn work(
        &self,
        job: &Job,
        pieces: &mut impl Pieces,
        began: Instant,
        answers: &mut Vec<Answer>,
    ) -> Result<(), Trouble> {
        // It is never closed.
        let _place = self.free.acquire().await.map_err(|_| Trouble::Ended)?;
        let mut worker = self.ready(&|soft| ToWorker::Job(job.clone(), soft), began).await?;
        worker.give(job.length, pieces).await?;
        worker.hear(answers).await?;
        if worker.jobs < self.settings.jobs_per_worker {
            locked(&self.idle).push(worker);
        }
        Ok(())
    }

    /// A worker that has heard of the job. One that has come to its end while it waited, as under a kernel that lacked
    /// memory, is no loss of this file.
    async fn ready(&self, order: &(dyn Fn(Duration) -> ToWorker + Sync), began: Instant) -> Result<Worker, Trouble> {
        loop {
            let waiting = locked(&self.idle).pop();
            let (mut worker, waited) = match waiting {
                Some(worker) => (worker, true),
                None => (Worker::start(&self.settings).await?, false),
            };
            let told = Arc::clone(&locked(&self.start));
            let soft = self.settings.soft.saturating_sub(began.elapsed());
            match worker.ask(&told, &order(soft)).await {
                Ok(()) => return Ok(worker),
                Err(trouble) if waited => tracing::warn!(%trouble, "a worker that waited is replaced"),
                Err(trouble) => return Err(trouble),
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A process. Dropped it is killed.
#[derive(Debug)]
struct Worker {
    /// Held to be killed with it.
    _child: Child,
    input: ChildStdin,
    output: ChildStdout,
    frames: Frames,
    held: Held,
    /// What it knows.
    told: Option<Arc<Told>>,
    /// Files it was given.
    jobs: u32,
}

impl Worker {
    async fn start(settings: &Settings) -> Result<Worker, Trouble> {
        let mut command = Command::new(&settings.program);
        command.arg("worker").arg("--memory").arg(settings.memory.to_string());
        command.env_clear().env(ARENA.0, ARENA.1).current_dir("/");
        // What it says of a file it chokes on may hold pieces of the file.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // An interrupt at a terminal is the parent's: it drains, and still needs them.
        command.process_group(0).kill_on_drop(true);
        let mut child = command.spawn().map_err(Trouble::Spawn)?;
        let input = child.stdin.take().ok_or(Trouble::Ended)?;
        let mut output = child.stdout.take().ok_or(Trouble::Ended)?;
        let mut frames = Frames::default();
        let FromWorker::Hello(held) = message(&next(&mut output, &mut frames).await?)? else {
            return Err(Broken::Turn.into());
        };
        tracing::debug!(?held, "a worker that opens files is up");
        Ok(Worker { _child: child, input, output, frames, held, told: None, jobs: 0 })
    }

    /// Tells it what it has to know, unless it does, and of the job.
    async fn ask(&mut self, told: &Arc<Told>, order: &ToWorker) -> Result<(), Trouble> {
        if !self.told.as_ref().is_some_and(|known| Arc::ptr_eq(known, told)) {
            self.input.write_all(&told.0).await.map_err(Trouble::Pipe)?;
            self.told = Some(Arc::clone(told));
        }
        self.jobs = self.jobs.saturating_add(1);
        self.say(order).await?;
        match message(&next(&mut self.output, &mut self.frames).await?)? {
            FromWorker::Ready => Ok(()),
            _ => Err(Broken::Turn.into()),
        }
    }

    /// Gives it the file.
    async fn give(&mut self, length: u64, pieces: &mut impl Pieces) -> Result<(), Trouble> {
        let mut left = length;
        while let Some(mut bytes) = pieces.next().await.map_err(Trouble::Source)? {
            left = left.checked_sub(bytes.len() as u64).ok_or_else(not_as_long)?;
            while !bytes.is_empty() {
                let piece = bytes.split_to(bytes.len().min(PIECE));
                self.say(&ToWorker::Piece(piece)).await?;
            }
        }
        if left == 0 { Ok(()) } else { Err(not_as_long()) }
    }

    async fn say(&mut self, message: &ToWorker) -> Result<(), Trouble> {
        let mut frame = Vec::new();
        message.encode(&mut frame)?;
        self.input.write_all(&frame).await.map_err(Trouble::Pipe)
    }

    /// Takes what it tells of the file.
    async fn hear(&mut self, answers: &mut Vec<Answer>) -> Result<(), Trouble> {
        let mut bytes = 0_usize;
        loop {
            let frame = next(&mut self.output, &mut self.frames).await?;
            bytes = bytes.saturating_add(frame.size());
            match message(&frame)? {
                FromWorker::Answer(answer) if answers.len() < ANSWERS && bytes <= ANSWER_BYTES => answers.push(answer),
                FromWorker::Answer(_) => return Err(Broken::TooMany.into()),
                FromWorker::Done if self.frames.is_empty() => return Ok(()),
                _ => return Err(Broken::Turn.into()),
            }
        }
    }
}

impl Worker {
    /// Takes a document that it has masked, of so many bytes at most.
    async fn hear_document(&mut self, most: u64) -> Result<Result<Vec<u8>, Refusal>, Trouble> {
        let mut made = Ok(Vec::new());
        loop {
            let frame = next(&mut self.output, &mut self.frames).await?;
            match (message(&frame)?, &mut made) {
                (FromWorker::Rewritten(piece), Ok(bytes)) => {
                    if bytes.len().saturating_add(piece.len()) as u64 > most {
                        return Err(Broken::TooMany.into());
                    }
                    bytes.extend_from_slice(&piece);
                }
                (FromWorker::Refused(refusal), Ok(bytes)) if bytes.is_empty() => made = Err(refusal),
                // A document is never without a byte.
                (FromWorker::Done, Ok(bytes)) if bytes.is_empty() => return Err(Broken::Turn.into()),
                (FromWorker::Done, _) if self.frames.is_empty() => return Ok(made),
                _ => return Err(Broken::Turn.into()),
            }
        }
    }
}

/// The file's pieces are not what was said.
fn not_as_long() -> Trouble {
    Trouble::Source(io::Error::new(io::ErrorKind::InvalidData, "the file is not as long as it was said to be"))
}

fn message(frame: &Frame) -> Result<FromWorker, Trouble> {
    Ok(FromWorker::decode(frame)?)
}

/// The next frame of a worker.
async fn next(output: &mut ChildStdout, frames: &mut Frames) -> Result<Frame, Trouble> {
    loop {
        if let Some(frame) = frames.take()? {
            return Ok(frame);
        }
        let room = frames.room();
        room.reserve(READ);
        if output.read_buf(room).await.map_err(Trouble::Pipe)? == 0 {
            return Err(if frames.is_empty() { Trouble::Ended } else { Broken::Cut.into() });
        }
    }
}
