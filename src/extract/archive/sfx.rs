//! Archives that unpack themselves: a program for Windows with an archive behind it.

use crate::extract::{Format, Halt, Walk, plain};
use memchr::memmem;

/// Programs, of which what stands behind them is read.
pub(in crate::extract) const FORMATS: &[Format] = &[Format { name: "exe", bears: is_program, read }];

/// Marks of archives that programs are made of, at the place where the program ends or a little behind it. zip is found by its
/// end, wherever it begins.
const MARKS: &[&[u8]] = &[b"7z\xBC\xAF\x27\x1C", b"Rar!\x1A\x07", b"ALZ\x01", b"EGGA", b"MSCF\0\0\0\0"];

/// How far behind the end of the program an archive may begin: settings of 7z stand between.
const LOOKED_AT: usize = 64 << 10;

/// Sections of a program, at most (PE format, "File Headers").
const MOST_SECTIONS: usize = 96;

fn is_program(bytes: &[u8]) -> bool {
    bytes.starts_with(b"MZ") && end(bytes).is_some()
}

/// It is searched like all that is of an unknown format; what is behind is opened.
fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let behind = end(bytes).and_then(|end| bytes.get(end..)).unwrap_or_default();
    let near = behind.get(..LOOKED_AT).unwrap_or(behind);
    let begins = MARKS.iter().filter_map(|mark| memmem::find(near, mark)).min();
    if let Some(archive) = begins.and_then(|begins| behind.get(begins..)) {
        walk.open("", archive)?;
    }
    plain::read(bytes, walk)
}

/// Where the last section ends. A program of 32 or 64 bits has the place of its head at 60, and there, behind its mark, the
/// number of sections, and the size of the optional head that stands before them.
fn end(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(number(bytes, 60)?..)?;
    let sections = head.get(6..)?.first_chunk().map(|count| u16::from_le_bytes(*count))?;
    let optional = head.get(20..)?.first_chunk().map(|size| u16::from_le_bytes(*size))?;
    let table = head.strip_prefix(b"PE\0\0")?.get(20..)?.get(usize::from(optional)..)?;
    let sections = table.chunks_exact(40).take(usize::from(sections).min(MOST_SECTIONS));
    let ends = sections.filter_map(|section| number(section, 20)?.checked_add(number(section, 16)?));
    ends.max().filter(|end| *end <= bytes.len())
}

/// A number of four bytes, the lowest first.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    /// A program of one section and no code.
    fn program(behind: &[u8]) -> Vec<u8> {
        let mut out = b"MZ".to_vec();
        out.resize(60, 0);
        out.extend(64_u32.to_le_bytes());
        out.extend(b"PE\0\0\x4C\x01\x01\0");
        out.extend([0; 12]);
        out.extend(8_u16.to_le_bytes());
        out.extend([0; 10]);
        let section = [&b".text\0\0\0"[..], &[0; 8], &16_u32.to_le_bytes(), &160_u32.to_le_bytes(), &[0; 16]].concat();
        out.extend(section);
        out.resize(160, 0);
        out.extend(b"code of program.");
        out.extend(behind);
        out
    }

    #[test]
    fn the_archive_behind_a_program_is_opened() {
        let archive = include_bytes!("../../../tests/documents/archive/solid_rar5.rar");
        for before in [&b""[..], b";!@Install@!UTF-8!\nTitle=\"a\"\n;!@InstallEnd@!"] {
            let heard = Heard::of("a.exe", &program(&[before, archive].concat()));
            assert!(heard.raw.iter().any(|(place, _)| place == "a.exe › a file without a name › hello.txt"));
            assert_eq!(heard.place_of("code of program"), Some("a.exe"));
            assert_eq!(heard.unreadable, [("a.exe".to_owned(), Reason::UnknownFormat)]);
        }
        let locked = include_bytes!("../../../tests/documents/archive/header_encrypted.7z");
        let heard = Heard::of("a.exe", &program(locked));
        assert!(heard.unreadable.iter().any(|(_, reason)| *reason == Reason::Encrypted));
    }

    #[test]
    fn texts_and_cut_programs_are_as_before() {
        assert_eq!(Heard::of("a.txt", b"MZ is how it begins 900101-1234568").unreadable, []);
        let whole = program(b"");
        for length in 0..whole.len() {
            let heard = Heard::of("a.exe", &whole[..length]);
            assert!(heard.raw.len() <= 1 && heard.raw.iter().all(|(_, raw)| raw.len() == length));
        }
    }
}
