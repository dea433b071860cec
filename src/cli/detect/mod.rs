//! `garim detect`: what is found in files or standard input, as a table, as JSON, or masked.

pub(super) mod input;
mod masked;
mod progress;
pub(super) mod shown;

use crate::cli::opened::{self, Looked};
use crate::cli::search::{self, Search};
use crate::inspect::{Ceilings, Content, Inspector, NotMasked};
use crate::text::charset::{self, Named};
use crate::vocab::{Confidence, Direction, Reason};
use input::{Input, Type};
use masked::Masked;
use progress::Progress;
use shown::Shown;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;

/// How the exit code is to be read, for `--help`.
pub(super) const EXIT_CODES: &str = "Exit codes: 0 nothing was found, 1 something was found or could not be inspected, 2 a file could not be read or \
     the arguments are wrong\n종료 코드: 0 찾은 것 없음, 1 찾았거나 검사하지 못한 것이 있음, 2 읽지 못했거나 인자가 틀림";

/// What is read, and how it is told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Detect {
    /// The files; standard input without any, or for - / 파일(없거나 -이면 표준 입력)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON object a line for each finding, without its value / 찾은 것마다 JSON 한 줄(값은 나오지 않음)
    #[arg(long)]
    json: bool,
    /// Write one file, a text or a document, with what was found masked / 글이나 문서 하나를 가려서 표준 출력으로
    #[arg(long, conflicts_with = "json")]
    mask: bool,
    /// Only these kinds, by English or Korean name, or groups such as @contact / 이 종류만
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    kind: Vec<String>,
    /// The least confidence: possible, probable or certain / 최소 확신도
    #[arg(long, default_value = "possible", value_parser = search::confidence)]
    confidence: Confidence,
    /// The syntax: html, json, xml, csv, text, script or form; else by the file's name and by looking / 문법
    #[arg(long = "type", value_name = "TYPE", value_parser = Type::parse)]
    syntax: Option<Type>,
    /// The charset, such as euc-kr; else what the text says or looks like / 문자 집합
    #[arg(long, value_parser = charset)]
    charset: Option<String>,
    /// A configuration whose own detectors and allowed values count too / 이 설정의 탐지기와 허용 목록도 씀
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read it as what a client sends, in every way in which a site may read it / 글쓰기로 보고 여러 방법으로 읽음
    #[arg(long)]
    upload: bool,
}

fn charset(label: &str) -> Result<String, String> {
    match charset::from_label(label.as_bytes()) {
        Some(Named::Read(_) | Named::Transcoded(_)) => Ok(label.trim().to_owned()),
        Some(Named::Unreadable) => Err("garim does not read this charset / 읽지 못하는 문자 집합입니다".to_owned()),
        None => Err("no charset is called so / 그런 문자 집합은 없습니다".to_owned()),
    }
}

/// What came of everything that was read.
#[derive(Debug, Default, Clone, Copy)]
struct Outcome {
    found: u64,
    failed: bool,
}

/// Why reading one input ended early.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{name}: {error}")]
    Input { name: String, error: io::Error },
    #[error("{name}: {reason}, so it cannot be masked / 검사하지 못해 가릴 수 없습니다")]
    Unmaskable { name: String, reason: &'static str },
    #[error("{name}: {error}, so it is not masked / 문서를 가리지 못했습니다")]
    Document { name: String, error: NotMasked },
    #[error("{0}")]
    Output(io::Error),
}

