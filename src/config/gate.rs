//! `[gate.NAME]`: garim's own login in front of paths whose site has none worth the name. `[accounts]`: how its accounts are
//! guarded.

use super::names::{later, nearest};
use super::reader::{Table, Value};
use super::rules::{paths, sites};
use super::shadow::Reach;
use super::site::Drafts;
use super::{expected, words};
use crate::account;
use crate::policy::Paths;
use crate::store::{Role, Roles};
use globset::{GlobBuilder, GlobSetBuilder};
use std::path::PathBuf;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// What it takes to pass: whether one-time codes are part of it.
const REQUIRE: &[(&str, bool)] = &[("account", false), ("account+totp", true)];

/// The roles of accounts.
const ROLES: &[(&str, Role)] = &[
    (Role::Viewer.name(), Role::Viewer),
    (Role::Approver.name(), Role::Approver),
    (Role::PolicyAdmin.name(), Role::PolicyAdmin),
    (Role::Auditor.name(), Role::Auditor),
];

/// `[gate.NAME]`: who has not signed in to garim does not get past it.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Its name in records.
    pub name: String,
    /// The names of the sites it stands in; empty for all.
    pub sites: Vec<String>,
    /// What lies behind it: the paths that the file names and all below them, in capitals or not.
    pub paths: Paths,
    /// Whether the account must have one-time codes.
    pub totp: bool,
    /// A session ends when it has not been used for this long.
    pub idle: Duration,
}

impl Gate {
    /// Whether it stands in a site of this name.
    pub fn is_in(&self, site: &str) -> bool {
        self.sites.is_empty() || self.sites.iter().any(|name| name == site)
    }
}

/// `[accounts]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// How they are guarded. The idle time is each gate's own.
    pub rules: account::Settings,
    /// The key of the secrets of one-time codes; `None` for the one beside a store in a file.
    pub key_file: Option<PathBuf>,
}

/// Reads every gate.
pub(super) fn gates(root: &Table<'_>, drafts: &Drafts<'_>) -> Vec<Gate> {
    let Some(all) = root.table("gate", "[gate]") else { return Vec::new() };
    let read = all.entries().into_iter().filter_map(|(name, _, value)| gate(name, &value, drafts));
    read.collect()
}

fn gate(name: &str, value: &Value<'_>, drafts: &Drafts<'_>) -> Option<Gate> {
    let table = value.table(format!("[gate.{}]", words::named(name)))?;
    let paths = table.need("path", expected::GLOBS).and_then(|value| {
        let written = paths(&value, &mut Reach { span: value.span.clone(), paths: Vec::new() })?;
        guarded(&written).or_else(|| {
            value.wrong_value(expected::GLOB, None);
            None
        })
    });
    let totp = table.need("require", expected::REQUIRE).and_then(|value| value.choice(REQUIRE));
    let idle = table.duration("idle", 10 * MINUTE, SECOND..=12 * HOUR);
    let sites = table.get("site").map(|value| sites(&value, drafts)).unwrap_or_default();
    table.finish(later::GATE);
    Some(Gate { name: name.to_owned(), sites, paths: paths?, totp: totp?, idle })
}

/// What lies below a path is guarded with it, for many servers run `/admin/list.php` for `/admin/list.php/x` as well; and in
/// capitals, for some do not tell them apart.
fn guarded(paths: &Paths) -> Option<Paths> {
    let mut set = GlobSetBuilder::new();
    for written in paths.written() {
        let base = written.strip_suffix("/**").unwrap_or(written);
        let base = base.strip_suffix('/').unwrap_or(base);
        // The front page alone is the front page alone.
        let below = if written == "/" { "/".to_owned() } else { format!("{base}/**") };
        for glob in [base, below.as_str()].into_iter().filter(|glob| !glob.is_empty()) {
            set.add(GlobBuilder::new(glob).literal_separator(true).case_insensitive(true).build().ok()?);
        }
    }
    Some(Paths::new(paths.written().to_vec(), set.build().ok()?))
}

/// Reads how accounts are guarded.
pub(super) fn accounts(root: &Table<'_>) -> Accounts {
    let default = account::Settings::default();
    let Some(table) = root.table("accounts", "[accounts]") else { return Accounts::default() };
    let rules = account::Settings {
        password_days: table.number("password_days", default.password_days, 1..=3_650),
        lock_after: table.number("lock_after", default.lock_after, 1..=100),
        lock: table.duration("lock", default.lock, MINUTE..=24 * HOUR),
        longest: table.duration("longest", default.longest, MINUTE..=7 * 24 * HOUR),
        idle: default.idle,
    };
    // It is made by `garim user totp`, perhaps while garim runs.
    let key_file = table.get("key_file").and_then(|value| value.path(expected::FILE));
    table.finish(&[]);
    Accounts { rules, key_file }
}

/// The accounts that a role names.
pub(super) fn named(table: &Table<'_>) -> Vec<String> {
    let name = |value: &Value<'_>| {
        let name = value.text(expected::NAMES)?;
        if account::check_name(name).is_err() {
            let lower = name.to_lowercase();
            value.wrong_value(expected::ACCOUNT, account::check_name(&lower).is_ok().then_some(lower.as_str()));
            return None;
        }
        Some(name.to_owned())
    };
    // An empty list would mean everybody.
    let all = table.get("account").map(|value| value.filled(expected::NAMES)).unwrap_or_default();
    all.iter().filter_map(name).collect()
}

