//! Labels: which words say what a value is, and what the names of fields say.

use super::Cue;
use super::parse::{self, at, is_hangul, letters, one_of, run, run_back, text};
use crate::vocab::Kind;

/// What may follow the stem of a label of names within the same word.
const ENDS: &[&str] = &[
    "자명",
    "자성명",
    "자이름",
    "자",
    "인",
    "인명",
    "명",
    "이사",
    "성명",
    "이름",
    "님",
    "란",
    "장",
    "분",
    "사람",
    " 분",
    " 사람",
    " 성명",
    " 이름",
    "자 성명",
    "자 이름",
    "인 성명",
    "인 이름",
];

/// Particles between a label and its value.
const PARTICLES: &[char] = &['은', '는', '이', '가'];

/// Words directly before 이름 and 명 that make them a person's.
const OF_PEOPLE: &[&str] = &[
    "성",
    "학생",
    "고객",
    "회원",
    "환자",
    "신청자",
    "신청인",
    "담당자",
    "작성자",
    "예약자",
    "아이",
    "자녀",
    "보호자",
    "대표자",
    "본인",
    "부모",
    "사용자",
    "직원",
    "수령인",
    "수취인",
    "주문자",
    "예금주",
    "피보험자",
    "계약자",
    "상담자",
    "대상자",
    "참가자",
    "참석자",
    "응시자",
    "지원자",
    "교사",
    "강사",
    "담당",
    "사원",
    "받는분",
    "임원",
    "위원",
    "실명",
    "민원인",
    "선생님",
    "교수",
    "신고자",
    "신고인",
    "대리인",
    "위임자",
    "수강생",
    "교육생",
    "당첨자",
    "등록자",
    "관리자",
    "기안자",
    "결재자",
    "보낸이",
];

/// Words before 이름, a space between, that make it a thing's.
const OF_THINGS: &[&str] = &[
    "상품",
    "제품",
    "파일",
    "회사",
    "업체",
    "기관",
    "강의",
    "강좌",
    "과목",
    "도서",
    "행사",
    "건물",
    "프로그램",
    "메뉴",
    "부서",
    "단체",
    "학교",
    "모델",
    "품목",
    "변수",
    "함수",
    "폴더",
    "서버",
    "도메인",
    "게시판",
    "식물",
    "동물",
];

/// Parts of field names that make their `name` a person's.
const PERSONS: &[&str] = &[
    "user",
    "usr",
    "member",
    "mber",
    "emplyr",
    "mem",
    "mbr",
    "cust",
    "person",
    "psn",
    "emp",
    "staff",
    "student",
    "stud",
    "std",
    "stdnt",
    "patient",
    "pat",
    "pt",
    "owner",
    "writer",
    "wrter",
    "author",
    "appl",
    "applicant",
    "applcnt",
    "apply",
    "recei",
    "recv",
    "rcvr",
    "rcpt",
    "recipient",
    "send",
    "sender",
    "order",
    "orderer",
    "buyer",
    "kor",
    "korean",
    "real",
    "full",
    "han",
    "hangul",
    "mngr",
    "charge",
    "charger",
    "dam",
    "depositor",
    "holder",
    "parent",
    "guardian",
    "teacher",
    "child",
    "baby",
    "rep",
    "ceo",
    "reg",
    "rgst",
    "insured",
    "last",
    "first",
    "legal",
    "client",
    "guest",
    "contact",
    "my",
    "friend",
];

/// What stands before a label's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    /// Where the label ends.
    pub(super) end: usize,
    /// A particle ended it: 이름은.
    pub(super) particle: bool,
    /// Whether it says nothing but name: the key `name`, which things have as well.
    pub(super) weak: bool,
}

