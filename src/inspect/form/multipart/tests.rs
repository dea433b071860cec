//! What browsers send passes, what readers could read in two ways does not, and cuts change nothing.

use super::*;
use proptest::prelude::*;

const MOST: usize = 1_000;

/// A part as the pieces gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    head: Head,
    offset: u64,
    content: Vec<u8>,
    ended: bool,
}

fn split(boundary: &[u8], pieces: &[&[u8]]) -> Result<(Vec<Seen>, Vec<Outlined>), MultipartError> {
    let mut splitter = Splitter::new(boundary, MOST);
    let mut seen: Vec<Seen> = Vec::new();
    for piece in pieces {
        splitter.feed(piece);
        while let Some(found) = splitter.next()? {
            match found {
                Piece::Head(head) => seen.push(Seen { head, offset: 0, content: vec![], ended: false }),
                Piece::Content { offset, bytes } => {
                    assert!(!bytes.is_empty());
                    let part = seen.last_mut().unwrap();
                    if part.content.is_empty() {
                        part.offset = offset;
                    }
                    assert_eq!(part.offset + part.content.len() as u64, offset);
                    part.content.extend(bytes);
                }
                Piece::End => seen.last_mut().unwrap().ended = true,
            }
        }
        assert!(splitter.held.len() <= piece.len() + HEAD_BYTES);
    }
    splitter.finish()?;
    assert!(seen.iter().all(|part| part.ended));
    Ok((seen, splitter.parts().to_vec()))
}

fn whole(body: &[u8]) -> Result<Vec<Seen>, MultipartError> {
    split(b"B", &[body]).map(|(seen, _)| seen)
}

fn refused(body: &str) -> MultipartError {
    let error = whole(body.as_bytes()).expect_err(body);
    let each: Vec<&[u8]> = body.as_bytes().chunks(1).collect();
    assert!(split(b"B", &each).is_err(), "{body}");
    error
}

fn field(rest_of_head: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; name=\"a\"{rest_of_head}\r\n\r\nx\r\n--B--\r\n")
}

#[test]
fn a_browsers_form() {
    let boundary = b"----WebKitFormBoundary7MA4YWxkTrZu0gW";
    let body = "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n\
        Content-Disposition: form-data; name=\"subject\"\r\n\r\n안녕하세요\r\n\
        ------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n\
        Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n\
        ------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\
        Content-Type: application/octet-stream\r\n\r\n\r\n\
        ------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n";
    let (seen, parts) = split(boundary, &[body.as_bytes()]).unwrap();
    let contents: Vec<&[u8]> = seen.iter().map(|part| part.content.as_slice()).collect();
    assert_eq!(contents, ["안녕하세요".as_bytes(), b"", b""]);
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[0].offset, seen[0].offset);
    assert_eq!(parts[0].length, 15);
    assert_eq!(parts[2].filename.as_deref(), Some(b"".as_slice()));
    let at = |offset: u64, length: usize| &body.as_bytes()[offset as usize..][..length];
    assert_eq!(at(seen[0].head.name.offset, 7), b"subject");
    assert_eq!(at(seen[2].head.name.offset, 4), b"file");
    let media_type = seen[2].head.content_type.as_ref().unwrap();
    assert_eq!(at(media_type.offset, 24), media_type.bytes.as_ref());
}

#[test]
fn other_shapes_that_pass() {
    for head in [
        "; filename=\"C:\\Users\\a.txt\"\r\nContent-Type: text/plain",
        "; filename=\"a%22b.txt\"\r\ncontent-type:text/plain; charset=EUC-KR",
        "; filename=\"명단.csv\"; filename*=UTF-8''%EB%AA%85%EB%8B%A8.csv",
        "; filename=\"a\"; filename*=\"utf-8''a\"",
        "; filename=a.txt; filename*=utf-8''a.txt",
        "; filename=a",
        "; filename=\"a\\\"b\\\".txt\"",
        "; filename=\"\\\\server\\folder\\a.txt\"",
        "\r\nContent-Length: 1",
        "; filename=\"a\"\r\ncontent-length:01\r\nContent-Type: text/plain",
        "; filename=\"; name=x\"",
        "\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 8bit",
        "\r\nCONTENT-TRANSFER-ENCODING:  Binary ",
        "  ;  filename=\"a\"",
    ] {
        assert!(whole(field(head).as_bytes()).is_ok(), "{head}");
    }
    let raw = b"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\xb8\xed\xb4\xdc.csv\"\r\n\r\n1\r\n--B--";
    let seen = whole(raw).unwrap();
    assert_eq!(seen[0].head.filename.as_ref().unwrap().bytes.as_ref(), b"\xb8\xed\xb4\xdc.csv");
    assert_eq!(whole(b"--B--\r\n"), Ok(vec![]));
    assert_eq!(whole(b"--B--"), Ok(vec![]));
    // Content that looks nearly like a delimiter.
    let nearly = "\r\n\r\n--\r\n--b\r\n-B--\r\n-\r\n";
    let body = format!("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{nearly}\r\n--B--\r\n");
    assert_eq!(whole(body.as_bytes()).unwrap()[0].content, nearly.as_bytes());
}

