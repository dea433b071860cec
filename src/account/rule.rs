//! What a password and a name may be.
//!
//! The rule of passwords: 10 characters of two classes or 8 of three (classes: capital letters, small letters, digits, all
//! else), nothing that follows on a keyboard or in the alphabet, not the name, no date. (개인정보의 안전성 확보조치 기준, article 5;
//! KISA 패스워드 선택 및 이용 안내서.)

/// Characters of a password of three classes.
const SHORTEST: usize = 8;

/// Characters of a password of two.
const SHORTEST_OF_TWO: usize = 10;

/// Characters of the longest password.
const LONGEST: usize = 128;

/// This many that follow each other are a sequence.
const SEQUENCE: usize = 4;

/// Neighbours on a keyboard.
const NEIGHBOURS: &[&str] = &[
    "1234567890",
    "!@#$%^&*()",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ",
    "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ",
    "ㅋㅌㅊㅍㅠㅜㅡ",
];

/// Words that whoever guesses begins with; the last are 비밀번호 and 관리자 on Latin keys.
const COMMON: &[&str] = &[
    "password",
    "passwd",
    "admin",
    "welcome",
    "letmein",
    "iloveyou",
    "monkey",
    "dragon",
    "master",
    "secret",
    "manager",
    "operator",
    "korea",
    "garim",
    "비밀번호",
    "관리자",
    "qlalfqjsgh",
    "rhksflwk",
];

/// Why a password or a name is not taken. It never holds a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Too short for its classes.
    #[error("at least {needed} characters are needed / {needed}자 이상이어야 합니다")]
    Short {
        /// How many it takes.
        needed: usize,
    },
    /// Only one class of characters.
    #[error(
        "capital letters, small letters, digits, others: two of these are needed (10 characters), or three (8) / 영문 대문자·소문자·숫자·특수문자 중 두 종류(10자 이상) 또는 세 종류(8자 이상)를 섞으십시오"
    )]
    OneClass,
    /// Too long.
    #[error("at most {LONGEST} characters / {LONGEST}자를 넘을 수 없습니다")]
    Long,
    /// A character that cannot be typed everywhere.
    #[error("a control character stands in it / 제어 문자가 들어 있습니다")]
    Control,
    /// Four that follow each other: 1234, dcba, qwer, aaaa.
    #[error(
        "four characters in it follow each other (1234, dcba, qwer, aaaa) / 연속되거나 반복되는 네 글자가 있습니다(1234, dcba, qwer, aaaa)"
    )]
    Sequence,
    /// The name, or the digits of it.
    #[error("the name, or the digits in it, stand in it / 아이디나 아이디의 숫자가 들어 있습니다")]
    Name,
    /// A word that everybody guesses, also as `P@ssw0rd`.
    #[error(
        "a word that everybody guesses stands in it (password, admin) / 누구나 짐작하는 낱말이 들어 있습니다(password, admin)"
    )]
    Common,
    /// A date.
    #[error("a date stands in it / 날짜가 들어 있습니다(생일 등)")]
    Date,
    /// It is the password of now, or the one before.
    #[error("it is one of the last two passwords / 최근에 쓰던 비밀번호 두 개는 다시 쓸 수 없습니다")]
    Used,
    /// A name is 3 to 32 of `a-z`, `0-9`, `.`, `_`, `-`, and starts with a letter.
    #[error(
        "a name is 3 to 32 of a-z 0-9 . _ - and starts with a letter / 아이디는 영문 소문자로 시작하는 3~32자(a-z 0-9 . _ -)여야 합니다"
    )]
    BadName,
}

/// Checks a name.
///
/// # Errors
/// When it is not one.
pub fn check_name(name: &str) -> Result<(), RuleError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    let starts = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if starts && (3..=32).contains(&name.len()) && name.bytes().all(plain) { Ok(()) } else { Err(RuleError::BadName) }
}

