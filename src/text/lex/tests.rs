//! The lexer by example.
