//! The count over one direction of one exchange. It only grows, so a verdict only becomes stricter.

use super::plan::Judged;
use super::{Action, Find, Plan};
use crate::vocab::{Confidence, Finding, Kind, Place, Reason, What};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Findings kept for the page and the record; the others are counted only.
const REPORTED: usize = 50;
const TIERS: usize = 3;
const KINDS: usize = Kind::COUNT;
const REASONS: usize = Reason::ALL.len();
const SUBJECTS: usize = KINDS + REASONS + KINDS;

/// A finding as pages and records show it: without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// What was found.
    pub what: What,
    /// How sure.
    pub confidence: Confidence,
    /// Where.
    pub place: Place,
    /// The masked form; empty for what is uninspectable.
    pub masked: String,
}

/// How often something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// What.
    pub what: What,
    /// How often, in all.
    pub found: u64,
    /// The highest confidence among them.
    pub confidence: Confidence,
}

/// What is to be done with one direction of an exchange, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What happens.
    pub action: Action,
    /// What would happen if every rule were enforced.
    pub would: Action,
    /// The rule that decided `would`; `None` for a default or where nothing was found.
    pub rule: Option<Arc<str>>,
    /// What it decided about.
    pub what: Option<What>,
}

/// Counts findings against a [`Plan`]. Small, for it is handed from phase to phase of an exchange.
#[derive(Debug)]
pub struct Tally {
    plan: Arc<Plan>,
    /// Nothing was found yet, as in most exchanges.
    seen: Option<Box<Seen>>,
}

/// What has been counted.
#[derive(Debug)]
struct Seen {
    found: [[u64; TIERS]; SUBJECTS],
    /// Whether some of it stands inside a file that was opened, where nothing can be masked.
    inside: [[bool; TIERS]; SUBJECTS],
    /// Different values by kind, with at least this confidence.
    different: [[u32; TIERS]; KINDS],
    values: HashMap<(Kind, u64), Confidence>,
    hasher: RandomState,
    reported: Vec<Reported>,
}

fn subject(what: What) -> usize {
    match what {
        What::Kind(kind) => kind.index(),
        What::Uninspectable(reason) => KINDS + reason as usize,
        What::Returned(kind) => KINDS + REASONS + kind.index(),
    }
}

fn subjects() -> impl Iterator<Item = What> {
    let kinds = Kind::all().map(What::Kind);
    let reasons = Reason::ALL.iter().map(|reason| What::Uninspectable(*reason));
    kinds.chain(reasons).chain(Kind::all().map(What::Returned))
}

impl Tally {
    /// An empty tally.
    pub fn new(plan: impl Into<Arc<Plan>>) -> Tally {
        Tally { plan: plan.into(), seen: None }
    }

    /// The plan it counts against.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Counts a finding and tells what is to be done with it as things stand.
    pub fn add(&mut self, finding: &Finding) -> Action {
        let Finding { what, confidence, .. } = *finding;
        let seen = self.seen.get_or_insert_default();
        seen.found[subject(what)][confidence as usize] += 1;
        seen.inside[subject(what)][confidence as usize] |= !finding.place.inside.is_empty();
        if matches!(what, What::Returned(_)) {
            return Action::Mask;
        }
        if let What::Kind(kind) = what {
            seen.count_value(kind, confidence, finding, self.plan.highest_count());
        }
        let Judged { decision, effective } = seen.judge(&self.plan, what, confidence);
        if decision.action > Action::Pass && seen.reported.len() < REPORTED {
            seen.reported.push(Reported {
                what,
                confidence,
                place: finding.place.clone(),
                masked: finding.masked.clone(),
            });
        }
        effective
    }

    /// What is done with a finding of this kind and confidence, as things stand. A reference that came back is always
    /// replaced by what it stands for.
    pub fn action(&self, what: What, confidence: Confidence) -> Action {
        match &self.seen {
            _ if matches!(what, What::Returned(_)) => Action::Mask,
            Some(seen) => seen.judge(&self.plan, what, confidence).effective,
            None => self.plan.judge(what, confidence, |_, _| 0).effective,
        }
    }

