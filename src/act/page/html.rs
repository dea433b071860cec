//! The page as HTML: one column, no script, one embedded style that the page's own security policy names by its hash.

use super::words::{Labels, Words, about_data, code, labels, names_duty, spoken, what};
use super::{Choice, Notice, Receipt};
use crate::config::{Contact, Language};
use crate::policy::Reported;

pub(super) const STYLE: &str = include_str!("page.css");
/// The SHA-256 of [`STYLE`] in base64 (CSP 3, section 2.3.1); a test keeps it true.
const STYLE_HASH: &str = "CtZUf2A0LlkaIuugYG+BKV7e2CsjAUETZXox+JoZvP8=";

/// The page's `Content-Security-Policy`: nothing but its own style, and its own form if it asks; on a page of the site's own
/// also the site's styles, pictures and fonts, and never a script. The site may show it in a frame of its own.
pub(super) fn security_policy(asks: bool, own: bool) -> String {
    // Browsers hold the redirect of a form's answer to it too, and where the site sends a writer is its own affair.
    let forms = if asks { "https:" } else { "'none'" };
    let shown = match own {
        true => "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'".to_owned(),
        false => format!("style-src 'sha256-{STYLE_HASH}'"),
    };
    format!("default-src 'none'; {shown}; base-uri 'none'; form-action {forms}; frame-ancestors 'self'")
}

/// The same of a page with a form and one more style.
pub(super) fn security_policy_with(style: &str) -> String {
    security_policy(true, false).replacen("style-src ", &format!("style-src 'sha256-{style}' "), 1)
}

/// Writes the page. `charset` is only what its `<meta>` says; the caller encodes.
pub(super) fn write(notice: &Notice, words: &Words, charset: &str) -> String {
    let labels = labels(notice.language);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"{charset}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1 id=\"outcome\" tabindex=\"-1\" autofocus>{title}</h1>\n",
        code(notice.language),
        title = escape(words.title),
    );
    paragraph(&mut page, "data", about_data(notice));
    paragraph(&mut page, "why", words.why);
    receipt(&mut page, labels, &notice.receipt);
    heading(&mut page, labels.steps);
    list_of_steps(&mut page, words.steps);
    found(&mut page, notice);
    form(&mut page, notice);
    own_text(&mut page, notice);
    duty(&mut page, notice);
    contact(&mut page, labels, &notice.pages.contact);
    page.push_str("<hr>\n<dl>\n");
    line(&mut page, labels.reference, &escape(notice.id));
    line(&mut page, labels.time, &escape(notice.time));
    page.push_str("</dl>\n</main>\n</body>\n</html>\n");
    page
}

pub(super) fn heading(page: &mut String, text: &str) {
    page.push_str(&format!("<h2>{}</h2>\n", escape(text)));
}

pub(super) fn paragraph(page: &mut String, class: &str, text: &str) {
    if !text.is_empty() {
        page.push_str(&format!("<p class=\"{class}\">{}</p>\n", escape(text)));
    }
}

/// One line of a list of terms; `html` is escaped already.
pub(super) fn line(page: &mut String, term: &str, html: &str) {
    page.push_str(&format!("<dt>{}</dt><dd>{html}</dd>\n", escape(term)));
}

/// What the reader can do.
pub(super) fn list_of_steps(page: &mut String, steps: &[&str]) {
    page.push_str("<ol>\n");
    for step in steps {
        page.push_str(&format!("<li>{}</li>\n", escape(step)));
    }
    page.push_str("</ol>\n");
}

/// What whoever decided has said, and what the site answered.
pub(super) fn receipt(page: &mut String, labels: &Labels, receipt: &Receipt) {
    if !receipt.said.is_empty() {
        heading(page, labels.said);
        paragraph(page, "said", receipt.said);
    }
    if let Some(status) = receipt.status {
        heading(page, labels.answer);
        paragraph(page, "answer", &format!("HTTP {status}"));
        paragraph(page, "masked", receipt.answer);
    }
}

/// What was found.
pub(super) fn found(page: &mut String, notice: &Notice) {
    let labels = labels(notice.language);
    if notice.found.is_empty() && notice.more == 0 {
        return;
    }
    heading(page, labels.found);
    page.push_str("<ul>\n");
    for found in notice.found {
        page.push_str(&finding(found, notice.language));
    }
    page.push_str("</ul>\n");
    if notice.more > 0 {
        paragraph(page, "more", &labels.more.replace("{}", &notice.more.to_string()));
    }
}

