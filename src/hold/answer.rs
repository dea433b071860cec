//! What a site answered to a post that was held, encrypted under a key of its own: it outlives the post.

use super::vault::DataKey;
use super::{KeepError, WRAPPING, unwrapped};
use crate::seal::Ring;
use crate::store::Answer;
use serde::{Deserialize, Serialize};

/// So much of an answer's body is kept, in bytes.
pub const LONGEST_ANSWER: usize = 64 << 10;

/// A page that does nothing but send its reader elsewhere is no longer.
const REDIRECTING: usize = 4 << 10;

/// So far behind `location` or `url=` an address is looked for, in characters.
const NEAR: usize = 60;

/// What sites call the page to sign in at.
const LOGINS: [&str; 7] = ["login", "log-in", "log_in", "logon", "signin", "sign-in", "sign_in"];

/// What a site answered, as it went out: inspected, and masked as the policy masks it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The status code.
    #[serde(skip)]
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: String,
    /// Where it sends the reader; empty if nowhere.
    pub location: String,
    /// Whether more came than is kept.
    pub cut: bool,
    /// Its body, up to [`LONGEST_ANSWER`]; empty where that is no text.
    #[serde(skip)]
    pub body: Vec<u8>,
}

/// It never shows what was answered.
impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Heard").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Heard {
    /// Whether it is a site's login page, which is at `login`, or the way there: a redirect, a short page whose script goes
    /// there, or a page with a form that sends a password there.
    pub fn is_login(&self, login: &str) -> bool {
        if is_at(&self.location, login) {
            return true;
        }
        if !self.is_html() || login.len() < 2 {
            return false;
        }
        let page = String::from_utf8_lossy(&self.body).to_ascii_lowercase();
        let names = page.match_indices(&login.to_ascii_lowercase()).any(|(at, _)| ends_path(&page, at, login.len()));
        let asks = ["type=\"password\"", "type='password'", "type=password"].iter().any(|kind| page.contains(kind));
        let goes = page.len() <= REDIRECTING && (page.contains("location") || page.contains("http-equiv"));
        names && (asks || goes)
    }

    /// Whether it is the way to a page that is called a login, wherever that is: a redirect, or a short page whose script
    /// goes there. Sites show their login form at one address and post it to another (`/login` and `/login.do`).
    pub fn goes_to_login(&self) -> bool {
        if is_called_login(&self.location) {
            return true;
        }
        if !self.is_html() || self.body.len() > REDIRECTING {
            return false;
        }
        let page = String::from_utf8_lossy(&self.body);
        let lower = page.to_ascii_lowercase();
        if lower.contains("<form") {
            // Something is to be done here: it sends nobody elsewhere by itself.
            return false;
        }
        let words = ["location", "url="].iter().flat_map(|word| lower.match_indices(word));
        let mut behind = words
            .filter(|(at, _)| goes_by_itself(&lower, *at))
            .filter_map(|(at, word)| page.get(at..)?.get(word.len()..));
        behind.any(|behind| addressed(behind).is_some_and(is_called_login))
    }

    fn is_html(&self) -> bool {
        self.content_type.to_ascii_lowercase().contains("html")
    }
}

/// Whether a place in a page, all in lower case, is in a script or a `<meta>`: not in what a button does.
fn goes_by_itself(page: &str, at: usize) -> bool {
    let before = page.get(..at).unwrap_or_default();
    let script =
        before.rfind("<script").is_some_and(|begun| before.rfind("</script").is_none_or(|ended| ended < begun));
    let tag = before.rfind('<').and_then(|tag| before.get(tag..)).unwrap_or_default();
    script || tag.starts_with("<meta")
}

/// The address that a script or a `<meta>` goes to: what stands between the next marks, if that comes soon.
fn addressed(behind: &str) -> Option<&str> {
    let soon: String = behind.chars().take(NEAR).collect();
    let near = behind.get(..soon.len())?;
    let mut words = near.split(|letter: char| letter.is_whitespace() || "\"'=()<>;,".contains(letter));
    words.find(|word| word.contains('/') || word.contains(".do") || word.contains(".php") || word.contains(".jsp"))
}

