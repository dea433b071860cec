//! Which sessions of the sites bear whose names, beside the exchanges: loaded at the start, heard of from other nodes, forgotten
//! in time.

use crate::config::Settings;
use crate::proxy::Proxy;
use crate::proxy::identity::Accounts;
use crate::store::{Address, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is asked who has signed in at other nodes.
const HEAR: Duration = Duration::from_secs(1);
/// How often what has expired is forgotten: after so many times of hearing.
const FORGET: u32 = 60;

/// Whether the accounts of any site are known.
pub(super) fn are_known(settings: &Settings) -> bool {
    settings.sites.iter().any(|site| site.naming.is_some())
}

/// Loads what is known from before.
pub(super) async fn load(settings: &Settings, store: &Store) -> Result<Accounts, StoreError> {
    match are_known(settings) {
        true => Accounts::load(store.clone(), jiff::Timestamp::now().as_millisecond()).await,
        false => Ok(Accounts::default()),
    }
}

/// Hears of other nodes, where there can be any, and forgets what has expired.
pub(super) async fn attend(proxy: Arc<Proxy>, settings: Arc<Settings>, mut stop: watch::Receiver<bool>) {
    let shared = matches!(settings.state.store(), Ok(Address::Server(_)));
    let mut since = proxy.site_accounts.known_until(jiff::Timestamp::now().as_millisecond());
    let (mut rounds, mut heard) = (0_u32, true);
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(HEAR) => {}
        }
        let now = jiff::Timestamp::now().as_millisecond();
        if shared {
            let hears = proxy.site_accounts.hear(since, now).await;
            if let Err(error) = &hears
                && heard
            {
                tracing::warn!(%error, "it cannot be asked who has signed in at other nodes");
            }
            heard = hears.is_ok();
            since = hears.unwrap_or(since);
        }
        rounds = rounds.wrapping_add(1);
        if rounds.is_multiple_of(FORGET)
            && let Err(error) = proxy.site_accounts.forget(now).await
        {
            tracing::warn!(%error, "who has signed in long ago cannot be forgotten");
        }
    }
}
