//! Spool files: what of a body does not fit in memory. They have no name, and every block of them is encrypted under a
//! key that only this process knows and that is never written: nothing can be read in them once it has ended.

use super::budget::{Budget, Pool, Reservation, Spent};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use bytes::Bytes;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::future::{Future, poll_fn};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

/// Plain bytes of one block; only the last block of a file is shorter.
pub const BLOCK: usize = 64 << 10;
/// What encryption adds to a block.
const TAG: usize = 16;

/// Why a spool file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The disk, the quota or the budget for spool files is full: 503, and the next exchange may well work.
    #[error("no room for a spool file: {0}")]
    Full(String),
    /// Anything else: a directory that is missing, a disk that fails, a block that was changed.
    #[error("a spool file cannot be used: {0}")]
    Io(io::Error),
}

impl From<io::Error> for SpoolError {
    fn from(error: io::Error) -> SpoolError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                SpoolError::Full(error.to_string())
            }
            _ => SpoolError::Io(error),
        }
    }
}

impl From<Spent> for SpoolError {
    fn from(spent: Spent) -> SpoolError {
        SpoolError::Full(spent.to_string())
    }
}

impl From<Unspecified> for SpoolError {
    fn from(_: Unspecified) -> SpoolError {
        SpoolError::Io(io::Error::other("a block cannot be encrypted or is not the one that was written"))
    }
}

impl From<JoinError> for SpoolError {
    fn from(error: JoinError) -> SpoolError {
        SpoolError::Io(io::Error::other(error))
    }
}

#[derive(Debug)]
struct Shared {
    dir: PathBuf,
    key: LessSafeKey,
    files: AtomicU64,
    budget: Budget,
}

/// Makes spool files; clones share the key of the process.
#[derive(Debug, Clone)]
pub struct Spools(Arc<Shared>);

impl Spools {
    /// Prepares for files in `dir`, which need not exist yet. Fails only where the system has no random numbers.
    pub fn new(dir: PathBuf, budget: Budget) -> Result<Spools, SpoolError> {
        let mut key = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut key)?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key)?);
        Ok(Spools(Arc::new(Shared { dir, key, files: AtomicU64::new(0), budget })))
    }

    /// A new, empty file. Takes memory for one block and, as it is written, bytes of the spool.
    pub async fn create(&self) -> Result<Writer, SpoolError> {
        let memory = self.0.budget.reserve(Pool::Memory, (BLOCK + TAG) as u64)?;
        let charge = self.0.budget.reserve(Pool::Spool, 0)?;
        let shared = Arc::clone(&self.0);
        let file = spawn_blocking(move || unnamed(&shared.dir)).await??;
        Ok(self.writer(file, memory, charge))
    }

    fn writer(&self, file: File, memory: Reservation, charge: Reservation) -> Writer {
        let number = self.0.files.fetch_add(1, Ordering::Relaxed);
        let sealed = Sealed { shared: Arc::clone(&self.0), file, number };
        Writer { sealed: Arc::new(sealed), buffer: Vec::with_capacity(BLOCK + TAG), blocks: 0, len: 0, memory, charge }
    }
}

/// A file that nobody else can open: without a name where the file system can do that, else without it a moment later.
fn unnamed(dir: &Path) -> Result<File, SpoolError> {
    let flags = OFlags::TMPFILE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC;
    match rustix::fs::open(dir, flags, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(File::from(file)),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => unlinked(dir),
        Err(error) => Err(io::Error::from(error).into()),
    }
}

fn unlinked(dir: &Path) -> Result<File, SpoolError> {
    let mut name = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut name)?;
    let path = dir.join(format!(".spool-{:032x}", u128::from_ne_bytes(name)));
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// The file with what is needed to read and write blocks of it.
#[derive(Debug)]
struct Sealed {
    shared: Arc<Shared>,
    file: File,
    number: u64,
}

impl Sealed {
    /// Never twice the same: the number of the file in this process, and that of the block, which is written once.
    fn nonce(&self, block: u32) -> Nonce {
        let mut nonce = [0_u8; 12];
        let (file, rest) = nonce.split_at_mut(8);
        file.copy_from_slice(&self.number.to_be_bytes());
        rest.copy_from_slice(&block.to_be_bytes());
        Nonce::assume_unique_for_key(nonce)
    }

    fn position(block: u32) -> u64 {
        u64::from(block) * (BLOCK + TAG) as u64
    }

    fn write(&self, block: u32, bytes: &mut Vec<u8>) -> Result<(), SpoolError> {
        self.shared.key.seal_in_place_append_tag(self.nonce(block), Aad::empty(), bytes)?;
        Ok(self.file.write_all_at(bytes, Sealed::position(block))?)
    }

    fn read(&self, block: u32, len: usize) -> Result<Vec<u8>, SpoolError> {
        let mut bytes = vec![0; len.saturating_add(TAG)];
        self.file.read_exact_at(&mut bytes, Sealed::position(block))?;
        self.shared.key.open_in_place(self.nonce(block), Aad::empty(), &mut bytes)?;
        bytes.truncate(len);
        Ok(bytes)
    }
}

/// A spool file that is being written. It has no `Debug`: that would show what is yet to be encrypted.
pub struct Writer {
    sealed: Arc<Sealed>,
    buffer: Vec<u8>,
    blocks: u32,
    len: u64,
    memory: Reservation,
    charge: Reservation,
}

