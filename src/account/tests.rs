//! Signing in against a store.

use super::*;
use crate::store::{Address, Store};
use std::time::{Duration, Instant};

const PASSWORD: &str = "Kx7!mq2z-w";
const NOW: i64 = 1_790_000_000_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

struct Place {
    store: Store,
    settings: Settings,
    key: SecretKey,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let address = Address::File(folder.path().join("garim.db"));
        let store = Store::open_or_create(&address).await.expect("a store");
        let roles = [Role::Viewer, Role::Approver].into_iter().collect();
        add_account(&store, "kim", PASSWORD, roles, "root", NOW).await.expect("added");
        let key = SecretKey::of(&[7; 32]).expect("a key");
        Place { store, settings: Settings::default(), key, _folder: folder }
    }

    async fn try_with(&self, name: &str, password: &str, code: Option<&str>, now: i64) -> Result<SignedIn, Refused> {
        let who = SignIn { name, password, code, address: "192.0.2.1" };
        sign_in(&self.store, &self.settings, Some(&self.key), who, now).await
    }

    async fn current(&self, token: &str, now: i64) -> Option<Current> {
        check_session(&self.store, &self.settings, token, now).await.expect("told")
    }
}

#[tokio::test]
async fn who_has_the_password_is_signed_in() {
    let place = Place::new().await;
    let signed = place.try_with("kim", PASSWORD, None, NOW).await.expect("signed in");
    assert_eq!((signed.account.as_str(), signed.must_change, signed.last_login), ("kim", false, None));
    assert_eq!(signed.token.len(), 43);
    assert!(!format!("{signed:?}").contains(&signed.token));
    let current = place.current(&signed.token, NOW + 1).await.expect("signed in");
    assert_eq!((current.account.as_str(), current.since), ("kim", NOW));
    assert!(current.roles.has(Role::Approver) && !current.roles.has(Role::Auditor));
    let kept = place.store.sessions("kim").await.expect("read");
    assert!(kept.iter().all(|session| session.token != signed.token && session.token.len() == 64), "a hash alone");
    assert_eq!(place.current("", NOW).await, None);
    assert_eq!(place.current(&kept[0].token, NOW).await, None, "the hash is no token");
    for (name, password) in [("kim", "Kx7!mq2z-v"), ("lee", PASSWORD), ("Kim", PASSWORD), ("", ""), ("kim", "")] {
        assert!(matches!(place.try_with(name, password, None, NOW).await, Err(Refused::Wrong)), "{name}");
    }
    let again = place.try_with("kim", PASSWORD, None, NOW + 5).await.expect("signed in");
    assert_eq!(again.last_login, Some(NOW));
    assert!(sign_out(&place.store, &signed.token).await.expect("ended"));
    assert!(!sign_out(&place.store, &signed.token).await.expect("told"));
    assert_eq!(place.current(&signed.token, NOW + 6).await, None);
    assert!(place.current(&again.token, NOW + 6).await.is_some());
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let place = Place::new().await;
    let token = place.try_with("kim", PASSWORD, None, NOW).await.expect("signed in").token;
    assert!(place.current(&token, NOW + 9 * MINUTE).await.is_some());
    assert!(place.current(&token, NOW + 18 * MINUTE).await.is_some(), "it was used");
    assert_eq!(place.current(&token, NOW + 28 * MINUTE).await, None, "idle for ten minutes");
    assert_eq!(place.current(&token, NOW + 18 * MINUTE).await, None, "it has ended for good");
    let token = place.try_with("kim", PASSWORD, None, NOW).await.expect("signed in").token;
    for minutes in (9..12 * 60).step_by(9) {
        assert!(place.current(&token, NOW + minutes * MINUTE).await.is_some(), "{minutes}");
    }
    assert_eq!(place.current(&token, NOW + 12 * 60 * MINUTE).await, None, "after twelve hours, though it was used");
}

#[tokio::test]
async fn five_failures_lock_for_ten_minutes() {
    let place = Place::new().await;
    for name in ["kim", "nobody"] {
        for _ in 0..5 {
            assert!(matches!(place.try_with(name, "wrong", None, NOW).await, Err(Refused::Wrong)));
        }
        let locked = place.try_with(name, PASSWORD, None, NOW + 10 * MINUTE - 1).await;
        assert!(matches!(locked, Err(Refused::Locked { until }) if until == NOW + 10 * MINUTE), "{name}: {locked:?}");
    }
    place.try_with("kim", PASSWORD, None, NOW + 10 * MINUTE).await.expect("open again");
    // The fifth try may be the right one.
    for _ in 0..4 {
        assert!(place.try_with("kim", "wrong", None, NOW + DAY).await.is_err());
    }
    place.try_with("kim", PASSWORD, None, NOW + DAY).await.expect("the fifth");
    for _ in 0..4 {
        assert!(matches!(place.try_with("kim", "wrong", None, NOW + DAY).await, Err(Refused::Wrong)), "from the start");
    }
    // A session that somebody took is no way around.
    let change = change_password(&place.store, &place.settings, "kim", "wrong", "Zq9!wv4k-p", NOW + DAY).await;
    assert!(matches!(change, Err(ChangeError::Refused(Refused::Wrong))));
    let change = change_password(&place.store, &place.settings, "kim", PASSWORD, "Zq9!wv4k-p", NOW + DAY).await;
    assert!(matches!(change, Err(ChangeError::Refused(Refused::Locked { .. }))));
}

