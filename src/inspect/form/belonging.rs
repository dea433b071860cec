//! Names of fields that belong together: what they have in common, and which of them each is.

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
    let name = name.trim().to_lowercase();
    let bare = name.strip_suffix("[]").unwrap_or(&name);
    let (stem, position) = numbered(bare).or_else(|| ending(bare)).unwrap_or((bare, None));
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

/// Whether two names are of fields that belong together, and say which of them each is.
pub(in crate::inspect) fn belong(first: &str, second: &str) -> bool {
    match (belonging(first), belonging(second)) {
        (Some(first), Some(second)) => first.stem == second.stem && first.position < second.position,
        _ => false,
    }
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
        assert_eq!(belonging("no2026123").map(|found| found.position), Some(None));
    }
}
