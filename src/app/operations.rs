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
            text(StatusCode::OK, METRICS, proxy.metrics.text())
        }
        _ => text(StatusCode::NOT_FOUND, PLAIN, "here are /metrics, /livez and /readyz\n".to_owned()),
    }
}

/// While the journal cannot be written, what would have to be recorded is refused: others should be asked then. Without a store
/// that others share, they would all be without it: that is only remarked.
fn readiness(proxy: &Proxy, ready: &Readiness) -> Response<Outgoing> {
    let journal = proxy.keeper.as_ref().filter(|keeper| !keeper.is_ready());
    match journal {
        Some(keeper) => {
            let why = keeper.journal().health().writing.unwrap_or_default();
            text(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("not ready\njournal: {why}\n"))
        }
        None if ready.is() => text(StatusCode::OK, PLAIN, format!("ready\n{}", ready.remarks())),
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
