//! What is found at a cue in a text, without bytes.

use super::*;

const TODAY: Day = Day { year: 2026, month: 11, day: 22 };

/// What is found in a text at the first place where the word stands; `¶` is the end of a block.
fn found(cue: Cue, text: &str, word: &str) -> Vec<(Confidence, String)> {
    let chars: Vec<char> = text.replace('¶', &BLOCK.to_string()).chars().collect();
    let word: Vec<char> = word.chars().collect();
    let at = chars.windows(word.len()).position(|part| part == word).expect("the cue stands there");
    let mut found = Vec::new();
    find(cue, &Around { chars: &chars, at, end: at + word.len(), today: TODAY, hosts: &[] }, &mut found);
    found.into_iter().map(|found| (found.confidence, found.text)).collect()
}

fn one(cue: Cue, text: &str, word: &str) -> Option<String> {
    found(cue, text, word).into_iter().next().map(|(_, text)| text)
}

#[test]
fn names_after_labels() {
    for (text, name) in [
        ("성명: 홍길동", "홍길동"),
        ("성명¶홍길동¶", "홍길동"),
        ("성명(한글) : 홍길동 ", "홍길동"),
        ("성명은 홍길동입니다", "홍길동"),
        ("성명: 김준", "김준"),
        ("성명: 남궁민수", "남궁민수"),
        ("성명: 홍 길 동", "홍길동"),
        ("성명 홍길동(45)", "홍길동"),
        ("성명: 홍길동님", "홍길동"),
    ] {
        assert_eq!(one(Cue::NameLabel, text, "성명").as_deref(), Some(name), "{text}");
    }
    for text in [
        "성명: 홍*동",
        "성명: 필수입력",
        "성명: 이용안내",
        "성명서 발표",
        "성명¶연락처¶주소",
        "성명: 정보화팀",
        "성명: 담당자",
        "성명을 발표했다",
        "성명 김○○",
    ] {
        assert_eq!(one(Cue::NameLabel, text, "성명"), None, "{text}");
    }
    assert_eq!(one(Cue::NameLabel, "담당자: 총무과", "담당자"), None);
    assert_eq!(one(Cue::NameLabel, "담당자 변경 안내", "담당자"), None);
    assert_eq!(one(Cue::NameLabel, "상품이름: 김치", "이름"), None);
    assert_eq!(one(Cue::NameLabel, "학생이름: 김준", "이름").as_deref(), Some("김준"));
    assert_eq!(found(Cue::NameLabel, "대표자: 홍길동, 김철수", "대표").len(), 2);
}

#[test]
fn names_by_the_names_of_fields() {
    assert_eq!(one(Cue::NameLabel, "¶userName¶: ¶홍길동¶", "ame").as_deref(), Some("홍길동"));
    assert_eq!(one(Cue::NameLabel, "input name=\"userNm\" value=\"홍길동\"", "Nm\" ").as_deref(), Some("홍길동"));
    assert_eq!(one(Cue::NameLabel, "¶name¶:¶홍길동¶", "ame").as_deref(), Some("홍길동"));
    for text in ["¶fileName¶: ¶홍길동¶", "¶name¶: ¶이용안내¶", "¶name¶: ¶김치¶", "¶menuName¶: ¶홍길동¶"]
    {
        assert_eq!(one(Cue::NameLabel, text, "ame"), None, "{text}");
    }
}

#[test]
fn addresses_need_two_levels_and_a_number() {
    for (text, address) in [
        ("서울특별시 종로구 세종대로 209", "서울특별시 종로구 세종대로 209"),
        ("서울 종로구 청진동 12-3번지 있다", "서울 종로구 청진동 12-3번지"),
        ("서울특별시종로구세종대로209", "서울특별시종로구세종대로209"),
        ("서울시 강남구 테헤란로 152, 101동 1203호 입니다", "서울시 강남구 테헤란로 152, 101동 1203호"),
        ("서울 은평구 진관2로 57-9 (진관동, 은평아파트) 끝", "서울 은평구 진관2로 57-9 (진관동, 은평아파트)"),
        ("서울 마포구 성산로22길 5 3층", "서울 마포구 성산로22길 5 3층"),
    ] {
        assert_eq!(one(Cue::Province, text, "서울").as_deref(), Some(address), "{text}");
    }
    for text in [
        "서울특별시 종로구 청운동",
        "서울 지역 3곳",
        "북서울 종로구 세종대로 209",
        "서울시 인구 940만",
        "서울 종로구 세종대로 3건",
    ] {
        assert_eq!(one(Cue::Province, text, "서울"), None, "{text}");
    }
    assert_eq!(
        one(Cue::AddressLabel, "주소: (16444) 수원시 팔달구 효원로 241", "주소").as_deref(),
        Some("수원시 팔달구 효원로 241")
    );
}

