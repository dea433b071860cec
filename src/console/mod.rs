//! The console: what waits for approval, what was decided, and how garim is; for who signs in with an account of garim's, from the
//! networks that are allowed. Every page is written here; none holds a script.

mod exceptions;
mod holds;
mod html;
mod incidents;
mod journal;
mod state;

use crate::account::Role;
use crate::act::page::login::{Frame, Login, Stage, login};
use crate::act::page::{self, Rendered};
use crate::audit::{Event, kind};
use crate::body::Outgoing;
use crate::config::{Language, Pages, Settings};
use crate::proxy::Proxy;
use crate::proxy::gate::HeadFault;
use crate::proxy::listen::{self, Door, Peer};
use crate::proxy::login::{self, About, Accounts, Attempt, CONSOLE, Filled, Form, Guest, Kind, Visitor};
use crate::proxy::record::reference;
use crate::proxy::refuse::{full, response};
use crate::proxy::tls::Front;
use crate::store::StoreError;
use crate::text::Charset;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::header::{ACCEPT_LANGUAGE, HOST, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

/// Connections at a time.
const CONNECTIONS: usize = 64;
/// The longest form, in bytes, and how long it may take to come.
const LONGEST: usize = 4 << 10;
const PATIENCE: Duration = Duration::from_secs(20);

type Reply = Pin<Box<dyn Future<Output = Result<Response<Outgoing>, Infallible>> + Send>>;
/// Whether garim takes what comes.
type Ready = Arc<dyn Fn() -> bool + Send + Sync>;

/// Serves the console until `stop` turns true.
pub async fn serve(listener: TcpListener, front: Front, proxy: Arc<Proxy>, ready: Ready, stop: watch::Receiver<bool>) {
    let limits = crate::config::Limits { connections: CONNECTIONS, ..proxy.sites.load().settings.limits };
    let door = Door::new(limits, Arc::new(|| Some(Box::new(()))));
    let make = move |peer: Peer| {
        let (proxy, ready) = (Arc::clone(&proxy), Arc::clone(&ready));
        let address = peer.addr.ip().to_canonical();
        service_fn(move |request: Request<Incoming>| -> Reply {
            let (proxy, ready) = (Arc::clone(&proxy), Arc::clone(&ready));
            Box::pin(async move { Ok(respond(&proxy, &ready, address, request).await) })
        })
    };
    listen::serve_tls(listener, door, front, make, stop).await;
}

/// One request, as far as it is known.
struct Asked<'a> {
    proxy: &'a Proxy,
    accounts: &'a Accounts,
    settings: &'a Settings,
    ready: bool,
    address: IpAddr,
    authority: String,
    path: String,
    language: Language,
    /// Whether a link of another site led here, and the browser has left the cookie out.
    elsewhere: bool,
    now: jiff::Timestamp,
}

async fn respond(proxy: &Proxy, ready: &Ready, address: IpAddr, request: Request<Incoming>) -> Response<Outgoing> {
    let sites = proxy.sites.load_full();
    let settings = &sites.settings;
    let (Some(console), Some(accounts)) = (&settings.console, &proxy.accounts) else {
        return text(StatusCode::NOT_FOUND, "no console\n");
    };
    if !console.allow.iter().any(|network| network.contains(address)) {
        return text(StatusCode::FORBIDDEN, "not from here: [console] allow\n");
    }
    let (mut parts, body) = request.into_parts();
    let Some(authority) = authority(&parts).filter(|_| parts.extensions.get::<HeadFault>().is_none()) else {
        return text(StatusCode::BAD_REQUEST, "the request is malformed\n");
    };
    let accepted = parts.headers.get(ACCEPT_LANGUAGE).map(HeaderValue::as_bytes);
    let language = page::language(accepted, Language::Korean);
    let (path, now) = (parts.uri.path().to_owned(), jiff::Timestamp::now());
    let (elsewhere, ready) = (login::is_from_elsewhere(&parts.headers), ready());
    let asked = Asked { proxy, accounts, settings, ready, address, authority, path, language, elsewhere, now };
    let visitor = match login::take(&mut parts.headers, CONSOLE) {
        Some(token) => accounts.check(settings, console.idle, token, now.as_millisecond()).await,
        None => Visitor::Nobody,
    };
    if parts.method == Method::POST {
        let whole = timeout(PATIENCE, Limited::new(body, LONGEST).collect()).await;
        let Ok(Ok(whole)) = whole else { return text(StatusCode::BAD_REQUEST, "the form did not come\n") };
        if !login::is_from_here(&parts.headers, &asked.authority) {
            return asked.login(Stage::Elsewhere, "");
        }
        return asked.posted(visitor, &whole.to_bytes()).await;
    }
    match visitor {
        _ if !parts.method.is_safe() => text(StatusCode::METHOD_NOT_ALLOWED, "GET and POST only\n"),
        Visitor::Nobody => asked.login(Stage::Ask, ""),
        Visitor::Unknown => asked.login(Stage::Unavailable, ""),
        Visitor::Somebody(guest) if guest.current.must_change => asked.login(Stage::MustChange, &guest.current.account),
        Visitor::Somebody(guest) => asked.shown(&guest).await,
    }
}

