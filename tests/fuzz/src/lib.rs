//! What the targets call: each feeds one pure function, and holds it to what is promised of it.

mod document;
mod gate;
// Makers of the tests: those that need nothing but their crates.
#[allow(dead_code)]
#[path = "../../documents/make/cfb.rs"]
mod made_compound;
#[allow(dead_code)]
#[path = "../../documents/make/pdf.rs"]
mod made_pdf;
#[allow(dead_code)]
#[path = "../../documents/make/zip.rs"]
mod made_zip;

pub use document::{archive, compound, mail, package, pdf, picture, rtf};
pub use gate::gate;

use garim::config;
use garim::inspect::coding::{Coding, CodingError, DecodeLimits, Decoder, Members};
use garim::inspect::form::multipart::split_whole;
use garim::inspect::{self, Account, Ceilings, Content, Inspector, Lens};
use garim::policy::{Action, Asker, Mode, Policy, Tally};
use garim::sandbox::protocol::{Frame, Frames, FromWorker, ToWorker};
use garim::seal::{self, Next, Ring, Sealed, Sealer};
use garim::vocab::{Day, Direction, Edit, Kind};
use std::sync::Arc;
use std::time::Duration;

/// A configuration never panics the reader, and what is wrong is told.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(mistakes) = config::parse(text, "fuzz.toml") {
        assert!(!mistakes.to_string().is_empty());
    }
}

/// Whose a connection is, is said once for all: by no byte before the end of the header, and by none behind it.
pub fn told(data: &[u8]) {
    let whose = garim::proxy::listen::whose;
    let whole = whose(data);
    if let Ok((_, end)) = whole {
        assert!(end <= data.len(), "a header that has not come");
        assert_eq!(whose(&data[..end]), whole, "what follows counts");
    }
    let decided = (0..=data.len()).map(|cut| whose(&data[..cut])).find(|cut| *cut != Err(None));
    assert_eq!(decided.unwrap_or(Err(None)), whole, "how it is cut counts");
}

/// However packed, no more comes out than the ceiling, a bounded piece at a time.
pub fn coding(data: &[u8]) {
    const CEILING: u64 = 1 << 20;
    const ROOM: usize = 4096;
    let Some((choice, mut rest)) = data.split_first() else { return };
    let all = Coding::ALL;
    let mut codings = vec![all[usize::from(*choice) % all.len()]];
    if choice & 0x80 != 0 {
        codings.push(all[usize::from(*choice >> 2) % all.len()]);
    }
    let members = if choice & 0x40 != 0 { Members::All } else { Members::One };
    let limits = DecodeLimits { decoded_bytes: CEILING, ratio: 1000, memory: 32 << 20 };
    let mut decoder = Decoder::new(&codings, members, limits);
    let mut total = 0;
    let mut out = Vec::new();
    let mut take = |out: &mut Vec<u8>| {
        assert!(out.len() <= ROOM, "more than there was room for");
        total += out.len() as u64;
        assert!(total <= CEILING, "more than the ceiling");
        let came = !out.is_empty();
        out.clear();
        came
    };
    while !rest.is_empty() {
        let Ok(consumed) = decoder.decode(rest, &mut out, ROOM) else { return };
        let came = take(&mut out);
        assert!(consumed > 0 || came, "it stands still");
        rest = &rest[consumed..];
    }
    loop {
        let finished: Result<bool, CodingError> = decoder.finish(&mut out, ROOM);
        let came = take(&mut out);
        match finished {
            Ok(false) => assert!(came, "it stands still"),
            Ok(true) | Err(_) => return,
        }
    }
}

/// An answer of the site.
pub fn answer(content_type: &str, data: &[u8]) {
    body(Direction::Download, Some(content_type.as_bytes()), data);
}

/// A post.
pub fn post(content_type: &str, data: &[u8]) {
    body(Direction::Upload, Some(content_type.as_bytes()), data);
}

/// A post of one of the types that sites read.
pub fn upload(data: &[u8]) {
    const TYPES: &[Option<&str>] = &[
        None,
        Some("application/x-www-form-urlencoded"),
        Some("application/json"),
        Some("text/xml; charset=euc-kr"),
        Some("text/plain"),
        Some("text/html"),
        Some("application/octet-stream"),
    ];
    let Some((first, rest)) = data.split_first() else { return };
    let content_type = TYPES[usize::from(*first) % TYPES.len()];
    body(Direction::Upload, content_type.map(str::as_bytes), rest);
}

/// A multipart form. Where we accept it, multer finds the same parts.
pub fn multipart(data: &[u8]) {
    post("multipart/form-data; boundary=X", data);
    let Some((seed, form)) = data.split_first() else { return };
    let Ok(ours) = split_whole(b"X", form, 100) else { return };
    let pieces: Vec<_> = form.chunks(usize::from(*seed) + 1).map(bytes::Bytes::copy_from_slice).collect();
    let stream = futures_util::stream::iter(pieces.into_iter().map(Ok::<_, std::convert::Infallible>));
    let mut parts = multer::Multipart::new(stream, "X");
    for part in &ours {
        let mut field = now(parts.next_field()).expect("multer reads what we read").expect("as many parts");
        let says = |said: Option<&str>, ours: Option<&[u8]>| match ours.map(std::str::from_utf8) {
            Some(Ok(ours)) => said == Some(&*ours.replace("\\\"", "\"")),
            Some(Err(_)) | None => said.is_none(),
        };
        // Names within names are what the second reader is for.
        if !part.name.windows(4).any(|word| word == b"name") {
            assert!(says(field.name(), Some(&part.name)), "another name");
            assert!(says(field.file_name(), part.filename.as_deref()), "another file name");
        }
        let mut length = 0;
        while let Some(chunk) = now(field.chunk()).expect("multer reads what we read") {
            length += chunk.len() as u64;
        }
        assert_eq!(length, part.length, "another length");
    }
    assert!(now(parts.next_field()).expect("multer reads what we read").is_none(), "more parts");
}

