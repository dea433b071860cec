//! One request's life, from top to bottom. Each phase is one call:
//!
//! 1. [`asked()`] which site, by which name, from whom;
//! 2. [`inspect::target`] the path and the query;
//! 3. [`request::receive`] the body, kept back until its verdict;
//! 4. the verdict: refuse with a page, ask with one ([`super::asking`]), or go on;
//! 5. [`forward`], which goes on when the client vanishes ([`Outliving`]), so that no post is cut or hidden;
//! 6. the [`answer`] comes back the same way: inspected, masked, withheld, or passed on.
//!
//! The [`Record`] goes along and is written when the exchange ends, however it ends.

use super::arriving::Arriving;
use super::asked::{Asked, asked};
use super::asking::{Heard, hear};
use super::headers::Forwarding;
use super::heads::{self, HeadEdits};
use super::hygiene::{Care, Withheld};
use super::identity::{self, Who};
use super::keeping::Kept;
use super::login::{self, Passage};
use super::onward::{mask_target, outgoing, with_length};
use super::outliving::Outliving;
use super::own_text::{Memory, Remembered, own_text};
use super::record::{Outcome, Record, reference};
use super::refuse::{Reader, Refusal};
use super::validators::{Binding, Conditions};
use super::waiting::Bound;
use super::{Proxy, answer, fragment, headers, holding, session, truth, upgrade};
use crate::body::budget::{Pool, Reservation};
use crate::body::request::{self, Received};
use crate::body::{Coded, Means, Outgoing, Stop, Stopped, Subject, discard};
use crate::config::Limits;
use crate::inspect::allow::Allowed;
use crate::inspect::{self, Beyond, Content, Lens};
use crate::policy::{Action, Consent, Roles, Tally};
use crate::proxy::listen::{Peer, STREAM_WINDOW};
use crate::seal::Sealer;
use crate::vocab::{Day, Direction, Edit, Finding, Part, Place, Reason, Span};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// What an exchange knows once its head has made sense; it goes along to the end, boxed, for it is large and is handed
/// from phase to phase.
pub(super) struct Exchange {
    pub asked: Asked,
    pub means: Arc<Means>,
    pub lens: Arc<Lens>,
    pub reader: Reader,
    pub record: Record,
    /// What all exchanges share.
    pub proxy: Arc<Proxy>,
    /// What somebody has agreed to, if this is the second time.
    pub consent: Option<Consent>,
    /// What the validators of its answer are bound to.
    pub binding: Binding,
    /// Where its pages' forms go, and from where their word must come.
    pub target: String,
    pub waits_for: Bound,
    /// Who asks, as far as the site's sessions tell.
    pub who: Who,
    /// Whether the client takes gzip.
    pub gzip: bool,
    /// Under which conditions the site was asked.
    pub conditions: Conditions,
    /// Whether its address carries a value, or a reference to one.
    pub carries: bool,
    /// What is to be changed in the head of its answer.
    pub head_edits: HeadEdits,
    /// Whether its answer was withheld after all, once its first bytes were seen.
    pub withheld: Withheld,
    /// Its place in the byte budget, for its heads and its window.
    pub room: Reservation,
}

/// Answers one request.
pub async fn exchange(
    proxy: Arc<Proxy>,
    peer: Arc<Peer>,
    written: Arc<OnceLock<Forwarding>>,
    request: Request<Incoming>,
) -> Response<Outgoing> {
    let protocol = if peer.h2 { "h2" } else { "http/1.1" };
    let address = peer.addr.ip().to_canonical();
    let mut record = Record::new(Arc::clone(&proxy.metrics), reference(), address, protocol);
    let (mut parts, body) = request.into_parts();
    let sites = proxy.sites.load_full();
    let limits = sites.settings.limits;
    let asked = match asked(sites, address, written, &parts) {
        Ok(asked) => asked,
        Err(error) => {
            discard(body, limits.discard_bytes, limits.idle_timeout);
            let reader = Reader::new(&parts.method, &parts.headers, None);
            record.reason(error.reason());
            return reader.tell(&mut record, Refusal::asked(error), None, &[]);
        }
    };
    let visitor = login::visitor(&proxy, &asked, &mut parts, record.at()).await;
    let asked = asked.by(visitor).at(record.at(), &parts.headers, peer.certificate.as_deref());
    match begun(proxy, record, asked, &parts, peer.h2) {
        Ok((exchange, withheld)) => {
            let heard = hear(&parts, body, &exchange.means, login::is_gated(&exchange.asked)).await;
            exchange.cared_for(parts, heard, withheld).await
        }
        Err(response) => {
            discard(body, limits.discard_bytes, limits.idle_timeout);
            *response
        }
    }
}

