//! The kinds that a word, a bank or a check digit tells: the worked numbers, overlaps, and what a rule needs to be near.

use super::super::synthetic::{Maker, hyphenated};
use super::*;
use Kind::{
    BankAccountNumber as Account, BusinessRegistrationNumber as Business, CorporateRegistrationNumber as Corporation,
    DateOfBirth as Birth, DriverLicenceNumber as Licence, HealthInsuranceNumber as Health, LandlineNumber as Landline,
};

#[test]
fn worked_numbers() {
    assert_eq!(kinds("123-45-67891"), [(Business, Certain)]);
    assert_eq!(kinds("220-81-00001"), [(Business, Certain)]);
    assert_eq!(kinds("101-81-00016"), [(Business, Certain)]);
    assert_eq!(kinds("법인등록번호 110111-0062432"), [(Corporation, Certain)]);
    assert_eq!(kinds("110111-0062432"), [(Corporation, Possible)]);
    assert_eq!(kinds("법인등록번호 110111-1234569"), [(Corporation, Certain)]);
    assert_eq!(kinds("110111-1234569"), [(Resident, Possible)]);
    assert_eq!(kinds("주민번호 110111-1234569"), [(Resident, Probable)]);
}

#[test]
fn of_two_kinds_the_surer_is_found() {
    for (text, expected) in [
        // The guideline's shapes, each once taken for another kind.
        ("계좌번호 123-45-67891", (Business, Certain)),
        ("계좌번호 900101-1234568", (Resident, Certain)),
        ("계좌번호 010-2234-5678", (Mobile, Certain)),
        ("계좌번호 4000-0000-0000-0002", (Card, Certain)),
        ("운전면허번호 111212345678", (Licence, Probable)),
        ("건강보험증번호 12345678901", (Health, Probable)),
        ("생년월일 810514-1234564", (Resident, Certain)),
        ("연락처 01022345678", (Mobile, Probable)),
        ("입금 01022345678", (Mobile, Probable)),
    ] {
        assert_eq!(kinds(text), [expected], "{text}");
    }
    let text = "성명 홍길동 생년월일 1981-05-14 연락처 010-2234-5678 계좌 신한 110-123-456789";
    assert_eq!(kinds(text), [(Birth, Probable), (Mobile, Certain), (Account, Probable)]);
    let text = "신한은행 110-123-456789, 문의 02-2100-1234";
    assert_eq!(kinds(text), [(Account, Probable), (Landline, Possible)]);
}

#[test]
fn made_numbers_are_found() {
    let mut maker = Maker::new(3);
    for _ in 0..200 {
        let licence = hyphenated(&maker.licence(), &[2, 4, 10]);
        assert_eq!(kinds(&format!("글 {licence} 끝")), [(Licence, Probable)], "{licence}");
        let business = hyphenated(&maker.business(), &[3, 5]);
        assert_eq!(kinds(&format!("글 {business} 끝")), [(Business, Certain)], "{business}");
        let corporation = maker.corporation();
        assert_eq!(kinds(&format!("법인등록번호 {corporation}")), [(Corporation, Certain)], "{corporation}");
        let health = maker.health_insurance();
        assert_eq!(kinds(&format!("건강보험증번호 {health}")), [(Health, Probable)], "{health}");
        let (bank, account) = maker.account();
        assert_eq!(kinds(&format!("{bank} {account}")), [(Account, Probable)], "{bank} {account}");
        let landline = maker.landline();
        assert_eq!(kinds(&format!("자택전화 {landline}")), [(Landline, Probable)], "{landline}");
        let birth = maker.birth();
        assert_eq!(kinds(&format!("생년월일 {birth}")), [(Birth, Probable)], "{birth}");
        for (word, kind, number) in [
            ("학번", Kind::StudentNumber, maker.student()),
            ("사번", Kind::StaffNumber, maker.staff()),
            ("군번", Kind::MilitaryNumber, hyphenated(&maker.military(), &[2])),
        ] {
            assert_eq!(kinds(&format!("{word} {number}")), [(kind, Probable)], "{number}");
        }
    }
}

