//! Names: the nearest right one to a wrong one, what a rule's `find` may say, and what only later versions know.

use crate::policy::Find;
use crate::vocab::{Group, Kind, Own, Reason, What};

/// Keys, by section, that are designed but not in this version. They are told apart from misspelt ones.
pub(super) mod later {
    pub(crate) const ROOT: &[&str] = &[];
    pub(crate) const SERVER: &[&str] = &[];
    pub(crate) const STATE: &[&str] = &[];
    pub(crate) const IDENTITY: &[&str] = &["role_cookie", "role_header", "header", "networks"];
    pub(crate) const POLICY: &[&str] = &[];
    pub(crate) const WINDOW: &[&str] = &[];
    pub(crate) const RULE: &[&str] = &["release"];
    pub(crate) const ACTIONS: &[&str] = &[];
    pub(crate) const MEMBER: &[&str] = &[];
    pub(crate) const GATE: &[&str] = &[];
}

/// What people say instead, too far from the right name for a comparison of letters.
const ALSO_CALLED: &[(&str, Kind)] = &[
    ("주민번호", Kind::ResidentRegistrationNumber),
    ("rrn", Kind::ResidentRegistrationNumber),
    ("외국인번호", Kind::ForeignerRegistrationNumber),
    ("국내거소신고번호", Kind::ForeignerRegistrationNumber),
    ("신용카드번호", Kind::PaymentCardNumber),
    ("체크카드번호", Kind::PaymentCardNumber),
    ("credit-card-number", Kind::PaymentCardNumber),
    ("휴대폰번호", Kind::MobileNumber),
    ("핸드폰번호", Kind::MobileNumber),
    ("휴대전화", Kind::MobileNumber),
    ("전화번호", Kind::MobileNumber),
    ("phone-number", Kind::MobileNumber),
    ("이메일", Kind::EmailAddress),
    ("이메일주소", Kind::EmailAddress),
    ("email", Kind::EmailAddress),
];

/// Names longer than this are not compared: nobody misspells them.
const COMPARED: usize = 64;

/// The nearest of some names, if one is near: at most a third of its letters differ.
pub(super) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.chars().count() > COMPARED {
        return None;
    }
    let distance = |name: &'a str| (strsim::osa_distance(wrong, name), name);
    let near = |(distance, name): &(usize, &str)| {
        let letters = name.chars().count();
        *distance < letters && *distance <= (letters / 3).max(1)
    };
    names.into_iter().map(distance).filter(near).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// What a word in `find` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Known.
    Known(Find),
    /// Unknown; the nearest known name.
    Unknown(Option<&'static str>),
}

/// Reads one word of `find`. Kinds go by their English or Korean name; spaces, hyphens, underscores and capitals make
/// no difference.
pub(super) fn find(word: &str, own: &[Own]) -> Found {
    let squashed = squash(word);
    // An own kind may bear the name of one that garim knows: then both are meant.
    let meant = known(own).filter(|(name, _)| squash(name) == squashed).map(|(_, find)| find).reduce(Find::and);
    if let Some(find) = meant {
        return Found::Known(find);
    }
    let called = ALSO_CALLED.iter().find(|(name, _)| squash(name) == squashed);
    let called = called.map(|(name, kind)| if name.is_ascii() { kind.name() } else { kind.korean() });
    Found::Unknown(called.or_else(|| nearest(word, known(own).map(|(name, _)| name))))
}

