//! Who is told of what happens, beside the exchanges: the journal is watched, what went through is kept in the store, and
//! people are reminded of what is not closed while its 72 hours run.

use super::StartError;
use super::operations::Readiness;
use super::shelf::Shelf;
use crate::alert::{Alert, AlertEvent, Severity, incident};
use crate::audit::Health;
use crate::config::Settings;
use crate::proxy::Proxy;
use crate::proxy::alarm::Alarm;
use crate::proxy::metrics::Metrics;
use crate::store::{Incident, IncidentFilter, Page, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;

/// How often the journal is asked how it fares.
const LOOK: Duration = Duration::from_secs(1);
/// After so long what could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How often it is looked for incidents whose time runs out.
const REMIND: Duration = Duration::from_secs(60);
/// People are reminded of what is no older.
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 14);
/// So many incidents are read, or written, at once.
const PAGE: usize = 100;

/// Makes the ways of the configuration ready, and gives what is to be kept in the store.
pub(super) fn open(
    settings: &Settings,
    metrics: &Arc<Metrics>,
) -> Result<(Arc<Alarm>, Receiver<Incident>), StartError> {
    let (alarm, incidents) = Alarm::new(Arc::clone(metrics));
    alarm.install(alarm.prepare(settings, &settings.state.node())?);
    Ok((Arc::new(alarm), incidents))
}

/// Keeps what went through. What cannot be written is tried again; what has no room meanwhile is counted, and stands in the
/// journal.
pub(super) async fn keep(shelf: Arc<Shelf>, mut incidents: Receiver<Incident>, mut stop: watch::Receiver<bool>) {
    let mut batch = Vec::new();
    loop {
        let ends = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => true,
            count = incidents.recv_many(&mut batch, PAGE), if batch.is_empty() => count == 0,
            () = tokio::time::sleep(AGAIN), if !batch.is_empty() => false,
        };
        while let Ok(incident) = incidents.try_recv() {
            batch.push(incident);
            if !ends && batch.len() >= PAGE {
                break;
            }
        }
        let kept = match shelf.store().await {
            _ if batch.is_empty() => Ok(()),
            Ok(store) => store.add_incidents(&batch).await,
            Err(error) => Err(error),
        };
        match kept {
            Ok(()) => batch.clear(),
            Err(error) => tracing::error!(%error, "incidents cannot be kept in the store; they stand in the journal"),
        }
        if ends {
            return;
        }
    }
}

/// Reminds people of incidents whose time runs out or has, once each in the life of a process, so after a restart again.
pub(super) async fn remind(proxy: Arc<Proxy>, shelf: Arc<Shelf>, mut stop: watch::Receiver<bool>) {
    let mut reminded = HashSet::new();
    loop {
        if proxy.alarm.wants(AlertEvent::Leaked) {
            let now = Timestamp::now();
            match open_ones(&shelf, now).await {
                Ok(open) => open.iter().for_each(|one| tell(&proxy.alarm, one, now, &mut reminded)),
                Err(error) => tracing::warn!(%error, "it cannot be looked for incidents whose time runs out"),
            }
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(REMIND) => {}
        }
    }
}

fn tell(alarm: &Alarm, one: &Incident, now: Timestamp, reminded: &mut HashSet<(String, bool)>) {
    let Some(alert) = incident::reminder(one, now) else { return };
    let is_over = incident::is_over(one, now);
    if reminded.insert((one.id.clone(), is_over)) {
        tracing::warn!(id = %one.id, is_over, "an incident is not closed: garim incidents show");
        alarm.tell(alert);
    }
}

/// Every incident that is not closed, and not too old.
async fn open_ones(shelf: &Shelf, now: Timestamp) -> Result<Vec<Incident>, StoreError> {
    let Some(store) = shelf.store_if_any().await? else { return Ok(Vec::new()) };
    let from = now.checked_sub(OLDEST).ok().map(Timestamp::as_millisecond);
    let filter = IncidentFilter { from, ..IncidentFilter::default() };
    let (mut open, mut page) = (Vec::new(), Page::first(PAGE));
    loop {
        let some = store.incidents(&filter, &page).await?;
        let Some(last) = some.last() else { return Ok(open) };
        page.after = Some((last.time, last.id.clone()));
        open.extend(some.into_iter().filter(incident::is_open));
    }
}

