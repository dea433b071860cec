//! Files that were cut or changed on purpose, of every format of this folder and of messages, RTF and pictures: whatever
//! is in them, reading ends, within the limits, and what was cut is never said to be whole.

use crate::extract::Limits;
use crate::extract::testing::Heard;
use crate::vocab::Reason;
use std::io::Write;

const TEXT: &[u8] = b"name,number\nGaram Kim,900101-1234568\nGaram Lee,900102-1234567\n";

/// Changed copies of each sample.
const ROUNDS: usize = 40;

const LIMITS: Limits = Limits {
    unpacked_bytes: 4 << 20,
    part_bytes: 1 << 20,
    ratio: 200,
    entries: 1000,
    depth: 8,
    nesting: 64,
    cells: 1000,
    pages: 100,
    text_bytes: 8 << 20,
    window_bytes: 8 << 20,
};

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::GzBuilder::new().filename("a").write(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).expect("into memory");
    out.finish().expect("into memory")
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    out.write_all(bytes).expect("into memory");
    out.finish().expect("into memory")
}

fn tar(bytes: &[u8]) -> Vec<u8> {
    let mut out = ::tar::Builder::new(Vec::new());
    let mut head = ::tar::Header::new_gnu();
    head.set_size(bytes.len() as u64);
    out.append_data(&mut head, "가람/".repeat(40) + "a.csv", bytes).expect("into memory");
    out.into_inner().expect("into memory")
}

fn seven_zip(bytes: &[u8]) -> Vec<u8> {
    let mut out = sevenz_rust2::ArchiveWriter::new(std::io::Cursor::new(Vec::new())).expect("into memory");
    for name in ["a.csv", "b.csv"] {
        out.push_archive_entry(sevenz_rust2::ArchiveEntry::new_file(name), Some(bytes)).expect("into memory");
    }
    out.finish().expect("into memory").into_inner()
}

/// An EGG with one block of `method`, whatever its sums are.
fn egg(method: u8, packed: &[u8]) -> Vec<u8> {
    let size = u32::try_from(packed.len()).expect("short").to_le_bytes();
    let end = 0x08E2_8222_u32.to_le_bytes();
    let name = [&0x0A85_91AC_u32.to_le_bytes()[..], &[0, 1, 0], b"a"].concat();
    let file = [&0x0A85_90E3_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[64, 0, 0, 0, 0, 0, 0, 0], &name, &end].concat();
    let block = [&0x02B5_0C13_u32.to_le_bytes()[..], &[method, 0, 64, 0, 0, 0], &size, &[0; 4], &end, packed].concat();
    [b"EGGA\0\x01\x07\0\0\0\0\0\0\0", &end[..], &file, &block, &end].concat()
}

