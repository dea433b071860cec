//! A value that must not leak: its `Debug` shows nothing of it, and it has no `Display` and no `Serialize`.

use std::fmt;

/// A detected value, normalised. Compare and hash it; never print it.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Wraps a normalised value.
    pub fn new(value: impl Into<Box<[u8]>>) -> Secret {
        Secret(value.into())
    }

    /// The value, for hashing and counting only.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", Secret::new(*b"9001011234568"));
        assert!(!shown.contains("900101") && !shown.contains("13"), "{shown}");
    }
}
