//! A request as it is tried out: from words of the command line, and turned into what the proxy sees.

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Uri};

/// A request before it is judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The method; empty for what the body suggests.
    pub method: String,
    /// The target: a path with a query, or a whole address.
    pub target: String,
    /// The head, as it is written.
    pub fields: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// Whether a field of that name is in the head.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Adds a field to the head, unless there is one.
    pub fn default_field(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        if !self.has(name) {
            self.fields.push((name.to_owned(), value.into()));
        }
    }

    /// The head as the proxy sees it, and the host that it names, if it does.
    ///
    /// # Errors
    /// What cannot be sent, in words.
    pub fn parts(&self) -> Result<(Parts, Option<String>), String> {
        let (host, target) = split(&self.target);
        let method = match self.method.as_str() {
            "" if self.body.is_empty() => "GET",
            "" => "POST",
            method => method,
        };
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| format!("\"{}\": no method / 요청 방식이 아닙니다", method.escape_debug()))?;
        let uri = Uri::try_from(escaped(&target).as_str())
            .map_err(|_| "the path cannot be asked for / 요청할 수 없는 주소입니다".to_owned())?;
        let mut headers = HeaderMap::new();
        for (name, value) in &self.fields {
            let wrong = || format!("header \"{}\" cannot be sent / 보낼 수 없는 헤더입니다", name.escape_debug());
            let known = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
            headers.append(known, HeaderValue::from_bytes(value).map_err(|_| wrong())?);
        }
        let said = headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
        let mut request = Request::new(());
        (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (method, uri, headers);
        Ok((request.into_parts().0, said.or(host)))
    }
}

/// The host of a whole address, and its path with the query, without a fragment.
fn split(target: &str) -> (Option<String>, String) {
    let target = target.split('#').next().unwrap_or_default();
    let schemes = ["https://", "http://"];
    let rest = schemes.iter().find_map(|scheme| {
        let head = target.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| target.get(scheme.len()..)).flatten()
    });
    let Some(rest) = rest else {
        let slash = if target.starts_with('/') { "" } else { "/" };
        return (None, format!("{slash}{target}"));
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let slash = if path.starts_with('/') { "" } else { "/" };
    (Some(host.rsplit('@').next().unwrap_or(host).to_owned()), format!("{slash}{path}"))
}

/// With percent escapes for what does not stand in an address as it is, as a browser writes them.
fn escaped(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for byte in target.bytes() {
        match byte {
            b'!'..=b'~' if !b"\"<>`{}|^\\".contains(&byte) => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_host_and_path() {
        let both = |target: &str| split(target);
        assert_eq!(both("https://u@a.kr:8443/b?c=1#d"), (Some("a.kr:8443".to_owned()), "/b?c=1".to_owned()));
        assert_eq!(both("HTTP://a.kr"), (Some("a.kr".to_owned()), "/".to_owned()));
        assert_eq!(both("http://a.kr?q"), (Some("a.kr".to_owned()), "/?q".to_owned()));
        assert_eq!(both("board/1"), (None, "/board/1".to_owned()));
        assert_eq!(escaped("/가 %41"), "/%EA%B0%80%20%41");
    }

    #[test]
    fn a_body_is_posted_and_no_body_is_fetched() {
        let mut asked = Asked { target: "/".to_owned(), ..Asked::default() };
        assert_eq!(asked.parts().unwrap().0.method, Method::GET);
        asked.body = b"a".to_vec();
        asked.default_field("Host", *b"a.kr");
        asked.default_field("host", *b"b.kr");
        let (parts, host) = asked.parts().unwrap();
        assert_eq!((parts.method, host.as_deref()), (Method::POST, Some("a.kr")));
        asked.fields.push(("a b".to_owned(), Vec::new()));
        assert!(asked.parts().is_err());
    }
}
