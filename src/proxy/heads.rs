//! Values in heads: sealed on their way out as the policy says, opened when they come back. Pure.

mod pieces;

use super::{headers, session, truth};
use crate::config::SessionCookie;
use crate::inspect::heads::{
    Opened, cookie, cookie_in, followed, given, opened, seal, seal_lasting, sent, sent_cookies, sent_credentials,
    sent_freely, tokens,
};
use crate::inspect::{Lens, edited};
use crate::mask;
use crate::policy::{Action, Tally};
use crate::vocab::{Edit, Finding, Part, Place, Reason, Span};
use http::Extensions;
use http::header::{
    AGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, PROXY_AUTHORIZATION, RANGE, REFERER,
    REFERRER_POLICY, SET_COOKIE,
};
use hyper::ext::ReasonPhrase;
use pieces::Pieces;
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

/// What would be changed in a head: the field, which of its values, and where; and the fields whose names hold something.
#[derive(Debug, Default)]
pub struct HeadEdits {
    values: Vec<(HeaderName, usize, Vec<Edit>)>,
    names: Vec<(HeaderName, Vec<Edit>)>,
}

/// Fields of an answer that say nothing but how many bytes and seconds.
const COUNTS: [HeaderName; 3] = [CONTENT_LENGTH, CONTENT_RANGE, AGE];

/// Inspects the head of an answer. The cookie that names the session is left alone.
pub fn inspect(headers: &HeaderMap, session: &SessionCookie, lens: &Arc<Lens>, tally: &mut Tally) -> HeadEdits {
    let (mut all, mut cookies, mut others) = (HeadEdits::default(), Pieces::default(), Pieces::default());
    for (name, number, value) in numbered(headers).filter(|(name, ..)| !COUNTS.contains(name)) {
        if number == 0 {
            let edits = given("", name.as_str().as_bytes(), lens, tally);
            all.names.extend((!edits.is_empty()).then(|| (name.clone(), edits)));
        }
        let value = value.as_bytes();
        let edits = match *name {
            SET_COOKIE => cookie(value, lens, tally, |name| session::is_name(name, session)),
            _ if is_followed(name) => followed(name.as_str(), value, lens, tally),
            _ => given(name.as_str(), value, lens, tally),
        };
        if !edits.is_empty() {
            all.values.push((name.clone(), number, edits));
        } else if *name == SET_COOKIE {
            let (label, inside) = cookie_in(value);
            let label = || String::from_utf8_lossy(label).into_owned();
            cookies.add((name, number), label, value.get(inside.clone()).unwrap_or_default(), inside.start);
        } else {
            others.add((name, number), || name.as_str().to_owned(), value, 0);
        }
    }
    all.values.extend(cookies.parted(Some(&SET_COOKIE), lens, tally, Some(seal_lasting)));
    all.values.extend(others.parted(None, lens, tally, Some(seal)));
    all
}

/// Drops the words beside the status of an answer if they hold something: HTTP/2 has none (RFC 9113 section 8.3.2), and nobody
/// misses them.
pub fn inspect_reason(extensions: &mut Extensions, lens: &Arc<Lens>, tally: &mut Tally) {
    let reason = extensions.get::<ReasonPhrase>();
    if reason.is_some_and(|reason| !given("status", reason.as_bytes(), lens, tally).is_empty()) {
        extensions.remove::<ReasonPhrase>();
    }
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
    // As one, as they reach the site: a value may stand in two.
    headers::join_cookies(headers);
    let (mut all, mut by_itself) = (HeadEdits::default(), Vec::new());
    let (mut pieces, mut gone) = (Pieces::default(), Vec::new());
    for (name, number, value) in numbered(headers).filter(|(name, ..)| !NO_TEXT.contains(name)) {
        if *name == HOST && is_address(value) {
            continue;
        }
        if number == 0 && !sent("", name.as_str().as_bytes(), lens, tally).is_empty() {
            gone.push(name.clone());
        }
        let value = value.as_bytes();
        let (edits, which) = match *name {
            COOKIE => (sent_cookies(value, lens, aside), &mut by_itself),
            REFERER => (sent("referer", value, lens, aside), &mut by_itself),
            AUTHORIZATION | PROXY_AUTHORIZATION => {
                tokens(name.as_str(), value.rsplit(|byte| *byte == b' ').next().unwrap_or_default(), lens, aside);
                (sent_credentials(name.as_str(), value, lens, tally), &mut all.values)
            }
            _ if is_token(name) => {
                tokens(name.as_str(), value, lens, aside);
                (sent(name.as_str(), value, lens, tally), &mut all.values)
            }
            _ => (sent_freely(name.as_str(), value, lens, tally), &mut all.values),
        };
        // Nearly all hold nothing.
        if edits.is_empty() {
            if !matches!(*name, COOKIE | REFERER) {
                pieces.add_list((name, number), value);
            }
        } else if !matches!(*name, COOKIE | REFERER) && may_return(value) {
            // Of a value beside a reference neither can be written without the other.
            tally.add(&refused(name, Reason::Reference));
            gone.push(name.clone());
        } else {
            which.push((name.clone(), number, edits));
        }
    }
    all.values.extend(pieces.parted(None, lens, tally, None));
    for name in gone {
        // A name cannot be masked: where the policy does not refuse it, nobody misses the field.
        headers.remove(name);
    }
    for (name, number, mut edits) in by_itself {
        edits.retain(|edit| aside.action(edit.what, edit.confidence, edit.class) >= Action::Mask);
        write(headers, &name, number, &edits);
    }
    all
}

