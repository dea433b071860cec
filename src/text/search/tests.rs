//! The fast search against an obvious one: the whole text is lexed piece by piece from its start.

use super::masks::Begins;
use super::plain::{Met, Plain};
use super::{Hit, Wanted, next};
use crate::text::block::Masks;
use crate::text::lex::{Cut, MAX_DIGITS, Piece, Reader, digit};
use crate::text::{Charset, Cluster, Syntax};
use proptest::prelude::*;

/// Stretches of a text: where each ends, and the fewest digits of a chain that begins in it.
type Stretches = [(usize, usize)];

/// Candidates as the lexer alone finds them: first digits of long chains, and at signs.
fn slow(reader: &Reader<'_>, stretches: &Stretches) -> Vec<usize> {
    let (mut found, mut at, mut cluster) = (Vec::new(), 0, Cluster::default());
    while let Some((piece, len)) = reader.piece(at) {
        let unit = reader.unit(at).map_or(1, |unit| unit.len);
        let least = stretches.iter().find(|(end, _)| at < *end).map(|(_, least)| *least);
        at = match piece {
            Piece::Char(char) if digit(char).is_some() => {
                let cut = reader.cluster(at, &mut cluster);
                if least.is_some_and(|least| cluster.digits.len() >= least) {
                    found.push(at);
                }
                let (Cut::Whole(end) | Cut::Long { next: end, .. }) = cut;
                end
            }
            Piece::Char('@' | '＠') => {
                found.extend(least.map(|_| at));
                at + len
            }
            Piece::Char(_) => at + len,
            // Tags are searched like all else.
            _ => at + unit,
        };
    }
    found
}

fn fast(reader: &Reader<'_>, stretches: &Stretches) -> Vec<usize> {
    let (mut found, mut at, mut cluster) = (Vec::new(), 0, Cluster::default());
    for (limit, least) in stretches.iter().copied() {
        loop {
            match next(reader, at, Wanted { least, limit, last: true }, |_| Some(0)) {
                Hit::Digits(start) => {
                    found.push(start);
                    let (Cut::Whole(end) | Cut::Long { next: end, .. }) = reader.cluster(start, &mut cluster);
                    assert!(cluster.digits.len() >= least, "{} digits at {start}", cluster.digits.len());
                    at = end;
                }
                Hit::At { at: start, len } => {
                    found.push(start);
                    at = start + len;
                }
                Hit::Nothing(next) => {
                    assert!(next >= at && next >= limit.min(reader.bytes().len()), "{next} after {at}");
                    at = next;
                    break;
                }
                Hit::Half(start) => at = reader.digits_end(start).min(start + 6),
                Hit::Said(start) => at = start + 1,
                // What is no chain of so many digits as it is written, or half of a number that is hidden beside it.
                Hit::Alike(start) | Hit::Hidden(start) | Hit::Spelled(start) => {
                    let (Cut::Whole(end) | Cut::Long { next: end, .. }) = reader.cluster(start, &mut cluster);
                    if cluster.digits.len() >= least {
                        assert!(start + 7 >= end, "not half a number");
                        found.push(start);
                    }
                    at = end;
                }
                Hit::Open(at) => panic!("open at {at}, though nothing follows"),
            }
        }
    }
    found
}

/// The whole text, as the scanner searches it.
const ALL: &Stretches = &[(usize::MAX, 10)];

fn stretches() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((0..700usize, 1..20usize), 1..6).prop_map(|mut stretches| {
        stretches.sort_unstable();
        stretches
    })
}

pub(crate) fn fragment() -> impl Strategy<Value = String> {
    let digits = "[0-9]{1,8}";
    let marks: Vec<&str> = "-|–|.| |  |, |/|:|)|~|\n| - |＊|@|가|번호|a|\"|'|<|>|&|*|=|~*".split('|').collect();
    let markup: Vec<&str> = "<b>|</b>|<span style='a:1>2'>|<!-- 9 -->|<br>|</td>|<td class=\"n1\">|<p>|&nbsp;|&#49;|&#x31;|&#50|&shy;|</a>|</span>|\
        &ndash;|&amp;|&#45;|&commat;|&#64;|\u{200b}|\u{ad}|９|０|①|²|３|\\u0038|\\x39|\\u0040|\\n|\\\"|\\\\|\\u003cb\\u003e|%38|＠|<wbr>"
        .split('|')
        .collect();
    prop_oneof![
        4 => digits.prop_map(String::from),
        2 => proptest::sample::select(marks).prop_map(String::from),
        2 => proptest::sample::select(markup).prop_map(String::from),
        1 => "[가-힣a-z ]{0,70}".prop_map(String::from),
    ]
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(fragment(), 0..60).prop_map(|fragments| fragments.concat())
}

