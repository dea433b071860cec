//! The cookie of garim's own sessions, which the site never sees. Pure.

use http::header::{CACHE_CONTROL, COOKIE, ETAG, EXPIRES, HeaderMap, HeaderValue, LAST_MODIFIED, SET_COOKIE};

/// Its name. A browser takes `__Host-` from this very host alone, over TLS, for all its paths (RFC 6265bis, section 4.1.3.2): no other
/// host of the same domain can plant one.
pub(crate) const NAME: &str = "__Host-garim";
/// The same of the console. Cookies know no ports: a console under a site's name has to have another, and the site is not to
/// see it either.
pub(crate) const CONSOLE: &str = "__Host-garim-console";

/// Letters of the longest token.
const LONGEST: usize = 128;

/// The field that begins a session.
///
/// `Strict`: the pages behind a gate are those of old sites that delete by a link; no other site may have them opened as whoever
/// is signed in. Who comes by a link from elsewhere is shown one more link.
pub(crate) fn set(name: &str, token: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{name}={token}; Path=/; Secure; HttpOnly; SameSite=Strict")).ok()
}

/// The field that ends it.
pub(crate) fn unset(name: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")).ok()
}

/// Takes garim's cookies out of a head, wherever they stand; the token of the one that is called `name`, if it has one.
pub(crate) fn take(headers: &mut HeaderMap, name: &str) -> Option<String> {
    if !headers.get_all(COOKIE).iter().any(|value| pairs(value).any(is_own)) {
        return None;
    }
    let fields: Vec<HeaderValue> = headers.get_all(COOKIE).iter().cloned().collect();
    headers.remove(COOKIE);
    let mut token = None;
    for field in &fields {
        let (own, others): (Vec<&[u8]>, Vec<&[u8]>) = pairs(field).partition(|pair| is_own(pair));
        token = token.or_else(|| own.into_iter().find_map(|pair| of_pair(pair, name)));
        let kept = others.iter().map(|pair| pair.trim_ascii()).filter(|pair| !pair.is_empty()).collect::<Vec<_>>();
        let kept = kept.join(b"; ".as_slice());
        if let Ok(value) = HeaderValue::from_bytes(&kept)
            && !kept.is_empty()
        {
            headers.append(COOKIE, value);
        }
    }
    token
}

fn pairs(value: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    value.as_bytes().split(|byte| *byte == b';')
}

/// Sites that do not tell capitals apart would take it as well.
fn is_own(pair: impl AsRef<[u8]>) -> bool {
    let name = pair.as_ref().split(|byte| *byte == b'=').next().unwrap_or_default();
    [NAME, CONSOLE].iter().any(|own| name.trim_ascii().eq_ignore_ascii_case(own.as_bytes()))
}

fn of_pair(pair: &[u8], wanted: &str) -> Option<String> {
    let at = memchr::memchr(b'=', pair)?;
    let (name, value) = (pair.get(..at)?, pair.get(at + 1..)?.trim_ascii());
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_token = name.trim_ascii() == wanted.as_bytes() && !value.is_empty() && value.len() <= LONGEST;
    if is_token && value.iter().all(plain) { String::from_utf8(value.to_vec()).ok() } else { None }
}

/// An answer of a site that has a gate: it cannot begin a session of garim's, and what is behind a gate is kept by no cache,
/// for nobody is asked to sign in there.
pub(super) fn guard(headers: &mut HeaderMap, behind: bool) {
    if headers.get_all(SET_COOKIE).iter().any(is_own) {
        let others: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().filter(|one| !is_own(one)).cloned().collect();
        headers.remove(SET_COOKIE);
        for one in others {
            headers.append(SET_COOKIE, one);
        }
    }
    if behind {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        for name in [ETAG, EXPIRES, LAST_MODIFIED] {
            headers.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(fields: &[&'static str]) -> (Option<String>, Vec<String>) {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(COOKIE, HeaderValue::from_static(field));
        }
        let token = take(&mut headers, NAME);
        let left = headers.get_all(COOKIE).iter().map(|value| value.to_str().expect("text").to_owned()).collect();
        (token, left)
    }

    #[test]
    fn the_cookie_is_taken_out_and_the_others_stay() {
        for (fields, token, left) in [
            (&["a=1; b=2"][..], None, &["a=1; b=2"][..]),
            (&["__Host-garim=abc_-9"], Some("abc_-9"), &[]),
            (&["a=1; __Host-garim=abc; b=2"], Some("abc"), &["a=1; b=2"]),
            (&["a=1", "__Host-garim=abc", "b=2"], Some("abc"), &["a=1", "b=2"]),
            (&["__Host-garim=a; __Host-garim=b"], Some("a"), &[]),
            (&["__HOST-garim=abc; x=1"], None, &["x=1"]),
            (&["__Host-garim=; x=1"], None, &["x=1"]),
            (&["__Host-garim=\"a\"; x=1"], None, &["x=1"]),
            (&["__Host-garim; x=1"], None, &["x=1"]),
            (&["__Host-garim-console=c; x=1"], None, &["x=1"]),
            (&["__Host-garimx=1; x=__Host-garim=2"], None, &["__Host-garimx=1; x=__Host-garim=2"]),
        ] {
            let left: Vec<String> = left.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(taken(fields), (token.map(str::to_owned), left), "{fields:?}");
        }
    }

    #[test]
    fn an_answer_cannot_begin_a_session_and_is_not_kept() {
        let mut headers = HeaderMap::new();
        for cookie in ["a=1", "__Host-garim=evil; Path=/", "b=2"] {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
        guard(&mut headers, false);
        let all: Vec<&[u8]> = headers.get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes).collect();
        assert_eq!(
            (all.as_slice(), headers[CACHE_CONTROL].as_bytes()),
            (&[&b"a=1"[..], b"b=2"][..], &b"public, max-age=60"[..])
        );
        guard(&mut headers, true);
        assert_eq!(headers[CACHE_CONTROL], "private, no-store");
    }
}
