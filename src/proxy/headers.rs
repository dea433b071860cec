//! What of a head is passed on, in both directions. Pure: heads in, heads out.

use super::numerals;
use crate::config::{Network, Upstream};
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, FORWARDED, HOST, HeaderMap, HeaderName, HeaderValue,
    LOCATION, UPGRADE,
};
use http::uri::{Authority, Uri};
use std::net::IpAddr;
use std::sync::OnceLock;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How many fields garim adds to a head.
const FORWARDING_FIELDS: usize = 5;

/// How long an IPv4 address is at most.
const ADDRESS_LENGTH: usize = 15;

/// How long a `Forwarded` element is at most without the authority.
const FORWARDED_LENGTH: usize = 80;

/// Fields that speak of one connection only (RFC 9110 section 7.6.1), beside those that `Connection` names. `Trailer`
/// goes with the trailers, which are not forwarded.
fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "http2-settings"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authorization"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Removes what speaks of one connection only, and the framing, which is written anew from the body itself.
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    // One look over the names: nearly always there is nothing to be removed, or `Connection` only.
    let found: Vec<HeaderName> = headers.keys().filter(|name| is_hop_by_hop(name)).cloned().collect();
    if found.is_empty() {
        return;
    }
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        // Never what the site needs to tell its visitors apart: a client could otherwise strip it.
        .filter(|name| *name != HOST && *name != FORWARDED && *name != X_FORWARDED_FOR && *name != CONTENT_LENGTH)
        .collect();
    for name in found.iter().chain(&named) {
        headers.remove(name);
    }
}

/// Whether the head asks to switch the protocol, and not only to cleartext HTTP/2, which a server may ignore
/// (RFC 9110 section 7.8) and garim always does.
pub fn asks_for_upgrade(headers: &HeaderMap) -> bool {
    items(headers, CONNECTION).any(|item| item.eq_ignore_ascii_case("upgrade")) && protocols(headers).is_some()
}

/// The protocols that `Upgrade` asks for, without cleartext HTTP/2: a site that took it up would be spoken to in frames
/// that nobody reads.
pub fn protocols(headers: &HeaderMap) -> Option<HeaderValue> {
    let is_http2 = |item: &str| item.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("h2"));
    let others: Vec<&str> = items(headers, UPGRADE).filter(|item| !item.is_empty() && !is_http2(item)).collect();
    if others.is_empty() { None } else { HeaderValue::try_from(others.join(", ")).ok() }
}

/// The items of a list (RFC 9110 section 5.6.1), over all its fields.
fn items(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter().filter_map(|value: &HeaderValue| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Who is asking, and by which name.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The address at the other end of the connection.
    pub peer: IpAddr,
    /// The authority the client used, as `www.example.go.kr` or `www.example.go.kr:8443`.
    pub authority: &'a str,
    /// Whose forwarding fields are believed.
    pub trusted: &'a [Network],
    /// What was written for an earlier request of the same connection, or will have been.
    pub written: &'a OnceLock<Forwarding>,
}

/// The fields that say who asked, and by which name, as they are written for a client that is not a trusted proxy. The
/// requests of one connection mostly name one authority.
#[derive(Debug, Clone)]
pub struct Forwarding {
    authority: Box<str>,
    address: Option<HeaderValue>,
    host: Option<HeaderValue>,
    port: HeaderValue,
    element: Option<HeaderValue>,
}

impl Forwarding {
    fn new(arrival: &Arrival<'_>) -> Forwarding {
        let mut address = String::with_capacity(ADDRESS_LENGTH);
        numerals::address(&mut address, arrival.peer);
        Forwarding {
            authority: arrival.authority.into(),
            address: HeaderValue::try_from(address).ok(),
            host: HeaderValue::from_str(arrival.authority).ok(),
            port: HeaderValue::from(port(arrival.authority).unwrap_or(443)),
            element: HeaderValue::try_from(forwarded_element(arrival)).ok(),
        }
    }

    fn write(&self, headers: &mut HeaderMap) {
        headers.reserve(FORWARDING_FIELDS);
        let port = Some(self.port.clone());
        let https = Some(HeaderValue::from_static("https"));
        for (name, value) in [
            (X_FORWARDED_FOR, self.address.clone()),
            (FORWARDED, self.element.clone()),
            (X_FORWARDED_PROTO, https),
            (X_FORWARDED_HOST, self.host.clone()),
            (X_FORWARDED_PORT, port),
        ] {
            match value {
                Some(value) => drop(headers.insert(name, value)),
                None => drop(headers.remove(name)),
            }
        }
    }
}

impl Arrival<'_> {
    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// The client's own address: the peer's, or, from a trusted proxy, the last address in `X-Forwarded-For` (else
    /// `Forwarded`) that is not a trusted proxy's.
    pub fn client(&self, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(self.peer) {
            return self.peer;
        }
        let mut believed = self.peer;
        for address in forwarded_addresses(headers).into_iter().rev() {
            let Some(address) = address else { break };
            believed = address;
            if !self.trusts(address) {
                break;
            }
        }
        believed
    }
}

