//! The seals of a folder: written beside the logs, and carried to a second place by a thread of its own, which may be slow
//! or stand still without stopping the journal.

use super::chain::{Hash, letters};
use super::error::JournalError;
use super::names::{self, Listing};
use super::options;
use super::seal::{NO_SEAL, Point, Seal, Signer};
use super::tail;
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Points that wait to be sealed while the disk is full; older ones are given up, since a later seal covers them.
const PENDING: usize = 1024;
/// How long after a failure the second place is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How long the end of the process waits for the second place.
const LAST: Duration = Duration::from_secs(5);
/// The most that is carried over at once, in bytes.
const CHUNK: usize = 1 << 20;

/// How many seals a folder has had, and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub number: u64,
    pub last: Hash,
}

impl Count {
    pub const NONE: Count = Count { number: 0, last: NO_SEAL };

    /// What the seals in the folder say.
    pub fn of(listing: &Listing) -> Count {
        let files = listing.starts.values().rev().filter_map(|files| files.seals.as_ref());
        let mut last = files.filter_map(|path| tail::last_line(path, None).ok().flatten());
        let seal = last.find_map(|line| Seal::parse(&line.bytes));
        seal.map_or(Count::NONE, |(seal, hash)| Count { number: seal.number, last: hash })
    }

    /// As it stands in records: `,"seals":3,"seal":"…"`.
    pub fn fields(&self) -> String {
        format!(",\"seals\":{},\"seal\":\"{}\"", self.number, letters(&self.last))
    }
}

/// Where a start writes its seals.
pub(super) struct Book {
    signer: Signer,
    node: String,
    path: PathBuf,
    folder: PathBuf,
    file: Option<File>,
    /// The bytes of whole seals in the file.
    length: u64,
    pub count: Count,
    pending: VecDeque<Point>,
    courier: Option<Courier>,
    copies: Option<options::SealHook>,
}

impl Book {
    pub fn new(signer: Signer, node: &str, folder: &Path, start: &str, count: Count) -> Book {
        let path = names::seals(folder, start);
        Book {
            signer,
            node: node.to_owned(),
            path,
            folder: folder.to_owned(),
            file: None,
            length: 0,
            count,
            pending: VecDeque::new(),
            courier: None,
            copies: None,
        }
    }

    pub fn public(&self) -> &str {
        &self.signer.public
    }

    /// From now on seals are handed on as they are written.
    pub fn copy(&mut self, to: Option<options::SealHook>) {
        self.copies = to;
    }

    /// From now on seals are carried to the second place.
    pub fn carry(&mut self, courier: Courier) {
        courier.wake();
        self.courier = Some(courier);
    }

    /// Seals a point, and those that could not be sealed before.
    ///
    /// # Errors
    /// When a seal cannot be written; it is tried again with the next one.
    pub fn seal(&mut self, point: Point, time: i64) -> Result<(), JournalError> {
        self.pending.push_back(point);
        if self.pending.len() > PENDING {
            self.pending.pop_front();
        }
        self.again(time)
    }

    /// Writes the seals that wait.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn again(&mut self, time: i64) -> Result<(), JournalError> {
        let some = !self.pending.is_empty();
        while let Some(point) = self.pending.front() {
            let number = self.count.number.saturating_add(1);
            let (line, hash) = self.signer.seal(&self.node, point, number, time, &self.count.last);
            self.write(&line)?;
            self.count = Count { number, last: hash };
            self.pending.pop_front();
            if let Some(copies) = &self.copies {
                copies(&line);
            }
        }
        if let Some(courier) = self.courier.as_ref().filter(|_| some) {
            courier.wake();
        }
        Ok(())
    }

    pub fn waits(&self) -> bool {
        !self.pending.is_empty()
    }

    fn write(&mut self, line: &str) -> Result<(), JournalError> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path);
                let file = none.insert(file.map_err(JournalError::at(&self.path))?);
                file.set_len(self.length).map_err(JournalError::at(&self.path))?;
                names::sync_folder(&self.folder)?;
                file
            }
        };
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // What is half written is cut away; if that fails, too, the file is opened anew and cut then.
            if file.set_len(self.length).is_err() {
                self.file = None;
            }
            return Err(JournalError::at(&self.path)(error));
        }
        self.length = self.length.saturating_add(u64::try_from(line.len()).unwrap_or_default());
        Ok(())
    }

    /// Waits a while for the second place to have everything.
    pub fn finish(&mut self) {
        if let Some(courier) = self.courier.take() {
            courier.finish();
        }
    }
}

