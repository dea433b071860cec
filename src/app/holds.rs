//! Posts that wait for approval, beside the exchanges: opened at the start, swept now and then.

use super::shelf::Shelf;
use super::{StartError, accounts};
use crate::audit::{Event, kind};
use crate::config::{Release, Settings};
use crate::hold::{self, Holds, KeepError};
use crate::proxy::holding::Holding;
use crate::proxy::identity::Accounts;
use crate::proxy::keeping::Keeper;
use crate::proxy::windows::Totals;
use crate::proxy::{Proxy, releasing};
use crate::seal::Ring;
use crate::store::{Hold, HoldState};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How often windows are looked through for what they look back to no more.
const SWEEP: Duration = Duration::from_secs(60);
/// How often it is looked for decisions, for whoever made one waits.
const LOOK: Duration = Duration::from_secs(2);
/// How long a record may take to be on the disk.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many looks lie between two for what nobody has decided in time, and for what happens seldom.
const EXPIRES: u64 = 5;
const SELDOM: u64 = 300;
/// What has no answer after so long, in milliseconds, will have none: no site is waited for longer.
const UNANSWERED: i64 = 3_600_000;
/// How long after an attempt that did not reach the site the next one comes, in milliseconds.
const AGAIN: i64 = 60_000;
/// How long after its approval a post is left to the node that took it, in milliseconds: the others would have to fetch it.
const LEFT: i64 = 6_000;
/// So many posts are forwarded at a time.
const AT_ONCE: usize = 4;

/// Opens the store where a rule holds posts, a policy has windows, or a site's accounts are known.
pub(super) async fn open(
    settings: &Settings,
    shelf: &Shelf,
    ring: &Ring,
) -> Result<(Option<Holding>, Option<Totals>, Accounts), StartError> {
    if !settings.hold.is_used && !has_windows(settings) && !accounts::are_known(settings) {
        return Ok((None, None, Accounts::default()));
    }
    let store = shelf.store().await?.clone();
    let accounts = accounts::load(settings, &store).await?;
    let totals = has_windows(settings).then(|| Totals(store.clone()));
    if !settings.hold.is_used {
        return Ok((None, totals, accounts));
    }
    let dir = &settings.state.dir;
    if settings.state.key_file.is_none() {
        tracing::warn!(
            "no state.key_file: what is held cannot be opened after a restart; garim key new FILE makes one"
        );
    }
    match hold::shut(&store, ring).await {
        Ok(0) => {}
        Ok(posts) => tracing::error!(
            posts,
            "posts that are kept cannot be opened: their keys are under none of state.key_file's; bring that key file back, or refuse them"
        ),
        Err(error) => tracing::warn!(%error, "whether the posts that are kept can be opened is not known"),
    }
    let holds = Holds::new(store, dir).map_err(|error| StartError::State { path: dir.join("holds"), error })?;
    // A file is this node's alone, and it does not listen yet: nobody sends what was being sent when it ended.
    if shelf.is_file()
        && let Err(error) = give_up(&holds, jiff::Timestamp::now().as_millisecond()).await
    {
        tracing::error!(%error, "what was being sent at the last end cannot be given up");
    }
    Ok((Some(Holding { holds }), totals, accounts))
}

/// Whether any policy that is used has windows.
pub(super) fn has_windows(settings: &Settings) -> bool {
    settings.sites.iter().any(|site| !site.windows.is_empty())
}

