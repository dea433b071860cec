//! Copies of the journal's seals, as they are made: by syslog and to a webhook, beside the file in the second place. Whoever has
//! one can tell that a journal was cut or written anew, so each goes out by itself, neither gathered nor within a rate.

use super::line::plain;
use super::ways::{AlertError, Way};
use super::words;
use crate::config::AlertSettings;
use crate::config::alert::CopyTo;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Seals that wait for one way: at one a minute, four hours of a collector that is away.
const WAITING: usize = 256;
/// Between two attempts: at first, and at the most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// After so long the next one is tried: seals hold the hash of the one before, so one that is missing is seen.
const RETRY_FOR: Duration = Duration::from_secs(3_600);

/// Where seals are handed in. When the last clone is gone, what waits is tried once and the tasks end.
#[derive(Debug, Clone)]
pub struct Copies(Arc<[(mpsc::Sender<String>, &'static str)]>);

/// The tasks behind [`Copies`].
#[derive(Debug)]
pub struct CopyTasks(Vec<JoinHandle<()>>);

impl Copies {
    /// Starts a task for each way; in a tokio runtime. `None` where no copy is wanted. Blocking: reads files.
    ///
    /// # Errors
    /// When a file cannot be read or used.
    pub fn start(
        settings: &AlertSettings,
        to: &[CopyTo],
        node: &str,
    ) -> Result<Option<(Copies, CopyTasks)>, AlertError> {
        let wanted = |way: &Way| to.iter().any(|to| to.name() == way.name());
        let ways: Vec<Way> = Way::all(settings, node)?.into_iter().filter(wanted).collect();
        if ways.is_empty() {
            return Ok(None);
        }
        let (mut queues, mut tasks) = (Vec::new(), Vec::new());
        for way in ways {
            let (queue, seals) = mpsc::channel(WAITING);
            queues.push((queue, way.name()));
            tasks.push(tokio::spawn(carried(way, node.to_owned(), settings.timeout, seals)));
        }
        Ok(Some((Copies(queues.into()), CopyTasks(tasks))))
    }

    /// Hands in a seal, a line of JSON. Never waits: one that finds no room is told in the log.
    pub fn give(&self, seal: &str) {
        for (queue, way) in self.0.iter() {
            if queue.try_send(seal.trim_end().to_owned()).is_err() {
                tracing::error!(way, "a copy of a seal of the audit journal has no room; the file of seals has it");
            }
        }
    }
}

impl CopyTasks {
    /// Waits until all is carried, for so long at most. Every clone of [`Copies`] has to be gone.
    pub async fn finish(self, within: Duration) {
        let end = Instant::now() + within;
        for mut task in self.0 {
            if tokio::time::timeout_at(end.into(), &mut task).await.is_err() {
                task.abort();
                tracing::error!(
                    "copies of seals of the audit journal did not arrive before the end; the file of seals has them"
                );
            }
        }
    }
}

async fn carried(way: Way, node: String, timeout: Duration, mut seals: mpsc::Receiver<String>) {
    while let Some(seal) = seals.recv().await {
        let (began, mut pause) = (Instant::now(), PAUSES.0);
        let now = words::rfc3339(Timestamp::now());
        // As a text, so that whoever keeps it keeps every letter: its signature is over these.
        let json = serde_json::json!({"event": "seal", "node": &node, "seal": &seal}).to_string();
        let line = plain(&node, &now, "seal", &seal);
        loop {
            let Err(error) = way.send_text(&line, &json, timeout).await else { break };
            let last = error.is_final() || seals.is_closed() || began.elapsed().saturating_add(pause) > RETRY_FOR;
            if last {
                tracing::error!(way = way.name(), to = way.to(), %error, "a copy of a seal did not arrive");
                break;
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(PAUSES.1);
        }
    }
}
