//! XML of which nothing is known but that it may hold text: every text of it, and attributes.

use super::xml::{Token, Xml, decode, local};
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;

/// Attributes whose values are for people, wherever they stand.
const TELLING: &[&str] = &[
    "descr",
    "title",
    "alt",
    "author",
    "initials",
    "displayName",
    "userId",
    "tooltip",
    "display",
    "prompt",
    "promptTitle",
    "error",
    "errorTitle",
    "comment",
    "caption",
    "helpText",
    "statusText",
    "altText",
    "text",
    "lastEdited",
    "creator",
    "manager",
    "company",
    "keywords",
    "subject",
    "description",
    "menu",
    "command",
    "connection",
    "totalsRowLabel",
    "macro",
];

/// Elements of settings that are for people in their `val`.
const TELLING_VALUES: &[&str] = &[
    "docVar",
    "query",
    "connectString",
    "udl",
    "alias",
    "tag",
    "filter",
    "customFilter",
    "inputCells",
    "activeRecord",
    "destination",
    "addressFieldName",
    "mailSubject",
    "default",
    "helpText",
    "statusText",
    "listEntry",
    // Of a style.
    "name",
];

/// A list has so many levels.
const LEVELS: usize = 9;

/// Whether a part is XML: by its name, or by how it begins.
pub(super) fn is_xml(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let named = [".xml", ".rels", ".vml", ".rdf", ".hpf"].iter().any(|end| name.ends_with(end));
    let begins = bytes.trim_ascii_start().starts_with(b"<?xml") || bytes.starts_with(b"\xEF\xBB\xBF<?xml");
    if [".html", ".xhtml", ".htm", ".svg"].iter().any(|end| name.ends_with(end)) {
        return false;
    }
    named || begins || bytes.starts_with(b"\xFF\xFE<\0?\0") || bytes.starts_with(b"\xFE\xFF\0<\0?")
}

/// Reads the text of a part with `read`; what is no XML is given as it is.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn read<'w>(
    bytes: &[u8],
    walk: &mut Walk<'w>,
    read: impl FnOnce(&str, &mut Walk<'w>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let (text, broken) = decode(bytes);
    let done = read(&text, walk);
    match done {
        Ok(()) if broken => {
            walk.raw(bytes)?;
            Err(Halt::Part(Reason::Charset))
        }
        // The time and the limits are up, or its end was cut: who opens it with a patient program still sees it all.
        Err(Halt::Part(reason)) => {
            walk.raw(bytes)?;
            Err(Halt::Part(reason))
        }
        done => done,
    }
}

/// Every text of it as a line with the name of its element; `whole`: every attribute too, not only those for people.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn all(text: &str, whole: bool, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut lines = Lines { whole, ..Lines::default() };
    let done = lines.collect(text, walk);
    lines.flush();
    if !lines.done.is_empty() {
        walk.prose(|run| lines.done.iter().try_for_each(|line| run.line(None, line)))?;
    }
    done
}

#[derive(Default)]
struct Lines {
    done: Vec<String>,
    /// The open elements, and whether text stands directly in them.
    open: Vec<(String, bool)>,
    text: String,
    /// The name of the element in which the text began.
    label: String,
    /// Everything, settings too.
    whole: bool,
}

impl Lines {
    fn collect(&mut self, text: &str, walk: &Walk<'_>) -> Result<(), Halt> {
        let mut xml = Xml::new(text);
        while let Some(token) = xml.next(walk)? {
            match token {
                Token::Open(tag) => {
                    self.flush_unless_mixed();
                    for (key, value) in tag.attributes() {
                        if if self.whole { !is_guid(&value) } else { tells(tag.local(), key, &value) } {
                            self.done.push(format!("{key}: {value}"));
                        }
                    }
                    self.open.push((tag.local().to_owned(), false));
                }
                Token::Close(_) => {
                    self.open.pop();
                    self.flush_unless_mixed();
                }
                Token::Text(text) => self.put(&text),
                Token::Aside(text) if !text.trim().is_empty() => self.done.push(text.into_owned()),
                Token::Aside(_) => {}
            }
        }
        Ok(())
    }

