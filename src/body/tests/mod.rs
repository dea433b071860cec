//! Bodies from end to end, in memory: what comes in, in any pieces, and what goes out.

mod answers;
mod clients;
mod forms;
mod keeping;
mod recalled;
mod requests;
mod rewriting;
mod streams;

use super::budget::{Budget, Pool};
use super::spool::Spools;
use super::*;
use crate::inspect::coding::{self as inspect_coding, Encoder};
use crate::policy::{Action, Find, Mode, Policy, Rule, Scope};
use crate::vocab::{Confidence, Day, Direction, What};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A resident number that is nobody's: the example of its check digit's arithmetic.
const VALUE: &str = "900101-1234568";
const MASKED: &str = "900101-*******";

const MIB: u64 = 1 << 20;

/// Means with small limits in a directory of its own, and what they must be at the end: all given back.
struct World {
    means: Means,
    _dir: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let budget = Budget::new(256 * MIB, 64 * MIB);
        let spools = Spools::new(dir.path().to_owned(), budget.clone()).unwrap();
        let limits = Limits { memory_per_body: 8 << 10, ..Limits::default() };
        World { means: Means { budget, spools, limits, second_reader: true, opener: None, recall: None }, _dir: dir }
    }

    fn held(&self) -> (u64, u64) {
        (self.means.budget.used(Pool::Memory), self.means.budget.used(Pool::Spool))
    }

    #[track_caller]
    fn assert_free(&self) {
        assert_eq!(self.held(), (0, 0), "bytes of the budget are still held");
    }
}

fn tally_of(rules: Vec<Rule>, mode: Mode) -> Tally {
    let policy = Policy { name: "p".into(), mode, default: Action::Log, rules };
    Tally::new(policy.plan(Direction::Upload, "example.go.kr", &crate::policy::Asker::of_path("/board"), None))
}

fn rule(find: Find, action: Action) -> Rule {
    let scope = Scope::default();
    Rule {
        name: "r".into(),
        scope,
        when: Default::default(),
        find,
        at_least: 1,
        confidence: Confidence::Probable,
        action,
        mode: None,
        offer: false,
    }
}

/// A tally that does this with personal data.
fn tally(action: Action) -> Tally {
    tally_of(vec![rule(Find::every_kind(), action)], Mode::Enforce)
}

/// The same, and lets a reason pass.
fn lenient(action: Action, reason: crate::vocab::Reason) -> Tally {
    let find = Find::NONE.with(What::Uninspectable(reason));
    tally_of(vec![rule(find, Action::Log), rule(Find::every_kind(), action)], Mode::Enforce)
}

pub(super) fn subject(direction: Direction, content_type: &str, coded: Coded) -> Subject {
    let content = Content { direction, content_type: Some(content_type.as_bytes().to_vec()), charset: None };
    let today = Day { year: 2026, month: 11, day: 22 };
    Subject {
        content,
        coded,
        lens: Arc::new(Lens {
            today,
            hosts: Arc::new(["example.go.kr".to_owned()]),
            seal: None,
            beyond: Default::default(),
        }),
    }
}

/// About `len` bytes of lines without a finding, with one in the middle where `value` is not empty.
fn text(len: usize, value: &str) -> Vec<u8> {
    let line = "가나다라 마바사 아자차카 타파하.\n";
    let half = line.repeat(len / 2 / line.len());
    format!("{half}주민등록번호 {value} 입니다.\n{half}").into_bytes()
}

/// Letters that no coding makes much shorter, without a finding.
fn letters(len: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        b'a' + (state % 26) as u8
    };
    (0..len).map(|_| next()).collect()
}

fn masked(content: &[u8]) -> Vec<u8> {
    String::from_utf8(content.to_vec()).unwrap().replace(VALUE, MASKED).into_bytes()
}

fn coded(coding: Coding, content: &[u8]) -> Vec<u8> {
    let (mut encoder, mut out) = (Encoder::new(coding, 4), Vec::new());
    encoder.encode(content, &mut out).unwrap();
    encoder.finish(&mut out).unwrap();
    out
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    use inspect_coding::{DecodeLimits, Decoder, Members};
    let limits = DecodeLimits { decoded_bytes: 64 * MIB, ratio: 2_000, memory: 16 << 20 };
    let (mut decoder, mut out) = (Decoder::new(&[Coding::Gzip], Members::One, limits), Vec::new());
    assert_eq!(decoder.decode(bytes, &mut out, 64 << 20), Ok(bytes.len()));
    while !decoder.finish(&mut out, 1 << 20).unwrap() {}
    out
}

#[derive(Debug)]
enum Event {
    Chunk(Bytes),
    Wait(Duration),
    Trailers,
    Fail(io::Error),
    /// Nothing, ever.
    Stall,
}

/// A body that comes as it is told to.
#[derive(Debug)]
struct Feed {
    events: VecDeque<Event>,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
    /// How many chunks were taken from it.
    taken: Arc<AtomicUsize>,
    announced: Option<u64>,
}

impl Feed {
    fn new(events: impl IntoIterator<Item = Event>) -> Feed {
        let taken = Arc::new(AtomicUsize::new(0));
        Feed { events: events.into_iter().collect(), sleep: None, taken, announced: None }
    }

    /// `content` in pieces of `cut` bytes.
    fn cut(content: &[u8], cut: usize) -> Feed {
        Feed::new(content.chunks(cut.max(1)).map(|chunk| Event::Chunk(Bytes::copy_from_slice(chunk))))
    }

    /// With a length that is told before.
    fn announced(mut self, length: u64) -> Feed {
        self.announced = Some(length);
        self
    }
}

impl Body for Feed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        match self.events.pop_front() {
            Some(Event::Chunk(chunk)) => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                if let Some(left) = &mut self.announced {
                    *left -= chunk.len() as u64;
                }
                Poll::Ready(Some(Ok(Frame::data(chunk))))
            }
            Some(Event::Wait(time)) => {
                self.sleep = Some(Box::pin(tokio::time::sleep(time)));
                self.poll_frame(cx)
            }
            Some(Event::Trailers) => Poll::Ready(Some(Ok(Frame::trailers(HeaderMap::new())))),
            Some(Event::Fail(error)) => Poll::Ready(Some(Err(error.into()))),
            Some(Event::Stall) => {
                self.events.push_front(Event::Stall);
                Poll::Pending
            }
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.events.is_empty() && self.sleep.is_none()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.announced.map_or_else(http_body::SizeHint::default, http_body::SizeHint::with_exact)
    }
}

fn chunk(bytes: &[u8]) -> Event {
    Event::Chunk(Bytes::copy_from_slice(bytes))
}

/// All bytes of a body, or that it broke.
async fn all(body: Outgoing) -> Result<Vec<u8>, BoxError> {
    body.collect().await.map(|all| all.to_bytes().to_vec())
}

/// A hook, and where what it is told arrives.
fn hook() -> (Hook, mpsc::Receiver<Done>) {
    let (sender, receiver) = mpsc::channel();
    (Box::new(move |done| drop(sender.send(done))), receiver)
}

#[track_caller]
fn assert_adds_up(read: &Read) {
    let passed: u64 = read.account.passed_over.values().sum();
    assert_eq!(read.account.inspected + passed, read.content, "{read:?}");
}

/// Runs a future where a test is not a `tokio::test`.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}