pub(crate) fn syntax() -> impl Strategy<Value = Syntax> {
    proptest::sample::select(vec![Syntax::Html, Syntax::Xml, Syntax::Json, Syntax::Script, Syntax::Plain])
}

/// The text in this charset; what it lacks is left out.
pub(crate) fn encoded(text: &str, charset: Charset) -> Vec<u8> {
    match charset {
        Charset::Utf8 | Charset::AsciiBased => text.as_bytes().to_vec(),
        Charset::Cp949 => {
            let mut one = [0; 4];
            let in_cp949 = |char: &char| !encoding_rs::EUC_KR.encode(char.encode_utf8(&mut one)).2;
            let kept: String = text.chars().filter(in_cp949).collect();
            encoding_rs::EUC_KR.encode(&kept).0.into_owned()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_fast_search_misses_nothing(text in text(), syntax in syntax(), charset in 0..3) {
        let charset = [Charset::Utf8, Charset::Cp949, Charset::AsciiBased][charset as usize];
        let bytes = encoded(&text, charset);
        let reader = Reader::new(&bytes, charset, syntax);
        prop_assert_eq!(fast(&reader, ALL), slow(&reader, ALL), "{:?}", text);
    }

    #[test]
    fn nor_in_stretches(text in text(), syntax in syntax(), charset in 0..3, stretches in stretches()) {
        let charset = [Charset::Utf8, Charset::Cp949, Charset::AsciiBased][charset as usize];
        let bytes = encoded(&text, charset);
        let reader = Reader::new(&bytes, charset, syntax);
        prop_assert_eq!(fast(&reader, &stretches), slow(&reader, &stretches), "{:?}", text);
    }

    /// Wherever a chain is read without the lexer, the lexer sees the same.
    #[test]
    fn a_plain_chain_is_its_cluster(text in text(), syntax in syntax(), charset in 0..3, more in text()) {
        let charset = [Charset::Utf8, Charset::Cp949, Charset::AsciiBased][charset as usize];
        let bytes = encoded(&text, charset);
        let longer = [bytes.clone(), encoded(&more, charset)].concat();
        let (mut cluster, mut plain) = (Cluster::default(), Plain::default());
        for at in (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()) {
            let Met::End(_) = plain.read(&Reader::new(&bytes, charset, syntax), at, false) else { continue };
            if plain.len() > MAX_DIGITS {
                continue;
            }
            for bytes in [&bytes, &longer] {
                let cut = Reader::new(bytes, charset, syntax).cluster(at, &mut cluster);
                prop_assert!(matches!(cut, Cut::Whole(_)), "{:?}", cut);
                let (mut values, mut first) = ([0; 64], 0);
                for (number, (group, cut)) in plain.groups().iter().zip(&cluster.groups).enumerate() {
                    prop_assert_eq!((first..first + group.digits(), number), (cut.clone(), number));
                    prop_assert!(cluster.separators.get(number).is_none_or(|separator| *separator == group.separator));
                    let wanted: Vec<u8> = cluster.digits[first..].iter().map(|digit| digit.value).collect();
                    prop_assert_eq!(plain.values_from(group, &mut values), wanted);
                    first += group.digits();
                }
                prop_assert_eq!((plain.groups().len(), plain.len()), (cluster.groups.len(), cluster.digits.len()));
            }
        }
    }

    #[test]
    fn broken_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300), syntax in syntax(), charset in 0..3) {
        let charset = [Charset::Utf8, Charset::Cp949, Charset::AsciiBased][charset as usize];
        let reader = Reader::new(&bytes, charset, syntax);
        fast(&reader, ALL);
        slow(&reader, ALL);
        fast(&reader, &[(100, 3), (200, 12)]);
    }

    #[test]
    fn masks_say_which_bytes_pass(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let [digits, others] = Masks::new(&bytes, Begins(Charset::Utf8)).at(0);
        for at in 0..64 {
            let byte = bytes.get(at).copied().unwrap_or(0);
            prop_assert_eq!(digits >> at & 1 == 1, byte.is_ascii_digit());
            let begins = matches!(byte, b'@' | b'&' | b'\\' | 0xC2..=0xE2 | 0xEE..);
            prop_assert_eq!(others >> at & 1 == 1, begins);
        }
    }
}
