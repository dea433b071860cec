//! Asking before something goes on: a writer who is warned, a reader who is to say why. What is asked about waits
//! meanwhile ([`super::waiting`]), and goes on from there by one word, without being written, attached or fetched again.

use super::arriving::{Answering, Arriving};
use super::exchange::Exchange;
use super::login::Form;
use super::outliving::Outliving;
use super::own_text::{Memory, own_text};
use super::refuse::{Refusal, decisive};
use super::releasing::unkept;
use super::waiting::{Choices, LONGEST, Thing, Word};
use super::{answer, holding, waiting};
use crate::act::page::{self, Choice};
use crate::act::says_why;
use crate::body::answer::Whole;
use crate::body::kept::Reading;
use crate::body::request::Received;
use crate::body::{BoxError, Means, Outgoing, Stop};
use crate::hold::{self, Asks, KeepError, Waits};
use crate::inspect;
use crate::policy::{Action, Consent};
use crate::vocab::Direction;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE};
use http::request::Parts;
use http::response::Parts as Head;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
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
        asks: &Asks,
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
        let thing = Thing::Post { head: holding::head(&parts, self.asked.authority.as_str()), choices };
        let ring = Arc::clone(&self.asked.sites.ring);
        let token = match waiting::keep(asks, &ring, bound, thing, kept.into_reading()).await {
            Ok(token) => token,
            Err(error) => {
                tracing::error!(%error, "a post whose writer is to be asked cannot be kept, and is refused");
                // What is refused in any case is only not offered again.
                let refusal = if is_warned { Refusal::overload() } else { Refusal::request(&tally) };
                return self.reader.clone().tell(&mut self.record, refusal, Some(&tally), &own_text);
            }
        };
        let asks = page::Asks {
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
    pub(super) async fn ask_reason(mut self: Box<Self>, asks: &Asks, head: Head, whole: Whole) -> Response<Outgoing> {
        let tally = whole.tally();
        self.record.side(Direction::Download, tally, &whole.read().account, whole.read().raw);
        self.record.added(whole.read().spent);
        let (listed, refusal) = (decisive(tally), Refusal::asks(page::Outcome::AskReason, Direction::Download));
        let (bound, action) = (self.waits_for.clone(), self.target.clone());
        let thing = Thing::Answer { head: answered(&self.asked.method, &action, &head), status: head.status.as_u16() };
        let ring = Arc::clone(&self.asked.sites.ring);
        // What becomes of it is told when it goes out.
        let body = whole.into_body(Box::new(|_| {}));
        let token = match waiting::keep(asks, &ring, bound, thing, body).await {
            Ok(token) => token,
            Err(error) => {
                tracing::error!(%error, "an answer whose reader is to say why cannot be kept, and is refused");
                return self.reader.clone().tell(&mut self.record, Refusal::unrecorded_answer(), None, &[]);
            }
        };
        let asks = page::Asks { action: &action, token: &token, choice: Choice::Reason };
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
            let asks = page::Asks { action: &action, token: &token, choice: Choice::Reason };
            let refusal = Refusal::asks(page::Outcome::AskReason, Direction::Download);
            return self.reader.clone().ask(&mut self.record, refusal, None, &[], asks);
        }
        if let (Word::Send { token }, Some(holding)) = (&word, &proxy.holding) {
            return self.send_held(holding, &parts, token).await;
        }
        let ring = Arc::clone(&self.asked.sites.ring);
        let (now, about) = (jiff::Timestamp::now().as_millisecond(), about(&word));
        match waiting::of_word(&proxy.waiting, &ring, &word, &self.waits_for, now).await {
            // To the end, whoever still waits for it: it cannot be taken twice.
            Ok(Some((waits, thing))) => Outliving::new(self.take(waits, thing, word, parts)).await,
            Ok(None) => self.too_late(about),
            Err(error) => self.not_now(&error),
        }
    }

    fn too_late(mut self: Box<Self>, about: Direction) -> Response<Outgoing> {
        let refusal = Refusal::asks(page::Outcome::TooLate, about);
        self.reader.clone().tell(&mut self.record, refusal, None, &[])
    }

    /// Whether the word is good cannot be told; it may be said again.
    fn not_now(mut self: Box<Self>, error: &KeepError) -> Response<Outgoing> {
        tracing::warn!(%error, "what waits for a word cannot be had now");
        self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[])
    }

    /// Takes what waits, and goes on with it. Its body is here before it is taken.
    async fn take(self: Box<Self>, waits: Waits, thing: Thing, word: Word, now: Parts) -> Response<Outgoing> {
        let asks = self.proxy.waiting.clone();
        let body = match asks.body(&waits).await {
            Ok(reader) => unkept(reader, None, &self.means).await.map_err(KeepError::from),
            Err(error) => Err(error),
        };
        let body = match body {
            Ok((body, _)) => body,
            Err(error) => return self.not_now(&error),
        };
        match asks.take(&waits, jiff::Timestamp::now().as_millisecond()).await {
            Ok(true) => {}
            Ok(false) => return self.too_late(about(&word)),
            Err(error) => return self.not_now(&error),
        }
        match (thing, word) {
            (Thing::Post { head, .. }, Word::AsItIs { .. }) => self.send_again(&head, body, now, Consent::AsItIs).await,
            (Thing::Post { head, .. }, Word::Hidden { .. }) => self.send_again(&head, body, now, Consent::Hidden).await,
            (Thing::Answer { head, status }, Word::Reason { reason, .. }) => {
                self.give(&head, status, body, &reason).await
            }
            (_, word) => self.too_late(about(&word)),
        }
    }

    /// The post again, as it came, from the session that it has by now; inspected again, in the light of what its writer
    /// has agreed to.
    async fn send_again(
        mut self: Box<Self>,
        head: &hold::Head,
        body: Reading,
        mut now: Parts,
        consent: Consent,
    ) -> Response<Outgoing> {
        let came = |now: &mut Parts| {
            now.method = Method::from_bytes(head.method.as_bytes()).ok()?;
            now.uri = Uri::try_from(&head.target).ok()?;
            let mut fields = fields(head, &[COOKIE])?;
            for cookie in now.headers.get_all(COOKIE) {
                fields.append(COOKIE, cookie.clone());
            }
            now.headers = fields;
            Some(())
        };
        if came(&mut now).is_none() {
            return self.too_late(Direction::Upload);
        }
        self.consent = Some(consent);
        self.record.consent(consent);
        self.asked.method = now.method.clone();
        self.judge(now, Arriving::Kept(body)).await
    }

    /// The answer that waited, read again in the light of its reader's reason. That goes into the record, without what a
    /// record must not hold.
    async fn give(
        mut self: Box<Self>,
        head: &hold::Head,
        status: u16,
        body: Reading,
        reason: &[u8],
    ) -> Response<Outgoing> {
        let method = Method::from_bytes(head.method.as_bytes()).unwrap_or_default();
        let built = StatusCode::from_u16(status).ok().zip(fields(head, &[]));
        let Some((status, fields)) = built else { return self.too_late(Direction::Download) };
        let text: String =
            decoded(reason).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(REASON).collect();
        self.consent = Some(Consent::Reason);
        self.record.consent(Consent::Reason);
        self.record.why(inspect::clean(&text, &self.lens));
        let mut head = Response::new(()).into_parts().0;
        (head.status, head.headers) = (status, fields);
        let tally = self.tally(Direction::Download);
        answer::go_on(self, &method, (head, Answering::Kept(Box::new(body))), tally, Instant::now()).await
    }
}

/// What a word is about: a reason is given for an answer, the others for a post.
const fn about(word: &Word) -> Direction {
    match word {
        Word::Reason { .. } => Direction::Download,
        Word::AsItIs { .. } | Word::Hidden { .. } | Word::Send { .. } => Direction::Upload,
    }
}

/// The head of an answer, to be kept with how it was asked for.
fn answered(method: &Method, target: &str, head: &Head) -> hold::Head {
    let fields = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    hold::Head {
        method: method.as_str().to_owned(),
        target: target.to_owned(),
        authority: String::new(),
        fields: fields.collect(),
    }
}

/// The fields of a head that was kept, but for some; `None` where they are none.
fn fields(head: &hold::Head, without: &[HeaderName]) -> Option<HeaderMap> {
    let mut fields = HeaderMap::new();
    for (name, value) in &head.fields {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if !without.contains(&name) {
            fields.append(name, HeaderValue::from_bytes(value).ok()?);
        }
    }
    Some(fields)
}
