//! Heads that carry values, out and back.

use super::*;
use crate::policy::{Find, Mode, Policy, Rule, Scope};
use crate::seal::{Ring, Sealer};
use crate::vocab::{Confidence, Day, Direction};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LOCATION, LINK, LOCATION, REFRESH};
use std::time::Duration;

fn lens(key: u8, hours: u64) -> Arc<Lens> {
    let ring = Arc::new(Ring::of(&[key; 32]).expect("a ring"));
    let now = Duration::from_secs(1_795_000_000 + hours * 3_600);
    let seal = Some(Sealer::new(ring, "www.example.go.kr", now, Duration::from_secs(43_200)));
    Arc::new(Lens {
        today: Day { year: 2026, month: 11, day: 22 },
        hosts: Arc::new([]),
        seal,
        beyond: Default::default(),
    })
}

fn tally(direction: Direction, action: Action) -> Tally {
    let rule = Rule {
        when: Default::default(),
        name: "all".into(),
        scope: Scope::default(),
        find: Find::every_kind(),
        at_least: 1,
        confidence: Confidence::Probable,
        action,
        mode: None,
        offer: false,
    };
    let policy = Policy { name: "all".into(), mode: Mode::Enforce, default: Action::Log, rules: vec![rule] };
    Tally::new(policy.plan(direction, "www.example.go.kr", &crate::policy::Asker::of_path("/"), None))
}

