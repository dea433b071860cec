//! Tags of ours: made, sent back, and told from all others.

use super::*;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
    IF_UNMODIFIED_SINCE, PRAGMA, RANGE, SET_COOKIE,
};
use http::response::Parts as Head;
use http::{Method, Response, StatusCode};
use proptest::prelude::*;

const DAY: &str = "Sun, 22 Nov 2026 00:00:00 GMT";
const LATER: &str = "Sun, 22 Nov 2026 00:01:00 GMT";

fn version(text: &str) -> Version {
    let settings = format!(
        "[server]\nlisten = [\"127.0.0.1:8443\"]\n[[site]]\nhosts = [\"a.kr\"]\ntls = \"self-signed\"\n\
         upstream = \"http://10.0.0.5:80\"\npolicy = \"board\"\n[policy.board]\n[[policy.board.rule]]\n\
         find = [\"*\"]\naction = \"{text}\"\n"
    );
    let settings = crate::config::parse(&settings, "g.toml").expect("a configuration");
    Version::of(&settings.sites[0], &settings)
}

fn binding() -> Binding {
    Key::new(b"a secret").bind(&version("mask"), "a.kr", Roles::PUBLIC)
}

fn map(fields: &[(HeaderName, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
    }
    map
}

fn head(fields: &[(HeaderName, &str)]) -> Head {
    let mut head = Response::new(()).into_parts().0;
    head.headers = map(fields);
    head
}

fn field(headers: &HeaderMap, name: HeaderName) -> String {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    values.collect::<Vec<_>>().join(" | ")
}

/// The tag given out for what a site said.
fn given(binding: &Binding, fields: &[(HeaderName, &str)]) -> String {
    let mut head = head(fields);
    binding.give(&Conditions::default(), Dated::Goes, &mut head);
    assert!(!head.headers.contains_key(LAST_MODIFIED));
    field(&head.headers, ETAG)
}

/// What the site sees of a request.
fn seen(method: Method, fields: &[(HeaderName, &str)]) -> (HeaderMap, Conditions) {
    let mut headers = map(fields);
    let conditions = binding().to_site(&method, &mut headers);
    (headers, conditions)
}

#[test]
fn whatever_a_site_gives_comes_back_to_it_to_the_letter() {
    for (etag, weak) in [
        ("\"abc\"", false),
        ("W/\"abc\"", true),
        ("\"\"", false),
        ("\"a,b;c'd\\e\"", false),
        ("\"8051ee4a1fc71:b3a\"", false),
        ("abc", true),
        ("w/\"abc\"", true),
        ("\"a b\"", true),
        ("'abc'", true),
        ("\"한글\"", true),
        ("\"a\", \"b\"", true),
        ("\"g-0123-sabc\"", false),
    ] {
        let ours = given(&binding(), &[(ETAG, etag), (LAST_MODIFIED, DAY)]);
        assert_eq!(ours.starts_with("W/\"g-"), weak, "{ours}");
        assert!(Tag::alone(ours.as_bytes()).is_some() && ours.is_ascii(), "{ours}");
        let (headers, conditions) = seen(Method::GET, &[(IF_NONE_MATCH, &ours), (IF_MODIFIED_SINCE, DAY)]);
        assert_eq!(field(&headers, IF_NONE_MATCH), etag);
        assert!(!headers.contains_key(IF_MODIFIED_SINCE) && conditions.ask());
    }
}

#[test]
fn a_date_alone_becomes_a_tag_and_comes_back_as_a_date() {
    for (date, weak) in [("Sun, 22 Nov 2026 00:00:59 GMT", true), (LATER, false), ("yesterday", true)] {
        let fields = match date {
            "yesterday" => [(LAST_MODIFIED, date), (DATE, LATER)],
            _ => [(LAST_MODIFIED, DAY), (DATE, date)],
        };
        let ours = given(&binding(), &fields);
        assert_eq!(ours.starts_with("W/"), weak, "{date}: {ours}");
        let (headers, conditions) = seen(Method::GET, &[(IF_NONE_MATCH, &ours)]);
        assert_eq!(field(&headers, IF_MODIFIED_SINCE), fields[0].1);
        assert!(!headers.contains_key(IF_NONE_MATCH) && conditions.ask());
    }
    assert!(given(&binding(), &[(LAST_MODIFIED, DAY)]).starts_with("W/"), "without a Date it is weak");
}

#[test]
fn what_cannot_be_carried_is_not_given_out() {
    let long = format!("\"{}\"", "x".repeat(LONGEST));
    assert_eq!(given(&binding(), &[]), "");
    assert_eq!(given(&binding(), &[(ETAG, &long)]), "");
    assert_eq!(given(&binding(), &[(ETAG, "\"a\""), (ETAG, "\"b\"")]), "");
}

#[test]
fn tags_of_another_policy_site_role_or_key_are_not_ours() {
    let fields = [(ETAG, "\"abc\"")];
    let ours = given(&binding(), &fields);
    assert_eq!(ours, given(&binding(), &fields), "two nodes say the same");
    let key = Key::new(b"a secret");
    for other in [
        key.bind(&version("block"), "a.kr", Roles::PUBLIC),
        key.bind(&version("mask"), "b.kr", Roles::PUBLIC),
        Key::new(b"another").bind(&version("mask"), "a.kr", Roles::PUBLIC),
    ] {
        let theirs = given(&other, &fields);
        assert_ne!(theirs, ours);
        let (headers, conditions) = seen(Method::GET, &[(IF_NONE_MATCH, &theirs)]);
        assert!(!headers.contains_key(IF_NONE_MATCH) && !conditions.ask());
    }
    assert!(!format!("{key:?}").contains("secret"));
}

#[test]
fn nothing_but_ours_reaches_the_site_with_what_only_asks() {
    for (name, value) in [
        (IF_NONE_MATCH, "\"abc\""),
        (IF_NONE_MATCH, "*"),
        (IF_NONE_MATCH, "\"g-\""),
        (IF_NONE_MATCH, "\"g-00000000000000000000000000000000-sabc\""),
        (IF_MODIFIED_SINCE, DAY),
        (IF_UNMODIFIED_SINCE, DAY),
        (IF_RANGE, "\"abc\""),
        (IF_RANGE, DAY),
    ] {
        let (headers, conditions) = seen(Method::GET, &[(name.clone(), value), (RANGE, "bytes=0-1")]);
        assert!(!headers.contains_key(&name) && !conditions.ask(), "{name}: {value}");
        let whole = name == IF_RANGE || name == IF_UNMODIFIED_SINCE;
        assert_eq!(headers.contains_key(RANGE), !whole, "{name}");
    }
    let (headers, _) = seen(Method::GET, &[(IF_MATCH, "\"abc\""), (IF_MATCH, "abc")]);
    assert_eq!(field(&headers, IF_MATCH), "\"g-\"", "the site says 412");
    let (headers, _) = seen(Method::GET, &[(IF_MATCH, "*")]);
    assert_eq!(field(&headers, IF_MATCH), "*");
}

#[test]
fn of_a_list_only_ours_go_on() {
    let [one, two] = ["\"a,1\"", "W/\"b\""].map(|tag| given(&binding(), &[(ETAG, tag)]));
    let dated = given(&binding(), &[(LAST_MODIFIED, DAY)]);
    let list = format!("\"x\", {one},W/\"y\" , {dated}");
    let (headers, conditions) = seen(Method::GET, &[(IF_NONE_MATCH, &list), (IF_NONE_MATCH, &two)]);
    assert_eq!(field(&headers, IF_NONE_MATCH), "\"a,1\", W/\"b\"");
    assert!(!headers.contains_key(IF_MODIFIED_SINCE));
    assert_eq!(conditions.copies.len(), 2);
    // Something on the way may have made a strong tag weak: for a copy that is as good.
    let (headers, conditions) = seen(Method::GET, &[(IF_NONE_MATCH, &format!("W/{one}"))]);
    assert_eq!(field(&headers, IF_NONE_MATCH), "\"a,1\"");
    assert!(conditions.ask());
    let many = vec![one.as_str(); MAC * 10].join(",");
    let (headers, _) = seen(Method::GET, &[(IF_NONE_MATCH, &many)]);
    assert_eq!(field(&headers, IF_NONE_MATCH).split(", ").count(), 32, "each costs a MAC");
}

#[test]
fn a_range_goes_on_with_a_strong_tag_of_ours_only() {
    let strong = given(&binding(), &[(ETAG, "\"abc\"")]);
    let dated = given(&binding(), &[(LAST_MODIFIED, DAY), (DATE, LATER)]);
    for (sent, expected) in [
        (strong.clone(), "\"abc\""),
        (dated, DAY),
        (format!("W/{strong}"), ""),
        (given(&binding(), &[(ETAG, "W/\"abc\"")]), ""),
        (given(&binding(), &[(ETAG, "abc")]), ""),
    ] {
        let (headers, conditions) = seen(Method::GET, &[(RANGE, "bytes=0-1"), (IF_RANGE, &sent)]);
        assert_eq!(field(&headers, IF_RANGE), expected, "{sent}");
        assert_eq!(headers.contains_key(RANGE), !expected.is_empty());
        assert!(!conditions.ask(), "it is no question about a copy");
    }
    let (headers, _) = seen(Method::GET, &[(IF_RANGE, &strong)]);
    assert!(!headers.contains_key(IF_RANGE), "without a range it means nothing");
}

#[test]
fn a_change_stays_guarded() {
    let ours = given(&binding(), &[(ETAG, "\"abc\"")]);
    let dated = given(&binding(), &[(LAST_MODIFIED, DAY), (DATE, LATER)]);
    for (sent, expected) in [
        (ours.clone(), "\"abc\""),
        (format!("W/{ours}"), "W/\"abc\""),
        (format!("\"x\", {ours}"), "\"x\", \"abc\""),
        ("\"x\"".to_owned(), "\"x\""),
        ("*".to_owned(), "*"),
        ("\"g-0-sabc\"".to_owned(), "\"g-0-sabc\""),
    ] {
        let (headers, conditions) = seen(Method::PUT, &[(IF_MATCH, &sent)]);
        assert_eq!(field(&headers, IF_MATCH), expected, "{sent}");
        assert!(!conditions.ask());
    }
    let (headers, _) = seen(Method::DELETE, &[(IF_MATCH, &dated)]);
    assert_eq!((field(&headers, IF_MATCH), field(&headers, IF_UNMODIFIED_SINCE)), (String::new(), DAY.to_owned()));
    let (headers, _) = seen(Method::PATCH, &[(IF_UNMODIFIED_SINCE, DAY)]);
    assert_eq!(field(&headers, IF_UNMODIFIED_SINCE), DAY);
    for (sent, expected) in [("*", "*"), (ours.as_str(), "\"abc\""), ("\"x\"", "\"x\"")] {
        let (headers, conditions) = seen(Method::PUT, &[(IF_NONE_MATCH, sent)]);
        assert_eq!(field(&headers, IF_NONE_MATCH), expected);
        assert!(!conditions.ask(), "a change is never answered by a copy");
    }
}

#[test]
fn the_tag_of_a_change_guards_and_validates_nothing() {
    let mut put = map(&[]);
    let asked = binding().to_site(&Method::PUT, &mut put);
    let mut answer = head(&[(ETAG, "\"abc\"")]);
    binding().give(&asked, Dated::Goes, &mut answer);
    let guard = field(&answer.headers, ETAG);
    assert_eq!(field(&seen(Method::PUT, &[(IF_MATCH, &guard)]).0, IF_MATCH), "\"abc\"");
    let (headers, conditions) = seen(Method::GET, &[(IF_NONE_MATCH, &guard)]);
    assert!(!headers.contains_key(IF_NONE_MATCH) && !conditions.ask());
}

#[test]
fn a_script_stays_as_fresh_as_its_date_made_it() {
    let fresh = |more: &[(HeaderName, &str)], kind| {
        let mut head = head(&[(ETAG, "\"1\""), (LAST_MODIFIED, DAY), (CONTENT_TYPE, kind)]);
        head.headers.extend(map(more));
        binding().give(&Conditions::default(), Dated::Goes, &mut head);
        field(&head.headers, CACHE_CONTROL)
    };
    assert_eq!(fresh(&[(DATE, LATER)], "Text/CSS"), "max-age=6");
    assert_eq!(fresh(&[(DATE, "Sun, 22 Nov 2027 00:00:00 GMT")], "text/javascript; charset=utf-8"), "max-age=86400");
    assert_eq!(fresh(&[(DATE, DAY)], "text/css"), "", "changed just now");
    assert_eq!(fresh(&[], "text/css"), "");
    assert_eq!(fresh(&[(DATE, LATER)], "text/html"), "", "a page is asked for");
    for name in [EXPIRES, PRAGMA, SET_COOKIE] {
        assert_eq!(fresh(&[(DATE, LATER), (name, "x")], "text/css"), "", "the site says it itself");
    }
    assert_eq!(fresh(&[(DATE, LATER), (CACHE_CONTROL, "no-cache")], "text/css"), "no-cache");
}

#[test]
fn a_304_names_the_copy_that_is_good() {
    let ours = given(&binding(), &[(ETAG, "W/\"abc\"")]);
    let dated = given(&binding(), &[(LAST_MODIFIED, DAY)]);
    for (sent, said) in [
        (&ours, [(ETAG, "W/\"abc\"")].as_slice()),
        // nginx says the strong form of what it had made weak.
        (&ours, &[(ETAG, "\"abc\"")]),
        (&ours, &[(LAST_MODIFIED, DAY)]),
        (&ours, &[]),
        (&dated, &[(LAST_MODIFIED, DAY)]),
        (&dated, &[]),
    ] {
        let (_, asked) = seen(Method::GET, &[(IF_NONE_MATCH, &format!("\"x\", {sent}"))]);
        let mut headers = map(said);
        binding().not_modified(&asked, &mut headers);
        assert_eq!((field(&headers, ETAG), headers.len()), (sent.clone(), 1), "{said:?}");
    }
    let (_, asked) = seen(Method::GET, &[(IF_NONE_MATCH, &ours)]);
    let mut headers = map(&[(ETAG, "\"new\"")]);
    binding().not_modified(&asked, &mut headers);
    assert_eq!(field(&headers, ETAG), given(&binding(), &[(ETAG, "\"new\"")]));
}

#[test]
fn a_part_has_the_tag_of_the_whole() {
    for whole in [[(ETAG, "\"abc\""), (DATE, LATER)], [(LAST_MODIFIED, DAY), (DATE, LATER)]] {
        let ours = given(&binding(), &whole);
        let (_, asked) = seen(Method::GET, &[(RANGE, "bytes=0-1"), (IF_RANGE, &ours)]);
        let without_date: Vec<_> = whole.iter().filter(|(name, _)| *name != LAST_MODIFIED).cloned().collect();
        for said in [whole.to_vec(), without_date] {
            let mut part = head(&said);
            part.status = StatusCode::PARTIAL_CONTENT;
            binding().give(&asked, Dated::Stays, &mut part);
            assert_eq!(field(&part.headers, ETAG), ours, "{said:?}");
        }
        let mut changed = head(&[]);
        binding().give(&asked, Dated::Stays, &mut changed);
        assert_eq!(field(&changed.headers, ETAG), "", "a 200 says that it is another");
    }
}

proptest! {
    #[test]
    fn wrapping_and_opening_are_inverse(text in prop::collection::vec(any::<u8>(), 1..80), date in any::<bool>()) {
        let name = if date { LAST_MODIFIED } else { ETAG };
        let Ok(value) = HeaderValue::from_bytes(&text) else { return Ok(()) };
        let mut answer = head(&[]);
        answer.headers.insert(name, value.clone());
        binding().give(&Conditions::default(), Dated::Goes, &mut answer);
        let ours = answer.headers.get(ETAG).expect("a tag").clone();
        let mut request = HeaderMap::new();
        request.insert(IF_NONE_MATCH, ours);
        let asked = binding().to_site(&Method::GET, &mut request);
        prop_assert!(asked.ask());
        prop_assert_eq!(request.get(if date { IF_MODIFIED_SINCE } else { IF_NONE_MATCH }), Some(&value));
        prop_assert_eq!(request.len(), 1);
    }

    #[test]
    fn what_was_tampered_with_is_not_ours(at in any::<prop::sample::Index>(), to in any::<u8>(), etag in "\"[!#-~]{0,20}\"") {
        let ours = given(&binding(), &[(ETAG, &etag)]);
        let mut bytes = ours.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        let tag = Tag::alone(&bytes).and_then(|tag| binding().open(tag));
        prop_assert!(tag.is_none(), "{:?}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn what_strangers_send_never_opens(value in prop::collection::vec(any::<u8>(), 0..100), method in 0..2_usize) {
        let Ok(value) = HeaderValue::from_bytes(&value) else { return Ok(()) };
        let method = [Method::GET, Method::HEAD][method].clone();
        for name in [IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_RANGE, IF_UNMODIFIED_SINCE] {
            let mut headers = HeaderMap::new();
            headers.insert(&name, value.clone());
            prop_assert!(!binding().to_site(&method, &mut headers).ask());
            prop_assert!(headers.is_empty());
        }
    }
}
