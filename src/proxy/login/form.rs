//! The forms of garim's own login, as browsers send them back in `text/plain`, and from where they may come. Pure.

use crate::act::page::login::{CHANGE, FIELDS, SIGN_IN, SIGN_OUT};
use http::header::{HeaderMap, HeaderName, ORIGIN};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A form that came back.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Somebody signs in.
    SignIn(Filled),
    /// Somebody changes a password.
    Change(Filled),
    /// Somebody signs out.
    SignOut,
}

/// The same, for whoever only hands it on.
#[derive(Debug)]
pub struct Form(pub(crate) Kind);

/// What was filled in.
#[derive(Default)]
pub(crate) struct Filled {
    pub name: String,
    pub password: String,
    /// `None` when it is empty.
    pub code: Option<String>,
    pub new: String,
    pub again: String,
}

impl std::fmt::Debug for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Filled(…)")
    }
}

impl Form {
    /// Reads a form; `None` if it is none of garim's login. What begins as one and is broken counts as one that is not filled in:
    /// a password is not passed on to the site.
    pub(crate) fn read(body: &[u8]) -> Option<Form> {
        let begins = |name: &str| body.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="));
        Some(Form(match () {
            () if begins(SIGN_IN) => Kind::SignIn(Filled::read(body)),
            () if begins(CHANGE) => Kind::Change(Filled::read(body)),
            () if begins(SIGN_OUT) => Kind::SignOut,
            () => return None,
        }))
    }
}

impl Filled {
    fn read(body: &[u8]) -> Filled {
        let text = String::from_utf8_lossy(body);
        let mut filled = Filled::default();
        let [name, password, code, new, again] = FIELDS;
        for line in text.lines() {
            let Some((field, value)) = line.split_once('=') else { continue };
            let value = value.to_owned();
            match field {
                field if field == name => filled.name = value.trim().to_owned(),
                field if field == password => filled.password = value,
                field if field == code => filled.code = Some(value).filter(|value| !value.trim().is_empty()),
                field if field == new => filled.new = value,
                field if field == again => filled.again = value,
                _ => {}
            }
        }
        filled
    }
}

/// Whether a form came from garim's own page: what browsers say of where a request began cannot be set by a page. Programs
/// that are no browsers say nothing.
pub(crate) fn is_from_here(headers: &HeaderMap, authority: &str) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    let mut origins = headers.get_all(ORIGIN).iter();
    let own = format!("https://{authority}");
    sites.all(|site| matches!(site.as_bytes(), b"same-origin" | b"none"))
        && origins.all(|origin| origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()))
}

/// Whether a browser followed a link from another site; then it has left the cookie out.
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get(SEC_FETCH_SITE).is_some_and(|site| matches!(site.as_bytes(), b"cross-site" | b"same-site"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn forms_are_read_as_browsers_send_them() {
        let body = "garim-sign-in=1\r\ngarim-name= kim \r\ngarim-password= a=b;c&d \r\ngarim-code=123 456\r\n";
        let Some(Form(Kind::SignIn(filled))) = Form::read(body.as_bytes()) else { panic!("no sign-in") };
        assert_eq!((filled.name.as_str(), filled.password.as_str()), ("kim", " a=b;c&d "));
        assert_eq!(filled.code.as_deref(), Some("123 456"));
        assert_eq!(format!("{filled:?}"), "Filled(…)");
        let Some(Form(Kind::SignIn(filled))) = Form::read(b"garim-sign-in=1\r\ngarim-code=\r\n") else {
            panic!("none")
        };
        assert_eq!((filled.name.as_str(), filled.code), ("", None));
        let body = "garim-change=1\r\ngarim-name=kim\r\ngarim-password=a\r\ngarim-new=b\r\ngarim-again=c\r\n";
        let Some(Form(Kind::Change(filled))) = Form::read(body.as_bytes()) else { panic!("no change") };
        assert_eq!((filled.new.as_str(), filled.again.as_str()), ("b", "c"));
        assert!(matches!(Form::read(b"garim-sign-out=1\r\n"), Some(Form(Kind::SignOut))));
        assert!(matches!(Form::read(b"garim-sign-in=\xff"), Some(Form(Kind::SignIn(_)))));
        for other in [&b""[..], b"garim-sign-in", b"garim-post=1", b"a=garim-sign-in=1", b"garim-sign-inn=1"] {
            assert!(Form::read(other).is_none());
        }
    }

    #[test]
    fn a_form_comes_from_garims_own_page() {
        let from = |fields: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.append(*name, HeaderValue::from_static(value));
            }
            is_from_here(&headers, "a.kr:8443")
        };
        assert!(from(&[]) && from(&[("origin", "https://a.kr:8443"), ("sec-fetch-site", "same-origin")]));
        for fields in [
            &[("origin", "https://a.kr")][..],
            &[("origin", "null")],
            &[("origin", "http://a.kr:8443")],
            &[("origin", "https://a.kr:8443"), ("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site")],
            &[("origin", "https://a.kr:8443"), ("origin", "https://evil.kr")],
        ] {
            assert!(!from(fields), "{fields:?}");
        }
    }
}
