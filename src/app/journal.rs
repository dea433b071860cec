//! The audit journal of a running process: opened at its start, pruned once a day, closed at its end.

use super::StartError;
use crate::alert::{Copies, CopyTasks};
use crate::audit::{Event, Journal, JournalError, Options, SealHook, kind};
use crate::config::Settings;
use crate::proxy::keeping::Keeper;
use crate::seal::Ring;
use aws_lc_rs::digest::{SHA256, digest};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The end that the root secret of the journal is derived for.
pub(crate) const END: &str = "audit journal";

/// How often it is looked for segments that are older than they are to be kept.
const DAY: Duration = Duration::from_secs(86_400);

/// Opens the journal in the state's folder, and what carries copies of its seals, if any.
pub(super) async fn open(
    settings: &Settings,
    ring: &Ring,
    config: Option<&Path>,
) -> Result<(Option<Keeper>, Option<CopyTasks>), StartError> {
    let wanted = &settings.state.journal;
    let mut options = Options::new(folder(&settings.state.dir), settings.state.node());
    options.root = settings.state.key_file.is_some().then(|| ring.derived(END));
    options.seal_to.clone_from(&wanted.seal_to);
    options.fsync = wanted.fsync;
    options.about = vec![("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned())];
    options.about.extend(config.and_then(fingerprint).map(|hash| ("config".to_owned(), hash)));
    let (copies, tasks) = Copies::start(&settings.alert, &wanted.copies, &settings.state.node())?.unzip();
    options.copies = copies.map(|copies| -> SealHook { Arc::new(move |seal| copies.give(seal)) });
    let refuses = wanted.refuses;
    let opened = tokio::task::spawn_blocking(move || Journal::open(options)).await;
    let journal = opened.unwrap_or(Err(JournalError::Stopped))?;
    Ok((Some(Keeper::new(Arc::new(journal), refuses)), tasks))
}

/// Where it lies.
pub(crate) fn folder(state: &Path) -> std::path::PathBuf {
    state.join("journal")
}

/// The configuration as it is written, as a hash: what decided can be told from what decides now.
fn fingerprint(config: &Path) -> Option<String> {
    let text = std::fs::read(config).ok()?;
    Some(digest(&SHA256, &text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Records that another configuration is in force, or that one was refused.
pub(super) fn reloaded(keeper: &Keeper, config: Option<&Path>, outcome: &Result<(), String>) {
    let verdict = if outcome.is_ok() { "taken" } else { "refused" };
    let mut event = Event::new(kind::POLICY);
    event.verdict = Some(verdict.to_owned());
    if let Some(hash) = config.and_then(fingerprint) {
        event = event.with("config", hash);
    }
    if let Err(error) = keeper.journal().append_with(&event, |_| {}) {
        tracing::error!(%error, "the audit journal takes no record");
    }
}

/// Records that seals and hashes are made with another key from here on.
pub(super) fn other_key(keeper: &Keeper) {
    let event = Event { verdict: Some("taken".to_owned()), ..Event::new(kind::KEY) };
    if let Err(error) = keeper.journal().append_with(&event, |_| {}) {
        tracing::error!(%error, "the audit journal takes no record");
    }
}

/// Records what a command did.
pub(super) async fn told(keeper: Option<Arc<Keeper>>, event: Event) -> Result<(), String> {
    let keeper = keeper.ok_or("this garim keeps no journal / 감사 기록을 쓰지 않는 garim입니다")?;
    let ticket = keeper.journal().append(&event).map_err(|error| error.to_string())?;
    let written = tokio::task::spawn_blocking(move || ticket.wait()).await;
    written.map_err(|error| error.to_string())?.map(drop).map_err(|error| error.to_string())
}

/// Removes what has been kept long enough, once a day.
pub(super) async fn prune(keeper: Arc<Keeper>, keep: Duration, mut stop: watch::Receiver<bool>) {
    loop {
        let before =
            jiff::Timestamp::now().as_millisecond().saturating_sub(i64::try_from(keep.as_millis()).unwrap_or(i64::MAX));
        let journal = Arc::clone(keeper.journal());
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || journal.prune(before)).await {
            tracing::error!(%error, "old segments of the audit journal cannot be removed");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(DAY) => {}
        }
    }
}
