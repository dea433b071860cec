//! What a message says, in Korean and in English side by side.

use super::{Message, SHOWN};
use crate::config::{AlertEvent, Language};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Korea has one time, without a summer time.
const KOREA: Offset = Offset::constant(9);

/// As RFC 3339 writes it, in Korea's time, to the second.
pub(super) fn rfc3339(when: Timestamp) -> String {
    whole(when).display_with_offset(KOREA).to_string()
}

/// In Korea's time, by a format of `strftime`.
pub(super) fn strftime(when: Timestamp, format: &str) -> String {
    whole(when).to_zoned(TimeZone::fixed(KOREA)).strftime(format).to_string()
}

/// As people read it.
pub(super) fn clock(when: Timestamp) -> String {
    strftime(when, "%Y-%m-%d %H:%M:%S (KST)")
}

fn whole(when: Timestamp) -> Timestamp {
    Timestamp::from_second(when.as_second()).unwrap_or(when)
}

/// A text on one line: without what steers a terminal or turns the direction of writing, cut to so many characters.
pub(super) fn shown(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(|letter| if steers(letter) { ' ' } else { letter }).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

fn steers(letter: char) -> bool {
    let invisible = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    letter.is_control() || invisible || matches!(letter, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A language's half.
pub(super) fn pick<T>(language: Language, korean: T, english: T) -> T {
    match language {
        Language::Korean => korean,
        Language::English => english,
    }
}

fn event(event: AlertEvent, language: Language) -> &'static str {
    let (korean, english) = match event {
        AlertEvent::Blocked => ("개인정보를 여러 번 막았습니다", "personal data was refused many times"),
        AlertEvent::Leaked => ("개인정보가 걸러지지 않고 나갔습니다", "personal data went through"),
        AlertEvent::Window => (
            "한 사람에게 개인정보가 한도보다 많이 보였습니다",
            "somebody was shown more personal data than a window allows",
        ),
        AlertEvent::Journal => ("감사 기록에 문제가 있습니다", "the audit journal is in trouble"),
        AlertEvent::Worker => ("파일을 여는 프로세스가 끝났습니다", "a process that opens files has ended"),
        AlertEvent::Test => ("알림 시험입니다", "this is a test of the alerts"),
    };
    pick(language, korean, english)
}

/// What happened and where, on one line.
pub(super) fn title(message: &Message, language: Language) -> String {
    let mut title = event(message.alert.event, language).to_owned();
    if let Some(site) = &message.alert.site {
        title.push_str(": ");
        title.push_str(&shown(site, 100));
    }
    let kinds = kinds(message, language);
    if !kinds.is_empty() {
        title.push_str(&format!(" ({})", shown(&kinds, 120)));
    }
    if message.breach.is_some() {
        title.push_str(pick(language, " [유출 신고 검토]", " [a breach report may be due]"));
    }
    title
}

/// Each kind with its count.
pub(super) fn kinds(message: &Message, language: Language) -> String {
    let each = message.alert.counts.kinds.iter().map(|(kind, count)| match language {
        Language::Korean => format!("{} {count}건", kind.korean()),
        Language::English => format!("{count} {}", kind.english()),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Where it stood.
pub(super) fn places(message: &Message, language: Language) -> impl Iterator<Item = String> {
    message.alert.places.iter().map(move |spot| shown(spot.of(language), SHOWN))
}

/// Everything that is known, a line each.
pub(super) fn lines(message: &Message, language: Language) -> Vec<String> {
    let alert = &message.alert;
    let mut lines = Vec::new();
    let mut line = |korean: &str, english: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{}: {value}", pick(language, korean, english)));
        }
    };
    let text = |text: &Option<String>| text.as_deref().map(|text| shown(text, SHOWN)).unwrap_or_default();
    let several = |texts: &[String]| texts.iter().map(|text| shown(text, SHOWN)).collect::<Vec<_>>().join("; ");
    line("때", "time", clock(alert.when));
    if message.times > 1 {
        let times = message.times;
        line("횟수", "times", pick(language, format!("{times}번"), times.to_string()));
        line("마지막", "last", clock(message.last));
    }
    line("사이트", "site", text(&alert.site));
    line("찾은 것", "found", kinds(message, language));
    line("곳", "places", places(message, language).collect::<Vec<_>>().join("; "));
    line("가린 값", "masked", several(&alert.masked));
    line("규칙", "rule", text(&alert.rule));
    line("번호", "reference", text(&alert.reference));
    line("내용", "detail", text(&alert.detail));
    line("서버", "node", shown(&message.node, SHOWN));
    if message.untold > 0 {
        let untold = message.untold;
        line("알리지 못한 것", "could not be told", pick(language, format!("{untold}건"), untold.to_string()));
    }
    lines
}

/// The whole of it as text: what happened, all that is known, and the draft of a notice.
pub(super) fn text(message: &Message, language: Language) -> String {
    let mut text = title(message, language);
    for line in lines(message, language) {
        text.push('\n');
        text.push_str(&line);
    }
    if let Some(breach) = &message.breach {
        let draft = breach.draft(message);
        text.push_str("\n\n");
        text.push_str(pick(language, &draft.korean, &draft.english));
    }
    text
}
