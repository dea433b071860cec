//! What has to come of a body, worked out once with the library over the whole of it.

use garim::inspect::coding::{Coding, DecodeLimits, Decoder, Encoder, Members};
use garim::inspect::{Ceilings, Content, Inspector, Lens};
use garim::policy::{Action, Find, Mode, Policy, Rule, Scope, Tally};
use garim::seal::{self, Next, Ring, Sealer};
use garim::vocab::{Confidence, Day, Direction, Edit};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The key that every program here seals with.
const KEY: [u8; 32] = [7; 32];

/// The text of the key file of every program here.
pub fn key_file() -> String {
    seal::key_file(&[KEY])
}

/// What a program here seals and opens with now.
pub fn sealer(session: Option<&str>) -> Sealer {
    let ring = Arc::new(Ring::of(&KEY).expect("a ring"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time");
    Sealer::new(ring, "localhost", now, Duration::from_secs(12 * 3_600)).in_session(session.map(str::as_bytes))
}

/// A body with every reference in it that opens shown as what it stands for, between `⟦` and `⟧`.
pub fn unsealed(body: &[u8]) -> Vec<u8> {
    let (mut out, mut done, sealer) = (Vec::new(), 0, sealer(None));
    while let Next::Whole(range) = seal::next(body, done, true) {
        let opened = sealer.open(&body[range.clone()]).expect("it opens");
        out.extend_from_slice(&body[done..range.start]);
        out.extend_from_slice(format!("⟦{}⟧", opened.text).as_bytes());
        done = range.end;
    }
    out.extend_from_slice(&body[done..]);
    out
}

/// The policy under which every kind is masked both ways, as [`masked`] does.
pub const MASK_ALL: &str = "[policy.board]\n[[policy.board.rule]]\nfind = [\"*\"]\naction = \"mask\"\n";

/// A site's page with everything in it masked, and what is sealed in it as [`unsealed`] shows it.
pub fn masked(content_type: &str, body: &[u8]) -> Vec<u8> {
    let (scope, confidence) = (Scope::default(), Confidence::Probable);
    let (find, action) = (Find::every_kind(), Action::Mask);
    let rule = Rule {
        name: "all".into(),
        scope,
        when: Default::default(),
        find,
        at_least: 1,
        confidence,
        action,
        mode: None,
        offer: false,
    };
    let policy = Policy { name: "all".into(), mode: Mode::Enforce, default: Action::Log, rules: vec![rule] };
    let mut tally =
        Tally::new(policy.plan(Direction::Download, "localhost", &garim::policy::Asker::of_path("/"), None));
    let direction = Direction::Download;
    let content = Content { direction, content_type: Some(content_type.as_bytes().to_vec()), charset: None };
    let today = Day { year: 2026, month: 11, day: 22 };
    let lens = Arc::new(Lens {
        today,
        hosts: Arc::new(["localhost".to_owned(), "127.0.0.1".to_owned()]),
        seal: Some(sealer(None)),
        beyond: Default::default(),
    });
    let mut inspector = Inspector::new(content, lens, Ceilings::of_parts(1000));
    let mut edits = inspector.push(body, &mut tally).edits;
    edits.extend(inspector.finish(&mut tally).edits);
    edits.retain(|edit| tally.masks(edit));
    unsealed(&written(body, &edits))
}

fn written(body: &[u8], edits: &[Edit]) -> Vec<u8> {
    let place = |offset: u64| usize::try_from(offset).expect("an offset");
    let (mut out, mut done) = (Vec::new(), 0);
    for edit in edits {
        out.extend_from_slice(&body[done..place(edit.span.start)]);
        out.extend_from_slice(&edit.bytes);
        done = place(edit.span.end);
    }
    out.extend_from_slice(&body[done..]);
    out
}

/// The content, coded.
pub fn coded(coding: Coding, content: &[u8]) -> Vec<u8> {
    coded_in_pieces(coding, &[content]).concat()
}

/// The content, coded so that each piece can be read as soon as it is there.
pub fn coded_in_pieces(coding: Coding, pieces: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(coding, 6);
    let mut all = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let mut bytes = Vec::new();
        encoder.encode(piece, &mut bytes).expect("coded");
        let ended = if number + 1 < pieces.len() { encoder.flush(&mut bytes) } else { encoder.finish(&mut bytes) };
        ended.expect("coded");
        all.push(bytes);
    }
    all
}

/// The content of what is coded so; empty for what is broken.
pub fn decoded(coding: &str, body: &[u8]) -> Vec<u8> {
    let coding = match coding {
        "" => return body.to_vec(),
        "gzip" => Coding::Gzip,
        other => panic!("nobody asked for {other}"),
    };
    let limits = DecodeLimits { decoded_bytes: 1 << 30, ratio: 100_000, memory: 64 << 20 };
    let mut decoder = Decoder::new(&[coding], Members::One, limits);
    let (mut content, mut rest) = (Vec::new(), body);
    while !rest.is_empty() {
        let consumed = decoder.decode(rest, &mut content, 1 << 20).expect("sound");
        rest = &rest[consumed..];
    }
    while !decoder.finish(&mut content, 1 << 20).expect("whole") {}
    content
}

/// Checks the account of one side of a record: what was inspected and what was not is all there was.
pub fn accounted(record: &serde_json::Value, side: &str, length: usize) {
    let account = &record[side];
    let passed = account["not_inspected"].as_object();
    let passed: u64 = passed.map_or(0, |all| all.values().map(|count| count.as_u64().expect("a count")).sum());
    assert_eq!(account["content"], length, "{record}");
    assert_eq!(account["inspected"].as_u64().map(|inspected| inspected + passed), Some(length as u64), "{record}");
}
