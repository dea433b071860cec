//! Signing in, and changing what it takes to.

use super::{
    KeyError, NoRandom, Roles, RuleError, SecretKey, Settings, Totp, check_name, check_password, password, session,
};
use crate::store::{Account, AccountError, Attempt, Store, StoreError};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Somebody who wants to sign in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The name.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The one-time code, when it was asked for.
    pub code: Option<&'a str>,
    /// From where.
    pub address: &'a str,
}

impl std::fmt::Debug for SignIn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

/// Somebody who has.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The token of the session, for a cookie. It is nowhere else.
    pub token: String,
    /// The account.
    pub account: String,
    /// What it may do.
    pub roles: Roles,
    /// The password is too old: nothing may be done but changing it.
    pub must_change: bool,
    /// Whether it took a one-time code.
    pub has_totp: bool,
    /// The sign-in before this one, in Unix milliseconds, to be shown.
    pub last_login: Option<i64>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such account, or the password or the code is another: which of these is not told.
    #[error("name, password or code is wrong / 아이디, 비밀번호 또는 인증번호가 맞지 않습니다")]
    Wrong,
    /// Too many failures; said of every name, whether there is such an account or not.
    #[error("too many failures: try again later / 여러 번 틀려 잠겼습니다. 잠시 뒤 다시 하십시오")]
    Locked {
        /// Until then, in Unix milliseconds.
        until: i64,
    },
    /// The password is right; the account has one-time codes.
    #[error("a one-time code is needed / 인증번호를 입력하십시오")]
    NeedsCode,
    /// The password is right; the account is disabled.
    #[error("the account is disabled / 사용이 중지된 계정입니다")]
    Disabled,
    /// The account has codes, but their secret cannot be opened: the key is missing, or another one.
    #[error(
        "the secret of the one-time codes cannot be opened: is the key file the right one? / 인증번호 열쇠가 맞지 않습니다"
    )]
    Key,
    /// The system gives no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandom),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an account was not made or changed. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The new password or the name is against the rule.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The old password is wrong, or the name locked.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// There is no such account, or another reason of the store's.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The key of secrets cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The system gives no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandom),
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> ChangeError {
        ChangeError::Account(AccountError::Store(error))
    }
}

/// Signs somebody in. `key` opens the secrets of one-time codes. It takes as long for a name that there is not as for a wrong
/// password: the same writes, and the same computation.
///
/// # Errors
/// Why not.
pub async fn sign_in(
    store: &Store,
    settings: &Settings,
    key: Option<&SecretKey>,
    who: SignIn<'_>,
    now: i64,
) -> Result<SignedIn, Refused> {
    let account = verified(store, settings, who.name, who.password, now).await?;
    if account.disabled {
        return Err(Refused::Disabled);
    }
    if let Some(sealed) = &account.totp {
        let Some(code) = who.code else {
            store.attempt_withdrawn(&account.name).await?;
            return Err(Refused::NeedsCode);
        };
        let secret = key.and_then(|key| key.open(&account.name, sealed)).ok_or(Refused::Key)?;
        let step = Totp::of(secret).step_of(code, now).ok_or(Refused::Wrong)?;
        if !store.use_totp_step(&account.name, step).await? {
            return Err(Refused::Wrong);
        }
    }
    store.attempt_succeeded(&account.name, now).await?;
    let token = session::begin(store, &account.name, who.address, now).await?;
    let must_change = password_expires(settings, account.changed) <= now;
    let (has_totp, last_login) = (account.totp.is_some(), account.last_login);
    Ok(SignedIn { token, account: account.name, roles: account.roles, must_change, has_totp, last_login })
}

/// The account whose password this is. The attempt stays counted as a failure until somebody says otherwise.
async fn verified(store: &Store, settings: &Settings, name: &str, given: &str, now: i64) -> Result<Account, Refused> {
    // Names that cannot be are told from others by anybody; nothing is counted for them.
    if check_name(name).is_err() {
        return Err(Refused::Wrong);
    }
    if let Attempt::Locked(until) = store.begin_attempt(name, settings.lock(), now).await? {
        return Err(Refused::Locked { until });
    }
    let account = store.account(name).await?;
    match (password::verify(given, account.as_ref().map(|account| account.password.as_str())).await, account) {
        (true, Some(account)) => Ok(account),
        _ => Err(Refused::Wrong),
    }
}

/// From when on a password that was set at `changed` is too old, in Unix milliseconds.
pub fn password_expires(settings: &Settings, changed: i64) -> i64 {
    changed.saturating_add(DAY.saturating_mul(i64::from(settings.password_days)))
}

/// Makes an account; its roles are recorded as given by `by`.
///
/// # Errors
/// Why not.
pub async fn add_account(
    store: &Store,
    name: &str,
    new: &str,
    roles: Roles,
    by: &str,
    now: i64,
) -> Result<(), ChangeError> {
    check_name(name)?;
    check_password(new, name)?;
    let hash = password::hash(new).await?;
    Ok(store.add_account(name, &hash, roles, by, now).await?)
}

/// Changes one's own password; failures count as those of signing in do. All sessions of the account end.
///
/// # Errors
/// Why not.
pub async fn change_password(
    store: &Store,
    settings: &Settings,
    name: &str,
    old: &str,
    new: &str,
    now: i64,
) -> Result<(), ChangeError> {
    let account = verified(store, settings, name, old, now).await?;
    store.attempt_withdrawn(name).await?;
    if account.disabled {
        return Err(Refused::Disabled.into());
    }
    renewed(store, &account, new, now).await
}

/// Sets somebody's password without the old one, for whoever administers the machine. All sessions of the account end.
///
/// # Errors
/// Why not.
pub async fn set_password(store: &Store, name: &str, new: &str, now: i64) -> Result<(), ChangeError> {
    let account = store.account(name).await?.ok_or(AccountError::NotFound)?;
    renewed(store, &account, new, now).await
}

async fn renewed(store: &Store, account: &Account, new: &str, now: i64) -> Result<(), ChangeError> {
    check_password(new, &account.name)?;
    for used in [Some(account.password.as_str()), account.previous.as_deref()].into_iter().flatten() {
        if password::verify(new, Some(used)).await {
            return Err(RuleError::Used.into());
        }
    }
    let hash = password::hash(new).await?;
    Ok(store.set_password(&account.name, &hash, &account.password, now).await?)
}

/// Gives an account one-time codes, or others; the secret, to be shown once. All sessions of the account end.
///
/// # Errors
/// Why not.
pub async fn give_totp(store: &Store, key: &SecretKey, name: &str) -> Result<Totp, ChangeError> {
    let totp = Totp::random()?;
    let sealed = key.seal(name, totp.bytes())?;
    store.set_totp(name, Some(&sealed)).await?;
    Ok(totp)
}
