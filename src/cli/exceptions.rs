//! `garim exceptions`: what of the policy is let be at a site until a day, for whoever administers the policy.

use super::desk::{self, Desk, NoDesk};
use super::place::Configuration;
use super::signing::{self, Unsigned, now};
use crate::account::Role;
use crate::proxy::excepted::{Asked, Senseless};
use crate::store::{Excepted, Exception, Store, StoreError};
use crate::vocab::Direction;
use jiff::Timestamp;
use std::process::ExitCode;

/// What is done with exceptions.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Exceptions {
    /// List what is let be; with --all what has been, too / 예외 목록
    List {
        /// Those that are over, too / 끝난 것도
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        at: Configuration,
    },
    /// Let a rule or a kind be at a site until a day; the password of --by is asked for / 예외 만들기
    Add {
        /// The site, by any of its hosts / 사이트
        #[arg(long, value_name = "HOST")]
        site: String,
        #[command(flatten)]
        what: Thing,
        /// Of a kind, only in what is posted (upload) or in what is shown (download); else in both / 종류의 방향(없으면 둘 다)
        #[arg(long, value_enum, value_name = "WAY", conflicts_with = "rule")]
        on: Option<Way>,
        /// The last day (2026-12-31, in Korea), a time, or how long (12h, 3d); at most a year / 마지막 날이나 기간
        #[arg(long, value_name = "DAY|TIME|LENGTH")]
        until: String,
        /// Why, for the record of it / 사유
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who makes it: an account with the role "policy-admin" / 만드는 사람
        #[arg(long, value_name = "NAME")]
        by: String,
        #[command(flatten)]
        at: Configuration,
    },
    /// End one before its time / 예외 끝내기
    End {
        /// Its reference number / 번호
        id: String,
        /// Who ends it: an account with the role "policy-admin" / 끝내는 사람
        #[arg(long, value_name = "NAME")]
        by: String,
        #[command(flatten)]
        at: Configuration,
    },
}

/// What is let be: one of the two.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Thing {
    /// A rule of the site's policy, by its name: it decides nothing meanwhile / 규칙 이름
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// A kind, a group of kinds (@contact) or uninspectable:REASON: it passes, with a record / 종류
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
}

/// Which way a kind is let be.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Way {
    /// In what is posted / 올리는 글에서만
    Upload,
    /// In what is shown / 보여 주는 화면에서만
    Download,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Way::Upload => Direction::Upload.name(),
            Way::Download => Direction::Download.name(),
        }
    }
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
    #[error("{0}: no policy-admin; garim user grant {0} policy-admin / policy-admin 역할이 없는 계정입니다")]
    NotAdmin(String),
    #[error(transparent)]
    Senseless(#[from] Senseless),
    #[error("no exception of this number holds / 그런 번호의 예외가 없거나 이미 끝났습니다")]
    None,
}

/// Does it. Exit code 0 done, 1 not.
pub(super) fn exceptions(action: &Exceptions) -> ExitCode {
    let (Exceptions::List { at, .. } | Exceptions::Add { at, .. } | Exceptions::End { at, .. }) = action;
    desk::at(at, async |desk| act(desk, action).await)
}

async fn act(desk: &Desk, action: &Exceptions) -> Result<(), Failed> {
    let store = &desk.store;
    match action {
        Exceptions::List { all, .. } => list(store, *all).await,
        Exceptions::Add { site, what, on, until, reason, by, .. } => {
            let asked = Asked {
                site: site.clone(),
                rule: what.rule.clone().unwrap_or_default(),
                kind: what.kind.clone().unwrap_or_default(),
                on: on.map(Way::name).unwrap_or_default().to_owned(),
                until: until.clone(),
                reason: reason.clone(),
            };
            let exception = asked.checked(&desk.settings, by, now())?;
            admin(desk, by).await?;
            store.add_exception(&exception).await?;
            say!("{}", line(&exception, now()));
            say!("garim: it holds in a few seconds / 몇 초 안에 적용됩니다");
            Ok(())
        }
        Exceptions::End { id, by, .. } => {
            admin(desk, by).await?;
            if !store.end_exception(id, by, now()).await? {
                return Err(Failed::None);
            }
            say!("garim: ended; it holds no more in a few seconds / 몇 초 안에 끝납니다");
            Ok(())
        }
    }
}

async fn admin(desk: &Desk, by: &str) -> Result<(), Failed> {
    let roles = signing::roles(desk, by).await?;
    if roles.has(Role::PolicyAdmin) { Ok(()) } else { Err(Failed::NotAdmin(by.to_owned())) }
}

async fn list(store: &Store, all: bool) -> Result<(), Failed> {
    let now = now();
    let listed = store.exceptions((!all).then_some(now)).await?;
    if listed.is_empty() {
        say!("none / 없습니다");
    }
    listed.iter().for_each(|one| say!("{}", line(one, now)));
    Ok(())
}

/// One on a line.
fn line(one: &Exception, now: i64) -> String {
    let time = |at: i64| {
        let time = Timestamp::from_millisecond(at).unwrap_or_default();
        time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).strftime("%Y-%m-%d %H:%M").to_string()
    };
    let what = match &one.excepted {
        Excepted::Rule(rule) => format!("rule=\"{rule}\""),
        Excepted::Kind(kind, None) => format!("kind={kind}"),
        Excepted::Kind(kind, Some(on)) => format!("kind={kind} on={}", on.name()),
    };
    let state = match &one.ended_by {
        Some(by) => format!("ended/끝냄 {} by {by}", time(one.until)),
        None if one.until <= now => format!("over/끝남 {}", time(one.until)),
        None => format!("until/까지 {}", time(one.until)),
    };
    let line = format!("{} {} {what} {state} by={} {}: {}", one.id, one.site, one.by, time(one.created), one.reason);
    line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
