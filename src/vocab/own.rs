//! Kinds that an operator adds: a name, and what of a value stays to be seen.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// What of a value of an operator's own kind stays to be seen, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keep {
    /// Nothing (`mask = "all"`).
    Nothing,
    /// The first so many.
    First(u8),
    /// The last so many.
    Last(u8),
}

/// What is fixed of an own kind.
struct Words {
    number: u8,
    name: String,
    returned: String,
    korean: String,
    keep: Keep,
    together: bool,
}

/// A kind that an operator has named. Small and copied like any kind; two are the same if their name, mask and sort are.
#[derive(Clone, Copy)]
pub struct Own(&'static Words);

/// Every own kind that this process has known. A slot once taken stays taken, so that what was found or sealed under an
/// older configuration keeps its name.
static KNOWN: [OnceLock<Words>; Own::MOST] = [const { OnceLock::new() }; Own::MOST];

impl Own {
    /// How many there can be in one process, those of configurations from before a reload among them.
    pub const MOST: usize = 32;

    /// The kind of that name; `together` if it stands for several findings near one another. `None` when there are too
    /// many.
    pub fn of(name: &str, keep: Keep, together: bool) -> Option<Own> {
        KNOWN.iter().zip(0..).find_map(|(slot, number)| {
            let words = slot.get_or_init(|| {
                // One that bears the name of a kind that garim knows is called as that is in Korean.
                let like = super::Kind::ALL.iter().find(|kind| kind.name() == name);
                let korean = like.map_or(name, |kind| kind.korean()).to_owned();
                Words { number, name: name.to_owned(), returned: format!("returned:{name}"), korean, keep, together }
            });
            (words.name == name && words.keep == keep && words.together == together).then_some(Own(words))
        })
    }

    /// The first that was given this name.
    pub fn named(name: &str) -> Option<Own> {
        Own::all().find(|own| own.name() == name)
    }

    /// All that are known, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Own> {
        KNOWN.iter().map_while(OnceLock::get).map(Own)
    }

    /// Its number, below [`Own::MOST`].
    pub const fn number(self) -> u8 {
        self.0.number
    }

    /// Its name in policies, output, records and metrics.
    pub const fn name(self) -> &'static str {
        self.0.name.as_str()
    }

    /// The name in records and metrics of one that came back as a sealed reference.
    pub const fn returned_name(self) -> &'static str {
        self.0.returned.as_str()
    }

    /// Its name for Korean readers.
    pub const fn korean(self) -> &'static str {
        self.0.korean.as_str()
    }

    /// What stays to be seen of a value.
    pub const fn keep(self) -> Keep {
        self.0.keep
    }

    /// Whether it stands for several findings near one another, and so has no bytes of its own.
    pub const fn is_together(self) -> bool {
        self.0.together
    }
}

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Own").field(&self.name()).finish()
    }
}

impl PartialEq for Own {
    fn eq(&self, other: &Own) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Own {}

impl PartialOrd for Own {
    fn partial_cmp(&self, other: &Own) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Own {
    fn cmp(&self, other: &Own) -> std::cmp::Ordering {
        self.number().cmp(&other.number())
    }
}

impl Hash for Own {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Kind;

    #[test]
    fn the_same_words_are_the_same_kind() {
        let own = Own::of("badge", Keep::Last(2), false).unwrap();
        assert_eq!(Own::of("badge", Keep::Last(2), false), Some(own));
        assert_ne!(Own::of("badge", Keep::Nothing, false), Some(own));
        assert_eq!(Own::named("badge").map(Own::name), Some("badge"));
        assert_eq!(Kind::Own(own).name(), "badge");
        assert_eq!(Kind::Own(own).index(), Kind::ALL.len() + usize::from(own.number()));
        assert_eq!(Own::of("student-number", Keep::First(4), false).map(Own::korean), Some("학번"));
    }
}
