//! `garim holds`: posts that wait for approval, for whoever approves them at the machine itself.

use super::user::ask::{self, is_person};
use super::user::place::key_beside;
use crate::account::{self, Refused, Role, SecretKey, SignIn};
use crate::config::{self, Settings};
use crate::store::{Address, Decision, Hold, HoldError, HoldFilter, HoldState, Page, Store, StoreError};
use std::path::PathBuf;
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
        at: At,
    },
    /// Tell what was found in one / 한 건 보기
    Show {
        /// Its reference number / 접수번호
        id: String,
        #[command(flatten)]
        at: At,
    },
    /// Approve one; the approver's password is asked for / 승인
    Approve {
        /// Its reference number / 접수번호
        id: String,
        /// Who approves: an account with the role "approver" that the configuration names / 승인자
        #[arg(long, value_name = "NAME")]
        by: String,
        #[command(flatten)]
        at: At,
    },
    /// Refuse one; what was kept is destroyed / 거부
    Refuse {
        /// Its reference number / 접수번호
        id: String,
        /// Who refuses / 승인자
        #[arg(long, value_name = "NAME")]
        by: String,
        #[command(flatten)]
        at: At,
    },
}

/// By which configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct At {
    /// The configuration file / 설정 파일
    #[arg(long, value_name = "FILE", default_value = super::CONFIG)]
    config: PathBuf,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("{0}")]
    Config(String),
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
    #[error("cannot read the password: {0} / 비밀번호를 읽을 수 없습니다")]
    Asked(#[from] std::io::Error),
}

/// Does it. Exit code 0 done, 1 not.
pub(super) fn holds(action: &Holds) -> ExitCode {
    let done = super::runtime().map_err(Failed::from).and_then(|runtime| runtime.block_on(act(action)));
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
    let settings = config::load(&at.config).map_err(|mistakes| Failed::Config(mistakes.to_string()))?;
    let address = settings.state.store()?;
    let store = Store::open(&address).await?;
    let done = on(&store, &address, &settings, action).await;
    store.close().await;
    done
}

async fn on(store: &Store, address: &Address, settings: &Settings, action: &Holds) -> Result<(), Failed> {
    match action {
        Holds::List { all, .. } => list(store, *all).await,
        Holds::Show { id, .. } => {
            println!("{}", shown(&store.hold(id).await?.ok_or(Failed::NoHold)?, true));
            Ok(())
        }
        Holds::Approve { id, by, .. } => {
            signed_in(store, address, settings, id, by).await?;
            match store.approve_hold(id, by, now()).await? {
                Decision::Approved => {
                    println!("approved: the writer can post it now / 승인됨: 글쓴이가 올릴 수 있습니다")
                }
                Decision::NeedsAnother => println!("a second person must approve too / 한 사람이 더 승인해야 합니다"),
            }
            Ok(())
        }
        Holds::Refuse { id, by, .. } => {
            signed_in(store, address, settings, id, by).await?;
            store.refuse_hold(id, by, now()).await?;
            println!("refused / 거부됨");
            Ok(())
        }
    }
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
    let held = store.holds(&HoldFilter { state, ..HoldFilter::default() }, &Page::first(LISTED)).await?;
    if held.is_empty() && is_person() {
        println!("nothing waits / 기다리는 글이 없습니다");
    }
    held.iter().for_each(|hold| println!("{}", shown(hold, false)));
    Ok(())
}

/// What is told of one: never a value.
fn shown(hold: &Hold, whole: bool) -> String {
    let day = |time: i64| {
        let time = jiff::Timestamp::from_millisecond(time).unwrap_or_default();
        time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).strftime("%Y-%m-%d %H:%M").to_string()
    };
    let post = &hold.post;
    let clean =
        |text: &str| text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect::<String>();
    let mut line = format!(
        "{} {} {} {}{} ({} ~ {})",
        post.id,
        hold.state.name(),
        clean(&post.address),
        clean(&post.site),
        clean(&post.path),
        day(post.created),
        day(post.expires)
    );
    for approval in &hold.approvals {
        line.push_str(&format!("\n  approved by {} / 승인 {}", approval.who, day(approval.when)));
    }
    if let Some(refusal) = &hold.refusal {
        line.push_str(&format!("\n  refused by {} / 거부 {}", refusal.who, day(refusal.when)));
    }
    if !whole {
        return line;
    }
    let findings: serde_json::Value = serde_json::from_str(&post.findings).unwrap_or_default();
    for (kind, count) in findings["counts"].as_object().into_iter().flatten() {
        line.push_str(&format!("\n  {kind}: {count}"));
    }
    for found in findings["first"].as_array().into_iter().flatten() {
        let text = |name: &str| clean(found[name].as_str().unwrap_or_default());
        line.push_str(&format!("\n  {} {} {}", text("kind"), text("masked"), text("place")));
    }
    line
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
