//! Posts that wait for approval, beside the exchanges: opened at the start, swept now and then.

use super::StartError;
use crate::config::Settings;
use crate::hold::Holds;
use crate::proxy::Proxy;
use crate::proxy::holding::Holding;
use crate::proxy::windows::Totals;
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for what nobody has decided in time.
const SWEEP: Duration = Duration::from_secs(60);

/// Opens the store where a rule holds posts, or a policy has windows.
pub(super) async fn open(settings: &Settings) -> Result<(Option<Holding>, Option<Totals>), StartError> {
    if !settings.hold.is_used && !has_windows(settings) {
        return Ok((None, None));
    }
    let store = Store::open_or_create(&settings.state.store()?).await?;
    let totals = has_windows(settings).then(|| Totals(store.clone()));
    if !settings.hold.is_used {
        return Ok((None, totals));
    }
    let dir = &settings.state.dir;
    if settings.state.key_file.is_none() {
        tracing::warn!(
            "no state.key_file: what is held cannot be opened after a restart; garim key new FILE makes one"
        );
    }
    let holds = Holds::new(store, dir).map_err(|error| StartError::State { path: dir.join("holds"), error })?;
    Ok((Some(Holding { holds, settings: Arc::clone(&settings.hold) }), totals))
}

/// Whether any policy that is used has windows.
pub(super) fn has_windows(settings: &Settings) -> bool {
    settings.sites.iter().any(|site| !site.windows.is_empty())
}

/// Forgets what no window looks back to any more.
pub(super) async fn forget(proxy: Arc<Proxy>, mut stop: watch::Receiver<bool>) {
    let Some(totals) = proxy.totals.clone() else { return };
    loop {
        let sites = proxy.sites.load_full();
        let windows = sites.settings.sites.iter().flat_map(|site| site.windows.iter());
        if let Err(error) = totals.forget(windows, jiff::Timestamp::now().as_millisecond()).await {
            tracing::warn!(%error, "old totals cannot be forgotten");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// Ends what nobody has decided in time, and destroys what is not needed any more.
pub(super) async fn sweep(holding: Holding, mut stop: watch::Receiver<bool>) {
    loop {
        match holding.holds.sweep(jiff::Timestamp::now().as_millisecond()).await {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "posts that waited for approval have expired"),
            Err(error) => tracing::error!(%error, "posts that wait for approval cannot be swept"),
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
