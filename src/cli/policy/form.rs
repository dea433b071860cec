//! Forms as a browser sends them: multipart (RFC 7578) and url-encoded (WHATWG URL, section 5.2).

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: Vec<u8>,
    /// Of a file: its name, and its type, if it says one.
    pub file: Option<(String, Option<String>)>,
}

impl Field {
    /// One that is no file.
    pub fn text(name: &str, value: impl Into<Vec<u8>>) -> Field {
        Field { name: name.to_owned(), value: value.into(), file: None }
    }
}

/// The `Content-Type` and the body of a multipart form.
pub(super) fn multipart(fields: &[Field]) -> (String, Vec<u8>) {
    let boundary = boundary(fields);
    let mut body = Vec::new();
    for field in fields {
        body.extend(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&field.name)).bytes(),
        );
        if let Some((name, media_type)) = &field.file {
            let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
            body.extend(format!("; filename=\"{}\"\r\nContent-Type: {media_type}", quoted(name)).bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(&field.value);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// One that stands in none of the fields.
fn boundary(fields: &[Field]) -> String {
    let free = |boundary: &String| {
        !fields.iter().any(|field| memchr::memmem::find(&field.value, boundary.as_bytes()).is_some())
    };
    let mut all = (0_u64..).map(|number| format!("----garim-policy-test-{number:08}"));
    all.find(free).unwrap_or_default()
}

/// HTML, section 4.10.21.8: what would end a name is escaped.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A url-encoded form.
pub(super) fn urlencoded(fields: &[Field]) -> Vec<u8> {
    let pairs = fields.iter().map(|field| format!("{}={}", encoded(field.name.as_bytes()), encoded(&field.value)));
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}

/// One name or value of it.
pub(super) fn encoded(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' ' => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"*-._".contains(byte) => out.push(char::from(*byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_as_browsers_send_them() {
        let fields = [Field::text("가 \"", "1&2"), Field::text("b", "----garim-policy-test-00000000")];
        assert_eq!(urlencoded(&fields[..1]), b"%EA%B0%80+%22=1%262");
        let (media_type, body) = multipart(&fields);
        assert_eq!(media_type, "multipart/form-data; boundary=----garim-policy-test-00000001");
        let text = String::from_utf8(body).unwrap();
        assert!(text.contains("name=\"가 %22\"\r\n\r\n1&2\r\n"), "{text}");
        let file = Field { file: Some(("a.csv".to_owned(), Some("text/csv".to_owned()))), ..Field::text("f", "x") };
        let text = String::from_utf8(multipart(&[file]).1).unwrap();
        assert!(text.contains("filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nx\r\n"), "{text}");
    }
}
