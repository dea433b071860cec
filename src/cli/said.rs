//! What commands write for people. A pipe that somebody closes early (`| head`) is no reason to break off what a command does: what
//! nobody reads is not written, and the command goes on to its end.

use std::fmt::Arguments;
use std::io::{self, Write};

/// `println!` that nobody need read.
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::said::out(format_args!($($words)*)) };
}
/// `eprintln!` that nobody need read.
macro_rules! complain {
    ($($words:tt)*) => { $crate::cli::said::error(format_args!($($words)*)) };
}

/// A line on standard output.
pub(in crate::cli) fn out(words: Arguments<'_>) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{words}").and_then(|()| out.flush());
}

/// A line on standard error.
pub(in crate::cli) fn error(words: Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{words}");
}

/// What somebody at a terminal is asked, on standard error, where it stands in no output.
pub(in crate::cli) fn prompt(words: &str) {
    let mut error = io::stderr().lock();
    let _ = write!(error, "{words}").and_then(|()| error.flush());
}
