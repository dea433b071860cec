//! What a window says, in plain words.

use super::{either, plain};
use crate::config::{Beyond, Language, Network, Per, Window};
use std::time::Duration;

/// A window: what is counted of whom, and what becomes of what is beyond it.
pub(super) fn window(window: &Window, language: Language) -> String {
    let korean = language == Language::Korean;
    let whose = match window.per {
        Per::Address => either(language, "one address", "주소 하나"),
        Per::Session => either(language, "one session", "세션 하나"),
        Per::Account => either(language, "one account of the site", "누리집 계정 하나"),
        Per::Role => either(language, "everybody of a role together", "같은 역할을 가진 사람 모두"),
    };
    let values = window
        .different
        .map(|most| either(language, format!("{most} different values"), format!("서로 다른 값 {most}개")));
    let bytes = window.bytes.map(|most| either(language, format!("{most} bytes"), format!("{most}바이트")));
    let limits: Vec<String> = values.into_iter().chain(bytes).collect();
    let limits = limits.join(if korean { " 또는 " } else { " or " });
    let beyond = match window.action {
        Beyond::Log => either(language, "recorded", "기록만 함"),
        Beyond::Alert => either(language, "recorded, and somebody is told", "기록하고 알림"),
        Beyond::Block => either(
            language,
            "refused until the total is below again, and somebody is told",
            "합계가 내려갈 때까지 막고 알림",
        ),
    };
    let (find, within) = (plain::find(window.find, language), time(window.within, korean));
    let mut out = either(
        language,
        format!("{}: more than {limits} of {find} shown unmasked to {whose} within {within}: {beyond}\n", window.name),
        format!(
            "{}: 가리지 않은 {find}이(가) {whose}에 {within} 안에 {limits}보다 많이 보이면: {beyond}\n",
            window.name
        ),
    );
    if let Some((from, to)) = window.hours {
        let hours = format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60);
        out.push_str(&either(
            language,
            format!("   - only {hours} in Korea\n"),
            format!("   - {hours}에만(한국 시각)\n"),
        ));
    }
    let except: Vec<String> = window.except.iter().map(network).collect();
    if !except.is_empty() {
        let except = except.join(", ");
        out.push_str(&either(language, format!("   - not for {except}\n"), format!("   - {except}은(는) 제외\n")));
    }
    out
}

fn network(network: &Network) -> String {
    format!("{}/{}", network.address, network.prefix)
}

/// A time in its largest whole unit.
fn time(time: Duration, korean: bool) -> String {
    let seconds = time.as_secs();
    let (count, english, unit) = match seconds {
        _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "d", "일"),
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "h", "시간"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "min", "분"),
        _ => (seconds, "s", "초"),
    };
    if korean { format!("{count}{unit}") } else { format!("{count} {english}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Find;

    #[test]
    fn a_window_is_told_in_both_languages() {
        let told = |language| {
            window(
                &Window {
                    key: "p/w".into(),
                    name: "harvest".into(),
                    per: Per::Account,
                    find: Find::every_kind(),
                    different: Some(200),
                    bytes: Some(1024),
                    within: Duration::from_secs(600),
                    hours: Some((19 * 60, 8 * 60 + 30)),
                    except: vec![Network { address: [10, 1, 0, 0].into(), prefix: 16 }],
                    action: Beyond::Block,
                },
                language,
            )
        };
        let english = told(Language::English);
        for words in [
            "harvest: more than 200 different values or 1024 bytes of every kind of personal data (*) shown",
            "to one account of the site within 10 min: refused until",
            "- only 19:00-08:30 in Korea\n",
            "- not for 10.1.0.0/16\n",
        ] {
            assert!(english.contains(words), "{english}");
        }
        let korean = told(Language::Korean);
        assert!(
            korean.contains("누리집 계정 하나에 10분 안에 서로 다른 값 200개 또는 1024바이트보다 많이"),
            "{korean}"
        );
    }
}
