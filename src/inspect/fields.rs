//! The writer's own text out of a form that was refused, masked, to be given back on the page.

use super::form::multipart::{self, Piece, Splitter};
use super::form::parts::Parts;
use super::form::urlencoded::{Origin, Urlencoded};
use super::kind::{self, Shape};
use super::stretch::{Setting, Sink};
use super::{Lens, clean, edited, edits, names, percent};
use crate::text::Charset;
use crate::vocab::{Direction, What};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many fields at most, and so many bytes of their text together.
const MOST_FIELDS: usize = 100;
const MOST_BYTES: usize = 256 << 10;

/// The text fields of a url-encoded or multipart form, decoded and cleaned: name and text. Files, fields without text
/// and those whose name says password are left out. A form that breaks gives what stands before the break; what is no
/// form gives nothing.
pub fn fields(
    content_type: Option<&[u8]>,
    body: &[u8],
    charset: Option<Charset>,
    lens: &Arc<Lens>,
) -> Vec<(String, String)> {
    let said = kind::said(content_type);
    let charset = said.or(charset);
    let setting = Setting { lens: Arc::clone(lens), charset, returns: true, opens: false };
    let raw = match kind::shape(content_type, Direction::Upload) {
        _ if !said.is_plain() => Vec::new(),
        Shape::Urlencoded => pairs(&masked(body, |sink| {
            let mut form = Urlencoded::new(Origin::Body, 0, MOST_FIELDS, setting);
            form.push(body, sink).is_ok() && form.finish(sink).is_ok()
        })),
        Shape::Multipart => {
            let content_type = content_type.unwrap_or_default();
            let read = |sink: &mut Sink<'_>| {
                let Ok(boundary) = multipart::boundary(content_type) else { return false };
                let mut form = Parts::new(boundary, MOST_FIELDS, setting);
                form.push(body, sink).is_ok() && form.finish(sink).is_ok()
            };
            parts(content_type, &masked(body, read))
        }
        _ => Vec::new(),
    };
    let mut left = MOST_BYTES;
    let mut fields = Vec::new();
    for (name, text) in raw {
        let name = names::field(&name, charset, lens);
        left = left.saturating_sub(text.len());
        if left == 0 {
            break;
        }
        let text = clean(&names::decoded(&text, charset), lens);
        if !text.trim().is_empty() && !is_password(&name) {
            fields.push((name, text));
        }
    }
    fields
}

/// The body with what is split over several fields masked, as far as it was read.
fn masked<'a>(body: &'a [u8], read: impl FnOnce(&mut Sink<'_>) -> bool) -> Cow<'a, [u8]> {
    let (mut found, mut passed) = (Vec::new(), BTreeMap::new());
    read(&mut Sink { found: &mut found, passed: &mut passed });
    found.retain(|finding| matches!(finding.what, What::Kind(_)));
    edited(body, &edits(found)).map_or(Cow::Borrowed(body), Cow::Owned)
}

fn is_password(name: &str) -> bool {
    let name = name.to_lowercase();
    ["pass", "pwd", "pw", "비밀번호", "암호", "token", "csrf"].iter().any(|word| name.contains(word))
}

fn pairs(body: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pairs = body.split(|byte| *byte == b'&').take(MOST_FIELDS);
    let sides = pairs.filter_map(|pair| pair.split_at_checked(memchr::memchr(b'=', pair)?));
    let decoded = |text: &[u8]| percent::decode(text, true).0;
    sides.map(|(name, value)| (decoded(name), decoded(value.get(1..).unwrap_or_default()))).collect()
}

fn parts(content_type: &[u8], body: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let Ok(boundary) = multipart::boundary(content_type) else { return Vec::new() };
    let mut splitter = Splitter::new(boundary, MOST_FIELDS);
    splitter.feed(body);
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut is_field = false;
    while let Ok(Some(piece)) = splitter.next() {
        match piece {
            Piece::Head(head) => {
                is_field = head.filename.is_none() && head.content_type.is_none();
                if is_field {
                    fields.push((head.name.bytes.into_vec(), Vec::new()));
                }
            }
            Piece::Content { bytes, .. } if is_field => {
                if let Some((_, text)) = fields.last_mut() {
                    text.extend_from_slice(bytes);
                }
            }
            Piece::Content { .. } | Piece::End => {}
        }
    }
    fields
}
