//! `garim worker`: the process in which files are opened for a running garim.

use crate::extract::{Shape, Sink, read};
use crate::sandbox::{Answer, Job, run};
use crate::vocab::{Reason, Step};
use std::process::ExitCode;

/// What a worker is told when it starts; all else comes on standard input.
#[derive(Debug, clap::Args)]
pub(crate) struct Worker {
    /// The most that its address space may take, in bytes
    #[arg(long, value_name = "BYTES")]
    memory: u64,
}

/// Serves until standard input ends.
pub(super) fn worker(args: &Worker) -> ExitCode {
    match run(args.memory, |_| (), open) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads a file and tells what of it could not be read.
fn open(_: &(), job: &Job, bytes: &[u8], late: &dyn Fn() -> bool, answer: &mut dyn FnMut(Answer)) {
    read(&job.name, bytes, job.limits, late, &mut Unread(answer));
}

/// Passes on what could not be read.
struct Unread<'a>(&'a mut dyn FnMut(Answer));

impl Sink for Unread<'_> {
    fn begin(&mut self, _: &[Step], _: Shape) {}

    fn text(&mut self, _: Option<&Step>, _: &str) {}

    fn end(&mut self) {}

    fn raw(&mut self, _: &[Step], _: &[u8]) {}

    fn unreadable(&mut self, path: &[Step], reason: Reason) {
        (self.0)(Answer::Unreadable { steps: path.to_vec(), reason });
    }
}
