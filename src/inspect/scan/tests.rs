//! The scanner: every split alike.
