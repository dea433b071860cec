//! Clusters and words to findings: one kind a file in `rules/`, one table `RULES`, check digits, context, confidence.
//!
//! A rule never sees bytes or text, only runs: stretches of complete digit groups (`run`). So it cannot match a part of
//! a longer number, nor a link of a chain such as `12-900101-1234568-3`.
//!
//! # Adding a kind of number
//! 1. A variant of [`Kind`], with its names; the compiler then asks for its mask.
//! 2. `rules/KIND.rs` with `groups` and `leads` (what it may begin with), `opens` and `shape` (digits and groups, no context)
//!    and `judge` (context to confidence).
//! 3. A line in `RULES`, at the place that its variant has in [`Kind::ALL`].
//! 4. Its context words in `words`, and in [`synthetic`] a way to make one.
//! 5. `tests/corpus/KIND.txt`, with things to find and things not to find.
//!
//! Kinds that hang on words (names, addresses, plates …) are found in [`text`].

mod calendar;
mod check_digits;
mod openings;
pub mod own;
mod rules;
mod run;
pub mod synthetic;
#[cfg(test)]
mod tests;
pub mod text;
mod tld;
mod words;

use crate::text::search::{Group, Plain};
use crate::text::{Cluster, Separator};
use crate::vocab::{Confidence, Day, Kind, Stands};
use openings::Openings;
use rules::{Rule, bank, birth, business, card, corporation, driver, foreigner, health, hidden, landline, mobile};
use rules::{enrolment, resident};
use run::{Opening, Run};
use std::cmp::Reverse;
use std::ops::Range;
pub use words::Topics;

/// Every rule for numbers, in the order of [`Kind::ALL`]; a kind whose number may stand alone in one spelling and needs a
/// word beside it in another has a rule for each. (E-mail addresses hang on an at sign, not on digits: see [`email`].)
const RULES: &[Rule] = &[
    resident::RULE,
    resident::WITH_CENTURY,
    hidden::RESIDENT,
    foreigner::RULE,
    foreigner::WITH_CENTURY,
    hidden::FOREIGNER,
    card::ALONE,
    card::LABELLED,
    corporation::ALONE,
    corporation::LABELLED,
    driver::GROUPED,
    driver::REGIONAL,
    driver::LABELLED,
    bank::NICKNAMED,
    bank::LABELLED,
    health::RULE,
    business::GROUPED,
    business::LABELLED,
    mobile::RULE,
    landline::GROUPED,
    landline::LABELLED,
    birth::RULE,
    enrolment::STUDENT,
    enrolment::STAFF,
    enrolment::MILITARY,
];

/// What stands around a candidate. The texts are logical: markup, escapes and zero-width characters are taken away.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The text before the candidate, the nearest character last: at most 60 characters, cut at a block boundary.
    pub before: &'a str,
    /// The text after the candidate, the nearest character first: at most 30 characters, cut likewise.
    pub after: &'a str,
    /// The name of the field or the JSON key; empty if there is none.
    pub label: &'a str,
    /// What names it from further away, for where nothing nearer says what it is: the header of the column and of the row,
    /// the other attributes of its tag, the key of the object that it stands in. A line each; empty if there are none.
    pub column: &'a str,
    /// Where in its syntax the candidate stands.
    pub stands: Stands,
    /// Whether the candidate is the whole quoted value, path segment (a file's extension not counted) or parameter.
    pub alone: bool,
    /// Today: nobody is born later.
    pub today: Day,
    /// The site's own host names, whose role mailboxes are no finding.
    pub hosts: &'a [String],
}

/// A number that was found in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What it is.
    pub kind: Kind,
    /// How sure.
    pub confidence: Confidence,
    /// Its digits, as a range of the cluster's `digits`.
    pub digits: Range<usize>,
    /// Whether a word near says that it is of its kind.
    pub called: bool,
}

/// An e-mail address that was found around an at sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailMatch {
    /// How many characters directly before the at sign are its local part.
    pub local_chars: usize,
    /// How many characters directly after the at sign are its domain.
    pub domain_chars: usize,
    /// How sure.
    pub confidence: Confidence,
}

/// The fewest digits of a number that may stand alone, with no word near: a landline's, `02-345-6789`.
pub const LEAST_DIGITS: usize = 9;

