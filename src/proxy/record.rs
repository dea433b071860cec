//! The record of an exchange: one JSON line, written exactly once, also when the client vanishes. It holds kinds,
//! places, counts and times, never a value.

mod line;
mod told;

use super::alarm::Alarm;
use super::keeping::Kept;
use super::metrics::Metrics;
use super::sites::Front;
use crate::inspect::Account;
use crate::policy::{Consent, Decision, Tally};
use crate::vocab::{Direction, Kind, Place, Secret};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::{Duration, Instant};

/// The tracing target of these lines.
pub const TARGET: &str = "garim::exchange";

/// How long most lines are, in bytes. A buffer that had to grow for one beyond it is not kept.
const LINE: usize = 1 << 10;

/// What the method of a request is called in its record: an extension method is the client's own text.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"];

/// Takes the lines of a process, each without its line feed.
type Sink = Box<dyn Fn(&str) + Send + Sync>;

static SINK: OnceLock<Sink> = OnceLock::new();

/// Hands the lines to `sink` from now on, as far as tracing lets [`TARGET`] through; without one they are events of
/// tracing. The first sink stays.
pub fn deliver_to(sink: impl Fn(&str) + Send + Sync + 'static) {
    let _ = SINK.set(Box::new(sink));
}

thread_local! {
    static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The site's answer went out whole.
    Answered,
    /// The policy refused the request; nothing of it reached the site.
    RequestRefused,
    /// The policy refused the answer; nothing of it reached the client.
    AnswerRefused,
    /// Who asked may not ask for this.
    NoAccess,
    /// Somebody is to sign in to garim first, or does.
    SignIn,
    /// Somebody is asked first; what it is about waits.
    Asked,
    /// A post waits for approval.
    Held,
    /// The request could not be understood, or was too large or too slow.
    BadRequest,
    /// No site has this name.
    NoSuchSite,
    /// The client went away before its request was complete; nothing of it reached the site.
    ClientGone,
    /// The client went away while the answer was under way.
    ClientGoneInAnswer,
    /// The answer broke off: the site ended early, or it became uninspectable on the way.
    AnswerBroken,
    /// The site could not be reached, or broke off before its answer.
    SiteDown,
    /// The site did not answer in time.
    SiteSlow,
    /// A budget was spent, or the disk was full.
    Overload,
    /// The connection was handed over to another protocol.
    Upgraded,
    /// Not ended yet: so far it was decided.
    UnderWay,
    /// garim was ended, or failed, before the exchange was over; its request may have reached the site.
    Interrupted,
}

impl Outcome {
    /// The word used in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::RequestRefused => "request-refused",
            Outcome::AnswerRefused => "answer-refused",
            Outcome::NoAccess => "no-access",
            Outcome::SignIn => "sign-in",
            Outcome::Asked => "asked",
            Outcome::Held => "held",
            Outcome::BadRequest => "bad-request",
            Outcome::NoSuchSite => "no-such-site",
            Outcome::ClientGone => "client-gone",
            Outcome::ClientGoneInAnswer => "client-gone-in-answer",
            Outcome::AnswerBroken => "answer-broken",
            Outcome::SiteDown => "site-down",
            Outcome::SiteSlow => "site-slow",
            Outcome::Overload => "overload",
            Outcome::Upgraded => "upgraded",
            Outcome::UnderWay => "under-way",
            Outcome::Interrupted => "interrupted",
        }
    }
}

#[derive(Debug)]
struct Found {
    kind: &'static str,
    confidence: &'static str,
    count: u64,
    first: Option<Place>,
}

/// What is recorded of one direction.
#[derive(Debug)]
struct Side {
    verdict: &'static str,
    would: &'static str,
    rule: Option<Arc<str>>,
    found: Vec<Found>,
    /// Bytes on the wire, before a content coding is undone.
    bytes: u64,
    /// Bytes of the content: `inspected` and all of `not_inspected` together.
    content: u64,
    inspected: u64,
    not_inspected: BTreeMap<&'static str, u64>,
    /// Whether it belongs into the journal, and whether it stands there already.
    reveals: bool,
    kept: bool,
    /// Different values, for their keyed hashes.
    values: Vec<(Kind, Secret)>,
    /// How many different values go on as they are, and how many are refused; where people are told.
    passed: BTreeMap<Kind, u64>,
    blocked: BTreeMap<Kind, u64>,
}

