//! Which site a request is for, by which name, and from whom.

use super::gate::{self, HeadFault};
use super::headers::{Arrival, Forwarding};
use super::login::Visitor;
use super::reading::{self, Ambiguous};
use super::roles;
use super::sites::{Front, Sites};
use super::tls::ClientCertificate;
use crate::config::day_in_korea;
use crate::inspect::percent;
use crate::policy::{Asker, Roles};
use crate::vocab::Day;
use http::header::{HOST, HeaderMap};
use http::request::Parts;
use http::uri::Authority;
use http::{Method, Version};
use jiff::Timestamp;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

/// A request whose head makes sense.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The site.
    pub front: Arc<Front>,
    /// The settings in force when it arrived; a reload does not change them under way.
    pub sites: Arc<Sites>,
    /// The name the client used, with its port.
    pub authority: Authority,
    /// The path, percent-decoded as UTF-8 as far as it is.
    pub path: String,
    /// The same for the policy's globs: without what servers drop, so that `//board` and `/board;x=1` are `/board`.
    pub ruled: String,
    /// The method.
    pub method: Method,
    /// The roles of who asks.
    pub roles: Roles,
    /// Who has signed in to garim.
    pub visitor: Visitor,
    /// The day on which it is asked, in Korea.
    pub today: Day,
    /// The client, seen through trusted proxies.
    pub client: IpAddr,
    /// The address at the other end of the connection.
    pub peer: IpAddr,
    /// What was written of it for an earlier request of the same connection.
    pub written: Arc<OnceLock<Forwarding>>,
}

impl Asked {
    /// The same, asked by who has signed in to garim.
    pub fn by(mut self, visitor: Visitor) -> Asked {
        self.visitor = visitor;
        self
    }

    /// The same at a time, in the roles that the settings give who asks, with this certificate if it counts here.
    pub fn at(mut self, now: Timestamp, headers: &HeaderMap, certificate: Option<&ClientCertificate>) -> Asked {
        self.today = day_in_korea(now);
        let certificate = certificate.filter(|shown| shown.counts_at(&self.front.site.name, now.as_second()));
        self.roles = roles::roles(&self.sites.settings.roles, &self, headers, certificate);
        self
    }

    /// Who asks for what, for the policy.
    pub fn asker(&self) -> Asker<'_> {
        Asker { path: &self.ruled, method: self.method.as_str(), roles: self.roles, today: self.today }
    }

    /// Who is asking, for the forwarding fields.
    pub fn arrival(&self) -> Arrival<'_> {
        let trusted = &self.sites.settings.server.trusted_proxies;
        Arrival { peer: self.peer, authority: self.authority.as_str(), trusted, written: &self.written }
    }
}

/// Why a head makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskedError {
    /// The gate has refused it, or would have if it were not HTTP/2.
    #[error(transparent)]
    Head(#[from] HeadFault),
    /// RFC 9112 section 3.2: exactly one `Host`.
    #[error("the request names no host, or several")]
    Host,
    /// RFC 9113 section 8.3.1: `Host` must not differ from `:authority`; nor from an absolute target.
    #[error("Host and the target name different hosts")]
    HostDiffers,
    /// garim is no forward proxy.
    #[error("CONNECT is not for a web site")]
    Connect,
    /// Its path leads elsewhere from server to server.
    #[error("the path has dot segments, or cannot be read in one way")]
    Path,
    /// RFC 9110 section 15.5.20.
    #[error("no site here has this name")]
    NoSuchSite,
}

impl AskedError {
    /// The word used in records for what is wrong with the head; `None` if nothing is.
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            AskedError::Head(fault) => Some(fault.name()),
            AskedError::Host => Some("head:host"),
            AskedError::HostDiffers => Some(HeadFault::HostDiffers.name()),
            AskedError::Connect => Some(HeadFault::Connect.name()),
            AskedError::Path => Some("head:path"),
            AskedError::NoSuchSite => None,
        }
    }
}

