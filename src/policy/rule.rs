//! Policies and rules as they stand after the configuration has been checked.

use super::plan::{Decision, Plan};
use super::{Action, Asker, Conditions, Find, Mode, Scope};
use crate::vocab::{Confidence, Day, Direction};
use std::sync::Arc;

/// One rule of a policy.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name, as the operator wrote it, or `rule N` by its number in the policy, from 1.
    pub name: Arc<str>,
    /// Where it applies.
    pub scope: Scope,
    /// What else must hold.
    pub when: Conditions,
    /// What it is about. Nothing: the rule is about access alone.
    pub find: Find,
    /// From how many different values of all kinds in `find` together it applies, counted over the whole exchange; 1 or more.
    pub at_least: u32,
    /// The least confidence it acts on.
    pub confidence: Confidence,
    /// What it does.
    pub action: Action,
    /// Its own mode, before the site's and the policy's.
    pub mode: Option<Mode>,
    /// Whether the writer of what it refuses may be offered to post it with that hidden, where all of it can be. Of
    /// [`Action::Block`] and of uploads only.
    pub offer: bool,
}

/// A policy: rules read from the top, and what happens to findings that no rule names.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name in the configuration.
    pub name: String,
    /// Whether its decisions are carried out.
    pub mode: Mode,
    /// For findings that no rule names. What is uninspectable and named by no rule is refused all the same, except
    /// `uninspectable:binary`, which takes this default.
    pub default: Action,
    /// The rules, from the top.
    pub rules: Vec<Rule>,
}

impl Rule {
    /// Whether it is about access alone, whatever is found.
    pub fn is_about_access(&self) -> bool {
        self.find.is_empty()
    }
}

impl Policy {
    /// The rules that can apply to one direction of one exchange. `site_mode` is the site's own mode, if it has one; it
    /// stands between the rule's and the policy's.
    pub fn plan(&self, direction: Direction, site: &str, asker: &Asker<'_>, site_mode: Option<Mode>) -> Plan {
        let mode = site_mode.unwrap_or(self.mode);
        let holding =
            self.rules.iter().filter(|rule| !rule.is_about_access() && rule.scope.holds(direction, site, asker));
        Plan::new(holding.map(|rule| (rule, rule.decision(mode))), self.default, mode, direction)
    }

    /// The kinds that answers of this site show in stars to anybody, and that no post is hidden in: where posts are, the site has
    /// such stars of its own.
    pub fn starred(&self, site: &str, site_mode: Option<Mode>) -> Find {
        let mode = site_mode.unwrap_or(self.mode);
        let carried_out = |rule: &&Rule| rule.mode.unwrap_or(mode) == Mode::Enforce && !rule.is_about_access();
        let hidden = |direction: Direction| {
            let hides = |rule: &&Rule| {
                let asks = direction == Direction::Upload && (rule.action == Action::Warn || rule.offer);
                (rule.action == Action::Mask || asks) && rule.scope.holds_of(direction, site)
            };
            let by_default = self.default == Action::Mask && mode == Mode::Enforce;
            let default = if by_default { Find::every_kind() } else { Find::NONE };
            self.rules.iter().filter(carried_out).filter(hides).fold(default, |all, rule| all.and(rule.find))
        };
        hidden(Direction::Download).without(hidden(Direction::Upload))
    }

    /// What the first rule about access alone says that applies, and what is carried out: a rule that only observes does not
    /// open what one below it closes. `None` if none applies.
    pub fn access(&self, site: &str, asker: &Asker<'_>, site_mode: Option<Mode>) -> Option<Decision> {
        let mode = site_mode.unwrap_or(self.mode);
        let about = self.rules.iter().filter(|rule| rule.is_about_access());
        let mut applying =
            about.filter(|rule| rule.scope.holds(Direction::Upload, site, asker)).map(|rule| rule.decision(mode));
        let first = applying.next()?;
        match first.mode {
            Mode::Enforce => Some(first),
            Mode::Observe => Some(applying.find(|decision| decision.mode == Mode::Enforce).unwrap_or(first)),
        }
    }

    /// The last days of its rules: on the day after each, it decides otherwise.
    pub fn ends(&self) -> impl Iterator<Item = Day> {
        self.rules.iter().filter_map(|rule| rule.scope.until)
    }

    /// The fields of forms whose values its rules ask for.
    pub fn asked_fields(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| &rule.when.fields).map(|field| field.name.as_str())
    }
}

impl Rule {
    fn decision(&self, mode: Mode) -> Decision {
        Decision { action: self.action, mode: self.mode.unwrap_or(mode), rule: Some(Arc::clone(&self.name)) }
    }
}
