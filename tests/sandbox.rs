//! Workers as they are met from outside: the built program, real processes, and what becomes of them.

use bytes::Bytes;
use garim::extract::Limits;
use garim::sandbox::protocol::{ANSWERS, FromWorker};
use garim::sandbox::{Answer, Held, Job, Landlock, Masking, Opened, Pieces, Pool, Refusal, Settings, Start, Whole};
use garim::vocab::{Confidence, Day, Kind, Reason};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::sleep;

/// The program. It must have come up and answered within this time even on a machine with much else to do.
const PROGRAM: &str = env!("CARGO_BIN_EXE_garim");
const PATIENCE: Duration = Duration::from_secs(60);
const MEMORY: u64 = 512 << 20;

fn start() -> Start {
    Start { today: Day { year: 2026, month: 11, day: 26 }, hosts: vec!["board.example".to_owned()], patterns: vec![] }
}

fn settings() -> Settings {
    Settings {
        program: PathBuf::from(PROGRAM),
        workers: 1,
        memory: MEMORY,
        soft: PATIENCE,
        hard: PATIENCE,
        jobs_per_worker: 100,
        start: start(),
    }
}

fn pool(settings: Settings) -> Arc<Pool> {
    Arc::new(Pool::new(settings).expect("a pool"))
}

fn job(name: &str, length: usize) -> Job {
    Job { name: name.to_owned(), limits: Limits::default(), length: length as u64 }
}

/// Has bytes opened that bear no format's mark and are no text.
async fn opened(pool: &Pool, length: usize) -> Opened {
    pool.open(&job("a.dat", length), Whole(Bytes::from(vec![0; length]))).await.expect("its bytes")
}

/// What is told of them.
fn unknown() -> Opened {
    let steps = Vec::new();
    Opened { answers: vec![Answer::Unreadable { steps, reason: Reason::UnknownFormat }], ended: Ok(()) }
}

fn ended(reason: Reason) -> Opened {
    Opened { answers: vec![], ended: Err(reason) }
}

/// A file whose first half comes at once, and the second when it is let go.
struct Halting {
    halves: Vec<Bytes>,
    given: Arc<Notify>,
    go: Arc<Notify>,
}

impl Halting {
    const LENGTH: usize = 200;

    fn new() -> (Halting, Arc<Notify>, Arc<Notify>) {
        let (given, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let halves = vec![Bytes::from_static(&[0; 100]), Bytes::from_static(&[0; 100])];
        (Halting { halves, given: Arc::clone(&given), go: Arc::clone(&go) }, given, go)
    }
}

impl Pieces for Halting {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.halves.len() == 1 {
            self.given.notify_one();
            self.go.notified().await;
        }
        Ok(self.halves.pop())
    }
}

/// The fields of `/proc/PID/stat` behind the name: the state, the parent, …; `None` when there is no such process.
fn stat(pid: i32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// Whether it runs: neither gone nor only waiting to be reaped.
fn runs(pid: i32) -> bool {
    stat(pid).is_some_and(|fields| !matches!(fields[0].as_str(), "Z" | "X"))
}

/// The processes with this parent that have one file of a pool's own: a memory limit that no other test has.
fn workers(parent: u32, memory: u64) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").expect("proc").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let said = format!("worker\0--memory\0{memory}\0");
    pids.filter(|pid| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        runs(*pid)
            && String::from_utf8_lossy(&line).ends_with(&said)
            && stat(*pid).is_some_and(|f| f[1] == parent.to_string())
    })
    .collect()
}

fn own_workers(memory: u64) -> Vec<i32> {
    workers(std::process::id(), memory)
}

