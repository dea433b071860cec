//! `garim scan`: what personal data is in the files of a folder, each opened as what it is.

use super::detect::shown::Shown;
use super::detect::{self, opened};
use crate::config::{self, Language};
use crate::inspect::{Beyond, Lens};
use crate::policy::Find;
use crate::vocab::{Confidence, Finding, What};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

/// Files that are looked at, at most.
const MOST_FILES: usize = 1_000_000;
/// Folders within folders.
const DEEPEST: usize = 64;

/// What is read, and how it is told.
#[derive(Debug, clap::Args)]
#[command(after_help = detect::EXIT_CODES)]
pub(crate) struct Scan {
    /// The folders, and files / 폴더와 파일
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// One JSON object a line for each finding, without its value / 찾은 것마다 JSON 한 줄(값은 나오지 않음)
    #[arg(long)]
    json: bool,
    /// Comma-separated values, a line for each finding / 찾은 것마다 CSV 한 줄
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Only these kinds, by English or Korean name, or groups such as @contact / 이 종류만
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    kind: Vec<String>,
    /// The least confidence: possible, probable or certain / 최소 확신도
    #[arg(long, default_value = "probable", value_parser = detect::confidence)]
    confidence: Confidence,
    /// A configuration whose own detectors and allowed values count too / 이 설정의 탐지기와 허용 목록도 씀
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Files that are opened at the same time; default: as many as there are cores / 동시에 여는 파일 수
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: Option<u8>,
}

/// What came of one file.
type Came = (usize, io::Result<Vec<Finding>>);

/// How many files and findings there were.
#[derive(Debug, Default)]
struct Totals {
    files: usize,
    with_findings: usize,
    unread: usize,
    found: BTreeMap<&'static str, u64>,
}

