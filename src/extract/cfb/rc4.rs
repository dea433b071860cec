//! RC4, which old Office documents are encrypted with, and no cryptographic library of today offers any more.

/// The state of the cipher.
pub(super) struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    /// With a key, of any length but none.
    pub(super) fn new(key: &[u8]) -> Rc4 {
        let mut state = [0u8; 256];
        for (at, byte) in (0u8..=255).zip(state.iter_mut()) {
            *byte = at;
        }
        let (mut j, mut keys) = (0u8, key.iter().cycle());
        for at in 0..256 {
            let key = keys.next().copied().unwrap_or(0);
            j = j.wrapping_add(state.get(at).copied().unwrap_or(0)).wrapping_add(key);
            state.swap(at, usize::from(j));
        }
        Rc4 { state, i: 0, j: 0 }
    }

    /// Encrypts or decrypts.
    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        // An index of one byte is always within the state.
        let at = |state: &[u8; 256], index: u8| state.get(usize::from(index)).copied().unwrap_or(0);
        for byte in bytes {
            self.i = self.i.wrapping_add(1);
            self.j = self.j.wrapping_add(at(&self.state, self.i));
            self.state.swap(usize::from(self.i), usize::from(self.j));
            let sum = at(&self.state, self.i).wrapping_add(at(&self.state, self.j));
            *byte ^= at(&self.state, sum);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_known_vector_comes_out() {
        let mut text = *b"Plaintext";
        super::Rc4::new(b"Key").apply(&mut text);
        assert_eq!(text, [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3]);
    }
}
