//! `garim worker`: the process in which files are opened for a running garim.

use crate::detect::own::Pattern;
use crate::inspect::{Beyond, Detectors, Lens, Opened, document, masked};
use crate::sandbox::{Answer, Found, Job, Masking, Refusal, Start, run};
use crate::vocab::{Finding, Part, Span, What};
use std::process::ExitCode;
use std::sync::Arc;

/// What a worker is told when it starts; all else comes on standard input.
#[derive(Debug, clap::Args)]
pub(crate) struct Worker {
    /// The most that its address space may take, in bytes
    #[arg(long, value_name = "BYTES")]
    memory: u64,
}

/// Serves until standard input ends.
pub(super) fn worker(args: &Worker) -> ExitCode {
    match run(args.memory, lens, open, mask) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What inspection is told about the world. What is allowed, and what stands together, is the parent's to say.
fn lens(start: &Start) -> Arc<Lens> {
    let pattern =
        |own: &crate::sandbox::OwnPattern| Pattern::new(own.own, &own.pattern, &own.context, own.confidence).ok();
    let patterns: Vec<Pattern> = start.patterns.iter().filter_map(pattern).collect();
    let detectors = (!patterns.is_empty()).then(|| Arc::new(Detectors { patterns, together: Vec::new() }));
    let beyond =
        Beyond { detectors, allowed: None, fields: None, starred: Default::default(), query: None, stars: true };
    Arc::new(Lens { today: start.today, hosts: start.hosts.clone().into(), seal: None, beyond })
}

fn file(job: &Job) -> Opened {
    Opened { part: Part::Body, name: job.name.clone(), span: Span { start: 0, end: job.length }, is_read: false }
}

/// Masks a document.
fn mask(lens: &Arc<Lens>, masking: &Masking, bytes: &[u8], late: &dyn Fn() -> bool) -> Result<Vec<u8>, Refusal> {
    let Masking { job, .. } = masking;
    let wanted = |finding: &Finding| masking.wants(finding);
    let masked = masked(&file(job), bytes, lens, job.limits, late, &wanted)?;
    Ok(masked.bytes)
}

/// Opens a file, and tells what was found and what could not be read.
fn open(lens: &Arc<Lens>, job: &Job, bytes: &[u8], late: &dyn Fn() -> bool, answer: &mut dyn FnMut(Answer)) {
    document(&file(job), bytes, lens, job.limits, late, &mut |finding| {
        told(finding).into_iter().for_each(&mut *answer)
    });
}

fn told(finding: Finding) -> Option<Answer> {
    let Finding { what, confidence, place, masked, secret, .. } = finding;
    let (steps, line) = (place.inside.into_vec(), place.line);
    match what {
        What::Kind(kind) => Some(Answer::Found(Found { kind, confidence, steps, line, masked, value: secret })),
        What::Uninspectable(reason) => Some(Answer::Unreadable { steps, reason }),
        What::File(file_type) => Some(Answer::Typed { steps, file_type }),
        What::Returned(_) => None,
    }
}
