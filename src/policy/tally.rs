//! The count over one direction of one exchange. It only grows, so a verdict only becomes stricter.

use super::plan::{Case, Decision, Judged, Known};
use super::seen::{Seen, VALUES};
use super::subject::{self, subject};
use super::{Action, Consent, Find, Plan};
use crate::vocab::{Confidence, Edit, FileClass, Finding, Kind, Place, Secret, What};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Findings kept for the page and the record; the others are counted only.
const REPORTED: usize = 50;
/// Files whose bytes say what type they are, of which that is remembered.
const TYPED: usize = 100;

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
    /// Which conditions about files hold there.
    pub class: FileClass,
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

/// One sort of finding, and what is decided about it.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    /// What was found.
    pub what: What,
    /// How sure.
    pub confidence: Confidence,
    /// Which conditions about files hold there.
    pub class: FileClass,
    /// How often.
    pub found: u64,
    /// What the first rule that applies says.
    pub decision: Decision,
    /// It is to be masked where nothing can be, and so refused.
    pub stuck: bool,
}

/// Counts findings against a [`Plan`]. Small, for it is handed from phase to phase of an exchange.
#[derive(Debug)]
pub struct Tally {
    plan: Arc<Plan>,
    /// Nothing was found yet, as in most exchanges.
    seen: Option<Box<Seen>>,
    fields: Fields,
    /// Whether what is to be masked inside a file can be; else it is refused.
    masks_inside: bool,
    /// Whether a writer who is refused may be offered to have what was found hidden.
    offers: bool,
    /// Whether what would be masked inside a file then can be.
    hides_inside: bool,
}

/// What is known of the fields that rules ask for.
#[derive(Debug, Clone)]
enum Fields {
    NotYet,
    Told(Box<[bool]>),
    Never,
}

impl Fields {
    fn known(&self) -> Known<'_> {
        match self {
            Fields::NotYet => Known::NotYet,
            Fields::Told(told) => Known::Told(told),
            Fields::Never => Known::Never,
        }
    }
}

/// A value that was found.
#[derive(Debug, Clone)]
pub struct First {
    /// Its kind.
    pub kind: Kind,
    /// How sure, when it was first found.
    pub confidence: Confidence,
    /// Which conditions about files held there.
    pub class: FileClass,
    /// It.
    pub secret: Secret,
}

impl Tally {
    /// An empty tally.
    pub fn new(plan: impl Into<Arc<Plan>>) -> Tally {
        let plan: Arc<Plan> = plan.into();
        let fields = if plan.fields().is_empty() { Fields::Never } else { Fields::NotYet };
        Tally { plan, seen: None, fields, masks_inside: false, offers: false, hides_inside: false }
    }

    /// The same for a writer who can be asked: what rules refuse that offer to hide it, and all of which can be hidden, is
    /// not refused at once ([`Tally::refuses`]), so that all of it is read.
    pub fn offering(self, offers: bool) -> Tally {
        Tally { offers: offers && self.plan.offers(), ..self }
    }

    /// The same findings, as they are judged once somebody has agreed to something.
    pub fn agreed(&self, consent: Consent) -> Tally {
        Tally { plan: self.plan.agreed(consent).into(), ..self.copied() }
    }

    /// The same as things stand, for who is asked while somebody else counts on.
    pub fn copied(&self) -> Tally {
        let (seen, fields) = (self.seen.clone(), self.fields.clone());
        Tally { seen, fields, ..Tally::new(Arc::clone(&self.plan)) }
    }

    /// The plan it counts against.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the form said of the fields that rules ask for, once all of it was read: `value` tells whether the field of that
    /// name has that value wherever it stands.
    pub fn tell_fields(&mut self, has: impl Fn(&str, &str) -> bool) {
        if let Fields::NotYet = self.fields {
            self.fields = Fields::Told(self.plan.fields().iter().map(|is| has(&is.name, &is.value)).collect());
        }
    }

    /// Nothing more will be said: of fields that nobody told of, the stricter way holds.
    pub fn end(&mut self) {
        if let Fields::NotYet = self.fields {
            self.fields = Fields::Never;
        }
    }

    /// Says whether what is to be masked inside a file that was opened can be, or is done. Until it is said, it cannot, and such
    /// a file is refused.
    pub fn mask_inside(&mut self, masks: bool) {
        self.masks_inside = masks;
    }

    /// Says whether what its writer would have hidden inside a file that was opened can be. Until it is said, it cannot.
    pub fn hide_inside(&mut self, hides: bool) {
        self.hides_inside = hides;
    }

