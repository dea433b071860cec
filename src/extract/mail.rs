//! Messages as mail programs save them (RFC 5322 with MIME, RFC 2045 to 2049): .eml.

use super::archive::decoded;
use super::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::parsers::MessageStream;
use mail_parser::{Encoding, Header, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Saved messages.
pub(super) const FORMATS: &[Format] =
    &[Format { name: "eml", bears, read: |bytes, walk| message(bytes, walk, 0, &mut 0) }];

/// Where the head must be told, in bytes.
const HEAD: usize = 16 << 10;

/// Words that nest messages, at most: the parser's messages lie within each other in memory.
const MOST_NESTED: usize = 1000;

/// Fields that only messages have; two of them, or one with two of [`COMMON`], make a message.
const OWN: &[&str] =
    &["received", "mime-version", "message-id", "return-path", "delivered-to", "content-transfer-encoding", "reply-to"];

/// Fields that other texts may begin with too.
const COMMON: &[&str] = &["from", "to", "cc", "subject", "date", "sender", "content-type"];

/// It begins with lines of a head, and enough of them are fields of messages. A table or a log in text begins otherwise.
fn bears(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes).trim_ascii_start();
    let (mut own, mut common) = (0, 0);
    for line in head.split(|&byte| byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else { break };
        let name = line.get(..colon).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            break;
        }
        own += usize::from(OWN.iter().any(|field| field.as_bytes() == name));
        common += usize::from(COMMON.iter().any(|field| field.as_bytes() == name));
    }
    own >= 2 || (own >= 1 && common >= 2) || common >= 4
}

/// Reads a message; `depth` counts messages within messages, `parts` those that are named by their number.
fn message(bytes: &[u8], walk: &mut Walk<'_>, depth: u32, parts: &mut u32) -> Result<(), Halt> {
    if depth >= walk.limits().depth {
        return Err(Halt::Part(Reason::TooDeep));
    }
    if nesting_words(bytes) > MOST_NESTED {
        walk.raw(bytes)?;
        return Err(Halt::Part(Reason::TooDeep));
    }
    let Some(parsed) = MessageParser::default().parse(bytes) else {
        walk.raw(bytes)?;
        return Err(Halt::DAMAGED);
    };
    for (number, part) in parsed.parts.iter().enumerate() {
        walk.entry()?;
        for header in &part.headers {
            // Of a part within, only what its sender may have written freely.
            let free =
                matches!(header.name, HeaderName::ContentDescription | HeaderName::Other(_) | HeaderName::Subject);
            if number == 0 || free {
                field(header, bytes, walk)?;
            }
        }
        let done = one(part, bytes, walk, depth, parts);
        walk.note(done)?;
    }
    between(&parsed, bytes, walk)
}

/// How often a word occurs that makes a part a message.
fn nesting_words(bytes: &[u8]) -> usize {
    let lower = bytes.to_ascii_lowercase();
    [&b"rfc822"[..], b"global", b"digest"].iter().map(|word| memchr::memmem::find_iter(&lower, word).count()).sum()
}

/// A field of the head, with its encoded words (RFC 2047) decoded.
fn field(header: &Header<'_>, bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let raw = decoded(span(bytes, header.offset_start, header.offset_end));
    let line = format!("{}\n", raw.trim());
    let mut stream = MessageStream::new(line.as_bytes());
    let value = stream.parse_unstructured();
    let text = value.as_text().unwrap_or(&raw);
    walk.within(Step::MessageHead(header.name.as_str().to_owned()), |walk| walk.say(text))
}

fn span(bytes: &[u8], start: u32, end: u32) -> &[u8] {
    bytes.get(start as usize..end as usize).unwrap_or_default()
}

/// A part: text, a file, or a message.
fn one(part: &MessagePart<'_>, bytes: &[u8], walk: &mut Walk<'_>, depth: u32, parts: &mut u32) -> Result<(), Halt> {
    let raw = span(bytes, part.offset_body, part.offset_end);
    let name = part.attachment_name().map(str::to_owned);
    if let Some(name) = &name {
        walk.within(Step::EntryName, |walk| walk.say(name))?;
    }
    let plain = || match part.encoding {
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::None => Some(raw.to_vec()),
    };
    match (&part.body, name) {
        (PartType::Multipart(_), _) => return Ok(()),
        (PartType::Message(nested), name) => {
            *parts = parts.saturating_add(1);
            let within = if part.encoding == Encoding::None { raw } else { &nested.raw_message };
            walk.within(Step::File(name.unwrap_or_else(|| format!("message-{parts}.eml"))), |walk| {
                message(within, walk, depth.saturating_add(1), parts)
            })?;
        }
        (PartType::Text(text), None) => walk.within(Step::MessageText, |walk| {
            walk.say(text)?;
            // In another charset than it says, or in none that it says.
            if text.contains(char::REPLACEMENT_CHARACTER) { walk.raw(&plain().unwrap_or_default()) } else { Ok(()) }
        })?,
        (PartType::Html(html), None) => walk.within(Step::MessageText, |walk| match plain() {
            Some(own) if html.contains(char::REPLACEMENT_CHARACTER) => walk.raw(&own),
            _ => walk.raw(html.as_bytes()),
        })?,
        // A file in its own bytes, whatever its declared type: text keeps its charset.
        (PartType::Text(text) | PartType::Html(text), Some(name)) => match plain() {
            Some(own) => walk.open(&name, &own)?,
            None => walk.open(&name, text.as_bytes())?,
        },
        (PartType::Binary(content) | PartType::InlineBinary(content), name) => {
            walk.unpacked(content.len())?;
            walk.open(&name.unwrap_or_default(), content)?;
        }
    }
    if part.is_encoding_problem { Err(Halt::DAMAGED) } else { Ok(()) }
}

