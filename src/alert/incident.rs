//! Incidents: what went through and may have to be reported, as the store keeps it, so that its 72 hours survive a restart.

use super::{Alert, AlertEvent, Message, Spot};
use crate::config::{Language, Settings};
use crate::store::Incident;
use crate::vocab::{Direction, Kind};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::net::IpAddr;

/// From so long before the end of its 72 hours on people are reminded of one that is not closed.
pub const REMIND: SignedDuration = SignedDuration::from_hours(24);

/// As the store keeps it, with the first of its places as the path. It holds no value.
pub fn kept(alert: &Alert, direction: Direction, client: IpAddr, verdict: &str) -> Incident {
    let counts: serde_json::Map<String, Value> =
        alert.counts.kinds.iter().map(|(kind, count)| (kind.name().to_owned(), (*count).into())).collect();
    let spots = |language| alert.places.iter().map(|spot| spot.of(language)).collect::<Vec<_>>();
    Incident {
        id: alert.reference.clone().unwrap_or_default(),
        time: alert.when.as_millisecond(),
        site: alert.site.clone().unwrap_or_default(),
        address: client.to_string(),
        account: None,
        direction,
        verdict: verdict.to_owned(),
        rule: alert.rule.clone(),
        path: alert.places.first().map(|path| path.english.clone()).unwrap_or_default(),
        findings: json!({
            "leaked": true, "counts": counts, "values": alert.counts.values, "places": spots(Language::English),
            "places_ko": spots(Language::Korean),
        })
        .to_string(),
    }
}

/// Who has closed an incident, when, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Who, in the words of the command line.
    pub by: String,
    /// When.
    pub when: Timestamp,
    /// What came of it: reported, told, or why not.
    pub why: String,
}

/// Its findings, once it is closed; `None` if it is closed already, or no leak.
pub fn closed(incident: &Incident, closed: &Closed) -> Option<String> {
    let mut findings = open(incident)?;
    let Closed { by, when, why } = closed;
    findings["closed"] = json!({ "by": by, "when": when.as_millisecond(), "why": why });
    Some(findings.to_string())
}

/// Who has closed it.
pub fn closing(incident: &Incident) -> Option<Closed> {
    let findings: Value = serde_json::from_str(&incident.findings).ok()?;
    let closed = findings.get("closed")?;
    let text = |name| closed.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let when = closed.get("when").and_then(Value::as_i64).unwrap_or_default();
    Some(Closed { by: text("by"), when: Timestamp::from_millisecond(when).unwrap_or_default(), why: text("why") })
}

/// Whether its clock runs: something went through, and nobody has said what came of it.
pub fn is_open(incident: &Incident) -> bool {
    open(incident).is_some()
}

fn open(incident: &Incident) -> Option<Value> {
    let findings: Value = serde_json::from_str(&incident.findings).ok()?;
    let leaked = findings.get("leaked").and_then(Value::as_bool) == Some(true);
    (leaked && findings.get("closed").is_none()).then_some(findings)
}

