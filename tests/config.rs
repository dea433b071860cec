//! The configuration as an operator meets it: the shipped examples, and every kind of mistake with its exact words.

use garim::config::{self, Certificate, Limits, Mistakes, Release, SessionCookie};
use garim::policy::{Action, Asker, Mode, Roles};
use garim::text::Charset;
use garim::vocab::{Confidence, Direction, Kind, Reason, What};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[path = "config/alerts.rs"]
mod alerts;
#[path = "config/detectors.rs"]
mod detectors;
#[path = "config/kept.rs"]
mod kept;
#[path = "config/who.rs"]
mod who;
#[path = "config/words.rs"]
mod words;

/// A configuration without a mistake, whose lines the tests replace.
const GOOD: &str = r#"[server]
listen = ["127.0.0.1:8443"]
[limits]
streams = 100
[[site]]
hosts = ["www.example.go.kr"]
tls = "self-signed"
upstream = "http://10.0.0.5:80"
policy = "board"
[policy.board]
mode = "enforce"
[[policy.board.rule]]
find = ["*"]
action = "log"
"#;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(name)
}

fn mistakes(text: &str) -> Mistakes {
    config::parse(text, "g.toml").expect_err("the text should have a mistake")
}

/// The English of every mistake, with its place.
fn told(text: &str) -> Vec<String> {
    let mistakes = mistakes(text);
    let english = |mistake: &config::Mistake| {
        let place = mistake.place().map(|place| format!("{}:{}: ", place.line, place.column)).unwrap_or_default();
        format!("{place}{}", mistake.english())
    };
    mistakes.list().iter().map(english).collect()
}

/// `GOOD` with one line replaced.
fn with(line: &str, by: &str) -> String {
    assert!(GOOD.lines().any(|good| good == line), "{line}");
    GOOD.lines().map(|good| if good == line { by } else { good }).collect::<Vec<_>>().join("\n")
}

fn assert_told(line: &str, by: &str, expected: &str) {
    assert_eq!(told(&with(line, by)), [expected], "{by}");
}

