//! Bodies from end to end.
