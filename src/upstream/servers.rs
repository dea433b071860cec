//! The servers of one site: a client keeps to one of them as long as that is well, because most sites keep their sessions in
//! one server. A server that cannot be connected to is passed over, and the request goes to the next: nothing of it was sent yet.

use super::{Body, Pool, SiteBody, UpstreamError};
use crate::config::{Health, Limits, Upstreams};
use http::header::HOST;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long a server that could not be connected to is passed over where no health is asked after.
const PASSED_OVER: Duration = Duration::from_secs(5);

/// The servers of one site. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Servers(Arc<All>);

struct All {
    servers: Vec<Server>,
    health: Option<Health>,
    /// What they are asked by.
    host: String,
    /// Whether somebody asks after them already.
    watched: AtomicBool,
}

struct Server {
    name: String,
    pool: Pool,
    state: Mutex<State>,
}

/// How a server is.
#[derive(Debug, Default)]
struct State {
    /// Until when it is passed over; `None` if it is well.
    down: Option<Down>,
    /// How often in a row it was not well, and well.
    failed: u32,
    well: u32,
}

#[derive(Debug, Clone, Copy)]
enum Down {
    Until(Instant),
    UntilWell,
}

impl Servers {
    /// The servers without a connection yet; `host` is what they are called by when their health is asked after. Blocking:
    /// reads the files of private authorities.
    ///
    /// # Errors
    /// When the way to one of them cannot be prepared.
    pub fn new(upstreams: &Upstreams, host: &str, limits: &Limits) -> Result<Servers, UpstreamError> {
        let server = |upstream: &crate::config::Upstream| {
            let name = super::connect::Address::new(&upstream.host, upstream.port).to_string();
            Ok(Server { name, pool: Pool::new(upstream, limits)?, state: Mutex::default() })
        };
        let servers = upstreams.servers.iter().map(server).collect::<Result<Vec<Server>, UpstreamError>>()?;
        let (health, host) = (upstreams.health.clone(), host.to_owned());
        Ok(Servers(Arc::new(All { servers, health, host, watched: AtomicBool::new(false) })))
    }

    /// Sends one request of a client, as [`Pool::send`] does, to its server, or to the next that can be connected to.
    ///
    /// # Errors
    /// When none can be connected to, or the one that was did not answer.
    pub async fn send(&self, request: Request<Body>, client: IpAddr) -> Result<Response<SiteBody>, UpstreamError> {
        self.watch();
        let mut last = UpstreamError::Closed;
        for server in self.0.in_order(client) {
            match server.pool.reach().await {
                Ok(way) => {
                    server.reached();
                    return server.pool.send_by(way, request).await;
                }
                Err(error) => {
                    server.not_reached(self.0.health.as_ref(), &error);
                    last = error;
                }
            }
        }
        Err(last)
    }

    /// Each server by its name, and whether it is taken to be well: as far as requests and, where it is asked after, its health
    /// have shown. From here on it is asked after, where the configuration says so.
    pub fn states(&self) -> Vec<(&str, bool)> {
        self.watch();
        let now = Instant::now();
        self.0.servers.iter().map(|server| (server.name.as_str(), !server.is_down(now))).collect()
    }

    /// Whether the health of the servers is asked after.
    pub fn are_asked_after(&self) -> bool {
        self.0.health.is_some()
    }

    /// Has somebody ask after the servers from now on, until nobody needs them any more.
    fn watch(&self) {
        if let Some(health) = &self.0.health
            && !self.0.watched.swap(true, Ordering::AcqRel)
        {
            tokio::spawn(ask_after(Arc::downgrade(&self.0), health.clone()));
        }
    }
}

impl All {
    /// The servers in the order in which a client's requests go to them: well ones first, and among them each client has an
    /// order of its own, of which the servers that come and go change nothing else.
    fn in_order(&self, client: IpAddr) -> Vec<&Server> {
        let mut order: Vec<&Server> = self.servers.iter().collect();
        if order.len() > 1 {
            let now = Instant::now();
            order.sort_by_cached_key(|server| (server.is_down(now), server.rank(client)));
        }
        order
    }
}

