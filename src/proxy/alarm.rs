//! Who is told of what happens. An exchange hands it in and goes on at once: nothing here waits, and what has no room is
//! counted in the metrics. The same is not told again and again.

use super::metrics::Metrics;
use super::windows::Over;
use crate::alert::{Alert, AlertError, AlertEvent, Alerts, Breach, SendError, Tasks, Told, incident};
use crate::config::alert::{Often, Thresholds};
use crate::config::{Beyond, Per, Settings, Window};
use crate::store::Incident;
use crate::vocab::{Direction, Kind};
use arc_swap::ArcSwap;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// So many things that were told are remembered, so that they are not told again.
const REMEMBERED: usize = 10_000;
/// So many incidents wait for the store.
const INCIDENTS: usize = 256;
/// What went through the same way within so long is one incident.
const SAME: Duration = Duration::from_secs(3_600);
/// How long the last messages have at the end of the process.
const LAST: Duration = Duration::from_secs(2);

/// Who is told of what happens; swapped by a reload.
pub struct Alarm {
    told: ArcSwap<Ready>,
    metrics: Arc<Metrics>,
    lately: Mutex<Lately>,
    hasher: RandomState,
    incidents: mpsc::Sender<Incident>,
}

/// The ways of one configuration, made ready.
pub struct Ready {
    alerts: Alerts,
    tasks: Mutex<Option<Tasks>>,
    is_any: bool,
    blocked: Often,
    thresholds: Thresholds,
}

/// When something was refused, and how many of each kind.
type Refused = (Instant, BTreeMap<Kind, u64>);

/// What happened lately.
#[derive(Default)]
struct Lately {
    /// What was told, and until when it is not told again.
    told: HashMap<u64, Instant>,
    /// What was refused, by site.
    refused: HashMap<String, VecDeque<Refused>>,
}

/// Personal data that went through.
pub(super) struct Leak {
    /// What is told of it.
    pub alert: Alert,
    /// Posted or shown.
    pub direction: Direction,
    /// To or by whom.
    pub client: IpAddr,
    /// What the policy said.
    pub verdict: &'static str,
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("is_any", &self.is_any()).finish_non_exhaustive()
    }
}

impl Alarm {
    /// Nobody is told yet. What comes out of the other end is to be kept in the store.
    pub fn new(metrics: Arc<Metrics>) -> (Alarm, mpsc::Receiver<Incident>) {
        let (incidents, kept) = mpsc::channel(INCIDENTS);
        let nobody = Ready {
            alerts: Alerts::none(),
            tasks: Mutex::default(),
            is_any: false,
            blocked: Often { count: 1, per: Duration::ZERO },
            thresholds: Thresholds::default(),
        };
        let (told, hasher) = (ArcSwap::from_pointee(nobody), RandomState::new());
        (Alarm { told, metrics, lately: Mutex::default(), hasher, incidents }, kept)
    }

    /// Makes the ways of a configuration ready; in a tokio runtime. Blocking: reads files. Dropped it is as if it never was.
    ///
    /// # Errors
    /// When a file cannot be read or used.
    pub fn prepare(&self, settings: &Settings, node: &str) -> Result<Ready, AlertError> {
        let metrics = Arc::clone(&self.metrics);
        let heard = move |told: &Told| {
            let result = match &told.result {
                Ok(()) => "arrived",
                Err(SendError::Full) => "dropped",
                Err(_) => "failed",
            };
            metrics.alert(told.way, told.event.name(), result);
        };
        let (alerts, tasks) = Alerts::start(settings, node, heard)?;
        let (tasks, is_any) = (Mutex::new(Some(tasks)), settings.alert.is_any());
        Ok(Ready { alerts, tasks, is_any, blocked: settings.alert.blocked, thresholds: settings.alert.breach })
    }

    /// From here on these are told. What waits for those before is still sent, once.
    pub fn install(&self, ready: Ready) {
        self.told.store(Arc::new(ready));
    }

    /// Sends what waits, once, and ends.
    pub async fn finish(&self) {
        let nobody = Alarm::new(Arc::clone(&self.metrics)).0.told.into_inner();
        let last = self.told.swap(nobody);
        let tasks = last.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(last);
        if let Some(tasks) = tasks {
            tasks.finish(LAST).await;
        }
    }

    /// Whether anybody is told of anything.
    pub fn is_any(&self) -> bool {
        self.told.load().is_any
    }

    /// Whether anybody is told of this.
    pub fn wants(&self, event: AlertEvent) -> bool {
        self.told.load().alerts.wants(event)
    }

    /// Tells of it.
    pub fn tell(&self, alert: Alert) {
        self.told.load().alerts.send(alert);
    }

    /// Tells of what went through, if it reaches a threshold; then it is an incident, too, and its clock runs.
    pub(super) fn leaked(&self, leak: Leak) {
        let told = self.told.load();
        if !told.alerts.wants(AlertEvent::Leaked) || Breach::of(&leak.alert.counts, &told.thresholds).is_none() {
            return;
        }
        let same = (&leak.alert.site, leak.direction.name(), leak.alert.places.first(), &leak.alert.rule);
        if self.is_new(same, SAME) {
            self.keep(&leak);
        }
        told.alerts.send(leak.alert);
    }

    /// Has the store keep it.
    fn keep(&self, leak: &Leak) {
        let Leak { alert, direction, client, verdict } = leak;
        if self.incidents.try_send(incident::kept(alert, *direction, *client, verdict)).is_err() {
            tracing::error!(id = alert.reference, "an incident has no room, and stands in the journal only");
            self.metrics.alert("store", alert.event.name(), "dropped");
        }
    }

