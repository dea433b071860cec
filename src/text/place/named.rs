//! What names a value from further away, by example: where the `§` of a text stands.

use super::*;
use proptest::prelude::*;

fn names(syntax: Syntax, text: &str) -> String {
    let (before, _) = text.split_once('§').expect("a mark");
    let said = |tracker: &Tracker| {
        let mut names = Vec::new();
        tracker.names(&mut names);
        String::from_utf8_lossy(&names).trim_end().replace('\n', "|")
    };
    let mut whole = Tracker::of_columns(syntax);
    whole.advance(before.as_bytes());
    let mut apart = Tracker::of_columns(syntax);
    before.bytes().for_each(|byte| apart.advance(&[byte]));
    assert_eq!(said(&whole), said(&apart), "{text}");
    said(&whole)
}

#[test]
fn columns_of_tables() {
    for (text, wanted) in [
        ("<table><tr><th>성명</th><th>주민번호</th></tr><tr><td>가</td><td>§", "주민번호"),
        ("<table><tr><td>성명<td>주민번호<tr><td>가<td>1234<tr><td>나<td>§", "주민번호"),
        (
            "<TABLE><THEAD><TR><TD>성명</TD><TD><B>주민</B>번호</TD></TR></THEAD><TBODY><TR><TD>가<TD CLASS=n>§",
            "주민번호",
        ),
        // Title rows and merged cells above the header row.
        (
            "<table><tr><td colspan=2>2026년 명단</td></tr><tr><td>성명</td><td>연락처</td></tr><tr><td>가<td>§",
            "연락처",
        ),
        ("<table><tr><th>주민번호 명단</th></tr><tr><th>성명</th><th>비고</th></tr><tr><td>가<td>§", "비고"),
        ("<table><tr><th colspan='2'>주민번호<th>비고<tr><th>앞<th>뒤<th><tr><td>9<td>§", "뒤|주민번호"),
        (
            "<table><tr><th rowspan=2>번호<th colspan=\"2\">신청인<tr><th>성명<th>주민번호<tr><td>1<td>가<td>§",
            "주민번호|신청인",
        ),
        // Cells over several rows and columns, in the rows with data.
        ("<table><tr><th>과<th>성명<th>번호<tr><td rowspan=2>가<td>나<td>1<tr><td>다<td>§", "번호"),
        ("<table><tr><th>과<th>성명<th>번호<tr><td colspan=2>가<td>§", "번호"),
        // The headers of rows.
        ("<table><tr><th>성명<td>가<th>주민번호<td>나<td>§", "주민번호"),
        ("<table><tr><th>구분<th>주민번호<tr><th>가<td>§", "가|주민번호"),
        // A second part of a table with headers of its own; a text below data is no header.
        ("<table><tr><th>가<th>나<tr><td>1234<td>5<tr><th>다<th>라<tr><td>1<td>§", "라"),
        ("<table><tr><td>가<td>나<tr><td>1234<td>5678<tr><td>다<td>라<tr><td>1<td>§", "나"),
        ("<table><tr><th>성명<th>주민번호<tr><td>다<td>미제출<tr><td>1<td>§", "주민번호"),
        // What ends a table, and what is within one.
        ("<table><tr><th>가<th>나<tr><td>1</table><td>§", ""),
        ("<table><tr><th>가<th>나<tr><td>1<td><table><tr><td>§", ""),
        ("<table><tr><th>가<th>나<tr><td>1<td>2<td>§", ""),
        ("<table><tr><th>가<th>주민&nbsp;번호<tr><td>1<td><input value='§", "주민&nbsp;번호"),
        ("<table><tr><td>가<td>나 1234<tr><td>다<td>§", ""),
        ("<p>§", ""),
    ] {
        assert_eq!(names(Syntax::Html, text), wanted, "{text}");
    }
}

