//! A process from its start to its end.

use super::control::Question;
use super::keys::{self, KeyError};
use super::opener;
use super::reload::Reloader;
use super::shelf::{self, Shelf};
use super::{Readiness, accounts, alarms, asks, control, exceptions, gate, holds, journal, operations, retention};
use crate::alert::CopyTasks;
use crate::body::budget::Budget;
use crate::body::spool::{SpoolError, Spools};
use crate::config::Settings;
use crate::proxy::acme::{self, Challenges};
use crate::proxy::listen::Door;
use crate::proxy::sites::{SiteError, Sites};
use crate::proxy::tls::{self, Certificates, Front, TlsError};
use crate::proxy::{Proxy, listen, redirect};
use crate::store::Incident;
use arc_swap::{ArcSwap, ArcSwapOption};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often certificate files are looked at.
const WATCH: Duration = Duration::from_secs(1);
/// How long `/readyz` fails before new connections are refused, so that a balancer has seen it.
const NOTICE: Duration = Duration::from_secs(1);

/// How often a drain looks whether exchanges without a connection have ended.
const LOOK: Duration = Duration::from_millis(20);
/// How long copies of the last seals have at the end of the process.
const LAST: Duration = Duration::from_secs(2);

/// Why a process does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Certificates.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Tls(Vec<TlsError>),
    /// The keys of sealed references.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The way to a site.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// A listener.
    #[error(transparent)]
    Listen(#[from] listen::BindError),
    /// The control socket.
    #[error(transparent)]
    Control(#[from] control::ControlError),
    /// The folder for state.
    #[error("cannot use state.dir {}: {error}; make it a folder that garim may write to", path.display())]
    State {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// What workers have to know.
    #[error("the workers that open files cannot be told the detectors: {0}")]
    Opener(#[from] crate::sandbox::protocol::Broken),
    /// The store.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// The audit journal.
    #[error("the audit journal cannot be written: {0}")]
    Journal(#[from] crate::audit::JournalError),
    /// Who is told when something happens.
    #[error(transparent)]
    Alert(#[from] crate::alert::AlertError),
    /// The folder for spool files.
    #[error("cannot use state.dir for spool files: {0}")]
    Spool(#[from] SpoolError),
    /// The TLS library.
    #[error("cannot prepare TLS: {0}")]
    Library(#[from] rustls::Error),
    /// A signal handler.
    #[error("cannot listen for signals: {0}")]
    Signals(std::io::Error),
}

/// The signals that are listened for, from before the process says that it serves.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }
}

/// A process that serves.
pub struct Running {
    settings: Arc<Settings>,
    signals: Signals,
    proxy: Arc<Proxy>,
    readiness: Readiness,
    reloader: Arc<Reloader>,
    stop: watch::Sender<bool>,
    stop_attending: watch::Sender<bool>,
    serving: JoinSet<()>,
    attending: JoinSet<()>,
    /// What carries copies of the journal's seals, until the journal has ended.
    copies: Option<CopyTasks>,
    /// What authorities are answered that ask whether a host is ours.
    challenges: Arc<Challenges>,
    /// The addresses of the TLS listeners, with the ports the system chose where the settings said 0.
    pub listening: Vec<SocketAddr>,
    /// The address of the listener for operations, likewise.
    pub operations: Option<SocketAddr>,
}

/// What [`start`] would refuse of settings that make sense in themselves: certificates and keys that cannot be used, and
/// authorities that cannot be read. Blocking: reads files.
///
/// # Errors
/// The same, in the same words.
pub fn check(settings: Settings) -> Result<(), StartError> {
    Certificates::load(&settings).map_err(StartError::Tls)?;
    let ring = keys::ring(&settings.state, None)?;
    crate::alert::checked(&settings.alert)?;
    Sites::build(Arc::new(settings), ring, None)?;
    Ok(())
}

/// What a bench leaves out to measure what it costs. No configuration can: without either, what garim inspects and
/// what a site sees may differ.
#[derive(Debug, Clone, Copy, Default)]
pub struct Without {
    /// The gate before hyper.
    pub gate: bool,
    /// The second reader of multipart bodies.
    pub second_reader: bool,
    /// The audit journal.
    pub journal: bool,
}

/// Starts everything. `config` is the file that a reload reads again; `None` when there is none to read.
///
/// # Errors
/// Whatever keeps it from serving; then nothing is left running.
pub async fn start(settings: Settings, config: Option<PathBuf>) -> Result<Running, StartError> {
    start_without(settings, config, Without::default()).await
}

/// The same for a bench.
///
/// # Errors
/// The same.
pub async fn start_without(
    settings: Settings,
    config: Option<PathBuf>,
    without: Without,
) -> Result<Running, StartError> {
    let signals = Signals::listen().map_err(StartError::Signals)?;
    prepare_state(&settings.state.dir)?;
    let settings = Arc::new(settings);
    let certificates = Certificates::load(&settings).map_err(StartError::Tls)?;
    let limits = settings.limits;
    let budget = Budget::new(limits.memory_bytes, limits.spool_bytes);
    let spools = Spools::new(settings.state.dir.clone(), budget.clone())?;
    let ring = keys::ring(&settings.state, None)?;
    if settings.state.key_file.is_none() {
        tracing::info!(
            "no state.key_file: sealed references, and what somebody was asked about, are refused after a restart, and on other nodes"
        );
    }
    // Before the journal, which only one process may write: it tells whether another runs.
    let control = control::bind(&settings.state.dir).await?;
    let (keeper, copies) = match without.journal {
        true => (None, None),
        false => journal::open(&settings, &ring, config.as_deref()).await?,
    };
    let keeper = keeper.map(Arc::new);
    let metrics = Arc::default();
    let (alarm, incidents) = alarms::open(&settings, &metrics)?;
    let shelf = Shelf::new(&settings)?;
    let (holding, totals, site_accounts) = holds::open(&settings, &shelf, &ring).await?;
    let accounts = gate::open(&settings, &shelf).await?;
    let sites = Sites::build(Arc::clone(&settings), ring, None)?;
    let sites = ArcSwap::from_pointee(sites);
    let second_reader = !without.second_reader;
    let opener = ArcSwapOption::from(opener::of(&settings)?.map(Arc::new));
    let proxy = Arc::new(Proxy {
        sites,
        budget,
        spools,
        metrics,
        second_reader,
        opener,
        waiting: asks::open(&settings, &shelf),
        keeper,
        holding,
        accounts,
        totals,
        alarm,
        site_accounts,
    });
    opener::announce(&proxy).await;
    let door = Door::new(limits, Arc::clone(&proxy).admit());
    let door = if without.gate { door.without_gate() } else { door };
    let told = proxy.sites.load().settings.server.proxy_protocol;
    let door = if told { door.told_whose(Arc::clone(&proxy.metrics)) } else { door };
    let reloader = Reloader::new(config, Arc::clone(&proxy), Arc::clone(&certificates), door.clone());
    let mut running = Running::new(settings, signals, Arc::clone(&proxy), reloader);
    running.copies = copies;
    exceptions::begin(&proxy, &running.reloader, &shelf).await;
    running.serve(&proxy, &certificates, &door)?;
    running.attend(&proxy, certificates, control)?;
    running.remember(&proxy, shelf, incidents);
    running.readiness.set(true);
    tracing::info!("ready");
    Ok(running)
}

fn announce(what: &str, listener: &tokio::net::TcpListener, asked: SocketAddr) -> SocketAddr {
    let address = listener.local_addr().unwrap_or(asked);
    tracing::info!(what, address = %address, "listening");
    address
}

fn prepare_state(dir: &Path) -> Result<(), StartError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|error| StartError::State { path: dir.to_owned(), error })
}

impl Running {
    fn new(settings: Arc<Settings>, signals: Signals, proxy: Arc<Proxy>, reloader: Reloader) -> Running {
        Running {
            settings,
            signals,
            proxy,
            readiness: Readiness::default(),
            reloader: Arc::new(reloader),
            stop: watch::Sender::new(false),
            stop_attending: watch::Sender::new(false),
            serving: JoinSet::new(),
            attending: JoinSet::new(),
            copies: None,
            challenges: Arc::default(),
            listening: Vec::new(),
            operations: None,
        }
    }

    /// The listeners for clients.
    fn serve(&mut self, proxy: &Arc<Proxy>, certificates: &Arc<Certificates>, door: &Door) -> Result<(), StartError> {
        let front = Front::new(Arc::clone(certificates))?;
        for address in &self.settings.server.listen {
            let listener = listen::bind(*address)?;
            self.listening.push(announce("tls", &listener, *address));
            let make = Arc::clone(proxy).service();
            self.serving.spawn(listen::serve_tls(listener, door.clone(), front.clone(), make, self.stop.subscribe()));
        }
        let own = self.listening.first().map_or(443, SocketAddr::port);
        let port = self.settings.server.redirect_port.unwrap_or(own);
        for address in &self.settings.server.redirect {
            let listener = listen::bind(*address)?;
            announce("redirect", &listener, *address);
            let known = Arc::clone(proxy);
            let known = Arc::new(move |host: &str| known.sites.load().knows(host));
            let (challenges, stop) = (Arc::clone(&self.challenges), self.stop.subscribe());
            self.serving.spawn(redirect::serve(listener, door.clone(), known, challenges, port, stop));
        }
        Ok(())
    }

    /// What goes on beside: operations, certificates, the control socket. It outlives the draining.
    fn attend(
        &mut self,
        proxy: &Arc<Proxy>,
        certificates: Arc<Certificates>,
        control: UnixListener,
    ) -> Result<(), StartError> {
        if let Some(address) = self.settings.operations {
            let listener = listen::bind(address)?;
            self.operations = Some(announce("operations", &listener, address));
            let stop = self.stop_attending.subscribe();
            self.attending.spawn(operations::serve(listener, Arc::clone(proxy), self.readiness.clone(), stop));
        }
        if let Some(console) = &self.settings.console {
            let listener = listen::bind(console.listen)?;
            announce("console", &listener, console.listen);
            let (front, ready) = (Front::new(Arc::clone(&certificates))?, self.readiness.clone());
            let (ready, stop) = (Arc::new(move || ready.is()), self.stop_attending.subscribe());
            self.attending.spawn(crate::console::serve(listener, front, Arc::clone(proxy), ready, stop));
        }
        if let Some(keeper) = proxy.keeper.clone() {
            let keep = self.settings.state.journal.keep;
            self.attending.spawn(journal::prune(keeper, keep, self.stop_attending.subscribe()));
        }
        if proxy.accounts.is_some() {
            self.attending.spawn(gate::sweep(Arc::clone(proxy), self.stop_attending.subscribe()));
        }
        self.attending.spawn(asks::sweep(Arc::clone(proxy), self.stop_attending.subscribe()));
        if proxy.totals.is_some() {
            self.attending.spawn(holds::forget(Arc::clone(proxy), self.stop_attending.subscribe()));
        }
        if accounts::are_known(&self.settings) {
            let settings = Arc::clone(&self.settings);
            self.attending.spawn(accounts::attend(Arc::clone(proxy), settings, self.stop_attending.subscribe()));
        }
        if let Some(holding) = proxy.holding.clone() {
            self.serving.spawn(holds::forward(Arc::clone(proxy), holding.clone(), self.stop.subscribe()));
            self.attending.spawn(holds::sweep(holding, proxy.keeper.clone(), self.stop_attending.subscribe()));
        }
        let (ready, challenges) = (self.readiness.clone(), Arc::clone(&self.challenges));
        let remark = move |wrong| ready.remark("certificates", wrong);
        self.attending.spawn(acme::attend(Arc::clone(proxy), challenges, remark, self.stop_attending.subscribe()));
        self.attending.spawn(tls::watch(certificates, WATCH, self.stop_attending.subscribe()));
        let reloader = Arc::clone(&self.reloader);
        let keeper = proxy.keeper.clone();
        let act = move |question| {
            let (reloader, keeper) = (Arc::clone(&reloader), keeper.clone());
            async move {
                match question {
                    Question::Reload => reloader.reload().await,
                    Question::Record(event) => journal::told(keeper, *event).await,
                }
            }
        };
        self.attending.spawn(control::serve(control, act, self.stop_attending.subscribe()));
        Ok(())
    }

    /// What goes on beside about the store, and about people who are told.
    fn remember(&mut self, proxy: &Arc<Proxy>, shelf: Arc<Shelf>, incidents: Receiver<Incident>) {
        let stop = || self.stop_attending.subscribe();
        self.attending.spawn(shelf::watch(Arc::clone(&shelf), self.readiness.clone(), stop()));
        let reloader = Arc::clone(&self.reloader);
        self.attending.spawn(exceptions::attend(Arc::clone(proxy), reloader, Arc::clone(&shelf), stop()));
        self.attending.spawn(retention::sweep(Arc::clone(proxy), Arc::clone(&shelf), stop()));
        self.attending.spawn(alarms::keep(Arc::clone(&shelf), incidents, stop()));
        self.attending.spawn(alarms::remind(Arc::clone(proxy), shelf, stop()));
        self.attending.spawn(alarms::watch(Arc::clone(proxy), self.readiness.clone(), stop()));
    }

    /// Serves until SIGTERM or SIGINT, then drains. SIGHUP takes the configuration anew.
    pub async fn until_told(mut self) {
        let notice = loop {
            tokio::select! {
                _ = self.signals.terminate.recv() => break NOTICE,
                // Somebody at a terminal waits.
                _ = self.signals.interrupt.recv() => break Duration::ZERO,
                _ = self.signals.hang_up.recv() => {
                    // Told in the log either way.
                    let _ = Arc::clone(&self.reloader).reload().await;
                }
            }
        };
        self.drain(notice).await;
    }

    /// Fails `/readyz` for the time of `notice`, takes no more connections, and lets what is open finish within
    /// `server.drain`, or until somebody at a terminal presses Ctrl-C again.
    pub async fn drain(mut self, notice: Duration) {
        self.readiness.set(false);
        tracing::info!(limit_s = self.settings.server.drain.as_secs(), "draining");
        tokio::time::sleep(notice).await;
        // Nobody listens any more only if everything has ended already.
        let _ = self.stop.send(true);
        let open = &self.proxy.metrics.open;
        let ended = async {
            while self.serving.join_next().await.is_some() {}
            // A forward goes on without its client, and a tunnel without its connection's task.
            while open.get() > 0 {
                tokio::time::sleep(LOOK).await;
            }
        };
        let interrupted = &mut self.signals.interrupt;
        let whole = tokio::select! {
            ended = tokio::time::timeout(self.settings.server.drain, ended) => ended.is_ok(),
            _ = interrupted.recv() => false,
        };
        self.serving.abort_all();
        let _ = self.stop_attending.send(true);
        let ended = async { while self.attending.join_next().await.is_some() {} };
        if tokio::time::timeout(Duration::from_secs(1), ended).await.is_err() {
            self.attending.abort_all();
        }
        self.proxy.alarm.finish().await;
        if let Some(keeper) = self.proxy.keeper.clone() {
            // It writes what waits, and its end.
            let _ = tokio::task::spawn_blocking(move || keeper.journal().stop()).await;
        }
        if let Some(copies) = self.copies.take() {
            copies.finish(LAST).await;
        }
        let _ = std::fs::remove_file(control::path(&self.settings.state.dir));
        tracing::info!(whole, "ended");
    }
}
