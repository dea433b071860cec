//! How the rules of a policy stand to one another: rules that never apply, and counts that would make a verdict milder.

use super::reader::Book;
use super::words;
use crate::policy::{Action, Mode, Rule, Scope, subjects};
use std::ops::Range;

/// What of a rule is not kept in [`Rule`], but is needed to compare it.
pub(super) struct Reach {
    /// Its header.
    pub(super) span: Range<usize>,
    /// The globs of its paths as they are written; empty for every path.
    pub(super) paths: Vec<String>,
}

type Read = (Option<Rule>, Reach);

/// Tells what is wrong between the rules of a policy, and between them and its default.
pub(super) fn tell(book: &Book<'_>, rules: &[Read], default: Action, default_place: Range<usize>) {
    for (index, (rule, reach)) in rules.iter().enumerate() {
        let Some(rule) = rule else { continue };
        let earlier = rules.get(..index).unwrap_or_default();
        if let Some(last) = taken_by(rule, reach, earlier) {
            book.doubtful(&reach.span, words::never_applies(book.line(&last.span)));
        }
        let later = rules.get(index + 1..).unwrap_or_default();
        if rule.at_least <= 1 {
            continue;
        }
        let stricter = stricter_after(rule, later);
        let default_reached = taken_by(rule, reach, later).is_none();
        let default = (default_reached && default > effective(rule)).then_some((default, &default_place));
        if let Some((action, span)) = stricter.or(default) {
            let words = words::count_makes_milder(effective(rule).name(), action.name(), book.line(span));
            book.wrong(&reach.span, words);
        }
    }
}

/// The first of the later rules that is stricter about something that this one counts. A verdict may only become
/// stricter while a body arrives, and a count only grows.
fn stricter_after<'a>(rule: &Rule, later: &'a [Read]) -> Option<(Action, &'a Range<usize>)> {
    let later = later.iter().filter_map(|(other, place)| Some((other.as_ref()?, place)));
    let shared = |other: &Rule| subjects().any(|what| rule.find.contains(what) && other.find.contains(what));
    let mut stricter = later.filter(|(other, _)| {
        effective(other) > effective(rule) && shared(other) && may_meet(&rule.scope, &other.scope)
    });
    stricter.next().map(|(other, place)| (effective(other), &place.span))
}

/// What a rule really does: one that only observes is no stricter than a record.
fn effective(rule: &Rule) -> Action {
    if rule.mode == Some(Mode::Observe) { rule.action.min(Action::Log) } else { rule.action }
}

/// Paths cannot be compared glob by glob, so they count as meeting; and so do roles, of which somebody may have both.
fn may_meet(one: &Scope, other: &Scope) -> bool {
    let direction = one.on.is_none() || other.on.is_none() || one.on == other.on;
    let any = one.sites.is_empty() || other.sites.is_empty();
    direction && (any || one.sites.iter().any(|site| other.sites.contains(site)))
}

/// The last of the earlier rules without which this one could apply, if they take everything it is about.
fn taken_by<'a>(rule: &Rule, reach: &Reach, earlier: &'a [Read]) -> Option<&'a Reach> {
    let covering: Vec<(&Rule, &Reach)> = earlier
        .iter()
        .filter_map(|(other, place)| Some((other.as_ref()?, place)))
        .filter(|(other, place)| covers(other, place, rule, reach))
        .collect();
    let mut last = None;
    for what in subjects().filter(|what| rule.find.contains(*what)) {
        let taker = covering.iter().position(|(other, _)| other.find.contains(what))?;
        last = last.max(Some(taker));
    }
    covering.get(last?).map(|(_, place)| *place)
}

/// Whether the other rule holds wherever this one does. A count may be reached by other kinds too, so that a rule with
/// one covers nothing.
fn covers(other: &Rule, place: &Reach, rule: &Rule, reach: &Reach) -> bool {
    let direction = other.scope.on.is_none() || other.scope.on == rule.scope.on;
    let sites = other.scope.sites.is_empty()
        || (!rule.scope.sites.is_empty() && rule.scope.sites.iter().all(|site| other.scope.sites.contains(site)));
    let paths = place.paths.is_empty()
        || (!reach.paths.is_empty() && reach.paths.iter().all(|path| place.paths.contains(path)));
    let methods = other.scope.methods.is_empty()
        || (!rule.scope.methods.is_empty()
            && rule.scope.methods.iter().all(|method| other.scope.methods.contains(method)));
    let roles = other.scope.roles.is_none_or(|roles| rule.scope.roles.is_some_and(|these| these.within(roles)))
        && other.scope.except_roles.within(rule.scope.except_roles);
    let lasts = other.scope.until.is_none_or(|last| rule.scope.until.is_some_and(|until| until <= last));
    // What a form or a file's name decides is not compared.
    let always = other.when.fields.is_empty() && other.when.files.is_none();
    let everywhere = direction && sites && paths && methods && roles && lasts && always;
    everywhere && other.at_least <= 1 && other.confidence <= rule.confidence
}
