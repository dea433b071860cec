//! `[hold]`: posts that wait for approval.

use super::reader::{Table, Value};
use super::{expected, words};
use crate::policy::{Action, Paths, Policy};
use globset::{Glob, GlobSetBuilder};
use std::sync::Arc;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

/// `[hold]`: posts that wait for approval.
#[derive(Debug, Clone)]
pub struct Hold {
    /// Whether any rule holds posts.
    pub is_used: bool,
    /// How long one waits; then it is destroyed.
    pub expire: Duration,
    /// From so many findings of personal data on, two persons must approve.
    pub second_for: Option<u32>,
    /// Who approves what stands on which paths, in the order of the file.
    pub approvers: Vec<(Paths, Vec<String>)>,
    /// Who approves as well.
    pub deputy: Vec<String>,
    /// How what was approved reaches the site.
    pub release: Release,
}

/// How a post that was held and is approved reaches the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Release {
    /// Its writer sends it, from the session of then.
    #[default]
    Resubmit,
    /// garim sends it, as it came, with the cookies that it came with.
    Forward,
}

impl Default for Hold {
    fn default() -> Hold {
        let expire = Duration::from_secs(3 * 86_400);
        let (approvers, deputy, release) = (Vec::new(), Vec::new(), Release::default());
        Hold { is_used: false, expire, second_for: None, approvers, deputy, release }
    }
}

impl Hold {
    /// Whether somebody may approve what was posted to a path.
    pub fn may_approve(&self, who: &str, path: &str) -> bool {
        let of_path = self.approvers.iter().find(|(paths, _)| paths.hold(path));
        self.deputy.iter().any(|name| name == who)
            || of_path.is_some_and(|(_, names)| names.iter().any(|name| name == who))
    }
}

/// Reads it; `policies` tell whether any rule holds posts, which somebody must be able to approve.
pub(super) fn hold<'p>(root: &Table<'_>, policies: impl Iterator<Item = &'p Arc<Policy>>) -> Hold {
    let is_used = policies.into_iter().any(|policy| policy.rules.iter().any(|rule| rule.action == Action::Hold));
    let mut hold = Hold { is_used, ..Hold::default() };
    let Some(table) = root.table("hold", "[hold]") else {
        if is_used {
            root.book.wrong(&(0..0), words::nobody_approves());
        }
        return hold;
    };
    hold.expire = table.duration("expire", hold.expire, HOUR..=24 * 90 * HOUR);
    hold.second_for = table
        .get("second_for")
        .map(|value| value.number(1..=1_000_000).and_then(|number| u32::try_from(number).ok()).unwrap_or(1));
    let ways = [("resubmit", Release::Resubmit), ("forward", Release::Forward)];
    hold.release = table.choice("release", &ways).unwrap_or_default();
    if hold.release == Release::Forward {
        table.book.doubtful(&table.place_of("release"), words::sessions_die());
    }
    hold.deputy = table.list("deputy", expected::NAMES).iter().filter_map(name).collect();
    if let Some(approvers) = table.table("approvers", "approvers of [hold]") {
        for (glob, span, value) in approvers.entries() {
            let names: Vec<String> = value.filled(expected::NAMES).iter().filter_map(name).collect();
            match of_glob(glob) {
                Some(paths) => hold.approvers.push((paths, names)),
                None => table.book.wrong(&span, words::no_glob(glob)),
            }
        }
    }
    // The most exact is asked first, "*" last.
    hold.approvers.sort_by_key(|(paths, _)| std::cmp::Reverse(paths.written().concat().len()));
    if is_used && hold.approvers.is_empty() && hold.deputy.is_empty() {
        table.book.wrong(&table.span, words::nobody_approves());
    }
    table.finish(&[]);
    hold
}

fn name(value: &Value<'_>) -> Option<String> {
    value.text(expected::NAMES).map(str::to_owned)
}

/// "*" is every path here.
fn of_glob(glob: &str) -> Option<Paths> {
    let every = if glob == "*" { "**" } else { glob };
    if glob != "*" && !glob.starts_with('/') {
        return None;
    }
    let set = GlobSetBuilder::new().add(Glob::new(every).ok()?).build().ok()?;
    Some(Paths::new(vec![glob.to_owned()], set))
}
