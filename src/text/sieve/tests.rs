//! The sieve against an obvious search, and its vectors against each other.

use super::*;
use proptest::prelude::*;

const WORDS: &[&str] =
    &["성명", "성 명", "님", "이름", "ame\"", "nm\" ", "==", "*-", "bank", "Bank", "성&nbsp;명", " at "];

fn words(charset: Charset) -> Vec<Vec<u8>> {
    let encoded = |word: &&str| match charset {
        Charset::Cp949 => encoding_rs::EUC_KR.encode(word).0.into_owned(),
        _ => word.as_bytes().to_vec(),
    };
    WORDS.iter().map(encoded).collect()
}

fn slowly(words: &[Vec<u8>], bytes: &[u8], from: usize) -> Vec<(usize, usize)> {
    let at_place = |at| {
        (0..words.len()).filter(move |number| bytes[at..].starts_with(&words[*number])).map(move |number| (at, number))
    };
    (from..bytes.len()).flat_map(at_place).collect()
}

fn found(sieve: &Sieve, bytes: &[u8], from: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    sieve.each(bytes, from, |number, at| found.push((at, number)));
    assert!(found.is_sorted_by_key(|(at, _)| *at), "in the order in which they stand");
    found.sort_unstable();
    found
}

proptest! {
    #[test]
    fn every_word_is_found_where_it_stands(
        pieces in proptest::collection::vec(prop_oneof![
            proptest::sample::select(WORDS).prop_map(str::to_owned),
            "[ a-z*=\"성명이님름-]{0,70}",
        ], 0..60),
        from in 0_usize..200,
    ) {
        let text = pieces.concat();
        for charset in [Charset::Utf8, Charset::Cp949] {
            let bytes = match charset {
                Charset::Cp949 => encoding_rs::EUC_KR.encode(&text).0.into_owned(),
                _ => text.clone().into_bytes(),
            };
            let sieve = Sieve::new(words(charset), charset);
            prop_assert_eq!(found(&sieve, &bytes, from), slowly(&sieve.words, &bytes, from.min(bytes.len())));
        }
    }

    /// What the processor can do makes no difference.
    #[test]
    fn vectors_of_every_kind_leave_the_same(bytes in proptest::collection::vec(any::<u8>(), 66..700)) {
        let sieve = Sieve::new(words(Charset::Utf8), Charset::Utf8);
        let of_level = |level: Level| {
            let mut room = [(0, 0); AT_ONCE];
            dispatch!(level, simd => marks(simd, &sieve, &bytes, &mut room));
            room
        };
        prop_assert_eq!(of_level(Level::new()), of_level(Level::baseline()));
    }
}