/// The fewest digits of any number where words of these topics are near: chains with fewer hold none.
pub fn fewest(near: Topics) -> usize {
    if near.is_empty() {
        return LEAST_DIGITS;
    }
    RULES.iter().filter(|rule| rule.speaks(near)).map(|rule| rule.fewest).min().unwrap_or(usize::MAX)
}

/// The topics of which some rule needs one to be near, for its numbers are of no shape of their own.
fn needed() -> Topics {
    RULES.iter().map(|rule| rule.needs).collect()
}

/// What the text must hold anywhere near a number for a rule that needs a word there: stems of words, folded to lower
/// case and without spaces and `_ - . ·`, each with the topics that it may set. A stem is not yet a word; but where no
/// stem of a topic stands within a context's reach, no word of it does, and `near` may leave it out.
pub fn cues() -> impl Iterator<Item = (&'static str, Topics)> {
    words::stems(needed())
}

/// What the words in a text say: in the name of a field, or in the header of a column, which may stand far from its values.
pub fn topics(text: &str) -> Topics {
    words::topics(text)
}

/// What chains are asked for where words of some topics are near: made once for all chains of a stretch.
#[derive(Debug, Clone, Copy)]
pub struct Sought {
    fewest: usize,
    rules: openings::Rules,
}

impl Sought {
    /// Where words of these topics are near.
    pub fn near(topics: Topics) -> Sought {
        Sought { fewest: fewest(topics), rules: Openings::all().speaking(topics) }
    }
}

/// The first group of a plain chain with which a number that is sought can begin: cheapest of all. Where there is none,
/// nothing in the chain is plausible.
pub fn opens(chain: &Plain<'_>, sought: Sought) -> Option<usize> {
    let openings = Openings::all();
    let Sought { fewest, rules: speaking } = sought;
    let (groups, len) = (chain.groups(), chain.len());
    let mut joined = false;
    for (number, group) in groups.iter().enumerate() {
        let left = len.saturating_sub(group.before());
        if left < fewest {
            return None;
        }
        if !joined {
            let second = groups.get(number.saturating_add(1)).map_or(0, Group::digits);
            let rules = speaking & openings.of_lengths(group.digits(), second);
            if rules != 0 && openings.opens(rules, &Opening::plain(chain, number, left)) {
                return Some(number);
            }
        }
        joined = group.separator == Separator::Dash && chain.gap_after(number) != run::SPACED_DASH;
    }
    None
}

/// By shape alone: can any rule match this cluster, where words of these topics are near? Cheap, for it is asked for
/// every candidate, and most are dates, times and ids. A cluster that is not plausible with all the topics that its
/// context has holds no number.
pub fn plausible(cluster: &Cluster, today: Day, near: Topics) -> bool {
    let fits = |run: Run<'_>| RULES.iter().any(|rule| rule.speaks(near) && rule.fits(&run, today));
    cluster.digits.len() >= fewest(near) && Run::all(cluster, near).any(fits)
}

/// Every number in the cluster, in order, not overlapping, appended to `out`; and whether some word near says what it is: then
/// a name that stands further away is not asked.
pub fn numbers(cluster: &Cluster, context: &Context<'_>, out: &mut Vec<Match>) -> bool {
    let said = words::said(context);
    let mut claims: Vec<Match> = Vec::new();
    for run in Run::all(cluster, said.near) {
        for rule in RULES.iter().filter(|rule| rule.speaks(said.near) && rule.fits(&run, context.today)) {
            if let Some(confidence) = (rule.judge)(&run, context, &said) {
                let called = said.nearest.is_some_and(|topic| topic.calls(rule.kind));
                claims.push(Match { kind: rule.kind, confidence, digits: rules::digits_of(rule.kind, &run), called });
            }
        }
    }
    let first = out.len();
    claims.sort_by_key(|claim| Reverse((claim.confidence, claim.digits.len(), Reverse(claim.kind))));
    for claim in claims {
        let taken = |other: &Match| other.digits.start < claim.digits.end && claim.digits.start < other.digits.end;
        if !out.get(first..).unwrap_or_default().iter().any(taken) {
            out.push(claim);
        }
    }
    if let Some(found) = out.get_mut(first..) {
        found.sort_by_key(|found| found.digits.start);
    }
    said.is_named()
}

