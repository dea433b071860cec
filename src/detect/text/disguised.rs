//! 전자우편, written for people only: `hong골뱅이example점com`, `hong at example dot com`.

use super::parse::{at, one_of, run, run_back};
use super::{Around, TextMatch};
use crate::detect::{self, Context};
use crate::vocab::{Confidence, Kind, Stands};
use std::ops::Range;

/// What is written for a dot, spaces around it or not.
const DOTS: &[&str] =
    &[" dot ", " 점 ", "점", "쩜", " . ", "[dot]", "(dot)", "[.]", "(.)", "(점)", "[점]", " [dot] ", " (dot) ", "."];
/// Words before an address that say that it is one.
const WORDS: &[&str] = &["메일", "mail", "email", "이메일", "e-mail", "연락", "contact"];

pub(super) fn find(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let spaced = |character: char| matches!(character, ' ' | '[' | ']' | '(' | ')');
    let local_end = run_back(chars, around.at, 2, spaced);
    let local_char =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '%' | '+' | '-');
    let local_start = run_back(chars, local_end, 65, local_char);
    let domain_start = run(chars, around.end, 2, spaced);
    let (domain, places, in_words) = domain(chars, domain_start);
    if local_start == local_end || domain.is_empty() {
        return;
    }
    let local: String = chars.get(local_start..local_end).unwrap_or_default().iter().collect();
    let context = Context {
        before: "",
        after: "",
        column: "",
        label: "",
        stands: Stands::Text,
        alone: false,
        today: around.today,
        hosts: around.hosts,
    };
    let Some(email) = detect::email(&local, &domain, &context) else { return };
    let start = local_end.saturating_sub(email.local_chars);
    let near: String = chars.get(..start).unwrap_or_default().iter().collect::<String>().to_lowercase();
    // Nobody writes `(at)` or 골뱅이 before a host for anything else.
    let plain = one_of(chars, around.at, &["골뱅이", "(at)", "[at]"]).is_some();
    let said = plain || in_words || WORDS.iter().any(|word| near.contains(word));
    let confidence = if said { Confidence::Probable } else { Confidence::Possible };
    let mut characters: Vec<Range<usize>> = (start..local_end).map(|place| place..place.saturating_add(1)).collect();
    characters.push(around.at..around.end);
    characters.extend(places.into_iter().take(email.domain_chars));
    let local: String = chars.get(start..local_end).unwrap_or_default().iter().collect();
    let domain: String = domain.chars().take(email.domain_chars).collect();
    found.push(TextMatch { kind: Kind::EmailAddress, confidence, text: format!("{local}@{domain}"), characters });
}

/// The host that begins with these characters and of which a dot is a word, with the places of its characters.
pub fn host_in_words(chars: &[char]) -> Option<(String, Vec<Range<usize>>)> {
    let (domain, places, in_words) = domain(chars, 0);
    in_words.then_some((domain, places))
}

/// The host that begins there, with the places of its characters, and whether a dot of it is written as a word.
fn domain(chars: &[char], from: usize) -> (String, Vec<Range<usize>>, bool) {
    let (mut domain, mut places, mut in_words) = (String::new(), Vec::new(), false);
    let mut here = from;
    while domain.len() < 80 {
        let Some(next) = at(chars, here) else { break };
        if next.is_ascii_alphanumeric() || next == '-' {
            domain.push(next);
            places.push(here..here.saturating_add(1));
            here = here.saturating_add(1);
            continue;
        }
        let Some(end) =
            one_of(chars, here, DOTS).filter(|end| at(chars, *end).is_some_and(|after| after.is_ascii_alphanumeric()))
        else {
            break;
        };
        if domain.is_empty() {
            break;
        }
        in_words |= end > here.saturating_add(1) || next != '.';
        domain.push('.');
        places.push(here..end);
        here = end;
    }
    (domain, places, in_words)
}
