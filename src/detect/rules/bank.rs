//! 계좌번호, the bank account number: ten to fourteen digits. What makes one is a word for it, or a bank's name; the
//! shapes of the banks ([`institutions`]) tell how sure it is.

use super::institutions::{INSTITUTIONS, Institution};
use super::{JOINS, Rule, institutions, landline, lower, mobile};
use crate::detect::run::{Joint, Opening, Run};
use crate::detect::words::{Said, Topic, Topics};
use crate::detect::{Context, calendar};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind};

/// A number grouped as a bank's are, directly beside that bank's nickname, which may be an ordinary word (`우리`).
pub(in crate::detect) const NICKNAMED: Rule = Rule {
    kind: Kind::BankAccountNumber,
    needs: Topics::NONE,
    fewest: FEWEST,
    groups: institutions::begins,
    leads: |_| true,
    opens: |opening| opens(opening, |lengths| institutions::grouping(lengths).next().is_some()),
    shape: |run, today| {
        run.lengths().len() > 1 && form(run, today) && institutions::grouping(&lengths(run)).next().is_some()
    },
    judge: judge_nicknamed,
};

/// A number with a word for accounts, or a bank's full name.
pub(in crate::detect) const LABELLED: Rule = Rule {
    kind: Kind::BankAccountNumber,
    needs: Topic::Account.set().or(Topic::Bank.set()),
    fewest: FEWEST,
    groups: |first, _| first <= MOST,
    leads: |_| true,
    opens: |opening| opens(opening, |_| true),
    shape: form,
    judge: judge_labelled,
};

const FEWEST: usize = 10;
const MOST: usize = 14;
/// The most groups of one.
const MOST_GROUPS: usize = 4;
/// The most characters between a nickname and the number.
const WIDEST_GAP: usize = 3;
/// What follows an amount or a count.
const UNITS: &[char] = &['원', '억', '명', '건', '개', '%', '$', '₩', '년', '월', '호'];

/// Whether as many digits as an account has are a number of groups there, one and the same between all, that fit.
fn opens(opening: &Opening<'_>, fits: impl Fn(&[usize]) -> bool) -> bool {
    let (mut lengths, mut total, mut joined) = ([0; MOST_GROUPS], 0_usize, None);
    for number in 0..MOST_GROUPS {
        let Some((length, between)) = opening.group(number) else { return false };
        total = total.saturating_add(length);
        if let Some(last) = lengths.get_mut(number) {
            *last = length;
        }
        if total > MOST {
            return false;
        }
        if total >= FEWEST && lengths.get(..=number).is_some_and(&fits) {
            return true;
        }
        match between.filter(|between| JOINS.contains(between)) {
            Some(between) if joined.is_none_or(|joined| joined == between) => joined = Some(between),
            _ => return false,
        }
    }
    false
}

fn lengths(run: &Run<'_>) -> Vec<usize> {
    run.lengths().collect()
}

/// Length and separators fit, and it is neither a time nor a telephone in its groups.
fn form(run: &Run<'_>, _today: Day) -> bool {
    run.values().len() <= MOST
        && run.lengths().len() <= MOST_GROUPS
        && run.is_joined_by(JOINS)
        && run.values().iter().any(|value| Some(*value) != run.value(0))
        && !is_time(run)
        // `063-65-963779` has the digits of one in other groups.
        && !(run.lengths().len() > 1 && run.lengths().last() == Some(4) && is_telephone(run))
}

/// Whether it begins with a day of this century or the last, as `20261122-0001` and many order numbers do.
fn is_dated(run: &Run<'_>) -> bool {
    let part = |digits: std::ops::Range<usize>| run.values().get(digits).map(calendar::number);
    let year = part(0..4).and_then(|year| u16::try_from(year).ok()).filter(|year| (1990..2100).contains(year));
    let small = |number: u64| u8::try_from(number).ok();
    let (month, day) = (part(4..6).and_then(small), part(6..8).and_then(small));
    let day = year.zip(month.zip(day)).and_then(|(year, (month, day))| calendar::day(year, month, day));
    day.is_some()
}

