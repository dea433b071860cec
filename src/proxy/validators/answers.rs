//! The validators of an answer, replaced by garim's own. Pure.

use super::requests::Conditions;
use super::{Binding, For, Original, is_strong, only, seconds};
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderValue, LAST_MODIFIED, PRAGMA, SET_COOKIE,
};
use http::response::Parts as Head;

/// In seconds.
const A_DAY: i64 = 86_400;

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
            if head.status == StatusCode::OK && asked.answer == For::Copies {
                stay_fresh(headers);
            }
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

/// Where a site says nothing about how long a style or a script is fresh, browsers work it out from its date (RFC 9111
/// section 4.2.2), and would ask for each of them on every page once the date is gone: so they are told what they would
/// have worked out, at most a day of it.
fn stay_fresh(headers: &mut HeaderMap) {
    if !only(headers, &CONTENT_TYPE).is_some_and(is_code) {
        return;
    }
    let says_itself = [CACHE_CONTROL, EXPIRES, PRAGMA, SET_COOKIE].iter().any(|name| headers.contains_key(name));
    if says_itself {
        return;
    }
    let date = |name| only(headers, name).and_then(seconds);
    let age = date(&DATE).zip(date(&LAST_MODIFIED)).map(|(sent, changed)| sent.saturating_sub(changed));
    let fresh = age.map_or(0, |age| age / 10).min(A_DAY);
    if fresh > 0
        && let Ok(value) = HeaderValue::try_from(format!("max-age={fresh}"))
    {
        headers.insert(CACHE_CONTROL, value);
    }
}

/// Styles and scripts.
fn is_code(content_type: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let names: [&[u8]; 4] = [b"text/css", b"text/javascript", b"application/javascript", b"application/x-javascript"];
    names.iter().any(|name| essence.eq_ignore_ascii_case(name))
}

fn put(headers: &mut HeaderMap, tag: Option<HeaderValue>) {
    match tag {
        Some(tag) => drop(headers.insert(ETAG, tag)),
        None => drop(headers.remove(ETAG)),
    }
}
