//! What a rule says, in plain words.

use super::either;
use crate::config::{Language, Settings};
use crate::policy::{Action, Asker, Files, Find, Mode, Policy, Roles, Rule, Tally, subjects};
use crate::vocab::{Confidence, Direction, FileClass, Reason, What};

/// What something is called by people.
pub(super) fn what(what: What, language: Language) -> String {
    match what {
        What::Kind(kind) | What::Returned(kind) => either(language, kind.english(), kind.korean()),
        What::File(file_type) => either(language, file_type.english(), file_type.korean()),
        What::Uninspectable(reason) => either(language, reason.full_name(), format!("검사하지 못함:{}", reason.name())),
    }
}

/// What a rule is about.
pub(super) fn find(find: Find, language: Language) -> String {
    if find.is_empty() {
        return either(language, "whatever is asked for", "요청 자체");
    }
    let star = find.and(Find::every_kind()) == find;
    let unread = find.and(Find::every_reason()) == find;
    let mut words = Vec::new();
    if star {
        words.push(either(language, "every kind of personal data (*)", "모든 종류의 개인정보(*)"));
    }
    if unread {
        words.push(either(language, "whatever cannot be inspected", "검사하지 못한 것 모두"));
    }
    words.extend(subjects().filter(|subject| find.contains(*subject)).filter_map(|subject| match subject {
        What::Kind(kind) if star && kind.is_by_star() => None,
        What::Uninspectable(_) if unread => None,
        subject => Some(what(subject, language)),
    }));
    words.join(", ")
}

/// What becomes of what is found.
pub(super) fn action(action: Action, language: Language) -> &'static str {
    let (english, korean) = match action {
        Action::Pass => ("let through, not recorded", "통과(기록 없음)"),
        Action::Log => ("let through and recorded", "통과(기록)"),
        Action::Mask => ("masked", "가림"),
        Action::Warn => ("its writer is asked first", "작성자에게 먼저 물음"),
        Action::AskReason => ("its reader is asked for a reason", "보는 사람에게 사유를 물음"),
        Action::Hold => ("held until somebody approves", "승인까지 보류"),
        Action::Block => ("refused", "막음"),
    };
    if language == Language::Korean { korean } else { english }
}

/// How sure.
pub(super) fn confidence(confidence: Confidence, language: Language) -> &'static str {
    match (language, confidence) {
        (Language::English, confidence) => confidence.name(),
        (Language::Korean, Confidence::Possible) => "의심",
        (Language::Korean, Confidence::Probable) => "유력",
        (Language::Korean, Confidence::Certain) => "확실",
    }
}

/// Which way.
pub(super) fn direction(direction: Option<Direction>, language: Language) -> &'static str {
    let (english, korean) = match direction {
        Some(Direction::Upload) => ("in what is posted", "올리는 내용에서"),
        Some(Direction::Download) => ("in what is shown", "보여 주는 내용에서"),
        None => ("in what is posted and shown", "올리는 내용과 보여 주는 내용에서"),
    };
    if language == Language::Korean { korean } else { english }
}

/// The names of roles.
pub(super) fn roles(roles: Roles, settings: &Settings) -> Vec<String> {
    let known = settings.roles.iter().map(|role| (role.bit, role.name.as_str())).chain([(Roles::PUBLIC, "public")]);
    known.filter(|(bit, _)| roles.meet(*bit)).map(|(_, name)| name.to_owned()).collect()
}

/// A rule in a line.
pub(super) fn rule(rule: &Rule, language: Language) -> String {
    let find = find(rule.find, language);
    let does = match rule.offer {
        true => either(language, "refused; who posts it may have it hidden instead", "막음(가려서 올리기를 권함)"),
        false => action(rule.action, language).to_owned(),
    };
    if rule.is_about_access() {
        return format!("{find}: {does}");
    }
    let direction = direction(rule.scope.on, language);
    match language {
        Language::English => format!("{find} {direction}: {does}"),
        Language::Korean => format!("{direction} {find}: {does}"),
    }
}

/// What else must hold for it.
pub(super) fn conditions(rule: &Rule, settings: &Settings, language: Language) -> Vec<String> {
    let mut all = places(rule, settings, language);
    for field in &rule.when.fields {
        all.push(either(
            language,
            format!("only if the form's field '{}' is '{}'", field.name, field.value),
            format!("양식의 ‘{}’ 필드가 ‘{}’일 때만", field.name, field.value),
        ));
    }
    if let Some(files) = &rule.when.files {
        all.push(in_files(files, language));
    }
    if rule.at_least > 1 {
        all.push(either(
            language,
            format!("only from {} different values on", rule.at_least),
            format!("서로 다른 값이 {}개 이상일 때만", rule.at_least),
        ));
    }
    if rule.find.has_kinds() {
        let least = confidence(rule.confidence, language);
        all.push(either(language, format!("only what is at least {least}"), format!("확신도가 {least} 이상일 때만")));
    }
    all
}

