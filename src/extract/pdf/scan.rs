//! Where objects begin, whatever the tables say.

use super::file::MOST_OBJECTS;
use super::lexer::is_space;
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use memchr::memmem;

/// An `N G obj` in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) number: u32,
    pub(super) at: usize,
}

/// Every `N G obj`. It may stand inside a stream: who asks for it decides.
///
/// # Errors
/// [`Reason::TooManyEntries`]; the time.
pub(super) fn scan(bytes: &[u8], walk: &Walk<'_>) -> Result<Vec<Found>, Halt> {
    let mut found = Vec::new();
    for (count, at) in memmem::find_iter(bytes, b"obj").enumerate() {
        if count % 4096 == 0 {
            walk.tick()?;
        }
        if let Some(one) = found_before(bytes.get(..at).unwrap_or_default()) {
            found.push(one);
        }
        if found.len() > MOST_OBJECTS {
            return Err(Halt::Part(Reason::TooManyEntries));
        }
    }
    Ok(found)
}

/// The number and the generation at the very end of `bytes`.
fn found_before(bytes: &[u8]) -> Option<Found> {
    let spaces = |bytes: &[u8]| bytes.iter().rev().take(32).take_while(|byte| is_space(**byte)).count();
    let digits = |bytes: &[u8]| bytes.iter().rev().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let cut = |bytes: &'_ [u8], count: usize| bytes.len().checked_sub(count);
    let generation_end = bytes.get(..cut(bytes, spaces(bytes))?)?;
    let generation = digits(generation_end);
    let before = generation_end.get(..cut(generation_end, generation)?)?;
    let gap = spaces(before);
    let number_end = before.get(..cut(before, gap)?)?;
    let number = digits(number_end);
    if generation == 0 || gap == 0 || number == 0 {
        return None;
    }
    let at = cut(number_end, number)?;
    let number = std::str::from_utf8(number_end.get(at..)?).ok()?.parse().ok()?;
    Some(Found { number, at })
}