/// Whether a number of such a kind has a check digit, and it holds.
pub fn has_check_digit(kind: Kind, values: &[u8]) -> bool {
    match kind {
        Kind::ResidentRegistrationNumber => check_digits::holds(values, check_digits::resident_digit),
        Kind::ForeignerRegistrationNumber => check_digits::holds(values, check_digits::foreigner_digit),
        Kind::PaymentCardNumber => check_digits::luhn_sum(values).is_multiple_of(10),
        _ => false,
    }
}

/// Whether digits may be a number of such a kind, where one like them is taken for one: as long, and what tells the kind holds.
pub fn may_be(kind: Kind, values: &[u8], today: Day) -> bool {
    match kind {
        Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber => begins_with_birth(values, today),
        Kind::PaymentCardNumber => card::is_number(values),
        Kind::BusinessRegistrationNumber => business::is_number(values),
        Kind::MobileNumber => mobile::parts(values).is_some() || landline::is_number(values),
        _ => true,
    }
}

/// Whether thirteen digits begin with the birth date of somebody who may have such a registration number.
pub fn begins_with_birth(values: &[u8], today: Day) -> bool {
    let century = match values.get(6) {
        Some(1 | 2 | 5 | 6) => 1900,
        Some(3 | 4 | 7 | 8) => 2000,
        _ => return false,
    };
    calendar::short_day(century, values).is_some_and(|day| day <= today)
}

/// Whether thirteen digits in one are a resident registration number where others like them stand: a real birth date, and
/// nothing else that is more likely.
pub fn may_be_in_series(values: &[u8], today: Day) -> bool {
    values.len() == 13
        && matches!(values.get(6), Some(1..=4))
        && begins_with_birth(values, today)
        && !rules::is_rival(values, today)
}

/// Whether thirteen characters, hidden ones among them (any value above 9), may be a registration number of which the
/// secret part can be read: the birth date is hidden and the rest is not, or only its seventh digit is hidden.
pub fn may_be_registration(values: &[u8], today: Day) -> bool {
    let hidden = |value: &u8| *value > 9;
    match values {
        [birth @ .., seventh, a, b, c, d, e, f] if birth.len() == 6 => {
            let secret = [*a, *b, *c, *d, *e, *f];
            let front_is_hidden = birth.iter().all(hidden) && matches!(seventh, 1..=8);
            let is_day =
                [1900, 2000].iter().any(|century| calendar::short_day(*century, birth).is_some_and(|day| day <= today));
            !secret.iter().any(hidden) && (front_is_hidden || hidden(seventh) && is_day)
        }
        _ => false,
    }
}

/// The e-mail address around an at sign: `before` ends and `after` begins directly at it. Both are the logical text,
/// of which 80 characters before and 255 after are enough. (`context.before` and `context.after` are not used.)
pub fn email(before: &str, after: &str, context: &Context<'_>) -> Option<EmailMatch> {
    rules::email::find(before, after, context)
}

/// The form under which a value is counted and hashed: `+82-10-1234-5678` and `01012345678` are one number, and an
/// address is in lower case. `value` is the digits of the match, or the address.
pub fn normalise(kind: Kind, value: &str) -> String {
    match kind {
        Kind::EmailAddress => value.to_lowercase(),
        Kind::MobileNumber => {
            let values: Vec<u8> = value.bytes().map(|byte| byte.wrapping_sub(b'0')).collect();
            let rest = mobile::parts(&values).and_then(|parts| value.get(parts.zero..));
            rest.map_or_else(|| value.to_owned(), |rest| format!("0{rest}"))
        }
        Kind::LandlineNumber => {
            let national = value.strip_prefix("82").filter(|rest| !rest.starts_with('0'));
            national.map_or_else(|| value.strip_prefix("82").unwrap_or(value).to_owned(), |rest| format!("0{rest}"))
        }
        _ => value.to_owned(),
    }
}

/// Whether finding `a` wins over finding `b` when they overlap: the higher confidence, then the longer, then the order
/// of [`Kind::ALL`], in which an operator's own kinds stand before those that are looked for by name only. Each is given as
/// its confidence, its length (in any one unit) and its kind.
pub fn outranks(a: (Confidence, usize, Kind), b: (Confidence, usize, Kind)) -> bool {
    let rank = |(confidence, length, kind): (Confidence, usize, Kind)| {
        (confidence, length, Reverse((kind.is_optional(), kind)))
    };
    rank(a) > rank(b)
}
