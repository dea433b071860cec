//! What the guideline asks of a site beside its contents, added on the way out: headers, words to search engines, a notice
//! above the form that is written in, and no listings of folders.

use super::refuse::{Own, full};
use crate::body::{BoxError, Outgoing};
use crate::config::{Banner, Hygiene, Language, Piece};
use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    LAST_MODIFIED, LOCATION, SET_COOKIE, STRICT_TRANSPORT_SECURITY,
};
use http::{Method, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;

/// So much of a page is looked at for its `<body>`, or for the marks of a listing, in bytes.
const LOOKED_AT: usize = 64 << 10;
const LISTING: usize = 4 << 10;
/// The longest `robots.txt` of a site that something is added to (RFC 9309 section 2.5: parsers read 500 KiB).
const ROBOTS: usize = 500 << 10;
/// How long what is looked at may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

const ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

/// What stands in listings that servers make of a folder: Apache, nginx, lighttpd, Python; IIS; Tomcat, Jetty.
const LISTINGS: &[&str] = &[
    "<title>index of /",
    "<h1>index of /",
    "[to parent directory]",
    "<title>directory listing for /",
    "<title>directory: /",
    "<title>listing directory /",
];

/// Whether an answer was withheld after its record had been handed to its body.
#[derive(Debug, Clone, Default)]
pub(super) struct Withheld(Arc<AtomicBool>);

impl Withheld {
    /// It was.
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was.
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What is to be done about one exchange.
#[derive(Debug, Clone, Copy)]
pub(super) struct Care<'a> {
    hygiene: &'a Hygiene,
    path: &'a str,
    method: &'a Method,
    language: Language,
}

impl<'a> Care<'a> {
    /// For a path of a site.
    pub(super) fn of(hygiene: &'a Hygiene, path: &'a str, method: &'a Method, language: Language) -> Care<'a> {
        Care { hygiene, path, method, language }
    }

    /// Whether the path is gone for good.
    pub(super) fn is_gone(&self) -> bool {
        self.hygiene.gone.as_ref().is_some_and(|paths| paths.hold(self.path))
    }

    fn banner(&self) -> Option<&'a Banner> {
        self.hygiene.banner.as_ref().filter(|banner| banner.paths.hold(self.path))
    }

    fn looks_for_listing(&self) -> bool {
        self.hygiene.no_listings && self.path.ends_with('/')
    }

    fn robots(&self) -> Option<&'a str> {
        self.hygiene.robots_add.as_deref().filter(|_| self.path == "/robots.txt" && *self.method == Method::GET)
    }

    /// A page in which something is written or looked for comes from the site uncoded.
    pub(super) fn ask(&self, headers: &mut HeaderMap) -> bool {
        let changes = self.banner().is_some() || self.looks_for_listing() || self.robots().is_some();
        if changes {
            headers.remove(ACCEPT_ENCODING);
        }
        changes
    }

    /// The answer as it goes out; `None` where it is a listing, which is withheld.
    pub(super) async fn finish(&self, response: Response<Outgoing>, withheld: &Withheld) -> Option<Response<Outgoing>> {
        let (mut head, mut body) = response.into_parts();
        self.heads(&mut head.headers);
        if head.extensions.get::<Own>().is_some() {
            // The notice is for the site's forms, and a refusal is no list of rules for search engines.
            return Some(Response::from_parts(head, body));
        }
        let plain = !head.headers.contains_key(CONTENT_ENCODING);
        if let Some(added) = self.robots().filter(|_| plain) {
            return Some(with_robots(Response::from_parts(head, body), added).await);
        }
        let is_page = plain && is_html(&head.headers) && *self.method != Method::HEAD;
        if !is_page || self.banner().is_none() && !self.looks_for_listing() {
            return Some(Response::from_parts(head, body));
        }
        let most = if self.banner().is_some() { LOOKED_AT } else { LISTING };
        let looks = self.looks_for_listing() && head.status == StatusCode::OK;
        let enough =
            |start: &[u8]| looks && is_listing(start) || self.banner().is_some() && after_body_tag(start).is_some();
        let (mut start, end) = start(&mut body, most, enough).await;
        if looks && is_listing(&start) {
            // Before the body is let go of, which writes the record.
            withheld.set();
            return None;
        }
        if let Some(banner) = self.banner().filter(|_| head.status.is_success()) {
            if let Some(at) = after_body_tag(&start) {
                let tail = start.split_off(at);
                start.extend_from_slice(written(banner, self.language).as_bytes());
                start.unsplit(tail);
            }
            // The page is not the site's any more, byte for byte.
            for name in [CONTENT_LENGTH, ETAG, LAST_MODIFIED] {
                head.headers.remove(name);
            }
        }
        let first = (!start.is_empty()).then(|| start.freeze());
        Some(Response::from_parts(head, Chained { first, end, rest: body }.boxed_unsync()))
    }

    fn heads(&self, headers: &mut HeaderMap) {
        if let Some(age) = self.hygiene.hsts.filter(|_| !headers.contains_key(STRICT_TRANSPORT_SECURITY)) {
            // RFC 6797 section 6.1.
            if let Ok(value) = HeaderValue::try_from(format!("max-age={}", age.as_secs())) {
                headers.insert(STRICT_TRANSPORT_SECURITY, value);
            }
        }
        if self.hygiene.noindex.as_ref().is_some_and(|paths| paths.hold(self.path)) {
            headers.append(ROBOTS_TAG, HeaderValue::from_static("noindex, noarchive"));
        }
        if self.hygiene.secure_cookies {
            secure(headers);
        }
    }
}

