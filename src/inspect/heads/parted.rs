//! Values that stand in several fields or cookies of one head, as forms split them: `jumin1=900101; jumin2=1234568`, or a
//! field that stands there twice.

use super::edits;
use crate::inspect::Lens;
use crate::inspect::clean::FEWEST_DIGITS;
use crate::inspect::form::together::{Field, Findings, RAW, Together};
use crate::inspect::scan::Escape;
use crate::inspect::stretch::Setting;
use crate::policy::Tally;
use crate::vocab::{Edit, Part, Span};
use std::sync::Arc;

/// A value of a head that may be a piece of another.
#[derive(Debug, Clone)]
pub struct Piece<'a> {
    /// The field's name, or the cookie's: what pieces have in common.
    pub name: String,
    /// The value, where nothing was found in it.
    pub value: &'a [u8],
}

impl Piece<'_> {
    /// Whether a value may be a piece: a few digits, perhaps in quotes or with escapes, and nothing else.
    pub fn may_be(value: &[u8]) -> bool {
        let fits = |byte: &u8| byte.is_ascii_digit() || b"\" %+".contains(byte);
        value.len() <= RAW && value.iter().any(u8::is_ascii_digit) && value.iter().all(fits)
    }
}

/// What is found over several values of the field `field`, or of all fields if that is their name: the edits, each with the
/// number of the value that it is in and with its span in there.
pub fn parted(field: Option<&str>, pieces: &[Piece<'_>], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<(usize, Edit)> {
    let digits = pieces.iter().flat_map(|piece| piece.value).filter(|byte| byte.is_ascii_digit()).count();
    if pieces.len() < 2 || digits < FEWEST_DIGITS {
        return Vec::new();
    }
    let setting = Setting { lens: Arc::clone(lens), charset: None, returns: false, opens: false };
    let (mut together, mut new, mut found, mut starts) = (Together::default(), Vec::new(), Vec::new(), Vec::new());
    let mut offset = 0;
    for piece in pieces {
        starts.push(offset);
        let part = Part::Head(crate::inspect::clean(field.unwrap_or(&piece.name), lens));
        let field = Field { name: &piece.name, part, raw: piece.value, offset, escape: Escape::Form };
        together.add(&field, &setting, &mut new);
        offset += piece.value.len() as u64 + 1;
    }
    together.finish(&setting, Findings { new, given: &mut found });
    found.iter().for_each(|finding| {
        tally.add(finding);
    });
    let placed = edits(found).into_iter().filter_map(|edit| {
        let number = starts.partition_point(|start| *start <= edit.span.start).checked_sub(1)?;
        let start = starts.get(number)?;
        let span = Span { start: edit.span.start - start, end: edit.span.end.checked_sub(*start)? };
        Some((number, Edit { span, ..edit }))
    });
    placed.collect()
}
