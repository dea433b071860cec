//! One message for many alerts, and so many messages at most.

use super::*;
use crate::config::alert::Often;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn gather(count: usize) -> Gather {
    let settings = AlertSettings {
        together: 60 * SECOND,
        at_most: Often { count, per: 3_600 * SECOND },
        ..AlertSettings::default()
    };
    let contact = Contact { office: "개인정보보호팀".to_owned(), ..Contact::default() };
    Gather::new(&settings, "front-1", HashMap::from([("www.example.go.kr".to_owned(), contact)]))
}

#[test]
fn the_first_goes_at_once_and_the_others_together() {
    let (mut gather, start) = (gather(10), Instant::now());
    gather.add(leak(), start);
    let first = gather.take(start);
    assert_eq!((first.len(), first[0].times, first[0].contact.office.as_str()), (1, 1, "개인정보보호팀"));
    for second in 1..=5 {
        let later = Alert { when: when() + SECOND * second, reference: None, ..leak() };
        gather.add(later, start + SECOND * second);
    }
    assert_eq!(gather.next(start + 5 * SECOND), Some(start + 60 * SECOND));
    assert!(gather.take(start + 59 * SECOND).is_empty());
    let [together] = &gather.take(start + 60 * SECOND)[..] else { panic!("one message") };
    assert_eq!((together.times, together.alert.counts.people), (5, Some(15)));
    assert_eq!(together.alert.counts.kinds[&Kind::MobileNumber], 15);
    assert_eq!((together.alert.when, together.last), (when() + SECOND, when() + SECOND * 5));
    assert_eq!(together.alert.places.len(), 1, "the same place is named once");
    // Nothing more: the group is forgotten after its time.
    assert_eq!(gather.next(start + 60 * SECOND), Some(start + 120 * SECOND));
    assert!(gather.take(start + 120 * SECOND).is_empty());
    assert_eq!(gather.next(start + 120 * SECOND), None);
}

#[test]
fn another_kind_site_or_rule_is_another_message() {
    let (mut gather, start) = (gather(10), Instant::now());
    gather.add(leak(), start);
    gather.add(Alert { site: Some("other.example.go.kr".to_owned()), ..leak() }, start);
    gather.add(Alert { rule: None, ..leak() }, start);
    gather.add(Alert::new(AlertEvent::Worker, when()), start);
    let taken = gather.take(start);
    assert_eq!(taken.len(), 4);
    assert_eq!(taken[3].alert.event, AlertEvent::Worker, "the severest go first");
}

#[test]
fn what_is_over_the_rate_waits_and_is_not_lost() {
    let (mut gather, start) = (gather(2), Instant::now());
    let site = |number: u32| Alert { site: Some(format!("{number}.example.go.kr")), ..leak() };
    gather.add(Alert::new(AlertEvent::Worker, when()), start);
    for number in 0..5 {
        gather.add(site(number), start + SECOND);
    }
    let at_first: Vec<_> = gather.take(start + SECOND).into_iter().map(|message| message.alert.site).collect();
    assert_eq!(at_first, [Some("0.example.go.kr".to_owned()), Some("1.example.go.kr".to_owned())]);
    assert!(gather.take(start + 3_600 * SECOND).is_empty());
    assert_eq!(gather.next(start + 2 * SECOND), Some(start + 3_601 * SECOND), "it sleeps until there is room");
    gather.add(site(4), start + 100 * SECOND);
    let later: Vec<_> =
        gather.take(start + 3_601 * SECOND).into_iter().map(|message| (message.alert.site, message.times)).collect();
    assert_eq!(later, [(Some("2.example.go.kr".to_owned()), 1), (Some("3.example.go.kr".to_owned()), 1)]);
    let rest: Vec<_> = gather.rest().into_iter().map(|message| (message.alert.event, message.times)).collect();
    assert_eq!(rest, [(AlertEvent::Leaked, 2), (AlertEvent::Worker, 1)]);
}

#[test]
fn what_was_lost_is_told_once() {
    let (mut gather, start) = (gather(10), Instant::now());
    gather.lost(7);
    gather.add(leak(), start);
    gather.add(Alert::new(AlertEvent::Journal, when()), start);
    let untold: Vec<u64> = gather.take(start).iter().map(|message| message.untold).collect();
    assert_eq!(untold, [7, 0]);
    let sites = (0..300).map(|number| Alert { site: Some(number.to_string()), ..leak() });
    let taken = sites.filter(|alert| gather.add(alert.clone(), start)).count();
    assert_eq!(taken, 254, "who has no room is told so");
    assert_eq!(gather.take(start).first().map(|message| message.untold), Some(300 - 254));
}

#[test]
fn counts_that_add_up_become_a_breach() {
    let (mut gather, start) = (gather(10), Instant::now());
    let some = |count| Alert {
        counts: Counts { kinds: [(Kind::EmailAddress, count)].into(), people: None, values: None },
        ..leak()
    };
    gather.add(some(1), start);
    assert_eq!(gather.take(start)[0].breach, None);
    gather.add(some(600), start + SECOND);
    gather.add(some(400), start + SECOND);
    let breach = gather.take(start + 60 * SECOND)[0].breach.clone();
    assert_eq!(breach, Some(Breach { grounds: vec![Ground::People(1_000)] }));
}
