//! `[detector.NAME]` and `[[allow]]`: what they become, and every mistake in them with its words.

use super::*;
use garim::vocab::Keep;

/// `GOOD` with these lines after it; mistakes in them are told with lines from 15 on.
fn after(lines: &str) -> String {
    format!("{GOOD}{lines}")
}

fn assert_wrong(lines: &str, expected: &[&str]) {
    assert_eq!(told(&after(lines)), expected, "{lines}");
}

#[test]
fn the_example_has_detectors_and_allowed_values() {
    let settings = config::load(&example("garim.toml")).unwrap();
    let detectors = settings.detectors.expect("detectors");
    let Kind::Own(student) = detectors.patterns[0].kind() else { panic!("an own kind") };
    assert_eq!((student.name(), student.korean(), student.keep()), ("student-number", "학번", Keep::First(4)));
    assert_eq!((detectors.together[0].own.name(), detectors.together[0].within), ("record", 100));
    assert_eq!(settings.allow.entries[0].values, ["02-2100-*", "*@example.go.kr"]);
    assert!(settings.sites.iter().all(|site| site.allow.is_some() && site.detectors.is_some()));
}

#[test]
fn rules_name_own_kinds_and_the_star_means_patterns() {
    let text = after(
        "[detector.badge]\npattern = 'B-[0-9]{4}'\n[detector.pair]\ntogether = [\"badge\", \"@contact\"]\nwithin = 9\n",
    );
    let settings = config::parse(&text.replace("find = [\"*\"]", "find = [\"pair\"]"), "g.toml").unwrap();
    let find = settings.policies["board"].rules[0].find;
    let own = |name| What::Kind(Kind::Own(garim::vocab::Own::named(name).unwrap()));
    assert!(find.contains(own("pair")) && !find.contains(own("badge")));
    let find = config::parse(&text, "g.toml").unwrap().policies["board"].rules[0].find;
    assert!(find.contains(own("badge")) && !find.contains(own("pair")));
}

#[test]
fn patterns_are_bounded_and_said_where_not() {
    let wrong = |pattern: &str, expected: &str| {
        assert_wrong(&format!("[detector.a]\npattern = '{pattern}'\n"), &[&format!("16:11: {expected}")]);
    };
    wrong("a+", "the pattern may match a text of any length; expected a bound, as {1,20} instead of +");
    wrong("가{100}", "the pattern may match 300 bytes; expected at most 256 (a Hangul syllable has 3)");
    wrong("aa*?", "the pattern may match a text of any length; expected a bound, as {1,20} instead of +");
    wrong("a?", "the pattern may match nothing at all; expected at least one character");
    wrong(
        r"\Aa",
        r"the pattern asks for the begin or end of the whole text; expected ^ and $, which mean a line, or \b",
    );
    wrong("(가a", "no regular expression, at its character 1: unclosed group");
}

#[test]
fn detectors_are_whole() {
    let lines = "[detector.Bad]\npattern = 'a'\n[detector.none]\nmask = \"all\"\n[detector.both]\npattern = 'a'\n\
        together = [\"*\"]\n[detector.one]\ntogether = [\"mobile-number\"]\nwithin = 2000\n[detector.a]\npattern = 'a'\n\
        mask = \"keep-frist:3\"\ncolour = \"red\"\n";
    assert_wrong(
        lines,
        &[
            "15:11: \"Bad\" cannot name a detector; expected lower case letters, digits and hyphens, at most 60 bytes",
            "17:11: detector \"none\" needs \"pattern\" or \"together\", and not both",
            "19:11: detector \"both\" needs \"pattern\" or \"together\", and not both",
            "23:12: one kind cannot stand together; expected at least two",
            "24:10: \"within\" in [detector.one] is 2000; expected 1 to 1000",
            "27:8: \"mask\" in [detector.a] is \"keep-frist:3\"; expected \"all\", \"keep-first:N\" or \"keep-last:N\" with N from 1 \
             to 100; did you mean \"keep-first\"?",
            "28:1: unknown key \"colour\" in [detector.a]; expected one of \"pattern\", \"context\", \"mask\", \"confidence\"",
        ],
    );
}

#[test]
fn allowed_values_are_more_than_stars() {
    let lines = "[[allow]]\nvalues = [\"*\", \"-\"]\n[[allow]]\nreason = \"none\"\n[[allow]]\nhashes = [\"hmac:abc\"]\n\
        until = \"2027-03-31\"\n[[allow]]\nvalues = [\"a\"]\nkinds = [\"mobile-nubmer\"]\nsite = [\"b.kr\"]\n";
    let told = told(&after(lines));
    assert_eq!(told.len(), 7, "{told:#?}");
    for (one, begin) in told.iter().zip(["16:11: ", "16:16: ", "17:1: ", "20:11: ", "21:9: ", "24:10: ", "25:9: "]) {
        assert!(one.starts_with(begin), "{one}");
    }
    assert!(told[4].contains("is a string; expected a date such as 2027-03-31"), "{}", told[4]);
    assert!(told[5].contains("did you mean \"mobile-number\"?"), "{}", told[5]);
}

#[test]
fn a_hash_needs_its_key() {
    let lines = format!("[[allow]]\nhashes = [\"hmac:{}\"]\n", "a".repeat(28));
    let wrong = "16:11: a hash needs the key that it was made with; expected \"key_file\" in [state]";
    assert_wrong(&lines, &[wrong]);
    let keyed = after(&format!("{lines}[state]\nkey_file = \"k\"\n"));
    assert_eq!(config::parse(&keyed, "g.toml").unwrap().allow.entries[0].hashes.len(), 1);
}

#[test]
fn what_has_expired_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("g.toml");
    fs::write(
        &path,
        after("[[allow]]\nvalues = [\"a\"]\nuntil = 2020-01-31\n[[allow]]\nvalues = [\"b\"]\nuntil = 2999-01-31\n"),
    )
    .unwrap();
    let warnings = config::check(&path).unwrap().warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].english(), "warning: allowed until 2020-01-31, which is past: what it names is found again");
    assert_eq!(warnings[0].place().map(|place| (place.line, place.column)), Some((17, 9)));
}
