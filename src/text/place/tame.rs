//! Markup that is written as nearly all is, passed at the speed of memory: tags with attributes in quotes, and text.
//!
//! Only four bytes matter there: those that open and close tags and values. They are taken from masks of whole blocks. Whatever
//! is written in any other way is left to those who read tags byte by byte.

use super::tag::Tag;
use crate::text::block::{BLOCK, Classes, Masks};
use crate::text::packed::Packed;
use fearless_simd::prelude::*;
use fearless_simd::{mask8x64, u8x64};

/// What the next byte that matters stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Text,
    Tag,
    Value(u8),
}

/// The bytes that open and close tags and values.
#[derive(Clone, Copy)]
struct Matters;

impl Classes<1> for Matters {
    #[inline(always)]
    fn of<S: Simd>(self, simd: S, bytes: u8x64<S>) -> [mask8x64<S>; 1] {
        let is = |byte| bytes.simd_eq(u8x64::splat(simd, byte));
        [is(b'<') | is(b'>') | is(b'"') | is(b'\'')]
    }
}

/// How many bytes of HTML can be passed, of a text that begins outside of all tags and goes on outside of all after them: up to
/// the first tag that is not tame, or that is one of these, or that is not whole. `met` is told where each tag begins, also
/// that of the tag at which it ends.
pub(super) fn pass(bytes: &[u8], but: &[Packed], mut met: impl FnMut(usize)) -> usize {
    let (mut here, mut tag) = (In::Text, 0);
    let mut masks = Masks::new(bytes, Matters);
    for base in (0..bytes.len()).step_by(BLOCK) {
        let [mut matters] = masks.at(base);
        while matters != 0 {
            let at = base + matters.trailing_zeros() as usize;
            matters &= matters - 1;
            let Some(byte) = bytes.get(at).copied() else { return tag };
            here = match (here, byte) {
                (In::Text, b'<') => {
                    tag = at;
                    met(at);
                    if !opens(bytes.get(at..).unwrap_or_default(), but) {
                        return tag;
                    }
                    In::Tag
                }
                (In::Text, _) => In::Text,
                (In::Tag, b'>') => In::Text,
                (In::Tag, b'<') => return tag,
                (In::Tag, quote) if begins_value(bytes.get(tag..at).unwrap_or_default()) => In::Value(quote),
                (In::Tag, _) => return tag,
                (In::Value(quote), _) if quote == byte => In::Tag,
                (In::Value(_), _) => here,
            };
        }
    }
    if here == In::Text { bytes.len() } else { tag }
}

/// Whether a tag begins there that is none of these.
#[inline]
fn opens(bytes: &[u8], but: &[Packed]) -> bool {
    match bytes {
        [_, b'/', letter, ..] => letter.is_ascii_alphabetic(),
        [_, first, second, ..] if first.is_ascii_alphabetic() => {
            // `script`, `style`, `textarea`, `title`, `xmp`, `iframe`, `noembed`, `noframes`, `option`, and what begins alike.
            let alike = matches!(
                [first | 0x20, second | 0x20],
                [b's', b'c' | b't'] | [b't', b'e' | b'i'] | [b'x', b'm'] | [b'i', b'f'] | [b'n', b'o'] | [b'o', b'p']
            );
            !alike || Tag::read(bytes, false).is_some_and(|tag| !tag.known(but))
        }
        _ => false,
    }
}

/// Whether what stands before a quote in a tag is a blank, the name of an attribute and an equals sign, and nothing before that
/// makes it anything else.
#[inline]
fn begins_value(before: &[u8]) -> bool {
    let Some(rest) = before.strip_suffix(b"=") else { return false };
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_');
    let name = rest.iter().rev().take_while(|byte| letter(byte)).count();
    let rest = rest.get(..rest.len() - name).unwrap_or_default();
    let before = rest.trim_ascii_end();
    name > 0
        && before.len() < rest.len()
        && before.last().is_some_and(|last| letter(last) || matches!(last, b'"' | b'\''))
}
