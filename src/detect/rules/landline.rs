//! 일반전화번호, the number of a fixed line, of VoIP (070) or a virtual one (050x). On the page of an office it is nearly
//! always the office's: only words for a person or a home near it make it more than `possible`.
//!
//! Representative numbers (15xx, 16xx, 18xx), 060, 080 and the short numbers of emergency services are nobody's.

use super::Rule;
use crate::detect::Context;
use crate::detect::run::{Joint, Opening, Run};
use crate::detect::words::{Said, Topic, Topics};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind};

/// Numbers in groups.
pub(in crate::detect) const GROUPED: Rule = Rule {
    kind: Kind::LandlineNumber,
    needs: Topics::NONE,
    fewest: FEWEST,
    groups: |_, _| true,
    leads: |digits| matches!(digits, [0, ..] | [8, 2, _]),
    opens,
    shape: |run, today| run.lengths().len() > 1 && shape(run, today),
    judge,
};

/// Numbers in one, which need a word.
pub(in crate::detect) const LABELLED: Rule = Rule {
    kind: Kind::LandlineNumber,
    needs: Topic::Telephone.set(),
    fewest: FEWEST,
    groups: |_, _| true,
    leads: |digits| matches!(digits, [0, ..] | [8, 2, _]),
    opens,
    shape: |run, today| run.lengths().len() == 1 && shape(run, today),
    judge: |run, context, said| if said.is(Topic::Telephone) { judge(run, context, said) } else { None },
};

/// The parts of such a number, as the places in its digits where one ends.
struct Parts {
    /// Where the country's code ends: 0 if there is none.
    country: usize,
    /// Where a zero after the country's code ends, or the same as `country`.
    zero: usize,
    /// Where the area ends.
    area: usize,
    /// Where the exchange ends; four digits follow.
    exchange: usize,
    /// Whether it is virtual: it stands for another number, and tells nobody that.
    virtual_number: bool,
}

/// The fewest digits: `02-345-6789`.
const FEWEST: usize = 9;

/// How many digits the area has, without its zero; `None` for what is no area.
fn area(values: &[u8]) -> Option<usize> {
    match values {
        [2, ..] => Some(1),
        // Gyeonggi, Incheon, Gangwon; Chungnam, Daejeon, Chungbuk, Sejong; Busan, Ulsan, Daegu, Gyeongbuk, Gyeongnam;
        // Jeonnam, Gwangju, Jeonbuk, Jeju.
        [3, 1..=3, ..] | [4, 1..=4, ..] | [5, 1..=5, ..] | [6, 1..=4, ..] => Some(2),
        [7, 0, ..] => Some(2),
        [5, 0, 2..=9, ..] => Some(3),
        _ => None,
    }
}

fn parts(values: &[u8]) -> Option<Parts> {
    let country: usize = if values.starts_with(&[8, 2]) { 2 } else { 0 };
    let zero = country.saturating_add(usize::from(values.get(country) == Some(&0)));
    if zero == 0 {
        return None;
    }
    let national = values.get(zero..)?;
    let length = area(national)?;
    let subscriber = national.get(length..)?;
    let fits = match (length, national) {
        (2, [7, ..]) => subscriber.len() == 8,
        _ => matches!(subscriber.len(), 7 | 8),
    };
    // An exchange begins with 2 to 9; `02-123-4567` is what people write for an example.
    let exchange_fits = subscriber.first().is_some_and(|first| *first != 0);
    let area = zero.saturating_add(length);
    (fits && exchange_fits).then(|| Parts {
        country,
        zero,
        area,
        exchange: values.len().saturating_sub(4),
        virtual_number: length == 3,
    })
}

/// Whether these digits may be the number of a landline.
pub(in crate::detect) fn is_number(values: &[u8]) -> bool {
    parts(values).is_some()
}

fn opens(opening: &Opening<'_>) -> bool {
    let (first, _) = opening.lengths();
    let mut values = [0; 4];
    match opening.values(&mut values) {
        // The area is a group of its own, unless all is one.
        [0, national @ ..] => area(national).is_some_and(|area| first == area + 1 || !(2..FEWEST).contains(&first)),
        [8, 2, 0, national @ ..] | [8, 2, national @ ..] => area(national).is_some() || national.len() < 2,
        _ => false,
    }
}

fn shape(run: &Run<'_>, _today: Day) -> bool {
    let Some(parts) = parts(run.values()) else { return false };
    let joins = |between: &Separator| {
        matches!(between, Separator::Dash | Separator::Dot | Separator::Space | Separator::Bracket | Separator::Slash)
    };
    run.is_cut_at(&[parts.country, parts.zero, parts.area, parts.exchange]) && run.separators().iter().all(joins)
}

fn judge(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let parts = parts(run.values())?;
    let joint = run.joint_before(context).max(run.joint_after(context));
    let is_telephone = said.is(Topic::Telephone);
    let spaced = run.separators().iter().all(|between| *between == Separator::Space);
    let of_another = said.is(Topic::Thing) || (joint > Joint::Free && !is_telephone && run.before() != Some('.'));
    if of_another || (spaced && run.is_in_row() && !is_telephone) {
        return None;
    }
    let of_an_office = said.near.has(Topic::Office);
    let personal = said.near.has(Topic::Home) || (said.near.has(Topic::Personal) && !of_an_office);
    let given_out = run.value(parts.area).is_some_and(|first| first > 1);
    let sure = personal && given_out && !parts.virtual_number;
    Some(if sure { Confidence::Probable } else { Confidence::Possible })
}