/// Checks a new password of the account `name`; whether it was used before is not seen here.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_password(password: &str, name: &str) -> Result<(), RuleError> {
    let count = password.chars().count();
    if count > LONGEST {
        return Err(RuleError::Long);
    }
    if password.chars().any(char::is_control) {
        return Err(RuleError::Control);
    }
    let needed = match classes(password) {
        0 | 1 => None,
        2 => Some(SHORTEST_OF_TWO),
        _ => Some(SHORTEST),
    };
    // One class is told where more characters would not help.
    if count < SHORTEST {
        return Err(RuleError::Short { needed: needed.unwrap_or(SHORTEST_OF_TWO) });
    }
    let needed = needed.ok_or(RuleError::OneClass)?;
    if count < needed {
        return Err(RuleError::Short { needed });
    }
    let folded = password.to_lowercase();
    if has_sequence(&folded) {
        return Err(RuleError::Sequence);
    }
    if has_name(&folded, name) {
        return Err(RuleError::Name);
    }
    if has_date(password) {
        return Err(RuleError::Date);
    }
    if has_common(&folded) {
        return Err(RuleError::Common);
    }
    Ok(())
}

/// How many of the four classes stand in it.
fn classes(password: &str) -> usize {
    let tests: [fn(char) -> bool; 4] = [
        |it| it.is_ascii_uppercase(),
        |it| it.is_ascii_lowercase(),
        |it| it.is_ascii_digit(),
        |it| !it.is_ascii_alphanumeric(),
    ];
    tests.into_iter().filter(|test| password.chars().any(test)).count()
}

fn has_sequence(folded: &str) -> bool {
    let chars: Vec<char> = folded.chars().collect();
    chars.windows(SEQUENCE).any(|four| {
        let text: String = four.iter().collect();
        let back: String = four.iter().rev().collect();
        let same = |step: i64| {
            four.iter()
                .zip(four.iter().skip(1))
                .all(|(a, b)| i64::from(u32::from(*b)) - i64::from(u32::from(*a)) == step)
        };
        let plain = four.iter().all(char::is_ascii_digit) || four.iter().all(char::is_ascii_lowercase);
        same(0)
            || plain && (same(1) || same(-1))
            || NEIGHBOURS.iter().any(|row| row.contains(&text) || row.contains(&back))
    })
}

fn has_name(folded: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let digits = name.split(|it: char| !it.is_ascii_digit()).filter(|run| run.len() >= SEQUENCE);
    let mut parts = std::iter::once(name.as_str()).filter(|name| name.chars().count() >= 3).chain(digits);
    parts.any(|part| folded.contains(part))
}

/// Letters for which others are written are read as those: `P@ssw0rd`, `adm1n`, `we1come`.
fn has_common(folded: &str) -> bool {
    let read = |one: char| {
        folded.chars().map(move |letter| match letter {
            '0' => 'o',
            '1' | '!' => one,
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            letter => letter,
        })
    };
    let readings = [folded.to_owned(), read('i').collect(), read('l').collect()];
    readings.iter().any(|text: &String| COMMON.iter().any(|word| text.contains(word)))
}

