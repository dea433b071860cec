//! The listener for operations: `/metrics`, `/livez`, `/readyz`.

use crate::body::Outgoing;
use crate::config::Limits;
use crate::proxy::gate::HeadFault;
use crate::proxy::listen::Door;
use crate::proxy::refuse::full;
use crate::proxy::{Proxy, listen};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::watch;

const PLAIN: &str = "text/plain; charset=utf-8";
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whether `/readyz` says yes.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    is: Arc<AtomicBool>,
    remarks: Arc<Mutex<BTreeMap<&'static str, String>>>,
}

impl Readiness {
    /// Changes what `/readyz` says.
    pub fn set(&self, ready: bool) {
        self.is.store(ready, Ordering::Release);
    }

    /// Says of a part what is wrong with it, though garim goes on without it.
    pub fn remark(&self, part: &'static str, wrong: Option<String>) {
        let mut remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
        match wrong {
            Some(wrong) => drop(remarks.insert(part, wrong)),
            None => drop(remarks.remove(part)),
        }
    }

    /// Whether it does.
    pub fn is(&self) -> bool {
        self.is.load(Ordering::Acquire)
    }

    fn remarks(&self) -> String {
        let remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
        remarks.iter().map(|(part, wrong)| format!("{part}: {wrong}\n")).collect()
    }
}

/// Connections at a time; whoever watches needs few, and they come out of no other cap.
const CONNECTIONS: usize = 64;

type Reply = Pin<Box<dyn Future<Output = Result<Response<Outgoing>, Infallible>> + Send>>;

/// Serves until `stop` turns true.
pub(super) async fn serve(listener: TcpListener, proxy: Arc<Proxy>, ready: Readiness, stop: watch::Receiver<bool>) {
    let limits = Limits { connections: CONNECTIONS, ..proxy.sites.load().settings.limits };
    let door = Door::new(limits, Arc::new(|| Some(Box::new(()))));
    let make = move |_| {
        let (proxy, ready) = (Arc::clone(&proxy), ready.clone());
        service_fn(move |request: Request<Incoming>| -> Reply {
            Box::pin(std::future::ready(Ok(respond(&proxy, &ready, &request))))
        })
    };
    listen::serve_plain(listener, door, make, stop).await;
}

fn respond<B>(proxy: &Proxy, ready: &Readiness, request: &Request<B>) -> Response<Outgoing> {
    if let Some(fault) = request.extensions().get::<HeadFault>() {
        return text(StatusCode::BAD_REQUEST, PLAIN, format!("{fault}\n"));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, PLAIN, "GET and HEAD only\n".to_owned());
    }
    match request.uri().path() {
        "/livez" => text(StatusCode::OK, PLAIN, "alive\n".to_owned()),
        "/readyz" => readiness(proxy, ready),
        "/metrics" => {
            proxy.measure_budget();
            measure_upstreams(proxy);
            text(StatusCode::OK, METRICS, proxy.metrics.text())
        }
        _ => text(StatusCode::NOT_FOUND, PLAIN, "here are /metrics, /livez and /readyz\n".to_owned()),
    }
}

fn measure_upstreams(proxy: &Proxy) {
    let sites = proxy.sites.load();
    let states = sites.fronts().iter().flat_map(|front| {
        let servers = front.pool.states().into_iter();
        servers.map(|(server, is_up)| (front.site.name.as_str(), server, is_up))
    });
    proxy.metrics.upstreams(states);
}

/// What is wrong with the servers behind, a line for each site of which one is down; and whether none of any site is left.
fn upstreams(proxy: &Proxy) -> (String, bool) {
    let sites = proxy.sites.load();
    let (mut remarks, mut none_left) = (String::new(), !sites.fronts().is_empty());
    for front in sites.fronts() {
        let states = front.pool.states();
        let down: Vec<&str> = states.iter().filter(|(_, is_up)| !is_up).map(|(server, _)| *server).collect();
        // Where nobody asks after it, a server is taken to be down for some seconds after a request has not reached it: that does
        // not tell whether another garim would reach it.
        none_left &= front.pool.are_asked_after() && down.len() == states.len();
        if !down.is_empty() {
            let left = states.len().saturating_sub(down.len());
            let line =
                format!("upstream: {}: {} down, {left} of {} up\n", front.site.name, down.join(", "), states.len());
            remarks.push_str(&line);
        }
    }
    (remarks, none_left)
}

/// While the journal cannot be written, what would have to be recorded is refused: others should be asked then. So they should
/// where no server of any site is well, as `health` has shown: another garim may reach one, this one only tells people that the
/// site is away. As long as one server of one site is left, this is only remarked; and so is a store that others share, for
/// they would all be without it.
fn readiness(proxy: &Proxy, ready: &Readiness) -> Response<Outgoing> {
    let journal = proxy.keeper.as_ref().filter(|keeper| !keeper.is_ready());
    let (servers, none_left) = upstreams(proxy);
    match journal {
        Some(keeper) => {
            let why = keeper.journal().health().writing.unwrap_or_default();
            text(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("not ready\njournal: {why}\n"))
        }
        None if ready.is() && none_left => {
            text(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("not ready\n{servers}{}", ready.remarks()))
        }
        None if ready.is() => text(StatusCode::OK, PLAIN, format!("ready\n{servers}{}", ready.remarks())),
        None => text(StatusCode::SERVICE_UNAVAILABLE, PLAIN, "not ready\n".to_owned()),
    }
}

fn text(status: StatusCode, kind: &'static str, body: String) -> Response<Outgoing> {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