/// The label of names whose stem stands at `from` to `end`, read to its own end. `None` if it is another word.
pub(super) fn of_names(chars: &[char], from: usize, end: usize) -> Option<Label> {
    let stem = text(chars, from..end);
    if stem.starts_with(|first: char| first.is_ascii()) {
        return of_field(chars, from);
    }
    let word = run_back(chars, from, 8, is_hangul);
    let led = text(chars, word..from);
    if stem.ends_with("이름") || stem.ends_with("성명") || stem == "이 름" || stem == "성 명" {
        // A product's, a file's.
        let of_thing = || {
            let before = run_back(chars, word.saturating_sub(1), 8, is_hangul);
            let thing = text(chars, before..word.saturating_sub(1));
            at(chars, word.wrapping_sub(1)) == Some(' ') && OF_THINGS.iter().any(|of| thing.ends_with(of))
        };
        let of_people = led.is_empty() && !of_thing() || OF_PEOPLE.iter().any(|people| led.ends_with(people));
        if !of_people {
            return None;
        }
    } else if matches!(stem.as_str(), "자명" | "객명" | "원명" | "생명") {
        let whole = format!("{led}{stem}");
        let of_people =
            whole.strip_suffix('명').is_some_and(|people| OF_PEOPLE.contains(&people) || people.ends_with("고객"));
        if !of_people {
            return None;
        }
    } else if !led.is_empty()
        && !matches!(stem.as_str(), "담당자" | "보호자" | "작성자" | "청인" | "청자" | "수령인" | "대표")
    {
        return None;
    }
    let mut end = one_of(chars, end, ENDS)
        .filter(|end| !at(chars, *end).is_some_and(is_hangul) || follows(chars, *end))
        .unwrap_or(end);
    // 성명(한글), 대표자 (실명)
    end = bracket(chars, end);
    let particle = at(chars, end).is_some_and(|next| PARTICLES.contains(&next))
        && at(chars, end.saturating_add(1)).is_some_and(|next| next == ' ');
    let end = if particle { end.saturating_add(1) } else { end };
    let ends = !at(chars, end).is_some_and(|next| is_hangul(next) || next.is_alphanumeric());
    ends.then_some(Label { end, particle, weak: false })
}

fn follows(chars: &[char], end: usize) -> bool {
    at(chars, end).is_some_and(|next| PARTICLES.contains(&next)) && at(chars, end.saturating_add(1)) == Some(' ')
}

/// Past a short explanation in brackets, if there is one: `(한글)`, `(필수)`, `(Name)`.
fn bracket(chars: &[char], end: usize) -> usize {
    const EXPLAINS: &[&str] = &[
        "한글",
        "국문",
        "실명",
        "필수",
        "name",
        "한글명",
        "자필",
        "법인명",
        "대표자",
        "본명",
        "예금주",
        "ko",
        "korean",
    ];
    let open = if at(chars, end) == Some(' ') { end.saturating_add(1) } else { end };
    if at(chars, open) != Some('(') {
        return end;
    }
    let inside = open.saturating_add(1);
    match one_of(chars, inside, EXPLAINS) {
        Some(close) if at(chars, close) == Some(')') => close.saturating_add(1),
        _ => end,
    }
}

/// A field's name that ends with `ame` or `nm` at `end`: `"userName"`, `name=`.
fn of_field(chars: &[char], from: usize) -> Option<Label> {
    let named = run(chars, from, 4, |character| character.is_ascii_alphanumeric() || character == '_');
    let start = run_back(chars, named, 32, |character| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
    });
    let word = text(chars, start..named);
    let weak = person_name(&word)?;
    // In a tag the name of a field stands before its value: `name="userName" value="…"`.
    let mut end = named;
    for value in [".value", "value=", "\" value=", "' value=", " value="] {
        end =
            if super::parse::is_word(chars, named, value) { named.saturating_add(value.chars().count()) } else { end };
    }
    Some(Label { end, particle: false, weak })
}

/// Whether a field of this name holds the name of a person; `true` in it if that is only likely.
fn person_name(word: &str) -> Option<bool> {
    let mut folded = String::new();
    let mut parts: Vec<String> = Vec::new();
    let mut previous = ' ';
    for character in word.chars() {
        let begins =
            character.is_ascii_uppercase() && previous.is_ascii_lowercase() || !character.is_ascii_alphanumeric();
        if begins && !folded.is_empty() {
            parts.push(std::mem::take(&mut folded));
        }
        if character.is_ascii_alphanumeric() {
            folded.push(character.to_ascii_lowercase());
        }
        previous = character;
    }
    parts.push(folded);
    let last = parts.pop()?;
    let own = |part: &str| PERSONS.contains(&part);
    // `data-name`: what it is a part of says nothing of it.
    let plain = |part: &String| matches!(part.as_str(), "data" | "txt" | "input" | "val");
    match last.as_str() {
        "name" | "nm" if parts.iter().all(plain) => Some(true),
        "name" | "nm" if parts.iter().any(|part| own(part)) => Some(false),
        _ => last.strip_suffix("name").or_else(|| last.strip_suffix("nm")).filter(|person| own(person)).map(|_| false),
    }
}