/// Opens every file. Exit code 0 when nothing was found, 1 when something was, 2 when something could not be read.
pub(super) fn scan(args: &Scan) -> ExitCode {
    let (lens, wanted) = match lens(args) {
        Ok(both) => both,
        Err(error) => {
            eprintln!("garim: {error}");
            return ExitCode::from(2);
        }
    };
    let mut listed = Listed::default();
    args.folders.iter().for_each(|folder| listed.add(folder, 0, true));
    for (path, error) in &listed.failed {
        eprintln!("garim: {}: {error}", path.display());
    }
    let mut shown = Told::new(args);
    let mut totals = Totals { unread: listed.failed.len(), ..Totals::default() };
    if let Err(error) = read_all(&listed.files, args, &lens, wanted, &mut shown, &mut totals)
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("garim: {error}");
        return ExitCode::from(2);
    }
    match totals {
        Totals { unread: 1.., .. } => ExitCode::from(2),
        Totals { with_findings: 0, .. } => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn lens(args: &Scan) -> Result<(Arc<Lens>, Option<Find>), String> {
    let today = config::today();
    let beyond = args.config.as_deref().map(|config| detect::beyond(config, today)).transpose()?.unwrap_or_default();
    let kinds = args.kind.iter().map(|word| detect::kinds(word)).collect::<Result<Vec<Find>, String>>()?;
    let lens = Lens { today, hosts: Arc::new([]), seal: None, beyond: Beyond { stars: true, ..beyond } };
    Ok((Arc::new(lens), kinds.into_iter().reduce(Find::and)))
}

/// The files to be opened, in the order of their names.
#[derive(Debug, Default)]
struct Listed {
    files: Vec<PathBuf>,
    failed: Vec<(PathBuf, io::Error)>,
}

impl Listed {
    /// Adds a file, or those of a folder. A link is followed only where somebody has named it.
    fn add(&mut self, path: &Path, depth: usize, named: bool) {
        let data = if named { fs::metadata(path) } else { fs::symlink_metadata(path) };
        match data {
            Err(error) => self.failed.push((path.to_owned(), error)),
            Ok(data) if data.is_file() && self.files.len() < MOST_FILES => self.files.push(path.to_owned()),
            Ok(data) if data.is_file() => self.failed.push((path.to_owned(), io::Error::other("too many files"))),
            Ok(data) if data.is_dir() && depth >= DEEPEST => {
                self.failed.push((path.to_owned(), io::Error::other("too many folders within folders")));
            }
            Ok(data) if data.is_dir() => match fs::read_dir(path) {
                Err(error) => self.failed.push((path.to_owned(), error)),
                Ok(entries) => {
                    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                    paths.sort();
                    paths.iter().for_each(|path| self.add(path, depth + 1, false));
                }
            },
            // Links, sockets, devices.
            Ok(_) => {}
        }
    }
}

/// Opens the files on several threads, and tells what is found in their order.
fn read_all(
    files: &[PathBuf],
    args: &Scan,
    lens: &Arc<Lens>,
    wanted: Option<Find>,
    told: &mut Told,
    totals: &mut Totals,
) -> io::Result<()> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let jobs = args.jobs.map_or_else(cores, usize::from).min(files.len().max(1));
    let (next, stopped) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (send, receive) = mpsc::sync_channel::<Came>(4 * jobs);
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (send, next, stopped) = (send.clone(), &next, &stopped);
            scope.spawn(move || {
                while stopped.load(Ordering::Relaxed) == 0 {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = files.get(number) else { return };
                    if send.send((number, read(path, lens))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let done = tell_all(files, args, wanted, told, totals, receive);
        stopped.store(1, Ordering::Relaxed);
        done
    })?;
    told.end(totals)
}

fn read(path: &Path, lens: &Arc<Lens>) -> io::Result<Vec<Finding>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(opened::LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(opened::open(&path.to_string_lossy(), &bytes, lens))
}

/// Tells what came, each file when all before it have come.
fn tell_all(
    files: &[PathBuf],
    args: &Scan,
    wanted: Option<Find>,
    told: &mut Told,
    totals: &mut Totals,
    receive: mpsc::Receiver<Came>,
) -> io::Result<()> {
    let (mut waiting, mut due) = (BTreeMap::new(), 0);
    for (number, came) in receive {
        waiting.insert(number, came);
        while let Some((path, came)) = files.get(due).zip(waiting.remove(&due)) {
            due += 1;
            totals.files = due;
            let name = path.display().to_string();
            match came {
                Err(error) => {
                    totals.unread += 1;
                    eprintln!("garim: {name}: {error}");
                }
                Ok(mut found) => {
                    found.retain(|finding| wants(finding, wanted, args.confidence));
                    totals.with_findings += usize::from(!found.is_empty());
                    found.iter().for_each(|finding| *totals.found.entry(finding.what.name()).or_default() += 1);
                    told.findings(&name, &found)?;
                }
            }
            told.progress(due, files.len(), &name);
        }
    }
    Ok(())
}

/// What could not be inspected is always told: a filter must not make it look clean.
fn wants(finding: &Finding, wanted: Option<Find>, least: Confidence) -> bool {
    let kind = match finding.what {
        What::Uninspectable(_) => true,
        what => wanted.is_none_or(|wanted| wanted.contains(what)),
    };
    kind && finding.confidence >= least
}

/// Where it is told.
struct Told {
    shown: Shown,
    csv: bool,
    silent: bool,
    /// Whether somebody waits at a terminal.
    watched: bool,
}

impl Told {
    fn new(args: &Scan) -> Told {
        let watched = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Told { shown: Shown::new(args.json, true), csv: args.csv, silent: args.json || args.csv, watched }
    }

    fn findings(&mut self, name: &str, found: &[Finding]) -> io::Result<()> {
        if !self.csv {
            return self.shown.findings(name, found);
        }
        let mut out = io::stdout().lock();
        for finding in found {
            let cells = [
                name.to_owned(),
                finding.place.to_string(),
                finding.what.name().to_owned(),
                finding.confidence.name().to_owned(),
                finding.masked.clone(),
            ];
            writeln!(out, "{}", cells.map(|cell| quoted(&cell)).join(","))?;
        }
        Ok(())
    }

    fn progress(&self, done: usize, all: usize, name: &str) {
        if self.watched {
            let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100);
            let short: String = name.chars().filter(|char| !char.is_control()).take(60).collect();
            // A terminal that is gone needs no telling.
            let _ = write!(io::stderr().lock(), "\r\x1b[K{percent:3} % ({done} / {all}) {short}");
        }
    }

    /// Totals by kind, for people.
    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        if self.watched {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
        if self.silent {
            return self.shown.end(0, true);
        }
        let found: u64 = totals.found.values().sum();
        self.shown.end(found, false)?;
        let mut out = io::stdout().lock();
        for (name, count) in &totals.found {
            writeln!(out, "  {count:>8}  {name}")?;
        }
        match super::language::of_locale() {
            Language::Korean => writeln!(out, "파일 {}개, 찾은 파일 {}개", totals.files, totals.with_findings),
            Language::English => writeln!(out, "{} files, {} with findings", totals.files, totals.with_findings),
        }
    }
}

/// A field as CSV writes it (RFC 4180 section 2). What a spreadsheet would take for a formula gets a quote before it.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_are_no_formulas() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("=cmd"), "'=cmd");
        assert_eq!(quoted("가 ‘나’"), "가 ‘나’");
    }
}
