//! People who do not exist.

use super::{Dice, values};

const SURNAMES: &[&str] = &[
    "김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황", "안", "송", "전",
    "홍", "남궁",
];
const GIVEN: &[&str] = &[
    "민수", "영희", "지훈", "서연", "도윤", "하은", "준호", "수빈", "현우", "지민", "은정", "성호", "미경", "태영",
    "보람", "나래", "철수", "순자",
];

pub struct Person {
    pub name: String,
    pub birth: (u64, u64, u64),
    pub resident: String,
    pub mobile: String,
    pub address: String,
    pub email: String,
}

pub fn person(dice: &mut Dice) -> Person {
    let birth = values::birth(dice);
    Person {
        name: name(dice),
        birth,
        resident: values::resident(dice, birth),
        mobile: values::mobile_written(dice),
        address: values::address(dice),
        email: values::email(dice),
    }
}

pub fn name(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(SURNAMES), dice.pick(GIVEN))
}

/// A birth date as people write it.
pub fn born(dice: &mut Dice, (year, month, day): (u64, u64, u64)) -> String {
    match dice.from(0, 4) {
        0 => format!("{year}년 {month}월 {day}일"),
        1 => format!("{year}.{month}.{day}"),
        2 => format!("{:02}{month:02}{day:02}", year % 100),
        3 => format!("{year}{month:02}{day:02}"),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}
