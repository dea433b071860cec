//! RAR 1.3 to 7.

use super::decoded;
use crate::extract::{Format, Halt, Limits, Walk};
use crate::vocab::{Reason, Step};
use rars::{Archive, ArchiveMember, ArchiveReadOptions, ArchiveReader, Error, ErrorKind, ExtractionDecision};
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// Archives made with RAR.
pub(in crate::extract) const FORMATS: &[Format] = &[Format { name: "rar", bears, read }];

fn bears(bytes: &[u8]) -> bool {
    bytes.starts_with(b"Rar!\x1A\x07") || bytes.starts_with(b"RE~^")
}

/// What a member unpacks to: the unpacker keeps the one end, the reader looks at the other.
#[derive(Clone, Default)]
struct Content(Rc<RefCell<Vec<u8>>>);

impl Write for Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The limits, as the unpacker knows them. It asks no clock: its output is bounded by what a whole may expand to.
fn options(limits: &Limits, packed: usize) -> ArchiveReadOptions<'static> {
    let total = limits.ratio.saturating_mul(packed as u64).max(Limits::RATIO_GRACE).min(limits.unpacked_bytes);
    ArchiveReadOptions::new()
        .with_max_header_count(u64::from(limits.entries))
        .with_max_member_output_bytes(limits.part_bytes)
        .with_max_total_output_bytes(total)
        .with_max_reader_workspace_bytes(limits.window_bytes.saturating_mul(2))
        .with_rar50_dictionary_size_limit(limits.window_bytes)
        .with_rar50_buffered_decode_limit(limits.part_bytes)
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    if heads_are_encrypted(bytes) {
        return Err(Halt::Part(Reason::Encrypted));
    }
    let limits = *walk.limits();
    let archive: Archive =
        ArchiveReader::read_with_options(bytes, options(&limits, bytes.len())).map_err(|error| halt(&error))?;
    comment(&archive, options(&limits, bytes.len()), walk)?;
    let (mut held, mut stopped): (Option<(String, Content)>, Option<Halt>) = (None, None);
    let done =
        archive.extract_with_control(options(&limits, bytes.len()), |member| match next(member, &mut held, walk) {
            Ok(decision) => Ok(decision),
            Err(halt) => {
                stopped = Some(halt);
                Ok(ExtractionDecision::Stop)
            }
        });
    if let Some(halt) = stopped {
        return Err(halt);
    }
    finish(&mut held, walk)?;
    done.map(drop).map_err(|error| halt(&error))
}

/// Whether the names are encrypted too: a flag of the main head up to RAR 4, a head of its own from RAR 5 on.
fn heads_are_encrypted(bytes: &[u8]) -> bool {
    if let Some(rest) = bytes.strip_prefix(b"Rar!\x1A\x07\x01\0") {
        // A sum of four bytes, a size of up to three with seven bits each, the kind of head.
        let behind = |at: usize| rest.get(at).is_some_and(|byte| byte & 0x80 != 0);
        let kind = 5 + (4..6).take_while(|at| behind(*at)).count();
        return rest.get(kind) == Some(&4);
    }
    let main = bytes.strip_prefix(b"Rar!\x1A\x07\0").and_then(<[u8]>::first_chunk::<5>);
    main.is_some_and(|&[_, _, kind, flags, _]| kind == 0x73 && flags & 0x80 != 0)
}

/// The comment of the archive, in UTF-8 or CP949.
fn comment(archive: &Archive, options: ArchiveReadOptions<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.within(Step::Comment(1), |walk| match archive.comment_with_options(options) {
        Ok(Some(text)) => {
            walk.unpacked(text.len())?;
            walk.say(decoded(&text).trim_end_matches(char::from(0)))
        }
        Ok(None) => Ok(()),
        Err(error) => Err(halt(&error)),
    })
}

/// Opens the member before this one, which is unpacked by now, and says what to do with this one.
fn next(
    member: &ArchiveMember,
    held: &mut Option<(String, Content)>,
    walk: &mut Walk<'_>,
) -> Result<ExtractionDecision, Halt> {
    finish(held, walk)?;
    walk.entry()?;
    let name = decoded(member.meta.name_bytes());
    walk.within(Step::EntryName, |walk| walk.say(&name))?;
    if member.meta.is_directory || member.meta.is_redirection {
        return Ok(ExtractionDecision::Skip);
    }
    let reason = match &member.meta {
        meta if meta.is_encrypted => Some(Reason::Encrypted),
        meta if meta.is_split_before || meta.is_split_after => Some(Reason::Fragment),
        _ => None,
    };
    if let Some(reason) = reason {
        walk.within(Step::File(name), |_| Err(Halt::Part(reason)))?;
        return Ok(ExtractionDecision::Skip);
    }
    let content = Content::default();
    *held = Some((name, content.clone()));
    Ok(ExtractionDecision::Extract(Box::new(content)))
}

