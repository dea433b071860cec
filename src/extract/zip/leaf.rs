//! Elements as nearly all of a workbook are written: one that holds another that holds text, and no more. To read a cell in
//! five tokens costs several times as much as to see that it is one of these.

use memchr::memchr2;

/// An element and the one in it, as they are written.
pub(super) struct Form {
    /// `<c`
    open: &'static [u8],
    /// `<v>`
    inner: &'static [u8],
    /// `</v></c>`
    close: &'static [u8],
}

/// A cell with its value (ECMA-376 part 1, 18.3.1.4).
pub(super) const CELL: Form = Form { open: b"<c", inner: b"<v>", close: b"</v></c>" };

/// A string of one run (18.4.8).
pub(super) const STRING: Form = Form { open: b"<si", inner: b"<t>", close: b"</t></si>" };

/// The longest start tag that is looked at.
const LONGEST: usize = 64;

/// What was read of such an element.
pub(super) struct Leaf<'x> {
    attributes: &'x str,
    pub(super) text: &'x str,
}

impl<'x> Leaf<'x> {
    /// The element at the beginning, and what follows it. `None` if it is another one, or written in another way: with
    /// entities, spaces, prefixes or further elements.
    pub(super) fn read(bytes: &'x [u8], form: &Form) -> Option<(Leaf<'x>, &'x [u8])> {
        let behind = bytes.strip_prefix(form.open)?;
        let end = behind.iter().take(LONGEST).position(|byte| *byte == b'>')?;
        let (attributes, behind) = behind.split_at_checked(end)?;
        let attributes = std::str::from_utf8(attributes).ok().filter(|attributes| are_plain(attributes))?;
        let behind = behind.get(1..)?.strip_prefix(form.inner)?;
        let (text, behind) = behind.split_at_checked(memchr2(b'<', b'&', behind)?)?;
        let rest = behind.strip_prefix(form.close)?;
        Some((Leaf { attributes, text: std::str::from_utf8(text).ok()? }, rest))
    }

    /// Its attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'x str, &'x str)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (attribute, behind) = attribute(rest)?;
            rest = behind;
            Some(attribute)
        })
    }
}

fn are_plain(attributes: &str) -> bool {
    let mut rest = attributes;
    while let Some((_, behind)) = attribute(rest) {
        rest = behind;
    }
    rest.is_empty()
}

/// ` r="B7"` and what follows it.
fn attribute(text: &str) -> Option<((&str, &str), &str)> {
    let (name, behind) = word(text.strip_prefix(' ')?);
    let (value, behind) = word(behind.strip_prefix("=\"")?);
    let behind = behind.strip_prefix('"')?;
    (!name.is_empty()).then_some(((name, value), behind))
}

/// The letters and digits of ASCII at the beginning, and what follows them. They are few: to search for their end costs more.
fn word(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cell's attributes and text, and what follows it.
    type Cell<'x> = (Vec<(&'x str, &'x str)>, &'x str, &'x str);

    fn cell(xml: &str) -> Option<Cell<'_>> {
        let (leaf, rest) = Leaf::read(xml.as_bytes(), &CELL)?;
        Some((leaf.attributes().collect(), leaf.text, std::str::from_utf8(rest).unwrap()))
    }

    #[test]
    fn cells_as_nearly_all_are_written_are_read_at_once() {
        assert_eq!(
            cell("<c r=\"B7\" s=\"1\" t=\"s\"><v>12</v></c><c"),
            Some((vec![("r", "B7"), ("s", "1"), ("t", "s")], "12", "<c"))
        );
        assert_eq!(cell("<c><v>-1.5E+3</v></c>"), Some((Vec::new(), "-1.5E+3", "")));
        let (leaf, rest) = Leaf::read("<si><t>김 가람</t></si></sst>".as_bytes(), &STRING).unwrap();
        assert_eq!((leaf.text, rest), ("김 가람", &b"</sst>"[..]));
    }

    #[test]
    fn whatever_is_written_in_another_way_is_left() {
        for xml in [
            "<c r=\"B7\"/>",
            "<c r=\"B7\"><f>A1</f><v>1</v></c>",
            "<c r=\"B7\"><v>1&amp;2</v></c>",
            "<c r='B7'><v>1</v></c>",
            "<c r=\"B7\" ><v>1</v></c>",
            "<c r=\"><v>1</v></c>",
            "<c r=\"B7\"><v>1</v> </c>",
            "<c r=\"B7\"><v>1</v>",
            "<cell><v>1</v></c>",
            "<c x:r=\"B7\"><v>1</v></c>",
            "<c r=\"&#66;7\"><v>1</v></c>",
            "<c r=\"B7\"r=\"1\"><v>1</v></c>",
            "<c r=\"B7\"><v a=\"1\">1</v></c>",
            "",
        ] {
            assert!(cell(xml).is_none(), "{xml}");
        }
    }
}
