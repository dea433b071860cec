//! Every sentence about a mistake, in English and in Korean side by side, so that neither is forgotten.

mod acme;
mod alert;
mod rules;

pub(super) use acme::*;
pub(super) use alert::*;
pub(super) use rules::*;

use super::expected::{ACTION, Expected};
use std::path::Path;

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) english: String,
    pub(super) korean: String,
}

impl Words {
    fn new(english: impl Into<String>, korean: impl Into<String>) -> Words {
        Words { english: english.into(), korean: korean.into() }
    }

    pub(super) fn into_warning(self) -> Words {
        Words::new(format!("warning: {}", self.english), format!("주의: {}", self.korean))
    }
}

/// Texts of the file are told cut to this many characters, with control characters escaped.
const TOLD: usize = 60;

fn quoted(text: &str) -> String {
    let mut told: String = text.chars().take(TOLD).flat_map(shown).collect();
    if text.chars().nth(TOLD).is_some() {
        told.push('…');
    }
    format!("\"{told}\"")
}

fn shown(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn near_english(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {}?", quoted(near))).unwrap_or_default()
}

fn near_korean(near: Option<&str>) -> String {
    near.map(|near| format!(" 가장 가까운 것: {}.", quoted(near))).unwrap_or_default()
}

/// The name of the table that holds everything.
pub(super) const ROOT: &str = "the top level";

/// How a policy with this name is named in a section's title: in quotes if it is no bare key.
pub(super) fn named(name: &str) -> String {
    let bare = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    if name.chars().all(bare) && (1..=TOLD).contains(&name.chars().count()) { name.to_owned() } else { quoted(name) }
}

/// A section's title in Korean: `[server]` stays as it is, `tls of [[site]]` is turned round.
fn place(section: &str) -> String {
    match section.split_once(" of ") {
        _ if section == ROOT => "맨 위".to_owned(),
        Some((inner, outer)) if !section.starts_with('[') => format!("{outer}의 {inner}"),
        _ => section.to_owned(),
    }
}

pub(super) fn no_file(error: &std::io::Error) -> Words {
    Words::new(
        format!("cannot be read: {error}; name the right file with --config FILE, readable for the user garim runs as"),
        format!(
            "읽을 수 없습니다({}). --config FILE로 맞는 파일을 주고, garim을 돌리는 사용자가 읽을 수 있게 하십시오.",
            io_korean(error)
        ),
    )
}

fn io_korean(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "파일이 없습니다".to_owned(),
        std::io::ErrorKind::PermissionDenied => "읽을 권한이 없습니다".to_owned(),
        std::io::ErrorKind::IsADirectory => "폴더입니다".to_owned(),
        _ => error.to_string(),
    }
}

pub(super) fn not_utf8() -> Words {
    Words::new(
        "not UTF-8; save the file as UTF-8 (it may be in EUC-KR)",
        "UTF-8이 아닙니다. 파일을 UTF-8로 저장하십시오(EUC-KR로 저장된 것일 수 있습니다).",
    )
}

pub(super) fn syntax(message: &str) -> Words {
    Words::new(format!("not TOML: {message}"), format!("TOML 문법에 맞지 않습니다: {message}"))
}

pub(super) fn duplicate_key(key: &str) -> Words {
    let key = quoted(key);
    Words::new(
        format!("duplicate key {key}; expected each key once in a table"),
        format!("{key} 키가 두 번 나옵니다. 한 테이블에 같은 키는 한 번만 적으십시오."),
    )
}

pub(super) fn unknown_key(key: &str, section: &str, near: Option<&str>, known: &[&str]) -> Words {
    let (named, place) = (quoted(key), place(section));
    let (english, korean) = match near {
        Some(_) => (near_english(near), near_korean(near)),
        None => (format!("; expected one of {}", listed(known)), format!(" 쓸 수 있는 키: {}.", listed(known))),
    };
    Words::new(
        format!("unknown key {named} in {section}{english}"),
        format!("{place}에 {named} 키는 없습니다.{korean}"),
    )
}

