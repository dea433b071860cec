//! The one table from what went wrong to the page that says so.

use super::asked::AskedError;
use super::record::{Outcome, Record};
use crate::act::page::login::{Frame, Login, login};
use crate::act::page::{self, Asks, Notice, Receipt, Rendered, Sent};
use crate::body::{Outgoing, Stop};
use crate::config::{Pages, Site};
use crate::policy::{Reported, Tally};
use crate::text::Charset;
use crate::upstream::UpstreamError;
use crate::vocab::Direction;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap};
use http::{HeaderName, HeaderValue, Method, Response};
use http_body_util::{BodyExt, Empty, Full};
use std::sync::Arc;

/// Findings listed on a page; the others are counted.
const LISTED: usize = 20;

/// What a refused reader is told, and how the record names it. The answer carries it as an extension: what does not is the
/// site's own.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    /// What the page is about.
    pub page: page::Outcome,
    /// Which way it was refused.
    pub direction: Direction,
    /// Whether the request has, or may have, reached the site.
    pub reached: bool,
    /// How the record names it.
    pub outcome: Outcome,
}

impl Refusal {
    const fn of_request(page: page::Outcome, outcome: Outcome) -> Refusal {
        Refusal { page, direction: Direction::Upload, reached: false, outcome }
    }

    const fn of_answer(page: page::Outcome, outcome: Outcome) -> Refusal {
        Refusal { page, direction: Direction::Download, reached: true, outcome }
    }

    /// Who asks may not ask for this.
    pub const fn no_access() -> Refusal {
        Refusal::of_request(page::Outcome::NoAccess, Outcome::NoAccess)
    }

    /// The path is gone for good.
    pub const fn gone() -> Refusal {
        Refusal::of_request(page::Outcome::Gone, Outcome::NoAccess)
    }

    /// A page that lists a folder.
    pub const fn listing() -> Refusal {
        Refusal::of_answer(page::Outcome::Listing, Outcome::AnswerRefused)
    }

    /// A post is held, or was.
    pub const fn held(page: page::Outcome) -> Refusal {
        let outcome = if matches!(page, page::Outcome::Held) { Outcome::Held } else { Outcome::Asked };
        Refusal::of_request(page, outcome)
    }

    /// Somebody is asked first.
    pub const fn asks(page: page::Outcome, direction: Direction) -> Refusal {
        Refusal { page, direction, reached: matches!(direction, Direction::Download), outcome: Outcome::Asked }
    }

    /// A head that makes no sense.
    pub fn asked(error: AskedError) -> Refusal {
        match error {
            AskedError::NoSuchSite => Refusal::of_request(page::Outcome::NoSuchSite, Outcome::NoSuchSite),
            AskedError::Head(_)
            | AskedError::Host
            | AskedError::HostDiffers
            | AskedError::Connect
            | AskedError::Path => Refusal::of_request(page::Outcome::BadRequest, Outcome::BadRequest),
        }
    }

    /// The policy refuses the request.
    pub fn request(tally: &Tally) -> Refusal {
        Refusal::of_request(page::Outcome::refusal(tally.verdict().what), Outcome::RequestRefused)
    }

    /// The policy withholds the answer.
    pub fn answer(tally: &Tally) -> Refusal {
        Refusal::of_answer(page::Outcome::refusal(tally.verdict().what), Outcome::AnswerRefused)
    }

    /// A request's body does not go on.
    pub fn stopped_request(stop: &Stop, tally: &Tally) -> Refusal {
        let (page, outcome) = match stop {
            Stop::Refused | Stop::Unmaskable => return Refusal::request(tally),
            Stop::TooLarge { .. } => (page::Outcome::TooLarge, Outcome::BadRequest),
            Stop::Timeout => (page::Outcome::Timeout, Outcome::BadRequest),
            Stop::Gone(_) => (page::Outcome::BadRequest, Outcome::ClientGone),
            Stop::Malformed(_) | Stop::Rewrite(_) => (page::Outcome::BadRequest, Outcome::BadRequest),
            Stop::Overload(_) | Stop::Spool(_) => (page::Outcome::Overload, Outcome::Overload),
        };
        Refusal::of_request(page, outcome)
    }