fn head(fields: &[(HeaderName, &'static str)]) -> HeaderMap {
    let mut head = HeaderMap::new();
    for (name, value) in fields {
        head.append(name, HeaderValue::from_static(value));
    }
    head
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers.get_all(name).iter().map(|value| value.to_str().expect("text"));
    values.collect::<Vec<_>>().join(" | ")
}

/// What a site's head becomes.
fn out(fields: &[(HeaderName, &'static str)], action: Action) -> HeaderMap {
    let mut headers = head(fields);
    let mut tally = tally(Direction::Download, action);
    let mut edits = inspect(&headers, &SessionCookie::WellKnown, &lens(1, 0), &mut tally);
    edits.make(&mut headers, &tally);
    headers
}

/// What the site gets of a value in a field.
fn back(name: &HeaderName, value: &str, lens: &Lens) -> (String, usize) {
    let mut headers = HeaderMap::new();
    headers.insert(name, HeaderValue::from_str(value).expect("a value"));
    let mut tally = tally(Direction::Upload, Action::Block);
    open(&mut headers, lens, &mut tally);
    assert!(!tally.refuses());
    (text(&headers, name), tally.counts().len())
}

#[test]
fn what_a_browser_follows_is_sealed() {
    for (name, value, before, after) in [
        (LOCATION, "/view?no=900101-1234568&a=1", "/view?no=", "&a=1"),
        (LOCATION, "https://www.example.go.kr/photo/9001011234568.jpg", "https://www.example.go.kr/photo/", ".jpg"),
        (CONTENT_LOCATION, "/p/900101-1234568", "/p/", ""),
        (REFRESH, "0; url=/view?no=900101%2D1234568", "0; url=/view?no=", ""),
        (LINK, "</photo/9001011234568.jpg>; rel=preload", "</photo/", ".jpg>; rel=preload"),
        (CONTENT_DISPOSITION, "attachment; filename=\"900101-1234568.hwp\"", "attachment; filename=\"", ".hwp\""),
        (SET_COOKIE, "jumin=900101-1234568; Path=/", "jumin=", "; Path=/"),
    ] {
        let headers = out(&[(name.clone(), value)], Action::Mask);
        let sealed = text(&headers, &name);
        assert!(sealed.starts_with(&format!("{before}garim.Z")) && sealed.ends_with(after), "{sealed}");
        assert!(!sealed.contains("1234568"), "{sealed}");
        assert_eq!(text(&headers, &CACHE_CONTROL), "private, no-store");
        assert_eq!(text(&out(&[(name.clone(), value)], Action::Log), &name), value);
    }
    let two = out(&[(SET_COOKIE, "a=1"), (SET_COOKIE, "b=900101-1234568"), (LOCATION, "/ok")], Action::Mask);
    assert!(text(&two, &SET_COOKIE).starts_with("a=1 | b=garim.Z"));
    assert_eq!(text(&two, &LOCATION), "/ok");
    let session = out(&[(SET_COOKIE, "JSESSIONID=9001011234568")], Action::Mask);
    assert_eq!(text(&session, &SET_COOKIE), "JSESSIONID=9001011234568");
}

#[test]
fn cookies_come_back_as_they_were_set_whenever_that_is() {
    let set = out(&[(SET_COOKIE, "mail=hong%40example.com; Max-Age=31536000")], Action::Mask);
    let cookie = text(&set, &SET_COOKIE).split(';').next().expect("a pair").to_owned();
    let later = lens(1, 9_000);
    assert_eq!(back(&COOKIE, &format!("a=1; {cookie};b=2"), &later), ("a=1; mail=hong%40example.com; b=2".into(), 1));
    assert_eq!(back(&COOKIE, &format!("a=1; {cookie}; b=2"), &lens(2, 0)), ("a=1; b=2".into(), 0), "another key");
    assert_eq!(back(&COOKIE, &cookie, &lens(2, 0)), (String::new(), 0));
    assert_eq!(back(&COOKIE, "a=900101-1234568;b=2", &later), ("a=900101-1234568;b=2".into(), 0));
}

#[test]
fn a_referer_comes_back_or_not_at_all() {
    let moved = out(&[(LOCATION, "https://a.kr/view?no=900101-1234568")], Action::Mask);
    let location = text(&moved, &LOCATION);
    let referer = "https://a.kr/view?no=900101-1234568";
    assert_eq!(back(&REFERER, &location, &lens(1, 0)), (referer.into(), 1));
    assert_eq!(back(&REFERER, &location, &lens(1, 100)), (String::new(), 0));
    assert_eq!(back(&REFERER, referer, &lens(1, 0)), (referer.into(), 0));
}

#[test]
fn addresses_stay_in_the_site() {
    let kept = |said: &[(HeaderName, &'static str)]| {
        let mut headers = head(said);
        keep_addresses(&mut headers);
        text(&headers, &REFERRER_POLICY)
    };
    assert_eq!(kept(&[]), "same-origin");
    assert_eq!(kept(&[(REFERRER_POLICY, "unsafe-url")]), "same-origin");
    assert_eq!(kept(&[(REFERRER_POLICY, "nonsense")]), "same-origin");
    assert_eq!(kept(&[(REFERRER_POLICY, "no-referrer")]), "no-referrer");
    assert_eq!(kept(&[(REFERRER_POLICY, "unsafe-url, strict-origin")]), "unsafe-url, strict-origin");
    assert_eq!(kept(&[(REFERRER_POLICY, "no-referrer, unsafe-url")]), "same-origin");
}

#[test]
fn credentials_are_taken_out_of_their_base64() {
    for (value, holds) in [
        // user:900101-1234568
        ("Basic dXNlcjo5MDAxMDEtMTIzNDU2OA==", true),
        ("bAsIc   dXNlcjo5MDAxMDEt MTIzNDU2OA", true),
        // user:pass
        ("Basic dXNlcjpwYXNz", false),
        ("Bearer dXNlcjo5MDAxMDEtMTIzNDU2OA==", false),
        ("Bearer 900101-1234568", true),
        ("Basic 900101-1234568", true),
        ("Basic", false),
    ] {
        for name in [AUTHORIZATION, PROXY_AUTHORIZATION] {
            let mut headers = head(&[(name.clone(), value)]);
            let (mut all, mut aside) = (tally(Direction::Upload, Action::Mask), tally(Direction::Upload, Action::Mask));
            let edits = inspect_sent(&mut headers, &lens(1, 0), &mut all, &mut aside);
            assert_eq!(text(&headers, &name), value, "before the verdict");
            edits.make_sent(&mut headers, &all);
            assert_eq!(headers.contains_key(&name), !holds, "{value}");
            let mut all = tally(Direction::Upload, Action::Block);
            inspect_sent(&mut head(&[(name.clone(), value)]), &lens(1, 0), &mut all, &mut aside);
            assert_eq!(all.refuses(), holds, "{value}");
        }
    }
}
