//! Context words: what the text around a number says it is. One automaton finds them all.

use super::Context;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What a context word says a number nearby is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    /// A registration number of a person, resident or foreigner.
    Registration,
    /// A corporation's registration number.
    Corporation,
    /// A payment card.
    Card,
    /// A telephone.
    Telephone,
    /// Something that is no personal number: an order, a serial number, an amount.
    Thing,
    /// A personal number of some other kind: an account, a licence, a passport.
    Other,
}

/// How far before a number a word still speaks of it, in characters.
const REACH_BEFORE: usize = 40;
/// The same if only punctuation stands between.
const REACH_OVER_PUNCTUATION: usize = 60;
/// How far after a number, in characters.
const REACH_AFTER: usize = 15;
/// So many digits between a word and a number are a number of their own, to which a word for things then belongs.
const ANOTHER_NUMBER: usize = 4;
/// Latin words up to this length must stand as words of their own: `hp` is not in `php`.
const SHORT: usize = 4;

/// The words, parted by spaces: in lower case, without the spaces and the punctuation that the comparison leaves out.
const WORDS: &[(Topic, &str)] = &[
    (
        Topic::Registration,
        "주민등록번호 주민번호 주민등록 주민등록증 주민증 주민뒷 주민앞 실명번호 신분증번호 외국인등록번호 \
         외국인번호 외국인등록 국내거소신고번호 거소신고번호 거소번호 jumin ssn rrn rrno frn arn residentno \
         residentnum residentid residentregistration registrationnumber aliennumber alienregistration \
         foreignerregistration foreignerno juminno jmno psnno",
    ),
    (
        Topic::Corporation,
        "법인등록번호 법인번호 corpno corpregno corporationno corporateregistration corporateregistrationnumber \
         corporationregistrationnumber",
    ),
    (
        Topic::Card,
        "카드번호 신용카드 체크카드 직불카드 카드 결제카드 creditcard cardno cardnum cardnumber debitcard card \
         pan ccnum ccno visa mastercard amex",
    ),
    (
        Topic::Telephone,
        "휴대전화 휴대폰 핸드폰 휴대번호 연락처 전화번호 전화 손전화 모바일 폰번호 hp tel telno phone mobile cell \
         cellphone cellno hpno mobileno mobilephone phoneno fax 팩스",
    ),
    (
        Topic::Thing,
        "주문번호 송장 운송장 접수번호 관리번호 문서번호 고시 모델명 모델번호 시리얼 일련번호 바코드 상품코드 \
         상품번호 제품번호 isbn issn 좌표 우편번호 timestamp nttid seq idx version 금액 orderno ordernumber \
         orderid trackingno invoiceno barcode serialno serialnumber productcode ean imei",
    ),
    (
        Topic::Other,
        "계좌번호 계좌 통장 여권번호 운전면허 면허번호 사업자등록번호 사업자번호 건강보험 보험증 학번 사번 군번 \
         account passport businessregistrationnumber",
    ),
];

/// Names of fields and columns that say that the value is a thing, but in running text say nothing.
const THING_LABELS: &str = "id no num code key time date ts uid pk sn 코드";

struct Words {
    automaton: AhoCorasick,
    topics: Vec<(Topic, &'static str)>,
}

static FINDER: LazyLock<Option<Words>> = LazyLock::new(|| {
    let topics: Vec<(Topic, &str)> =
        WORDS.iter().flat_map(|(topic, words)| words.split(' ').map(|word| (*topic, word))).collect();
    let automaton = AhoCorasick::new(topics.iter().map(|(_, word)| word)).ok()?;
    Some(Words { automaton, topics })
});

/// A text as the words are compared with: without spaces and `_ - . ·`, Latin letters in lower case.
struct Folded<'a> {
    text: &'a str,
    bytes: Vec<u8>,
}

/// Where a byte of a folded text comes from.
struct Origin {
    /// The offset in the text at which its character ends.
    end: usize,
    /// Whether a Latin word begins with its character.
    begins: bool,
}

/// Whether a character counts in the comparison.
fn counts(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '_' | '-' | '.' | '·')
}

impl Folded<'_> {
    fn new(text: &str) -> Folded<'_> {
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars().filter(|character| counts(*character)) {
            if character.is_ascii() {
                bytes.push(character.to_ascii_lowercase() as u8);
            } else {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Folded { text, bytes }
    }

    /// Where the byte at `at` comes from; `None` at the end.
    fn origin(&self, at: usize) -> Option<Origin> {
        let (mut previous, mut passed) = (' ', 0_usize);
        for (offset, character) in self.text.char_indices() {
            let begins =
                !previous.is_ascii_alphabetic() || (previous.is_ascii_lowercase() && character.is_ascii_uppercase());
            previous = character;
            passed = passed.saturating_add(if counts(character) { character.len_utf8() } else { 0 });
            if passed > at {
                return Some(Origin { end: offset.saturating_add(character.len_utf8()), begins });
            }
        }
        None
    }

    /// Whether a Latin word begins there, or the text ends.
    fn begins(&self, at: usize) -> bool {
        self.origin(at).is_none_or(|origin| origin.begins)
    }

    /// Whether these bytes are a word of their own.
    fn stands_alone(&self, start: usize, end: usize) -> bool {
        self.begins(start) && (!self.bytes.get(end).is_some_and(u8::is_ascii_alphabetic) || self.begins(end))
    }
}

