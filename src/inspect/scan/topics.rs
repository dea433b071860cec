//! What the words of a text speak of, as far as a rule for numbers needs a word to say anything: pieces of those words, which
//! are looked for in the bytes. Where no piece stands, no word does; so chains of digits on most pages need not be looked at
//! as the numbers of accounts.

use crate::detect::Topics;
use crate::text::Charset;
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// Pieces of the words of each topic: of every word one, in each case that it is written in (a test holds them to it).
const PIECES: &[(Topics, &str)] = &[
    (Topics::CORPORATION, "법인 orp ORP"),
    (Topics::BUSINESS, "사업자 usiness USINESS biz Biz BIZ brn Brn BRN bsns Bsns aupja"),
    (Topics::LICENCE, "면허 icence icense ICENCE ICENSE licn licN LicN LICN dlno dlNo DlNo DLNO lic_ LIC_"),
    (
        Topics::ACCOUNT,
        "계좌 통장 입금 송금 이체 예금주 환불 ccount CCOUNT acct Acct ACCT accn accN AccN acc_ ACC_ epositor EPOSITOR",
    ),
    (Topics::BANK, "은행 뱅크 카뱅 케뱅 농협 수협 신협 금고 우체국 제일 bank Bank BANK hinhan HINHAN onghyup ONGHYUP"),
    (
        Topics::TELEPHONE,
        "전화 휴대 대폰 드폰 연락처 모바일 폰번호 팩스 hone HONE tel Tel TEL hp Hp HP obile OBILE cell Cell CELL fax Fax FAX",
    ),
    (Topics::HEALTH, "보험 건보 증번호 피부양 ealth EALTH nhis NHIS"),
];

/// No piece has more bytes.
pub(super) const LONGEST_TOPIC: usize = 16;

struct Pieces {
    automaton: Option<AhoCorasick>,
    topics: Vec<Topics>,
}

impl Pieces {
    fn new(encoded: fn(&str) -> Vec<u8>) -> Pieces {
        let all = PIECES.iter().flat_map(|(topics, words)| words.split_ascii_whitespace().map(|word| (*topics, word)));
        let (topics, bytes): (Vec<Topics>, Vec<Vec<u8>>) = all.map(|(topics, word)| (topics, encoded(word))).unzip();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(bytes).ok();
        Pieces { automaton, topics }
    }
}

static UTF8: LazyLock<Pieces> = LazyLock::new(|| Pieces::new(|word| word.as_bytes().to_vec()));
static CP949: LazyLock<Pieces> = LazyLock::new(|| Pieces::new(|word| encoding_rs::EUC_KR.encode(word).0.into_owned()));

/// The topics of which pieces of words stand in the bytes; nothing new is looked for where all are known.
pub(super) fn of(bytes: &[u8], charset: Charset, known: Topics) -> Topics {
    let pieces: &Pieces = if charset == Charset::Cp949 { &CP949 } else { &UTF8 };
    let Some(automaton) = &pieces.automaton else { return Topics::ALL };
    let all: Topics = pieces.topics.iter().copied().collect();
    let mut found = known;
    for piece in automaton.find_iter(bytes) {
        found = found | pieces.topics.get(piece.pattern().as_usize()).copied().unwrap_or(Topics::ALL);
        if found.holds(all) {
            break;
        }
    }
    found
}
