//! A message as one line of syslog: RFC 5424, or ArcSight's Common Event Format (CEF, version 0) behind the head of RFC 3164.

use super::breach::Breach;
use super::{Message, SHOWN, Severity, words};
use crate::config::Language;
use crate::config::alert::{Format, Framing};

/// The longest line, in bytes: what every receiver should take over UDP (RFC 5426, section 3.2).
pub const LONGEST: usize = 2_048;
/// What of it is left to the text behind the structured data.
const TEXT: usize = 600;
/// "Log audit" (RFC 5424, table 1).
const FACILITY: u8 = 13;
/// The number that is set aside for examples (RFC 5612): garim has none of its own.
const STRUCTURE: &str = "garim@32473";

/// The line in a format.
pub(super) fn line(message: &Message, format: Format) -> String {
    match format {
        Format::Rfc5424 => rfc5424(message),
        Format::Cef => cef(message),
    }
}

/// A line as it goes into a stream.
pub fn framed(line: &str, framing: Framing) -> Vec<u8> {
    match framing {
        // RFC 6587, section 3.4.1.
        Framing::OctetCounting => format!("{} {line}", line.len()).into_bytes(),
        // Section 3.4.2; a line holds no line feed.
        Framing::Newline => format!("{line}\n").into_bytes(),
    }
}

/// Table 2 of RFC 5424.
fn priority(severity: Severity) -> u8 {
    let severity = match severity {
        Severity::Critical => 2,
        Severity::Warning => 4,
        Severity::Notice => 5,
        Severity::Info => 6,
    };
    FACILITY * 8 + severity
}

/// A name in a head: printable ASCII without spaces.
fn name(text: &str, most: usize) -> String {
    let name: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

/// What is known, by the name it has in RFC 5424; what matters most comes first, as the last ones may have no room.
fn facts(message: &Message) -> Vec<(&'static str, String)> {
    let alert = &message.alert;
    let text = |text: &Option<String>| text.as_deref().map(|text| words::shown(text, 80)).unwrap_or_default();
    let several =
        |texts: &[String]| texts.iter().take(4).map(|text| words::shown(text, 60)).collect::<Vec<_>>().join("; ");
    let kinds: Vec<String> =
        alert.counts.kinds.iter().map(|(kind, count)| format!("{} {count}", kind.name())).collect();
    let grounds = message.breach.iter().flat_map(|breach| &breach.grounds).map(|ground| ground.name());
    let due = message.breach.as_ref().map(|_| words::rfc3339(Breach::deadline(alert.when)));
    let number = |number: u64| if number == 0 { String::new() } else { number.to_string() };
    vec![
        ("event", alert.event.name().to_owned()),
        ("severity", alert.severity.name().to_owned()),
        ("times", message.times.to_string()),
        ("site", text(&alert.site)),
        ("reference", text(&alert.reference)),
        ("breach", grounds.collect::<Vec<_>>().join(",")),
        ("due", due.unwrap_or_default()),
        ("untold", number(message.untold)),
        ("people", alert.counts.people.map(number).unwrap_or_default()),
        ("rule", text(&alert.rule)),
        ("found", kinds.join(", ")),
        ("detail", text(&alert.detail)),
        ("places", words::places(message, Language::English).collect::<Vec<_>>().join("; ")),
        ("masked", several(&alert.masked)),
    ]
}

/// The first bytes of a text, no letter cut in two.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// RFC 5424, with a byte order mark before the text, as UTF-8 has it there (section 6.4). At most [`LONGEST`] bytes.
pub fn rfc5424(message: &Message) -> String {
    let alert = &message.alert;
    let mut line = format!(
        "<{}>1 {} {} garim {} {} [{STRUCTURE}",
        priority(alert.severity),
        words::rfc3339(alert.when),
        name(&message.node, 255),
        std::process::id(),
        name(alert.event.name(), 32),
    );
    for (name, value) in facts(message).into_iter().filter(|(_, value)| !value.is_empty()) {
        let param = format!(" {name}=\"{}\"", escaped(&value, &['"', '\\', ']']));
        if line.len().saturating_add(param.len()) < LONGEST - TEXT {
            line.push_str(&param);
        }
    }
    line.push_str("] \u{feff}");
    let text = titles(message);
    line.push_str(cut(&text, LONGEST.saturating_sub(line.len())));
    line
}

/// A text of its own as RFC 5424, whole: what is only worth something as it is.
pub(super) fn plain(node: &str, when: &str, id: &str, text: &str) -> String {
    let (priority, node, process) = (priority(Severity::Info), name(node, 255), std::process::id());
    format!("<{priority}>1 {when} {node} garim {process} {id} - {text}")
}

/// Both titles on one line.
fn titles(message: &Message) -> String {
    let (korean, english) = (words::title(message, Language::Korean), words::title(message, Language::English));
    words::shown(&format!("{korean} / {english}"), 2 * SHOWN)
}

/// CEF: `CEF:0|vendor|product|version|event|name|severity|extension`. At most [`LONGEST`] bytes.
pub fn cef(message: &Message) -> String {
    let alert = &message.alert;
    let severity = match alert.severity {
        Severity::Info => 1,
        Severity::Notice => 4,
        Severity::Warning => 7,
        Severity::Critical => 10,
    };
    let title = words::title(message, Language::English);
    let mut line = format!(
        "<{}>{} {} CEF:0|garim|garim|{}|{}|{}|{severity}|rt={}",
        priority(alert.severity),
        words::strftime(alert.when, "%b %e %H:%M:%S"),
        name(&message.node, 255),
        env!("CARGO_PKG_VERSION"),
        alert.event.name(),
        escaped(cut(&title, 300), &['|', '\\']),
        alert.when.as_millisecond(),
    );
    for (key, value) in extension(message) {
        let pair = format!(" {key}={}", escaped(&value, &['=', '\\']));
        if line.len().saturating_add(pair.len()) <= LONGEST {
            line.push_str(&pair);
        }
    }
    line
}

/// The keys of the standard; what it has none for stands under its custom ones, each with its label.
fn extension(message: &Message) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut custom = 0_u8;
    let known = facts(message).into_iter().filter(|(_, value)| !value.is_empty());
    for (name, value) in known {
        let key = match name {
            // In the head.
            "event" | "severity" => continue,
            "times" => "cnt",
            "site" => "dhost",
            "reference" => "externalId",
            "detail" => "reason",
            "people" => {
                pairs.extend([("cn1Label".to_owned(), name.to_owned()), ("cn1".to_owned(), value)]);
                continue;
            }
            _ => "",
        };
        if key.is_empty() && custom < 6 {
            custom += 1;
            pairs.extend([(format!("cs{custom}Label"), name.to_owned()), (format!("cs{custom}"), value)]);
        } else if !key.is_empty() {
            pairs.push((key.to_owned(), value));
        }
    }
    let korean = words::title(message, Language::Korean);
    pairs.push(("msg".to_owned(), words::shown(&korean, SHOWN)));
    pairs
}

/// With a backslash before some letters. Line ends are none any more: every text was made one line.
fn escaped(text: &str, letters: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letters.contains(&letter) {
            escaped.push('\\');
        }
        escaped.push(if letter.is_control() { ' ' } else { letter });
    }
    escaped
}