/// An exchange whose head makes sense, before its body is read; the page that it ends with where there is no room for it.
pub(super) fn begun(
    proxy: Arc<Proxy>,
    mut record: Record,
    asked: Asked,
    parts: &Parts,
    h2: bool,
) -> Result<(Box<Exchange>, Withheld), Box<Response<Outgoing>>> {
    let site = &asked.front.site;
    let limits = asked.sites.settings.limits;
    let session = session::of_request(&parts.headers, &site.session_cookie);
    let seal = Some(sealer(&asked, record.at()).in_session(session.as_deref()));
    let (today, hosts) = (asked.today, Arc::clone(&asked.front.names));
    let lens = Arc::new(Lens { today, hosts, seal, beyond: beyond(&asked, today).beside(parts.uri.query()) });
    let path = inspect::clean(&session::without_id(&asked.path), &lens);
    record.asked(&asked.front, asked.client, &parts.method, path);
    if let Some((account, _)) = asked.visitor.account() {
        record.operator(account);
    }
    let ring = Arc::clone(&asked.sites.ring);
    record.keep(proxy.keeper.clone().map(|keeper| Kept { keeper, ring }));
    record.watch(&proxy.alarm, asked.roles != Roles::PUBLIC);
    let who = Who::of(&proxy.site_accounts, &asked, &parts.headers, record.at().as_millisecond());
    record.account(who.shown());
    let reader = Reader::new(&parts.method, &parts.headers, Some(Arc::clone(site)));
    let means = Arc::clone(asked.sites.means.get_or_init(|| Arc::new(proxy.means(&limits))));
    let Ok(room) = means.budget.reserve(Pool::Memory, room(&means.limits, h2)) else {
        return Err(Box::new(reader.tell(&mut record, Refusal::overload(), None, &[])));
    };
    let gzip = headers::takes_gzip(&parts.headers);
    let (conditions, carries, head_edits) = (Conditions::default(), false, HeadEdits::default());
    let binding = asked.sites.binding(&asked.front, asked.roles, today);
    let target = Exchange::target(parts);
    let waits_for = Bound { site: site.name.clone(), path: asked.path.clone(), session };
    let withheld = Withheld::default();
    let exchange = Box::new(Exchange {
        asked,
        means,
        lens,
        reader,
        record,
        proxy,
        consent: None,
        binding,
        target,
        waits_for,
        who,
        withheld: withheld.clone(),
        gzip,
        conditions,
        carries,
        head_edits,
        room,
    });
    Ok((exchange, withheld))
}

/// Goes on as what was heard wants, if it gets past the gate.
async fn hear_out(exchange: Box<Exchange>, parts: Parts, heard: Heard) -> Response<Outgoing> {
    match exchange.through_gate(&parts, heard).await {
        Passage::Answered(response) => response,
        Passage::Through { exchange, heard, behind } => {
            let response = go_through(exchange, parts, heard).await;
            login::guarded(response, behind)
        }
    }
}

/// What is seldom done is in a box of its own, so that every exchange's future is small.
async fn go_through(exchange: Box<Exchange>, parts: Parts, heard: Heard) -> Response<Outgoing> {
    let proxy = Arc::clone(&exchange.proxy);
    if let (Some(holding), Some(token)) = (&proxy.holding, holding::asks_after(&parts)) {
        return Box::pin(exchange.held(holding, token)).await;
    }
    match heard {
        Heard::Body(body) => exchange.admit(parts, body).await,
        Heard::Word(word) => Box::pin(exchange.go_on(parts, word)).await,
        Heard::Login(_) => {
            // The gate takes it where there is one, and elsewhere nobody hears it.
            let mut exchange = exchange;
            exchange.reader.clone().tell(&mut exchange.record, Refusal::no_access(), None, &[])
        }
        Heard::Broken(stop) => {
            let tally = exchange.tally(Direction::Upload);
            let stopped = Stopped { stop, tally, read: Default::default(), rest: None };
            Box::pin(exchange.refuse(stopped, &Memory::default(), None)).await
        }
    }
}

