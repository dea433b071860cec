//! The policy against findings made by hand.

use super::*;
use crate::vocab::{Confidence, Direction, Finding, Kind, Part, Place, Reason, Secret, Span, What};

fn rule(find: Find, action: Action) -> Rule {
    let scope = Scope::default();
    Rule { name: action.name().into(), scope, find, at_least: 1, confidence: Confidence::Probable, action, mode: None }
}

fn policy(rules: Vec<Rule>) -> Policy {
    Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules }
}

fn tally(policy: &Policy) -> Tally {
    Tally::new(policy.plan(Direction::Upload, "example.go.kr", "/board", None))
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
    assert_eq!(tally.action(MOBILE, Confidence::Certain), Action::Block);
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
    let plan = policy.plan(Direction::Download, "s", "/", None);
    assert_eq!(plan.about(Reason::Damaged).effective(), Action::Block);
    assert_eq!(plan.about(Reason::Binary).effective(), Action::Log);
    assert!(plan.may_mask() && !plan.keeps_back());
    let lenient = Policy { rules: vec![rule(Find::every_reason(), Action::Log)], ..policy };
    assert_eq!(lenient.plan(Direction::Upload, "s", "/", None).about(Reason::Upgrade).effective(), Action::Log);
}

#[test]
fn a_rule_acts_from_its_confidence_on() {
    let policy = policy(vec![rule(Find::every_kind(), Action::Block)]);
    let mut tally = tally(&policy);
    assert_eq!(tally.add(&finding(Kind::MobileNumber, Confidence::Possible, "1")), Action::Log);
    assert_eq!(tally.verdict().action, Action::Log);
}
