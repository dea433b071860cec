//! Listen, TLS, headers, and one exchange from top to bottom.

pub mod headers;
