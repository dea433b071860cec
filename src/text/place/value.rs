//! What the value of an attribute, or a style sheet, says of itself by what has come of it.

/// The longest scheme that is told from others, in letters.
const SCHEME: usize = 10;

#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Value {
    /// Nothing that is asked for.
    #[default]
    Other,
    /// An address, as long as its scheme is not known: the letters that have come.
    Address([u8; SCHEME], usize),
    /// An address of `javascript:`: a script.
    Script,
    /// A number that is dialled, or somebody who is written to.
    Person,
    /// Style: the last three bytes in lower case, and whether an address stands there.
    Style([u8; 3], bool),
}

impl Value {
    pub(super) fn address() -> Value {
        Value::Address([0; SCHEME], 0)
    }

    pub(super) fn style() -> Value {
        Value::Style([0; 3], false)
    }

    pub(super) fn step(&mut self, byte: u8) {
        let byte = byte.to_ascii_lowercase();
        match self {
            Value::Address(_, 0) if byte.is_ascii_whitespace() => {}
            Value::Address(scheme, len) if byte.is_ascii_alphanumeric() => match scheme.get_mut(*len) {
                Some(letter) => {
                    *letter = byte;
                    *len += 1;
                }
                None => *self = Value::Other,
            },
            Value::Address(scheme, len) if byte == b':' => {
                *self = match scheme.get(..*len).unwrap_or_default() {
                    b"javascript" => Value::Script,
                    b"mailto" | b"tel" | b"sms" | b"callto" | b"fax" | b"facetime" => Value::Person,
                    _ => Value::Other,
                };
            }
            Value::Style(last, url) => {
                *url = match byte {
                    b'(' if last == b"url" => true,
                    b')' => false,
                    _ => *url,
                };
                last.rotate_left(1);
                last[2] = byte;
            }
            Value::Address(..) => *self = Value::Other,
            Value::Other | Value::Script | Value::Person => {}
        }
    }
}
