//! Past the gate, or not: what becomes of a request before anything of it is inspected or sent on.

use super::form::{Filled, Kind, is_from_elsewhere, is_from_here};
use super::{Accounts, Form, Guest, Passage, SIGN_OUT_AT, Visitor, accounts, cookie, gates, is_gated};
use crate::act::page::login::{Login, Stage};
use crate::body::{Outgoing, discard};
use crate::config::Gate;
use crate::hold::Holds;
use crate::proxy::asking::Heard;
use crate::proxy::exchange::Exchange;
use crate::proxy::record::Outcome;
use crate::proxy::refuse::empty;
use crate::proxy::waiting::Word;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body::Body;
use std::sync::Arc;

/// Where a request stands.
struct Stand<'a> {
    accounts: &'a Accounts,
    parts: &'a Parts,
    /// The gates before it.
    gates: Vec<&'a Gate>,
    /// The address of this very request.
    action: String,
}

impl Stand<'_> {
    fn needs_code(&self) -> bool {
        self.gates.iter().any(|gate| gate.totp)
    }

    /// The name of the gate, for records; of several the first.
    fn gate(&self) -> Option<&str> {
        self.gates.first().map(|gate| gate.name.as_str())
    }
}

impl Exchange {
    /// Past the gates before it, if there are any.
    pub(in crate::proxy) async fn through_gate(self: Box<Self>, parts: &Parts, heard: Heard) -> Passage {
        let proxy = Arc::clone(&self.proxy);
        let Some(accounts) = &proxy.accounts else {
            return Passage::Through { exchange: self, heard, behind: None };
        };
        if !is_gated(&self.asked) {
            return Passage::Through { exchange: self, heard, behind: Some(false) };
        }
        let sites = Arc::clone(&self.asked.sites);
        let site = self.asked.front.site.name.clone();
        let mut gates = gates(&sites.settings, &site, &parts.uri, &parts.headers);
        if let Heard::Word(Word::Send { token }) = &heard {
            // What was held may be behind a gate, wherever its word is said.
            if let Some(target) = self.held_target(token).await {
                gates.extend(super::gates(&sites.settings, &site, &target, &HeaderMap::new()));
            }
        }
        // Whole: a path may begin with two slashes.
        let action = format!("https://{}{}", self.asked.authority, plain_target(parts));
        let stand = Stand { accounts, parts, gates, action };
        match heard {
            Heard::Login(Form(form)) => Passage::Answered(Box::pin(self.form(&stand, form)).await),
            heard if parts.uri.path() == SIGN_OUT_AT => Passage::Answered(self.may_sign_out(&stand, heard)),
            heard => match self.refused(&stand) {
                Some(stage) => Passage::Answered(self.ask_who(&stand, stage, heard)),
                None => Passage::Through { exchange: self, heard, behind: Some(!stand.gates.is_empty()) },
            },
        }
    }

    /// Why who asks does not get past.
    fn refused(&self, stand: &Stand<'_>) -> Option<Stage> {
        match &self.asked.visitor {
            // It could have a role, and roles decide elsewhere, too.
            Visitor::Unknown => Some(Stage::Unavailable),
            _ if stand.gates.is_empty() => None,
            Visitor::Nobody => Some(Stage::Ask),
            Visitor::Somebody(guest) if guest.current.must_change => Some(Stage::MustChange),
            Visitor::Somebody(guest) if stand.needs_code() && !guest.current.has_totp => Some(Stage::NoCodes),
            Visitor::Somebody(_) => None,
        }
    }

    /// The page that asks who it is; what was sent goes no further, and that is said.
    fn ask_who(mut self: Box<Self>, stand: &Stand<'_>, stage: Stage, heard: Heard) -> Response<Outgoing> {
        self.record.received();
        let has_body = self.let_go(heard);
        let withheld = has_body || !stand.parts.method.is_safe();
        let may_go_on = stage == Stage::Ask && !withheld && is_from_elsewhere(&stand.parts.headers);
        let account = match &self.asked.visitor {
            Visitor::Somebody(guest) => guest.current.account.clone(),
            Visitor::Nobody | Visitor::Unknown => String::new(),
        };
        self.page(stand, stage, &account, withheld, may_go_on)
    }

    /// Lets go of what was sent; whether that was anything.
    fn let_go(&self, heard: Heard) -> bool {
        match heard {
            Heard::Body(body) => {
                let has_body = !body.is_end_stream();
                discard(body, self.means.limits.discard_bytes, self.means.limits.idle_timeout);
                has_body
            }
            Heard::Word(_) | Heard::Login(_) | Heard::Broken(_) => true,
        }
    }

