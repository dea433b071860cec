//! Keeping an answer's head true when its body was, or may be, changed on the way, and from caches what they must not
//! keep. Pure.

use http::header::{
    ACCEPT_RANGES, AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, EXPIRES, HeaderMap,
    HeaderName, HeaderValue, LAST_MODIFIED, PRAGMA,
};

/// Fields that speak of the very bytes the site sent: validators (RFC 9110 section 8.8), digests (RFC 9530, RFC 3230,
/// RFC 1864) and ranges.
const OF_THE_BYTES: [HeaderName; 8] = [
    ETAG,
    LAST_MODIFIED,
    ACCEPT_RANGES,
    CONTENT_RANGE,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-md5"),
];

/// Fields that say how long a cache may keep an answer, to caches of a certain kind instead of `Cache-Control` (RFC 9213,
/// and what was there before it); and every field whose name ends in `-cdn-cache-control`.
const TO_SOME_CACHES: [HeaderName; 4] = [
    HeaderName::from_static("cdn-cache-control"),
    HeaderName::from_static("surrogate-control"),
    HeaderName::from_static("edge-control"),
    HeaderName::from_static("x-accel-expires"),
];

/// The body was changed: what described the site's bytes goes. `coding` is what it is coded in now, and `length` how long it is, where that is known.
pub fn changed(headers: &mut HeaderMap, coding: Option<&'static str>, length: Option<u64>) {
    of_other_bytes(headers);
    set_coding(headers, coding);
    headers.remove(CONTENT_LENGTH);
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}

/// The body goes out before its verdict and may be masked on the way: what describes the site's bytes cannot be kept.
/// The length can where masks have the length of what they hide.
pub fn may_change(headers: &mut HeaderMap, recoded: Option<Option<&'static str>>, length_stays: bool) {
    of_other_bytes(headers);
    if let Some(coding) = recoded {
        set_coding(headers, coding);
    }
    if !length_stays || recoded.is_some() {
        headers.remove(CONTENT_LENGTH);
    }
}

/// Whether the site means it to be kept and used again: it gives a validator or says for how long, and does not forbid
/// it. Then its verdict is worth waiting for.
pub fn may_be_kept(headers: &HeaderMap) -> bool {
    let named = |value: &HeaderValue, directive: &[u8]| {
        value.as_bytes().windows(directive.len()).any(|window| window.eq_ignore_ascii_case(directive))
    };
    let says = |directive| headers.get_all(CACHE_CONTROL).into_iter().any(|value| named(value, directive));
    let has = |name| headers.contains_key(name);
    (has(ETAG) || has(LAST_MODIFIED) || says(b"max-age")) && !says(b"no-store")
}

/// No cache keeps it, and no copy of it can be found to be still good.
pub fn kept_by_nobody(headers: &mut HeaderMap) {
    say_nothing_about_keeping(headers);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
}

/// Whether it may be kept is not known: nothing is said about it, as RFC 9110 section 9.3.2 allows for HEAD.
pub fn say_nothing_about_keeping(headers: &mut HeaderMap) {
    let others = headers.keys().filter(|name| name.as_str().ends_with("-cdn-cache-control")).cloned();
    let others: Vec<HeaderName> = others.collect();
    for name in [CACHE_CONTROL, EXPIRES, AGE, ETAG, LAST_MODIFIED].iter().chain(&TO_SOME_CACHES).chain(&others) {
        headers.remove(name);
    }
    // What forbids, stays.
    let allows = |value: &HeaderValue| !value.as_bytes().to_ascii_lowercase().starts_with(b"no-cache");
    if headers.get(PRAGMA).is_some_and(allows) {
        headers.remove(PRAGMA);
    }
}

/// Removes what describes bytes that are no longer those.
pub fn of_other_bytes(headers: &mut HeaderMap) {
    for name in &OF_THE_BYTES {
        headers.remove(name);
    }
}

fn set_coding(headers: &mut HeaderMap, coding: Option<&'static str>) {
    match coding {
        Some(coding) => drop(headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding))),
        None => drop(headers.remove(CONTENT_ENCODING)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> HeaderMap {
        let mut head = HeaderMap::new();
        for (name, value) in [
            ("etag", "\"1\""),
            ("last-modified", "Sun, 22 Nov 2026 00:00:00 GMT"),
            ("content-digest", "sha-256=:x:"),
            ("accept-ranges", "bytes"),
            ("content-length", "10"),
            ("content-encoding", "gzip"),
            ("cache-control", "public, max-age=60"),
            ("set-cookie", "a=1"),
        ] {
            head.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        head
    }

    #[test]
    fn a_changed_body_keeps_nothing_that_speaks_of_the_old_one() {
        let mut head = head();
        changed(&mut head, None, Some(12));
        assert_eq!(left(&head), ["cache-control: public, max-age=60", "content-length: 12", "set-cookie: a=1"]);
    }

    fn left(head: &HeaderMap) -> Vec<String> {
        let fields = head.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")));
        let mut left: Vec<String> = fields.collect();
        left.sort();
        left
    }

    #[test]
    fn what_a_site_wants_kept_it_says() {
        for (field, value, kept) in [
            ("etag", "\"1\"", true),
            ("last-modified", "Sun, 22 Nov 2026 00:00:00 GMT", true),
            ("cache-control", "Public, Max-Age=60", true),
            ("cache-control", "no-cache", false),
            ("x-a", "b", false),
        ] {
            let mut head = HeaderMap::new();
            head.insert(HeaderName::from_static(field), HeaderValue::from_static(value));
            assert_eq!(may_be_kept(&head), kept, "{field}: {value}");
            head.append(CACHE_CONTROL, HeaderValue::from_static("no-cache, No-Store"));
            assert!(!may_be_kept(&head));
        }
    }

    #[test]
    fn what_nobody_keeps_tells_every_cache_so() {
        let mut head = HeaderMap::new();
        for (name, value) in [
            ("etag", "\"1\""),
            ("last-modified", "Sun, 22 Nov 2026 00:00:00 GMT"),
            ("cache-control", "public, max-age=60"),
            ("expires", "Sun, 22 Nov 2026 00:00:00 GMT"),
            ("age", "3"),
            ("pragma", "public"),
            ("surrogate-control", "max-age=60"),
            ("cdn-cache-control", "max-age=60"),
            ("cloudflare-cdn-cache-control", "max-age=60"),
            ("x-accel-expires", "60"),
            ("vary", "cookie"),
            ("set-cookie", "a=1"),
        ] {
            head.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let mut unknown = head.clone();
        say_nothing_about_keeping(&mut unknown);
        assert_eq!(left(&unknown), ["set-cookie: a=1", "vary: cookie"]);
        head.append(CACHE_CONTROL, HeaderValue::from_static("s-maxage=60"));
        head.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        kept_by_nobody(&mut head);
        let expected = ["cache-control: private, no-store", "pragma: no-cache", "set-cookie: a=1", "vary: cookie"];
        assert_eq!(left(&head), expected);
    }

    #[test]
    fn a_streamed_body_keeps_its_length_only_where_masks_do() {
        let mut same = head();
        may_change(&mut same, None, true);
        assert_eq!(same[CONTENT_LENGTH], "10");
        assert_eq!(same[CACHE_CONTROL], "public, max-age=60");
        assert!(!same.contains_key(ETAG) && same.contains_key(CONTENT_ENCODING));
        let mut recoded = head();
        may_change(&mut recoded, Some(Some("gzip")), true);
        assert!(!recoded.contains_key(CONTENT_LENGTH) && recoded[CONTENT_ENCODING] == "gzip");
    }
}
