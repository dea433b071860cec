//! Address books and calendars: vCard (RFC 2425, 6350) and iCalendar (RFC 5545). Their lines are folded, their values
//! escaped and perhaps packed; they are read in the words of people, so that a name is known for one.

use super::budget::Halt;
use super::walk::Walk;
use super::{Format, archive};
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

/// Address books and calendars.
pub(super) const FORMATS: &[Format] = &[Format { name: "vcard", bears, read }];

/// What properties say of a person.
const NAMED: &[(&str, &str)] = &[
    ("FN", "성명"),
    ("TEL", "전화"),
    ("ADR", "주소"),
    ("BDAY", "생년월일"),
    ("EMAIL", "이메일"),
    ("ORG", "소속"),
    ("NOTE", "메모"),
];

fn bears(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    [&b"BEGIN:VCARD"[..], b"BEGIN:VCALENDAR"]
        .iter()
        .any(|mark| start.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)))
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let text = archive::decoded(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        walk.tick()?;
        let (mut whole, mut folds) = (line.to_owned(), 0);
        let packed = is_packed(line);
        while let Some(next) = lines.next_if(|next| next.starts_with([' ', '\t']) || packed && whole.ends_with('=')) {
            match next.strip_prefix([' ', '\t']) {
                Some(rest) => whole.push_str(rest),
                None => {
                    whole.pop();
                    whole.push_str(next);
                }
            }
            folds += 1;
        }
        say(&whole, packed, &mut out);
        // Lines keep their numbers.
        (0..=folds).for_each(|_| out.push('\n'));
    }
    walk.raw(out.as_bytes())
}

/// Whether a value is in quoted-printable, as telephones write what is not ASCII.
fn is_packed(line: &str) -> bool {
    let head = line.split(':').next().unwrap_or_default();
    head.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
}

/// Says a property: its name in the words of people, its value without escapes.
fn say(line: &str, packed: bool, out: &mut String) {
    let Some((head, value)) = line.split_once(':') else {
        out.push_str(line);
        return;
    };
    let unpacked = packed.then(|| quoted_printable_decode(value.as_bytes())).flatten();
    let value = unpacked.map_or_else(|| value.to_owned(), |bytes| archive::decoded(&bytes));
    let name = head.split(';').next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    let known = NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    // Who takes part is named beside the address.
    let person = head.split(';').find_map(|parameter| parameter.strip_prefix("CN="));
    if let Some(person) = person {
        out.push_str("성명: ");
        out.push_str(person.trim_matches('"'));
        out.push_str(", ");
    }
    out.push_str(known.map_or(head, |(_, label)| label));
    out.push_str(": ");
    let structured = ["ADR", "ORG"].iter().any(|own| own.eq_ignore_ascii_case(name));
    let mut escaped = false;
    for letter in value.chars() {
        let was = escaped;
        escaped = letter == '\\' && !was;
        match (was, letter) {
            (false, '\\') => {}
            (true, 'n' | 'N') | (_, '\r' | '\n') => out.push(' '),
            (false, ';') if structured => out.push(' '),
            (_, letter) => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;

    #[test]
    fn folded_and_packed_values_are_read_in_their_lines() {
        let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=ED=99=8D=EA=B8=B8=\r\n\
                    =EB=8F=99\r\nitem1.TEL;CELL:010-2234-\r\n 5678\r\nADR;HOME:;;서울\\, 중구;;;;\r\nEND:VCARD\r\n";
        let heard = Heard::of("a.vcf", card.as_bytes());
        let text = String::from_utf8_lossy(&heard.raw[0].1).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2..7], ["성명: 홍길동", "", "전화: 010-2234-5678", "", "주소:   서울, 중구    "]);
        assert_eq!((heard.place_of("010-2234-5678"), heard.unreadable.len()), (Some("a.vcf"), 0));
    }

    #[test]
    fn calendars_are_read() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE;CN=홍길동:mailto:hong@example.com\n\
                    DESCRIPTION:번호 900101\n -1234568\\n끝\nEND:VEVENT\nEND:VCALENDAR\n";
        let heard = Heard::of("a.ics", text.as_bytes());
        assert_eq!(heard.place_of("성명: 홍길동, ATTENDEE"), Some("a.ics"));
        assert_eq!(heard.place_of("번호 900101-1234568 끝"), Some("a.ics"));
        assert_eq!(Heard::of("a.txt", "BEGIN: VCARD of sorts".as_bytes()).raw.len(), 1);
    }
}