#[test]
fn what_one_reader_sees_and_another_does_not() {
    let good = field("");
    assert!(whole(good.as_bytes()).is_ok());
    // A head that ends at LF LF for one reader and at CRLF CRLF for another.
    assert_eq!(refused(&field("\n\n810514-1234567")), MultipartError::Head);
    // Parts after the last boundary, and junk after it.
    assert_eq!(refused(&format!("{good}{good}")), MultipartError::Epilogue);
    assert_eq!(refused(&good.replace("--B--\r\n", "--B--junk")), MultipartError::Epilogue);
    assert_eq!(refused(&good.replace("--B--\r\n", "--B--\n")), MultipartError::Epilogue);
    assert_eq!(refused(&good.replace("--B--\r\n", "--B-- \r\n")), MultipartError::Epilogue);
    assert_eq!(refused(&format!("{good}\r\n")), MultipartError::Epilogue);
    // A delimiter for readers that look for a line feed, or for the boundary alone.
    for inner in
        ["a\n--B\r\nx", "a\r--B\r\nx", "junk--B\r\nx", "a\r\n--B junk\r\n", "a\r\n--B\n", "a\r\n--B\t\r\n", "--B"]
    {
        assert_eq!(
            refused(&good.replace("\r\n\r\nx", &format!("\r\n\r\n{inner}"))),
            MultipartError::Delimiter,
            "{inner}"
        );
    }
    assert_eq!(refused(&good.replace("\r\n\r\nx\r\n--B--", "\r\n\r\n--B--")), MultipartError::Delimiter);
    // A preamble.
    for before in ["junk\r\n", "\r\n", "\n", " "] {
        assert_eq!(refused(&format!("{before}{good}")), MultipartError::Opening);
    }
    assert_eq!(refused(&good.replacen("--B\r\n", "--B\n", 1)), MultipartError::Opening);
    // A boundary within a head.
    assert_eq!(refused(&field("; filename=\"--B\"")), MultipartError::Delimiter);
}

#[test]
fn heads_that_readers_read_differently() {
    for head in [
        "; name=\"b\"",
        "; filename=\"a\"; filename=\"b\"",
        "; filename*=UTF-8''a",
        "; filename=\"a\"; filename*=UTF-8''b",
        "; filename=\"a\"; filename*=EUC-KR''a",
        "; filename=\"a\"; filename*=UTF-8''%6",
        "; filename=\"a\"; filename*=UTF-8''%+1",
        "; filename*=UTF-8''a; filename=\"a\"",
        "; filename=",
        "; filename=a b",
        "; filename=\"=?utf-8?B?YQ==?=\"",
        "; filename=a\"b\"",
        "; filename=\"a\"b",
        "; filename=a/b",
        "; filename=명단",
        "; filename=\"a",
        "; filename=\"a\\\"",
        "; filename=\"a\\\"; b\"",
        "; filename=\"a\\\"=b\"",
        "; filename=\"a\\\\\"b\"",
        "; FileName=\"a\"",
        "; filename=\"a\"; filename*=\"UTF-8''a",
        "; filename=\"a\\\"; x=\"",
        "; size=\"3\"",
        ";",
        "; filename =\"a\"",
        "\r\nContent-Disposition: form-data; name=\"b\"",
        "\r\nContent-Type: text/plain\r\nContent-Type: text/html",
        "\r\nContent-Transfer-Encoding: base64",
        "\r\nContent-Transfer-Encoding: quoted-printable",
        "\r\nX-Other: 810514-1234567",
        "\r\n folded",
        "\r\n\tfolded",
        "\nContent-Type: text/html",
        "\rContent-Type: text/html",
        "\0",
        "\r\nContent-Type : text/plain",
        "\r\nno colon",
    ] {
        assert_eq!(refused(&field(head)), MultipartError::Head, "{head:?}");
    }
    for disposition in [
        "form-data; name=",
        "form-data; Name=\"a\"",
        "form-data; name=\"=?utf-8?Q?a?=\"",
        "form-data; name=a b",
        "form-data",
        "attachment; name=\"a\"",
        "form-data name=\"a\"",
        "form-data; filename=\"x\"; name=\"a\"",
    ] {
        let body = format!("--B\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--B--\r\n");
        assert_eq!(refused(&body), MultipartError::Head, "{disposition}");
    }
    assert_eq!(refused("--B\r\n\r\n\r\n\r\nx\r\n--B--"), MultipartError::Head);
    assert_eq!(refused("--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--"), MultipartError::Head);
}

