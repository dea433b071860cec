//! Files of HWP 3; characters are given as its codes, which are those of ASCII below 128.

use std::io::Read;

pub fn units(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

/// A list of one paragraph, and its end.
pub fn list(text: &[u16]) -> Vec<u8> {
    [paragraph(text, &[], 0), vec![0; 43]].concat()
}

pub fn control(code: u16, data: &[u8], lists: &[Vec<u8>]) -> Vec<u8> {
    [units(&[code, 0, 0, code]), data.to_vec(), lists.concat()].concat()
}

pub fn file(body: &[u8], password: u8) -> Vec<u8> {
    let mut file = b"HWP Document File V3.00 \x1A\x01\x02\x03\x04\x05".to_vec();
    file.resize(30 + 128 + 1008, 0);
    file[30 + 96] = password;
    file[30 + 124] = 1;
    let body = [&[0; 16][..], body].concat();
    flate2::read::DeflateEncoder::new(&body[..], flate2::Compression::fast()).read_to_end(&mut file).expect("deflate");
    file
}

/// A paragraph of units, in which controls count as `characters` says beyond the text.
pub fn paragraph(text: &[u16], control: &[u8], counts: u16) -> Vec<u8> {
    let count = text.len() as u16 + counts + 1;
    let mut out = vec![0];
    out.extend(units(&[count, 1]));
    out.resize(43, 0);
    out.resize(43 + 187 + 14, 0);
    [out, units(text), control.to_vec(), units(&[13])].concat()
}
