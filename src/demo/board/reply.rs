//! The answers of the board: EUC-KR pages with old validators, gzip on request, files, JSON, redirects.

use super::form::FormError;
use super::posts::File;
use super::{events::Events, pages};
use crate::inspect::coding::{Coding, Encoder};
use bytes::Bytes;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use std::convert::Infallible;
use std::time::Duration;

/// An answer of the board.
pub(super) type Reply = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// Between two live events.
const EVENT_PACE: Duration = Duration::from_secs(1);
/// How gzip is packed: a demo need not pack tightly.
const GZIP_LEVEL: i32 = 4;

/// An answer with this content.
pub(super) fn plain(status: StatusCode, content_type: &'static str, content: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(content.into()).boxed_unsync());
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(header::SERVER, HeaderValue::from_static("Apache/1.3.42 (Unix) PHP/4.4.9"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// A page in EUC-KR. What EUC-KR lacks becomes a numeric reference.
pub(super) fn html(status: StatusCode, page: &str) -> Reply {
    plain(status, "text/html; charset=euc-kr", euc_kr(page))
}

fn euc_kr(page: &str) -> Vec<u8> {
    encoding_rs::EUC_KR.encode(page).0.into_owned()
}

/// What tells one state of a page from another.
pub(super) struct Validators {
    pub etag: String,
    pub modified: Timestamp,
}

/// A page that can be kept: 304 if the client has it, gzip if it takes that.
pub(super) fn kept(page: &str, validators: &Validators, asked: &HeaderMap) -> Reply {
    let modified = DateTimePrinter::new().timestamp_to_rfc9110_string(&validators.modified).unwrap_or_default();
    let has = |name: HeaderName, value: &str| asked.get(name).is_some_and(|known| known.as_bytes() == value.as_bytes());
    let fresh = if asked.contains_key(header::IF_NONE_MATCH) {
        has(header::IF_NONE_MATCH, &validators.etag)
    } else {
        has(header::IF_MODIFIED_SINCE, &modified)
    };
    let mut reply = if fresh {
        let mut reply = html(StatusCode::NOT_MODIFIED, "");
        reply.headers_mut().remove(header::CONTENT_TYPE);
        reply
    } else {
        packed(page, asked)
    };
    set(&mut reply, header::ETAG, validators.etag.as_bytes());
    set(&mut reply, header::LAST_MODIFIED, modified.as_bytes());
    set(&mut reply, header::VARY, b"Accept-Encoding");
    reply
}

fn packed(page: &str, asked: &HeaderMap) -> Reply {
    if !takes_gzip(asked) {
        return html(StatusCode::OK, page);
    }
    let mut coded = Vec::new();
    let mut encoder = Encoder::new(Coding::Gzip, GZIP_LEVEL);
    let done = encoder.encode(&euc_kr(page), &mut coded).and_then(|()| encoder.finish(&mut coded));
    if done.is_err() {
        return html(StatusCode::OK, page);
    }
    let mut reply = plain(StatusCode::OK, "text/html; charset=euc-kr", coded);
    set(&mut reply, header::CONTENT_ENCODING, b"gzip");
    reply
}

/// As a server of those days looked at it: the word is there, and not with weight zero.
fn takes_gzip(asked: &HeaderMap) -> bool {
    asked.get_all(header::ACCEPT_ENCODING).iter().any(|value| {
        let listed = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        listed.split(',').any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim() == "gzip" && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
    })
}

/// A file, byte for byte, under its name in raw EUC-KR as old boards send it.
pub(super) fn file(file: &File) -> Reply {
    let extension = file.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let content_type = match extension.as_str() {
        "csv" => "text/csv",
        "txt" | "log" => "text/plain",
        "json" => "application/json",
        "xml" => "text/xml",
        _ => "application/octet-stream",
    };
    let mut reply = plain(StatusCode::OK, content_type, file.content.clone());
    let name = euc_kr(&file.name.replace(['"', '\\'], "_"));
    set(&mut reply, header::CONTENT_DISPOSITION, &[b"attachment; filename=\"", name.as_slice(), b"\""].concat());
    set(&mut reply, header::X_CONTENT_TYPE_OPTIONS, b"nosniff");
    reply
}

/// A picture.
pub(super) fn jpeg(content: &'static [u8]) -> Reply {
    plain(StatusCode::OK, "image/jpeg", content)
}

/// JSON, which is UTF-8 on an old board too.
pub(super) fn json(status: StatusCode, value: &serde_json::Value) -> Reply {
    plain(status, "application/json; charset=utf-8", value.to_string())
}

/// A few live events.
pub(super) fn events() -> Reply {
    let reply = plain(StatusCode::OK, "text/event-stream", Bytes::new());
    let mut reply = reply.map(|_| Events::new(EVENT_PACE).boxed_unsync());
    set(&mut reply, header::CACHE_CONTROL, b"no-cache");
    reply
}

/// Sends the browser elsewhere.
pub(super) fn redirect(status: StatusCode, to: &str) -> Reply {
    let mut reply = html(status, "");
    set(&mut reply, header::LOCATION, to.as_bytes());
    reply
}

/// There is nothing here.
pub(super) fn not_found() -> Reply {
    html(StatusCode::NOT_FOUND, &pages::message("404 Not Found", "요청하신 페이지를 찾을 수 없습니다."))
}

/// The method is not one of those allowed here.
pub(super) fn not_allowed(allowed: &'static str) -> Reply {
    let page = pages::message("405 Method Not Allowed", "이 주소에서는 할 수 없는 요청입니다.");
    let mut reply = html(StatusCode::METHOD_NOT_ALLOWED, &page);
    set(&mut reply, header::ALLOW, allowed.as_bytes());
    reply
}

/// The status of a form that was not taken.
pub(super) fn status(error: &FormError) -> StatusCode {
    match error {
        FormError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FormError::Slow => StatusCode::REQUEST_TIMEOUT,
        FormError::Broken | FormError::Malformed => StatusCode::BAD_REQUEST,
    }
}

/// A form was not taken.
pub(super) fn refused(error: &FormError) -> Reply {
    let page = pages::message("오류", &format!("글을 받지 못했습니다: {error}"));
    html(status(error), &page)
}

/// Sets a field; a value that no field may have is left out.
pub(super) fn set(reply: &mut Reply, name: HeaderName, value: &[u8]) {
    if let Ok(value) = HeaderValue::from_bytes(value) {
        reply.headers_mut().insert(name, value);
    }
}
