//! Why a rule did not apply: the first of its conditions that did not hold.

use crate::policy::{Action, Asker, Decided, Policy, Roles, Rule, Tally};
use crate::vocab::{Confidence, Direction, What};

/// What kept a rule from applying; or that it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kept {
    Path,
    Method,
    Role,
    ExceptRole,
    Site,
    /// Its last day is past.
    Ended,
    Direction(Direction),
    /// The form has no such field with this value.
    Form(String, String),
    /// No file has such a name or type.
    File,
    /// Nothing of its kinds was found.
    Kind,
    Confidence {
        have: Confidence,
        need: Confidence,
    },
    /// So many different values.
    Count {
        have: u32,
        need: u32,
    },
    /// Each condition holds, but of no finding all of them, or a rule above it takes the findings.
    Taken,
    /// It applied, to something else.
    Applied(What, Action),
    /// It is about access alone, and applied.
    Access(Action),
}

/// One direction of one exchange, after it was judged.
pub(super) struct Situation<'a> {
    pub policy: &'a Policy,
    pub direction: Direction,
    pub site: &'a str,
    pub asker: Asker<'a>,
    pub tally: Option<&'a Tally>,
    pub decided: &'a [Decided],
}

impl Situation<'_> {
    /// Which rule, by its number from 0, decided so about that.
    pub fn number(&self, decided: &Decided) -> Option<usize> {
        let name = decided.decision.rule.as_deref()?;
        let rules = self.policy.rules.iter().enumerate();
        let mut named = rules.filter(|(_, rule)| {
            *rule.name == *name && rule.action == decided.decision.action && rule.find.contains(decided.what)
        });
        named.find(|(_, rule)| self.scope(rule).is_none()).map(|(number, _)| number)
    }

    /// Why the rule of that number, from 0, did not apply.
    pub fn kept(&self, number: usize) -> Kept {
        let Some(rule) = self.policy.rules.get(number) else { return Kept::Taken };
        if let Some(kept) = self.scope(rule) {
            return kept;
        }
        if rule.is_about_access() {
            return Kept::Access(rule.action);
        }
        let applied = self.decided.iter().find(|decided| self.number(decided) == Some(number));
        if let Some(applied) = applied {
            return Kept::Applied(applied.what, applied.decision.action);
        }
        self.of_form(rule).or_else(|| self.of_findings(rule, number)).unwrap_or(Kept::Taken)
    }

    fn scope(&self, rule: &Rule) -> Option<Kept> {
        let (scope, asker) = (&rule.scope, &self.asker);
        let direction = if rule.is_about_access() { Direction::Upload } else { self.direction };
        if scope.holds(direction, self.site, asker) {
            return None;
        }
        let roles = |roles: Roles| roles.meet(asker.roles);
        Some(match scope.on {
            _ if scope.has_ended(asker.today) => Kept::Ended,
            _ if scope.paths.as_ref().is_some_and(|paths| !paths.hold(asker.path)) => Kept::Path,
            _ if !scope.methods.is_empty() && !scope.methods.iter().any(|method| method == asker.method) => {
                Kept::Method
            }
            _ if scope.roles.is_some_and(|named| !roles(named)) => Kept::Role,
            _ if roles(scope.except_roles) => Kept::ExceptRole,
            _ if !scope.sites.is_empty() && !scope.sites.iter().any(|site| site == self.site) => Kept::Site,
            Some(on) => Kept::Direction(on),
            None => Kept::Site,
        })
    }

    /// A field of the form that has another value; what is not known keeps no rule from applying.
    fn of_form(&self, rule: &Rule) -> Option<Kept> {
        let tally = self.tally?;
        let told = tally.told_fields()?;
        let asked = tally.plan().fields();
        let missing = rule.when.fields.iter().find(|field| {
            let number = asked.iter().position(|known| known == *field);
            number.and_then(|number| told.get(number)) == Some(&false)
        })?;
        Some(Kept::Form(missing.name.clone(), missing.value.clone()))
    }

    fn of_findings(&self, rule: &Rule, number: usize) -> Option<Kept> {
        let about: Vec<&Decided> = self.decided.iter().filter(|decided| rule.find.contains(decided.what)).collect();
        let in_files = |decided: &&&Decided| self.in_files(rule, number, decided);
        if !about.is_empty() && !about.iter().any(|decided| in_files(&decided)) {
            return Some(Kept::File);
        }
        let Some(have) = about.iter().filter(in_files).map(|decided| decided.confidence).max() else {
            return Some(Kept::Kind);
        };
        if have < rule.confidence {
            return Some(Kept::Confidence { have, need: rule.confidence });
        }
        let different = self.tally.map_or(0, |tally| tally.different(rule.find, rule.confidence));
        (rule.at_least > 1 && different < rule.at_least).then_some(Kept::Count { have: different, need: rule.at_least })
    }

    /// Whether what was found stands in a file that the rule is about. A plan numbers its conditions about files in the order
    /// of the rules that can apply.
    fn in_files(&self, rule: &Rule, number: usize, decided: &Decided) -> bool {
        if rule.when.files.is_none() {
            return true;
        }
        let above = self.policy.rules.iter().take(number);
        let bit = above.filter(|above| {
            let planned = !above.is_about_access() && above.when.files.is_some();
            planned && above.scope.holds(self.direction, self.site, &self.asker)
        });
        let bit = u32::try_from(bit.count()).ok().and_then(|bit| 1_u32.checked_shl(bit));
        bit.is_none_or(|bit| decided.class.0 & bit != 0)
    }
}
