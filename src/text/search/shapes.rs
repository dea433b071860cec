//! Shapes with letters in them: plates, passports, addresses of machines. They begin with few digits, or with one letter,
//! and so are passed by the search for long chains of digits.

use super::masks::Begins;
use crate::text::Charset;
use crate::text::block::{BLOCK, Masks};

/// A shape that digits are a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One to three digits, a syllable or two, four digits: `12가3456`.
    Plate,
    /// A letter and eight digits, or a letter, three digits, a letter and four digits.
    Passport,
    /// Four numbers of up to three digits with dots between.
    Version4,
    /// Four hexadecimal digits, the first 2 or 3, and a colon.
    Version6,
}

/// What is told of a run of digits.
enum Told {
    Shape(Shape, usize),
    Nothing,
    /// More bytes could make it one.
    Open(usize),
}

/// Tells every shape that begins at or after `from`, in order, and returns up to where nothing more can begin: the window's
/// length, or the place of what its end leaves open. If `last`, nothing is.
pub fn shapes(bytes: &[u8], from: usize, charset: Charset, last: bool, mut each: impl FnMut(Shape, usize)) -> usize {
    let mut base = from;
    // A run that was begun before is told of already.
    let mut carry = u64::from(from.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit));
    let mut masks = Masks::new(bytes, Begins(charset));
    while base < bytes.len() {
        let [digits, _] = masks.at(base);
        let mut starts = digits & !(digits << 1 | carry);
        carry = digits >> (BLOCK - 1);
        while starts != 0 {
            let bit = starts.trailing_zeros() as usize;
            let at = base + bit;
            starts &= starts - 1;
            let run = (digits >> bit).trailing_ones() as usize;
            if bit + run < BLOCK && is_none(bytes, at, run) {
                continue;
            }
            match told(bytes, at, charset) {
                Told::Shape(shape, at) if at >= from => each(shape, at),
                Told::Open(at) if !last => return at.max(from),
                Told::Open(_) => {
                    if let Told::Shape(shape, at) = at_the_end(bytes, at, charset)
                        && at >= from
                    {
                        each(shape, at);
                    }
                }
                _ => {}
            }
        }
        base += BLOCK;
    }
    match bytes.last() {
        // A letter at the end may begin a passport's number.
        Some(byte) if !last && byte.is_ascii_alphabetic() && bytes.len() > from => bytes.len() - 1,
        _ => bytes.len(),
    }
}

/// Whether a glance at what stands beside a run of so many digits tells that it has no shape, as of most runs of a page.
#[inline(always)]
fn is_none(bytes: &[u8], at: usize, run: usize) -> bool {
    let next = bytes.get(at + run).copied();
    let goes_on =
        run <= 4 && next.is_none_or(|next| matches!(next, b'.' | b' ' | 0x80.. | b':') || next.is_ascii_alphabetic());
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    !goes_on && next.is_some() && !(run == 8 && before.is_some_and(u8::is_ascii_alphabetic))
}

/// The shape of a run of digits that the text ends with.
#[cold]
fn at_the_end(bytes: &[u8], at: usize, charset: Charset) -> Told {
    let from = at.saturating_sub(1);
    let mut end = bytes.get(from..).unwrap_or_default().to_vec();
    end.extend(b"        ");
    match told(&end, at - from, charset) {
        Told::Shape(shape, at) => Told::Shape(shape, from + at),
        other => other,
    }
}

/// The shape of a run of digits that begins there.
#[inline]
fn told(bytes: &[u8], at: usize, charset: Charset) -> Told {
    let rest = bytes.get(at..).unwrap_or_default();
    let run = digits(rest, 0, 9);
    let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    match rest.get(run) {
        None => return Told::Open(if before.is_ascii_alphabetic() { at - 1 } else { at }),
        Some(b'.') if run <= 3 && before != b'.' => return version4(rest, run, at),
        Some(b' ' | 0x80..) if run <= 3 => return plate(rest, run, at, charset),
        Some(next)
            if run <= 4 && matches!(rest.first(), Some(b'2' | b'3')) && (*next == b':' || next.is_ascii_hexdigit()) =>
        {
            match version6(rest, at) {
                Told::Nothing => {}
                // It may yet be a passport's, which begins with the letter.
                Told::Open(at) if is_passport_letter(before) => return Told::Open(at - 1),
                told => return told,
            }
        }
        _ => {}
    }
    if !is_passport_letter(before) {
        return Told::Nothing;
    }
    match (run, rest.get(3)) {
        (8, _) => Told::Shape(Shape::Passport, at - 1),
        (3, Some(letter)) if letter.is_ascii_alphabetic() => match rest.get(8) {
            None if rest.get(4..).is_some_and(|tail| tail.iter().all(u8::is_ascii_digit)) => Told::Open(at - 1),
            _ if digits(rest, 4, 5) == 4 => Told::Shape(Shape::Passport, at - 1),
            _ => Told::Nothing,
        },
        _ => Told::Nothing,
    }
}