    fn page(
        &mut self,
        stand: &Stand<'_>,
        stage: Stage,
        account: &str,
        withheld: bool,
        may_go_on: bool,
    ) -> Response<Outgoing> {
        let (action, needs_code) = (stand.action.as_str(), stand.needs_code());
        let asked = Login { stage, action, account, needs_code, withheld, may_go_on };
        self.reader.clone().login(&mut self.record, &asked)
    }

    /// Whether somebody wants to sign out; a link from anywhere may lead here, so it is only asked.
    fn may_sign_out(mut self: Box<Self>, stand: &Stand<'_>, heard: Heard) -> Response<Outgoing> {
        self.record.received();
        self.let_go(heard);
        match self.asked.visitor.clone() {
            Visitor::Somebody(guest) => self.page(stand, Stage::MaySignOut, &guest.current.account, false, false),
            Visitor::Nobody => self.page(stand, Stage::NobodySignedIn, "", false, false),
            Visitor::Unknown => self.page(stand, Stage::Unavailable, "", false, false),
        }
    }

    /// Does what a form says.
    async fn form(mut self: Box<Self>, stand: &Stand<'_>, form: Kind) -> Response<Outgoing> {
        self.record.received();
        if !is_from_here(&stand.parts.headers, self.asked.authority.as_str()) {
            return self.page(stand, Stage::Elsewhere, "", false, false);
        }
        match form {
            Kind::SignIn(filled) => self.sign_in(stand, filled).await,
            Kind::Change(filled) => {
                let stage = stand.accounts.change(&self.attempt(stand, &filled)).await;
                let account = if stage == Stage::Unavailable { "" } else { filled.name.as_str() };
                self.page(stand, stage, shown(account), false, false)
            }
            Kind::SignOut => self.sign_out(stand).await,
        }
    }

    fn attempt<'a>(&'a self, stand: &'a Stand<'_>, filled: &'a Filled) -> accounts::Attempt<'a> {
        accounts::Attempt {
            settings: &self.asked.sites.settings,
            keeper: self.proxy.keeper.as_deref(),
            filled,
            needs_code: stand.needs_code(),
            about: accounts::About {
                site: &self.asked.front.site.name,
                gate: stand.gate(),
                path: self.record.path(),
                address: self.asked.client,
            },
            now: self.record.at().as_millisecond(),
        }
    }

    async fn sign_in(mut self: Box<Self>, stand: &Stand<'_>, filled: Filled) -> Response<Outgoing> {
        let token = match stand.accounts.sign_in(&self.attempt(stand, &filled)).await {
            Ok(token) => token,
            Err(stage) => return self.page(stand, stage, shown(&filled.name), false, false),
        };
        if let Visitor::Somebody(before) = &self.asked.visitor {
            // Nobody would end it any more.
            stand.accounts.end(&before.token).await;
        }
        let cookie = cookie::set(cookie::NAME, &token);
        match (cookie, HeaderValue::try_from(&stand.action)) {
            (Some(cookie), Ok(location)) => {
                let mut response = Response::new(empty());
                *response.status_mut() = StatusCode::SEE_OTHER;
                let headers = response.headers_mut();
                headers.insert(SET_COOKIE, cookie);
                headers.insert(LOCATION, location);
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                self.record.operator(&filled.name);
                self.record.end(Outcome::SignIn, StatusCode::SEE_OTHER.as_u16());
                response
            }
            _ => self.page(stand, Stage::Unavailable, "", false, false),
        }
    }

    async fn sign_out(mut self: Box<Self>, stand: &Stand<'_>) -> Response<Outgoing> {
        let ended = match self.asked.visitor.clone() {
            Visitor::Nobody => Ok(false),
            Visitor::Unknown => Err(()),
            Visitor::Somebody(guest) => self.ended(stand, &guest).await,
        };
        let stage = match ended {
            Ok(true) => Stage::SignedOut,
            Ok(false) => Stage::NobodySignedIn,
            Err(()) => Stage::Unavailable,
        };
        let mut response = self.page(stand, stage, "", false, false);
        if let Some(cookie) = cookie::unset(cookie::NAME).filter(|_| ended.is_ok()) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    async fn ended(&self, stand: &Stand<'_>, guest: &Guest) -> Result<bool, ()> {
        let filled = Filled { name: guest.current.account.clone(), ..Filled::default() };
        if !stand.accounts.end(&guest.token).await {
            return Err(());
        }
        self.attempt(stand, &filled).told("out", None);
        Ok(true)
    }

    /// The target of a held post.
    async fn held_target(&self, token: &str) -> Option<http::Uri> {
        let holding = self.proxy.holding.as_ref()?;
        let hold = holding.holds.of_token(token).await.ok()??;
        Holds::head(&self.asked.sites.ring, &hold).ok()?.target.parse().ok()
    }
}

/// A name as it is shown again: only one that an account could have.
fn shown(name: &str) -> &str {
    if crate::account::check_name(name).is_ok() { name } else { "" }
}

fn plain_target(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", |target| target.as_str())
}
