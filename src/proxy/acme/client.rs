//! How an authority is reached: over HTTPS, by the pool that reaches sites too.

use crate::config::{Acme, Limits, Upstream};
use crate::upstream::{BoxError, Pool};
use bytes::Bytes;
use http::header::HOST;
use http::uri::{PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient, Problem};
use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// No answer is larger, in bytes.
const LARGEST: usize = 1 << 20;

/// How long one request may take as a whole.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a connection rests between two requests.
const IDLE: Duration = Duration::from_secs(5);

type Reply = Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>>;

/// Requests to one authority, wherever its directory leads.
#[derive(Clone)]
pub(super) struct Client {
    ca: Option<PathBuf>,
    limits: Limits,
    pools: Arc<Mutex<HashMap<(String, u16), Pool>>>,
}

impl Client {
    pub(super) fn new(acme: &Acme, limits: &Limits) -> Client {
        Client { ca: acme.ca.clone(), limits: *limits, pools: Arc::default() }
    }

    /// The pool to the machine of a URL.
    async fn pool(&self, uri: &Uri) -> Result<Pool, BoxError> {
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Err("the authority leads to an address that is not https://".into());
        }
        let host = uri.host().ok_or("the authority leads to an address without a host")?;
        let port = uri.port_u16().unwrap_or(443);
        let key = (host.to_ascii_lowercase(), port);
        if let Some(pool) = self.pools.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(pool.clone());
        }
        let bare = key.0.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&key.0);
        let upstream = Upstream { tls: true, host: bare.to_owned(), port, ca: self.ca.clone(), idle: IDLE };
        let limits = self.limits;
        // Reads the authorities that vouch for it.
        let pool = tokio::task::spawn_blocking(move || Pool::new(&upstream, &limits)).await??;
        self.pools.lock().unwrap_or_else(PoisonError::into_inner).insert(key, pool.clone());
        Ok(pool)
    }

    async fn send(self, request: Request<BodyWrapper<Bytes>>) -> Result<Response<Full<Bytes>>, BoxError> {
        let pool = self.pool(request.uri()).await?;
        let is_directory = request.method() == Method::GET;
        let (mut head, body) = request.into_parts();
        let host = head.uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        head.headers.insert(HOST, HeaderValue::from_str(host)?);
        let target = head.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        head.uri = Uri::from(target);
        let body = body.map_err(|never| match never {}).boxed_unsync();
        let (head, body) = pool.send(Request::from_parts(head, body)).await?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await?.to_bytes();
        // Of all else the library reads what is wrong.
        if is_directory && !head.status.is_success() {
            let detail = serde_json::from_slice::<Problem>(&body).ok().and_then(|problem| problem.detail);
            return Err(format!("the authority answers {}: {}", head.status, detail.unwrap_or_default()).into());
        }
        Ok(Response::from_parts(head, Full::from(body)))
    }
}

impl HttpClient for Client {
    fn request(&self, request: Request<BodyWrapper<Bytes>>) -> Reply {
        let sent = tokio::time::timeout(PATIENCE, self.clone().send(request));
        Box::pin(async move {
            let answered = sent.await.unwrap_or_else(|_| Err("the authority does not answer in time".into()));
            answered.map(BytesResponse::from).map_err(Error::Other)
        })
    }
}
