//! Who is told when something happens: by webhook, by mail, by syslog; how often; and when a breach report is suggested.
//!
//! [`Alerts::send`] hands an [`Alert`] to one task and goes on at once: an exchange never waits for a message, nor fails with
//! it. The task gathers alerts that say the same ([`Gather`]), keeps to the rate, and gives each [`Message`] to every way,
//! which has a queue and a task of its own, so that one that hangs does not hold the others. What could not be told is
//! counted and told with the next message.
//!
//! An alert holds no value: kinds, counts, places, masked forms.

mod breach;
mod copies;
mod gather;
pub mod incident;
mod json;
mod letter;
mod line;
mod send;
mod ways;
mod words;

#[cfg(test)]
mod tests;

pub use crate::config::AlertEvent;
pub use breach::{Breach, Draft, Ground};
pub use copies::{Copies, CopyTasks};
pub use gather::Gather;
pub use json::json;
pub use letter::letter;
pub use line::{LONGEST, cef, framed, rfc5424};
pub use send::{Alerts, QUEUED, Tasks, Told, checked, tested};
pub use ways::{AlertError, SendError};

use crate::config::alert::Thresholds;
use crate::config::{Contact, Language};
use crate::vocab::Kind;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// How many places, and how many masked forms, one message names.
const LISTED: usize = 20;
/// How many characters of each text in a message are shown.
const SHOWN: usize = 200;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong.
    Info,
    /// Something was refused, as it should be.
    Notice,
    /// garim does not work as it should.
    Warning,
    /// Personal data has gone through.
    Critical,
}

impl Severity {
    /// The word in messages for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Notice => "notice",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        }
    }
}

/// How much of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Different values of each kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// People concerned, where that is known.
    pub people: Option<u64>,
    /// Different values of all kinds together, where no more is known of them: of a total over time.
    pub values: Option<u64>,
}

impl Counts {
    /// So many people are concerned: as many as is known, else as there are values of the most frequent kind, or in a total.
    pub fn people(&self) -> u64 {
        let values = || self.kinds.values().copied().max().max(self.values).unwrap_or(0);
        self.people.unwrap_or_else(values)
    }

    fn add(&mut self, other: &Counts) {
        for (kind, count) in &other.kinds {
            let sum = self.kinds.entry(*kind).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.people = match (self.people, other.people) {
            (Some(one), Some(two)) => Some(one.saturating_add(two)),
            // Known of one alone, the sum of kinds is the safer figure.
            _ => None,
        };
        // Totals may hold the same values.
        self.values = self.values.max(other.values);
    }
}

/// Where something stood, in words of each language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spot {
    /// In English: "field 'content'", "/board/1".
    pub english: String,
    /// In Korean.
    pub korean: String,
}

impl Spot {
    /// One that is called the same in both, as a path.
    pub fn named(name: impl Into<String>) -> Spot {
        let english = name.into();
        Spot { korean: english.clone(), english }
    }

    /// In a language.
    pub fn of(&self, language: Language) -> &str {
        words::pick(language, &self.korean, &self.english)
    }
}

impl From<&crate::vocab::Place> for Spot {
    fn from(place: &crate::vocab::Place) -> Spot {
        Spot { english: place.to_string(), korean: place.korean() }
    }
}

/// Something that happened. It holds no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What.
    pub event: AlertEvent,
    /// How much it matters.
    pub severity: Severity,
    /// When; the time from which the 72 hours of a breach report count.
    pub when: Timestamp,
    /// On which site, by its name.
    pub site: Option<String>,
    /// How much of what.
    pub counts: Counts,
    /// Where: the path first.
    pub places: Vec<Spot>,
    /// Values, masked.
    pub masked: Vec<String>,
    /// By which rule.
    pub rule: Option<String>,
    /// The id of the exchange in records and on pages.
    pub reference: Option<String>,
    /// What else there is to say: an error, a way out.
    pub detail: Option<String>,
}

impl Alert {
    /// An alert with nothing in it yet, as severe as its event usually is.
    pub fn new(event: AlertEvent, when: Timestamp) -> Alert {
        let severity = match event {
            AlertEvent::Test => Severity::Info,
            AlertEvent::Blocked => Severity::Notice,
            AlertEvent::Worker => Severity::Warning,
            AlertEvent::Leaked | AlertEvent::Window | AlertEvent::Journal => Severity::Critical,
        };
        Alert {
            event,
            severity,
            when,
            site: None,
            counts: Counts::default(),
            places: Vec::new(),
            masked: Vec::new(),
            rule: None,
            reference: None,
            detail: None,
        }
    }

    /// Takes in another one about the same.
    fn add(&mut self, other: Alert) {
        self.severity = self.severity.max(other.severity);
        self.when = self.when.min(other.when);
        self.counts.add(&other.counts);
        listed(&mut self.places, other.places);
        listed(&mut self.masked, other.masked);
        self.reference = self.reference.take().or(other.reference);
        self.detail = other.detail.or(self.detail.take());
    }

    /// Cut to what a message shows, so that a queue of them stays small.
    fn bounded(mut self) -> Alert {
        for text in [&mut self.site, &mut self.rule, &mut self.reference, &mut self.detail].into_iter().flatten() {
            *text = words::shown(text, SHOWN);
        }
        let masked = std::mem::take(&mut self.masked);
        listed(&mut self.masked, masked.iter().take(LISTED).map(|text| words::shown(text, SHOWN)).collect());
        let shown = |spot: &Spot| {
            let [english, korean] = [&spot.english, &spot.korean].map(|text| words::shown(text, SHOWN));
            Spot { english, korean }
        };
        let places = std::mem::take(&mut self.places);
        listed(&mut self.places, places.iter().take(LISTED).map(shown).collect());
        self
    }
}

/// Adds what is not in the list yet, as long as it is not full.
fn listed<T: PartialEq>(list: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if list.len() < LISTED && !list.contains(&one) {
            list.push(one);
        }
    }
}

/// What is sent: one alert, or several that say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What happened; of several, all of it together and the time of the first.
    pub alert: Alert,
    /// How many alerts it stands for.
    pub times: u64,
    /// When the last of them was.
    pub last: Timestamp,
    /// How many alerts before it could not be told.
    pub untold: u64,
    /// Which garim says so.
    pub node: String,
    /// Whom people can ask, for the draft of a notice.
    pub contact: Contact,
    /// Whether a report is suggested.
    pub breach: Option<Breach>,
}

impl Message {
    /// One of a single alert.
    pub fn new(alert: Alert, thresholds: &Thresholds, node: &str, contact: Contact) -> Message {
        let last = alert.when;
        let mut message =
            Message { alert: alert.bounded(), times: 1, last, untold: 0, node: node.to_owned(), contact, breach: None };
        message.judge(thresholds);
        message
    }

    /// The whole of it as text, with the draft of a notice where a report is suggested.
    pub fn text(&self, language: Language) -> String {
        words::text(self, language)
    }

    /// Only what went through can be a breach.
    fn judge(&mut self, thresholds: &Thresholds) {
        let passed = matches!(self.alert.event, AlertEvent::Leaked | AlertEvent::Window);
        self.breach = if passed { Breach::of(&self.alert.counts, thresholds) } else { None };
    }
}
