//! `garim audit`: what the audit journal says, and whether it is as it was written.

mod list;
mod prune;
mod report;
mod verify;
mod who;

use super::language;
use crate::app::control::{self, ControlError};
use crate::app::journal::{self, END};
use crate::app::keys;
use crate::audit::{self, Event, Journal, JournalError, Options};
use crate::config::{self, Language, State};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is asked of the journal.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Audit {
    /// Check that nothing was altered: 0 intact, 1 broken, 2 cannot tell / 위·변조 점검: 0 이상 없음, 1 변조, 2 알 수 없음
    Verify(verify::Verify),
    /// List records / 기록 보기
    List(list::List),
    /// Write records out, as JSON lines or for a spreadsheet; the journal records that / 기록 내보내기(내보낸 사실도 기록)
    Export(list::Export),
    /// Where and to whom a value was shown or posted: it is read from standard input / 어떤 값이 누구에게 보였거나 올라갔는지
    Who(who::Who),
    /// The monthly check sheet of access records / 접속기록 월별 점검표
    Report(report::Report),
    /// Remove whole sealed segments that are older than a day; the journal records that / 보존 기간이 지난 기록 지우기
    Prune(prune::Prune),
}

/// Which journal.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The configuration file, which says where the journal and its key are / 설정 파일
    #[arg(long, value_name = "FILE", default_value = crate::cli::CONFIG)]
    config: PathBuf,
    /// The folder of the journal, instead of the configuration's / 감사 기록 폴더
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The key file it is written with, instead of the configuration's / 인증값을 확인할 열쇠 파일
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
}

impl Args {
    /// What the configuration says, where it is asked: a folder on another machine needs none.
    fn state(&self) -> Result<Option<State>, String> {
        match self.dir {
            Some(_) => Ok(None),
            None => config::load(&self.config).map(|settings| Some(settings.state)).map_err(|error| error.to_string()),
        }
    }
}