impl Found {
    fn of(tally: &Tally) -> Vec<Found> {
        let found = tally.counts().into_iter().map(|counts| Found {
            kind: counts.what.name(),
            confidence: counts.confidence.name(),
            count: counts.found,
            first: tally.reported().iter().find(|reported| reported.what == counts.what).map(|r| r.place.clone()),
        });
        found.collect()
    }
}

impl Side {
    fn new(tally: &Tally, account: &Account, bytes: u64) -> Side {
        let verdict = tally.verdict();
        Side {
            verdict: verdict.action.name(),
            would: verdict.would.name(),
            rule: verdict.rule,
            found: Found::of(tally),
            bytes,
            content: account.inspected + account.passed_over.values().sum::<u64>(),
            inspected: account.inspected,
            not_inspected: account.passed_over.clone(),
            reveals: tally.reveals(),
            kept: false,
            values: tally.first_values(),
            passed: BTreeMap::new(),
            blocked: BTreeMap::new(),
        }
    }
}

/// The record under way. It is written when it is dropped, as [`Outcome::ClientGone`] unless an outcome was set: the
/// only way an exchange ends without one is that its future was dropped because the client went away.
#[derive(Debug)]
pub struct Record {
    metrics: Arc<Metrics>,
    id: String,
    at: jiff::Timestamp,
    started: Instant,
    front: Option<Arc<Front>>,
    client: IpAddr,
    protocol: &'static str,
    /// The account of garim's own that has signed in.
    operator: Option<Arc<str>>,
    method: &'static str,
    /// Cleaned, without the query.
    path: Cow<'static, str>,
    status: u16,
    outcome: Option<Outcome>,
    reason: Option<&'static str>,
    /// What the rules about access alone said, and which.
    access: Option<(&'static str, Option<Arc<str>>)>,
    /// Where what was decided is recorded.
    journal: Option<Kept>,
    /// Who is told of it, where anybody is.
    alarm: Option<Arc<Alarm>>,
    /// Whether who asks has a role, and is meant to see what a rule shows.
    has_role: bool,
    /// Whether the site may have the request, and whether it was told what passed in it.
    reached: bool,
    told: bool,
    /// The site's account of who asks, as it may be shown; empty if it is not known.
    account: String,
    /// Whether a total over time is beyond its limit.
    is_beyond: bool,
    /// The answer came before, and was not read again.
    is_recalled: bool,
    /// What somebody has agreed to.
    consent: Option<Consent>,
    /// Why a reader wanted it, in the reader's words, cleaned.
    why: String,
    upload: Option<Side>,
    /// What browsers sent by themselves, in `Referer` and `Cookie`, and did not reach the site unmasked.
    in_head: Vec<Found>,
    download: Option<Side>,
    /// From the first byte of the request's head to its last.
    receive: Duration,
    /// From sending the site the request to the last byte of its answer that was waited for.
    in_site: Option<Duration>,
    added: Duration,
}

impl Record {
    /// Starts the record of an exchange. `id` is its reference number, as people see it.
    pub fn new(metrics: Arc<Metrics>, id: String, client: IpAddr, protocol: &'static str) -> Record {
        metrics.open.inc();
        Record {
            metrics,
            id,
            at: jiff::Timestamp::now(),
            started: Instant::now(),
            front: None,
            client,
            protocol,
            operator: None,
            method: "-",
            path: Cow::Borrowed("-"),
            status: 0,
            outcome: None,
            reason: None,
            access: None,
            journal: None,
            alarm: None,
            has_role: false,
            reached: false,
            told: false,
            account: String::new(),
            is_beyond: false,
            is_recalled: false,
            consent: None,
            why: String::new(),
            upload: None,
            in_head: Vec::new(),
            download: None,
            receive: Duration::ZERO,
            in_site: None,
            added: Duration::ZERO,
        }
    }

