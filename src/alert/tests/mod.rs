//! Every rendering, and what is gathered.

mod gathering;
mod renderings;

use super::*;
use crate::config::AlertSettings;

fn when() -> Timestamp {
    "2026-11-26T06:00:00.123456789Z".parse().expect("a time")
}

fn leak() -> Alert {
    Alert {
        site: Some("www.example.go.kr".to_owned()),
        counts: Counts {
            kinds: [(Kind::ResidentRegistrationNumber, 2), (Kind::MobileNumber, 3)].into(),
            people: Some(3),
            values: None,
        },
        places: vec![Spot {
            english: "post 12, sheet '명단'".into(), korean: "게시글 12, 시트 '명단'".into()
        }],
        masked: vec!["900101-1******".to_owned()],
        rule: Some("rule 3".to_owned()),
        reference: Some("K7Q2-9XDM".to_owned()),
        ..Alert::new(AlertEvent::Leaked, when())
    }
}

fn message(alert: Alert) -> Message {
    Message::new(alert, &AlertSettings::default().breach, "front-1", Contact::default())
}

/// One whose every text tries to break out of its place.
fn hostile() -> Message {
    let text = "a|b\\c=d\"e]f\r\n<134>1 - evil\u{0}\u{1b}[31m\u{202e}가나다 <!channel> @all ](http://x) ".to_owned();
    let long = "아주긴이름".repeat(2_000);
    message(Alert {
        site: Some(text.clone() + &long),
        places: [text.clone(), long.clone()]
            .into_iter()
            .chain((0..500).map(|n| format!("{text}{n}")))
            .map(Spot::named)
            .collect(),
        masked: vec![long.clone(); 3],
        rule: Some(text.clone()),
        reference: Some(text.clone()),
        detail: Some(long),
        ..leak()
    })
}
