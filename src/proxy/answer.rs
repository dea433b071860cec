//! The answer of a site on its way back: inspected, masked, withheld, or passed on, with a head that stays true.

use super::arriving::Answering;
use super::exchange::{Exchange, outcome};
use super::onward::outgoing;
use super::record::{Outcome, Record};
use super::refuse::{Refusal, empty};
use super::validators::Dated;
use super::{headers, heads, session, truth, windows};
use crate::alert::AlertEvent;
use crate::body::answer::{
    Asked, Begun, Opened, Recoded, Streaming, Watching, Whole, counted, keeps_length, open, watched,
};
use crate::body::{Coded, Done, Hook, Outgoing, Subject};
use crate::inspect::coding::Coding;
use crate::inspect::{Account, Lens};
use crate::policy::{Action, Tally};
use crate::upstream::{SiteBody, UpstreamError};
use crate::vocab::{Direction, Finding, Part, Place, Reason, Span};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, IF_RANGE, RANGE};
use http::request::Parts as RequestHead;
use http::response::Parts as Head;
use http::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A request that asked for a range, kept to be sent once more for the whole.
pub(super) struct Again(Box<RequestHead>);

/// A range of something inspected becomes a whole one: a value could stand across the range's edge. Whether it is
/// inspected is only known from the answer, so the request is kept; only GET may be sent twice (RFC 9110 section 9.2.1).
///
/// A range of anything but a GET means nothing (section 14.2), though some sites cut their answer by it.
pub(super) fn whole_instead_of_range(parts: &mut RequestHead, inspects: bool) -> Option<Again> {
    if !inspects || !parts.headers.contains_key(RANGE) {
        return None;
    }
    if parts.method != Method::GET {
        parts.headers.remove(RANGE);
        parts.headers.remove(IF_RANGE);
        return None;
    }
    let mut again = Box::new(parts.clone());
    again.headers.remove(RANGE);
    again.headers.remove(IF_RANGE);
    Some(Again(again))
}

/// What a site's answer is to garim.
enum Reading {
    /// No body: HEAD, 204, 304.
    None,
    /// The policy has nothing to do with it.
    Ignored,
    /// Not text.
    Binary,
    /// To be read.
    Text,
}

/// Brings an answer to the client.
pub(super) async fn bring(
    mut exchange: Box<Exchange>,
    method: Method,
    again: Option<Again>,
    asked_at: Instant,
    mut tally: Tally,
    mut answered: Response<SiteBody>,
) -> Response<Outgoing> {
    exchange.record.arrived();
    if let Some(again) = again
        && exchange.is_part_of_text(&method, &answered, &tally)
    {
        match Box::pin(exchange.ask_again(again)).await {
            Ok(whole) => answered = whole,
            Err(error) => {
                exchange.record.in_site(asked_at.elapsed());
                return exchange.reader.clone().tell(&mut exchange.record, Refusal::upstream(&error), None, &[]);
            }
        }
    }
    let (mut head, body) = answered.into_parts();
    let front = &exchange.asked.front;
    let servers = &front.site.upstream.servers;
    headers::to_client(&mut head.headers, exchange.asked.authority.as_str(), |host| front.owns(host), servers);
    if is_event_stream(&head.headers) {
        // It has no end at which somebody could be asked.
        tally = Tally::new(tally.plan().unaskable());
    }
    exchange.inspect_head(&mut head, &mut tally);
    if tally.refuses() {
        return exchange.refuse_answer(&tally, asked_at.elapsed());
    }
    go_on(exchange, &method, (head, Answering::Site(body)), tally, asked_at).await
}

/// From the head of an answer, which is as it may go out, to its body.
pub(super) async fn go_on(
    exchange: Box<Exchange>,
    method: &Method,
    (head, body): (Head, Answering),
    tally: Tally,
    asked_at: Instant,
) -> Response<Outgoing> {
    let subject = exchange.subject(Direction::Download, &head.headers);
    match exchange.reading(method, head.status, &head.headers, &tally, &subject) {
        _ if head.status == StatusCode::SWITCHING_PROTOCOLS => exchange.unasked("switched protocols"),
        Reading::None => exchange.without_body(method, head, tally, asked_at.elapsed()),
        Reading::Ignored => exchange.pass(head, Begun::new(body), tally, "policy", asked_at),
        Reading::Binary => Box::pin(exchange.look(head, body, subject, tally, asked_at)).await,
        Reading::Text => exchange.read(head, Begun::new(body), subject, tally, asked_at).await,
    }
}

