//! One task that gathers alerts, and one for each way that sends messages and tries again.

use super::ways::Way;
use super::{Alert, AlertError, Gather, Message, SendError};
use crate::config::alert::AlertEvent;
use crate::config::{AlertSettings, Contact, Settings};
use jiff::Timestamp;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::JoinHandle;

/// Alerts that wait to be gathered.
const QUEUE: usize = 256;
/// Messages that wait for one way.
const WAITING: usize = 32;
/// Between two attempts: at first, and at the most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The way of [`Told`] for what had no room before it came to any.
pub const QUEUED: &str = "queue";

/// What became of one message on one way.
#[derive(Debug)]
pub struct Told {
    /// The key of the way in `[alert]`, or [`QUEUED`].
    pub way: &'static str,
    /// Where it leads: scheme, host and port.
    pub to: String,
    /// What happened.
    pub event: AlertEvent,
    /// The id of the exchange, or the first one's.
    pub reference: Option<String>,
    /// Whether it arrived; by UDP, whether it was sent.
    pub result: Result<(), SendError>,
}

type Hear = Arc<dyn Fn(&Told) + Send + Sync>;

/// Where alerts are handed in. Cheap to clone. When the last clone is gone, what waits is sent and the tasks end.
#[derive(Clone)]
pub struct Alerts {
    sender: Option<mpsc::Sender<Alert>>,
    on: Arc<[AlertEvent]>,
    lost: Arc<AtomicU64>,
    heard: Hear,
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alerts").field("on", &self.on).finish_non_exhaustive()
    }
}

/// The tasks behind [`Alerts`].
#[derive(Debug)]
pub struct Tasks(Option<JoinHandle<()>>);

impl Tasks {
    /// Waits until all is told, for so long at most. Every clone of [`Alerts`] has to be gone.
    pub async fn finish(self, within: Duration) {
        let Some(mut task) = self.0 else { return };
        if tokio::time::timeout(within, &mut task).await.is_err() {
            // The tasks of the ways go with it.
            task.abort();
            tracing::warn!("alerts were left untold at the end");
        }
    }
}

impl Alerts {
    /// Nobody is told anything.
    pub fn none() -> Alerts {
        Alerts { sender: None, on: Arc::default(), lost: Arc::default(), heard: Arc::new(|_| {}) }
    }

    /// Starts the tasks; in a tokio runtime. `node` is the name of this garim; `heard` is called with what became of each
    /// message on each way (it must not block). Blocking: reads the files of `ca` and of the password.
    ///
    /// # Errors
    /// When a file cannot be read or used.
    pub fn start(
        settings: &Settings,
        node: &str,
        heard: impl Fn(&Told) + Send + Sync + 'static,
    ) -> Result<(Alerts, Tasks), AlertError> {
        let contacts = settings.sites.iter().map(|site| (site.name.clone(), site.pages.contact.clone())).collect();
        Alerts::start_with(&settings.alert, contacts, node, Arc::new(heard))
    }

    pub(super) fn start_with(
        settings: &AlertSettings,
        contacts: HashMap<String, Contact>,
        node: &str,
        heard: Hear,
    ) -> Result<(Alerts, Tasks), AlertError> {
        let ways = Way::all(settings, node)?;
        if ways.is_empty() {
            return Ok((Alerts::none(), Tasks(None)));
        }
        let (sender, alerts) = mpsc::channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let outlets = ways.into_iter().map(|way| Outlet::open(way, settings, &heard)).collect();
        let gather = Gather::new(settings, node, contacts);
        let task = tokio::spawn(gathered(gather, alerts, Arc::clone(&lost), outlets, Arc::clone(&heard)));
        Ok((Alerts { sender: Some(sender), on: settings.on.as_slice().into(), lost, heard }, Tasks(Some(task))))
    }

    /// Whether anybody is told about such an event: what is asked before an alert is put together.
    pub fn wants(&self, event: AlertEvent) -> bool {
        self.sender.is_some() && (event == AlertEvent::Test || self.on.contains(&event))
    }

    /// Hands in an alert; never waits and never fails. What has no room is counted, and told with the next message.
    pub fn send(&self, alert: Alert) {
        let Some(sender) = self.sender.as_ref().filter(|_| self.wants(alert.event)) else { return };
        if let Err(TrySendError::Full(alert)) = sender.try_send(alert.bounded()) {
            self.lost.fetch_add(1, Ordering::Relaxed);
            (self.heard)(&Told::full(QUEUED, String::new(), &alert));
        }
    }
}

impl Told {
    /// What had no room.
    fn full(way: &'static str, to: String, alert: &Alert) -> Told {
        Told { way, to, event: alert.event, reference: alert.reference.clone(), result: Err(SendError::Full) }
    }
}

