//! Streams of HWP 5.

use super::cfb::{compound, wide};
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use std::io::Read;

pub fn record(tag: u32, level: u32, data: &[u8]) -> Vec<u8> {
    [&(tag | level << 10 | (data.len() as u32) << 20).to_le_bytes()[..], data].concat()
}

pub fn paragraph(level: u32, text: &str) -> Vec<u8> {
    [record(0x42, level, &[0; 24]), record(0x43, level + 1, &wide(text))].concat()
}

pub fn control(level: u32, id: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let id: Vec<u8> = id.iter().rev().copied().collect();
    record(0x47, level, &[&id, data].concat())
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::DeflateEncoder::new(bytes, flate2::Compression::fast()).read_to_end(&mut out).expect("deflate");
    out
}

pub fn header(flags: u32) -> Vec<u8> {
    let mut header = b"HWP Document File".to_vec();
    header.resize(256, 0);
    header[36..40].copy_from_slice(&flags.to_le_bytes());
    header
}

/// A document with these properties (section 3.2.1, table 3; 1 says that it is deflated), and more streams.
pub fn document(flags: u32, section: &[u8], others: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut streams = vec![("FileHeader", header(flags)), ("BodyText/Section0", deflate(section))];
    streams.extend(others.iter().cloned());
    compound(&streams)
}

/// A distribution document: its text is encrypted under a key that stands, disguised, before it ("한글 문서 파일 형식 배포용
/// 문서", sections 2 and 3).
pub fn distributed(section: &[u8]) -> Vec<u8> {
    const KEY: &[u8; 16] = b"0123456789ABCDEF";
    const SEED: u32 = 0x1234_5677;
    let mut sheet = vec![0; 256];
    sheet[..4].copy_from_slice(&SEED.to_le_bytes());
    let at = 4 + (SEED & 0xF) as usize;
    sheet[at..at + 16].copy_from_slice(KEY);
    let mut state = SEED;
    let mut random = || {
        state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
        (state >> 16 & 0x7FFF) as u8
    };
    let (mut over, mut times) = (0, 0);
    for (at, byte) in sheet.iter_mut().enumerate() {
        if times == 0 {
            over = random();
            times = (random() & 0xF) + 1;
        }
        if at >= 4 {
            *byte ^= over;
        }
        times -= 1;
    }
    let mut locked = deflate(section);
    locked.resize(locked.len().next_multiple_of(16), 0);
    let key = aes::Aes128::new(KEY.into());
    for block in locked.chunks_exact_mut(16) {
        key.encrypt_block(block.try_into().expect("a block"));
    }
    let text = [record(0x1C, 0, &sheet), locked].concat();
    compound(&[("FileHeader", header(5)), ("ViewText/Section0", text)])
}
