//! Places by example.
