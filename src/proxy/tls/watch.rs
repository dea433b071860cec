//! Certificate files that change are picked up without a restart.

use super::Certificates;
use super::table::Tried;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch::Receiver;

/// Looks at every certificate file each `interval` until `shutdown` turns true (or its sender is gone). Looking, not
/// waiting for events: inotify does not see a symbolic link further up being pointed elsewhere. Changed files are read
/// and the map is swapped whole; a file that cannot be used leaves its old certificate in use and is logged, once.
pub async fn watch(certificates: Arc<Certificates>, interval: Duration, mut shutdown: Receiver<bool>) {
    let mut tried = Tried::default();
    loop {
        tokio::select! {
            _ = shutdown.wait_for(|down| *down) => return,
            () = tokio::time::sleep(interval) => {}
        }
        let look = Arc::clone(&certificates);
        let looked = tokio::task::spawn_blocking(move || {
            let used = look.table();
            let (fresh, errors) = used.refresh(&mut tried);
            // A reload may have put another map in use meanwhile; it has read the files itself.
            let swapped = fresh.is_some_and(|table| look.replace(&used, table));
            (tried, swapped, errors)
        });
        let Ok((back, swapped, errors)) = looked.await else {
            return tracing::error!("certificate files are watched no longer: the watch broke off");
        };
        tried = back;
        for error in errors {
            tracing::error!(%error, "a changed certificate cannot be used; the one before stays in use");
        }
        if swapped {
            tracing::info!(names = certificates.names(), "changed certificates are in use");
        }
    }
}
