//! `garim holds`: posts that wait for approval, for whoever approves them at the machine itself.

mod told;

use crate::account::{self, Refused, Role, SecretKey, SignIn};
use crate::app::keys::{self, KeyError};
use crate::cli::ask::{self, is_person};
use crate::cli::place::{Configuration, Misconfigured, key_beside};
use crate::config::Settings;
use crate::hold::{self, KeepError};
use crate::store::{Address, Hold, HoldError, HoldFilter, HoldState, Page, Store, StoreError};
use std::process::ExitCode;

/// So many are listed.
const LISTED: usize = 200;

/// What is done with posts that wait.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Holds {
    /// List what waits; with --all what has waited too / 기다리는 글 목록
    List {
        /// Those that are decided, too / 처리된 것도
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        at: Configuration,
    },
    /// Tell what was found in one / 한 건 보기
    Show {
        /// Its reference number / 접수번호
        id: String,
        /// What the site answered to it, too / 누리집의 답도
        #[arg(long)]
        answer: bool,
        #[command(flatten)]
        at: Configuration,
    },
    /// Approve one; the approver's password is asked for / 승인
    Approve {
        /// Its reference number / 접수번호
        id: String,
        /// Who approves: an account with the role "approver" that the configuration names / 승인자
        #[arg(long, value_name = "NAME")]
        by: String,
        /// What its writer is told / 글쓴이에게 전할 말
        #[arg(long, value_name = "TEXT")]
        message: Option<String>,
        #[command(flatten)]
        at: Configuration,
    },
    /// Refuse one; what was kept is destroyed / 거부
    Refuse {
        /// Its reference number / 접수번호
        id: String,
        /// Who refuses / 승인자
        #[arg(long, value_name = "NAME")]
        by: String,
        /// What its writer is told / 글쓴이에게 전할 말
        #[arg(long, value_name = "TEXT")]
        message: Option<String>,
        #[command(flatten)]
        at: Configuration,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Config(#[from] Misconfigured),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(
        "{0}: not an approver of {1}; [hold] says who is, and the account needs the role \"approver\" / 이 경로의 승인자가 아닙니다"
    )]
    NotApprover(String, String),
    #[error("the password is too old: garim user password {0} / 비밀번호를 바꾼 뒤에 다시 하십시오")]
    MustChange(String),
    #[error("there is no such hold / 그런 보류 건이 없습니다")]
    NoHold,
    #[error(
        "the configuration names no state.key_file, so what was kept cannot be opened / state.key_file이 없어 열 수 없습니다"
    )]
    NoKey,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("{0} / 열 수 없습니다")]
    Keep(#[from] KeepError),
    #[error(
        "the password, or the one-time code after it, cannot be read: {0} / 비밀번호나 인증번호를 읽을 수 없습니다"
    )]
    Asked(#[from] std::io::Error),
}

/// Does it. Exit code 0 done, 1 not.
pub(super) fn holds(action: &Holds) -> ExitCode {
    let done = crate::cli::runtime().map_err(Failed::from).and_then(|runtime| runtime.block_on(act(action)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn act(action: &Holds) -> Result<(), Failed> {
    let (Holds::List { at, .. } | Holds::Show { at, .. } | Holds::Approve { at, .. } | Holds::Refuse { at, .. }) =
        action;
    let settings = at.settings()?;
    let address = settings.state.store()?;
    let store = Store::open(&address).await?;
    let done = on(&store, &address, &settings, action).await;
    store.close().await;
    done
}

async fn on(store: &Store, address: &Address, settings: &Settings, action: &Holds) -> Result<(), Failed> {
    match action {
        Holds::List { all, .. } => list(store, *all).await,
        Holds::Show { id, answer, .. } => {
            let hold = store.hold(id).await?.ok_or(Failed::NoHold)?;
            println!("{}", told::whole(&hold));
            if *answer {
                println!("{}", answered(settings, &hold)?);
            }
            Ok(())
        }
        Holds::Approve { id, by, message, .. } => {
            signed_in(store, address, settings, id, by).await?;
            let message = message.as_deref().and_then(crate::act::message);
            let decision = store.approve_hold(id, by, message.as_deref(), now()).await?;
            println!("{}", told::approved(decision, settings.hold.release));
            Ok(())
        }
        Holds::Refuse { id, by, message, .. } => {
            signed_in(store, address, settings, id, by).await?;
            let message = message.as_deref().and_then(crate::act::message);
            store.refuse_hold(id, by, message.as_deref(), now()).await?;
            println!("refused / 거부됨");
            Ok(())
        }
    }
}

/// What the site answered; the key file opens it.
fn answered(settings: &Settings, hold: &Hold) -> Result<String, Failed> {
    let Some(answer) = &hold.answer else { return Ok(told::no_answer(hold)) };
    if answer.key.is_empty() {
        return Ok(told::answer(answer.status, None));
    }
    if settings.state.key_file.is_none() {
        return Err(Failed::NoKey);
    }
    let ring = keys::ring(&settings.state, None)?;
    Ok(told::answer(answer.status, hold::Holds::answer(&ring, hold)?.as_ref()))
}

/// Whoever decides is who he says, and is meant to.
async fn signed_in(store: &Store, address: &Address, settings: &Settings, id: &str, by: &str) -> Result<(), Failed> {
    let hold = store.hold(id).await?.ok_or(Failed::NoHold)?;
    if !settings.hold.may_approve(by, &hold.post.path) {
        return Err(Failed::NotApprover(by.to_owned(), hold.post.path));
    }
    let named = settings.accounts.key_file.as_deref().and_then(|path| SecretKey::read(path).ok());
    let key = match address {
        _ if named.is_some() => named,
        Address::File(path) => key_beside(&path.to_string_lossy()).and_then(|path| SecretKey::read(&path).ok()),
        Address::Server(_) => None,
    };
    let password = ask::secret(&format!("password of {by} / {by}의 비밀번호: "))?;
    let accounts = settings.accounts.rules;
    let mut who = SignIn { name: by, password: &password, code: None, address: "console" };
    let signed = match account::sign_in(store, &accounts, key.as_ref(), who, now()).await {
        Err(Refused::NeedsCode) => {
            let code = ask::secret("one-time code / 인증번호: ")?;
            who = SignIn { name: by, password: &password, code: Some(&code), address: "console" };
            account::sign_in(store, &accounts, key.as_ref(), who, now()).await?
        }
        other => other?,
    };
    account::sign_out(store, &signed.token).await?;
    match () {
        () if signed.must_change => Err(Failed::MustChange(by.to_owned())),
        () if !signed.roles.has(Role::Approver) => Err(Failed::NotApprover(by.to_owned(), hold.post.path)),
        () => Ok(()),
    }
}

async fn list(store: &Store, all: bool) -> Result<(), Failed> {
    let state = (!all).then_some(HoldState::Waiting);
    let filter = HoldFilter { state, ..HoldFilter::default() };
    let mut held = store.holds(&filter, &Page::first(LISTED.saturating_add(1))).await?;
    let more = held.len() > LISTED;
    held.truncate(LISTED);
    if held.is_empty() && is_person() {
        println!("nothing waits / 기다리는 글이 없습니다");
    }
    held.iter().for_each(|hold| println!("{}", told::line(hold)));
    if more {
        eprintln!("garim: only the newest {LISTED} are listed / 최근 {LISTED}건만 보입니다");
    }
    Ok(())
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
