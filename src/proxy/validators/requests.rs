//! The conditions of a request (RFC 9110 section 13), turned into the site's own. Pure.
//!
//! | field | made with a tag of ours | made with anything else |
//! | --- | --- | --- |
//! | `If-None-Match` of a GET | the site's tag, or `If-Modified-Since` with its date | goes: the answer is whole |
//! | `If-Modified-Since` of a GET | | goes |
//! | `If-Range` | the site's strong tag or date | goes, and `Range` with it: the answer is whole |
//! | `If-Match` of a GET | the site's tag, or `If-Unmodified-Since` | a tag that nothing has: the site says 412 |
//! | `If-Unmodified-Since` of a GET | | goes, and `Range` with it |
//! | any of them with a change | as above | stays as it is |
//!
//! With a change (PUT, PATCH, DELETE, POST) a condition validates no copy: it guards against overwriting what somebody
//! else has changed. Without it the change would be made unguarded; and sites tell their tags in bodies as well (WebDAV's
//! `getetag`, `@odata.etag`). A tag of ours from another policy matches nothing at the site, which then says 412.

use super::tag::{Item, Tag, items};
use super::{Binding, For, MARK, Opened, Original, written};
use http::Method;
use http::header::{
    HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
    RANGE,
};

/// So many tags of one field are opened; those behind are not ours. Each costs a MAC.
const MOST: usize = 32;
/// A tag that no site gives.
const NOTHING: HeaderValue = HeaderValue::from_static("\"g-\"");

/// The conditions under which a site was asked.
#[derive(Debug, Default)]
pub struct Conditions {
    /// Tags of ours with which a copy may be found to be still good.
    pub(super) copies: Vec<Given>,
    /// The tag of ours that a range depends on.
    pub(super) part: Option<Given>,
    /// What the answer's own tag is good for.
    pub(super) answer: For,
}

/// A tag of ours that a client has.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// As it came.
    pub sent: HeaderValue,
    /// What it carries.
    pub original: Original,
}

impl Conditions {
    /// Whether the site may say that a copy is still good. If not, a 304 is an answer to nothing that was asked.
    pub fn ask(&self) -> bool {
        !self.copies.is_empty()
    }
}

impl Binding {
    /// Turns a request's conditions into those that the site is to see.
    pub fn to_site(&self, method: &Method, headers: &mut HeaderMap) -> Conditions {
        let answer = if matches!(*method, Method::GET | Method::HEAD) { For::Copies } else { For::Guards };
        if !headers.keys().any(|name| name.as_str().starts_with("if-")) {
            return Conditions { answer, ..Conditions::default() };
        }
        let changes = !method.is_safe();
        if !changes && headers.remove(IF_UNMODIFIED_SINCE).is_some() {
            headers.remove(RANGE);
        }
        self.matching(changes, headers);
        let part = self.range(headers);
        let copies = if changes { self.guarding(headers) } else { self.none_matching(headers) };
        Conditions { copies, part, answer }
    }