    /// Its reference number.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it began.
    pub fn at(&self) -> jiff::Timestamp {
        self.at
    }

    /// What was asked for. `path` is cleaned and without the query.
    pub fn asked(&mut self, front: &Arc<Front>, client: IpAddr, method: &http::Method, path: String) {
        self.front = Some(Arc::clone(front));
        self.client = client;
        self.method = METHODS.into_iter().find(|known| *known == method.as_str()).unwrap_or("other");
        self.path = Cow::Owned(path);
    }

    /// Who has signed in to garim.
    pub fn operator(&mut self, account: &str) {
        self.operator = Some(account.into());
    }

    /// The minute of the day at which it began, in Korea.
    pub fn minute_in_korea(&self) -> u16 {
        let time = jiff::tz::offset(9).to_datetime(self.at).time();
        u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
    }

    /// The site's account of who asks, as it may be shown; empty if it is not known.
    pub fn account(&mut self, shown: String) {
        self.account = shown;
    }

    /// A total over time is beyond its limit.
    pub fn beyond(&mut self) {
        self.is_beyond = true;
    }

    /// The path, cleaned and without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn site_name(&self) -> &str {
        self.front.as_ref().map_or("-", |front| &front.site.name)
    }

    /// What was found in one direction, and the account of its bytes.
    pub fn side(&mut self, direction: Direction, tally: &Tally, account: &Account, bytes: u64) {
        let place = match direction {
            Direction::Upload => &mut self.upload,
            Direction::Download => &mut self.download,
        };
        let kept = place.as_ref().is_some_and(|side| side.kept);
        let mut side = Side { kept, ..Side::new(tally, account, bytes) };
        if self.alarm.is_some() {
            side.passed = tally.passed(direction == Direction::Download && self.has_role);
            side.blocked = tally.blocked();
        }
        *place = Some(side);
    }

    /// From here on what is decided goes into a journal.
    pub fn keep(&mut self, journal: Option<Kept>) {
        self.journal = journal;
    }

    /// Has what was decided so far recorded, if something was found, and waits until that is safe; whether the exchange may
    /// go on.
    pub async fn commit(&mut self) -> bool {
        let soon = self.only_shows();
        let Some(line) = self.unkept(Outcome::UnderWay) else { return true };
        match &self.journal {
            Some(journal) => Arc::clone(&journal.keeper).commit(&line, soon).await,
            None => true,
        }
    }

    /// Whether nothing is to be recorded but what a page showed, as pages do: nobody posted it, gave a reason for it, was
    /// refused it, or went beyond a total.
    fn only_shows(&self) -> bool {
        let posted = self.upload.as_ref().is_some_and(|side| side.reveals && !side.kept);
        !posted && self.why.is_empty() && !self.is_beyond
    }

    /// What of it belongs into the journal and does not stand there yet, as a line; it counts as kept then.
    fn unkept(&mut self, outcome: Outcome) -> Option<String> {
        let journal = self.journal.as_ref()?;
        let fresh = |side: &Option<Side>| side.as_ref().is_some_and(|side| side.reveals && !side.kept);
        let decided = matches!(
            outcome,
            Outcome::RequestRefused | Outcome::AnswerRefused | Outcome::NoAccess | Outcome::Asked | Outcome::Held
        );
        if !fresh(&self.upload) && !fresh(&self.download) && !decided && !self.is_beyond {
            return None;
        }
        let mut line = String::with_capacity(LINE);
        line::write(self, outcome, line::For::Journal(journal), &mut line);
        for side in [&mut self.upload, &mut self.download].into_iter().flatten() {
            side.kept |= side.reveals;
        }
        Some(line)
    }

    /// What was found in the fields that browsers send by themselves.
    pub fn in_head(&mut self, tally: &Tally) {
        self.in_head = Found::of(tally);
    }