pub(super) fn later_key(key: &str, section: &str) -> Words {
    let (key, place) = (quoted(key), place(section));
    Words::new(
        format!("{key} in {section} is not in this version yet; take it out, it would have no effect"),
        format!("{place}의 {key} 설정은 이 버전에 아직 없습니다. 적어도 효과가 없으니 지우십시오."),
    )
}

/// A condition of a rule cannot just be taken out: the rule would then apply to everybody.
pub(super) fn later_condition(key: &str, section: &str) -> Words {
    let (key, place) = (quoted(key), place(section));
    Words::new(
        format!("{key} in {section} is not in this version yet; take the rule out, without {key} it would mean more"),
        format!("{place}의 {key} 조건은 이 버전에 아직 없습니다. 조건만 지우면 뜻이 넓어지니 규칙을 지우십시오."),
    )
}

pub(super) fn later_action(action: &str) -> Words {
    let action = quoted(action);
    Words::new(
        format!("action {action} is not in this version yet; expected {}", ACTION.0),
        format!("{action} 동작은 이 버전에 아직 없습니다. 필요한 값: {}.", ACTION.1),
    )
}

pub(super) fn missing(key: &str, section: &str, expected: Expected) -> Words {
    let (key, place) = (quoted(key), place(section));
    Words::new(
        format!("{key} is missing in {section}; expected {}", expected.0),
        format!("{place}에 {key} 키가 없습니다. 필요한 값: {}.", expected.1),
    )
}

fn type_korean(name: &str) -> &str {
    match name {
        "string" => "글",
        "integer" => "정수",
        "float" => "소수",
        "boolean" => "참·거짓",
        "datetime" => "날짜",
        "array" => "목록",
        "table" => "테이블",
        other => other,
    }
}

fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

pub(super) fn wrong_type(key: &str, section: &str, found: &str, expected: Expected) -> Words {
    let (key, place, article) = (quoted(key), place(section), article(found));
    Words::new(
        format!("{key} in {section} is {article} {found}; expected {}", expected.0),
        format!("{place}의 {key} 값이 {} 형식입니다. 필요한 값: {}.", type_korean(found), expected.1),
    )
}

pub(super) fn wrong_value(key: &str, section: &str, found: &str, expected: Expected, near: Option<&str>) -> Words {
    let (key, found, place) = (quoted(key), quoted(found), place(section));
    Words::new(
        format!("{key} in {section} is {found}; expected {}{}", expected.0, near_english(near)),
        format!("{place}의 {key} 값이 {found}입니다. 필요한 값: {}.{}", expected.1, near_korean(near)),
    )
}

pub(super) fn wrong_choice(key: &str, section: &str, found: &str, names: &[&str], near: Option<&str>) -> Words {
    let (key, found, place, names) = (quoted(key), quoted(found), place(section), listed(names));
    Words::new(
        format!("{key} in {section} is {found}; expected one of {names}{}", near_english(near)),
        format!("{place}의 {key} 값이 {found}입니다. 쓸 수 있는 값: {names}.{}", near_korean(near)),
    )
}

pub(super) fn wrong_choice_type(key: &str, section: &str, found: &str, names: &[&str]) -> Words {
    let (key, place, names, article) = (quoted(key), place(section), listed(names), article(found));
    Words::new(
        format!("{key} in {section} is {article} {found}; expected one of {names}"),
        format!("{place}의 {key} 값이 {} 형식입니다. 쓸 수 있는 값: {names}.", type_korean(found)),
    )
}

pub(super) fn out_of_range(key: &str, section: &str, found: &str, least: &str, most: &str) -> Words {
    let (key, place) = (quoted(key), place(section));
    Words::new(
        format!("{key} in {section} is {found}; expected {least} to {most}"),
        format!("{place}의 {key} 값이 {found}입니다. {least} 이상 {most} 이하여야 합니다."),
    )
}

pub(super) fn empty_list(key: &str, section: &str, expected: Expected) -> Words {
    let (key, place) = (quoted(key), place(section));
    Words::new(
        format!("{key} in {section} is empty; expected {}", expected.0),
        format!("{place}의 {key} 목록이 비어 있습니다. 필요한 값: {}.", expected.1),
    )
}

