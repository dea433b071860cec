//! What the words of a text speak of, as far as a rule for numbers needs a word to say anything: pieces of those words, which
//! are looked for in the bytes. Where no piece stands, no word does; so chains of digits on most pages need not be looked at
//! as the numbers of accounts.

use crate::detect::Topics;

/// Topics whose words are as short as `hp`, and stand on every page: they are taken to be near.
pub(super) const ANYWHERE: Topics = Topics::TELEPHONE;

/// Pieces of the words of each other topic: of every word one, in each case that it is written in (a test holds them to it).
/// One behind a circumflex is a piece only where a word begins with it, for many others hold it.
const PIECES: &[(Topics, &str)] = &[
    (Topics::CORPORATION, "법인 orp ORP"),
    (Topics::BUSINESS, "사업자 usiness USINESS biz Biz BIZ brn Brn BRN bsns Bsns BSNS aupja AUPJA"),
    (Topics::LICENCE, "면허 icence icense ICENCE ICENSE licn licN Licn LicN LICN dlno dlNo Dlno DlNo DLNO lic_ LIC_"),
    (
        Topics::ACCOUNT,
        "계좌 통장 입금 송금 이체 예금주 환불 ccount CCOUNT acct Acct ACCT accn accN Accn AccN ACCN acc_ ACC_ epositor EPOSITOR",
    ),
    (Topics::BANK, "은행 뱅크 카뱅 케뱅 농협 수협 신협 금고 우체국 제일 bank Bank BANK hinhan HINHAN onghyup ONGHYUP"),
    (Topics::CARD, "카드 card Card CARD ^pan ^Pan ^PAN ccn ccN Ccn CCN visa Visa VISA mex MEX"),
    (Topics::HEALTH, "보험 건보 증번호 피부양 ealth EALTH nhis Nhis NHIS"),
];

/// Each piece, what it speaks of, and whether a word must begin with it.
pub(super) fn pieces() -> impl Iterator<Item = (Topics, &'static str, bool)> {
    let pieces = PIECES.iter().flat_map(|(topics, words)| words.split_ascii_whitespace().map(|piece| (*topics, piece)));
    pieces.map(|(topics, piece)| match piece.strip_prefix('^') {
        Some(piece) => (topics, piece, true),
        None => (topics, piece, false),
    })
}

/// The topics of which words stand near a stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    /// They stand there, or not much further away.
    pub(super) known: Topics,
    /// These too, if they come.
    pub(super) possible: Topics,
}

impl Near {
    pub(super) fn known(known: Topics) -> Near {
        Near { known, possible: known }
    }

    pub(super) fn differ(self) -> bool {
        self.known != self.possible
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect;
    use crate::inspect::scan::cues;
    use crate::text::lex::Reader;
    use crate::text::{Charset, Syntax};

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
                    let reader = Reader::new(&bytes, charset, Syntax::Plain);
                    let (_, found) = cues::gather(&reader, 0, true, &mut Vec::new());
                    assert!(!topics.meets(pieces) || found.meets(topics), "{written}: {topics:?} not in {found:?}");
                }
            }
        }
    }
}