/// The chain of addresses that proxies have written, first client first; `None` for one that is not an address.
fn forwarded_addresses(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let texts = |name| headers.get_all(name).into_iter().filter_map(|value: &HeaderValue| value.to_str().ok());
    if headers.contains_key(X_FORWARDED_FOR) {
        let items = texts(X_FORWARDED_FOR).flat_map(|value| value.split(','));
        return items.map(|item| address(item.trim())).collect();
    }
    let elements = texts(FORWARDED).flat_map(|value| value.split(','));
    elements
        .map(|element| {
            let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
            let node = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
            node.and_then(|(_, node)| address(node.trim().trim_matches('"')))
        })
        .collect()
}

/// An address with or without a port and brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

/// Sets `X-Forwarded-*` and `Forwarded` (RFC 7239): added to from a trusted proxy, written anew from anyone else.
pub fn set_forwarded(headers: &mut HeaderMap, arrival: &Arrival<'_>) {
    let peer = arrival.peer;
    let element = forwarded_element(arrival);
    if arrival.trusts(peer) {
        append_item(headers, X_FORWARDED_FOR, peer.to_string());
        append_item(headers, FORWARDED, element);
        if !headers.contains_key(X_FORWARDED_PROTO) {
            headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static("https"));
        }
        if !headers.contains_key(X_FORWARDED_HOST) {
            set(headers, X_FORWARDED_HOST, arrival.authority.to_owned());
        }
        return;
    }
    // Also those that garim does not set: a site that believes its proxy believes all of them.
    let strange = headers.keys().filter(|name| name.as_str().starts_with("x-forwarded-"));
    for name in strange.cloned().collect::<Vec<HeaderName>>() {
        headers.remove(name);
    }
    let known = arrival.written.get_or_init(|| Forwarding::new(arrival));
    if *known.authority == *arrival.authority {
        known.write(headers);
    } else {
        Forwarding::new(arrival).write(headers);
    }
}

/// The port that an authority names.
fn port(authority: &str) -> Option<u16> {
    // The colons of an IPv6 address stand in brackets.
    let after = authority.rsplit(']').next().unwrap_or_default();
    after.rsplit_once(':')?.1.parse().ok()
}

/// RFC 7239 section 4: IPv6 addresses stand in brackets and quotes.
fn forwarded_element(arrival: &Arrival<'_>) -> String {
    let Arrival { peer, authority, .. } = arrival;
    let (open, close) = if peer.is_ipv6() { ("\"[", "]\"") } else { ("", "") };
    let mut element = String::with_capacity(authority.len().saturating_add(FORWARDED_LENGTH));
    element.push_str("for=");
    element.push_str(open);
    numerals::address(&mut element, *peer);
    element.push_str(close);
    element.push_str(";host=\"");
    authority.split(['"', '\\']).for_each(|part| element.push_str(part));
    element.push_str("\";proto=https");
    element
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: String) {
    match HeaderValue::try_from(value) {
        Ok(value) => drop(headers.insert(name, value)),
        Err(_) => drop(headers.remove(name)),
    }
}

fn append_item(headers: &mut HeaderMap, name: HeaderName, item: String) {
    let known = headers.get_all(&name).iter().filter_map(|value| value.to_str().ok());
    let chain: Vec<&str> = known.chain([item.as_str()]).collect();
    let chain = chain.join(", ");
    set(headers, name, chain);
}

/// Whether the client takes gzip (RFC 9110 section 12.5.3).
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    let mut any = false;
    for item in values.flat_map(|value| value.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.and_then(|weight| weight.trim().parse::<f32>().ok()).is_some_and(|weight| weight <= 0.0)
        });
        if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
            return !refused;
        }
        any |= coding == "*" && !refused;
    }
    any
}

/// Makes one field of all cookies: HTTP/2 clients may send one for each (RFC 9113 section 8.2.3), and in HTTP/1.1 sites
/// know of one only.
pub(super) fn join_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if cookies.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        headers.insert(COOKIE, joined);
    }
}

