//! How far a long reading has come, for somebody who waits at a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Nothing is told of what takes less.
const PATIENCE: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(250);
const MIB: u64 = 1 << 20;

/// One line on standard error, written over and over, and wiped in the end. Nothing where that is no terminal.
#[derive(Debug)]
pub(super) struct Progress {
    name: String,
    size: Option<u64>,
    read: u64,
    /// When to tell next; `None` for nobody.
    next: Option<Instant>,
    told: bool,
}

impl Progress {
    pub fn new(name: &str, size: Option<u64>) -> Progress {
        // Where findings go to the same terminal, they show how far it has come.
        let watched = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        let next = watched.then(|| Instant::now() + PATIENCE);
        Progress { name: name.to_owned(), size, read: 0, next, told: false }
    }

    /// So many more bytes were read, and so many things found in all.
    pub fn advance(&mut self, bytes: usize, found: u64) {
        self.read = self.read.saturating_add(bytes as u64);
        let Some(next) = self.next else { return };
        let now = Instant::now();
        if now >= next {
            self.next = Some(now + EVERY);
            self.told = true;
            // A terminal that is gone needs no telling.
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K{}", self.line(found));
        }
    }

    fn line(&self, found: u64) -> String {
        let read = self.read / MIB;
        match self.size.filter(|size| *size > 0) {
            Some(size) => {
                let percent = self.read.saturating_mul(100).checked_div(size).unwrap_or(100).min(100);
                format!("{}: {percent} % ({read} / {} MiB), {found}", self.name, size / MIB)
            }
            None => format!("{}: {read} MiB, {found}", self.name),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.told {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_how_far() {
        let progress = |size, read| Progress { name: "a".into(), size, read, next: None, told: false };
        assert_eq!(progress(Some(4 * MIB), MIB).line(3), "a: 25 % (1 / 4 MiB), 3");
        assert_eq!(progress(Some(0), MIB).line(0), "a: 1 MiB, 0");
        assert_eq!(progress(None, 5 * MIB).line(0), "a: 5 MiB, 0");
    }
}