fn signal(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).expect("a pid"), signal).expect("a signal");
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn files_come_back_from_one_worker_until_it_is_replaced() {
    let memory = MEMORY + 1;
    let pool = pool(Settings { memory, jobs_per_worker: 3, ..settings() });
    let held: Held = pool.try_out().await.expect("a worker");
    assert_eq!(held.memory, memory);
    println!("{held:?}");
    assert!(held.resources && held.no_new_privileges && held.system_calls, "{held:?}");
    let first = own_workers(memory);
    assert_eq!(first.len(), 1);
    for length in [1, 64 << 10, 3_000_000] {
        assert_eq!(own_workers(memory), first);
        assert_eq!(opened(&pool, length).await, unknown(), "{length}");
    }
    until("a worker that has served is gone", || own_workers(memory).is_empty()).await;
    assert_eq!(opened(&pool, 5).await, unknown());
    pool.renew(&Start { hosts: vec![], ..start() }).expect("another start");
    assert_eq!(opened(&pool, 5).await, unknown());
    // A file without a byte has no mark, and is text.
    assert_eq!(opened(&pool, 0).await, Opened { answers: vec![], ended: Ok(()) });
    drop(pool);
    until("a pool that is dropped leaves nobody", || own_workers(memory).is_empty()).await;
}

#[tokio::test]
async fn a_worker_can_open_nothing_and_start_nothing() {
    let memory = MEMORY + 2;
    let pool = pool(Settings { memory, ..settings() });
    pool.try_out().await.expect("a worker");
    let pid = own_workers(memory)[0];
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("its status");
    let says = |field: &str| status.lines().find_map(|line| line.strip_prefix(field)).map(str::trim);
    assert_eq!(says("NoNewPrivs:"), Some("1"));
    assert_eq!(says("Seccomp:"), Some("2"), "a filter");
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).expect("its limits");
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).expect("a limit");
        line.split_whitespace().take(2).map(|most| most.parse().expect("a number")).collect::<Vec<u64>>()
    };
    assert_eq!(limit("Max address space"), [memory, memory]);
    assert_eq!(limit("Max open files"), [3, 3]);
    assert_eq!(limit("Max file size"), [0, 0]);
    assert_eq!(limit("Max core file size"), [0, 0]);
    assert_eq!(limit("Max processes"), [0, 0]);
    assert_eq!(
        std::fs::read(format!("/proc/{pid}/environ")).expect("its environment"),
        b"MIMALLOC_ARENA_RESERVE=16384\0"
    );
    // What the allocator has mapped before the limit held is not much.
    let mapped: u64 =
        says("VmSize:").and_then(|size| size.strip_suffix(" kB")).expect("a size").parse().expect("a number");
    assert!(mapped < 256 << 10, "{mapped} KiB");
}

#[tokio::test]
async fn a_worker_that_is_killed_while_it_works_is_replaced() {
    let memory = MEMORY + 3;
    let pool = pool(Settings { memory, ..settings() });
    let (pieces, given, go) = Halting::new();
    let working = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.open(&job("a.dat", Halting::LENGTH), pieces).await })
    };
    given.notified().await;
    let pid = own_workers(memory)[0];
    signal(pid, Signal::KILL);
    until("it dies", || !runs(pid)).await;
    go.notify_one();
    assert_eq!(working.await.expect("a task").expect("its bytes"), ended(Reason::WorkerDied));
    assert_eq!(opened(&pool, 5).await, unknown());
    let another = own_workers(memory);
    assert!(another.len() == 1 && another != [pid], "{pid} {another:?}");

    // One that dies while it waits is nobody's loss.
    signal(another[0], Signal::KILL);
    until("it dies", || !runs(another[0])).await;
    assert_eq!(opened(&pool, 5).await, unknown());
}

#[tokio::test]
async fn a_worker_that_hangs_is_killed_in_time() {
    let memory = MEMORY + 4;
    let pool = pool(Settings { memory, hard: Duration::from_secs(2), ..settings() });
    pool.try_out().await.expect("a worker");
    let pid = own_workers(memory)[0];
    signal(pid, Signal::STOP);
    let began = Instant::now();
    assert_eq!(opened(&pool, 5).await, ended(Reason::OutOfTime));
    assert!(began.elapsed() < Duration::from_secs(20));
    until("it is killed", || !runs(pid)).await;
    assert_eq!(opened(&pool, 5).await, unknown());
}

