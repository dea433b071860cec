//! Finding references in a text, without opening them.

use super::{LONGEST, numeral, sealer};
use memchr::memmem;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// What every reference begins with.
pub(super) const MARKER: &str = "garim.";
/// The letter that follows, which says the version.
pub(super) const FIRST: u8 = b'Z';
/// As something made all of capitals begins.
const MARKER_CAPITALS: &str = "GARIM.";
/// So many letters after the marker are meant to be a reference, and no host or file name.
const MEANT: usize = 16;
/// What follows a reference that stands for an address: programs of pages ask whether what they send is one, and browsers do
/// of `<input type=email>`. No such host exists (RFC 2606).
pub(super) const HOST: &str = "@garim.invalid";
/// Most letters of a reference.
const MOST: usize = (sealer::FIXED + LONGEST) * 4 / 3 + 2;

/// What was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A reference, from its marker to its full stop or its host.
    Whole(Range<usize>),
    /// What was one, and is cut or changed.
    Broken(Range<usize>),
    /// Something begins there that may be one, and the text may go on.
    Open(usize),
    /// Nothing.
    Nothing,
}

/// The markers, made ready to be looked for: that costs more than to look through a short text.
static FINDERS: LazyLock<[memmem::Finder<'static>; 2]> =
    LazyLock::new(|| [MARKER, MARKER_CAPITALS].map(memmem::Finder::new));

/// Whether a text without escapes may hold a reference, or what was one.
pub fn may_stand_in(text: &[u8]) -> bool {
    text.len() >= MARKER.len()
        && (FINDERS.iter().any(|finder| finder.find(text).is_some()) || numeral::may_stand_in(text))
}

/// The next reference from `from` on; `last` if nothing follows the text.
pub fn next(text: &[u8], from: usize, last: bool) -> Next {
    let lettered = lettered(text, from, last);
    let end = match &lettered {
        Next::Whole(range) | Next::Broken(range) => range.start,
        Next::Open(at) => *at,
        Next::Nothing => text.len(),
    };
    numeral::next(text, from, end, last).unwrap_or(lettered)
}

fn lettered(text: &[u8], from: usize, last: bool) -> Next {
    let mut from = from;
    loop {
        let rest = text.get(from..).unwrap_or_default();
        let [of_small, of_capitals] = &*FINDERS;
        let small = of_small.find(rest);
        let capitals = of_capitals.find(rest.get(..small.unwrap_or(rest.len())).unwrap_or_default());
        let Some(at) = capitals.or(small).map(|at| from + at) else { return begun(text, from, last) };
        if let Some(found) = at_marker(text, at, last) {
            return found;
        }
        from = at + MARKER.len();
    }
}

/// How many bytes of what [`next`] found, and what does not open, are done with: what is cut may run into the marker of
/// a reference that is whole.
pub fn resume(found: &[u8]) -> usize {
    let runs_on = found.len() > MARKER.len() && found.ends_with(MARKER.as_bytes());
    if runs_on { found.len() - MARKER.len() } else { found.len() }
}

/// What stands at a marker, if it is or may be a reference.
fn at_marker(text: &[u8], at: usize, last: bool) -> Option<Next> {
    let start = at + MARKER.len();
    let letters = text.get(start..).unwrap_or_default();
    let count = letters.iter().take(MOST + 1).take_while(|byte| is_letter(**byte)).count();
    let foreign = |first: &u8| is_letter(*first) && !first.eq_ignore_ascii_case(&FIRST);
    if letters.first().is_some_and(foreign) || count > MOST {
        return None;
    }
    let end = start + count;
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    // A script that cuts a number in two sends the head of a reference as a value of its own.
    let head = text.get(at..).is_some_and(|head| head.starts_with(MARKER.as_bytes()))
        && letters.first().is_none_or(|first| *first == FIRST || !is_letter(*first));
    let alone = head && [before, text.get(end)].iter().all(|beside| matches!(beside, None | Some(b'"')));
    match text.get(end) {
        None if !last => Some(Next::Open(at)),
        Some(b'.') if count >= MEANT => {
            let after = text.get(end + 1..).unwrap_or_default();
            match after.starts_with(HOST.as_bytes()) {
                true => Some(Next::Whole(at..end + 1 + HOST.len())),
                false if !last && HOST.as_bytes().starts_with(after) => Some(Next::Open(at)),
                false => Some(Next::Whole(at..end + 1)),
            }
        }
        _ if count >= MEANT || alone => Some(Next::Broken(at..end)),
        _ => None,
    }
}

/// Whether the text ends in what may be the beginning of a marker.
fn begun(text: &[u8], from: usize, last: bool) -> Next {
    let nearest = text.len().saturating_sub(MARKER.len() - 1).max(from);
    let tail = |at: &usize| text.get(*at..).is_some_and(|tail| !tail.is_empty());
    let begins = |at: &usize| {
        text.get(*at..)
            .is_some_and(|tail| MARKER.as_bytes().starts_with(tail) || MARKER_CAPITALS.as_bytes().starts_with(tail))
    };
    let open = (nearest..text.len()).filter(tail).find(begins);
    open.filter(|_| !last).map_or(Next::Nothing, Next::Open)
}

/// A text with every reference in it cut short, for records: nobody is to take one out of a log and use it.
pub fn hide(text: &str) -> Cow<'_, str> {
    let mut hidden = String::new();
    let mut done = 0;
    while let Next::Whole(range) | Next::Broken(range) = next(text.as_bytes(), done, true) {
        hidden.push_str(text.get(done..range.start).unwrap_or_default());
        hidden.push_str("garim.…");
        done = range.start + text.get(range).map_or(1, |found| resume(found.as_bytes()));
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    hidden.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(hidden)
}

/// Whether a byte is a letter of base64url.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