/// Whether the last segment of an address's path, or one that is all of it, is called a login.
fn is_called_login(address: &str) -> bool {
    let path = address.split(['?', '#', ';']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let last = segments.last().is_some_and(|last| names_login(last));
    last || segments.iter().any(|segment| LOGINS.iter().any(|login| segment.eq_ignore_ascii_case(login)))
}

/// Whether one of the words stands in a segment by itself (`login_form.php`, `egovLoginUsr.do`) or ends it (`userlogin.do`):
/// not as part of another word (`blogindex.do`).
fn names_login(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or_default();
    let lower = stem.to_ascii_lowercase();
    LOGINS.iter().any(|login| {
        lower.match_indices(login).any(|(at, word)| {
            let before = lower.get(..at).and_then(|before| before.chars().next_back());
            let starts = stem.get(at..).is_some_and(|word| word.starts_with(|first: char| first.is_ascii_uppercase()));
            let ends = at.checked_add(word.len()) == Some(lower.len());
            starts || !before.is_some_and(|before| before.is_ascii_alphabetic()) || ends && lower != "blogin"
        })
    })
}

/// Whether what stands behind a path does not go on with it.
fn ends_path(page: &str, at: usize, length: usize) -> bool {
    let behind = at.checked_add(length).and_then(|end| page.get(end..)?.chars().next());
    !behind.is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '/' | '-' | '_'))
}

/// Whether an address, absolute or not, is this path.
fn is_at(location: &str, path: &str) -> bool {
    let location = location.split(['?', '#']).next().unwrap_or_default();
    let at_host = |rest: &str| rest.split_once('/').map_or("/".to_owned(), |(_, path)| format!("/{path}"));
    let own = match location.split_once("://") {
        Some((_, rest)) => at_host(rest),
        None => location.strip_prefix("//").map_or_else(|| location.to_owned(), at_host),
    };
    // JSP writes the session of somebody without a cookie behind the path.
    own.split(';').next() == Some(path)
}

/// An answer for the store. A line of JSON, then the body, under a fresh key.
pub(super) fn sealed(ring: &Ring, id: &str, heard: &Heard) -> Result<Answer, KeepError> {
    let key = DataKey::new()?;
    let mut text = serde_json::to_vec(heard).unwrap_or_default();
    text.push(b'\n');
    text.extend(heard.body.iter().take(LONGEST_ANSWER));
    Ok(Answer { status: heard.status, key: key.wrap(&ring.derived(WRAPPING))?, body: key.seal(id, &text)? })
}

