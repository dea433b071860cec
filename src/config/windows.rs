//! `[[policy.NAME.window]]`: totals over time, for somebody who collects what is shown.

use super::names::later;
use super::reader::{Table, Value};
use super::rules::find_in;
use super::sections::network;
use super::settings::{Per, Window};
use super::{expected, words};
use crate::policy::Find;
use crate::vocab::Own;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

const PER: &[(&str, Per)] =
    &[("account", Per::Account), ("session", Per::Session), ("address", Per::Address), ("role", Per::Role)];
const ACTIONS: &[(&str, Beyond)] = &[("log", Beyond::Log), ("alert", Beyond::Alert), ("block", Beyond::Block)];

/// What becomes of an answer beyond the limit of a window. It is recorded either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// It goes out.
    Log,
    /// It goes out, and people are told.
    Alert,
    /// It is refused, and people are told, where anybody is.
    Block,
}

/// The windows of a policy, each by a name that is its own. `tells` is whether anybody is told of one.
pub(super) fn windows(policy: &str, table: &Table<'_>, own: &[Own], tells: bool) -> Vec<Window> {
    let section = format!("[[policy.{}.window]]", words::named(policy));
    let tables = table.get("window").map(|value| value.tables(&section)).unwrap_or_default();
    let numbered = tables.into_iter().enumerate();
    numbered.filter_map(|(index, table)| window(policy, index + 1, table, own, tells)).collect()
}

fn window(policy: &str, number: usize, table: Table<'_>, own: &[Own], tells: bool) -> Option<Window> {
    let name = table.get("name").and_then(|value| value.text(expected::TEXT)).filter(|name| !name.is_empty());
    let name = name.map_or_else(|| format!("window {number}"), str::to_owned);
    let per = table.need("per", expected::PER).and_then(|value| value.choice(PER));
    let find = table.need("find", expected::FIND).map(|value| {
        let all = value.filled(expected::FIND);
        all.iter().filter_map(|value| find_in(value, own)).fold(Find::NONE, Find::and)
    });
    table.choice("counts", &[("shown", ())]);
    let different = table.get("different").map(|value| value.number(1..=10_000_000).unwrap_or(1));
    let bytes = table.get("bytes").map(|value| value.size(1..=1 << 50).unwrap_or(1));
    if different.is_none() && bytes.is_none() {
        table.book.wrong(&table.span, words::window_without_limit());
    }
    let within = table.need("in", expected::DURATION);
    let within = within.and_then(|value| value.duration(Duration::from_secs(10)..=24 * 30 * HOUR));
    let hours = table.get("hours").and_then(|value| hours(&value));
    let except = table.list("except", expected::NETWORK).iter().filter_map(network).collect();
    let action = table.need("action", expected::WINDOW_ACTION).and_then(|value| {
        let action = value.choice(ACTIONS);
        if action == Some(Beyond::Alert) && !tells {
            value.wrong(words::nobody_hears_of_windows());
        }
        action
    });
    table.finish(later::WINDOW);
    let (key, name) = (format!("{policy}/{name}"), name.into());
    Some(Window {
        key,
        name,
        per: per?,
        find: find?,
        different,
        bytes,
        within: within?,
        hours,
        except,
        action: action?,
    })
}

/// `19:00-08:00`: minutes of the day in Korea, from and to.
fn hours(value: &Value<'_>) -> Option<(u16, u16)> {
    let text = value.text(expected::HOURS)?;
    let minutes = |time: &str| {
        let (hour, minute) = time.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
    };
    let both = text.split_once('-').and_then(|(from, to)| minutes(from).zip(minutes(to)));
    if both.is_none() {
        value.wrong_value(expected::HOURS, None);
    }
    both
}
