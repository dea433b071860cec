//! `garim user`: the accounts of garim's console, for whoever administers the machine.

mod list;

use super::ask;
use super::place::{self, Configuration, Misconfigured, Opened};
use crate::account::{self, ChangeError, Role, SecretKey};
use crate::audit::{Event, kind};
use crate::store::{AccountError, Address, Store, StoreError};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is done to accounts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum User {
    /// Make an account; its password is asked for / 계정 만들기
    Add {
        /// The name / 아이디
        name: String,
        /// What it may do: viewer, approver, policy-admin, auditor / 역할
        #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', value_parser = role)]
        roles: Vec<Role>,
        #[command(flatten)]
        at: At,
    },
    /// Tell the accounts, or who gave which role to whom / 계정 목록
    List {
        /// Who gave which role to whom, or took it / 역할 부여 이력
        #[arg(long)]
        grants: bool,
        #[command(flatten)]
        at: At,
    },
    /// Give a role / 역할 주기
    Grant {
        /// The name / 아이디
        name: String,
        /// viewer, approver, policy-admin or auditor / 역할
        #[arg(value_parser = role)]
        role: Role,
        #[command(flatten)]
        at: At,
    },
    /// Take a role away / 역할 거두기
    Revoke {
        /// The name / 아이디
        name: String,
        /// viewer, approver, policy-admin or auditor / 역할
        #[arg(value_parser = role)]
        role: Role,
        #[command(flatten)]
        at: At,
    },
    /// Set a password, which is asked for / 비밀번호 정하기
    Password {
        /// The name / 아이디
        name: String,
        #[command(flatten)]
        at: At,
    },
    /// Unlock a name after too many failures / 잠금 풀기
    Unlock {
        /// The name / 아이디
        name: String,
        #[command(flatten)]
        at: At,
    },
    /// Give one-time codes (TOTP), or take them away / 인증번호(TOTP) 쓰기
    Totp {
        /// The name / 아이디
        name: String,
        /// The key file of secrets; made when there is none. For a store in a file: beside it, NAME.key / 열쇠 파일
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// What the app shows beside the name / 앱에 보일 이름
        #[arg(long, default_value = "garim")]
        issuer: String,
        /// Take them away / 쓰지 않기
        #[arg(long)]
        off: bool,
        #[command(flatten)]
        at: At,
    },
    /// Keep anybody from signing in with an account / 계정 중지
    Disable {
        /// The name / 아이디
        name: String,
        /// Let them again / 다시 쓰기
        #[arg(long)]
        undo: bool,
        #[command(flatten)]
        at: At,
    },
}

