//! Who is to approve what is held, and cannot: names of the configuration that no account has.

use crate::account::Role;
use crate::config::Settings;
use crate::store::{Account, Address, Store, StoreError};
use std::collections::BTreeSet;

/// What is doubtful about the approvers, in English and Korean. The store is only looked at.
pub(super) fn doubts(settings: &Settings) -> Vec<(String, String)> {
    let hold = &settings.hold;
    let named: BTreeSet<&str> =
        hold.approvers.iter().flat_map(|(_, names)| names).chain(&hold.deputy).map(String::as_str).collect();
    if !hold.is_used || named.is_empty() {
        return Vec::new();
    }
    match accounts(settings) {
        Ok(accounts) => named.into_iter().filter_map(|name| doubt(name, &accounts)).collect(),
        Err(error) => {
            let error = error.lines().next().unwrap_or_default();
            vec![(
                format!("whether the approvers of [hold] have accounts cannot be looked up: {error}"),
                "[hold]의 승인자에게 계정이 있는지 확인하지 못했습니다.".to_owned(),
            )]
        }
    }
}

fn accounts(settings: &Settings) -> Result<Vec<Account>, String> {
    let address = settings.state.store().map_err(|error| error.to_string())?;
    if let Address::File(path) = &address
        && !path.exists()
    {
        return Ok(Vec::new());
    }
    let runtime = crate::cli::runtime().map_err(|error| error.to_string())?;
    runtime.block_on(looked_up(&address)).map_err(|error| error.to_string())
}

async fn looked_up(address: &Address) -> Result<Vec<Account>, StoreError> {
    let store = Store::look(address).await?;
    let accounts = store.accounts().await;
    store.close().await;
    accounts
}

fn doubt(name: &str, accounts: &[Account]) -> Option<(String, String)> {
    let Some(account) = accounts.iter().find(|account| account.name == name) else {
        return Some((
            format!(
                "{name} approves what is held by [hold], and has no account: garim user add {name} --role approver"
            ),
            format!("[hold]의 승인자 {name}에게 계정이 없습니다. garim user add {name} --role approver로 만드십시오."),
        ));
    };
    match () {
        () if account.disabled => Some((
            format!("{name} approves what is held by [hold], and the account is disabled"),
            format!("[hold]의 승인자 {name}의 계정이 중지되어 있습니다."),
        )),
        () if !account.roles.has(Role::Approver) => Some((
            format!("{name} approves what is held by [hold], and is no approver: garim user grant {name} approver"),
            format!(
                "[hold]의 승인자 {name}에게 approver 역할이 없습니다. garim user grant {name} approver로 주십시오."
            ),
        )),
        () => None,
    }
}
