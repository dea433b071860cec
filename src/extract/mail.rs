//! Messages as mail programs save them (RFC 5322 with MIME, RFC 2045 to 2049): .eml.

use super::archive::decoded;
use super::{Format, Halt, Walk, coded, shifted};
use crate::vocab::{Reason, Step};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::parsers::MessageStream;
use mail_parser::{Encoding, Header, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Saved messages.
pub(super) const FORMATS: &[Format] = &[
    Format { name: "eml", bears, read: |bytes, walk| message(bytes, walk, 0, &mut 0) },
    Format { name: "mbox", bears: is_mailbox, read: mailbox },
];

/// Where the head must be told, in bytes.
const HEAD: usize = 16 << 10;

/// Words that nest messages, at most: the parser's messages lie within each other in memory.
const MOST_NESTED: usize = 1000;

/// Fields that only messages have; two of them, or one with two of [`COMMON`], make a message.
const OWN: &[&str] =
    &["received", "mime-version", "message-id", "return-path", "delivered-to", "content-transfer-encoding", "reply-to"];

/// Fields that other texts may begin with too.
const COMMON: &[&str] = &["from", "to", "cc", "subject", "date", "sender", "content-type"];

/// Whether a line says that what follows the head is coded (RFC 2045 section 6): no other text says that of itself.
fn says_coded(name: &[u8], value: &[u8]) -> bool {
    let value = value.trim_ascii().to_ascii_lowercase();
    name == b"content-transfer-encoding"
        && [&b"base64"[..], b"quoted-printable"].iter().any(|known| value.starts_with(known))
}

/// It begins with lines of a head, and enough of them are fields of messages, or one says that the rest is coded. A table
/// or a log in text begins otherwise.
fn bears(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes).trim_ascii_start();
    let (mut own, mut common) = (0, 0);
    // Pages that browsers save as one file say no more than these two.
    let (mut is_mime, mut has_type) = (false, false);
    for line in head.split(|&byte| byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            break;
        };
        let name = line.get(..colon).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            break;
        }
        is_mime |= name == b"mime-version";
        has_type |= name == b"content-type";
        if says_coded(&name, line.get(colon.saturating_add(1)..).unwrap_or_default()) {
            return true;
        }
        own += usize::from(OWN.iter().any(|field| field.as_bytes() == name));
        common += usize::from(COMMON.iter().any(|field| field.as_bytes() == name));
    }
    is_mime && has_type || own >= 2 || (own >= 1 && common >= 2) || common >= 4
}

/// A mailbox (RFC 4155): a line that begins with `From `, then a message.
fn is_mailbox(bytes: &[u8]) -> bool {
    let Some(end) = bytes.starts_with(b"From ").then(|| memchr::memchr(b'\n', bytes)).flatten() else { return false };
    let (line, message) = bytes.split_at_checked(end.saturating_add(1)).unwrap_or((bytes, &[]));
    bears(message) || is_dated(line) && begins_with_field(message)
}

/// Whether a line ends as that of a mailbox does: `Mon Jan  1 00:00:00 2024`. Then the messages need not say that they are some.
fn is_dated(line: &[u8]) -> bool {
    let mut words = line.trim_ascii_end().rsplit(|&byte| byte == b' ').filter(|word| !word.is_empty());
    let year = words.next().is_some_and(|year| year.len() == 4 && year.iter().all(u8::is_ascii_digit));
    let time = words.next().is_some_and(|time| time.len() == 8 && time.split(|&byte| byte == b':').count() == 3);
    year && time
}

