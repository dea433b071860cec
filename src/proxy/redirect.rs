//! The plain listener: it sends people to `https://` and does nothing else.

use super::acme::Challenges;
use super::gate::HeadFault;
use super::listen::{Door, Shutdown, serve_plain};
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, LOCATION};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::service::service_fn;
use std::convert::Infallible;
use std::fmt::Write;
use std::pin::Pin;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Says whether a host (lower case, without a port) is one of the sites'. Asked for each request, so that a reload counts at once.
pub type Known = Arc<dyn Fn(&str) -> bool + Send + Sync>;

type Reply = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

/// Answers every request with 308 to the same path at `https://`, on `port` of the host that was asked for: only of a
/// host that is known, so that nobody can be led elsewhere; but for what an authority asks before it gives a certificate (RFC 8555
/// section 8.3). Ends as [`serve_plain`] does.
pub async fn serve(
    listener: TcpListener,
    door: Door,
    known: Known,
    challenges: Arc<Challenges>,
    port: u16,
    shutdown: Shutdown,
) {
    let make = move |_peer| {
        let (known, challenges) = (Arc::clone(&known), Arc::clone(&challenges));
        service_fn(move |request: hyper::Request<hyper::body::Incoming>| -> Reply {
            let answer = match request.extensions().get::<HeadFault>() {
                Some(_) => refusal(StatusCode::BAD_REQUEST),
                None => match challenges.answer(request.uri().path()) {
                    Some(proof) => challenge(proof),
                    None => answer(request.uri(), request.headers(), known.as_ref(), port),
                },
            };
            Box::pin(std::future::ready(Ok(answer)))
        })
    };
    serve_plain(listener, door, make, shutdown).await;
}

/// What shows an authority that the host is ours.
fn challenge(proof: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(proof));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The answer to one request; its body is never read.
fn answer(uri: &Uri, headers: &HeaderMap, known: &dyn Fn(&str) -> bool, port: u16) -> Response<Full<Bytes>> {
    let Some(host) = host(uri, headers) else { return refusal(StatusCode::BAD_REQUEST) };
    if !known(&host) {
        return refusal(StatusCode::MISDIRECTED_REQUEST);
    }
    let Some(location) = location(&host, uri, port) else { return refusal(StatusCode::BAD_REQUEST) };
    let text = "이 사이트는 https 로만 볼 수 있습니다.\nThis site is served over https only.\n";
    let mut response = page(StatusCode::PERMANENT_REDIRECT, text);
    response.headers_mut().insert(LOCATION, location);
    response
}

/// The host that was asked for, in lower case and without its port: exactly one `Host`, and if the target names one
/// too (RFC 9112 section 3.2.2), the same.
fn host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(HOST).iter();
    let (Some(only), None) = (all.next(), all.next()) else { return None };
    let authority: Authority = only.to_str().ok()?.parse().ok()?;
    if authority.as_str().contains('@') || uri.authority().is_some_and(|target| *target != authority) {
        return None;
    }
    let host = authority.host().to_ascii_lowercase();
    let of_a_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b':' | b'[' | b']');
    (!host.is_empty() && host.bytes().all(of_a_name)).then_some(host)
}

fn location(host: &str, uri: &Uri, port: u16) -> Option<HeaderValue> {
    let target = uri.path_and_query().map(|target| target.as_str()).filter(|target| target.starts_with('/'))?;
    let mut location = format!("https://{host}");
    if port != 443 {
        write!(location, ":{port}").ok()?;
    }
    // Letters that stand raw in the path (hyper lets UTF-8 pass) are written as a URL has them.
    for byte in target.bytes() {
        match byte {
            0x21..=0x7E => location.push(char::from(byte)),
            _ => write!(location, "%{byte:02X}").ok()?,
        }
    }
    HeaderValue::from_str(&location).ok()
}

fn refusal(status: StatusCode) -> Response<Full<Bytes>> {
    page(status, "이 주소의 사이트는 여기에 없습니다.\nNo site of that name is served here.\n")
}

fn page(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(target: &str, hosts: &[&str], port: u16) -> (u16, Option<String>) {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).expect("a header"));
        }
        let known = |host: &str| matches!(host, "www.example.kr" | "[::1]");
        let response = answer(&target.parse().expect("a target"), &headers, &known, port);
        let location = response.headers().get(LOCATION).map(|value| value.to_str().expect("ASCII").to_owned());
        (response.status().as_u16(), location)
    }

    #[test]
    fn sends_to_the_same_place_over_https() {
        for (target, host, port, to) in [
            ("/board?id=3&x=%20", "www.example.kr", 443, "https://www.example.kr/board?id=3&x=%20"),
            ("/", "WWW.Example.kr:80", 8443, "https://www.example.kr:8443/"),
            ("//evil.test/", "www.example.kr", 443, "https://www.example.kr//evil.test/"),
            ("/", "[::1]:8080", 443, "https://[::1]/"),
            ("http://www.example.kr/a", "www.example.kr", 443, "https://www.example.kr/a"),
        ] {
            assert_eq!(ask(target, &[host], port), (308, Some(to.to_owned())), "{target} at {host}");
        }
    }

    #[test]
    fn is_not_an_open_redirect() {
        for (target, hosts, status) in [
            ("/", &["evil.test"][..], 421),
            ("/", &[], 400),
            ("/", &["www.example.kr", "evil.test"], 400),
            ("/", &["www.example.kr@evil.test"], 400),
            ("/", &["www.example.kr/evil"], 400),
            ("http://evil.test/", &["www.example.kr"], 400),
            ("*", &["www.example.kr"], 400),
        ] {
            assert_eq!(ask(target, hosts, 443), (status, None), "{target} at {hosts:?}");
        }
    }
}