/// What an exchange takes of the byte budget before any body: both heads, and its window of HTTP/2.
fn room(limits: &Limits, h2: bool) -> u64 {
    let heads = (limits.header_bytes as u64).saturating_mul(2);
    if h2 { heads.saturating_add(u64::from(STREAM_WINDOW)) } else { heads }
}

/// What seals and opens for the site that is asked, now.
fn sealer(asked: &Asked, now: jiff::Timestamp) -> Sealer {
    let now = Duration::from_secs(u64::try_from(now.as_second()).unwrap_or_default());
    let max_age = asked.sites.settings.seal.max_age;
    Sealer::new(Arc::clone(&asked.sites.ring), Arc::clone(&asked.front.name), now, max_age)
}

/// What is found and what is left alone beyond what every garim does, on the path that is asked for.
fn beyond(asked: &Asked, today: Day) -> Beyond {
    let Asked { front, path, sites, .. } = asked;
    let allowed = front.site.allow.as_ref().map(|list| Allowed {
        list: Arc::clone(list),
        ring: Some(Arc::clone(&sites.ring)),
        path: path.as_str().into(),
        today,
    });
    let signs_in = front.site.naming.as_ref().is_some_and(|naming| identity::is_login(naming, path));
    let fields = if signs_in { &front.login_fields } else { &front.fields }.clone();
    let starred = front.planner.starred();
    Beyond { detectors: front.site.detectors.clone(), allowed, fields, starred, query: None, stars: false }
}

impl Exchange {
    /// The exchange, with what the site has garim add to its answers.
    async fn cared_for(mut self: Box<Self>, mut parts: Parts, heard: Heard, withheld: Withheld) -> Response<Outgoing> {
        let front = Arc::clone(&self.asked.front);
        let hygiene = &front.site.hygiene;
        if !hygiene.is_any() {
            return hear_out(self, parts, heard).await;
        }
        let (path, method, reader) = (self.asked.path.clone(), self.asked.method.clone(), self.reader.clone());
        let care = Care::of(hygiene, &path, &method, front.site.pages.language);
        if care.is_gone() {
            if let Heard::Body(body) = heard {
                discard(body, self.means.limits.discard_bytes, self.means.limits.idle_timeout);
            }
            return reader.tell(&mut self.record, Refusal::gone(), None, &[]);
        }
        if care.ask(&mut parts.headers) {
            self.gzip = false;
        }
        let (id, at) = (self.record.id().to_owned(), self.record.at());
        let response = hear_out(self, parts, heard).await;
        care.finish(response, &withheld).await.unwrap_or_else(|| reader.plain(Refusal::listing(), (&id, at)))
    }

    /// Who may not ask is refused before anything is read.
    async fn admit(mut self: Box<Self>, parts: Parts, body: Arriving) -> Response<Outgoing> {
        let Some(decision) = self.asked.front.planner.access(&self.asked.asker()) else {
            return self.judge(parts, body).await;
        };
        self.record.access(&decision);
        if decision.effective() != Action::Block {
            return self.judge(parts, body).await;
        }
        let limits = &self.means.limits;
        discard(body, limits.discard_bytes, limits.idle_timeout);
        self.reader.clone().tell(&mut self.record, Refusal::no_access(), None, &[])
    }

