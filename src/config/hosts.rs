//! Host names and URLs of sites.

use super::punycode;
use std::net::{IpAddr, Ipv6Addr};

/// What is wrong with a host name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum WrongHost {
    /// Not a host name; perhaps the right one.
    Malformed(Option<String>),
    /// Letters beyond ASCII; its ASCII form.
    Unicode(Option<String>),
}

/// Checks a host as a site names it: `www.example.go.kr`, `example.go.kr:8443`, an address, or `*`.
pub(super) fn site_host(text: &str) -> Result<(), WrongHost> {
    if text == "*" {
        return Ok(());
    }
    if !text.is_ascii() {
        return Err(WrongHost::Unicode(ascii_form(text)));
    }
    let right = |text: &str| {
        let (host, port) = split_port(text);
        port != Some(None) && is_host(host) && !host.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    if right(text) {
        return Ok(());
    }
    // What people paste instead: a URL, capitals, a dot at the end.
    let bare = text.trim().to_ascii_lowercase();
    let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(&bare);
    let bare = bare.split('/').next().unwrap_or_default().trim_end_matches('.');
    Err(WrongHost::Malformed(right(bare).then(|| bare.to_owned())))
}

/// A host and its port: `None` without one, `Some(None)` for one that is not a port.
fn split_port(text: &str) -> (&str, Option<Option<u16>>) {
    let split = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => Some((host, port)),
        _ => None,
    };
    let Some((host, port)) = split else { return (text, None) };
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    (host, Some(if digits { port.parse().ok().filter(|port| *port != 0) } else { None }))
}

/// A name of labels (RFC 1123 section 2.1; underscores are let through, they occur), an IPv4 address, or an IPv6
/// address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let label = |label: &str| {
        let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let last_is_number = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    host.len() <= 253 && host.split('.').all(label) && (!last_is_number || host.parse::<IpAddr>().is_ok())
}

/// Whether to speak TLS, the host (an IPv6 address without its brackets), and the port.
pub(super) fn upstream(text: &str) -> Option<(bool, String, u16)> {
    let (scheme, host, port) = url(text, &[("http", 80), ("https", 443)])?;
    Some((scheme == "https", host, port))
}

/// The scheme, which is one of those that are given with their ports, the host and the port of a URL without a path.
pub(super) fn url<'a>(text: &str, schemes: &[(&'a str, u16)]) -> Option<(&'a str, String, u16)> {
    let (scheme, rest) = text.split_once("://")?;
    let (scheme, default) = schemes.iter().find(|(name, _)| *name == scheme)?;
    let (host, port) = split_port(rest.strip_suffix('/').unwrap_or(rest));
    let port = port.unwrap_or(Some(*default))?;
    let host = host.to_ascii_lowercase();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
    is_host(&host).then(|| (*scheme, bare.to_owned(), port))
}

/// The ASCII form of a host name with Korean (or other) labels: Punycode, RFC 3492. `None` if it would be too long.
fn ascii_form(text: &str) -> Option<String> {
    if text.len() > 253 {
        return None;
    }
    let labels = text.split('.').map(|label| match label.is_ascii() {
        true => Some(label.to_ascii_lowercase()),
        false => punycode::encode(&label.to_lowercase()).map(|coded| format!("xn--{coded}")),
    });
    let ascii = labels.collect::<Option<Vec<_>>>()?.join(".");
    site_host(&ascii).is_ok().then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_as_sites_name_them() {
        let long = format!("{}.kr", "a".repeat(64));
        for text in
            ["www.example.go.kr", "example.go.kr:8443", "*", "127.0.0.1", "[::1]:8443", "my_host", "xn--9d0b.kr"]
        {
            assert_eq!(site_host(text), Ok(()), "{text}");
        }
        for text in
            ["", ".", "a..b", "-a.kr", "a b", "*.example.go.kr", "example.go.kr:0", "a:b", "::1", "1.2.3.4.5", &long]
        {
            assert_eq!(site_host(text), Err(WrongHost::Malformed(None)), "{text}");
        }
    }

    #[test]
    fn what_people_paste_is_put_right() {
        for text in ["WWW.Example.go.kr", "https://www.example.go.kr/", "www.example.go.kr.", " www.example.go.kr"] {
            assert_eq!(site_host(text), Err(WrongHost::Malformed(Some("www.example.go.kr".into()))), "{text}");
        }
    }

    #[test]
    fn korean_hosts_get_their_ascii_form() {
        // The example of the registry: 한글.kr is xn--bj0bj06e.kr.
        assert_eq!(site_host("한글.kr"), Err(WrongHost::Unicode(Some("xn--bj0bj06e.kr".into()))));
        assert_eq!(site_host(&"가".repeat(90)), Err(WrongHost::Unicode(None)));
    }

    #[test]
    fn upstreams_are_a_scheme_a_host_and_a_port() {
        let known = [
            ("http://10.0.0.5:8080", (false, "10.0.0.5", 8080)),
            ("http://board", (false, "board", 80)),
            ("https://Board.example/", (true, "board.example", 443)),
            ("https://[::1]:8443", (true, "::1", 8443)),
        ];
        for (text, (tls, host, port)) in known {
            assert_eq!(upstream(text), Some((tls, host.to_owned(), port)), "{text}");
        }
        let wrong = [
            "10.0.0.5:80",
            "ftp://a",
            "http://",
            "http://a/b",
            "http://a?b",
            "http://u:p@a",
            "http://a:0",
            "http://a:99999",
            "http://::1",
        ];
        for text in wrong {
            assert_eq!(upstream(text), None, "{text}");
        }
    }
}