fn finding(found: &Reported, language: Language) -> String {
    let place = match language {
        Language::Korean => found.place.korean(),
        Language::English => found.place.to_string(),
    };
    let masked = if found.masked.is_empty() {
        String::new()
    } else {
        format!(
            " <span class=\"masked\" role=\"img\" aria-label=\"{}\">{}</span>",
            escape(&spoken(&found.masked, language)),
            escape(&found.masked)
        )
    };
    format!(
        "<li><strong>{}</strong>{masked} <span class=\"place\">{}</span></li>\n",
        escape(what(found.what, language)),
        escape(&place)
    )
}

/// What is asked of the reader, if something is.
pub(super) fn form(page: &mut String, notice: &Notice) {
    let (labels, Some(asks)) = (labels(notice.language), &notice.asks) else { return };
    if asks.choice == Choice::Wait {
        let link = escape(asks.action);
        page.push_str(&format!(
            "<p class=\"receipt\">{}<br><a href=\"{link}\">{link}</a></p>\n",
            escape(labels.receipt)
        ));
        return;
    }
    page.push_str(&format!("<form method=\"post\" enctype=\"text/plain\" action=\"{}\">\n", escape(asks.action)));
    let mut button = |choice: &str, words: &str| {
        let token = escape(asks.token);
        page.push_str(&format!(
            "<p><button name=\"garim-post\" value=\"{token}.{choice}\">{}</button></p>\n",
            escape(words)
        ));
    };
    match asks.choice {
        Choice::Post { can_hide, as_it_is } => {
            if can_hide {
                button("hidden", labels.post_hidden);
            }
            if as_it_is {
                button("as-it-is", labels.post_as_it_is);
            }
        }
        Choice::Wait => {}
        Choice::Send => page.push_str(&format!(
            "<p><button name=\"garim-hold\" value=\"{}\">{}</button></p>\n",
            escape(asks.token),
            escape(labels.send)
        )),
        Choice::Reason => page.push_str(&format!(
            "<input type=\"hidden\" name=\"garim-answer\" value=\"{}\">\n<p><label for=\"why\">{}</label>\n\
             <textarea id=\"why\" name=\"garim-reason\" rows=\"3\" maxlength=\"200\" required></textarea></p>\n\
             <p><button>{}</button></p>\n",
            escape(asks.token),
            escape(labels.reason),
            escape(labels.give)
        )),
    }
    page.push_str("</form>\n");
}

/// The writer's own text.
pub(super) fn own_text(page: &mut String, notice: &Notice) {
    let (labels, own_text) = (labels(notice.language), notice.own_text);
    if own_text.is_empty() {
        return;
    }
    heading(page, labels.own_text);
    page.push_str(&format!("<p id=\"own-hint\">{}</p>\n", escape(labels.own_text_hint)));
    for (number, (name, text)) in own_text.iter().enumerate() {
        // HTML drops one line feed after the tag: without this one, it would drop the writer's.
        page.push_str(&format!(
            "<label for=\"own-{number}\">{}</label>\n<textarea id=\"own-{number}\" readonly \
             aria-describedby=\"own-hint\">\n{}</textarea>\n",
            escape(name),
            escape(text)
        ));
    }
}

/// The duty of the office, where it is the reason.
pub(super) fn duty(page: &mut String, notice: &Notice) {
    if names_duty(notice.outcome) {
        let labels = labels(notice.language);
        heading(page, labels.duty);
        paragraph(page, "duty", labels.duty_text);
    }
}

/// Whom to ask.
pub(super) fn contact(page: &mut String, labels: &Labels, contact: &Contact) {
    let Contact { office, phone, mail, hours } = contact;
    if [office, phone, mail, hours].iter().all(|line| line.is_empty()) {
        return;
    }
    heading(page, labels.contact);
    page.push_str("<dl>\n");
    let mut put = |term: &str, value: &str, html: String| {
        if !value.is_empty() {
            line(page, term, &html);
        }
    };
    put(labels.office, office, escape(office));
    let dialled: String = phone.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
    put(labels.phone, phone, format!("<a href=\"tel:{dialled}\">{}</a>", escape(phone)));
    put(labels.mail, mail, format!("<a href=\"mailto:{0}\">{0}</a>", escape(mail)));
    put(labels.hours, hours, escape(hours));
    page.push_str("</dl>\n");
}

/// A text as HTML, in elements, in `textarea` and `title`, and in quoted attributes. Control characters, which HTML
/// does not allow, become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(letter),
            letter if letter.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            letter => escaped.push(letter),
        }
    }
    escaped
}
