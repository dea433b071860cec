//! garim's own login, beside the exchanges: its store is opened at the start, and swept now and then.

use super::StartError;
use super::shelf::Shelf;
use crate::config::Settings;
use crate::proxy::Proxy;
use crate::proxy::login::Accounts;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for sessions that have ended by themselves.
const SWEEP: Duration = Duration::from_secs(60);

/// Whether anybody can sign in: there is a gate, or the console.
pub(super) fn is_used(settings: &Settings) -> bool {
    !settings.gates.is_empty() || settings.console.is_some()
}

/// Opens the store of the accounts where somebody can sign in. While a shared database is away nobody can, and who has signed in is
/// told so: an account may have been disabled, and failures are counted by all nodes together.
pub(super) async fn open(settings: &Settings, shelf: &Shelf) -> Result<Option<Accounts>, StartError> {
    if !is_used(settings) {
        return Ok(None);
    }
    let store = shelf.store().await?.clone();
    match store.accounts().await {
        Ok(accounts) if accounts.is_empty() => tracing::warn!(
            "there is a [gate] or [console] and no account: nobody can sign in; garim user add NAME makes one"
        ),
        Ok(_) => {}
        Err(error) if error.is_passing() => {
            tracing::error!(%error, "the store of the accounts is away: nobody can sign in until it is back");
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Some(Accounts::new(store)))
}

/// Forgets what has ended.
pub(super) async fn sweep(proxy: Arc<Proxy>, mut stop: watch::Receiver<bool>) {
    let Some(accounts) = &proxy.accounts else { return };
    loop {
        let sites = proxy.sites.load_full();
        if let Err(error) = accounts.sweep(&sites.settings, jiff::Timestamp::now().as_millisecond()).await {
            tracing::warn!(%error, "sessions that have ended cannot be forgotten");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
