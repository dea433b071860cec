//! What tells one session of a site from another: its cookie. Pure.

use crate::config::SessionCookie;
use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use std::borrow::Cow;

/// Cookies that name a session and stay the same while it lasts; the first that a client has counts. What changes with
/// every answer, as encrypted session cookies do, binds nothing.
const WELL_KNOWN: [&str; 8] = [
    "JSESSIONID",
    "PHPSESSID",
    "ASP.NET_SessionId",
    "ASPSESSIONID",
    "connect.sid",
    "sessionid",
    "CFID",
    "PHPSESSIONID",
];
/// The name of this one goes on with letters of its own (classic ASP).
const GOES_ON: &str = "ASPSESSIONID";

/// The session of a request: its cookie's name and value; `None` if it has none.
pub fn of_request(headers: &HeaderMap, cookie: &SessionCookie) -> Option<Vec<u8>> {
    let values = headers.get_all(COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    chosen(values.filter_map(pair).collect(), cookie)
}

/// The session that an answer begins, if it does.
pub fn of_answer(headers: &HeaderMap, cookie: &SessionCookie) -> Option<Vec<u8>> {
    let set = headers.get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes);
    let set = set.filter_map(|value| pair(value.split(|byte| *byte == b';').next()?)).collect();
    chosen(set, cookie)
}

/// Whether a cookie of this name names the session.
pub fn is_name(name: &[u8], cookie: &SessionCookie) -> bool {
    match cookie {
        SessionCookie::Named(named) => name == named.as_bytes(),
        SessionCookie::WellKnown | SessionCookie::None => WELL_KNOWN.iter().any(|known| fits(name, known)),
    }
}

fn fits(name: &[u8], wanted: &str) -> bool {
    name == wanted.as_bytes() || wanted == GOES_ON && name.starts_with(GOES_ON.as_bytes())
}

fn chosen(cookies: Vec<(&[u8], &[u8])>, wanted: &SessionCookie) -> Option<Vec<u8>> {
    let find = |wanted: &str| {
        let found = cookies.iter().find(|(name, value)| fits(name, wanted) && !value.is_empty());
        found.map(|(name, value)| [*name, b"=", *value].concat())
    };
    match wanted {
        SessionCookie::WellKnown => WELL_KNOWN.into_iter().find_map(find),
        SessionCookie::Named(name) => find(name),
        SessionCookie::None => None,
    }
}

fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = text.split_at_checked(memchr::memchr(b'=', text)?)?;
    Some((name.trim_ascii(), value.get(1..)?.trim_ascii()))
}

/// A path without the session that it carries: `;jsessionid=…`, or `/(S(…))/` as ASP.NET writes it.
pub fn without_id(path: &str) -> Cow<'_, str> {
    if !path.contains([';', '(']) {
        return Cow::Borrowed(path);
    }
    let mut segments = Vec::new();
    for segment in path.split('/') {
        let lower = segment.to_ascii_lowercase();
        let parameter = ["jsessionid=", "phpsessid=", "sid=", "sessionid="];
        let cut = lower.find(';').filter(|at| {
            let parameters = lower.get(at + 1..).unwrap_or_default();
            parameters.split(';').any(|one| parameter.iter().any(|name| one.starts_with(name)))
        });
        segments.push(match cut {
            Some(at) => format!("{};…", segment.get(..at).unwrap_or_default()),
            None if lower.starts_with("(s(") || lower.starts_with("(a(") => "(…)".to_owned(),
            None => segment.to_owned(),
        });
    }
    Cow::Owned(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: http::HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_cookie_of_a_session_is_known() {
        let of = |values: &[&'static str], cookie: &SessionCookie| {
            of_request(&headers(COOKIE, values), cookie).map(|session| String::from_utf8_lossy(&session).into_owned())
        };
        let known = &SessionCookie::WellKnown;
        assert_eq!(of(&["a=1; PHPSESSID=x; b"], known).as_deref(), Some("PHPSESSID=x"));
        assert_eq!(of(&["PHPSESSID=x", "JSESSIONID=y"], known).as_deref(), Some("JSESSIONID=y"));
        assert_eq!(of(&["ASPSESSIONIDQQRCBADT=z"], known).as_deref(), Some("ASPSESSIONIDQQRCBADT=z"));
        assert_eq!(of(&["a=1; PHPSESSID="], known), None);
        let named = SessionCookie::Named("a".to_owned());
        assert_eq!(of(&["a=1; PHPSESSID=x"], &named).as_deref(), Some("a=1"));
        assert_eq!(of(&["PHPSESSID=x"], &named), None);
        assert_eq!(of(&["PHPSESSID=x"], &SessionCookie::None), None);
    }

    #[test]
    fn the_session_that_an_answer_begins_counts() {
        let set = headers(SET_COOKIE, &["lang=ko; Path=/", "PHPSESSID=new; Path=/; HttpOnly"]);
        let known = &SessionCookie::WellKnown;
        assert_eq!(of_answer(&set, known), Some(b"PHPSESSID=new".to_vec()));
        assert_eq!(of_answer(&headers(SET_COOKIE, &["lang=ko", "PHPSESSID=; Max-Age=0"]), known), None);
    }

    #[test]
    fn sessions_in_paths_are_cut_out() {
        for (path, cut) in [
            ("/board/list.do;jsessionid=0A1B.node1", "/board/list.do;…"),
            ("/a;x=1;JSESSIONID=2/b", "/a;…/b"),
            ("/(S(abc123))/default.aspx", "/(…)/default.aspx"),
            ("/a;v=1/b", "/a;v=1/b"),
            ("/board", "/board"),
        ] {
            assert_eq!(without_id(path), cut);
        }
    }
}
