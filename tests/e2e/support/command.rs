//! The built program, run to its end or about to be started.

use super::PATIENCE;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
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
    let mut child = garim(&[subcommand, "--config"]).arg(config).spawn().expect("the program starts");
    let code = wait(&mut child);
    let read = |stream: Option<&mut dyn Read>| {
        let mut text = String::new();
        stream.expect("a stream").read_to_string(&mut text).expect("text");
        text
    };
    let output = read(child.stdout.as_mut().map(|stream| stream as &mut dyn Read));
    let errors = read(child.stderr.as_mut().map(|stream| stream as &mut dyn Read));
    Ended { code, output, errors }
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

/// Waits for an end that must come in time.
pub fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a process") {
            return status.code();
        }
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("the program did not end in time");
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
