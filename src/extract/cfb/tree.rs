//! The storages and streams of a compound file (MS-CFB), as a tree of names.

use super::bytes::{u16_at, u32_at};
use crate::extract::{Halt, Walk};
use cfb::CompoundFile;
use std::io::Cursor;
use std::path::PathBuf;

/// The first eight bytes of every compound file.
pub(super) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Storages within storages, at most. A message within a message takes two.
const MOST_LEVELS: usize = 64;

/// A storage or stream: its index in the tree.
pub(super) type Id = usize;

/// The outermost storage.
pub(super) const ROOT: Id = 0;

struct Node {
    name: String,
    path: PathBuf,
    is_stream: bool,
    children: Vec<Id>,
    /// Whether a reader has had it: what none has had is searched as it is.
    taken: bool,
}

/// An open compound file.
pub(super) struct Tree<'b> {
    file: CompoundFile<Cursor<&'b [u8]>>,
    nodes: Vec<Node>,
}

impl<'b> Tree<'b> {
    /// Opens it; as tolerantly as the crate does, because Office is.
    pub(super) fn open(bytes: &'b [u8], walk: &mut Walk<'_>) -> Result<Tree<'b>, Halt> {
        if !is_plausible(bytes) {
            return Err(Halt::DAMAGED);
        }
        let file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| Halt::DAMAGED)?;
        let nodes = nodes(&file, walk)?;
        Ok(Tree { file, nodes })
    }

    /// The name of a storage or stream.
    pub(super) fn name(&self, id: Id) -> &str {
        self.nodes.get(id).map_or("", |node| &node.name)
    }

    /// Whether it is a stream.
    pub(super) fn is_stream(&self, id: Id) -> bool {
        self.nodes.get(id).is_some_and(|node| node.is_stream)
    }

    /// What a storage holds.
    pub(super) fn children(&self, id: Id) -> Vec<Id> {
        self.nodes.get(id).map(|node| node.children.clone()).unwrap_or_default()
    }

    /// What of it no reader has had.
    pub(super) fn left(&self, id: Id) -> Vec<Id> {
        let left = |id: &Id| self.nodes.get(*id).is_some_and(|node| !node.taken);
        self.children(id).into_iter().filter(left).collect()
    }

    /// A stream of this name in a storage; names differ in more than case (MS-CFB section 2.6.4).
    pub(super) fn stream(&self, storage: Id, name: &str) -> Option<Id> {
        self.find(storage, name).filter(|&id| self.is_stream(id))
    }

    /// A storage of this name in a storage.
    pub(super) fn storage(&self, storage: Id, name: &str) -> Option<Id> {
        self.find(storage, name).filter(|&id| !self.is_stream(id))
    }

    fn find(&self, storage: Id, name: &str) -> Option<Id> {
        let children = &self.nodes.get(storage)?.children;
        children.iter().copied().find(|&id| self.name(id).eq_ignore_ascii_case(name))
    }

    /// Notes that a reader has had it.
    pub(super) fn take(&mut self, id: Id) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.taken = true;
        }
    }

    /// All of a stream, within the limits; a reader has had it then. A chain that ends early or runs in a circle
    /// breaks the
    /// format; the crate sees both.
    pub(super) fn read(&mut self, id: Id, walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
        self.take(id);
        let path = self.nodes.get(id).map(|node| node.path.clone()).ok_or(Halt::DAMAGED)?;
        let mut stream = self.file.open_stream(path).map_err(|_| Halt::DAMAGED)?;
        walk.unpack(&mut stream)
    }

    /// All of the stream of this name, if there is one.
    pub(super) fn get(&mut self, storage: Id, name: &str, walk: &mut Walk<'_>) -> Result<Option<Vec<u8>>, Halt> {
        self.stream(storage, name).map(|id| self.read(id, walk)).transpose()
    }
}

/// Whether the numbers of the header fit the file: the crate reserves by some of them.
fn is_plausible(bytes: &[u8]) -> bool {
    let shift = u16_at(bytes, 30).unwrap_or(0);
    let sector = match shift {
        9 => 512,
        12 => 4096,
        _ => return false,
    };
    let sectors = (bytes.len() as u64).div_ceil(sector);
    [44, 64, 72].iter().all(|&at| u32_at(bytes, at).is_some_and(|count| u64::from(count) <= sectors))
}

/// Every entry, in an order in which a storage stands before what it holds.
fn nodes(file: &CompoundFile<Cursor<&[u8]>>, walk: &mut Walk<'_>) -> Result<Vec<Node>, Halt> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut above: Vec<Id> = Vec::new();
    for entry in file.walk() {
        walk.entry()?;
        let level = entry.path().components().count().saturating_sub(1);
        if level > MOST_LEVELS {
            return Err(Halt::Part(crate::vocab::Reason::TooDeep));
        }
        let id = nodes.len();
        above.truncate(level);
        if let Some(parent) = above.last().and_then(|&parent| nodes.get_mut(parent)) {
            parent.children.push(id);
        }
        above.push(id);
        nodes.push(Node {
            name: entry.name().to_owned(),
            path: entry.path().to_owned(),
            is_stream: entry.is_stream(),
            children: Vec::new(),
            taken: false,
        });
    }
    Ok(nodes)
}
