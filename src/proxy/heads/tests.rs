//! Heads that carry values, out and back.

use super::*;
use crate::policy::{Find, Mode, Policy, Rule, Scope};
use crate::seal::{Ring, Sealer};
use crate::vocab::{Confidence, Day, Direction};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LOCATION, DATE, ETAG, LINK, LOCATION, REFRESH};
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

#[test]
fn fields_that_nobody_follows_are_sealed_too() {
    for (name, value, before, after) in [
        ("x-user", "900101-1234568", "", ""),
        ("x-data", "{\"no\":\"900101-1234568\",\"a\":1}", "{\"no\":\"", "\",\"a\":1}"),
        ("content-type", "text/plain; name=\"900101-1234568.txt\"", "text/plain; name=\"", ".txt\""),
        ("www-authenticate", "Basic realm=\"900101-1234568\"", "Basic realm=\"", "\""),
        ("set-cookie", "900101-1234568", "", ""),
        ("set-cookie", "u900101-1234568=1; Secure", "u", "=1; Secure"),
        (
            "set-cookie",
            "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/u/900101-1234568",
            "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/u/",
            "",
        ),
        ("set-cookie", "JSESSIONID=0A; Path=/u/900101-1234568/", "JSESSIONID=0A; Path=/u/", "/"),
    ] {
        let name = HeaderName::from_static(name);
        let headers = out(&[(name.clone(), value)], Action::Mask);
        let sealed = text(&headers, &name);
        assert!(sealed.starts_with(&format!("{before}garim.Z")) && sealed.ends_with(after), "{sealed}");
        assert!(!sealed.contains("1234568"), "{sealed}");
        assert_eq!(text(&headers, &CACHE_CONTROL), "private, no-store");
        assert_eq!(text(&out(&[(name.clone(), value)], Action::Log), &name), value);
    }
    let named = HeaderName::from_static("x-900101-1234568");
    assert!(!out(&[(named.clone(), "1")], Action::Mask).contains_key(&named), "a name cannot be sealed");
    assert!(out(&[(named.clone(), "1")], Action::Log).contains_key(&named));
    assert!(!out(&[(ETAG, "\"900101-1234568\"")], Action::Mask).contains_key(ETAG), "a tag of other bytes");
    for (name, value) in [
        (DATE, "Sun, 22 Nov 2026 00:00:00 GMT"),
        (CONTENT_RANGE, "bytes 900101-1234568/9999999"),
        (CONTENT_LENGTH, "9001011234568"),
        (ETAG, "\"5f3-1\""),
    ] {
        let headers = out(&[(name.clone(), value)], Action::Mask);
        assert_eq!((text(&headers, &name).as_str(), headers.len()), (value, 1));
    }
}

#[test]
fn the_words_beside_a_status_are_read() {
    for (reason, stays) in [("All is well", true), ("900101-1234568", false)] {
        let mut extensions = Extensions::new();
        extensions.insert(ReasonPhrase::try_from(reason.as_bytes()).expect("a reason"));
        inspect_reason(&mut extensions, &lens(1, 0), &mut tally(Direction::Download, Action::Mask));
        assert_eq!(extensions.get::<ReasonPhrase>().is_some(), stays, "{reason}");
    }
}

#[test]
fn halves_in_two_fields_or_cookies_of_an_answer_are_put_together() {
    let set = out(
        &[(SET_COOKIE, "jumin1=900101; Path=/"), (SET_COOKIE, "a=1"), (SET_COOKIE, "jumin2=\"1234568\"")],
        Action::Mask,
    );
    let cookies: Vec<_> = set.get_all(SET_COOKIE).iter().map(|value| value.to_str().expect("text")).collect();
    assert!(cookies[0] == "jumin1=900101; Path=/" && cookies[2].starts_with("jumin2=\"garim.Z"), "{cookies:?}");
    let sent = format!("jumin1=900101; {}", cookies[2]);
    assert_eq!(back(&COOKIE, &sent, &lens(1, 9_000)), ("jumin1=900101; jumin2=\"1234568\"".into(), 1));
    let [first, second] = ["x-rrn-1", "x-rrn-2"].map(HeaderName::from_static);
    let headers = out(&[(first.clone(), "900101"), (second.clone(), "1234568")], Action::Mask);
    assert!(text(&headers, &second).starts_with("garim.Z"), "{headers:?}");
    assert_eq!(back(&second, &text(&headers, &second), &lens(1, 0)), ("1234568".into(), 1));
    let headers = out(&[(first, "900101"), (second, "1234568")], Action::Log);
    assert_eq!(headers.len(), 2, "{headers:?}");
}

