//! Entity tags as fields carry them (RFC 9110 section 8.8.3), one or a list. Pure.

/// An entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// It bears `W/`.
    pub weak: bool,
    /// What stands between its quotes.
    pub opaque: &'a [u8],
}

/// One item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item<'a> {
    /// As it came.
    pub raw: &'a [u8],
    /// What it is, if it is a tag.
    pub tag: Option<Tag<'a>>,
}

impl<'a> Tag<'a> {
    /// Exactly one tag, and nothing else.
    pub fn alone(value: &'a [u8]) -> Option<Tag<'a>> {
        match leading(value.trim_ascii()) {
            Some((tag, [])) => Some(tag),
            _ => None,
        }
    }
}

/// A tag at the start of a text, and what follows it.
fn leading(text: &[u8]) -> Option<(Tag<'_>, &[u8])> {
    let (weak, quoted) = match text.strip_prefix(b"W/") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let inside = quoted.strip_prefix(b"\"")?;
    let end = inside.iter().position(|byte| *byte == b'"')?;
    let (opaque, rest) = inside.split_at_checked(end)?;
    let holds = opaque.iter().all(|byte| matches!(byte, 0x21..=0x7E | 0x80..));
    holds.then(|| (Tag { weak, opaque }, rest.get(1..).unwrap_or_default()))
}

/// The items of a field's line. Commas inside quotes do not part them; what is no tag goes as far as the next comma.
pub(super) fn items(line: &[u8]) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut text = line.trim_ascii();
    while !text.is_empty() {
        let tag = leading(text).filter(|(_, rest)| matches!(rest.trim_ascii_start().first(), None | Some(b',')));
        let rest = tag.map_or_else(|| from_comma(text), |(_, rest)| from_comma(rest));
        let raw = text.get(..text.len().saturating_sub(rest.len())).unwrap_or_default().trim_ascii();
        if !raw.is_empty() {
            items.push(Item { raw, tag: tag.map(|(tag, _)| tag) });
        }
        text = rest.get(1..).unwrap_or_default().trim_ascii_start();
    }
    items
}

/// The text from its first comma on; empty if it has none.
fn from_comma(text: &[u8]) -> &[u8] {
    let comma = text.iter().position(|byte| *byte == b',').unwrap_or(text.len());
    text.get(comma..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alone(value: &str) -> Option<(bool, &str)> {
        Tag::alone(value.as_bytes()).map(|tag| (tag.weak, std::str::from_utf8(tag.opaque).unwrap()))
    }

    #[test]
    fn a_tag_is_quoted_and_perhaps_weak() {
        assert_eq!(alone("\"abc\""), Some((false, "abc")));
        assert_eq!(alone(" W/\"a,b\" "), Some((true, "a,b")));
        assert_eq!(alone("\"\""), Some((false, "")));
        for none in ["", "abc", "\"abc", "abc\"", "w/\"abc\"", "\"a\"b", "\"a\", \"b\"", "\"a b\"", "*", "'a'"] {
            assert_eq!(alone(none), None, "{none}");
        }
    }

    #[test]
    fn a_list_is_parted_at_commas_outside_of_quotes() {
        let shown = |line: &'static str| -> Vec<(String, bool)> {
            let items = items(line.as_bytes());
            items.iter().map(|item| (String::from_utf8_lossy(item.raw).into_owned(), item.tag.is_some())).collect()
        };
        let expected = |items: &[(&str, bool)]| -> Vec<(String, bool)> {
            items.iter().map(|(raw, tag)| ((*raw).to_owned(), *tag)).collect()
        };
        assert_eq!(shown("\"a\", W/\"b,c\" ,,\"\""), expected(&[("\"a\"", true), ("W/\"b,c\"", true), ("\"\"", true)]));
        assert_eq!(shown("abc, \"d\""), expected(&[("abc", false), ("\"d\"", true)]));
        assert_eq!(shown("\"a\"x, \"b\""), expected(&[("\"a\"x", false), ("\"b\"", true)]));
        assert_eq!(shown("*"), expected(&[("*", false)]));
        assert_eq!(shown(" , "), expected(&[]));
        assert_eq!(shown("\"open, \"b\""), expected(&[("\"open", false), ("\"b\"", true)]));
    }

    proptest! {
        #[test]
        fn any_line_is_parted_without_loss_of_its_tags(
            tags in prop::collection::vec(("(W/)?", "[!#-~]{0,12}"), 0..6),
            spaces in "[ \t]{0,2}",
        ) {
            let written: Vec<String> = tags.iter().map(|(weak, opaque)| format!("{weak}\"{opaque}\"")).collect();
            let line = written.join(&format!("{spaces},{spaces}"));
            let read: Vec<Vec<u8>> = items(line.as_bytes()).iter().map(|item| item.raw.to_vec()).collect();
            prop_assert_eq!(read, written.iter().map(|tag| tag.clone().into_bytes()).collect::<Vec<_>>());
            prop_assert!(items(line.as_bytes()).iter().all(|item| item.tag.is_some()));
        }

        #[test]
        fn no_line_is_too_odd(line in prop::collection::vec(any::<u8>(), 0..64)) {
            let total: usize = items(&line).iter().map(|item| item.raw.len()).sum();
            prop_assert!(total <= line.len());
        }
    }
}