/// Gathers until every sender is gone, then gives away what is left and waits for the ways.
async fn gathered(
    mut gather: Gather,
    mut alerts: mpsc::Receiver<Alert>,
    lost: Arc<AtomicU64>,
    mut outlets: Vec<Outlet>,
    heard: Hear,
) {
    loop {
        let next = gather.next(Instant::now());
        let pause = async {
            match next {
                Some(next) => tokio::time::sleep_until(next.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            alert = alerts.recv() => match alert {
                Some(alert) => {
                    let full = Told::full(QUEUED, String::new(), &alert);
                    if !gather.add(alert, Instant::now()) {
                        heard(&full);
                    }
                }
                None => break,
            },
            () = pause => {}
        }
        gather.lost(lost.swap(0, Ordering::Relaxed));
        give(&mut outlets, gather.take(Instant::now()));
    }
    gather.lost(lost.swap(0, Ordering::Relaxed));
    give(&mut outlets, gather.rest());
    for outlet in &mut outlets {
        outlet.queue = None;
    }
    for mut outlet in outlets {
        let _ = (&mut outlet.task).await;
    }
}

fn give(outlets: &mut [Outlet], messages: Vec<Message>) {
    for message in messages {
        let message = Arc::new(message);
        for outlet in outlets.iter_mut() {
            outlet.give(&message);
        }
    }
}

/// A way with its queue.
struct Outlet {
    name: &'static str,
    to: String,
    heard: Hear,
    queue: Option<mpsc::Sender<Arc<Message>>>,
    /// Alerts that did not arrive on this way since the last message that did.
    lost: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Outlet {
    fn open(way: Way, settings: &AlertSettings, heard: &Hear) -> Outlet {
        let (queue, messages) = mpsc::channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let (timeout, retry_for) = (settings.timeout, settings.retry_for);
        let (name, to) = (way.name(), way.to());
        let sending = Sending { way, timeout, retry_for, lost: Arc::clone(&lost), heard: Arc::clone(heard) };
        let (heard, task) = (Arc::clone(heard), tokio::spawn(sending.run(messages)));
        Outlet { name, to, heard, queue: Some(queue), lost, task }
    }

    fn give(&mut self, message: &Arc<Message>) {
        let Some(queue) = &self.queue else { return };
        if queue.try_send(Arc::clone(message)).is_err() {
            self.lost.fetch_add(stands_for(message), Ordering::Relaxed);
            (self.heard)(&Told::full(self.name, self.to.clone(), &message.alert));
        }
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        // With the task that gathers, so that nothing goes on behind the end of the process's work.
        self.task.abort();
    }
}

fn stands_for(message: &Message) -> u64 {
    message.times.saturating_add(message.untold)
}

/// The task of one way.
struct Sending {
    way: Way,
    timeout: Duration,
    retry_for: Duration,
    lost: Arc<AtomicU64>,
    heard: Hear,
}

impl Sending {
    async fn run(self, mut messages: mpsc::Receiver<Arc<Message>>) {
        while let Some(message) = messages.recv().await {
            let lost = self.lost.swap(0, Ordering::Relaxed);
            let mut own = Message::clone(&message);
            own.untold = own.untold.saturating_add(lost);
            let result = self.tried(&own, &messages).await;
            if result.is_err() {
                self.lost.fetch_add(stands_for(&own), Ordering::Relaxed);
            }
            self.tell(&own, result);
        }
    }

    /// Tries again until it arrives, is refused for good, or its time is over; at the end of the process, once.
    async fn tried(&self, message: &Message, messages: &mpsc::Receiver<Arc<Message>>) -> Result<(), SendError> {
        let began = Instant::now();
        let mut pause = PAUSES.0;
        loop {
            let result = self.way.send(message, self.timeout).await;
            let Err(error) = &result else { return result };
            let over = began.elapsed().saturating_add(pause) > self.retry_for;
            if error.is_final() || over || messages.is_closed() {
                return result;
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(PAUSES.1);
        }
    }

    fn tell(&self, message: &Message, result: Result<(), SendError>) {
        let (way, to) = (self.way.name(), self.way.to());
        if let Err(error) = &result {
            tracing::error!(way, to, event = message.alert.event.name(), %error, "an alert did not arrive");
        }
        let (event, reference) = (message.alert.event, message.alert.reference.clone());
        (self.heard)(&Told { way, to, event, reference, result });
    }
}

/// Whether every way can be made ready, without sending anything: for `garim check`, and before a reload. Blocking: reads files.
///
/// # Errors
/// As [`Alerts::start`].
pub fn checked(settings: &AlertSettings) -> Result<(), AlertError> {
    Way::all(settings, "").map(drop)
}

/// Sends a test message on every way at once, and tells what came of each; empty if there is no way. No second attempt.
///
/// # Errors
/// As [`Alerts::start`].
pub async fn tested(settings: &AlertSettings, node: &str, when: Timestamp) -> Result<Vec<Told>, AlertError> {
    let ways = Way::all(settings, node)?;
    let message =
        Arc::new(Message::new(Alert::new(AlertEvent::Test, when), &settings.breach, node, Contact::default()));
    let timeout = settings.timeout;
    let tests = ways.into_iter().map(|way| {
        let message = Arc::clone(&message);
        tokio::spawn(async move {
            let result = way.send(&message, timeout).await;
            Told { way: way.name(), to: way.to(), event: AlertEvent::Test, reference: None, result }
        })
    });
    let tests: Vec<JoinHandle<Told>> = tests.collect();
    let mut told = Vec::new();
    for test in tests {
        told.extend(test.await);
    }
    Ok(told)
}
