//! A story of the text to lines: its marks, and the codes of its fields.

use super::super::bytes::decode;
use encoding_rs::Encoding;

/// The marks that count (MS-DOC section 2.4.1 and the sections it leads to).
const CELL: u16 = 7;
const FIELD_BEGIN: u16 = 0x13;
const FIELD_SEPARATOR: u16 = 0x14;
const FIELD_END: u16 = 0x15;

/// Text, and the codes of fields that stood in it.
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) codes: Vec<String>,
}

/// Takes a story apart. `charset` is for units below 256, if the document is one of bytes.
pub(super) fn lines(units: &[u16], charset: Option<&'static Encoding>) -> Lines {
    let (mut text, mut codes, mut fields) = (Vec::new(), Vec::new(), Vec::<(bool, Vec<u16>)>::new());
    let mut last = 0;
    for &unit in units {
        match unit {
            FIELD_BEGIN => fields.push((true, Vec::new())),
            FIELD_SEPARATOR => {
                if let Some(field) = fields.last_mut() {
                    field.0 = false;
                }
            }
            FIELD_END => codes.extend(fields.pop().map(|(_, code)| code)),
            _ => {
                let into = match fields.iter_mut().rev().find(|(in_code, _)| *in_code) {
                    Some((_, code)) => code,
                    None => &mut text,
                };
                mark(unit, last, into);
            }
        }
        last = unit;
    }
    // A field without an end hides nothing.
    codes.extend(fields.into_iter().map(|(_, code)| code));
    let codes = codes.iter().map(|code| string(code, charset).trim().to_owned()).filter(|code| !code.is_empty());
    Lines { codes: codes.collect(), text: string(&text, charset) }
}

fn mark(unit: u16, last: u16, into: &mut Vec<u16>) {
    match unit {
        0x0B..=0x0D => into.push(0x0A),
        // The end of a row is a cell's mark behind that of the last cell.
        CELL => into.push(if last == CELL { 0x0A } else { 0x09 }),
        0x1E => into.push(0x2D),
        9 | 0x20.. => into.push(unit),
        // Soft hyphens, pictures, references of notes: they part no word.
        _ => {}
    }
}

fn string(units: &[u16], charset: Option<&'static Encoding>) -> String {
    match charset {
        Some(charset) => {
            let bytes: Vec<u8> = units.iter().map(|&unit| unit as u8).collect();
            decode(charset, &bytes)
        }
        None => {
            char::decode_utf16(units.iter().copied()).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_of_fields_do_not_part_the_text() {
        let units: Vec<u16> =
            "900101-\u{13} REF a \u{13} X \u{14}y\u{15}\u{14}1234\u{15}568\r".encode_utf16().collect();
        let lines = super::lines(&units, None);
        assert_eq!(lines.text, "900101-1234568\n");
        assert_eq!(lines.codes, ["X", "REF a y"]);
    }
}