    /// Which of the plan's conditions about files hold at a place.
    pub fn class(&self, place: &Place) -> FileClass {
        if !self.plan.tells_files_apart() {
            return FileClass::default();
        }
        let typed = self.seen.as_ref().map_or(&[][..], |seen| &seen.typed);
        self.plan.class(place, |file_type| typed.iter().any(|(part, of)| *of == file_type && *part == place.part))
    }

    /// Counts a finding and tells what is to be done with it as things stand.
    pub fn add(&mut self, finding: &Finding) -> Action {
        let Finding { what, confidence, .. } = *finding;
        let class = self.class(&finding.place);
        let seen = self.seen.get_or_insert_default();
        if let What::File(file_type) = what
            && seen.typed.len() < TYPED
        {
            seen.typed.push((finding.place.part.clone(), file_type));
        }
        let counted = seen.class(class);
        counted.found[subject(what)][confidence as usize] += 1;
        counted.inside[subject(what)][confidence as usize].count(finding);
        if matches!(what, What::Returned(_)) {
            return Action::Mask;
        }
        if let What::Kind(kind) = what {
            seen.count_value(kind, confidence, finding, self.plan.highest_count());
            seen.remember(kind, confidence, class, finding);
        }
        let case = Case { what, confidence, class };
        let Judged { decision, effective } = seen.judge(&self.plan, case, self.fields.known());
        if decision.action > Action::Pass && seen.reported.len() < REPORTED {
            seen.reported.push(Reported {
                what,
                confidence,
                place: finding.place.clone(),
                masked: finding.masked.clone(),
                class,
            });
        }
        effective
    }

    /// What is done with a finding of this kind and confidence, where such conditions about files hold, as things stand. A
    /// reference that came back is always replaced by what it stands for.
    pub fn action(&self, what: What, confidence: Confidence, class: FileClass) -> Action {
        let case = Case { what, confidence, class };
        match &self.seen {
            _ if matches!(what, What::Returned(_)) => Action::Mask,
            Some(seen) => seen.judge(&self.plan, case, self.fields.known()).effective,
            None => self.plan.judge(case, self.fields.known(), &|_, _| 0).effective,
        }
    }

    /// Whether an edit is to be made, as things stand.
    pub fn masks(&self, edit: &Edit) -> bool {
        self.action(edit.what, edit.confidence, edit.class) == Action::Mask
    }

    /// The verdict as things stand.
    pub fn verdict(&self) -> Verdict {
        self.verdict_by(&self.plan, self.masks_inside)
    }

    fn verdict_by(&self, plan: &Plan, masks_inside: bool) -> Verdict {
        let mut verdict = Verdict { action: Action::Pass, would: Action::Pass, rule: None, what: None };
        let Some(seen) = &self.seen else { return verdict };
        for (case, inside) in seen.cases().filter(|(case, _)| !matches!(case.what, What::Returned(_))) {
            let Judged { decision, effective } = seen.judge(plan, case, self.fields.known());
            // What is to be masked and cannot be does not go out.
            let stuck = inside.is_stuck(masks_inside);
            let masked = |action| if action == Action::Mask && stuck { Action::Block } else { action };
            verdict.action = verdict.action.max(masked(effective));
            if masked(decision.action) > verdict.would {
                verdict.would = masked(decision.action);
                verdict.rule = decision.rule.clone();
                verdict.what = Some(case.what);
            }
        }
        verdict
    }

    /// What is decided about each sort of finding, as things stand: for who explains the verdict.
    pub(crate) fn decided(&self) -> Vec<Decided> {
        let Some(seen) = &self.seen else { return Vec::new() };
        let cases = seen.cases().filter(|(case, _)| !matches!(case.what, What::Returned(_)));
        let decided = cases.map(|(case, inside)| {
            let decision = seen.judge(&self.plan, case, self.fields.known()).decision.clone();
            let Case { what, confidence, class } = case;
            let (found, stuck) = (seen.found(case), inside.is_stuck(self.masks_inside));
            Decided { what, confidence, class, found, decision, stuck }
        });
        decided.collect()
    }

    /// How many different values of a set were found with at least a confidence; of each kind no more are counted than the
    /// plan's highest count.
    pub(crate) fn different(&self, find: Find, confidence: Confidence) -> u32 {
        self.seen.as_ref().map_or(0, |seen| seen.different(find, confidence))
    }

    /// Of each of the plan's fields whether it has its value; `None` if that is not known.
    pub(crate) fn told_fields(&self) -> Option<&[bool]> {
        if let Fields::Told(told) = &self.fields { Some(told) } else { None }
    }

    /// Whether it could go on with everything hidden that its writer would be asked about, or is refused with that offered:
    /// all of it has bytes of its own that can be masked, and nothing else forbids it.
    pub fn can_hide(&self) -> bool {
        self.verdict_by(self.plan.hidden(), self.hides_inside).action <= Action::Mask
    }

