//! Accounts, attempts, sessions and the record of grants.

use crate::{Place, both};
use garim::store::{AccountError, Attempt, Lock, Role, Roles, Session, StoreError};

both!(
    roles_are_given_and_taken_and_recorded,
    grants_cannot_be_changed,
    a_password_is_set_once_from_what_it_was,
    failures_lock_whatever_the_name,
    many_at_once_are_no_more_guesses,
    a_code_is_used_once,
    sessions_end_with_what_they_rest_on,
);

const LOCK: Lock = Lock { after: 5, lasts: 600_000 };

fn roles(roles: &[Role]) -> Roles {
    roles.iter().copied().collect()
}

async fn roles_are_given_and_taken_and_recorded(place: Place) {
    let store = &place.store;
    store.add_account("kim", "hash", roles(&[Role::Viewer, Role::Auditor]), "root", 1_000).await.expect("added");
    assert!(matches!(
        store.add_account("kim", "other", Roles::default(), "root", 1_001).await,
        Err(AccountError::Exists)
    ));
    store.set_role("kim", Role::Approver, true, "lee", 2_000).await.expect("given");
    assert!(matches!(store.set_role("kim", Role::Approver, true, "lee", 2_001).await, Err(AccountError::Unchanged)));
    store.set_role("kim", Role::Auditor, false, "lee", 3_000).await.expect("taken");
    assert!(matches!(store.set_role("kim", Role::Auditor, false, "lee", 3_001).await, Err(AccountError::Unchanged)));
    assert!(matches!(store.set_role("none", Role::Viewer, true, "lee", 3_001).await, Err(AccountError::NotFound)));
    let account = store.account("kim").await.expect("read").expect("an account");
    assert_eq!(account.roles, roles(&[Role::Viewer, Role::Approver]));
    assert_eq!((account.password.as_str(), account.created, account.disabled), ("hash", 1_000, false));
    assert!(!format!("{account:?}").contains("hash"));
    let told: Vec<_> = store.grants(Some("kim")).await.expect("read").into_iter().collect();
    let told: Vec<_> = told.iter().map(|it| (it.time, it.by.as_str(), it.role.as_str(), it.given)).collect();
    assert_eq!(
        told,
        [
            (3_000, "lee", "auditor", false),
            (2_000, "lee", "approver", true),
            (1_000, "root", "auditor", true),
            (1_000, "root", "viewer", true),
            (1_000, "root", "sign-in", true)
        ]
    );
    assert!(store.grants(Some("none")).await.expect("read").is_empty());
    assert_eq!(store.grants(None).await.expect("read").len(), 5);
}

async fn grants_cannot_be_changed(place: Place) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_millis() as i64;
    let store = &place.store;
    store.add_account("kim", "hash", roles(&[Role::Viewer]), "root", 1_000).await.expect("added");
    store.set_role("kim", Role::Approver, true, "root", now).await.expect("given");
    let changed = place.behind("UPDATE grants SET by = 'nobody'").await.expect_err("refused");
    assert!(changed.contains("not changed"), "{changed}");
    assert!(store.delete_grants_before(i64::MAX).await.is_err());
    assert_eq!(store.grants(None).await.expect("read").len(), 3, "all or nothing");
    assert_eq!(store.delete_grants_before(2_000).await.expect("old ones"), 2);
}

async fn a_password_is_set_once_from_what_it_was(place: Place) {
    let store = &place.store;
    store.add_account("kim", "one", Roles::default(), "root", 1_000).await.expect("added");
    store.set_password("kim", "two", "one", 2_000).await.expect("set");
    assert!(matches!(store.set_password("kim", "three", "one", 2_001).await, Err(AccountError::Changed)));
    assert!(matches!(store.set_password("lee", "three", "one", 2_001).await, Err(AccountError::NotFound)));
    let account = store.account("kim").await.expect("read").expect("an account");
    assert_eq!((account.password.as_str(), account.previous.as_deref(), account.changed), ("two", Some("one"), 2_000));
}