#[tokio::test]
async fn a_file_waits_for_a_worker_no_longer_than_its_time() {
    let memory = MEMORY + 5;
    let pool = pool(Settings { memory, hard: Duration::from_secs(3), ..settings() });
    let (pieces, given, _go) = Halting::new();
    let working = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.open(&job("a.dat", Halting::LENGTH), pieces).await })
    };
    given.notified().await;
    // The other is late by its own file's bytes; who waits meanwhile gets the place it leaves, or is out of time.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(own_workers(memory).len(), 1);
    assert_eq!(opened(&pool, 5).await, unknown());
    assert_eq!(working.await.expect("a task").expect("its bytes"), ended(Reason::OutOfTime));
}

#[tokio::test]
async fn who_goes_away_takes_the_worker_along() {
    let memory = MEMORY + 6;
    let pool = pool(Settings { memory, ..settings() });
    let (pieces, given, _go) = Halting::new();
    let working = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.open(&job("a.dat", Halting::LENGTH), pieces).await })
    };
    given.notified().await;
    let pid = own_workers(memory)[0];
    working.abort();
    until("it is killed", || !runs(pid)).await;
    assert_eq!(opened(&pool, 5).await, unknown());
}

#[tokio::test]
async fn a_file_that_is_not_as_long_as_it_was_said_to_be_is_an_error() {
    let pool = pool(settings());
    for said in [4, 6] {
        let error = pool.open(&job("a.dat", said), Whole(Bytes::from_static(&[0; 5]))).await.expect_err("an error");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert_eq!(opened(&pool, 5).await, unknown());
    }
}

/// A real file beyond its memory: only the worker dies.
#[tokio::test]
async fn a_worker_dies_alone_of_what_it_has_no_memory_for() {
    const LARGE: usize = 300 << 20;
    let memory = (240 << 20) + 7;
    let pool = pool(Settings { memory, ..settings() });
    assert_eq!(opened(&pool, 5).await, unknown());
    assert_eq!(opened(&pool, LARGE).await, ended(Reason::WorkerDied));
    assert_eq!(opened(&pool, 1 << 20).await, unknown());
    // It is its memory that it dies of.
    let roomy = Settings { memory: MEMORY * 2, ..settings() };
    let pieces = Whole(Bytes::from(vec![0; LARGE]));
    let opened = Pool::new(roomy).expect("a pool").open(&job("a.dat", LARGE), pieces).await.expect("its bytes");
    let answers = vec![Answer::Unreadable { steps: Vec::new(), reason: Reason::TooLarge }];
    assert_eq!(opened, Opened { answers, ended: Ok(()) });
}

/// Makes a script. Another process writes it: a file that is open for writing cannot be run, and the children of other
/// tests hold for a moment what this one has open.
fn write_program(path: &Path, script: &str) {
    let mut install = Command::new("install");
    install.args(["-m", "755", "/dev/stdin"]).arg(path).stdin(Stdio::piped());
    let mut child = install.spawn().expect("install");
    write!(child.stdin.take().expect("its input"), "#!/bin/sh\n{script}\n").expect("written");
    assert!(child.wait().expect("its end").success());
}

#[tokio::test]
async fn what_a_stranger_writes_is_no_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, script) in [
        ("silent", "exit 0"),
        ("garbage", "echo this is no frame; exec sleep 60"),
        ("endless", "while :; do echo AAAAAAAAAAAAAAAA; done"),
    ] {
        let program = folder.path().join(name);
        write_program(&program, script);
        let pool = pool(Settings { program, ..settings() });
        assert_eq!(opened(&pool, 5).await, ended(Reason::WorkerDied), "{name}");
    }
    let pool = pool(Settings { program: folder.path().join("missing"), ..settings() });
    assert_eq!(opened(&pool, 5).await, ended(Reason::WorkerDied));
    pool.try_out().await.expect_err("no program");
}