    /// Up to the verdict on the request.
    pub(super) async fn judge(mut self: Box<Self>, mut parts: Parts, body: Arriving) -> Response<Outgoing> {
        let mut tally = self.tally(Direction::Upload);
        if self.asks_in_query(&parts, &tally) {
            // Some sites take the address's word before the form's.
            tally.end();
        }
        let edits = self.inspect_target(&parts, &mut tally);
        self.carries = !tally.is_empty();
        let said = self.inspect_said(&mut parts.headers, &mut tally);
        heads::open(&mut parts.headers, &self.lens, &mut tally);
        let upgrade = headers::asks_for_upgrade(&parts.headers);
        if upgrade {
            let place = Place::whole(Part::Body);
            tally.add(&Finding::uninspectable(Reason::Upgrade, Span { start: 0, end: 0 }, place));
        }
        if fragment::is_fragment(&parts) && !body.is_end_stream() {
            let place = Place::whole(Part::Body);
            tally.add(&Finding::uninspectable(Reason::Fragment, Span { start: 0, end: 0 }, place));
        }
        let subject = self.subject(Direction::Upload, &parts.headers);
        if parts.uri.query().is_some_and(|query| !query.is_empty()) && subject.content.says_unreadable_charset() {
            let place = Place::whole(Part::Head(CONTENT_TYPE.as_str().to_owned()));
            tally.add(&Finding::uninspectable(Reason::Charset, Span { start: 0, end: 0 }, place));
        }
        let content_type = subject.content.content_type.clone();
        let (body, memory) = Remembered::new(body, content_type.as_deref());
        let received = if tally.refuses() {
            Err(Box::new(Stopped { stop: Stop::Refused, tally, read: Default::default(), rest: Some(body) }))
        } else {
            request::receive(body, subject, tally, &self.means).await
        };
        let received = match received {
            Ok(received) => received,
            Err(stopped) => return Box::pin(self.refuse(*stopped, &memory, content_type.as_deref())).await,
        };
        self.record.received();
        self.note_login(&parts, &received);
        self.record.side(Direction::Upload, &received.tally, &received.read.account, received.read.raw);
        let verdict = received.tally.verdict().action;
        if verdict > Action::Mask {
            let proxy = Arc::clone(&self.proxy);
            if let (Action::Hold, Some(holding)) = (verdict, &proxy.holding) {
                return Box::pin(self.hold(holding, parts, received)).await;
            }
            if !received.tally.asks_writer() {
                // There is nobody to approve it.
                return self.unrecorded(received).await;
            }
            return Box::pin(self.ask_writer(&proxy.waiting, parts, received, &memory)).await;
        }
        if !mask_target(&mut parts, edits, &received.tally) {
            let Received { tally, read, .. } = received;
            let stopped = Stopped { stop: Stop::Unmaskable, tally, read, rest: None };
            return Box::pin(self.refuse(stopped, &memory, content_type.as_deref())).await;
        }
        if !self.record.commit().await {
            return self.unrecorded(received).await;
        }
        said.make_sent(&mut parts.headers, &received.tally);
        drop(memory);
        self.record.added(received.read.spent);
        self.hand_over(parts, received, upgrade).await
    }

