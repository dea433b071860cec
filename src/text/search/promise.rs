//! Which digits of a block can begin a chain that is long enough: told from its masks, without a look at any byte but
//! those that must be lexed.
//!
//! Gaps that a chain may run across are closed in the mask of digits, and of what remains only those stretches are kept that
//! have as many positions as digits are wanted. That is more than are chains, never less.

use super::masks::{blanks, lexed};
use super::plain::ends_chain;
use crate::text::block::BLOCK;
use crate::text::lex::{AFTER, After, Reader};
use crate::text::{Charset, Syntax};

/// A block of which digits stand in the last [`AHEAD`] positions is judged up to there only, and read anew from there on.
const AHEAD: usize = 20;
/// Positions of a stretch that are asked for, at most. With the longest gap they fit into what is ahead.
const MOST: usize = AHEAD - 4;

/// The starts of chains in a block, and how many bytes of the block have been judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Promise {
    /// One bit for each byte at which a chain may begin.
    pub(super) starts: u64,
    /// Bytes of the block that have been judged.
    pub(super) judged: usize,
}

/// The digits of the block with which `rest` begins that can be the first of a chain of `least` digits.
#[inline]
pub(super) fn starts(reader: &Reader<'_>, rest: &[u8], digits: u64, least: usize) -> Promise {
    let runs = digits & !(digits << 1);
    let Some(block) = rest.first_chunk().filter(|_| digits != 0) else {
        return Promise { starts: runs, judged: BLOCK };
    };
    let judged = if digits >> (BLOCK - AHEAD) == 0 { BLOCK } else { BLOCK - AHEAD };
    let runs = if judged < BLOCK { runs & ((1 << judged) - 1) } else { runs };
    // At most three separators, and then something that must be lexed.
    let after = (digits << 1) | (digits << 2) | (digits << 3) | (digits << 4);
    let mut unsure = lexed(block, reader.charset()) & after;
    if matches!(reader.syntax(), Syntax::Html | Syntax::Xml) {
        // Blanks beside each other are as one.
        let blanks = blanks(block);
        unsure |= blanks & (blanks >> 1 | 1 << (BLOCK - 1)) & after;
    }
    while unsure != 0 {
        let at = unsure.trailing_zeros() as usize;
        if !ends(rest.get(at..).unwrap_or_default(), reader.charset()) {
            return Promise { starts: runs, judged };
        }
        unsure &= unsure - 1;
    }
    Promise { starts: runs & long(closed(digits), least.min(MOST)), judged }
}

/// Whether what begins there, after some blanks perhaps, ends every chain.
#[inline]
fn ends(rest: &[u8], charset: Charset) -> bool {
    let blank = rest.iter().take(BLOCK).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    let rest = rest.get(blank..).unwrap_or_default();
    match rest.first().map(|byte| AFTER[usize::from(*byte)]) {
        Some(After::Lex) => ends_chain(rest, charset),
        after => after == Some(After::End),
    }
}

/// With the gaps between digits filled that separators can fill.
#[inline(always)]
fn closed(digits: u64) -> u64 {
    let after = digits | (digits << 1) | (digits << 2) | (digits << 3);
    let before = digits | (digits >> 1) | (digits >> 2) | (digits >> 3);
    after & before
}

/// The positions from which on so many bits are set.
#[inline(always)]
fn long(mut bits: u64, count: usize) -> u64 {
    let mut have = 1;
    while have < count {
        let step = have.min(count - have);
        bits &= bits >> step;
        have += step;
    }
    bits
}