/// What stands between parts, before the first and behind the last: no mail program shows it.
fn between(parsed: &Message<'_>, bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let boundaries: Vec<String> = parsed
        .parts
        .iter()
        .filter_map(|part| Some(format!("--{}", part.content_type()?.attribute("boundary")?)))
        .collect();
    let mut spans: Vec<(u32, u32)> = parsed
        .parts
        .iter()
        .map(|part| match part.body {
            PartType::Multipart(_) => (part.offset_header, part.offset_body),
            _ => (part.offset_header, part.offset_end),
        })
        .collect();
    spans.sort_unstable();
    spans.push((u32::try_from(bytes.len()).unwrap_or(u32::MAX), u32::MAX));
    let (mut reached, mut left) = (0, String::new());
    for (start, end) in spans {
        for line in decoded(span(bytes, reached, start)).lines() {
            let is_boundary =
                boundaries.iter().any(|own| line.trim_end().trim_end_matches("--") == own.trim_end_matches("--"));
            if !is_boundary && !line.trim().is_empty() {
                left.push_str(line);
                left.push('\n');
            }
        }
        reached = reached.max(end);
    }
    walk.within(Step::Part("between the parts".to_owned()), |walk| walk.say(&left))
}

#[cfg(test)]
mod tests {
    use super::bears;
    use crate::extract::Limits;
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    fn mail() -> String {
        [
            "From: =?utf-8?B?6rmA6rCA656M?= <garam@example.com>",
            "To: b@example.com",
            "Subject: =?euc-kr?B?sei6+7ev?= 010-0000-0000",
            "X-Own: own field",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=\"b1\"",
            "",
            "before the parts",
            "--b1",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "",
            "67O466y4IDkwMDEwMS0xMjM0NTY4",
            "--b1",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            "<b>900102-=",
            "1234567</b>",
            "--b1",
            "Content-Type: application/octet-stream; name=\"list.csv\"",
            "Content-Disposition: attachment; filename=\"list.csv\"",
            "Content-Transfer-Encoding: base64",
            "",
            "bmFtZSw5MDAxMDMtMTIzNDU2Ng==",
            "--b1",
            "Content-Type: message/rfc822",
            "",
            "From: c@example.com",
            "Subject: within",
            "",
            "inner 900104-1234565",
            "--b1--",
            "behind the parts",
        ]
        .join("\r\n")
    }

    #[test]
    fn every_part_has_its_place() {
        let heard = Heard::of("a.eml", mail().as_bytes());
        for (text, place) in [
            ("김가람", "message header ‘From’"),
            ("garam@example.com", "message header ‘From’"),
            ("010-0000-0000", "message header ‘Subject’"),
            ("own field", "message header ‘X-Own’"),
            ("본문 900101-1234568", "message text"),
            ("900102-1234567", "message text"),
            ("list.csv", "file name"),
            ("900103-1234566", "list.csv"),
            ("within", "message-1.eml › message header ‘Subject’"),
            ("900104-1234565", "message-1.eml › message text"),
            ("before the parts", "part ‘between the parts’"),
            ("behind the parts", "part ‘between the parts’"),
        ] {
            assert_eq!(heard.place_of(text), Some(format!("a.eml › {place}").as_str()), "{text}");
        }
        assert_eq!(heard.unreadable, []);
    }

    #[test]
    fn text_in_another_charset_than_it_says_is_handed_on_as_it_is() {
        let head = "From: a@example.com\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n";
        let text = encoding_rs::EUC_KR.encode("김가람").0.into_owned();
        let heard = Heard::of("a.eml", &[head.as_bytes(), &text].concat());
        assert!(heard.raw.iter().any(|(place, bytes)| place == "a.eml › message text" && bytes.starts_with(&text)));
    }

    #[test]
    fn other_texts_are_not_messages() {
        for text in ["Name: a\nDate: b\nTo: c\n", "From: a\nTo: b\n\ntext", "이름,주소\n", "Host: a\nDate: b\n\n", ""]
        {
            assert!(!bears(text.as_bytes()), "{text}");
        }
        assert!(bears(mail().as_bytes()));
    }

    #[test]
    fn what_breaks_off_does_not_panic_and_its_text_is_found() {
        let whole = mail();
        for length in 0..whole.len() {
            let heard = Heard::of("a.eml", whole.as_bytes().get(..length).unwrap_or_default());
            assert!(length < 400 || heard.place_of("garam@example.com").is_some(), "{length}");
        }
    }

    #[test]
    fn messages_within_messages_end() {
        let one = "From: a@x\nTo: b@x\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n";
        let heard = Heard::of("a.eml", one.repeat(20).as_bytes());
        assert!(heard.unreadable.iter().any(|(_, reason)| *reason == Reason::TooDeep), "{:?}", heard.unreadable);
        let heard = Heard::of("a.eml", one.repeat(100_000).as_bytes());
        assert_eq!(heard.unreadable, [("a.eml".to_owned(), Reason::TooDeep)]);
        let parts = format!(
            "{}--b\n\nx\n",
            "From: a@x\nTo: b@x\nMIME-Version: 1\nContent-Type: multipart/mixed; boundary=b\n\n"
        );
        let parts = format!("{parts}{}", "--b\n\nx\n".repeat(50));
        let heard = Heard::within("a.eml", parts.as_bytes(), Limits { entries: 10, ..Limits::default() });
        assert_eq!(heard.unreadable, [(String::new(), Reason::TooManyEntries)]);
    }
}
