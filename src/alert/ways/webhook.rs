//! JSON by HTTP POST.

use super::link::{Link, place};
use super::{AlertError, SendError};
use crate::alert::{Message, json};
use crate::config::alert::Webhook;
use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::path::Path;

/// A webhook. Redirects are not followed: where alerts go is what the settings say.
pub(in crate::alert) struct Hook {
    link: Link,
    webhook: Webhook,
}

impl Hook {
    pub(super) fn new(webhook: &Webhook, ca: Option<&Path>) -> Result<Hook, AlertError> {
        let link = if webhook.tls { Link::tls(&webhook.to, ca)? } else { Link::plain(&webhook.to) };
        Ok(Hook { link, webhook: webhook.clone() })
    }

    pub(super) fn to(&self) -> String {
        let scheme = if self.webhook.tls { "https" } else { "http" };
        format!("{scheme}://{}", place(&self.webhook.to))
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), SendError> {
        self.send_json(json(message)).await
    }

    /// Posts JSON once.
    pub(super) async fn send_json(&self, json: String) -> Result<(), SendError> {
        let request = self.request(json)?;
        let stream = self.link.connect().await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut answer = std::pin::pin!(sender.send_request(request));
        let mut connection = std::pin::pin!(connection);
        // The connection is driven here. It may end when the answer is there already, even badly: many servers close TLS
        // without a word.
        let answer = tokio::select! {
            biased;
            answer = &mut answer => answer?,
            ended = &mut connection => answer.await.map_err(|error| ended.err().unwrap_or(error))?,
        };
        let status = answer.status();
        if status.is_success() { Ok(()) } else { Err(SendError::Status(status.as_u16())) }
    }

    fn request(&self, json: String) -> Result<Request<Full<Bytes>>, SendError> {
        let Webhook { tls, to, target } = &self.webhook;
        let usual = to.port == if *tls { 443 } else { 80 };
        let host = place(to);
        let host = if usual { host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host) } else { &host };
        Request::post(target.as_str())
            .header(HOST, host)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header(USER_AGENT, concat!("garim/", env!("CARGO_PKG_VERSION")))
            .body(Full::from(json))
            .map_err(|error| SendError::Message(error.to_string()))
    }
}
