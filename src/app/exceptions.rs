//! Exceptions from the policy, beside the exchanges: read from the store, where any node or command may have put one, told to the
//! journal, and only then in force. What has ended is in force no longer, whether the store answers or not.

use super::holds::told;
use super::reload::Reloader;
use super::shelf::Shelf;
use crate::audit::{Event, kind};
use crate::proxy::Proxy;
use crate::store::{Excepted, Exception, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for exceptions, and for their ends.
const LOOK: Duration = Duration::from_secs(1);

/// Puts into force what holds at the start of the process. Where it cannot be read, it is stricter without, and asked again.
pub(super) async fn begin(proxy: &Proxy, reloader: &Reloader, shelf: &Shelf) {
    if let Err(error) = look(proxy, reloader, shelf).await {
        tracing::error!(%error, "exceptions cannot be read yet");
    }
}

/// Keeps what is in force true.
pub(super) async fn attend(
    proxy: Arc<Proxy>,
    reloader: Arc<Reloader>,
    shelf: Arc<Shelf>,
    mut stop: watch::Receiver<bool>,
) {
    let mut was_well = true;
    loop {
        let looked = look(&proxy, &reloader, &shelf).await;
        if let Err(error) = &looked
            && was_well
        {
            tracing::error!(%error, "exceptions cannot be read; those that are known hold until their end");
        }
        was_well = looked.is_ok();
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// One look: what begins and what ends is told, then done.
///
/// # Errors
/// When the store cannot be asked; what has ended by the clock is ended all the same.
async fn look(proxy: &Proxy, reloader: &Reloader, shelf: &Shelf) -> Result<(), StoreError> {
    let now = jiff::Timestamp::now().as_millisecond();
    let known = Arc::clone(&proxy.sites.load().exceptions);
    let (read, said) = match stored(shelf, now).await {
        Ok(read) => (read, Ok(())),
        Err(error) => (known.to_vec(), Err(error)),
    };
    let wanted: Vec<Exception> = read.into_iter().filter(|one| one.until > now).collect();
    if wanted == *known {
        return said;
    }
    let among = |one: &Exception, all: &[Exception]| all.iter().any(|other| other.id == one.id);
    let mut events: Vec<Event> = wanted.iter().filter(|one| !among(one, &known)).map(begins).collect();
    let ended: Vec<Exception> = known.iter().filter(|one| !among(one, &wanted)).cloned().collect();
    events.extend(ends(&ended, shelf).await);
    // What cannot be recorded does not begin. What ends does so in any case.
    let is_told = told(proxy.keeper.as_deref(), events).await;
    let wanted = wanted.into_iter().filter(|one| is_told || among(one, &known)).collect();
    reloader.except(wanted).await;
    said
}

async fn stored(shelf: &Shelf, now: i64) -> Result<Vec<Exception>, StoreError> {
    match shelf.store_if_any().await? {
        Some(store) => store.exceptions(Some(now)).await,
        None => Ok(Vec::new()),
    }
}

fn event(exception: &Exception, verdict: &str) -> Event {
    let mut event = Event::new(kind::POLICY).with("exception", &exception.id);
    event.site = Some(exception.site.clone());
    event.verdict = Some(verdict.to_owned());
    match &exception.excepted {
        Excepted::Rule(rule) => event.rule = Some(rule.clone()),
        Excepted::Kind(word, on) => {
            event = event.with("kinds", word);
            if let Some(on) = on {
                event = event.with("on", on.name());
            }
        }
    }
    event
}

fn begins(exception: &Exception) -> Event {
    let event = event(exception, "excepted");
    let until = jiff::Timestamp::from_millisecond(exception.until).unwrap_or_default();
    let until = until.display_with_offset(jiff::tz::offset(9));
    let event = Event { account: Some(exception.by.clone()), reason: Some(exception.reason.clone()), ..event };
    event.with("until", until.to_string())
}

/// That they ended, and by whom where that can be asked.
async fn ends(ended: &[Exception], shelf: &Shelf) -> Vec<Event> {
    if ended.is_empty() {
        return Vec::new();
    }
    let all = match shelf.store_if_any().await {
        Ok(Some(store)) => store.exceptions(None).await.unwrap_or_default(),
        _ => Vec::new(),
    };
    let end = |one: &Exception| {
        let by = all.iter().find(|stored| stored.id == one.id).and_then(|stored| stored.ended_by.clone());
        Event { account: by, ..event(one, "exception-over") }
    };
    ended.iter().map(end).collect()
}
