//! What is told of accounts.

use super::{Failed, now};
use crate::store::{Account, Store};

/// The accounts, or the grants; a line each.
pub(super) async fn list(store: &Store, grants: bool) -> Result<String, Failed> {
    if grants {
        let all = store.grants(None).await?;
        for one in &all {
            let did = if one.given { "+" } else { "-" };
            say!("{}  {}  {did}{}  by {}", day(one.time), one.account, one.role, one.by);
        }
        return Ok(format!("{} grants / 이력 {}건", all.len(), all.len()));
    }
    let (all, now) = (store.accounts().await?, now());
    for one in &all {
        say!("{}", line(one, now));
    }
    Ok(format!("{} accounts / 계정 {}개", all.len(), all.len()))
}

fn line(account: &Account, now: i64) -> String {
    let roles: Vec<&str> = account.roles.iter().map(|role| role.name()).collect();
    let roles = if roles.is_empty() { "-".to_owned() } else { roles.join(",") };
    let mut state = Vec::new();
    if account.disabled {
        state.push("disabled/중지");
    }
    if account.locked_until > now {
        state.push("locked/잠김");
    }
    if account.totp.is_some() {
        state.push("codes/인증번호");
    }
    let last = account.last_login.map_or_else(|| "-".to_owned(), day);
    format!(
        "{}  {roles}  password/비밀번호 {}  last sign-in/최근 로그인 {last}  {}",
        account.name,
        day(account.changed),
        state.join(" ")
    )
    .trim_end()
    .to_owned()
}

/// A time as a day and minutes in Korea, as every other list has it.
fn day(time: i64) -> String {
    let korea = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let shown = |time: jiff::Timestamp| time.to_zoned(korea).strftime("%Y-%m-%d %H:%M").to_string();
    jiff::Timestamp::from_millisecond(time).map_or_else(|_| "?".to_owned(), shown)
}
