//! Banks and the shapes of their account numbers: how they are grouped, and which leading or subject codes they have.
//! From the table of the Korea Financial Telecommunications and Clearings Institute (CMS, 2026-05-08) as a public library
//! gives it. Check digits are not published.

/// A code within numbers of a length.
pub(super) struct Code {
    /// Digits of the number.
    length: usize,
    /// Digits before the code.
    at: usize,
    /// Its digits.
    width: usize,
    /// The codes that are given out, as ranges of their values, both ends in.
    values: &'static [(u64, u64)],
}

/// A bank.
pub(super) struct Institution {
    /// What people call it: words that mean the bank only directly beside a number that is grouped as its own are.
    nicknames: &'static [&'static str],
    /// Its groupings.
    groupings: &'static [&'static [usize]],
    /// Its codes.
    codes: &'static [Code],
}

const fn code(length: usize, at: usize, width: usize, values: &'static [(u64, u64)]) -> Code {
    Code { length, at, width, values }
}

const fn bank(
    nicknames: &'static [&'static str],
    groupings: &'static [&'static [usize]],
    codes: &'static [Code],
) -> Institution {
    Institution { nicknames, groupings, codes }
}

/// Every bank with a shape of its own, in the order of their codes.
pub(super) const INSTITUTIONS: &[Institution] = &[
    // 002 산업
    bank(&["산업", "kdb"], &[], &[code(11, 0, 3, KDB), code(14, 0, 3, KDB)]),
    // 003 기업
    bank(
        &["기업", "ibk"],
        &[&[3, 6, 2, 3], &[3, 2, 7], &[8, 2], &[3, 8]],
        &[code(14, 9, 2, &[(1, 4), (6, 7), (13, 13)])],
    ),
    // 004 국민
    bank(
        &["kb국민", "국민", "kb"],
        &[&[3, 2, 4, 3], &[6, 2, 6], &[4, 2, 7, 1]],
        &[
            code(11, 0, 1, &[(0, 0), (9, 9)]),
            code(12, 3, 2, &[(1, 1), (4, 5), (21, 21), (24, 26)]),
            code(14, 4, 2, &[(1, 2), (25, 25), (37, 37), (90, 90)]),
            // The same subjects, after a branch of six digits.
            code(14, 6, 2, &[(1, 1), (4, 5), (21, 21), (24, 26)]),
        ],
    ),
    // 007 수협: no shape of its own.
    // 011, 012 농협
    bank(
        &["농협", "nh"],
        &[&[3, 4, 4, 2], &[3, 2, 6], &[4, 2, 6], &[6, 2, 6]],
        &[
            code(13, 0, 3, &[(301, 302), (304, 306), (312, 312), (317, 317), (351, 352), (354, 356), (360, 360)]),
            code(14, 0, 3, &[(790, 791)]),
            code(14, 6, 2, &[(51, 52), (55, 56), (64, 65)]),
        ],
    ),
    // 020 우리
    bank(&["우리"], &[&[4, 3, 6], &[3, 2, 6], &[3, 6, 2, 3]], &[code(13, 0, 4, &[(1002, 1007)])]),
    // 023 SC제일
    bank(&["제일", "sc"], &[&[3, 2, 6], &[3, 2, 9]], &[code(11, 3, 2, TENS), code(14, 0, 2, &[(15, 16)])]),
    // 027 씨티
    bank(&["씨티"], &[&[1, 6, 2, 1], &[3, 5, 2, 3]], &[]),
    // 031 대구 (iM)
    bank(
        &["대구"],
        &[&[3, 2, 6, 1]],
        &[code(12, 0, 3, &[(501, 502), (504, 505), (508, 508)]), code(14, 0, 3, &[(937, 938), (999, 999)])],
    ),
    // 032 부산
    bank(&["부산"], &[&[3, 2, 6, 1], &[3, 4, 4, 2]], &[code(12, 0, 3, BUSAN), code(13, 0, 3, BUSAN)]),
    // 034 광주
    bank(&["광주"], &[], &[code(12, 0, 3, KWANGJU), code(13, 0, 3, KWANGJU)]),
    // 035 제주
    bank(&["제주"], &[&[2, 2, 6]], &[code(10, 0, 3, &[(700, 779)]), code(12, 0, 3, &[(700, 779)])]),
    // 037 전북
    bank(&["전북"], &[&[3, 2, 7]], &[code(12, 1, 3, &[(11, 13), (21, 21), (23, 23)])]),
    // 039 경남
    bank(
        &["경남"],
        &[&[3, 2, 7]],
        &[code(12, 0, 3, &[(201, 201), (203, 203), (207, 207), (209, 209), (220, 222), (232, 232), (235, 235)])],
    ),
    // 045 새마을금고
    bank(
        &["새마을"],
        &[&[4, 4, 4, 1], &[4, 2, 6, 1]],
        &[code(13, 0, 4, &[(9002, 9005), (9072, 9072), (9090, 9099), (9200, 9209)])],
    ),
    // 048 신협
    bank(&["신협"], &[&[3, 3, 7], &[3, 3, 6, 1]], &[code(13, 0, 3, &[(131, 132)])]),
    // 071 우체국
    bank(&["우체국"], &[&[6, 2, 6], &[6, 2, 5]], &[code(14, 6, 2, &[(1, 2)])]),
    // 081 하나
    bank(
        &["하나"],
        &[&[3, 6, 5], &[3, 6, 3], &[3, 2, 6]],
        &[
            code(14, 0, 3, &[(117, 117), (158, 158), (161, 162), (210, 210), (379, 379), (600, 600), (655, 655)]),
            code(12, 0, 3, &[(600, 601), (610, 611), (620, 621), (630, 631)]),
        ],
    ),
    // 088 신한
    bank(
        &["신한"],
        &[&[3, 3, 6], &[3, 2, 6]],
        &[
            code(12, 0, 3, &[(100, 161), (268, 269), (298, 298)]),
            code(13, 0, 3, &[(560, 562)]),
            code(14, 0, 3, &[(560, 562)]),
        ],
    ),
    // 089 케이뱅크
    bank(&["케뱅", "케이뱅크"], &[&[3, 3, 6]], &[code(10, 0, 1, &[(9, 9)]), code(12, 0, 3, &[(100, 100)])]),
    // 090 카카오뱅크
    bank(
        &["카뱅", "카카오뱅크", "카카오"],
        &[&[4, 2, 7]],
        &[code(13, 0, 4, &[(3333, 3333), (3355, 3355), (3650, 3650), (7900, 7999)])],
    ),
    // 092 토스뱅크
    bank(
        &["토스", "토스뱅크"],
        &[&[4, 4, 4]],
        &[code(12, 0, 3, &[(100, 100), (150, 150)]), code(12, 0, 2, &[(17, 17), (19, 19)])],
    ),
];