/// Reads a request's head.
///
/// # Errors
/// When the gate has refused it, or it does not name exactly one of our sites.
pub fn asked(
    sites: Arc<Sites>,
    peer: IpAddr,
    written: Arc<OnceLock<Forwarding>>,
    parts: &Parts,
) -> Result<Asked, AskedError> {
    if let Some(fault) = parts.extensions.get::<HeadFault>() {
        return Err(AskedError::Head(*fault));
    }
    if parts.version == Version::HTTP_2 {
        gate::left_open(&parts.method, &parts.headers)?;
    }
    if parts.method == Method::CONNECT {
        return Err(AskedError::Connect);
    }
    let authority = authority(parts)?;
    let front = Arc::clone(sites.find(&authority).ok_or(AskedError::NoSuchSite)?);
    let trusted = &sites.settings.server.trusted_proxies;
    let client = Arrival { peer, authority: authority.as_str(), trusted, written: &written }.client(&parts.headers);
    let path = decoded_path(parts.uri.path());
    let ruled = reading::plain(parts.uri.path()).map_err(|Ambiguous| AskedError::Path)?;
    let (method, roles, visitor) = (parts.method.clone(), Roles::PUBLIC, Visitor::Nobody);
    let today = Asker::of_path("").today;
    Ok(Asked { front, sites, authority, path, ruled, method, roles, visitor, today, client, peer, written })
}

fn authority(parts: &Parts) -> Result<Authority, AskedError> {
    let host = single(&parts.headers)?;
    let target = parts.uri.authority();
    match (host, target) {
        (Some(host), Some(target)) if !host.eq_ignore_ascii_case(target.as_str()) => Err(AskedError::HostDiffers),
        // HTTP/2 speaks of the authority, and Host may be absent; HTTP/1 must have one (RFC 9112 section 3.2).
        (None, Some(target)) if parts.version == Version::HTTP_2 && is_sound(target) => Ok(target.clone()),
        (Some(host), _) => match host.parse::<Authority>() {
            Ok(named) if is_sound(&named) => Ok(named),
            _ => Err(AskedError::Host),
        },
        _ => Err(AskedError::Host),
    }
}

/// Without a user, and with a port that is one, if any (RFC 3986 section 3.2.3): `http` takes what is none for a name's end.
fn is_sound(named: &Authority) -> bool {
    let port = named.as_str().strip_prefix(named.host());
    !named.as_str().contains('@') && (matches!(port, Some("" | ":")) || named.port_u16().is_some())
}

fn single(headers: &HeaderMap) -> Result<Option<&str>, AskedError> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => Ok(None),
        (Some(host), None) => host.to_str().map(Some).map_err(|_| AskedError::Host),
        _ => Err(AskedError::Host),
    }
}

/// Undoes percent escapes; bytes that are then not UTF-8 become U+FFFD, which only a wildcard matches.
pub(super) fn decoded_path(path: &str) -> String {
    let (decoded, _) = percent::decode(path.as_bytes(), false);
    String::from_utf8(decoded).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn named(build: http::request::Builder) -> Result<String, AskedError> {
        authority(&build.body(()).expect("a request").into_parts().0).map(|named| named.to_string())
    }

    #[test]
    fn exactly_one_host_is_named() {
        let http1 = || Request::builder().uri("/");
        assert_eq!(named(http1().header("host", "a.kr:8443")), Ok("a.kr:8443".to_owned()));
        assert_eq!(named(http1()), Err(AskedError::Host));
        assert_eq!(named(http1().header("host", "a.kr").header("host", "a.kr")), Err(AskedError::Host));
        assert_eq!(named(http1().header("host", "a.kr, b.kr")), Err(AskedError::Host));
        assert_eq!(named(http1().header("host", "x@a.kr")), Err(AskedError::Host));
        for host in ["a.kr:80x", "a.kr:65536", "a.kr:-1", "[::1]:x"] {
            assert_eq!(named(http1().header("host", host)), Err(AskedError::Host), "{host}");
        }
        assert_eq!(named(http1().header("host", "[::1]:8443")), Ok("[::1]:8443".to_owned()));
        let absolute = |host| Request::builder().uri("http://a.kr/").header("host", host);
        assert_eq!(named(absolute("b.kr")), Err(AskedError::HostDiffers));
        assert_eq!(named(absolute("A.kr")), Ok("A.kr".to_owned()));
        let http2 = Request::builder().uri("https://a.kr/").version(Version::HTTP_2);
        assert_eq!(named(http2), Ok("a.kr".to_owned()));
        let with_user = Request::builder().uri("https://900101-1234568@a.kr/").version(Version::HTTP_2);
        assert_eq!(named(with_user), Err(AskedError::Host), "RFC 9113 section 8.3.1");
    }

    #[test]
    fn a_path_is_decoded_as_far_as_it_goes() {
        assert_eq!(decoded_path("/board/%EA%B8%80%2f1%"), "/board/글/1%");
        assert_eq!(decoded_path("/%b0%a1"), "/\u{fffd}\u{fffd}");
    }
}
