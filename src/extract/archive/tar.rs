//! tar in all its dialects (POSIX.1-2001 pax and ustar, GNU, V7). Links are not followed: their names are text.

use super::{Tolerant, decoded};
use crate::extract::{Format, Halt, Walk};
use crate::vocab::Step;
use std::io::Read;

/// Archives made with tar.
pub(in crate::extract) const FORMATS: &[Format] = &[Format { name: "tar", bears: is_tar, read }];

/// A block: a head, or the measure to which a file is filled up.
const BLOCK: usize = 512;

/// It bears the mark of ustar, or what V7 has instead: a head whose checksum is right.
fn is_tar(bytes: &[u8]) -> bool {
    let Some(head) = bytes.first_chunk::<BLOCK>() else {
        return false;
    };
    head.get(257..262) == Some(b"ustar")
        || (head.first() != Some(&0) && checksum(head).is_some_and(|sum| sum == told(head)))
}

/// The sum of all bytes of a head, with its own field read as blanks.
fn checksum(head: &[u8; BLOCK]) -> Option<u32> {
    let all: u32 = head.iter().map(|&byte| u32::from(byte)).sum();
    let field: u32 = head.get(148..156)?.iter().map(|&byte| u32::from(byte)).sum();
    (all + 8 * u32::from(b' ')).checked_sub(field)
}

/// The checksum that the head tells, in octal digits.
fn told(head: &[u8; BLOCK]) -> u32 {
    let digits = head.iter().skip(148).take(8).skip_while(|&&byte| byte == b' ');
    let digits = digits.map_while(|&byte| char::from(byte).to_digit(8));
    digits.fold(0, |sum: u32, digit| sum.saturating_mul(8).saturating_add(digit))
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut archive = ::tar::Archive::new(bytes);
    // What stands behind the mark of the end is read too: another archive, or what somebody hid there.
    archive.set_ignore_zeros(true);
    let mut behind = 0;
    for entry in archive.entries().map_err(|_| Halt::DAMAGED)? {
        let Ok(mut entry) = entry else {
            walk.raw(bytes.get(behind..).unwrap_or_default())?;
            return Err(Halt::DAMAGED);
        };
        walk.entry()?;
        let stored = usize::try_from(entry.header().entry_size().unwrap_or(0)).unwrap_or(usize::MAX);
        let start = usize::try_from(entry.raw_file_position()).unwrap_or(usize::MAX);
        behind = start.saturating_add(stored).checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX);
        one(&mut entry, walk)?;
    }
    if behind > bytes.len() { Err(Halt::DAMAGED) } else { Ok(()) }
}

