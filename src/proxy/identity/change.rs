//! What an answer of the site says about who a session is. Pure.

use super::name::Account;
use crate::config::Naming;
use crate::proxy::session::Set;
use std::sync::Arc;

/// A new session goes on with the name of the one before only where that was used within this time, in milliseconds: a session
/// that has expired at the site gives way to one of nobody.
const IDLE: i64 = 5 * 60_000;
/// The time after a login, in milliseconds, in which a new session is that of who has signed in, whether a way to sign out is
/// known or not.
const FRESH: i64 = 60_000;

/// What a request says of a login.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum SigningIn {
    /// It is none.
    #[default]
    No,
    /// Somebody signs in, and it is not clear who.
    Unclear,
    /// This account signs in, if the site agrees.
    As(Arc<Account>),
}

/// A session of the request that bears a name.
#[derive(Debug, Clone)]
pub(super) struct Borne {
    pub account: Arc<Account>,
    /// When it signed in, in Unix milliseconds.
    pub since: i64,
    /// When the name is forgotten.
    pub until: i64,
    /// When it was used before.
    pub used: i64,
}

/// What the site has answered.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// The path that was asked for, percent-decoded.
    pub path: &'a str,
    pub status: u16,
    /// The address that it sends the browser to; empty for none.
    pub location: &'a str,
    pub set: Set,
    /// Now, in Unix milliseconds.
    pub now: i64,
}

/// What follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// The sessions of the request bear no name any more.
    Unbind,
    /// This account has signed in: in a new session, or in that of the request.
    Bind(Arc<Account>, Option<Vec<u8>>),
    /// The session goes on as another.
    Move(Vec<u8>),
}

/// What follows from an answer to a request with these sessions, of which some bear names.
pub(super) fn change(
    naming: &Naming,
    signing: &SigningIn,
    (sessions, borne): (&[Vec<u8>], &[Borne]),
    answer: Answer<'_>,
) -> Change {
    let set = match answer.set {
        // Some sites send their cookie with every answer.
        Set::New(session) if sessions.contains(&session) => Set::Nothing,
        set => set,
    };
    let back_to_login = !segments(&naming.login).is_empty() && leads_to(answer.location, &naming.login);
    if *signing != SigningIn::No {
        let new = if let Set::New(session) = set { Some(session) } else { None };
        let signed_in = naming.ok.contains(&answer.status) && !back_to_login && (new.is_some() || !naming.new_session);
        return if signed_in { signed_in_as(signing, sessions, borne, new) } else { Change::None };
    }
    let signs_out = naming.logout.as_ref().is_some_and(|logout| {
        let done = match logout.ok.as_slice() {
            [] => (200..400).contains(&answer.status),
            ok => ok.contains(&answer.status),
        };
        done && fit(answer.path, &logout.path, naming.java) == Fit::Exactly
    });
    match set {
        _ if borne.is_empty() => Change::None,
        _ if signs_out => Change::Unbind,
        Set::Cleared => Change::Unbind,
        Set::Nothing => Change::None,
        Set::New(session) => {
            let known = naming.logout.is_some();
            let goes_on = borne.iter().any(|one| {
                answer.now.saturating_sub(one.used) <= IDLE && (known || answer.now.saturating_sub(one.since) <= FRESH)
            });
            let elsewhere = !back_to_login && !is(answer.path, &naming.login);
            if goes_on && elsewhere && borne.len() == 1 { Change::Move(session) } else { Change::None }
        }
    }
}

/// A session that bears a name keeps it unless the site gives it another id: sites that send everybody on who has signed in
/// already would else let them take any name.
fn signed_in_as(signing: &SigningIn, sessions: &[Vec<u8>], borne: &[Borne], new: Option<Vec<u8>>) -> Change {
    let SigningIn::As(account) = signing else {
        // It is somebody, and not known who.
        return if new.is_some() { Change::Unbind } else { Change::None };
    };
    let another = borne.iter().any(|one| one.account.hash() != account.hash());
    match new {
        None if another || sessions.is_empty() => Change::None,
        new => Change::Bind(Arc::clone(account), new),
    }
}

/// Whether a path is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    No,
    /// Some servers would take it for that: in capitals, with parameters, empty segments or dots. Others send whoever asks for
    /// what they do not have somewhere else, by the same status as a login, so that it gives no name.
    Loosely,
    Exactly,
}

