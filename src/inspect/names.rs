//! Names of fields and files, for people: decoded, cut, and cleaned of personal data.

use super::{Lens, clean};
use crate::text::{Charset, charset};
use encoding_rs::EUC_KR;
use std::sync::Arc;

/// Names are shown and remembered up to this many characters.
const LONGEST: usize = 80;

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

/// Cleaned before it is cut: half a number is personal data too.
fn shown(name: &str, lens: &Arc<Lens>) -> String {
    let name = clean(name, lens);
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect()
}
