//! IP 주소: the address of a machine, of version 4 or 6, that is given out to somebody.

use super::parse::{at, before, one_of, run, text};
use super::{Around, TextMatch};
use crate::vocab::{Confidence, Kind};
use core::net::{Ipv4Addr, Ipv6Addr};

/// Words before an address that say it is one.
const WORDS: &[&str] = &["ip", "아이피", "접속주소", "remote", "host"];
/// Words before four numbers that are a version.
const VERSIONS: &[&str] = &["ver", "version", "버전", "v.", "release", "build", "oid"];

pub(super) fn version4(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let end = run(chars, around.at, 16, |character| character.is_ascii_digit() || character == '.');
    let written = text(chars, around.at..end);
    let written = written.strip_suffix('.').unwrap_or(&written);
    let end = around.at.saturating_add(written.chars().count());
    let joins = |character: Option<char>| {
        character.is_some_and(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_'))
    };
    let dotted = at(chars, end) == Some('.')
        && at(chars, end.saturating_add(1)).is_some_and(|next| next.is_ascii_alphanumeric());
    if joins(before(chars, around.at)) || dotted || at(chars, end).is_some_and(|next| next.is_ascii_alphanumeric()) {
        return;
    }
    let Ok(address) = written.parse::<Ipv4Addr>() else { return };
    let near = text(chars, 0..around.at).to_lowercase();
    if VERSIONS.iter().any(|word| near.trim_end_matches([' ', ':', '.']).ends_with(word.trim_end_matches('.')))
        || !is_public(address)
    {
        return;
    }
    let labelled = WORDS.iter().any(|word| near.contains(word));
    // 1.2.3.4 is the number of a section.
    if !labelled && address.octets().iter().all(|octet| *octet < 10) {
        return;
    }
    let confidence = if labelled { Confidence::Probable } else { Confidence::Possible };
    found.push(TextMatch::new(Kind::IpAddress, confidence, chars, around.at..end));
}

/// Not one of the ranges that are nobody's (RFC 1918, 5737, 6598, 3927, 1112, 2544).
fn is_public(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b) || a == 198 && matches!(b, 18 | 19);
    let none = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_documentation();
    !(none || shared || a == 0 || a >= 224)
}

pub(super) fn version6(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let end = run(chars, around.at, 40, |character| character.is_ascii_hexdigit() || character == ':');
    let next = at(chars, end).is_some_and(|next| next.is_ascii_alphanumeric());
    let head = before(chars, around.at).is_some_and(|head| head.is_ascii_alphanumeric() || matches!(head, ':' | '.'));
    if next || head {
        return;
    }
    let written = text(chars, around.at..end);
    let trimmed = if written.ends_with("::") { written.as_str() } else { written.trim_end_matches(':') };
    let Ok(address) = trimmed.parse::<Ipv6Addr>() else { return };
    let [first, second, ..] = address.segments();
    // Global unicast, not for documentation (RFC 4291, section 2.4; RFC 3849).
    if first & 0xE000 != 0x2000 || (first, second) == (0x2001, 0xDB8) {
        return;
    }
    let near = text(chars, 0..around.at).to_lowercase();
    let labelled = WORDS.iter().any(|word| near.contains(word)) || one_of(chars, 0, &["ip"]).is_some();
    let confidence = if labelled { Confidence::Probable } else { Confidence::Possible };
    let range = around.at..around.at.saturating_add(trimmed.chars().count());
    found.push(TextMatch::new(Kind::IpAddress, confidence, chars, range));
}
