//! A message as mail: RFC 5322, with RFC 2047 words in its subject and the text in base64 (RFC 2045).

use super::{Message, words};
use crate::config::Language;
use crate::config::alert::Mail;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lettre::Address;

/// Bytes of an encoded word before base64, such that its line stays below the 76 letters of RFC 2047: of the first, which
/// stands behind the name of its field, and of the others.
const WORD: (usize, usize) = (36, 45);
/// Bytes of a line before base64: 76 letters (RFC 2045, section 6.8).
const LINE: usize = 57;

/// The whole mail, with CRLF line ends. `now` is its date; with `id` it makes the name by which the mail is known, and has
/// to be another one in each mail of a process.
pub fn letter(message: &Message, mail: &Mail, now: Timestamp, id: u64) -> String {
    let subject = format!("[garim] {}", words::title(message, Language::Korean));
    let (domain, process) = (mail.from.domain(), std::process::id());
    let mut letter = String::new();
    let mut field = |name: &str, value: &str| {
        letter.push_str(name);
        letter.push_str(": ");
        letter.push_str(value);
        letter.push_str("\r\n");
    };
    let to: Vec<&str> = mail.recipients.iter().map(Address::as_ref).collect();
    field("From", mail.from.as_ref());
    field("To", &to.join(",\r\n "));
    field("Subject", &encoded(&subject));
    field("Date", &words::strftime(now, "%a, %d %b %Y %H:%M:%S %z"));
    field("Message-ID", &format!("<{}.{process}.{id}@{domain}>", now.as_millisecond()));
    // So that nobody's absence note answers (RFC 3834).
    field("Auto-Submitted", "auto-generated");
    field("MIME-Version", "1.0");
    field("Content-Type", "text/plain; charset=utf-8");
    field("Content-Transfer-Encoding", "base64");
    letter.push_str("\r\n");
    let (korean, english) = (words::text(message, Language::Korean), words::text(message, Language::English));
    let text = format!("{korean}\n\n----\n\n{english}\n").replace('\n', "\r\n");
    for line in text.as_bytes().chunks(LINE) {
        letter.push_str(&STANDARD.encode(line));
        letter.push_str("\r\n");
    }
    letter
}

/// Encoded words, a line each. No letter is cut in two (RFC 2047, section 5).
fn encoded(text: &str) -> String {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        let most = if words.is_empty() { WORD.0 } else { WORD.1 };
        if word.len().saturating_add(letter.len_utf8()) > most {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    let coded: Vec<String> = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect();
    coded.join("\r\n ")
}
