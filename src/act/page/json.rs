//! The notice as JSON: garim's own shape, or the one that the site's scripts understand.

use super::words::{Words, about_data};
use super::{Asks, Choice, Notice};
use crate::config::Language;
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    error: &'static str,
    message: &'a str,
    reference: &'a str,
    found: Vec<Found<'a>>,
    /// Findings beyond `found`.
    more: u64,
    /// What a script may send in `text/plain` to the same address, to go on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
    /// Where to ask what has become of a post that waits for approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<&'a str>,
    /// What whoever decided about it has said.
    #[serde(skip_serializing_if = "str::is_empty")]
    said: &'a str,
    /// What the site answered to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Answered<'a>>,
}

#[derive(Serialize)]
struct Answered<'a> {
    status: u16,
    text: &'a str,
}

#[derive(Serialize)]
struct Found<'a> {
    kind: &'static str,
    confidence: &'static str,
    place: String,
    masked: &'a str,
}

/// Writes the answer.
pub(super) fn write(notice: &Notice, words: &Words) -> String {
    let message = sentences(words.title, about_data(notice));
    if let Some(template) = &notice.pages.block_json {
        return fill(template, &message, notice.id);
    }
    let answer = Answer {
        error: notice.outcome.name(),
        message: &message,
        reference: notice.id,
        found: notice.found.iter().map(|found| found_in(found, notice.language)).collect(),
        more: notice.more,
        receipt: notice.asks.filter(|asks| asks.choice == Choice::Wait).map(|asks| asks.action),
        said: notice.receipt.said,
        answer: notice.receipt.status.map(|status| Answered { status, text: notice.receipt.answer }),
        choices: notice.asks.iter().flat_map(choices).collect(),
    };
    // Plain structs of strings and numbers: serialising them does not fail.
    serde_json::to_string(&answer).unwrap_or_default()
}

/// A title as a sentence, and the one about the site's data, if there is one.
fn sentences(title: &str, about: &str) -> String {
    let end = if title.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{title}{end} {about}").trim_end().to_owned()
}

fn choices(asks: &Asks) -> Vec<String> {
    let token = asks.token;
    match asks.choice {
        Choice::Post { can_hide, as_it_is } => {
            let hidden = can_hide.then(|| format!("garim-post={token}.hidden"));
            hidden.into_iter().chain(as_it_is.then(|| format!("garim-post={token}.as-it-is"))).collect()
        }
        Choice::Wait => Vec::new(),
        Choice::Send => vec![format!("garim-hold={token}")],
        Choice::Reason => vec![format!("garim-answer={token}\r\ngarim-reason=")],
    }
}

fn found_in(found: &crate::policy::Reported, language: Language) -> Found<'_> {
    Found {
        kind: found.what.name(),
        confidence: found.confidence.name(),
        place: match language {
            Language::Korean => found.place.korean(),
            Language::English => found.place.to_string(),
        },
        masked: &found.masked,
    }
}

/// Puts the message and the reference into the site's own template, whose places stand within JSON strings.
pub(super) fn fill(template: &str, message: &str, id: &str) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once('{') {
        filled.push_str(before);
        if let Some(tail) = tail.strip_prefix("message}") {
            filled.push_str(&within_string(message));
            rest = tail;
        } else if let Some(tail) = tail.strip_prefix("id}") {
            filled.push_str(&within_string(id));
            rest = tail;
        } else {
            filled.push('{');
            rest = tail;
        }
    }
    filled + rest
}

/// A text as it stands between the quotes of a JSON string.
fn within_string(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inner = quoted.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}
