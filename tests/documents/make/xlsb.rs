//! Parts of workbooks in BIFF12.

pub fn record(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if kind < 128 {
        out.push(kind as u8)
    } else {
        out.extend([(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8])
    }
    if body.len() < 128 {
        out.push(body.len() as u8);
    } else {
        out.extend([(body.len() & 0x7F) as u8 | 0x80, (body.len() >> 7) as u8]);
    }
    out.extend(body);
    out
}

pub fn string(text: &str) -> Vec<u8> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(wide.len() as u32 / 2).to_le_bytes()[..], &wide].concat()
}

pub fn cell(kind: u32, column: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[&column.to_le_bytes()[..], &[0; 4], value].concat())
}

pub fn row(number: u32, hidden: bool) -> Vec<u8> {
    record(0, &[&number.to_le_bytes()[..], &[0; 7], &[if hidden { 0x10 } else { 0 }], &[0; 5]].concat())
}
