//! `[role.NAME]`: who is asking, as far as rules tell people apart.

use super::names::{later, nearest};
use super::reader::{Table, Value};
use super::rules::paths;
use super::sections::network;
use super::settings::{Member, Role};
use super::shadow::Reach;
use super::{expected, gate, words};
use crate::policy::{MOST_ROLES, Roles};

/// The role of everybody who fits no other.
const PUBLIC: &str = "public";

/// The roles of a configuration, in the order of the file.
#[derive(Default)]
pub(super) struct Named(Vec<Role>);

impl Named {
    /// The roles that a list of names means, or mistakes at them.
    pub(super) fn meant(&self, value: &Value<'_>) -> Roles {
        let mut roles = Roles::NONE;
        for value in value.filled(expected::ROLES) {
            let Some(name) = value.text(expected::ROLES) else { continue };
            match self.0.iter().find(|role| role.name == name) {
                _ if name == PUBLIC => roles = roles.and(Roles::PUBLIC),
                Some(role) => roles = roles.and(role.bit),
                None => {
                    let known = self.0.iter().map(|role| role.name.as_str()).chain([PUBLIC]);
                    value.wrong_value(expected::ROLES, nearest(name, known));
                }
            }
        }
        roles
    }

    /// Without more ado.
    pub(super) fn into_list(self) -> Vec<Role> {
        self.0
    }
}

/// Reads every role; those of accounts need a gate to sign in at.
pub(super) fn roles(root: &Table<'_>, has_gates: bool) -> Named {
    let mut named = Named::default();
    let Some(all) = root.table("role", "[role]") else { return named };
    for (name, span, value) in all.entries() {
        let Some(table) = value.table(format!("[role.{}]", words::named(name))) else { continue };
        if name == PUBLIC {
            table.book.wrong(&span, words::public_is_a_role());
        }
        let Some(bit) = Roles::of(named.0.len()) else {
            table.book.wrong(&span, words::too_many_roles(MOST_ROLES));
            continue;
        };
        let members = table.need("any", expected::MEMBERS).map(|value| value.tables("any of [role]"));
        let any = members.unwrap_or_default().into_iter().filter_map(|table| member(table, has_gates)).collect();
        table.finish(&[]);
        named.0.push(Role { name: name.to_owned(), bit, any });
    }
    named
}

/// Who has a role: all of one table must hold.
fn member(table: Table<'_>, has_gates: bool) -> Option<Member> {
    let addresses: Vec<_> = table.list("address", expected::NETWORK).iter().filter_map(network).collect();
    let from: Vec<_> = table.list("from", expected::NETWORK).iter().filter_map(network).collect();
    let mut reach = Reach { span: table.span.clone(), paths: Vec::new() };
    let paths = match table.get("path") {
        Some(value) => Some(paths(&value, &mut reach)?),
        None => None,
    };
    let header = table.table("header", "header of [role]").map(|header| {
        let name = header.need("name", expected::TEXT).and_then(|value| header_name(&value));
        let value = header.need("value", expected::TEXT).and_then(|value| value.text(expected::TEXT));
        header.finish(&[]);
        (name, value.map(str::to_owned))
    });
    let (accounts, account_roles) = (gate::named(&table), gate::with_roles(&table));
    let of_accounts = table.has("account") || table.has("account_role");
    if of_accounts && !has_gates {
        table.book.wrong(&table.span, words::account_without_gate());
    }
    let later = later::MEMBER.iter().any(|key| table.has(key));
    if header.is_some() && from.is_empty() {
        // Anybody can send a header.
        table.book.wrong(&table.span, words::header_from_anybody());
    }
    if header.is_none() && table.has("from") {
        table.book.wrong(&table.place_of("from"), words::from_without_header());
    }
    if addresses.is_empty() && header.is_none() && !of_accounts && !later {
        table.book.wrong(&table.span, words::role_of_anybody());
    }
    table.finish(later::MEMBER);
    let header = match header {
        None => None,
        Some((name, value)) => Some((name?, value?)),
    };
    Some(Member { addresses, paths, header, from, accounts, account_roles })
}

/// RFC 9110 section 5.1: a token; fields have no capitals and no small letters of their own.
fn header_name(value: &Value<'_>) -> Option<String> {
    let text = value.text(expected::TEXT)?;
    match http::HeaderName::from_bytes(text.as_bytes()) {
        Ok(name) => Some(name.as_str().to_owned()),
        Err(_) => {
            value.wrong_value(expected::HEADER, None);
            None
        }
    }
}
