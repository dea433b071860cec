//! Whole bodies through the door: the same however they are cut, every byte accounted for.

mod charsets;
mod cuts;
mod documents;
mod given_back;
mod lying;
mod multipart;
mod own;
mod readings;
mod sealed;
mod split;
mod urlencoded;
mod xml;

use super::*;
use crate::policy::{Action, Find, Mode, Policy, Reported, Rule, Scope};
use crate::vocab::{Reason, What};
use proptest::prelude::*;

/// A synthetic number of the specification, whose check digit holds.
const NUMBER: &str = "900101-1234568";
const MASKED: &str = "900101-*******";

pub(in crate::inspect) fn lens() -> Arc<Lens> {
    Arc::new(Lens {
        today: Day { year: 2026, month: 11, day: 22 },
        hosts: Arc::new([]),
        seal: None,
        beyond: Default::default(),
    })
}

fn tally(action: Action) -> Tally {
    let find = Find::every_kind();
    let (scope, confidence) = (Scope::default(), crate::vocab::Confidence::Possible);
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
    let reasons = Rule { find: Find::every_reason(), action: Action::Log, ..rule.clone() };
    let policy = Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules: vec![rule, reasons] };
    Tally::new(policy.plan(Direction::Upload, "example.go.kr", &crate::policy::Asker::of_path("/board"), None))
}

/// What came of a body.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    edits: Vec<Edit>,
    reported: Vec<Reported>,
    account: Account,
    parts: Option<Vec<Outlined>>,
}

impl Seen {
    /// What was found, with where, as people read it, without the line.
    fn places(&self) -> Vec<(&'static str, String)> {
        let place = |found: &Reported| found.place.to_string().split(", line").next().unwrap().to_owned();
        self.reported.iter().map(|found| (found.what.name(), place(found))).collect()
    }

    fn reasons(&self) -> Vec<Reason> {
        let reason = |found: &Reported| if let What::Uninspectable(reason) = found.what { Some(reason) } else { None };
        self.reported.iter().filter_map(reason).collect()
    }
}

fn content(direction: Direction, content_type: &str) -> Content {
    let content_type = (!content_type.is_empty()).then(|| content_type.as_bytes().to_vec());
    Content { direction, content_type, charset: None }
}

fn inspect_pieces(content: Content, pieces: &[&[u8]]) -> Seen {
    inspect_through(lens(), content, pieces)
}

fn inspect_through(lens: Arc<Lens>, content: Content, pieces: &[&[u8]]) -> Seen {
    let mut tally = tally(Action::Mask);
    let mut inspector = Inspector::new(content, lens, Ceilings::of_parts(20));
    let (mut edits, mut settled, mut pushed) = (Vec::new(), 0, 0);
    for (number, piece) in pieces.iter().chain([&[].as_slice()]).enumerate() {
        let step = if number < pieces.len() { inspector.push(piece, &mut tally) } else { inspector.finish(&mut tally) };
        pushed += piece.len() as u64;
        assert!(settled <= step.settled && step.settled <= pushed, "settled");
        assert!(!step.refused);
        assert!(step.edits.iter().all(|edit| edit.span.start >= settled && edit.span.end <= step.settled));
        settled = step.settled;
        edits.extend(step.edits);
        let Account { inspected, passed_over } = inspector.account();
        assert_eq!(inspected + passed_over.values().sum::<u64>(), pushed, "account");
    }
    assert_eq!(settled, pushed);
    assert!(edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    let reported = tally.reported().to_vec();
    Seen { edits, reported, account: inspector.account(), parts: inspector.parts().map(<[Outlined]>::to_vec) }
}

fn inspect(direction: Direction, content_type: &str, body: &[u8]) -> Seen {
    let whole = inspect_pieces(content(direction, content_type), &[body]);
    for size in [1, 2, 7, 64] {
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        assert_eq!(whole, inspect_pieces(content(direction, content_type), &pieces), "in pieces of {size}");
    }
    whole
}

fn up(content_type: &str, body: impl AsRef<[u8]>) -> Seen {
    inspect(Direction::Upload, content_type, body.as_ref())
}

fn down(content_type: &str, body: impl AsRef<[u8]>) -> Seen {
    inspect(Direction::Download, content_type, body.as_ref())
}

const RRN: &str = "resident-registration-number";

fn part(head: &str, content: &[u8]) -> Vec<u8> {
    [b"--B\r\nContent-Disposition: form-data; ", head.as_bytes(), b"\r\n\r\n", content, b"\r\n"].concat()
}

fn multipart(parts: &[Vec<u8>]) -> Seen {
    up("multipart/form-data; boundary=B", [parts.concat().as_slice(), b"--B--\r\n"].concat())
}