    /// Whether its writer is to be asked, or to be offered something, as things stand.
    pub fn asks_writer(&self) -> bool {
        matches!(self.verdict().action, Action::Warn | Action::Block) && !self.refuses()
    }

    /// Whether something was found about which the policy says more than to let it pass. That something is no text is
    /// no such thing: every picture is found to be binary.
    pub fn reveals(&self) -> bool {
        let Some(seen) = &self.seen else { return false };
        // The shape alone is no finding: every page has the telephone of its office.
        let tells = |case: Case| {
            let silent = match case.what {
                What::Uninspectable(reason) => self.plan.passes(reason),
                What::Returned(_) => true,
                What::Kind(_) | What::File(_) => false,
            };
            !silent
                && case.confidence > Confidence::Possible
                && seen.judge(&self.plan, case, self.fields.known()).decision.action > Action::Pass
        };
        seen.cases().any(|(case, _)| tells(case))
    }

    /// Whether the exchange is to be refused, as things stand, with nothing to be offered; once true it stays true.
    pub fn refuses(&self) -> bool {
        self.verdict().action == Action::Block && !(self.offers && self.can_hide())
    }

    /// The first findings, for pages and records.
    pub fn reported(&self) -> &[Reported] {
        self.seen.as_ref().map_or(&[], |seen| &seen.reported)
    }

    /// The first different values that were found with some confidence. For their keyed hashes only.
    pub fn first_values(&self) -> Vec<(Kind, Secret)> {
        self.first_found().map(|first| (first.kind, first.secret.clone())).collect()
    }

    /// The same, with what is known of each.
    pub fn first_found(&self) -> impl Iterator<Item = &First> {
        self.seen.iter().flat_map(|seen| &seen.first)
    }

    /// How often each thing was found.
    pub fn counts(&self) -> Vec<Counts> {
        let Some(seen) = &self.seen else { return Vec::new() };
        let count = |what| {
            let found = |confidence: &Confidence| -> u64 {
                seen.classes.iter().map(|class| class.found[subject(what)][*confidence as usize]).sum()
            };
            let confidence = Confidence::ALL.iter().rev().find(|confidence| found(confidence) > 0)?;
            Some(Counts { what, found: Confidence::ALL.iter().map(found).sum(), confidence: *confidence })
        };
        subject::all().filter_map(count).collect()
    }

    /// How many findings have this effect.
    pub fn found_with(&self, action: Action) -> u64 {
        let Some(seen) = &self.seen else { return 0 };
        let with = seen.cases().filter(|(case, _)| {
            !matches!(case.what, What::Returned(_))
                && seen.judge(&self.plan, *case, self.fields.known()).effective == action
        });
        with.map(|(case, _)| seen.found(case)).sum()
    }

    /// How many different values of each kind go on as they are, though the policy does more about them than to let them
    /// pass. Of what is shown to somebody of a role, who is meant to see it, those only that a rule would not show, had it not
    /// merely observed.
    pub fn passed(&self, to_role: bool) -> BTreeMap<Kind, u64> {
        let least = if to_role { Action::Log } else { Action::Pass };
        self.values_with(|judged| judged.effective <= Action::Log && judged.decision.action > least)
    }

    /// How many different values of each kind are refused.
    pub fn blocked(&self) -> BTreeMap<Kind, u64> {
        self.values_with(|judged| judged.effective == Action::Block)
    }

    /// How many different values of each kind are judged so; beyond those that are remembered, how many findings.
    fn values_with(&self, judged: impl Fn(Judged<'_>) -> bool) -> BTreeMap<Kind, u64> {
        let Some(seen) = &self.seen else { return BTreeMap::new() };
        let sure = seen.cases().map(|(case, _)| case).filter(|case| case.confidence > Confidence::Possible);
        let wanted: Vec<Case> =
            sure.filter(|case| judged(seen.judge(&self.plan, *case, self.fields.known()))).collect();
        let is_one = |first: &&First| {
            wanted.iter().any(|case| {
                (case.what, case.confidence, case.class) == (What::Kind(first.kind), first.confidence, first.class)
            })
        };
        let mut values = BTreeMap::new();
        let mut add = |kind, count| *values.entry(kind).or_insert(0_u64) += count;
        if seen.first.len() < VALUES {
            seen.first.iter().filter(is_one).for_each(|first| add(first.kind, 1));
            return values;
        }
        for case in &wanted {
            if let What::Kind(kind) = case.what {
                add(kind, seen.found(*case));
            }
        }
        values
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.seen.is_none()
    }
}