#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let mut place = Place::new().await;
    place.settings.lock_after = 1_000;
    let mut took = [Duration::MAX; 2];
    // In turn, so that a busy machine slows both; the quickest of each, which is the least disturbed. What is no
    // disturbance stays, however often it is tried.
    for round in 0.. {
        for (at, name) in ["kim", "nobody"].into_iter().enumerate() {
            let start = Instant::now();
            assert!(matches!(place.try_with(name, "Wrong!77-x", None, NOW).await, Err(Refused::Wrong)));
            took[at] = took[at].min(start.elapsed());
        }
        let ratio = took[0].as_secs_f64() / took[1].as_secs_f64();
        if round > 10 && (0.85..1.18).contains(&ratio) {
            break;
        }
        assert!(round < 200, "{took:?}");
    }
}

#[tokio::test]
async fn passwords_are_changed_by_the_rule() {
    let place = Place::new().await;
    let change =
        async |old: &str, new: &str, now| change_password(&place.store, &place.settings, "kim", old, new, now).await;
    let token = place.try_with("kim", PASSWORD, None, NOW).await.expect("signed in").token;
    assert!(matches!(change(PASSWORD, "short", NOW).await, Err(ChangeError::Rule(RuleError::Short { .. }))));
    assert!(matches!(change(PASSWORD, PASSWORD, NOW).await, Err(ChangeError::Rule(RuleError::Used))));
    assert!(place.current(&token, NOW).await.is_some());
    change(PASSWORD, "Zq9!wv4k-p", NOW + 1).await.expect("changed");
    assert_eq!(place.current(&token, NOW + 2).await, None, "sessions end");
    assert!(matches!(change("Zq9!wv4k-p", PASSWORD, NOW + 2).await, Err(ChangeError::Rule(RuleError::Used))));
    set_password(&place.store, "kim", "Jr3!tb8n-c", NOW + 3).await.expect("set");
    change("Jr3!tb8n-c", PASSWORD, NOW + 4).await.expect("the last but two");
    assert!(matches!(set_password(&place.store, "lee", "Jr3!tb8n-c", NOW).await, Err(ChangeError::Account(_))));
    // 180 days, or 90.
    let old = NOW + 4 + 180 * DAY;
    assert!(!place.try_with("kim", PASSWORD, None, old - 1).await.expect("signed in").must_change);
    let signed = place.try_with("kim", PASSWORD, None, old).await.expect("signed in");
    assert!(signed.must_change && place.current(&signed.token, old).await.expect("signed in").must_change);
    let public = Settings { password_days: 90, ..Settings::default() };
    assert_eq!(password_expires(&public, NOW), NOW + 90 * DAY);
}

#[tokio::test]
async fn codes_are_asked_for_and_used_once() {
    let place = Place::new().await;
    let totp = give_totp(&place.store, &place.key, "kim").await.expect("given");
    let code = |now: i64| totp.code(now / 30_000);
    let first = code(NOW);
    for _ in 0..10 {
        assert!(matches!(place.try_with("kim", PASSWORD, None, NOW).await, Err(Refused::NeedsCode)), "no failure");
    }
    assert!(matches!(place.try_with("kim", "wrong", Some(&first), NOW).await, Err(Refused::Wrong)));
    place.try_with("kim", PASSWORD, Some(&first), NOW).await.expect("signed in");
    assert!(matches!(place.try_with("kim", PASSWORD, Some(&first), NOW + 1).await, Err(Refused::Wrong)), "used");
    let next = code(NOW + 60_000);
    let other = SecretKey::of(&[8; 32]).expect("a key");
    let who = SignIn { name: "kim", password: PASSWORD, code: Some(&next), address: "" };
    for key in [None, Some(&other)] {
        let refused = sign_in(&place.store, &place.settings, key, who, NOW + 60_000).await;
        assert!(matches!(refused, Err(Refused::Key)));
    }
    place.try_with("kim", PASSWORD, Some(&next), NOW + 60_000).await.expect("signed in");
    for _ in 0..5 {
        assert!(matches!(place.try_with("kim", PASSWORD, Some("000000x"), NOW + DAY).await, Err(Refused::Wrong)));
    }
    assert!(
        matches!(place.try_with("kim", PASSWORD, None, NOW + DAY).await, Err(Refused::Locked { .. })),
        "guessed codes"
    );
}

#[tokio::test]
async fn a_disabled_account_is_told_to_whoever_has_its_password() {
    let place = Place::new().await;
    place.store.set_disabled("kim", true, "root", NOW).await.expect("disabled");
    assert!(matches!(place.try_with("kim", "wrong", None, NOW).await, Err(Refused::Wrong)));
    assert!(matches!(place.try_with("kim", PASSWORD, None, NOW).await, Err(Refused::Disabled)));
}
