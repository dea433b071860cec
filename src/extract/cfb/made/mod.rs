//! Files made here, one hiding place each: that the text comes out, and at the right place.

mod doc;
mod hwp;
mod msg;
mod objects;
mod ppt;
mod xls;

use crate::extract::testing::Heard;
use crate::vocab::Reason;
use std::io::{Cursor, Write};

/// A compound file of these streams.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a new file");
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/') {
            file.create_storage_all(storage).expect("a storage");
        }
        file.create_stream(path).expect("a stream").write_all(bytes).expect("room");
    }
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn at(heard: &Heard, text: &str) -> String {
    heard.place_of(text).unwrap_or_else(|| panic!("{text} is nowhere: {:?}", heard.said)).to_owned()
}
