//! Exceptions: what of a policy is let be for a while, because somebody said so.

use super::{Action, Conditions, Find, Mode, Policy, Rule, Scope};
use crate::vocab::Confidence;
use std::sync::Arc;

/// What is let be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetBe {
    /// The rules of this name, as though they were not there.
    Rule(String),
    /// These things: they pass, with a record.
    Find(Find),
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
                LetBe::Find(find) => {
                    // Without anything left to find it would be a rule about access.
                    policy.rules.retain(|rule| rule.is_about_access() || !rule.find.without(*find).is_empty());
                    policy.rules.iter_mut().for_each(|rule| rule.find = rule.find.without(*find));
                    passing.push(passes(exception, *find));
                }
            }
        }
        policy.rules.splice(0..0, passing);
        policy
    }
}

/// It holds even where the policy only observes: a rule below that is enforced all the same would decide else.
fn passes(exception: &Exception, find: Find) -> Rule {
    Rule {
        name: Arc::clone(&exception.name),
        scope: Scope::default(),
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
    use crate::vocab::{Direction, Finding, Kind, Part, Place, Reason, Secret, Span, What};

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
        let mut tally = Tally::new(policy.plan(Direction::Upload, "s", &Asker::of_path("/"), None));
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
        let excepted = policy().except(&except(LetBe::Find(Find::NONE.with(MOBILE))));
        assert_eq!(verdict(&policy(), 5).0, Action::Hold);
        assert_eq!(
            verdict(&excepted, 5),
            (Action::Warn, Some("warn".to_owned())),
            "five numbers make no list any more"
        );
        let both = policy().except(&except(LetBe::Find(Find::NONE.with(MOBILE).with(EMAIL))));
        assert_eq!(verdict(&both, 5), (Action::Log, Some("exception 1".to_owned())));
        let access = both.rules.iter().filter(|rule| rule.is_about_access()).count();
        assert_eq!((access, both.rules.len()), (1, 2), "no rule has become one about access");
    }

    #[test]
    fn it_holds_where_only_one_rule_is_enforced() {
        let mut policy = Policy { mode: Mode::Observe, ..policy() };
        policy.rules[1].mode = Some(Mode::Enforce);
        assert_eq!(verdict(&policy, 1).0, Action::Block);
        let excepted = policy.except(&except(LetBe::Find(Find::NONE.with(MOBILE))));
        assert_eq!(verdict(&excepted, 1).0, Action::Log);
    }
}
