//! One search for many short words: where in a text each of them stands.
//!
//! Words are told apart by the low and the high halves of some of their bytes, in groups of eight at once (the way of
//! Hyperscan's Teddy): of a word in ASCII by the first three, of one in Hangul by those of its first two characters that
//! are not the same for most. Words that are alike share a group, so that little else passes. What does is looked up in a
//! table, and compared whole at last; so every processor gives the same.

mod groups;
#[cfg(test)]
mod tests;

use super::Charset;
use super::block::{BLOCK, beyond_end};
use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};
use groups::{Halves, sets};

/// Blocks that are looked at in one go.
const AT_ONCE: usize = 32;
/// Bytes from a place on that are looked at before a word is compared: two characters of three bytes.
const LOOKED_AT: usize = 6;
/// A block with what is looked at behind it.
const WINDOW: usize = BLOCK + LOOKED_AT;
/// Bytes by which words are told apart that begin in ASCII, and in Hangul.
const NARROW: usize = 3;
const WIDE: usize = 4;

/// The words of one search.
#[derive(Debug)]
pub struct Sieve {
    words: Vec<Vec<u8>>,
    heads: Vec<Head>,
    narrow_sets: [[Halves; NARROW]; 2],
    wide_sets: [Halves; WIDE],
    wide: Wide,
    /// The first three bytes of the words that begin in ASCII, hashed; all that follow where a word has two.
    narrow: Pairs,
    /// What tells the first character of a word in Hangul, of one that has more, and the second of these.
    alone: Pairs,
    first: Pairs,
    second: Pairs,
    lists: Lists,
}

/// How a character of Hangul is told apart from others.
#[derive(Debug, Clone, Copy)]
struct Wide {
    /// The least first byte, and how many there are.
    lead: u8,
    leads: u8,
    /// Bytes of a character, and those of them that tell nothing.
    width: usize,
    skipped: usize,
}

impl Wide {
    fn of(charset: Charset) -> Wide {
        match charset {
            Charset::Cp949 => Wide { lead: 0xB0, leads: 0xC8 - 0xB0 + 1, width: 2, skipped: 0 },
            Charset::Utf8 | Charset::AsciiBased => Wide { lead: 0xEA, leads: 0xED - 0xEA + 1, width: 3, skipped: 1 },
        }
    }

    /// The bytes that tell its first two characters.
    fn places(self) -> [usize; WIDE] {
        let second = self.width + self.skipped;
        [self.skipped, self.skipped + 1, second, second + 1]
    }

    /// What tells the character that begins with these bytes, and where the next one begins what tells it.
    #[inline(always)]
    fn first(self, bytes: &[u8]) -> Option<[u8; 2]> {
        bytes.get(self.skipped..)?.first_chunk().copied()
    }

    #[inline(always)]
    fn second(self, bytes: &[u8]) -> Option<[u8; 2]> {
        bytes.get(self.width + self.skipped..)?.first_chunk().copied()
    }
}

impl Sieve {
    /// For words as they are written in this charset: each of two bytes at least, and if it does not begin in ASCII, with a
    /// syllable of KS X 1001. Another is never found.
    pub fn new(words: Vec<Vec<u8>>, charset: Charset) -> Sieve {
        let wide = Wide::of(charset);
        let (mut narrow, mut lists) = (Pairs::default(), Vec::with_capacity(words.len()));
        let (mut alone, mut first, mut second) = (Pairs::default(), Pairs::default(), Pairs::default());
        for (number, word) in words.iter().enumerate() {
            match (word.as_slice(), wide.first(word)) {
                ([a @ ..0x80, b, rest @ ..], _) => {
                    let thirds = rest.first().map_or(0..=u8::MAX, |third| *third..=*third);
                    thirds.for_each(|third| narrow.set(hashed([*a, *b, third])));
                    lists.push(([*a, *b], number));
                }
                (_, Some(one)) => {
                    lists.push((one, number));
                    match wide.second(word) {
                        Some(two) => {
                            first.set(one);
                            second.set(two);
                        }
                        None => alone.set(one),
                    }
                }
                _ => {}
            }
        }
        let is_narrow = |word: &&Vec<u8>| word.first().is_some_and(u8::is_ascii);
        let of_narrow = |word: &Vec<u8>| [0, 1, 2].map(|at| word.get(at).copied());
        let of_wide = |word: &Vec<u8>| wide.places().map(|at| word.get(at).copied());
        let narrow_words: Vec<_> = words.iter().filter(is_narrow).map(of_narrow).collect();
        let wide_words: Vec<_> = words.iter().filter(|word| !is_narrow(word)).map(of_wide).collect();
        let (narrow_sets, [wide_sets]) = (sets(&narrow_words), sets(&wide_words));
        let lists = Lists::new(&lists);
        let heads = words.iter().map(|word| Head::of(word)).collect();
        Sieve { words, heads, narrow_sets, wide_sets, wide, narrow, alone, first, second, lists }
    }

