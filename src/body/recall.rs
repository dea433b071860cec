//! Answers that came before: one that is the same byte for byte, of the same site, is not read again. What is remembered of
//! it is what was found, and how much of it was read; what is done about that is decided anew each time.
//!
//! A site's scripts, style sheets, lists and notices are asked for again and again, and garim asks the site each time:
//! nothing here is a cache of answers.

use super::Coded;
use super::Subject;
use crate::inspect::Account;
use crate::vocab::Finding;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use bytes::Bytes;
use std::collections::HashMap;
use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// The longest answer that is remembered, in bytes as they come: longer ones are read as they arrive.
pub(super) const LONGEST: usize = 256 << 10;
/// The most findings of one that is remembered.
pub(super) const FINDINGS: usize = 256;
/// What remembering anything takes beside its findings, in bytes, about.
const ENTRY: usize = 256;
/// Room for what is said of an answer beside its bytes.
const SAID: usize = 256;

/// What an answer is known by: a keyed hash of its bytes and of all else that decides what is found in it, and their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Known([u8; 16], usize);

/// What came of an answer that was read to its end.
#[derive(Debug)]
pub(super) struct Recalled {
    /// What was found, in order.
    pub(super) findings: Vec<Finding>,
    /// How much of it was read.
    pub(super) account: Account,
}

impl Recalled {
    /// Bytes of memory that it takes, about.
    fn size(&self) -> usize {
        let of_one = |finding: &Finding| {
            let also: usize = finding.also.iter().map(|patch| size_of_val(patch) + patch.bytes.len()).sum();
            let values = finding.masked.len() + finding.mask.len() + finding.secret.expose().len();
            size_of::<Finding>() + values + also
        };
        ENTRY + self.findings.iter().map(of_one).sum::<usize>()
    }
}

/// The answers that are remembered: those that came last, within so many bytes of memory.
pub struct Recall {
    key: LessSafeKey,
    /// Bytes of memory of a generation.
    most: usize,
    held: Mutex<Held>,
}

/// When the young ones are too many they become the old ones, and what of those was not asked for since is forgotten.
#[derive(Default)]
struct Held {
    young: HashMap<Known, Arc<Recalled>>,
    old: HashMap<Known, Arc<Recalled>>,
    taken: usize,
}

impl Held {
    fn put(&mut self, known: Known, recalled: Arc<Recalled>, most: usize) {
        let size = recalled.size();
        if size > most || self.young.contains_key(&known) {
            return;
        }
        if self.taken.saturating_add(size) > most {
            self.old = std::mem::take(&mut self.young);
            self.taken = 0;
        }
        self.taken = self.taken.saturating_add(size);
        self.young.insert(known, recalled);
    }
}

impl Recall {
    /// Remembers within about so many bytes of memory; `None` where that is nothing, or the system has no random numbers.
    pub fn new(bytes: usize) -> Option<Recall> {
        let mut key = [0; 32];
        aws_lc_rs::rand::fill(&mut key).ok().filter(|()| bytes > 0)?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).ok()?);
        Some(Recall { key, most: bytes / 2, held: Mutex::default() })
    }

    /// What an answer to be read so, of these bytes, is known by; `told` is what decides beside them.
    ///
    /// The hash is GMAC (NIST SP 800-38D, section 3) under one nonce and a key that was made at random and that nobody is told,
    /// as no tag is: a polynomial in the key, so two answers that somebody makes without knowing it have the same one with a
    /// chance of 2⁻¹¹⁴ at most.
    pub(super) fn known(&self, subject: &Subject, told: &str, chunks: &[Bytes]) -> Option<Known> {
        let length: usize = chunks.iter().map(Bytes::len).sum();
        let mut all = Vec::with_capacity(SAID + length);
        say(subject, told, &mut all);
        // Its length tells where it ends and the bytes begin.
        all.extend_from_slice(&(all.len() as u64).to_le_bytes());
        chunks.iter().for_each(|chunk| all.extend_from_slice(chunk));
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from(&all), &mut []).ok()?;
        Some(Known(tag.as_ref().try_into().ok()?, all.len()))
    }

    /// What came of it when it came before.
    pub(super) fn get(&self, known: &Known) -> Option<Arc<Recalled>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(recalled) = held.young.get(known) {
            return Some(Arc::clone(recalled));
        }
        let recalled = held.old.remove(known)?;
        held.put(*known, Arc::clone(&recalled), self.most);
        Some(recalled)
    }

    /// Remembers what came of it.
    pub(super) fn put(&self, known: Known, recalled: Recalled) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.put(known, Arc::new(recalled), self.most);
    }
}

