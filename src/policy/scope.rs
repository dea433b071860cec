//! Where a rule applies: what is known of an exchange before its first byte is read.

use super::Roles;
use crate::vocab::{Day, Direction};
use globset::{Glob, GlobBuilder, GlobSet};

/// Who asks for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker<'a> {
    /// The path, percent-decoded and without the query.
    pub path: &'a str,
    /// The method, as it is written.
    pub method: &'a str,
    /// The roles of who asks.
    pub roles: Roles,
    /// The day on which it is asked, in Korea.
    pub today: Day,
}

impl<'a> Asker<'a> {
    /// Somebody of no role who asks for this path by GET, on a day before every other.
    pub const fn of_path(path: &'a str) -> Asker<'a> {
        Asker { path, method: "GET", roles: Roles::PUBLIC, today: Day { year: 0, month: 0, day: 0 } }
    }
}

/// A glob over paths, in which `*` stays within a segment and `**` crosses them; `None` if it is none.
pub fn glob(written: &str) -> Option<Glob> {
    GlobBuilder::new(written).literal_separator(true).build().ok()
}

/// The paths a rule is about: globs, as they are written and as they match.
#[derive(Debug, Clone)]
pub struct Paths {
    written: Vec<String>,
    set: GlobSet,
}

impl Paths {
    /// `set` matches what `written` says, each as [`glob`] reads it.
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
    /// Only requests by one of these methods, in capitals.
    pub methods: Vec<String>,
    /// Only who has one of these roles.
    pub roles: Option<Roles>,
    /// Nobody who has one of these roles.
    pub except_roles: Roles,
    /// The last day on which it applies.
    pub until: Option<Day>,
    /// For people: why the rule is there, and who says so. They decide nothing.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

impl Scope {
    pub(super) fn holds_of(&self, direction: Direction, site: &str) -> bool {
        self.on.is_none_or(|on| on == direction)
            && (self.sites.is_empty() || self.sites.iter().any(|name| name == site))
    }

    /// Whether its last day is past.
    pub(crate) fn has_ended(&self, today: Day) -> bool {
        self.until.is_some_and(|last| last < today)
    }

    /// Whether it holds for one direction of an exchange.
    pub(crate) fn holds(&self, direction: Direction, site: &str, asker: &Asker<'_>) -> bool {
        self.holds_of(direction, site)
            && (self.methods.is_empty() || self.methods.iter().any(|method| method == asker.method))
            && self.roles.is_none_or(|roles| roles.meet(asker.roles))
            && !self.except_roles.meet(asker.roles)
            && !self.has_ended(asker.today)
            && self.paths.as_ref().is_none_or(|paths| paths.hold(asker.path))
    }
}
