//! `[console]`: where operators see what waits and what was decided.

use super::expected;
use super::reader::Table;
use super::sections::{Taken, network};
use super::settings::Network;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);

/// `[console]`: a listener of its own, with the certificates of the sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// Where it listens, over TLS.
    pub listen: SocketAddr,
    /// From where it may be asked: the other end of the connection.
    pub allow: Vec<Network>,
    /// A session ends when it has not been used for this long.
    pub idle: Duration,
}

/// Reads it. Without `allow` it is for this machine alone.
pub(super) fn console(root: &Table<'_>, taken: &mut Taken) -> Option<Console> {
    let table = root.table("console", "[console]")?;
    let listen = table.need("listen", expected::ADDRESS).and_then(|value| taken.address(&value));
    let allow = match table.get("allow") {
        Some(value) => value.filled(expected::NETWORK).iter().filter_map(network).collect(),
        None => vec![
            Network { address: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), prefix: 8 },
            Network { address: IpAddr::V6(Ipv6Addr::LOCALHOST), prefix: 128 },
        ],
    };
    let idle = table.duration("session_idle", Duration::from_secs(600), SECOND..=12 * HOUR);
    table.finish(&[]);
    Some(Console { listen: listen?, allow, idle })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    const BASE: &str = "[server]\nlisten = [\"127.0.0.1:443\"]\n[[site]]\nhosts = [\"a.kr\"]\ntls = \"self-signed\"\n\
        upstream = \"http://127.0.0.1:80\"\npolicy = \"p\"\n[policy.p]\n";

    #[test]
    fn it_is_read_and_mistakes_are_told() {
        let read = |text: &str| parse(&format!("{BASE}{text}"), "garim.toml");
        assert_eq!(read("").expect("settings").console, None);
        let console = read("[console]\nlisten = \"127.0.0.1:9443\"\n").expect("settings").console.expect("a console");
        let from = |console: &Console, address: &str| {
            console.allow.iter().any(|network| network.contains(address.parse().expect("an address")))
        };
        assert!(from(&console, "127.0.0.1") && from(&console, "::1") && !from(&console, "10.0.0.1"));
        assert_eq!(console.idle, Duration::from_secs(600));
        let text = "[console]\nlisten = \"0.0.0.0:9443\"\nallow = [\"10.1.0.0/16\"]\nsession_idle = \"5m\"\n";
        let console = read(text).expect("settings").console.expect("a console");
        assert!(from(&console, "10.1.2.3") && !from(&console, "127.0.0.1"));
        for (text, said) in [
            ("[console]\n", "\"listen\" is missing in [console]"),
            ("[console]\nlisten = \"127.0.0.1:443\"\n", "127.0.0.1:443"),
            ("[console]\nlisten = \"127.0.0.1:9443\"\nallow = []\n", "allow"),
            ("[console]\nlisten = \"127.0.0.1:9443\"\nalow = []\n", "did you mean \"allow\"?"),
        ] {
            let told = read(text).expect_err("a mistake").to_string();
            assert!(told.contains(said), "{text}: {told}");
        }
    }
}
