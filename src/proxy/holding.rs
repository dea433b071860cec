//! Posts that wait for approval: kept, asked after by their writers, and sent once, from the writer's own session.

use super::arriving::Arriving;
use super::exchange::Exchange;
use super::refuse::Refusal;
use crate::act::page::{self, Asks, Choice};
use crate::body::kept::{Keeper, Kept, Reading};
use crate::body::request::Received;
use crate::body::{Means, Outgoing};
use crate::config::Hold as Settings;
use crate::hold::{self, About, Head, Holds, KeepError, Reader, Writer};
use crate::policy::{Consent, Tally};
use crate::store::{Hold, HoldState};
use crate::vocab::What;
use bytes::Bytes;
use http::header::{COOKIE, LOCATION};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, Uri};
use std::future::poll_fn;
use std::io;

/// Where a writer asks after a post, on the site itself; what is behind `?` is the token.
pub(super) const ASKED_AT: &str = "/.well-known/garim/hold";

/// What an exchange needs to hold posts.
#[derive(Debug, Clone)]
pub struct Holding {
    /// Where they are.
    pub holds: Holds,
    /// How long, and who approves.
    pub settings: std::sync::Arc<Settings>,
}

impl Exchange {
    /// Keeps a post until somebody has decided. What cannot be kept is refused: nothing of it has reached the site.
    pub(super) async fn hold(
        mut self: Box<Self>,
        holding: &Holding,
        parts: Parts,
        received: Received,
    ) -> Response<Outgoing> {
        self.record.added(received.read.spent);
        let (tally, kept) = received.into_kept();
        let about = self.about(holding, &tally);
        match keep(holding, &self.asked.sites.ring, about, head(&parts), kept).await {
            Ok(token) => {
                let site = self.asked.authority.as_str();
                let link = format!("https://{site}{ASKED_AT}?{token}");
                let asks = Asks { action: &link, token: &token, choice: Choice::Wait };
                let refusal = Refusal::held(page::Outcome::Held);
                self.reader.clone().ask(&mut self.record, refusal, Some(&tally), &[], asks)
            }
            Err(error) => {
                tracing::error!(%error, "a post cannot be held, and is refused");
                self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[])
            }
        }
    }

    fn about(&self, holding: &Holding, tally: &Tally) -> About {
        let created = self.record.at().as_millisecond();
        let expire = i64::try_from(holding.settings.expire.as_millis()).unwrap_or(i64::MAX);
        let found: u64 =
            tally.counts().iter().filter(|counts| matches!(counts.what, What::Kind(_))).map(|c| c.found).sum();
        let findings: Vec<serde_json::Value> = tally
            .reported()
            .iter()
            .map(|found| {
                serde_json::json!({
                    "kind": found.what.name(), "confidence": found.confidence.name(),
                    "place": found.place.to_string(), "masked": found.masked,
                })
            })
            .collect();
        let counts: serde_json::Map<String, serde_json::Value> =
            tally.counts().into_iter().map(|counts| (counts.what.name().to_owned(), counts.found.into())).collect();
        About {
            id: self.record.id().to_owned(),
            created,
            expires: created.saturating_add(expire),
            site: self.asked.front.site.name.clone(),
            path: self.record.path().to_owned(),
            address: self.asked.client.to_string(),
            account: Some(self.who.shown()).filter(|shown| !shown.is_empty()),
            two_persons: holding.settings.second_for.is_some_and(|from| found >= u64::from(from)),
            findings: serde_json::json!({ "counts": counts, "first": findings }).to_string(),
        }
    }

    /// What became of a post, for its writer.
    pub(super) async fn held(mut self: Box<Self>, holding: &Holding, token: &str) -> Response<Outgoing> {
        self.record.received();
        let found = holding.holds.of_token(token).await;
        let hold = match found {
            Ok(Some(hold)) if hold.post.site == self.asked.front.site.name => hold,
            Ok(_) => {
                return self.reader.clone().tell(&mut self.record, Refusal::held(page::Outcome::TooLate), None, &[]);
            }
            Err(error) => {
                tracing::warn!(%error, "the store cannot be asked");
                return self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[]);
            }
        };
        let now = self.record.at().as_millisecond();
        let outcome = outcome(&hold, now);
        let target = match outcome {
            page::Outcome::Approved => holding.holds.head(&self.asked.sites.ring, &hold).ok().map(|head| head.target),
            _ => None,
        };
        let refusal = Refusal::held(outcome);
        match &target {
            Some(target) => {
                let asks = Asks { action: target, token, choice: Choice::Send };
                self.reader.clone().ask(&mut self.record, refusal, None, &[], asks)
            }
            None => self.reader.clone().tell(&mut self.record, refusal, None, &[]),
        }
    }

    /// Sends what was approved, once, from the session of who asks now.
    pub(super) async fn send_held(
        mut self: Box<Self>,
        holding: &Holding,
        now: &Parts,
        token: &str,
    ) -> Response<Outgoing> {
        let time = self.record.at().as_millisecond();
        let hold = match holding.holds.of_token(token).await {
            Ok(Some(hold)) if hold.post.site == self.asked.front.site.name => hold,
            _ => return self.reader.clone().tell(&mut self.record, Refusal::held(page::Outcome::TooLate), None, &[]),
        };
        let id = hold.post.id.clone();
        let released = holding.holds.release(&self.asked.sites.ring, &id, time).await;
        let kept = match released {
            Ok((head, reader, approved)) => {
                self.record.why(format!("approved: {}", approved.join(", ")));
                parts(head, now).zip(unkept(reader, &self.means).await.ok())
            }
            Err(error) => {
                tracing::info!(%error, "a hold is not sent");
                let refusal = Refusal::held(outcome(&hold, time));
                return self.reader.clone().tell(&mut self.record, refusal, None, &[]);
            }
        };
        let Some((parts, kept)) = kept else {
            self.answered(holding, &id, 0, true).await;
            return self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[]);
        };
        self.consent = Some(Consent::Released);
        self.record.consent(Consent::Released);
        self.asked.method = parts.method.clone();
        let login = self.asked.front.site.login_path.clone();
        let (proxy_holding, site) = (holding.clone(), self.asked.front.site.name.clone());
        let response = self.judge(parts, Arriving::Kept(kept)).await;
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let to_login = login.is_some_and(|path| is_at(location, &path));
        let status = response.status();
        let failed = to_login || status.is_client_error() || status.is_server_error();
        if let Err(error) = proxy_holding.holds.answered(&id, status.as_u16(), failed, time).await {
            tracing::error!(%error, %site, "what a site answered to a hold cannot be recorded");
        }
        response
    }

    async fn answered(&self, holding: &Holding, id: &str, status: u16, failed: bool) {
        let now = self.record.at().as_millisecond();
        if let Err(error) = holding.holds.answered(id, status, failed, now).await {
            tracing::error!(%error, "what became of a hold cannot be recorded");
        }
    }
}

