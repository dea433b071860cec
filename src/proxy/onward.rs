//! What of a request goes on to the site once its verdict has fallen: its target, its line, its length.

use crate::body::Outgoing;
use crate::inspect;
use crate::policy::Tally;
use crate::vocab::Edit;
use http::request::Parts;
use http::{Request, Uri};

/// Writes into the target the masks that the policy wants, and the values of references that came back; `false` if that
/// cannot be, and then the request must not go on.
pub(super) fn mask_target(parts: &mut Parts, edits: Vec<Edit>, tally: &Tally) -> bool {
    let Some(target) = parts.uri.path_and_query() else { return true };
    let wanted: Vec<Edit> = edits.into_iter().filter(|edit| tally.masks(edit)).collect();
    if wanted.is_empty() {
        return true;
    }
    match inspect::edited(target.as_str().as_bytes(), &wanted).and_then(|bytes| Uri::try_from(bytes).ok()) {
        Some(uri) => {
            parts.uri = uri;
            true
        }
        None => false,
    }
}

/// The request line is in origin form, in HTTP/1.1, whatever the client spoke.
pub(super) fn outgoing(mut parts: Parts) -> Parts {
    let target = parts.uri.path_and_query().cloned();
    parts.uri = target.map(Uri::from).unwrap_or_default();
    parts.version = http::Version::HTTP_11;
    parts
}

/// A body of known length says so; one without bytes only where the method promises one (RFC 9110 section 8.6).
pub(super) fn with_length(mut request: Request<Outgoing>, length: u64) -> Request<Outgoing> {
    if length > 0 || matches!(*request.method(), http::Method::POST | http::Method::PUT | http::Method::PATCH) {
        request.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
    }
    request
}
