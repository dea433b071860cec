//! What a page says, as plain text in one paragraph: for receipts and terminals. Not for deciding anything.

use encoding_rs::{EUC_KR, Encoding, UTF_8};

/// Elements whose content nobody reads.
const UNREAD: [&str; 4] = ["script", "style", "head", "template"];
/// The few entities that pages are full of.
const ENTITIES: [(&str, &str); 6] =
    [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];

/// The text of a body of this `Content-Type`, up to `most` characters, with white space run together. What says no charset is
/// UTF-8 if it can be, else EUC-KR. A page that holds nothing but scripts is shown as it is.
pub fn plain(content_type: &str, body: &[u8], most: usize) -> String {
    let lower = content_type.to_ascii_lowercase();
    let label = lower.split_once("charset=").map(|(_, rest)| rest.trim_matches(['"', '\'', ' ']));
    let said = label.and_then(|label| Encoding::for_label(label.split([';', '"']).next()?.trim().as_bytes()));
    let guess = if std::str::from_utf8(body).is_ok() { UTF_8 } else { EUC_KR };
    let (text, _, _) = said.unwrap_or(guess).decode(body);
    let whole = shortened(&text, most);
    if !lower.contains("html") {
        return whole;
    }
    let read = shortened(&without_tags(&text), most);
    if read.is_empty() { whole } else { read }
}

/// White space run together, cut to so many characters.
fn shortened(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", words.get(..at).unwrap_or_default()),
        None => words,
    }
}

fn without_tags(page: &str) -> String {
    let mut read = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        read.push_str(before);
        read.push(' ');
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, behind)| behind);
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if UNREAD.contains(&name.as_str()) {
            rest = behind_element(rest, &name);
        }
    }
    read.push_str(rest);
    ENTITIES.iter().fold(read, |text, (entity, letter)| text.replace(entity, letter))
}

/// What stands behind the end tag of an element.
fn behind_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let is_end = |tag: &str| tag.get(..name.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(name));
    let mut tags = rest.match_indices("</").filter_map(|(at, end)| rest.get(at..)?.strip_prefix(end));
    tags.find(|tag| is_end(tag)).and_then(|tag| tag.split_once('>')).map_or("", |(_, behind)| behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_without_its_tags_in_its_charset() {
        let page = "<!DOCTYPE html><html><head><title>x</title></head><body><!-- a > b --><p>글이  등록<br>되었습니다.\n\
                    <script>if (a < b) {}</script>&lt;끝&gt;</p>";
        assert_eq!(plain("text/html; charset=utf-8", page.as_bytes(), 100), "글이 등록 되었습니다. <끝>");
        let korean = EUC_KR.encode("<b>등록</b>").0.into_owned();
        assert_eq!(plain("text/html; charset=euc-kr", &korean, 100), "등록");
        assert_eq!(plain("text/html", &korean, 100), "등록", "without a charset");
        assert_eq!(plain("text/html; charset=\"EUC-KR\"; x=1", &korean, 100), "등록");
        assert_eq!(plain("application/json", b"{\"a\":\"<b>\"}", 100), "{\"a\":\"<b>\"}");
        assert_eq!(plain("text/plain", "가나다라".as_bytes(), 2), "가나…");
    }

    #[test]
    fn what_is_broken_or_script_alone_is_still_something() {
        let script = "<script>location.href='/login'</script>";
        assert_eq!(plain("text/html", script.as_bytes(), 100), script);
        for broken in ["<", "a<b", "<script", "<!-- ", "<script>x", "</"] {
            let _ = plain("text/html", broken.as_bytes(), 100);
        }
        assert_eq!(plain("text/html", b"", 100), "");
    }
}
