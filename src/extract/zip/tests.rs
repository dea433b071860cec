//! Tests of the family: files made here, and real ones.

mod build;
mod container;
mod hangul;
mod hostile;
mod office;
mod open;
mod sheet;
mod wide;

use crate::extract::testing::Heard;

/// Whether a text stands at a place, and nowhere under another.
#[track_caller]
fn stands(heard: &Heard, text: &str, place: &str) {
    assert_eq!(heard.place_of(text), Some(place), "{text}\n{:#?}", heard.said);
}
