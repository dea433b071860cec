//! What bears no format's mark: text in whatever charset and syntax, or unknown bytes that are searched as text.

use super::archive::{is_volume, is_volume_of_archive};
use super::budget::Halt;
use super::walk::Walk;
use super::{coded, shifted, wide};
use crate::text::transcode;
use crate::vocab::Reason;

/// Reads it as text. Bytes that hold a NUL and are in no wide charset are no text: they are searched all the same, and
/// said to be of an unknown format.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.raw(bytes)?;
    // Of UTF-16 every space and line end has a zero: without one, the mark at its start says what it is not.
    if is_marked(bytes) && memchr::memchr(0, bytes).is_none() {
        walk.raw(bytes.get(2..).unwrap_or_default())?;
    }
    if let Some(text) = shifted::read(bytes) {
        walk.say(&text)?;
    }
    if is_text(bytes) {
        coded::read(bytes, walk)?;
        // A list that was stored in an archive, and cut off at both ends.
        return if is_volume_of_archive(walk.name()) { Err(Halt::Part(Reason::Fragment)) } else { Ok(()) };
    }
    wide::say(bytes, walk)?;
    Err(Halt::Part(if is_volume(walk.name()) { Reason::Fragment } else { Reason::UnknownFormat }))
}

/// Whether it looks like text in a charset that is read: UTF-16 begins with its mark, or is evident.
fn is_text(bytes: &[u8]) -> bool {
    is_marked(bytes) || memchr::memchr(0, bytes).is_none() || transcode::evident(bytes).is_some()
}

fn is_marked(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF])
}

#[cfg(test)]
mod tests {
    use crate::extract::Limits;
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    #[test]
    fn text_is_handed_on_as_it_is() {
        let heard = Heard::of("a.sql", "INSERT '김가람'".as_bytes());
        assert_eq!(heard.place_of("김가람"), Some("a.sql"));
        assert_eq!(heard.unreadable, []);
    }

    #[test]
    fn unknown_bytes_are_searched_and_said_to_be_unknown() {
        let heard = Heard::of("a.dat", b"\0\x01number\0");
        assert_eq!(heard.place_of("number"), Some("a.dat"));
        assert_eq!(heard.unreadable, [("a.dat".to_owned(), Reason::UnknownFormat)]);
    }

    #[test]
    fn a_mark_of_utf_16_before_other_text_hides_nothing() {
        for mark in [b"\xFF\xFE", b"\xFE\xFF"] {
            let heard = Heard::of("a.txt", &[&mark[..], b"900101-1234568 is here"].concat());
            assert!(heard.raw.iter().any(|(_, bytes)| bytes.starts_with(b"900101-1234568")));
        }
    }

    #[test]
    fn more_text_than_the_limit_is_not_read() {
        let heard = Heard::within("a.txt", b"12345", Limits { text_bytes: 4, ..Limits::default() });
        assert_eq!(heard.raw, []);
        assert_eq!(heard.unreadable, [(String::new(), Reason::TooLarge)]);
    }
}