impl Writer {
    /// Appends. After an error the file is of no use.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), SpoolError> {
        while !bytes.is_empty() {
            let room = BLOCK.saturating_sub(self.buffer.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            self.len = self.len.saturating_add(now.len() as u64);
            bytes = later;
            if self.buffer.len() >= BLOCK {
                self.write_block().await?;
            }
        }
        Ok(())
    }

    async fn write_block(&mut self) -> Result<(), SpoolError> {
        self.charge.grow((self.buffer.len() + TAG) as u64)?;
        let mut bytes = std::mem::take(&mut self.buffer);
        let (sealed, block) = (Arc::clone(&self.sealed), self.blocks);
        let work = move || sealed.write(block, &mut bytes).map(|()| bytes);
        self.buffer = spawn_blocking(work).await??;
        self.buffer.clear();
        self.blocks = block.checked_add(1).ok_or_else(|| SpoolError::Full("too many blocks".to_owned()))?;
        Ok(())
    }

    /// Writes what is left. The file can be read from now on, and no longer written.
    pub async fn finish(mut self) -> Result<Spooled, SpoolError> {
        if !self.buffer.is_empty() {
            self.write_block().await?;
        }
        let Writer { sealed, len, memory, charge, .. } = self;
        Ok(Spooled(Arc::new(Finished { sealed, len, _memory: memory, _charge: charge })))
    }
}

#[derive(Debug)]
struct Finished {
    sealed: Arc<Sealed>,
    len: u64,
    /// One block, as before: for whoever reads, and only one reads at a time.
    _memory: Reservation,
    _charge: Reservation,
}

/// A spool file that is complete; clones share it, and it is gone when the last of them and of its readers is dropped.
#[derive(Debug, Clone)]
pub struct Spooled(Arc<Finished>);

impl Spooled {
    /// How many bytes were written.
    pub fn len(&self) -> u64 {
        self.0.len
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    /// Reads it from its start; it can be read any number of times.
    pub fn reader(&self) -> Reader {
        Reader { file: self.clone(), block: 0, left: self.0.len, task: None }
    }
}

/// Reads a spool file block by block.
#[derive(Debug)]
pub struct Reader {
    file: Spooled,
    block: u32,
    left: u64,
    task: Option<JoinHandle<Result<Vec<u8>, SpoolError>>>,
}

impl Reader {
    /// How many bytes are yet to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next block; `None` at the end.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, SpoolError>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let task = self.task.get_or_insert_with(|| {
            let (file, block) = (self.file.clone(), self.block);
            let len = self.left.min(BLOCK as u64) as usize;
            spawn_blocking(move || file.0.sealed.read(block, len))
        });
        let read = ready!(Pin::new(task).poll(cx));
        self.task = None;
        Poll::Ready(Some(read.map_err(SpoolError::from).flatten().map(|bytes| {
            self.left = self.left.saturating_sub(bytes.len() as u64);
            self.block = self.block.saturating_add(1);
            Bytes::from(bytes)
        })))
    }

    /// The next block; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, SpoolError>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn spools(dir: &Path) -> Spools {
        Spools::new(dir.to_owned(), Budget::new(1 << 20, 1 << 30)).unwrap()
    }

    fn writer(spools: &Spools, file: File) -> Writer {
        let charge = |pool| spools.0.budget.reserve(pool, 0).unwrap();
        spools.writer(file, charge(Pool::Memory), charge(Pool::Spool))
    }

    #[test]
    fn without_o_tmpfile_the_name_is_taken_away() {
        let dir = tempfile::tempdir().unwrap();
        let file = unlinked(dir.path()).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let file = unnamed(dir.path()).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_disk_without_room_is_full() {
        let spools = spools(Path::new("/"));
        let mut writer = writer(&spools, File::options().write(true).open("/dev/full").unwrap());
        let error = writer.write(&vec![0; 2 * BLOCK]).await.unwrap_err();
        assert!(matches!(error, SpoolError::Full(_)), "{error}");
        drop(writer);
        assert_eq!(spools.0.budget.used(Pool::Spool), 0);
    }

    #[tokio::test]
    async fn a_block_that_was_changed_or_moved_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let spools = spools(dir.path());
        let file = unnamed(dir.path()).unwrap();
        let outside = file.try_clone().unwrap();
        let mut writer = writer(&spools, file);
        writer.write(&vec![1; 2 * BLOCK]).await.unwrap();
        let spooled = writer.finish().await.unwrap();

        let mut second = vec![0; BLOCK + TAG];
        outside.read_exact_at(&mut second, Sealed::position(1)).unwrap();
        let mut first = second.clone();
        outside.read_exact_at(&mut first, 0).unwrap();
        outside.write_all_at(&second, 0).unwrap();
        assert!(spooled.reader().next().await.unwrap().is_err(), "the second block in the place of the first");
        outside.write_all_at(&first, 0).unwrap();
        assert!(spooled.reader().next().await.unwrap().is_ok());
        first[1000] ^= 1;
        outside.write_all_at(&first, 0).unwrap();
        assert!(spooled.reader().next().await.unwrap().is_err(), "a changed bit");
    }
}
