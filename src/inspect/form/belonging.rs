//! Names of fields that belong together: what they have in common, and which of them each is.

use crate::detect::{self, Topics};

/// Digits of the halves of a registration number.
pub(in crate::inspect) const HALVES: [usize; 2] = [6, 7];
/// Words in a name by which seven digits are the second half, if a day of birth comes with them; and those that a word may end in.
const BEHIND: &[&str] = &["back", "rear", "tail", "gender", "sex"];
const BEHIND_KOREAN: &[&str] = &["뒷", "뒤", "성별"];
const NUMBERED: &[&str] = &["number", "num", "no", "digit"];

/// What the name of a field says of its place among others.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::inspect) struct Belonging {
    /// What is left of the name, in lower case.
    pub(in crate::inspect) stem: String,
    /// Which it is; `None` if its name does not say.
    pub(in crate::inspect) position: Option<u32>,
}

/// Endings that say which piece a field is. What is a word in Latin letters must be parted from what stands before, or
/// be long enough not to be the end of another word.
const ENDINGS: &[(&str, u32)] = &[
    ("앞자리", 0),
    ("앞번호", 0),
    ("앞", 0),
    ("front", 0),
    ("first", 0),
    ("head", 0),
    ("_f", 0),
    ("_pre", 0),
    ("left", 0),
    ("가운데", 1),
    ("중간", 1),
    ("middle", 1),
    ("mid", 1),
    ("_m", 1),
    ("뒷자리", 2),
    ("뒤자리", 2),
    ("뒷번호", 2),
    ("뒤", 2),
    ("second", 2),
    ("back", 2),
    ("last", 2),
    ("rear", 2),
    ("tail", 2),
    ("_b", 2),
    ("_post", 2),
    ("right", 2),
    ("_l", 2),
];
/// The same for dates and addresses.
const PARTS: &[(&str, u32)] = &[
    ("year", 0),
    ("yyyy", 0),
    ("_yy", 0),
    ("_y", 0),
    ("month", 1),
    ("_mm", 1),
    ("day", 2),
    ("_dd", 2),
    ("_d", 2),
    ("mail_id", 0),
    ("mailid", 0),
    ("mail_domain", 1),
    ("maildomain", 1),
    ("mail_host", 1),
];

/// What the name of a field belongs to; `None` if nothing is left of it.
pub(in crate::inspect) fn belonging(name: &str) -> Option<Belonging> {
    let camel = initial(name.trim());
    let name = name.trim().to_lowercase();
    let bare = name.strip_suffix("[]").unwrap_or(&name);
    let (stem, position) = numbered(bare).or_else(|| ending(bare)).or(camel).unwrap_or((bare, None));
    let stem = stem.to_lowercase();
    let stem = stem.trim_end_matches(['_', '-', '.', ' ', '[', '(']).to_owned();
    (!stem.is_empty()).then_some(Belonging { stem, position })
}

/// Words that say which half something is where they are the whole name: what it is half of, the object says that holds both.
const ALONE: &[&str] = &["front", "back", "앞자리", "뒷자리", "앞번호", "뒷번호", "left", "right"];

/// Which half a field is whose name says nothing else.
pub(in crate::inspect) fn half_alone(name: &str) -> Option<u32> {
    let name = name.trim().to_lowercase();
    let found = ENDINGS.iter().find(|(ending, _)| *ending == name && ALONE.contains(ending));
    found.map(|(_, position)| *position)
}

/// Which half of a registration number so many digits are, whatever else their name says: it speaks of such numbers, or the
/// first is called a birth, or the second the rest of something.
pub(in crate::inspect) fn half_of_number(name: &str, digits: usize) -> Option<u32> {
    let behind = || BEHIND_KOREAN.iter().any(|word| name.contains(word)) || words(name).any(|word| is_behind(&word));
    match HALVES.iter().position(|half| *half == digits)? {
        0 => detect::topics(name).meets(Topics::REGISTRATION.or(Topics::BIRTH)).then_some(0),
        _ => (speaks_of_registration(name) || behind()).then_some(1),
    }
}

/// The words of a name in Latin letters, in lower case: `identityBack`, `sex_no`.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for char in name.chars() {
        let begins = !char.is_ascii_alphabetic() || small && char.is_ascii_uppercase();
        small = char.is_ascii_lowercase();
        if begins {
            words.push(String::new());
        }
        if let (true, Some(word)) = (char.is_ascii_alphabetic(), words.last_mut()) {
            word.push(char.to_ascii_lowercase());
        }
    }
    words.into_iter()
}

fn is_behind(word: &str) -> bool {
    BEHIND.iter().filter_map(|behind| word.strip_prefix(behind)).any(|rest| rest.is_empty() || NUMBERED.contains(&rest))
}