pub(super) fn unreadable_file(key: &str, section: &str, path: &Path, error: &std::io::Error) -> Words {
    let (key, path, place) = (quoted(key), path.display(), place(section));
    Words::new(
        format!(
            "{key} in {section}: {path} cannot be read: {error}; expected a file readable for the user garim runs as"
        ),
        format!(
            "{place}의 {key} 파일을 읽을 수 없습니다({}): {path}. garim을 돌리는 사용자가 읽을 수 있어야 합니다.",
            io_korean(error)
        ),
    )
}

pub(super) fn no_key_file(key: &str, section: &str, path: &Path) -> Words {
    let (key, path, place) = (quoted(key), path.display(), place(section));
    Words::new(
        format!("{key} in {section}: {path} is not there; make it with: garim key new {path}"),
        format!("{place}의 {key} 파일이 없습니다: {path}. garim key new {path} 명령으로 만드십시오."),
    )
}

pub(super) fn open_key_file(key: &str, section: &str, path: &Path) -> Words {
    let (key, path, place) = (quoted(key), path.display(), place(section));
    Words::new(
        format!("{key} in {section}: others may read {path}; make it its owner's alone: chmod 600 {path}"),
        format!("{place}의 {key} 파일을 다른 사용자도 읽을 수 있습니다: {path}. chmod 600 {path} 명령으로 막으십시오."),
    )
}

pub(super) fn listen_twice(address: &str, line: usize) -> Words {
    Words::new(
        format!("{address} is already listened on, see line {line}; expected each address and port once"),
        format!("{line}째 줄에서 이미 쓰는 주소입니다: {address}. 주소와 포트는 한 번만 적으십시오."),
    )
}

pub(super) fn said_twice(key: &str, other: &str) -> Words {
    let key = quoted(key);
    Words::new(
        format!("{key} and {other} are the same limit; expected one of them"),
        format!("{key}은(는) {other}와 같은 한도입니다. 둘 중 하나만 적으십시오."),
    )
}

pub(super) fn more_than(lesser: &str, value: &str, greater: &str, limit: &str) -> Words {
    Words::new(
        format!("{} is {value}, more than {} allows ({limit}); expected at most that", quoted(lesser), quoted(greater)),
        format!("{} 값({value})은 {} 값이 허용하는 {limit} 이하여야 합니다.", quoted(lesser), quoted(greater)),
    )
}

pub(super) fn host_twice(host: &str, line: usize) -> Words {
    let host = quoted(host);
    Words::new(
        format!("host {host} already belongs to the site in line {line}; expected each host once"),
        format!("{line}째 줄의 사이트에 이미 있는 호스트입니다: {host}. 호스트는 한 번만 적으십시오."),
    )
}

pub(super) fn no_policy(name: &str, near: Option<&str>, names: &[&str]) -> Words {
    let named = quoted(name);
    let (english, korean) = match near {
        Some(_) => (near_english(near), near_korean(near)),
        None if names.is_empty() => {
            ("; expected a [policy.NAME] in this file".to_owned(), " [policy.이름]을 적으십시오.".to_owned())
        }
        None => (format!("; expected one of {}", listed(names)), format!(" 있는 정책: {}.", listed(names))),
    };
    Words::new(format!("no policy is named {named}{english}"), format!("{named} 정책이 없습니다.{korean}"))
}

pub(super) fn no_site(name: &str, near: Option<&str>) -> Words {
    let name = quoted(name);
    Words::new(
        format!("no site has the host {name}; expected a host of a [[site]]{}", near_english(near)),
        format!("{name} 호스트를 가진 사이트가 없습니다. [[site]]의 호스트를 적으십시오.{}", near_korean(near)),
    )
}

pub(super) fn too_many_upstreams(most: usize) -> Words {
    Words::new(format!("a site has at most {most} servers"), format!("사이트 하나에 서버는 {most}개까지입니다."))
}

