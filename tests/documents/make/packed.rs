//! Archives and packed files by the crates that write them.

use sevenz_rust2::{ArchiveEntry, ArchiveWriter};
use std::io::{Cursor, Write};

/// A tar of files.
pub fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut head = tar::Header::new_gnu();
        head.set_size(bytes.len() as u64);
        head.set_mode(0o644);
        head.set_username("garamkim").expect("short");
        out.append_data(&mut head, name, *bytes).expect("into memory");
    }
    out.into_inner().expect("into memory")
}

/// A 7z of files.
pub fn sevenz(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ArchiveWriter::new(Cursor::new(Vec::new())).expect("into memory");
    for (name, bytes) in entries {
        out.push_archive_entry(ArchiveEntry::new_file(name), Some(*bytes)).expect("into memory");
    }
    out.finish().expect("into memory").into_inner()
}

pub fn gz(text: &[u8]) -> Vec<u8> {
    let mut out = flate2::GzBuilder::new().filename("가람 명단.csv").write(Vec::new(), flate2::Compression::best());
    out.write_all(text).expect("into memory");
    out.finish().expect("into memory")
}

pub fn bz2(text: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    out.write_all(text).expect("into memory");
    out.finish().expect("into memory")
}

pub fn zst(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
}

/// xz with one LZMA2 chunk that is not compressed, and a declared dictionary (the xz file format 1.2, sections 2 to 4).
pub fn xz(text: &[u8], dictionary: u8) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let flags = [0, 0];
    let mut out = [b"\xFD7zXZ\0".as_slice(), &flags, &crc(&flags)].concat();
    let head = [2, 0, 0x21, 1, dictionary, 0, 0, 0];
    let size = u16::try_from(text.len() - 1).expect("short").to_be_bytes();
    let block = [&head[..], &crc(&head), &[1], &size, text, &[0]].concat();
    let unpadded = u8::try_from(block.len()).expect("short");
    out.extend(&block);
    out.extend(vec![0; block.len().next_multiple_of(4) - block.len()]);
    let mut index = vec![0, 1, unpadded | 0x80, 1, u8::try_from(text.len()).expect("short")];
    if unpadded < 0x80 {
        index = vec![0, 1, unpadded, u8::try_from(text.len()).expect("short")];
    }
    index.resize(index.len().next_multiple_of(4), 0);
    out.extend(&index);
    out.extend(crc(&index));
    let backward = (u32::try_from(index.len() + 4).expect("short") / 4 - 1).to_le_bytes();
    let foot = [&backward[..], &flags].concat();
    out.extend(crc(&foot));
    out.extend(foot);
    out.extend(b"YZ");
    out
}