/// Whether it is a day with nothing but a time or a short count after it.
fn is_time(run: &Run<'_>) -> bool {
    let lengths = lengths(run);
    let whole = matches!(*lengths, [14 | 12 | 10] | [8, ..] | [4, 2, 2, ..]);
    let hour = run.values().get(8..10).is_none_or(|hour| calendar::number(hour) < 24 || lengths.len() > 1);
    whole && is_dated(run) && hour
}

fn is_telephone(run: &Run<'_>) -> bool {
    mobile::parts(run.values()).is_some() || landline::is_number(run.values())
}

fn is_apart(run: &Run<'_>, context: &Context<'_>) -> bool {
    let joint = run.joint_before(context).max(run.joint_after(context));
    joint == Joint::Free && !run.after().is_some_and(|after| UNITS.contains(&after))
}

fn judge_nicknamed(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let lengths = lengths(run);
    let (before, after) = (word_before(run.text_before(context)), word_after(run.text_after(context)));
    let bank = institutions::grouping(&lengths).find(|bank| {
        let named_before = |text: &str| {
            let rest = bank.named_at_end(text).and_then(|len| text.get(..text.len().checked_sub(len)?));
            rest.is_some_and(|rest| !rest.chars().next_back().is_some_and(char::is_alphabetic))
        };
        let named_after = |text: &str| {
            let rest = bank.named_at_start(text).and_then(|len| text.get(len..));
            rest.is_some_and(|rest| rest.starts_with("은행") || !rest.chars().next().is_some_and(char::is_alphabetic))
        };
        before.is_some_and(named_before) || after.is_some_and(named_after)
    })?;
    if !is_apart(run, context) || run.is_in_row() {
        return None;
    }
    let found = if bank.is_coded(run.values()) && !is_dated(run) { Confidence::Probable } else { Confidence::Possible };
    if said.is(Topic::Thing) { lower(found) } else { Some(found) }
}

/// Whether an account is spoken of, and the bank that is named beside the number has numbers as long.
fn is_as_long(run: &Run<'_>, context: &Context<'_>, said: &Said) -> bool {
    let count = run.values().len();
    let named = |bank: &Institution| {
        bank.is_as_long(count)
            && word_before(run.text_before(context)).is_some_and(|word| bank.named_at_end(word).is_some())
    };
    said.near.has(Topic::Account) && said.is(Topic::Bank) && INSTITUTIONS.iter().any(named)
}

/// The text that ends with a word at most a few characters of punctuation before the number, without the `은행` that may end
/// it.
fn word_before(text: &str) -> Option<&str> {
    let near = text.trim_end_matches(|character: char| !character.is_alphanumeric());
    is_near(text, near).then(|| near.strip_suffix("은행").unwrap_or(near))
}

/// The text that begins with a word as near behind the number.
fn word_after(text: &str) -> Option<&str> {
    let near = text.trim_start_matches(|character: char| !character.is_alphanumeric());
    is_near(text, near).then_some(near)
}

/// Whether no more was trimmed off than may stand between a nickname and the number.
fn is_near(text: &str, trimmed: &str) -> bool {
    text.chars().count().saturating_sub(trimmed.chars().count()) <= WIDEST_GAP
}

fn judge_labelled(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    if !matches!(said.nearest, Some(Topic::Account | Topic::Bank)) || !is_apart(run, context) {
        return None;
    }
    let lengths = lengths(run);
    let is_grouped = lengths.len() > 1;
    let shaped = if is_grouped {
        institutions::is_grouping(&lengths)
    } else {
        (institutions::is_coded(run.values()) || is_as_long(run, context, said)) && !is_telephone(run)
    };
    if shaped && !is_dated(run) {
        return Some(Confidence::Probable);
    }
    // Numbers in a row are no account; nor is one that had another number before it.
    let spaced = is_grouped && run.separators().contains(&Separator::Space);
    (!spaced && run.digits().start < FEWEST).then_some(Confidence::Possible)
}
