//! Files made here, one hiding place each: that the text comes out, and at the right place.

mod doc;
mod hwp;
mod msg;
mod objects;
mod ppt;
mod xls;

use crate::extract::make::cfb::{compound, wide};
use crate::extract::testing::Heard;
use crate::vocab::Reason;

fn at(heard: &Heard, text: &str) -> String {
    heard.place_of(text).unwrap_or_else(|| panic!("{text} is nowhere: {:?}", heard.said)).to_owned()
}
