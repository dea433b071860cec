//! What came of files that were opened before, by a keyed hash of their content: a file that many download is opened once.

use super::pool::Opened;
use aws_lc_rs::hmac;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;

/// Files that are remembered at most; the one that was opened longest ago goes first.
const FILES: usize = 4_096;
/// Answers about a file that is remembered at most: one with more is refused by most policies anyway.
const ANSWERS: usize = 64;

/// What a file is known by: its content, and what the worker was told beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

/// Takes the bytes of a file.
pub struct Hasher(hmac::Context);

impl Hasher {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The key of all of them.
    pub fn key(self) -> Key {
        let mut key = [0; 32];
        let tag = self.0.sign();
        key.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        Key(key)
    }
}

/// The files of a pool. Its key is made at random: nobody can tell by it what was opened, or make two files alike.
pub(super) struct Remembered {
    key: Option<hmac::Key>,
    files: HashMap<Key, Opened>,
    /// Of these files, which are none that could be written again.
    unmaskable: HashSet<Key>,
    order: VecDeque<Key>,
}

impl Default for Remembered {
    fn default() -> Remembered {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &aws_lc_rs::rand::SystemRandom::new()).ok();
        Remembered { key, files: HashMap::new(), unmaskable: HashSet::new(), order: VecDeque::new() }
    }
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl Remembered {
    /// A hash over what a worker is told beside the content; `None` where the system had no random numbers.
    pub(super) fn hasher<'a>(&self, told: impl IntoIterator<Item = &'a [u8]>) -> Option<Hasher> {
        let mut context = hmac::Context::with_key(self.key.as_ref()?);
        for part in told {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        Some(Hasher(context))
    }

    pub(super) fn get(&self, key: &Key) -> Option<Opened> {
        self.files.get(key).cloned()
    }

    /// Whether it is known that nothing in this file can be masked.
    pub(super) fn is_unmaskable(&self, key: &Key) -> bool {
        self.unmaskable.contains(key)
    }

    /// Remembers of a file that is known that nothing in it can be masked.
    pub(super) fn is_not_maskable(&mut self, key: Key) {
        if self.files.contains_key(&key) {
            self.unmaskable.insert(key);
        }
    }

    /// Remembers what came of a file that was read to its end.
    pub(super) fn put(&mut self, key: Key, opened: &Opened) {
        if opened.ended.is_err() || opened.is_late() || opened.answers.len() > ANSWERS || self.files.contains_key(&key)
        {
            return;
        }
        if self.files.len() >= FILES
            && let Some(oldest) = self.order.pop_front()
        {
            self.files.remove(&oldest);
            self.unmaskable.remove(&oldest);
        }
        self.files.insert(key, opened.clone());
        self.order.push_back(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Answer;
    use crate::vocab::Reason;

    fn key(remembered: &Remembered, told: &[&[u8]], content: &[&[u8]]) -> Key {
        let mut hasher = remembered.hasher(told.iter().copied()).unwrap();
        content.iter().for_each(|piece| hasher.update(piece));
        hasher.key()
    }

    fn opened(reason: Reason) -> Opened {
        Opened { answers: vec![Answer::Unreadable { steps: vec![], reason }], ended: Ok(()) }
    }

    #[test]
    fn the_same_content_told_the_same_is_the_same_file() {
        let remembered = Remembered::default();
        let of = |told: &[&[u8]], content: &[&[u8]]| key(&remembered, told, content);
        assert_eq!(of(&[b"a", b"b"], &[b"content"]), of(&[b"a", b"b"], &[b"con", b"tent"]));
        assert_ne!(of(&[b"a", b"b"], &[b"content"]), of(&[b"ab", b""], &[b"content"]));
        assert_ne!(of(&[b"a"], &[b"content"]), of(&[b"a"], &[b"contenT"]));
        assert_ne!(of(&[b"a"], &[b"content"]), key(&Remembered::default(), &[b"a"], &[b"content"]), "another key");
    }

    #[test]
    fn only_what_holds_again_is_remembered() {
        let mut remembered = Remembered::default();
        let of = |number: usize| Key([number as u8; 32]);
        remembered.put(of(1), &opened(Reason::Encrypted));
        remembered.put(of(2), &opened(Reason::OutOfTime));
        remembered.put(of(3), &Opened { answers: vec![], ended: Err(Reason::WorkerDied) });
        remembered.put(of(4), &Opened { answers: vec![opened(Reason::Image).answers.remove(0); 65], ended: Ok(()) });
        assert_eq!(remembered.get(&of(1)), Some(opened(Reason::Encrypted)));
        assert!((2..5).all(|number| remembered.get(&of(number)).is_none()));
    }

    #[test]
    fn the_oldest_goes() {
        let mut remembered = Remembered::default();
        let hashed = Remembered::default();
        let of = |number: usize| key(&hashed, &[], &[&number.to_le_bytes()]);
        for number in 0..FILES + 2 {
            remembered.put(of(number), &opened(Reason::Image));
        }
        assert_eq!((remembered.files.len(), remembered.order.len()), (FILES, FILES));
        assert!(remembered.get(&of(1)).is_none() && remembered.get(&of(2)).is_some());
    }
}
