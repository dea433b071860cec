//! Findings that together point at a person: a name and a telephone within so many characters are a finding of their own.

use super::Beyond;
use crate::policy::Find;
use crate::vocab::{Confidence, Finding, Kind, Own, Secret, Span, What};
use std::fmt::Write;

/// How far apart they may stand at most, in characters.
pub const FARTHEST: usize = 1000;
/// The same in bytes of the content, its markup counted.
const FARTHEST_RAW: usize = 4096;

/// One rule about what belongs together.
#[derive(Debug, Clone)]
pub struct Together {
    /// The kind of the finding that they make.
    pub own: Own,
    /// One finding of each of these.
    pub kinds: Vec<Find>,
    /// How many characters may stand between two of them, tags not counted.
    pub within: usize,
}

impl Together {
    /// Everything of it that decides, in words.
    pub fn spell(&self, text: &mut String) {
        let kinds: Vec<_> = self.kinds.iter().map(|find| find.names()).collect();
        // Writing into a string cannot fail.
        let _ = writeln!(text, "together {:?} {kinds:?} {}", self.own.name(), self.within);
    }
}

/// A finding that may become a part of something.
#[derive(Debug, Clone)]
struct Seen {
    end: u64,
    confidence: Confidence,
    masked: String,
    secret: Secret,
}

/// Looks for what belongs together in the findings of one body, in their order.
pub(super) struct Gatherer {
    beyond: Beyond,
    /// For each rule, the last finding for each of its kinds.
    seen: Vec<Vec<Option<Seen>>>,
    /// The content from the last finding that may count on.
    recent: Vec<u8>,
    start: u64,
}

impl Gatherer {
    /// `None` if nothing is asked for.
    pub fn new(beyond: &Beyond) -> Option<Gatherer> {
        let rules = &beyond.detectors.as_ref()?.together;
        let seen: Vec<_> = rules.iter().map(|rule| vec![None; rule.kinds.len()]).collect();
        (!seen.is_empty()).then(|| Gatherer { beyond: beyond.clone(), seen, recent: Vec::new(), start: 0 })
    }

    /// Takes the next bytes of the content.
    pub fn take(&mut self, content: &[u8]) {
        self.recent.extend_from_slice(content);
    }

    /// Looks at the findings from this number on, and puts behind each what it completes.
    pub fn gather(&mut self, found: &mut Vec<Finding>, known: usize, settled: u64) {
        let fresh = found.split_off(known.min(found.len()));
        for finding in fresh {
            let made = self.made(&finding);
            found.push(finding);
            found.extend(made);
        }
        let keep = settled.saturating_sub(FARTHEST_RAW as u64).saturating_sub(self.start);
        let keep = usize::try_from(keep).unwrap_or(usize::MAX).min(self.recent.len());
        if keep > FARTHEST_RAW {
            self.recent.drain(..keep);
            self.start += keep as u64;
        }
    }

    fn made(&mut self, finding: &Finding) -> Vec<Finding> {
        let Some(detectors) = self.beyond.detectors.clone() else { return Vec::new() };
        let mut made = Vec::new();
        let mut all = std::mem::take(&mut self.seen);
        for (rule, seen) in detectors.together.iter().zip(&mut all) {
            let Some(part) = rule.kinds.iter().position(|find| find.contains(finding.what)) else { continue };
            let Finding { confidence, span, masked, secret, .. } = finding.clone();
            for other in seen.iter_mut() {
                if other.as_ref().is_some_and(|other| !self.is_near(other.end, span.start, rule.within)) {
                    *other = None;
                }
            }
            if let Some(place) = seen.get_mut(part) {
                *place = Some(Seen { end: span.end, confidence, masked, secret });
            }
            if let Some(parts) = seen.iter().cloned().collect::<Option<Vec<Seen>>>() {
                made.push(record(rule, finding, &parts));
                seen.iter_mut().for_each(|part| *part = None);
            }
        }
        self.seen = all;
        made
    }

    fn is_near(&self, end: u64, start: u64, within: usize) -> bool {
        let at = |offset: u64| usize::try_from(offset.checked_sub(self.start)?).ok();
        let Some((from, to)) = at(end).zip(at(start.max(end))) else { return false };
        to - from <= FARTHEST_RAW && self.recent.get(from..to).is_some_and(|between| characters(between) <= within)
    }
}

/// The finding that several make: it stands behind the last of them and has no bytes of its own.
fn record(rule: &Together, last: &Finding, parts: &[Seen]) -> Finding {
    let masked: Vec<&str> = parts.iter().map(|part| part.masked.as_str()).collect();
    let secret: Vec<&[u8]> = parts.iter().map(|part| part.secret.expose()).collect();
    Finding {
        what: What::Kind(Kind::Own(rule.own)),
        confidence: parts.iter().map(|part| part.confidence).min().unwrap_or(last.confidence),
        span: Span { start: last.span.end, end: last.span.end },
        place: last.place.clone(),
        masked: masked.join(", "),
        mask: Box::default(),
        secret: Secret::new(secret.join(&0)),
        also: Box::default(),
    }
}

/// How many characters stand in some bytes: tags, and the bytes behind the first of a character, are none; an escape is one.
fn characters(bytes: &[u8]) -> usize {
    let (mut count, mut rest, mut tag) = (0_usize, bytes, false);
    let utf8 = std::str::from_utf8(bytes).is_ok();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'<' => tag = true,
            b'>' => tag = false,
            _ if tag => {}
            b'%' if after.first().is_some_and(u8::is_ascii_hexdigit) => {
                rest = after.get(2..).unwrap_or_default();
                count += 1;
            }
            b'\\' if after.first() == Some(&b'u') => {
                rest = after.get(5..).unwrap_or_default();
                count += 1;
            }
            0x80..=0xBF if utf8 => {}
            0x80.. if !utf8 => {
                rest = after.get(1..).unwrap_or_default();
                count += 1;
            }
            _ => count += 1,
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_without_tags() {
        assert_eq!(characters("</td><td>가나".as_bytes()), 2);
        assert_eq!(characters(b"%EA%B0 \\uac00x"), 5);
        assert_eq!(characters(b"\xb0\xa1\xb3\xaa"), 2);
    }
}
