//! Compound files, and what stands in them.

use std::io::{Cursor, Write};

/// A compound file of these streams.
pub fn compound<S: AsRef<str>>(streams: &[(S, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a new file");
    for (path, bytes) in streams {
        let path = path.as_ref();
        if let Some((storage, _)) = path.rsplit_once('/') {
            file.create_storage_all(storage).expect("a storage");
        }
        file.create_stream(path).expect("a stream").write_all(bytes).expect("room");
    }
    file.into_inner().into_inner()
}

pub fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A stream `Ole10Native`: a file that was packed into an object.
pub fn native(name: &str, data: &[u8]) -> Vec<u8> {
    let mut native = vec![0, 0, 0, 0, 2, 0];
    native.extend(format!("{name}\0C:\\kim\\{name}\0").as_bytes());
    native.extend([0, 0, 3, 0]);
    native.extend([&6u32.to_le_bytes()[..], b"C:\\t\\a"].concat());
    native.extend((data.len() as u32).to_le_bytes());
    native.extend(data);
    native
}

/// The streams of a project of macros, with this line in its module.
pub fn macros(storage: &str, line: &str) -> Vec<(String, Vec<u8>)> {
    // A chunk as it is: 4096 bytes that are not packed.
    let mut source = format!("Attribute VB_Name = \"x\"\r\n{line}\r\n").into_bytes();
    source.resize(4096, b' ');
    let packed = [&[1, 0xFF, 0x3F][..], &source].concat();
    vec![(format!("{storage}VBA/dir"), vec![1, 0, 0x30, 0]), (format!("{storage}VBA/x"), packed)]
}

/// A property set of one string, which stands for the title (MS-OLEPS section 2.21).
pub fn properties(title: &str) -> Vec<u8> {
    let text = [wide(title), vec![0, 0]].concat();
    let four = |number: usize| (number as u32).to_le_bytes();
    let value = [&[0x1F, 0, 0, 0][..], &four(text.len() / 2), &text].concat();
    let set = [&four(16 + value.len())[..], &four(1), &four(2), &four(16), &value].concat();
    let head = [&[0xFE, 0xFF, 0, 0][..], &[0; 4], &[0; 16], &four(1), &[0; 16], &four(48)].concat();
    [head, set].concat()
}
