//! Whatever is said comes out as it went in, however it is cut; whatever else comes in is an error.

use super::*;
use crate::sandbox::confine::Landlock;
use crate::vocab::{FileType, Keep, Shown};
use bytes::BufMut;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn step() -> impl Strategy<Value = Step> {
    let shown = select(vec![Shown::Plainly, Shown::Hidden, Shown::VeryHidden]);
    prop_oneof![
        ".{0,40}".prop_map(Step::File),
        (any::<u32>(), ".{0,20}", shown.clone()).prop_map(|(number, name, shown)| Step::Sheet(number, name, shown)),
        (any::<u32>(), any::<u32>()).prop_map(|(column, row)| Step::Cell(column, row)),
        (any::<u32>(), shown).prop_map(|(number, shown)| Step::Slide(number, shown)),
        any::<u32>().prop_map(Step::Page),
        ".{0,20}".prop_map(Step::MessageHead),
        Just(Step::Header),
        Just(Step::EntryName),
    ]
}

fn own() -> Own {
    Own::of("badge of the protocol", Keep::Last(2), false).unwrap()
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![select(Kind::ALL), Just(Kind::Own(own()))]
}

fn answer() -> impl Strategy<Value = FromWorker> {
    let steps = || vec(step(), 0..6);
    let value = vec(any::<u8>(), 0..40).prop_map(Secret::new);
    prop_oneof![
        (kind(), select(Confidence::ALL), steps(), any::<u32>(), ".{0,20}", value).prop_map(
            |(kind, confidence, steps, line, masked, value)| FromWorker::Answer(Answer::Found(Found {
                kind,
                confidence,
                steps,
                line,
                masked,
                value
            }))
        ),
        (steps(), select(Reason::ALL))
            .prop_map(|(steps, reason)| FromWorker::Answer(Answer::Unreadable { steps, reason })),
        (steps(), select(FileType::ALL))
            .prop_map(|(steps, file_type)| FromWorker::Answer(Answer::Typed { steps, file_type })),
        select(vec![FromWorker::Ready, FromWorker::Done]),
        vec(any::<u8>(), 1..400).prop_map(|bytes| FromWorker::Rewritten(bytes.into())),
        refusal().prop_map(FromWorker::Refused),
    ]
}

fn refusal() -> impl Strategy<Value = Refusal> {
    prop_oneof![
        select(vec![Refusal::NotADocument, Refusal::Signed, Refusal::Encrypted, Refusal::Container, Refusal::Part]),
        vec(step(), 0..6).prop_map(Refusal::Left),
        select(Reason::ALL).prop_map(Refusal::Unread),
    ]
}

fn start() -> impl Strategy<Value = ToWorker> {
    let day = (1900_u16..2100, 1_u8..13, 1_u8..29).prop_map(|(year, month, day)| Day { year, month, day });
    let pattern = (".{0,20}", vec(".{0,9}", 0..3), select(Confidence::ALL))
        .prop_map(|(pattern, context, confidence)| OwnPattern { own: own(), pattern, context, confidence });
    (day, vec("[a-z.]{1,20}", 0..3), vec(pattern, 0..3))
        .prop_map(|(today, hosts, patterns)| ToWorker::Start(Start { today, hosts, patterns }))
}

fn order() -> impl Strategy<Value = ToWorker> {
    let piece = vec(any::<u8>(), 0..400).prop_map(|bytes| ToWorker::Piece(bytes.into()));
    let wanted = vec((kind(), select(Confidence::ALL)), 0..4);
    let spared = vec(vec(any::<u8>(), 0..40).prop_map(Secret::new), 0..4);
    let mask = (".{0,40}", any::<u64>(), wanted, spared).prop_map(|(name, length, wanted, spared)| {
        let job = Job { name, limits: Limits::default(), length };
        ToWorker::Mask(
            Masking { job, wanted, spared: spared.into_iter().collect() },
            Duration::from_millis(length % 99),
        )
    });
    let job = (".{0,40}", any::<u64>(), any::<u32>(), any::<u32>()).prop_map(|(name, length, depth, soft)| {
        let limits = Limits { depth, unpacked_bytes: length, ..Limits::default() };
        ToWorker::Job(Job { name, limits, length }, Duration::from_millis(soft.into()))
    });
    prop_oneof![start(), piece, job, mask]
}

