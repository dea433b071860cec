//! Family names of Korea (Statistics Korea, census of 2015, those with a hundred bearers or more).

/// Of one syllable.
const SINGLE: &str = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국은편용예경봉사부황가복태목형피두감음빈동온호범좌팽승간상시갈단견당화창옹평대아빙판묘탕라랑로량려뢰리련림란점순필궁내묵강계어";

/// Of two syllables.
const DOUBLE: &[&str] = &[
    "남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "어금", "망절", "무본", "황목", "등정", "강전",
    "소봉", "장곡", "소랑", "영호",
];

/// How many of them are common: the rest begin more words than names.
const COMMON: usize = 88;

/// Whether a syllable is a family name that many bear.
pub(super) fn common(character: char) -> bool {
    SINGLE.chars().take(COMMON).any(|common| common == character)
}

/// Whether a syllable is a family name.
pub(super) fn single(character: char) -> bool {
    SINGLE.contains(character)
}

/// Whether these two are a family name.
pub(super) fn double(first: char, second: char) -> bool {
    DOUBLE.iter().any(|name| name.chars().eq([first, second]))
}
