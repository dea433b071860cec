//! The validators of an answer, replaced by garim's own. Pure.

use super::requests::Conditions;
use super::{Binding, For, Original, is_strong};
use http::StatusCode;
use http::header::{ETAG, HeaderMap, HeaderValue, LAST_MODIFIED};
use http::response::Parts as Head;

/// What becomes of `Last-Modified`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dated {
    /// It stays: of what is not read the bytes are the site's for everyone.
    Stays,
    /// It goes: a cache in front would tell by it that a copy from before garim is still good.
    Goes,
}

impl Binding {
    /// The head of an answer whose body is the site's own and may be kept: our tag takes the place of the site's.
    pub fn give(&self, asked: &Conditions, dated: Dated, head: &mut Head) {
        let headers = &mut head.headers;
        // A range that depended on a date may come without it (RFC 9110 section 15.3.7).
        let bare = head.status == StatusCode::PARTIAL_CONTENT && !headers.contains_key(ETAG);
        let tag = match &asked.part {
            Some(part) if bare => Some(part.sent.clone()),
            _ => Original::of(headers)
                .and_then(|original| self.wrap(&original, is_strong(&original, headers), asked.answer)),
        };
        put(headers, tag);
        if dated == Dated::Goes {
            headers.remove(LAST_MODIFIED);
        }
    }

    /// The head of a 304: the copy that is still good is the one whose tag the client sent.
    pub fn not_modified(&self, asked: &Conditions, headers: &mut HeaderMap) {
        let tag = match Original::tag_of(headers) {
            None => asked.copies.first().map(|given| given.sent.clone()),
            Some(original) => {
                let mine = asked.copies.iter().find(|given| given.original.is_like(&original));
                let new = || self.wrap(&original, is_strong(&original, headers), For::Copies);
                mine.map(|given| given.sent.clone()).or_else(new)
            }
        };
        put(headers, tag);
        headers.remove(LAST_MODIFIED);
    }
}

fn put(headers: &mut HeaderMap, tag: Option<HeaderValue>) {
    match tag {
        Some(tag) => drop(headers.insert(ETAG, tag)),
        None => drop(headers.remove(ETAG)),
    }
}
