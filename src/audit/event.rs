//! What is recorded, and how it is written: JSON with a fixed order of fields, without a space.

use super::error::JournalError;
use std::fmt::Write;

/// The longest record, in bytes, with everything around what the caller says.
pub const LONGEST: usize = 256 << 10;
/// What the longest record leaves to the caller.
const LONGEST_BODY: usize = LONGEST - 1024;

/// One kind of finding in an exchange. It holds no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The name of the kind, as "mobile number".
    pub kind: String,
    /// How many.
    pub count: u64,
    /// Where the first stands, in words.
    pub place: Option<String>,
    /// Keyed hashes of the values (`hmac:…`).
    pub hashes: Vec<String>,
    /// The first value, masked.
    pub masked: Option<String>,
}

/// Something that is recorded. Fields that are `None` or empty are left out; the others are written in the order in which
/// they stand here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// What it is: one of [`kind`], or another word in lower case.
    pub kind: &'static str,
    /// The site it happened on.
    pub site: Option<String>,
    /// Whose doing it was: an account of the site or of garim.
    pub account: Option<String>,
    /// The address of the client.
    pub address: Option<String>,
    /// The method of the request.
    pub method: Option<String>,
    /// The path of the request, without its query.
    pub path: Option<String>,
    /// What was done: "pass", "block"; for a login "failed"; for an approval "refused".
    pub verdict: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// What was found.
    pub findings: Vec<Found>,
    /// The reason that a person gave.
    pub reason: Option<String>,
    /// Everything else, in this order.
    pub detail: Vec<(String, String)>,
    /// A JSON object that is recorded as it is, as `body`.
    pub body: Option<String>,
    /// Under [`Fsync::Posts`](super::Fsync::Posts) it is acknowledged when it is written, and need not be on the disk.
    pub soon: bool,
}

/// The kinds that the journal itself or its reports know.
pub mod kind {
    /// A process begins to write.
    pub const START: &str = "start";
    /// A process ends in order.
    pub const STOP: &str = "stop";
    /// A new segment begins.
    pub const SEGMENT: &str = "segment";
    /// A request and its answer.
    pub const EXCHANGE: &str = "exchange";
    /// A view of personal data by whoever may see it.
    pub const VIEW: &str = "view";
    /// A post is kept for approval.
    pub const HOLD: &str = "hold";
    /// A decision on a hold.
    pub const APPROVAL: &str = "approval";
    /// Records were exported.
    pub const EXPORT: &str = "export";
    /// The policy or the configuration changed.
    pub const POLICY: &str = "policy";
    /// Somebody logged in, or tried to.
    pub const LOGIN: &str = "login";
    /// An account was made, changed or removed.
    pub const ACCOUNT: &str = "account";
    /// A key changed.
    pub const KEY: &str = "key";
    /// Old segments were removed.
    pub const RETENTION: &str = "retention";
    /// Records could not be written.
    pub const LOST: &str = "lost";
    /// Somebody was alerted.
    pub const ALERT: &str = "alert";
    /// The clock was set.
    pub const CLOCK: &str = "clock";
    /// Seals could not be written to the second place, or can again.
    pub const SEAL: &str = "seal";

    /// All of them.
    pub const ALL: [&str; 17] = [
        START, STOP, SEGMENT, EXCHANGE, VIEW, HOLD, APPROVAL, EXPORT, POLICY, LOGIN, ACCOUNT, KEY, RETENTION, LOST,
        ALERT, CLOCK, SEAL,
    ];
}

impl Event {
    /// An event of a kind, with nothing else yet.
    pub fn new(kind: &'static str) -> Event {
        Event { kind, ..Event::default() }
    }

