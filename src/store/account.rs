//! Accounts of garim's console: who may do what, and the record of who said so.

use super::db::{Row, Statement};
use super::{Store, StoreError, each};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// See incidents and figures.
    Viewer,
    /// Decide on holds.
    Approver,
    /// Change the policy and make exceptions.
    PolicyAdmin,
    /// Read the audit and ask who saw a value.
    Auditor,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Approver, Role::PolicyAdmin, Role::Auditor];

    /// The word in commands, records and the store.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Approver => "approver",
            Role::PolicyAdmin => "policy-admin",
            Role::Auditor => "auditor",
        }
    }

    /// The role of a word.
    pub fn named(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == word)
    }

    const fn bit(self) -> i64 {
        match self {
            Role::Viewer => 1,
            Role::Approver => 2,
            Role::PolicyAdmin => 4,
            Role::Auditor => 8,
        }
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(i64);

impl Roles {
    /// Whether a role is among them.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Those that are among them, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Roles {
        Roles(roles.into_iter().fold(0, |set, role| set | role.bit()))
    }
}

/// An account of the console.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name, unique.
    pub name: String,
    /// What it may do.
    pub roles: Roles,
    /// The password's hash.
    pub password: String,
    /// The hash of the password before.
    pub previous: Option<String>,
    /// When the password was set, in Unix milliseconds.
    pub changed: i64,
    /// When the account was made, in Unix milliseconds.
    pub created: i64,
    /// The encrypted secret of its one-time codes.
    pub totp: Option<Vec<u8>>,
    /// The last sign-in, in Unix milliseconds.
    pub last_login: Option<i64>,
    /// Nobody can sign in with it.
    pub disabled: bool,
    /// Sign-ins that failed since the last one that did not.
    pub failed: u32,
    /// Until when nobody can sign in with it, in Unix milliseconds; 0 when nothing was locked.
    pub locked_until: i64,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("name", &self.name).field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// A role that was given or taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// When, in Unix milliseconds.
    pub time: i64,
    /// The account or the system's user that did it.
    pub by: String,
    /// The account.
    pub account: String,
    /// The role's name; `sign-in` is the account itself, which is made, disabled, or enabled again.
    pub role: String,
    /// Given, or taken.
    pub given: bool,
}

/// The record of grants is kept for so long at least: three years, one of them a leap year (Standards for Safety Measures of
/// Personal Information, article 5), and a minute, for the database's clock is another.
pub const GRANTS_STAY: std::time::Duration = std::time::Duration::from_secs(1096 * 86_400 + 60);

/// What stands for the account itself in the record of grants.
const SIGN_IN: &str = "sign-in";

/// Why an account was not changed. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is none.
    #[error("there is no such account / 그런 계정이 없습니다")]
    NotFound,
    /// There is one of this name.
    #[error("there is an account of this name / 같은 이름의 계정이 있습니다")]
    Exists,
    /// It has the role already, or has it not.
    #[error("nothing to change / 바꿀 것이 없습니다")]
    Unchanged,
    /// Somebody changed it meanwhile.
    #[error("somebody else has changed it meanwhile / 그사이 다른 사람이 바꾸었습니다")]
    Changed,
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

macro_rules! columns {
    () => {
        "SELECT accounts.name, roles, password, previous, changed, created, totp, last_login, disabled, \
         COALESCE(failed, 0), COALESCE(locked_until, 0) FROM accounts LEFT JOIN attempts ON attempts.name = accounts.name"
    };
}

impl Store {
    /// Adds an account with the hash of its password and its roles, which are recorded as grants of `by`.
    ///
    /// # Errors
    /// When there is one of this name.
    pub async fn add_account(
        &self,
        name: &str,
        password: &str,
        roles: Roles,
        by: &str,
        now: i64,
    ) -> Result<(), AccountError> {
        let insert = "INSERT INTO accounts (name, roles, password, changed, created) VALUES ($1, $2, $3, $4, $4) \
             ON CONFLICT (name) DO NOTHING";
        let mut batch = vec![Statement::write(insert).text(name).int(roles.0).text(password).int(now).must()];
        batch.push(recorded(name, SIGN_IN, true, by, now));
        batch.extend(roles.iter().map(|role| recorded(name, role.name(), true, by, now)));
        if self.together(batch).await? { Ok(()) } else { Err(AccountError::Exists) }
    }

