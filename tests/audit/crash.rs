//! Processes that are killed, and disks that are full: child processes of this test.

use crate::tools::*;
use garim::audit::{Event, Fsync, Journal, JournalError, Recorded, Verdict, What};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// The folder, for a child.
const FOLDER: &str = "GARIM_AUDIT_FOLDER";
/// How often a child is killed: a few hundred times where there is time for it.
const KILLS: &str = "GARIM_AUDIT_KILLS";

/// Half of the child's threads record what need not be on the disk at once, where they are.
const HERE: &str = "GARIM_AUDIT_HERE";

/// Records what a page showed and waits for it.
fn show(journal: &Journal, number: u64) -> Result<Recorded, Arc<JournalError>> {
    let (tell, told) = sync_channel(1);
    let shown = Event { soon: true, ..event(number) };
    journal.append_here(&shown, move |outcome| drop(tell.try_send(outcome))).expect("taken");
    told.recv().expect("an outcome")
}

/// The child: four threads record without end, and tell what is acknowledged.
#[test]
#[ignore = "runs as a child of the others"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut options = options(Path::new(&folder));
    let here = std::env::var_os(HERE).is_some();
    options.fsync = if here { Fsync::Posts } else { Fsync::Each };
    options.segment_bytes = 20_000;
    options.seal_every = Duration::from_millis(3);
    let journal = match Journal::open(options) {
        Ok(journal) => journal,
        Err(error) => {
            println!("\nrefused {error}");
            std::process::exit(3);
        }
    };
    // The test's own name stands on the line already.
    println!("\nstart {}", journal.start());
    let most: u64 = std::env::var("GARIM_AUDIT_MOST").ok().and_then(|most| most.parse().ok()).unwrap_or(u64::MAX);
    std::thread::scope(|scope| {
        for shows in [here, false, here, false] {
            let journal = &journal;
            scope.spawn(move || {
                for number in 0..most {
                    let outcome = match shows {
                        true => show(journal, number),
                        false => journal.append(&event(number)).expect("taken").wait(),
                    };
                    match outcome {
                        Ok(done) => println!("ack {}", done.seq),
                        Err(error) => println!("lost {error}"),
                    }
                }
            });
        }
    });
    println!("health {:?}", journal.health().writing);
}

fn child_of(folder: &Path, here: bool) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    command.args(["crash::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder).stdout(Stdio::piped()).stderr(Stdio::null());
    if here {
        command.env(HERE, "1");
    }
    command
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    kills_lose_nothing(false);
}

#[test]
fn nor_anything_that_was_written_where_it_was_recorded() {
    kills_lose_nothing(true);
}

fn kills_lose_nothing(here: bool) {
    let folder = folder();
    let kills: u64 = std::env::var(KILLS).ok().and_then(|kills| kills.parse().ok()).unwrap_or(20);
    let mut acknowledged: Vec<(String, u64)> = Vec::new();
    for round in 0..kills {
        let mut child = child_of(folder.path(), here).spawn().expect("a child");
        let output = child.stdout.take().expect("its output");
        // Most moments lie in the middle of writing, the others in the middle of starting.
        let (begun, begins) = std::sync::mpsc::channel();
        let reads = std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok).inspect(|line| {
                if line.starts_with("start ") {
                    let _ = begun.send(());
                }
            });
            lines
                .filter(|line| ["start ", "ack ", "refused "].iter().any(|word| line.starts_with(word)))
                .collect::<Vec<_>>()
        });
        if round % 4 > 0 {
            begins.recv_timeout(Duration::from_secs(20)).expect("it begins");
        }
        std::thread::park_timeout(Duration::from_micros(500 + (round * 7919) % 60_000));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let lines = reads.join().expect("lines");
        assert!(!lines.iter().any(|line| line.starts_with("refused")), "{lines:?}");
        let start = lines.iter().find_map(|line| line.strip_prefix("start ")).map(str::to_owned);
        // The last line may be torn.
        let acks = lines.iter().rev().skip(1).filter_map(|line| line.strip_prefix("ack ")?.parse().ok());
        acknowledged.extend(acks.filter_map(|seq: u64| Some((start.clone()?, seq))));
        let checked = check(folder.path());
        // It may have been killed before there was anything.
        let nothing = checked.remarks.iter().all(|remark| remark.what == What::Nothing);
        assert!(checked.verdict() == Verdict::Intact || nothing, "round {round}: {checked:#?}");
    }
    drop(open(folder.path()));
    let checked = well(folder.path(), &[]);
    assert!(checked.starts > 1);
    let mut there = std::collections::HashSet::new();
    for path in files(folder.path(), "log") {
        for line in std::fs::read(&path).expect("bytes").split(|byte| *byte == b'\n') {
            if let Ok(record) = serde_json::from_slice::<serde_json::Value>(line) {
                there.insert((start_of(&path), record["seq"].as_u64().expect("a number")));
            }
        }
    }
    assert!(!acknowledged.is_empty());
    for one in &acknowledged {
        assert!(there.contains(one), "{one:?} was acknowledged and is not there");
    }
}

#[test]
fn a_full_disk_is_an_error_to_the_caller() {
    full_disk(false);
}

#[test]
fn so_it_is_to_who_writes_himself() {
    full_disk(true);
}

fn full_disk(here: bool) {
    // A file that may not grow, with the signal for it ignored: writes fail as on a full disk, in the middle of a line.
    let folder = folder();
    let exe = std::env::current_exe().expect("a path");
    let script = "trap '' XFSZ; ulimit -f 12; exec \"$0\" crash::child --exact --ignored --nocapture --test-threads=1";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(&exe).env(FOLDER, folder.path()).env("GARIM_AUDIT_MOST", "60");
    if here {
        command.env(HERE, "1");
    }
    let output = command.output().expect("a child");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let count = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    assert!(count("ack ") > 10 && count("lost ") > 0, "{text} {}", String::from_utf8_lossy(&output.stderr));
    let checked = check(folder.path());
    assert_eq!(checked.verdict(), Verdict::Intact, "{checked:#?}");
    let records: usize = files(folder.path(), "log").iter().map(|path| lines(path).len()).sum();
    assert!(records >= count("ack "), "what was acknowledged is there");
    // With room again, the journal goes on, and tells nothing that is not so.
    append(&open(folder.path()), 2);
    let checked = check(folder.path());
    assert!(checked.remarks.iter().all(|remark| matches!(remark.what, What::Lost { .. })), "{checked:#?}");
}
