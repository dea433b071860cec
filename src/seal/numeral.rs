//! References in digits alone, for controls that take nothing else: `<input type=number>` empties what is no number, and
//! a form that is saved would erase what it held. Each byte is three digits, after a marker; all of it is less than what
//! the largest double is (1.8e308), beyond which browsers take no number (WHATWG HTML, section 2.3.4.3).

use super::Next;
use memchr::memmem;

/// What every such reference begins with.
const MARKER: &[u8] = b"7304268815972036";
/// What is left of one of which a script has made a floating number, and written that: it stands for nothing any more, and must
/// not be stored in the place of the value.
const FLOATED: &[u8] = b"7.304268815972036";
/// Most bytes of a reference that is written so.
const MOST: usize = 96;
/// So many digits after the marker are meant to be a reference.
const MEANT: usize = 96;

/// The digits for the bytes of a reference; `None` if there are too many.
pub(super) fn write(bytes: &[u8]) -> Option<String> {
    if bytes.len() > MOST {
        return None;
    }
    let mut digits = String::from_utf8(MARKER.to_vec()).ok()?;
    digits.extend(bytes.iter().map(|byte| format!("{byte:03}")));
    Some(digits)
}

/// The bytes of a reference that is written so.
pub(super) fn read(digits: &[u8]) -> Option<Vec<u8>> {
    let (groups, []) = digits.strip_prefix(MARKER)?.as_chunks::<3>() else { return None };
    let byte = |group: &[u8; 3]| std::str::from_utf8(group).ok()?.parse().ok();
    groups.iter().map(byte).collect()
}

/// Whether one may stand in a text.
pub(super) fn may_stand_in(text: &[u8]) -> bool {
    memmem::find(text, MARKER).is_some() || memmem::find(text, FLOATED).is_some()
}

/// The next one that begins from `from` on and before `end`; `last` if nothing follows the text.
pub(super) fn next(text: &[u8], from: usize, end: usize, last: bool) -> Option<Next> {
    let floated = text.get(from..end).and_then(|near| memmem::find(near, FLOATED)).map(|at| from + at);
    let Some(at) = floated else { return whole(text, from, end, last) };
    let of_number = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'e' | b'E' | b'+');
    let count = text.get(at + FLOATED.len()..)?.iter().take(MEANT).take_while(of_number).count();
    // What it begins with is a beginning of the other as well.
    let broken = || match at + FLOATED.len() + count {
        stop if stop == text.len() && !last => Next::Open(at),
        stop => Next::Broken(at..stop),
    };
    Some(whole(text, from, at, last).unwrap_or_else(broken))
}

fn whole(text: &[u8], from: usize, end: usize, last: bool) -> Option<Next> {
    let mut from = from;
    loop {
        let near = text.get(from..end)?;
        let Some(at) = memmem::find(near, MARKER).map(|at| from + at) else { break };
        let after = text.get(at + MARKER.len()..)?;
        let count = after.iter().take(3 * MOST + 1).take_while(|byte| byte.is_ascii_digit()).count();
        let stop = at + MARKER.len() + count;
        if stop == text.len() && !last {
            return Some(Next::Open(at));
        }
        if count >= MEANT {
            let whole = count % 3 == 0 && count <= 3 * MOST;
            return Some(if whole { Next::Whole(at..stop) } else { Next::Broken(at..stop) });
        }
        from = at + MARKER.len();
    }
    let nearest = text.len().saturating_sub(FLOATED.len() - 1).max(from);
    let begins = |at: &usize| {
        text.get(*at..).is_some_and(|tail| !tail.is_empty() && (MARKER.starts_with(tail) || FLOATED.starts_with(tail)))
    };
    (!last && end == text.len()).then(|| (nearest..end).find(begins)).flatten().map(Next::Open)
}
