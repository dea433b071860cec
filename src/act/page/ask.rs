//! What the caller asked for: a language, and HTML or JSON.

use crate::config::Language;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName};
use std::borrow::Cow;

const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// The language of ours that `Accept-Language` likes best (RFC 9110 section 12.5.4), else the site's.
pub fn language(accept_language: Option<&[u8]>, default: Language) -> Language {
    let ranges = weighted(accept_language.unwrap_or_default());
    let ours = ranges.filter_map(|(range, weight)| {
        let language = match range.split('-').next().unwrap_or_default() {
            "ko" => Language::Korean,
            "en" => Language::English,
            "*" => default,
            _ => return None,
        };
        (weight > 0).then_some((language, weight))
    });
    // Of equal weights the first named.
    let best = ours.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or(default, |(language, _)| language)
}

/// Whether the caller is a script that wants JSON: `Accept` decides where it names JSON or HTML; where it does not,
/// `X-Requested-With: XMLHttpRequest` (jQuery and most old scripts) or a JSON request body does.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let mut json = 0;
    let mut html = 0;
    for value in headers.get_all(ACCEPT) {
        for (range, weight) in weighted(value.as_bytes()) {
            if is_json(&range) {
                json = json.max(weight);
            } else if range == "text/html" || range == "application/xhtml+xml" {
                html = html.max(weight);
            }
        }
    }
    if json != html {
        return json > html;
    }
    let scripted =
        headers.get(X_REQUESTED_WITH).is_some_and(|by| by.as_bytes().eq_ignore_ascii_case(b"XMLHttpRequest"));
    let content = headers.get(CONTENT_TYPE).map(|value| value.as_bytes()).unwrap_or_default();
    scripted || weighted(content).next().is_some_and(|(media, _)| is_json(&media))
}

fn is_json(media: &str) -> bool {
    media == "application/json"
        || media == "text/json"
        || (media.starts_with("application/") && media.ends_with("+json"))
}

/// The items of a list with weights (RFC 9110 section 12.4.2), in lower case without parameters, each with its weight
/// in thousandths. A weight that cannot be read counts as none given.
fn weighted(list: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, u32)> {
    list.split(|byte| *byte == b',').filter_map(|item| {
        let mut parts = item.split(|byte| *byte == b';').map(lower);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").map(thousandths));
        Some((name, weight.flatten().unwrap_or(1_000)))
    })
}

/// A part of a list in lower case, which it mostly is.
fn lower(part: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(part).map(str::trim) {
        Ok(text) if !text.bytes().any(|byte| byte.is_ascii_uppercase()) => Cow::Borrowed(text),
        Ok(text) => Cow::Owned(text.to_ascii_lowercase()),
        Err(_) => Cow::Owned(String::from_utf8_lossy(part).trim().to_ascii_lowercase()),
    }
}

fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let sane = matches!(whole, "0" | "1") && fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !sane {
        return None;
    }
    let digits = fraction.bytes().map(|digit| u32::from(digit - b'0')).chain(std::iter::repeat(0));
    Some(if whole == "1" { 1_000 } else { digits.take(3).fold(0, |value, digit| value * 10 + digit) })
}
