//! Who signs in to garim: passwords and their rule, one-time codes, sessions, and what an account may do.
//!
//! Every time is handed in, in Unix milliseconds. What is secret is kept as a hash (passwords, session tokens) or encrypted
//! (the secrets of one-time codes); the rules follow 개인정보의 안전성 확보조치 기준 (Standard of measures to secure the safety of
//! personal information), articles 5 and 6, and the guide of passwords that KISA gives with it.

mod password;
mod rule;
mod secret;
mod session;
mod sign_in;
mod totp;

#[cfg(test)]
mod tests;

pub use crate::store::{Role, Roles};
pub use rule::{RuleError, check_name, check_password};
pub use secret::{KeyError, SecretKey};
pub use session::{Current, check_session, sign_out};
pub use sign_in::{
    ChangeError, Refused, SignIn, SignedIn, add_account, change_password, give_totp, password_expires, set_password,
    sign_in,
};
pub use totp::{Totp, uri};

use crate::store::Lock;
use std::time::Duration;

/// How accounts are guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// A password is good for this many days; public bodies take 90.
    pub password_days: u32,
    /// This many failures in a row lock a name.
    pub lock_after: u32,
    /// For this long.
    pub lock: Duration,
    /// A session ends when it has not been used for this long.
    pub idle: Duration,
    /// A session ends after this long, however it is used.
    pub longest: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            password_days: 180,
            lock_after: 5,
            lock: Duration::from_secs(600),
            idle: Duration::from_secs(600),
            longest: Duration::from_secs(12 * 3600),
        }
    }
}

impl Settings {
    fn lock(&self) -> Lock {
        Lock { after: self.lock_after, lasts: milliseconds(self.lock) }
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes / 난수를 만들 수 없습니다")]
pub struct NoRandom;

fn random<const N: usize>() -> Result<[u8; N], NoRandom> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(bytes)
}
