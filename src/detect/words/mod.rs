//! Context words: what the text around a number says it is. One automaton finds them all.

mod fold;
mod lists;
#[cfg(test)]
mod tests;
mod topics;

use super::Context;
use super::run::Run;
use fold::{Folded, Hit, hits};
use lists::{OF_PERSONS, THING_LABELS};
pub(super) use topics::Topic;
pub use topics::Topics;

/// How far before a number a word still speaks of it, in characters.
const REACH_BEFORE: usize = 40;
/// The same if only punctuation stands between.
const REACH_OVER_PUNCTUATION: usize = 60;
/// How far after a number, in characters.
const REACH_AFTER: usize = 15;
/// So many digits between a word and a number are a number of their own, to which a word for things then belongs.
const ANOTHER_NUMBER: usize = 4;
/// The same for words that a number must have to be of its kind.
const ANOTHER_OF_ITS_KIND: usize = 6;

/// Characters that hide a digit.
pub(super) const STARS: [char; 9] = ['*', '＊', '●', '○', '■', '#', 'x', 'X', '×'];

/// What the context says about the numbers of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    /// What they are: by the name of their field first, then the nearest word before, then a word after, then the header of
    /// their column.
    pub(super) nearest: Option<Topic>,
    /// Everything that is said anywhere near.
    pub(super) near: Topics,
    from: Source,
}

/// Where the nearest word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Nowhere,
    Label,
    /// Before, so many characters away.
    Before(usize),
    After,
}

impl Said {
    /// Whether any word says what they are.
    pub(super) fn is_named(&self) -> bool {
        self.nearest.is_some()
    }

    /// Whether that is what they are.
    pub(super) fn is(&self, topic: Topic) -> bool {
        self.nearest == Some(topic)
    }

    /// Whether the word for this topic speaks of this very run, at most so many characters away: no number stands
    /// between, not even in its own cluster.
    pub(super) fn speaks_of(&self, topic: Topic, run: &Run<'_>, reach: usize) -> bool {
        self.is(topic)
            && match self.from {
                Source::Nowhere => false,
                Source::Label => true,
                Source::Before(distance) => distance <= reach && run.digits().start < ANOTHER_NUMBER,
                Source::After => run.ends_cluster(),
            }
    }
}

/// What the context says.
pub(super) fn said(context: &Context<'_>) -> Said {
    let (label, before, after) = (hits(context.label), hits(context.before), hits(reached(context.after)));
    let reaching = before.iter().filter(|hit| between(context.before, hit).is_some());
    let column: Vec<Vec<Hit>> = context.column.lines().map(hits).collect();
    let words = label.iter().chain(&after).chain(reaching).chain(column.iter().flatten());
    let words: Topics = words.map(|hit| hit.topic.set()).collect();
    let near = if is_hidden_beside(context) { words | Topic::Hidden.set() } else { words };
    let labelled = label_topic(context.label, &label).map(|topic| (topic, Source::Label));
    let said = labelled
        .or_else(|| key_before(context.before).map(|topic| (topic, Source::Before(0))))
        .or_else(|| topic_before(context.before, &before))
        .or_else(|| topic_after(context.after, &after).map(|topic| (topic, Source::After)))
        .or_else(|| {
            let mut columns = context.column.lines().zip(&column);
            columns.find_map(|(line, hits)| Some((label_topic(line, hits)?, Source::Label)))
        });
    match said {
        Some((topic, from)) => Said { nearest: Some(topic), near: near | topic.set(), from },
        None => Said { nearest: None, near, from: Source::Nowhere },
    }
}

/// What the words in a text say.
pub(super) fn topics(text: &str) -> Topics {
    hits(text).iter().map(|hit| hit.topic.set()).collect()
}

/// The words whose being near sets a topic that some rule needs, for a search of the text: the shortest stems only, as
/// they are compared (lower case, without spaces and `_ - . ·`). The presence of a stem does not yet mean that a word
/// stands there, but no word stands where no stem is.
pub(super) fn stems(needed: Topics) -> impl Iterator<Item = (&'static str, Topics)> {
    const HIDDEN: &[&str] = &["*-", "●-", "○-", "■-", "x-", "#-", "-*", "-●", "-○", "-■", "-x", "-#"];
    let is_stem = |topic: Topic, word: &str| !fold::all().any(|(t, w)| t == topic && w != word && word.contains(w));
    let words = fold::all().filter(move |(topic, word)| needed.has(*topic) && is_stem(*topic, word));
    let hidden = HIDDEN.iter().map(|stem| (Topic::Hidden, *stem)).filter(move |(topic, _)| needed.has(*topic));
    words.chain(hidden).map(|(topic, word)| (word, topic.set()))
}

