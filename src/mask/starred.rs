//! Recognising the stars that people read, when they come back in the place of a value.

use super::{Style, hidden};
use crate::text::lex::digit;
use crate::vocab::{Keep, Kind};

/// Most separators between two digits.
const WIDEST_GAP: usize = 3;
/// What names of regions and districts end in.
const DISTRICTS: [char; 6] = ['시', '도', '군', '구', '읍', '면'];
/// The fewest stars of a kind of which garim knows no shape.
const FEWEST: usize = 4;

/// Whether a text is nothing but a value of that kind as people read it masked, with or without separators: the digits or letters
/// that stay to be seen, and a star for every other.
pub fn starred(kind: Kind, text: &str) -> bool {
    let text = text.trim();
    let stars = text.chars().filter(|character| is_star(*character)).count();
    if stars == 0 || matches!(kind, Kind::IpAddress | Kind::SensitiveList) {
        return false;
    }
    if kind == Kind::DateOfBirth {
        return is_day(text);
    }
    let Some(value) = stands_for(kind, text) else { return false };
    let hidden = hidden(kind, &value.text, Style::Star);
    let agrees = value.text.chars().zip(&value.starred).enumerate();
    value.text.len() > stars
        && agrees.clone().any(|(_, (_, starred))| !*starred)
        && agrees.clone().all(|(number, (character, starred))| {
            *starred == hidden.hides(number) || character.is_whitespace() && !*starred
        })
        && fits(kind, &value.text, stars)
}

/// A value as [`hidden`] takes it, with anything in the place of its stars, and which of its characters those are.
struct Value {
    text: String,
    starred: Vec<bool>,
}

/// `None` if it holds what no such value does.
fn stands_for(kind: Kind, text: &str) -> Option<Value> {
    let (mut value, mut gap) = (Value { text: String::new(), starred: Vec::new() }, 0);
    let filler = match kind {
        Kind::PersonName | Kind::PostalAddress => '가',
        Kind::EmailAddress => 'a',
        _ => '0',
    };
    for character in text.chars() {
        let plain = match (is_star(character), digit(character)) {
            (true, _) => Some(filler),
            (false, Some(digit)) if kind.is_number() => Some(char::from(b'0' + digit % 10)),
            (false, _) if kind.is_number() && !character.is_alphanumeric() => None,
            (false, _) if kind == Kind::DriverLicenceNumber && is_syllable(character) => continue,
            // The letter of a passport.
            (false, _) => Some(character),
        };
        match plain {
            Some(plain) => {
                value.text.push(plain);
                value.starred.push(is_star(character));
                gap = 0;
            }
            None if character.is_control() || gap == WIDEST_GAP => return None,
            None => gap += 1,
        }
    }
    Some(value)
}

/// Whether a value may be of that kind: its length, and of a registration number the day.
fn fits(kind: Kind, value: &str, stars: usize) -> bool {
    let length = value.chars().count();
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let part = |range: std::ops::Range<usize>| value.get(range).and_then(|part| part.parse::<u8>().ok()).unwrap_or(0);
    match kind {
        Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber => {
            digits && length == 13 && (1..=12).contains(&part(2..4)) && (1..=31).contains(&part(4..6))
        }
        Kind::CorporateRegistrationNumber => digits && length == 13,
        Kind::PaymentCardNumber => digits && (14..=19).contains(&length),
        Kind::MobileNumber => {
            let national = value.strip_prefix("0082").or_else(|| value.strip_prefix("82")).unwrap_or(value);
            let national = national.strip_prefix('0').unwrap_or(national);
            digits && national.starts_with('1') && matches!(national.len(), 9 | 10)
        }
        Kind::LandlineNumber => {
            digits && (value.starts_with('0') || value.starts_with("82")) && (9..=12).contains(&length)
        }
        // The name of its region is none of it.
        Kind::DriverLicenceNumber => digits && matches!(length, 10 | 12),
        Kind::HealthInsuranceNumber => digits && length == 11,
        Kind::BusinessRegistrationNumber => digits && length == 10,
        Kind::BankAccountNumber => digits && (10..=16).contains(&length),
        Kind::PassportNumber => length == 9 && value.starts_with(|first: char| first.is_ascii_alphabetic()),
        Kind::EmailAddress => {
            value.split_once('@').is_some_and(|(_, host)| host.contains('.') && !host.contains(char::is_whitespace))
        }
        Kind::PersonName => (2..=5).contains(&length) && value.chars().all(is_syllable),
        // Down to the district.
        Kind::PostalAddress => value.trim_end_matches(|it: char| it == '가' || it.is_whitespace()).ends_with(DISTRICTS),
        Kind::VehicleRegistrationNumber => {
            let kept = value.strip_suffix("0000").and_then(|kept| kept.strip_suffix(is_syllable));
            kept.is_some_and(|kept| kept.ends_with(|last: char| last.is_ascii_digit()))
        }
        Kind::Own(own) if own.keep() == Keep::Nothing => false,
        _ => stars >= FEWEST,
    }
}

