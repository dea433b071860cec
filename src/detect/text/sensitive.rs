//! 민감 명단: words that make a list of people one of sensitive facts.

use crate::text::Charset;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// How many people make a list.
pub const PEOPLE: usize = 3;

/// Welfare, health, discipline, family.
const TERMS: &[&str] = &[
    "기초생활수급",
    "기초수급",
    "수급자",
    "차상위",
    "한부모",
    "조손가정",
    "장애등급",
    "장애정도",
    "장애유형",
    "결식",
    "다문화",
    "저소득",
    "징계",
    "진단명",
    "진단서",
    "진단",
    "병명",
    "정신질환",
    "자살",
    "확진자",
    "학교폭력",
    "가정폭력",
    "성폭력",
];

static UTF8: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(TERMS).ok());
static CP949: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(TERMS.iter().map(|term| encoding_rs::EUC_KR.encode(term).0)).ok());

/// Whether a term of welfare, health, discipline or family stands in these bytes.
pub fn has_term(bytes: &[u8], charset: Charset) -> bool {
    let finder = if charset == Charset::Cp949 { &CP949 } else { &UTF8 };
    finder.as_ref().is_some_and(|finder| finder.is_match(bytes))
}
