//! Who decides something at the machine itself says who he is, by the password of his account.

use super::ask;
use super::desk::Desk;
use super::place::key_beside;
use crate::account::{self, Refused, Roles, SecretKey, SignIn};
use crate::audit::{Event, kind};
use crate::store::{Address, StoreError};

/// Why somebody is not who he says.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsigned {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the password is too old: garim user password {0} / 비밀번호를 바꾼 뒤에 다시 하십시오")]
    MustChange(String),
    #[error(
        "the password, or the one-time code after it, cannot be read: {0} / 비밀번호나 인증번호를 읽을 수 없습니다"
    )]
    Asked(#[from] std::io::Error),
}

impl From<StoreError> for Unsigned {
    fn from(error: StoreError) -> Unsigned {
        Unsigned::Refused(Refused::Store(error))
    }
}

/// Asks for the password of an account, and for a code if it has codes; what the account may do. The journal is told, as it is of
/// every sign-in.
pub(super) async fn roles(desk: &Desk, name: &str) -> Result<Roles, Unsigned> {
    let signed = sign_in(desk, name).await;
    let (verdict, why) = match &signed {
        Ok(_) => ("in", None),
        Err(Unsigned::MustChange(_)) => ("failed", Some("expired")),
        Err(Unsigned::Refused(Refused::Wrong | Refused::NeedsCode)) => ("failed", Some("wrong")),
        Err(Unsigned::Refused(Refused::Disabled)) => ("failed", Some("disabled")),
        Err(Unsigned::Refused(Refused::Key)) => ("failed", Some("key")),
        Err(Unsigned::Refused(Refused::Locked { .. })) => ("locked", Some("name")),
        Err(Unsigned::Refused(Refused::Random(_) | Refused::Store(_)) | Unsigned::Asked(_)) => return signed,
    };
    // Some write their password into the wrong field.
    let account = Some(name.to_owned()).filter(|name| account::check_name(name).is_ok());
    let event = Event { account, verdict: Some(verdict.to_owned()), ..Event::new(kind::LOGIN) };
    let event = event.with("gate", "command line");
    let event = if let Some(why) = why { event.with("why", why) } else { event };
    if let Err(why) = super::audit::record_command(&desk.config, &event).await {
        complain!("garim: not in the audit journal: {why}\n    감사 기록에는 남기지 못했습니다.");
    }
    signed
}

async fn sign_in(desk: &Desk, name: &str) -> Result<Roles, Unsigned> {
    let Desk { settings, address, store, .. } = desk;
    let named = settings.accounts.key_file.as_deref().and_then(|path| SecretKey::read(path).ok());
    let key = match address {
        _ if named.is_some() => named,
        Address::File(path) => key_beside(&path.to_string_lossy()).and_then(|path| SecretKey::read(&path).ok()),
        Address::Server(_) => None,
    };
    let password = ask::secret(&format!("password of {name} / {name}의 비밀번호: "))?;
    let accounts = settings.accounts.rules;
    let mut who = SignIn { name, password: &password, code: None, address: "console" };
    let signed = match account::sign_in(store, &accounts, key.as_ref(), who, now()).await {
        Err(Refused::NeedsCode) => {
            let code = ask::secret("one-time code / 인증번호: ")?;
            who = SignIn { name, password: &password, code: Some(&code), address: "console" };
            account::sign_in(store, &accounts, key.as_ref(), who, now()).await?
        }
        other => other?,
    };
    account::sign_out(store, &signed.token).await?;
    if signed.must_change { Err(Unsigned::MustChange(name.to_owned())) } else { Ok(signed.roles) }
}

/// Now, in Unix milliseconds.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
