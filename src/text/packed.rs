//! Names of elements and of character references as one number, compared at once.

/// A name, its letters from the highest byte down.
pub(super) type Packed = u128;
/// The letters that such a number holds.
pub(super) const LETTERS: usize = 16;

/// The number of a name of at most [`LETTERS`].
pub(super) const fn packed(letters: &[u8]) -> Packed {
    let mut name = 0;
    let mut at = 0;
    while at < letters.len() {
        name = name << 8 | letters[at] as Packed;
        at += 1;
    }
    name
}
