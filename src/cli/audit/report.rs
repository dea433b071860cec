//! `garim audit report`: the monthly check sheet.

use super::{Args, at, folder, is_korean, roots};
use crate::audit::report::{self, Hours, Language, Month};
use crate::audit::{self, Check};
use std::io::Write;
use std::path::PathBuf;

/// How the sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page to be printed.
    Html,
    /// For a spreadsheet.
    Csv,
}

/// Which month, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    #[command(flatten)]
    journal: Args,
    /// The month, as 2026-11 / 점검할 달
    #[arg(long, value_name = "MONTH", value_parser = month)]
    month: Month,
    /// ko or en; else the language of the terminal / 언어
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// How / 형식
    #[arg(long, value_enum, default_value = "html")]
    format: Format,
    /// Office hours, Monday to Friday / 업무 시간
    #[arg(long, value_name = "FROM-TO", value_parser = hours, default_value = "09:00-18:00")]
    hours: Hours,
    /// The copy of the seals in the second place (seal_to) / 두 번째 장소의 봉인 파일
    #[arg(long, value_name = "FILE")]
    seals: Option<PathBuf>,
    /// The file to be written; else standard output / 만들 파일
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn month(word: &str) -> Result<Month, String> {
    Month::parse(word).ok_or_else(|| "expected a month, as 2026-11".to_owned())
}

fn hours(word: &str) -> Result<Hours, String> {
    Hours::parse(word).ok_or_else(|| "expected hours, as 09:00-18:00".to_owned())
}

pub(super) fn report(args: &Report) -> Result<(), String> {
    let folder = folder(&args.journal)?;
    let roots = roots(&args.journal)?;
    let language = if is_korean(args.language.as_deref())? { Language::Korean } else { Language::English };
    let checked =
        audit::verify(Check { folder: &folder, roots: &roots, seals: args.seals.as_deref(), public_keys: &[] });
    let report = report::Report::read(&folder, args.month, args.hours).map_err(at(&folder))?;
    let now = jiff::Timestamp::now().as_millisecond();
    let text = match args.format {
        Format::Html => report.html(&checked, language, now),
        Format::Csv => report.csv(&checked, language, now),
    };
    match &args.out {
        Some(path) => std::fs::write(path, text).map_err(at(path)),
        None => std::io::stdout().lock().write_all(text.as_bytes()).map_err(|error| error.to_string()),
    }
}