pub(super) fn upstream_twice(url: &str) -> Words {
    let url = quoted(url);
    Words::new(format!("{url} stands there twice"), format!("{url}이(가) 두 번 있습니다."))
}

pub(super) fn ca_without_tls() -> Words {
    Words::new(
        "\"upstream_ca\" has no effect with an http:// upstream; expected https:// or no upstream_ca",
        "upstream이 http://이면 \"upstream_ca\"는 효과가 없습니다. https://로 바꾸거나 지우십시오.",
    )
}

pub(super) fn port_without_redirect() -> Words {
    Words::new(
        "redirect_port without redirect says nothing",
        "redirect 없이 redirect_port만으로는 아무 효과가 없습니다.",
    )
}

pub(super) fn own_upstream(upstream: &str) -> Words {
    let upstream = quoted(upstream);
    Words::new(
        format!("upstream {upstream} is garim's own listener; expected the site behind it"),
        format!("upstream이 garim 자신의 주소입니다: {upstream}. 뒤에 있는 원래 사이트의 주소를 적으십시오."),
    )
}

pub(super) fn nothing_to_find() -> Words {
    Words::new(
        "the rule would be about everything; expected \"find\", as find = [\"*\"], or who may ask: \"path\", \"role\", \"method\"",
        "모든 것에 걸리는 규칙입니다. find = [\"*\"]처럼 찾을 것을 적거나, 누가 볼 수 있는지 \"path\", \"role\", \"method\"로 적으십시오.",
    )
}

pub(super) fn wrong_template(english: &str, korean: &str, near: Option<&str>) -> Words {
    let (did, was) = near.map_or_else(Default::default, |near| {
        (format!("; did you mean {{{{{near}}}}}?"), format!(" {{{{{near}}}}}을(를) 뜻하셨습니까?"))
    });
    Words::new(format!("the page cannot be used: {english}{did}"), format!("이 화면은 쓸 수 없습니다. {korean}.{was}"))
}

pub(super) fn script_in_template() -> Words {
    Words::new("scripts in this page are not run", "이 화면의 스크립트는 실행되지 않습니다")
}

pub(super) fn banner_without_path() -> Words {
    Words::new(
        "a banner page needs banner = { path = [...] }, which says where it is shown",
        "banner 화면을 쓰려면 어디에 보일지 banner = { path = [...] }를 적어야 합니다.",
    )
}

pub(super) fn nothing_to_mask() -> Words {
    Words::new(
        "what is uninspectable cannot be masked; expected \"pass\", \"log\" or \"block\" in a rule of its own",
        "검사할 수 없는 것은 가릴 수 없습니다. 따로 규칙을 두고 \"pass\", \"log\", \"block\" 가운데 하나를 적으십시오.",
    )
}

pub(super) fn nothing_to_count() -> Words {
    Words::new(
        "\"at_least\" counts different values, and what is uninspectable has none; expected it in a rule of its own",
        "\"at_least\"는 서로 다른 값을 세는데 검사할 수 없는 것에는 값이 없습니다. 따로 규칙을 두십시오.",
    )
}

pub(super) fn count_makes_milder(action: &str, stricter: &str, line: usize) -> Words {
    Words::new(
        format!(
            "from its count on this rule would turn \"{stricter}\" (line {line}) into \"{action}\"; expected a rule with \
             \"at_least\" to be at least as strict as what follows it"
        ),
        format!(
            "개수가 차면 {line}째 줄의 동작(\"{stricter}\")이 이 규칙의 동작(\"{action}\")으로 약해집니다. \
             \"at_least\"가 있는 규칙은 뒤따르는 규칙만큼 엄해야 합니다."
        ),
    )
}

pub(super) fn never_applies(line: usize) -> Words {
    Words::new(
        format!(
            "this rule never applies: the rules before it, last the one in line {line}, take everything it is about"
        ),
        format!("이 규칙은 쓰이지 않습니다. 앞선 규칙들(마지막은 {line}째 줄)이 먼저 다 가져갑니다."),
    )
}