/// AZO whose piece of 4 KiB is really packed.
fn azo() -> Vec<u8> {
    let packed: Vec<u8> = TEXT.iter().chain(TEXT).map(|byte| byte.rotate_left(3)).collect();
    let (size, length) = (4096_u32, u32::try_from(packed.len()).expect("short"));
    let head = [&[0x31, 1][..], &size.to_be_bytes(), &length.to_be_bytes(), &(size ^ length).to_be_bytes()].concat();
    [&head[..], &packed, &[0; 12]].concat()
}

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let lone = include_bytes!("../../../tests/documents/archive/number.lzma");
    let file = |bytes: &[u8]| bytes.to_vec();
    vec![
        ("gz", gz(TEXT)),
        ("bz2", bz2(TEXT)),
        ("zst", ruzstd::encoding::compress_to_vec(TEXT, ruzstd::encoding::CompressionLevel::Fastest)),
        ("lzma", lone.to_vec()),
        ("tar", tar(TEXT)),
        ("tgz", gz(&tar(TEXT))),
        ("7z", seven_zip(TEXT)),
        ("egg", egg(0, TEXT)),
        ("egg, bzip2", egg(2, &bz2(TEXT))),
        ("egg, azo", egg(3, &azo())),
        ("egg, lzma", egg(4, &[&[0; 4][..], &lone[..5], &lone[13..]].concat())),
        ("alz", file(include_bytes!("../../../tests/documents/archive/normal.alz"))),
        ("rar 4", file(include_bytes!("../../../tests/documents/archive/test-documents.rar"))),
        ("rar 4, locked", file(include_bytes!("../../../tests/documents/archive/header_encrypted_rar4.rar"))),
        ("rar 5, locked", file(include_bytes!("../../../tests/documents/archive/header_encrypted_rar5.rar"))),
        ("rar 5, comment", file(include_bytes!("../../../tests/documents/archive/with_comment_rar5.rar"))),
        ("rar 5, solid", file(include_bytes!("../../../tests/documents/archive/solid_rar5.rar"))),
        ("rar 5, volume", file(include_bytes!("../../../tests/documents/archive/multivol_part2_rar5.rar"))),
        ("7z, locked", file(include_bytes!("../../../tests/documents/archive/header_encrypted.7z"))),
        ("eml", file(include_bytes!("../../../tests/documents/mail/testRFC822_multipart_attachments.eml"))),
        ("jpeg", file(include_bytes!("../../../tests/documents/image/testJPEG_EXIF.jpg"))),
        ("rtf", b"{\\rtf1\\ansi\\ansicpg949{\\fonttbl{\\f0\\fcharset129 A;}}\\f0 \\'b0\\'a1{\\*\\annotation b}\\u44032?\\bin4 abcd{\\*\\objdata 0102}}".to_vec()),
    ]
}

/// Numbers without a pattern, the same in every run (Numerical Recipes' generator).
struct Dice(u32);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % end.max(1)
    }
}

/// Reads it, and holds what comes of it against the limits.
fn bounded(what: &str, bytes: &[u8]) -> Heard {
    let heard = Heard::within("a", bytes, LIMITS);
    let given: usize = heard.raw.iter().map(|(_, raw)| raw.len()).sum::<usize>() + heard.text().len();
    assert!(given <= 2 * (LIMITS.text_bytes as usize), "{what}: {given}");
    heard
}

#[test]
fn what_is_cut_is_read_as_far_as_it_goes() {
    for (what, whole) in samples() {
        for part in 1..=20 {
            bounded(what, whole.get(..whole.len() * part / 21).unwrap_or_default());
        }
    }
}

#[test]
fn what_is_changed_does_no_harm() {
    let mut dice = Dice(1);
    for (what, whole) in samples() {
        for _ in 0..ROUNDS {
            let mut changed = whole.clone();
            for _ in 0..=dice.below(6) {
                let at = dice.below(changed.len());
                changed[at] = if dice.below(3) == 0 { 0xFF } else { u8::try_from(dice.below(256)).expect("a byte") };
            }
            bounded(what, &changed);
        }
    }
}

#[test]
fn a_file_in_itself_many_times_is_too_deep() {
    let nested = (0..20).fold(TEXT.to_vec(), |bytes, level| if level % 2 == 0 { gz(&bytes) } else { tar(&bytes) });
    let heard = bounded("nested", &nested);
    assert!(heard.unreadable.iter().any(|(_, reason)| *reason == Reason::TooDeep), "{:?}", heard.unreadable);
}

#[test]
fn an_archive_of_bombs_is_stopped_as_a_whole() {
    let bomb = gz(&vec![b'0'; 900 << 10]);
    let mut out = ::tar::Builder::new(Vec::new());
    for _ in 0..10 {
        let mut head = ::tar::Header::new_gnu();
        head.set_size(bomb.len() as u64);
        out.append_data(&mut head, "bomb.gz", &bomb[..]).expect("into memory");
    }
    let heard = bounded("bombs", &out.into_inner().expect("into memory"));
    assert_eq!(heard.unreadable, [(String::new(), Reason::TooLarge)]);
}
