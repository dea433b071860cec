//! Which roles somebody has who asks. Pure.

use super::asked::Asked;
use super::tls::ClientCertificate;
use crate::config::{Member, Network, Role};
use crate::policy::Roles;
use http::HeaderMap;
use std::net::IpAddr;

/// The roles of who asks, "public" if there is none.
pub(super) fn roles(
    roles: &[Role],
    asked: &Asked,
    headers: &HeaderMap,
    certificate: Option<&ClientCertificate>,
) -> Roles {
    of(roles, &Asker { client: asked.client, peer: asked.peer, path: &asked.path, headers, certificate })
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
    /// The certificate that was shown, where it counts.
    pub certificate: Option<&'a ClientCertificate>,
}

impl Asker<'_> {
    fn fits(&self, member: &Member) -> bool {
        let among = |networks: &[Network], address| networks.iter().any(|network| network.contains(address));
        let address = member.addresses.is_empty() || among(&member.addresses, self.client);
        let path = member.paths.as_ref().is_none_or(|paths| paths.hold(self.path));
        let shown = member.client_cert.is_empty()
            || self.certificate.is_some_and(|certificate| certificate.has(&member.client_cert));
        let says = |(name, value): &(String, String)| self.says(name, value, &member.from);
        address && path && shown && member.header.as_ref().is_none_or(says)
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
        Member { addresses, paths: None, header, from: vec![network("10.9.0.0")], client_cert: Vec::new() }
    }

    fn fits(member: &Member, client: &str, peer: &str, fields: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in fields {
            headers.append("X-Auth-Role", HeaderValue::from_static(value));
        }
        let address = |text: &str| text.parse().expect("an address");
        let asker =
            Asker { client: address(client), peer: address(peer), path: "/", headers: &headers, certificate: None };
        asker.fits(member)
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
