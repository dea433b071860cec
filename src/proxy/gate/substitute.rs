//! What hyper is given in place of a head that is refused: a harmless one, by which the refusal is written and the
//! connection ends. It carries only what says how the reader wants to be spoken to.

/// The longest value that is carried over, in bytes.
const LONGEST: usize = 1024;

/// Methods that are carried over: whether there was something to store, and whether the answer has a body.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Fields that are carried over.
const FIELDS: [&str; 2] = ["Accept", "Accept-Language"];

/// Writes the head; it names no host, so that nothing can be asked of any site by it. `refused` is what came, as far as
/// it came, with all its faults.
pub(super) fn substitute(refused: &[u8]) -> Vec<u8> {
    let method = METHODS.into_iter().find(|method| refused.strip_prefix(method.as_bytes()).is_some_and(is_spaced));
    let mut head = format!("{} / HTTP/1.1\r\nConnection: close\r\n", method.unwrap_or("GET")).into_bytes();
    for name in FIELDS {
        let value = refused.split(|byte| *byte == b'\n').skip(1).find_map(|line| value_of(line, name));
        if let Some(value) = value {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn is_spaced(rest: &[u8]) -> bool {
    matches!(rest, [b' ' | b'\t', ..])
}

/// The value of a field line of that name, if it is short and holds nothing but visible ASCII and spaces.
fn value_of<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (own, value) = line.split_at_checked(name.len())?;
    let value = value.strip_prefix(b":")?;
    let value = value.strip_suffix(b"\r").unwrap_or(value).trim_ascii();
    let sound = value.len() <= LONGEST && value.iter().all(|byte| matches!(byte, b' '..=b'~'));
    (own.eq_ignore_ascii_case(name.as_bytes()) && sound).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_how_the_reader_is_spoken_to_goes_on() {
        let refused = b"POST /secret HTTP/1.1\nHost: a.kr\naccept: application/json\r\nAccept-Language:  en \r\n\
                        Cookie: a=b\r\nContent-Length: 5\r\nAccept-Language: ko\r\n\r\nhello";
        let head = "POST / HTTP/1.1\r\nConnection: close\r\nAccept: application/json\r\nAccept-Language: en\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&substitute(refused)), head);
    }

    #[test]
    fn what_is_strange_does_not() {
        for refused in [
            &b"\0\xff"[..],
            b"",
            b"\r\n",
            b"POSTED / x\r\nAccept: \x01\r\n",
            b"get /\nAccept: \xb0\xa1\nAccept-Language",
        ] {
            assert_eq!(substitute(refused), b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
        }
    }
}