impl Exchange {
    fn reading(
        &self,
        method: &Method,
        status: StatusCode,
        headers: &HeaderMap,
        tally: &Tally,
        subject: &Subject,
    ) -> Reading {
        let none = *method == Method::HEAD
            || status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
            || is_empty(headers);
        match none {
            true => Reading::None,
            false if tally.plan().ignores_kinds() => Reading::Ignored,
            // Parts of a text in a wrapping of their own: as the text itself.
            false if subject.content.reads() || is_byteranges(headers) => Reading::Text,
            false => Reading::Binary,
        }
    }

    fn reads(&self, headers: &HeaderMap) -> bool {
        self.subject(Direction::Download, headers).content.reads()
    }

    /// Whether a part of an answer came that is to be read, and so asked for as a whole.
    fn is_part_of_text(&self, method: &Method, answered: &Response<SiteBody>, tally: &Tally) -> bool {
        let (status, headers) = (answered.status(), answered.headers());
        let subject = self.subject(Direction::Download, headers);
        let reading = self.reading(method, status, headers, tally, &subject);
        // Films are shown in parts; of a photo, a part would keep what is written about it to itself.
        let is_photo = || is_photo(headers) && self.means.opener.is_some();
        status == StatusCode::PARTIAL_CONTENT
            && (matches!(reading, Reading::Text) || matches!(reading, Reading::Binary) && is_photo())
    }

    async fn ask_again(&self, again: Again) -> Result<Response<SiteBody>, UpstreamError> {
        let mut parts = *again.0;
        headers::to_site(&mut parts.headers, &self.asked.arrival(), true);
        self.asked.front.pool.send(Request::from_parts(outgoing(parts), empty()), self.asked.client).await
    }

    /// An answer to nothing that was asked: after a 101 would follow bytes that nobody reads, and by a 304 a copy that
    /// garim did not give out would be taken to be still good.
    fn unasked(mut self: Box<Self>, did: &'static str) -> Response<Outgoing> {
        let site = &self.asked.front.site.name;
        tracing::warn!(%site, id = self.record.id(), did, "the site did what it was not asked to");
        let refusal = Refusal::bad_answer();
        self.reader.clone().tell(&mut self.record, refusal, None, &[])
    }

    /// What the head of an answer gives away; and what is sealed from here on belongs to the session that it begins.
    pub(super) fn inspect_head(&mut self, head: &mut Head, tally: &mut Tally) {
        let cookie = &self.asked.front.site.session_cookie;
        if let Some(session) = session::of_answer(&head.headers, cookie) {
            let seal = self.lens.seal.as_ref().map(|sealer| sealer.in_session(Some(&session)));
            self.lens = Arc::new(Lens { seal, ..Lens::clone(&self.lens) });
        }
        if !tally.plan().ignores_kinds() {
            self.head_edits = heads::inspect(&head.headers, cookie, &self.lens, tally);
            heads::inspect_reason(&mut head.extensions, &self.lens, tally);
        }
    }

    /// A head on its way out: its values sealed as the tally wants, and addresses with values kept in the site.
    pub(super) fn finish_head(&mut self, headers: &mut HeaderMap, tally: &Tally, carries: bool) {
        self.head_edits.make(headers, tally);
        if self.carries || carries {
            heads::keep_addresses(headers);
        }
    }

    fn without_body(
        mut self: Box<Self>,
        method: &Method,
        mut head: Head,
        mut tally: Tally,
        in_site: Duration,
    ) -> Response<Outgoing> {
        let of_body = *method == Method::HEAD && head.status != StatusCode::NOT_MODIFIED && !is_empty(&head.headers);
        match () {
            () if tally.plan().ignores_kinds() => {}
            () if head.status == StatusCode::NOT_MODIFIED => {
                if !self.conditions.ask() {
                    return self.unasked("said that a copy is still good");
                }
                self.binding().not_modified(&self.conditions, &mut head.headers);
            }
            () if of_body && self.reads(&head.headers) => self.unread(&mut head.headers, &tally),
            () if tally.verdict().action > Action::Mask => return self.refuse_answer(&tally, in_site),
            () => {
                let reason = self.subject(Direction::Download, &head.headers).content.unread();
                if of_body && tally.plan().about(reason) > Action::Mask && refuses(reason, &mut tally) {
                    return self.refuse_answer(&tally, in_site);
                }
                self.binding().give(&self.conditions, Dated::Stays, &mut head);
            }
        }
        self.finish_head(&mut head.headers, &tally, false);
        self.record.in_site(in_site);
        self.record.side(Direction::Download, &tally, &Account::default(), 0);
        self.record.end(Outcome::Answered, head.status.as_u16());
        Response::from_parts(head, empty())
    }

    /// HEAD tells what GET would, as far as that is known without the body.
    fn unread(&self, headers: &mut HeaderMap, tally: &Tally) {
        truth::say_nothing_about_keeping(headers);
        if tally.plan().may_mask() {
            let coded = Coded::of(headers);
            let length_stays = coded == Coded::Plain && keeps_length(&self.subject(Direction::Download, headers));
            // A page that is masked goes out in gzip or uncoded, one that is not as it came.
            let coding_stays = match coded {
                Coded::By(codings) => self.gzip && codings == [Coding::Gzip],
                Coded::Plain | Coded::Unknown => true,
            };
            truth::may_change(headers, (!coding_stays).then_some(None), length_stays);
        }
    }