    /// The words, by their numbers.
    pub fn words(&self) -> &[Vec<u8>] {
        &self.words
    }

    /// Tells each word that stands whole in the bytes at or after `from`: its number and where it begins, in the order in
    /// which they begin.
    pub fn each(&self, bytes: &[u8], from: usize, mut met: impl FnMut(usize, usize)) {
        let mut base = from;
        let mut room = [(0, 0); AT_ONCE];
        while let Some(rest) = bytes.get(base..).filter(|rest| !rest.is_empty()) {
            let whole = (rest.len().saturating_sub(LOOKED_AT) / BLOCK).min(AT_ONCE);
            match rest.get(..whole * BLOCK + LOOKED_AT).filter(|_| whole > 0) {
                Some(blocks) => self.marks(blocks, &mut room),
                None => self.marks(&beyond_end::<WINDOW>(rest), &mut room),
            }
            for (narrow, wide) in room.iter().take(whole.max(1)) {
                let block = bytes.get(base..).unwrap_or_default();
                let mut open = self.worth(block, *narrow, *wide);
                while open != 0 {
                    let bit = open.trailing_zeros() as usize;
                    open &= open - 1;
                    self.compare(block.get(bit..).unwrap_or_default(), |number| met(number, base + bit));
                }
                base += BLOCK;
            }
        }
    }

    /// Of the places in a block that the vectors left, those at which the tables know what begins there.
    #[inline(always)]
    fn worth(&self, block: &[u8], narrow: u64, wide: u64) -> u64 {
        let whole: Option<&[u8; WINDOW]> = block.first_chunk();
        let filled: [u8; WINDOW];
        let block = match whole {
            Some(block) => block,
            None => {
                filled = beyond_end(block);
                &filled
            }
        };
        let (mut left, mut open) = (0, narrow);
        while open != 0 {
            let bit = open.trailing_zeros();
            open &= open - 1;
            let known = block
                .get(bit as usize..)
                .and_then(|rest| rest.first_chunk())
                .is_some_and(|three| self.narrow.has(hashed(*three)));
            left |= u64::from(known) << bit;
        }
        open = wide;
        while open != 0 {
            let bit = open.trailing_zeros();
            open &= open - 1;
            let rest = block.get(bit as usize..).unwrap_or_default();
            let known = |pair: Option<[u8; 2]>, table: &Pairs| pair.is_some_and(|pair| table.has(pair));
            let (one, two) = (self.wide.first(rest), self.wide.second(rest));
            let both = known(one, &self.first) & known(two, &self.second);
            left |= u64::from(both | known(one, &self.alone)) << bit;
        }
        left
    }

    #[inline]
    fn compare(&self, rest: &[u8], mut met: impl FnMut(usize)) {
        let pair = match rest {
            [a @ ..0x80, b, ..] => Some([*a, *b]),
            _ => self.wide.first(rest),
        };
        for number in pair.map(|pair| self.lists.of_pair(pair)).unwrap_or_default() {
            let number = usize::from(*number);
            if self.heads.get(number).is_some_and(|head| head.begins(rest))
                && self.words.get(number).is_some_and(|word| word.len() <= HEAD || rest.starts_with(word))
            {
                met(number);
            }
        }
    }

    /// For each block, the places at which a word may begin in ASCII, and in Hangul.
    fn marks(&self, blocks: &[u8], room: &mut [(u64, u64)]) {
        dispatch!(Level::new(), simd => marks(simd, self, blocks, room));
    }
}

/// Written out, since a closure that is not inlined is not compiled for the vectors.
#[inline(always)]
fn marks<S: Simd>(simd: S, sieve: &Sieve, blocks: &[u8], room: &mut [(u64, u64)]) {
    let Sieve { narrow_sets: [one, other], wide_sets: wide, wide: of_wide, .. } = sieve;
    let none = u8x64::splat(simd, 0);
    let (lead, leads) = (u8x64::splat(simd, of_wide.lead), u8x64::splat(simd, of_wide.leads));
    let [a, b, c, d] = of_wide.places();
    for (window, room) in blocks.windows(WINDOW).step_by(BLOCK).zip(room) {
        let (first, second, third) = (halves(simd, window, 0), halves(simd, window, 1), halves(simd, window, 2));
        let narrow = pass(simd, &one[0], first) & pass(simd, &one[1], second) & pass(simd, &one[2], third);
        let more = pass(simd, &other[0], first) & pass(simd, &other[1], second) & pass(simd, &other[2], third);
        let syllable = pass(simd, &wide[0], halves(simd, window, a)) & pass(simd, &wide[1], halves(simd, window, b));
        let next = pass(simd, &wide[2], halves(simd, window, c)) & pass(simd, &wide[3], halves(simd, window, d));
        let begins = (vector(simd, window, 0) - lead).simd_lt(leads);
        let narrow = !simd.to_bitmask_mask8x64((narrow | more).simd_eq(none));
        let wide = !simd.to_bitmask_mask8x64((syllable & next).simd_eq(none)) & simd.to_bitmask_mask8x64(begins);
        *room = (narrow, wide);
    }
}

