//! Posts that wait for approval, beside the exchanges: opened at the start, swept now and then.

use super::StartError;
use crate::config::Settings;
use crate::hold::Holds;
use crate::proxy::holding::Holding;
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for what nobody has decided in time.
const SWEEP: Duration = Duration::from_secs(60);

/// Opens the store where a rule holds posts.
pub(super) async fn open(settings: &Settings) -> Result<Option<Holding>, StartError> {
    if !settings.hold.is_used {
        return Ok(None);
    }
    let store = Store::open_or_create(&settings.state.store()?).await?;
    let dir = &settings.state.dir;
    let holds = Holds::new(store, dir).map_err(|error| StartError::State { path: dir.join("holds"), error })?;
    Ok(Some(Holding { holds, settings: Arc::clone(&settings.hold) }))
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