#[test]
fn passports() {
    for (text, number) in
        [("여권번호: M12345678", "M12345678"), ("여권 M123A4567", "M123A4567"), ("여권번호 SC1234567", "SC1234567")]
    {
        assert_eq!(found(Cue::PassportLabel, text, "여권"), [(Confidence::Probable, number.to_owned())], "{text}");
    }
    for text in ["여권번호: M1*******", "여권 사본 1부", "여권 no 1234567", "여권번호 M00000000", "여권 M1234567890"]
    {
        assert_eq!(one(Cue::PassportLabel, text, "여권"), None, "{text}");
    }
    let zone = "PMKORHONG<<GILDONG<<<<<<<<<<<<<<<<<<<<<<<<<<\nM123A4567";
    let digit = (0..10).find(|digit| {
        let line = format!("{zone}{digit}KOR8105145M3011222<<<<<<<<<<<<<<08");
        found(Cue::MachineReadable, &line, "PMKOR") == [(Confidence::Certain, "M123A4567".to_owned())]
    });
    assert!(digit.is_some());
}

#[test]
fn plates() {
    let shape = |text: &str| found(Cue::PlateShape, text, "12");
    assert_eq!(shape("차량번호 12가 3456"), [(Confidence::Probable, "12가3456".to_owned())]);
    assert_eq!(shape("서울 12가 3456"), [(Confidence::Probable, "서울12가3456".to_owned())]);
    assert_eq!(shape("주인을 찾습니다 12가3456"), [(Confidence::Possible, "12가3456".to_owned())]);
    for text in ["12만 3456", "12가 3456원", "을지로12가 3456", "12각 3456", "12가34567", "-12가3456", "12가 345*"]
    {
        assert_eq!(shape(text), [], "{text}");
    }
}

#[test]
fn machines() {
    assert_eq!(
        found(Cue::Version4Shape, "IP: 211.115.20.36", "211"),
        [(Confidence::Probable, "211.115.20.36".to_owned())]
    );
    assert_eq!(found(Cue::Version4Shape, "211.115.20.36:80", "211").len(), 1);
    for text in ["v211.1.2.3", "버전 211.1.2.3", "211.115.20.36.5", "211.999.1.1"] {
        assert_eq!(found(Cue::Version4Shape, text, "211"), [], "{text}");
    }
    for text in ["192.168.0.1", "10.0.0.1", "192.0.2.7", "127.0.0.1"] {
        assert_eq!(found(Cue::Version4Shape, text, "1"), [], "{text}");
    }
    assert_eq!(found(Cue::Version6Shape, "2001:230::1 ", "2001").len(), 1);
    assert_eq!(found(Cue::Version6Shape, "2001:db8::1", "2001"), []);
    assert_eq!(found(Cue::Version6Shape, "2020:12:30", "2020"), []);
}

#[test]
fn connecting_information_needs_its_key() {
    let ci = format!("{}==", "Ab3+/z".repeat(15).get(..86).expect("long enough"));
    for text in
        [format!("\"ci\":\"{ci}\""), format!("ci={ci}&x"), format!("연계정보(CI): {ci}"), format!("connInfo¶:¶{ci}¶")]
    {
        assert_eq!(found(Cue::Padding, &text, "=="), [(Confidence::Certain, ci.clone())], "{text}");
    }
    for text in [format!("integrity=\"sha512-{ci}\""), format!("\"token\":\"{ci}\""), format!("\"ci\":\"A{ci}\"")] {
        assert_eq!(found(Cue::Padding, &text, "=="), [], "{text}");
    }
    let di = format!("MC0GCCqGSIb3DQIJAyEA{}=", "Ab3+".repeat(11).get(..43).expect("long enough"));
    assert_eq!(found(Cue::ConnectingKey, &format!("\"dupInfo\":\"{di}\""), "upInfo").len(), 1);
    assert_eq!(found(Cue::ConnectingKey, &format!("값 {di} "), "MC0GCCqG"), [(Confidence::Probable, di)]);
}

#[test]
fn dates_of_birth_need_their_label() {
    for (text, digits) in [
        ("생년월일: 1981년 5월 14일", "1981514"),
        ("생년월일 810514", "810514"),
        ("생년월일(양력) 1981-05-14", "19810514"),
        ("생년월일¶81.5.14¶", "81514"),
        ("생년월일은 19810514입니다", "19810514"),
    ] {
        assert_eq!(one(Cue::BirthLabel, text, "생년").as_deref(), Some(digits), "{text}");
    }
    for text in [
        "생년월일: 1981-02-30",
        "생년월일: 2027-01-01",
        "생년월일: ****-**-**",
        "생년월일 810514-1234567",
        "생년월일 6자리",
    ] {
        assert_eq!(one(Cue::BirthLabel, text, "생년"), None, "{text}");
    }
    assert_eq!(found(Cue::BirthLabel, "홍길동(81년생)", "년생"), [(Confidence::Probable, "81".to_owned())]);
    assert_eq!(found(Cue::BirthLabel, "2010년생 이하", "년생"), [(Confidence::Possible, "2010".to_owned())]);
    assert_eq!(one(Cue::BirthLabel, "출생아 수 2023년 1월 1일", "출생"), None);
}

