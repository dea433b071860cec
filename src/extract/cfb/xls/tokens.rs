//! What stands in a formula in its own words: strings and numbers among its tokens (MS-XLS section 2.5.198).

use super::super::bytes::{f64_at, from, u8_at, u16_at};
use super::numbers::plain;
use super::records::{Biff, Text};

/// Strings, and numbers of at least [`LEAST_DIGITS`] digits, of the tokens and of the constants behind them.
pub(super) fn literals(tokens: &[u8], constants: &[u8], biff: Biff) -> Vec<String> {
    let (mut out, mut rest, mut constants) = (Vec::new(), tokens, Text::of(constants));
    while let Some(token) = one(rest, biff, &mut constants, &mut out) {
        rest = from(rest, token);
    }
    out
}

/// Shorter numbers in formulas are counts and factors.
const LEAST_DIGITS: usize = 6;

/// One token: how many bytes it takes. Nothing, if it is not known how many.
fn one(rest: &[u8], biff: Biff, constants: &mut Text<'_>, out: &mut Vec<String>) -> Option<usize> {
    let id = u8_at(rest, 0)?;
    let size = |of_8, of_5| if biff.is_8 { of_8 } else { of_5 };
    // The same token for a reference, a value and an array.
    let length = match if id < 0x20 { id } else { 0x20 | id & 0x1F } {
        0x03..=0x16 => 0,
        0x17 => string(from(rest, 1), biff, out)?,
        0x18 => 5,
        0x19 => choice(rest),
        0x1C | 0x1D => 1,
        0x1E => 2,
        0x1F => {
            number(f64_at(rest, 1)?, out);
            8
        }
        0x20 => {
            array(constants, biff, out);
            7
        }
        0x21 | 0x29 | 0x2E | 0x2F => 2,
        0x22 => 3,
        0x23 => size(4, 14),
        0x24 | 0x2A | 0x2C => size(4, 3),
        0x25 | 0x2B | 0x2D => size(8, 6),
        0x26 => {
            let areas = constants.u16().unwrap_or(0);
            constants.take(usize::from(areas).saturating_mul(8));
            6
        }
        0x27 | 0x28 => 6,
        0x01 | 0x02 => 4,
        0x39 => size(6, 24),
        0x3A | 0x3C => size(6, 17),
        0x3B | 0x3D => size(10, 20),
        _ => return None,
    };
    Some(length.saturating_add(1))
}

/// An attribute; a choice has a table behind it.
fn choice(rest: &[u8]) -> usize {
    let jumps = if u8_at(rest, 1).unwrap_or(0) & 4 == 0 {
        0
    } else {
        usize::from(u16_at(rest, 2).unwrap_or(0)).saturating_add(1)
    };
    jumps.saturating_mul(2).saturating_add(3)
}

fn string(rest: &[u8], biff: Biff, out: &mut Vec<String>) -> Option<usize> {
    let mut text = Text::of(rest);
    // The lists of what may be entered keep their choices apart by NUL.
    out.push(biff.string(&mut text, false)?.replace('\0', "\n"));
    Some(rest.len().saturating_sub(text.rest().len()))
}

fn number(value: f64, out: &mut Vec<String>) {
    let text = plain(value);
    if text.len() >= LEAST_DIGITS {
        out.push(text);
    }
}

/// An array of constants behind the tokens (section 2.5.198.59).
fn array(constants: &mut Text<'_>, biff: Biff, out: &mut Vec<String>) -> Option<()> {
    let (columns, rows) = (u32::from(constants.u8()?).saturating_add(1), u32::from(constants.u16()?).saturating_add(1));
    for _ in 0..columns.saturating_mul(rows) {
        match constants.u8()? {
            1 => number(f64_at(&constants.take(8), 0)?, out),
            2 => out.push(biff.string(constants, true)?),
            _ => drop(constants.take(8)),
        }
    }
    Some(())
}
