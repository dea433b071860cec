//! Values in heads: sealed on their way out as the policy says, opened when they come back. Pure.

use super::{session, truth};
use crate::config::SessionCookie;
use crate::inspect::heads::{Opened, cookie, followed, opened, sent, sent_cookies, sent_credentials};
use crate::inspect::{Lens, edited};
use crate::policy::{Action, Tally};
use crate::vocab::Edit;
use http::header::{
    AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, PROXY_AUTHORIZATION, RANGE, REFERER, REFERRER_POLICY, SET_COOKIE,
};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;

/// Fields of an answer that a browser follows, or names files by.
fn is_followed(name: &HeaderName) -> bool {
    matches!(name.as_str(), "location" | "content-location" | "refresh" | "link" | "content-disposition")
}

/// Policies under which no other site is told a path (W3C Referrer Policy, section 3).
const KEEPS_PATHS: [&str; 6] = [
    "no-referrer",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
];

/// What would be changed in a head: the field, which of its values, and where.
#[derive(Debug, Default)]
pub struct HeadEdits(Vec<(HeaderName, usize, Vec<Edit>)>);

/// Inspects the head of an answer. The cookie that names the session is left alone.
pub fn inspect(headers: &HeaderMap, session: &SessionCookie, lens: &Arc<Lens>, tally: &mut Tally) -> HeadEdits {
    let mut all = Vec::new();
    for (name, number, value) in numbered(headers) {
        let edits = match *name {
            SET_COOKIE => cookie(value.as_bytes(), lens, tally, |name| session::is_name(name, session)),
            _ if is_followed(name) => followed(name.as_str(), value.as_bytes(), lens, tally),
            _ => continue,
        };
        if !edits.is_empty() {
            all.push((name.clone(), number, edits));
        }
    }
    HeadEdits(all)
}

/// The fields of a head, each with its number among those of its name: they stand one after the other.
fn numbered(headers: &HeaderMap) -> impl Iterator<Item = (&HeaderName, usize, &HeaderValue)> {
    headers.iter().scan((None, 0_usize), |(last, number), (name, value)| {
        *number = if *last == Some(name) { number.saturating_add(1) } else { 0 };
        *last = Some(name);
        Some((name, *number, value))
    })
}

/// Fields that mean nothing to a site but bytes, times and versions of answers; of those that ask for a copy only garim's
/// own reach it.
const NO_TEXT: [HeaderName; 7] =
    [CONTENT_LENGTH, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE];