/// Prepares a request's head for the site. `inspects_answer` narrows the codings to those that are cheap to undo.
pub fn to_site(headers: &mut HeaderMap, arrival: &Arrival<'_>, inspects_answer: bool) {
    let gzip = takes_gzip(headers);
    remove_hop_by_hop(headers);
    headers.remove(CONTENT_LENGTH);
    headers.remove(EXPECT);
    join_cookies(headers);
    if inspects_answer {
        let coding = if gzip { "gzip" } else { "identity" };
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
    }
    if headers.get(HOST).is_none_or(|host| host != arrival.authority) {
        set(headers, HOST, arrival.authority.to_owned());
    }
    set_forwarded(headers, arrival);
}

/// Prepares an answer's head for the client: hop-by-hop fields go, and a `Location` to the site's own `http://` becomes
/// `https://` under the name and port by which the client came. So does one to a server behind
/// garim by its own address or port, which no client may reach.
pub fn to_client(headers: &mut HeaderMap, authority: &str, own: impl Fn(&str) -> bool, servers: &[Upstream]) {
    remove_hop_by_hop(headers);
    let moved = headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| moved(value, authority, own, servers));
    if let Some(location) = moved {
        set(headers, LOCATION, location);
    }
}

fn moved(location: &str, authority: &str, own: impl Fn(&str) -> bool, servers: &[Upstream]) -> Option<String> {
    let uri: Uri = location.parse().ok()?;
    let target = uri.authority()?;
    let ours: Authority = authority.parse().ok()?;
    let plain = uri.scheme_str() == Some("http");
    let host = target.host().to_ascii_lowercase();
    let port = target.port_u16().unwrap_or(if plain { 80 } else { 443 });
    let of_server = |server: &Upstream| server.tls != plain && server.port == port;
    let is_server = servers.iter().any(|server| of_server(server) && server.host == host.trim_matches(['[', ']']));
    let same = host.eq_ignore_ascii_case(ours.host());
    // Another port is another site's, unless the site takes the one that it listens on for the one that it is asked at.
    let on_port = port == 80 || servers.iter().any(of_server);
    let leads_here = is_server || plain && same && (on_port || target.port_u16() == ours.port_u16());
    let host = if leads_here {
        authority
    } else if plain && !same && on_port && own(&host) {
        target.host()
    } else {
        return None;
    };
    // The rest is taken from the text as it came, so that a fragment is kept.
    let rest = location.split_once("://")?.1.get(target.as_str().len()..)?;
    Some(format!("https://{host}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn map(fields: &[(&'static str, &str)]) -> HeaderMap {
        let field = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"))
        };
        let mut map = HeaderMap::new();
        for (name, value) in fields.iter().map(field) {
            map.append(name, value);
        }
        map
    }

    fn arrival(trusted: &[Network]) -> Arrival<'_> {
        let written = Box::leak(Box::default());
        Arrival { peer: IpAddr::from([10, 0, 0, 9]), authority: "www.example.go.kr", trusted, written }
    }

    #[test]
    fn what_was_written_for_one_name_is_not_for_another() {
        let written = OnceLock::new();
        for authority in ["a.kr", "b.kr:8443", "a.kr", "[::1]:444", "[::1]"] {
            let mut headers = HeaderMap::new();
            let peer = IpAddr::from([10, 0, 0, 9]);
            set_forwarded(&mut headers, &Arrival { peer, authority, trusted: &[], written: &written });
            assert_eq!(headers["x-forwarded-host"], authority);
            let (_, port) = authority.rsplit_once("]:").or(authority.rsplit_once("r:")).unwrap_or(("", "443"));
            assert_eq!(headers["x-forwarded-port"], port);
            assert_eq!(headers["forwarded"], format!("for=10.0.0.9;host=\"{authority}\";proto=https"));
            assert_eq!((&headers["x-forwarded-for"], headers.len()), (&HeaderValue::from_static("10.0.0.9"), 5));
        }
    }

    #[test]
    fn fields_of_one_connection_go_and_so_do_those_it_names() {
        let mut headers = map(&[
            ("connection", "close, x-private"),
            ("x-private", "1"),
            ("keep-alive", "5"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("accept", "*/*"),
        ]);
        remove_hop_by_hop(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }

    #[test]
    fn a_client_cannot_strip_the_host_through_connection() {
        let mut headers = map(&[("connection", "host"), ("host", "a")]);
        remove_hop_by_hop(&mut headers);
        assert!(headers.contains_key(HOST));
    }

    #[test]
    fn forwarding_fields_of_strangers_are_not_believed() {
        let mut headers = map(&[("x-forwarded-for", "1.2.3.4"), ("forwarded", "for=1.2.3.4")]);
        let arrival = arrival(&[]);
        assert_eq!(arrival.client(&headers).to_string(), "10.0.0.9");
        to_site(&mut headers, &arrival, false);
        assert_eq!(headers[X_FORWARDED_FOR], "10.0.0.9");
        assert_eq!(headers[FORWARDED], "for=10.0.0.9;host=\"www.example.go.kr\";proto=https");
        assert_eq!(
            (&headers[X_FORWARDED_PROTO], &headers[X_FORWARDED_PORT]),
            (&"https".parse().unwrap(), &"443".parse().unwrap())
        );
    }

    #[test]
    fn a_trusted_proxy_is_believed_up_to_the_first_stranger() {
        let trusted = [Network { address: IpAddr::from([10, 0, 0, 0]), prefix: 8 }];
        let arrival = arrival(&trusted);
        let mut headers = map(&[("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.0.0.3")]);
        assert_eq!(arrival.client(&headers).to_string(), "203.0.113.7");
        set_forwarded(&mut headers, &arrival);
        assert_eq!(headers[X_FORWARDED_FOR], "6.6.6.6, 203.0.113.7, 10.0.0.3, 10.0.0.9");
        let headers = map(&[("forwarded", "for=\"[2001:db8::7]:4711\";proto=http, for=10.0.0.3")]);
        assert_eq!(arrival.client(&headers).to_string(), "2001:db8::7");
        let headers = map(&[("x-forwarded-for", "unknown")]);
        assert_eq!(arrival.client(&headers).to_string(), "10.0.0.9");
    }

    #[test]
    fn gzip_is_asked_for_only_where_the_client_takes_it() {
        for (value, takes) in [
            ("gzip, deflate, br", true),
            ("br", false),
            ("gzip;q=0, *", false),
            ("*", true),
            ("*;q=0", false),
            ("x-gzip; q=0.5", true),
            ("identity", false),
        ] {
            assert_eq!(takes_gzip(&map(&[("accept-encoding", value)])), takes, "{value}");
        }
        let mut headers = map(&[("accept-encoding", "br"), ("expect", "100-continue"), ("content-length", "3")]);
        to_site(&mut headers, &arrival(&[]), true);
        assert_eq!(headers[ACCEPT_ENCODING], "identity");
        assert!(!headers.contains_key(EXPECT) && !headers.contains_key(CONTENT_LENGTH));
    }

    #[test]
    fn only_the_sites_own_plain_location_moves_to_tls() {
        let own = |host: &str| host == "example.go.kr";
        let server =
            |tls, host: &str, port| Upstream { tls, host: host.to_owned(), port, ca: None, idle: Duration::ZERO };
        let servers = [server(false, "10.0.0.5", 8080), server(true, "fd00::5", 8443)];
        for (location, authority, expected) in [
            ("http://www.example.go.kr/a?b#c", "www.example.go.kr", "https://www.example.go.kr/a?b#c"),
            ("http://www.example.go.kr:80/", "www.example.go.kr:8443", "https://www.example.go.kr:8443/"),
            ("http://127.0.0.1:8443/x", "127.0.0.1:8443", "https://127.0.0.1:8443/x"),
            ("http://example.go.kr/", "www.example.go.kr", "https://example.go.kr/"),
            ("http://other.kr/", "www.example.go.kr", "http://other.kr/"),
            ("/relative", "www.example.go.kr", "/relative"),
            ("https://www.example.go.kr/", "www.example.go.kr", "https://www.example.go.kr/"),
            ("http://www.example.go.kr:8080/a?b#c", "www.example.go.kr", "https://www.example.go.kr/a?b#c"),
            ("http://example.go.kr:8080/", "www.example.go.kr:444", "https://example.go.kr/"),
            ("http://10.0.0.5:8080/a", "www.example.go.kr:444", "https://www.example.go.kr:444/a"),
            ("https://[fd00::5]:8443/a", "www.example.go.kr", "https://www.example.go.kr/a"),
            ("http://10.0.0.5/a", "www.example.go.kr", "http://10.0.0.5/a"),
            ("http://www.example.go.kr:9000/other", "www.example.go.kr", "http://www.example.go.kr:9000/other"),
        ] {
            let mut headers = map(&[("location", location)]);
            to_client(&mut headers, authority, own, &servers);
            assert_eq!(headers[LOCATION], expected, "{location}");
        }
    }

    #[test]
    fn an_upgrade_is_one_to_anything_but_cleartext_http2() {
        let asks = |protocol| asks_for_upgrade(&map(&[("connection", "keep-alive, Upgrade"), ("upgrade", protocol)]));
        assert!(asks("websocket") && asks("h2c, websocket") && !asks("h2c") && !asks("H2C, h2c-14") && !asks(""));
        let several = map(&[("upgrade", "h2c"), ("upgrade", "websocket, H2"), ("upgrade", " other/1 ")]);
        assert_eq!(protocols(&several).expect("two are left"), "websocket, other/1");
        assert!(!asks_for_upgrade(&map(&[("upgrade", "websocket")])));
    }
}
