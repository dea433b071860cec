//! What is hidden of values that are no numbers: names, addresses, addresses of machines.

use std::ops::Range;

/// Family names of two syllables; all others have one.
const DOUBLE_SURNAMES: &[&str] = &[
    "남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "어금", "망절", "무본", "황목", "등정", "강전",
    "소봉", "장곡",
];

/// The first character of the given name: `홍*동`, `남궁*수`, `김*`.
pub(super) fn given_name(value: &str) -> Range<usize> {
    let double = value.chars().count() > 2 && DOUBLE_SURNAMES.iter().any(|surname| value.starts_with(surname));
    let first = if double { 2 } else { 1 };
    first..first.saturating_add(1)
}

/// Where the part of an address begins that is finer than a city's or county's district: the town or the road.
pub(super) fn below_district(value: &str) -> usize {
    let mut kept = 0;
    let mut here = 0_usize;
    for word in value.split_inclusive(' ') {
        let name = word.trim_end();
        here = here.saturating_add(word.chars().count());
        if name.ends_with(['시', '도', '군', '구']) || PROVINCES.contains(&name) { kept = here } else { break }
    }
    kept
}

/// Provinces and cities by their short names.
const PROVINCES: &[&str] = &[
    "서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기", "강원", "충북", "충남", "전북", "전남",
    "경북", "경남", "제주",
];

/// The third octet of version 4, the last group of version 6 (Article 9: bits 17 to 24, 113 to 128).
pub(super) fn address_part(value: &str) -> Range<usize> {
    let length = value.chars().count();
    if let Some(colon) = value.rfind(':') {
        return colon.saturating_add(1)..length;
    }
    let mut dots = value.match_indices('.').map(|(at, _)| at).skip(1);
    match (dots.next(), dots.next()) {
        (Some(second), Some(third)) => second.saturating_add(1)..third,
        _ => 0..length,
    }
}
