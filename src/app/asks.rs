//! What waits for a word, beside the exchanges: opened when somebody first is asked, swept now and then.

use super::shelf::Shelf;
use crate::config::Settings;
use crate::hold::Asks;
use crate::proxy::Proxy;
use crate::proxy::waiting::PATIENCE;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for what has waited too long.
const SWEEP: Duration = Duration::from_secs(60);

/// In the state's folder, and in the store, which is opened when it is needed.
pub(super) fn open(settings: &Settings, shelf: &Arc<Shelf>) -> Asks {
    let shelf = Arc::clone(shelf);
    Asks::new(&settings.state.dir, move |made| {
        let shelf = Arc::clone(&shelf);
        Box::pin(async move {
            match made {
                true => shelf.store().await.cloned().map(Some),
                false => Ok(shelf.store_if_any().await?.cloned()),
            }
        })
    })
}

/// Lets go of what has waited too long.
pub(super) async fn sweep(proxy: Arc<Proxy>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
        let now = jiff::Timestamp::now().as_millisecond();
        if let Err(error) = proxy.waiting.sweep(now, PATIENCE.unsigned_abs()).await {
            tracing::warn!(%error, "what has waited too long for a word cannot be swept");
        }
    }
}
