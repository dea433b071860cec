//! From the socket to the exchange and back: listeners, TLS, heads, and one request's life.
//!
//! [`listen`] is where a connection begins; [`exchange`] tells the rest from top to bottom.

pub mod acme;
pub mod alarm;
mod answer;
mod arriving;
mod asked;
mod asking;
pub(crate) mod excepted;
pub mod exchange;
pub(crate) mod fragment;
pub mod gate;
pub mod headers;
pub mod heads;
pub mod holding;
mod hygiene;
pub mod identity;
pub mod keeping;
pub mod listen;
pub mod login;
mod looking;
pub mod metrics;
pub mod names;
mod numerals;
mod onward;
mod outliving;
mod own_text;
pub(crate) mod reading;
pub mod record;
pub mod redirect;
pub mod refuse;
pub mod releasing;
mod renewing;
pub(crate) mod roles;
pub mod session;
pub mod sites;
mod telling;
pub mod tls;
mod truth;
mod upgrade;
pub mod validators;
pub mod waiting;
pub mod windows;

use crate::body::budget::{Budget, Pool};
use crate::body::spool::Spools;
use crate::body::{Means, Opener, Outgoing, Recall};
use crate::config::Limits;
use crate::hold::Asks;
use alarm::Alarm;
use arc_swap::{ArcSwap, ArcSwapOption};
use headers::Forwarding;
use holding::Holding;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use keeping::Keeper;
use listen::{Admit, Guard, Peer};
use login::Accounts;
use metrics::Metrics;
use sites::Sites;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use windows::Totals;

type Reply = Pin<Box<dyn Future<Output = Result<Response<Outgoing>, Infallible>> + Send>>;

/// What every exchange of a process shares.
#[derive(Debug)]
pub struct Proxy {
    /// The sites, swapped whole by a reload.
    pub sites: ArcSwap<Sites>,
    /// The byte budget.
    pub budget: Budget,
    /// Makes spool files.
    pub spools: Spools,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Whether multipart bodies are read twice; only a bench does without.
    pub second_reader: bool,
    /// Who opens files; swapped by a reload.
    pub opener: ArcSwapOption<Opener>,
    /// What waits for somebody's word.
    pub waiting: Asks,
    /// The audit journal; only benches do without.
    pub keeper: Option<Arc<Keeper>>,
    /// Posts that wait for approval, where a policy holds any.
    pub holding: Option<Holding>,
    /// Who may sign in to garim, where there is a gate.
    pub accounts: Option<Accounts>,
    /// Totals over time, where a policy has windows.
    pub totals: Option<Totals>,
    /// Who is told of what happens.
    pub alarm: Arc<Alarm>,
    /// Which sessions of the sites bear whose names.
    pub site_accounts: identity::Accounts,
}

impl Proxy {
    /// The service of a connection.
    pub fn service(self: Arc<Self>) -> impl Fn(Peer) -> Connection + Clone {
        move |peer| Connection { proxy: Arc::clone(&self), peer: Arc::new(peer), written: Arc::default() }
    }

    /// Counts connections. Their number is capped on its own, so none is turned away here.
    pub fn admit(self: Arc<Self>) -> Admit {
        Arc::new(move || {
            self.metrics.connections.inc();
            let guard: Guard = Box::new(Counted(Arc::clone(&self.metrics)));
            Some(guard)
        })
    }

    /// What the bodies of an exchange share.
    fn means(&self, limits: &Limits) -> Means {
        Means {
            budget: self.budget.clone(),
            spools: self.spools.clone(),
            limits: *limits,
            second_reader: self.second_reader,
            opener: self.opener.load_full(),
            recall: Recall::new(limits.remembered_bytes).map(Arc::new),
        }
    }

    /// Brings the metrics of the byte budget up to date.
    pub fn measure_budget(&self) {
        for pool in Pool::ALL {
            self.metrics.budget(pool.name(), self.budget.used(*pool));
        }
    }
}

/// A connection that is counted as long as it lives.
struct Counted(Arc<Metrics>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connections.dec();
    }
}

/// One connection's exchanges.
#[derive(Debug)]
pub struct Connection {
    proxy: Arc<Proxy>,
    peer: Arc<Peer>,
    /// What its first request was forwarded with.
    written: Arc<OnceLock<Forwarding>>,
}

impl Service<Request<Incoming>> for Connection {
    type Response = Response<Outgoing>;
    type Error = Infallible;
    type Future = Reply;

    fn call(&self, request: Request<Incoming>) -> Reply {
        let (proxy, peer, written) = (Arc::clone(&self.proxy), Arc::clone(&self.peer), Arc::clone(&self.written));
        Box::pin(async move { Ok(exchange::exchange(proxy, peer, written, request).await) })
    }
}
