//! What words say, and how far they reach.

use super::*;

fn before(text: &str) -> Option<Topic> {
    topic_before(text, &hits(text)).map(|(topic, _)| topic)
}

fn label(text: &str) -> Option<Topic> {
    label_topic(text, &hits(text))
}

fn after(text: &str) -> Option<Topic> {
    topic_after(text, &hits(reached(text)))
}

#[test]
fn the_nearest_word_speaks() {
    assert_eq!(before("주민등록 번호 : "), Some(Topic::Registration));
    assert_eq!(before("주민번호 변경 접수번호 "), Some(Topic::Thing));
    assert_eq!(before("주문번호 20260101-11, 휴대폰 "), Some(Topic::Telephone));
    assert_eq!(before("주문번호 20260101-11 "), None);
    assert_eq!(before("PHP "), None);
    assert_eq!(before("HP: "), Some(Topic::Telephone));
    assert_eq!(before("고시원 "), None);
    assert_eq!(before("고시 제"), Some(Topic::Thing));
    assert_eq!(before("금 ₩ "), Some(Topic::Thing));
}

#[test]
fn of_two_words_that_end_together_the_longer_speaks() {
    assert_eq!(before("운전면허증 번호: "), Some(Topic::Licence));
    assert_eq!(before("건강보험증번호는 "), Some(Topic::Health));
    assert_eq!(before("보험증권번호 "), Some(Topic::Thing));
    assert_eq!(before("인증번호 "), Some(Topic::Thing));
    assert_eq!(before("출생신고 "), Some(Topic::Thing));
    assert_eq!(before("신분증 번호 "), Some(Topic::Registration));
    assert_eq!(before("사업자등록증번호 "), Some(Topic::Business));
    assert_eq!(before("학생증번호 "), Some(Topic::Student));
}

#[test]
fn whose_a_number_is_does_not_say_what_it_is() {
    assert_eq!(before("주민번호 (이름과 함께) "), Some(Topic::Registration));
    assert_eq!(before("담당자 이름 "), None);
    assert_eq!(before("비상연락처 "), Some(Topic::Telephone));
}

#[test]
fn a_word_reaches_forty_characters() {
    let far = |word: &str, filler: &str, count: usize| before(&format!("{word}{}", filler.repeat(count)));
    assert_eq!(far("주민번호", "가", 40), Some(Topic::Registration));
    assert_eq!(far("주민번호", "가", 41), None);
    assert_eq!(far("주민번호", ".", 55), Some(Topic::Registration));
}

#[test]
fn a_word_with_a_number_of_its_own_is_spent() {
    assert_eq!(before("계좌번호 110-123-456789, 주문 "), None);
    assert_eq!(before("생년월일(6자리) "), Some(Topic::Birth));
}

#[test]
fn names_of_fields_speak() {
    assert_eq!(label("user_jumin1"), Some(Topic::Registration));
    assert_eq!(label("userSsn"), Some(Topic::Registration));
    assert_eq!(label("nttId"), Some(Topic::Thing));
    assert_eq!(label("articleId"), Some(Topic::Thing));
    assert_eq!(label("paid"), None);
    assert_eq!(label("휴대폰 번호"), Some(Topic::Telephone));
    assert_eq!(label(""), None);
    for (name, topic) in [
        ("account_no", Topic::Account),
        ("acctNo", Topic::Account),
        ("bankName", Topic::Bank),
        ("accountId", Topic::Thing),
        ("birthday", Topic::Birth),
        ("user_dob", Topic::Birth),
        ("bizNo", Topic::Business),
        ("brn", Topic::Business),
        ("corp_no", Topic::Corporation),
        ("driverLicenseNo", Topic::Licence),
        ("lic_no", Topic::Licence),
        ("hakbun", Topic::Student),
        ("empNo", Topic::Staff),
        ("gunbun", Topic::Military),
        ("healthInsuranceNo", Topic::Health),
        ("passportNo", Topic::Passport),
    ] {
        assert_eq!(label(name), Some(topic), "{name}");
    }
}

#[test]
fn a_word_after_speaks_unless_it_has_its_own_number() {
    assert_eq!(after(" (주민번호)"), Some(Topic::Registration));
    assert_eq!(after(", 주민번호 900101"), None);
    assert_eq!(after("원 입금"), Some(Topic::Thing));
    assert_eq!(after("생, 서울"), Some(Topic::Birth));
    assert_eq!(after(".생"), Some(Topic::Birth));
    assert_eq!(after("생산"), None);
}

/// What the search for stems passes over cannot hold a word.
#[test]
fn every_word_holds_a_stem_of_its_topic() {
    for (topic, word) in fold::all() {
        let holds = stems(topic.set()).any(|(stem, topics)| word.contains(stem) && topics == topic.set());
        assert!(holds, "{word}");
    }
    assert_eq!(stems(Topics::NONE).count(), 0);
}