#[test]
fn columns_of_plain_text() {
    for (text, wanted) in [
        ("성명,주민번호,비고\n가,§", "주민번호"),
        ("\u{feff}성명,주민번호\r\n가,1\r\n나,§", "주민번호"),
        ("2026년 명단,,\n성명,주민번호,비고\n가,§", "주민번호"),
        ("성명\t연락처\n가\t§", "연락처"),
        ("성명;연락처\n가;§", "연락처"),
        ("| 성명 | 연락처 |\n|---|---|\n| 가 | §", "---|연락처"),
        ("\"성명\",\"주민\n번호\",\"비고\"\n\"가, \"\"나\"\"\n다\",\"§", "주민\n번호".replace('\n', " ").as_str()),
        ("성명,주소,번호\n가,\"서울, 종로\",§", "번호"),
        ("성명,번호\n가,12345\n\n나,§", ""),
        ("성명,번호\n가,12345\n끝.\n나,§", ""),
        ("안녕하세요, 이번에 새로 온 아주 긴 사람입니다.\n가, §", ""),
        ("성명,번호\n가,1,§", ""),
        ("가 나 다\n§", ""),
    ] {
        assert_eq!(names(Syntax::Plain, text), wanted, "{text}");
    }
}

#[test]
fn keys_around_values() {
    for (text, wanted) in [
        (r#"{"jumin":{"no":"§"#, "jumin"),
        (r#"{"jumin":[{"no":"1"},{"no":"§"#, "jumin"),
        (r#"{"a":{"b":1},"c":"§"#, ""),
        (r#"[{"name":"jumin","value":"§"#, "jumin"),
        (r#"[{"name":"jumin","value":"1"},{"other":"x","value":"§"#, ""),
    ] {
        assert_eq!(names(Syntax::Json, text), wanted, "{text}");
    }
    let mut tracker = Tracker::of_columns(Syntax::Json);
    tracker.advance(br#"{"jumin":[{"no":"1"},""#);
    assert_eq!(tracker.label(), "jumin");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// What names a value is the same however the text is cut.
    #[test]
    fn any_split_names_the_same(
        pieces in proptest::collection::vec(proptest::sample::select(
            "<table>|</table>|<tr>|<td>|<th>|</td>|</tr>|<td colspan=2>|<TH rowspan='3' class=a>|<thead>|</thead>|<tbody>|가|1234|12|\
             &#49;|&nbsp;| |\n|<b>|</b>|<input value=\"|\">|,|;|\"|\"\"|\t|한글 열 글자 넘게|{|}|[|]|:|\"name\"|\"value\"|\0|<td"
                .split('|').collect::<Vec<_>>()), 0..60),
        which in 0..3, size in 1..9_usize,
    ) {
        let text = pieces.concat();
        let syntax = [Syntax::Html, Syntax::Plain, Syntax::Json][which as usize];
        let said = |tracker: &Tracker| { let mut names = Vec::new(); tracker.names(&mut names); names };
        let mut apart = Tracker::of_columns(syntax);
        let mut end = 0;
        for piece in text.as_bytes().chunks(size) {
            apart.advance(piece);
            end += piece.len();
            let mut whole = Tracker::of_columns(syntax);
            whole.advance(&text.as_bytes()[..end]);
            prop_assert_eq!(said(&whole), said(&apart), "{:?}", &text[..]);
        }
    }
}

proptest! {
    /// What is passed at once says of the columns what is read byte by byte.
    #[test]
    fn what_is_passed_leaves_the_columns_as_they_are(picks in proptest::collection::vec(0usize..26, 0..60)) {
        const PIECES: &[&str] = &[
            "<table>", "</table>", "<table class=\"a\">", "<tr>", "</tr>", "<td>", "</td>", "<th>", "</th>", "<thead>",
            "<tbody>", "<td colspan=2>", "<p class=\"a>b\">", "</p>", "<img src='x' alt=\"<table>\">", "<TABLE>", "가", "나 ",
            "12", "<!-- <table> -->", "<script>\"<td>\"</script>", "<textarea>", "</textarea>", "<tablet>", "<table/>", "<b>",
        ];
        let text: String = picks.iter().filter_map(|pick| PIECES.get(*pick)).copied().collect();
        names(Syntax::Html, &format!("{text}§"));
    }
}