/// An answer of the store.
pub(super) fn opened(ring: &Ring, id: &str, kept: &Answer) -> Result<Heard, KeepError> {
    let text = unwrapped(ring, &kept.key)?.open(id, &kept.body)?;
    let at = text.iter().position(|byte| *byte == b'\n').ok_or(KeepError::Sealed)?;
    let (head, body) = text.split_at_checked(at).ok_or(KeepError::Sealed)?;
    let heard: Heard = serde_json::from_slice(head).map_err(|_| KeepError::Sealed)?;
    Ok(Heard { status: kept.status, body: body.get(1..).unwrap_or_default().to_vec(), ..heard })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(content_type: &str, location: &str, body: &str) -> Heard {
        let (content_type, location) = (content_type.to_owned(), location.to_owned());
        Heard { status: 200, content_type, location, cut: false, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn an_answer_opens_under_its_key_and_as_its_holds_only() {
        let (ring, other) = (Ring::of(&[1; 32]).expect("a ring"), Ring::of(&[2; 32]).expect("a ring"));
        let told = heard("text/html", "/a", "first\nsecond");
        let kept = sealed(&ring, "a", &told).expect("sealed");
        assert!(!kept.body.windows(5).any(|window| window == b"first"), "it is encrypted");
        assert_eq!(opened(&ring, "a", &kept).expect("opened"), told);
        assert!(matches!(opened(&ring, "b", &kept), Err(KeepError::Sealed)));
        assert!(matches!(opened(&other, "a", &kept), Err(KeepError::Sealed)));
        let long = heard("text/plain", "", &"x".repeat(LONGEST_ANSWER + 1));
        let kept = sealed(&ring, "a", &long).expect("sealed");
        assert_eq!(opened(&ring, "a", &kept).expect("opened").body.len(), LONGEST_ANSWER);
        assert!(!format!("{told:?}").contains("first"));
    }

    #[test]
    fn a_login_page_is_one_by_its_address_its_form_or_its_script() {
        let login = "/member/login.do";
        for yes in [
            heard("", "/member/login.do", ""),
            heard("", "/member/login.do;jsessionid=0A1B?next=%2Fboard", ""),
            heard("", "https://www.example.go.kr/member/login.do?next=1", ""),
            heard("", "//www.example.go.kr/member/login.do", ""),
            heard("text/html", "", "<script>alert('로그인');location.href='/member/login.do?a=1';</script>"),
            heard("text/html", "", "<meta http-equiv=refresh content='0;url=/member/login.do'>"),
            heard("text/html; charset=euc-kr", "", "<form action=\"/member/login.do\"><INPUT TYPE=PASSWORD></form>"),
        ] {
            assert!(yes.is_login(login), "{} {}", yes.location, String::from_utf8_lossy(&yes.body));
        }
        let long = format!("<a href='/member/login.do'>login</a>location{}", " ".repeat(REDIRECTING));
        for no in [
            heard("", "/board/list", ""),
            heard("", "/member/login.do/other", ""),
            heard("", "", ""),
            heard("text/html", "", "<script>location.href='/board/list'</script>"),
            heard("text/html", "", "<script>location.href='/member/login.done'</script><form action='/x'>"),
            heard("text/html", "", "<a href='/member/login.do'>login</a>"),
            heard("text/html", "", "<input type=password>"),
            heard("application/json", "", "{\"location\":\"/member/login.do\"}"),
            heard("text/html", "", &long),
        ] {
            assert!(!no.is_login(login), "{} {}", no.location, String::from_utf8_lossy(&no.body));
        }
    }

    #[test]
    fn the_way_to_a_page_that_is_called_a_login_is_known_wherever_it_is() {
        for yes in [
            heard("", "/login", ""),
            heard("", "/login?next=/board/write", ""),
            heard("", "https://www.example.go.kr/bbs/login.php", ""),
            heard("", "/member/userLogin.jsp;jsessionid=0A1B", ""),
            heard("", "/uat/uia/egovLoginUsr.do", ""),
            heard("", "/login/form.do", ""),
            heard("", "login_form.asp", ""),
            heard("", "/user/signin", ""),
            heard("text/html", "", "<script>alert('로그인하세요');location.href='/member/login_form.do';</script>"),
            heard("text/html", "", "<script>location.replace(\"./login.php?url=x\")</script>"),
            heard("text/html", "", "<meta http-equiv=\"refresh\" content=\"0; url=/LOGIN.ASP\">"),
        ] {
            assert!(yes.goes_to_login(), "{} {}", yes.location, String::from_utf8_lossy(&yes.body));
        }
        let long = format!("<script>location.href='/login'</script>{}", " ".repeat(REDIRECTING));
        for no in [
            heard("", "", ""),
            heard("", "/", ""),
            heard("", "/board/list.do?from=/login", ""),
            heard("", "/blogindex.do", ""),
            heard("", "/blogin/", ""),
            heard("", "/board/1#login", ""),
            heard(
                "text/html",
                "",
                "<script>alert('등록되었습니다');location.href='/board/list.do'</script><a href='/login'>",
            ),
            heard(
                "text/html",
                "",
                "<form action='/login'><input type=password></form><script>location='/login'</script>",
            ),
            heard("text/html", "", "<button onclick=\"location.href='/login'\">로그인</button>"),
            heard("application/json", "", "{\"location\":\"/login\"}"),
            heard("text/html", "", &long),
        ] {
            assert!(!no.goes_to_login(), "{} {}", no.location, String::from_utf8_lossy(&no.body));
        }
    }
}
