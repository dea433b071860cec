//! EGG archives.

use std::io::Write;

/// Marks of headers (EGG specification 1.0).
const END: u32 = 0x08E2_8222;
const FILE: u32 = 0x0A85_90E3;
const NAME: u32 = 0x0A85_91AC;
const BLOCK: u32 = 0x02B5_0C13;
const WINDOWS: u32 = 0x2C86_950B;

pub fn header(mark: u32, flags: u8, body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(body.len()).expect("short").to_le_bytes();
    [&mark.to_le_bytes()[..], &[flags], &size, body].concat()
}

pub fn block(method: u8, packed: &[u8], data: &[u8]) -> Vec<u8> {
    let four = |size: usize| u32::try_from(size).expect("short").to_le_bytes();
    let mut sum = flate2::Crc::new();
    sum.update(data);
    let head = [&BLOCK.to_le_bytes()[..], &[method, 0], &four(data.len()), &four(packed.len())];
    [&head.concat()[..], &sum.sum().to_le_bytes(), &END.to_le_bytes(), packed].concat()
}

/// An entry with more headers than its name, and blocks.
pub fn entry(id: u32, name: &[u8], size: usize, more: &[u8], blocks: &[Vec<u8>]) -> Vec<u8> {
    let head = [&FILE.to_le_bytes()[..], &id.to_le_bytes(), &(size as u64).to_le_bytes()].concat();
    [&head, &header(NAME, 0, name)[..], &header(WINDOWS, 0, &[0; 9]), more, &END.to_le_bytes(), &blocks.concat()]
        .concat()
}

pub fn archive(head: &[u8], rest: &[Vec<u8>]) -> Vec<u8> {
    let end = END.to_le_bytes();
    [b"EGGA\0\x01\x07\0\0\0\0\0\0\0", head, &end, &rest.concat()[..], &end].concat()
}

pub fn bzipped(data: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    out.write_all(data).expect("into memory");
    out.finish().expect("into memory")
}

/// "name,number\n900101-1234568\n" as a file of its own; EGG has no size in it and four bytes before.
pub fn lzma() -> Vec<u8> {
    let lone = include_bytes!("../archive/number.lzma");
    [&[0; 4][..], &lone[..5], &lone[13..]].concat()
}

/// AZO with its data as it is, which it allows.
pub fn azo(data: &[u8]) -> Vec<u8> {
    let size = u32::try_from(data.len()).expect("short").to_be_bytes();
    [&[0x31, 0][..], &size, &size, &[0; 4], data, &[0; 12]].concat()
}