    /// One account.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        let statement = Statement::read(concat!(columns!(), " WHERE accounts.name = $1")).text(name);
        self.row(statement).await?.map(|mut row| account(&mut row)).transpose()
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        each(self.rows(Statement::read(concat!(columns!(), " ORDER BY accounts.name"))).await?, account)
    }

    /// Gives a role, or takes it. When one is taken, the account's sessions end.
    ///
    /// # Errors
    /// When there is no such account, or nothing to change.
    pub async fn set_role(&self, name: &str, role: Role, given: bool, by: &str, now: i64) -> Result<(), AccountError> {
        let update = match given {
            true => "UPDATE accounts SET roles = roles | $2 WHERE name = $1 AND roles & $2 = 0",
            false => "UPDATE accounts SET roles = roles - $2 WHERE name = $1 AND roles & $2 <> 0",
        };
        let mut batch = vec![
            Statement::write(update).text(name).int(role.bit()).must(),
            recorded(name, role.name(), given, by, now),
        ];
        if !given {
            batch.push(signed_out(name));
        }
        if self.together(batch).await? { Ok(()) } else { Err(self.unchanged(name).await?) }
    }

    /// Who gave which role to whom, or took it; the newest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn grants(&self, account: Option<&str>) -> Result<Vec<Grant>, StoreError> {
        let statement = Statement::read(
            "SELECT time, by, account, role, given FROM grants WHERE $1 IS NULL OR account = $1 ORDER BY time DESC, id DESC",
        );
        each(self.rows(statement.maybe_text(account)).await?, |row| {
            Ok(Grant {
                time: row.int()?,
                by: row.text()?,
                account: row.text()?,
                role: row.text()?,
                given: row.int()? != 0,
            })
        })
    }

    /// Deletes the grants from before `time`; how many. The database itself refuses to delete one of the last three years, as
    /// it does to change one (개인정보의 안전성 확보조치 기준, article 5: records of rights are kept for three years).
    ///
    /// # Errors
    /// When none was deleted.
    pub async fn delete_grants_before(&self, time: i64) -> Result<u64, StoreError> {
        self.change(Statement::write("DELETE FROM grants WHERE time < $1").int(time)).await
    }

    /// Sets the password's hash, remembers the one before, and ends the account's sessions. `before` is the hash that the
    /// account had when the new password was checked.
    ///
    /// # Errors
    /// When there is no such account, or its password was changed meanwhile.
    pub async fn set_password(&self, name: &str, password: &str, before: &str, now: i64) -> Result<(), AccountError> {
        let update = "UPDATE accounts SET previous = password, password = $2, changed = $4 \
             WHERE name = $1 AND password = $3";
        let batch =
            vec![Statement::write(update).text(name).text(password).text(before).int(now).must(), signed_out(name)];
        match self.together(batch).await? {
            true => Ok(()),
            false if self.account(name).await?.is_some() => Err(AccountError::Changed),
            false => Err(AccountError::NotFound),
        }
    }

    /// Sets or takes away the encrypted secret of the account's one-time codes, and ends its sessions.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn set_totp(&self, name: &str, secret: Option<&[u8]>) -> Result<(), AccountError> {
        let update = "UPDATE accounts SET totp = $2, totp_step = NULL WHERE name = $1";
        let batch = vec![Statement::write(update).text(name).maybe_bytes(secret).must(), signed_out(name)];
        if self.together(batch).await? { Ok(()) } else { Err(AccountError::NotFound) }
    }

    /// Uses up a step of the account's one-time codes: `false` when this one or a later one was used before, on whichever
    /// node (RFC 6238, 5.2: a code is accepted once).
    ///
    /// # Errors
    /// When it cannot be told; then the code must be refused.
    pub async fn use_totp_step(&self, name: &str, step: i64) -> Result<bool, StoreError> {
        let update = "UPDATE accounts SET totp_step = $2 WHERE name = $1 AND totp IS NOT NULL AND (totp_step IS NULL OR totp_step < $2)";
        Ok(self.change(Statement::write(update).text(name).int(step)).await? == 1)
    }

    /// Keeps anybody from signing in with the account, and ends its sessions; or lets them again. Recorded as the roles are.
    ///
    /// # Errors
    /// When there is no such account, or nothing to change.
    pub async fn set_disabled(&self, name: &str, disabled: bool, by: &str, now: i64) -> Result<(), AccountError> {
        let update = "UPDATE accounts SET disabled = $2 WHERE name = $1 AND disabled <> $2";
        let batch = vec![
            Statement::write(update).text(name).int(i64::from(disabled)).must(),
            recorded(name, SIGN_IN, !disabled, by, now),
            signed_out(name),
        ];
        if self.together(batch).await? { Ok(()) } else { Err(self.unchanged(name).await?) }
    }

    async fn unchanged(&self, name: &str) -> Result<AccountError, StoreError> {
        Ok(if self.account(name).await?.is_some() { AccountError::Unchanged } else { AccountError::NotFound })
    }
}

fn recorded(name: &str, role: &str, given: bool, by: &str, now: i64) -> Statement {
    let insert = "INSERT INTO grants (time, by, account, role, given) VALUES ($1, $2, $3, $4, $5)";
    Statement::write(insert).int(now).text(by).text(name).text(role).int(i64::from(given))
}

fn signed_out(name: &str) -> Statement {
    Statement::write("DELETE FROM sessions WHERE account = $1").text(name)
}

fn account(row: &mut Row) -> Result<Account, StoreError> {
    Ok(Account {
        name: row.text()?,
        roles: Roles(row.int()?),
        password: row.text()?,
        previous: row.maybe_text()?,
        changed: row.int()?,
        created: row.int()?,
        totp: row.maybe_bytes()?,
        last_login: row.maybe_int()?,
        disabled: row.int()? != 0,
        failed: u32::try_from(row.int()?).unwrap_or(u32::MAX),
        locked_until: row.int()?,
    })
}