/// Whether a name is that of a registration number, and not of the birth in it.
pub(in crate::inspect) fn speaks_of_registration(name: &str) -> bool {
    let topics = detect::topics(name);
    topics.meets(Topics::REGISTRATION) && !topics.meets(Topics::BIRTH)
}

/// Whether six and seven digits under such names are one registration number: names that belong together, or that both are
/// of halves, in whatever words (`p1_jumin` and `p2_jumin`, `birth` and `jumin2`).
pub(in crate::inspect) fn are_halves(first: &str, second: &str) -> bool {
    let [front, back] = HALVES;
    belong(first, second)
        || first != second && half_of_number(first, front).is_some() && half_of_number(second, back).is_some()
}

/// Whether two names are of fields that belong together, and say which of them each is.
pub(in crate::inspect) fn belong(first: &str, second: &str) -> bool {
    match (belonging(first), belonging(second)) {
        (Some(first), Some(second)) => first.stem == second.stem && first.position < second.position,
        _ => false,
    }
}

/// `birthY`, `birthM`, `birthD`: the initial of a year, a month or a day, as a word of its own.
fn initial(name: &str) -> Option<(&str, Option<u32>)> {
    const INITIALS: [char; 3] = ['Y', 'M', 'D'];
    let (position, stem) =
        INITIALS.iter().enumerate().find_map(|(at, letter)| Some((at, name.strip_suffix(*letter)?)))?;
    let small = stem.ends_with(|before: char| before.is_ascii_lowercase());
    small.then_some((stem, u32::try_from(position).ok()))
}

/// `jumin1`, `tel_2`, `rrn[0]`.
fn numbered(name: &str) -> Option<(&str, Option<u32>)> {
    let open = name.strip_suffix([']', ')']).unwrap_or(name);
    let stem = open.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = open.get(stem.len()..)?;
    let position = digits.parse().ok().filter(|_| digits.len() < 3)?;
    Some((stem, Some(position)))
}

fn ending(name: &str) -> Option<(&str, Option<u32>)> {
    let name = name.strip_suffix([']', ')']).unwrap_or(name);
    let found = PARTS.iter().chain(ENDINGS).find_map(|(ending, position)| {
        let stem = name.strip_suffix(ending)?;
        // Of an address the word itself is what the fields have in common.
        let kept = if ending.starts_with("mail") { stem.len() + 4 } else { stem.len() };
        Some((name.get(..kept)?, Some(*position)))
    });
    found.filter(|(stem, _)| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, stem, position) in [
            ("jumin1", "jumin", Some(1)),
            ("Jumin2", "jumin", Some(2)),
            ("tel_3", "tel", Some(3)),
            ("rrn[0]", "rrn", Some(0)),
            ("rrn[]", "rrn", None),
            ("ssn_front", "ssn", Some(0)),
            ("ssnBack", "ssn", Some(2)),
            ("주민번호앞", "주민번호", Some(0)),
            ("주민번호_뒷자리", "주민번호", Some(2)),
            ("user[jumin][1]", "user[jumin]", Some(1)),
            ("birth_year", "birth", Some(0)),
            ("email_id", "email", Some(0)),
            ("email2", "email", Some(2)),
            ("hp", "hp", None),
            ("jumin_f", "jumin", Some(0)),
            ("rrnLeft", "rrn", Some(0)),
            ("jumin_post", "jumin", Some(2)),
        ] {
            assert_eq!(belonging(name), Some(Belonging { stem: stem.to_owned(), position }), "{name}");
        }
        assert_eq!(belonging("1"), None);
        for (first, second) in [
            ("p1_jumin", "p2_jumin"),
            ("juminA", "juminB"),
            ("jumin_up", "jumin_down"),
            ("front_jumin", "back_jumin"),
            ("앞주민번호", "뒤주민번호"),
            ("user[0].jumin", "user[1].jumin"),
            ("birth", "jumin2"),
            ("birthday", "identityBack"),
            ("jumin", "gender"),
            ("birth", "backno"),
            ("birth_dt", "SEX_NO"),
            ("ssn_1st", "ssn_2nd"),
            ("jumin1", "rrn2"),
        ] {
            assert!(are_halves(first, second), "{first} {second}");
        }
        for (first, second) in [
            ("a", "b"),
            ("birth", "amount"),
            ("businessno", "bizno"),
            ("price", "back"),
            ("no1", "no2026"),
            ("birthDt", "detailNo"),
            ("birth", "feedback"),
        ] {
            assert!(!are_halves(first, second), "{first} {second}");
        }
        assert_eq!(belonging("no2026123").map(|found| found.position), Some(None));
    }
}