pub(super) fn unused_policy(name: &str) -> Words {
    let name = quoted(name);
    Words::new(format!("no site uses the policy {name}"), format!("{name} 정책을 쓰는 사이트가 없습니다."))
}

pub(super) fn detector_name(name: &str) -> Words {
    let name = quoted(name);
    Words::new(
        format!("{name} cannot name a detector; expected lower case letters, digits and hyphens, at most 60 bytes"),
        format!("{name}은(는) 탐지기 이름으로 쓸 수 없습니다. 소문자나 한글, 숫자, 붙임표로 60바이트까지 적으십시오."),
    )
}

pub(super) fn too_many_detectors(most: usize) -> Words {
    Words::new(
        format!(
            "more than {most} detectors, those from before a reload counted; expected fewer, or a restart if names or \
             masks were changed"
        ),
        format!(
            "탐지기가 {most}개를 넘습니다(다시 적용하기 전 것 포함). 줄이거나, 이름을 바꾼 것이면 다시 시작하십시오."
        ),
    )
}

pub(super) fn pattern_or_together(name: &str) -> Words {
    let name = quoted(name);
    Words::new(
        format!("detector {name} needs \"pattern\" or \"together\", and not both"),
        format!("{name} 탐지기에는 \"pattern\"과 \"together\" 가운데 하나만 적으십시오."),
    )
}

pub(super) fn no_pattern(message: &str, column: usize) -> Words {
    Words::new(
        format!("no regular expression, at its character {column}: {message}"),
        format!("정규 표현식이 아닙니다({column}번째 글자): {message}"),
    )
}

pub(super) fn pattern_without_end() -> Words {
    Words::new(
        "the pattern may match a text of any length; expected a bound, as {1,20} instead of +",
        "패턴에 걸리는 글의 길이에 끝이 없습니다. + 대신 {1,20}처럼 한도를 적으십시오.",
    )
}

pub(super) fn long_pattern(bytes: usize, most: usize) -> Words {
    Words::new(
        format!("the pattern may match {bytes} bytes; expected at most {most} (a Hangul syllable has 3)"),
        format!("패턴에 걸리는 글이 {bytes}바이트까지 됩니다. {most}바이트 이하여야 합니다(한글 한 자는 3바이트)."),
    )
}

pub(super) fn pattern_of_nothing() -> Words {
    Words::new(
        "the pattern may match nothing at all; expected at least one character",
        "패턴이 빈 글에도 걸립니다. 적어도 한 글자는 있어야 합니다.",
    )
}

pub(super) fn anchored_pattern() -> Words {
    Words::new(
        "the pattern asks for the begin or end of the whole text; expected ^ and $, which mean a line, or \\b",
        "글 전체의 처음이나 끝은 물을 수 없습니다. 줄을 뜻하는 ^와 $ 또는 \\b를 쓰십시오.",
    )
}

pub(super) fn large_pattern() -> Words {
    Words::new(
        "the pattern is too large once compiled; expected smaller counts or fewer classes",
        "패턴이 너무 큽니다. 반복 수나 문자 묶음을 줄이십시오.",
    )
}

pub(super) fn one_together() -> Words {
    Words::new(
        "one kind cannot stand together; expected at least two",
        "한 종류만으로는 함께 있을 수 없습니다. 둘 이상 적으십시오.",
    )
}

pub(super) fn nothing_allowed() -> Words {
    Words::new(
        "[[allow]] says no value; expected \"values\" or \"hashes\"",
        "[[allow]]에 값이 없습니다. \"values\"나 \"hashes\"를 적으십시오.",
    )
}

pub(super) fn hash_without_key() -> Words {
    Words::new(
        "a hash needs the key that it was made with; expected \"key_file\" in [state]",
        "해시에는 만들 때 쓴 열쇠가 있어야 합니다. [state]에 \"key_file\"을 적으십시오.",
    )
}

pub(super) fn expired(day: &str) -> Words {
    Words::new(
        format!("allowed until {day}, which is past: what it names is found again"),
        format!("{day}까지만 허용하여 이미 지났습니다. 다시 찾습니다."),
    )
}
