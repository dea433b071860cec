//! Where a number may begin, told by a table from the lengths of two groups and three digits: however many rules there are,
//! most places cost no more than a look into it.

use super::RULES;
use super::run::{MOST, Opening};
use super::words::Topics;
use std::sync::LazyLock;

/// A set of rules, one bit for each.
pub(super) type Rules = u32;

const LENGTHS: usize = MOST + 1;
const LEADS: usize = 1000;

/// Which rules may find a number that begins so.
pub(super) struct Openings {
    lengths: [[Rules; LENGTHS]; LENGTHS],
    leads: [Rules; LEADS],
    /// The rules that need no word.
    alone: Rules,
}

static OPENINGS: LazyLock<Openings> = LazyLock::new(Openings::new);

impl Openings {
    /// Of all rules.
    pub(super) fn all() -> &'static Openings {
        &OPENINGS
    }

    fn new() -> Openings {
        const { assert!(RULES.len() <= Rules::BITS as usize) };
        let mut table = Openings { lengths: [[0; LENGTHS]; LENGTHS], leads: [0; LEADS], alone: 0 };
        for (rule, bit) in RULES.iter().zip(0..Rules::BITS) {
            table.alone |= Rules::from(rule.needs.is_empty()) << bit;
            for (first, row) in table.lengths.iter_mut().enumerate() {
                for (second, rules) in row.iter_mut().enumerate() {
                    *rules |= Rules::from((rule.groups)(first, second)) << bit;
                }
            }
            for (lead, rules) in table.leads.iter_mut().enumerate() {
                let digit = |of: usize| u8::try_from(of % 10).unwrap_or(0);
                *rules |= Rules::from((rule.leads)([digit(lead / 100), digit(lead / 10), digit(lead)])) << bit;
            }
        }
        table
    }

    /// The rules that say something where words of these topics are near.
    pub(super) fn speaking(&self, near: Topics) -> Rules {
        if near.is_empty() {
            return self.alone;
        }
        let speaking = RULES.iter().zip(0..Rules::BITS).filter(|(rule, _)| rule.speaks(near));
        speaking.fold(0, |rules, (_, bit)| rules | 1 << bit)
    }

    /// The rules whose number may begin with groups of these lengths; none knows one longer than the longest number. A second
    /// group that is longer still belongs to no number.
    #[inline]
    pub(super) fn of_lengths(&self, first: usize, second: usize) -> Rules {
        let row = self.lengths.get(first);
        row.and_then(|row| row.get(second).or(row.first())).copied().unwrap_or(0)
    }

    /// Whether one of these rules finds that its number may begin there.
    pub(super) fn opens(&self, rules: Rules, opening: &Opening<'_>) -> bool {
        let mut lead = [0; 3];
        let lead = opening.values(&mut lead).iter().fold(0, |lead, digit| lead * 10 + usize::from(*digit));
        let mut rules = rules & self.leads.get(lead).copied().unwrap_or(0);
        while rules != 0 {
            let number = usize::try_from(rules.trailing_zeros()).unwrap_or(0);
            if RULES.get(number).is_some_and(|rule| opening.count >= rule.fewest && (rule.opens)(opening)) {
                return true;
            }
            rules &= rules.wrapping_sub(1);
        }
        false
    }
}
