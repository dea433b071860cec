//! What the words of a text speak of, as far as a rule for numbers needs a word to say anything: pieces of those words, which
//! are looked for in the bytes. Where no piece stands, no word does; so chains of digits on most pages need not be looked at
//! as the numbers of accounts.

use crate::detect::Topics;
use crate::text::Charset;
use aho_corasick::packed::{self, Config, Searcher};
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// Topics whose words are as short as `hp`, and stand on every page: they are taken to be near.
pub(super) const ANYWHERE: Topics = Topics::TELEPHONE;

/// Pieces of the words of each other topic: of every word one, in each case that it is written in (a test holds them to it).
const PIECES: &[(Topics, &str)] = &[
    (Topics::CORPORATION, "법인 orp ORP"),
    (Topics::BUSINESS, "사업자 usiness USINESS biz Biz BIZ brn Brn BRN bsns Bsns BSNS aupja AUPJA"),
    (Topics::LICENCE, "면허 icence icense ICENCE ICENSE licn licN Licn LicN LICN dlno dlNo Dlno DlNo DLNO lic_ LIC_"),
    (
        Topics::ACCOUNT,
        "계좌 통장 입금 송금 이체 예금주 환불 ccount CCOUNT acct Acct ACCT accn accN Accn AccN ACCN acc_ ACC_ epositor EPOSITOR",
    ),
    (Topics::BANK, "은행 뱅크 카뱅 케뱅 농협 수협 신협 금고 우체국 제일 bank Bank BANK hinhan HINHAN onghyup ONGHYUP"),
    (Topics::HEALTH, "보험 건보 증번호 피부양 ealth EALTH nhis Nhis NHIS"),
];

/// No piece has more bytes.
pub(super) const LONGEST_TOPIC: usize = 16;

/// Words that one vectorised search holds.
const AT_ONCE: usize = 64;

/// One search for many pieces.
struct Group {
    packed: Option<Searcher>,
    /// Where the processor does not allow the other.
    automaton: Option<AhoCorasick>,
    topics: Vec<Topics>,
}

impl Group {
    fn new(pieces: &[(Topics, Vec<u8>)]) -> Group {
        let bytes = || pieces.iter().map(|(_, bytes)| bytes);
        let packed = Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder().extend(bytes()).build();
        let slow = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(bytes()).ok();
        let automaton = if packed.is_some() { None } else { slow() };
        Group { packed, automaton, topics: pieces.iter().map(|(topics, _)| *topics).collect() }
    }

    /// The topics of the pieces that stand in the bytes.
    fn find(&self, bytes: &[u8]) -> Topics {
        let topic = |piece: usize| self.topics.get(piece).copied().unwrap_or(Topics::ALL);
        match (&self.packed, &self.automaton) {
            (Some(packed), _) => packed.find_iter(bytes).map(|piece| topic(piece.pattern().as_usize())).collect(),
            (None, Some(automaton)) => {
                automaton.find_iter(bytes).map(|piece| topic(piece.pattern().as_usize())).collect()
            }
            (None, None) => Topics::ALL,
        }
    }
}

fn groups(encoded: fn(&str) -> Vec<u8>) -> Vec<Group> {
    let all = PIECES.iter().flat_map(|(topics, words)| words.split_ascii_whitespace().map(|word| (*topics, word)));
    let all: Vec<(Topics, Vec<u8>)> = all.map(|(topics, word)| (topics, encoded(word))).collect();
    let size = all.len().div_ceil(all.len().div_ceil(AT_ONCE).max(1));
    all.chunks(size.max(1)).map(Group::new).collect()
}

static UTF8: LazyLock<Vec<Group>> = LazyLock::new(|| groups(|word| word.as_bytes().to_vec()));
static CP949: LazyLock<Vec<Group>> = LazyLock::new(|| groups(|word| encoding_rs::EUC_KR.encode(word).0.into_owned()));

/// The topics of which pieces of words stand in the bytes, and those that are known.
pub(super) fn of(bytes: &[u8], charset: Charset, known: Topics) -> Topics {
    let groups = if charset == Charset::Cp949 { &CP949 } else { &UTF8 };
    groups.iter().map(|group| group.find(bytes)).fold(known, Topics::or)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect;

    /// A rule is asked only where a piece stands: so every word that sets a topic has one, however it is written.
    #[test]
    fn every_word_has_a_piece() {
        let pieces: Topics = PIECES.iter().map(|(topics, _)| *topics).collect();
        for (word, topics) in detect::cues() {
            let upper = word.to_ascii_uppercase();
            let capital: String =
                word.chars().enumerate().map(|(n, c)| if n == 0 { c.to_ascii_uppercase() } else { c }).collect();
            for written in [word, &upper, &capital] {
                for charset in [Charset::Utf8, Charset::Cp949] {
                    let bytes = match charset {
                        Charset::Cp949 => encoding_rs::EUC_KR.encode(written).0.into_owned(),
                        _ => written.as_bytes().to_vec(),
                    };
                    let found = of(&bytes, charset, Topics::NONE);
                    assert!(!topics.meets(pieces) || found.meets(topics), "{written}: {topics:?} not in {found:?}");
                }
            }
        }
    }
}
