//! CMaps that a file brings along: `ToUnicode` (ISO 32000-2 section 9.10.3), and those of composite fonts (section 9.7.5).

use super::font::Text;
use super::glyphs;
use super::lexer::{Item, Lexer};
use super::object::Object;
use crate::extract::Halt;
use std::borrow::Cow;
use std::collections::HashMap;

/// Entries of one CMap: three times as many as codes of two bytes. What is beyond stays without a character, and is counted so.
const MOST_ENTRIES: usize = 200_000;

/// Bytes of what one code is mapped to; the standard has the same limit.
const MOST_TARGET: usize = 512;

/// What a code is mapped to.
#[derive(Debug, Clone, PartialEq)]
enum Target {
    Char(char),
    Str(Box<str>),
}

/// A CMap.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Length of the codes, the first and the last of them.
    spaces: Vec<(usize, u32, u32)>,
    chars: HashMap<u32, Target>,
    /// First and last code, and the character of the first.
    ranges: Vec<(u32, u32, Target)>,
    /// First and last code, and the CID of the first.
    cids: Vec<(u32, u32, u32)>,
    /// The CMap that it is built on.
    pub(super) base: Option<Vec<u8>>,
    pub(super) vertical: bool,
}

/// A code, as a number.
fn code(object: &Object) -> Option<(usize, u32)> {
    let bytes = object.string().filter(|bytes| (1..=4).contains(&bytes.len()))?;
    Some((bytes.len(), bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))))
}

fn target(object: &Object) -> Option<Target> {
    let text = match object {
        Object::Str(bytes) if bytes.len() == 1 => bytes.first().map(|byte| char::from(*byte).to_string())?,
        Object::Str(bytes) => {
            let bytes = bytes.get(..MOST_TARGET.min(bytes.len())).unwrap_or_default();
            encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into_owned()
        }
        Object::Name(name) => glyphs::named(name)?,
        _ => return None,
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => Some(Target::Char(one)),
        _ => Some(Target::Str(text.into_boxed_str())),
    }
}

impl Target {
    /// What a code so many behind the first of its range is mapped to.
    fn plus(&self, more: u32) -> Option<Text<'_>> {
        let next = |last: char| u32::from(last).checked_add(more).and_then(char::from_u32);
        match self {
            Target::Char(one) => Some(Text::Char(next(*one)?)),
            Target::Str(text) if more == 0 => Some(Text::Str(Cow::Borrowed(text))),
            Target::Str(text) => {
                let mut before = text.chars();
                let last = next(before.next_back()?)?;
                Some(Text::Str(Cow::Owned(format!("{}{last}", before.as_str()))))
            }
        }
    }
}

impl CMap {
    /// Reads one; what is wrong in it is left out.
    ///
    /// # Errors
    /// Structures too deep or too large.
    pub(super) fn read(bytes: &[u8], nesting: u32) -> Result<CMap, Halt> {
        let (mut map, mut operands) = (CMap::default(), Vec::new());
        let mut lexer = Lexer::of_contents(bytes, nesting);
        loop {
            match lexer.item()? {
                Item::Value(value) => operands.push(value),
                Item::Word(word) => {
                    map.operate(word, &operands);
                    operands.clear();
                    lexer.renew();
                }
                Item::Close => {}
                Item::End => break,
            }
        }
        map.ranges.sort_by_key(|range| range.0);
        map.cids.sort_by_key(|range| range.0);
        Ok(map)
    }

    fn operate(&mut self, word: &[u8], operands: &[Object]) {
        if self.weight() > MOST_ENTRIES {
            return;
        }
        match (word, operands) {
            (b"usecmap", [.., Object::Name(name)]) => self.base = Some(name.to_vec()),
            (b"def", [.., Object::Name(name), Object::Int(mode)]) if **name == *b"WMode" => self.vertical = *mode == 1,
            (b"endcodespacerange", _) => self.spaces.extend(operands.chunks_exact(2).filter_map(|pair| match pair {
                [first, last] => Some((code(first)?.0, code(first)?.1, code(last)?.1)),
                _ => None,
            })),
            (b"endbfchar", _) => self.chars.extend(operands.chunks_exact(2).filter_map(|pair| match pair {
                [from, to] => Some((code(from)?.1, target(to)?)),
                _ => None,
            })),
            (b"endbfrange", _) => operands.chunks_exact(3).for_each(|range| self.range(range)),
            (b"endcidchar", _) => self.cids.extend(operands.chunks_exact(2).filter_map(|pair| match pair {
                [from, cid] => Some((code(from)?.1, code(from)?.1, u32::try_from(cid.int()?).ok()?)),
                _ => None,
            })),
            (b"endcidrange", _) => self.cids.extend(operands.chunks_exact(3).filter_map(|range| match range {
                [first, last, cid] => Some((code(first)?.1, code(last)?.1, u32::try_from(cid.int()?).ok()?)),
                _ => None,
            })),
            _ => {}
        }
    }

