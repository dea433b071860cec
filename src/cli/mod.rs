//! Being built.

pub mod check;