    /// What cannot be recorded does not go on.
    pub(super) async fn unrecorded(mut self: Box<Self>, received: Received) -> Response<Outgoing> {
        self.record.added(received.read.spent);
        self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[])
    }

    /// The rest is finished in any case: once the verdict has fallen, a client that goes away changes nothing.
    async fn hand_over(mut self: Box<Self>, parts: Parts, received: Received, upgrade: bool) -> Response<Outgoing> {
        // Until there is a better word for it: from here on the site may have it.
        self.record.end(Outcome::Interrupted, 0);
        self.record.handed_over();
        // Nobody may be left to take the answer; then its body is dropped, and the record says so.
        if upgrade {
            Outliving::new(upgrade::forward(self, parts, received)).await
        } else {
            Outliving::new(forward(self, parts, received)).await
        }
    }

    pub(super) fn tally(&self, direction: Direction) -> Tally {
        let plan = self.asked.front.planner.plan(direction, &self.asked.asker());
        let about = |consent: &Consent| match consent {
            Consent::Reason => Direction::Download,
            Consent::AsItIs | Consent::Hidden | Consent::Released => Direction::Upload,
        };
        match self.consent.filter(|consent| about(consent) == direction) {
            Some(consent) => Tally::new(plan.agreed(consent)),
            None => Tally::new(plan).offering(direction == Direction::Upload && self.reader.may_be_offered()),
        }
    }

    /// Whether the address says something about a field that a rule asks a form for.
    fn asks_in_query(&self, parts: &Parts, tally: &Tally) -> bool {
        let fields = tally.plan().fields();
        let query = parts.uri.query().filter(|_| !fields.is_empty()).unwrap_or_default();
        query.split('&').any(|pair| {
            let (name, _) = inspect::percent::decode(pair.split('=').next().unwrap_or_default().as_bytes(), true);
            fields.iter().any(|field| field.name.as_bytes() == name)
        })
    }

    pub(super) fn subject(&self, direction: Direction, headers: &http::HeaderMap) -> Subject {
        // Sites take the first, the last, or both with a comma; inspection refuses a client's that is several.
        let all: Vec<_> = headers.get_all(CONTENT_TYPE).iter().map(|value| value.as_bytes()).collect();
        let content_type = (!all.is_empty()).then(|| all.join(b", ".as_slice()));
        let charset = self.asked.front.site.charset;
        Subject {
            content: Content { direction, content_type, charset },
            coded: Coded::of(headers),
            lens: Arc::clone(&self.lens),
        }
    }

    /// What the validators of its answer are bound to.
    pub(super) fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Whether a copy is still good, the site is asked only of copies that garim has given out as it would today.
    pub(super) fn ask_with_ours_only(&mut self, parts: &mut Parts, inspects: bool) {
        if inspects {
            self.conditions = self.binding().to_site(&parts.method, &mut parts.headers);
        }
    }

    /// What a client says in its head beside the target.
    fn inspect_said(&mut self, headers: &mut http::HeaderMap, tally: &mut Tally) -> HeadEdits {
        let mut aside = self.tally(Direction::Upload);
        let edits = heads::inspect_sent(headers, &self.lens, tally, &mut aside);
        self.record.in_head(&aside);
        edits
    }

    fn inspect_target(&self, parts: &Parts, tally: &mut Tally) -> Vec<Edit> {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        inspect::target(target.as_bytes(), &self.lens, tally)
    }

    /// A request that does not go on: the page at once, and what is left of the body is read away behind it.
    async fn refuse(
        mut self: Box<Self>,
        stopped: Stopped<Remembered<Arriving>>,
        memory: &Memory,
        content_type: Option<&[u8]>,
    ) -> Response<Outgoing> {
        self.record.received();
        let Stopped { stop, tally, mut read, mut rest } = stopped;
        self.record.added(read.spent);
        if let (Stop::Refused | Stop::Unmaskable, Some(rest)) = (&stop, &rest) {
            // What the client has announced belongs to the account, though nobody inspects it any more.
            read.refuse_rest(rest.size_hint().exact().unwrap_or_default());
        }
        let charset = self.asked.front.site.charset;
        let own_text = match stop {
            Stop::Refused if !self.reader.wants_json() => {
                own_text(memory, rest.as_mut(), content_type, charset, &self.lens).await
            }
            _ => Vec::new(),
        };
        self.record.side(Direction::Upload, &tally, &read.account, read.raw);
        if let Some(rest) = rest {
            let limits = &self.means.limits;
            discard(rest, limits.discard_bytes, limits.idle_timeout);
        }
        let refusal = Refusal::stopped_request(&stop, &tally);
        self.reader.tell(&mut self.record, refusal, Some(&tally), &own_text)
    }
}

/// From the verdict on the request to the head of its answer.
async fn forward(mut exchange: Box<Exchange>, mut parts: Parts, received: Received) -> Response<Outgoing> {
    let download = exchange.tally(Direction::Download);
    let inspects = !download.plan().ignores_kinds();
    exchange.ask_with_ours_only(&mut parts, inspects);
    let again = answer::whole_instead_of_range(&mut parts, inspects);
    headers::to_site(&mut parts.headers, &exchange.asked.arrival(), inspects);
    if received.changed() {
        truth::of_other_bytes(&mut parts.headers);
    }
    let method = parts.method.clone();
    let length = received.length();
    let request = Request::from_parts(outgoing(parts), received.into_body());
    let asked_at = Instant::now();
    let client = exchange.asked.client;
    let answered = match exchange.asked.front.pool.send(with_length(request, length), client).await {
        Ok(answered) => answered,
        Err(error) => {
            exchange.record.in_site(asked_at.elapsed());
            tracing::warn!(site = %exchange.asked.front.site.name, id = exchange.record.id(), %error, "the site failed");
            return exchange.reader.clone().tell(&mut exchange.record, Refusal::upstream(&error), None, &[]);
        }
    };
    exchange.follow(answered.status(), answered.headers()).await;
    answer::bring(exchange, method, again, asked_at, download, answered).await
}

/// The outcome that a body's own end tells.
pub(super) fn outcome(how: &crate::body::How) -> Outcome {
    match how {
        crate::body::How::Complete => Outcome::Answered,
        crate::body::How::Broken(_) => Outcome::AnswerBroken,
        crate::body::How::Dropped => Outcome::ClientGoneInAnswer,
    }
}
