//! What waits for somebody's word: posts whose writers were warned, and answers whose readers are asked for a reason.
//!
//! It waits in this process, for some minutes, under a token that only the page knows which asks; the token is good once, for
//! this very post or answer, in the session and at the address that it was given out for. The bodies wait where all bodies
//! do, in memory or in the encrypted spool, and count against their budgets. When there are too many, the oldest goes.

use crate::body::answer::Whole;
use crate::body::kept::Kept;
use crate::hold;
use http::request::Parts;
use http::response::Parts as Head;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long something waits for its word: as long as people are to be given at least (WCAG 2.2, success criterion 2.2.1).
const PATIENCE: Duration = Duration::from_secs(1_200);
/// So many things wait at most, and so many bytes of them together.
const MOST: usize = 1_000;
const MOST_BYTES: u64 = 1 << 30;

/// What is bound to a token: the word must come from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The site's name.
    pub site: String,
    /// The path that was asked for, percent-decoded.
    pub path: String,
    /// The session, if there was one.
    pub session: Option<Vec<u8>>,
}

/// A post that waits.
#[derive(Debug)]
pub struct Post {
    /// Its head, as it came.
    pub parts: Parts,
    /// Its body, as it came.
    pub kept: Kept,
    /// Between what its writer chooses.
    pub choices: Choices,
}

/// Between what the writer of a post chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    /// To post it with what was found hidden.
    pub hidden: bool,
    /// To post it as it is.
    pub as_it_is: bool,
}

/// An answer that waits.
#[derive(Debug)]
pub struct Answer {
    /// Its head, as it goes out.
    pub head: Head,
    /// Its body, as it goes out.
    pub whole: Whole,
}

/// What waits.
#[derive(Debug)]
pub enum Thing {
    /// A post.
    Post(Box<Post>),
    /// An answer.
    Answer(Box<Answer>),
}

impl Thing {
    /// Whether a word is one of those that were asked for.
    fn takes(&self, word: &Word) -> bool {
        match (self, word) {
            (Thing::Post(post), Word::Hidden { .. }) => post.choices.hidden,
            (Thing::Post(post), Word::AsItIs { .. }) => post.choices.as_it_is,
            (Thing::Answer(_), Word::Reason { .. }) => true,
            (_, Word::Hidden { .. } | Word::AsItIs { .. } | Word::Reason { .. } | Word::Send { .. }) => false,
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Thing::Post(post) => post.kept.len(),
            Thing::Answer(answer) => answer.whole.length().unwrap_or_default(),
        }
    }
}

#[derive(Debug)]
struct Entry {
    token: String,
    bound: Bound,
    until: Instant,
    bytes: u64,
    thing: Thing,
}

/// All that waits in a process.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The oldest first.
    entries: Mutex<VecDeque<Entry>>,
}

impl Waiting {
    fn entries(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has something wait; its token.
    pub fn keep(&self, bound: Bound, thing: Thing, now: Instant) -> String {
        // Without random bytes nothing may wait; a token that nobody is told cannot be used.
        let token = hold::token().unwrap_or_default();
        let bytes = thing.bytes();
        let entry = Entry { token: token.clone(), bound, until: now + PATIENCE, bytes, thing };
        let mut entries = self.entries();
        entries.push_back(entry);
        let held = |entries: &VecDeque<Entry>| entries.iter().map(|entry| entry.bytes).sum::<u64>();
        while entries.len() > 1 && (entries.len() > MOST || held(&entries) > MOST_BYTES) {
            entries.pop_front();
        }
        token
    }

    /// Takes what a word is about, if it is a word that was asked for and comes from where it was; `None` if nothing waits for
    /// it, or no longer. A token from elsewhere is of no use, and takes nothing away; nor does another word.
    pub fn take(&self, word: &Word, bound: &Bound, now: Instant) -> Option<Thing> {
        let mut entries = self.entries();
        entries.retain(|entry| entry.until > now);
        let fits = |entry: &Entry| entry.token == word.token() && entry.bound == *bound && entry.thing.takes(word);
        let at = entries.iter().position(fits)?;
        entries.remove(at).map(|entry| entry.thing)
    }

    /// Lets go of what has waited too long.
    pub fn sweep(&self, now: Instant) {
        self.entries().retain(|entry| entry.until > now);
    }
}

/// The word that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Post it as it is.
    AsItIs {
        /// Under which token it waits.
        token: String,
    },
    /// Post it with that hidden.
    Hidden {
        /// Under which token it waits.
        token: String,
    },
    /// Send what was held and is approved.
    Send {
        /// The token of its writer.
        token: String,
    },
    /// Give the answer, for a reason.
    Reason {
        /// Under which token it waits.
        token: String,
        /// The reader's reason, as it came.
        reason: Vec<u8>,
    },
}

/// What forms of pages that ask begin with, by which they are told from all else (`text/plain` forms are rare, and none
/// begins so).
const POSTED: &[u8] = b"garim-post=";
const HELD: &[u8] = b"garim-hold=";
const ASKED: &[u8] = b"garim-answer=";
const REASON: &[u8] = b"garim-reason=";
/// The longest word, in bytes.
pub const LONGEST: u64 = 4 << 10;

impl Word {
    /// Reads a form as browsers send it in `text/plain` (WHATWG HTML, section 4.10.21.8); `None` if it is no such word.
    pub fn read(body: &[u8]) -> Option<Word> {
        let mut lines = body.splitn(2, |byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let (first, rest) = (lines.next()?, lines.next().unwrap_or_default());
        let token = |bytes: &[u8]| hold::is_token(bytes).then(|| String::from_utf8_lossy(bytes).into_owned());
        if let Some(said) = first.strip_prefix(POSTED) {
            let (word, choice) = said.split_at_checked(40)?;
            let token = token(word)?;
            return match choice {
                b".hidden" => Some(Word::Hidden { token }),
                b".as-it-is" => Some(Word::AsItIs { token }),
                _ => None,
            };
        }
        if let Some(said) = first.strip_prefix(HELD) {
            // With anything beside it, it is somebody's text.
            return token(said).filter(|_| rest.is_empty()).map(|token| Word::Send { token });
        }
        let token = token(first.strip_prefix(ASKED)?)?;
        let reason = rest.strip_prefix(REASON)?;
        Some(Word::Reason { token, reason: reason.trim_ascii().to_vec() })
    }

    /// Its token.
    pub fn token(&self) -> &str {
        match self {
            Word::AsItIs { token } | Word::Hidden { token } | Word::Send { token } | Word::Reason { token, .. } => {
                token
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_browsers_send_them() {
        let token = "0123456789abcdef0123456789abcdef01234567";
        let read = |text: String| Word::read(text.as_bytes());
        let hidden = Some(Word::Hidden { token: token.into() });
        assert_eq!(read(format!("garim-post={token}.hidden\r\n")), hidden);
        assert_eq!(read(format!("garim-post={token}.as-it-is")), Some(Word::AsItIs { token: token.into() }));
        let reason = read(format!("garim-answer={token}\r\ngarim-reason=민원 처리\r\n둘째 줄\r\n"));
        let reason_said = "민원 처리\r\n둘째 줄".as_bytes().to_vec();
        assert_eq!(reason, Some(Word::Reason { token: token.into(), reason: reason_said }));
        for other in ["", "garim-post=", "garim-post=abc.hidden", "a=b\r\n", "garim-answer=1\r\n"] {
            assert_eq!(Word::read(other.as_bytes()), None, "{other}");
        }
        assert_eq!(read(format!("garim-post={token}.anything")), None);
        assert_eq!(read(format!("garim-answer={token}\r\n")), None);
    }
}