/// Whether a field is called so that what it holds is what a site has given to its own scripts.
fn is_token(name: &HeaderName) -> bool {
    ["token", "auth", "session", "csrf", "xsrf", "jwt", "api-key", "apikey"]
        .iter()
        .any(|word| name.as_str().contains(word))
}

/// Whether a value may hold a reference. Most values are shorter than what is left of any.
fn may_return(value: &[u8]) -> bool {
    const SHORTEST: usize = 17;
    value.len() >= SHORTEST && crate::seal::may_stand_in(value)
}

/// A field that cannot go on.
fn refused(name: &HeaderName, reason: Reason) -> Finding {
    let place = Place::whole(Part::Head(name.as_str().to_owned()));
    Finding::uninspectable(reason, Span { start: 0, end: 0 }, place)
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
        for (name, number, mut edits) in self.values {
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
        let HeadEdits { values, names } = std::mem::take(self);
        for (name, number, edits) in values {
            let wanted: Vec<Edit> = edits.into_iter().filter(|edit| tally.masks(edit)).collect();
            if wanted.is_empty() {
                continue;
            }
            write(headers, &name, number, &wanted);
            truth::kept_by_nobody(headers);
        }
        for (name, edits) in names {
            if edits.iter().any(|edit| tally.masks(edit)) {
                headers.remove(name);
                truth::kept_by_nobody(headers);
            }
        }
    }
}

/// Opens the references in the fields of a request. In `Referer` and `Cookie`, one that does not open takes its field or its
/// cookie with it: neither is what the request asks for, and a cookie would be refused for ever. In any other field, which
/// only a script can have sent, it is a finding, as are stars that come back; then nothing of the field goes on.
pub fn open(headers: &mut HeaderMap, lens: &Lens, tally: &mut Tally) {
    let mut gone = Vec::new();
    for (name, value) in headers.iter_mut() {
        let becomes = match *name {
            COOKIE => cookies(value.as_bytes(), lens, tally),
            REFERER => referer(value.as_bytes(), lens, tally),
            _ => match other(name, value.as_bytes(), lens, tally) {
                Ok(becomes) => becomes,
                Err(reason) => {
                    tally.add(&refused(name, reason));
                    gone.push(name.clone());
                    None
                }
            },
        };
        if let Some(becomes) = becomes {
            *value = HeaderValue::from_bytes(&becomes).unwrap_or(HeaderValue::from_static(""));
        }
    }
    gone.extend([COOKIE, REFERER].into_iter().filter(|name| headers.get_all(name).iter().all(HeaderValue::is_empty)));
    for name in gone {
        headers.remove(name);
    }
}

/// What a `Referer` becomes, if anything is in it: nothing, if it does not open.
fn referer(value: &[u8], lens: &Lens, tally: &mut Tally) -> Option<Vec<u8>> {
    match opened(REFERER.as_str(), value, false, lens, tally) {
        Opened::Unchanged => None,
        Opened::Changed(value) => Some(value),
        Opened::Foreign => Some(Vec::new()),
    }
}

/// What another field's value becomes, if it changes.
fn other(name: &HeaderName, value: &[u8], lens: &Lens, tally: &mut Tally) -> Result<Option<Vec<u8>>, Reason> {
    if value.contains(&b'~') && mask::returned(&String::from_utf8_lossy(value)) {
        return Err(Reason::MaskReturned);
    }
    if !may_return(value) {
        return Ok(None);
    }
    match opened(name.as_str(), value, true, lens, tally) {
        Opened::Unchanged => Ok(None),
        Opened::Changed(value) => Ok(Some(value)),
        Opened::Foreign => Err(Reason::Reference),
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
