//! A request as it was saved: its line, its head, an empty line, its body (RFC 9112), with CRLF or with LF alone.

use super::request::Asked;

/// Reads a saved request.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn read(saved: &[u8]) -> Result<Asked, String> {
    let wrong = || "no HTTP request: expected a line such as POST /path HTTP/1.1 / HTTP 요청이 아닙니다".to_owned();
    let (head, body) = halves(saved);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines().skip_while(|line| line.trim().is_empty());
    let line = lines.next().ok_or_else(wrong)?;
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(target), version) = (words.next(), words.next(), words.next()) else { return Err(wrong()) };
    if version.is_some_and(|version| !version.starts_with("HTTP/")) || words.next().is_some() {
        return Err(wrong());
    }
    let mut asked = Asked { method: method.to_owned(), target: target.to_owned(), ..Asked::default() };
    for line in lines {
        // HTTP/2, as browsers save it: RFC 9113 section 8.3.1.
        let (name, value) = match line.strip_prefix(':') {
            Some(line) => match line.split_once(':') {
                Some(("authority", value)) => ("Host", value),
                _ => continue,
            },
            None => line
                .split_once(':')
                .ok_or_else(|| "a line of the head has no colon / 헤더가 아닌 줄이 있습니다".to_owned())?,
        };
        asked.fields.push((name.to_owned(), value.trim().as_bytes().to_vec()));
    }
    asked.body = whole(&asked, body);
    Ok(asked)
}

/// The head and the body.
fn halves(saved: &[u8]) -> (&[u8], &[u8]) {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let found = ends.iter().filter_map(|end| Some((memchr::memmem::find(saved, end)?, end.len())));
    match found.min_by_key(|(at, _)| *at) {
        Some((at, length)) => {
            (saved.get(..at).unwrap_or_default(), saved.get(at.saturating_add(length)..).unwrap_or_default())
        }
        None => (saved, &[]),
    }
}

fn said<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    let (_, value) = asked.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    std::str::from_utf8(value).ok()
}

/// The body that was sent. An editor may have added a line at the end, or taken away the CR of every line.
fn whole(asked: &Asked, body: &[u8]) -> Vec<u8> {
    if said(asked, "transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"))
        && let Some(body) = unchunked(body)
    {
        return body;
    }
    let media_type = said(asked, "content-type").unwrap_or_default().to_ascii_lowercase();
    if media_type.starts_with("multipart/") && memchr::memchr(b'\r', body).is_none() {
        let lines: Vec<&[u8]> = body.split(|byte| *byte == b'\n').collect();
        return lines.join(&b"\r\n"[..]);
    }
    let length = said(asked, "content-length").and_then(|length| length.trim().parse::<usize>().ok());
    let body = length.and_then(|length| body.get(..length)).unwrap_or(body);
    body.to_vec()
}

/// RFC 9112 section 7.1; `None` if it is not so coded, as where a browser has saved what it read.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let length = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end.checked_add(1)?..)?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..length)?);
        rest = rest.get(length..)?;
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_do_not_matter() {
        for end in ["\r\n", "\n"] {
            let saved = ["POST /a?b=1 HTTP/1.1", "Host: a.kr", "Content-Length: 3", "", "c=1\n"].join(end);
            let asked = read(saved.as_bytes()).unwrap();
            assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/a?b=1"));
            assert_eq!(asked.fields.first().unwrap(), &("Host".to_owned(), b"a.kr".to_vec()));
            assert_eq!(asked.body, b"c=1");
        }
        let form = "POST / HTTP/1.1\nContent-Type: multipart/form-data; boundary=x\n\n--x\nA: b\n\nc\n--x--\n";
        assert_eq!(read(form.as_bytes()).unwrap().body, b"--x\r\nA: b\r\n\r\nc\r\n--x--\r\n");
    }

    #[test]
    fn http_2_and_chunks_are_read_and_other_files_are_not() {
        let saved = "GET /a HTTP/2\n:method: GET\n:authority: a.kr\naccept: */*\n\n";
        let asked = read(saved.as_bytes()).unwrap();
        assert_eq!(asked.fields, [("Host".to_owned(), b"a.kr".to_vec()), ("accept".to_owned(), b"*/*".to_vec())]);
        let chunked = "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(read(chunked.as_bytes()).unwrap().body, b"abcd");
        for bad in ["", "hello", "a b c", "GET / HTTP/1.1\nno colon\n\n"] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
