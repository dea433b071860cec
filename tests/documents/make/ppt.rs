//! Streams of binary presentations.

use super::cfb::{compound, wide};

pub fn record(version: u16, kind: u16, data: &[u8]) -> Vec<u8> {
    [&version.to_le_bytes()[..], &kind.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data].concat()
}

pub fn slide(text: &str, hidden: bool) -> Vec<u8> {
    let mut info = vec![0; 16];
    info[10] = if hidden { 4 } else { 0 };
    record(0xF, 0x03EE, &[record(0, 0x03F9, &info), record(0, 0x0FA0, &wide(text))].concat())
}

/// A slide with a table: a group of shapes, each with its place and its text.
pub fn slide_with_table(rows: &[[&str; 2]]) -> Vec<u8> {
    let mut shapes = record(0xF, 0xF004, &record(1, 0xF009, &[0; 16]));
    for (cells, row) in rows.iter().zip(0_u32..) {
        for (text, column) in cells.iter().zip(0_u32..) {
            let edges = [column * 1000, row * 300, column * 1000 + 1000, row * 300 + 300];
            let anchor = record(0, 0xF00F, &edges.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>());
            let text = record(0xF, 0xF00D, &record(0, 0x0FA0, &wide(text)));
            shapes.extend(record(0xF, 0xF004, &[anchor, text].concat()));
        }
    }
    let drawing = record(0xF, 0x040C, &record(0xF, 0xF002, &record(0xF, 0xF003, &shapes)));
    record(0xF, 0x03EE, &[record(0, 0x03F9, &[0; 16]), drawing].concat())
}

/// The speaker's notes of the second slide.
pub fn notes(text: &str) -> Vec<u8> {
    let atom = [0x101u32, 0].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>();
    record(0xF, 0x03F0, &[record(0, 0x03F1, &atom), record(0, 0x0FA0, &wide(text))].concat())
}

/// A presentation: the first two of `parts` are its slides. Before them stands a slide that an earlier save left.
pub fn deck(left: &str, outline: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let entry = |object: u32, id: u32| {
        let data: Vec<u8> = [object, 0, 0, id, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        record(0, 0x03F3, &data)
    };
    let outline = [entry(2, 256), record(0, 0x0FA0, &wide(outline)), entry(3, 257)].concat();
    let document = record(0xF, 0x03E8, &record(0xF, 0x0FF0, &outline));
    let (mut stream, mut places) = (slide(left, false), Vec::new());
    for part in std::iter::once(&document).chain(parts) {
        places.push(stream.len() as u32);
        stream.extend(part);
    }
    let directory = stream.len() as u32;
    let entries = [1 | (places.len() as u32) << 20].into_iter().chain(places).flat_map(u32::to_le_bytes);
    stream.extend(record(0, 0x1772, &entries.collect::<Vec<u8>>()));
    let edit = stream.len() as u32;
    let last: Vec<u8> = [0, 0, 0, directory, 1, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect();
    stream.extend(record(0, 0x0FF5, &last));
    let user = [0, 0, 0, 0xE391_C05F, edit].into_iter().flat_map(u32::to_le_bytes).collect();
    compound(&[("Current User", user), ("PowerPoint Document", stream)])
}
