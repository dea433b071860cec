//! Listen, TLS, headers, and one exchange from top to bottom.

pub mod headers;
pub mod metrics;
pub mod record;
