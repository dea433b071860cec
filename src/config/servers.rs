//! `upstream` and `health` of `[[site]]`: the servers of a site, and how they are asked how they are.

use super::reader::{Table, Value};
use super::sections::Taken;
use super::{expected, hosts, words};
use std::path::PathBuf;
use std::time::Duration;

/// So many servers a site may have.
const MOST: usize = 64;

/// The servers of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstreams {
    /// All of them; one at least.
    pub servers: Vec<Upstream>,
    /// How their health is asked after; `None` if it is not.
    pub health: Option<Health>,
}

/// A server of a site behind garim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Whether to speak TLS to it.
    pub tls: bool,
    /// Its name or address, in lower case; an IPv6 address without its brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// A PEM file of the authorities to believe instead of the system's.
    pub ca: Option<PathBuf>,
    /// How long an idle connection is kept for the next request; below the site's own keep-alive.
    pub idle: Duration,
}

/// How the health of servers is asked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What they are asked for.
    pub path: String,
    /// How often, and how long they may take.
    pub every: Duration,
    /// After so many bad answers in a row one is passed over.
    pub fail: u32,
    /// After so many good ones it is not any more.
    pub rise: u32,
}

/// The servers of a site; `None` if there was a mistake.
pub(super) fn upstreams(table: &Table<'_>, taken: &Taken) -> Option<Upstreams> {
    let ca = table.get("upstream_ca");
    let file = ca.as_ref().and_then(|value| value.file());
    let seconds = Duration::from_secs;
    let idle = table.duration("upstream_idle", seconds(4), Duration::from_millis(100)..=seconds(3_600));
    let health = table.table("health", "health of [[site]]").map(health);
    let listed = table.need("upstream", expected::UPSTREAM)?.filled(expected::UPSTREAM);
    if let Some(beyond) = listed.get(MOST) {
        beyond.wrong(words::too_many_upstreams(MOST));
    }
    let mut servers: Vec<Upstream> = Vec::new();
    for value in &listed {
        let server = server(value, taken, (file.clone(), idle))?;
        if servers.contains(&server) {
            value.wrong(words::upstream_twice(value.as_text().unwrap_or_default()));
        }
        servers.push(server);
    }
    if let Some(ca) = ca.filter(|_| !servers.iter().any(|server| server.tls)) {
        ca.wrong(words::ca_without_tls());
    }
    (!servers.is_empty()).then_some(Upstreams { servers, health })
}

fn server(value: &Value<'_>, taken: &Taken, (ca, idle): (Option<PathBuf>, Duration)) -> Option<Upstream> {
    let text = value.text(expected::UPSTREAM)?;
    let Some((tls, host, port)) = hosts::upstream(text) else {
        let near = format!("http://{text}");
        let near = hosts::upstream(&near).map(|_| near.as_str());
        value.wrong_value(expected::UPSTREAM, near);
        return None;
    };
    if taken.reaches(&host, port) {
        value.wrong(words::own_upstream(text));
    }
    Some(Upstream { tls, host, port, ca: ca.filter(|_| tls), idle })
}

fn health(table: Table<'_>) -> Health {
    let path = table.get("path").and_then(|value| {
        let path = value.text(expected::HEALTH_PATH)?;
        let is_path = path.starts_with('/') && path.parse::<http::uri::PathAndQuery>().is_ok();
        if !is_path {
            value.wrong_value(expected::HEALTH_PATH, None);
        }
        is_path.then(|| path.to_owned())
    });
    let every = table.duration("every", Duration::from_secs(5), Duration::from_secs(1)..=Duration::from_secs(3_600));
    let (fail, rise) = (table.number("fail", 3, 1..=100), table.number("rise", 2, 1..=100));
    table.finish(&[]);
    Health { path: path.unwrap_or_else(|| "/".to_owned()), every, fail, rise }
}
