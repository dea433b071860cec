//! What `garim demo` puts behind garim, and what it says: an old-fashioned Korean board, a policy, and a guide.

pub mod board;
mod guide;

pub use guide::guide;

use std::net::SocketAddr;
use std::path::Path;

const CONFIGURATION: &str = include_str!("demo.toml");

/// Where the demo listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// garim, over TLS.
    pub listen: SocketAddr,
    /// The board itself, in plain HTTP.
    pub board: SocketAddr,
    /// `/metrics`, `/livez` and `/readyz`.
    pub operations: SocketAddr,
}

/// The demo's configuration, as an operator would write it in a file.
pub fn configuration(at: &Addresses, state_dir: &Path) -> String {
    // A JSON string is a TOML basic string.
    let state_dir = serde_json::Value::from(state_dir.to_string_lossy()).to_string();
    CONFIGURATION
        .replace("@LISTEN@", &at.listen.to_string())
        .replace("@BOARD@", &at.board.to_string())
        .replace("@OPERATIONS@", &at.operations.to_string())
        .replace("\"@STATE@\"", &state_dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Action;
    use crate::vocab::{Confidence, Direction, Kind, Reason, What};

    fn settings() -> crate::config::Settings {
        let parse = |text: &str| text.parse().expect("an address");
        let at = Addresses {
            listen: parse("127.0.0.1:8444"),
            board: parse("[::1]:8081"),
            operations: parse("127.0.0.1:9091"),
        };
        let text = configuration(&at, Path::new("/tmp/a \"b\"\\c"));
        crate::config::parse(&text, "the demo").unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }

    #[test]
    fn the_configuration_is_taken_with_everything_filled_in() {
        let settings = settings();
        assert_eq!(settings.server.listen, ["127.0.0.1:8444".parse().expect("an address")]);
        assert_eq!(settings.operations, "127.0.0.1:9091".parse().ok());
        assert_eq!(settings.state.dir, Path::new("/tmp/a \"b\"\\c"));
        let upstream = settings.sites.first().and_then(|site| site.upstream.servers.first());
        let upstream = upstream.map(|server| (server.host.as_str(), server.port));
        assert!(matches!(upstream, Some(("::1" | "[::1]", 8081))), "{upstream:?}");
    }

    #[test]
    fn the_policy_blocks_posts_masks_pages_and_counts_the_rest() {
        let settings = settings();
        let policy = settings.policies.get("demo").expect("the policy");
        let effect = |direction, what| {
            let mut tally = crate::policy::Tally::new(policy.plan(
                direction,
                "*",
                &crate::policy::Asker::of_path("/board/write"),
                None,
            ));
            let mut finding = crate::vocab::Finding::uninspectable(
                Reason::Binary,
                crate::vocab::Span { start: 0, end: 1 },
                crate::vocab::Place::whole(crate::vocab::Part::Body),
            );
            finding.what = what;
            finding.confidence = Confidence::Probable;
            tally.add(&finding)
        };
        for kind in [Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber, Kind::PaymentCardNumber] {
            assert_eq!(effect(Direction::Upload, What::Kind(kind)), Action::Block);
            assert_eq!(effect(Direction::Download, What::Kind(kind)), Action::Mask);
        }
        assert_eq!(effect(Direction::Upload, What::Kind(Kind::MobileNumber)), Action::Log);
        assert_eq!(effect(Direction::Download, What::Kind(Kind::MobileNumber)), Action::Mask);
        for direction in [Direction::Upload, Direction::Download] {
            assert_eq!(effect(direction, What::Kind(Kind::EmailAddress)), Action::Log);
            assert_eq!(effect(direction, What::Uninspectable(Reason::Binary)), Action::Log);
            assert_eq!(effect(direction, What::Uninspectable(Reason::Damaged)), Action::Block);
        }
    }
}
