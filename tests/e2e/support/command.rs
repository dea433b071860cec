//! The built program, run to its end or about to be started.

use super::PATIENCE;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::time::Instant;

/// The built program with arguments.
pub fn garim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_garim"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The same, in a shell that has run some commands before.
pub fn garim_after(shell: Option<&str>, arguments: &[&str]) -> Command {
    let Some(shell) = shell else { return garim(arguments) };
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{shell}; exec \"$0\" \"$@\"")).arg(env!("CARGO_BIN_EXE_garim")).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the built program with a subcommand and a configuration to its end, which must come in time.
pub fn garim_with(subcommand: &str, config: &Path) -> Ended {
    let child = garim(&[subcommand, "--config"]).arg(config).spawn().expect("the program starts");
    let process = Pid::from_child(&child);
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(child.wait_with_output()));
    let Ok(ended) = told.recv_timeout(PATIENCE) else {
        let _ = kill_process(process, Signal::KILL);
        panic!("garim {subcommand} did not end in time");
    };
    let ended = ended.expect("its output");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ended { code: ended.status.code(), output: text(ended.stdout), errors: text(ended.stderr) }
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; `None` for one that a signal ended.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub output: String,
    /// What it wrote to standard error.
    pub errors: String,
}

/// What a program writes, line by line.
pub struct Lines {
    said: Mutex<Said>,
    more: Condvar,
}

#[derive(Default)]
struct Said {
    lines: Vec<String>,
    /// Streams that have not ended.
    open: usize,
}

impl Lines {
    /// Reads both streams of a process until it ends.
    pub fn of(child: &mut Child) -> Arc<Lines> {
        let lines = Arc::new(Lines { said: Mutex::new(Said { open: 2, ..Said::default() }), more: Condvar::new() });
        for stream in [
            Box::new(child.stdout.take().expect("its output")) as Box<dyn Read + Send>,
            Box::new(child.stderr.take().expect("its errors")),
        ] {
            let lines = Arc::clone(&lines);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    lines.change(|said| said.lines.push(line));
                }
                lines.change(|said| said.open -= 1);
            });
        }
        lines
    }

    fn change(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said.lock().expect("a lock"));
        self.more.notify_all();
    }

    /// All so far.
    pub fn all(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).lines.clone()
    }

    /// Waits for what `find` makes of a line; `None` if it has not come in time or cannot come any more.
    pub fn find<T>(&self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (start, mut looked_at) = (Instant::now(), 0);
        let mut said = self.said.lock().expect("a lock");
        loop {
            if let Some(found) = said.lines[looked_at..].iter().find_map(|line| find(line)) {
                return Some(found);
            }
            looked_at = said.lines.len();
            let left = PATIENCE.checked_sub(start.elapsed()).filter(|_| said.open > 0)?;
            said = self.more.wait_timeout(said, left).expect("a lock").0;
        }
    }

    /// Waits for the end of both streams; false if it has not come in time.
    pub fn end(&self) -> bool {
        let said = self.said.lock().expect("a lock");
        let waited = self.more.wait_timeout_while(said, PATIENCE, |said| said.open > 0);
        !waited.expect("a lock").1.timed_out()
    }
}