#[test]
fn what_escapes_hide_in_a_head_is_found() {
    for (value, written) in [
        ("{\"no\":\"\\u0039\\u0030\\u00301\\u0030\\u0031-\\u0031234568\"}", "JSON"),
        ("%7B%22no%22%3A%22%5Cu0039%5Cu00300101-1234568%22%7D", "JSON in escapes"),
        ("\"\\9\\0\\0\\1\\0\\1-1234\\568\"", "a quoted string"),
    ] {
        let name = HeaderName::from_static("x-data");
        assert!(sent_on(&[(name.clone(), value)], Action::Block).0, "{written}");
        let (_, headers) = sent_on(&[(name.clone(), value)], Action::Mask);
        assert_eq!(text(&headers, &name), "*".repeat(value.len()), "{written}");
        let cookie: &'static str = Box::leak(format!("a=b; no={value}").into_boxed_str());
        let (refused, headers) = sent_on(&[(COOKIE, cookie)], Action::Block);
        assert!(!refused && text(&headers, &COOKIE) == format!("a=b; no={}", "*".repeat(value.len())), "{written}");
    }
}

/// What becomes of a request's head: whether it is refused, and what of it reaches the site.
fn sent_on(fields: &[(HeaderName, &'static str)], action: Action) -> (bool, HeaderMap) {
    let mut headers = head(fields);
    let (mut all, mut aside) = (tally(Direction::Upload, action), tally(Direction::Upload, action));
    let edits = inspect_sent(&mut headers, &lens(1, 0), &mut all, &mut aside);
    open(&mut headers, &lens(1, 0), &mut all);
    edits.make_sent(&mut headers, &all);
    (all.refuses(), headers)
}

#[test]
fn halves_in_two_cookies_are_masked_and_in_two_fields_refused() {
    for cookies in [
        &[(COOKIE, "a=1; jumin1=900101; b=2; jumin2=1234568")][..],
        &[(COOKIE, "jumin1=900101"), (COOKIE, "jumin2=1234568")],
        &[(COOKIE, "jumin2=1234568; jumin1=900101")],
        &[(COOKIE, "jumin1=\"900101\"; jumin2=\"%31234568\"")],
        &[(COOKIE, "rrn=900101-; a=900101"), (COOKIE, "rrn=1; jumin[]=900101; jumin[]=1234568")],
    ] {
        let (refused, headers) = sent_on(cookies, Action::Block);
        assert!(!refused && !text(&headers, &COOKIE).contains("234568"), "{headers:?}");
        assert!(text(&headers, &COOKIE).contains("900101") && headers.len() == 1, "{headers:?}");
    }
    let apart = "jumin1=900101; other=1234568; wcs_bt=1700000000; sid=12345678901";
    assert_eq!(text(&sent_on(&[(COOKIE, apart)], Action::Block).1, &COOKIE), apart);
    let [first, second, memo] = ["x-jumin1", "x-jumin2", "x-memo"].map(HeaderName::from_static);
    assert!(sent_on(&[(first.clone(), "900101"), (second.clone(), "1234568")], Action::Block).0);
    assert!(sent_on(&[(memo.clone(), "900101"), (memo.clone(), "1234568")], Action::Block).0);
    let (_, headers) = sent_on(&[(first, "900101"), (second.clone(), "1234568")], Action::Mask);
    assert_eq!(text(&headers, &second), "*******");
    for list in ["900101, 1234568", "900101,1234568", "\"900101\" , 1234568"] {
        assert!(sent_on(&[(memo.clone(), list)], Action::Block).0, "{list}");
        let (_, headers) = sent_on(&[(memo.clone(), list)], Action::Mask);
        assert!(text(&headers, &memo).ends_with("*******") && text(&headers, &memo).contains("900101"), "{headers:?}");
    }
    for other in ["900101, 12", "1, 2, 3", "2026, 900101", "900101; 1234568"] {
        assert!(!sent_on(&[(memo.clone(), other)], Action::Block).0, "{other}");
    }
    assert!(!sent_on(&[(memo, "900101"), (second, "1234568")], Action::Block).0, "two things");
}

#[test]
fn base64_in_a_field_is_read() {
    let [memo, metadata] = ["x-memo", "upload-metadata"].map(HeaderName::from_static);
    for (name, value) in [
        (&memo, "bWVtbyA5MDAxMDEtMTIzNDU2OA=="),
        (&memo, ":bWVtbyA5MDAxMDEtMTIzNDU2OA==:"),
        (&metadata, "filename YS50eHQ=,memo OTAwMTAxLTEyMzQ1Njg="),
    ] {
        assert!(sent_on(&[(name.clone(), value)], Action::Block).0, "{value}");
        let (_, headers) = sent_on(&[(name.clone(), value)], Action::Mask);
        assert_eq!(text(&headers, name), "*".repeat(value.len()));
    }
    assert!(!sent_on(&[(memo, "dGhlIHF1aWNrIGJyb3duIGZveA==")], Action::Block).0);
}

#[test]
fn what_a_site_has_encoded_in_its_tokens_is_told_and_goes_on() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let coded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let token = format!("{}.{}.c2lnbmF0dXJl", coded("{\"alg\":\"none\"}"), coded("{\"no\":\"900101-1234568\"}"));
    for (name, value) in [
        (COOKIE, format!("a=1; jwt={token}; b=2")),
        (COOKIE, format!("state={}%3D%3D", coded("memo:  900101-1234568!"))),
        (AUTHORIZATION, format!("Bearer {token}")),
        (HeaderName::from_static("x-auth-token"), coded("{\"no\":\"900101-1234568\"}")),
    ] {
        let mut headers = HeaderMap::new();
        headers.append(&name, value.parse().expect("a value"));
        let (mut all, mut aside) = (tally(Direction::Upload, Action::Block), tally(Direction::Upload, Action::Block));
        inspect_sent(&mut headers, &lens(1, 0), &mut all, &mut aside).make_sent(&mut headers, &all);
        assert!(!all.refuses(), "{value}");
        assert_eq!(text(&headers, &name), value);
        let told: Vec<_> = aside.counts().iter().map(|counts| (counts.what.name(), counts.found)).collect();
        assert_eq!(told, [("resident-registration-number", 1)], "{value}");
    }
}

#[test]
fn what_a_script_sends_back_in_a_field_is_opened_or_refused() {
    let name = HeaderName::from_static("x-user");
    let given = out(&[(name.clone(), "{\"no\":\"900101-1234568\"}")], Action::Mask);
    let given = text(&given, &name);
    assert_eq!(back(&name, &given, &lens(1, 0)), ("{\"no\":\"900101-1234568\"}".into(), 1));
    for foreign in [given.replace("garim.Z", "garim.ZZ"), "900101-*~*~*~*".to_owned()] {
        let mut headers = HeaderMap::new();
        headers.insert(name.clone(), HeaderValue::from_str(&foreign).expect("a value"));
        let mut tally = tally(Direction::Upload, Action::Block);
        open(&mut headers, &lens(1, 0), &mut tally);
        assert!(!tally.is_empty() && headers.is_empty(), "{foreign}");
    }
    let both = format!("{given} 900101-1234568");
    let (refused, headers) = sent_on(&[(name, Box::leak(both.into_boxed_str()))], Action::Block);
    assert!(refused && headers.is_empty(), "{headers:?}");
}
