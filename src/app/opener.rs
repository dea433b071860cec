//! The workers that open files, as the settings want them.

use crate::alert::{Alert, AlertEvent, Severity};
use crate::body::Opener;
use crate::config::{self, Settings};
use crate::proxy::Proxy;
use crate::sandbox::{self, OwnPattern, Start};
use std::time::Duration;

/// A worker is replaced after so many files.
const JOBS: u32 = 500;

/// Who opens files; `None` if nobody is to.
///
/// # Errors
/// When the operator's own detectors are too many to be told a worker.
pub(super) fn of(settings: &Settings) -> Result<Option<Opener>, sandbox::protocol::Broken> {
    let documents = &settings.documents;
    if documents.workers == 0 {
        return Ok(None);
    }
    let mut hosts: Vec<String> = settings.sites.iter().flat_map(|site| site.hosts.iter().cloned()).collect();
    hosts.dedup();
    let patterns = settings.detectors.iter().flat_map(|detectors| &detectors.patterns).map(|pattern| {
        let (own, regex, context, confidence) = pattern.parts();
        OwnPattern { own, pattern: regex.to_owned(), context: context.to_vec(), confidence }
    });
    let start = Start { today: config::today(), hosts, patterns: patterns.collect() };
    let settings = sandbox::Settings {
        program: documents.program.clone(),
        workers: documents.workers,
        memory: documents.worker_memory,
        soft: documents.soft_timeout,
        // A worker that tells what it has by itself must have the time to.
        hard: documents.hard_timeout.max(documents.soft_timeout.saturating_add(Duration::from_secs(1))),
        jobs_per_worker: JOBS,
        start,
    };
    Opener::new(settings, documents.limits, documents.file_bytes).map(Some)
}

/// Starts a first worker, and says what holds it; or that there is none.
pub(super) async fn announce(proxy: &Proxy) {
    let Some(opener) = proxy.opener.load_full() else {
        tracing::info!("documents.workers is 0: files are not opened, and are uninspectable:binary");
        return;
    };
    match opener.pool.try_out().await {
        Ok(held) => tracing::info!(
            memory = held.memory,
            resources = held.resources,
            no_new_privileges = held.no_new_privileges,
            landlock = ?held.landlock,
            system_calls = held.system_calls,
            "files are opened in processes of their own"
        ),
        Err(error) => {
            tracing::error!(%error, "no process can be started to open files: every file is uninspectable:worker-died");
            let detail = format!("none can be started: {error} / 띄울 수 없습니다");
            let alert = Alert::new(AlertEvent::Worker, jiff::Timestamp::now());
            proxy.alarm.tell(Alert { severity: Severity::Critical, detail: Some(detail), ..alert });
        }
    }
}