/// Runs what is asked. Exit codes of `verify` are in its help; else 0 done, 1 failed.
pub(super) fn audit(action: &Audit) -> ExitCode {
    let done = match action {
        Audit::Verify(args) => return verify::verify(args),
        Audit::List(args) => list::list(args),
        Audit::Export(args) => list::export(args),
        Audit::Who(args) => who::who(args),
        Audit::Report(args) => report::report(args),
        Audit::Prune(args) => prune::prune(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that the arguments name, whether it is there or not.
fn named_folder(args: &Args) -> Result<PathBuf, String> {
    Ok(match (&args.dir, args.state()?) {
        (Some(folder), _) => folder.clone(),
        (None, state) => journal::folder(&state.map(|state| state.dir).unwrap_or_default()),
    })
}

/// The folder that the arguments name.
fn folder(args: &Args) -> Result<PathBuf, String> {
    let folder = named_folder(args)?;
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(format!("{}: there is no such folder / 폴더가 없습니다", folder.display())),
    }
}

/// The root secrets that the key files give: of each key in them.
fn roots(args: &Args) -> Result<Vec<Vec<u8>>, String> {
    let mut roots = Vec::new();
    let mut keys = args.key.clone();
    if keys.is_empty() {
        keys.extend(args.state()?.and_then(|state| state.key_file));
    }
    for key in &keys {
        let state = State {
            dir: PathBuf::new(),
            key_file: Some(key.clone()),
            journal: Default::default(),
            database: None,
            keep: Default::default(),
        };
        let ring = keys::ring(&state, None).map_err(|error| error.to_string())?;
        roots.extend(ring.all_derived(END));
    }
    Ok(roots)
}

fn is_korean(asked: Option<&str>) -> Result<bool, String> {
    match asked {
        None => Ok(language::of_locale() == Language::Korean),
        Some("ko") => Ok(true),
        Some("en") => Ok(false),
        Some(other) => Err(format!("\"{}\": expected ko or en / ko 또는 en을 적으십시오", other.escape_debug())),
    }
}

/// The time that a word means.
fn time(word: &str) -> Result<i64, String> {
    audit::time_of(word)
        .ok_or_else(|| "expected a day (2026-11-26, in Korea) or a time (2026-11-26T13:30:00Z)".to_owned())
}

/// A journal of this process's own in the folder, for what it has to record. `None` while garim runs there.
fn own_journal(args: &Args, folder: &Path, seal_to: Option<&Path>) -> Result<Option<Journal>, String> {
    let mut options = Options::new(folder, audit::node_of(folder).unwrap_or_else(|| "garim audit".to_owned()));
    let root = roots(args)?.into_iter().next();
    if root.is_none() && !audit::has_own_root(folder) {
        return Err(
            "name the key file with --key FILE, for the record of this / --key로 열쇠 파일을 적으십시오".to_owned()
        );
    }
    options.root = root;
    options.seal_to = seal_to.map(Path::to_owned);
    options.about =
        vec![("by".to_owned(), "garim audit".to_owned()), ("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned())];
    match Journal::open(options) {
        Ok(journal) => Ok(Some(journal)),
        Err(JournalError::Locked { .. }) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Records something, and waits until it is on the disk.
fn record(journal: &Journal, event: &Event) -> Result<(), String> {
    let done = journal.append(event).map_err(|error| error.to_string())?.wait();
    done.map(drop).map_err(|error| error.to_string())
}

/// Records what another command did: in the journal of the garim that runs, else in one of its own beside it.
///
/// # Errors
/// Why that could not be; what was done is done.
pub(super) async fn record_command(config: &Path, event: &Event) -> Result<(), String> {
    let state = config::load(config).map_err(|error| error.to_string())?.state;
    let event = &placed(event);
    match control::ask_to_record(&state.dir, event).await {
        Err(error @ ControlError::NotRunning { .. }) => {
            let args = Args { config: config.to_owned(), dir: None, key: Vec::new() };
            record_beside(&args, &journal::folder(&state.dir), state.journal.seal_to.as_deref(), event, &error)
        }
        asked => asked.map_err(|error| error.to_string()),
    }
}

/// Has the garim that runs record something, or does it itself where none does.
fn put_on_record(args: &Args, folder: &Path, seal_to: Option<&Path>, event: &Event) -> Result<(), String> {
    let (state, event) = (folder.parent().unwrap_or(folder), &placed(event));
    let runtime = super::runtime().map_err(|error| error.to_string())?;
    match runtime.block_on(control::ask_to_record(state, event)) {
        Err(error @ ControlError::NotRunning { .. }) => record_beside(args, folder, seal_to, event, &error),
        asked => asked.map_err(|error| error.to_string()),
    }
}

/// Records something in a journal of this process's own, as no running garim answers.
fn record_beside(
    args: &Args,
    folder: &Path,
    seal_to: Option<&Path>,
    event: &Event,
    unanswered: &ControlError,
) -> Result<(), String> {
    if !folder.is_dir() {
        return Err("garim has not run here yet / 아직 garim을 실행한 적이 없습니다".to_owned());
    }
    is_own(folder)?;
    let journal = own_journal(args, folder, seal_to)?;
    journal.ok_or_else(|| unanswered.to_string()).and_then(|journal| record(&journal, event))
}

/// What another user writes into a journal, garim could not go on from.
fn is_own(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let owner = std::fs::metadata(folder).map_err(at(folder))?.uid();
    if owner == rustix::process::geteuid().as_raw() || audit::is_running(folder) {
        return Ok(());
    }
    Err(format!(
        "garim does not run, and {} belongs to another user: run this as that user / \
         garim이 실행 중이 아니고, 기록 폴더가 다른 사용자의 것입니다. 그 사용자로 실행하십시오",
        folder.display()
    ))
}

/// An event with the place that it is done from: the other end of the terminal where that is told, else this machine.
fn placed(event: &Event) -> Event {
    let told = std::env::var("SSH_CONNECTION").unwrap_or_default();
    let from = told.split(' ').next().and_then(|from| from.parse::<IpAddr>().ok());
    let here = from.map_or_else(|| "local".to_owned(), |from| from.to_string());
    Event { address: Some(event.address.clone().unwrap_or(here)), ..event.clone() }
}

/// Who runs this, for records.
fn user() -> String {
    let user = ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let id = rustix::process::getuid().as_raw();
    user.map_or_else(|| format!("uid {id}"), |user| format!("{user} (uid {id})"))
}

/// For `map_err`: what went wrong with a file or folder.
fn at(path: &Path) -> impl FnOnce(io::Error) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Check, Verdict, verify};

    #[test]
    fn a_journal_is_checked_with_the_keys_of_its_key_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("garim.key");
        keys::create(&key).expect("made");
        let dir = folder.path().join("journal");
        let args = Args { config: PathBuf::new(), dir: Some(dir.clone()), key: vec![key.clone()] };
        assert!(super::folder(&args).is_err(), "there is none yet");
        let ring = keys::ring(
            &State {
                dir: PathBuf::new(),
                key_file: Some(key.clone()),
                journal: Default::default(),
                database: None,
                keep: Default::default(),
            },
            None,
        )
        .expect("a ring");
        let options = Options { root: Some(ring.derived(END)), ..Options::new(&dir, "node-1") };
        drop(Journal::open(options).expect("a journal"));
        let check = |roots: &[Vec<u8>]| verify(Check { folder: &dir, roots, seals: None, public_keys: &[] }).verdict();
        assert_eq!(check(&roots(&args).expect("roots")), Verdict::Intact);
        keys::rotate(&key).expect("changed");
        assert_eq!(check(&roots(&args).expect("roots")), Verdict::Intact, "the older key is still in the file");
        assert_eq!(check(&roots(&Args { key: Vec::new(), ..args }).expect("none")), Verdict::CannotTell);
    }
}