    /// An answer's body does not go on.
    pub fn stopped_answer(stop: &Stop, tally: &Tally) -> Refusal {
        let (page, outcome) = match stop {
            Stop::Refused | Stop::Unmaskable => return Refusal::answer(tally),
            Stop::Timeout => (page::Outcome::SiteSlow, Outcome::SiteSlow),
            Stop::TooLarge { .. } | Stop::Gone(_) | Stop::Malformed(_) | Stop::Rewrite(_) => {
                (page::Outcome::SiteDown, Outcome::SiteDown)
            }
            Stop::Overload(_) | Stop::Spool(_) => (page::Outcome::Overload, Outcome::Overload),
        };
        Refusal::of_answer(page, outcome)
    }

    /// The site's answer makes no sense.
    pub const fn bad_answer() -> Refusal {
        Refusal::of_answer(page::Outcome::SiteDown, Outcome::SiteDown)
    }

    /// No room for another exchange.
    pub const fn overload() -> Refusal {
        Refusal::of_request(page::Outcome::Overload, Outcome::Overload)
    }

    /// Whoever asks was shown too much already.
    pub const fn beyond() -> Refusal {
        Refusal::of_answer(page::Outcome::TooMuch, Outcome::AnswerRefused)
    }

    /// The answer cannot be recorded, and so does not go out.
    pub const fn unrecorded_answer() -> Refusal {
        Refusal::of_answer(page::Outcome::Overload, Outcome::Overload)
    }

    /// The site cannot be asked.
    pub fn upstream(error: &UpstreamError) -> Refusal {
        use UpstreamError::{
            Authorities, BadName, Body, Broken, Closed, Connect, ConnectTimeout, ResponseTimeout, Tls,
        };
        let down = (page::Outcome::SiteDown, Outcome::SiteDown);
        let slow = (page::Outcome::SiteSlow, Outcome::SiteSlow);
        // What was sent may have been received, whatever became of the answer.
        let ((page, outcome), reached) = match error {
            ConnectTimeout => (slow, false),
            ResponseTimeout => (slow, true),
            Connect { .. } | Tls { .. } | BadName { .. } | Authorities { .. } => (down, false),
            Body { .. } | Broken { .. } | Closed => (down, true),
        };
        Refusal { page, direction: Direction::Upload, reached, outcome }
    }
}

/// How a reader is to be spoken to, taken from the request's head.
#[derive(Debug, Clone)]
pub struct Reader {
    language: crate::config::Language,
    wants_json: bool,
    /// The site, where there is one.
    site: Option<Arc<Site>>,
    /// Whether the request only asks for something.
    only_asks: bool,
}

impl Reader {
    /// From a head, and the site it is for, if there is one.
    pub fn new(method: &Method, headers: &HeaderMap, site: Option<Arc<Site>>) -> Reader {
        let accepted = headers.get(ACCEPT_LANGUAGE).map(HeaderValue::as_bytes);
        Reader {
            only_asks: method.is_safe(),
            language: page::language(accepted, site.as_ref().map_or_else(Default::default, |site| site.pages.language)),
            wants_json: page::wants_json(headers),
            site,
        }
    }

    /// Whether somebody reads the page who has posted something, and can press a button on it.
    pub fn may_be_offered(&self) -> bool {
        !self.wants_json && !self.only_asks
    }

    /// Whether it is a script, which keeps its own text.
    pub fn wants_json(&self) -> bool {
        self.wants_json
    }

    /// The page for a refusal; the record is told. `own_text` is the reader's own, masked.
    pub fn tell(
        &self,
        record: &mut Record,
        refusal: Refusal,
        tally: Option<&Tally>,
        own_text: &[(String, String)],
    ) -> Response<Outgoing> {
        self.render(record, refusal, tally.map(decisive).unwrap_or_default(), Beside { own_text, ..Beside::default() })
    }

    /// The page without a record of its own, where that of the exchange is written elsewhere.
    pub fn plain(&self, refusal: Refusal, (id, at): (&str, jiff::Timestamp)) -> Response<Outgoing> {
        let time = korean_time(at);
        refused(self.rendered(refusal, Default::default(), Beside::default(), (id, &time)), refusal)
    }

    /// A page of garim's own login; the record is told.
    pub fn login(&self, record: &mut Record, asked: &Login<'_>) -> Response<Outgoing> {
        let (time, site, plain) = (korean_time(record.at()), self.site.as_deref(), Pages::default());
        let rendered = login(
            asked,
            &Frame {
                id: record.id(),
                time: &time,
                pages: site.map_or(&plain, |site| &site.pages),
                language: self.language,
                charset: site.and_then(|site| site.charset).unwrap_or(Charset::Utf8),
                wants_json: self.wants_json,
            },
        );
        let outcome = if rendered.status.is_server_error() { Outcome::Overload } else { Outcome::SignIn };
        record.end(outcome, rendered.status.as_u16());
        response(rendered)
    }