#[test]
fn both_examples_load() {
    for name in ["garim.toml", "minimal.toml"] {
        let checked = config::check(&example(name)).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let warnings: Vec<String> = checked.warnings.iter().map(ToString::to_string).collect();
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}

#[test]
fn the_complete_example_says_the_defaults_and_every_limit() {
    let settings = config::load(&example("garim.toml")).unwrap();
    assert_eq!(settings.limits, Limits::default());
    let text = fs::read_to_string(example("garim.toml")).unwrap();
    let names = format!("{:?}", Limits::default());
    let names = names.split(['{', ',']).skip(1).filter_map(|part| part.split_once(':'));
    let missing: Vec<&str> = names
        .map(|(name, _)| name.trim())
        .filter(|name| !text.lines().any(|line| line.starts_with(&format!("{name} = "))))
        .collect();
    assert!(missing.is_empty(), "limits that the example does not name: {missing:?}");
}

#[test]
fn what_sealed_references_are_bound_to_is_read() {
    let day = Duration::from_secs(86_400);
    let load = |text: &str| config::parse(text, "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let settings = load(GOOD);
    assert_eq!((settings.seal.max_age, settings.state.key_file), (day / 2, None));
    assert_eq!(settings.sites[0].session_cookie, SessionCookie::WellKnown);
    let own = with("policy = \"board\"", "policy = \"board\"\nidentity = { session_cookie = \"SID\" }");
    let settings = load(&format!("{own}\n[seal]\nmax_age = \"2d\"\n[state]\nkey_file = \"seal.key\"\n"));
    assert_eq!((settings.seal.max_age, settings.state.key_file), (day * 2, Some("seal.key".into())));
    assert_eq!(settings.sites[0].session_cookie, SessionCookie::Named("SID".to_owned()));
    let none = with("policy = \"board\"", "policy = \"board\"\nidentity = { session_cookie = \"\" }");
    assert_eq!(load(&none).sites[0].session_cookie, SessionCookie::None);
    assert_told(
        "policy = \"board\"",
        "policy = \"board\"\nidentity = { session_cookie = \"a b\" }",
        "10:31: \"session_cookie\" in identity of [[site]] is \"a b\"; expected the name of a cookie, or \"\" for none",
    );
    assert_told(
        "streams = 100",
        "streams = 100\n[seal]\nmax_age = \"5s\"",
        "6:11: \"max_age\" in [seal] is 5s; expected 1m to 30d",
    );
}

#[test]
fn the_examples_mean_what_they_say() {
    let settings = config::load(&example("garim.toml")).unwrap();
    let [first, second] = &settings.sites[..] else { panic!("two sites") };
    assert_eq!((first.name.as_str(), first.mode, first.charset), ("www.example.go.kr", None, None));
    assert_eq!((second.mode, second.charset), (Some(Mode::Observe), Some(Charset::Cp949)));
    assert_eq!(settings.operations.map(|address| address.port()), Some(9090));
    let plan = |direction, path| first.policy.plan(direction, &first.name, &Asker::of_path(path), first.mode);
    let upload = plan(Direction::Upload, "/board/1");
    assert!(upload.keeps_back());
    assert_eq!(upload.about(Reason::Image), Action::Log);
    assert_eq!(upload.about(Reason::Encrypted), Action::Block);
    assert_eq!(upload.about(Reason::Upgrade), Action::Block);
    let download = plan(Direction::Download, "/board/1");
    assert!(download.may_mask() && !download.keeps_back());
    let trial = first.policy.rules.iter().find(|rule| rule.mode == Some(Mode::Observe)).unwrap();
    assert_eq!((trial.confidence, trial.action), (Confidence::Certain, Action::Mask));
    assert!(trial.find.contains(What::Kind(Kind::EmailAddress)));

    let officer = settings.roles[0].bit;
    assert_eq!((settings.roles[0].name.as_str(), settings.roles[0].any.len()), ("officer", 4));
    let access = |path, roles| {
        let asker = Asker { roles, ..Asker::of_path(path) };
        first.policy.access(&first.name, &asker, None).map(|decision| decision.action)
    };
    assert_eq!(access("/admin/list", Roles::PUBLIC), Some(Action::Block));
    assert_eq!((access("/admin/list", officer), access("/board/1", Roles::PUBLIC)), (None, None));
    let asker = Asker { roles: officer, ..Asker::of_path("/board/1") };
    assert!(first.policy.plan(Direction::Download, &first.name, &asker, None).keeps_back(), "a list asks for a reason");
    assert_eq!(upload.fields().len(), 1);
}

/// A line `#key = …` of the example is an alternative: it has to load when it takes the place of the line before it.
#[test]
fn every_alternative_in_the_complete_example_loads() {
    let text = fs::read_to_string(example("garim.toml")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut tried = 0;
    for (index, line) in lines.iter().enumerate() {
        let Some((key, _)) = line.strip_prefix('#').and_then(|rest| rest.split_once(" = ")) else { continue };
        if key.contains(' ') {
            continue;
        }
        let mut changed: Vec<String> = lines.iter().map(ToString::to_string).collect();
        changed[index] = line.replacen('#', "", 1);
        let section = lines[..index].iter().rposition(|line| line.starts_with('[')).unwrap_or(0);
        for other in &mut changed[section..index] {
            if other.starts_with(&format!("{key} = ")) {
                other.clear();
            } else if key == "upstream_ca" {
                *other = other.replace("upstream = \"http:", "upstream = \"https:");
            }
        }
        config::parse(&changed.join("\n"), "garim.toml").unwrap_or_else(|mistakes| panic!("{line}\n{mistakes}"));
        tried += 1;
    }
    assert!(tried >= 9, "{tried}");
}

#[test]
fn forwarding_what_was_held_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.toml");
    let hold = |release: &str| format!("{GOOD}[hold]\nrelease = \"{release}\"\n");
    fs::write(&file, hold("forward")).unwrap();
    let checked = config::check(&file).unwrap();
    assert_eq!(checked.settings.hold.release, Release::Forward);
    let warning = &checked.warnings[0];
    assert!(
        warning
            .english()
            .starts_with("warning: what is forwarded later carries the session and the CSRF token of then")
    );
    assert_eq!((checked.warnings.len(), warning.place().map(|place| place.line)), (1, Some(16)));
    fs::write(&file, hold("resubmit")).unwrap();
    let checked = config::check(&file).unwrap();
    assert_eq!((checked.settings.hold.release, checked.warnings.len()), (Release::Resubmit, 0));
    assert_eq!(
        told(&hold("forwards")),
        [
            "16:11: \"release\" in [hold] is \"forwards\"; expected one of \"resubmit\", \"forward\"; did you mean \"forward\"?"
        ]
    );
}

#[test]
fn what_is_kept_for_less_than_the_law_asks_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.toml");
    let keep = |keep: &str| format!("{GOOD}[state]\nkeep = {{ {keep} }}\n");
    let checked = |words: &str| {
        fs::write(&file, keep(words)).unwrap();
        let checked = config::check(&file).unwrap();
        let warnings: Vec<String> = checked.warnings.iter().map(|warning| warning.english().to_owned()).collect();
        (checked.settings.state, warnings)
    };
    let days = |days: u64| std::time::Duration::from_secs(days * 86_400);
    let (state, warnings) = checked("incidents = \"5y\", access = \"3y\", grants = \"4y\"");
    assert_eq!((state.keep.incidents, state.journal.keep, state.keep.grants), (days(1825), days(1095), days(1460)));
    assert!(warnings.is_empty(), "{warnings:?}");
    let (state, warnings) = checked("");
    assert_eq!((state.keep.incidents, state.journal.keep, state.keep.grants), (days(730), days(730), days(1095)));
    assert!(warnings.is_empty(), "{warnings:?}");
    for (words, warning) in [
        ("access = \"364d\"", "warning: access records are to be kept for a year at least"),
        ("access = \"1y\"", "warning: less than two years is enough only where no unique identifiers are processed"),
        ("grants = \"2y\"", "warning: the record of who may what is to be kept for three years at least"),
    ] {
        let (_, warnings) = checked(words);
        assert!(warnings.len() == 1 && warnings[0].starts_with(warning), "{words}: {warnings:?}");
    }
    let wrong = told(&keep("incidents = \"1h\", grants = 3, exceptions = \"1y\""));
    assert!(wrong.len() == 3, "{wrong:?}");
    assert!(
        wrong.iter().any(|line| line.contains("\"incidents\" in keep of [state] is 1h; expected 1d to 100y")),
        "{wrong:?}"
    );
    assert!(wrong.iter().any(|line| line.contains("\"grants\" in keep of [state]")), "{wrong:?}");
    assert!(wrong.iter().any(|line| line.contains("\"exceptions\"")), "{wrong:?}");
}

#[test]
fn warnings_do_not_stop() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.toml");
    let more = "[[policy.board.rule]]\nfind = [\"@contact\"]\non = \"upload\"\naction = \"block\"\n[policy.spare]\n";
    fs::write(&file, format!("{GOOD}{more}")).unwrap();
    let warnings: Vec<String> =
        config::check(&file).unwrap().warnings.iter().map(|warning| warning.english().to_owned()).collect();
    assert_eq!(
        warnings,
        [
            "warning: this rule never applies: the rules before it, last the one in line 12, take everything it is about",
            "warning: no site uses the policy \"spare\"",
        ]
    );
}

