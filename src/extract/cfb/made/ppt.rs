//! Presentations.

use super::*;
use std::io::Read;

fn record(version: u16, kind: u16, data: &[u8]) -> Vec<u8> {
    [&version.to_le_bytes()[..], &kind.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data].concat()
}

fn slide(text: &str, hidden: bool) -> Vec<u8> {
    let mut info = vec![0; 16];
    info[10] = if hidden { 4 } else { 0 };
    record(0xF, 0x03EE, &[record(0, 0x03F9, &info), record(0, 0x0FA0, &wide(text))].concat())
}

#[test]
fn slides_have_numbers_and_old_ones_are_deleted() {
    let entry = |object: u32, id: u32| {
        let data: Vec<u8> = [object, 0, 0, id, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        record(0, 0x03F3, &data)
    };
    let outline = [entry(2, 256), record(0, 0x0FA0, &wide("개요 글")), entry(3, 257)].concat();
    let document = record(0xF, 0x03E8, &record(0xF, 0x0FF0, &outline));
    let notes = [0x101u32, 0].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>();
    let notes = record(0xF, 0x03F0, &[record(0, 0x03F1, &notes), record(0, 0x0FA0, &wide("노트 글"))].concat());
    let mut packed = vec![0; 4];
    let object = compound(&[("CONTENTS", "속 글".as_bytes().to_vec())]);
    flate2::read::ZlibEncoder::new(&object[..], flate2::Compression::fast()).read_to_end(&mut packed).expect("zlib");
    let (mut stream, mut places) = (slide("지운 글", false), Vec::new());
    for part in [document, slide("첫 글", false), slide("숨은 글", true), notes, record(0x10, 0x1011, &packed)] {
        places.push(stream.len() as u32);
        stream.extend(part);
    }
    let directory = stream.len() as u32;
    let entries: Vec<u8> = [1 | 5 << 20].into_iter().chain(places).flat_map(u32::to_le_bytes).collect();
    stream.extend(record(0, 0x1772, &entries));
    let edit = stream.len() as u32;
    stream.extend(record(
        0,
        0x0FF5,
        &[0, 0, 0, directory, 1, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>(),
    ));
    let user = [0, 0, 0, 0xE391_C05F, edit].into_iter().flat_map(u32::to_le_bytes).collect();
    let heard = Heard::of("a.ppt", &compound(&[("Current User", user), ("PowerPoint Document", stream)]));
    assert_eq!(at(&heard, "개요 글"), "a.ppt › slide 1");
    assert_eq!(at(&heard, "첫 글"), "a.ppt › slide 1");
    assert_eq!(at(&heard, "숨은 글"), "a.ppt › slide 2 (hidden)");
    assert_eq!(at(&heard, "노트 글"), "a.ppt › speaker notes of slide 2");
    assert_eq!(at(&heard, "지운 글"), "a.ppt › deleted text");
    assert!(at(&heard, "속 글").ends_with("› CONTENTS"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn an_encrypted_presentation_is_told() {
    let user = [0, 0, 0, 0xF3D1_C4DF, 0u32].into_iter().flat_map(u32::to_le_bytes).collect();
    let heard = Heard::of("a.ppt", &compound(&[("Current User", user), ("PowerPoint Document", vec![1; 64])]));
    assert_eq!(heard.unreadable, [("a.ppt".to_owned(), Reason::Encrypted)]);
}