fn digits(rest: &[u8], from: usize, most: usize) -> usize {
    rest.get(from..).unwrap_or_default().iter().take(most).take_while(|byte| byte.is_ascii_digit()).count()
}

fn is_passport_letter(byte: u8) -> bool {
    b"MSRODGTP".contains(&byte.to_ascii_uppercase())
}

fn version4(rest: &[u8], run: usize, at: usize) -> Told {
    let mut here = run;
    for _ in 0..3 {
        match rest.get(here) {
            None => return Told::Open(at),
            Some(b'.') => {}
            Some(_) => return Told::Nothing,
        }
        let count = digits(rest, here + 1, 4);
        here += 1 + count;
        if !(1..=3).contains(&count) {
            return if rest.len() == here { Told::Open(at) } else { Told::Nothing };
        }
    }
    if rest.len() == here { Told::Open(at) } else { Told::Shape(Shape::Version4, at) }
}

fn version6(rest: &[u8], at: usize) -> Told {
    let group = rest.iter().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count();
    match (group, rest.get(4), rest.get(5)) {
        (..=4, _, _) if rest.len() <= group + 1 => Told::Open(at),
        (4, Some(b':'), Some(next)) if next.is_ascii_hexdigit() || *next == b':' => Told::Shape(Shape::Version6, at),
        _ => Told::Nothing,
    }
}

/// Digits, perhaps a space, one or two syllables, perhaps a space, four digits.
fn plate(rest: &[u8], run: usize, at: usize, charset: Charset) -> Told {
    let (syllable, leads) = match charset {
        Charset::Utf8 => (3, 0xEA..=0xED),
        Charset::Cp949 => (2, 0xB0..=0xC8),
        Charset::AsciiBased => return Told::Nothing,
    };
    let mut here = run + usize::from(rest.get(run) == Some(&b' '));
    match rest.get(here) {
        None => return Told::Open(at),
        Some(lead) if leads.contains(lead) => here += syllable,
        Some(_) => return Told::Nothing,
    }
    if rest.get(here).is_some_and(|lead| leads.contains(lead)) {
        here += syllable;
    }
    here += usize::from(rest.get(here) == Some(&b' '));
    let count = digits(rest, here, 5);
    if count == 4 && rest.get(here + 4).is_some() {
        Told::Shape(Shape::Plate, at)
    } else if rest.len() <= here + 4 && rest.len() <= here + count {
        Told::Open(at)
    } else {
        Told::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &[u8], from: usize, last: bool) -> (Vec<(Shape, usize)>, usize) {
        let mut found = Vec::new();
        let end = shapes(text, from, Charset::Utf8, last, |shape, at| found.push((shape, at)));
        (found, end)
    }

    #[test]
    fn shapes_are_told_where_they_begin() {
        for (text, shape) in [
            ("차 12가3456.", (Shape::Plate, 4)),
            ("123하 4567 ", (Shape::Plate, 0)),
            ("12외교3456.", (Shape::Plate, 0)),
            ("no M12345678", (Shape::Passport, 3)),
            ("M123A4567 ", (Shape::Passport, 0)),
            ("from 211.115.20.36 ", (Shape::Version4, 5)),
            ("2001:230::1", (Shape::Version6, 0)),
        ] {
            assert_eq!(all(format!("{text} ").as_bytes(), 0, true).0, [shape], "{text}");
        }
        for text in ["2026-11-22", "12가 345", "1.2.3", "2026.11.22", "12:34:56", "M1234567", "12가34567"] {
            assert_eq!(all(text.as_bytes(), 0, true).0, [], "{text}");
        }
    }

    /// Beginnings and pieces of every shape, and what parts them.
    const PIECES: &[&str] = &[
        "M", "246A", "2", "3", "12345678", "4564", "가", "외교", "12", "123", ".", ":", "::", "A", "e", " ", "230",
        "\n",
    ];

    proptest! {
        #[test]
        fn any_split_tells_the_same(
            noise in "[0-9가-나MA.: ]{0,80}",
            pieces in proptest::collection::vec(prop::sample::select(PIECES), 0..30),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let text = noise + &pieces.concat();
            let bytes = text.as_bytes();
            let whole = all(bytes, 0, true).0;
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            ends.sort_unstable();
            let (mut found, mut from) = (Vec::new(), 0);
            for end in ends {
                let (more, to) = all(&bytes[..end.max(from)], from, false);
                found.extend(more);
                from = to;
            }
            found.extend(all(bytes, from, true).0);
            prop_assert_eq!(found, whole);
        }
    }
}
