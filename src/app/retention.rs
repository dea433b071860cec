//! What the store has kept long enough is deleted, once a day, and the journal says so.

use super::holds::told;
use super::shelf::Shelf;
use crate::audit::{Event, kind};
use crate::config::Settings;
use crate::proxy::Proxy;
use crate::store::{GRANTS_STAY, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for what is older than it is to be kept, and how soon again if that could not be done.
const DAY: Duration = Duration::from_secs(86_400);
const AGAIN: Duration = Duration::from_secs(60);

/// Deletes what is past its time, as the configuration of the moment says.
pub(super) async fn sweep(proxy: Arc<Proxy>, shelf: Arc<Shelf>, mut stop: watch::Receiver<bool>) {
    loop {
        let settings = Arc::clone(&proxy.sites.load().settings);
        let wait = match round(&proxy, &shelf, &settings).await {
            Ok(true) => DAY,
            Ok(false) => AGAIN,
            Err(error) => {
                tracing::error!(%error, "what the store has kept long enough cannot be deleted");
                AGAIN
            }
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Whether it is done for today. Without a journal that says so nothing is deleted.
async fn round(proxy: &Proxy, shelf: &Shelf, settings: &Settings) -> Result<bool, StoreError> {
    let Some(store) = shelf.store_if_any().await? else { return Ok(true) };
    let keeper = proxy.keeper.as_deref();
    if store.is_away() || keeper.is_some_and(|keeper| !keeper.is_ready()) {
        return Ok(false);
    }
    let now = jiff::Timestamp::now().as_millisecond();
    let events = deleted(store, settings, now).await?;
    Ok(told(keeper, events).await)
}

/// Deletes, and tells what.
async fn deleted(store: &Store, settings: &Settings, now: i64) -> Result<Vec<Event>, StoreError> {
    let before = |keep: Duration| now.saturating_sub(i64::try_from(keep.as_millis()).unwrap_or(i64::MAX));
    let keep = settings.state.keep;
    let (incidents, grants) = (before(keep.incidents), before(keep.grants.max(GRANTS_STAY)));
    let done = [
        ("incidents", incidents, store.delete_incidents_before(incidents).await?),
        ("holds", incidents, store.delete_holds_before(incidents).await?),
        ("grants", grants, store.delete_grants_before(grants).await?),
    ];
    let done = done.into_iter().filter(|(_, _, count)| *count > 0).map(|(what, before, count)| {
        tracing::info!(what, count, "deleted from the store: kept long enough");
        let before = jiff::Timestamp::from_millisecond(before).unwrap_or_default();
        let event = Event { verdict: Some("deleted".to_owned()), ..Event::new(kind::RETENTION) };
        event.with("what", what).with("count", count.to_string()).with("before", before.to_string())
    });
    Ok(done.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Address, Incident};
    use crate::vocab::Direction;

    const DAYS: i64 = 86_400_000;
    const NOW: i64 = 20_000 * DAYS;

    fn incident(id: &str, days: i64) -> Incident {
        let [site, address, verdict, path, findings] = ["a", "192.0.2.1", "log", "/", "{}"].map(str::to_owned);
        let (time, direction) = (NOW - days * DAYS, Direction::Upload);
        Incident {
            id: id.to_owned(),
            time,
            site,
            address,
            account: None,
            direction,
            verdict,
            rule: None,
            path,
            findings,
        }
    }

    #[tokio::test]
    async fn what_is_past_its_time_goes_and_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = Address::File(folder.path().join("garim.db"));
        let store = Store::open_or_create(&address).await.expect("a store");
        let settings = |keep: &str| {
            let text = format!(
                "[server]\nlisten = [\"127.0.0.1:0\"]\n[state]\ndir = \"/x\"\nkeep = {{ {keep} }}\n\
                 [[site]]\nhosts = [\"*\"]\nupstream = \"http://127.0.0.1:1\"\ntls = \"self-signed\"\npolicy = \"p\"\n\
                 [policy.p]\n"
            );
            crate::config::parse(&text, "test").unwrap_or_else(|mistakes| panic!("{mistakes}"))
        };
        store.add_incidents(&[incident("new", 10), incident("old", 400)]).await.expect("added");
        let ago = NOW - 1100 * DAYS;
        store.add_account("kim", "hash", crate::store::Roles::default(), "root", ago).await.expect("added");
        assert!(
            deleted(&store, &settings("incidents = \"2y\""), NOW)
                .await
                .expect("asked")
                .iter()
                .all(|event| { event.detail.contains(&("what".to_owned(), "grants".to_owned())) })
        );
        assert!(store.grants(None).await.expect("read").is_empty(), "three years are over");
        let told = deleted(&store, &settings("incidents = \"1y\""), NOW).await.expect("deleted");
        let [event] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((event.kind, event.verdict.as_deref()), (kind::RETENTION, Some("deleted")));
        assert!(event.detail.contains(&("what".to_owned(), "incidents".to_owned())), "{event:?}");
        assert!(event.detail.contains(&("count".to_owned(), "1".to_owned())), "{event:?}");
        assert!(store.incident("new").await.expect("read").is_some());
        // Less than the law asks for is warned of, and the record of who may what stays all the same.
        store
            .add_account("lee", "hash", crate::store::Roles::default(), "root", NOW - 900 * DAYS)
            .await
            .expect("added");
        assert!(deleted(&store, &settings("grants = \"30d\""), NOW).await.expect("asked").is_empty());
        assert_eq!(store.grants(None).await.expect("read").len(), 1);
    }
}
