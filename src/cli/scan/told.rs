//! How a scan is told: rows of a table, JSON or CSV as files are done, a bar for who waits, and totals in the end.

use super::language;
use super::{Scan, detect};
use crate::config::Language;
use crate::inspect::{Lens, clean};
use crate::vocab::{Finding, What};
use detect::shown::{Shown, head, printable, told};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The files with the most findings that are named in the end.
const NAMED: usize = 10;
/// Files that are counted one by one for that.
const COUNTED: usize = 100_000;
/// Characters of the bar, and of the name behind it.
const BAR: usize = 20;
const NAME: usize = 50;
/// How often a bar is drawn.
const EVERY: Duration = Duration::from_millis(100);

/// How many files and findings there were.
#[derive(Debug, Default)]
struct Totals {
    files: usize,
    with_findings: usize,
    uninspectable: usize,
    unread: usize,
    kinds: BTreeMap<What, u64>,
    of_files: Vec<(u64, String)>,
}

/// Where it is told. Names of files are cleaned of personal data: a report is passed on.
pub(super) struct Told {
    shown: Shown,
    csv: Option<BufWriter<Stdout>>,
    silent: bool,
    language: Language,
    lens: Arc<Lens>,
    totals: Totals,
    /// When to draw next; `None` for nobody.
    next: Option<Instant>,
    drawn: bool,
}

impl Told {
    pub(super) fn new(args: &Scan, lens: &Arc<Lens>) -> Told {
        Told {
            shown: Shown::new(args.json, true),
            csv: args.csv.then(|| BufWriter::new(io::stdout())),
            silent: args.json || args.csv,
            language: language::of_locale(),
            lens: Arc::clone(lens),
            totals: Totals::default(),
            next: io::stderr().is_terminal().then(Instant::now),
            drawn: false,
        }
    }

    fn name(&self, path: &Path) -> String {
        printable(&clean(&path.to_string_lossy(), &self.lens))
    }

    /// A file or folder could not be read.
    pub(super) fn failed(&mut self, path: &Path, error: &io::Error) {
        self.totals.unread = self.totals.unread.saturating_add(1);
        self.wipe();
        // Nobody may be left to be told.
        let _ = writeln!(io::stderr().lock(), "garim: {}: {error}", self.name(path));
    }

    /// A file was read.
    pub(super) fn findings(&mut self, path: &Path, found: &[Finding]) -> io::Result<()> {
        self.totals.files = self.totals.files.saturating_add(1);
        if found.is_empty() {
            return Ok(());
        }
        let name = self.name(path);
        self.wipe();
        self.count(&name, found);
        let Some(out) = &mut self.csv else { return self.shown.findings_now(&name, found) };
        for finding in found {
            let (kind, confidence, place) = told(finding, self.language);
            line(out, [&name, &kind, confidence, &place, &finding.masked])?;
        }
        out.flush()
    }

    fn count(&mut self, name: &str, found: &[Finding]) {
        let Totals { with_findings, uninspectable, kinds, of_files, .. } = &mut self.totals;
        let values = found.iter().filter(|finding| matches!(finding.what, What::Kind(_))).count();
        *with_findings = with_findings.saturating_add(usize::from(values > 0));
        *uninspectable = uninspectable.saturating_add(usize::from(values < found.len()));
        for finding in found {
            let count = kinds.entry(finding.what).or_default();
            *count = count.saturating_add(1);
        }
        if values > 0 && of_files.len() < COUNTED {
            of_files.push((values as u64, name.to_owned()));
        }
    }

    /// So many files of all are done, and this one is next.
    pub(super) fn progress(&mut self, done: usize, all: usize, name: Option<&Path>) {
        let Some((next, name)) = self.next.zip(name) else { return };
        let now = Instant::now();
        if now >= next {
            self.next = now.checked_add(EVERY);
            self.drawn = true;
            let name: String = self.name(name).chars().take(NAME).collect();
            // A terminal that is gone needs no telling.
            let _ = write!(io::stderr().lock(), "\r\x1b[K{} {name}", bar(done, all));
        }
    }

    fn wipe(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// Totals, for people.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.wipe();
        if let Some(out) = &mut self.csv {
            return out.flush();
        }
        if self.silent {
            return self.shown.end(0, true);
        }
        let found = self.totals.kinds.values().sum();
        self.shown.end(found, false)?;
        io::stdout().lock().write_all(self.totals.in_words(self.language).as_bytes())
    }