#[test]
fn lengths_that_parts_say() {
    for length in ["0", "2", "1x", "-1", "+1", "", "1, 1", "99999999999999999999"] {
        let head = format!("\r\nContent-Length: {length}");
        assert_eq!(refused(&field(&head)), MultipartError::Length, "{length}");
    }
    assert_eq!(refused(&field("\r\nContent-Length: 1\r\nContent-Length: 1")), MultipartError::Head);
}

#[test]
fn forms_within_forms() {
    for media_type in ["multipart/mixed; boundary=C", "Multipart/Form-Data; boundary=C", "multipart/"] {
        assert_eq!(refused(&field(&format!("\r\nContent-Type: {media_type}"))), MultipartError::Nested, "{media_type}");
    }
}

#[test]
fn a_body_cut_short_anywhere_is_damaged() {
    let body = field("; filename=\"a\"\r\nContent-Type: text/plain");
    for len in 0..body.len() - 2 {
        assert!(split(b"B", &[&body.as_bytes()[..len]]).is_err(), "{len}");
    }
    assert!(whole(body.trim_end().as_bytes()).is_ok());
    assert_eq!(refused(""), MultipartError::Unended);
}

#[test]
fn limits_hold() {
    let many = |count: usize| -> String {
        let part = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
        format!("{}--B--", part.repeat(count))
    };
    assert!(whole(many(MOST).as_bytes()).is_ok());
    assert_eq!(refused(&many(MOST + 1)), MultipartError::Parts { most: MOST });
    assert_eq!(MultipartError::Parts { most: 1 }.reason(), Reason::TooLarge);
    let long = field(&format!("; filename=\"{}\"", "a".repeat(HEAD_BYTES)));
    assert_eq!(refused(&long), MultipartError::LongHead);
    let endless = [b"--B\r\n".as_slice(), &vec![b'a'; 100_000]].concat();
    assert_eq!(whole(&endless), Err(MultipartError::LongHead));
    let name = "a".repeat(8000);
    let part = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n");
    assert_eq!(whole(format!("{}--B--", part.repeat(40)).as_bytes()), Err(MultipartError::Names));
}

fn contents() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let byte = prop_oneof![3 => Just(b'-'), 2 => Just(b'\r'), 2 => Just(b'\n'), 1 => Just(b'B'), 2 => any::<u8>()];
    prop::collection::vec(prop::collection::vec(byte, 0..60), 0..5)
}

proptest! {
    #[test]
    fn cuts_change_nothing(contents in contents(), cuts in prop::collection::vec(0..500_usize, 0..6)) {
        let boundary = b"-BB";
        let mut body = Vec::new();
        for content in &contents {
            body.extend(b"---BB\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
            body.extend(content);
            body.extend(b"\r\n");
        }
        body.extend(b"---BB--\r\n");
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(body.len())).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in cuts.into_iter().chain([body.len()]) {
            pieces.push(&body[from..cut]);
            from = cut;
        }
        let at_once = split(boundary, &[&body]);
        let in_pieces = split(boundary, &pieces);
        prop_assert_eq!(split_whole(boundary, &body, MOST), at_once.clone().map(|(_, parts)| parts));
        prop_assert_eq!(&at_once, &in_pieces);
        let holds_mark = contents.iter().any(|content| memmem::find(content, b"---BB").is_some());
        match at_once {
            Ok((seen, parts)) => {
                let read: Vec<_> = seen.into_iter().map(|part| part.content).collect();
                let lengths: Vec<_> = parts.iter().map(|part| part.length as usize).collect();
                prop_assert_eq!(lengths, contents.iter().map(Vec::len).collect::<Vec<_>>());
                prop_assert_eq!(read, contents);
            }
            // Content may end in dashes that make a mark with the delimiter's, but not before its CRLF.
            Err(error) => prop_assert!(holds_mark, "{error}"),
        }
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = split(b"B", &[&noise]);
        let _ = split(b"B", &[b"--B\r\nContent-Disposition: form-data; name=\"a\"", &noise, b"\r\n\r\nx\r\n--B--"]);
        let _ = boundary(&noise);
    }
}