    pub(super) fn pass(
        mut self: Box<Self>,
        mut head: Head,
        body: Begun<Answering>,
        tally: Tally,
        why: &'static str,
        asked_at: Instant,
    ) -> Response<Outgoing> {
        self.finish_head(&mut head.headers, &tally, false);
        let silence = (!is_event_stream(&head.headers)).then_some(self.means.limits.idle_timeout);
        let hook = self.hook(head.status, Timing::Streams(asked_at));
        Response::from_parts(head, counted(body, tally, why, silence, hook))
    }

    /// The same with a picture, of which something may turn up that does not pass unopened.
    pub(super) fn pass_watched(
        mut self: Box<Self>,
        mut head: Head,
        body: Begun<Answering>,
        tally: Tally,
        (why, watching): (&'static str, Watching),
        asked_at: Instant,
    ) -> Response<Outgoing> {
        self.finish_head(&mut head.headers, &tally, false);
        let silence = Some(self.means.limits.idle_timeout);
        let hook = self.hook(head.status, Timing::Streams(asked_at));
        Response::from_parts(head, watched(body, tally, why, silence, watching, hook))
    }

    /// The policy withholds an answer before any of its body is read.
    pub(super) fn refuse_answer(mut self: Box<Self>, tally: &Tally, in_site: Duration) -> Response<Outgoing> {
        self.record.in_site(in_site);
        self.record.side(Direction::Download, tally, &Account::default(), 0);
        self.reader.clone().tell(&mut self.record, Refusal::answer(tally), Some(tally), &[])
    }

    pub(super) async fn read(
        mut self: Box<Self>,
        head: Head,
        body: Begun<Answering>,
        subject: Subject,
        tally: Tally,
        asked_at: Instant,
    ) -> Response<Outgoing> {
        let asked = Asked {
            subject,
            events: is_event_stream(&head.headers),
            verdict_first: truth::may_be_kept(&head.headers),
            told: self.told().into(),
            gzip: self.gzip,
        };
        match open(body, asked, tally, &self.means).await {
            Ok(Opened::Whole(whole)) => self.whole(head, whole, asked_at).await,
            Ok(Opened::Streaming(streaming)) => self.streaming(head, streaming, asked_at).await,
            Err(stopped) => {
                self.record.in_site(asked_at.elapsed());
                self.record.side(Direction::Download, &stopped.tally, &stopped.read.account, stopped.read.raw);
                let refusal = Refusal::stopped_answer(&stopped.stop, &stopped.tally);
                self.reader.clone().tell(&mut self.record, refusal, Some(&stopped.tally), &[])
            }
        }
    }

    /// What decides, beside the configuration, what is found in an answer: what is allowed may be so on some paths.
    fn told(&self) -> String {
        let site = &self.asked.front.site;
        if site.allow.is_some() { format!("{} {}", site.name, self.asked.path) } else { site.name.clone() }
    }

    async fn whole(mut self: Box<Self>, mut head: Head, whole: Whole, asked_at: Instant) -> Response<Outgoing> {
        if whole.read().recalled {
            self.record.recalled();
        }
        if whole.changed() {
            truth::changed(&mut head.headers, coding(whole.recoded()), whole.length());
        }
        match whole.changed() || whole.tally().reveals() {
            true => truth::kept_by_nobody(&mut head.headers),
            false => {
                let read = whole.read().account.inspected > 0;
                let dated = if read { Dated::Goes } else { Dated::Stays };
                self.binding().give(&self.conditions, dated, &mut head);
            }
        }
        self.finish_head(&mut head.headers, whole.tally(), whole.in_urls());
        if whole.tally().verdict().action > Action::Mask {
            self.record.in_site(asked_at.elapsed());
            let proxy = Arc::clone(&self.proxy);
            return Box::pin(self.ask_reason(&proxy.waiting, head, whole)).await;
        }
        self.send_whole(head, whole, asked_at).await
    }

    /// Sends what has arrived whole, and may go out, once that is recorded.
    pub(super) async fn send_whole(
        mut self: Box<Self>,
        head: Head,
        whole: Whole,
        asked_at: Instant,
    ) -> Response<Outgoing> {
        self.record.side(Direction::Download, whole.tally(), &whole.read().account, whole.read().raw);
        if let Err(refusal) = self.within(Some((whole.tally(), whole.read().raw))).await {
            self.record.in_site(asked_at.elapsed());
            return self.reader.clone().tell(&mut self.record, refusal, None, &[]);
        }
        if !self.record.commit().await {
            self.record.in_site(asked_at.elapsed());
            return self.reader.clone().tell(&mut self.record, Refusal::unrecorded_answer(), None, &[]);
        }
        let hook = self.hook(head.status, Timing::Arrived(asked_at.elapsed()));
        Response::from_parts(head, whole.into_body(hook))
    }

    /// Sends what is still arriving. What will be found in it is recorded at its end.
    async fn streaming(
        mut self: Box<Self>,
        mut head: Head,
        streaming: Streaming<Begun<Answering>>,
        asked_at: Instant,
    ) -> Response<Outgoing> {
        if let Err(refusal) = self.within(None).await {
            self.record.in_site(asked_at.elapsed());
            return self.reader.clone().tell(&mut self.record, refusal, None, &[]);
        }
        if self.proxy.keeper.as_ref().is_some_and(|keeper| !keeper.is_ready()) {
            self.record.in_site(asked_at.elapsed());
            return self.reader.clone().tell(&mut self.record, Refusal::unrecorded_answer(), None, &[]);
        }
        let as_came = streaming.recoded() == Recoded::AsCame;
        if as_came && !streaming.is_read() && !streaming.tally().is_some_and(Tally::reveals) {
            // It has turned out not to be text.
            if streaming.length().is_none() {
                head.headers.remove(CONTENT_LENGTH);
            }
            self.binding().give(&self.conditions, Dated::Stays, &mut head);
        } else {
            if streaming.may_change() {
                let recoded = (!as_came).then(|| coding(streaming.recoded()));
                truth::may_change(&mut head.headers, recoded, streaming.length().is_some());
            }
            // Whether something will be found in it is not known yet.
            truth::kept_by_nobody(&mut head.headers);
        }
        if let Some(tally) = streaming.tally() {
            // What is yet to come may hold addresses with values.
            let carries = streaming.may_change() && is_page(&head.headers);
            self.finish_head(&mut head.headers, tally, carries);
        }
        let hook = self.hook(head.status, Timing::Streams(asked_at));
        Response::from_parts(head, streaming.into_body(hook))
    }

    /// The end of the record, for when the body has ended.
    fn hook(mut self: Box<Self>, status: StatusCode, timing: Timing) -> Hook {
        // What was kept back was counted before it went out.
        let counts = matches!(timing, Timing::Streams(_)) && self.proxy.totals.is_some();
        Box::new(move |done: Done| {
            if counts {
                let counted = self.counted(self.windows(), &done.tally, done.sent);
                let alert = self.record.alert(AlertEvent::Window);
                windows::count(Arc::clone(&self.proxy), counted, self.asked.client, alert);
            }
            let record = &mut self.record;
            timing.tell(record, done.read.spent);
            record.side(Direction::Download, &done.tally, &done.read.account, done.read.raw);
            match self.withheld.is_set() {
                true => record.end(
                    Outcome::AnswerRefused,
                    Refusal::listing().page.status(&self.asked.front.site.pages, false).as_u16(),
                ),
                false => record.end(outcome(&done.how), status.as_u16()),
            }
        })
    }
}

/// What the site's part of the time is.
enum Timing {
    /// Its whole answer had arrived after this.
    Arrived(Duration),
    /// Its answer goes out as it comes.
    Streams(Instant),
}

impl Timing {
    /// What was spent on inspecting while the site was waited for is not the site's.
    fn tell(&self, record: &mut Record, spent: Duration) {
        let time = match self {
            Timing::Arrived(time) => *time,
            Timing::Streams(asked_at) => asked_at.elapsed(),
        };
        record.in_site(time.saturating_sub(spent));
        record.added(spent);
    }
}

/// Notes that an answer is not text, and what it is instead; whether the policy refuses it for that.
pub(super) fn refuses(reason: Reason, tally: &mut Tally) -> bool {
    let span = Span { start: 0, end: 0 };
    tally.add(&Finding::uninspectable(reason, span, Place::whole(Part::Body)));
    // Of what is not taken in, nobody can be asked.
    tally.verdict().action > Action::Mask
}

/// The coding a changed answer goes out in.
fn coding(recoded: Recoded) -> Option<&'static str> {
    match recoded {
        Recoded::Gzip => Some("gzip"),
        Recoded::AsCame | Recoded::Identity => None,
    }
}

fn is_empty(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() == b"0")
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media| media.eq_ignore_ascii_case("text/event-stream"))
}

fn is_byteranges(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media| media.eq_ignore_ascii_case("multipart/byteranges"))
}

/// Whether an answer is called a picture.
pub(super) fn is_photo(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media| media.get(..6).is_some_and(|family| family.eq_ignore_ascii_case("image/")))
}

fn is_page(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media| media.to_ascii_lowercase().contains("html"))
}