    /// 2 when something could not be read, else 1 when something was found or could not be inspected, else 0.
    pub(super) fn code(&self) -> ExitCode {
        match &self.totals {
            Totals { unread: 1.., .. } => ExitCode::from(2),
            totals if totals.kinds.is_empty() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }

    /// Writes the head of a CSV. Spreadsheets take it for UTF-8 by its mark.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        let Some(out) = &mut self.csv else { return Ok(()) };
        let (file, kind, confidence, place, masked) = head(self.language);
        out.write_all("\u{feff}".as_bytes())?;
        line(out, [file, kind, confidence, place, masked])
    }
}

impl Totals {
    /// By kind and by file, and how many files there were.
    fn in_words(&self, language: Language) -> String {
        let (mut text, mut files) = (String::new(), self.of_files.clone());
        let mut say = |line: String| {
            text.push_str(&line);
            text.push('\n');
        };
        for (what, count) in &self.kinds {
            say(format!("  {count:>8}  {}", called(*what, language)));
        }
        files.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        if !files.is_empty() {
            say(match language {
                Language::Korean => "많이 나온 파일".to_owned(),
                Language::English => "files with the most".to_owned(),
            });
        }
        files.iter().take(NAMED).for_each(|(count, name)| say(format!("  {count:>8}  {name}")));
        let Totals { files, with_findings, uninspectable, unread, .. } = self;
        say(match language {
            Language::Korean => format!(
                "파일 {files}개: 찾은 파일 {with_findings}개, 검사하지 못한 것이 있는 파일 {uninspectable}개, 읽지 못한 것 {unread}개"
            ),
            Language::English => format!(
                "{files} files: {with_findings} with findings, {uninspectable} with what could not be inspected, {unread} could not be read"
            ),
        });
        text
    }
}

fn called(what: What, language: Language) -> String {
    match (language, what) {
        (Language::Korean, What::Kind(kind)) => kind.korean().to_owned(),
        (Language::Korean, What::Uninspectable(reason)) => format!("검사하지 못함:{}", reason.name()),
        (_, what) => what.name().to_owned(),
    }
}

fn bar(done: usize, all: usize) -> String {
    let part = |of: usize| done.saturating_mul(of).checked_div(all).unwrap_or(of).min(of);
    let full = part(BAR);
    format!("[{}{}] {:3} % {done}/{all}", "#".repeat(full), ".".repeat(BAR.saturating_sub(full)), part(100))
}

/// A record of CSV (RFC 4180 section 2).
fn line(out: &mut impl Write, fields: [&str; 5]) -> io::Result<()> {
    write!(out, "{}\r\n", fields.map(field).join(","))
}

/// A field as CSV writes it. What a spreadsheet would take for a formula gets a quote before it.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Kind, Reason};

    #[test]
    fn fields_are_quoted_and_are_no_formulas() {
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("=cmd"), "'=cmd");
        assert_eq!(field("가 ‘나’"), "가 ‘나’");
        let mut out = Vec::new();
        line(&mut out, ["a\"b", "c", "", "d", "@"]).expect("written");
        assert_eq!(out, b"\"a\"\"b\",c,,d,'@\r\n");
    }

    #[test]
    fn a_bar_fills() {
        assert_eq!(bar(0, 4), "[....................]   0 % 0/4");
        assert_eq!(bar(1, 4), "[#####...............]  25 % 1/4");
        assert_eq!(bar(4, 4), "[####################] 100 % 4/4");
        assert_eq!(bar(0, 0), "[####################] 100 % 0/0");
    }

    #[test]
    fn totals_are_told_by_kind_and_by_file_in_both_languages() {
        let kinds = [(What::Kind(Kind::MobileNumber), 3), (What::Uninspectable(Reason::Encrypted), 1)];
        let totals = Totals {
            files: 4,
            with_findings: 2,
            uninspectable: 1,
            unread: 0,
            kinds: kinds.into(),
            of_files: vec![(1, "a".into()), (2, "b".into())],
        };
        let english = "         3  mobile-number\n         1  uninspectable:encrypted\nfiles with the most\n         2  b\n         1  a\n\
             4 files: 2 with findings, 1 with what could not be inspected, 0 could not be read\n";
        assert_eq!(totals.in_words(Language::English), english);
        let korean = totals.in_words(Language::Korean);
        assert!(korean.contains("휴대전화번호") && korean.contains("검사하지 못함:encrypted"), "{korean}");
        assert!(
            korean.ends_with("파일 4개: 찾은 파일 2개, 검사하지 못한 것이 있는 파일 1개, 읽지 못한 것 0개\n"),
            "{korean}"
        );
    }
}
