//! A message as JSON, for a webhook. Its `text` is what chat programs show.

use super::breach::Breach;
use super::{Message, SHOWN, words};
use crate::config::Language;
use serde_json::{Value, json};

/// The message as a JSON object. Fields that are not known are `null` or empty; `version` changes when one changes its meaning.
pub fn json(message: &Message) -> String {
    let alert = &message.alert;
    let text = |text: &Option<String>| text.as_deref().map(|text| words::shown(text, SHOWN));
    let several = |texts: &[String]| texts.iter().map(|text| words::shown(text, SHOWN)).collect::<Vec<_>>();
    let found = alert
        .counts
        .kinds
        .iter()
        .map(|(kind, count)| json!({ "kind": kind.name(), "korean": kind.korean(), "count": count }));
    json!({
        "version": 1,
        "text": chat(message),
        "event": alert.event.name(),
        "severity": alert.severity.name(),
        "node": words::shown(&message.node, SHOWN),
        "site": text(&alert.site),
        "time": words::rfc3339(alert.when),
        "last": words::rfc3339(message.last),
        "times": message.times,
        "untold": message.untold,
        "found": found.collect::<Vec<_>>(),
        "people": alert.counts.people,
        "values": alert.counts.values,
        "places": words::places(message, Language::English).collect::<Vec<_>>(),
        "masked": several(&alert.masked),
        "rule": text(&alert.rule),
        "reference": text(&alert.reference),
        "detail": text(&alert.detail),
        "breach": message.breach.as_ref().map(|breach| self::breach(breach, message)),
    })
    .to_string()
}

fn breach(breach: &Breach, message: &Message) -> Value {
    let grounds: Vec<&str> = breach.grounds.iter().map(|ground| ground.name()).collect();
    let draft = breach.draft(message);
    json!({
        "grounds": grounds,
        "known": words::rfc3339(message.alert.when),
        "due": words::rfc3339(Breach::deadline(message.alert.when)),
        "draft": { "ko": draft.korean, "en": draft.english },
    })
}

/// Both languages, without what a chat program would take for a link, a mention or a tag: names of files and fields come
/// from outside.
fn chat(message: &Message) -> String {
    let (korean, english) = (words::text(message, Language::Korean), words::text(message, Language::English));
    format!("[garim] {korean}\n\n[garim] {english}")
        .chars()
        .map(|letter| match letter {
            '<' => '‹',
            '>' => '›',
            '&' => '＆',
            '@' => '＠',
            '`' => '\'',
            other => other,
        })
        .collect::<String>()
        .replace("](", "] (")
}