    /// Bytes that went to the site after the protocol was switched.
    pub fn passed_after_upgrade(&mut self, bytes: u64) {
        if let Some(side) = &mut self.upload {
            side.bytes += bytes;
            side.content += bytes;
            *side.not_inspected.entry("upgrade").or_default() += bytes;
        }
    }

    /// How it ended.
    pub fn end(&mut self, outcome: Outcome, status: u16) {
        self.outcome = Some(outcome);
        self.status = status;
    }

    /// What is wrong with its head, in a word, if anything is.
    pub fn reason(&mut self, reason: Option<&'static str>) {
        self.reason = reason;
    }

    /// What the rules about access alone said.
    pub fn access(&mut self, decision: &Decision) {
        self.access = Some((decision.effective().name(), decision.rule.clone()));
    }

    /// Somebody has agreed to something.
    pub fn consent(&mut self, consent: Consent) {
        self.consent = Some(consent);
    }

    /// Why a reader wanted it; cleaned.
    pub fn why(&mut self, why: String) {
        self.why = why;
    }

    /// The request has been received whole.
    pub fn received(&mut self) {
        self.receive = self.started.elapsed();
    }

    /// Adds time spent in the site.
    pub fn in_site(&mut self, time: Duration) {
        self.in_site = Some(self.in_site.unwrap_or_default() + time);
    }

    /// Adds time that garim took.
    pub fn added(&mut self, time: Duration) {
        self.added += time;
    }

    fn count(&self, outcome: Outcome) {
        let metrics = &self.metrics;
        let in_site = self.in_site.map(|time| time.as_secs_f64());
        let (site, series) = (self.site_name(), self.front.as_ref().map(|front| &front.series));
        metrics.exchange(site, series, outcome.name(), self.status);
        metrics.times(self.added.as_secs_f64(), in_site);
        if let Some(reason) = self.reason {
            metrics.bad_head(reason);
        }
        let sides = [(Direction::Upload, &self.upload), (Direction::Download, &self.download)];
        for (direction, side) in sides.into_iter().filter_map(|(direction, side)| Some((direction, side.as_ref()?))) {
            metrics.bytes(direction, "inspected", side.inspected);
            for (why, count) in &side.not_inspected {
                metrics.bytes(direction, why, *count);
            }
            if !side.found.is_empty() {
                metrics.verdict(site, direction, side.verdict, side.would);
            }
            let in_head = if direction == Direction::Upload { self.in_head.as_slice() } else { &[] };
            for found in side.found.iter().chain(in_head) {
                metrics.finding(site, direction, found.kind, found.confidence, found.count);
            }
        }
    }

    fn tell(&self, outcome: Outcome) {
        if !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return;
        }
        BUFFER.with(|buffer| {
            // Nothing below writes a record of its own.
            let Ok(mut line) = buffer.try_borrow_mut() else { return };
            line.clear();
            line.reserve(LINE);
            line::write(self, outcome, line::For::Log, &mut line);
            match SINK.get() {
                Some(sink) => sink(&line),
                None => tracing::info!(target: TARGET, record = line.as_str()),
            }
            if line.capacity() > 8 * LINE {
                *line = String::new();
            }
        });
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let outcome = self.outcome.unwrap_or(Outcome::ClientGone);
        self.metrics.open.dec();
        self.count(outcome);
        let soon = self.only_shows() && matches!(outcome, Outcome::Answered);
        self.tell_people(outcome);
        if let (Some(line), Some(journal)) = (self.unkept(outcome), &self.journal) {
            journal.keeper.note(&line, soon);
        }
        self.tell(outcome);
    }
}

/// A new reference number: 80 bits in a form that can be read out on the telephone, of which nobody can tell the next.
pub fn reference() -> String {
    const LETTERS: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y',
        'z', '2', '3', '4', '5', '6', '7', '8', '9', 'i',
    ];
    // Keyed at random for this process, and cheaper by far than as many random bytes for each request.
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let bytes = [KEY.hash_one((number, 0_u8)), KEY.hash_one((number, 1_u8))].map(u64::to_le_bytes);
    bytes.as_flattened().iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).collect()
}