    fn range(&mut self, range: &[Object]) {
        let [first, last, to] = range else { return };
        let (Some((_, first)), Some((_, last))) = (code(first), code(last)) else { return };
        match to {
            Object::Array(array) => {
                let targets = array.iter().zip(first..=last).filter_map(|(to, code)| Some((code, target(to)?)));
                self.chars.extend(targets);
            }
            one => self.ranges.extend(target(one).map(|to| (first, last, to))),
        }
    }

    /// The text of a code. The character U+0000 is none.
    pub(super) fn text(&self, code: u32) -> Option<Text<'_>> {
        let found = match self.chars.get(&code) {
            Some(target) => target.plus(0),
            None => within(&self.ranges, code, |range| (range.0, range.1))
                .and_then(|(first, _, target)| target.plus(code.checked_sub(*first)?)),
        };
        found.filter(|text| {
            !text.as_str(&mut [0; 4]).is_empty() && !text.as_str(&mut [0; 4]).contains(['\0', '\u{FFFD}'])
        })
    }

    /// How many entries it has.
    pub(super) fn weight(&self) -> usize {
        self.chars.len().saturating_add(self.ranges.len()).saturating_add(self.cids.len())
    }

    /// The CID of a code.
    pub(super) fn cid(&self, code: u32) -> Option<u32> {
        let (first, _, cid) = within(&self.cids, code, |range| (range.0, range.1))?;
        cid.checked_add(code.checked_sub(*first)?)
    }

    /// The length of the code at the start of `bytes`.
    pub(super) fn length(&self, bytes: &[u8]) -> usize {
        let mut value = 0_u32;
        for (length, byte) in (1..=4).zip(bytes) {
            value = value << 8 | u32::from(*byte);
            if self.spaces.iter().any(|(of, first, last)| *of == length && (*first..=*last).contains(&value)) {
                return length;
            }
        }
        self.spaces.iter().map(|space| space.0).min().unwrap_or(2)
    }

    /// Whether it says how long codes are.
    pub(super) fn has_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }
}

/// The range that a code is in. Ranges that overlap are looked through a few back.
fn within<T>(sorted: &[T], code: u32, ends: impl Fn(&T) -> (u32, u32)) -> Option<&T> {
    let behind = sorted.partition_point(|range| ends(range).0 <= code);
    sorted.get(..behind)?.iter().rev().take(8).find(|range| ends(range).1 >= code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_mapped_one_by_one_and_in_ranges() {
        let map = CMap::read(
            b"1 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange\n\
              2 beginbfchar <01> <AC00> <02> <00660069> endbfchar\n\
              2 beginbfrange <10> <12> <0030> <20> <21> [<0041> <00420043>] endbfrange\n\
              1 begincidrange <8001> <8003> 100 endcidrange /WMode 1 def",
            8,
        )
        .expect("small");
        let text = |code| map.text(code).map(|text| text.as_str(&mut [0; 4]).to_owned());
        assert_eq!(text(1).as_deref(), Some("가"));
        assert_eq!(text(2).as_deref(), Some("fi"));
        assert_eq!(text(0x12).as_deref(), Some("2"));
        assert_eq!(text(0x21).as_deref(), Some("BC"));
        assert_eq!(text(0x13), None);
        assert_eq!(map.cid(0x8003), Some(102));
        assert_eq!((map.length(b"\x01\x02"), map.length(b"\x81\x02")), (1, 2));
        assert!(map.vertical);
    }
}
