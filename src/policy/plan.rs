//! What a policy can do to one direction of one exchange, worked out before its first byte is read.

use super::conditions::MOST_FILE_RULES;
use super::index::{Entry, Index};
use super::{Action, FieldIs, Files, Find, Mode, Rule};
use crate::vocab::{Confidence, Direction, FileClass, FileType, Kind, Place, Reason, What};
use std::sync::{Arc, OnceLock};

/// What is to be done with a finding, and which rule says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What the rule says.
    pub action: Action,
    /// Whether it is carried out.
    pub mode: Mode,
    /// The rule's name; `None` for the default.
    pub rule: Option<Arc<str>>,
}

impl Decision {
    /// What really happens: in observe mode nothing stricter than a record.
    pub fn effective(&self) -> Action {
        match self.mode {
            Mode::Enforce => self.action,
            Mode::Observe => self.action.min(Action::Log),
        }
    }
}

/// What somebody has agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Consent {
    /// The writer was warned, and posts it as it is.
    AsItIs,
    /// The writer was warned, and posts it with that hidden.
    Hidden,
    /// It was held, and is approved.
    Released,
    /// The reader has said why.
    Reason,
}

impl Consent {
    /// The word used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Consent::AsItIs => "as-it-is",
            Consent::Hidden => "hidden",
            Consent::Released => "released",
            Consent::Reason => "reason",
        }
    }

    /// What becomes of an action.
    const fn turns(self, action: Action) -> Action {
        match (self, action) {
            (Consent::AsItIs | Consent::Released, Action::Warn) => Action::Log,
            (Consent::Hidden, Action::Warn) => Action::Mask,
            (Consent::Released, Action::Hold) => Action::Log,
            (Consent::Reason, Action::AskReason) => Action::Log,
            (_, action) => action,
        }
    }
}

#[derive(Debug, Clone)]
struct PlannedRule {
    find: Find,
    /// Of what the different values are counted.
    counted: Find,
    at_least: u32,
    confidence: Confidence,
    /// Which of the plan's fields must have their values.
    fields: Box<[usize]>,
    /// Which of the plan's conditions about files must hold.
    files: Option<u32>,
    decision: Decision,
    /// Whether the writer of what it refuses may be offered to post it hidden.
    offer: bool,
}

/// The rules that can apply, in order, and what follows from them for the path of the body.
#[derive(Debug, Clone)]
pub struct Plan {
    rules: Vec<PlannedRule>,
    index: Index,
    facts: Facts,
    /// The same once a writer has agreed to have it hidden; worked out when it is first asked for.
    hidden: OnceLock<Arc<Plan>>,
    /// The fields that rules ask for.
    fields: Vec<FieldIs>,
    /// The conditions about files.
    files: Vec<Files>,
    default: Decision,
    /// The default for kinds that `*` does not mean: a record at most; and for those that are to be named, and names of people,
    /// which stand on every page and count beside something else, nothing.
    aside: Decision,
    unasked: Decision,
    /// The default for what is binary: nothing of it can be masked.
    binary: Decision,
    refusal: Decision,
    direction: Direction,
}

/// What all rules of a plan say together, so that nobody asks them one by one.
#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    keeps_back: bool,
    may_mask: bool,
    ignores_kinds: bool,
    highest_count: u32,
    offers: bool,
}

/// What is known of the fields that rules ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known<'a> {
    /// The form is still being read: they may yet have any value. What decides must hold either way.
    NotYet,
    /// Each of the plan's fields, whether it has its value.
    Told(&'a [bool]),
    /// Nothing will be known, for it is no form, or can be read as two: the stricter way holds.
    Never,
}

/// A finding judged.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    /// What the first rule that applies says.
    pub decision: &'a Decision,
    /// What is carried out.
    pub effective: Action,
}

/// What is to be judged.
#[derive(Clone, Copy)]
pub(super) struct Case {
    pub what: What,
    pub confidence: Confidence,
    pub class: FileClass,
}

impl Plan {
    pub(super) fn new<'r>(
        ruled: impl Iterator<Item = (&'r Rule, Decision)>,
        default: Action,
        mode: Mode,
        direction: Direction,
    ) -> Plan {
        let decision = |action| Decision { action, mode, rule: None };
        let binary = if default == Action::Mask { Action::Log } else { default };
        let mut plan = Plan {
            rules: Vec::new(),
            index: Index::default(),
            facts: Facts::default(),
            hidden: OnceLock::new(),
            fields: Vec::new(),
            files: Vec::new(),
            default: decision(default),
            aside: decision(default.min(Action::Log)),
            unasked: decision(Action::Pass),
            binary: decision(binary),
            refusal: decision(Action::Block),
            direction,
        };
        ruled.for_each(|(rule, decision)| plan.add(rule, decision));
        plan.settle();
        plan
    }

