//! Asks for what must not be seen.

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, BufRead, IsTerminal, Read};

/// The longest line, in bytes.
const LONGEST: u64 = 4096;

/// Whether a person is asked, and not a pipe.
pub(super) fn is_person() -> bool {
    io::stdin().is_terminal()
}

/// A line that somebody at a terminal is asked for, without its end.
pub(super) fn open(prompt: &str) -> io::Result<String> {
    super::said::prompt(prompt);
    let mut line = String::new();
    match io::stdin().lock().take(LONGEST).read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
    }
}

/// A line of standard input without its end; a terminal is asked with `prompt` and does not show what is typed.
pub(super) fn secret(prompt: &str) -> io::Result<String> {
    let stdin = io::stdin();
    let before = match stdin.is_terminal() {
        true => {
            super::said::prompt(prompt);
            let before = tcgetattr(&stdin)?;
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO);
            tcsetattr(&stdin, OptionalActions::Flush, &silent)?;
            Some(before)
        }
        false => None,
    };
    let mut line = String::new();
    let read = stdin.lock().take(LONGEST).read_line(&mut line);
    if let Some(before) = before {
        tcsetattr(&stdin, OptionalActions::Now, &before)?;
        complain!("");
    }
    if read? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}
