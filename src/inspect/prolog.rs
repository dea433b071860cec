//! What stands before the root element of an XML document that a client sends: a document type declaration there can
//! define entities, words that say whatever it likes, and attributes that are not written. Parsers differ in what they
//! make of them. SOAP forbids it (1.1, section 3), and no service needs it; drawings (SVG) that people attach have one that
//! only names a public type.

/// Reads a document up to its root element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prolog {
    /// Between tags.
    Between,
    /// So many bytes of a construct's beginning have come, all of them as in `<!--` or `<!DOCTYPE`.
    Opening(u8),
    /// In a processing instruction; whether its last byte was `?`.
    Instruction(bool),
    /// In a comment; how many of its last bytes were `-`, up to 2.
    Comment(u8),
    /// In a document type declaration of an attached file, in such a quote (or none: 0).
    Type(u8),
    /// In the root element, or beyond: nothing is looked for.
    Root,
    /// There was a document type declaration; in an attached file, one that defines something itself.
    Declares,
}

impl Prolog {
    /// Reads on; how many bytes stand before the one by which the document declares what cannot be inspected.
    pub fn push(&mut self, bytes: &[u8], is_file: bool) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            *self = self.after(*byte, is_file);
            match self {
                Prolog::Declares => return Some(at),
                Prolog::Root => return None,
                _ => {}
            }
        }
        None
    }

    fn after(self, byte: u8, is_file: bool) -> Prolog {
        match (self, byte) {
            (Prolog::Between, b'<') => Prolog::Opening(1),
            // Text before the root element is no XML; a lenient parser reads on, and so do we.
            (Prolog::Between, _) => Prolog::Between,
            (Prolog::Opening(1), b'?') => Prolog::Instruction(false),
            (Prolog::Opening(1), b'!') => Prolog::Opening(2),
            (Prolog::Opening(2), b'-') => Prolog::Opening(3),
            (Prolog::Opening(2), b'D' | b'd') if is_file => Prolog::Type(0),
            (Prolog::Opening(2), b'D' | b'd' | b'E' | b'e') | (Prolog::Type(0), b'[') => Prolog::Declares,
            (Prolog::Type(0), b'>') => Prolog::Between,
            (Prolog::Type(0), b'"' | b'\'') => Prolog::Type(byte),
            (Prolog::Type(quote), byte) => Prolog::Type(if quote == byte { 0 } else { quote }),
            (Prolog::Opening(3), b'-') => Prolog::Comment(0),
            (Prolog::Opening(_), b'<') => Prolog::Opening(1),
            (Prolog::Opening(1), _) => Prolog::Root,
            (Prolog::Opening(_), _) => Prolog::Between,
            (Prolog::Instruction(true), b'>') | (Prolog::Comment(2), b'>') => Prolog::Between,
            (Prolog::Instruction(_), byte) => Prolog::Instruction(byte == b'?'),
            (Prolog::Comment(dashes), b'-') => Prolog::Comment(dashes.saturating_add(1).min(2)),
            (Prolog::Comment(_), _) => Prolog::Comment(0),
            (Prolog::Root | Prolog::Declares, _) => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, is_file: bool) -> bool {
        let whole = Prolog::Between.push(text.as_bytes(), is_file).is_some();
        let mut each = Prolog::Between;
        assert_eq!(whole, text.bytes().any(|byte| each.push(&[byte], is_file).is_some()), "{text}");
        whole
    }

    fn declares(text: &str) -> bool {
        read(text, false)
    }

    #[test]
    fn attached_drawings_may_name_a_public_type() {
        let public =
            "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"";
        assert!(!read(&format!("{public}><svg/>"), true));
        for own in [" [<!ENTITY a \"b\">]><svg>", "\">[\" 'x' ["] {
            assert!(read(&format!("{public}{own}"), true), "{own}");
        }
        assert!(!read("<!DOCTYPE a \"[\" '[>'><a>", true));
    }

    #[test]
    fn a_document_type_before_the_root_element() {
        for text in [
            "<!DOCTYPE a><a/>",
            "\u{FEFF}<?xml version=\"1.0\"?>\n<!doctype a><a/>",
            "<!-- a -- b ---><?x <!-- ?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "junk<!-<!DOCTYPE a>",
            "<!--><a/>--><!DOCTYPE a>",
            "<!ENTITY a \"b\">",
        ] {
            assert!(declares(text), "{text}");
        }
    }

    #[test]
    fn none_there() {
        for text in [
            "",
            "<",
            "<a><![CDATA[<!DOCTYPE html>]]></a>",
            "<a/><!DOCTYPE a>",
            "<!-- <!DOCTYPE a> --><a>",
            "<?x <!DOCTYPE a> ?><a>",
            "<?xml version=\"1.0\" encoding=\"EUC-KR\"?><soap:Envelope/>",
        ] {
            assert!(!declares(text), "{text}");
        }
    }
}
