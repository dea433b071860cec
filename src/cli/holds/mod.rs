//! `garim holds`: posts that wait for approval, for whoever approves them at the machine itself.

mod told;

use crate::account::Role;
use crate::app::keys::{self, KeyError};
use crate::cli::ask::is_person;
use crate::cli::desk::{self, Desk, NoDesk};
use crate::cli::place::Configuration;
use crate::cli::signing::{self, Unsigned, now};
use crate::config::Settings;
use crate::hold::{self, KeepError};
use crate::store::{Hold, HoldError, HoldFilter, HoldState, Page, Store, StoreError};
use std::process::ExitCode;

/// So many are read at a time; and of those that are decided so many are listed.
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
    Desk(#[from] NoDesk),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    #[error(
        "{0}: not an approver of {1}; [hold] says who is, and the account needs the role \"approver\" / 이 경로의 승인자가 아닙니다"
    )]
    NotApprover(String, String),
    #[error("there is no such hold: garim holds list --all tells those there are / 그런 보류 건이 없습니다")]
    NoHold,
    #[error(
        "the configuration names no state.key_file, so what was kept cannot be opened / state.key_file이 없어 열 수 없습니다"
    )]
    NoKey,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("{0} / 열 수 없습니다")]
    Keep(#[from] KeepError),
}

/// Does it. Exit code 0 done, 1 not.
pub(super) fn holds(action: &Holds) -> ExitCode {
    let (Holds::List { at, .. } | Holds::Show { at, .. } | Holds::Approve { at, .. } | Holds::Refuse { at, .. }) =
        action;
    desk::at(at, async |desk| act(desk, action).await)
}

async fn act(desk: &Desk, action: &Holds) -> Result<(), Failed> {
    let Desk { settings, store, .. } = desk;
    match action {
        Holds::List { all, .. } => list(store, *all).await,
        Holds::Show { id, answer, .. } => {
            let hold = store.hold(id).await?.ok_or(Failed::NoHold)?;
            say!("{}", told::whole(&hold));
            warn_if_shut(settings, &hold);
            if *answer {
                say!("{}", answered(settings, &hold)?);
            }
            Ok(())
        }
        Holds::Approve { id, by, message, .. } => {
            let hold = signed_in(desk, id, by).await?;
            let message = message.as_deref().and_then(crate::act::message);
            let decision = store.approve_hold(id, by, message.as_deref(), now()).await?;
            say!("{}", told::approved(decision, settings.hold.release));
            warn_if_shut(settings, &hold);
            Ok(())
        }
        Holds::Refuse { id, by, message, .. } => {
            signed_in(desk, id, by).await?;
            let message = message.as_deref().and_then(crate::act::message);
            store.refuse_hold(id, by, message.as_deref(), now()).await?;
            say!("refused / 거부됨");
            Ok(())
        }
    }
}

/// Says that a post which may still be sent cannot be: no key opens it, or whether one does is known to its process alone.
fn warn_if_shut(settings: &Settings, hold: &Hold) {
    if !matches!(hold.state, HoldState::Waiting | HoldState::Approved) {
        return;
    }
    if settings.state.key_file.is_none() {
        complain!(
            "garim: [state] has no key_file: if garim was started anew since, this post cannot be opened and sent"
        );
        complain!("    [state]에 key_file이 없습니다. 그 뒤에 garim을 다시 시작했다면 이 글을 열어 올릴 수 없습니다.");
    } else if keys::ring(&settings.state, None).is_ok_and(|ring| hold::Holds::is_shut(&ring, hold)) {
        complain!("garim: no key in key_file opens this post: it cannot be sent; bring the key file of then back");
        complain!(
            "    key_file의 어느 열쇠로도 이 글을 열 수 없어 올릴 수 없습니다. 그때의 열쇠 파일을 되돌려 놓으십시오."
        );
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
async fn signed_in(desk: &Desk, id: &str, by: &str) -> Result<Hold, Failed> {
    let hold = desk.store.hold(id).await?.ok_or(Failed::NoHold)?;
    if !desk.settings.hold.may_approve(by, &hold.post.path) {
        return Err(Failed::NotApprover(by.to_owned(), hold.post.path));
    }
    let roles = signing::roles(desk, by).await?;
    if roles.has(Role::Approver) { Ok(hold) } else { Err(Failed::NotApprover(by.to_owned(), hold.post.path)) }
}

/// What waits is listed in the order in which it came, all of it; with what is decided, the newest only.
async fn list(store: &Store, all: bool) -> Result<(), Failed> {
    if all {
        let mut held = store.holds(&HoldFilter::default(), &Page::first(LISTED.saturating_add(1))).await?;
        let more = held.len() > LISTED;
        held.truncate(LISTED);
        held.iter().for_each(|hold| say!("{}", told::line(hold)));
        if more {
            complain!("garim: only the newest {LISTED} are listed / 최근 {LISTED}건만 보입니다");
        }
        return Ok(());
    }
    let filter = HoldFilter { state: Some(HoldState::Waiting), ..HoldFilter::default() };
    let mut page = Page::first(LISTED);
    loop {
        let held = store.holds_in_turn(&filter, &page).await?;
        held.iter().for_each(|hold| say!("{}", told::line(hold)));
        match held.last() {
            Some(last) => page.after = Some((last.post.created, last.post.id.clone())),
            None if page.after.is_none() && is_person() => {
                say!("nothing waits / 기다리는 글이 없습니다");
                return Ok(());
            }
            None => return Ok(()),
        }
    }
}