/// Where the accounts are, and who does it.
#[derive(Debug, clap::Args)]
pub(crate) struct At {
    #[command(flatten)]
    configuration: Configuration,
    /// The store instead of the configuration's: a file, or postgres://… / 저장소
    #[arg(long, value_name = "FILE|URL")]
    store: Option<String>,
    /// Who gives or takes a role, for the record; else the user of the system / 처리한 사람
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl At {
    /// Where the store is.
    fn store(&self) -> Result<String, Failed> {
        if let Some(store) = &self.store {
            return Ok(store.clone());
        }
        Ok(match self.configuration.settings()?.state.store()? {
            Address::File(path) => path.to_string_lossy().into_owned(),
            Address::Server(url) => url,
        })
    }
}

impl At {
    /// The key file of the configuration that the store is of: by it garim opens what is made here.
    fn key_file(&self) -> Result<Option<PathBuf>, Failed> {
        match self.store {
            Some(_) => Ok(None),
            None => Ok(self.configuration.settings()?.accounts.key_file),
        }
    }
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Config(#[from] Misconfigured),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Key(#[from] account::KeyError),
    #[error("cannot read the password: {0}\n    비밀번호를 읽을 수 없습니다.")]
    Asked(#[from] std::io::Error),
    #[error("the two are not the same / 두 번 적은 것이 서로 다릅니다")]
    Differ,
    #[error("name a key file with --key FILE / --key로 열쇠 파일을 적으십시오")]
    NoKey,
}

/// Exit code 0 when it is done, 1 when it is refused or failed, 2 when an argument is wrong.
pub(super) fn user(action: &User) -> ExitCode {
    let done = super::runtime().map_err(Failed::Asked).and_then(|runtime| runtime.block_on(acted(action)));
    match done {
        Ok(said) => {
            say!("garim: {said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain!("garim: {error}");
            match error {
                Failed::NoKey | Failed::Store(StoreError::Address(_)) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Does it, and has the journal say so.
async fn acted(action: &User) -> Result<String, Failed> {
    let said = done(action).await?;
    if let Some((at, event)) = event(action)
        && at.store.is_none()
        && let Err(why) = super::audit::record_command(at.configuration.path(), &event).await
    {
        complain!("garim: not in the audit journal: {why}\n    감사 기록에는 남기지 못했습니다.");
    }
    Ok(said)
}

/// What the journal is told of an action; `None` of what only reads.
fn event(action: &User) -> Option<(&At, Event)> {
    let (verdict, name, role, at) = match action {
        User::Add { name, roles, at } => ("add", name, roles.as_slice(), at),
        User::Grant { name, role, at } => ("grant", name, std::slice::from_ref(role), at),
        User::Revoke { name, role, at } => ("revoke", name, std::slice::from_ref(role), at),
        User::Password { name, at } => ("password", name, [].as_slice(), at),
        User::Unlock { name, at } => ("unlock", name, [].as_slice(), at),
        User::Totp { name, off, at, .. } => (if *off { "totp-off" } else { "totp" }, name, [].as_slice(), at),
        User::Disable { name, undo, at } => (if *undo { "enable" } else { "disable" }, name, [].as_slice(), at),
        User::List { .. } => return None,
    };
    let event = Event { account: Some(by(at)), verdict: Some(verdict.to_owned()), ..Event::new(kind::ACCOUNT) };
    let event = event.with("name", name);
    Some((at, role.iter().fold(event, |event, role| event.with("role", role.name()))))
}

async fn done(action: &User) -> Result<String, Failed> {
    match action {
        User::Add { name, roles, at } => add(name, roles, at).await,
        User::List { grants, at } => with(at, async |store| list::list(store, *grants).await).await,
        User::Grant { name, role, at } => with(at, async |store| set_role(store, name, *role, true, at).await).await,
        User::Revoke { name, role, at } => with(at, async |store| set_role(store, name, *role, false, at).await).await,
        User::Password { name, at } => with(at, async |store| password(store, name).await).await,
        User::Unlock { name, at } => with(at, async |store| unlock(store, name).await).await,
        User::Totp { name, key, issuer, off, at } => {
            let key = match key {
                Some(key) => Some(key.clone()),
                None => at.key_file()?.or_else(|| place::key_beside(&at.store().ok()?)),
            };
            with(at, async |store| totp(store, name, key, issuer, *off).await).await
        }
        User::Disable { name, undo, at } => with(at, async |store| disable(store, name, *undo, at).await).await,
    }
}

/// Opens the store, does it, and closes the store.
async fn with(at: &At, act: impl AsyncFnOnce(&Store) -> Result<String, Failed>) -> Result<String, Failed> {
    let opened = place::open(&at.store()?, false).await?;
    let done = act(&opened.store).await;
    opened.store.close().await;
    done
}

async fn add(name: &str, roles: &[Role], at: &At) -> Result<String, Failed> {
    account::check_name(name).map_err(ChangeError::Rule)?;
    let Opened { store, made } = place::open(&at.store()?, true).await?;
    if let Some(path) = made {
        say!("garim: {}: a new store / 새 저장소를 만들었습니다", path.display());
    }
    let done = async {
        if store.account(name).await?.is_some() {
            return Err(AccountError::Exists.into());
        }
        let password = new_password()?;
        let roles = roles.iter().copied().collect();
        account::add_account(&store, name, &password, roles, &by(at), now()).await?;
        Ok(format!("{name}: added / 계정을 만들었습니다"))
    };
    let done = done.await;
    store.close().await;
    done
}

async fn set_role(store: &Store, name: &str, role: Role, given: bool, at: &At) -> Result<String, Failed> {
    store.set_role(name, role, given, &by(at), now()).await?;
    let role = role.name();
    Ok(match given {
        true => format!("{name}: has the role {role} now / {role} 역할을 주었습니다"),
        false => {
            format!("{name}: has the role {role} no more, and is signed out / {role} 역할을 거두고 로그아웃시켰습니다")
        }
    })
}

async fn password(store: &Store, name: &str) -> Result<String, Failed> {
    known(store, name).await?;
    account::set_password(store, name, &new_password()?, now()).await?;
    Ok(format!("{name}: has a new password, and is signed out / 비밀번호를 바꾸고 로그아웃시켰습니다"))
}

async fn unlock(store: &Store, name: &str) -> Result<String, Failed> {
    known(store, name).await?;
    Ok(match store.unlock(name).await? {
        true => format!("{name}: unlocked / 잠금을 풀었습니다"),
        false => format!("{name}: was not locked / 잠겨 있지 않았습니다"),
    })
}

async fn totp(store: &Store, name: &str, key: Option<PathBuf>, issuer: &str, off: bool) -> Result<String, Failed> {
    known(store, name).await?;
    if off {
        store.set_totp(name, None).await?;
        return Ok(format!("{name}: signs in without codes / 인증번호 없이 로그인합니다"));
    }
    let path = key.ok_or(Failed::NoKey)?;
    let key = match path.try_exists() {
        Ok(false) => {
            let key = SecretKey::create(&path)?;
            place::to_owner_of_folder(&path);
            say!("garim: {}: a new key; keep a copy of it / 새 열쇠 파일입니다. 따로 보관하십시오", path.display());
            key
        }
        _ => SecretKey::read(&path)?,
    };
    let totp = account::give_totp(store, &key, name).await?;
    say!("{}", account::uri(&totp, issuer, name));
    Ok(format!(
        "{name}: the secret is {}; put it into an authenticator app, it is not shown again\n    인증 앱에 위 주소나 이 비밀값을 등록하십시오. 다시 보여 주지 않습니다.",
        totp.text()
    ))
}

async fn disable(store: &Store, name: &str, undo: bool, at: &At) -> Result<String, Failed> {
    store.set_disabled(name, !undo, &by(at), now()).await?;
    Ok(match undo {
        true => format!("{name}: may sign in again / 다시 로그인할 수 있습니다"),
        false => format!("{name}: is disabled, and signed out / 계정을 중지하고 로그아웃시켰습니다"),
    })
}

async fn known(store: &Store, name: &str) -> Result<(), Failed> {
    if store.account(name).await?.is_some() { Ok(()) } else { Err(AccountError::NotFound.into()) }
}

/// A password as it is to be: asked for twice by a terminal, else the first line of standard input.
fn new_password() -> Result<String, Failed> {
    let first = ask::secret("password (not shown) / 비밀번호(보이지 않음): ")?;
    if ask::is_person() && ask::secret("once more / 한 번 더: ")? != first {
        return Err(Failed::Differ);
    }
    Ok(first)
}

/// Who does it: as named, or the user of the system, also behind sudo.
fn by(at: &At) -> String {
    let named = at.by.clone().or_else(|| {
        let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
        ["SUDO_USER", "LOGNAME", "USER"].iter().find_map(set)
    });
    named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn role(word: &str) -> Result<Role, String> {
    Role::named(word).ok_or_else(|| {
        let all: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("one of {} / 이 중 하나여야 합니다", all.join(", "))
    })
}