fn label_topic(label: &str, hits: &[Hit]) -> Option<Topic> {
    if label.is_empty() {
        return None;
    }
    let longest = hits.iter().filter(|hit| hit.topic.names()).max_by_key(|hit| hit.length).map(|hit| hit.topic);
    longest.or_else(|| {
        let folded = Folded::new(label);
        let ends_with = |word: &str| {
            let start = folded.bytes.len().checked_sub(word.len());
            let begins = |start| folded.origin(start).is_some_and(|origin| origin.begins);
            start.is_some_and(|start| folded.bytes.ends_with(word.as_bytes()) && (!word.is_ascii() || begins(start)))
        };
        // Once people signed in with their registration numbers.
        let of_person = OF_PERSONS.split(' ').any(|word| folded.bytes.ends_with(word.as_bytes()));
        (!of_person && THING_LABELS.split(' ').any(ends_with)).then_some(Topic::Thing)
    })
}

/// What a key that stands directly before says, as in `txnId=…`: in a log, a query, a script.
fn key_before(before: &str) -> Option<Topic> {
    let before = before.strip_suffix(['"', '\'']).unwrap_or(before);
    let before = before.strip_suffix(['=', ':'])?;
    let before = before.strip_suffix(['"', '\'']).unwrap_or(before);
    let of_key = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let key = before.get(before.trim_end_matches(of_key).len()..)?;
    label_topic(key, &hits(key))
}

/// What stands between a word and the number after it, if the word reaches it.
fn between<'a>(before: &'a str, hit: &Hit) -> Option<&'a str> {
    let between = before.get(hit.end..)?;
    let reach = if between.chars().any(char::is_alphanumeric) { REACH_BEFORE } else { REACH_OVER_PUNCTUATION };
    (between.chars().count() <= reach).then_some(between)
}

fn topic_before(before: &str, hits: &[Hit]) -> Option<(Topic, Source)> {
    if before.trim_end().ends_with(['₩', '￦', '$']) {
        return Some((Topic::Thing, Source::Before(0)));
    }
    let nearest = hits.iter().filter(|hit| hit.topic.names()).max_by_key(|hit| (hit.folded_end, hit.length))?;
    let between = between(before, nearest)?;
    let digits = between.chars().filter(char::is_ascii_digit).count();
    let of_another = match nearest.topic {
        Topic::Thing => digits >= ANOTHER_NUMBER,
        Topic::Registration | Topic::Corporation | Topic::Card | Topic::Telephone | Topic::Passport => false,
        _ => digits >= ANOTHER_OF_ITS_KIND,
    };
    (!of_another).then(|| (nearest.topic, Source::Before(between.chars().count())))
}

/// As much of the text after a number as a word there may stand in.
fn reached(after: &str) -> &str {
    let reach = after.char_indices().nth(REACH_AFTER).map_or(after.len(), |(offset, _)| offset);
    after.get(..reach).unwrap_or_default()
}

fn topic_after(after: &str, hits: &[Hit]) -> Option<Topic> {
    if after.starts_with(['원', '₩', '￦']) {
        return Some(Topic::Thing);
    }
    if is_born(after) {
        return Some(Topic::Birth);
    }
    let first = hits
        .iter()
        .filter(|hit| hit.topic.names())
        .min_by_key(|hit| (hit.folded_end, usize::MAX.saturating_sub(hit.length)))?;
    // A word that is followed by a number of its own speaks of that one.
    let of_the_next = after.get(first.end..)?.chars().any(|character| character.is_ascii_digit());
    (!of_the_next).then_some(first.topic)
}

/// `1981.05.14생`, `81.5.14.生`: born that day.
fn is_born(after: &str) -> bool {
    let after = after.strip_prefix('.').unwrap_or(after);
    let rest = after.strip_prefix('생').or_else(|| after.strip_prefix('生'));
    rest.is_some_and(|rest| !rest.chars().next().is_some_and(char::is_alphanumeric))
}

/// Whether stars and a dash stand directly before the cluster: `******-`, `810514-*`.
fn is_hidden_beside(context: &Context<'_>) -> bool {
    let mut outwards = context.before.chars().rev();
    let (near, far) = (outwards.next(), outwards.next());
    let star = |beside: Option<char>| beside.is_some_and(|beside| STARS.contains(&beside));
    (star(near) && far == Some('-')) || (near == Some('-') && star(far))
}
