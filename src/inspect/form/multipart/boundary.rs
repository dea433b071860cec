//! The boundary, out of a `Content-Type`.

use super::MultipartError;

/// RFC 2046 section 5.1.1.
const LONGEST: usize = 70;

/// The boundary that a `Content-Type` of `multipart/form-data` names: exactly once, of 1 to 70 characters of RFC 2046,
/// quoted or not.
///
/// Some readers search the whole value for the word, and take what follows up to a comma or semicolon, spaces and all
/// (PHP). So the word may occur only once outside the boundary itself, and a value that is not quoted holds none of them
/// and ends at a semicolon or with the header.
pub fn boundary(content_type: &[u8]) -> Result<&[u8], MultipartError> {
    let mut rest = content_type.trim_ascii();
    let mut found = None;
    let end = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
    let (media_type, mut parameters) = rest.split_at(end);
    if !media_type.trim_ascii().eq_ignore_ascii_case(b"multipart/form-data") {
        return Err(MultipartError::Boundary);
    }
    while let Some(after) = parameters.strip_prefix(b";") {
        rest = after.trim_ascii_start();
        let (name, value, left) = parameter(rest).ok_or(MultipartError::Boundary)?;
        if name.eq_ignore_ascii_case(b"boundary") && found.replace(value).is_some() {
            return Err(MultipartError::Boundary);
        }
        parameters = left;
    }
    let boundary = found.filter(|boundary| parameters.is_empty() && is_boundary(boundary));
    let named_once = |boundary: &&[u8]| mentions(content_type) == mentions(boundary) + 1;
    boundary.filter(named_once).ok_or(MultipartError::Boundary)
}

/// How often the word itself occurs, as it does in `----WebKitFormBoundary…`.
fn mentions(text: &[u8]) -> usize {
    text.windows(8).filter(|window| window.eq_ignore_ascii_case(b"boundary")).count()
}

/// Whether these bytes can be a boundary.
pub fn is_boundary(value: &[u8]) -> bool {
    (1..=LONGEST).contains(&value.len()) && !value.ends_with(b" ") && value.iter().all(|byte| is_bchar(*byte))
}

fn is_bchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte)
}

/// `name=value` or `name="value"` at the beginning, and what is left after it.
fn parameter(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (name, rest) = text.split_at_checked(text.iter().position(|byte| *byte == b'=')?)?;
    let rest = rest.get(1..)?;
    if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
        return None;
    }
    if let Some(quoted) = rest.strip_prefix(b"\"") {
        let end = quoted.iter().position(|byte| *byte == b'"')?;
        let value = quoted.get(..end)?;
        return (!value.contains(&b'\\')).then_some((name, value, quoted.get(end + 1..)?));
    }
    let end = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
    let (value, left) = rest.split_at_checked(end)?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"'+_-./:=?".contains(byte);
    value.iter().all(plain).then_some((name, value, left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &str) -> Option<&str> {
        boundary(content_type.as_bytes()).ok().map(|value| std::str::from_utf8(value).unwrap())
    }

    #[test]
    fn what_browsers_and_tools_send() {
        let webkit = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW";
        assert_eq!(read(webkit), Some("----WebKitFormBoundary7MA4YWxkTrZu0gW"));
        let firefox = "multipart/form-data; boundary=----geckoformboundary3f1a2b";
        assert_eq!(read(firefox), Some("----geckoformboundary3f1a2b"));
        let explorer = "multipart/form-data; boundary=---------------------------7e21b3d0a0c2e";
        assert_eq!(read(explorer), Some("---------------------------7e21b3d0a0c2e"));
        let java = "Multipart/Form-Data;charset=EUC-KR;Boundary=\"----=_Part_0_1(2), :3\"";
        assert_eq!(read(java), Some("----=_Part_0_1(2), :3"));
        assert_eq!(read("multipart/form-data; boundary=x;charset=utf-8"), Some("x"));
        assert_eq!(read("multipart/form-data; boundary=\"x\"; charset=\"utf-8\""), Some("x"));
        assert_eq!(read("multipart/form-data; boundary====1732274433===  "), Some("===1732274433==="));
    }

    #[test]
    fn what_readers_read_differently() {
        for refused in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"",
            "multipart/form-data; boundary=a; boundary=b",
            "multipart/form-data; boundary=a; boundary=a",
            "multipart/form-data; xboundary=a; boundary=b",
            "multipart/form-data; x=\"boundary=a\"; boundary=b",
            "multipart/form-data; boundary=a,b",
            "multipart/form-data, boundary=a",
            "multipart/form-data; boundary=\"a",
            "multipart/form-data; boundary=\"a\\\"b\"",
            "multipart/form-data; boundary=\"a \"",
            "multipart/form-data; boundary = a",
            "multipart/form-data; boundary=a b",
            "multipart/form-data; boundary=x ; charset=utf-8",
            "multipart/form-data; boundary=\"x\" ; charset=utf-8",
            "multipart/form-data boundary=x",
            "multipart/form-data; boundary=x, multipart/form-data; boundary=y",
            "multipart/form-data; boundary=가",
            "multipart/form-data; boundary=a;",
            "multipart/form-data; boundary*=utf-8''a",
            "multipart/mixed; boundary=a",
        ] {
            assert_eq!(read(refused), None, "{refused}");
        }
        assert_eq!(read(&format!("multipart/form-data; boundary={}", "a".repeat(70))).map(str::len), Some(70));
        assert_eq!(read(&format!("multipart/form-data; boundary={}", "a".repeat(71))), None);
    }
}
