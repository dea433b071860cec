//! What a trial leaves out: exceptions that hold in the store, while the policy of the configuration is tried.

use crate::config::Settings;
use crate::store::{Address, Exception, Store, StoreError};

/// Says of these sites that exceptions hold now, where there are any. A store that cannot be looked at is no reason to say
/// anything: the policy is tried on machines where there is none.
pub(super) fn tell(settings: &Settings, sites: &[&str]) {
    let Ok(address) = settings.state.store() else { return };
    let is_there = if let Address::File(path) = &address { path.exists() } else { false };
    let Some(runtime) = is_there.then(crate::cli::runtime).and_then(Result::ok) else { return };
    let holding = runtime.block_on(holding(&address)).unwrap_or_default();
    let count = holding.iter().filter(|one| sites.contains(&one.site.as_str())).count();
    if count > 0 {
        complain!(
            "garim: {count} exceptions hold here now, and are not counted in: garim exceptions list\n    지금 적용 중인 예외 {count}건은 넣지 않고 시험했습니다. garim exceptions list로 보십시오."
        );
    }
}

async fn holding(address: &Address) -> Result<Vec<Exception>, StoreError> {
    let store = Store::look(address).await?;
    let holding = store.exceptions(Some(crate::cli::signing::now())).await;
    store.close().await;
    holding
}
