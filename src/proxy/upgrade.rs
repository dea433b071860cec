//! A connection that switches to another protocol, where the policy lets it: from then on garim reads none of it, and
//! the record says how many bytes that were.

use super::exchange::Exchange;
use super::headers;
use super::onward::outgoing;
use super::record::{Outcome, Record};
use super::refuse::{Refusal, empty};
use crate::body::Outgoing;
use crate::body::budget::Reservation;
use crate::body::request::Received;
use crate::inspect::Account;
use crate::policy::Tally;
use crate::upstream::SiteBody;
use crate::vocab::{Direction, Reason};
use http::header::{CONNECTION, UPGRADE};
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// For each way of a tunnel, in bytes; the heads' room in the byte budget covers both.
const BUFFER: usize = 8 << 10;

/// Hands a request to switch protocols to the site. An answer other than 101 goes the way of every other answer.
pub(super) async fn forward(mut exchange: Box<Exchange>, mut parts: Parts, received: Received) -> Response<Outgoing> {
    let wanted = headers::protocols(&parts.headers);
    let download = exchange.tally(Direction::Download);
    let inspects = !download.plan().ignores_kinds();
    exchange.ask_with_ours_only(&mut parts, inspects);
    headers::to_site(&mut parts.headers, &exchange.asked.arrival(), inspects);
    let client = parts.extensions.remove::<OnUpgrade>();
    ask_for(&mut parts.headers, wanted);
    let method = parts.method.clone();
    let request = Request::from_parts(outgoing(parts), received.into_body());
    let asked_at = Instant::now();
    let mut answered = match exchange.asked.front.pool.send(request, exchange.asked.client).await {
        Ok(answered) => answered,
        Err(error) => {
            exchange.record.in_site(asked_at.elapsed());
            return exchange.reader.clone().tell(&mut exchange.record, Refusal::upstream(&error), None, &[]);
        }
    };
    let site = hyper::upgrade::on(&mut answered);
    match client {
        Some(client) if answered.status() == StatusCode::SWITCHING_PROTOCOLS => {
            switch(exchange, client, site, download, answered)
        }
        _ => super::answer::bring(exchange, method, None, asked_at, download, answered).await,
    }
}

fn ask_for(headers: &mut http::HeaderMap, wanted: Option<HeaderValue>) {
    if let Some(protocol) = wanted {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, protocol);
    }
}

fn switch(
    mut exchange: Box<Exchange>,
    client: OnUpgrade,
    site: OnUpgrade,
    mut download: Tally,
    answered: Response<SiteBody>,
) -> Response<Outgoing> {
    exchange.record.arrived();
    let (mut parts, _) = answered.into_parts();
    let agreed = parts.headers.get(UPGRADE).cloned();
    headers::remove_hop_by_hop(&mut parts.headers);
    exchange.inspect_head(&mut parts, &mut download);
    if download.refuses() {
        return exchange.refuse_answer(&download, Duration::ZERO);
    }
    exchange.finish_head(&mut parts.headers, &download, false);
    ask_for(&mut parts.headers, agreed);
    tokio::spawn(tunnel(exchange, client, site, download));
    Response::from_parts(parts, empty())
}

/// Copies both ways until one side ends.
async fn tunnel(exchange: Box<Exchange>, client: OnUpgrade, site: OnUpgrade, download: Tally) {
    let Exchange { record, means, room, .. } = *exchange;
    let tunnel = Tunnel { record, download, up: AtomicU64::new(0), down: AtomicU64::new(0), _room: room };
    let both = async { tokio::try_join!(client, site) };
    let Ok(Ok((client, site))) = tokio::time::timeout(means.limits.idle_timeout, both).await else { return };
    let (from_client, to_client) = tokio::io::split(TokioIo::new(client));
    let (from_site, to_site) = tokio::io::split(TokioIo::new(site));
    // An error of either side ends both ways: it is the usual end of a tunnel, not worth a word.
    let _ = tokio::try_join!(one_way(from_client, to_site, &tunnel.up), one_way(from_site, to_client, &tunnel.down));
}

/// What a tunnel leaves in its record when it ends, however it ends: browsers leave without a word, and a drain has
/// its limit.
struct Tunnel {
    record: Record,
    download: Tally,
    /// Bytes to the site.
    up: AtomicU64,
    /// Bytes to the client.
    down: AtomicU64,
    _room: Reservation,
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        let mut account = Account::default();
        let down = *self.down.get_mut();
        account.passed_over.insert(Reason::Upgrade.name(), down);
        self.record.passed_after_upgrade(*self.up.get_mut());
        self.record.side(Direction::Download, &self.download, &account, down);
        self.record.end(Outcome::Upgraded, StatusCode::SWITCHING_PROTOCOLS.as_u16());
    }
}

/// Copies until the end, which is handed on, and counts what was taken.
async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    copied: &AtomicU64,
) -> std::io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).await?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { return to.shutdown().await };
        copied.fetch_add(read as u64, Ordering::Relaxed);
        to.write_all(bytes).await?;
        to.flush().await?;
    }
}
