//! Policies and rules as they stand after the configuration has been checked.

use super::plan::{Decision, Plan, PlannedRule};
use super::{Action, Mode};
use crate::vocab::{Confidence, Direction, Kind, Reason, What};
use globset::GlobSet;
use std::sync::Arc;

const _: () = assert!(Kind::COUNT <= u64::BITS as usize, "every kind has its bit");

/// A set of things to find: kinds of personal data and reasons for which something cannot be inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Find {
    kinds: u64,
    reasons: u32,
}

impl Find {
    /// Nothing.
    pub const NONE: Find = Find { kinds: 0, reasons: 0 };

    /// What `*` means of the kinds that garim knows: every one that tells of a person by itself ([`Kind::is_by_star`]), but nothing uninspectable: that
    /// is always named on its own.
    pub fn every_kind() -> Find {
        let meant = Kind::ALL.iter().filter(|kind| kind.is_by_star());
        meant.fold(Find::NONE, |find, kind| find.with(What::Kind(*kind)))
    }

    /// Everything that can be uninspectable (`uninspectable`).
    pub fn every_reason() -> Find {
        Reason::ALL.iter().fold(Find::NONE, |find, reason| find.with(What::Uninspectable(*reason)))
    }

    /// This set and one more.
    pub fn with(mut self, what: What) -> Find {
        match what {
            What::Kind(kind) => self.kinds |= 1_u64 << kind.index(),
            What::Uninspectable(reason) => self.reasons |= 1 << reason as usize,
            // No rule can name it.
            What::Returned(_) => {}
        }
        self
    }

    /// Both sets together.
    pub fn and(self, other: Find) -> Find {
        Find { kinds: self.kinds | other.kinds, reasons: self.reasons | other.reasons }
    }

    /// Whether it holds this.
    pub fn contains(self, what: What) -> bool {
        match what {
            What::Kind(kind) => self.kinds & (1_u64 << kind.index()) != 0,
            What::Uninspectable(reason) => self.reasons & (1 << reason as usize) != 0,
            What::Returned(_) => false,
        }
    }

    /// Whether it holds any kind of personal data.
    pub fn has_kinds(self) -> bool {
        self.kinds != 0
    }
}

/// The paths a rule is about: globs, as they are written and as they match.
#[derive(Debug, Clone)]
pub struct Paths {
    written: Vec<String>,
    set: GlobSet,
}

impl Paths {
    /// `set` matches what `written` says.
    pub fn new(written: Vec<String>, set: GlobSet) -> Paths {
        Paths { written, set }
    }

    /// Whether a path, percent-decoded and without its query, is one of them.
    pub fn hold(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The globs as they are written.
    pub fn written(&self) -> &[String] {
        &self.written
    }
}

/// Where a rule applies. What is `None` or empty applies everywhere.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Only this way.
    pub on: Option<Direction>,
    /// Only the sites with one of these names.
    pub sites: Vec<String>,
    /// Only paths (without the query, percent-decoded) that match one of these globs.
    pub paths: Option<Paths>,
}

impl Scope {
    /// Whether it takes the path to tell if this scope holds.
    pub(super) fn asks_for_path(&self, direction: Direction, site: &str) -> bool {
        let unless_by_path = Scope { paths: None, ..self.clone() };
        self.paths.is_some() && unless_by_path.holds(direction, site, "")
    }

    fn holds(&self, direction: Direction, site: &str, path: &str) -> bool {
        self.on.is_none_or(|on| on == direction)
            && (self.sites.is_empty() || self.sites.iter().any(|name| name == site))
            && self.paths.as_ref().is_none_or(|paths| paths.hold(path))
    }
}

/// One rule of a policy.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name, as the operator wrote it, or `rule N` by its number in the policy, from 1.
    pub name: Arc<str>,
    /// Where it applies.
    pub scope: Scope,
    /// What it is about.
    pub find: Find,
    /// From how many different values of all kinds in `find` together it applies, counted over the whole exchange; 1 or more.
    pub at_least: u32,
    /// The least confidence it acts on.
    pub confidence: Confidence,
    /// What it does.
    pub action: Action,
    /// Its own mode, before the site's and the policy's.
    pub mode: Option<Mode>,
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

impl Policy {
    /// The rules that can apply to one direction of one exchange. `site_mode` is the site's own mode, if it has one; it
    /// stands between the rule's and the policy's. `path` is percent-decoded and without the query.
    pub fn plan(&self, direction: Direction, site: &str, path: &str, site_mode: Option<Mode>) -> Plan {
        let mode = site_mode.unwrap_or(self.mode);
        let rules = self.rules.iter().filter(|rule| rule.scope.holds(direction, site, path)).map(|rule| PlannedRule {
            find: rule.find,
            at_least: rule.at_least.max(1),
            confidence: rule.confidence,
            decision: Decision {
                action: rule.action,
                mode: rule.mode.unwrap_or(mode),
                rule: Some(Arc::clone(&rule.name)),
            },
        });
        Plan::new(rules.collect(), self.default, mode, direction)
    }
}
