//! Which charset a text is in, as it comes.

use super::{Escape, Known, Scan};
use crate::text::charset::{self, LOOKED_AT, Named};
use crate::text::transcode::{self, EVIDENCE, Transcoding};
use crate::text::{Charset, Syntax};
use crate::vocab::Part;

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inspect) enum Reads {
    /// That is not known yet.
    NotYet,
    /// In this charset, byte by byte.
    As(Charset),
    /// As something else, or not at all.
    Otherwise,
}

impl Scan {
    /// How the text is read, as far as that is known.
    pub(in crate::inspect) fn reads(&self) -> Reads {
        match self.known {
            Known::NotYet(_) => Reads::NotYet,
            Known::Reads(charset) if !self.window.is_transcoded() => Reads::As(charset),
            Known::Reads(_) | Known::Transcoded(_) | Known::Unreadable(_) => Reads::Otherwise,
        }
    }

    /// What the charset is, if enough has come to tell. Asked again only after the text has grown by a quarter.
    pub(super) fn decide(&self, looked: usize, last: bool) -> Known {
        let text = self.window.text();
        let enough = last || text.len() >= LOOKED_AT;
        if !enough && (text.len() < 3 && begins_mark(text) || text.is_empty()) {
            return Known::NotYet(0);
        }
        let evident = match self.transcodes() {
            true if !last
                && (text.len() < 4 || text.len() < EVIDENCE && text.iter().take(4).any(|byte| *byte == 0)) =>
            {
                return Known::NotYet(0);
            }
            true => transcode::evident(text).filter(|_| text.iter().take(4).any(|byte| *byte == 0)),
            false => None,
        };
        let said = match (charset::from_bom(text), self.document.escape) {
            (Some(named), _) => Some(named),
            (None, Escape::Transcoded(said @ Transcoding::Iso2022Kr)) => Some(Named::Transcoded(said)),
            // What is said to be UTF-16 and is ASCII is read as that.
            (None, Escape::Transcoded(_)) if text.is_ascii() && evident.is_none() => None,
            (None, Escape::Transcoded(said)) => Some(Named::Transcoded(evident.unwrap_or(said))),
            (None, _) => evident.map(Named::Transcoded).or(self.document.charset.map(Named::Read)),
        };
        let named = match said {
            None if !enough && text.len() < looked + looked / 4 => return Known::NotYet(looked),
            None => self.declared(text),
            said => said,
        };
        match named {
            Some(Named::Read(charset)) => Known::Reads(charset),
            Some(Named::Transcoded(transcoding)) if self.transcodes() => Known::Transcoded(transcoding),
            Some(Named::Transcoded(_) | Named::Unreadable) => Known::Unreadable(false),
            None if !enough => Known::NotYet(text.len()),
            None => Known::Reads(charset::by_looking(text.get(..LOOKED_AT).unwrap_or(text))),
        }
    }

    /// Whether a charset whose ASCII characters are not ASCII bytes is read: in what a site sends, and in attached files.
    fn transcodes(&self) -> bool {
        let of_site = !self.document.returns || matches!(self.document.part, Part::File { .. });
        of_site && matches!(self.document.escape, Escape::None | Escape::Transcoded(_))
    }

    /// What the text says of itself. An XML parser believes it of what a client sends, more names than garim reads.
    fn declared(&self, text: &[u8]) -> Option<Named> {
        let sent = self.document.returns && self.document.syntax == Syntax::Xml;
        if sent && charset::declares_foreign(text) { Some(Named::Unreadable) } else { charset::declared(text) }
    }
}

/// Whether so few bytes may be the beginning of a byte order mark.
fn begins_mark(text: &[u8]) -> bool {
    [&b"\xEF\xBB\xBF"[..], b"\xFE\xFF", b"\xFF\xFE"].iter().any(|mark| mark.starts_with(text))
}
