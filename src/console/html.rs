//! What all pages of the console have in common. Pure.

use crate::config::Language;

const STYLE: &str = include_str!("console.css");
/// The SHA-256 of [`STYLE`] in base64 (CSP 3, section 2.3.1); a test keeps it true.
const STYLE_HASH: &str = "9UWvo/P63GzyNHeIodQZW8Roe7P1ZLBKwdQ0Dy+lkd4=";

/// Nothing but its own style, and forms that go to the console itself; shown in no frame.
pub(super) fn security_policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// One of two texts.
pub(super) const fn either<'t>(language: Language, korean: &'t str, english: &'t str) -> &'t str {
    match language {
        Language::Korean => korean,
        Language::English => english,
    }
}

/// A page around its content, which is HTML already, with links to the pages that this account may see.
pub(super) fn page(language: Language, account: &str, links: &[(&str, &str)], content: &str) -> String {
    let t = |korean, english| either(language, korean, english);
    let code = t("ko", "en");
    let links: String = links.iter().map(|(path, name)| format!("<a href=\"{path}\">{}</a>", escape(name))).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>garim</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<nav>{links}\
         <a href=\"/sign-out\">{} ({})</a></nav>\n<main>\n{content}</main>\n</body>\n</html>\n",
        t("로그아웃", "Sign out"),
        escape(account),
    )
}

/// A heading.
pub(super) fn heading(text: &str) -> String {
    format!("<h1>{}</h1>\n", escape(text))
}

/// A row of a table; the cells are texts.
pub(super) fn row(tag: &str, cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect();
    format!("<tr>{cells}</tr>\n")
}

/// A paragraph.
pub(super) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escape(text))
}

/// A text of several lines as HTML.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

pub(super) fn nothing_here(language: Language) -> String {
    paragraph(either(language, "그런 화면은 없습니다.", "There is no such page."))
}

pub(super) fn not_for_you(language: Language) -> String {
    paragraph(either(language, "이 계정의 역할로는 볼 수 없습니다.", "The roles of this account do not allow it."))
}

pub(super) fn not_this_form(language: Language) -> String {
    let korean = "이 화면에서 보낸 것이 아니어서 처리하지 않았습니다. 화면을 새로 고쳐 다시 해 주세요.";
    paragraph(either(language, korean, "Not done: the form is not of this session. Reload the page and try again."))
}

/// A time in Korea.
pub(super) fn time(at: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A text as HTML, in elements and quoted attributes. What is not seen, or turns the direction of what follows, becomes U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter if letter.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                escaped.push(char::REPLACEMENT_CHARACTER);
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn the_style_is_the_one_that_the_security_policy_names() {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
        assert_eq!(STANDARD.encode(digest.as_ref()), STYLE_HASH);
    }

    #[test]
    fn texts_stay_texts() {
        assert_eq!(lines("a<\r\n\nb\u{7}"), "a&lt;\n\nb\u{fffd}");
        let row = row("td", &["<script>", "\u{202e}\"'&\u{0}"]);
        assert_eq!(row, "<tr><td>&lt;script&gt;</td><td>\u{fffd}&quot;&#39;&amp;\u{fffd}</td></tr>\n");
        assert!(page(Language::Korean, "<kim>", &[], "").contains("&lt;kim&gt;"));
    }
}
