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

    #[test]
    fn the_configuration_is_toml_with_everything_filled_in() {
        let parse = |text: &str| text.parse().expect("an address");
        let at = Addresses {
            listen: parse("127.0.0.1:8443"),
            board: parse("[::1]:8080"),
            operations: parse("127.0.0.1:9090"),
        };
        let text = configuration(&at, Path::new("/tmp/a \"b\"\\c"));
        let table = toml::de::DeTable::parse(&text).expect("TOML");
        let state = table.get_ref().get("state").and_then(|state| state.get_ref().get("dir"));
        assert_eq!(state.and_then(|dir| dir.get_ref().as_str()), Some("/tmp/a \"b\"\\c"));
        assert!(text.contains("upstream = \"http://[::1]:8080\""));
        assert!(["@LISTEN@", "@BOARD@", "@OPERATIONS@", "@STATE@"].iter().all(|word| !text.contains(word)));
    }
}
