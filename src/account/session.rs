//! Sessions: a cookie of 32 random bytes, of which the store has the SHA-256 alone.

use super::{NoRandom, Settings, milliseconds, password_expires, random};
use crate::store::{Roles, Session, Store, StoreError};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of a token.
const BYTES: usize = 32;

/// A session is written down as used once in this part of its idle time, not at every request.
const TOUCHES: i64 = 20;

/// Who uses a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// The account.
    pub account: String,
    /// What it may do now.
    pub roles: Roles,
    /// The password is too old: nothing may be done but changing it.
    pub must_change: bool,
    /// When the session began, in Unix milliseconds.
    pub since: i64,
    /// Whether the account has one-time codes. To give or take them ends its sessions, so this one was begun with a code then.
    pub has_totp: bool,
}

/// A token for a browser.
pub(super) fn token() -> Result<String, NoRandom> {
    Ok(URL_SAFE_NO_PAD.encode(random::<BYTES>()?))
}

/// What the store knows a token by. Tokens are random, so their hash needs no key; and a look-up by hash tells nothing of a token
/// by the time it takes.
pub(super) fn hash(token: &str) -> String {
    digest(&SHA256, token.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who has this token, and that the session was used now. `None` when it has ended: by itself, by its account's being disabled,
/// by a new password, by a sign-out.
///
/// # Errors
/// When it cannot be told; then nobody is signed in.
pub async fn check_session(
    store: &Store,
    settings: &Settings,
    token: &str,
    now: i64,
) -> Result<Option<Current>, StoreError> {
    let hash = hash(token);
    let Some(session) = store.session(&hash).await? else { return Ok(None) };
    let unused = now.saturating_sub(session.seen);
    let idle = milliseconds(settings.idle);
    if unused >= idle || now.saturating_sub(session.created) >= milliseconds(settings.longest) {
        store.end_session(&hash).await?;
        return Ok(None);
    }
    if unused > idle / TOUCHES {
        store.touch_session(&hash, now).await?;
    }
    let Some(account) = store.account(&session.account).await? else { return Ok(None) };
    let must_change = password_expires(settings, account.changed) <= now;
    let has_totp = account.totp.is_some();
    Ok(Some(Current { account: account.name, roles: account.roles, must_change, since: session.created, has_totp }))
}

/// Ends the session of a token; `false` when there was none.
///
/// # Errors
/// When it was not ended.
pub async fn sign_out(store: &Store, token: &str) -> Result<bool, StoreError> {
    store.end_session(&hash(token)).await
}

/// Begins a session; its token.
pub(super) async fn begin(store: &Store, account: &str, address: &str, now: i64) -> Result<String, super::Refused> {
    let token = token()?;
    let session = Session {
        token: hash(&token),
        account: account.to_owned(),
        created: now,
        seen: now,
        address: address.to_owned(),
    };
    store.add_session(&session).await?;
    Ok(token)
}
