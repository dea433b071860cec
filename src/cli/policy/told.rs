//! What came of a test, for people and for programs. Never a value, only its masked form.

use super::kept::Kept;
use super::{either, plain};
use crate::config::{Language, Settings};
use crate::policy::{Action, Mode, Rule};
use crate::vocab::{Confidence, What};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

pub(super) use crate::cli::detect::shown::printable;

/// A rule, as it is called: its number from 1, its name, and the line in which it begins.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub number: usize,
    pub name: String,
    pub line: Option<usize>,
}

/// One sort of thing that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub what: What,
    pub found: u64,
    /// Different values that are at least probable; `None` of what has no values.
    pub different: Option<u64>,
    pub confidence: Confidence,
    pub action: Action,
    pub rule: Option<Named>,
    /// Where the first stands, in English and in Korean.
    pub place: Option<[String; 2]>,
    pub masked: String,
}

/// What was decided about the access, the request or the answer.
#[derive(Debug)]
pub(super) struct Side {
    pub part: &'static str,
    /// What happens.
    pub action: Action,
    /// What the rules say.
    pub would: Action,
    /// Of the decision; `None` where nothing was decided.
    pub mode: Option<Mode>,
    /// The rule that decides; `None` for the default.
    pub rule: Option<Named>,
    pub about: Option<What>,
    /// It is to be masked where nothing can be.
    pub stuck: bool,
    pub too_large: bool,
    pub found: Vec<Found>,
    /// The rules above that did not decide, by their numbers from 0.
    pub kept: Vec<(usize, Named, Kept)>,
    pub took: Duration,
}

/// One request.
#[derive(Debug)]
pub(super) struct Trial {
    pub name: String,
    pub site: String,
    pub policy: String,
    pub method: String,
    pub path: String,
    pub roles: Vec<String>,
    /// Before which whoever has not signed in to garim is asked to.
    pub gates: Vec<String>,
    pub sides: Vec<Side>,
}

/// Tells of all of them.
pub(super) fn tell(trials: &[Trial], settings: &Settings, json: bool, language: Language) {
    let text = if json {
        let passes = trials.iter().all(|trial| trial.sides.iter().all(|side| side.action <= Action::Log));
        let tests: Vec<Value> = trials.iter().map(object).collect();
        format!("{}\n", json!({ "passes": passes, "tests": tests }))
    } else {
        let teller = Teller { settings, language };
        trials.iter().map(|trial| teller.trial(trial)).collect::<Vec<_>>().join("\n")
    };
    // A reader that has seen enough is no failure.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

fn object(trial: &Trial) -> Value {
    let Trial { name, site, policy, method, path, roles, gates, sides } = trial;
    let parts: Vec<Value> = sides.iter().map(part).collect();
    json!({ "name": name, "site": site, "policy": policy, "method": method, "path": path, "roles": roles, "gates": gates, "parts": parts })
}

fn named(rule: &Named) -> Value {
    json!({ "number": rule.number, "name": rule.name, "line": rule.line })
}

fn part(side: &Side) -> Value {
    let found = side.found.iter().map(|found| {
        json!({
            "kind": found.what.name(), "found": found.found, "different": found.different,
            "confidence": found.confidence.name(), "action": found.action.name(), "rule": found.rule.as_ref().map(named),
            "place": found.place.as_ref().map(|[english, _]| english), "masked": found.masked,
        })
    });
    let kept = side.kept.iter().map(|(_, rule, kept)| {
        let (word, have, need) = word(kept);
        json!({ "rule": named(rule), "kept_by": word, "have": have, "need": need })
    });
    json!({
        "part": side.part, "verdict": side.action.name(), "would": side.would.name(),
        "mode": side.mode.map(Mode::name), "rule": side.rule.as_ref().map(named), "about": side.about.map(What::name),
        "unmaskable": side.stuck, "too_large": side.too_large, "found": found.collect::<Vec<_>>(),
        "rules_above": kept.collect::<Vec<_>>(), "ms": milliseconds(side.took),
    })
}

fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 10_000.0).round() / 10.0
}