#[test]
fn addresses_in_words() {
    for (text, word) in [
        ("hong골뱅이example점com", "골뱅이"),
        ("hong 골뱅이 example.com", "골뱅이"),
        ("mail: hong at example dot com", " at "),
        ("hong(at)example.com", "(at)"),
        ("hong (at) example (dot) com", "(at)"),
        ("hong[AT]example[.]com", "[AT]"),
        ("hong(골뱅이)example점com", "골뱅이"),
    ] {
        let expected = [(Confidence::Probable, "hong@example.com".to_owned())];
        assert_eq!(found(Cue::AtInWords, text, word), expected, "{text}");
    }
    assert_eq!(found(Cue::AtInWords, "meet at example.com", " at ")[0].0, Confidence::Possible);
    assert_eq!(found(Cue::AtInWords, "look at this", " at "), []);
}

#[test]
fn registration_numbers_whose_halves_a_sentence_tells() {
    let sure = [(Confidence::Certain, "9001011234568".to_owned())];
    for (text, cue) in [
        ("주민번호 앞자리 900101 뒷자리 1234568", "앞자리"),
        ("앞자리는 900101이고, 뒷자리는 1234568입니다", "앞자리"),
        ("주민등록번호 앞 900101 뒤 1234568", "민등록"),
        ("제 주민번호는 900101 이고 뒤는 1234568 이에요", "민번호"),
        ("주민번호 900101 다시 1234568", "민번호"),
        ("앞번호: 900101\n뒷번호: 1234568", "앞번호"),
    ] {
        assert_eq!(found(Cue::RegistrationLabel, text, cue), sure, "{text}");
    }
    let changed = found(Cue::RegistrationLabel, "앞자리 900101 뒷자리 1234567", "앞자리");
    assert_eq!(changed, [(Confidence::Probable, "9001011234567".to_owned())], "given since 2020, perhaps");
    for (text, cue) in [
        // The nearer cue tells it.
        ("주민번호 앞자리 900101 뒷자리 1234568", "민번호"),
        // No day, no second half, another number.
        ("앞자리 901301 뒷자리 1234568", "앞자리"),
        ("앞자리 900101 뒷자리 *******", "앞자리"),
        ("주민번호 앞자리 900101, 접수번호 1234568", "앞자리"),
        ("앞자리 900101 뒷자리 12345689", "앞자리"),
        ("주민번호 앞 6자리와 뒤 7자리", "민번호"),
    ] {
        assert_eq!(found(Cue::RegistrationLabel, text, cue), [], "{text}");
    }
}

#[test]
fn names_of_sensitive_lists() {
    let names = |text: &str, term: &str| -> Vec<String> {
        found(Cue::SensitiveTerm, text, term).into_iter().map(|(_, name)| name).collect()
    };
    let three = ["홍길동", "김철수", "이영희"];
    for (text, term) in [
        ("기초생활수급자 명단\n1. 홍길동\n2. 김철수\n3. 이영희\n", "수급"),
        ("기초생활수급자 안내\n1. 홍길동 010-2234-5678\n2. 김철수 010-2234-5679\n3. 이영희 (810514)", "수급"),
        ("차상위 대상자: 홍길동, 김철수, 이영희", "차상위"),
        ("저소득 학생: 홍길동(3-1), 김철수(3-2), 이영희(3-3)", "저소득"),
        ("장애등급 판정\n홍길동\t1980-01-02\t3급\n김철수\t1981-03-04\t2급\n이영희\t1979-05-06\t1급", "장애등급"),
    ] {
        assert_eq!(names(text, term), three, "{text}");
    }
    for (text, term) in [
        ("기초생활수급자 지원\n- 유공자 지원\n- 이재민 지원\n- 조부모 지원", "수급"),
        ("차상위 대상: 장애인, 한부모, 유공자, 이재민", "차상위"),
        ("한부모 가정 지원 안내\n홍길동\n김철수\n이영희", "한부모"),
        ("징계 대상자\n홍길동\n김철수", "징계"),
        ("진단 결과 안내\n1. 신청서 작성\n2. 구비서류 제출\n3. 문의처 02-2100-1234\n4. 접수처 3층", "진단"),
    ] {
        assert_eq!(names(text, term), [] as [String; 0], "{text}");
    }
}

#[test]
fn names_before_honorifics() {
    for text in ["홍길동님이", "홍길동 님,", "홍길동 과장님", "홍길동과장님"] {
        assert_eq!(one(Cue::Honorific, text, "님").as_deref(), Some("홍길동"), "{text}");
    }
    for text in ["고객님", "선생님은", "이용자님", "김님", "홍길동님들께"] {
        assert_eq!(one(Cue::Honorific, text, "님"), None, "{text}");
    }
}