/// Whether a path, percent-decoded, is the wanted one.
pub(super) fn fit(path: &str, wanted: &str, java: bool) -> Fit {
    let plain = match path.split_once(';') {
        // As the servlet specification writes it (section 7.1.3).
        Some((plain, parameter)) if java && parameter.starts_with("jsessionid=") && !parameter.contains('/') => plain,
        _ => path,
    };
    match plain == wanted {
        true => Fit::Exactly,
        false if is(path, wanted) => Fit::Loosely,
        false => Fit::No,
    }
}

/// Whether any server would take a path, percent-decoded, for this one.
pub(super) fn is(path: &str, wanted: &str) -> bool {
    segments(path) == segments(wanted)
}

fn segments(path: &str) -> Vec<String> {
    let mut segments: Vec<String> = Vec::new();
    for segment in path.split(['/', '\\']) {
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            plain => segments.push(plain.to_ascii_lowercase()),
        }
    }
    segments
}

/// Whether an address that an answer sends on to, absolute or relative, is this path.
fn leads_to(location: &str, wanted: &str) -> bool {
    let location = location.split(['?', '#']).next().unwrap_or_default();
    let after_host = |rest: &str| rest.split_once('/').map(|(_, path)| format!("/{path}")).unwrap_or_default();
    let path = match location.split_once("//") {
        Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => after_host(rest),
        _ => location.to_owned(),
    };
    match path.starts_with('/') {
        true => is(&path, wanted),
        // Relative to the page, whose folder need not be known: its last segment tells.
        false => !path.is_empty() && segments(&path).last() == segments(wanted).last(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Logout;
    use std::time::Duration;

    fn naming() -> Naming {
        Naming {
            login: "/login.do".to_owned(),
            field: "userid".to_owned(),
            ok: vec![302],
            new_session: false,
            lasts: Duration::from_secs(60),
            logout: Some(Logout { path: "/logout.do".to_owned(), ok: Vec::new() }),
            java: true,
        }
    }

    fn account(name: &str) -> Arc<Account> {
        Arc::new(Account::of(name, name))
    }

    fn borne(name: &str) -> Borne {
        Borne { account: account(name), since: 0, until: i64::MAX, used: 0 }
    }

    fn new() -> Set {
        Set::New(b"SID=new".to_vec())
    }

    fn answer(status: u16, set: Set) -> Answer<'static> {
        Answer { path: "/login.do", status, location: "/", set, now: 1_000 }
    }

    fn after(signing: &SigningIn, before: &[Borne], answer: Answer<'_>) -> Change {
        change(&naming(), signing, (&[b"SID=old".to_vec()], before), answer)
    }

    #[test]
    fn a_login_counts_when_the_site_says_so() {
        let kim = SigningIn::As(account("kim"));
        assert_eq!(after(&kim, &[], answer(302, Set::Nothing)), Change::Bind(account("kim"), None));
        assert_eq!(after(&kim, &[], answer(302, new())), Change::Bind(account("kim"), Some(b"SID=new".to_vec())));
        for status in [200, 401, 403, 500, 303] {
            assert_eq!(after(&kim, &[], answer(status, new())), Change::None, "{status}");
        }
        for location in
            ["/login.do?error", "https://a.kr/login.do", "//a.kr/LOGIN.do;jsessionid=1", "login.do", "./login.do?x"]
        {
            let back = Answer { location, ..answer(302, Set::Nothing) };
            assert_eq!(after(&kim, &[], back), Change::None, "{location}");
        }
        let nowhere = change(&naming(), &kim, (&[], &[]), answer(302, Set::Nothing));
        assert_eq!(nowhere, Change::None, "there is no session to bear it");
        assert_eq!(after(&SigningIn::Unclear, &[borne("lee")], answer(302, new())), Change::Unbind);
        assert_eq!(after(&SigningIn::Unclear, &[borne("lee")], answer(200, new())), Change::None);
    }

    #[test]
    fn who_has_a_name_takes_no_other_in_the_same_session() {
        let kim = SigningIn::As(account("kim"));
        assert_eq!(after(&kim, &[borne("lee")], answer(302, Set::Nothing)), Change::None);
        let same = Set::New(b"SID=old".to_vec());
        assert_eq!(after(&kim, &[borne("lee")], answer(302, same)), Change::None, "the same session again");
        assert_eq!(
            after(&kim, &[borne("lee")], answer(302, new())),
            Change::Bind(account("kim"), Some(b"SID=new".to_vec()))
        );
        assert_eq!(after(&kim, &[borne("kim")], answer(302, Set::Nothing)), Change::Bind(account("kim"), None));
        let strict = Naming { new_session: true, ..naming() };
        let once = |set| change(&strict, &kim, (&[b"SID=old".to_vec()], &[]), answer(302, set));
        assert_eq!(once(Set::Nothing), Change::None);
        assert_eq!(once(new()), Change::Bind(account("kim"), Some(b"SID=new".to_vec())));
    }

    #[test]
    fn a_session_goes_on_as_another_while_it_is_in_use() {
        let later = |now, used, set| Answer { path: "/board", now: now + used, ..answer(200, set) };
        let one = |since, used| vec![Borne { since, used, ..borne("kim") }];
        let moved = Change::Move(b"SID=new".to_vec());
        assert_eq!(after(&SigningIn::No, &one(0, 0), later(IDLE, 0, new())), moved);
        assert_eq!(after(&SigningIn::No, &one(0, 0), later(IDLE + 1, 0, new())), Change::None, "it may have expired");
        assert_eq!(after(&SigningIn::No, &[], later(0, 0, new())), Change::None);
        let unknown = Naming { logout: None, ..naming() };
        let sessions = [b"SID=old".to_vec()];
        let after = |now| change(&unknown, &SigningIn::No, (&sessions, &one(0, now)), later(now, 0, new()));
        assert_eq!((after(FRESH), after(FRESH + 1)), (moved, Change::None), "it may be a sign-out");
        let to_login = Answer { location: "/login.do", ..later(0, 0, new()) };
        assert_eq!(change(&naming(), &SigningIn::No, (&sessions, &one(0, 0)), to_login), Change::None);
    }

    #[test]
    fn who_signs_out_loses_the_name_when_the_site_says_so() {
        let kim = [borne("kim")];
        let out = |status| Answer { path: "/logout.do;jsessionid=1", ..answer(status, Set::Nothing) };
        assert_eq!(after(&SigningIn::No, &kim, out(302)), Change::Unbind);
        assert_eq!(
            after(&SigningIn::No, &kim, Answer { set: new(), ..out(200) }),
            Change::Unbind,
            "not a new session of kim"
        );
        assert_eq!(after(&SigningIn::No, &kim, out(403)), Change::None);
        for path in ["/Logout.do", "//logout.do", "/logout.do;x=1", "/a/../logout.do"] {
            assert_eq!(after(&SigningIn::No, &kim, Answer { path, ..out(302) }), Change::None, "perhaps none: {path}");
        }
        assert_eq!(after(&SigningIn::No, &kim, Answer { path: "/a", ..answer(200, Set::Cleared) }), Change::Unbind);
        let strict = Naming { logout: Some(Logout { path: "/logout.do".to_owned(), ok: vec![302] }), ..naming() };
        let sessions = [b"SID=old".to_vec()];
        let asked = |status| change(&strict, &SigningIn::No, (&sessions, &kim), out(status));
        assert_eq!((asked(200), asked(302)), (Change::None, Change::Unbind), "a page that asks whether to");
    }

    #[test]
    fn a_path_gives_a_name_only_as_it_is_written() {
        let of = |path, java| fit(path, "/login.do", java);
        assert_eq!((of("/login.do", false), of("/login.do;jsessionid=1", true)), (Fit::Exactly, Fit::Exactly));
        for path in [
            "//login.do",
            "/./login.do",
            "/a/../login.do",
            "/login.do;a=b",
            "/;a=b/login.do",
            "/;jsessionid=1/login.do",
            "/Login.do",
            "/login.do/",
        ] {
            assert_eq!((of(path, false), of(path, true)), (Fit::Loosely, Fit::Loosely), "{path}");
        }
        assert_eq!(of("/login.do;jsessionid=1", false), Fit::Loosely);
        for path in ["/login", "/a/login.do", "/login.do.x", "/"] {
            assert_eq!(of(path, true), Fit::No, "{path}");
        }
    }
}