/// One that speaks well until it does not.
#[tokio::test]
async fn a_worker_that_says_what_it_should_not_is_killed() {
    let held = Held {
        memory: MEMORY,
        resources: true,
        no_new_privileges: true,
        landlock: Landlock::Fully,
        system_calls: true,
    };
    let hello = FromWorker::Hello(held);
    let answer = FromWorker::Answer(unknown().answers.remove(0));
    let (ready, done) = (FromWorker::Ready, FromWorker::Done);
    let rewritten = FromWorker::Rewritten(Bytes::from_static(b"a document"));
    let folder = tempfile::tempdir().expect("a folder");
    // What it says, how many answers count, and how it ends.
    let cases = [
        (vec![&hello, &ready, &answer, &done], 1, Ok(())),
        (vec![&hello, &ready, &done, &answer], 0, Err(Reason::WorkerDied)),
        (vec![&hello, &ready, &answer, &hello], 1, Err(Reason::WorkerDied)),
        (vec![&hello, &ready, &answer, &ready], 1, Err(Reason::WorkerDied)),
        (vec![&hello, &ready, &rewritten, &done], 0, Err(Reason::WorkerDied)),
        (vec![&hello, &answer, &done], 0, Err(Reason::WorkerDied)),
        (vec![&ready, &answer, &done], 0, Err(Reason::WorkerDied)),
        ([vec![&hello, &ready], vec![&answer; ANSWERS + 1]].concat(), ANSWERS, Err(Reason::WorkerDied)),
    ];
    for (number, (said, answers, ended)) in cases.into_iter().enumerate() {
        let (words, program) = (folder.path().join(format!("{number}.frames")), folder.path().join(number.to_string()));
        let mut frames = Vec::new();
        said.iter().for_each(|one| one.encode(&mut frames).expect("a frame"));
        std::fs::write(&words, frames).expect("written");
        write_program(&program, &format!("cat {}; exec cat > /dev/null", words.display()));
        let pool = pool(Settings { program, ..settings() });
        let opened = opened(&pool, 5).await;
        assert_eq!((opened.answers.len(), opened.ended), (answers, ended), "{number}");
        // None of them gives a document.
        let asked = pool.mask(&masking(5), Whole(Bytes::from_static(&[0; 5]))).await.expect("its bytes");
        assert!(asked.is_err() || number == 4, "{number}: {asked:?}");
    }
}

/// The memory by which the workers of the parent that vanishes are known.
const VANISHING: u64 = MEMORY + 8;

/// Run by the test below in a process of its own: a parent whose worker has half a file.
#[tokio::test]
#[ignore = "it waits to be killed"]
async fn a_parent_that_waits_to_be_killed() {
    let pool = pool(Settings { memory: VANISHING, ..settings() });
    let (pieces, given, _go) = Halting::new();
    let working = tokio::spawn(async move { pool.open(&job("a.dat", Halting::LENGTH), pieces).await });
    given.notified().await;
    println!("\nready");
    working.await.expect("a task").expect("its bytes");
}

#[tokio::test]
async fn a_parent_that_vanishes_leaves_no_child() {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--ignored", "--exact", "--nocapture", "a_parent_that_waits_to_be_killed"]);
    let mut parent = command.stdout(Stdio::piped()).spawn().expect("a parent");
    let mut said = io::BufReader::new(parent.stdout.take().expect("its output"));
    let mut line = String::new();
    while line.trim() != "ready" {
        line.clear();
        assert_ne!(io::BufRead::read_line(&mut said, &mut line).expect("a line"), 0, "it ended");
    }
    let children = workers(parent.id(), VANISHING);
    assert_eq!(children.len(), 1);
    assert!(runs(children[0]));
    parent.kill().expect("killed");
    parent.wait().expect("its end");
    until("its child ends too", || !runs(children[0])).await;
}

/// A worker without a pool, started as a pool does.
fn bare() -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["worker", "--memory", &MEMORY.to_string()]).env_clear().env("MIMALLOC_ARENA_RESERVE", "16384");
    command
}

/// Even one that would never look at its input again: somebody else holds its input open, and nobody reads its output.
#[tokio::test]
async fn a_worker_ends_when_nobody_reads_what_it_says() {
    let mut command = bare();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker");
    let input = child.stdin.take();
    let mut output = child.stdout.take().expect("its output");
    let mut first = [0];
    output.read_exact(&mut first).expect("its first word");
    assert!(child.try_wait().expect("its state").is_none(), "it lives as long as somebody reads");
    drop(output);
    until("it ends", || child.try_wait().expect("its state").is_some()).await;
    drop(input);
}