    /// The page that asks.
    pub fn ask(
        &self,
        record: &mut Record,
        refusal: Refusal,
        tally: Option<&Tally>,
        own_text: &[(String, String)],
        asks: Asks<'_>,
    ) -> Response<Outgoing> {
        let beside = Beside { own_text, asks: Some(asks), ..Beside::default() };
        self.render(record, refusal, tally.map(decisive).unwrap_or_default(), beside)
    }

    /// The same with what was found worked out before.
    pub fn ask_listed(
        &self,
        record: &mut Record,
        refusal: Refusal,
        listed: Listed,
        asks: Asks<'_>,
    ) -> Response<Outgoing> {
        self.render(record, refusal, listed, Beside { asks: Some(asks), ..Beside::default() })
    }

    /// What has become of a post that was held. The number on it is that of the post: who holds it can ask after it by that.
    pub fn receipt(
        &self,
        record: &mut Record,
        refusal: Refusal,
        (id, receipt): (&str, Receipt<'_>),
        asks: Option<Asks<'_>>,
    ) -> Response<Outgoing> {
        let beside = Beside { receipt, asks, id: Some(id), ..Beside::default() };
        self.render(record, refusal, Listed::default(), beside)
    }

    fn render(&self, record: &mut Record, refusal: Refusal, listed: Listed, beside: Beside<'_>) -> Response<Outgoing> {
        let time = korean_time(record.at());
        let id = beside.id.unwrap_or(record.id()).to_owned();
        let rendered = self.rendered(refusal, listed, beside, (&id, &time));
        if !refusal.reached {
            record.withheld();
        }
        record.end(refusal.outcome, rendered.status.as_u16());
        refused(rendered, refusal)
    }

    fn rendered(
        &self,
        refusal: Refusal,
        (listed, more): Listed,
        beside: Beside<'_>,
        (id, time): (&str, &str),
    ) -> Rendered {
        let site = self.site.as_deref();
        let Beside { own_text, asks, receipt, .. } = beside;
        page::render(&Notice {
            outcome: refusal.page,
            direction: refusal.direction,
            sent: match refusal.reached {
                _ if self.only_asks => Sent::Nothing,
                true => Sent::Reached,
                false => Sent::Withheld,
            },
            found: &listed,
            more,
            own_text,
            asks,
            receipt,
            id,
            time,
            pages: site.map_or(&Pages::default(), |site| &site.pages),
            language: self.language,
            charset: site.and_then(|site| site.charset).unwrap_or(Charset::Utf8),
            wants_json: self.wants_json,
        })
    }
}

/// What a page shows beside what was found.
#[derive(Default)]
struct Beside<'a> {
    own_text: &'a [(String, String)],
    asks: Option<Asks<'a>>,
    receipt: Receipt<'a>,
    /// The number to be shown, if it is not that of the exchange.
    id: Option<&'a str>,
}

/// Findings for a page, and how many more there are.
pub type Listed = (Vec<Reported>, u64);

/// The findings that decided a refusal, the first of them, and how many more there are. What was only recorded is none
/// of the reader's business.
pub fn decisive(tally: &Tally) -> Listed {
    let verdict = tally.verdict().action;
    let decides = |found: &Reported| tally.action(found.what, found.confidence, found.class) == verdict;
    let listed = tally.reported().iter().filter(|reported| decides(reported));
    let listed: Vec<Reported> = listed.take(LISTED).cloned().collect();
    let found = tally.found_with(verdict);
    let more = found.saturating_sub(listed.len() as u64);
    (listed, more)
}

/// A time as it is read in Korea.
fn korean_time(at: jiff::Timestamp) -> String {
    let korea = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    at.to_zoned(korea).strftime("%Y-%m-%d %H:%M:%S (KST)").to_string()
}

/// A page, and for whoever sends a post for somebody else, what it says.
fn refused(rendered: Rendered, refusal: Refusal) -> Response<Outgoing> {
    let mut response = response(rendered);
    response.extensions_mut().insert(refusal);
    response
}

/// A page of garim's own, not the site's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own;

/// A page as an answer, with its status and fields.
pub fn response(rendered: Rendered) -> Response<Outgoing> {
    let mut response = Response::new(full(rendered.body));
    response.extensions_mut().insert(Own);
    *response.status_mut() = rendered.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(rendered.content_type));
    for (name, value) in rendered.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// A body that is all there.
pub fn full(bytes: impl Into<Bytes>) -> Outgoing {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// No body.
pub fn empty() -> Outgoing {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}
