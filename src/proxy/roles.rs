//! Which roles somebody has who asks. Pure.

use super::asked::Asked;
use crate::account;
use crate::config::{Member, Network, Role};
use crate::policy::Roles;
use http::HeaderMap;
use std::net::IpAddr;

/// The roles of who asks, "public" if there is none.
pub(super) fn roles(roles: &[Role], asked: &Asked, headers: &HeaderMap) -> Roles {
    let account = asked.visitor.account();
    of(roles, &Asker { client: asked.client, peer: asked.peer, path: &asked.ruled, headers, account })
}

/// The same of somebody of whom all this is known.
pub(crate) fn of(roles: &[Role], asker: &Asker<'_>) -> Roles {
    let fitting = roles.iter().filter(|role| role.any.iter().any(|member| asker.fits(member)));
    match fitting.fold(Roles::NONE, |all, role| all.and(role.bit)) {
        Roles::NONE => Roles::PUBLIC,
        some => some,
    }
}

/// What tells the roles of somebody.
pub(crate) struct Asker<'a> {
    /// The client, seen through trusted proxies.
    pub client: IpAddr,
    /// The address at the other end of the connection.
    pub peer: IpAddr,
    /// The path, percent-decoded.
    pub path: &'a str,
    /// The head that came.
    pub headers: &'a HeaderMap,
    /// The account that has signed in to garim, and what it may do.
    pub account: Option<(&'a str, account::Roles)>,
}

impl Asker<'_> {
    fn fits(&self, member: &Member) -> bool {
        let among = |networks: &[Network], address| networks.iter().any(|network| network.contains(address));
        let address = member.addresses.is_empty() || among(&member.addresses, self.client);
        let path = member.paths.as_ref().is_none_or(|paths| paths.hold(self.path));
        let accounts = member.accounts.is_empty()
            || self.account.is_some_and(|(name, _)| member.accounts.iter().any(|known| known == name));
        let account_roles = member
            .account_roles
            .is_none_or(|wanted| self.account.is_some_and(|(_, roles)| wanted.iter().any(|role| roles.has(role))));
        if !accounts || !account_roles {
            return false;
        }
        address && path && member.header.as_ref().is_none_or(|(name, value)| self.says(name, value, &member.from))
    }

    /// Whether a field stands there once with this value, and comes from somebody whose is believed.
    fn says(&self, name: &str, value: &str, from: &[Network]) -> bool {
        let mut said = self.headers.get_all(name).iter();
        let once = said.next().filter(|_| said.next().is_none());
        let believed = from.iter().any(|network| network.contains(self.peer));
        believed && once.is_some_and(|said| said.as_bytes() == value.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn member(header: bool) -> Member {
        let network = |text: &str| Network { address: text.parse().expect("an address"), prefix: 16 };
        let header = header.then(|| ("x-auth-role".to_owned(), "officer".to_owned()));
        let addresses = if header.is_some() { Vec::new() } else { vec![network("10.1.0.0")] };
        let (accounts, account_roles) = (Vec::new(), None);
        Member { addresses, paths: None, header, from: vec![network("10.9.0.0")], accounts, account_roles }
    }

    fn fits(member: &Member, client: &str, peer: &str, fields: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in fields {
            headers.append("X-Auth-Role", HeaderValue::from_static(value));
        }
        let address = |text: &str| text.parse().expect("an address");
        Asker { client: address(client), peer: address(peer), path: "/", headers: &headers, account: None }.fits(member)
    }

    #[test]
    fn an_account_is_one_that_has_signed_in() {
        let member = |accounts: &[&str], roles: &[account::Role]| Member {
            addresses: Vec::new(),
            paths: None,
            header: None,
            from: Vec::new(),
            accounts: accounts.iter().map(|name| (*name).to_owned()).collect(),
            account_roles: (!roles.is_empty()).then(|| roles.iter().copied().collect()),
        };
        let approver: account::Roles = [account::Role::Approver].into_iter().collect();
        let fits = |member: &Member, account| {
            let address = [192, 0, 2, 1].into();
            Asker { client: address, peer: address, path: "/", headers: &HeaderMap::new(), account }.fits(member)
        };
        let (kim, lee) = (Some(("kim", approver)), Some(("lee", account::Roles::default())));
        let named = member(&["kim"], &[]);
        assert!(fits(&named, kim) && !fits(&named, lee) && !fits(&named, None));
        let approvers = member(&[], &[account::Role::Approver, account::Role::Auditor]);
        assert!(fits(&approvers, kim) && !fits(&approvers, lee) && !fits(&approvers, None));
        let both = member(&["lee"], &[account::Role::Approver]);
        assert!(!fits(&both, kim) && !fits(&both, lee));
    }

    #[test]
    fn an_address_is_the_clients_and_a_header_its_senders() {
        assert!(fits(&member(false), "10.1.2.3", "192.0.2.1", &[]));
        assert!(!fits(&member(false), "10.2.2.3", "10.1.2.3", &[]), "the proxy's address is not the client's");
        assert!(fits(&member(true), "192.0.2.1", "10.9.0.1", &["officer"]));
        for (peer, fields) in [
            ("10.8.0.1", ["officer"].as_slice()),
            ("10.9.0.1", &["Officer"]),
            ("10.9.0.1", &["officer", "officer"]),
            ("10.9.0.1", &[]),
        ] {
            assert!(!fits(&member(true), "10.9.0.1", peer, fields), "{peer} {fields:?}");
        }
    }
}
