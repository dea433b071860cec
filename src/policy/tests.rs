//! The policy against findings made by hand.

use super::*;
use crate::vocab::{Confidence, Day, Direction, FileClass, Finding, Kind, Part, Place, Reason, Secret, Span, What};
use globset::{Glob, GlobSetBuilder};
use proptest::prelude::*;

pub(super) fn rule(find: Find, action: Action) -> Rule {
    let scope = Scope::default();
    let (name, confidence, when) = (action.name().into(), Confidence::Probable, Conditions::default());
    Rule { name, scope, when, find, at_least: 1, confidence, action, mode: None, offer: false }
}

fn policy(rules: Vec<Rule>) -> Policy {
    Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules }
}

fn tally(policy: &Policy) -> Tally {
    Tally::new(policy.plan(Direction::Upload, "example.go.kr", &Asker::of_path("/board"), None))
}

fn finding(kind: Kind, confidence: Confidence, value: &str) -> Finding {
    let blank = Finding::uninspectable(Reason::Binary, Span { start: 0, end: 1 }, Place::whole(Part::Body));
    Finding { what: What::Kind(kind), confidence, secret: Secret::new(value.as_bytes()), ..blank }
}

const MOBILE: What = What::Kind(Kind::MobileNumber);

#[test]
fn the_first_rule_that_applies_decides() {
    let find = Find::NONE.with(MOBILE);
    let policy = policy(vec![rule(find, Action::Mask), rule(Find::every_kind(), Action::Block)]);
    let mut tally = tally(&policy);
    assert_eq!(tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1")), Action::Mask);
    assert!(!tally.refuses());
    assert_eq!(tally.add(&finding(Kind::EmailAddress, Confidence::Certain, "2")), Action::Block);
    assert!(tally.refuses());
    assert_eq!(tally.verdict().rule.as_deref(), Some("block"));
}

#[test]
fn a_count_is_of_different_values_and_turns_earlier_findings_too() {
    let many = Rule { at_least: 2, ..rule(Find::every_kind(), Action::Block) };
    let policy = policy(vec![many]);
    let mut tally = tally(&policy);
    assert!(tally.plan().keeps_back());
    for _ in 0..3 {
        assert_eq!(tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1")), Action::Log);
    }
    assert_eq!(tally.add(&finding(Kind::EmailAddress, Confidence::Possible, "x")), Action::Log);
    assert_eq!(tally.add(&finding(Kind::EmailAddress, Confidence::Certain, "x")), Action::Block);
    assert_eq!(tally.action(MOBILE, Confidence::Certain, FileClass::default()), Action::Block);
}

#[test]
fn observing_decides_but_does_not_act() {
    let policy = Policy { mode: Mode::Observe, ..policy(vec![rule(Find::every_kind(), Action::Block)]) };
    let mut tally = tally(&policy);
    tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1"));
    let verdict = tally.verdict();
    assert_eq!((verdict.action, verdict.would), (Action::Log, Action::Block));
    assert!(!tally.plan().keeps_back());
}

#[test]
fn what_is_uninspectable_and_named_by_no_rule_is_refused_except_binary() {
    let policy = policy(vec![rule(Find::every_kind(), Action::Mask)]);
    let plan = policy.plan(Direction::Download, "s", &Asker::of_path("/"), None);
    assert_eq!(plan.about(Reason::Damaged), Action::Block);
    assert_eq!(plan.about(Reason::Binary), Action::Log);
    assert!(plan.may_mask() && !plan.keeps_back());
    let lenient = Policy { rules: vec![rule(Find::every_reason(), Action::Log)], ..policy };
    assert_eq!(lenient.plan(Direction::Upload, "s", &Asker::of_path("/"), None).about(Reason::Upgrade), Action::Log);
}

#[test]
fn a_rule_acts_from_its_confidence_on() {
    let policy = policy(vec![rule(Find::every_kind(), Action::Block)]);
    let mut tally = tally(&policy);
    assert_eq!(tally.add(&finding(Kind::MobileNumber, Confidence::Possible, "1")), Action::Log);
    assert_eq!(tally.verdict().action, Action::Log);
}

#[test]
fn what_passes_is_counted_by_different_values_and_apart_from_what_does_not() {
    let only = |kind| Find::NONE.with(What::Kind(kind));
    let tried = Rule { mode: Some(Mode::Observe), ..rule(only(Kind::EmailAddress), Action::Block) };
    let policy = policy(vec![
        rule(only(Kind::ResidentRegistrationNumber), Action::Block),
        rule(only(Kind::PaymentCardNumber), Action::Mask),
        rule(only(Kind::PassportNumber), Action::Pass),
        tried,
    ]);
    let mut tally = tally(&policy);
    assert!(tally.passed(false).is_empty() && tally.blocked().is_empty());
    for kind in [Kind::ResidentRegistrationNumber, Kind::PaymentCardNumber, Kind::PassportNumber, Kind::EmailAddress] {
        tally.add(&finding(kind, Confidence::Certain, "1"));
    }
    for value in ["1", "2", "2"] {
        tally.add(&finding(Kind::MobileNumber, Confidence::Probable, value));
    }
    tally.add(&finding(Kind::MobileNumber, Confidence::Possible, "3"));
    assert_eq!(tally.passed(false), [(Kind::MobileNumber, 2), (Kind::EmailAddress, 1)].into());
    assert_eq!(tally.passed(true), [(Kind::EmailAddress, 1)].into(), "a role is meant to see what is only recorded");
    assert_eq!(tally.blocked(), [(Kind::ResidentRegistrationNumber, 1)].into());
}

#[test]
fn beyond_the_values_that_are_remembered_findings_are_counted() {
    let policy = policy(vec![]);
    let mut tally = tally(&policy);
    for value in 0..2_500 {
        tally.add(&finding(Kind::MobileNumber, Confidence::Certain, &value.to_string()));
    }
    assert_eq!(tally.passed(false), [(Kind::MobileNumber, 2_500)].into());
}

fn action_of(policy: &Policy, direction: Direction, site: &str, path: &str) -> Action {
    let mut tally = Tally::new(policy.plan(direction, site, &Asker::of_path(path), None));
    tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1"))
}

#[test]
fn a_rule_holds_only_where_its_scope_says() {
    let paths = GlobSetBuilder::new().add(Glob::new("/board/**").unwrap()).build().unwrap();
    let paths = Some(Paths::new(vec!["/board/**".to_owned()], paths));
    let scope = Scope { on: Some(Direction::Upload), sites: vec!["a.kr".into()], paths, ..Scope::default() };
    let policy = policy(vec![Rule { scope, ..rule(Find::every_kind(), Action::Block) }]);
    assert_eq!(action_of(&policy, Direction::Upload, "a.kr", "/board/1"), Action::Block);
    assert_eq!(action_of(&policy, Direction::Download, "a.kr", "/board/1"), Action::Log);
    assert_eq!(action_of(&policy, Direction::Upload, "b.kr", "/board/1"), Action::Log);
    assert_eq!(action_of(&policy, Direction::Upload, "a.kr", "/other"), Action::Log);
}

#[test]
fn the_nearest_mode_counts_rule_then_site_then_policy() {
    let effective = |of_policy, of_site, of_rule| {
        let rules = vec![Rule { mode: of_rule, ..rule(Find::every_kind(), Action::Block) }];
        let policy = Policy { mode: of_policy, ..policy(rules) };
        let mut tally = Tally::new(policy.plan(Direction::Upload, "s", &Asker::of_path("/"), of_site));
        tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1"))
    };
    let (observe, enforce) = (Mode::Observe, Mode::Enforce);
    assert_eq!(effective(observe, None, None), Action::Log);
    assert_eq!(effective(observe, Some(enforce), None), Action::Block);
    assert_eq!(effective(enforce, Some(observe), None), Action::Log);
    assert_eq!(effective(enforce, Some(observe), Some(enforce)), Action::Block);
    assert_eq!(effective(observe, Some(enforce), Some(observe)), Action::Log);
}

#[test]
fn a_value_counts_once_at_its_highest_confidence_and_kinds_count_together() {
    let certain = Rule { at_least: 3, confidence: Confidence::Certain, ..rule(Find::every_kind(), Action::Block) };
    let policy = policy(vec![certain]);
    let mut tally = tally(&policy);
    tally.add(&finding(Kind::MobileNumber, Confidence::Probable, "1"));
    tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1"));
    tally.add(&finding(Kind::EmailAddress, Confidence::Certain, "x"));
    tally.add(&finding(Kind::EmailAddress, Confidence::Possible, "y"));
    assert!(!tally.refuses());
    tally.add(&finding(Kind::EmailAddress, Confidence::Certain, "y"));
    assert!(tally.refuses(), "1, x and y are certain");
}

#[test]
fn passing_everything_needs_no_reading() {
    let ignored = Policy { default: Action::Pass, ..policy(vec![rule(Find::every_reason(), Action::Block)]) };
    let plan = ignored.plan(Direction::Download, "s", &Asker::of_path("/"), None);
    assert!(plan.ignores_kinds());
    let logged = policy(Vec::new()).plan(Direction::Download, "s", &Asker::of_path("/"), None);
    assert!(!logged.ignores_kinds());
}

prop_compose! {
    fn any_rule()(kind in 0..Kind::ALL.len(), every: bool, at_least in 1..4_u32, tier in 0..3_usize, action in 0..Action::ALL.len()) -> Rule {
        let find = if every { Find::every_kind() } else { Find::NONE.with(What::Kind(Kind::ALL[kind])) };
        Rule { at_least, confidence: Confidence::ALL[tier], ..rule(find, Action::ALL[action]) }
    }
}

proptest! {
    /// As the configuration demands: a rule with a count is at least as strict as all that follows it. Then what has
    /// been refused or masked stays so, whatever is found next.
    #[test]
    fn a_verdict_only_becomes_stricter(
        mut rules in prop::collection::vec(any_rule(), 0..5),
        found in prop::collection::vec((0..Kind::ALL.len(), 0..3_usize, 0..4_u8), 0..20),
    ) {
        let mut strictest = Action::Log;
        for rule in rules.iter_mut().rev() {
            strictest = strictest.max(rule.action);
            if rule.at_least > 1 {
                rule.action = strictest;
            }
        }
        let policy = policy(rules);
        let mut tally = tally(&policy);
        let mut before = Action::Pass;
        for (kind, tier, value) in found {
            tally.add(&finding(Kind::ALL[kind], Confidence::ALL[tier], &value.to_string()));
            let verdict = tally.verdict();
            prop_assert!(verdict.action >= before, "{before:?} became {:?}", verdict.action);
            before = verdict.action;
        }
    }
}

#[test]
fn a_rule_on_trial_does_not_weaken_the_rules_below_it() {
    let trial = Rule { mode: Some(Mode::Observe), ..rule(Find::every_kind(), Action::Mask) };
    let policy = policy(vec![trial, rule(Find::every_kind(), Action::Block)]);
    let mut tally = tally(&policy);
    assert_eq!(tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1")), Action::Block);
    assert_eq!(tally.verdict().action, Action::Block);
}

/// A tally for a writer who can be asked.
fn offering(policy: &Policy) -> Tally {
    tally(policy).offering(true)
}

#[test]
fn what_is_offered_to_be_hidden_is_not_refused_at_once() {
    let offers = Rule { offer: true, ..rule(Find::every_kind().and(Find::every_reason()), Action::Block) };
    let policy = policy(vec![offers]);
    let found = finding(Kind::MobileNumber, Confidence::Certain, "1");
    let (mut asked, mut told) = (offering(&policy), tally(&policy));
    for tally in [&mut asked, &mut told] {
        assert_eq!(tally.add(&found), Action::Block);
    }
    assert!(told.refuses() && !told.asks_writer(), "nobody could be asked");
    assert!(!asked.refuses() && asked.asks_writer() && asked.can_hide());
    assert_eq!(asked.verdict().action, Action::Block);
    assert_eq!(asked.agreed(Consent::Hidden).verdict().action, Action::Mask);
    assert_eq!(asked.agreed(Consent::AsItIs).verdict().action, Action::Block);

    let mut inside = finding(Kind::MobileNumber, Confidence::Certain, "1");
    inside.place.inside = vec![crate::vocab::Step::Content].into();
    asked.add(&inside);
    assert!(asked.refuses(), "nobody has said that it can be hidden in there");
    asked.hide_inside(true);
    assert!(!asked.refuses());
    asked.add(&Finding::uninspectable(Reason::Damaged, Span { start: 0, end: 1 }, Place::whole(Part::Body)));
    assert!(asked.refuses() && !asked.can_hide(), "what cannot be read cannot be hidden");
    assert_eq!(asked.agreed(Consent::Hidden).verdict().action, Action::Block);
}

#[test]
fn what_has_no_bytes_of_its_own_is_not_hidden() {
    let list = Find::NONE.with(What::Kind(Kind::SensitiveList)).with(MOBILE);
    for action in [Action::Warn, Action::Block] {
        let policy = policy(vec![Rule { offer: action == Action::Block, ..rule(list, action) }]);
        let mut tally = offering(&policy);
        tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1"));
        assert!(tally.can_hide());
        tally.add(&finding(Kind::SensitiveList, Confidence::Probable, "2"));
        assert!(!tally.can_hide());
        assert_eq!(tally.agreed(Consent::Hidden).verdict().action, action);
    }
}

#[test]
fn a_count_counts_all_that_it_names_when_only_some_of_it_is_hidden() {
    let find = Find::NONE.with(What::Kind(Kind::SensitiveList)).with(MOBILE);
    let many = Rule { at_least: 2, ..rule(find, Action::Warn) };
    let mut tally = tally(&policy(vec![many]));
    tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1"));
    tally.add(&finding(Kind::SensitiveList, Confidence::Probable, "2"));
    assert_eq!(tally.verdict().action, Action::Warn);
    let hidden = tally.agreed(Consent::Hidden);
    assert_eq!(hidden.action(MOBILE, Confidence::Certain, FileClass::default()), Action::Mask);
    assert_eq!(hidden.verdict().action, Action::Warn, "the list itself");
}

#[test]
fn nothing_is_offered_where_another_rule_refuses_or_holds() {
    let offers = Rule { offer: true, ..rule(Find::NONE.with(MOBILE), Action::Block) };
    for action in [Action::Block, Action::Hold] {
        let policy = policy(vec![offers.clone(), rule(Find::NONE.with(What::Kind(Kind::EmailAddress)), action)]);
        let mut tally = offering(&policy);
        tally.add(&finding(Kind::MobileNumber, Confidence::Certain, "1"));
        assert!(!tally.refuses());
        tally.add(&finding(Kind::EmailAddress, Confidence::Certain, "2"));
        assert!(tally.refuses(), "{action:?}");
    }
}

#[test]
fn a_rule_ends_with_its_last_day() {
    let what = What::Kind(Kind::MobileNumber);
    let last = Day { year: 2027, month: 3, day: 31 };
    let scope = Scope { until: Some(last), ..Scope::default() };
    let find = Find::NONE.with(what);
    let policy = policy(vec![Rule { scope, ..rule(find, Action::Log) }, rule(find, Action::Block)]);
    let planner = Planner::new(std::sync::Arc::new(policy), "s", None);
    for (day, action) in [
        (Day { year: 2027, month: 3, day: 30 }, Action::Log),
        (last, Action::Log),
        (Day { year: 2027, month: 4, day: 1 }, Action::Block),
        (Day { year: 2028, month: 1, day: 1 }, Action::Block),
    ] {
        let tally = Tally::new(planner.plan(Direction::Upload, &Asker { today: day, ..Asker::of_path("/") }));
        assert_eq!(tally.action(what, Confidence::Certain, FileClass::default()), action, "{day}");
    }
}