/// Reads everything. Exit code 0 when nothing was found, 1 when something was, 2 when something could not be read.
pub(super) fn detect(args: &Detect) -> ExitCode {
    let inputs = Input::all(&args.files);
    if args.mask && inputs.len() > 1 {
        complain!("garim: --mask takes one file / --mask에는 파일을 하나만 줍니다");
        return ExitCode::from(2);
    }
    opened::tell_faults_by_place();
    let mut detector = match Detector::new(args, inputs.len()) {
        Ok(detector) => detector,
        Err(error) => {
            complain!("garim: {error}");
            return ExitCode::from(2);
        }
    };
    let mut outcome = Outcome::default();
    for input in &inputs {
        match detector.read(input, &mut outcome) {
            Ok(()) => {}
            // A reader that has seen enough is no failure.
            Err(Trouble::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => break,
            Err(trouble) => {
                outcome.failed = true;
                // Nobody may be left to be told.
                let _ = writeln!(io::stderr().lock(), "garim: {trouble}");
            }
        }
    }
    if let Err(error) = detector.shown.end(outcome.found, args.mask)
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        complain!("garim: {error}");
        outcome.failed = true;
    }
    match outcome {
        Outcome { failed: true, .. } => ExitCode::from(2),
        Outcome { found: 0, .. } => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Reads inputs one after the other.
struct Detector<'a> {
    args: &'a Detect,
    search: Search,
    shown: Shown,
}

impl<'a> Detector<'a> {
    fn new(args: &'a Detect, inputs: usize) -> Result<Detector<'a>, String> {
        let search = Search::new(&args.kind, args.confidence, args.config.as_deref())?;
        Ok(Detector { args, search, shown: Shown::new(args.json, inputs > 1) })
    }

    /// Opens a file that is no text.
    fn open(&mut self, name: &str, bytes: &[u8], outcome: &mut Outcome) -> io::Result<()> {
        let (mut told, mut found) = (Ok(()), 0_u64);
        let Detector { search, shown, .. } = self;
        search.open(name, bytes, &mut |finding| {
            found = found.saturating_add(1);
            if told.is_ok() {
                told = shown.findings(name, std::slice::from_ref(&finding));
            }
        });
        outcome.found = outcome.found.saturating_add(found);
        told.and_then(|()| shown.flush())
    }

    /// Writes a document with what was found masked.
    fn mask(&self, name: String, bytes: &[u8], outcome: &mut Outcome) -> Result<(), Trouble> {
        let (masked, found) = match self.search.mask(&name, bytes) {
            Ok(done) => done,
            Err(error) => return Err(Trouble::Document { name, error }),
        };
        outcome.found = outcome.found.saturating_add(found as u64);
        let mut out = io::stdout().lock();
        out.write_all(&masked).and_then(|()| out.flush()).map_err(Trouble::Output)
    }

    /// Tells of a file that is too large to be opened.
    fn refuse(&mut self, name: &str, outcome: &mut Outcome) -> io::Result<()> {
        outcome.found = outcome.found.saturating_add(1);
        self.shown.findings_now(name, &[opened::uninspectable(Reason::TooLarge)])
    }

    fn inspector(&self, input: &Input) -> Inspector {
        let direction = if self.args.upload { Direction::Upload } else { Direction::Download };
        let of_name = || input.path().and_then(Type::of_name);
        let content_type = Type::content_type(self.args.syntax.or_else(of_name), self.args.charset.as_deref());
        let content = Content { direction, content_type, charset: None };
        Inspector::new(content, Arc::clone(&self.search.lens), Ceilings::of_parts(usize::MAX))
    }

    fn read(&mut self, input: &Input, outcome: &mut Outcome) -> Result<(), Trouble> {
        let name = input.name();
        let failed = |error| Trouble::Input { name: name.clone(), error };
        let (source, size) = input.open().map_err(failed)?;
        // Who says how a text is to be read says that it is one.
        let typed = self.args.syntax.is_some() || self.args.charset.is_some();
        let mut source = match opened::look(source, size, typed, self.search.largest).map_err(failed)? {
            Looked::File(bytes) if self.args.mask => return self.mask(name, &bytes, outcome),
            Looked::TooLarge if self.args.mask => {
                return Err(Trouble::Document { name, error: NotMasked::Unread(Reason::TooLarge) });
            }
            Looked::File(bytes) => return self.open(&name, &bytes, outcome).map_err(Trouble::Output),
            Looked::TooLarge => return self.refuse(&name, outcome).map_err(Trouble::Output),
            Looked::Text(source) => source,
        };
        let mut progress = Progress::new(&name, size);
        let mut inspector = self.inspector(input);
        let mut masked = self.args.mask.then(Masked::default);
        let (mut piece, mut found) = (vec![0; PIECE], Vec::new());
        loop {
            let length = match source.read(&mut piece) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            let bytes = piece.get(..length).unwrap_or_default();
            let settled = if length == 0 {
                inspector.find_last(&mut found);
                u64::MAX
            } else {
                inspector.find(bytes, &mut found)
            };
            found.retain(|finding| self.search.wants(finding));
            outcome.found = outcome.found.saturating_add(found.len() as u64);
            progress.advance(length, outcome.found);
            match &mut masked {
                Some(masked) => masked.write(bytes, settled, &found, &name)?,
                None => self.shown.findings_now(&name, &found).map_err(Trouble::Output)?,
            }
            found.clear();
            if length == 0 {
                return Ok(());
            }
        }
    }
}