/// Gives every cookie its `Secure` (RFC 6265 section 4.1.2.5); they stay in their order.
fn secure(headers: &mut HeaderMap) {
    let all: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for one in all {
        let mut attributes = one.as_bytes().split(|byte| *byte == b';').skip(1);
        let has = attributes.any(|attribute| attribute.trim_ascii().eq_ignore_ascii_case(b"secure"));
        let secured = HeaderValue::from_bytes(&[one.as_bytes(), b"; Secure"].concat()).ok().filter(|_| !has);
        headers.append(SET_COOKIE, secured.unwrap_or(one));
    }
}

fn is_html(headers: &HeaderMap) -> bool {
    let said = headers.get(CONTENT_TYPE).map(|value| value.as_bytes().to_ascii_lowercase());
    said.is_some_and(|said| said.starts_with(b"text/html") || said.starts_with(b"application/xhtml+xml"))
}

/// How the beginning of a body ended.
enum End {
    /// More of it comes.
    Open,
    /// That was all.
    Done,
    /// It broke off.
    Broken(BoxError),
}

/// Its first bytes, up to so many, no more than are `enough`.
async fn start(body: &mut Outgoing, most: usize, enough: impl Fn(&[u8]) -> bool) -> (BytesMut, End) {
    let mut start = BytesMut::new();
    while start.len() < most && !enough(&start) {
        // What does not come in time is not looked at: the page itself goes on as it comes.
        match timeout(PATIENCE, body.frame()).await {
            Ok(Some(Ok(frame))) => start.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Ok(None) => return (start, End::Done),
            Ok(Some(Err(error))) => return (start, End::Broken(error)),
            Err(_) => break,
        }
    }
    (start, End::Open)
}

/// What was read, and then the rest as it comes.
struct Chained {
    first: Option<Bytes>,
    end: End,
    rest: Outgoing,
}

impl Body for Chained {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        match std::mem::replace(&mut self.end, End::Done) {
            End::Done => Poll::Ready(None),
            End::Broken(error) => Poll::Ready(Some(Err(error))),
            End::Open => {
                self.end = End::Open;
                Pin::new(&mut self.rest).poll_frame(cx)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let ended = match self.end {
            End::Open => self.rest.is_end_stream(),
            End::Done => true,
            End::Broken(_) => false,
        };
        self.first.is_none() && ended
    }
}

/// Whether a page lists a folder.
fn is_listing(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start.get(..LISTING).unwrap_or(start)).to_ascii_lowercase();
    LISTINGS.iter().any(|mark| text.contains(mark))
}

/// Where the first `<body …>` of a page ends; in no charset that is read is a byte of these letters part of another.
fn after_body_tag(page: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = page.get(from..)?;
        let at = from + memchr::memchr(b'<', rest)?;
        let tag = page.get(at..)?;
        if let Some(comment) = tag.strip_prefix(b"<!--") {
            from = at + 4 + memchr::memmem::find(comment, b"-->")?;
            continue;
        }
        let name = tag.get(1..5)?;
        let ends = matches!(tag.get(5)?, b'>' | b'/') || tag.get(5)?.is_ascii_whitespace();
        if name.eq_ignore_ascii_case(b"body") && ends {
            return Some(at + end_of_tag(tag)?);
        }
        from = at + 1;
    }
}

/// Where a tag ends, `>` in quoted attributes not counted.
fn end_of_tag(tag: &[u8]) -> Option<usize> {
    let mut quote = None;
    let end = tag.iter().position(|byte| match (quote, byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            quote = Some(*byte);
            false
        }
        (Some(open), byte) if open == *byte => {
            quote = None;
            false
        }
        _ => false,
    });
    end.map(|end| end + 1)
}

