//! garim's own login in front of paths of a site: who has not signed in is shown a page that asks, and nothing of the request
//! reaches the site.
//!
//! A session is in the store and survives a restart; its cookie is taken out of every request. When it cannot be told who it is, the
//! answer is a page that says so.

mod accounts;
mod cookie;
mod form;
mod passage;

pub use accounts::Accounts;
pub(crate) use accounts::{About, Attempt};
pub(crate) use cookie::{CONSOLE, set, take, unset};
pub use form::Form;
pub(crate) use form::{Filled, Kind, is_from_elsewhere, is_from_here};

use super::Proxy;
use super::asked::Asked;
use super::asking::Heard;
use super::exchange::Exchange;
use super::reading;
use crate::account::{Current, Roles};
use crate::body::Outgoing;
use crate::config::{Gate, Settings};
use http::request::Parts;
use http::{HeaderMap, Response};
use std::sync::Arc;
use std::time::Duration;

/// Where one signs out, on the site itself.
const SIGN_OUT_AT: &str = "/.well-known/garim/sign-out";

/// Fields in which servers take another path than that of the request line (IIS URL Rewrite, Zend, Symfony, Laravel).
const OTHER_PATHS: [&str; 3] = ["x-original-url", "x-rewrite-url", "x-original-uri"];

/// Who asks, as far as garim's own login tells.
#[derive(Debug, Clone)]
pub enum Visitor {
    /// Nobody has signed in.
    Nobody,
    /// Somebody has.
    Somebody(Arc<Guest>),
    /// The store does not say.
    Unknown,
}

/// Somebody who has signed in.
pub struct Guest {
    /// The account, and what it may do now.
    pub current: Current,
    pub(crate) token: String,
}

impl std::fmt::Debug for Guest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guest").field("current", &self.current).finish_non_exhaustive()
    }
}

impl Visitor {
    /// The account that may do something, by name and roles: not one whose password is too old.
    pub fn account(&self) -> Option<(&str, Roles)> {
        match self {
            Visitor::Somebody(guest) if !guest.current.must_change => {
                Some((&guest.current.account, guest.current.roles))
            }
            _ => None,
        }
    }
}

/// Whether an exchange goes on.
pub(super) enum Passage {
    /// It does.
    Through {
        /// The exchange.
        exchange: Box<Exchange>,
        /// What was heard.
        heard: Heard,
        /// Whether garim has accounts at all, and whether this was behind a gate.
        behind: Option<bool>,
    },
    /// It was answered.
    Answered(Response<Outgoing>),
}

/// Whether any gate stands in the site that is asked.
pub(super) fn is_gated(asked: &Asked) -> bool {
    let site = &asked.front.site.name;
    asked.sites.settings.gates.iter().any(|gate| gate.is_in(site))
}

/// Who has signed in; the cookie that says so is taken out of the request.
pub(super) async fn visitor(proxy: &Proxy, asked: &Asked, parts: &mut Parts, at: jiff::Timestamp) -> Visitor {
    let Some(accounts) = &proxy.accounts else { return Visitor::Nobody };
    let Some(token) = cookie::take(&mut parts.headers, cookie::NAME).filter(|_| is_gated(asked)) else {
        return Visitor::Nobody;
    };
    let settings = &asked.sites.settings;
    let site = &asked.front.site.name;
    let before = gates(settings, site, &parts.uri, &parts.headers);
    // Elsewhere the session is as old as the most patient gate lets it be.
    let idle = before
        .iter()
        .map(|gate| gate.idle)
        .min()
        .or_else(|| settings.gates.iter().filter(|gate| gate.is_in(site)).map(|gate| gate.idle).max());
    accounts.check(settings, idle.unwrap_or(Duration::ZERO), token, at.as_millisecond()).await
}

