//! `garim policy`: what a policy does with a request or a file, and what its rules say in plain words.

mod curl;
mod excepted;
mod explain;
mod files;
mod form;
mod judge;
mod kept;
mod lines;
mod plain;
mod request;
mod run;
mod saved;
mod told;
mod totals;

use crate::config::Language;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How the exit code of `test` is to be read, for `--help`.
const EXIT_CODES: &str = "Exit codes: 0 it would pass, 1 something would be refused, held, asked about or masked, 2 a file or the \
     arguments are wrong\n종료 코드: 0 통과함, 1 막거나 보류하거나 묻거나 가릴 것이 있음, 2 파일이나 인자가 틀림";

/// What is asked of a policy.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Policy {
    /// What a policy does with a file, a saved request or what curl would send / 파일이나 요청을 정책에 시험
    Test(Box<Test>),
    /// What a rule, or a whole policy, says in plain words / 규칙이나 정책을 쉬운 말로 설명
    Explain(Explain),
}

/// What is tried out.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Test {
    /// The configuration file / 설정 파일
    #[arg(long, value_name = "FILE", default_value = crate::cli::CONFIG)]
    config: PathBuf,
    /// The site, by one of its hosts / 사이트(호스트 이름)
    #[arg(long, value_name = "HOST")]
    site: Option<String>,
    /// The path that is asked for, with its query / 요청 주소(경로)
    #[arg(long)]
    path: Option<String>,
    /// The method; else POST where something is posted, and GET / 요청 방식
    #[arg(long)]
    method: Option<String>,
    /// A role of who asks, instead of those that address and head give / 요청하는 사람의 역할
    #[arg(long, value_name = "NAME")]
    role: Vec<String>,
    /// The address of who asks / 요청하는 사람의 주소
    #[arg(long, value_name = "IP", default_value = "192.0.2.1")]
    address: IpAddr,
    /// The files are what the site answers, not attachments / 파일을 누리집의 응답으로 봄
    #[arg(long)]
    download: bool,
    /// A field of the form / 양식의 필드
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// One JSON object instead of text / JSON으로
    #[arg(long)]
    json: bool,
    /// A raw HTTP/1.1 request, as a browser's tools or a capture save it / 저장한 HTTP 요청
    #[arg(long, value_name = "SAVED", conflicts_with_all = ["files", "field", "download"])]
    request: Option<PathBuf>,
    /// All that follows is what curl would be given / 뒤에 오는 것은 모두 curl 인자
    #[arg(long, num_args = 1.., allow_hyphen_values = true, value_name = "WORDS", conflicts_with_all = ["files", "field", "request", "download"])]
    curl: Vec<String>,
    /// Files, each posted as an attachment of a form of its own / 첨부로 올릴 파일(파일마다 한 번씩)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// What is explained.
#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The configuration file / 설정 파일
    #[arg(long, value_name = "FILE", default_value = crate::cli::CONFIG)]
    config: PathBuf,
    /// The rule, by name or number; POLICY/ alone is a whole policy / 규칙의 이름이나 번호
    #[arg(value_name = "[POLICY/]RULE")]
    rule: Option<String>,
}

/// Runs what is asked.
pub(super) fn policy(action: &Policy) -> ExitCode {
    let done = match action {
        Policy::Test(args) => match pasted(args) {
            Some(args) => run::test(&args),
            None => run::test(args),
        },
        Policy::Explain(args) => explain::explain(args).map(|()| false),
    };
    match done {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::FAILURE,
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::from(2)
        }
    }
}

/// The same where the files are what a browser copies as a command of curl's, pasted behind `--`.
fn pasted(args: &Test) -> Option<Test> {
    let is_curl = args.files.first().is_some_and(|first| first == Path::new("curl") && !first.exists());
    if !is_curl || !args.curl.is_empty() || args.request.is_some() || !args.field.is_empty() || args.download {
        return None;
    }
    let curl = args.files.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    Some(Test { curl, files: Vec::new(), ..args.clone() })
}

/// A text in one of two languages.
fn either(language: Language, english: impl Into<String>, korean: impl Into<String>) -> String {
    if language == Language::Korean { korean.into() } else { english.into() }
}