/// The guideline's twenty shapes of accounts without a word are licences, cards and telephones as often.
#[test]
fn an_account_needs_a_bank_or_a_word() {
    for text in [
        "12-34-567890",
        "123-45678-901",
        "123-456789-01234",
        "123-456-789012",
        "123-45-678901-2",
        "1234-567-890123",
        "123456-78-901234",
        "110123456789",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn the_wrong_half_was_hidden() {
    for (text, kind) in [
        ("******-1234567", Resident),
        ("●●●●●●-2234567", Resident),
        ("주민번호 ******-1234567", Resident),
        ("******-5234567", Foreigner),
        ("810514-*234567", Resident),
        ("(810514-x234567)", Resident),
    ] {
        assert_eq!(kinds(text), [(kind, Probable)], "{text}");
    }
    for text in [
        "810514-1******",
        "******-*******",
        "810514-******7",
        "810514-**34567",
        "991399-*234567",
        "1810514-*234567",
        "110-******-1234567",
        "***-1234567",
        "******-12345678",
        "******-123456*",
        "******-9234567",
        "******-1234567-1",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

/// What no word is near for costs nothing: chains are told by their shape, and short ones are not looked at.
#[test]
fn a_rule_that_needs_a_word_is_silent_without_one() {
    let alone = RULES.iter().filter(|rule| rule.needs.is_empty());
    assert_eq!(alone.map(|rule| rule.fewest).min(), Some(LEAST_DIGITS));
    assert!(fewest(Topics::ALL) < LEAST_DIGITS);
    for text in ["110123456789", "1234567890", "111212345678", "12345678901", "19810514", "0221001234"] {
        let (cluster, _, _) = clusters(text).remove(0);
        assert!(!plausible(&cluster, TODAY, Topics::NONE), "{text}");
        assert!(plausible(&cluster, TODAY, Topics::ALL), "{text}");
    }
    let about =
        |word: &str| cues().filter(|(stem, _)| word.contains(stem)).map(|(_, topics)| topics).collect::<Topics>();
    for (text, word) in [
        ("110123456789", "계좌번호"),
        ("111212345678", "면허번호"),
        ("12345678901", "건강보험증"),
        ("19810514", "생년월일"),
        ("0221001234", "전화번호"),
        ("1234567", "******-"),
    ] {
        let (cluster, _, _) = clusters(text).remove(0);
        assert!(plausible(&cluster, TODAY, about(word)), "{text} near {word}");
    }
}

/// Twenty thousand numbers of ten to fourteen digits, as shops and boards have them.
#[test]
fn random_digits_in_one_are_nothing_without_a_word() {
    let mut maker = Maker::new(4);
    let mut found = 0_usize;
    for _ in 0..20_000 {
        let length = usize::try_from(maker.below(5)).unwrap() + 10;
        let digits: String = (0..length).map(|_| char::from(b'0' + u8::try_from(maker.below(10)).unwrap())).collect();
        let known = [Resident, Foreigner, Card, Mobile];
        found += kinds(&format!("글 {digits} 끝")).iter().filter(|found| !known.contains(&found.0)).count();
    }
    // Of those with thirteen digits one in six hundred has an office's, a class's and a check digit: possible corporations.
    assert!(found <= 15, "{found}");
}

#[test]
fn a_digit_more_in_any_group_is_none_of_them() {
    let mut maker = Maker::new(5);
    for _ in 0..200 {
        for text in [hyphenated(&maker.business(), &[3, 5]), hyphenated(&maker.licence(), &[2, 4, 10])] {
            for at in 0..=text.len() {
                let longer = format!("{}{}{}", &text[..at], maker.below(10), &text[at..]);
                assert_eq!(kinds(&longer), [], "{longer}");
            }
        }
    }
}

/// What a telephone's words say of whose it is.
#[test]
fn a_landline_is_an_offices_unless_words_say_whose() {
    for (text, expected) in [
        ("02-2345-6789", Possible),
        ("전화 02-2345-6789", Possible),
        ("총무과 홍길동 사무관 연락처 02-2345-6789", Possible),
        ("연락처 02-2345-6789", Probable),
        ("학부모 02-2345-6789", Probable),
        ("학교 보호자 02-2345-6789", Probable),
        ("보호자 0505-234-5678", Possible),
        ("보호자 02-123-4567", Possible),
    ] {
        assert_eq!(kinds(text), [(Landline, expected)], "{text}");
    }
}

#[test]
fn one_landline_has_one_normal_form() {
    for value in ["0221001234", "82221001234", "820221001234"] {
        assert_eq!(normalise(Landline, value), "0221001234");
    }
}