/// Whether an address, absolute or not, is this path.
fn is_at(location: &str, path: &str) -> bool {
    let location = location.split(['?', '#']).next().unwrap_or_default();
    let at_host = |rest: &str| rest.split_once('/').map_or("/".to_owned(), |(_, path)| format!("/{path}"));
    let own = location.split_once("://").map_or_else(|| location.to_owned(), |(_, rest)| at_host(rest));
    own == path
}

/// What a writer is told.
fn outcome(hold: &Hold, now: i64) -> page::Outcome {
    match hold.state {
        HoldState::Waiting | HoldState::Approved if hold.post.expires <= now => page::Outcome::HoldExpired,
        HoldState::Waiting => page::Outcome::Held,
        HoldState::Approved => page::Outcome::Approved,
        HoldState::Refused => page::Outcome::HoldRefused,
        HoldState::Released => page::Outcome::Sent,
        HoldState::Failed => page::Outcome::HoldFailed,
        HoldState::Expired => page::Outcome::HoldExpired,
        HoldState::Destroyed if hold.refusal.is_some() => page::Outcome::HoldRefused,
        HoldState::Destroyed if hold.released.is_some() => page::Outcome::Sent,
        HoldState::Destroyed => page::Outcome::HoldExpired,
    }
}

fn head(parts: &Parts) -> Head {
    let fields = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    Head { method: parts.method.as_str().to_owned(), target, fields: fields.collect() }
}

/// The head of a post that is sent now: its own, with the cookies that its writer has by now.
fn parts(head: Head, now: &Parts) -> Option<Parts> {
    let mut parts = now.clone();
    parts.method = Method::from_bytes(head.method.as_bytes()).ok()?;
    parts.uri = Uri::try_from(head.target).ok()?;
    parts.headers.clear();
    for (name, value) in head.fields {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if name != COOKIE {
            parts.headers.append(name, HeaderValue::from_bytes(&value).ok()?);
        }
    }
    for cookie in now.headers.get_all(COOKIE) {
        parts.headers.append(COOKIE, cookie.clone());
    }
    Some(parts)
}

/// Keeps a post; its token.
async fn keep(
    holding: &Holding,
    ring: &crate::seal::Ring,
    about: About,
    head: Head,
    kept: Kept,
) -> Result<String, KeepError> {
    let mut keeping = holding.holds.begin(about, &head)?;
    let mut reading = kept.into_reading();
    while let Some(chunk) = poll_fn(|cx| reading.poll_next(cx)).await {
        let chunk = chunk.map_err(|error| KeepError::File(io::Error::other(error)))?;
        keeping.writer = wrote(keeping.writer, chunk).await?;
    }
    holding.holds.finish(ring, keeping).await
}

/// Writes on a thread where that may take its time.
async fn wrote(mut writer: Writer, chunk: Bytes) -> io::Result<Writer> {
    let written = tokio::task::spawn_blocking(move || writer.write(&chunk).map(|()| writer)).await;
    written.unwrap_or_else(|_| Err(io::Error::other("the writer ended early")))
}

/// Reads a body back to where bodies are kept.
async fn unkept(mut reader: Reader, means: &Means) -> io::Result<Reading> {
    let other = io::Error::other::<crate::body::kept::KeepError>;
    let mut keeper = Keeper::new(&means.budget, &means.spools, means.limits.memory_per_body).map_err(other)?;
    loop {
        let next = tokio::task::spawn_blocking(move || reader.piece().map(|piece| (reader, piece))).await;
        let (back, piece) = next.unwrap_or_else(|_| Err(io::Error::other("the reader ended early")))?;
        reader = back;
        match piece {
            Some(piece) => keeper.push(piece.into()).await.map_err(other)?,
            None => return Ok(keeper.finish().await.map_err(other)?.into_reading()),
        }
    }
}

/// Whether somebody asks after a post: with which token.
pub(super) fn asks_after(parts: &Parts) -> Option<&str> {
    let asked = parts.method == Method::GET && parts.uri.path() == ASKED_AT;
    let token = parts.uri.query().filter(|_| asked)?;
    hold::is_token(token.as_bytes()).then_some(token)
}