/// One entry: all names in its head, then the file.
fn one(entry: &mut ::tar::Entry<'_, &[u8]>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let name = decoded(&entry.path_bytes());
    let mut names = vec![name.clone()];
    names.extend(entry.link_name_bytes().map(|link| decoded(&link)));
    let owners = [entry.header().username_bytes(), entry.header().groupname_bytes()];
    names.extend(owners.into_iter().flatten().filter(|owner| !owner.is_empty()).map(decoded));
    if let Ok(Some(extensions)) = entry.pax_extensions() {
        names.extend(extensions.flatten().map(|extension| decoded(extension.value_bytes())));
    }
    walk.within(Step::EntryName, |walk| walk.say(&names.join("\n")))?;
    let kind = entry.header().entry_type();
    if kind.is_dir() || kind.is_symlink() || kind.is_hard_link() {
        return Ok(());
    }
    let size = entry.size();
    let mut content = Tolerant::new(&mut *entry as &mut dyn Read);
    let unpacked = walk.unpack(&mut content);
    let unpacked = match unpacked {
        Err(Halt::Part(reason)) => {
            return walk.within(Step::File(name), |_| Err(Halt::Part(reason)));
        }
        whole => whole?,
    };
    walk.open(&name, &unpacked)?;
    if content.failed.is_some() || size > unpacked.len() as u64 { walk.note(Err(Halt::DAMAGED)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use crate::extract::Limits;
    use crate::extract::make::packed::tar as archive;
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    #[test]
    fn files_are_opened_and_names_are_text() {
        let long = format!("{}/김가람 900101-1234568.txt", "긴이름".repeat(30));
        let inner = archive(&[("c.txt", b"deep 010-0000-0001")]);
        let bytes = archive(&[("a/b.csv", b"010-0000-0000"), (&long, b"x"), ("in.tar", &inner)]);
        let heard = Heard::of("a.tar", &bytes);
        assert_eq!(heard.place_of("010-0000-0000"), Some("a.tar › a/b.csv"));
        assert_eq!(heard.place_of("010-0000-0001"), Some("a.tar › in.tar › c.txt"));
        assert_eq!(heard.place_of("900101-1234568.txt"), Some("a.tar › file name"));
        assert_eq!(heard.place_of("garamkim"), Some("a.tar › file name"));
        assert_eq!(heard.unreadable, []);
    }

    #[test]
    fn an_archive_at_its_end_is_read_once() {
        let inner = crate::extract::testing::archive(&[("c.txt", b"900101-1234568")]);
        let heard = Heard::of("a.tar", &archive(&[("b.zip", &inner)]));
        assert_eq!(heard.raw.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), ["a.tar › b.zip › c.txt"]);
        let glued = Heard::of("a.tar", &[archive(&[("a", b"x")]), inner].concat());
        assert_eq!(glued.place_of("900101-1234568"), Some("a.tar › c.txt"));
    }

    #[test]
    fn links_are_names_and_nothing_else() {
        let mut out = ::tar::Builder::new(Vec::new());
        let mut head = ::tar::Header::new_gnu();
        head.set_entry_type(::tar::EntryType::Symlink);
        head.set_size(0);
        out.append_link(&mut head, "link", "/home/garamkim/secret").expect("into memory");
        let heard = Heard::of("a.tar", &out.into_inner().expect("into memory"));
        assert_eq!(heard.place_of("garamkim"), Some("a.tar › file name"));
        assert_eq!(heard.raw, []);
    }

    #[test]
    fn what_stands_behind_the_end_is_searched() {
        let two = [archive(&[("a", b"one")]), archive(&[("b", b"900101-1234568")])].concat();
        assert_eq!(Heard::of("a.tar", &two).place_of("900101-1234568"), Some("a.tar › b"));
        let mut hidden = archive(&[("a", b"one")]);
        hidden.extend(b"900101-1234568".iter().cycle().take(600));
        let heard = Heard::of("a.tar", &hidden);
        assert_eq!(heard.place_of("900101-1234568"), Some("a.tar"));
        assert_eq!(heard.unreadable, [("a.tar".to_owned(), Reason::Damaged)]);
    }

    #[test]
    fn what_breaks_off_is_searched_as_far_as_it_goes() {
        let whole = archive(&[("a", b"first 900101-1234568"), ("b", &[b'x'; 3000])]);
        for length in 512..whole.len() - 2 * super::BLOCK {
            let heard = Heard::of("a.tar", &whole[..length]);
            if length > 1024 && length != 1536 {
                assert!(heard.unreadable.contains(&("a.tar".to_owned(), Reason::Damaged)), "{length}");
                assert_eq!(heard.place_of("900101-1234568"), Some("a.tar › a"));
            }
        }
    }

    #[test]
    fn a_head_of_v7_is_known_by_its_checksum() {
        let mut old = archive(&[("old.txt", b"900101-1234568")]);
        old[257..512].fill(0);
        old[148..156].fill(b' ');
        let sum: u32 = old[..512].iter().map(|&byte| u32::from(byte)).sum();
        old[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        assert_eq!(Heard::of("a.tar", &old).place_of("900101-1234568"), Some("a.tar › old.txt"));
        old[0] = b'p';
        assert_eq!(Heard::of("a.tar", &old).place_of("900101-1234568"), Some("a.tar"));
    }

    #[test]
    fn a_bomb_of_entries_and_a_declared_size_are_stopped() {
        let entries: Vec<(&str, &[u8])> = vec![("a", b""); 20];
        let heard = Heard::within("a.tar", &archive(&entries), Limits { entries: 10, ..Limits::default() });
        assert_eq!(heard.unreadable, [(String::new(), Reason::TooManyEntries)]);
        let mut huge = archive(&[("a", b"text")]);
        huge[124..136].copy_from_slice(b"77777777777\0");
        huge[148..156].fill(b' ');
        let sum: u32 = huge[..512].iter().map(|&byte| u32::from(byte)).sum();
        huge[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        assert!(Heard::of("a.tar", &huge).unreadable.contains(&("a.tar".to_owned(), Reason::Damaged)));
    }
}
