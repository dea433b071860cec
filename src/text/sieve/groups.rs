//! Words in groups of which each is told by the halves of some bytes of its words.

use crate::text::block::BLOCK;

/// Groups of a set: a bit each.
const GROUPS: usize = 8;

/// By the low and the high half of a byte, the groups of a set in which a word has such a byte at a place. A table is
/// repeated as often as vectors want it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Halves {
    pub(super) low: [u8; BLOCK],
    pub(super) high: [u8; BLOCK],
}

/// The halves of the bytes that pass for the words of a group, at each place: a bit each.
#[derive(Debug, Clone, Copy)]
struct Group<const PLACES: usize>([(u16, u16); PLACES]);

impl<const PLACES: usize> Group<PLACES> {
    const EMPTY: Group<PLACES> = Group([(0, 0); PLACES]);

    /// With this word too; where a short one has no byte, each passes.
    fn with(mut self, word: &[Option<u8>; PLACES]) -> Self {
        for ((low, high), byte) in self.0.iter_mut().zip(word) {
            match byte {
                Some(byte) => (*low, *high) = (*low | 1 << (byte & 0xF), *high | 1 << (byte >> 4)),
                None => (*low, *high) = (u16::MAX, u16::MAX),
            }
        }
        self
    }

    /// How often something passes, in a page as they are.
    fn cost(&self, usual: &Usual) -> f64 {
        self.0.iter().map(|(low, high)| bits(*high).map(|high| usual.share(high, *low)).sum::<f64>()).product()
    }
}

/// The numbers of the bits that are set.
fn bits(mut set: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(bit)
    })
}

/// How usual each byte is, by its high and its low half.
struct Usual([[f64; 16]; 16]);

impl Usual {
    fn new() -> Usual {
        Usual(std::array::from_fn(|high| std::array::from_fn(|low| usual((high << 4 | low) as u8))))
    }

    /// That of all bytes with this high half and one of these low ones.
    fn share(&self, high: usize, low: u16) -> f64 {
        let of_high = self.0.get(high);
        bits(low).filter_map(|low| of_high?.get(low)).sum()
    }
}

/// How usual a byte is, in some measure: letters of markup, digits, the rest.
fn usual(byte: u8) -> f64 {
    match byte {
        b' ' => 8.0,
        b'e' | b't' | b'a' | b's' | b'i' | b'r' | b'n' | b'o' | b'l' | b'd' | b'c' | b'"' | b'=' => 4.0,
        b'a'..=b'z' | b'0'..=b'9' | b'/' | b'<' | b'>' | b'-' | b'_' => 2.0,
        b'A'..=b'Z' | 0x80.. => 0.7,
        _ => 0.3,
    }
}

/// The tables of the words, of which the bytes at some places are given: so many sets of groups. Each word is put into the
/// group in which it lets the least pass.
pub(super) fn sets<const PLACES: usize, const SETS: usize>(words: &[[Option<u8>; PLACES]]) -> [[Halves; PLACES]; SETS] {
    let (usual, mut sets) = (Usual::new(), [[Group::EMPTY; GROUPS]; SETS]);
    for word in words {
        let added = |group: &Group<PLACES>| group.with(word).cost(&usual) - group.cost(&usual);
        if let Some(best) = sets.iter_mut().flatten().min_by(|one, two| added(one).total_cmp(&added(two))) {
            *best = best.with(word);
        }
    }
    sets.map(|groups| {
        std::array::from_fn(|place| {
            let table = |half: fn(&(u16, u16)) -> u16| {
                std::array::from_fn(|value| {
                    let passes =
                        groups.iter().filter_map(|group| group.0.get(place)).map(|bits| half(bits) >> (value % 16) & 1);
                    passes.enumerate().fold(0, |all, (bit, passes)| all | (passes as u8) << bit)
                })
            };
            Halves { low: table(|place| place.0), high: table(|place| place.1) }
        })
    })
}
