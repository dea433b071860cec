//! Who is asking, as far as the configuration tells people apart.

use super::Network;
use crate::policy::{Paths, Roles};
use std::time::Duration;

/// How the site's own accounts are known: by its login form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The path that the login form is posted to.
    pub login: String,
    /// The field that holds the account's name.
    pub field: String,
    /// The statuses by which the site says that somebody has signed in.
    pub ok: Vec<u16>,
    /// Whether it is a sign-in only where the site gives a new session with it.
    pub new_session: bool,
    /// For how long a session bears a name.
    pub lasts: Duration,
    /// Where somebody signs out.
    pub logout: Option<Logout>,
    /// Whether its server takes `;jsessionid=…` out of paths: its session cookie is `JSESSIONID`.
    pub java: bool,
}

/// Where somebody signs out of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logout {
    /// The path.
    pub path: String,
    /// The statuses by which the site says that it is done; empty for every 2xx and 3xx.
    pub ok: Vec<u16>,
}

/// `[role.NAME]`: who has it.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name in rules and records.
    pub name: String,
    /// The set of it alone.
    pub bit: Roles,
    /// Who fits one of these has it.
    pub any: Vec<Member>,
}

/// One way to have a role: all that is said must hold.
#[derive(Debug, Clone)]
pub struct Member {
    /// The client has one of these addresses, seen through trusted proxies; empty for any.
    pub addresses: Vec<Network>,
    /// Only for these paths.
    pub paths: Option<Paths>,
    /// A header field, by its name in lower case, stands exactly once and has this value.
    pub header: Option<(String, String)>,
    /// Whose header is believed: the other end of the connection.
    pub from: Vec<Network>,
}
