//! Numbers made by the dozen, and clusters of any kind.

use super::super::synthetic::{Maker, hyphenated, separated};
use super::*;

const SEPARATORS: [&str; 8] = ["-", " - ", " ", ".", "–", "~", "/", "·"];

#[test]
fn every_made_number_is_found_in_every_spelling() {
    let mut maker = Maker::new(1);
    for _ in 0..300 {
        let (resident, foreigner, mobile, card) = (maker.resident(), maker.foreigner(), maker.mobile(), maker.card());
        for separator in SEPARATORS {
            for (kind, digits, groups) in [
                (Resident, &resident, &[6][..]),
                (Foreigner, &foreigner, &[6]),
                (Mobile, &mobile, &[3, 7]),
                (Card, &card, &[4, 8, 12]),
            ] {
                let text = format!("글 {} 끝", separated(digits, groups, separator));
                assert_eq!(scan(&text, &PROSE), [(kind, Certain, digits.clone())], "{text}");
            }
        }
        for (kind, digits) in [(Foreigner, &foreigner), (Mobile, &mobile), (Card, &card)] {
            let found: Vec<_> =
                scan(&format!("글 {digits} 끝"), &PROSE).into_iter().filter(|found| found.0 == kind).collect();
            assert!(found.iter().all(|found| found.1 == Probable), "{digits}");
        }
        assert_eq!(kinds(&format!("주민등록번호: {resident}")), [(Resident, Certain)]);
        assert_eq!(kinds(&format!("외국인등록번호: {foreigner}")), [(Foreigner, Certain)]);
        assert_eq!(kinds(&mobile), [(Mobile, Probable)]);
        assert_eq!(kinds(&card), [(Card, Probable)]);
    }
}

#[test]
fn a_digit_more_in_any_group_is_another_number() {
    let mut maker = Maker::new(2);
    for _ in 0..200 {
        for (digits, groups) in [(maker.resident(), &[6][..]), (maker.foreigner(), &[6]), (maker.mobile(), &[3, 7])] {
            let text = hyphenated(&digits, groups);
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let extra = maker.below(10);
                let longer = format!("{}{extra}{}", &text[..at], &text[at..]);
                let found = kinds(&longer);
                assert!(found.is_empty(), "{longer}: {found:?}");
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_cluster_panics(
        groups in proptest::collection::vec((proptest::collection::vec(0_u8..10, 1..20), 0_usize..10), 0..12),
        before in ".{0,8}", after in ".{0,8}", label in ".{0,8}",
    ) {
        use Separator::{Bracket, Colon, Comma, Dash, Dot, Hyphenated, Newline, Other, Slash, Space};
        let all = [Bracket, Colon, Comma, Dash, Dot, Hyphenated, Newline, Other, Slash, Space];
        let mut cluster = Cluster { before: before.chars().next_back(), after: after.chars().next(), ..Cluster::default() };
        for (number, (values, separator)) in groups.iter().enumerate() {
            let from = cluster.digits.len();
            cluster.digits.extend(values.iter().enumerate().map(|(i, value)| Digit { value: *value, start: from + i, len: 1 }));
            cluster.groups.push(from..cluster.digits.len());
            if number + 1 < groups.len() {
                cluster.separators.push(all[*separator]);
            }
        }
        let context = Context {
            before: &before, after: &after, label: &label, column: "", stands: Stands::Text, alone: false, today: TODAY, hosts: &[],
        };
        let mut found = Vec::new();
        numbers(&cluster, &context, &mut found);
        proptest::prop_assert!(found.is_empty() || plausible(&cluster, TODAY, Topics::ALL));
        for pair in found.windows(2) {
            proptest::prop_assert!(pair[0].digits.end <= pair[1].digits.start);
        }
        for one in &found {
            proptest::prop_assert!(cluster.groups.iter().any(|group| group.start == one.digits.start));
            proptest::prop_assert!(cluster.groups.iter().any(|group| group.end == one.digits.end));
        }
    }
}
