//! The two halves of a registration number under names that say which each is, where they do not stand in their order one after the
//! other: keys of JSON, attributes of XML, a parameter of the query and a field of the form.

use super::belonging::{Belonging, belonging, half_alone};
use crate::inspect::scan::{Document, Escape, Scan};
use crate::inspect::{Lens, names, percent};
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Part, Span, What};
use std::sync::Arc;

/// Digits of the halves of a registration number, and how many of them are remembered.
const HALVES: [usize; 2] = [6, 7];
const MOST: usize = 8;
/// Halves that are at least so many bytes apart are not found where they stand.
const FAR: u64 = 400;

/// A value that may be half a registration number.
#[derive(Clone)]
struct Half {
    stem: String,
    position: u32,
    digits: Vec<u8>,
    /// Where it stands.
    at: u64,
}

/// Those that have come.
#[derive(Clone, Default)]
pub(in crate::inspect) struct Halves {
    seen: Vec<Half>,
}

/// Which halves are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::inspect) enum Order {
    /// Any two.
    Any,
    /// Those of which the later came first, or that stand far apart: near one another, in their order, they are found where
    /// they stand.
    Turned,
}

impl Halves {
    /// Those of the query of the address to which a body is sent: some sites read both as one form.
    pub(in crate::inspect) fn beside(lens: &Arc<Lens>) -> Halves {
        lens.beyond.query.as_ref().map_or_else(Halves::default, |query| Halves::of_query(query, lens))
    }

    /// Those of the parameters of a query.
    pub(in crate::inspect) fn of_query(query: &[u8], lens: &Arc<Lens>) -> Halves {
        let mut halves = Halves::default();
        for pair in query.split(|byte| *byte == b'&') {
            let equals = memchr::memchr(b'=', pair).unwrap_or(pair.len());
            let (name, value) = pair.split_at_checked(equals).unwrap_or((pair, b""));
            let value = percent::decode(value.get(1..).unwrap_or_default(), true).0;
            if Halves::may_be(&value) {
                halves.add(&names::field(&percent::decode(name, true).0, None, lens), (&value, 0), Order::Any);
            }
        }
        halves
    }

    /// Looks for what a field of a form is together with one of these.
    pub(in crate::inspect) fn found_with(
        &self,
        name: &str,
        value: &[u8],
        place: (&Part, u64),
        lens: &Arc<Lens>,
        found: &mut Vec<Finding>,
    ) {
        if !self.seen.is_empty()
            && Halves::may_be(value)
            && let Some(whole) = self.whole(name, (value, place.1), Order::Any)
        {
            meant(&whole, name.to_owned(), place, lens, found);
        }
    }

    /// Whether a value may be half a number.
    pub(in crate::inspect) fn may_be(value: &[u8]) -> bool {
        HALVES.contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
    }

    /// Remembers one, which stands there; what it is together with one that came before.
    pub(in crate::inspect) fn add(&mut self, name: &str, (digits, at): (&[u8], u64), order: Order) -> Option<Vec<u8>> {
        let whole = self.whole(name, (digits, at), order);
        if let Some((stem, position)) = place(name) {
            if self.seen.len() >= MOST {
                self.seen.remove(0);
            }
            self.seen.push(Half { stem, position, digits: digits.to_vec(), at });
        }
        whole
    }

    /// What a value is together with one that came before.
    pub(in crate::inspect) fn whole(&self, name: &str, (digits, at): (&[u8], u64), order: Order) -> Option<Vec<u8>> {
        let (stem, position) = place(name)?;
        let other = self.seen.iter().rev().find(|half| {
            let in_order = half.position < position;
            let counts = order == Order::Any || stem.is_empty() || at.saturating_sub(half.at) > FAR;
            half.stem == stem && half.digits.len() != digits.len() && (half.position > position || in_order && counts)
        })?;
        Some(match other.position > position {
            true => [digits, b"-", &other.digits].concat(),
            false => [&other.digits, b"-".as_slice(), digits].concat(),
        })
    }
}

/// What a name has in common with that of the other half, and which it is.
fn place(name: &str) -> Option<(String, u32)> {
    if let Some(position) = half_alone(name) {
        return Some((String::new(), position));
    }
    let Belonging { stem, position: Some(position) } = belonging(name)? else { return None };
    Some((stem, position))
}

/// Looks for what a name and such a text say together; it stands nowhere as it is, and so has no span.
pub(in crate::inspect) fn meant(
    text: &[u8],
    label: String,
    (part, at): (&Part, u64),
    lens: &Arc<Lens>,
    found: &mut Vec<Finding>,
) {
    let document = Document {
        part: part.clone(),
        charset: Some(Charset::Utf8),
        syntax: Syntax::Plain,
        escape: Escape::None,
        label,
        offset: 0,
        returns: true,
        stands: None,
    };
    let (mut scan, mut whole) = (Scan::new(document, Arc::clone(lens)), Vec::new());
    scan.finish_with(text, &mut whole);
    whole.retain(|finding| matches!(finding.what, What::Kind(_)));
    let span = Span { start: at, end: at };
    found.extend(whole.into_iter().map(|finding| Finding { span, mask: Box::default(), ..finding }));
}