/// Six or eight digits by themselves that are a date, also written 1990-01-31 or 90.01.31.
fn has_date(password: &str) -> bool {
    let mut run = String::new();
    let mut runs = Vec::new();
    for letter in password.chars() {
        match letter {
            '0'..='9' => run.push(letter),
            '-' | '.' | '/' if !run.is_empty() => {}
            _ => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    let whole = password.split(|it: char| !it.is_ascii_digit());
    runs.iter().map(String::as_str).chain(whole).any(|run| match run.len() {
        8 => (run.starts_with("19") || run.starts_with("20")) && run.get(4..).is_some_and(is_day),
        6 => run.get(2..).is_some_and(is_day),
        _ => false,
    })
}

/// Month and day in four digits.
fn is_day(digits: &str) -> bool {
    let number = |range| digits.get(range).and_then(|part: &str| part.parse::<u32>().ok()).unwrap_or_default();
    (1..=12).contains(&number(0..2)) && (1..=31).contains(&number(2..4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_the_rule() {
        let said = |password| check_password(password, "hong19900131");
        for good in ["Kx7!mq2z", "mq2zkx7vb4", "가림막-세움A7", "KXVBMQZRTW7", "kxvbmq zrtw", "x19 90Zq!"] {
            assert_eq!(said(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", RuleError::Short { needed: 10 }),
            ("Kx7!mq2", RuleError::Short { needed: 8 }),
            ("mq2zkx7vb", RuleError::Short { needed: 10 }),
            ("mqzkxvbtrwp", RuleError::OneClass),
            ("9182736455463", RuleError::OneClass),
            ("Kx7!m\u{7}q2z", RuleError::Control),
            ("password12", RuleError::Common),
            ("P@ssw0rd!7", RuleError::Common),
            ("Adm1n-2x9z", RuleError::Common),
            ("xWe1come7!", RuleError::Common),
            ("가나비밀번호7x", RuleError::Common),
            ("Kx!1234zq", RuleError::Sequence),
            ("Kx!4321zq", RuleError::Sequence),
            ("Kx!7890zq", RuleError::Sequence),
            ("Kx!AbCdzq7", RuleError::Sequence),
            ("Kx!dcbazq7", RuleError::Sequence),
            ("Kx!QwErzq7", RuleError::Sequence),
            ("Kx!rewqzq7", RuleError::Sequence),
            ("Kx!1qaz9m", RuleError::Sequence),
            ("Kx7aaaa!zq", RuleError::Sequence),
            ("Kx7zq!@#$", RuleError::Sequence),
            ("ㅂㅈㄷㄱKx7zq", RuleError::Sequence),
            ("!Hong19900131x", RuleError::Name),
            ("Kx!19900131", RuleError::Name),
            ("Kx!20011224z", RuleError::Date),
            ("Kx!011224z", RuleError::Date),
            ("Kx!2001-12-24", RuleError::Date),
            ("Kx!01.12.24z", RuleError::Date),
        ] {
            assert_eq!(said(bad), Err(why), "{bad}");
        }
        assert_eq!(said(&"Kx7!".repeat(33)), Err(RuleError::Long));
    }

    #[test]
    fn names() {
        for good in ["kim", "hong.gil-dong_2", &"a".repeat(32)] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "ab", "Kim", "1kim", "kim lee", "홍길동", "kim/x", "kim\n", &"a".repeat(33)] {
            assert_eq!(check_name(bad), Err(RuleError::BadName), "{bad}");
        }
    }

    /// What the rule asks for, said another way.
    fn kinds(password: &str) -> usize {
        let mut seen = [false; 4];
        for letter in password.chars() {
            let class = match letter {
                'A'..='Z' => 0,
                'a'..='z' => 1,
                '0'..='9' => 2,
                _ => 3,
            };
            seen[class] = true;
        }
        seen.iter().filter(|seen| **seen).count()
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_judged(password in any::<String>(), name in any::<String>()) {
            let _ = check_password(&password, &name);
            let _ = check_name(&name);
        }

        #[test]
        fn what_is_taken_is_long_enough(password in "[A-Za-z0-9!가-힣]{0,14}") {
            if check_password(&password, "somebody").is_ok() {
                let count = password.chars().count();
                prop_assert!(count >= 10 && kinds(&password) >= 2 || count >= 8 && kinds(&password) >= 3);
            }
        }

        #[test]
        fn a_sequence_is_found_wherever_it_stands(
            head in "[K7!x]{0,6}", tail in "[K7!x]{6,9}", start in 0_u8..23, up in any::<bool>(), upper in any::<bool>(),
        ) {
            let mut four: Vec<char> = (0..4).map(|step| char::from(b'a' + start + step)).collect();
            if !up {
                four.reverse();
            }
            let four: String = four.into_iter().collect();
            let four = if upper { four.to_uppercase() } else { four };
            let password = format!("{head}{four}{tail}");
            prop_assert!(check_password(&password, "somebody").is_err());
        }

        #[test]
        fn one_character_four_times_is_never_taken(letter in any::<char>(), tail in "[A-Z][a-z][0-9]!Kx7q") {
            let password: String = std::iter::repeat_n(letter, 4).chain(tail.chars()).collect();
            prop_assert!(check_password(&password, "somebody").is_err());
        }

        #[test]
        fn the_name_is_never_in_it(name in "[a-z][a-z0-9]{2,8}", head in "[K7!x]{0,6}", upper in any::<bool>()) {
            let shown = if upper { name.to_uppercase() } else { name.clone() };
            let password = format!("{head}{shown}Zq!7w");
            prop_assert!(check_password(&password, &name).is_err());
        }

        #[test]
        fn a_date_is_never_in_it(year in 1900_u32..2100, month in 1_u32..=12, day in 1_u32..=31, short in any::<bool>()) {
            let year = if short { format!("{:02}", year % 100) } else { year.to_string() };
            let password = format!("Kx!{year}{month:02}{day:02}zQ");
            prop_assert!(check_password(&password, "somebody").is_err());
        }
    }
}