    fn put(&mut self, text: &str) {
        if let Some((name, mixed)) = self.open.last_mut()
            && !text.trim().is_empty()
        {
            *mixed = true;
            if self.text.trim().is_empty() {
                self.label.clone_from(name);
            }
        }
        self.text.push_str(text);
    }

    fn flush_unless_mixed(&mut self) {
        if !self.open.last().is_some_and(|(_, mixed)| *mixed) {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if !text.is_empty() && (self.whole || !is_setting(text)) {
            self.done.push(if self.label.is_empty() { text.to_owned() } else { format!("{}: {text}", self.label) });
        }
    }
}

/// Whether an attribute is for people, or may be: programs' own values are ASCII.
pub(super) fn tells(element: &str, key: &str, value: &str) -> bool {
    let known = TELLING.contains(&key) || (local(key) == "val" && TELLING_VALUES.contains(&element));
    let digits = || value.bytes().filter(u8::is_ascii_digit).count();
    match key {
        // Fonts have names in many scripts.
        "typeface" | "face" => digits() > 12,
        "name" if digits() >= 6 => true,
        // A bullet is one letter.
        _ => {
            (known && !value.trim().is_empty())
                || (!value.is_ascii() && value.chars().nth(1).is_some())
                || is_mail(value)
                || is_resident(value, ["val", "n", "v", "value"].contains(&local(key)))
                // What stands before each paragraph of a list: a digit for each of its levels.
                || (element == "lvlText" && digits() > LEVELS)
        }
    }
}

/// Whether an address of mail may stand in it.
fn is_mail(value: &str) -> bool {
    value.split_once('@').is_some_and(|(_, host)| host.contains('.')) && !value.contains("://")
}

/// Whether something like a resident number stands in a value: thirteen digits, the first of the last seven
/// no 0 and no 9. Without its dash, `bare`, it may be a number of the program's own, such as a time.
fn is_resident(value: &str, bare: bool) -> bool {
    const LENGTH: usize = 13;
    let (mut run, mut seventh, mut dashed) = (0_usize, b'0', false);
    value.len() >= LENGTH
        && value.bytes().chain([b' ']).any(|byte| {
            if byte.is_ascii_digit() {
                run = run.saturating_add(1);
                seventh = if run == 7 { byte } else { seventh };
                return false;
            }
            // Six digits, a dash, and so on.
            if byte == b'-' && run == 6 {
                dashed = true;
                return false;
            }
            let is_one = std::mem::take(&mut run) == LENGTH && matches!(seventh, b'1'..=b'8');
            is_one && (std::mem::take(&mut dashed) || bare)
        })
}

/// Whether a text is a number, or numbers with commas between, as programs keep for themselves.
pub(super) fn is_setting(text: &str) -> bool {
    text.split(',').all(|piece| piece.trim().len() <= 9 && piece.trim().parse::<i32>().is_ok())
}

/// A name that programs give to things.
pub(super) fn is_guid(value: &str) -> bool {
    value.len() == 38 && value.starts_with('{') && value.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn attributes_that_may_speak_of_people_are_told() {
        for (element, key, value) in [
            ("item", "val", "900101-1234568"),
            ("i", "n", "홍 9001011234568"),
            ("dbPr", "command", "SELECT 1"),
            ("tableColumn", "totalsRowLabel", "sum"),
            ("person", "x", "hong@example.com"),
            ("a", "target-frame-name", "900101-1234568"),
            ("a", "href", "../x900101-1234568"),
        ] {
            assert!(tells(element, key, value), "{value}");
        }
        assert!(!tells("bookmarkStart", "id", "9001011234568"));
        for value in [
            "9525000",
            "2024-01-01T00:00:00",
            "{01234567-89AB-CDEF-0123-456789012345}",
            "9001010234568",
            "90010112345681",
        ] {
            assert!(!tells("ext", "val", value), "{value}");
        }
    }
}
