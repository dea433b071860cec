//! A new configuration for a running process: all of it or nothing.

use super::keys;
use crate::config::{self, Settings};
use crate::proxy::Proxy;
use crate::proxy::listen::Door;
use crate::proxy::sites::Sites;
use crate::proxy::tls::Certificates;
use crate::store::Exception;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Takes a new configuration.
pub(super) struct Reloader {
    config: Option<PathBuf>,
    proxy: Arc<Proxy>,
    certificates: Arc<Certificates>,
    door: Door,
    /// Two reloads at a time would mix.
    one: Mutex<()>,
}

impl Reloader {
    pub(super) fn new(
        config: Option<PathBuf>,
        proxy: Arc<Proxy>,
        certificates: Arc<Certificates>,
        door: Door,
    ) -> Reloader {
        Reloader { config, proxy, certificates, door, one: Mutex::new(()) }
    }

    /// Reads the configuration and swaps it in, without touching a connection. When it has a mistake the old one
    /// stays in force and the mistakes are told, here and in the log.
    pub(super) async fn reload(self: Arc<Self>) -> Result<(), String> {
        let _one = self.one.lock().await;
        let this = Arc::clone(&self);
        let key = self.key();
        let result = tokio::task::spawn_blocking(move || this.swap()).await;
        let result = result.unwrap_or_else(|_| Err("the reload itself failed".to_owned()));
        if let Some(keeper) = &self.proxy.keeper {
            super::journal::reloaded(keeper, self.config.as_deref(), &result);
            if key != self.key() {
                super::journal::other_key(keeper);
            }
        }
        match &result {
            Ok(()) => tracing::info!("the configuration was taken anew"),
            Err(mistakes) => {
                tracing::error!(%mistakes, "the new configuration was refused; the old one stays in force")
            }
        }
        result
    }

    /// Puts other exceptions into force, without touching a connection. When that cannot be, those of before hold, and it is told
    /// in the log.
    pub(super) async fn except(&self, exceptions: Vec<Exception>) {
        let _one = self.one.lock().await;
        let before = self.proxy.sites.load_full();
        let built = tokio::task::spawn_blocking(move || before.excepting(exceptions.into())).await;
        match built {
            Ok(Ok(sites)) => self.proxy.sites.store(Arc::new(sites)),
            Ok(Err(error)) => tracing::error!(%error, "exceptions cannot be put into force or ended"),
            Err(error) => tracing::error!(%error, "exceptions cannot be put into force or ended"),
        }
    }

    /// Tells one newest key from another.
    fn key(&self) -> Vec<u8> {
        self.proxy.sites.load().ring.derived("which key it is")
    }

    fn swap(&self) -> Result<(), String> {
        let Some(config) = &self.config else {
            return Err("this garim was started without a configuration file".to_owned());
        };
        let settings = config::load(config).map_err(|mistakes| mistakes.to_string())?;
        let before = self.proxy.sites.load();
        fixed(&before.settings, &settings)?;
        let certificates = self.certificates.prepare(&settings).map_err(|errors| {
            errors.iter().fold(String::new(), |mut text, error| {
                let _ = writeln!(text, "{error}");
                text
            })
        })?;
        let ring = keys::ring(&settings.state, Some(&before.ring)).map_err(|error| error.to_string())?;
        let opener = super::opener::of(&settings).map_err(|error| error.to_string())?;
        let node = settings.state.node();
        let alarm = self.proxy.alarm.prepare(&settings, &node).map_err(|error| error.to_string())?;
        let sites = Sites::build(Arc::new(settings), ring, Some(&before)).map_err(|error| error.to_string())?;
        self.door.set_limits(sites.settings.limits);
        self.certificates.install(certificates);
        // Before the sites, whose exchanges keep what they find here. Those that still open files for others end with their last.
        self.proxy.opener.store(opener.map(Arc::new));
        self.proxy.sites.store(Arc::new(sites));
        self.proxy.alarm.install(alarm);
        Ok(())
    }
}

/// What a running process cannot change without a restart is refused rather than ignored.
fn fixed(before: &Settings, after: &Settings) -> Result<(), String> {
    let changed = [
        ("server.listen", before.server.listen != after.server.listen),
        ("server.redirect", before.server.redirect != after.server.redirect),
        ("server.redirect_port", before.server.redirect_port != after.server.redirect_port),
        ("server.proxy_protocol", before.server.proxy_protocol != after.server.proxy_protocol),
        ("server.drain", before.server.drain != after.server.drain),
        ("operations.listen", before.operations != after.operations),
        ("state.dir", before.state.dir != after.state.dir),
        ("state.database", before.state.database != after.state.database),
        ("whether a policy has windows", super::holds::has_windows(before) != super::holds::has_windows(after)),
        (
            "whether accounts of a site are known",
            super::accounts::are_known(before) != super::accounts::are_known(after),
        ),
        ("whether there is a gate", super::gate::is_used(before) != super::gate::is_used(after)),
        ("console.listen", before.console.as_ref().map(|it| it.listen) != after.console.as_ref().map(|it| it.listen)),
        ("whether posts are held", before.hold.is_used != after.hold.is_used),
        ("[journal], state.seal_to and state.keep.access", before.state.journal != after.state.journal),
        ("limits.memory_bytes", before.limits.memory_bytes != after.limits.memory_bytes),
        ("limits.spool_bytes", before.limits.spool_bytes != after.limits.spool_bytes),
        ("limits.connections", before.limits.connections != after.limits.connections),
    ];
    let names: Vec<&str> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(format!("a running garim cannot change {}; restart it for that", names.join(", ")))
}
