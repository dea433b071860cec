//! Synthetic numbers.
