//! What a verdict shows to people. Passing, masking and holding back are done where the bytes are, in `body`.

pub mod page;
mod plain;

pub use plain::plain;
