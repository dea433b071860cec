//! `identity` of `[[site]]`: what tells its sessions apart, and how the site's own accounts are known.

use super::names::later;
use super::reader::{Table, Value};
use super::settings::{Logout, Naming, Per, SessionCookie, Window};
use super::{expected, words};
use std::sync::Arc;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);
/// For how long a session bears a name, if nothing is said.
const LASTS: Duration = Duration::from_secs(24 * 3_600);

/// What is known of a site's sessions and accounts.
#[derive(Default)]
pub(super) struct Identity {
    pub(super) session_cookie: SessionCookie,
    /// Where the site has its login form.
    pub(super) login_path: Option<String>,
    pub(super) naming: Option<Arc<Naming>>,
}

pub(super) fn identity(table: &Table<'_>) -> Identity {
    let Some(table) = table.table("identity", "identity of [[site]]") else { return Identity::default() };
    let login = table.table("login", "login of [[site]]").map(login).unwrap_or_default();
    let out = table.get("logout");
    if let Some(value) = out.as_ref().filter(|_| !login.names) {
        value.wrong(words::logout_without_login());
    }
    let logout = out.and_then(|value| logout(&value));
    let session_cookie = session_cookie(&table).unwrap_or_default();
    if login.naming.is_some() && session_cookie == SessionCookie::None {
        table.book.wrong(&table.place_of("session_cookie"), words::no_account_without_session());
    }
    table.finish(later::IDENTITY);
    let java = session_cookie == SessionCookie::Named("JSESSIONID".to_owned());
    let naming = login.naming.map(|naming| Arc::new(Naming { logout, java, ..naming }));
    Identity { session_cookie, login_path: login.path, naming }
}

fn session_cookie(table: &Table<'_>) -> Option<SessionCookie> {
    let value = table.get("session_cookie")?;
    let name = value.text(expected::COOKIE)?;
    // RFC 6265 section 4.1.1: a token.
    let token = name.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte));
    if !token {
        value.wrong_value(expected::COOKIE, None);
        return None;
    }
    Some(if name.is_empty() { SessionCookie::None } else { SessionCookie::Named(name.to_owned()) })
}

#[derive(Default)]
struct Login {
    path: Option<String>,
    /// Whether it is about accounts.
    names: bool,
    naming: Option<Naming>,
}

/// The path alone, or with the field and the status by which accounts are known.
fn login(table: Table<'_>) -> Login {
    let path = table.need("path", expected::PLAIN_PATH).and_then(|value| path(&value));
    let mut naming = None;
    let keys = ["field", "ok", "new_session", "lasts"];
    let names = keys.iter().any(|key| table.has(key));
    if !names {
        // So that a misspelt one is told with what it should be.
        keys.iter().for_each(|key| drop(table.get(key)));
    } else {
        let field = table.need("field", expected::TEXT).and_then(|value| field(&value));
        let ok = table.need("ok", expected::OK).map(|value| statuses(&value)).unwrap_or_default();
        let new_session = table.get("new_session").and_then(|value| value.truth()).unwrap_or_default();
        if ok.contains(&200) && !new_session {
            table.book.doubtful(&table.place_of("ok"), words::failed_login_looks_alike());
        }
        let lasts = table.duration("lasts", LASTS, Duration::from_secs(60)..=24 * 30 * HOUR);
        naming = path.clone().zip(field).map(|(login, field)| Naming {
            login,
            field,
            ok,
            new_session,
            lasts,
            logout: None,
            java: false,
        });
    }
    table.finish(&[]);
    Login { path, names, naming }
}

fn logout(value: &Value<'_>) -> Option<Logout> {
    if value.as_text().is_some() {
        return path(value).map(|path| Logout { path, ok: Vec::new() });
    }
    if !value.is_table() {
        value.wrong_type(expected::LOGOUT);
        return None;
    }
    let table = value.table("logout of [[site]]".to_owned())?;
    let path = table.need("path", expected::PLAIN_PATH).and_then(|value| path(&value));
    let ok = table.get("ok").map(|value| statuses(&value)).unwrap_or_default();
    table.finish(&[]);
    path.map(|path| Logout { path, ok })
}

fn path(value: &Value<'_>) -> Option<String> {
    let text = value.text(expected::PLAIN_PATH)?;
    if !text.starts_with('/') || text.contains(['?', '#', '*']) {
        value.wrong_value(expected::PLAIN_PATH, None);
        return None;
    }
    Some(text.to_owned())
}

fn field(value: &Value<'_>) -> Option<String> {
    let text = value.text(expected::TEXT)?;
    if text.is_empty() {
        value.wrong_value(expected::TEXT, None);
        return None;
    }
    Some(text.to_owned())
}

/// Statuses of a final answer that is no error.
fn statuses(value: &Value<'_>) -> Vec<u16> {
    let all = value.numbers(expected::OK, 200..=399);
    all.into_iter().filter_map(|status| u16::try_from(status).ok()).collect()
}

/// Warns at a site's policy of windows by account where its accounts are not known.
pub(super) fn tell_unnamed(policy: &Value<'_>, windows: &[Arc<Window>], named: bool) {
    for window in windows.iter().filter(|window| window.per == Per::Account && !named) {
        policy.book.doubtful(&policy.span, words::window_without_accounts(&window.name));
    }
}
