//! The configuration: TOML as it is written, then checked [`Settings`]. Every mistake is told with its place.

mod settings;

pub use settings::{Certificate, Contact, Language, Limits, Network, Pages, Server, Settings, Site, State, Upstream};
