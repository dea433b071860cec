//! Asking before something goes on: a writer who is warned, a reader who is to say why. What is asked about waits
//! meanwhile ([`super::waiting`]), and goes on from there by one word, without being written, attached or fetched again.

use super::arriving::Arriving;
use super::exchange::Exchange;
use super::login::Form;
use super::own_text::{Memory, own_text};
use super::refuse::{Refusal, decisive};
use super::waiting::{Answer, Choices, LONGEST, Post, Thing, Waiting, Word};
use crate::act::page::{self, Asks, Choice};
use crate::act::says_why;
use crate::body::answer::Whole;
use crate::body::request::Received;
use crate::body::{BoxError, Means, Outgoing, Stop};
use crate::inspect;
use crate::policy::{Action, Consent};
use crate::vocab::Direction;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE};
use http::request::Parts;
use http::response::Parts as Head;
use http::{Method, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

/// So much of a reason is kept, in characters.
const REASON: usize = 200;

/// What a request's body turns out to be.
pub(super) enum Heard {
    /// The body of a request like any other.
    Body(Arriving),
    /// A word about something that waits.
    Word(Word),
    /// A form of garim's own login.
    Login(Form),
    /// It could not be read.
    Broken(Stop),
}

/// Looks whether a request is a word about something that waits, or a form of garim's own login where the site is `gated`. Only short bodies in `text/plain` are looked at.
pub(super) async fn hear(parts: &Parts, body: Incoming, means: &Means, gated: bool) -> Heard {
    let plain = parts.headers.get(CONTENT_TYPE).is_some_and(|value| is_plain(value.as_bytes()));
    let short = body.size_hint().exact().is_some_and(|length| (1..=LONGEST).contains(&length));
    if parts.method != Method::POST || !plain || !short || parts.headers.contains_key(CONTENT_ENCODING) {
        return Heard::Body(Arriving::Client(body));
    }
    let whole = match tokio::time::timeout(means.limits.idle_timeout, body.collect()).await {
        Ok(Ok(whole)) => whole.to_bytes(),
        Ok(Err(error)) => return Heard::Broken(Stop::Gone(BoxError::from(error))),
        Err(_) => return Heard::Broken(Stop::Timeout),
    };
    if let Some(form) = Form::read(&whole).filter(|_| gated) {
        return Heard::Login(form);
    }
    match Word::read(&whole) {
        Some(word) => Heard::Word(word),
        None => Heard::Body(Arriving::Short(Full::new(whole))),
    }
}

fn is_plain(content_type: &[u8]) -> bool {
    let (kind, rest) = content_type.split_at_checked(10).unwrap_or((content_type, b""));
    kind.eq_ignore_ascii_case(b"text/plain") && matches!(rest.first(), None | Some(b';' | b' '))
}

/// A reason as text: the page was in the site's charset, and so is what comes back.
fn decoded(reason: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(reason) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::EUC_KR.decode_without_bom_handling(reason).0,
    }
}

impl Exchange {
    /// Where the forms of a page that asks are sent: where the request was, so that what the site answers finds its own.
    pub(super) fn target(parts: &Parts) -> String {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        // A browser takes what begins with two slashes for the address of another host.
        let is_host = target.get(1..).is_some_and(|rest| rest.starts_with(['/', '\\']));
        if is_host { format!("/.{target}") } else { target.to_owned() }
    }

    /// Warns the writer of a post, or refuses it and offers to post it hidden; what was sent waits.
    pub(super) async fn ask_writer(
        mut self: Box<Self>,
        waiting: &Waiting,
        parts: Parts,
        received: Received,
        memory: &Memory,
    ) -> Response<Outgoing> {
        let content_type = parts.headers.get(CONTENT_TYPE).map(|value| value.as_bytes().to_vec());
        let charset = self.asked.front.site.charset;
        let own_text = match self.reader.wants_json() {
            true => Vec::new(),
            false => own_text::<Arriving>(memory, None, content_type.as_deref(), charset, &self.lens).await,
        };
        self.record.added(received.read.spent);
        let (tally, kept) = received.into_kept();
        let is_warned = tally.verdict().action == Action::Warn;
        let choices = Choices { hidden: tally.can_hide(), as_it_is: is_warned };
        let (bound, action) = (self.waits_for.clone(), Exchange::target(&parts));
        let token = waiting.keep(bound, Thing::Post(Box::new(Post { parts, kept, choices })), Instant::now());
        let asks = Asks {
            action: &action,
            token: &token,
            choice: Choice::Post { can_hide: choices.hidden, as_it_is: is_warned },
        };
        let refusal = match is_warned {
            true => Refusal::asks(page::Outcome::Warned, Direction::Upload),
            false => Refusal::request(&tally),
        };
        self.reader.clone().ask(&mut self.record, refusal, Some(&tally), &own_text, asks)
    }

