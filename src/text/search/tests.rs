//! The fast search against an obvious one.
