//! Whether a request brings a piece of a file and not the whole: then neither its detectors nor its readers see what the
//! site will put together.

use crate::inspect::form::pieces;
use http::header::{CONTENT_RANGE, HeaderMap, HeaderValue};
use http::request::Parts;

/// By which the protocol of resumable uploads ("tus", and the IETF draft after it) says where a piece goes.
const UPLOAD_OFFSET: &str = "upload-offset";
/// By which the same says how long the whole is.
const UPLOAD_LENGTH: &str = "upload-length";

/// Whether its head or its address says so.
pub(crate) fn is_fragment(parts: &Parts) -> bool {
    let ranges = parts.headers.get_all(CONTENT_RANGE);
    ranges.into_iter().any(|range| !is_whole(range))
        || is_offset(&parts.headers)
        || parts.uri.query().is_some_and(pieces::query_says_several)
}

/// `bytes 0-99/100` is all there is (RFC 9110 section 14.4).
fn is_whole(range: &HeaderValue) -> bool {
    let Some(range) = range.to_str().ok().and_then(|range| range.trim().strip_prefix("bytes ")) else { return false };
    let Some((range, length)) = range.split_once('/') else { return false };
    let Some((first, last)) = range.split_once('-') else { return false };
    let last = last.trim().parse::<u64>().ok().and_then(|last| last.checked_add(1));
    first.trim() == "0" && last.is_some() && last == length.trim().parse().ok()
}

/// A piece at an offset; at the first only if it is not said to be the whole, which no length of its own can say.
fn is_offset(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let whole = text(UPLOAD_OFFSET) == Some("0")
        && text(UPLOAD_LENGTH).is_some()
        && text(UPLOAD_LENGTH) == text(http::header::CONTENT_LENGTH.as_str());
    headers.contains_key(UPLOAD_OFFSET) && !whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn said(uri: &str, headers: &[(&str, &str)]) -> bool {
        let request = headers.iter().fold(Request::put(uri), |request, (name, value)| request.header(*name, *value));
        is_fragment(&request.body(()).expect("a request").into_parts().0)
    }

    #[test]
    fn pieces_are_told_from_wholes() {
        assert!(said("/f", &[("content-range", "bytes 0-99/200")]));
        assert!(said("/f", &[("content-range", "bytes 100-199/200")]));
        assert!(said("/f", &[("content-range", "bytes 0-99/*")]), "nobody knows");
        assert!(said("/f", &[("content-range", "bytes 0-199/200"), ("content-range", "bytes 0-9/200")]));
        assert!(!said("/f", &[("content-range", "bytes 0-199/200")]));
        assert!(said("/f", &[("upload-offset", "100")]) && said("/f", &[("upload-offset", "0")]));
        assert!(!said("/f", &[("upload-offset", "0"), ("upload-length", "9"), ("content-length", "9")]));
        assert!(said("/f?name=a.hwp&chunk=1&chunks=3", &[]) && !said("/f?chunks=1", &[]));
        assert!(!said("/f", &[("range", "bytes=0-1")]));
    }
}
