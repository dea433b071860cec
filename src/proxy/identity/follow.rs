//! Who asks, in one exchange: read from its request, followed in its answer.

use super::change::{self, Answer, Borne, Change, Fit, SigningIn};
use super::name::Account;
use super::sessions::Bound;
use super::{Accounts, Named};
use crate::body::request::Received;
use crate::inspect::percent;
use crate::proxy::asked::Asked;
use crate::proxy::exchange::Exchange;
use crate::proxy::session;
use crate::seal;
use http::header::{HeaderMap, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};
use std::sync::Arc;

/// Who asks, as far as the site's sessions tell.
#[derive(Debug, Default)]
pub(in crate::proxy) struct Who {
    /// The sessions of the request, each once.
    sessions: Vec<Vec<u8>>,
    /// The accounts whose names they bear, each once: nearly always one.
    borne: Vec<Borne>,
    signing: SigningIn,
}

impl Who {
    /// Of a request. Several session cookies are all looked at: one that is made up does not hide the name of another.
    pub fn of(accounts: &Accounts, asked: &Asked, headers: &HeaderMap, now: i64) -> Who {
        let site = &asked.front.site;
        if site.naming.is_none() {
            return Who::default();
        }
        let sessions = session::all_of_request(headers, &site.session_cookie);
        let mut borne: Vec<Borne> = Vec::new();
        for session in &sessions {
            let named = Named { site: &site.name, session };
            let Some(Bound { account, since, until, used }) = accounts.of(&asked.sites.accounts, &named, now) else {
                continue;
            };
            if !borne.iter().any(|one| one.account.hash() == account.hash()) {
                borne.push(Borne { account, since, until, used });
            }
        }
        Who { sessions, borne, signing: SigningIn::No }
    }

    /// As records show it; empty if it is not known.
    pub fn shown(&self) -> String {
        self.borne.iter().map(|one| one.account.shown()).collect::<Vec<_>>().join(", ")
    }

    /// The accounts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.borne.iter().map(|one| &*one.account)
    }
}

impl Exchange {
    /// Reads a login out of a request that has been received.
    pub(in crate::proxy) fn note_login(&mut self, parts: &Parts, received: &Received) {
        let Some(naming) = self.asked.front.site.naming.clone() else { return };
        if parts.method != Method::POST {
            return;
        }
        let exactly = match change::fit(&self.asked.path, &naming.login, naming.java) {
            Fit::No => return,
            fit => fit == Fit::Exactly,
        };
        let query = parts.uri.query().unwrap_or_default();
        let in_query = query.split(['&', ';']).any(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            percent::decode(name.as_bytes(), true).0 == naming.field.as_bytes()
        });
        let typed = received.field(&naming.field, self.asked.front.site.charset).filter(|_| exactly && !in_query);
        let account = typed.and_then(|typed| self.opened(typed));
        let account = account.and_then(|name| Account::named(&name, &self.lens, &self.asked.sites.accounts));
        // Some sites take the address's word before the form's, or the second of two values before the first.
        self.who.signing = account.map_or(SigningIn::Unclear, |account| SigningIn::As(Arc::new(account)));
    }

    /// A form may have been filled in by a page whose values were sealed.
    fn opened(&self, typed: String) -> Option<String> {
        if !seal::may_stand_in(typed.as_bytes()) {
            return Some(typed);
        }
        let sealer = self.lens.seal.as_ref()?;
        sealer.open(typed.trim().as_bytes()).ok().map(|sealed| sealed.text)
    }

    /// Follows in the site's answer who a session is from now on.
    pub(in crate::proxy) async fn follow(&mut self, status: StatusCode, headers: &HeaderMap) {
        let site = Arc::clone(&self.asked.front.site);
        let Some(naming) = &site.naming else { return };
        let now = self.record.at().as_millisecond();
        let answer = Answer {
            path: &self.asked.path,
            status: status.as_u16(),
            location: headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default(),
            set: session::set(headers, &site.session_cookie),
            now,
        };
        let change = change::change(naming, &self.who.signing, (&self.who.sessions, &self.who.borne), answer);
        if change == Change::None {
            return;
        }
        let (proxy, sites) = (Arc::clone(&self.proxy), Arc::clone(&self.asked.sites));
        let (accounts, keys) = (&proxy.site_accounts, &sites.accounts);
        accounts.unbind(keys, &site.name, &self.who.sessions, now).await;
        let lasts = i64::try_from(naming.lasts.as_millis()).unwrap_or(i64::MAX);
        let (session, borne) = match change {
            Change::None | Change::Unbind => return self.who.borne.clear(),
            Change::Bind(account, new) => {
                let until = now.saturating_add(lasts);
                (new.or_else(|| self.waits_for.session.clone()), Some(Borne { account, since: now, until, used: now }))
            }
            Change::Move(new) => (Some(new), self.who.borne.first().cloned()),
        };
        let Some((session, borne)) = session.zip(borne) else { return };
        let Borne { account, since, until, .. } = borne.clone();
        let bound = Bound { account, since, until, used: now };
        accounts.bind(keys, &Named { site: &site.name, session: &session }, bound).await;
        self.who.borne = vec![borne];
        self.record.account(self.who.shown());
    }
}
