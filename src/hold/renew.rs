//! One-time tokens of a form (CSRF): a post that has waited has the one of then, and its site takes only that of now.
//!
//! The page on which it was written is asked for once more by whoever sends it, and the hidden fields of that page that are
//! called tokens take the place of those of the same name in the post. Nothing else of the post changes. Pure.

/// The longest value that is a token, in bytes: ASP.NET keeps the state of a page in one.
const LONGEST: usize = 64 << 10;
/// The shortest.
const SHORTEST: usize = 8;
/// The most tokens of one form.
const MOST: usize = 16;
/// The longest name of a field, in bytes.
const LONGEST_NAME: usize = 256;
/// What is part of the names of fields for tokens: Spring and eGovFrame (`_csrf`), Django, Laravel (`_token`), Rails
/// (`authenticity_token`), Struts (`org.apache.struts.taglib.html.TOKEN`), gnuboard (`token`, `wr_token`), XE and Rhymix, WordPress
/// (`_wpnonce`), ASP.NET (`__RequestVerificationToken`, and of pages `__VIEWSTATE` and `__EVENTVALIDATION`, which is what JSF has as well).
const PARTS: [&str; 7] = ["csrf", "xsrf", "token", "nonce", "requestverification", "viewstate", "eventvalidation"];
/// Whole names of such fields that say nothing of it: DokuWiki, Magento, Drupal, Moodle, SilverStripe, Discuz, MyBB, phpBB (whose token
/// goes with its time), Stripes, TYPO3, guards of double submits.
const WHOLE: [&str; 14] = [
    "sectok",
    "form_key",
    "form_build_id",
    "sesskey",
    "securityid",
    "formhash",
    "my_post_key",
    "creation_time",
    "__fp",
    "_sourcepage",
    "__hmac",
    "formkey",
    "form_hash",
    "double_submit_preventer",
];

/// A field of a form that holds a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Its name.
    pub name: String,
    value: String,
}

/// It never shows the value.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The tokens in the hidden fields of a page; of several of one name the last. Those that stand with two values in a page
/// belong to different forms, and are left out: nobody knows which is meant.
pub fn tokens(page: &[u8]) -> Vec<Token> {
    let page = String::from_utf8_lossy(page);
    let lower = page.to_ascii_lowercase();
    let mut found: Vec<Token> = Vec::new();
    let mut doubtful: Vec<String> = Vec::new();
    for (at, _) in lower.match_indices("<input") {
        let Some(token) = page.get(at..).and_then(token) else { continue };
        match found.iter().find(|one| one.name == token.name) {
            Some(one) if one.value != token.value => doubtful.push(token.name),
            Some(_) => {}
            None => found.push(token),
        }
    }
    found.retain(|one| !doubtful.contains(&one.name));
    found.truncate(MOST);
    found
}

/// The token in the tag that a text begins with.
fn token(tag: &str) -> Option<Token> {
    let (mut name, mut value, mut hidden) = (None, None, false);
    for (attribute, said) in Attributes(tag.get("<input".len()..)?) {
        match attribute.to_ascii_lowercase().as_str() {
            "type" => hidden = said.eq_ignore_ascii_case("hidden"),
            "name" => name = Some(said),
            "value" => value = Some(said),
            _ => {}
        }
    }
    let (name, value) = (name.filter(|_| hidden)?, value?);
    let lower = name.to_ascii_lowercase();
    let is_name = PARTS.iter().any(|part| lower.contains(part)) || WHOLE.contains(&lower.as_str());
    let is_name = is_name && name.len() <= LONGEST_NAME;
    let is_name = is_name && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.$:[]".contains(&byte));
    // No mark that means something in a form or a page: what is written into the post ends where it is meant to.
    let is_value = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_.~:-".contains(&byte));
    let fits = (SHORTEST..=LONGEST).contains(&value.len());
    (is_name && is_value && fits).then(|| Token { name: name.to_owned(), value: value.to_owned() })
}

/// The attributes of a tag, up to its end.
struct Attributes<'a>(&'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let ends_name = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '>' | '/');
        let rest = self.0.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        let end = rest.find(ends_name).filter(|end| *end > 0)?;
        let (name, behind) = rest.split_at_checked(end)?;
        let Some(said) = behind.trim_ascii_start().strip_prefix('=') else {
            self.0 = behind;
            return Some((name, ""));
        };
        let said = said.trim_ascii_start();
        let quote = said.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (value, behind) = match quote {
            Some(quote) => said.get(1..)?.split_once(quote)?,
            None => said.split_at_checked(said.find(|letter: char| letter.is_ascii_whitespace() || letter == '>')?)?,
        };
        self.0 = behind;
        Some((name, value))
    }
}

/// How a token stands in a post: what comes before its value, and what its value ends with.
struct Spot {
    name: String,
    before: Vec<u8>,
    end: Vec<u8>,
    value: Vec<u8>,
    /// The end of the post ends it as well.
    may_be_last: bool,
}