impl fmt::Debug for Recall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recall").field("most", &self.most).finish_non_exhaustive()
    }
}

/// Writes what decides beside its bytes what is found in an answer, each with where it ends. What a configuration says is not
/// in it: each has a [`Recall`] of its own.
fn say(subject: &Subject, told: &str, out: &mut Vec<u8>) {
    let (content, lens) = (&subject.content, &subject.lens);
    let coded = match &subject.coded {
        Coded::By(codings) => codings.as_slice(),
        Coded::Plain | Coded::Unknown => &[],
    };
    let (seals, day) = (lens.seal.is_some(), lens.today);
    for text in [told.as_bytes(), content.content_type.as_deref().unwrap_or_default()] {
        out.extend_from_slice(&(text.len() as u64).to_le_bytes());
        out.extend_from_slice(text);
    }
    out.push(u8::from(content.content_type.is_some()));
    out.extend_from_slice(&day.year.to_le_bytes());
    out.extend_from_slice(&[day.month, day.day, u8::from(seals)]);
    let _ = write!(out, "{:?} {:?} {coded:?}", content.direction, content.charset);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::tests::subject;
    use crate::vocab::Direction;

    fn of(recall: &Recall, told: &str, media: &str, chunks: &[&'static [u8]]) -> Known {
        let chunks: Vec<Bytes> = chunks.iter().map(|chunk| Bytes::from_static(chunk)).collect();
        recall.known(&subject(Direction::Download, media, Coded::Plain), told, &chunks).unwrap()
    }

    #[test]
    fn what_decides_and_the_bytes_make_the_hash() {
        let recall = Recall::new(1 << 20).unwrap();
        let page = of(&recall, "a", "text/html", &[b"content"]);
        assert_eq!(page, of(&recall, "a", "text/html", &[b"con", b"tent"]));
        assert_ne!(page, of(&recall, "b", "text/html", &[b"content"]));
        assert_ne!(page, of(&recall, "a", "text/plain", &[b"content"]));
        assert_ne!(page, of(&recall, "a", "text/html", &[b"contenT"]));
        assert_ne!(page, of(&recall, "a", "text/html", &[b"content "]));
        assert_ne!(page, of(&Recall::new(1 << 20).unwrap(), "a", "text/html", &[b"content"]), "another key");
        let gzip = Coded::By(vec![crate::inspect::coding::Coding::Gzip]);
        let coded = subject(Direction::Download, "text/html", gzip);
        assert_ne!(Some(page), recall.known(&coded, "a", &[Bytes::from_static(b"content")]));
    }

    fn recalled(inspected: u64) -> Recalled {
        Recalled { findings: vec![], account: Account { inspected, ..Account::default() } }
    }

    #[test]
    fn what_is_asked_for_stays_and_what_is_not_goes() {
        let recall = Recall::new(2 * 10 * ENTRY).unwrap();
        let key = |number: u8| Known([number; 16], 0);
        recall.put(key(0), recalled(7));
        for number in 1..=100 {
            recall.put(key(number), recalled(u64::from(number)));
            assert_eq!(recall.get(&key(0)).map(|recalled| recalled.account.inspected), Some(7), "after {number}");
        }
        assert!(recall.get(&key(50)).is_none() && recall.get(&key(100)).is_some());
        let held = recall.held.lock().unwrap();
        assert!(held.young.len() <= 10 && held.old.len() <= 10);
    }

    #[test]
    fn no_room_remembers_nothing() {
        assert!(Recall::new(0).is_none());
        let recall = Recall::new(ENTRY).unwrap();
        recall.put(Known([0; 16], 0), recalled(1));
        assert!(recall.get(&Known([0; 16], 0)).is_none());
    }
}