/// The gates of a site before a target, however a server may read it.
pub(crate) fn gates<'s>(settings: &'s Settings, site: &str, uri: &http::Uri, headers: &HeaderMap) -> Vec<&'s Gate> {
    let here: Vec<&Gate> = settings.gates.iter().filter(|gate| gate.is_in(site)).collect();
    if here.is_empty() {
        return here;
    }
    let others = OTHER_PATHS.iter().flat_map(|name| headers.get_all(*name));
    let others = others.map(|value| path_of(&String::from_utf8_lossy(value.as_bytes())));
    let mut all: Vec<String> = Vec::new();
    for path in std::iter::once(uri.path().to_owned()).chain(others) {
        // What nobody can tell is behind every gate.
        let Some(readings) = reading::readings(&path) else { return here };
        all.extend(readings);
    }
    here.into_iter().filter(|gate| all.iter().any(|path| gate.paths.hold(path))).collect()
}

/// The path of an address, whole or not.
fn path_of(address: &str) -> String {
    let address = address.trim().split(['?', '#']).next().unwrap_or_default();
    let own = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => address,
    };
    if own.starts_with(['/', '\\']) { own.to_owned() } else { format!("/{own}") }
}

/// The site's answer, as it goes out.
pub(super) fn guarded(mut response: Response<Outgoing>, behind: Option<bool>) -> Response<Outgoing> {
    if let Some(behind) = behind {
        cookie::guard(response.headers_mut(), behind);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    const CONFIG: &str = "[server]\nlisten = [\"127.0.0.1:0\"]\n[[site]]\nhosts = [\"a.kr\"]\ntls = \"self-signed\"\n\
        upstream = \"http://127.0.0.1:80\"\npolicy = \"p\"\n[policy.p]\n[gate.admin]\npath = [\"/admin/**\"]\nrequire = \"account\"\n\
        [gate.stat]\npath = [\"/admin/stat/**\", \"/관리/**\"]\nrequire = \"account+totp\"\n";

    fn names(target: &str, fields: &[(&'static str, &'static str)]) -> Vec<String> {
        let settings = parse(CONFIG, "garim.toml").expect("settings");
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, http::HeaderValue::from_static(value));
        }
        let uri = target.parse().expect("a target");
        gates(&settings, "a.kr", &uri, &headers).into_iter().map(|gate| gate.name.clone()).collect()
    }

    #[test]
    fn no_way_of_writing_a_path_leads_around_a_gate() {
        for target in [
            "/admin",
            "/admin/",
            "/admin/list.do",
            "/ADMIN/list.do",
            "//admin/",
            "/%61dmin/",
            "/x/../admin/",
            "/admin;x=1/",
            "/.;/admin/",
            "/%2561dmin",
            "/x/%2e%2e/admin",
            "/x/..%2fadmin",
            "/\\admin",
            "/admin.%20/x",
            "/x/..;/admin/list.do",
        ] {
            assert_eq!(names(target, &[]), ["admin"], "{target}");
        }
        assert_eq!(names("/admin/stat/1", &[]), ["admin", "stat"]);
        for target in ["/%EA%B4%80%EB%A6%AC/1", "/%B0%FC%B8%AE/1"] {
            assert_eq!(names(target, &[]), ["stat"], "{target}");
        }
        for target in ["/", "/administrator/", "/board/admin/", "/board?x=/admin/", "/a.b/c;d=1"] {
            assert!(names(target, &[]).is_empty(), "{target}");
        }
        let long = format!("/{}.", "a/".repeat(4_000));
        assert_eq!(names(&long, &[]).len(), 2, "nobody can tell");
    }

    #[test]
    fn nor_does_a_field_that_names_another_path() {
        for value in ["/admin/list", "admin/list", "/x/../admin", "https://a.kr/admin?x", "/%61dmin"] {
            assert_eq!(names("/", &[("x-original-url", value)]), ["admin"], "{value}");
            assert_eq!(names("/board", &[("x-rewrite-url", value)]), ["admin"], "{value}");
        }
        assert!(names("/", &[("x-original-url", "/board")]).is_empty());
    }
}
