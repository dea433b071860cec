//! Posts that wait for approval: kept, and asked after by their writers. How they are sent is told in [`super::releasing`].

use super::exchange::Exchange;
use super::refuse::Refusal;
use super::waiting::wrote;
use crate::act::page::{self, Asks, Choice, Receipt};
use crate::act::plain;
use crate::body::Outgoing;
use crate::body::kept::Kept;
use crate::body::request::Received;
use crate::config::Release;
use crate::hold::{self, About, Head, Holds, KeepError};
use crate::inspect;
use crate::policy::Tally;
use crate::seal::Ring;
use crate::store::{Failure, Hold, HoldState};
use crate::vocab::What;
use http::request::Parts;
use http::{Method, Response};
use std::future::poll_fn;
use std::io;
use std::sync::Arc;

/// So much of what a site answered is shown, in characters.
const SHOWN: usize = 1_000;

/// Where a writer asks after a post, on the site itself; what is behind `?` is the token.
pub(super) const ASKED_AT: &str = "/.well-known/garim/hold";

/// What an exchange needs to hold posts.
#[derive(Debug, Clone)]
pub struct Holding {
    /// Where they are.
    pub holds: Holds,
}

impl Exchange {
    /// Keeps a post until somebody has decided. What cannot be kept is refused: nothing of it has reached the site.
    pub(super) async fn hold(
        mut self: Box<Self>,
        holding: &Holding,
        parts: Parts,
        received: Received,
    ) -> Response<Outgoing> {
        // That it is kept is an effect, too.
        if !self.record.commit().await {
            return self.unrecorded(received).await;
        }
        self.record.added(received.read.spent);
        let (tally, kept) = received.into_kept();
        let about = self.about(&tally);
        match keep(holding, &self.asked.sites.ring, about, head(&parts, self.asked.authority.as_str()), kept).await {
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

    fn about(&self, tally: &Tally) -> About {
        let settings = &self.asked.sites.settings.hold;
        let created = self.record.at().as_millisecond();
        let expire = i64::try_from(settings.expire.as_millis()).unwrap_or(i64::MAX);
        let found: u64 =
            tally.counts().iter().filter(|counts| matches!(counts.what, What::Kind(_))).map(|c| c.found).sum();
        let findings: Vec<serde_json::Value> = tally
            .reported()
            .iter()
            .map(|found| {
                serde_json::json!({
                    "kind": found.what.name(), "confidence": found.confidence.name(),
                    "place": found.place.to_string(), "place_ko": found.place.korean(), "masked": found.masked,
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
            two_persons: settings.second_for.is_some_and(|from| found >= u64::from(from)),
            findings: serde_json::json!({ "counts": counts, "first": findings }).to_string(),
        }
    }

    /// What became of a post, for its writer.
    pub(super) async fn held(mut self: Box<Self>, holding: &Holding, token: &str) -> Response<Outgoing> {
        self.record.received();
        let hold = match holding.holds.of_token(token).await {
            Ok(Some(hold)) if hold.post.site == self.asked.front.site.name => hold,
            Ok(_) => {
                return self.reader.clone().tell(&mut self.record, Refusal::held(page::Outcome::NoReceipt), None, &[]);
            }
            Err(error) => {
                tracing::warn!(%error, "the store cannot be asked");
                return self.reader.clone().tell(&mut self.record, Refusal::overload(), None, &[]);
            }
        };
        self.receipt(&hold, token)
    }

    /// The page that tells what became of a post, what was said about it, and what the site answered.
    pub(super) fn receipt(self: Box<Self>, hold: &Hold, token: &str) -> Response<Outgoing> {
        let outcome = self.outcome(hold);
        self.receipt_of(hold, token, outcome)
    }

    /// The same, saying this.
    pub(super) fn receipt_of(
        mut self: Box<Self>,
        hold: &Hold,
        token: &str,
        outcome: page::Outcome,
    ) -> Response<Outgoing> {
        let ring = Arc::clone(&self.asked.sites.ring);
        let target = match outcome {
            page::Outcome::Approved | page::Outcome::SignInFirst | page::Outcome::HoldShut => {
                Holds::head(&ring, hold).ok().map(|head| head.target)
            }
            _ => None,
        };
        let said = inspect::clean(hold.message().unwrap_or_default(), &self.lens);
        let heard = Holds::answer(&ring, hold).ok().flatten().unwrap_or_default();
        let text = format!("{} {}", heard.location, plain(&heard.content_type, &heard.body, SHOWN));
        let text = inspect::clean(text.trim(), &self.lens);
        let receipt = Receipt { said: &said, status: hold.answer.as_ref().map(|answer| answer.status), answer: &text };
        let asks = target.as_deref().map(|action| Asks { action, token, choice: Choice::Send });
        let about = (hold.post.id.as_str(), receipt);
        self.reader.clone().receipt(&mut self.record, Refusal::held(outcome), about, asks)
    }

    /// What a writer is told.
    pub(super) fn outcome(&self, hold: &Hold) -> page::Outcome {
        let now = self.record.at().as_millisecond();
        match outcome(hold, self.asked.sites.settings.hold.release, now) {
            page::Outcome::Approved | page::Outcome::Forwarding if Holds::is_shut(&self.asked.sites.ring, hold) => {
                page::Outcome::HoldShut
            }
            page::Outcome::Approved if !self.is_writer(hold) => page::Outcome::SignInFirst,
            outcome => outcome,
        }
    }

    /// Whether who asks has signed in at the site as who wrote it; where nobody was known to have, anybody may be.
    fn is_writer(&self, hold: &Hold) -> bool {
        hold.post.account.as_ref().is_none_or(|account| *account == self.who.shown())
    }
}

/// What a writer is told.
fn outcome(hold: &Hold, release: Release, now: i64) -> page::Outcome {
    match hold.stood() {
        HoldState::Waiting | HoldState::Approved if hold.post.expires <= now => page::Outcome::HoldExpired,
        HoldState::Waiting => page::Outcome::Held,
        HoldState::Approved if release == Release::Forward => page::Outcome::Forwarding,
        HoldState::Approved => page::Outcome::Approved,
        HoldState::Refused => page::Outcome::HoldRefused,
        HoldState::Released if hold.answer.is_none() => page::Outcome::HoldUnknown,
        HoldState::Released => page::Outcome::Sent,
        HoldState::Failed => match hold.failure {
            Some(Failure::Unknown) => page::Outcome::HoldUnknown,
            Some(Failure::Withheld | Failure::Unreadable) => page::Outcome::HoldUnsent,
            Some(Failure::Login | Failure::NotAccepted) | None => page::Outcome::HoldFailed,
        },
        HoldState::Expired => page::Outcome::HoldExpired,
        // Destroyed by a version that did not keep where it stood.
        HoldState::Destroyed if hold.refusal.is_some() => page::Outcome::HoldRefused,
        HoldState::Destroyed if hold.released.is_some() => page::Outcome::Sent,
        HoldState::Destroyed => page::Outcome::HoldExpired,
    }
}

/// The head of a post, to be kept.
pub(super) fn head(parts: &Parts, authority: &str) -> Head {
    let fields = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let authority = authority.to_owned();
    Head { authority, method: parts.method.as_str().to_owned(), target, fields: fields.collect() }
}

/// Keeps a post; its token.
async fn keep(holding: &Holding, ring: &Ring, about: About, head: Head, kept: Kept) -> Result<String, KeepError> {
    let mut keeping = holding.holds.begin(about, &head)?;
    let mut reading = kept.into_reading();
    while let Some(chunk) = poll_fn(|cx| reading.poll_next(cx)).await {
        let chunk = chunk.map_err(|error| KeepError::File(io::Error::other(error)))?;
        keeping.writer = wrote(keeping.writer, chunk).await?;
    }
    holding.holds.finish(ring, keeping).await
}

/// Whether somebody asks after a post: with which token.
pub(super) fn asks_after(parts: &Parts) -> Option<&str> {
    let asked = parts.method == Method::GET && parts.uri.path() == ASKED_AT;
    let token = parts.uri.query().filter(|_| asked)?;
    hold::is_token(token.as_bytes()).then_some(token)
}