fn known(own: &[Own]) -> impl Iterator<Item = (&'static str, Find)> {
    let kinds = Kind::ALL.iter().flat_map(|kind| {
        let find = Find::NONE.with(What::Kind(*kind));
        [(kind.name(), find), (kind.korean(), find)]
    });
    let groups = Group::ALL.iter().map(|group| {
        let kinds = group.kinds().iter().map(|kind| What::Kind(*kind));
        (group.name(), kinds.fold(Find::NONE, Find::with))
    });
    let reasons = Reason::ALL.iter().map(|reason| (reason.full_name(), Find::NONE.with(What::Uninspectable(*reason))));
    let star = own.iter().map(|own| Kind::Own(*own)).filter(|kind| kind.is_by_star());
    let star = star.fold(Find::every_kind(), |find, kind| find.with(What::Kind(kind)));
    let all = [("*", star), ("uninspectable", Find::every_reason())];
    let own = own.iter().map(|own| (own.name(), Find::NONE.with(What::Kind(Kind::Own(*own)))));
    all.into_iter().chain(own).chain(kinds).chain(groups).chain(reasons)
}

fn squash(name: &str) -> String {
    let kept = name.chars().filter(|character| !character.is_whitespace() && !matches!(character, '-' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(kind: Kind) -> Found {
        Found::Known(Find::NONE.with(What::Kind(kind)))
    }

    #[test]
    fn every_kind_goes_by_both_names() {
        for kind in Kind::ALL.iter().copied() {
            for name in [kind.name(), kind.korean(), kind.english()] {
                if name != "e-mail address" {
                    assert_eq!(find(name, &[]), only(kind), "{name}");
                }
            }
        }
        assert_eq!(find("e-mail address", &[]), only(Kind::EmailAddress));
        assert_eq!(find("주민 등록 번호", &[]), only(Kind::ResidentRegistrationNumber));
        assert_eq!(find("Payment_Card_Number", &[]), only(Kind::PaymentCardNumber));
    }

    #[test]
    fn groups_reasons_and_stars() {
        let contact = [Kind::MobileNumber, Kind::LandlineNumber, Kind::EmailAddress];
        let contact = contact.into_iter().map(What::Kind).fold(Find::NONE, Find::with);
        assert_eq!(find("@contact", &[]), Found::Known(contact));
        assert_eq!(find("*", &[]), Found::Known(Find::every_kind()));
        assert_eq!(find("uninspectable", &[]), Found::Known(Find::every_reason()));
        for reason in Reason::ALL.iter().copied() {
            let one = Found::Known(Find::NONE.with(What::Uninspectable(reason)));
            assert_eq!(find(reason.full_name(), &[]), one);
            assert_eq!(find(&format!("uninspectable: {}", reason.name()), &[]), one);
        }
    }

    #[test]
    fn own_kinds_go_by_their_names_and_by_the_star() {
        use crate::vocab::Keep;
        let badge = Own::of("출입증", Keep::Nothing, false).unwrap();
        let student = Own::of("student-number", Keep::First(4), false).unwrap();
        let record = Own::of("record", Keep::Nothing, true).unwrap();
        let own = [badge, student, record];
        let with = |find: Find, own: Own| find.with(What::Kind(Kind::Own(own)));
        assert_eq!(super::find("출입증", &own), Found::Known(with(Find::NONE, badge)));
        assert_eq!(super::find("출입증", &[]), Found::Unknown(None));
        let both = with(Find::NONE.with(What::Kind(Kind::StudentNumber)), student);
        assert_eq!(super::find("student-number", &own), Found::Known(both));
        assert_eq!(super::find("*", &own), Found::Known(with(with(Find::every_kind(), badge), student)));
    }

    #[test]
    fn a_wrong_name_gets_the_nearest() {
        let proposed = [
            ("mobile-nubmer", Some("mobile-number")),
            ("주민번호", Some("주민등록번호")),
            ("이메일", Some("전자우편주소")),
            ("@contacts", Some("@contact")),
            ("uninspectable:damage", Some("uninspectable:damaged")),
            ("", None),
            ("wholly different", None),
        ];
        for (word, near) in proposed {
            assert_eq!(find(word, &[]), Found::Unknown(near), "{word}");
        }
        assert_eq!(find(&"가".repeat(100_000), &[]), Found::Unknown(None));
    }
}
