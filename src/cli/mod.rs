//! The command line: one file a subcommand.

#[macro_use]
mod said;

mod alert;
mod ask;
mod audit;
pub mod check;
mod demo;
mod desk;
mod detect;
mod exceptions;
mod hash;
mod holds;
mod incidents;
mod key;
mod language;
mod opened;
mod place;
mod policy;
mod reload;
mod run;
mod scan;
mod search;
mod signing;
mod user;
mod worker;
mod wrong;

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Where the configuration is looked for when nothing else is said.
const CONFIG: &str = "/etc/garim/garim.toml";

/// garim (가림): a filtering reverse proxy that keeps personal data off a web site.
#[derive(Debug, Parser)]
#[command(name = "garim", version, about, long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start garim with a demo board behind it, to try it out / 데모 게시판과 함께 시작
    Demo(Demo),
    /// Start garim in front of your sites / 누리집 앞에서 시작
    Run {
        /// The configuration file / 설정 파일
        #[arg(long, default_value = CONFIG)]
        config: PathBuf,
    },
    /// Check a configuration and tell every mistake in it / 설정 검사
    Check {
        /// The configuration file / 설정 파일
        #[arg(long, default_value = CONFIG)]
        config: PathBuf,
    },
    /// Tell what personal data is in files or standard input / 파일이나 표준 입력에서 개인정보 찾기
    Detect(detect::Detect),
    /// Tell what personal data is in the files of a folder, documents and archives among them / 폴더의 파일에서 개인정보 찾기
    Scan(scan::Scan),
    /// The keyed hash of a value, for an allow list / 허용 목록에 적을 값의 해시
    Hash(hash::Hash),
    /// Make or change the keys of sealed references / 참조값 열쇠 만들기와 바꾸기
    Key {
        #[command(subcommand)]
        action: Key,
    },
    /// The audit journal: check it, read it, report on it / 감사 기록: 점검, 보기, 보고
    Audit {
        #[command(subcommand)]
        action: audit::Audit,
    },
    /// Who is told when something happens / 알림
    Alert {
        #[command(subcommand)]
        action: alert::Alert,
    },
    /// What went through and may have to be reported within 72 hours / 신고를 검토할 건
    Incidents {
        #[command(subcommand)]
        action: incidents::Incidents,
    },
    /// Posts that wait for approval / 승인을 기다리는 글
    Holds {
        #[command(subcommand)]
        action: holds::Holds,
    },
    /// What of the policy is let be at a site until a day / 정책의 기한부 예외
    Exceptions {
        #[command(subcommand)]
        action: exceptions::Exceptions,
    },
    /// Try a policy out on a file or a request, or have it explained / 정책 시험과 설명
    Policy {
        #[command(subcommand)]
        action: policy::Policy,
    },
    /// The accounts of garim's console / 관리 화면의 계정
    User {
        #[command(subcommand)]
        action: user::User,
    },
    /// Have the running garim take its configuration anew / 실행 중인 garim에 설정 다시 적용
    Reload {
        /// The configuration file it was started with / 설정 파일
        #[arg(long, default_value = CONFIG)]
        config: PathBuf,
    },
    /// Open files for a running garim, which starts it; nobody else does
    #[command(hide = true)]
    Worker(worker::Worker),
}

/// What is done to a key file.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key file, for `[state] key_file` / 열쇠 파일 만들기
    New {
        /// The file to be made / 만들 파일
        file: PathBuf,
    },
    /// Go on to the next key; the old ones still open / 다음 열쇠로 바꾸기(이전 열쇠로도 열림)
    Rotate {
        /// The key file / 열쇠 파일
        file: PathBuf,
        /// The configuration file; the keys of holds in its store are wrapped anew / 설정 파일(보류한 글의 열쇠도 바꿈)
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Wrap the keys of holds anew under the first key; then older ones can be removed / 보류한 글의 열쇠를 첫 열쇠로 다시 감싸기
    Rewrap {
        /// The key file / 열쇠 파일
        file: PathBuf,
        /// The configuration file / 설정 파일
        #[arg(long, value_name = "FILE", default_value = CONFIG)]
        config: PathBuf,
    },
}

/// Where the demo listens.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// The board behind garim, over TLS / garim을 거친 게시판(HTTPS)
    #[arg(long, default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// The board itself / 게시판 자체
    #[arg(long, default_value = "127.0.0.1:8080")]
    board: SocketAddr,
    /// /metrics, /livez, /readyz
    #[arg(long, default_value = "127.0.0.1:9090")]
    operations: SocketAddr,
}

/// Runs the command that the arguments name. Exit codes: 0 done, 1 refused or failed, 2 the arguments are wrong; those of
/// `garim detect`, `garim policy test` and `garim audit verify` are in their help.
pub fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => return wrong::told(&error),
    };
    let code = match command {
        Command::Demo(demo) => demo::demo(&demo),
        Command::Run { config } => run::run(&config),
        Command::Check { config } => check::check(&config),
        Command::Detect(args) => detect::detect(&args),
        Command::Scan(args) => scan::scan(&args),
        Command::Hash(args) => hash::hash(&args),
        Command::Key { action } => key::key(&action),
        Command::Audit { action } => audit::audit(&action),
        Command::Alert { action } => alert::alert(&action),
        Command::Incidents { action } => incidents::incidents(&action),
        Command::Holds { action } => holds::holds(&action),
        Command::Exceptions { action } => exceptions::exceptions(&action),
        Command::Policy { action } => policy::policy(&action),
        Command::User { action } => user::user(&action),
        Command::Reload { config } => reload::reload(&config),
        Command::Worker(args) => worker::worker(&args),
    };
    crate::app::log::flush();
    code
}

/// A runtime for the whole process.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
