//! Values of every kind, with their check digits, and things that only look like them.

use super::Dice;

fn weighted(digits: &str, weights: &[u32]) -> u32 {
    digits.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum()
}

/// A birth date as year, month, day.
pub fn birth(dice: &mut Dice) -> (u64, u64, u64) {
    (dice.from(1935, 2012), dice.from(1, 12), dice.from(1, 28))
}

/// Thirteen digits of a resident born then; in one of ten the last six are arbitrary, as since October 2020.
pub fn resident(dice: &mut Dice, (year, month, day): (u64, u64, u64)) -> String {
    registration(dice, (year, month, day), if year < 2000 { 1 } else { 3 }, 11)
}

/// The same of a foreigner.
pub fn foreigner(dice: &mut Dice, (year, month, day): (u64, u64, u64)) -> String {
    registration(dice, (year, month, day), if year < 2000 { 5 } else { 7 }, 13)
}

fn registration(dice: &mut Dice, (year, month, day): (u64, u64, u64), first: u64, base: u32) -> String {
    let seventh = first + dice.from(0, 1);
    let twelve = format!("{:02}{month:02}{day:02}{seventh}{}", year % 100, dice.digits(5));
    let sum = weighted(&twelve, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    let check = (base - sum % 11) % 10;
    let last = if dice.one_in(10) { dice.from(0, 9) as u32 } else { check };
    format!("{twelve}{last}")
}

/// `900101-1234568`, as people write it.
pub fn registration_written(dice: &mut Dice, digits: &str) -> String {
    let (front, back) = digits.split_at(6);
    let between = dice.pick(&["-", "-", "-", "-", "-", " - ", "–", " "]);
    format!("{front}{between}{back}")
}

pub fn business(dice: &mut Dice) -> String {
    let nine =
        format!("{}{:02}{}", dice.from(101, 799), dice.pick(&[12_u64, 34, 81, 82, 86, 87, 88, 91]), dice.digits(4));
    let ninth = nine.chars().last().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
    let sum = weighted(&nine, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + ninth * 5 / 10;
    let ten = format!("{nine}{}", (10 - sum % 10) % 10);
    format!("{}-{}-{}", &ten[..3], &ten[3..5], &ten[5..])
}

pub fn corporation(dice: &mut Dice) -> String {
    let twelve =
        format!("{}{}0{}", dice.pick(&["1101", "1201", "1342", "1801"]), dice.pick(&["11", "14"]), dice.digits(5));
    let sum = weighted(&twelve, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
    format!("{}-{}{}", &twelve[..6], &twelve[6..], (10 - sum % 10) % 10)
}

pub fn luhn(prefix: &str, length: usize, dice: &mut Dice) -> String {
    let body = format!("{prefix}{}", dice.digits(length - 1 - prefix.len()));
    let doubled = body.chars().rev().enumerate().map(|(place, digit)| {
        let value = digit.to_digit(10).unwrap_or(0) * if place % 2 == 0 { 2 } else { 1 };
        if value > 9 { value - 9 } else { value }
    });
    format!("{body}{}", (10 - doubled.sum::<u32>() % 10) % 10)
}

/// A card's number as people write it: grouped.
pub fn card(dice: &mut Dice) -> String {
    if dice.one_in(8) {
        let amex = luhn(dice.pick(&["34", "37"]), 15, dice);
        return format!("{}-{}-{}", &amex[..4], &amex[4..10], &amex[10..]);
    }
    let prefix = dice.pick(&["4330", "4579", "5107", "5409", "3569", "9410", "9445", "6250"]);
    let digits = luhn(prefix, 16, dice);
    let between = dice.pick(&["-", "-", "-", " "]);
    [&digits[..4], &digits[4..8], &digits[8..12], &digits[12..]].join(between)
}

/// A bank, and an account of it in its groups.
pub fn account(dice: &mut Dice) -> (&'static str, String) {
    const BANKS: &[(&str, &str, &[usize])] = &[
        ("국민은행", "", &[6, 2, 6]),
        ("KB국민", "", &[3, 2, 4, 3]),
        ("신한은행", "110", &[3, 3, 6]),
        ("우리은행", "1002", &[4, 3, 6]),
        ("하나은행", "117", &[3, 6, 5]),
        ("농협", "302", &[3, 4, 4, 2]),
        ("농협은행", "301", &[3, 4, 4, 2]),
        ("기업은행", "", &[3, 6, 2, 3]),
        ("카카오뱅크", "3333", &[4, 2, 7]),
        ("토스뱅크", "1000", &[4, 4, 4]),
        ("새마을금고", "9002", &[4, 4, 4, 1]),
        ("부산은행", "112", &[3, 4, 4, 2]),
        ("우체국", "", &[6, 2, 6]),
        ("신협", "131", &[3, 3, 6, 1]),
    ];
    let (bank, lead, groups) = dice.pick(BANKS);
    let first = dice.from(1, 9);
    let length: usize = groups.iter().sum();
    let lead = if lead.is_empty() { first.to_string() } else { lead.to_owned() };
    let digits = format!("{lead}{}", dice.digits(length - lead.len()));
    let (mut parts, mut at) = (Vec::new(), 0);
    for group in groups {
        parts.push(&digits[at..at + group]);
        at += group;
    }
    (bank, parts.join("-"))
}

pub fn mobile(dice: &mut Dice) -> [String; 3] {
    ["010".to_owned(), dice.from(2000, 9999).to_string(), dice.digits(4)]
}

/// As people write it.
pub fn mobile_written(dice: &mut Dice) -> String {
    let [a, b, c] = mobile(dice);
    match dice.from(0, 9) {
        0 => format!("{a} {b} {c}"),
        1 => format!("{a}.{b}.{c}"),
        2 => format!("+82 10-{b}-{c}"),
        3 => format!("{a}{b}{c}"),
        4 => format!("{a}){b}-{c}"),
        _ => format!("{a}-{b}-{c}"),
    }
}

pub fn home_phone(dice: &mut Dice) -> String {
    let area = dice.pick(&["02", "031", "032", "051", "053", "062", "042", "064"]);
    format!("{area}-{}-{}", dice.from(220, 899), dice.digits(4))
}

pub fn office_phone(dice: &mut Dice) -> String {
    let area = dice.pick(&["02", "044", "031", "051", "042"]);
    format!("{area}-{}-{}", dice.from(200, 899), dice.digits(4))
}

pub fn licence(dice: &mut Dice) -> String {
    let region = dice.pick(&["11", "12", "13", "14", "15", "17", "19", "20", "22", "24", "26", "28"]);
    format!("{region}-{:02}-{}-{}", dice.pick(&[85_u64, 93, 97, 2, 9, 14, 21]), dice.digits(6), dice.digits(2))
}

pub fn passport(dice: &mut Dice) -> String {
    let letter = dice.pick(&["M", "S"]);
    if dice.one_in(2) {
        return format!("{letter}{}", dice.from(10_000_000, 99_999_999));
    }
    format!("{letter}{}{}{}", dice.from(100, 999), dice.pick(&["A", "B", "C", "K"]), dice.digits(4))
}

pub fn insurance(dice: &mut Dice) -> String {
    format!("{}-{}", dice.pick(&["1", "2", "5", "7"]), dice.digits(10))
}

pub fn plate(dice: &mut Dice) -> String {
    let letter = dice.pick(&["가", "나", "다", "라", "마", "거", "너", "더", "버", "서", "호", "하", "허"]);
    format!("{}{letter} {}", dice.from(10, 699), dice.from(1000, 9999))
}

pub fn email(dice: &mut Dice) -> String {
    let name = dice.pick(&["minsu", "younghee", "jh.kim", "park_s", "sunny", "c.hong", "happy"]);
    let host = dice.pick(&["example.com", "example.org", "mail.example.net", "example.co.kr"]);
    format!("{name}{}@{host}", dice.from(1, 999))
}

const PLACES: &[(&str, &str, &str)] = &[
    ("서울특별시 종로구", "세종대로", "사직동"),
    ("서울특별시 강남구", "테헤란로", "역삼동"),
    ("부산광역시 해운대구", "해운대로", "우동"),
    ("경기도 수원시 팔달구", "효원로", "인계동"),
    ("대전광역시 서구", "둔산로", "둔산동"),
    ("강원특별자치도 춘천시", "중앙로", "효자동"),
    ("전북특별자치도 전주시 완산구", "효자로", "효자동"),
    ("경상남도 창원시 성산구", "중앙대로", "용호동"),
    ("제주특별자치도 제주시", "문연로", "연동"),
];

pub fn address(dice: &mut Dice) -> String {
    let (district, road, town) = dice.pick(PLACES);
    if dice.one_in(3) {
        return format!("{district} {town} {}-{}", dice.from(10, 980), dice.from(1, 40));
    }
    let flat = if dice.one_in(2) {
        format!(", {}동 {}호", dice.from(101, 130), dice.from(101, 2504))
    } else {
        String::new()
    };
    format!("{district} {road} {}{flat}", dice.from(2, 480))
}

pub fn office_address(dice: &mut Dice) -> String {
    let (district, road, _) = dice.pick(PLACES);
    format!("{district} {road} {}", dice.from(1, 300))
}

/// 88 letters of base64, as 64 bytes are.
pub fn connecting(dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text: String = (0..85).map(|_| char::from(dice.pick(LETTERS))).collect();
    text.push(char::from(dice.pick(b"AQgw")));
    text + "=="
}

/// A barcode of a Korean maker (EAN-13, beginning 880), with its check digit.
pub fn barcode(dice: &mut Dice) -> String {
    let twelve = format!("880{}", dice.digits(9));
    let sum = weighted(&twelve, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
    format!("{twelve}{}", (10 - sum % 10) % 10)
}