/// Asks the journal how it fares, and tells when that is another: in the log, too, for where nobody is told of anything.
pub(super) async fn watch(proxy: Arc<Proxy>, readiness: Readiness, mut stop: watch::Receiver<bool>) {
    let Some(keeper) = proxy.keeper.clone() else { return };
    let mut before = Health::default();
    loop {
        let now = keeper.journal().health();
        if let Some(alert) = changed(&before, &now, Timestamp::now()) {
            let journal = alert.detail.as_deref().unwrap_or_default();
            match alert.severity {
                Severity::Info | Severity::Notice => tracing::info!(journal, "the audit journal"),
                Severity::Warning | Severity::Critical => tracing::error!(journal, "the audit journal is in trouble"),
            }
            proxy.alarm.tell(alert);
        }
        readiness.remark("seals", now.sealing.clone().or_else(|| now.second_place.clone()));
        before = now;
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// What there is to say of a journal that fares so now.
fn changed(before: &Health, now: &Health, when: Timestamp) -> Option<Alert> {
    let newly = |before: &Option<String>, now: &Option<String>| if before.is_none() { now.clone() } else { None };
    let (severity, detail) = if let Some(why) = newly(&before.writing, &now.writing) {
        (Severity::Critical, format!("no record can be written: {why} / 기록을 쓸 수 없습니다"))
    } else if now.stopped && !before.stopped {
        (Severity::Critical, "it has ended / 기록이 멈췄습니다".to_owned())
    } else if now.lost > before.lost && now.writing.is_none() {
        let lost = now.lost.saturating_sub(before.lost);
        (Severity::Critical, format!("{lost} records were lost / 기록 {lost}건을 남기지 못했습니다"))
    } else if let Some(why) = newly(&before.sealing, &now.sealing) {
        (Severity::Warning, format!("no seal can be written: {why} / 봉인을 쓸 수 없습니다"))
    } else if let Some(why) = newly(&before.second_place, &now.second_place) {
        (Severity::Warning, format!("seals cannot be written to seal_to: {why} / seal_to에 봉인을 쓸 수 없습니다"))
    } else if !before.is_well() && now.is_well() {
        (Severity::Info, "all is well again / 다시 정상입니다".to_owned())
    } else {
        return None;
    };
    Some(Alert { severity, detail: Some(detail), ..Alert::new(AlertEvent::Journal, when) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_journal_only_what_changes_is_told() {
        let well = Health::default();
        let full = Health { writing: Some("no space left".to_owned()), lost: 3, ..Health::default() };
        let later = Health { lost: 9, ..full.clone() };
        let lost = Health { lost: 9, ..Health::default() };
        let unsealed = Health { second_place: Some("read-only".to_owned()), ..lost.clone() };
        let said = |before: &Health, now: &Health| {
            let alert = changed(before, now, Timestamp::UNIX_EPOCH)?;
            Some((alert.severity, alert.detail.expect("what")))
        };
        assert_eq!(said(&well, &well), None);
        let (severity, detail) = said(&well, &full).expect("an alert");
        assert!(severity == Severity::Critical && detail.contains("no space left"), "{detail}");
        assert_eq!(said(&full, &later), None, "it was told");
        assert_eq!(said(&later, &lost).map(|(severity, _)| severity), Some(Severity::Info));
        assert!(said(&well, &lost).expect("an alert").1.starts_with("9 records"));
        assert_eq!(said(&lost, &unsealed).map(|(severity, _)| severity), Some(Severity::Warning));
        let ended = Health { stopped: true, ..lost.clone() };
        assert_eq!(said(&lost, &ended).map(|(severity, _)| severity), Some(Severity::Critical));
    }
}