/// The bytes of a block from a place on.
#[inline(always)]
fn vector<S: Simd>(simd: S, window: &[u8], at: usize) -> u8x64<S> {
    match window.get(at..at + BLOCK) {
        Some(bytes) => u8x64::from_slice(simd, bytes),
        None => u8x64::splat(simd, 0),
    }
}

/// The low and the high halves of these bytes.
#[inline(always)]
fn halves<S: Simd>(simd: S, window: &[u8], at: usize) -> (u8x64<S>, u8x64<S>) {
    let (bytes, low) = (vector(simd, window, at), u8x64::splat(simd, 0xF));
    (bytes & low, (bytes >> 4) & low)
}

/// The groups in which a word has such bytes there.
#[inline(always)]
fn pass<S: Simd>(simd: S, tables: &Halves, (low, high): (u8x64<S>, u8x64<S>)) -> u8x64<S> {
    let (lows, highs) = (u8x64::from_slice(simd, &tables.low), u8x64::from_slice(simd, &tables.high));
    simd.swizzle_dyn_within_blocks_u8x64(lows, low) & simd.swizzle_dyn_within_blocks_u8x64(highs, high)
}

/// Bytes of a word that are compared at once.
const HEAD: usize = size_of::<u64>();

/// How a word begins, for most words all of it.
#[derive(Debug)]
struct Head {
    bytes: u64,
    mask: u64,
}

impl Head {
    fn of(word: &[u8]) -> Head {
        let filled = |byte: fn(u8) -> u8| {
            let mut head = [0; HEAD];
            head.iter_mut().zip(word).for_each(|(to, from)| *to = byte(*from));
            u64::from_le_bytes(head)
        };
        Head { bytes: filled(|byte| byte), mask: filled(|_| 0xFF) }
    }

    #[inline(always)]
    fn begins(&self, text: &[u8]) -> bool {
        // No word holds the zeros that stand beyond the end.
        let head = text.first_chunk().copied().unwrap_or_else(|| beyond_end(text));
        u64::from_le_bytes(head) & self.mask == self.bytes
    }
}

/// A set of pairs of bytes: a bit each.
#[derive(Debug)]
struct Pairs(Box<[u64; 1024]>);

impl Default for Pairs {
    fn default() -> Pairs {
        Pairs(Box::new([0; 1024]))
    }
}

impl Pairs {
    fn set(&mut self, pair: [u8; 2]) {
        let key = usize::from(u16::from_le_bytes(pair));
        if let Some(word) = self.0.get_mut(key / 64) {
            *word |= 1 << (key % 64);
        }
    }

    #[inline(always)]
    fn has(&self, pair: [u8; 2]) -> bool {
        let key = usize::from(u16::from_le_bytes(pair));
        self.0.get(key / 64).is_some_and(|word| word >> (key % 64) & 1 == 1)
    }
}

/// Three bytes as a pair that few others share.
#[inline(always)]
fn hashed([a, b, c]: [u8; 3]) -> [u8; 2] {
    let all = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9E37_79B1);
    [(all >> 16) as u8, (all >> 24) as u8]
}

/// The words by what tells how they begin.
#[derive(Debug)]
struct Lists {
    /// Where the numbers of each hash begin; behind the last, where they end.
    starts: Vec<u16>,
    numbers: Vec<u16>,
}

impl Lists {
    const HASHES: usize = 1024;

    /// Of the pairs of bytes that words begin with, and their numbers.
    fn new(words: &[([u8; 2], usize)]) -> Lists {
        let numbered =
            words.iter().filter_map(|(pair, number)| Some((Lists::hash(*pair), u16::try_from(*number).ok()?)));
        let mut pairs: Vec<(usize, u16)> = numbered.collect();
        pairs.sort_unstable();
        let before = |hash: usize| pairs.partition_point(|(other, _)| *other < hash) as u16;
        let starts = (0..=Lists::HASHES).map(before).collect();
        Lists { starts, numbers: pairs.into_iter().map(|(_, number)| number).collect() }
    }

    #[inline(always)]
    fn hash([a, b]: [u8; 2]) -> usize {
        (usize::from(a) * 167 + usize::from(b) * 13) % Lists::HASHES
    }

    #[inline]
    fn of_pair(&self, pair: [u8; 2]) -> &[u16] {
        match self.starts.get(Lists::hash(pair)..).unwrap_or_default() {
            [start, end, ..] => self.numbers.get(usize::from(*start)..usize::from(*end)).unwrap_or_default(),
            _ => &[],
        }
    }
}