/// Which files a rule is about.
pub(super) fn in_files(files: &Files, language: Language) -> String {
    let types = files.types().iter().map(|file_type| what(What::File(*file_type), language));
    let types = types.collect::<Vec<_>>().join(", ");
    let names = files.names().join(", ");
    match (names.is_empty(), types.is_empty()) {
        (false, true) => {
            either(language, format!("only in files called {names}"), format!("이름이 {names}인 파일 안에서만"))
        }
        (true, _) => either(language, format!("only in files of the type {types}"), format!("{types} 안에서만")),
        (false, false) => either(
            language,
            format!("only in files called {names} of the type {types}"),
            format!("이름이 {names}인 {types} 안에서만"),
        ),
    }
}

/// Where and of whom a rule is.
fn places(rule: &Rule, settings: &Settings, language: Language) -> Vec<String> {
    let (scope, mut all) = (&rule.scope, Vec::new());
    if !scope.sites.is_empty() {
        let sites = scope.sites.join(", ");
        all.push(either(language, format!("only on {sites}"), format!("{sites}에서만")));
    }
    if let Some(paths) = &scope.paths {
        let paths = paths.written().join(", ");
        all.push(either(language, format!("only at {paths}"), format!("주소가 {paths}일 때만")));
    }
    if !scope.methods.is_empty() {
        let methods = scope.methods.join(", ");
        all.push(either(language, format!("only by {methods}"), format!("요청 방식이 {methods}일 때만")));
    }
    if let Some(named) = scope.roles {
        let names = roles(named, settings).join(", ");
        all.push(either(language, format!("only for {names}"), format!("역할이 {names}일 때만")));
    }
    if scope.except_roles != Roles::NONE {
        let names = roles(scope.except_roles, settings).join(", ");
        all.push(either(language, format!("not for {names}"), format!("{names} 역할은 빼고")));
    }
    all
}

/// Whether it is carried out.
pub(super) fn mode(mode: Mode, language: Language) -> &'static str {
    let (english, korean) = match mode {
        Mode::Enforce => ("enforced", "시행"),
        Mode::Observe => ("only observed: recorded, and nothing is done", "관찰만: 기록하고 조치하지 않음"),
    };
    if language == Language::Korean { korean } else { english }
}

/// What happens to what no rule names: each sort of action with what it is about, the strictest first.
pub(super) fn unnamed(policy: &Policy, direction: Direction, language: Language) -> Vec<String> {
    let bare = Policy { rules: Vec::new(), mode: Mode::Enforce, ..policy.clone() };
    let asker = Asker::of_path("/");
    let tally = Tally::new(bare.plan(direction, "", &asker, None));
    let sorts = Action::ALL.iter().rev().filter_map(|does| {
        let subjects =
            subjects().filter(|subject| tally.action(*subject, Confidence::Certain, FileClass::default()) == *does);
        let about = subjects.fold(Find::NONE, Find::with);
        let words = find_shortly(about, language);
        (!about.is_empty()).then(|| format!("{words}: {}", action(*does, language)))
    });
    sorts.collect()
}

/// The same as [`find`], with the many reasons told as one where they are all but few.
fn find_shortly(about: Find, language: Language) -> String {
    let held = |reason: &&Reason| about.contains(What::Uninspectable(**reason));
    let others: Vec<String> =
        Reason::ALL.iter().filter(|reason| !held(reason)).map(|reason| reason.name().to_owned()).collect();
    let count = Reason::ALL.iter().filter(held).count();
    if others.is_empty() || count <= others.len() {
        return find(about, language);
    }
    let rest = subjects().filter(|subject| about.contains(*subject) && !matches!(subject, What::Uninspectable(_)));
    let rest = rest.fold(Find::NONE, Find::with);
    let others = others.join(", ");
    let unread = either(
        language,
        format!("whatever cannot be inspected but {others}"),
        format!("검사하지 못한 것({others} 제외)"),
    );
    if rest.is_empty() { unread } else { format!("{}, {unread}", find(rest, language)) }
}