/// Forgets what no window looks back to any more.
pub(super) async fn forget(proxy: Arc<Proxy>, mut stop: watch::Receiver<bool>) {
    let Some(totals) = proxy.totals.clone() else { return };
    loop {
        let sites = proxy.sites.load_full();
        let windows = sites.settings.sites.iter().flat_map(|site| site.windows.iter());
        if let Err(error) = totals.forget(windows, jiff::Timestamp::now().as_millisecond()).await {
            tracing::warn!(%error, "old totals cannot be forgotten");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// Begins a record of something about a hold.
fn event(hold: &Hold, verdict: &str) -> Event {
    let mut event = Event::new(kind::APPROVAL).with("hold", hold.post.id.clone());
    event.site = Some(hold.post.site.clone());
    event.path = Some(hold.post.path.clone());
    event.verdict = Some(verdict.to_owned());
    event
}

/// Puts records into the journal, and waits until they are on the disk; whether all are.
pub(super) async fn told(keeper: Option<&Keeper>, events: impl IntoIterator<Item = Event>) -> bool {
    let Some(keeper) = keeper else { return true };
    for event in events {
        let (tell, heard) = oneshot::channel();
        let put = keeper.journal().append_with(&event, move |outcome| {
            // Nobody may be left to hear it.
            let _ = tell.send(outcome.is_ok());
        });
        if let Err(error) = &put {
            tracing::error!(%error, "the audit journal takes no record");
        }
        if put.is_err() || !matches!(timeout(PATIENCE, heard).await, Ok(Ok(true))) {
            return false;
        }
    }
    true
}

/// Who has decided, and what was said; what stands in the journal already is left out.
fn decisions(hold: &Hold) -> Vec<Event> {
    let fresh = hold.decisions().skip(hold.noted);
    let events = fresh.map(|(decision, refused)| {
        let mut event = event(hold, if refused { "refused" } else { "approved" });
        event.account = Some(decision.who.clone());
        event.reason.clone_from(&decision.message);
        event
    });
    events.collect()
}

/// What became of a hold in the end. A refusal was told as a decision.
fn end(hold: &Hold) -> Option<Event> {
    let stood = hold.stood();
    if stood == HoldState::Refused {
        return None;
    }
    let mut event = event(hold, stood.name());
    if let Some(answer) = &hold.answer {
        event = event.with("status", answer.status.to_string());
    }
    if let Some(failure) = hold.failure {
        event = event.with("failure", failure.name());
    }
    Some(event)
}

/// One round: what was decided goes into the journal, then what has ended does and is destroyed. A node that stops in between
/// tells once more rather than never.
async fn round(holds: &Holds, keeper: Option<&Keeper>, now: i64) -> Result<(), KeepError> {
    for hold in holds.unnoted().await? {
        if told(keeper, decisions(&hold)).await {
            holds.store().note_hold(&hold.post.id, hold.decisions().count()).await?;
        }
    }
    for hold in holds.ended().await? {
        if told(keeper, end(&hold)).await && holds.destroy(&hold, now).await? {
            tracing::info!(id = %hold.post.id, ended = hold.stood().name(), "a post that waited for approval is destroyed");
        }
    }
    Ok(())
}

/// What needs no hurry: what nobody has decided in time, what was being sent when its node stopped, files of nobody.
async fn now_and_then(holds: &Holds, number: u64, now: i64) -> Result<(), KeepError> {
    if number.is_multiple_of(EXPIRES) {
        holds.expire(now).await?;
    }
    if number.is_multiple_of(SELDOM) {
        give_up(holds, now.saturating_sub(UNANSWERED)).await?;
        holds.forget_answers(now).await?;
        let cleared = holds.clear().await?;
        if cleared > 0 {
            tracing::info!(cleared, "files of posts that were never held to the end are removed");
        }
    }
    Ok(())
}

/// Gives up what was taken for sending before `time` and has no answer.
async fn give_up(holds: &Holds, time: i64) -> Result<(), KeepError> {
    let given_up = holds.give_up(time).await?;
    if given_up > 0 {
        tracing::warn!(given_up, "whether posts have arrived at their site is not known; they are not sent again");
    }
    Ok(())
}

/// Tells of what was decided, ends what nobody has decided in time, and destroys what is not needed any more.
pub(super) async fn sweep(holding: Holding, keeper: Option<Arc<Keeper>>, mut stop: watch::Receiver<bool>) {
    let mut number = 0_u64;
    loop {
        let now = jiff::Timestamp::now().as_millisecond();
        // While the database is away nobody decides; that it is, is said elsewhere.
        if !holding.holds.store().is_away() {
            if let Err(error) = now_and_then(&holding.holds, number, now).await {
                tracing::error!(%error, "posts that wait for approval cannot be swept");
            }
            if holding.holds.store().is_shared()
                && let Err(error) = holding.holds.share().await
            {
                tracing::error!(%error, "bodies of posts that wait cannot be put where other nodes find them");
            }
            if let Err(error) = round(&holding.holds, keeper.as_deref(), now).await {
                tracing::error!(%error, "what was decided about posts cannot be told");
            }
        }
        number = number.wrapping_add(1);
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Sends what was approved, where the configuration has garim do that. Ends when what it sends has been answered.
pub(super) async fn forward(proxy: Arc<Proxy>, holding: Holding, mut stop: watch::Receiver<bool>) {
    let mut sealed = BTreeSet::new();
    loop {
        if proxy.sites.load().settings.hold.release == Release::Forward
            && !holding.holds.store().is_away()
            && let Err(error) = forward_all(&proxy, &holding, &mut sealed, &stop).await
        {
            tracing::error!(%error, "what is approved cannot be read");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// One round of it. `sealed` are those that no key of this node opens, which is told once.
async fn forward_all(
    proxy: &Arc<Proxy>,
    holding: &Holding,
    sealed: &mut BTreeSet<String>,
    stop: &watch::Receiver<bool>,
) -> Result<(), KeepError> {
    let now = jiff::Timestamp::now().as_millisecond();
    let approved = holding.holds.approved(now.saturating_sub(AGAIN), now.saturating_sub(LEFT), now).await?;
    let mut sending = JoinSet::new();
    for hold in approved {
        if sending.len() >= AT_ONCE {
            sending.join_next().await;
        }
        if *stop.borrow() {
            break;
        }
        let id = &hold.post.id;
        if !holding.holds.opens(&proxy.sites.load().ring, id).await? {
            if sealed.insert(id.clone()) {
                tracing::error!(%id, "no key of this node opens an approved post; has it the key file, and was it reloaded?");
            }
            continue;
        }
        sending.spawn(releasing::forward(Arc::clone(proxy), holding.clone(), hold));
    }
    while sending.join_next().await.is_some() {}
    Ok(())
}