/// The name by which it is asked.
fn authority(parts: &Parts) -> Option<String> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.as_str().to_owned()),
        None => parts.headers.get(HOST)?.to_str().ok().map(str::to_owned),
    }
}

impl Asked<'_> {
    /// A page for who has signed in.
    async fn shown(&self, guest: &Guest) -> Response<Outgoing> {
        let segments: Vec<&str> = self.path.split('/').skip(1).collect();
        match segments.as_slice() {
            [""] => state::page(self, guest).await,
            ["holds"] => holds::list(self, guest, None).await,
            ["holds", "after", time, id] => {
                let after = time.parse().ok().map(|time| (time, (*id).to_owned()));
                holds::list(self, guest, after).await
            }
            ["holds", id] => holds::one(self, guest, id).await,
            ["incidents"] => incidents::list(self, guest).await,
            ["incidents", id] => incidents::one(self, guest, id).await,
            ["journal"] => journal::page(self, guest).await,
            ["exceptions"] => exceptions::page(self, guest).await,
            ["sign-out"] => self.login(Stage::MaySignOut, &guest.current.account),
            _ => self.page(guest, StatusCode::NOT_FOUND, &html::nothing_here(self.language)),
        }
    }

    /// Does what a form says.
    async fn posted(&self, visitor: Visitor, body: &[u8]) -> Response<Outgoing> {
        if let Some(Form(form)) = Form::read(body) {
            return self.signs(visitor, form).await;
        }
        let guest = match visitor {
            Visitor::Somebody(guest) if !guest.current.must_change => guest,
            Visitor::Unknown => return self.login(Stage::Unavailable, ""),
            _ => return self.login(Stage::Ask, ""),
        };
        let filled = Fields::of(body);
        let (said, message) = (filled.get("csrf"), crate::act::message(&filled.get("message")));
        if verify_slices_are_equal(said.as_bytes(), csrf(&guest).as_bytes()).is_err() {
            return self.page(&guest, StatusCode::FORBIDDEN, &html::not_this_form(self.language));
        }
        let segments: Vec<&str> = self.path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["holds", id, "approve"] => holds::decide(self, &guest, id, true, message.as_deref()).await,
            ["holds", id, "refuse"] => holds::decide(self, &guest, id, false, message.as_deref()).await,
            ["incidents", id, "close"] => incidents::close(self, &guest, id, &filled).await,
            ["exceptions", "add"] => exceptions::add(self, &guest, &filled).await,
            ["exceptions", id, "end"] => exceptions::end(self, &guest, id).await,
            _ => self.page(&guest, StatusCode::NOT_FOUND, &html::nothing_here(self.language)),
        }
    }

    /// Signs in or out, or changes a password.
    async fn signs(&self, visitor: Visitor, form: Kind) -> Response<Outgoing> {
        match form {
            Kind::SignIn(filled) => match self.accounts.sign_in(&self.attempt(&filled)).await {
                Ok(token) => self.back("/", login::set(CONSOLE, &token)),
                Err(stage) => self.login(stage, ""),
            },
            Kind::Change(filled) => {
                let stage = self.accounts.change(&self.attempt(&filled)).await;
                self.login(stage, "")
            }
            Kind::SignOut => {
                let Visitor::Somebody(guest) = visitor else { return self.login(Stage::NobodySignedIn, "") };
                if !self.accounts.end(&guest.token).await {
                    return self.login(Stage::Unavailable, "");
                }
                let filled = Filled { name: guest.current.account.clone(), ..Filled::default() };
                self.attempt(&filled).told("out", None);
                self.back("/", login::unset(CONSOLE))
            }
        }
    }

    fn attempt<'a>(&'a self, filled: &'a Filled) -> Attempt<'a> {
        let about = About { site: "console", gate: None, path: "/", address: self.address };
        let (settings, keeper) = (self.settings, self.proxy.keeper.as_deref());
        Attempt { settings, keeper, filled, needs_code: false, about, now: self.now.as_millisecond() }
    }

    /// A page of the login.
    fn login(&self, stage: Stage, account: &str) -> Response<Outgoing> {
        // Forms are taken at any path; the address that was asked for may not be shown to who signs in next.
        let action = format!("https://{}/", self.authority);
        let (id, time) = (reference(), html::time(self.now.as_millisecond()));
        let asked = Login {
            stage,
            action: &action,
            account,
            needs_code: false,
            withheld: false,
            may_go_on: self.elsewhere && stage == Stage::Ask,
        };
        let rendered = login(
            &asked,
            &Frame {
                id: &id,
                time: &time,
                pages: &Pages::default(),
                language: self.language,
                charset: Charset::Utf8,
                wants_json: false,
            },
        );
        response(rendered)
    }

    /// A page of the console.
    fn page(&self, guest: &Guest, status: StatusCode, content: &str) -> Response<Outgoing> {
        let t = |korean, english| html::either(self.language, korean, english);
        let links = [
            ("/", t("상태", "State"), true),
            ("/holds", t("승인 대기", "Waiting"), may(guest, holds::SEEN_BY)),
            ("/incidents", t("유출 건", "Incidents"), may(guest, incidents::SEEN_BY)),
            ("/exceptions", t("예외", "Exceptions"), may(guest, exceptions::SEEN_BY)),
            ("/journal", t("기록", "Journal"), may(guest, journal::SEEN_BY)),
        ];
        let links: Vec<(&str, &str)> =
            links.into_iter().filter(|(_, _, sees)| *sees).map(|(path, name, _)| (path, name)).collect();
        let body = html::page(self.language, &guest.current.account, &links, content).into_bytes();
        let headers = vec![
            ("cache-control", "no-store".to_owned()),
            ("content-security-policy", html::security_policy()),
            ("referrer-policy", "same-origin".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        response(Rendered { status, content_type: "text/html; charset=utf-8", headers, body })
    }

    /// Sends the browser on to a page, perhaps with a cookie.
    fn back(&self, path: &str, cookie: Option<HeaderValue>) -> Response<Outgoing> {
        let mut response = Response::new(full(""));
        *response.status_mut() = StatusCode::SEE_OTHER;
        if let Ok(location) = HeaderValue::try_from(format!("https://{}{path}", self.authority)) {
            response.headers_mut().insert(LOCATION, location);
        }
        if let Some(cookie) = cookie {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }

    /// Who may not see a page is told so.
    fn not_for(&self, guest: &Guest) -> Response<Outgoing> {
        self.page(guest, StatusCode::FORBIDDEN, &html::not_for_you(self.language))
    }

    /// The store does not.
    fn unanswered(&self, guest: &Guest, error: &StoreError) -> Response<Outgoing> {
        tracing::error!(%error, "the console cannot ask the store");
        let said = html::either(self.language, "저장소가 응답하지 않습니다.", "The store does not answer.");
        self.page(guest, StatusCode::SERVICE_UNAVAILABLE, &html::paragraph(said))
    }

    /// Records what an operator did or looked at.
    fn tell(
        &self,
        kind: &'static str,
        guest: &Guest,
        verdict: Option<&str>,
        (about, said): (Option<(&str, &str)>, Option<&str>),
    ) {
        let Some(keeper) = &self.proxy.keeper else { return };
        let mut event = Event::new(kind);
        event.site = Some("console".to_owned());
        event.account = Some(guest.current.account.clone());
        event.address = Some(self.address.to_string());
        // What it is about has its number in a detail.
        let page = self.path.split('/').nth(1).unwrap_or_default();
        event.path = Some(format!("/{page}"));
        event.verdict = verdict.map(str::to_owned);
        event.reason = said.map(str::to_owned);
        if let Some((name, id)) = about {
            event = event.with(name, id);
        }
        keeper.tell(&event);
    }

    fn viewed(&self, guest: &Guest, about: Option<(&str, &str)>) {
        self.tell(kind::VIEW, guest, None, (about, None));
    }
}

/// What a form of the console has to bring along: it follows from the session and is of no use in another.
fn csrf(guest: &Guest) -> String {
    crate::hold::hash(format!("console form {}", guest.token))
}

/// The fields of a form of the console, as browsers send them in `text/plain`.
struct Fields(String);

impl Fields {
    fn of(body: &[u8]) -> Fields {
        Fields(String::from_utf8_lossy(body).into_owned())
    }

    /// The first of that name; empty where there is none.
    fn get(&self, name: &str) -> String {
        let mut fields = self.0.lines().filter_map(|line| line.split_once('='));
        fields.find(|(field, _)| *field == name).map(|(_, value)| value).unwrap_or_default().to_owned()
    }
}

fn may(guest: &Guest, roles: &[Role]) -> bool {
    roles.iter().any(|role| guest.current.roles.has(*role))
}

fn text(status: StatusCode, body: &'static str) -> Response<Outgoing> {
    let headers = vec![("cache-control", "no-store".to_owned())];
    response(Rendered { status, content_type: "text/plain; charset=utf-8", headers, body: body.into() })
}