/// What the name of a field or of a form's part says its value is.
pub fn about_label(label: &str) -> Option<Cue> {
    let chars: Vec<char> = label.chars().filter(|character| !character.is_whitespace()).collect();
    let folded: String = chars.iter().map(char::to_ascii_lowercase).collect();
    let holds = |words: &[&str]| words.iter().any(|word| parse::holds(&folded, word));
    if person_name(label).is_some() || is_heading_of_names(&chars) {
        Some(Cue::NameLabel)
    } else if holds(&["생년월일", "생일", "birth", "출생"]) {
        Some(Cue::BirthLabel)
    } else if holds(&["여권", "passport"]) {
        Some(Cue::PassportLabel)
    } else if holds(&["주소", "addr"]) {
        Some(Cue::AddressLabel)
    } else if holds(&["차량번호", "차번호", "번호판", "자동차등록번호", "carno", "carnum", "vehicleno", "vehiclenum"])
    {
        Some(Cue::PlateLabel)
    } else if holds(&["dupinfo", "conninfo", "연계정보", "중복가입"]) || super::connecting::names(label).is_some()
    {
        Some(Cue::ConnectingKey)
    } else {
        None
    }
}

/// What the cells of a column are, and of what kind, whose heading without spaces this is.
pub fn heading_of(heading: &[char]) -> Option<(Cue, Kind)> {
    const BIRTHS: &[&str] = &[
        "생년월일",
        "생년월",
        "생일",
        "출생일",
        "출생일자",
        "출생년월일",
        "출생연월일",
        "생년일",
        "birth",
        "birthday",
        "birthdate",
        "birthdt",
        "birthymd",
        "brthdy",
        "dob",
        "dateofbirth",
    ];
    const PLATES: &[&str] =
        &["차량번호", "자동차번호", "차번호", "자동차등록번호", "차량등록번호", "carno", "carnum", "vehicleno"];
    let plain: String = heading.iter().take_while(|character| **character != '(').collect();
    let lower = letters(&plain);
    if is_heading_of_names(heading) || person_name(&plain) == Some(false) {
        Some((Cue::NameCell, Kind::PersonName))
    } else if BIRTHS.contains(&lower.as_str()) {
        Some((Cue::BirthCell, Kind::DateOfBirth))
    } else if matches!(
        lower.strip_suffix("번호").unwrap_or(&lower),
        "여권" | "passport" | "passportno" | "passportnumber"
    ) {
        Some((Cue::PassportCell, Kind::PassportNumber))
    } else if PLATES.contains(&lower.as_str()) {
        Some((Cue::PlateCell, Kind::VehicleRegistrationNumber))
    } else {
        let connects = super::connecting::named(&lower).is_some();
        connects.then_some((Cue::ConnectingCell, Kind::ConnectingInformation))
    }
}

/// Whether a heading without spaces says that its column holds names of people.
fn is_heading_of_names(heading: &[char]) -> bool {
    const WHOLE: &[&str] = &[
        "성명",
        "이름",
        "성함",
        "학생명",
        "환자명",
        "회원명",
        "고객명",
        "신청자",
        "신청인",
        "담당자",
        "보호자",
        "대표자",
        "예금주",
        "작성자",
        "수령인",
        "수령자",
        "받는분",
        "받는사람",
        "주문자",
        "예약자",
        "참가자",
        "당첨자",
        "대상자",
        "수급자",
        "민원인",
        "선생님",
        "직원명",
        "사원명",
        "수상자",
        "합격자",
        "응시자",
        "교육생",
        "수강생",
        "강사명",
        "교사명",
        "위원명",
        "세대주",
        "name",
        "Name",
        "NAME",
    ];
    let heading: String = heading.iter().collect();
    let heading = heading.split(['(', '*']).next().unwrap_or_default();
    let people = heading.strip_suffix("명").or(heading.strip_suffix("이름")).or(heading.strip_suffix("성명"));
    WHOLE.contains(&heading) || people.is_some_and(|people| OF_PEOPLE.contains(&people))
}
