//! Archives of ALZip.

use std::io::Write;

/// An entry as ALZip writes it; the sum and the size are those of `data`.
pub fn entry(name: &str, flags: u8, method: u8, packed: &[u8], data: &[u8]) -> Vec<u8> {
    let name = encoding_rs::EUC_KR.encode(name).0.into_owned();
    let four = |size: usize| u32::try_from(size).expect("short").to_le_bytes();
    let length = u16::try_from(name.len()).expect("short").to_le_bytes();
    let mut sum = flate2::Crc::new();
    sum.update(data);
    let sum = sum.sum().to_le_bytes();
    let fields = [0x20, 0, 0, 0, 0, 0x40 | flags, 0, method, 0];
    let head = [&b"BLZ\x01"[..], &length, &fields, &sum, &four(packed.len()), &four(data.len()), &name];
    let key: &[u8] = if flags & 1 == 0 { &[] } else { &[0; 12] };
    [&head.concat(), key, packed].concat()
}

pub fn archive(entries: &[Vec<u8>]) -> Vec<u8> {
    [b"ALZ\x01\x0A\0\0\0", &entries.concat()[..], b"CLZ\x01\0\0\0\0\0\0\0\0\0\0\0\0CLZ\x02"].concat()
}

pub fn deflated(data: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(data).expect("into memory");
    out.finish().expect("into memory")
}

/// Bits as they are written, a character each.
pub fn bits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:08b}")).collect()
}

/// bzip2 as ALZ writes it: no head, other marks, no sums, no bit before the blocks.
pub fn bzip2_of_alz(data: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    out.write_all(data).expect("into memory");
    let file = bits(&out.finish().expect("into memory")[4..]);
    let (block, end) = (bits(b"\x31\x41\x59\x26\x53\x59"), bits(b"\x17\x72\x45\x38\x50\x90"));
    let blocks = file.split_once(&end).expect("an end").0;
    let mut row = String::new();
    for one in blocks.split(&block).skip(1) {
        row += &bits(b"DLZ\x01");
        // The sum and the bit.
        row += &one[33..];
    }
    row += &bits(b"DLZ\x02");
    row += &"0".repeat(row.len().next_multiple_of(8) - row.len());
    let byte = |eight: &[u8]| u8::from_str_radix(std::str::from_utf8(eight).expect("digits"), 2).expect("binary");
    row.as_bytes().chunks(8).map(byte).collect()
}