/// Puts tokens into a post that passes through it in pieces.
pub struct Renewer {
    spots: Vec<Spot>,
    waiting: Vec<u8>,
    /// The first byte that comes out was put before the post.
    skips: bool,
    renewed: Vec<String>,
}

impl Renewer {
    /// For a post with this `Content-Type`; `None` if there is nothing to be put into it, or it is no form.
    pub fn new(content_type: &str, tokens: &[Token]) -> Option<Renewer> {
        let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let spot = match media.as_str() {
            "application/x-www-form-urlencoded" => |token: &Token, _: &str| Spot {
                name: token.name.clone(),
                before: [b"&", percent(&token.name).as_slice(), b"="].concat(),
                end: b"&".to_vec(),
                value: percent(&token.value),
                may_be_last: true,
            },
            "multipart/form-data" => |token: &Token, boundary: &str| Spot {
                name: token.name.clone(),
                before: format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", token.name)
                    .into_bytes(),
                end: format!("\r\n--{boundary}").into_bytes(),
                value: token.value.clone().into_bytes(),
                may_be_last: false,
            },
            _ => return None,
        };
        let multipart = media.starts_with("multipart");
        let boundary = if multipart { boundary(content_type)? } else { "" };
        let spots: Vec<Spot> = tokens.iter().map(|token| spot(token, boundary)).collect();
        // A field may be the first: before it stands what stands before all others.
        let waiting = if multipart { Vec::new() } else { b"&".to_vec() };
        (!spots.is_empty()).then_some(Renewer { spots, waiting, skips: !multipart, renewed: Vec::new() })
    }

    /// Takes the next piece; what may go on.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        self.waiting.extend_from_slice(piece);
        self.turn(false)
    }

    /// The rest, and the names of the tokens that were put in.
    pub fn finish(mut self) -> (Vec<u8>, Vec<String>) {
        let rest = self.turn(true);
        (rest, self.renewed)
    }

    fn turn(&mut self, last: bool) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some((at, spot)) = self.first() {
            let begin = at.saturating_add(spot.before.len());
            let behind = self.waiting.get(begin..).unwrap_or_default();
            let near = behind.get(..LONGEST.saturating_add(spot.end.len())).unwrap_or(behind);
            let end = match memchr::memmem::find(near, &spot.end) {
                Some(end) => Some(end),
                None if last && spot.may_be_last && behind.len() <= LONGEST => Some(behind.len()),
                // It may be yet to come.
                None if !last && near.len() == behind.len() => {
                    out.extend(self.waiting.drain(..at));
                    return self.unskipped(out);
                }
                None => None,
            };
            let (value, name) = (spot.value.clone(), spot.name.clone());
            out.extend(self.waiting.drain(..begin));
            if let Some(end) = end {
                self.waiting.drain(..end);
                out.extend(value);
                self.renewed.push(name);
            }
        }
        let longest = self.spots.iter().map(|spot| spot.before.len()).max().unwrap_or_default();
        let keep = if last { 0 } else { longest.saturating_sub(1) };
        let go = self.waiting.len().saturating_sub(keep);
        out.extend(self.waiting.drain(..go));
        self.unskipped(out)
    }

    /// Where the first token begins that is there.
    fn first(&self) -> Option<(usize, &Spot)> {
        let found =
            self.spots.iter().filter_map(|spot| memchr::memmem::find(&self.waiting, &spot.before).map(|at| (at, spot)));
        found.min_by_key(|(at, _)| *at)
    }

    fn unskipped(&mut self, mut out: Vec<u8>) -> Vec<u8> {
        if self.skips && !out.is_empty() {
            out.remove(0);
            self.skips = false;
        }
        out
    }
}

/// The boundary of a multipart form, as browsers write it.
fn boundary(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("boundary=")?;
    let said = content_type.get(at.checked_add("boundary=".len())?..)?;
    let boundary = match said.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => said.split(';').next()?.trim(),
    };
    (!boundary.is_empty()).then_some(boundary)
}

