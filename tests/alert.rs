//! Alerts from outside: real receivers on loopback, ways that hang, refuse, and come back, and `garim alert test`.

#[path = "alert/command.rs"]
mod command;
#[path = "alert/receivers.rs"]
mod receivers;
#[path = "alert/ways.rs"]
mod ways;

use garim::alert::{Alert, AlertEvent, Counts, Spot};
use garim::config::{self, Settings};
use garim::vocab::Kind;
use std::time::Duration;

/// A bound for every wait.
const SOON: Duration = Duration::from_secs(20);

/// A configuration with this in its `[alert]`.
fn text(alert: &str) -> String {
    format!(
        "[server]\nlisten = [\"127.0.0.1:8443\"]\n[[site]]\nhosts = [\"www.example.go.kr\"]\ntls = \"self-signed\"\n\
         upstream = \"http://127.0.0.1:1\"\npolicy = \"board\"\ncontact = {{ office = \"개인정보보호팀\", phone = \"02-000-0000\" }}\n\
         [policy.board]\n[alert]\n{alert}\n"
    )
}

fn settings(alert: &str) -> Settings {
    config::parse(&text(alert), "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// A leak; no value of it is a real one.
fn leak(reference: &str) -> Alert {
    Alert {
        site: Some("www.example.go.kr".to_owned()),
        counts: Counts { kinds: [(Kind::ResidentRegistrationNumber, 1)].into(), people: Some(1), values: None },
        places: vec![Spot::named("/board/1")],
        masked: vec!["900101-1******".to_owned()],
        reference: Some(reference.to_owned()),
        ..Alert::new(AlertEvent::Leaked, jiff::Timestamp::now())
    }
}
