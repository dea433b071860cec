//! Exceptions: what of a policy is let be for a while, because somebody said so.

use super::{Action, Conditions, Find, Mode, Policy, Rule, Scope};
use crate::vocab::{Confidence, Direction};
use std::sync::Arc;

/// What is let be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetBe {
    /// The rules of this name, as though they were not there.
    Rule(String),
    /// These things: they pass, with a record; only one way, or both.
    Find(Find, Option<Direction>),
}

/// An exception that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The name under which records tell that it decided.
    pub name: Arc<str>,
    /// What is let be.
    pub let_be: LetBe,
}

impl Policy {
    /// The same policy with exceptions. Things that are let be count for no other rule any more, and are recorded under the
    /// exception's name; a rule that was about nothing else is not there.
    pub fn except(&self, exceptions: &[Exception]) -> Policy {
        let mut policy = self.clone();
        let mut passing = Vec::new();
        for exception in exceptions {
            match &exception.let_be {
                LetBe::Rule(name) => policy.rules.retain(|rule| *rule.name != **name),
                LetBe::Find(find, on) => {
                    policy.rules = policy.rules.into_iter().flat_map(|rule| without(rule, *find, *on)).collect();
                    passing.push(passes(exception, *find, *on));
                }
            }
        }
        policy.rules.splice(0..0, passing);
        policy
    }
}

/// What is left of a rule where these things are let be: of one about both ways, a rule for each where only one of them is meant. A
/// verdict is about one way at a time, so nothing is counted apart that was counted together.
fn without(rule: Rule, find: Find, on: Option<Direction>) -> impl Iterator<Item = Rule> {
    let left = rule.find.without(find);
    let untouched = rule.is_about_access() || left == rule.find;
    let (meant, other) = match (on, rule.scope.on) {
        _ if untouched => (None, Some(rule)),
        (Some(on), Some(way)) if on != way => (None, Some(rule)),
        (Some(on), None) => {
            let one_way =
                |on, rule: &Rule| Rule { scope: Scope { on: Some(on), ..rule.scope.clone() }, ..rule.clone() };
            (Some(one_way(on, &rule)), Some(one_way(on.opposite(), &rule)))
        }
        _ => (Some(rule), None),
    };
    // Without anything left to find it would be a rule about access.
    let meant = meant.filter(|_| !left.is_empty()).map(|rule| Rule { find: left, ..rule });
    meant.into_iter().chain(other)
}

