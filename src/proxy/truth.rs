//! Keeping an answer's head true when its body was, or may be, changed on the way. Pure.

use http::header::{
    ACCEPT_RANGES, AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, EXPIRES, HeaderMap,
    HeaderName, HeaderValue, LAST_MODIFIED,
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

/// The body was changed: what described the site's bytes goes, and no cache keeps it. `coding` is what it is coded in
/// now, and `length` how long it is, where that is known.
pub fn changed(headers: &mut HeaderMap, coding: Option<&'static str>, length: Option<u64>) {
    of_other_bytes(headers);
    set_coding(headers, coding);
    headers.remove(EXPIRES);
    headers.remove(AGE);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
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
        let left: Vec<_> =
            head.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?"))).collect();
        assert_eq!(left.len(), 3, "{left:?}");
        for field in ["cache-control: private, no-store", "content-length: 12", "set-cookie: a=1"] {
            assert!(left.iter().any(|kept| kept == field), "{field} is not in {left:?}");
        }
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
