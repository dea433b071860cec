//! Names of fields and files, for people: decoded, cut, and cleaned of personal data.

use super::{Lens, clean};
use crate::text::{Charset, charset};
use encoding_rs::EUC_KR;
use std::sync::Arc;

/// Names are shown and remembered up to this many characters.
const LONGEST: usize = 80;
/// Characters of a longer name inside a file that are shown, from its beginning and its end.
const FIRST: usize = 16;
const LAST: usize = 32;

/// The text of bytes in a charset, or by looking. What cannot be read becomes U+FFFD.
pub(super) fn decoded(bytes: &[u8], charset: Option<Charset>) -> String {
    match charset.unwrap_or_else(|| charset::by_looking(bytes)) {
        Charset::Cp949 => EUC_KR.decode_without_bom_handling(bytes).0.into_owned(),
        Charset::Utf8 | Charset::AsciiBased => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A field's name to be shown and to serve as a label.
pub(super) fn field(bytes: &[u8], charset: Option<Charset>, lens: &Arc<Lens>) -> String {
    shown(&decoded(bytes, charset), lens)
}

/// A file's name to be shown: without the path that old browsers send.
pub(super) fn file(bytes: &[u8], charset: Option<Charset>, lens: &Arc<Lens>) -> String {
    let name = decoded(bytes, charset);
    shown(name.rsplit(['\\', '/']).next().unwrap_or_default(), lens)
}

/// A name out of a file that was opened, as a step on the way to a finding. Of a long one, the path before it above all,
/// its middle is left out: its beginning and its ending say most.
pub(super) fn inside(name: &str, lens: &Arc<Lens>) -> String {
    let name = clean(name, lens);
    let name: Vec<char> = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match (name.first_chunk::<FIRST>(), name.last_chunk::<LAST>()) {
        (Some(first), Some(last)) if name.len() > FIRST + LAST => first.iter().chain(&['…']).chain(last).collect(),
        _ => name.into_iter().collect(),
    }
}

/// Cleaned before it is cut: half a number is personal data too.
fn shown(name: &str, lens: &Arc<Lens>) -> String {
    let name = clean(name, lens);
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect()
}