/// It holds even where the policy only observes: a rule below that is enforced all the same would decide else.
fn passes(exception: &Exception, find: Find, on: Option<Direction>) -> Rule {
    Rule {
        name: Arc::clone(&exception.name),
        scope: Scope { on, ..Scope::default() },
        when: Conditions::default(),
        find,
        at_least: 1,
        confidence: Confidence::Possible,
        action: Action::Log,
        mode: Some(Mode::Enforce),
        offer: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::tests::rule;
    use crate::policy::{Asker, Tally};
    use crate::vocab::{Finding, Kind, Part, Place, Reason, Secret, Span, What};

    const MOBILE: What = What::Kind(Kind::MobileNumber);
    const EMAIL: What = What::Kind(Kind::EmailAddress);

    fn except(let_be: LetBe) -> Vec<Exception> {
        vec![Exception { name: "exception 1".into(), let_be }]
    }

    fn policy() -> Policy {
        let many = Find::NONE.with(MOBILE).with(EMAIL);
        let rules = vec![
            Rule { at_least: 3, ..rule(many, Action::Hold) },
            rule(Find::NONE.with(MOBILE), Action::Block),
            rule(Find::NONE.with(EMAIL), Action::Warn),
            Rule { name: "access".into(), ..rule(Find::NONE, Action::Block) },
        ];
        Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Mask, rules }
    }

    /// What is done with so many telephone numbers and one address, and by which rule.
    fn verdict(policy: &Policy, mobiles: usize) -> (Action, Option<String>) {
        verdict_of(policy, mobiles, Direction::Upload)
    }

    fn verdict_of(policy: &Policy, mobiles: usize, direction: Direction) -> (Action, Option<String>) {
        let mut tally = Tally::new(policy.plan(direction, "s", &Asker::of_path("/"), None));
        let blank = Finding::uninspectable(Reason::Binary, Span { start: 0, end: 1 }, Place::whole(Part::Body));
        for number in 0..=mobiles {
            let what = if number == mobiles { EMAIL } else { MOBILE };
            let secret = Secret::new(format!("{number}").as_bytes());
            tally.add(&Finding { what, confidence: Confidence::Certain, secret, ..blank.clone() });
        }
        let verdict = tally.verdict();
        (verdict.action, verdict.rule.map(|rule| rule.to_string()))
    }

    #[test]
    fn a_rule_that_is_let_be_is_not_there() {
        let let_be = except(LetBe::Rule("block".to_owned()));
        assert_eq!(verdict(&policy(), 1).0, Action::Block);
        let excepted = policy().except(&let_be);
        assert_eq!(verdict(&excepted, 1), (Action::Warn, Some("warn".to_owned())), "what no rule names is masked");
        assert_eq!(excepted.rules.len(), policy().rules.len() - 1);
        assert_eq!(policy().except(&except(LetBe::Rule("another".to_owned()))).rules.len(), policy().rules.len());
    }

    #[test]
    fn a_kind_that_is_let_be_passes_with_a_record_and_counts_for_nothing_else() {
        let excepted = policy().except(&except(LetBe::Find(Find::NONE.with(MOBILE), None)));
        assert_eq!(verdict(&policy(), 5).0, Action::Hold);
        assert_eq!(
            verdict(&excepted, 5),
            (Action::Warn, Some("warn".to_owned())),
            "five numbers make no list any more"
        );
        let both = policy().except(&except(LetBe::Find(Find::NONE.with(MOBILE).with(EMAIL), None)));
        assert_eq!(verdict(&both, 5), (Action::Log, Some("exception 1".to_owned())));
        let access = both.rules.iter().filter(|rule| rule.is_about_access()).count();
        assert_eq!((access, both.rules.len()), (1, 2), "no rule has become one about access");
    }

    #[test]
    fn one_way_alone_is_let_be_and_the_other_is_as_it_was() {
        let rule_name = |name: &str| Some(name.to_owned());
        let mut policy = policy();
        policy.rules[2].scope.on = Some(Direction::Download);
        for (let_be, other) in [(Direction::Upload, Direction::Download), (Direction::Download, Direction::Upload)] {
            let excepted = policy.except(&except(LetBe::Find(Find::NONE.with(MOBILE), Some(let_be))));
            for mobiles in [1, 5] {
                let as_it_was = verdict_of(&policy, mobiles, other);
                assert_eq!(verdict_of(&excepted, mobiles, other), as_it_was, "{other:?}");
                assert!(as_it_was.0 >= Action::Hold);
            }
            let wanted = match let_be {
                // What no rule names is masked: the address, whose own rule is about the other way.
                Direction::Upload => Action::Mask,
                Direction::Download => Action::Warn,
            };
            assert_eq!(verdict_of(&excepted, 5, let_be).0, wanted, "{let_be:?}");
            let both = policy.except(&except(LetBe::Find(Find::NONE.with(MOBILE).with(EMAIL), Some(let_be))));
            assert_eq!(verdict_of(&both, 5, let_be), (Action::Log, rule_name("exception 1")));
            assert_eq!(verdict_of(&both, 5, other), verdict_of(&policy, 5, other));
            let access = |policy: &Policy| policy.rules.iter().filter(|rule| rule.is_about_access()).count();
            assert_eq!(access(&both), access(&policy), "no rule has become one about access");
        }
    }

    #[test]
    fn it_holds_where_only_one_rule_is_enforced() {
        let mut policy = Policy { mode: Mode::Observe, ..policy() };
        policy.rules[1].mode = Some(Mode::Enforce);
        assert_eq!(verdict(&policy, 1).0, Action::Block);
        let excepted = policy.except(&except(LetBe::Find(Find::NONE.with(MOBILE), None)));
        assert_eq!(verdict(&excepted, 1).0, Action::Log);
    }
}
