//! What people are told of an exchange. Only what passed is a leak: never what was masked, refused, held or approved.

use super::{Outcome, Record, Side};
use crate::alert::{Alert, AlertEvent, Spot};
use crate::policy::Consent;
use crate::proxy::alarm::{Alarm, Leak};
use crate::vocab::{Direction, Reason, What};
use std::sync::Arc;

impl Record {
    /// From here on people are told, where anybody is. `has_role` is whether who asks has a role of the configuration.
    pub fn watch(&mut self, alarm: &Arc<Alarm>, has_role: bool) {
        self.alarm = alarm.is_any().then(|| Arc::clone(alarm));
        self.has_role = has_role;
    }

    /// The request goes to the site.
    pub fn handed_over(&mut self) {
        self.reached = true;
    }

    /// Nothing of it has reached the site after all.
    pub fn withheld(&mut self) {
        self.reached = false;
    }

    /// The site's answer came before, and was not read again.
    pub fn recalled(&mut self) {
        self.is_recalled = true;
        self.metrics.recalled.inc();
    }

    /// The site has answered, so what passed in the request has passed, however long the answer takes.
    pub fn arrived(&mut self) {
        if self.told || !self.reached {
            return;
        }
        self.told = true;
        // Somebody who may has approved it.
        if self.consent != Some(Consent::Released) {
            self.tell_leak(Direction::Upload);
        }
    }

    /// An alert about this exchange.
    pub fn alert(&self, event: AlertEvent) -> Alert {
        Alert {
            site: Some(self.site_name().to_owned()),
            places: vec![Spot::named(self.path.clone())],
            reference: Some(self.id.clone()),
            ..Alert::new(event, self.at)
        }
    }

    fn tell_leak(&self, direction: Direction) {
        let side = match direction {
            Direction::Upload => &self.upload,
            Direction::Download => &self.download,
        };
        let (Some(alarm), Some(side)) = (&self.alarm, side) else { return };
        if side.passed.is_empty() {
            return;
        }
        let mut alert = self.alert(AlertEvent::Leaked);
        alert.counts.kinds.clone_from(&side.passed);
        alert.places.extend(side.places());
        alert.rule = side.rule.as_deref().map(str::to_owned);
        alarm.leaked(Leak { alert, direction, client: self.client, verdict: side.verdict });
    }

    /// Tells of it, now that it is over.
    pub(super) fn tell_people(&mut self, outcome: Outcome) {
        let Some(alarm) = self.alarm.clone() else { return };
        self.arrived();
        // A client that goes away has seen what had gone out by then.
        if matches!(outcome, Outcome::Answered | Outcome::ClientGoneInAnswer | Outcome::AnswerBroken) {
            self.tell_leak(Direction::Download);
        }
        let refused = match outcome {
            Outcome::RequestRefused => self.upload.as_ref(),
            Outcome::AnswerRefused => self.download.as_ref(),
            _ => None,
        };
        if let Some(side) = refused.filter(|side| side.verdict == "block" && side.reveals) {
            let mut alert = self.alert(AlertEvent::Blocked);
            alert.counts.kinds.clone_from(&side.blocked);
            alarm.blocked(alert);
        }
        let died = What::Uninspectable(Reason::WorkerDied).name();
        let found = [&self.upload, &self.download].into_iter().flatten().flat_map(|side| &side.found);
        if found.into_iter().any(|found| found.kind == died) {
            alarm.tell(self.alert(AlertEvent::Worker));
        }
    }
}

impl Side {
    /// Where the first of each kind that passed stands.
    fn places(&self) -> impl Iterator<Item = Spot> {
        let passed = |kind: &str| self.passed.keys().any(|one| one.name() == kind);
        self.found
            .iter()
            .filter(move |found| passed(found.kind))
            .filter_map(|found| found.first.as_ref())
            .map(Spot::from)
    }
}