    /// Asks the reader of an answer for a reason; the answer waits.
    pub(super) fn ask_reason(mut self: Box<Self>, waiting: &Waiting, head: Head, whole: Whole) -> Response<Outgoing> {
        let tally = whole.tally();
        self.record.side(Direction::Download, tally, &whole.read().account, whole.read().raw);
        self.record.added(whole.read().spent);
        let (listed, refusal) = (decisive(tally), Refusal::asks(page::Outcome::AskReason, Direction::Download));
        let (bound, action) = (self.waits_for.clone(), self.target.clone());
        let token = waiting.keep(bound, Thing::Answer(Box::new(Answer { head, whole })), Instant::now());
        let asks = Asks { action: &action, token: &token, choice: Choice::Reason };
        self.reader.clone().ask_listed(&mut self.record, refusal, listed, asks)
    }

    /// Goes on with what a word is about.
    pub(super) async fn go_on(mut self: Box<Self>, parts: Parts, word: Word) -> Response<Outgoing> {
        self.record.received();
        let proxy = Arc::clone(&self.proxy);
        if let Word::Reason { token, reason } = &word
            && !says_why(&decoded(reason))
        {
            let (token, action) = (token.clone(), Exchange::target(&parts));
            let asks = Asks { action: &action, token: &token, choice: Choice::Reason };
            let refusal = Refusal::asks(page::Outcome::AskReason, Direction::Download);
            return self.reader.clone().ask(&mut self.record, refusal, None, &[], asks);
        }
        if let (Word::Send { token }, Some(holding)) = (&word, &proxy.holding) {
            return self.send_held(holding, &parts, token).await;
        }
        match (proxy.waiting.take(&word, &self.waits_for, Instant::now()), word) {
            (Some(Thing::Post(post)), Word::AsItIs { .. }) => self.send_again(*post, &parts, Consent::AsItIs).await,
            (Some(Thing::Post(post)), Word::Hidden { .. }) => self.send_again(*post, &parts, Consent::Hidden).await,
            (Some(Thing::Answer(answer)), Word::Reason { reason, .. }) => self.give(*answer, &reason).await,
            _ => {
                let refusal = Refusal::asks(page::Outcome::TooLate, Direction::Upload);
                self.reader.clone().tell(&mut self.record, refusal, None, &[])
            }
        }
    }

    /// The post again, as it came, from the session that it has by now; inspected again, in the light of what its writer
    /// has agreed to.
    async fn send_again(mut self: Box<Self>, post: Post, now: &Parts, consent: Consent) -> Response<Outgoing> {
        let Post { mut parts, kept, .. } = post;
        parts.headers.remove(COOKIE);
        for cookie in now.headers.get_all(COOKIE) {
            parts.headers.append(COOKIE, cookie.clone());
        }
        self.consent = Some(consent);
        self.record.consent(consent);
        self.asked.method = parts.method.clone();
        self.judge(parts, Arriving::Kept(kept.into_reading())).await
    }

    /// The answer that waited. Its reason goes into the record, without what a record must not hold.
    async fn give(mut self: Box<Self>, answer: Answer, reason: &[u8]) -> Response<Outgoing> {
        let text: String =
            decoded(reason).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(REASON).collect();
        self.record.consent(Consent::Reason);
        self.record.why(inspect::clean(&text, &self.lens));
        let Answer { head, whole } = answer;
        self.send_whole(head, whole, Instant::now()).await
    }
}
