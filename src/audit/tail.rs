//! The ends of files.

use super::event::LONGEST;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// The last whole line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LastLine {
    /// Without its line feed.
    pub bytes: Vec<u8>,
    /// Where the line behind it would begin.
    pub end: u64,
    /// Bytes after that: a line that was torn.
    pub torn: u64,
}

/// The last whole line within the first `length` bytes of a file, if there is one; all of it without a length. A line that
/// is longer than a record may be is not found.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn last_line(path: &Path, length: Option<u64>) -> io::Result<Option<LastLine>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let size = length.map_or(size, |length| length.min(size));
    let most = u64::try_from(LONGEST).unwrap_or_default().saturating_mul(2).saturating_add(2);
    let from = size.saturating_sub(most);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(size.saturating_sub(from)).read_to_end(&mut bytes)?;
    let Some(feed) = bytes.iter().rposition(|byte| *byte == b'\n') else { return Ok(None) };
    let torn = bytes.len().saturating_sub(feed).saturating_sub(1);
    let head = bytes.get(..feed).unwrap_or_default();
    let line = head.iter().rposition(|byte| *byte == b'\n').map_or(head, |at| head.get(at + 1..).unwrap_or_default());
    let torn = u64::try_from(torn).unwrap_or_default();
    Ok(Some(LastLine { bytes: line.to_vec(), end: size.saturating_sub(torn), torn }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_line_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f");
        let last = |text: &str, length| {
            std::fs::write(&path, text).expect("written");
            last_line(&path, length)
                .expect("read")
                .map(|last| (String::from_utf8(last.bytes).expect("text"), last.end, last.torn))
        };
        assert_eq!(last("", None), None);
        assert_eq!(last("abc", None), None);
        assert_eq!(last("abc\n", None), Some(("abc".into(), 4, 0)));
        assert_eq!(last("abc\nde\nf", None), Some(("de".into(), 7, 1)));
        assert_eq!(last("abc\nde\nf", Some(5)), Some(("abc".into(), 4, 1)));
    }
}
