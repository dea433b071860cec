//! `garim scan`: what personal data is in the files of folders, each opened as what it is.

mod listed;
mod told;

use super::detect::input::Type;
use super::opened::{self, Looked};
use super::search::{self, Search};
use super::{detect, language};
use crate::inspect::{Ceilings, Content, Inspector, file_name};
use crate::vocab::{Confidence, Direction, Finding, Reason};
use listed::Listed;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use told::Told;

/// Bytes of text that are read at once.
const PIECE: usize = 256 << 10;
/// The stack of a thread that opens files: structures within structures take some.
const STACK: usize = 16 << 20;
/// Files that are opened at the same time, unless somebody says so: each may take a few hundred MiB of memory.
const JOBS: usize = 4;

/// What is read, and how it is told.
#[derive(Debug, clap::Args)]
#[command(after_help = detect::EXIT_CODES)]
pub(crate) struct Scan {
    /// The folders, and files; links in them are not followed / 폴더와 파일(그 안의 링크는 따라가지 않음)
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// One JSON object a line for each finding, without its value / 찾은 것마다 JSON 한 줄(값은 나오지 않음)
    #[arg(long)]
    json: bool,
    /// Comma-separated values for a spreadsheet, a line for each finding / 찾은 것마다 CSV 한 줄(엑셀로 열 수 있음)
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Only these kinds, by English or Korean name, or groups such as @contact / 이 종류만
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    kind: Vec<String>,
    /// The least confidence: possible, probable or certain / 최소 확신도
    #[arg(long, default_value = "probable", value_parser = search::confidence)]
    confidence: Confidence,
    /// A configuration whose own detectors, allowed values and limits count too / 이 설정의 탐지기, 허용 목록, 한도도 씀
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Files that are opened at the same time; default: one a core, at most 4 / 동시에 여는 파일 수
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: Option<u8>,
}

/// What came of one file: its number in the list, and what was found.
type Came = (usize, io::Result<Vec<Finding>>);

/// Opens every file. Exit code 0 when nothing was found, 1 when something was, 2 when something could not be read.
pub(super) fn scan(args: &Scan) -> ExitCode {
    let search = match Search::new(&args.kind, args.confidence, args.config.as_deref()) {
        Ok(search) => search,
        Err(error) => {
            complain!("garim: {error}");
            return ExitCode::from(2);
        }
    };
    opened::tell_faults_by_place();
    let listed = Listed::of(&args.folders);
    let mut told = Told::new(args, &search.lens);
    listed.failed.iter().for_each(|(path, error)| told.failed(path, error));
    let done = told.begin().and_then(|()| read_all(&listed.files, args, &search, &mut told)).and_then(|()| told.end());
    if let Err(error) = done
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        complain!("garim: {error}");
        return ExitCode::from(2);
    }
    told.code()
}

/// Opens the files on several threads, and tells what is found in their order.
fn read_all(files: &[PathBuf], args: &Scan, search: &Search, told: &mut Told) -> io::Result<()> {
    let cores = || thread::available_parallelism().map_or(1, usize::from).min(JOBS);
    let jobs = args.jobs.map_or_else(cores, usize::from).min(files.len().max(1));
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (send, receive) = mpsc::sync_channel::<Came>(jobs);
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (send, next, stopped) = (send.clone(), &next, &stopped);
            let work = move || {
                while !stopped.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = files.get(number) else { return };
                    if send.send((number, read(path, search))).is_err() {
                        return;
                    }
                }
            };
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        }
        drop(send);
        let done = tell_all(files, told, receive);
        stopped.store(true, Ordering::Relaxed);
        done
    })
}

/// Tells what came, each file when all before it have come: the report of the same files is the same.
fn tell_all(files: &[PathBuf], told: &mut Told, receive: mpsc::Receiver<Came>) -> io::Result<()> {
    let (mut waiting, mut due) = (BTreeMap::new(), 0_usize);
    told.progress(due, files.len(), files.first().map(PathBuf::as_path));
    for (number, came) in receive {
        waiting.insert(number, came);
        while let Some((path, came)) = files.get(due).zip(waiting.remove(&due)) {
            due = due.saturating_add(1);
            match came {
                Err(error) => told.failed(path, &error),
                Ok(found) => told.findings(path, &found)?,
            }
            told.progress(due, files.len(), files.get(due).map(PathBuf::as_path));
        }
    }
    Ok(())
}

/// What is found in one file, and in its name.
fn read(path: &Path, search: &Search) -> io::Result<Vec<Finding>> {
    let name = path.to_string_lossy();
    let mut found = Vec::new();
    search.contained(&mut |finding| found.push(finding), |each| {
        file_name(&opened::named(&name, 0), &search.lens, &mut |finding| {
            if search.wants(&finding) {
                each(finding);
            }
        });
    });
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    match opened::look(Box::new(file), Some(size), false, search.largest)? {
        Looked::File(bytes) => search.open(&name, &bytes, &mut |finding| found.push(finding)),
        Looked::TooLarge => found.push(opened::uninspectable(Reason::TooLarge)),
        Looked::Text(source) => {
            let mut read = Ok(());
            search.contained(&mut |finding| found.push(finding), |each| read = text(path, source, search, each));
            read?;
        }
    }
    Ok(found)
}

/// What is found in a text of any length, up to a number that no report needs.
fn text(path: &Path, source: Box<dyn Read>, search: &Search, each: &mut dyn FnMut(Finding)) -> io::Result<()> {
    let content_type = Type::content_type(Type::of_name(path), None);
    let content = Content { direction: Direction::Download, content_type, charset: None };
    let mut inspector = Inspector::new(content, Arc::clone(&search.lens), Ceilings::of_parts(usize::MAX));
    let (mut source, mut piece, mut told) = (source, vec![0; PIECE], 0_usize);
    loop {
        let length = match source.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            length => length?,
        };
        let mut found = Vec::new();
        match length {
            0 => inspector.find_last(&mut found),
            _ => drop(inspector.find(piece.get(..length).unwrap_or_default(), &mut found)),
        }
        found.retain(|finding| search.wants(finding));
        told = told.saturating_add(found.len());
        found.into_iter().for_each(&mut *each);
        if told >= opened::MOST {
            each(opened::uninspectable(Reason::TooLarge));
            return Ok(());
        }
        if length == 0 {
            return Ok(());
        }
    }
}
