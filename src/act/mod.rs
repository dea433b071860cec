//! What a verdict shows to people. Passing, masking and holding back are done where the bytes are, in `body`.

pub mod page;
mod plain;
mod said;

pub use plain::plain;
pub use said::{message, own_lens, reason, says_why};
