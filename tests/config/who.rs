//! Who is asking, and until when: rules with an end, accounts of the site, roles by certificate.

use super::{assert_told, told, with};
use garim::config;
use garim::vocab::Day;

fn warnings(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("g.toml");
    std::fs::write(&path, text).expect("written");
    let checked = config::check(&path).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let shown = checked.warnings.iter().map(ToString::to_string);
    shown.map(|one| one.replace(&path.display().to_string(), "g.toml")).collect()
}

#[test]
fn a_rule_may_have_an_end_a_reason_and_somebody_who_says_so() {
    let rule = "action = \"log\"";
    let text = with(rule, "action = \"log\"\nuntil = 2027-03-31\nreason = \"moving\"\nby = \"kim\"");
    let settings = config::parse(&text, "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let scope = &settings.policies["board"].rules[0].scope;
    assert_eq!(scope.until, Some(Day { year: 2027, month: 3, day: 31 }));
    assert_eq!((scope.reason.as_str(), scope.by.as_str()), ("moving", "kim"));
    assert_told(
        rule,
        "action = \"log\"\nuntil = \"2027-03-31\"",
        "15:9: \"until\" in [[policy.board.rule]] is a string; expected a date such as 2027-03-31, without quotes",
    );
    assert_told(
        rule,
        "action = \"log\"\nuntil = 2027-03-31T00:00:00Z",
        "15:9: \"until\" in [[policy.board.rule]] is a datetime; expected a date such as 2027-03-31, without quotes",
    );
    assert_told(
        rule,
        "action = \"log\"\nby = 3",
        "15:6: \"by\" in [[policy.board.rule]] is an integer; expected a text in quotes",
    );
}

#[test]
fn what_has_ended_is_warned_of_and_takes_nothing_from_the_rules_below() {
    let rule = "action = \"log\"";
    let below = "\n[[policy.board.rule]]\nfind = [\"*\"]\naction = \"block\"";
    let two = |until: &str| with(rule, &format!("action = \"log\"{until}{below}"));
    let always = warnings(&two(""));
    assert!(always.len() == 1 && always[0].contains("never applies"), "{always:?}");
    assert_eq!(warnings(&two("\nuntil = 2999-12-31")), Vec::<String>::new());
    assert_eq!(
        warnings(&two("\nuntil = 2020-01-31")),
        [
            "g.toml:15:9: warning: the rule applied until 2020-01-31, which is past: it does not apply any more\n    \
             주의: 2020-01-31까지만 적용하는 규칙이라 이미 끝났습니다. 더는 적용되지 않습니다."
        ]
    );
    let shorter = two("\nuntil = 2999-12-31").replace("action = \"block\"", "action = \"block\"\nuntil = 2999-11-30");
    assert!(warnings(&shorter)[0].contains("never applies"), "it ends before the one above it");
    assert_eq!(told(&with(rule, "action = \"log\"\nutnil = 2027-03-31")).len(), 1);
}
