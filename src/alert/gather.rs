//! Which alerts become one message, and when it may go: alerts that say the same are gathered, and messages keep to a rate.
//! No clock: every time is handed in.

use super::{Alert, Message};
use crate::config::Contact;
use crate::config::alert::{AlertEvent, AlertSettings, Often, Thresholds};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Groups of alerts that are remembered at a time; an alert for another one is counted as untold.
const GROUPS: usize = 256;

type Key = (AlertEvent, Option<String>, Option<String>);

/// Alerts that say the same.
struct Group {
    waiting: Option<Message>,
    /// When the next message of this group may go.
    due: Instant,
    /// The order in which messages came to wait.
    turn: u64,
}

/// What waits to be told. The first alert of its kind, site and rule goes at once; those that follow within
/// [`AlertSettings::together`] go as one message at its end.
pub struct Gather {
    groups: HashMap<Key, Group>,
    sent: VecDeque<Instant>,
    turns: u64,
    untold: u64,
    together: Duration,
    at_most: Often,
    thresholds: Thresholds,
    node: String,
    contacts: Arc<HashMap<String, Contact>>,
}

impl Gather {
    /// Nothing yet. `node` is the name of this garim, `contacts` whom people can ask, by the name of the site.
    pub fn new(settings: &AlertSettings, node: &str, contacts: HashMap<String, Contact>) -> Gather {
        Gather {
            groups: HashMap::new(),
            sent: VecDeque::new(),
            turns: 0,
            untold: 0,
            together: settings.together,
            at_most: settings.at_most,
            thresholds: settings.breach,
            node: node.to_owned(),
            contacts: Arc::new(contacts),
        }
    }

    /// Counts alerts that were lost before they came here; the next message tells of them.
    pub fn lost(&mut self, count: u64) {
        self.untold = self.untold.saturating_add(count);
    }

    /// Takes an alert; `false` when it has no room, and is only counted.
    pub fn add(&mut self, alert: Alert, now: Instant) -> bool {
        let key = (alert.event, alert.site.clone(), alert.rule.clone());
        if !self.groups.contains_key(&key) && self.groups.len() >= GROUPS {
            self.lost(1);
            return false;
        }
        self.turns = self.turns.saturating_add(1);
        let group = self.groups.entry(key).or_insert(Group { waiting: None, due: now, turn: 0 });
        match &mut group.waiting {
            Some(message) => {
                message.times = message.times.saturating_add(1);
                message.last = message.last.max(alert.when);
                message.alert.add(alert.bounded());
                message.judge(&self.thresholds);
            }
            None => {
                let contact = alert.site.as_ref().and_then(|site| self.contacts.get(site)).cloned();
                group.turn = self.turns;
                group.waiting = Some(Message::new(alert, &self.thresholds, &self.node, contact.unwrap_or_default()));
            }
        }
        true
    }

    /// The messages that may go now, the severest first, then in their order.
    pub fn take(&mut self, now: Instant) -> Vec<Message> {
        self.groups.retain(|_, group| group.waiting.is_some() || group.due > now);
        let mut taken = Vec::new();
        while self.free(now) {
            let due = self.groups.values_mut().filter(|group| group.due <= now);
            let waiting = due.filter_map(|group| {
                let severity = group.waiting.as_ref()?.alert.severity;
                Some(((severity, std::cmp::Reverse(group.turn)), group))
            });
            let Some((_, group)) = waiting.max_by_key(|(rank, _)| *rank) else { break };
            group.due = now.checked_add(self.together).unwrap_or(now);
            let Some(mut message) = group.waiting.take() else { break };
            message.untold = std::mem::take(&mut self.untold);
            self.sent.push_back(now);
            taken.push(message);
        }
        taken
    }

    /// All that waits, whatever the rate: for the end of the process.
    pub fn rest(&mut self) -> Vec<Message> {
        let mut rest: Vec<Message> = self.groups.drain().filter_map(|(_, group)| group.waiting).collect();
        rest.sort_by_key(|message| (std::cmp::Reverse(message.alert.severity), message.alert.when));
        if let Some(first) = rest.first_mut() {
            first.untold = std::mem::take(&mut self.untold);
        }
        rest
    }

    /// When [`Gather::take`] has something to give or to forget next; `None` if nothing is remembered.
    pub fn next(&self, now: Instant) -> Option<Instant> {
        let due = self.groups.values().map(|group| match (&group.waiting, self.opens(now)) {
            (Some(_), Some(opens)) => group.due.max(opens),
            _ => group.due,
        });
        due.min()
    }

    fn free(&mut self, now: Instant) -> bool {
        while self.sent.front().is_some_and(|sent| self.over(*sent, now)) {
            self.sent.pop_front();
        }
        self.sent.len() < self.at_most.count
    }

    fn over(&self, sent: Instant, now: Instant) -> bool {
        now.saturating_duration_since(sent) >= self.at_most.per
    }

    /// When a message may go again; `None` if it may now.
    fn opens(&self, now: Instant) -> Option<Instant> {
        let recent: Vec<&Instant> = self.sent.iter().filter(|sent| !self.over(**sent, now)).collect();
        if recent.len() < self.at_most.count {
            return None;
        }
        recent.first().and_then(|sent| sent.checked_add(self.at_most.per))
    }
}