/// A day of which nothing is seen: its separators alone tell it from a password.
fn is_day(text: &str) -> bool {
    let mut groups = text.split(['-', '.', '/']).map(str::trim).filter(|group| !group.is_empty());
    let all = |group: Option<&str>, lengths: &[usize]| {
        group.is_some_and(|group| group.chars().all(is_star) && lengths.contains(&group.chars().count()))
    };
    let whole = all(groups.next(), &[2, 4]) && all(groups.next(), &[1, 2]) && all(groups.next(), &[1, 2]);
    whole && groups.next().is_none()
}

fn is_star(character: char) -> bool {
    matches!(character, '*' | '＊')
}

fn is_syllable(character: char) -> bool {
    ('가'..='힣').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mask::shown;

    #[test]
    fn what_is_shown_is_known_again() {
        for (kind, value) in [
            (Kind::ResidentRegistrationNumber, "9001011234568"),
            (Kind::ForeignerRegistrationNumber, "9001015123488"),
            (Kind::PaymentCardNumber, "4000000000000002"),
            (Kind::PaymentCardNumber, "370000000000002"),
            (Kind::MobileNumber, "01012345678"),
            (Kind::MobileNumber, "0112345678"),
            (Kind::MobileNumber, "821012345678"),
            (Kind::LandlineNumber, "0212345678"),
            (Kind::EmailAddress, "abcde@example.com"),
            (Kind::EmailAddress, "ab@example.com"),
            (Kind::PersonName, "홍길동"),
            (Kind::PersonName, "김준"),
            (Kind::PostalAddress, "서울특별시 종로구 세종대로 209"),
            (Kind::VehicleRegistrationNumber, "12가3456"),
            (Kind::PassportNumber, "M123A4567"),
            (Kind::BusinessRegistrationNumber, "1234567890"),
            (Kind::CorporateRegistrationNumber, "1101111234567"),
            (Kind::DriverLicenceNumber, "111234567890"),
            (Kind::DriverLicenceNumber, "1112345678"),
            (Kind::HealthInsuranceNumber, "12345678901"),
            (Kind::BankAccountNumber, "11012345678901"),
        ] {
            let shown = shown(kind, value);
            assert!(starred(kind, &shown), "{shown}");
            assert!(starred(kind, &format!(" {}\n", shown.replace('*', "＊"))), "{shown}");
            if kind.is_number() {
                assert!(starred(kind, &shown.replace('-', "")) && starred(kind, &shown.replace('-', " ")), "{shown}");
            }
        }
        assert!(starred(Kind::DriverLicenceNumber, "서울 11-******-**"));
        assert!(starred(Kind::DateOfBirth, "****-**-**") && starred(Kind::DateOfBirth, "****. **. **."));
    }

    #[test]
    fn stars_in_a_text_are_of_no_kind() {
        for text in ["별점 ★ ***", "** 공지 **", "***", "1*", "50**", "a***b", "*주의*", "C****", "3 * 4", "2026****"]
        {
            let of = Kind::ALL.iter().filter(|kind| kind.is_by_star() && starred(**kind, text)).collect::<Vec<_>>();
            assert!(of.is_empty(), "{text}: {of:?}");
        }
    }

    #[test]
    fn other_stars_are_not() {
        for (kind, text) in [
            (Kind::ResidentRegistrationNumber, "900101-1******"),
            (Kind::ResidentRegistrationNumber, "991399-*******"),
            (Kind::ResidentRegistrationNumber, "주민번호 900101-*******"),
            (Kind::ResidentRegistrationNumber, "900101-******"),
            (Kind::ResidentRegistrationNumber, "*************"),
            (Kind::MobileNumber, "010-****-****"),
            (Kind::MobileNumber, "010-1234-****"),
            (Kind::MobileNumber, "******"),
            (Kind::EmailAddress, "*****@example.com"),
            (Kind::EmailAddress, "ab***"),
            (Kind::PersonName, "홍*"),
            (Kind::PersonName, "별*"),
            (Kind::PersonName, "***"),
            (Kind::PostalAddress, "중요 *** 공지"),
            (Kind::PostalAddress, "별점 ★ ***"),
            (Kind::DateOfBirth, "********"),
            (Kind::BankAccountNumber, "110-12345-***"),
        ] {
            let known = text == "홍*" || text == "별*";
            assert_eq!(starred(kind, text), known, "{text}");
        }
    }
}