/// The roles of accounts that a role names.
pub(super) fn with_roles(table: &Table<'_>) -> Option<Roles> {
    table.get("account_role").map(|value| {
        let all = value.filled(expected::ACCOUNT_ROLES);
        let role = |value: &Value<'_>| {
            let text = value.text(expected::ACCOUNT_ROLES)?;
            let role = ROLES.iter().find(|(name, _)| *name == text).map(|(_, role)| *role);
            if role.is_none() {
                value.wrong_value(expected::ACCOUNT_ROLES, nearest(text, ROLES.iter().map(|(name, _)| *name)));
            }
            role
        };
        all.iter().filter_map(role).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    const BASE: &str = "[server]\nlisten = [\"127.0.0.1:0\"]\n[[site]]\nhosts = [\"a.kr\"]\ntls = \"self-signed\"\n\
        upstream = \"http://127.0.0.1:80\"\npolicy = \"p\"\n[policy.p]\n";

    fn told(text: &str) -> String {
        parse(&format!("{BASE}{text}"), "garim.toml").expect_err("a mistake").to_string()
    }

    #[test]
    fn a_gate_and_how_accounts_are_guarded_are_read() {
        let text = "[gate.admin]\npath = [\"/admin/**\", \"/manager\"]\nrequire = \"account+totp\"\nidle = \"5m\"\nsite = [\"a.kr\"]\n\
            [gate.all]\npath = \"/**\"\nrequire = \"account\"\n\
            [accounts]\npassword_days = 90\nlock_after = 3\nlock = \"30m\"\nlongest = \"8h\"\n\
            [role.officer]\nany = [{ account = [\"kim\"] }, { account_role = [\"approver\", \"auditor\"] }]\n";
        let settings = parse(&format!("{BASE}{text}"), "garim.toml").expect("settings");
        let [admin, all] = settings.gates.as_slice() else { panic!("{:?}", settings.gates) };
        assert_eq!((admin.name.as_str(), admin.totp, admin.idle), ("admin", true, 5 * MINUTE));
        assert!(admin.is_in("a.kr") && !admin.is_in("b.kr") && all.is_in("b.kr"));
        assert_eq!((all.totp, all.idle), (false, 10 * MINUTE));
        for path in ["/admin", "/admin/", "/admin/a/b", "/ADMIN/x", "/manager", "/manager/x", "/Manager"] {
            assert!(admin.paths.hold(path), "{path}");
        }
        for path in ["/", "/administrator", "/board/admin", "/managers"] {
            assert!(!admin.paths.hold(path), "{path}");
        }
        assert!(all.paths.hold("/") && all.paths.hold("/x/y"));
        let rules = settings.accounts.rules;
        assert_eq!((rules.password_days, rules.lock_after, rules.lock, rules.longest), (90, 3, 30 * MINUTE, 8 * HOUR));
        let [kim, approvers] = settings.roles[0].any.as_slice() else { panic!("{:?}", settings.roles) };
        assert_eq!((kim.accounts.as_slice(), kim.account_roles), (["kim".to_owned()].as_slice(), None));
        let roles = approvers.account_roles.expect("roles");
        assert!(roles.has(Role::Approver) && roles.has(Role::Auditor) && !roles.has(Role::Viewer));
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        for (text, said) in [
            ("[gate.a]\nrequire = \"account\"\n", "\"path\" is missing in [gate.a]"),
            ("[gate.a]\npath = [\"/a\"]\n", "\"require\" is missing in [gate.a]"),
            ("[gate.a]\npath = []\nrequire = \"account\"\n", "path"),
            ("[gate.a]\npath = [\"a/**\"]\nrequire = \"account\"\n", "did you mean \"/a/**\"?"),
            ("[gate.a]\npath = [\"/a\"]\nrequire = \"acount\"\n", "did you mean \"account\"?"),
            ("[gate.a]\npath = [\"/a\"]\nrequire = \"account\"\nidle = \"0s\"\n", "idle"),
            ("[gate.a]\npath = [\"/a\"]\nrequire = \"account\"\nsite = [\"b.kr\"]\n", "b.kr"),
            ("[gate.a]\npath = [\"/a\"]\nrequire = \"account\"\nidel = \"1m\"\n", "did you mean \"idle\"?"),
            ("[gate]\npath = [\"/a\"]\n", "a table"),
            ("[accounts]\nlock_after = 0\n", "lock_after"),
            ("[role.r]\nany = [{ account = [\"kim\"] }]\n", "[gate.NAME]"),
            (
                "[gate.a]\npath = [\"/a\"]\nrequire = \"account\"\n[role.r]\nany = [{ account = [\"Kim\"] }]\n",
                "did you mean \"kim\"?",
            ),
            (
                "[gate.a]\npath = [\"/a\"]\nrequire = \"account\"\n[role.r]\nany = [{ account_role = \"aprover\" }]\n",
                "did you mean \"approver\"?",
            ),
        ] {
            let told = told(text);
            assert!(told.contains(said), "{text}: {told}");
        }
    }
}