    /// Counts what was refused, and tells when it is much within a time.
    pub(super) fn blocked(&self, mut alert: Alert) {
        let told = self.told.load();
        if !told.alerts.wants(AlertEvent::Blocked) {
            return;
        }
        let (now, Often { count, per }) = (Instant::now(), told.blocked);
        let mut lately = self.lately();
        let refused = lately.refused.entry(alert.site.clone().unwrap_or_default()).or_default();
        refused.push_back((now, std::mem::take(&mut alert.counts.kinds)));
        while refused.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > per) || refused.len() > count {
            refused.pop_front();
        }
        if refused.len() < count {
            return;
        }
        for (kind, count) in refused.drain(..).flat_map(|(_, kinds)| kinds) {
            let sum = alert.counts.kinds.entry(kind).or_default();
            *sum = sum.saturating_add(count);
        }
        drop(lately);
        let within = time(per);
        alert.detail = Some(format!("{count} refused within {within} / {within} 동안 {count}번 막았습니다"));
        told.alerts.send(alert);
    }

    /// Tells of windows beyond their limits, of each once within its time. `refused` is whether the answer does not go out. What
    /// was shown before may be an incident.
    pub(super) fn beyond(&self, alert: &Alert, client: IpAddr, over: &[Over], refused: bool) {
        let told = self.told.load();
        let over = over.iter().filter(|over| over.window.action != Beyond::Log);
        for over in over.filter(|_| told.alerts.wants(AlertEvent::Window)) {
            if self.is_new((&over.window.key, &over.key), over.window.within) {
                let alert = beyond(alert.clone(), over, refused);
                if Breach::of(&alert.counts, &told.thresholds).is_some() {
                    let verdict = if refused { "block" } else { "log" };
                    self.keep(&Leak { alert: alert.clone(), direction: Direction::Download, client, verdict });
                }
                told.alerts.send(alert);
            }
        }
    }

    /// Whether this was not told within so long; it counts as told then.
    fn is_new(&self, what: impl Hash, within: Duration) -> bool {
        let (what, now) = (self.hasher.hash_one(what), Instant::now());
        let mut lately = self.lately();
        if lately.told.get(&what).is_some_and(|until| *until > now) {
            return false;
        }
        if lately.told.len() >= REMEMBERED {
            lately.told.retain(|_, until| *until > now);
        }
        // Where there is no room it is rather told again.
        if lately.told.len() < REMEMBERED {
            lately.told.insert(what, now.checked_add(within).unwrap_or(now));
        }
        true
    }

    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is told of one: only what the answer at hand shows, if it goes out, and the total.
fn beyond(mut alert: Alert, over: &Over, refused: bool) -> Alert {
    let Over { window, values, bytes, .. } = over;
    let (of, whose) = match window.per {
        Per::Address => ("address", "주소"),
        Per::Session => ("session", "세션"),
        Per::Role => ("role", "역할"),
    };
    let (then, next) = if refused { ("refused", "막음") } else { ("goes on", "계속 나감") };
    let within = time(window.within);
    alert.detail = Some(format!(
        "one {of} within {within}: {values} different values, {bytes} bytes{}; {then} / \
         한 {whose}, {within} 동안: 서로 다른 값 {values}개, {bytes}바이트; {next}",
        limits(window)
    ));
    alert.rule = Some(window.name.to_string());
    alert.counts.values = Some(*values);
    if !refused {
        alert.counts.kinds.clone_from(&over.kinds);
    }
    alert
}

fn limits(window: &Window) -> String {
    let different = window.different.map(|most| format!("{most} values"));
    let bytes = window.bytes.map(|most| format!("{most} bytes"));
    let limits: Vec<String> = different.into_iter().chain(bytes).collect();
    format!(" (limit {})", limits.join(", "))
}

/// As it is written in a configuration.
fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds > 0 && seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        seconds if seconds > 0 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Find;

    #[test]
    fn the_same_is_told_again_only_after_its_time() {
        let (alarm, _incidents) = Alarm::new(Arc::default());
        assert!(alarm.is_new("a", Duration::from_secs(3_600)) && !alarm.is_new("a", Duration::from_secs(3_600)));
        assert!(alarm.is_new("b", Duration::ZERO) && alarm.is_new("b", Duration::ZERO));
        for number in 0..2 * REMEMBERED {
            assert!(alarm.is_new(number, SAME), "where there is no room it is told");
        }
        assert!(alarm.lately().told.len() <= REMEMBERED);
    }

    #[test]
    fn of_what_is_refused_only_the_total_is_told() {
        let window = Window {
            key: "board/harvest".to_owned(),
            name: "harvest".into(),
            per: Per::Session,
            find: Find::NONE,
            different: Some(200),
            bytes: None,
            within: Duration::from_secs(600),
            hours: None,
            except: Vec::new(),
            action: Beyond::Block,
        };
        let kinds = BTreeMap::from([(Kind::MobileNumber, 3)]);
        let over = Over { window: Arc::new(window), key: "board session x".to_owned(), values: 201, bytes: 9, kinds };
        let alert = Alert::new(AlertEvent::Window, jiff::Timestamp::UNIX_EPOCH);
        let told = beyond(alert.clone(), &over, true);
        assert!(told.counts.kinds.is_empty() && told.counts.values == Some(201));
        let detail = told.detail.expect("what");
        assert!(
            detail.starts_with("one session within 10m: 201 different values, 9 bytes (limit 200 values); refused")
        );
        assert!(!detail.contains("board session x"), "whose it is stands in the record");
        assert_eq!(beyond(alert, &over, false).counts.kinds, over.kinds);
    }

    #[test]
    fn times_are_written_as_in_a_configuration() {
        for (seconds, written) in [(0, "0s"), (90, "90s"), (600, "10m"), (7_200, "2h")] {
            assert_eq!(time(Duration::from_secs(seconds)), written);
        }
    }
}
