//! Host names to whatever a site has for them: one rule for certificates, redirects and requests.

use std::collections::HashMap;

/// A map from host names as the configuration writes them: `www.example.kr`, `www.example.kr:8443` (that port only),
/// `*.example.kr` (one label, RFC 6125 section 6.4.3), `*` (any). One look-up costs at most three hashes, however many
/// names there are. The first to claim a name keeps it, as the file is read from the top.
#[derive(Debug, Clone)]
pub struct Names<T> {
    exact: HashMap<String, T>,
    /// Keyed by what follows the star, with its dot.
    below: HashMap<String, T>,
    any: Option<T>,
    /// Some name is of one port only.
    ported: bool,
}

impl<T> Default for Names<T> {
    fn default() -> Names<T> {
        Names { exact: HashMap::new(), below: HashMap::new(), any: None, ported: false }
    }
}

impl<T> Names<T> {
    /// Claims a name. False if it was taken already; the first claim stays.
    pub fn insert(&mut self, name: &str, value: T) -> bool {
        let name = name.to_ascii_lowercase();
        if name == "*" {
            let free = self.any.is_none();
            self.any.get_or_insert(value);
            return free;
        }
        self.ported |= without_port(&name).len() < name.len();
        let (map, key) = match name.strip_prefix('*') {
            Some(rest) if rest.starts_with('.') => (&mut self.below, rest.to_owned()),
            _ => (&mut self.exact, name),
        };
        match map.entry(key) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(value);
                true
            }
        }
    }

    /// The value for a host without its port, in any case, with or without the root's dot at its end.
    pub fn find(&self, host: &str) -> Option<&T> {
        self.find_named(host).or(self.any.as_ref())
    }

    /// The value for a host and the port it was asked at: a site of that one port comes before a site of the host.
    pub fn find_at(&self, host: &str, port: u16) -> Option<&T> {
        let of_port = if self.ported { self.find_named(&format!("{host}:{port}")) } else { None };
        of_port.or_else(|| self.find(host))
    }

    /// What `*` stands for.
    pub fn any(&self) -> Option<&T> {
        self.any.as_ref()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.exact.len() + self.below.len() + usize::from(self.any.is_some())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find_named(&self, host: &str) -> Option<&T> {
        let host = host.strip_suffix('.').unwrap_or(host);
        if host.bytes().any(|b| b.is_ascii_uppercase()) {
            return self.find_lower(&host.to_ascii_lowercase());
        }
        self.find_lower(host)
    }

    fn find_lower(&self, host: &str) -> Option<&T> {
        self.exact.get(host).or_else(|| {
            let dot = host.find('.').filter(|&at| at > 0)?;
            self.below.get(host.get(dot..)?)
        })
    }
}

/// A host of the configuration without its port: `a.kr:8443` is `a.kr`, `[::1]:8443` is `[::1]`.
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => {
            // A bare IPv6 address is all colons: only what stands in brackets can have a port.
            if name.contains(':') && !name.ends_with(']') { host } else { name }
        }
        _ => host,
    }
}

/// A host that is an address, in brackets or not.
pub fn address(host: &str) -> Option<std::net::IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&'static str]) -> Names<&'static str> {
        let mut names = Names::default();
        for name in list {
            names.insert(name, *name);
        }
        names
    }

    #[test]
    fn exact_before_wildcard_before_any() {
        let names = names(&["www.example.kr", "*.example.kr", "*"]);
        assert_eq!(names.find("WWW.Example.kr."), Some(&"www.example.kr"));
        assert_eq!(names.find("shop.example.kr"), Some(&"*.example.kr"));
        assert_eq!(names.find("a.shop.example.kr"), Some(&"*"), "a star is one label");
        assert_eq!(names.find("example.kr"), Some(&"*"), "a star is not nothing");
        assert_eq!(names.find(".example.kr"), Some(&"*"), "an empty label is no label");
        assert_eq!(names.len(), 3);
    }

    #[test]
    fn unknown_is_unknown_without_a_star() {
        let names = names(&["www.example.kr", "*.example.kr"]);
        assert_eq!(names.find("evil.test"), None);
        assert_eq!(names.find(""), None);
    }

    #[test]
    fn a_port_of_its_own_comes_first() {
        let names = names(&["a.kr", "a.kr:8443", "*"]);
        assert_eq!(names.find_at("a.kr", 8443), Some(&"a.kr:8443"));
        assert_eq!(names.find_at("a.kr", 443), Some(&"a.kr"));
        assert_eq!(names.find_at("b.kr", 8443), Some(&"*"));
    }

    #[test]
    fn the_first_claim_stays() {
        let mut names = Names::default();
        assert!(names.insert("a.kr", 1));
        assert!(!names.insert("A.kr", 2));
        assert!(names.insert("*", 3));
        assert!(!names.insert("*", 4));
        assert_eq!((names.find("a.kr"), names.find("b.kr")), (Some(&1), Some(&3)));
    }

    #[test]
    fn ports_are_cut_and_addresses_are_not() {
        for (host, bare) in [
            ("a.kr:8443", "a.kr"),
            ("a.kr", "a.kr"),
            ("[::1]:8443", "[::1]"),
            ("[::1]", "[::1]"),
            ("::1", "::1"),
            ("*", "*"),
        ] {
            assert_eq!(without_port(host), bare);
        }
        assert!(address("[::1]").is_some() && address("127.0.0.1").is_some() && address("a.kr").is_none());
    }
}
