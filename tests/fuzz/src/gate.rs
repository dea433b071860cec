//! What the gate lets pass is read in one way only: as httparse and the `http` crate read it, by which hyper does.

use garim::proxy::gate::HeadFault;
use garim::proxy::gate::head::{Bounds, Framing, Head, check};
use garim::proxy::gate::scanner::{Progress, Scanner};
use http::header::{HeaderName, HeaderValue};

const BOUNDS: Bounds = Bounds { bytes: 4096, fields: 20 };

/// However a head is cut, it gets the same verdict; one that passes has no other reading, and hyper takes it.
pub fn gate(data: &[u8]) {
    let cut = usize::from(data.first().copied().unwrap_or_default()) % 7 + 1;
    let whole = verdict(data, data.len().max(1));
    assert_eq!(whole, verdict(data, cut), "the verdict depends on how the head was cut");
    let Some(Ok((length, head))) = whole else { return };
    let bytes = &data[..length];
    let given = head.for_hyper(bytes).unwrap_or_else(|| bytes.to_vec());
    same(bytes, &head, &given);
    // What hyper is given would pass as well, and stays as it is but for what ends the connection.
    let again = check(&given, &Bounds { bytes: 8192, fields: 21 }).expect("what hyper is given passes");
    assert_eq!(again.framing, head.framing);
}

fn verdict(data: &[u8], cut: usize) -> Option<Result<(usize, Head), HeadFault>> {
    let mut scanner = Scanner::default();
    let ends = (0..data.len()).step_by(cut).map(|start| data.len().min(start + cut));
    ends.map(|end| scanner.look(&data[..end], BOUNDS.bytes)).find_map(|progress| match progress {
        Progress::More => None,
        Progress::Fault(fault) => Some(Err(fault)),
        Progress::Whole(length) => Some(check(&data[..length], &BOUNDS).map(|head| (length, head))),
    })
}

fn same(bytes: &[u8], head: &Head, given: &[u8]) {
    let mut fields = [httparse::EMPTY_HEADER; 21];
    let mut request = httparse::Request::new(&mut fields);
    assert_eq!(request.parse(given), Ok(httparse::Status::Complete(given.len())), "httparse reads something else");
    let words: Vec<&[u8]> = bytes.split(|byte| byte.is_ascii_whitespace()).take(3).collect();
    assert_eq!(request.method.map(str::as_bytes), Some(words[0]));
    http::Method::from_bytes(words[0]).expect("hyper takes the method");
    assert_eq!(request.version, Some(u8::from(words[2] == b"HTTP/1.1")));
    let target = request.path.expect("a target");
    target_is(words[1], target);
    let (mut lengths, mut chunked) = (Vec::new(), 0);
    for field in request.headers.iter() {
        let name = HeaderName::from_bytes(field.name.as_bytes()).expect("hyper takes the name");
        let value = HeaderValue::from_bytes(field.value).expect("hyper takes the value");
        match name.as_str() {
            "content-length" => lengths.push(value.to_str().expect("digits").parse::<u64>().expect("a number")),
            "transfer-encoding" => chunked += usize::from(value.as_bytes().eq_ignore_ascii_case(b"chunked")),
            _ => {}
        }
    }
    let framing = match (&lengths[..], chunked) {
        ([], 0) => Framing::Length(0),
        ([length], 0) => Framing::Length(*length),
        ([], 1) => Framing::Chunked,
        _ => panic!("two lengths passed: {lengths:?} and {chunked}"),
    };
    assert_eq!(framing, head.framing);
    if framing == Framing::Chunked {
        let last = request.headers.last().expect("a field");
        assert_eq!((last.name, last.value), ("Connection", &b"close"[..]), "its connection goes on");
    }
}

/// The target is ASCII, hyper takes it whole, and its escapes undone are the bytes that came.
fn target_is(came: &[u8], given: &str) {
    assert!(given.is_ascii());
    let uri = http::Uri::try_from(given).expect("hyper takes the target");
    let whole = uri.path_and_query().expect("a path").as_str();
    assert!(given.ends_with(whole) || whole == "/", "{whole:?} of {given:?}");
    let unescaped = |text: &[u8]| {
        let (mut out, mut rest) = (Vec::new(), text);
        while let [first, after @ ..] = rest {
            let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
            match after.get(..2).filter(|digits| *first == b'%' && digits.iter().all(u8::is_ascii_hexdigit)) {
                Some(digits) => {
                    out.push(byte(digits).expect("two digits"));
                    rest = &after[2..];
                }
                None => {
                    out.push(*first);
                    rest = after;
                }
            }
        }
        out
    };
    assert_eq!(unescaped(came), unescaped(given.as_bytes()), "another target");
}
