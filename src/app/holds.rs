//! Posts that wait for approval, beside the exchanges: opened at the start, swept now and then.

use super::StartError;
use crate::app::operations::Readiness;
use crate::audit::{Event, kind};
use crate::config::Settings;
use crate::hold::{Ended, Holds};
use crate::proxy::Proxy;
use crate::proxy::holding::Holding;
use crate::proxy::keeping::Keeper;
use crate::proxy::windows::Totals;
use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for what nobody has decided in time.
const SWEEP: Duration = Duration::from_secs(60);

/// How often a database that is shared is asked whether it is there.
const LOOK: Duration = Duration::from_secs(2);

/// Where a node counts while that is away, in the state's folder.
const STANDBY: &str = "standby.db";

/// Looks after a database that is shared: says when it is away, and brings over what was counted meanwhile.
pub(super) async fn watch(store: Store, readiness: Readiness, mut stop: watch::Receiver<bool>) {
    let mut was_away = false;
    loop {
        let said = store.catch_up().await;
        match &said {
            Ok(0) if !was_away => {}
            Ok(rows) => tracing::info!(rows, "the store is there; what was counted meanwhile is in it"),
            Err(error) if !was_away => {
                tracing::error!(%error, "the store is away: this node goes on and counts for itself");
            }
            Err(_) => {}
        }
        was_away = said.is_err();
        let line = |error: StoreError| error.to_string().lines().next().unwrap_or_default().to_owned();
        readiness.remark("store", said.err().map(line));
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Opens the store where a rule holds posts, or a policy has windows.
pub(super) async fn open(settings: &Settings) -> Result<(Option<Holding>, Option<Totals>), StartError> {
    if !settings.hold.is_used && !has_windows(settings) {
        return Ok((None, None));
    }
    let store = Store::open_with_standby(&settings.state.store()?, &settings.state.dir.join(STANDBY)).await?;
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

/// Tells of a post that will not be sent any more, in the log and in the journal.
fn tell(ended: Ended, keeper: Option<&Keeper>) {
    let verdict = if ended.refused.is_some() { "refused" } else { "expired" };
    tracing::info!(id = %ended.id, verdict, "a post that waited for approval is destroyed");
    let Some(keeper) = keeper else { return };
    let mut event = Event::new(kind::APPROVAL).with("hold", ended.id);
    (event.site, event.account, event.verdict) = (ended.site, ended.refused, Some(verdict.to_owned()));
    if let Err(error) = keeper.journal().append_with(&event, |_| {}) {
        tracing::error!(%error, "the audit journal takes no record");
    }
}

/// Ends what nobody has decided in time, and destroys what is not needed any more.
pub(super) async fn sweep(holding: Holding, keeper: Option<Arc<Keeper>>, mut stop: watch::Receiver<bool>) {
    loop {
        match holding.holds.sweep(jiff::Timestamp::now().as_millisecond()).await {
            Ok(ended) => ended.into_iter().for_each(|one| tell(one, keeper.as_deref())),
            Err(error) => tracing::error!(%error, "posts that wait for approval cannot be swept"),
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