    /// Works out what follows from its rules, once they are all there.
    fn settle(&mut self) {
        let entry = |rule: &PlannedRule| Entry {
            find: rule.find,
            confidence: rule.confidence,
            is_last: rule.is_unconditional() && rule.decision.mode == Mode::Enforce,
        };
        self.index = Index::new(&self.rules.iter().map(entry).collect::<Vec<_>>());
        let about_kinds = |fits: fn(Action, u32) -> bool| {
            self.decisions_about_kinds().any(|(decision, at_least)| fits(decision.effective(), at_least))
        };
        let facts = Facts {
            keeps_back: about_kinds(|action, at_least| action > Action::Mask || action == Action::Mask && at_least > 1),
            may_mask: about_kinds(|action, _| action == Action::Mask),
            ignores_kinds: self.decisions_about_kinds().all(|(decision, _)| decision.action == Action::Pass),
            highest_count: self.rules.iter().map(|rule| rule.at_least).max().unwrap_or(0),
            offers: self.rules.iter().any(|rule| rule.offer && rule.decision.effective() == Action::Block),
        };
        self.facts = facts;
        self.hidden = OnceLock::new();
    }

    fn add(&mut self, rule: &Rule, decision: Decision) {
        let fields = rule.when.fields.iter().map(|field| {
            self.fields.iter().position(|known| known == field).unwrap_or_else(|| {
                self.fields.push(field.clone());
                self.fields.len().saturating_sub(1)
            })
        });
        let fields = fields.collect();
        // The configuration has no more of them.
        let files = rule.when.files.as_ref().filter(|_| self.files.len() < MOST_FILE_RULES).map(|files| {
            self.files.push(files.clone());
            1_u32 << (self.files.len() - 1)
        });
        let (find, at_least, confidence) = (rule.find, rule.at_least.max(1), rule.confidence);
        let (counted, offer) = (find, rule.offer);
        self.rules.push(PlannedRule { find, counted, at_least, confidence, fields, files, decision, offer });
    }

    /// The same once somebody has agreed to something.
    pub fn agreed(&self, consent: Consent) -> Plan {
        let rules = self.rules.iter().flat_map(|rule| rule.agreed(consent)).collect();
        let mut plan = Plan { rules, ..self.clone() };
        plan.settle();
        plan
    }

    /// The same once a writer has agreed to have it hidden.
    pub(super) fn hidden(&self) -> &Arc<Plan> {
        self.hidden.get_or_init(|| Arc::new(self.agreed(Consent::Hidden)))
    }

    /// Whether a rule that refuses offers to hide what it refuses.
    pub(super) fn offers(&self) -> bool {
        self.facts.offers
    }

    /// The same for what nobody can be asked about: it is refused.
    pub fn unaskable(&self) -> Plan {
        let mut plan = self.clone();
        for rule in plan.rules.iter_mut().filter(|rule| rule.decision.action > Action::Mask) {
            rule.decision.action = Action::Block;
        }
        plan.settle();
        plan
    }

    /// The fields that rules ask for, each with the value it must have.
    pub fn fields(&self) -> &[FieldIs] {
        &self.fields
    }

    /// Which of the conditions about files hold at a place; `seen` tells of the types that the bytes of the file there have.
    pub(super) fn class(&self, place: &Place, seen: impl Fn(FileType) -> bool) -> FileClass {
        let holding = self.files.iter().enumerate().filter(|(_, files)| files.hold(place, &seen));
        FileClass(holding.fold(0, |class, (number, _)| class | 1_u32 << number))
    }

    /// Whether any rule has a condition about files.
    pub(super) fn tells_files_apart(&self) -> bool {
        !self.files.is_empty()
    }

