//! How a journal is written.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// When records are on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fsync {
    /// Before they are acknowledged: records that come in together share one `fdatasync`. Neither `kill -9` nor a power cut
    /// loses an acknowledged record.
    Each,
    /// The same but for what says itself that it may be [`soon`](super::Event::soon): that is written before it is
    /// acknowledged, and on the disk a second later. `kill -9` loses nothing; a power cut what was shown in that second.
    #[default]
    Posts,
    /// At most so long after they are acknowledged. `kill -9` loses none; a power cut those of that time.
    Every(Duration),
    /// When the system likes, and at the end of a segment and before each seal. `kill -9` loses none; a power cut those
    /// since the last seal. That an end was cut off is only told from there on.
    Never,
}

/// Takes a seal, as a line.
pub type SealHook = Arc<dyn Fn(&str) + Send + Sync>;

/// How a journal is written.
#[derive(Clone)]
pub struct Options {
    /// Its folder, made if need be (mode 0700).
    pub folder: PathBuf,
    /// The name of this node, in the first record of each segment and in seals.
    pub node: String,
    /// The secret that the first key of each start is made with; whoever has it can check every MAC, and make them. Without
    /// one, a secret is made in the folder (`root.key`).
    pub root: Option<Vec<u8>>,
    /// A file in a second place to which every seal is appended.
    pub seal_to: Option<PathBuf>,
    /// Is given every seal, a line, when it has been written; on the thread that writes, so it must not wait.
    pub copies: Option<SealHook>,
    /// When records are on the disk.
    pub fsync: Fsync,
    /// A segment ends when it is so long, in bytes.
    pub segment_bytes: u64,
    /// A segment ends when it is so old and holds a record.
    pub segment_age: Duration,
    /// While records come in, a seal is written so often.
    pub seal_every: Duration,
    /// So many records may wait to be written; then [`JournalError::Full`](super::JournalError::Full).
    pub queue_records: usize,
    /// So many bytes of them.
    pub queue_bytes: usize,
    /// What else the first record of a start says: the version of the program, its configuration's hash.
    pub about: Vec<(String, String)>,
    /// Milliseconds since 1970; for tests of a clock that is set.
    #[doc(hidden)]
    pub clock: fn() -> i64,
}

impl Options {
    /// The defaults: fsync before what is not only shown, segments of 32 MiB or a day, a seal a minute, 8,192 records or 16 MiB waiting.
    pub fn new(folder: impl Into<PathBuf>, node: impl Into<String>) -> Options {
        Options {
            folder: folder.into(),
            node: node.into(),
            root: None,
            seal_to: None,
            copies: None,
            fsync: Fsync::Posts,
            segment_bytes: 32 << 20,
            segment_age: Duration::from_secs(24 * 60 * 60),
            seal_every: Duration::from_secs(60),
            queue_records: 8192,
            queue_bytes: 16 << 20,
            about: Vec::new(),
            clock: super::clock::now,
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Options");
        shown.field("folder", &self.folder).field("node", &self.node).field("seal_to", &self.seal_to);
        shown.field("fsync", &self.fsync).finish_non_exhaustive()
    }
}