/// What comes out of these bytes, given in pieces of these lengths in turn.
fn frames(mut bytes: &[u8], cuts: &[usize]) -> Result<Vec<Frame>, Broken> {
    let (mut frames, mut out, mut cuts) = (Frames::default(), Vec::new(), cuts.iter().cycle());
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at((*cuts.next().unwrap()).min(bytes.len()));
        bytes = rest;
        frames.room().extend_from_slice(piece);
        while let Some(frame) = frames.take()? {
            out.push(frame);
        }
    }
    if frames.is_empty() { Ok(out) } else { Err(Broken::Cut) }
}

proptest! {
    #[test]
    fn answers_come_out_as_they_went_in(said in vec(answer(), 0..6), cuts in vec(1_usize..200, 1..5)) {
        let mut bytes = Vec::new();
        said.iter().for_each(|one| one.encode(&mut bytes).unwrap());
        let heard: Result<Vec<FromWorker>, Broken> =
            frames(&bytes, &cuts).unwrap().iter().map(FromWorker::decode).collect();
        prop_assert_eq!(heard, Ok(said));
    }

    #[test]
    fn orders_come_out_as_they_went_in(said in vec(order(), 0..6), cuts in vec(1_usize..200, 1..5)) {
        let mut bytes = Vec::new();
        said.iter().for_each(|one| one.encode(&mut bytes).unwrap());
        let heard: Result<Vec<ToWorker>, Broken> =
            frames(&bytes, &cuts).unwrap().iter().map(ToWorker::decode).collect();
        prop_assert_eq!(heard, Ok(said));
    }

    /// Any bytes end in messages or in an error, and the buffer never waits for more than a frame.
    #[test]
    fn hostile_bytes_are_refused_or_bounded(bytes in vec(any::<u8>(), 0..600), cuts in vec(1_usize..200, 1..5)) {
        if let Ok(frames) = frames(&bytes, &cuts) {
            for frame in frames {
                prop_assert!(frame.body.len() < bytes.len());
                if let Ok(message) = FromWorker::decode(&frame) {
                    let mut again = Vec::new();
                    message.encode(&mut again).unwrap();
                }
            }
        }
    }

    /// One byte of a true answer is another: it is refused, or it is an answer within the bounds.
    #[test]
    fn answers_that_were_changed_stay_within_the_bounds(said in answer(), at in any::<prop::sample::Index>(), to: u8) {
        let mut bytes = Vec::new();
        said.encode(&mut bytes).unwrap();
        *at.get_mut(&mut bytes) = to;
        for message in frames(&bytes, &[7]).unwrap_or_default().iter().filter_map(|frame| FromWorker::decode(frame).ok()) {
            if let FromWorker::Answer(answer) = message {
                prop_assert_eq!(answer.clone().bounded(), answer);
            }
        }
    }

    #[test]
    fn what_is_cut_short_is_said_to_be(said in answer(), short in 1_usize..5) {
        let mut bytes = Vec::new();
        said.encode(&mut bytes).unwrap();
        bytes.truncate(bytes.len() - short);
        prop_assert_eq!(frames(&bytes, &[3]), Err(Broken::Cut));
    }
}

/// A frame with this tag, this head and these bytes behind it.
fn made(tag: u8, head: &str, plain: &[u8]) -> Frame {
    let mut body = Vec::new();
    body.put_u32_le(head.len().try_into().unwrap());
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(plain);
    Frame { tag, body: body.into() }
}

