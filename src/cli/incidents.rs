//! `garim incidents`: what went through and may have to be reported within 72 hours.

use super::desk::{self, Desk, NoDesk};
use super::place::Configuration;
use super::signing::{self, Unsigned};
use crate::account::Role;
use crate::act;
use crate::alert::Breach;
use crate::alert::incident::{self, Closed};
use crate::audit::{Event, kind};
use crate::config::{Language, Settings};
use crate::store::{Incident, IncidentFilter, Page, Store, StoreError};
use jiff::Timestamp;
use std::path::Path;
use std::process::ExitCode;

/// So many are listed.
const LISTED: usize = 500;

/// What is done with incidents.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Incidents {
    /// List those whose 72 hours run; with --all those that are closed too / 처리할 건의 목록
    List {
        /// Those that are closed, too / 처리된 것도
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        at: Configuration,
    },
    /// Tell all that is known of one, with the draft of a report and notice / 한 건 보기와 신고·통지 초안
    Show {
        /// Its reference number / 접수번호
        id: String,
        #[command(flatten)]
        at: Configuration,
    },
    /// Say what came of one, so that nobody is reminded any more; the password of --by is asked for / 처리 끝
    Close {
        /// Its reference number / 접수번호
        id: String,
        /// Who says so: an account with the role "approver" or "auditor" / 처리한 사람
        #[arg(long, value_name = "NAME")]
        by: String,
        /// What came of it: reported and told, or why not / 신고·통지 결과나 하지 않은 까닭
        #[arg(long, value_name = "TEXT")]
        why: String,
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
    Unsigned(#[from] Unsigned),
    #[error(
        "{0}: whoever closes one is an approver or an auditor; garim user grant {0} auditor / \
             승인자(approver)나 감사자(auditor) 역할이 없는 계정입니다"
    )]
    NotMeant(String),
    #[error("there is no such incident: garim incidents list --all tells those there are / 그런 건이 없습니다")]
    None,
    #[error("it is closed already / 이미 처리된 건입니다")]
    Closed,
    #[error(
        "--{0} has to say in words what came of it; dots or digits say nothing / --{0}에 결과나 까닭을 말로 적으십시오"
    )]
    Empty(&'static str),
}

/// Does it. Exit code 0 done, 1 not.
pub(super) fn incidents(action: &Incidents) -> ExitCode {
    let (Incidents::List { at, .. } | Incidents::Show { at, .. } | Incidents::Close { at, .. }) = action;
    desk::at(at, async |desk| act(desk, action).await)
}

async fn act(desk: &Desk, action: &Incidents) -> Result<(), Failed> {
    let Desk { settings, store, .. } = desk;
    match action {
        Incidents::List { all, .. } => list(store, *all).await,
        Incidents::Show { id, .. } => {
            let one = store.incident(id).await?.ok_or(Failed::None)?;
            say!("{}\n\n{}", line(&one), draft(&one, settings));
            Ok(())
        }
        Incidents::Close { id, by, why, .. } => close(desk, id, by, why).await,
    }
}

async fn close(desk: &Desk, id: &str, by: &str, why: &str) -> Result<(), Failed> {
    let why = act::reason(why).ok_or(Failed::Empty("why"))?;
    let one = desk.store.incident(id).await?.ok_or(Failed::None)?;
    let closed = Closed { by: by.to_owned(), when: Timestamp::now(), why };
    let findings = incident::closed(&one, &closed).ok_or(Failed::Closed)?;
    let roles = signing::roles(desk, by).await?;
    if !roles.has(Role::Approver) && !roles.has(Role::Auditor) {
        return Err(Failed::NotMeant(by.to_owned()));
    }
    if !desk.store.settle_incident(&one, &findings).await? {
        return Err(Failed::Closed);
    }
    say!("closed / 처리됨");
    record(&desk.config, id, closed).await;
    Ok(())
}

/// Has the journal say who has closed one, and why.
async fn record(config: &Path, id: &str, closed: Closed) {
    let event = Event {
        account: Some(closed.by),
        verdict: Some("closed".to_owned()),
        reason: Some(closed.why),
        ..Event::new(kind::ALERT)
    };
    if let Err(why) = super::audit::record_command(config, &event.with("incident", id)).await {
        complain!("garim: not in the audit journal: {why}\n    감사 기록에는 남기지 못했습니다.");
    }
}

async fn list(store: &Store, all: bool) -> Result<(), Failed> {
    let (mut page, mut listed) = (Page::first(LISTED), 0_usize);
    while listed < LISTED {
        let some = store.incidents(&IncidentFilter::default(), &page).await?;
        let Some(last) = some.last() else { break };
        page.after = Some((last.time, last.id.clone()));
        for one in some.iter().filter(|one| all || incident::is_open(one)).take(LISTED.saturating_sub(listed)) {
            say!("{}", line(one));
            listed = listed.saturating_add(1);
        }
    }
    if listed == 0 {
        say!("none / 없습니다");
    }
    Ok(())
}

/// One on a line: never a value.
fn line(one: &Incident) -> String {
    let alert = incident::alert(one);
    let day = |time: Timestamp| {
        time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).strftime("%Y-%m-%d %H:%M").to_string()
    };
    let found: Vec<String> =
        alert.counts.kinds.iter().map(|(kind, count)| format!("{}={count}", kind.name())).collect();
    let state = match incident::closing(one) {
        Some(closed) => format!("closed/처리됨 {} by {}: {}", day(closed.when), clean(&closed.by), clean(&closed.why)),
        None => format!("due/신고 기한 {}", day(Breach::deadline(alert.when))),
    };
    format!(
        "{} {} {} {}{} {} {} ({state})",
        one.id,
        day(alert.when),
        one.direction.name(),
        clean(&one.site),
        clean(&one.path),
        clean(&one.address),
        found.join(" ")
    )
}

/// What was told of it, with the draft of a report where it still reaches a threshold.
fn draft(one: &Incident, settings: &Settings) -> String {
    let message = incident::message(one, settings);
    format!("{}\n\n----\n\n{}", message.text(Language::Korean), message.text(Language::English))
}

fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
