//! The two halves of a registration number under names that say which each is, where they do not stand in their order one after the
//! other: keys of JSON, attributes of XML, a parameter of the query and a field of the form.

use super::belonging::{Belonging, HALVES, belonging, half_alone, half_of_number, speaks_of_registration};
use crate::inspect::scan::{Document, Escape, Scan};
use crate::inspect::{Lens, names, percent};
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Part, Span, What};
use std::sync::Arc;

/// How many halves are remembered.
const MOST: usize = 64;
/// Halves that are more bytes apart are not found where they stand.
const FAR: u64 = 400;
/// Fields of a form that are more bytes apart are not put together where they stand.
pub(in crate::inspect) const REACH: u64 = 64 << 10;

/// A value that may be half a registration number.
#[derive(Clone)]
struct Half {
    place: Place,
    digits: Vec<u8>,
    /// Where it stands.
    at: u64,
    /// So many names came before it.
    names: u64,
}

/// What the name of a half says.
#[derive(Clone)]
struct Place {
    /// What it has in common with that of the other, and which it is.
    own: Option<(String, u32)>,
    /// Which it is of a registration number, whatever the other is called; and whether its name speaks of such numbers.
    of_number: Option<(u32, bool)>,
}

/// Those that have come.
#[derive(Clone, Default)]
pub(in crate::inspect) struct Halves {
    seen: Vec<Half>,
    names: u64,
}

/// Which halves are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::inspect) enum Order {
    /// Any two.
    Any,
    /// Those of which the later came first, or that stand apart: next to one another, in their order, they are found where they
    /// stand.
    Turned,
    /// Those that stand further apart than fields of a form are put together.
    Far,
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

    /// Another name has come.
    pub(in crate::inspect) fn named(&mut self) {
        self.names = self.names.saturating_add(1);
    }

    /// Whether a value may be half a number.
    pub(in crate::inspect) fn may_be(value: &[u8]) -> bool {
        HALVES.contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
    }

    /// Remembers one, which stands there; what it is together with one that came before.
    pub(in crate::inspect) fn add(&mut self, name: &str, (digits, at): (&[u8], u64), order: Order) -> Option<Vec<u8>> {
        let whole = self.whole(name, (digits, at), order);
        if let Some(place) = place(name, digits.len()) {
            if self.seen.len() >= MOST {
                self.seen.remove(0);
            }
            self.seen.push(Half { place, digits: digits.to_vec(), at, names: self.names });
        }
        whole
    }

    /// What a value is together with one that came before.
    pub(in crate::inspect) fn whole(&self, name: &str, (digits, at): (&[u8], u64), order: Order) -> Option<Vec<u8>> {
        let place = place(name, digits.len())?;
        let fits = |half: &&Half| {
            let Some((position, of_other, alone)) = place.beside(&half.place) else { return false };
            let distance = at.saturating_sub(half.at);
            let apart = distance > FAR || self.names.saturating_sub(half.names) > 1;
            let counts = match order {
                Order::Any => true,
                Order::Turned => of_other > position || alone || apart,
                Order::Far => distance > REACH,
            };
            half.digits.len() != digits.len() && of_other != position && counts
        };
        let other = self.seen.iter().rev().find(fits)?;
        let first = if other.digits.len() < digits.len() { [&other.digits, digits] } else { [digits, &other.digits] };
        Some(first.join(&b"-"[..]))
    }
}

impl Place {
    /// Which half this is and which the other, and whether they are not found where they stand, if they are halves of one number.
    fn beside(&self, other: &Place) -> Option<(u32, u32, bool)> {
        let own = self.own.as_ref().zip(other.own.as_ref()).filter(|(own, other)| own.0 == other.0 && own.1 != other.1);
        let of_number = self.of_number.zip(other.of_number).filter(|_| self.own.is_none() || self.own != other.own);
        own.map(|(own, other)| (own.1, other.1, own.0.is_empty())).or_else(|| {
            // A day of birth is found as one where it stands.
            let ((own, speaks), (other, spoken)) = of_number?;
            Some((own, other, !(speaks && spoken)))
        })
    }
}

/// What the name of so many digits says; `None` if nothing of halves.
fn place(name: &str, digits: usize) -> Option<Place> {
    let alone = half_alone(name).map(|position| (String::new(), position));
    let own = alone.or_else(|| {
        let Belonging { stem, position } = belonging(name)?;
        Some((stem, position?))
    });
    let of_number = half_of_number(name, digits).map(|half| (half, speaks_of_registration(name)));
    (own.is_some() || of_number.is_some()).then_some(Place { own, of_number })
}

/// Looks for what a name and such a text say together; it stands nowhere as it is, and so has no span.
pub(in crate::inspect) fn meant(
    text: &[u8],
    label: String,
    place: (&Part, u64),
    lens: &Arc<Lens>,
    found: &mut Vec<Finding>,
) {
    meant_over(text, None, label, place, lens, found);
}

/// The same, of what stands over an edge in the text alone, if one is given.
pub(in crate::inspect) fn meant_over(
    text: &[u8],
    edge: Option<usize>,
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
    let over = |span: Span| edge.is_none_or(|edge| span.start < edge as u64 && span.end > edge as u64);
    whole.retain(|finding| matches!(finding.what, What::Kind(_)) && over(finding.span));
    let span = Span { start: at, end: at };
    found.extend(whole.into_iter().map(|finding| Finding { span, mask: Box::default(), ..finding }));
}
