//! What `garim demo` puts behind garim, and what it says: an old-fashioned Korean board, a policy, and a guide.

pub mod board;
pub mod guide;

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