/// Whether the first line is a field of a head.
fn begins_with_field(message: &[u8]) -> bool {
    let line = message.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
    !name.is_empty() && name.len() < line.len() && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Each message, from one `From ` at the beginning of a line to the next.
fn mailbox(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut starts: Vec<usize> = memchr::memmem::find_iter(bytes, b"\nFrom ").map(|at| at.saturating_add(1)).collect();
    starts.push(bytes.len());
    let mut start = 0;
    for (number, end) in (1..).zip(starts) {
        walk.entry()?;
        let piece = span_of(bytes, start, end);
        let head = memchr::memchr(b'\n', piece).map_or(piece.len(), |end| end.saturating_add(1));
        let (line, piece) = piece.split_at_checked(head).unwrap_or((piece, &[]));
        start = end;
        walk.within(Step::MessageHead("From".to_owned()), |walk| walk.say(&decoded(line)))?;
        walk.within(Step::File(format!("message-{number}.eml")), |walk| message(piece, walk, 0, &mut 0))?;
    }
    Ok(())
}

fn span_of(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    bytes.get(start..end).unwrap_or_default()
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
            let free = matches!(
                header.name,
                HeaderName::ContentDescription
                    | HeaderName::ContentLocation
                    | HeaderName::Other(_)
                    | HeaderName::Subject
            );
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
    let line = format!("{}\n", with_shifted_words(raw.trim()));
    let mut stream = MessageStream::new(line.as_bytes());
    let value = stream.parse_unstructured();
    let text = value.as_text().unwrap_or(&raw);
    walk.within(Step::MessageHead(header.name.as_str().to_owned()), |walk| walk.say(text))
}

/// The same with encoded words in ISO-2022-KR decoded, which the parser does not know.
fn with_shifted_words(field: &str) -> String {
    const CHARSET: &str = "=?iso-2022-kr?";
    let (mut out, mut rest) = (String::new(), field);
    while let Some(at) = rest.to_ascii_lowercase().find(CHARSET) {
        let (before, word) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let word = word.get(CHARSET.len()..).unwrap_or_default();
        let Some((coding, text, behind)) = word
            .split_once('?')
            .and_then(|(coding, word)| word.split_once("?=").map(|(text, rest)| (coding, text, rest)))
        else {
            return field.to_owned();
        };
        let bytes = match coding {
            "B" | "b" => base64_decode(text.as_bytes()),
            _ => quoted_printable_decode(text.replace('_', " ").as_bytes()),
        };
        out.push_str(&bytes.and_then(|bytes| shifted::read(&bytes)).unwrap_or_else(|| text.to_owned()));
        rest = behind;
    }
    out + rest
}

fn span(bytes: &[u8], start: u32, end: u32) -> &[u8] {
    span_of(bytes, start as usize, end as usize)
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
        (PartType::Text(text), None) if text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----") => {
            walk.within(Step::MessageText, |_| Err(Halt::Part(Reason::Encrypted)))?;
        }
        (PartType::Text(text), None) => walk.within(Step::MessageText, |walk| {
            if let Some(text) = plain().and_then(|own| shifted::read(&own)) {
                return walk.say(&text);
            }
            walk.say(text)?;
            coded::read(text.as_bytes(), walk)?;
            // In another charset than it says, or in none that it says.
            if text.contains(char::REPLACEMENT_CHARACTER) { walk.raw(&plain().unwrap_or_default()) } else { Ok(()) }
        })?,
        (PartType::Html(html), None) => walk.within(Step::MessageText, |walk| match plain() {
            Some(own) if html.contains(char::REPLACEMENT_CHARACTER) => {
                walk.raw(shifted::read(&own).map_or(own, String::into_bytes).as_slice())
            }
            // It is in UTF-8 by now, whatever it says of itself: the mark of the order of bytes outweighs that.
            _ => walk.raw(&[b"\xEF\xBB\xBF", html.as_bytes()].concat()),
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
    fn messages_of_a_mailbox_are_read_one_by_one() {
        let one =
            |number: u32| format!("From: a@x\nTo: b@x\nSubject: s{number}\nDate: d\n\n본문 900101-123456{number}\n");
        let mailbox = format!("From a@x Thu Nov 26 2026\n{}\nFrom b@x Fri Nov 27 2026\n{}", one(1), one(2));
        let heard = Heard::of("a.mbox", mailbox.as_bytes());
        assert_eq!(heard.place_of("900101-1234561"), Some("a.mbox › message-1.eml › message text"));
        assert_eq!(heard.place_of("900101-1234562"), Some("a.mbox › message-2.eml › message text"));
        assert_eq!(heard.place_of("b@x Fri"), Some("a.mbox › message header ‘From’"));
        assert_eq!(heard.unreadable, []);
        assert!(!super::is_mailbox(b"From here on\nit is text\n"));
        let bare = "From a@x Thu Nov 26 09:00:00 2026\nSubject: s\n\na\n\nFrom b@x Fri Nov 27 09:00:00 2026\n\
            Content-Transfer-Encoding: base64\n\nOTAwMTAxLTEyMzQ1Njg=\n";
        let heard = Heard::of("a.mbox", bare.as_bytes());
        assert_eq!(heard.place_of("900101-1234568"), Some("a.mbox › message-2.eml › message text"));
        assert!(!super::is_mailbox(b"From a to b at 09:00:00 2026\nit is text\n"));
    }

    #[test]
    fn encrypted_parts_are_said() {
        let pgp = "From: a@x\nTo: b@x\nMIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\
            Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n\
            -----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n--b--\n";
        let smime = "From: a@x\nTo: b@x\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\
            Content-Transfer-Encoding: base64\n\nMIIBAgYJKoZIhvcNAQcDoIIBAA==\n";
        let inline = "From: a@x\nTo: b@x\nSubject: s\nDate: d\n\n-----BEGIN PGP MESSAGE-----\n\nhQ\n";
        for mail in [pgp, smime, inline] {
            let heard = Heard::of("a.eml", mail.as_bytes());
            assert!(heard.unreadable.iter().any(|(_, reason)| *reason == Reason::Encrypted), "{mail}");
        }
    }

    #[test]
    fn charsets_of_korean_mail_are_read() {
        let head =
            "From: =?ISO-2022-KR?B?GyQpQw4xaDAhNncP?= <a@x>\nTo: b@x\nSubject: =?euc-kr?Q?=B1=E8=B0=A1=B6=F7?= b\n";
        let shifted = b"Content-Type: text/plain; charset=ISO-2022-KR\n\n\x1B$)C\x0E1h0!6w\x0F 900101-1234568\n";
        let heard = Heard::of("a.eml", &[head.as_bytes(), b"MIME-Version: 1.0\n", shifted].concat());
        assert_eq!(heard.place_of("김가람 <a@x>"), Some("a.eml › message header ‘From’"));
        assert_eq!(heard.place_of("김가람 b"), Some("a.eml › message header ‘Subject’"));
        assert_eq!(heard.place_of("김가람 900101-1234568"), Some("a.eml › message text"));
        let html = [b"<meta charset=euc-kr><p>".as_slice(), &encoding_rs::EUC_KR.encode("김가람").0].concat();
        let mail = [head.as_bytes(), b"MIME-Version: 1.0\nContent-Type: text/html; charset=ks_c_5601-1987\n\n", &html]
            .concat();
        assert_eq!(Heard::of("a.eml", &mail).place_of("<p>김가람"), Some("a.eml › message text"));
    }

    #[test]
    fn a_short_head_that_says_how_the_rest_is_coded_makes_a_message() {
        let coded = "Content-Transfer-Encoding: BASE64\r\n\r\nOTAwMTAxLTEyMzQ1Njg=\r\n";
        assert_eq!(Heard::of("a.eml", coded.as_bytes()).place_of("900101-1234568"), Some("a.eml › message text"));
        let quoted = "Subject: s\nContent-Transfer-Encoding: quoted-printable\n\n=3900101-1234568\n";
        assert_eq!(Heard::of("a.eml", quoted.as_bytes()).place_of("900101-1234568"), Some("a.eml › message text"));
        assert!(!bears(b"Content-Transfer-Encoding: 8bit\n\ntext"));
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

    /// Browsers write no more of a head than this.
    #[test]
    fn saved_pages_are_messages() {
        let page = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nPHA+OTAwMTAxLTEyMzQ1Njg8L3A+\r\n--b--\r\n";
        assert!(bears(page.as_bytes()));
        assert!(Heard::of("a.mht", page.as_bytes()).place_of("900101-1234568").is_some());
        assert!(!bears(b"Content-Type: text/html\r\n\r\nMIME-Version: 1.0"));
    }
}
