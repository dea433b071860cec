//! Values of several fields that may be one, with where each stands. Pure.

use crate::inspect::Lens;
use crate::inspect::heads::{Piece, parted};
use crate::policy::Tally;
use crate::vocab::{Edit, Span};
use http::header::HeaderName;
use std::sync::Arc;

/// The values of one head that may be pieces of others.
#[derive(Default)]
pub(super) struct Pieces<'a> {
    pieces: Vec<Piece<'a>>,
    /// The field of each, which of its values, and where the piece begins in that.
    places: Vec<(HeaderName, usize, u64)>,
}

/// What becomes of an edit, by the value that its span is in.
pub(super) type Sealing = fn(&mut Edit, &[u8], &Lens);

impl<'a> Pieces<'a> {
    /// Adds the value of a field, or of a cookie (`label`) that begins there in the field, if it may be a piece.
    pub(super) fn add(
        &mut self,
        (field, number): (&HeaderName, usize),
        label: impl FnOnce() -> String,
        value: &'a [u8],
        at: usize,
    ) {
        if Piece::may_be(value) {
            self.pieces.push(Piece { name: label(), value });
            self.places.push((field.clone(), number, at as u64));
        }
    }

    /// Adds the values of a field, which may be several with commas between (RFC 9110 section 5.3).
    pub(super) fn add_list(&mut self, field: (&HeaderName, usize), value: &'a [u8]) {
        let mut at = 0;
        for item in value.split(|byte| *byte == b',') {
            let blank = item.len().saturating_sub(item.trim_ascii_start().len());
            self.add(field, || field.0.as_str().to_owned(), item.trim_ascii(), at + blank);
            at += item.len() + 1;
        }
    }

    /// What is found over several of them; `field` if they are all of one.
    pub(super) fn parted(
        self,
        field: Option<&HeaderName>,
        lens: &Arc<Lens>,
        tally: &mut Tally,
        seal: Option<Sealing>,
    ) -> Vec<(HeaderName, usize, Vec<Edit>)> {
        let edits = parted(field.map(HeaderName::as_str), &self.pieces, lens, tally);
        let placed = edits.into_iter().filter_map(|(piece, mut edit)| {
            let (field, number, at) = self.places.get(piece)?.clone();
            if let Some(seal) = seal {
                seal(&mut edit, self.pieces.get(piece)?.value, lens);
            }
            let span = Span { start: edit.span.start + at, end: edit.span.end + at };
            Some((field, number, vec![Edit { span, ..edit }]))
        });
        placed.collect()
    }
}