    /// The decision about a finding: of the first rule that applies. A rule that only observes does not end the search
    /// for what is carried out: trying a rule out must not weaken those below it. `different` tells how many different
    /// values of a set have been seen with at least a confidence.
    pub(super) fn judge(
        &self,
        case: Case,
        fields: Known<'_>,
        different: &dyn Fn(Find, Confidence) -> u32,
    ) -> Judged<'_> {
        self.judge_from(0, case, fields, different)
    }

    /// The same from that one on of the rules that are about it.
    fn judge_from(
        &self,
        from: usize,
        case: Case,
        fields: Known<'_>,
        different: &dyn Fn(Find, Confidence) -> u32,
    ) -> Judged<'_> {
        let about = self.index.about(case.what, case.confidence).get(from..).unwrap_or_default();
        let rules = about.iter().filter_map(|number| self.rules.get(*number));
        let applying = rules.zip(from..).find_map(|(rule, number)| {
            let holds = rule.about(case) && rule.counts(different);
            let fields = if holds { rule.fields_hold(fields) } else { Some(false) };
            (fields != Some(false)).then_some((rule, number, fields))
        });
        let Some((rule, number, known)) = applying else {
            let decision = self.unnamed(case.what);
            return Judged { decision, effective: decision.effective() };
        };
        let decision = &rule.decision;
        let applied = match decision.mode {
            Mode::Enforce => Judged { decision, effective: decision.effective() },
            Mode::Observe => {
                let below = self.judge_from(number + 1, case, fields, different).effective;
                Judged { decision, effective: below.max(decision.effective()) }
            }
        };
        if known == Some(true) {
            return applied;
        }
        // Whether it applies is not known: what holds either way, or the stricter of both.
        let rest = self.judge_from(number + 1, case, fields, different);
        let milder = if applied.effective <= rest.effective { applied } else { rest };
        let stricter = if applied.effective > rest.effective { applied } else { rest };
        if fields == Known::NotYet { milder } else { stricter }
    }

    fn unnamed(&self, what: What) -> &Decision {
        match what {
            What::Uninspectable(reason) if self.passes(reason) => &self.binary,
            What::Uninspectable(_) => &self.refusal,
            What::Kind(kind) if kind.is_optional() || kind == Kind::PersonName => &self.unasked,
            What::Kind(kind) if !kind.is_by_star() => &self.aside,
            // Most files that servers run elsewhere are nothing here: only a rule says otherwise.
            What::File(_) => &self.unasked,
            What::Kind(_) | What::Returned(_) => &self.default,
        }
    }

    /// Whether something that no rule names takes the default though it could not be inspected: pictures, which every site
    /// shows and takes; and of what a site sends, files that nobody can read without more than garim has. What a
    /// limit or a failure kept from being read is refused either way.
    pub(super) fn passes(&self, reason: Reason) -> bool {
        match reason {
            Reason::Binary | Reason::Image => true,
            Reason::Encrypted
            | Reason::Drm
            | Reason::ImageOnlyPdf
            | Reason::UndecodableGlyphs
            | Reason::UnknownFormat
            | Reason::Unsupported
            | Reason::Fragment => self.direction == Direction::Download,
            _ => false,
        }
    }

    fn decisions_about_kinds(&self) -> impl Iterator<Item = (&Decision, u32)> {
        let ruled = self.rules.iter().filter(|rule| rule.find.has_kinds()).map(|rule| (&rule.decision, rule.at_least));
        ruled.chain(std::iter::once((&self.default, 1)))
    }

    /// Whether a finding of personal data could still refuse or change what has already gone out, so that the whole
    /// body is kept back until its verdict: a block, a question, or a mask from a count above one.
    pub fn keeps_back(&self) -> bool {
        self.facts.keeps_back
    }

    /// Whether a body can be changed.
    pub fn may_mask(&self) -> bool {
        self.facts.may_mask
    }

    /// Whether nothing that is found is even recorded, so that a body need not be read.
    pub fn ignores_kinds(&self) -> bool {
        self.facts.ignores_kinds
    }

    /// Up to how many different values have to be told apart for this plan; 0 or 1 means counting is not needed.
    pub(super) fn highest_count(&self) -> u32 {
        self.facts.highest_count
    }

    /// What is done about one kind of uninspectable thing.
    pub fn about(&self, reason: Reason) -> Action {
        let (what, confidence) = (What::Uninspectable(reason), Confidence::Certain);
        self.judge(Case { what, confidence, class: FileClass::default() }, Known::Never, &|_, _| 0).effective
    }
}

impl PlannedRule {
    /// Whether it decides whatever it is about, whatever else is known.
    fn is_unconditional(&self) -> bool {
        self.at_least <= 1 && self.fields.is_empty() && self.files.is_none()
    }

    /// What becomes of it once somebody has agreed to something. What cannot be hidden stays as it is.
    fn agreed(&self, consent: Consent) -> impl Iterator<Item = PlannedRule> {
        let action = match (consent, self.decision.action) {
            (Consent::Hidden, Action::Block) if self.offer => Action::Mask,
            (_, action) => consent.turns(action),
        };
        let hides = consent == Consent::Hidden && action != self.decision.action;
        let (turned, left) = if hides { self.find.by_bytes() } else { (self.find, Find::NONE) };
        let decision = Decision { action, ..self.decision.clone() };
        let turned = PlannedRule { find: turned, decision, ..self.clone() };
        let left = PlannedRule { find: left, ..self.clone() };
        [turned, left].into_iter().filter(|rule| !rule.find.is_empty())
    }

    fn about(&self, case: Case) -> bool {
        self.find.contains(case.what)
            && case.confidence >= self.confidence
            && self.files.is_none_or(|files| case.class.0 & files != 0)
    }

    fn counts(&self, different: &dyn Fn(Find, Confidence) -> u32) -> bool {
        self.at_least <= 1 || different(self.counted, self.confidence) >= self.at_least
    }

    /// Whether its fields have their values; `None` if that is not known.
    fn fields_hold(&self, fields: Known<'_>) -> Option<bool> {
        match fields {
            _ if self.fields.is_empty() => Some(true),
            Known::Told(told) => Some(self.fields.iter().all(|field| told.get(*field).copied().unwrap_or(false))),
            Known::NotYet | Known::Never => None,
        }
    }
}