/// The notice, in ASCII: the page may be in any charset.
fn written(banner: &Banner, language: Language) -> String {
    let words = banner.text.as_deref().unwrap_or(match language {
        Language::Korean => {
            "개인정보(주민등록번호, 전화번호, 계좌번호 등)를 적거나 첨부하지 마세요. 올린 글은 누구나 볼 수 있고, 개인정보는 자동으로 차단되거나 가려질 수 있습니다."
        }
        Language::English => {
            "Please do not write or attach personal data (resident, telephone or account numbers). What is posted may be seen by everybody, and personal data may be refused or hidden."
        }
    });
    let text = ascii(words, true);
    if let Some(around) = &banner.around {
        let pieces = around.pieces().iter().map(|piece| match piece {
            Piece::Html(own) => ascii(own, false),
            Piece::Slot(_) => text.clone(),
        });
        return pieces.collect();
    }
    format!(
        "<div role=\"note\" id=\"garim-banner\" style=\"margin:0;padding:12px 16px;border:2px solid #b45309;background:#fffbeb;\
         color:#111;font-size:15px;line-height:1.5\">{text}</div>"
    )
}

/// A text in ASCII, as HTML writes it; marks that mean something in HTML too if they are to mean themselves.
fn ascii(words: &str, is_text: bool) -> String {
    let mut text = String::new();
    for letter in words.chars() {
        match letter {
            '&' | '<' | '>' | '"' | '\'' if is_text => text.push_str(&format!("&#{};", u32::from(letter))),
            letter if letter.is_ascii() => text.push(letter),
            letter => text.push_str(&format!("&#{};", u32::from(letter))),
        }
    }
    text
}

/// A site's `robots.txt` with something more; garim's own where the site has none.
async fn with_robots(response: Response<Outgoing>, added: &str) -> Response<Outgoing> {
    let (mut head, mut body) = response.into_parts();
    if head.status.is_server_error() {
        // RFC 9309 section 2.3.1.4: search engines keep away meanwhile. A list of only what is added would let them in.
        return Response::from_parts(head, body);
    }
    let has = head.status == StatusCode::OK && !is_html(&head.headers);
    let own = match start(&mut body, ROBOTS, |_| false).await {
        (whole, End::Done) if has => whole,
        // Without its own rules a site would be open to what they keep out.
        _ if has => {
            head.status = StatusCode::BAD_GATEWAY;
            head.headers.remove(CONTENT_LENGTH);
            return Response::from_parts(head, full(""));
        }
        _ => BytesMut::new(),
    };
    let mut text = own.to_vec();
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text.extend_from_slice(added.as_bytes());
    head.status = StatusCode::OK;
    for name in [ETAG, LAST_MODIFIED, LOCATION] {
        head.headers.remove(name);
    }
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    head.headers.insert(CONTENT_LENGTH, text.len().into());
    Response::from_parts(head, full(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_tag_is_found_where_it_is_one() {
        for (page, before) in [
            ("<html><head></head><body>x", "<html><head></head><body>"),
            ("<BODY onload=\"a>b\" class='c'>x", "<BODY onload=\"a>b\" class='c'>"),
            ("<!-- <body> --><body\n>x", "<!-- <body> --><body\n>"),
        ] {
            assert_eq!(after_body_tag(page.as_bytes()), Some(before.len()), "{page}");
        }
        for page in ["", "<html>", "<body", "<bodyguard>", "<tbody>", "<!-- <body>", "<body onload=\"a>"] {
            assert_eq!(after_body_tag(page.as_bytes()), None, "{page}");
        }
    }

    #[test]
    fn listings_of_servers_are_known() {
        for page in [
            "<html><head><title>Index of /upload</title></head>",
            "<html><head><title>www - /files/</title></head><body><A HREF=\"/\">[To Parent Directory]</A>",
            "<title>Directory Listing For /doc/ - Up To /</title>",
        ] {
            assert!(is_listing(page.as_bytes()), "{page}");
        }
        assert!(!is_listing("<title>지수 Index of prices</title>".as_bytes()));
    }

    #[test]
    fn cookies_become_secure_one_by_one() {
        let mut headers = HeaderMap::new();
        for cookie in ["a=1; Path=/", "b=2; secure", "c=3"] {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        secure(&mut headers);
        let all: Vec<&[u8]> = headers.get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes).collect();
        assert_eq!(all, [&b"a=1; Path=/; Secure"[..], b"b=2; secure", b"c=3; Secure"]);
    }
}