impl Server {
    /// Rendezvous hashing: the same on every node of the same garim.
    fn rank(&self, client: IpAddr) -> u64 {
        let mut hasher = DefaultHasher::new();
        (client, &self.name).hash(&mut hasher);
        hasher.finish()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_down(&self, now: Instant) -> bool {
        match self.state().down {
            None => false,
            Some(Down::Until(until)) => now < until,
            Some(Down::UntilWell) => true,
        }
    }

    /// It was connected to; that is not yet to say that it is well where its health is asked after.
    fn reached(&self) {
        let mut state = self.state();
        if let Some(Down::Until(_)) = state.down {
            state.down = None;
            tracing::info!(server = %self.name, "a server of the site is back");
        }
        if state.down.is_none() {
            state.failed = 0;
        }
    }

    fn not_reached(&self, health: Option<&Health>, error: &dyn fmt::Display) {
        match health {
            Some(health) => self.is_not_well(health, error),
            None => {
                let was = self.state().down.replace(Down::Until(Instant::now() + PASSED_OVER));
                if was.is_none() {
                    tracing::warn!(server = %self.name, %error, "a server of the site cannot be reached, and is passed over");
                }
            }
        }
    }

    fn is_not_well(&self, health: &Health, error: &dyn fmt::Display) {
        let mut state = self.state();
        state.well = 0;
        state.failed = state.failed.saturating_add(1);
        if state.failed >= health.fail && state.down.is_none() {
            state.down = Some(Down::UntilWell);
            tracing::warn!(server = %self.name, %error, "a server of the site is not well, and is passed over");
        }
    }

    fn is_well(&self, health: &Health) {
        let mut state = self.state();
        state.failed = 0;
        state.well = state.well.saturating_add(1);
        if state.well >= health.rise && state.down.take().is_some() {
            tracing::info!(server = %self.name, "a server of the site is well again");
        }
    }

    /// Asks it for a page; any answer but the server's own errors is one of a server that is well.
    async fn ask(&self, host: &str, health: &Health) -> Result<(), String> {
        let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
        let request = Request::get(health.path.as_str()).header(HOST, host).body(body);
        let request = request.map_err(|error| error.to_string())?;
        match timeout(health.every, self.pool.send(request)).await {
            Err(_) => Err("it did not answer in time".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Ok(Ok(answer)) if answer.status().is_server_error() => Err(format!("it answered {}", answer.status())),
            Ok(Ok(_)) => Ok(()),
        }
    }
}

/// Asks after every server again and again, until nobody has them any more.
async fn ask_after(all: Weak<All>, health: Health) {
    loop {
        sleep(health.every).await;
        let Some(all) = all.upgrade() else { return };
        for server in &all.servers {
            match server.ask(&all.host, &health).await {
                Ok(()) => server.is_well(&health),
                Err(error) => server.is_not_well(&health, &error),
            }
        }
    }
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.servers.iter().map(|server| &server.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Upstream;

    fn servers(ports: &[u16], health: Option<Health>) -> Servers {
        let idle = Duration::from_secs(4);
        let server = |port: &u16| Upstream { tls: false, host: "127.0.0.1".to_owned(), port: *port, ca: None, idle };
        let servers = ports.iter().map(server).collect();
        Servers::new(&Upstreams { servers, health }, "localhost", &Limits::default()).expect("servers")
    }

    fn order(servers: &Servers, client: u8) -> Vec<String> {
        let client = IpAddr::from([192, 0, 2, client]);
        servers.0.in_order(client).iter().map(|server| server.name.clone()).collect()
    }

    #[tokio::test]
    async fn a_client_keeps_to_its_server_and_all_have_some() {
        let three = servers(&[1, 2, 3], None);
        let firsts: Vec<String> = (0..60).map(|client| order(&three, client).remove(0)).collect();
        for name in ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"] {
            assert!(firsts.iter().filter(|first| *first == name).count() > 8, "{firsts:?}");
        }
        assert_eq!(order(&three, 7), order(&three, 7));
        three.0.servers[0].not_reached(None, &"gone");
        for (client, first) in (0..60).zip(&firsts) {
            let now = order(&three, client);
            assert_eq!(now.last().map(String::as_str), Some("127.0.0.1:1"));
            assert!(first == "127.0.0.1:1" || now.first() == Some(first), "the others keep to theirs");
        }
        three.0.servers[0].reached();
        assert_eq!(order(&three, 7).remove(0), firsts[7]);
    }

    #[tokio::test]
    async fn health_goes_by_counts() {
        let health = Health { path: "/".to_owned(), every: Duration::from_secs(1), fail: 3, rise: 2 };
        let two = servers(&[1, 2], Some(health.clone()));
        let (server, now) = (&two.0.servers[0], Instant::now());
        server.is_not_well(&health, &"500");
        server.is_not_well(&health, &"500");
        assert!(!server.is_down(now));
        server.is_well(&health);
        for _ in 0..3 {
            server.is_not_well(&health, &"500");
        }
        assert!(server.is_down(now));
        assert_eq!(two.states(), [("127.0.0.1:1", false), ("127.0.0.1:2", true)]);
        server.reached();
        server.is_well(&health);
        assert!(server.is_down(now), "once is not enough");
        server.is_well(&health);
        assert!(!server.is_down(now));
    }
}