#[test]
fn an_observing_rule_above_an_enforced_one_takes_nothing_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.toml");
    let rules = "find = [\"*\"]\naction = \"block\"\nmode = \"observe\"\npath = [\"/new/**\"]\n\
                 [[policy.board.rule]]\nfind = [\"@contact\"]\naction = \"mask\"";
    fs::write(&file, GOOD.replace("find = [\"*\"]\naction = \"log\"", rules)).unwrap();
    let warnings = config::check(&file).unwrap().warnings;
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn files_are_relative_to_the_configuration_and_have_to_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.toml");
    let tls = "tls = { cert = \"www.pem\", key = \"www.key\" }";
    fs::write(&file, with("tls = \"self-signed\"", tls)).unwrap();
    fs::write(folder.path().join("www.pem"), "").unwrap();
    let mistakes = config::load(&file).unwrap_err();
    let [mistake] = mistakes.list() else { panic!("{mistakes}") };
    assert!(mistake.english().starts_with("\"key\" in tls of [[site]]: ") && mistake.english().contains("www.key"));
    assert!(mistake.english().contains("No such file"), "{mistake}");
    assert_eq!(mistake.place().map(|place| (place.line, place.column)), Some((7, 33)));
    fs::write(folder.path().join("www.key"), "").unwrap();
    let settings = config::load(&file).unwrap();
    let key = folder.path().join("www.key");
    assert_eq!(settings.sites[0].tls, Certificate::Pem { cert: folder.path().join("www.pem"), key });
}

#[test]
fn a_file_that_cannot_be_read_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.toml");
    let told = config::load(&file).unwrap_err().to_string();
    assert!(told.contains("none.toml: cannot be read: ") && told.contains("--config FILE"), "{told}");
    fs::write(&file, b"# \xb0\xa1\n").unwrap();
    let told = config::load(&file).unwrap_err().to_string();
    assert!(told.contains("save the file as UTF-8"), "{told}");
}

#[test]
fn values_are_read_in_their_units() {
    let text = with(
        "streams = 100",
        "header_bytes = 65_536\nbody_bytes = \"1 MB\"\nidle_timeout = \"1m\"\nbody_min_rate = \"2 KiB/s\"",
    );
    let limits = config::parse(&text, "g.toml").unwrap().limits;
    assert_eq!((limits.header_bytes, limits.body_bytes, limits.body_min_rate), (65_536, 1_000_000, 2_048));
    assert_eq!(limits.idle_timeout, Duration::from_secs(60));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = config::parse(&text, "g.toml").map_err(|mistakes| mistakes.to_string());
    }

    /// Pieces of real configurations, shuffled: deeper than arbitrary text gets.
    #[test]
    fn no_shuffled_configuration_makes_it_panic(order in prop::collection::vec((0..40_usize, 0..12_usize), 0..30)) {
        let lines: Vec<&str> = GOOD.lines().chain(PIECES.lines()).collect();
        let text: String = order
            .iter()
            .map(|(line, cut)| {
                let line = lines[line % lines.len()];
                let kept = line.chars().count().saturating_sub(if *cut < 3 { *cut } else { 0 });
                line.chars().take(kept).chain(['\n']).collect::<String>()
            })
            .collect();
        let _ = config::parse(&text, "g.toml").map_err(|mistakes| mistakes.to_string());
    }
}

const PIECES: &str = r#"a.b = { c = [1, 2], d.e = 1 }
[policy]
[[policy.board]]
[site]
[site.tls]
tls = { cert = "a", key = "b" }
hosts = ["[::1]:1", "가.kr", 1]
path = ["/a/[b", "{", "/**/x"]
upstream = ["http://[::1", "http://a:b@c"]
at_least = 99999999999999999999
streams = 0xffffffffffffffff
refusal = { status = 204, json = '{' }
trusted_proxies = ["0.0.0.0/0", "::/0", "1/1"]
"#;