/// Inspects the head of a request beside its target.
///
/// What a browser sends by itself (`Referer`, `Cookie`) is no post: what the policy would mask or refuse in it is masked
/// here, and the request goes on; a person could do nothing about it. It is counted in `aside`. All else is for the
/// verdict; the edits are made by [`HeadEdits::make_sent`].
pub fn inspect_sent(headers: &mut HeaderMap, lens: &Arc<Lens>, tally: &mut Tally, aside: &mut Tally) -> HeadEdits {
    let (mut all, mut by_itself, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (name, number, value) in numbered(headers).filter(|(name, ..)| !NO_TEXT.contains(name)) {
        if *name == HOST && is_address(value) {
            continue;
        }
        if number == 0 && !sent("", name.as_str().as_bytes(), lens, tally).is_empty() {
            names.push(name.clone());
        }
        let value = value.as_bytes();
        let (edits, which) = match *name {
            COOKIE => (sent_cookies(value, lens, aside), &mut by_itself),
            REFERER => (sent("referer", value, lens, aside), &mut by_itself),
            AUTHORIZATION | PROXY_AUTHORIZATION => (sent_credentials(name.as_str(), value, lens, tally), &mut all),
            _ => (sent(name.as_str(), value, lens, tally), &mut all),
        };
        // Nearly all hold nothing.
        if !edits.is_empty() {
            which.push((name.clone(), number, edits));
        }
    }
    for name in names {
        // A name cannot be masked: where the policy does not refuse it, nobody misses the field.
        headers.remove(name);
    }
    for (name, number, mut edits) in by_itself {
        edits.retain(|edit| aside.action(edit.what, edit.confidence, edit.class) >= Action::Mask);
        write(headers, &name, number, &edits);
    }
    HeadEdits(all)
}

/// Whether a `Host` is an IPv4 address, with or without a port: no name, and no number that a person has.
fn is_address(host: &HeaderValue) -> bool {
    let Ok(host) = host.to_str() else { return false };
    host.starts_with(|first: char| first.is_ascii_digit())
        && (host.parse::<SocketAddrV4>().is_ok() || host.parse::<Ipv4Addr>().is_ok())
}

/// Makes edits in one value of a field. A value that cannot be written goes: nothing of it may be seen.
fn write(headers: &mut HeaderMap, name: &HeaderName, number: usize, edits: &[Edit]) {
    let mut values = headers.iter_mut().filter(|(known, _)| *known == name).map(|(_, value)| value);
    if let (false, Some(value)) = (edits.is_empty(), values.nth(number)) {
        let edited = edited(value.as_bytes(), edits).and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
        *value = edited.unwrap_or(HeaderValue::from_static(""));
    }
}

impl HeadEdits {
    /// Makes those that the tally wants in the head of a request.
    pub fn make_sent(self, headers: &mut HeaderMap, tally: &Tally) {
        for (name, number, mut edits) in self.0 {
            edits.retain(|edit| tally.masks(edit));
            // Masked credentials are none.
            match name {
                AUTHORIZATION | PROXY_AUTHORIZATION if !edits.is_empty() => drop(headers.remove(name)),
                _ => write(headers, &name, number, &edits),
            }
        }
    }

    /// Makes those that the tally wants in the head of an answer. What was changed is for this reader only.
    pub fn make(&mut self, headers: &mut HeaderMap, tally: &Tally) {
        for (name, number, edits) in std::mem::take(&mut self.0) {
            let wanted: Vec<Edit> = edits.into_iter().filter(|edit| tally.masks(edit)).collect();
            if wanted.is_empty() {
                continue;
            }
            write(headers, &name, number, &wanted);
            truth::kept_by_nobody(headers);
        }
    }
}

/// Opens the references in a request's `Referer` and `Cookie`. One that does not open takes its field or its cookie with
/// it: neither is what the request asks for, and a cookie would be refused for ever.
pub fn open(headers: &mut HeaderMap, lens: &Lens, tally: &mut Tally) {
    if let Some(referer) = headers.get(REFERER) {
        match opened("referer", referer.as_bytes(), false, lens, tally) {
            Opened::Unchanged => {}
            Opened::Changed(value) => set(headers, &REFERER, &value),
            Opened::Foreign => drop(headers.remove(REFERER)),
        }
    }
    for value in headers.iter_mut().filter(|(name, _)| **name == COOKIE).map(|(_, value)| value) {
        if let Some(cookies) =
            cookies(value.as_bytes(), lens, tally).and_then(|text| HeaderValue::from_bytes(&text).ok())
        {
            *value = cookies;
        }
    }
    if headers.get_all(COOKIE).iter().all(HeaderValue::is_empty) {
        headers.remove(COOKIE);
    }
}

/// A list of cookies with their references opened; `None` if there are none in it.
fn cookies(value: &[u8], lens: &Lens, tally: &mut Tally) -> Option<Vec<u8>> {
    if !crate::seal::may_stand_in(value) {
        return None;
    }
    let mut kept = Vec::new();
    for cookie in value.split(|byte| *byte == b';') {
        match opened("cookie", cookie.trim_ascii(), true, lens, tally) {
            Opened::Unchanged => kept.push(cookie.trim_ascii().to_vec()),
            Opened::Changed(cookie) => kept.push(cookie),
            Opened::Foreign => {}
        }
    }
    Some(kept.join(&b"; "[..]))
}

fn set(headers: &mut HeaderMap, name: &HeaderName, value: &[u8]) {
    match HeaderValue::from_bytes(value) {
        Ok(value) => drop(headers.insert(name, value)),
        Err(_) => drop(headers.remove(name)),
    }
}

/// Where an address carries a value, no other site is to be told it, unless the site itself sees to that.
pub fn keep_addresses(headers: &mut HeaderMap) {
    let said = headers.get_all(REFERRER_POLICY).iter().filter_map(|value| value.to_str().ok());
    let mut policies = said.flat_map(|value| value.split(',')).map(|policy| policy.trim().to_ascii_lowercase());
    // Of several, the last that a browser knows counts.
    let known = |policy: &String| {
        KEEPS_PATHS.contains(&policy.as_str())
            || ["unsafe-url", "no-referrer-when-downgrade"].contains(&policy.as_str())
    };
    let last = policies.rfind(known);
    if last.is_none_or(|policy| !KEEPS_PATHS.contains(&policy.as_str())) {
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
}

#[cfg(test)]
mod tests;