/// What kept a rule from applying, as programs read it: a word, what there was, and what it takes.
fn word(kept: &Kept) -> (&'static str, Value, Value) {
    let none = || Value::Null;
    match kept {
        Kept::Path => ("path", none(), none()),
        Kept::Method => ("method", none(), none()),
        Kept::Role => ("role", none(), none()),
        Kept::ExceptRole => ("except_role", none(), none()),
        Kept::Site => ("site", none(), none()),
        Kept::Ended => ("until", none(), none()),
        Kept::Direction(on) => ("direction", none(), on.name().into()),
        Kept::Form(name, value) => ("form", none(), json!({ (name.as_str()): value })),
        Kept::File => ("file", none(), none()),
        Kept::Kind => ("kind", none(), none()),
        Kept::Confidence { have, need } => ("confidence", have.name().into(), need.name().into()),
        Kept::Count { have, need } => ("count", (*have).into(), (*need).into()),
        Kept::Taken => ("taken", none(), none()),
        Kept::Applied(what, action) => ("applied", json!({ "kind": what.name(), "action": action.name() }), none()),
        Kept::Access(action) => ("applied", json!({ "action": action.name() }), none()),
    }
}

struct Teller<'a> {
    settings: &'a Settings,
    language: Language,
}

impl Teller<'_> {
    fn trial(&self, trial: &Trial) -> String {
        let name = if trial.name.is_empty() { String::new() } else { format!("{} → ", trial.name) };
        let (method, path, site, roles) = (&trial.method, &trial.path, &trial.site, trial.roles.join(", "));
        let mut out = either(
            self.language,
            format!("{name}{method} {site}{path} (roles: {roles}; policy: {})\n", trial.policy),
            format!("{name}{method} {site}{path} (역할: {roles}, 정책: {})\n", trial.policy),
        );
        if !trial.gates.is_empty() {
            let gates = trial.gates.join(", ");
            out.push_str(&either(
                self.language,
                format!("  before all that: signing in to garim (gate: {gates})\n"),
                format!("  그 전에: garim 로그인(관문: {gates})\n"),
            ));
        }
        for side in &trial.sides {
            out.push_str(&self.side(trial, side));
        }
        out
    }

    fn rule(&self, rule: &Named) -> String {
        let line = rule.line.map(|line| either(self.language, format!(", line {line}"), format!(", {line}번째 줄")));
        let line = line.unwrap_or_default();
        either(
            self.language,
            format!("rule {} \"{}\"{line}", rule.number, rule.name),
            format!("규칙 {} “{}”{line}", rule.number, rule.name),
        )
    }

    fn side(&self, trial: &Trial, side: &Side) -> String {
        let language = self.language;
        let part = match side.part {
            "access" => either(language, "access", "접근"),
            "request" => either(language, "request", "요청"),
            _ => either(language, "answer", "응답"),
        };
        let does = plain::action(side.action, language);
        let observed = (side.would > side.action).then(|| {
            let would = plain::action(side.would, language);
            either(language, format!("; only observed, else {would}"), format!("; 관찰만 함, 시행하면 {would}"))
        });
        let enforced = (side.action > Action::Log).then(|| either(language, "; enforced", "; 시행"));
        let how = observed.or(enforced).unwrap_or_default();
        let mut out = format!("  {part}: {does}{how} ({} ms)\n", milliseconds(side.took));
        let mut line = |text: String| out.push_str(&format!("    {text}\n"));
        match (&side.rule, side.about) {
            (Some(rule), _) => line(either(
                language,
                format!("decided by {}", self.rule(rule)),
                format!("결정한 규칙: {}", self.rule(rule)),
            )),
            (None, Some(_)) => line(either(
                language,
                "decided by what the policy says of what no rule names",
                "결정한 규칙: 정책의 기본값",
            )),
            (None, None) if side.part == "access" => {
                line(either(language, "no rule about access applies", "적용되는 접근 규칙이 없습니다"))
            }
            (None, None) => line(either(language, "nothing was found", "찾은 것이 없습니다")),
        }
        if side.stuck {
            line(either(
                language,
                "it is to be masked where nothing can be masked",
                "가려야 하지만 가릴 수 없는 곳에 있습니다",
            ));
        }
        if side.too_large {
            line(either(language, "it is larger than limits.body_bytes", "limits.body_bytes보다 큽니다"));
        }
        side.found.iter().for_each(|found| line(self.found(found)));
        for (number, rule, kept) in &side.kept {
            line(format!("{}: {}", self.rule(rule), self.kept(trial, *number, kept)));
        }
        out
    }

    fn found(&self, found: &Found) -> String {
        let language = self.language;
        let mut words = vec![either(language, format!("{} found", found.found), format!("{}건", found.found))];
        if let Some(different) = found.different.filter(|different| *different > 0) {
            words.push(either(
                language,
                format!("different values: {different}"),
                format!("서로 다른 값 {different}개"),
            ));
        }
        words.push(plain::confidence(found.confidence, language).to_owned());
        words.push(plain::action(found.action, language).to_owned());
        let by = found
            .rule
            .as_ref()
            .map(|rule| either(language, format!(" by rule {}", rule.number), format!(" (규칙 {})", rule.number)));
        let mut text =
            format!("- {}: {}{}", plain::what(found.what, language), words.join(", "), by.unwrap_or_default());
        if let Some([english, korean]) = &found.place {
            let masked = if found.masked.is_empty() { String::new() } else { format!(" {}", found.masked) };
            text.push_str(&either(
                language,
                format!("; first: {english}{masked}"),
                format!("; 처음: {korean}{masked}"),
            ));
        }
        text
    }

    /// Why a rule did not decide, in words.
    fn kept(&self, trial: &Trial, number: usize, kept: &Kept) -> String {
        let language = self.language;
        let policy = self.settings.policies.get(&trial.policy);
        let Some(rule) = policy.and_then(|policy| policy.rules.get(number)) else { return String::new() };
        let globs = || rule.scope.paths.as_ref().map(|paths| paths.written().join(", ")).unwrap_or_default();
        let roles = |roles| plain::roles(roles, self.settings).join(", ");
        let (english, korean) = match kept {
            Kept::Path => (format!("the path is not {}", globs()), format!("주소가 {}이(가) 아님", globs())),
            Kept::Method => {
                let methods = rule.scope.methods.join(", ");
                (format!("the method is not {methods}"), format!("요청 방식이 {methods}이(가) 아님"))
            }
            Kept::Role => {
                let names = rule.scope.roles.map(roles).unwrap_or_default();
                (format!("the role is not {names}"), format!("역할이 {names}이(가) 아님"))
            }
            Kept::ExceptRole => {
                let names = roles(rule.scope.except_roles);
                (format!("it is not for {names}"), format!("{names} 역할은 제외"))
            }
            Kept::Site => {
                let sites = rule.scope.sites.join(", ");
                (format!("the site is not {sites}"), format!("사이트가 {sites}이(가) 아님"))
            }
            Kept::Ended => {
                let last = rule.scope.until.map(|last| last.to_string()).unwrap_or_default();
                (format!("it applied until {last}"), format!("{last}까지만 적용"))
            }
            Kept::Direction(on) => {
                let way = plain::direction(Some(*on), language);
                (format!("it looks only {way}"), format!("{way}만 봄"))
            }
            Kept::Form(name, value) => (
                format!("the form's field '{name}' is not '{value}'"),
                format!("양식의 ‘{name}’ 필드가 ‘{value}’이(가) 아님"),
            ),
            kept => return self.kept_by_findings(rule, kept),
        };
        either(language, english, korean)
    }

    fn kept_by_findings(&self, rule: &Rule, kept: &Kept) -> String {
        let language = self.language;
        let (english, korean) = match kept {
            Kept::File => {
                let files = rule.when.files.as_ref().map(|files| plain::in_files(files, language)).unwrap_or_default();
                (format!("it looks {files}"), format!("{files} 봄"))
            }
            Kept::Kind => {
                ("nothing was found that it is about".to_owned(), "이 규칙이 다루는 것을 찾지 못함".to_owned())
            }
            Kept::Confidence { have, need } => {
                let [have, need] = [have, need].map(|tier| plain::confidence(*tier, language));
                (format!("confidence: {have}, and it takes {need}"), format!("확신도가 {have}(필요: {need})"))
            }
            Kept::Count { have, need } => (
                format!("different values: {have}, and it takes {need}"),
                format!("서로 다른 값 {have}개(필요: {need}개)"),
            ),
            Kept::Applied(what, action) => {
                let (what, action) = (plain::what(*what, language), plain::action(*action, language));
                (format!("it applied to {what}: {action}"), format!("{what}에 적용됨: {action}"))
            }
            Kept::Access(action) => {
                let action = plain::action(*action, language);
                (format!("it applied: {action}"), format!("적용됨: {action}"))
            }
            _ => (
                "what it is about is taken by a rule above it, or meets not all of its conditions".to_owned(),
                "위의 규칙이 먼저 적용되었거나 모든 조건에 맞는 것이 없음".to_owned(),
            ),
        };
        either(language, english, korean)
    }
}
