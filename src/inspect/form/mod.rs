//! Forms: split into their fields and files by one strict reading, so that a site cannot read them otherwise.

pub(in crate::inspect) mod belonging;
pub(in crate::inspect) mod coded;
mod encrypted;
pub(super) mod halves;
pub(in crate::inspect) mod held;
pub(in crate::inspect) mod json;
pub mod multipart;
mod numbers;
pub(in crate::inspect) mod parts;
pub mod pieces;
mod runs;
pub(in crate::inspect) mod together;
pub(in crate::inspect) mod transfer;
pub(in crate::inspect) mod typed;
pub(in crate::inspect) mod urlencoded;
pub(in crate::inspect) mod watched;
pub(in crate::inspect) mod xml;