/// A word found in a text.
struct Hit {
    topic: Topic,
    length: usize,
    /// Offset in the text at which it ends.
    end: usize,
    /// Offset in the folded text at which it ends.
    folded_end: usize,
}

fn hits(text: &str) -> Vec<Hit> {
    let Some(words) = FINDER.as_ref() else { return Vec::new() };
    let folded = Folded::new(text);
    let found = words.automaton.find_overlapping_iter(&folded.bytes);
    found
        .filter_map(|found| {
            let (topic, word) = *words.topics.get(found.pattern().as_usize())?;
            let is_short = word.len() <= SHORT && word.is_ascii();
            if is_short && !folded.stands_alone(found.start(), found.end()) {
                return None;
            }
            let end = folded.origin(found.end().checked_sub(1)?)?.end;
            let lodging = word == "고시" && text.get(end..)?.starts_with(['원', '텔']);
            (!lodging).then_some(Hit { topic, length: found.len(), end, folded_end: found.end() })
        })
        .collect()
}

/// What the context says about a number: the name of its field first, then the nearest word before it, then a word after
/// it, then the header of its column.
pub(super) fn topic(context: &Context<'_>) -> Option<Topic> {
    let near = label_topic(context.label).or_else(|| topic_before(context.before));
    near.or_else(|| topic_after(context.after)).or_else(|| context.column.lines().find_map(label_topic))
}

fn label_topic(label: &str) -> Option<Topic> {
    if label.is_empty() {
        return None;
    }
    let longest = hits(label).into_iter().max_by_key(|hit| hit.length).map(|hit| hit.topic);
    longest.or_else(|| {
        let folded = Folded::new(label);
        let ends_with = |word: &str| {
            let start = folded.bytes.len().checked_sub(word.len());
            let begins = |start| folded.origin(start).is_some_and(|origin| origin.begins);
            start.is_some_and(|start| folded.bytes.ends_with(word.as_bytes()) && (!word.is_ascii() || begins(start)))
        };
        THING_LABELS.split(' ').any(ends_with).then_some(Topic::Thing)
    })
}

fn topic_before(before: &str) -> Option<Topic> {
    if before.trim_end().ends_with(['₩', '￦', '$']) {
        return Some(Topic::Thing);
    }
    let nearest = hits(before).into_iter().max_by_key(|hit| (hit.folded_end, hit.length))?;
    let between = before.get(nearest.end..)?;
    let reach = if between.chars().any(char::is_alphanumeric) { REACH_BEFORE } else { REACH_OVER_PUNCTUATION };
    let of_another =
        nearest.topic == Topic::Thing && between.chars().filter(char::is_ascii_digit).count() >= ANOTHER_NUMBER;
    (between.chars().count() <= reach && !of_another).then_some(nearest.topic)
}

fn topic_after(after: &str) -> Option<Topic> {
    if after.starts_with(['원', '₩', '￦']) {
        return Some(Topic::Thing);
    }
    let reach = after.char_indices().nth(REACH_AFTER).map_or(after.len(), |(offset, _)| offset);
    let first = hits(after.get(..reach)?)
        .into_iter()
        .min_by_key(|hit| (hit.folded_end, usize::MAX.saturating_sub(hit.length)))?;
    // A word that is followed by a number of its own speaks of that one.
    let of_the_next = after.get(first.end..)?.chars().any(|character| character.is_ascii_digit());
    (!of_the_next).then_some(first.topic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_speaks() {
        assert_eq!(topic_before("주민등록 번호 : "), Some(Topic::Registration));
        assert_eq!(topic_before("주민번호 변경 접수번호 "), Some(Topic::Thing));
        assert_eq!(topic_before("주문번호 20260101-11, 휴대폰 "), Some(Topic::Telephone));
        assert_eq!(topic_before("주문번호 20260101-11 "), None);
        assert_eq!(topic_before("PHP "), None);
        assert_eq!(topic_before("HP: "), Some(Topic::Telephone));
        assert_eq!(topic_before("고시원 "), None);
        assert_eq!(topic_before("고시 제"), Some(Topic::Thing));
        assert_eq!(topic_before("금 ₩ "), Some(Topic::Thing));
    }

    #[test]
    fn a_word_reaches_forty_characters() {
        let far = |word: &str, filler: &str, count: usize| topic_before(&format!("{word}{}", filler.repeat(count)));
        assert_eq!(far("주민번호", "가", 40), Some(Topic::Registration));
        assert_eq!(far("주민번호", "가", 41), None);
        assert_eq!(far("주민번호", ".", 55), Some(Topic::Registration));
    }

    #[test]
    fn names_of_fields_speak() {
        assert_eq!(label_topic("user_jumin1"), Some(Topic::Registration));
        assert_eq!(label_topic("userSsn"), Some(Topic::Registration));
        assert_eq!(label_topic("nttId"), Some(Topic::Thing));
        assert_eq!(label_topic("articleId"), Some(Topic::Thing));
        assert_eq!(label_topic("paid"), None);
        assert_eq!(label_topic("휴대폰 번호"), Some(Topic::Telephone));
        assert_eq!(label_topic(""), None);
    }

    #[test]
    fn a_word_after_speaks_unless_it_has_its_own_number() {
        assert_eq!(topic_after(" (주민번호)"), Some(Topic::Registration));
        assert_eq!(topic_after(", 주민번호 900101"), None);
        assert_eq!(topic_after("원 입금"), Some(Topic::Thing));
    }
}