/// As it stands in an url-encoded form.
fn percent(value: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in value.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() || b"_.-".contains(&byte) => out.push(byte),
            byte => out.extend(format!("%{byte:02X}").into_bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<form><input type=hidden name=csrf value=abcdef0123456789><input type='text' name='token' value='shown123'>\
        <INPUT NAME=\"_csrf\" VALUE=\"a+/b==-_.~:8901\" TYPE=\"hidden\" /><input type=hidden name=no value=12345678>\
        <input type=hidden name=form_token value='two00001'><input type=hidden name=form_token value='two00002'>\
        <input type=hidden name=xsrf value='a&amp;b\"c&lt;0'><input type=hidden name=nonce value=short></form><input type=hid";

    fn of(name: &str, value: &str) -> Token {
        Token { name: name.into(), value: value.into() }
    }

    fn renewed(content_type: &str, tokens: &[Token], post: &[u8], piece: usize) -> (Vec<u8>, Vec<String>) {
        let mut renewer = Renewer::new(content_type, tokens).expect("something to be put in");
        let mut out: Vec<u8> = post.chunks(piece).flat_map(|piece| renewer.push(piece)).collect();
        let (rest, names) = renewer.finish();
        out.extend(rest);
        (out, names)
    }

    #[test]
    fn hidden_fields_that_are_called_tokens_are_found() {
        assert_eq!(tokens(PAGE.as_bytes()), [of("csrf", "abcdef0123456789"), of("_csrf", "a+/b==-_.~:8901")]);
        assert!(
            tokens(b"").is_empty()
                && tokens(b"<input").is_empty()
                && tokens(b"<input type=hidden name=csrf value=\"12345678").is_empty()
        );
        assert!(!format!("{:?}", of("csrf", "secret00")).contains("secret00"));
    }

    #[test]
    fn tokens_of_the_common_frameworks_are_known_by_their_names() {
        for name in [
            "_csrf",
            "_token",
            "authenticity_token",
            "__RequestVerificationToken",
            "__VIEWSTATE",
            "__VIEWSTATEGENERATOR",
            "__EVENTVALIDATION",
            "javax.faces.ViewState",
            "sectok",
            "token",
            "wr_token",
            "form_key",
            "org.apache.struts.taglib.html.TOKEN",
            "struts.token",
            "_wpnonce",
            "_rx_csrf_token",
            "csrfmiddlewaretoken",
            "post[_token]",
            "ctl00$hidToken",
            "form_build_id",
            "sesskey",
            "SecurityID",
        ] {
            let page = format!("<input type=\"hidden\" name=\"{name}\" id='x' value=\"abcdef0123456789\" />");
            assert_eq!(tokens(page.as_bytes()), [of(name, "abcdef0123456789")], "{name}");
        }
        for name in
            ["wr_id", "bo_table", "page", "sectoken_none\"", "form", "key", "state", "__EVENTTARGET", "w\u{e9}token"]
        {
            let page = format!("<input type=hidden name={name} value=abcdef0123456789>");
            assert!(tokens(page.as_bytes()).is_empty(), "{name}");
        }
        let state = "/wEPDw".repeat(2_000);
        let page = format!("<input type=hidden name=__VIEWSTATE value='{state}'>");
        assert_eq!(tokens(page.as_bytes()), [of("__VIEWSTATE", &state)]);
    }

    #[test]
    fn names_are_found_as_browsers_write_them() {
        let tokens = [of("post[_token]", "new00000"), of("ctl00$hidToken", "new11111")];
        let post = b"post%5B_token%5D=old&a=1&ctl00%24hidToken=old";
        let (out, names) = renewed("application/x-www-form-urlencoded", &tokens, post, 7);
        assert_eq!(String::from_utf8_lossy(&out), "post%5B_token%5D=new00000&a=1&ctl00%24hidToken=new11111");
        assert_eq!(names.len(), 2);
    }

    #[test]
    fn they_take_the_place_of_the_old_ones_and_of_nothing_else() {
        let tokens = [of("csrf", "new+/=00"), of("other_token", "never000")];
        let url = "application/x-www-form-urlencoded";
        let multi = "multipart/form-data; boundary=\"B1\"";
        let part = |value: &str| {
            format!(
                "--B1\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"\r\n\r\n&csrf=file name=\"csrf\"\r\n\r\nx\r\n--B1\r\n\
                 Content-Disposition: form-data; name=\"csrf\"\r\n\r\n{value}\r\n--B1--\r\n"
            )
        };
        for (content_type, post, expected, names) in [
            (url, "csrf=old&a=1".to_owned(), "csrf=new%2B%2F%3D00&a=1".to_owned(), 1),
            (url, "a=1&csrf=old".to_owned(), "a=1&csrf=new%2B%2F%3D00".to_owned(), 1),
            (url, "a=1&csrf=".to_owned(), "a=1&csrf=new%2B%2F%3D00".to_owned(), 1),
            (url, "a=csrf=old&xcsrf=old".to_owned(), "a=csrf=old&xcsrf=old".to_owned(), 0),
            (url, String::new(), String::new(), 0),
            (multi, part("an older, longer one"), part("new+/=00"), 1),
            (multi, part(&"x".repeat(LONGEST + 99)), part(&"x".repeat(LONGEST + 99)), 0),
            (
                multi,
                "--B1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ncut".into(),
                "--B1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ncut".into(),
                0,
            ),
        ] {
            for piece in [1, 2, 7, 64, 4096] {
                let (out, renewed) = renewed(content_type, &tokens, post.as_bytes(), piece);
                assert_eq!(
                    (String::from_utf8_lossy(&out).as_ref(), renewed.len()),
                    (expected.as_str(), names),
                    "{piece}"
                );
            }
        }
        assert!(Renewer::new("application/json", &tokens).is_none());
        assert!(Renewer::new(url, &[]).is_none());
        assert!(Renewer::new("multipart/form-data", &tokens).is_none(), "no boundary");
    }
}