fn finish(held: &mut Option<(String, Content)>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some((name, content)) = held.take() else {
        return Ok(());
    };
    let bytes = content.0.take();
    walk.unpacked(bytes.len())?;
    walk.open(&name, &bytes)
}

fn halt(error: &Error) -> Halt {
    Halt::Part(match error.kind() {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => Reason::Encrypted,
        ErrorKind::ResourceLimit => Reason::TooLarge,
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => Reason::Unsupported,
        _ => Reason::Damaged,
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::Limits;
    use crate::extract::make::rar::archive;
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    #[test]
    fn members_are_opened_and_names_are_text() {
        let name = encoding_rs::EUC_KR.encode("김가람.csv").0.into_owned();
        let heard = Heard::of("a.rar", &archive(&[(&name, b"900101-1234568", 0), (b"b", b"010-0000-0000", 0)]));
        assert_eq!(heard.unreadable, []);
        assert_eq!(heard.place_of("900101-1234568"), Some("a.rar › 김가람.csv"));
        assert_eq!(heard.place_of("010-0000-0000"), Some("a.rar › b"));
        assert_eq!(heard.place_of("김가람.csv"), Some("a.rar › file name"));
    }

    #[test]
    fn an_encrypted_member_is_said_and_the_next_is_read() {
        let heard = Heard::of("a.rar", &archive(&[(b"a", b"0123456789abcdef", 4), (b"b", b"010-0000-0000", 0)]));
        assert_eq!(heard.unreadable, [("a.rar › a".to_owned(), Reason::Encrypted)]);
        assert_eq!(heard.place_of("010-0000-0000"), Some("a.rar › b"));
    }

    #[test]
    fn what_breaks_off_is_said() {
        let whole = archive(&[(b"a.txt", b"900101-1234568", 0)]);
        // Behind the main head of 20 bytes, fewer bytes than a head of 7 are passed over.
        for length in (8..20).chain(27..whole.len() - 7) {
            let heard = Heard::of("a.rar", whole.get(..length).unwrap_or_default());
            assert!(!heard.unreadable.is_empty(), "{length}");
        }
    }

    /// Archives made with RAR itself, by who wrote the unpacker.
    #[test]
    fn archives_of_the_program_itself() {
        let read = |bytes: &[u8]| Heard::of("a.rar", bytes);
        let encrypted = [("a.rar".to_owned(), Reason::Encrypted)];
        let documents = include_bytes!("../../../tests/documents/archive/test-documents.rar");
        let heard = read(documents);
        assert_eq!(heard.place_of("testTXT.txt"), Some("a.rar › file name"));
        assert!(heard.raw.iter().any(|(place, _)| place.ends_with("testTXT.txt")), "{:?}", heard.unreadable);
        let four = include_bytes!("../../../tests/documents/archive/header_encrypted_rar4.rar");
        assert_eq!(read(four).unreadable, encrypted);
        let five = include_bytes!("../../../tests/documents/archive/header_encrypted_rar5.rar");
        assert_eq!(read(five).unreadable, encrypted);
        let comment = include_bytes!("../../../tests/documents/archive/with_comment_rar5.rar");
        assert!(read(comment).said.iter().any(|(place, _)| place == "a.rar › comment 1"));
        let solid = include_bytes!("../../../tests/documents/archive/solid_rar5.rar");
        let heard = read(solid);
        assert_eq!(heard.unreadable, []);
        assert!(heard.raw.len() > 1 && heard.raw.iter().all(|(_, bytes)| !bytes.is_empty()));
        let volume = include_bytes!("../../../tests/documents/archive/multivol_part2_rar5.rar");
        assert!(read(volume).unreadable.iter().all(|(_, reason)| *reason == Reason::Fragment));
    }

    #[test]
    fn limits_hold() {
        let bytes = archive(&[(b"a", &[b'0'; 4096], 0), (b"b", b"1", 0), (b"c", b"2", 0)]);
        let heard = Heard::within("a.rar", &bytes, Limits { part_bytes: 1024, ..Limits::default() });
        assert!(heard.unreadable.contains(&("a.rar".to_owned(), Reason::TooLarge)), "{:?}", heard.unreadable);
        let heard = Heard::within("a.rar", &bytes, Limits { unpacked_bytes: 1024, ..Limits::default() });
        assert!(!heard.unreadable.is_empty());
    }
}