/// What was told of it.
pub fn alert(incident: &Incident) -> Alert {
    let findings: Value = serde_json::from_str(&incident.findings).unwrap_or_default();
    let when = Timestamp::from_millisecond(incident.time).unwrap_or_default();
    let counts = findings.get("counts").and_then(Value::as_object).into_iter().flatten();
    let texts = |name: &str| {
        let list = findings.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|text| text.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (english, korean) = (texts("places"), texts("places_ko"));
    let mut alert = Alert::new(AlertEvent::Leaked, when);
    alert.counts.kinds = counts.filter_map(|(name, count)| Some((kind(name)?, count.as_u64()?))).collect();
    alert.counts.values = findings.get("values").and_then(Value::as_u64);
    // Those of older versions have one language.
    alert.places = match english.len() == korean.len() {
        true => english.into_iter().zip(korean).map(|(english, korean)| Spot { english, korean }).collect(),
        false => english.into_iter().map(Spot::named).collect(),
    };
    (alert.site, alert.rule) = (Some(incident.site.clone()), incident.rule.clone());
    alert.reference = Some(incident.id.clone());
    alert
}

/// The message of it, with the draft of a report where it reaches a threshold of today.
pub fn message(incident: &Incident, settings: &Settings) -> Message {
    let site = settings.sites.iter().find(|site| site.name == incident.site);
    let contact = site.map(|site| site.pages.contact.clone()).unwrap_or_default();
    Message::new(alert(incident), &settings.alert.breach, &settings.state.node(), contact)
}

fn kind(name: &str) -> Option<Kind> {
    Kind::all().find(|kind| kind.name() == name)
}

/// Whether its 72 hours are over.
pub fn is_over(incident: &Incident, now: Timestamp) -> bool {
    left(incident, now).is_negative()
}

fn left(incident: &Incident, now: Timestamp) -> SignedDuration {
    super::Breach::deadline(Timestamp::from_millisecond(incident.time).unwrap_or_default()).duration_since(now)
}

/// What is told of one whose time runs out; `None` while there is time.
pub fn reminder(incident: &Incident, now: Timestamp) -> Option<Alert> {
    let left = left(incident, now);
    if !is_open(incident) || left > REMIND {
        return None;
    }
    let mut alert = alert(incident);
    let hours = left.as_hours();
    let id = &incident.id;
    alert.detail = Some(if left.is_negative() {
        format!("the 72 hours of {id} are over, and it is not closed / {id}의 72시간이 지났는데 처리되지 않았습니다")
    } else {
        format!("{hours} hours are left of 72 for {id} / {id}의 72시간 가운데 {hours}시간 남았습니다")
    });
    // Reminders are a message of their own, not one with what goes through now.
    alert.rule = Some("72h".to_owned());
    Some(alert)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leak() -> Incident {
        let mut alert = Alert::new(AlertEvent::Leaked, "2026-11-26T06:00:00Z".parse().expect("a time"));
        alert.counts.kinds = [(Kind::ResidentRegistrationNumber, 2), (Kind::MobileNumber, 3)].into();
        alert.counts.values = Some(1_200);
        alert.places = vec![
            Spot::named("/board/1"),
            Spot { english: "field 'content'".into(), korean: "입력란 ‘content’".into() },
        ];
        alert.site = Some("www.example.go.kr".to_owned());
        alert.reference = Some("abc".to_owned());
        kept(&alert, Direction::Upload, "192.0.2.1".parse().expect("an address"), "log")
    }

    #[test]
    fn what_is_kept_is_told_again() {
        let alert = alert(&leak());
        assert_eq!((alert.counts.values, leak().path.as_str()), (Some(1_200), "/board/1"));
        assert_eq!(alert.counts.kinds, [(Kind::ResidentRegistrationNumber, 2), (Kind::MobileNumber, 3)].into());
        assert_eq!((alert.places.len(), alert.when.as_second()), (2, 1_795_672_800));
        assert_eq!(alert.places.get(1).map(|spot| spot.korean.as_str()), Some("입력란 ‘content’"));
        let older = Incident { findings: leak().findings.replace("places_ko", "x"), ..leak() };
        assert_eq!(super::alert(&older).places.get(1), Some(&Spot::named("field 'content'")));
        let other =
            Incident { findings: "{\"counts\":{\"no-such-kind\":1,\"mobile-number\":-1}}".to_owned(), ..leak() };
        assert!(super::alert(&other).counts.kinds.is_empty() && !is_open(&other));
        assert!(!is_open(&Incident { findings: "no JSON".to_owned(), ..leak() }));
    }

    #[test]
    fn one_that_is_closed_is_closed_once() {
        let (leak, by) =
            (leak(), Closed { by: "kim".to_owned(), when: Timestamp::UNIX_EPOCH, why: "신고함".to_owned() });
        assert!(is_open(&leak) && closing(&leak).is_none());
        let over = Incident { findings: closed(&leak, &by).expect("open"), ..leak };
        assert!(!is_open(&over) && closed(&over, &by).is_none());
        assert_eq!(closing(&over), Some(by));
        assert!(!alert(&over).counts.kinds.is_empty());
    }

    #[test]
    fn people_are_reminded_while_there_is_time_and_after() {
        let leak = leak();
        let at = |hours| Timestamp::from_millisecond(leak.time).expect("a time") + SignedDuration::from_hours(hours);
        assert_eq!(reminder(&leak, at(47)), None);
        let said = |hours| reminder(&leak, at(hours)).and_then(|alert| alert.detail).expect("a reminder");
        assert!(said(50).contains("22 hours are left") && said(73).contains("are over"), "{}", said(50));
    }
}