#[test]
fn a_length_is_refused_before_its_bytes_come() {
    let mut frames = Frames::default();
    frames.room().extend_from_slice(&(LONGEST as u32).to_le_bytes());
    assert_eq!(frames.take(), Ok(None));
    let mut frames = Frames::default();
    frames.room().extend_from_slice(&(LONGEST as u32 + 1).to_le_bytes());
    assert_eq!(frames.take(), Err(Broken::TooLong));
    let mut frames = Frames::default();
    frames.room().extend_from_slice(&[0; 4]);
    assert_eq!(frames.take(), Err(Broken::Tag));
}

#[test]
fn a_worker_cannot_make_up_kinds_and_reasons() {
    let found = |kind: &str| {
        let head = format!(r#"{{"kind":{kind},"confidence":"certain","steps":[],"line":0,"masked":""}}"#);
        FromWorker::decode(&made(FOUND, &head, b"x")).map(|_| ())
    };
    assert_eq!(found(r#"{"Known":"mobile-number"}"#), Ok(()));
    assert_eq!(found(r#"{"Known":"made-up"}"#), Err(Broken::Unknown));
    let known = Own::all().count();
    assert_eq!(
        found(r#"{"Own":{"name":"made up by a worker","keep":"Nothing","together":false}}"#),
        Err(Broken::Unknown)
    );
    assert!(Own::named("made up by a worker").is_none(), "{known}");
    let reason = made(UNREADABLE, r#"{"steps":[],"reason":"made-up"}"#, b"");
    assert_eq!(FromWorker::decode(&reason), Err(Broken::Unknown));
    assert_eq!(FromWorker::decode(&made(START, "{}", b"")), Err(Broken::Tag));
    for tag in [READY, DONE] {
        assert_eq!(FromWorker::decode(&made(tag, "{}", b"")), Err(Broken::Bound));
    }
    let plain_behind = made(UNREADABLE, r#"{"steps":[],"reason":"damaged"}"#, b"x");
    assert_eq!(FromWorker::decode(&plain_behind), Err(Broken::Head));
}

#[test]
fn names_ways_and_values_have_bounds() {
    let unreadable = |steps| FromWorker::Answer(Answer::Unreadable { steps, reason: Reason::Damaged });
    let heard = |message: FromWorker| {
        let mut bytes = Vec::new();
        message.encode(&mut bytes)?;
        frames(&bytes, &[LONGEST])?.iter().map(FromWorker::decode).collect::<Result<Vec<_>, _>>()
    };
    let long = "가".repeat(NAME);
    assert_eq!(heard(unreadable(vec![Step::File(long.clone())])), Err(Broken::Bound));
    assert_eq!(heard(unreadable(vec![Step::Header; STEPS + 1])), Err(Broken::Bound));
    // The worst that a file can do: names of control characters, which take six bytes each in JSON.
    let worst = Answer::Found(Found {
        kind: Kind::MobileNumber,
        confidence: Confidence::Possible,
        steps: vec![Step::Part("\0".repeat(NAME * 2)); STEPS * 2],
        line: u32::MAX,
        masked: "\0".repeat(NAME * 2),
        value: Secret::new(vec![7; VALUE * 2]),
    });
    assert_eq!(heard(FromWorker::Answer(worst.clone())), Err(Broken::TooLong));
    assert_eq!(heard(FromWorker::Answer(worst.clone().bounded())), Ok(vec![FromWorker::Answer(worst.bounded())]));
}

#[test]
fn the_first_word_comes_out_as_it_went_in() {
    let held = Held {
        memory: 1 << 30,
        resources: true,
        no_new_privileges: true,
        landlock: Landlock::Partly,
        system_calls: false,
    };
    let mut bytes = Vec::new();
    FromWorker::Hello(held).encode(&mut bytes).unwrap();
    assert_eq!(FromWorker::decode(&frames(&bytes, &[1]).unwrap()[0]), Ok(FromWorker::Hello(held)));
}
