//! Tests of the family: files made here, and real ones.

mod container;
mod hangul;
mod hostile;
mod office;
mod open;
mod sheet;
mod wide;

use crate::extract::make::zip as build;
pub(crate) use build::{Piece, archive as archive_of};
pub(crate) use build::{rels, texts};

use super::codec;
use super::directory::Directory;
use crate::extract::testing::Heard;
use crate::extract::{Limits, Walk};

/// An archive of deflated parts.
pub(crate) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    build::archive(&parts.iter().map(|(name, bytes)| build::Piece::deflated(name, bytes)).collect::<Vec<_>>())
}

/// The entries of an archive: name, what it holds, and its packed bytes.
pub(crate) fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let (mut heard, late) = (Heard::default(), || false);
    let mut walk = Walk::new(Limits::default(), &late, &mut heard);
    let directory = Directory::survey(bytes, &walk).expect("an archive");
    assert_eq!(directory.faults, [], "sound");
    let each = directory.entries.iter().map(|entry| {
        let held = codec::unpack(entry, &mut walk).expect("unpacks").into_owned();
        (entry.name.clone(), held, entry.data.to_vec())
    });
    each.collect()
}

/// Whether a text stands at a place, and nowhere under another.
#[track_caller]
pub(super) fn stands(heard: &Heard, text: &str, place: &str) {
    assert_eq!(heard.place_of(text), Some(place), "{text}\n{:#?}", heard.said);
}