    /// An event whose content is a JSON object already, on one line; it is recorded as it is.
    pub fn body(kind: &'static str, object: impl Into<String>) -> Event {
        Event { kind, body: Some(object.into()), ..Event::default() }
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Event {
        self.detail.push((name.into(), value.into()));
        self
    }

    /// The fields as they are written, each behind a comma.
    ///
    /// # Errors
    /// When they are too long, or the body is no JSON object on one line.
    pub(super) fn render(&self) -> Result<String, JournalError> {
        let mut out = String::with_capacity(256);
        let texts = [
            ("site", &self.site),
            ("account", &self.account),
            ("address", &self.address),
            ("method", &self.method),
            ("path", &self.path),
            ("verdict", &self.verdict),
            ("rule", &self.rule),
        ];
        for (name, value) in texts {
            optional(&mut out, name, value);
        }
        if !self.findings.is_empty() {
            out.push_str(",\"findings\":[");
            list(&mut out, &self.findings, found);
            out.push(']');
        }
        optional(&mut out, "reason", &self.reason);
        if !self.detail.is_empty() {
            out.push_str(",\"detail\":{");
            list(&mut out, &self.detail, |out, (name, value)| {
                quote(out, name);
                out.push(':');
                quote(out, value);
            });
            out.push('}');
        }
        if let Some(body) = &self.body {
            checked(body)?;
            out.push_str(",\"body\":");
            out.push_str(body);
        }
        let word = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        if self.kind.is_empty() || self.kind.len() > 32 || !self.kind.bytes().all(word) {
            return Err(JournalError::Event("its kind is no word"));
        }
        if out.len() > LONGEST_BODY { Err(JournalError::Event("it is too long")) } else { Ok(out) }
    }
}

fn checked(body: &str) -> Result<(), JournalError> {
    let wrong = JournalError::Event("its body is no JSON object on one line");
    let shape = body.starts_with('{') && body.ends_with('}') && !body.bytes().any(|byte| byte < 0x20);
    let parsed = shape && serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
    if parsed { Ok(()) } else { Err(wrong) }
}

fn list<T>(out: &mut String, items: &[T], each: impl Fn(&mut String, &T)) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        each(out, item);
    }
}

fn found(out: &mut String, found: &Found) {
    out.push_str("{\"kind\":");
    quote(out, &found.kind);
    let _ = write!(out, ",\"count\":{}", found.count);
    optional(out, "place", &found.place);
    if !found.hashes.is_empty() {
        out.push_str(",\"hashes\":[");
        list(out, &found.hashes, |out, hash| quote(out, hash));
        out.push(']');
    }
    optional(out, "masked", &found.masked);
    out.push('}');
}

fn optional(out: &mut String, name: &str, value: &Option<String>) {
    if let Some(value) = value {
        field(out, name, value);
    }
}

/// `,"name":"value"`.
pub(super) fn field(out: &mut String, name: &str, value: &str) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    quote(out, value);
}

/// A JSON string (RFC 8259, section 7). Beyond what must be escaped: DEL and the separators that end a line elsewhere.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_have_one_order() {
        let event = Event {
            site: Some("board".into()),
            reason: Some("민원 \"처리\"\n".into()),
            findings: vec![Found { kind: "mobile number".into(), count: 2, ..Found::default() }],
            ..Event::new(kind::VIEW)
        };
        let text = event.with("file", "a\u{2028}b").render().expect("an event");
        assert_eq!(
            text,
            ",\"site\":\"board\",\"findings\":[{\"kind\":\"mobile number\",\"count\":2}],\"reason\":\"민원 \\\"처리\\\"\\u000a\",\
             \"detail\":{\"file\":\"a\\u2028b\"}"
        );
    }

    #[test]
    fn a_body_is_an_object_on_one_line() {
        for (body, good) in [
            ("{\"a\":1}", true),
            ("{\"a\":\n1}", false),
            ("{\"a\":1},\"mac\":{}", false),
            ("[1]", false),
            ("{", false),
            ("{}}", false),
        ] {
            assert_eq!(Event::body("exchange", body).render().is_ok(), good, "{body}");
        }
        assert!(Event::new("Two Words").render().is_err());
        assert!(Event::new("view").with("x", "y".repeat(LONGEST)).render().is_err());
    }

    proptest! {
        #[test]
        fn what_is_quoted_reads_back(text in any::<String>()) {
            let mut out = String::new();
            quote(&mut out, &text);
            prop_assert!(!out.chars().any(char::is_control));
            prop_assert_eq!(serde_json::from_str::<String>(&out).expect("JSON"), text);
        }
    }
}