/// Carries seals to the second place.
pub(super) struct Courier {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Work {
    due: bool,
    stop: bool,
    stopped: bool,
}

struct Shared {
    work: Mutex<Work>,
    changed: Condvar,
}

impl Shared {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Courier {
    /// Starts the thread. `tell` hears of every change between well (`None`) and not (what is wrong).
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        folder: &Path,
        start: &str,
        to: &Path,
        tell: impl Fn(Option<String>) + Send + 'static,
    ) -> Result<Courier, JournalError> {
        let shared = Arc::new(Shared { work: Mutex::default(), changed: Condvar::new() });
        let mut route =
            Route { folder: folder.to_owned(), own: names::seals(folder, start), to: to.to_owned(), left: None };
        let at = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("seals".to_owned());
        let spawned = thread.spawn(move || {
            let mut ill = false;
            while at.awaits(ill) {
                let wrong = route.run().err();
                if wrong.is_some() != ill {
                    ill = wrong.is_some();
                    tell(wrong.map(|error| format!("{}: {error}", route.to.display())));
                }
            }
            let _ = route.run();
            at.work().stopped = true;
            at.changed.notify_all();
        });
        spawned.map(|_| Courier { shared }).map_err(JournalError::at(to))
    }

    fn wake(&self) {
        self.shared.work().due = true;
        self.shared.changed.notify_all();
    }

    fn finish(self) {
        let mut work = self.shared.work();
        work.stop = true;
        self.shared.changed.notify_all();
        drop(self.shared.changed.wait_timeout_while(work, LAST, |work| !work.stopped));
    }
}

impl Shared {
    /// Waits until there is something to carry; `false` at the end.
    fn awaits(&self, ill: bool) -> bool {
        let idle = |work: &mut Work| !work.due && !work.stop;
        let work = self.work();
        let mut work = match ill {
            true => {
                let waited = self.changed.wait_timeout_while(work, AGAIN, |work| !work.stop);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            false => self.changed.wait_while(work, idle).unwrap_or_else(PoisonError::into_inner),
        };
        work.due = false;
        !work.stop
    }
}

/// Which seals are still to be carried.
struct Route {
    folder: PathBuf,
    own: PathBuf,
    to: PathBuf,
    /// Files and how much of each has arrived; unknown at first.
    left: Option<VecDeque<(PathBuf, u64)>>,
}

impl Route {
    fn run(&mut self) -> io::Result<()> {
        let left = match &mut self.left {
            Some(left) => left,
            none => none.insert(behind(&self.folder, &self.own, &self.to)?),
        };
        while let Some((path, from)) = left.front_mut() {
            while carry(path, from, &self.to)? {}
            if left.len() == 1 {
                break;
            }
            left.pop_front();
        }
        Ok(())
    }
}

/// The files with seals that the second place does not have, the own one last.
fn behind(folder: &Path, own: &Path, to: &Path) -> io::Result<VecDeque<(PathBuf, u64)>> {
    let last = match tail::last_line(to, None) {
        Ok(last) => last,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut left = VecDeque::from([(own.to_owned(), 0)]);
    let listing = Listing::read(folder)?;
    let files = listing.starts.values().rev().filter_map(|files| files.seals.as_ref());
    for path in files.filter(|path| *path != own) {
        let arrived = last.as_ref().map(|last| end_of(path, &last.bytes)).transpose()?.flatten();
        left.push_front((path.clone(), arrived.unwrap_or(0)));
        if arrived.is_some() {
            break;
        }
    }
    Ok(left)
}

/// Where in a file a line ends.
fn end_of(path: &Path, line: &[u8]) -> io::Result<Option<u64>> {
    let mut lines = BufReader::new(File::open(path)?);
    let (mut at, mut here) = (0_u64, Vec::new());
    loop {
        here.clear();
        let read = lines.read_until(b'\n', &mut here)?;
        at = at.saturating_add(u64::try_from(read).unwrap_or_default());
        match here.strip_suffix(b"\n") {
            Some(here) if here == line => return Ok(Some(at)),
            Some(_) => {}
            None => return Ok(None),
        }
    }
}

/// Carries whole lines from a file; whether there may be more.
fn carry(path: &Path, from: &mut u64, to: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        // The own file is made with the first seal; an older one may have been removed with its start.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    file.seek(SeekFrom::Start(*from))?;
    let mut bytes = Vec::new();
    file.take(u64::try_from(CHUNK).unwrap_or_default()).read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
    let lines = bytes.get(..whole).unwrap_or_default();
    if lines.is_empty() {
        return Ok(false);
    }
    let mut out = OpenOptions::new().append(true).read(true).create(true).mode(0o600).open(to)?;
    if torn(&mut out)? {
        // The line that a failure tore stays, and is written again whole: the second place may only let us append.
        out.write_all(b"\n")?;
    }
    out.write_all(lines)?;
    out.sync_data()?;
    *from = from.saturating_add(u64::try_from(whole).unwrap_or_default());
    Ok(bytes.len() == CHUNK)
}

/// Whether a file ends in the middle of a line.
fn torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != [b'\n'])
}
