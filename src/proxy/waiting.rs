//! What waits for somebody's word: posts whose writers were warned, and answers whose readers are asked for a reason.
//!
//! It waits for some minutes, under a token that only the page knows which asks; the token is good once, for this very post or
//! answer, in the session and at the address that it was given out for; at any node that shares the store, and after a restart.
//! How it lies there is told in [`crate::hold`].

use crate::body::BoxError;
use crate::hold::{self, Asks, Head, KeepError, Waits, Writer};
use crate::seal::Ring;
use bytes::Bytes;
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use std::io;

/// How long something waits for its word, in milliseconds: as long as people are to be given at least (WCAG 2.2, success
/// criterion 2.2.1).
pub const PATIENCE: i64 = 1_200_000;

/// What is bound to a token: the word must come from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The site's name.
    pub site: String,
    /// The path that was asked for, percent-decoded.
    pub path: String,
    /// The session, if there was one.
    pub session: Option<Vec<u8>>,
}

/// Between what the writer of a post chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// To post it with what was found hidden.
    pub hidden: bool,
    /// To post it as it is.
    pub as_it_is: bool,
}

/// What waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Thing {
    /// A post, with the head that it came with.
    Post {
        /// Its head.
        head: Head,
        /// What its writer may choose.
        choices: Choices,
    },
    /// An answer, with the head that it goes out with.
    Answer {
        /// Its fields, and how it was asked for.
        head: Head,
        /// Its status code.
        status: u16,
    },
}

impl Thing {
    /// Whether a word is one of those that were asked for.
    fn takes(&self, word: &Word) -> bool {
        match (self, word) {
            (Thing::Post { choices, .. }, Word::Hidden { .. }) => choices.hidden,
            (Thing::Post { choices, .. }, Word::AsItIs { .. }) => choices.as_it_is,
            (Thing::Answer { .. }, Word::Reason { .. }) => true,
            (_, Word::Hidden { .. } | Word::AsItIs { .. } | Word::Reason { .. } | Word::Send { .. }) => false,
        }
    }
}

/// What is kept of it beside its body.
#[derive(Serialize, Deserialize)]
struct About {
    bound: Bound,
    thing: Thing,
}

/// Has something wait; its token.
///
/// # Errors
/// When it cannot be kept.
pub async fn keep<B>(asks: &Asks, ring: &Ring, bound: Bound, thing: Thing, mut body: B) -> Result<String, KeepError>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    let about = serde_json::to_vec(&About { bound, thing }).unwrap_or_default();
    let mut asking = asks.begin()?;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| KeepError::File(io::Error::other(error)))?;
        if let Ok(chunk) = frame.into_data() {
            asking.writer = wrote(asking.writer, chunk).await?;
        }
    }
    let expires = jiff::Timestamp::now().as_millisecond().saturating_add(PATIENCE);
    asks.finish(ring, asking, &about, expires).await
}

/// Writes on a thread where that may take its time.
pub(super) async fn wrote(mut writer: Writer, chunk: Bytes) -> io::Result<Writer> {
    let written = tokio::task::spawn_blocking(move || writer.write(&chunk).map(|()| writer)).await;
    written.unwrap_or_else(|_| Err(io::Error::other("the writer ended early")))
}

/// What a word is about, if it is a word that was asked for and comes from where it was; `None` if nothing waits for it, or no
/// longer. A token from elsewhere is of no use, and takes nothing away; nor does another word. It is still to be taken.
///
/// # Errors
/// When the store cannot be asked.
pub async fn of_word(
    asks: &Asks,
    ring: &Ring,
    word: &Word,
    bound: &Bound,
    now: i64,
) -> Result<Option<(Waits, Thing)>, KeepError> {
    let Some(waits) = asks.waits(ring, word.token(), now).await? else { return Ok(None) };
    let about: About = serde_json::from_slice(&waits.about).map_err(|_| KeepError::Sealed)?;
    let fits = about.bound == *bound && about.thing.takes(word);
    Ok(fits.then_some((waits, about.thing)))
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