    fn opened<'a>(&self, lines: &'a [HeaderValue]) -> Vec<(Item<'a>, Option<Opened>)> {
        let mut left = MOST;
        let all = lines.iter().flat_map(|line| items(line.as_bytes()));
        all.map(|item| {
            let tag = item.tag.filter(|tag| tag.opaque.starts_with(MARK) && left > 0);
            left -= usize::from(tag.is_some());
            (item, tag.and_then(|tag| self.open(tag)))
        })
        .collect()
    }

    /// `If-None-Match` and `If-Modified-Since` of what only asks.
    fn none_matching(&self, headers: &mut HeaderMap) -> Vec<Given> {
        let lines = take(headers, &IF_NONE_MATCH);
        headers.remove(IF_MODIFIED_SINCE);
        let mut given: Vec<Given> = self
            .opened(&lines)
            .into_iter()
            .filter_map(|(item, opened)| {
                let original = opened.filter(|opened| opened.validates)?.original;
                HeaderValue::from_bytes(item.raw).ok().map(|sent| Given { sent, original })
            })
            .collect();
        let tags: Vec<Vec<u8>> = given.iter().filter_map(|given| given.original.tag_text()).collect();
        if !tags.is_empty() {
            given.retain(|given| !matches!(given.original, Original::Date(_)));
            set(headers, IF_NONE_MATCH, &tags.join(&b", "[..]));
        } else if let Some(Original::Date(date)) = given.first().map(|given| &given.original) {
            set(headers, IF_MODIFIED_SINCE, date);
            given.truncate(1);
        }
        given
    }

    /// `If-None-Match` of a change: it asks for no copy.
    fn guarding(&self, headers: &mut HeaderMap) -> Vec<Given> {
        let lines = take(headers, &IF_NONE_MATCH);
        let text = self.opened(&lines).into_iter().filter_map(|(item, opened)| match opened {
            Some(opened) => opened.original.tag_text(),
            None => Some(item.raw.to_vec()),
        });
        let text: Vec<Vec<u8>> = text.collect();
        if !text.is_empty() {
            set(headers, IF_NONE_MATCH, &text.join(&b", "[..]));
        }
        Vec::new()
    }

    fn matching(&self, changes: bool, headers: &mut HeaderMap) {
        let lines = take(headers, &IF_MATCH);
        let all = self.opened(&lines);
        if all.is_empty() {
            return;
        }
        let date = all.iter().find_map(|(_, opened)| match opened.as_ref().map(|opened| &opened.original) {
            Some(Original::Date(date)) => Some(date.clone()),
            _ => None,
        });
        let text = all.into_iter().filter_map(|(item, opened)| match opened {
            Some(opened) => as_it_came_back(&opened),
            None if changes || item.raw == b"*" => Some(item.raw.to_vec()),
            None => None,
        });
        let text: Vec<Vec<u8>> = text.collect();
        match date {
            _ if !text.is_empty() => set(headers, IF_MATCH, &text.join(&b", "[..])),
            Some(date) => set(headers, IF_UNMODIFIED_SINCE, &date),
            None => drop(headers.insert(IF_MATCH, NOTHING)),
        }
    }

    fn range(&self, headers: &mut HeaderMap) -> Option<Given> {
        let lines = take(headers, &IF_RANGE);
        if lines.is_empty() || !headers.contains_key(RANGE) {
            return None;
        }
        let given = match lines.as_slice() {
            [line] => self.strong(line),
            _ => None,
        };
        match given.as_ref().map(|given| &given.original) {
            Some(Original::Date(date)) => set(headers, IF_RANGE, date),
            Some(original) => set(headers, IF_RANGE, &original.tag_text().unwrap_or_default()),
            None => drop(headers.remove(RANGE)),
        }
        given
    }

    /// A range depends on a strong validator (RFC 9110 section 13.1.5).
    fn strong(&self, line: &HeaderValue) -> Option<Given> {
        let tag = Tag::alone(line.as_bytes()).filter(|tag| !tag.weak)?;
        let opened = self.open(tag).filter(|opened| opened.validates)?;
        let strong = matches!(opened.original, Original::Tag { weak: false, .. } | Original::Date(_));
        strong.then(|| Given { sent: line.clone(), original: opened.original })
    }
}

/// The site's tag; weak if something on the way has made it so, and then no strong comparison may hold.
fn as_it_came_back(opened: &Opened) -> Option<Vec<u8>> {
    match &opened.original {
        Original::Tag { opaque, .. } if opened.weak => Some(written(true, &[opaque])),
        original => original.tag_text(),
    }
}

fn take(headers: &mut HeaderMap, name: &HeaderName) -> Vec<HeaderValue> {
    let lines = headers.get_all(name).iter().cloned().collect();
    headers.remove(name);
    lines
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &[u8]) {
    match HeaderValue::from_bytes(value) {
        Ok(value) => drop(headers.insert(name, value)),
        Err(_) => drop(headers.remove(name)),
    }
}
