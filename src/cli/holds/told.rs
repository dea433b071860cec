//! What is told of a hold in a terminal: never a value.

use crate::act::{own_lens, plain};
use crate::config::Release;
use crate::hold::Heard;
use crate::inspect::clean;
use crate::store::{Decision, Failure, Hold, HoldState};
use crate::vocab::What;

/// So much of an answer is told, in characters.
const SHOWN: usize = 4_000;

/// Terminals act on control characters.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn day(time: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(time).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).strftime("%Y-%m-%d %H:%M").to_string()
}

/// What came of an approval.
pub(super) fn approved(decision: Decision, release: Release) -> &'static str {
    match (decision, release) {
        (Decision::NeedsAnother, _) => "a second person must approve too / 한 사람이 더 승인해야 합니다",
        (Decision::Approved, Release::Resubmit) => {
            "approved: the writer can post it now / 승인됨: 글쓴이가 올릴 수 있습니다"
        }
        (Decision::Approved, Release::Forward) => "approved: garim posts it within seconds / 승인됨: 곧 올라갑니다",
    }
}

/// One, with who has decided.
pub(super) fn line(hold: &Hold) -> String {
    let post = &hold.post;
    let mut line = format!(
        "{} {}/{} {}{} {}{} ({} ~ {})",
        post.id,
        hold.state.name(),
        hold.state.korean(),
        printable(&post.address),
        post.account.as_deref().map_or_else(String::new, |account| format!(" {}", printable(account))),
        printable(&post.site),
        printable(&post.path),
        day(post.created),
        day(post.expires)
    );
    for (decision, refused) in hold.decisions() {
        let done = if refused { "refused by {} / 거부" } else { "approved by {} / 승인" };
        let done = done.replace("{}", &decision.who);
        line.push_str(&format!("\n  {done} {}", day(decision.when)));
        if let Some(message) = &decision.message {
            line.push_str(&format!(": {}", printable(message)));
        }
    }
    if let Some(became) = became(hold) {
        line.push_str(&format!("\n  {became}"));
    }
    line
}

/// A kind by both of its names, as far as it is one of garim's own.
fn kind_of(name: &str) -> String {
    let known = What::from_name(name).map(|what| format!("{name}/{}", what.korean()));
    known.unwrap_or_else(|| printable(name))
}

/// What became of it, where the word for its state does not say.
fn became(hold: &Hold) -> Option<String> {
    let unknown =
        "sent; whether it arrived is not known, and it is not sent again / 보냈으나 올라갔는지 모름(다시 보내지 않음)";
    let failed = match hold.failure {
        Some(Failure::Unknown) => Some(unknown),
        Some(Failure::Login) => Some("the site answered with its login page / 누리집이 로그인 화면으로 답함"),
        Some(Failure::NotAccepted) => Some("the site answered with an error / 누리집이 오류로 답함"),
        Some(Failure::Withheld) => {
            Some("not sent: the policy or the configuration lets it not go on / 정책·설정에 막혀 보내지 못함")
        }
        Some(Failure::Unreadable) => {
            Some("not sent: it cannot be opened, its key is gone or it was altered / 열 수 없어 보내지 못함")
        }
        None => None,
    };
    if let Some(failed) = failed {
        return Some(failed.to_owned());
    }
    match (hold.stood(), hold.released) {
        (HoldState::Released, Some(when)) if hold.answer.is_some() => Some(format!("sent {} / 올림", day(when))),
        (HoldState::Released, _) => Some(unknown.to_owned()),
        (HoldState::Approved, Some(when)) => Some(format!(
            "the site could not be reached {}; to be sent again / 누리집에 닿지 않아 다시 보낼 예정",
            day(when)
        )),
        _ => None,
    }
}

/// One, with all that was found.
pub(super) fn whole(hold: &Hold) -> String {
    let mut told = line(hold);
    let findings: serde_json::Value = serde_json::from_str(&hold.post.findings).unwrap_or_default();
    let of = |name: &str| findings.get(name);
    for (kind, count) in of("counts").and_then(serde_json::Value::as_object).into_iter().flatten() {
        told.push_str(&format!("\n  {}: {count}", kind_of(kind)));
    }
    for found in of("first").and_then(serde_json::Value::as_array).into_iter().flatten() {
        let text = |name: &str| printable(found.get(name).and_then(serde_json::Value::as_str).unwrap_or_default());
        let places = [text("place"), text("place_ko")].into_iter().filter(|place| !place.is_empty());
        let places = places.collect::<Vec<_>>().join(" / ");
        told.push_str(&format!("\n  {} {} {places}", kind_of(&text("kind")), text("masked")));
    }
    told
}

/// Why there is no answer.
pub(super) fn no_answer(hold: &Hold) -> String {
    match hold.released {
        Some(_) => "no answer of the site is known / 누리집의 답을 모름".to_owned(),
        None => "it was not sent / 보내지 않았음".to_owned(),
    }
}

/// What the site answered; its body as far as it is kept, as plain text.
pub(super) fn answer(status: u16, heard: Option<&Heard>) -> String {
    let mut told = format!("HTTP {status}");
    let Some(heard) = heard else {
        return told + "\nthe rest is not kept any more / 나머지는 보관 기간이 지남";
    };
    let lens = own_lens();
    for (name, text) in [("Content-Type", &heard.content_type), ("Location", &heard.location)] {
        if !text.is_empty() {
            told.push_str(&format!("\n{name}: {}", printable(&clean(text, &lens))));
        }
    }
    let text = clean(&plain(&heard.content_type, &heard.body, SHOWN), &lens);
    if !text.is_empty() {
        told.push_str(&format!("\n\n{}", printable(&text)));
    }
    if heard.cut {
        told.push_str("\n… cut / 뒷부분은 보관하지 않음");
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_without_values() {
        let heard = Heard {
            status: 500,
            content_type: "text/html; charset=utf-8".into(),
            location: "/a?tel=010-1234-5678".into(),
            cut: true,
            body: "<p>오류 010-1234-5678\u{7}</p>".as_bytes().to_vec(),
        };
        let told = answer(heard.status, Some(&heard));
        assert!(
            told.starts_with("HTTP 500\n") && told.contains("오류 010-****-5678") && told.contains("cut"),
            "{told}"
        );
        assert!(!told.contains("010-1234-5678") && !told.contains('\u{7}'), "{told}");
        assert!(answer(200, None).contains("not kept"));
    }
}