/// The outcome of what only waits for bytes that are there.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Both ways, with any `Content-Type`.
pub fn head(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (content_type, body_bytes) = data.split_at(end);
    for direction in [Direction::Upload, Direction::Download] {
        body(direction, Some(content_type), body_bytes);
    }
}

/// The target of a request: edits lie in it, in order, and do not overlap.
pub fn target(data: &[u8]) {
    let mut tally = tally(Direction::Upload);
    let edits = inspect::target(data, &lens(), &mut tally);
    in_order(&edits, data.len() as u64);
}

/// What is in a text is found whole and does not open unless it was sealed; what was sealed opens.
pub fn seal(data: &[u8]) {
    let Some(sealer) = sealer() else { return };
    let mut from = 0;
    while let Next::Whole(range) | Next::Broken(range) = seal::next(data, from, true) {
        assert!(range.start >= from && range.end > range.start && range.end <= data.len(), "out of place");
        assert!(sealer.open(&data[range.clone()]).is_err(), "something opens that nobody sealed");
        from = range.end;
    }
    let text = String::from_utf8_lossy(data).into_owned();
    let value = Sealed { kind: Kind::MobileNumber, korean: data.len().is_multiple_of(2), text };
    if let Some(reference) = sealer.seal(&value) {
        let inside = [data, reference.as_bytes()].concat();
        assert!(seal::hide(&String::from_utf8_lossy(&inside)).contains("garim.…"));
        assert_eq!(sealer.open(reference.as_bytes()), Ok(value));
    }
}

/// What is said to a worker, and what one says whom a file has taken over: in any pieces, whatever it is. What of it is
/// understood is said again so that it is understood as the same.
pub fn sandbox(data: &[u8]) {
    let Some((cut, data)) = data.split_first() else { return };
    let mut frames = Frames::default();
    for piece in data.chunks(usize::from(*cut) + 1) {
        frames.room().extend_from_slice(piece);
        loop {
            match frames.take() {
                Ok(Some(frame)) => understood(&frame),
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

fn understood(frame: &Frame) {
    let _ = ToWorker::decode(frame);
    let Ok(message) = FromWorker::decode(frame) else { return };
    let (mut again, mut bytes) = (Frames::default(), Vec::new());
    message.encode(&mut bytes).expect("what came in a frame fits one");
    again.room().extend_from_slice(&bytes);
    let frame = again.take().expect("a frame").expect("a whole one");
    assert_eq!(FromWorker::decode(&frame).as_ref(), Ok(&message));
}

fn sealer() -> Option<Sealer> {
    let ring = Arc::new(Ring::of(&[7; 32])?);
    Some(Sealer::new(ring, "www.example.go.kr", Duration::from_secs(1_795_000_000), Duration::from_secs(43_200)))
}

/// However a body is cut, the same is found; every byte is accounted for; nothing is given twice or too late.
fn body(direction: Direction, content_type: Option<&[u8]>, data: &[u8]) {
    let (seed, data) = data.split_first().map_or((0, data), |(seed, rest)| (usize::from(*seed), rest));
    let whole = read(direction, content_type, data.chunks(data.len().max(1)));
    let cut = read(direction, content_type, data.chunks(seed % 7 + 1));
    assert_eq!(whole.0, cut.0, "the edits depend on how the body was cut");
    assert_eq!(whole.1, cut.1, "the account depends on how the body was cut");
    in_order(&whole.0, data.len() as u64);
    let passed_over: u64 = whole.1.passed_over.values().sum();
    assert_eq!(whole.1.inspected + passed_over, data.len() as u64, "bytes that nobody accounts for");
}

fn read<'a>(
    direction: Direction,
    content_type: Option<&[u8]>,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Edit>, Account) {
    let content = Content { direction, content_type: content_type.map(<[u8]>::to_vec), charset: None };
    let mut inspector = Inspector::new(content, lens(), Ceilings::of_parts(100));
    let mut tally = tally(direction);
    let (mut edits, mut settled, mut pushed) = (Vec::new(), 0, 0);
    for piece in pieces {
        pushed += piece.len() as u64;
        let step = inspector.push(piece, &mut tally);
        assert!(step.settled >= settled && step.settled <= pushed, "settled runs backwards or ahead");
        assert!(step.edits.iter().all(|edit: &Edit| edit.span.start >= settled), "an edit of what has gone");
        settled = step.settled;
        edits.extend(step.edits);
    }
    let last = inspector.finish(&mut tally);
    assert!(last.edits.iter().all(|edit: &Edit| edit.span.start >= settled), "an edit of what has gone");
    edits.extend(last.edits);
    (edits, inspector.account())
}

fn in_order(edits: &[Edit], length: u64) {
    let mut end = 0;
    for edit in edits {
        assert!(edit.span.start >= end && edit.span.start < edit.span.end, "edits overlap");
        end = edit.span.end;
    }
    assert!(end <= length, "an edit beyond the end");
}

fn lens() -> Arc<Lens> {
    let today = Day { year: 2026, month: 11, day: 22 };
    Arc::new(Lens { today, hosts: Arc::new(["www.example.go.kr".to_owned()]), seal: sealer(), beyond: Default::default() })
}

/// It only observes: a refusal would end the reading early, and then the cuts may differ.
fn tally(direction: Direction) -> Tally {
    let policy = Policy { name: "fuzz".to_owned(), mode: Mode::Observe, default: Action::Log, rules: Vec::new() };
    Tally::new(policy.plan(direction, "www.example.go.kr", &Asker::of_path("/"), None))
}