async fn failures_lock_whatever_the_name(place: Place) {
    let store = &place.store;
    store.add_account("kim", "hash", Roles::default(), "root", 0).await.expect("added");
    for name in ["kim", "nobody"] {
        for number in 0..5 {
            assert_eq!(store.begin_attempt(name, LOCK, 1_000 + number).await.expect("counted"), Attempt::Counted);
        }
        assert_eq!(store.begin_attempt(name, LOCK, 1_005).await.expect("told"), Attempt::Locked(601_004), "{name}");
        assert_eq!(store.begin_attempt(name, LOCK, 601_003).await.expect("told"), Attempt::Locked(601_004));
        // The lock passes, and five more are free.
        for number in 0..5 {
            assert_eq!(store.begin_attempt(name, LOCK, 601_004 + number).await.expect("counted"), Attempt::Counted);
        }
        assert!(matches!(store.begin_attempt(name, LOCK, 601_010).await.expect("told"), Attempt::Locked(_)));
    }
    let account = store.account("kim").await.expect("read").expect("an account");
    assert_eq!((account.failed, account.locked_until), (5, 1_201_008));
    assert!(store.unlock("kim").await.expect("unlocked") && !store.unlock("kim").await.expect("asked"));
    assert_eq!(store.begin_attempt("kim", LOCK, 601_011).await.expect("counted"), Attempt::Counted);
    // Success forgets failures; a withdrawn attempt was none.
    for _ in 0..20 {
        assert_eq!(store.begin_attempt("kim", LOCK, 601_012).await.expect("counted"), Attempt::Counted);
        store.attempt_succeeded("kim", 601_013).await.expect("forgotten");
        assert_eq!(store.begin_attempt("kim", LOCK, 601_014).await.expect("counted"), Attempt::Counted);
        store.attempt_withdrawn("kim").await.expect("withdrawn");
    }
    let account = store.account("kim").await.expect("read").expect("an account");
    assert_eq!((account.failed, account.last_login), (0, Some(601_013)));
    assert_eq!(store.forget_attempts_before(1_201_009).await.expect("forgotten"), 2);
}

async fn many_at_once_are_no_more_guesses(place: Place) {
    let other = place.another().await;
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let store = if number % 2 == 0 { place.store.clone() } else { other.clone() };
            tokio::spawn(async move { store.begin_attempt("kim", LOCK, 1_000).await.expect("told") })
        })
        .collect();
    let mut counted = 0;
    for task in tasks {
        counted += usize::from(task.await.expect("ran") == Attempt::Counted);
    }
    assert_eq!(counted, 5);
}

async fn a_code_is_used_once(place: Place) {
    let store = &place.store;
    store.add_account("kim", "hash", Roles::default(), "root", 0).await.expect("added");
    assert!(!store.use_totp_step("kim", 10).await.expect("told"), "it has no codes");
    store.set_totp("kim", Some(&[1, 2, 3])).await.expect("set");
    assert_eq!(store.account("kim").await.expect("read").expect("an account").totp, Some(vec![1, 2, 3]));
    assert!(store.use_totp_step("kim", 10).await.expect("told"));
    assert!(!store.use_totp_step("kim", 10).await.expect("told"));
    assert!(!store.use_totp_step("kim", 9).await.expect("told"));
    assert!(store.use_totp_step("kim", 11).await.expect("told"));
    assert!(matches!(store.set_totp("none", None).await, Err(AccountError::NotFound)));
}

async fn sessions_end_with_what_they_rest_on(place: Place) {
    let store = &place.store;
    store.add_account("kim", "one", roles(&[Role::Viewer]), "root", 0).await.expect("added");
    let session = |token: &str| Session {
        token: token.to_owned(),
        account: "kim".to_owned(),
        created: 1_000,
        seen: 1_000,
        address: "192.0.2.1".to_owned(),
    };
    let begin = async |token: &str| store.add_session(&session(token)).await.expect("begun");
    let there = async |token: &str| store.session(token).await.expect("read").is_some();
    begin("a").await;
    assert_eq!(store.session("a").await.expect("read"), Some(session("a")));
    store.touch_session("a", 5_000).await.expect("touched");
    store.touch_session("a", 4_000).await.expect("touched");
    assert_eq!(store.session("a").await.expect("read").expect("a session").seen, 5_000);
    assert!(store.end_session("a").await.expect("ended") && !store.end_session("a").await.expect("asked"));
    begin("b").await;
    store.set_password("kim", "two", "one", 2_000).await.expect("set");
    assert!(!there("b").await, "a new password");
    begin("c").await;
    store.set_role("kim", Role::Viewer, false, "root", 2_000).await.expect("taken");
    assert!(!there("c").await, "a role taken");
    begin("d").await;
    store.set_disabled("kim", true, "root", 2_500).await.expect("disabled");
    assert!(matches!(store.set_disabled("kim", true, "root", 2_500).await, Err(AccountError::Unchanged)));
    assert!(!there("d").await, "a disabled account");
    store.set_disabled("kim", false, "root", 2_600).await.expect("enabled");
    let told = store.grants(None).await.expect("read");
    let told: Vec<_> = told.iter().take(2).map(|it| (it.time, it.role.as_str(), it.given)).collect();
    assert_eq!(told, [(2_600, "sign-in", true), (2_500, "sign-in", false)]);
    begin("e").await;
    begin("f").await;
    store.touch_session("f", 9_000).await.expect("touched");
    assert_eq!(store.sessions("kim").await.expect("read").len(), 2);
    assert_eq!(store.end_sessions_before(9_000, 0).await.expect("ended"), 1);
    assert_eq!(store.end_sessions_before(0, 1_001).await.expect("ended"), 1);
    let orphan = Session { account: "nobody".to_owned(), ..session("g") };
    assert!(matches!(store.add_session(&orphan).await, Err(StoreError::Database(_))), "foreign keys hold");
}