    /// The verdict as things stand.
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict { action: Action::Pass, would: Action::Pass, rule: None, what: None };
        let Some(seen) = &self.seen else { return verdict };
        for what in subjects().filter(|what| !matches!(what, What::Returned(_))) {
            for confidence in Confidence::ALL.iter().copied() {
                if seen.found[subject(what)][confidence as usize] == 0 {
                    continue;
                }
                let Judged { decision, effective } = seen.judge(&self.plan, what, confidence);
                // What is to be masked and cannot be does not go out.
                let masked = |action| match action {
                    Action::Mask if seen.inside[subject(what)][confidence as usize] => Action::Block,
                    action => action,
                };
                verdict.action = verdict.action.max(masked(effective));
                if masked(decision.action) > verdict.would {
                    verdict.would = masked(decision.action);
                    verdict.rule = decision.rule.clone();
                    verdict.what = Some(what);
                }
            }
        }
        verdict
    }

    /// Whether something was found about which the policy says more than to let it pass. That something is no text is
    /// no such thing: every picture is found to be binary.
    pub fn reveals(&self) -> bool {
        let Some(seen) = &self.seen else { return false };
        // The shape alone is no finding: every page has the telephone of its office.
        let tells = |what, confidence: Confidence| {
            let found = confidence > Confidence::Possible && seen.found[subject(what)][confidence as usize] > 0;
            found && seen.judge(&self.plan, what, confidence).decision.action > Action::Pass
        };
        let silent = |what: &What| match what {
            What::Uninspectable(reason) => self.plan.passes(*reason),
            What::Returned(_) => true,
            What::Kind(_) => false,
        };
        let telling = subjects().filter(|what| !silent(what));
        telling.into_iter().any(|what| Confidence::ALL.iter().any(|confidence| tells(what, *confidence)))
    }

    /// Whether the exchange is to be refused, as things stand; once true it stays true.
    pub fn refuses(&self) -> bool {
        self.verdict().action == Action::Block
    }

    /// The first findings, for pages and records.
    pub fn reported(&self) -> &[Reported] {
        self.seen.as_ref().map_or(&[], |seen| &seen.reported)
    }

    /// How often each thing was found.
    pub fn counts(&self) -> Vec<Counts> {
        let Some(seen) = &self.seen else { return Vec::new() };
        let count = |what| {
            let found = &seen.found[subject(what)];
            let confidence = Confidence::ALL.iter().rev().find(|confidence| found[**confidence as usize] > 0)?;
            Some(Counts { what, found: found.iter().sum(), confidence: *confidence })
        };
        subjects().filter_map(count).collect()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.seen.is_none()
    }
}

impl Default for Seen {
    fn default() -> Seen {
        Seen {
            found: [[0; TIERS]; SUBJECTS],
            inside: [[false; TIERS]; SUBJECTS],
            different: [[0; TIERS]; KINDS],
            values: HashMap::new(),
            hasher: RandomState::new(),
            reported: Vec::new(),
        }
    }
}

impl Seen {
    /// Different values need telling apart only up to the highest count of the plan: memory stays bounded by it.
    fn count_value(&mut self, kind: Kind, confidence: Confidence, finding: &Finding, wanted: u32) {
        if wanted <= 1 || self.different[kind.index()][confidence as usize] >= wanted {
            return;
        }
        let key = (kind, self.hasher.hash_one(&finding.secret));
        let known = self.values.insert(key, confidence);
        if let Some(known) = known.filter(|known| *known >= confidence) {
            self.values.insert(key, known);
            return;
        }
        let from = known.map_or(0, |known| known as usize + 1);
        for tier in from..=confidence as usize {
            self.different[kind.index()][tier] += 1;
        }
    }

    fn different(&self, find: Find, confidence: Confidence) -> u32 {
        let kinds = Kind::all().filter(|kind| find.contains(What::Kind(*kind)));
        kinds.map(|kind| self.different[kind.index()][confidence as usize]).sum()
    }

    fn judge<'a>(&self, plan: &'a Plan, what: What, confidence: Confidence) -> Judged<'a> {
        plan.judge(what, confidence, |find, confidence| self.different(find, confidence))
    }
}