const KDB: &[(u64, u64)] = &[(11, 11), (13, 13), (19, 20), (22, 22)];
const TENS: &[(u64, u64)] = &[(10, 10), (20, 20), (30, 30)];
const BUSAN: &[(u64, u64)] = &[(101, 103), (109, 109), (112, 113)];
const KWANGJU: &[(u64, u64)] = &[(101, 101), (103, 103), (107, 109), (121, 124), (127, 127)];

/// The groupings of the guideline for public web sites (2013 and later editions), whichever bank's they were.
const OF_GUIDELINE: &[&[usize]] = &[
    &[2, 2, 6],
    &[3, 5, 3],
    &[3, 6, 3],
    &[3, 6, 5],
    &[3, 2, 6],
    &[3, 3, 6],
    &[3, 2, 7],
    &[3, 2, 4, 1],
    &[3, 2, 5, 1],
    &[3, 2, 6, 1],
    &[3, 5, 3, 2],
    &[3, 2, 5, 3],
    &[3, 4, 4, 3],
    &[3, 6, 2, 3],
    &[3, 2, 2, 7],
    &[4, 3, 6],
    &[4, 2, 6, 1],
    &[5, 2, 6],
    &[6, 2, 5],
    &[6, 2, 6],
];

impl Code {
    fn fits(&self, values: &[u8]) -> bool {
        let code = values.get(self.at..self.at.saturating_add(self.width));
        let fits = |code: u64| self.values.iter().any(|(first, last)| (*first..=*last).contains(&code));
        values.len() == self.length && code.map(crate::detect::calendar::number).is_some_and(fits)
    }
}

impl Institution {
    /// Whether its numbers are grouped so.
    pub(super) fn groups(&self, lengths: &[usize]) -> bool {
        self.groupings.contains(&lengths)
    }

    /// Whether its numbers have so many digits.
    pub(super) fn is_as_long(&self, count: usize) -> bool {
        self.groupings.iter().any(|lengths| lengths.iter().sum::<usize>() == count)
    }

    /// Whether these digits have one of its codes, or it has none for numbers of that length.
    pub(super) fn is_coded(&self, values: &[u8]) -> bool {
        let mut of_length = self.codes.iter().filter(|code| code.length == values.len()).peekable();
        of_length.peek().is_none() || of_length.any(|code| code.fits(values))
    }

    /// The length of the longest of its nicknames at the end of a text.
    pub(super) fn named_at_end(&self, text: &str) -> Option<usize> {
        self.nicknames.iter().filter(|name| ends_with(text, name)).map(|name| name.len()).max()
    }

    /// The same at the beginning.
    pub(super) fn named_at_start(&self, text: &str) -> Option<usize> {
        self.nicknames.iter().filter(|name| starts_with(text, name)).map(|name| name.len()).max()
    }
}

fn ends_with(text: &str, name: &str) -> bool {
    let start = text.len().checked_sub(name.len());
    start.and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(name))
}

fn starts_with(text: &str, name: &str) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// The banks whose numbers are grouped so.
pub(super) fn grouping(lengths: &[usize]) -> impl Iterator<Item = &'static Institution> {
    INSTITUTIONS.iter().filter(move |institution| institution.groups(lengths))
}

/// Whether the first two groups of some bank's numbers are so long.
pub(super) fn begins(first: usize, second: usize) -> bool {
    INSTITUTIONS.iter().flat_map(|bank| bank.groupings).any(|lengths| lengths.starts_with(&[first, second]))
}

/// Whether some bank's numbers are grouped so, or the guideline's.
pub(super) fn is_grouping(lengths: &[usize]) -> bool {
    OF_GUIDELINE.contains(&lengths) || grouping(lengths).next().is_some()
}

/// Whether these digits have a code of some bank.
pub(super) fn is_coded(values: &[u8]) -> bool {
    INSTITUTIONS.iter().flat_map(|bank| bank.codes).any(|code| code.fits(values))
}