/// It says what is wrong, and does not serve.
#[test]
fn a_worker_that_is_told_nonsense_ends() {
    let mut command = bare();
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a worker");
    child.stdin.take().expect("its input").write_all(b"nonsense, not a frame").expect("written");
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("a frame is too long"), "{output:?}");
}

/// A document of these paragraphs, as an archive without compression, and without sums: nobody here looks at them.
fn document(text: &str) -> Vec<u8> {
    let parts = [("[Content_Types].xml", "<Types/>".to_owned()), ("word/document.xml", text.to_owned())];
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in &parts {
        let at = out.len() as u32;
        let sizes =
            [0_u32.to_le_bytes(), (text.len() as u32).to_le_bytes(), (text.len() as u32).to_le_bytes()].concat();
        let head = [[20, 0].as_slice(), &[0; 8], &sizes, &(name.len() as u16).to_le_bytes(), &[0, 0]].concat();
        out.extend([b"PK\x03\x04".as_slice(), &head, name.as_bytes(), text.as_bytes()].concat());
        let record = [b"PK\x01\x02\x14\0".as_slice(), &head, &[0; 10], &at.to_le_bytes(), name.as_bytes()].concat();
        directory.extend(record);
    }
    let (at, size) = ((out.len() as u32).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0\x02\0\x02\0".as_slice(), &size, &at, &[0, 0]].concat());
    out
}

fn masking(length: usize) -> Masking {
    let wanted =
        vec![(Kind::ResidentRegistrationNumber, Confidence::Certain), (Kind::MobileNumber, Confidence::Certain)];
    Masking { job: job("a.docx", length), wanted, spared: Default::default() }
}

#[tokio::test]
async fn a_document_is_masked_by_one_worker_and_opened_by_another() {
    let memory = MEMORY + 9;
    let pool = pool(Settings { memory, ..settings() });
    pool.try_out().await.expect("a worker");
    let first = own_workers(memory);
    let text =
        "<w:document><w:p><w:r><w:t>주민등록번호 900101</w:t></w:r><w:r><w:t>-1234568</w:t></w:r></w:p></w:document>";
    let bytes = document(text);
    let found = pool.open(&job("a.docx", bytes.len()), Whole(bytes.clone().into())).await.expect("its bytes");
    let [Answer::Found(number)] = found.answers.as_slice() else { panic!("{found:?}") };
    let masked =
        pool.mask(&masking(bytes.len()), Whole(bytes.clone().into())).await.expect("its bytes").expect("masked");
    assert_eq!(masked.opened, Opened { answers: vec![], ended: Ok(()) });
    assert_ne!(masked.bytes, bytes);
    let second = own_workers(memory);
    assert!(second.len() == 1 && second != first, "{first:?} {second:?}");

    // What is spared stays, and is found by the other.
    let spared = Masking { spared: [number.value.clone()].into(), ..masking(bytes.len()) };
    let same = pool.mask(&spared, Whole(bytes.clone().into())).await.expect("its bytes").expect("nothing to mask");
    assert_eq!((same.bytes.as_ref(), &same.opened), (bytes.as_slice(), &found));
}

#[tokio::test]
async fn a_document_that_cannot_be_masked_is_refused() {
    let pool = pool(settings());
    let text = Bytes::from_static("주민등록번호 900101-1234568".as_bytes());
    let refused = pool.mask(&masking(text.len()), Whole(text)).await.expect("its bytes");
    assert_eq!(refused, Err(Refusal::NotADocument));
    let late = Pool::new(Settings { soft: Duration::ZERO, ..settings() }).expect("a pool");
    let bytes = document("<w:document/>");
    let refused = late.mask(&masking(bytes.len()), Whole(bytes.into())).await.expect("its bytes");
    assert_eq!(refused, Err(Refusal::Unread(Reason::OutOfTime)));
}
