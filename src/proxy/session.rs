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
/// So many different sessions of one request are looked at; no browser has more.
const MOST: usize = 1_000;
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

/// Every session that a request names, each once, in the order of its cookies.
pub fn all_of_request(headers: &HeaderMap, cookie: &SessionCookie) -> Vec<Vec<u8>> {
    let mut sessions: Vec<Vec<u8>> = Vec::new();
    if *cookie == SessionCookie::None {
        return sessions;
    }
    let values = headers.get_all(COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    for (name, value) in values.filter_map(pair).filter(|(name, value)| is_name(name, cookie) && !value.is_empty()) {
        let session = [name, b"=", value].concat();
        if sessions.len() < MOST && !sessions.contains(&session) {
            sessions.push(session);
        }
    }
    sessions
}

/// What an answer does to the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Set {
    /// Nothing.
    Nothing,
    /// It begins this one.
    New(Vec<u8>),
    /// It ends the one there is: its cookie is emptied, or expires at once.
    Cleared,
}

/// The same of an answer: the last cookie of a session counts, as it does for browsers.
pub fn set(headers: &HeaderMap, cookie: &SessionCookie) -> Set {
    let mut set = Set::Nothing;
    for one in headers.get_all(SET_COOKIE) {
        let mut parts = one.as_bytes().split(|byte| *byte == b';');
        let named = parts.next().and_then(pair).filter(|(name, _)| is_name(name, cookie));
        let Some((name, value)) = named.filter(|_| *cookie != SessionCookie::None) else { continue };
        let ended = value.is_empty() || parts.filter_map(pair).any(|(name, value)| is_past(name, value));
        set = if ended { Set::Cleared } else { Set::New([name, b"=", value].concat()) };
    }
    set
}

/// Whether an attribute of a cookie (RFC 6265 section 5.2) says that it has expired. Servers write 1970 to end one.
fn is_past(name: &[u8], value: &[u8]) -> bool {
    match name {
        _ if name.eq_ignore_ascii_case(b"max-age") => value == b"0" || value.starts_with(b"-"),
        _ if name.eq_ignore_ascii_case(b"expires") => memchr::memmem::find(value, b"1970").is_some(),
        _ => false,
    }
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

    #[test]
    fn every_session_of_a_request_is_known() {
        let of = |values: &[&'static str], cookie: &SessionCookie| -> Vec<String> {
            let all = all_of_request(&headers(COOKIE, values), cookie);
            all.iter().map(|session| String::from_utf8_lossy(session).into_owned()).collect()
        };
        let named = SessionCookie::Named("SID".to_owned());
        assert_eq!(of(&["SID=1; a=2; SID=2", "SID=1; SID="], &named), ["SID=1", "SID=2"]);
        assert_eq!(of(&["PHPSESSID=1; JSESSIONID=2"], &SessionCookie::WellKnown), ["PHPSESSID=1", "JSESSIONID=2"]);
        assert!(of(&["PHPSESSID=1; SID=2"], &SessionCookie::None).is_empty());
    }

    #[test]
    fn an_answer_begins_a_session_or_ends_one() {
        let of = |values: &[&'static str]| set(&headers(SET_COOKIE, values), &SessionCookie::Named("SID".to_owned()));
        assert_eq!(of(&["a=1", "SID=2; Path=/; HttpOnly"]), Set::New(b"SID=2".to_vec()));
        assert_eq!(of(&["a=1"]), Set::Nothing);
        for gone in [
            "SID=; Path=/",
            "SID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/",
            "SID=x; max-age=-1",
            "SID=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        ] {
            assert_eq!(of(&[gone]), Set::Cleared, "{gone}");
        }
        assert_eq!(of(&["SID=x; Max-Age=3600; Expires=Thu, 01 Jan 2099 00:00:00 GMT"]), Set::New(b"SID=x".to_vec()));
        assert_eq!(of(&["SID=; Path=/", "SID=3"]), Set::New(b"SID=3".to_vec()), "the last one counts");
        assert_eq!(set(&headers(SET_COOKIE, &["PHPSESSID=1"]), &SessionCookie::None), Set::Nothing);
    }
}
