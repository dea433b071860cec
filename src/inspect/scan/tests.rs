//! The scanner: what it finds, where, and that any split of a text gives the same.

use super::*;
use crate::detect::synthetic::{Maker, hyphenated, separated};
use crate::text::lex::Cut;
use crate::text::search::tests::{encoded, fragment, syntax};
use crate::text::transcode::Transcoding;
use crate::vocab::{Confidence, Day, Kind, What};
use proptest::prelude::*;

fn lens() -> Arc<Lens> {
    Arc::new(Lens {
        today: Day { year: 2026, month: 11, day: 22 },
        hosts: Arc::new(["example.go.kr".to_owned()]),
        seal: None,
        beyond: Default::default(),
    })
}

pub(super) fn document(syntax: Syntax) -> Document {
    let charset = Some(Charset::Utf8);
    let (part, label) = (Part::Body, String::new());
    Document { part, charset, syntax, escape: Escape::None, label, offset: 0, returns: false, stands: None }
}

pub(super) fn scan(document: &Document, pieces: &[&[u8]]) -> Vec<Finding> {
    let mut scan = Scan::new(document.clone(), lens());
    let mut found = Vec::new();
    let mut settled = document.offset;
    for piece in pieces {
        let known = found.len();
        let now = scan.push(piece, &mut found);
        assert!(now >= settled, "settled goes forward");
        for finding in &found[known..] {
            assert!(finding.span.start >= settled && finding.span.end <= now, "given as it is settled");
        }
        settled = now;
    }
    let known = found.len();
    scan.finish(&mut found);
    assert!(found[known..].iter().all(|finding| finding.span.start >= settled));
    assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "sorted, not overlapping");
    found
}

pub(super) fn masked(text: &[u8], found: &[Finding]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for finding in found.iter().rev().filter(|finding| matches!(finding.what, What::Kind(_))) {
        bytes.splice(finding.span.start as usize..finding.span.end as usize, finding.mask.iter().copied());
    }
    bytes
}

/// The masked text and where its findings stand.
fn html(text: &str) -> (String, Vec<Stands>) {
    let found = scan(&document(Syntax::Html), &[text.as_bytes()]);
    let stands = found.iter().map(|finding| finding.place.stands).collect();
    (String::from_utf8(masked(text.as_bytes(), &found)).expect("UTF-8"), stands)
}

#[test]
fn every_spelling_is_found_and_masked_in_its_own_bytes() {
    for (text, wanted) in [
        ("가 900101-1234568 나", "가 900101-******* 나"),
        ("900101–1234568", "900101–*******"),
        ("900101.1234568", "900101.*******"),
        ("900101 - 1234568", "900101 - *******"),
        ("9 0 0 1 0 1 - 1 2 3 4 5 6 8", "9 0 0 1 0 1 - * * * * * * *"),
        ("９００１０１－１２３４５６８", "９００１０１－＊＊＊＊＊＊＊"),
        ("900101&#45;123456&#56;", "900101&#45;******&#42;"),
        ("900101<b>-</b>1234568", "900101<b>-</b>*******"),
        ("900101&nbsp;-&nbsp;1234568", "900101&nbsp;-&nbsp;*******"),
        ("900101-\u{200b}1234568", "900101-\u{200b}*******"),
        ("주민번호 900101-123456\\u0038", "주민번호 900101-******\\u002a"),
        ("<script>'안내\\n01023456789\\n'</script>", "<script>'안내\\n010*~*~6789\\n'</script>"),
        ("연락처 010-2345-6789.", "연락처 010-****-6789."),
        ("<td>4000-0000-0000-0002</td>", "<td>4000-00**-****-****</td>"),
    ] {
        assert_eq!(html(text).0, wanted);
    }
}

#[test]
fn what_is_no_finding() {
    for text in [
        "900101-1******",
        "010-****-5678",
        "2026-11-22 10:20:30",
        "900101-1234568-90",
        "1900101-1234568",
        "@media x",
        "a@b",
    ] {
        assert_eq!(html(text), (text.to_owned(), vec![]), "{text}");
    }
}

#[test]
fn places_decide_the_mask() {
    let (text, stands) = html(
        "<p>900101-1234568<!-- 900101-1234568 --><input name=jumin value='900101-1234568'>\
         <a href='/v?no=900101-1234568'><script>f('900101-1234568')</script>",
    );
    assert_eq!(
        text,
        "<p>900101-*******<!-- 900101-******* --><input name=jumin value='900101-*~*~*~*'>\
         <a href='/v?no=900101-*~*~*~*'><script>f('900101-*~*~*~*')</script>"
    );
    use Stands::{Comment, FormControl, ScriptString, Text, Url};
    assert_eq!(stands, [Text, Comment, FormControl, Url, ScriptString]);
}

#[test]
fn a_json_number_becomes_a_string() {
    let text = br#"{"jumin": 9001011234568, "a": ["900101-1234568"]}"#;
    let found = scan(&document(Syntax::Json), &[text]);
    assert_eq!(masked(text, &found), br#"{"jumin": "900101*~*~*~*", "a": ["900101-*~*~*~*"]}"#);
    let stands: Vec<_> = found.iter().map(|finding| finding.place.stands).collect();
    assert_eq!(stands, [Stands::JsonNumber, Stands::JsonString]);
}

#[test]
fn addresses() {
    assert_eq!(html("메일 hong.gd@example.com, 끝").0, "메일 ho*****@example.com, 끝");
    assert_eq!(html("hong&#46;gd&#64;example.com").0, "ho**&#42;**&#64;example.com");
    // An address hides no resident number, but it is more than the mobile number it begins with.
    assert_eq!(
        scan(&document(Syntax::Plain), &[b"900101-1234568@example.com"])[0].what,
        What::Kind(Kind::ResidentRegistrationNumber)
    );
    assert_eq!(scan(&document(Syntax::Plain), &[b"01023456789@example.com"])[0].what, What::Kind(Kind::EmailAddress));
}

#[test]
fn words_are_masked_in_their_own_bytes() {
    for (text, wanted) in [
        ("성명: 홍길동, 끝", "성명: 홍＊동, 끝"),
        ("<th>성명</th><td>남궁민수</td>", "<th>성명</th><td>남궁＊수</td>"),
        ("홍<b>길</b>동 님 / 김철수 님", "홍<b>길</b>동 님 / 김＊수 님"),
        ("차량번호 12가 3456", "차량번호 12가 ****"),
        ("서울 종로구 세종대로 209 앞", "서울 종로구 ＊＊＊＊ *** 앞"),
        ("여권번호 M12345678", "여권번호 M1*******"),
        ("IP 211.115.20.36", "IP 211.115.**.36"),
        ("생년월일: 1981년 5월 14일", "생년월일: ****년 *월 **일"),
        ("성명: 홍＊동", "성명: 홍＊동"),
        ("<input name=\"userName\" value=\"홍길동\">", "<input name=\"userName\" value=\"*~*~@*~*~\">"),
    ] {
        assert_eq!(html(text).0, wanted);
    }
    let korean = encoding_rs::EUC_KR.encode("<td>이름</td><td>홍길동</td>").0.into_owned();
    let found = scan(&Document { charset: Some(Charset::Cp949), ..document(Syntax::Html) }, &[&korean]);
    assert_eq!(&*found[0].mask, &*encoding_rs::EUC_KR.encode("홍＊동").0);
    let field = Document { part: Part::Field("mberNm".into()), label: "mberNm".into(), ..document(Syntax::Plain) };
    assert_eq!(scan(&field, &["홍길동".as_bytes()])[0].what, What::Kind(Kind::PersonName));
}

/// Found by chance: a number that is open stands in an address, which begins before it.
#[test]
fn a_word_is_held_from_its_beginning() {
    let text = b"younghee679@example.com5100-09470309-0168younghee679@example.com ";
    assert_eq!(scan(&document(Syntax::Html), &[text]).len(), 1);
    assert_eq!(scan(&document(Syntax::Html), &[b"hong@example.com<"]).len(), 1);
}

#[test]
fn percent_escapes_stay_escapes() {
    let text = b"memo+900101%2D123456%38+x%40";
    let document =
        Document { escape: Escape::Form, offset: 1000, part: Part::Field("memo".into()), ..document(Syntax::Html) };
    let found = scan(&document, &[text]);
    assert_eq!(found[0].span, Span { start: 1005, end: 1023 });
    assert_eq!(&*found[0].mask, b"900101%2D******%2A");
}

#[test]
fn charsets_are_looked_for() {
    let unknown = Document { charset: None, ..document(Syntax::Html) };
    let page = |head: &str| {
        let text = format!("{head}<p>주민번호 ９００１０１-1234568</p>{}", "한글 ".repeat(40));
        encoding_rs::EUC_KR.encode(&text).0.into_owned()
    };
    for head in ["<meta charset=euc-kr>", ""] {
        let text = page(head);
        let found = scan(&unknown, &[&text]);
        assert_eq!(found.len(), 1, "{head}");
        assert_eq!(found[0].mask.len() as u64, found[0].span.end - found[0].span.start);
    }
    let mut early = Vec::new();
    let mut settled = Scan::new(unknown.clone(), lens());
    assert!(settled.push(&page("<meta charset=euc-kr>"), &mut early) > 50, "nothing is held once the charset is known");
    assert_eq!(Scan::new(unknown.clone(), lens()).push(&page(""), &mut early), 0, "held back until it is known");
}

#[test]
fn texts_whose_ascii_is_not_ascii_are_read_and_masked_in_their_own_bytes() {
    let unknown = Document { charset: None, ..document(Syntax::Html) };
    let said = |transcoding| Document { escape: Escape::Transcoded(transcoding), ..unknown.clone() };
    let text = "<p>번호 900101-1234568, ９００１０１-1234568, 𝟗𝟎𝟎𝟏𝟎𝟏-𝟏𝟐𝟑𝟒𝟓𝟔𝟖, 900101-&#49;234568</p>";
    let masked_text = "<p>번호 900101-*******, ９００１０１-*******, 𝟗𝟎𝟎𝟏𝟎𝟏-**************, 900101-&#42;******</p>";
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let marked = |text: &str| format!("\u{feff}{text}");
    let pieces = |bytes: &[u8], size| bytes.chunks(size).map(<[u8]>::to_vec).collect::<Vec<_>>();
    for (document, bytes, expected) in [
        (unknown.clone(), le(&marked(text)), le(&marked(masked_text))),
        (unknown.clone(), be(&marked(text)), be(&marked(masked_text))),
        (Document { charset: Some(Charset::Cp949), ..unknown.clone() }, be(&marked(text)), be(&marked(masked_text))),
        (unknown.clone(), le(text), le(masked_text)),
        (Document { charset: Some(Charset::Utf8), ..unknown.clone() }, be(text), be(masked_text)),
        (said(Transcoding::Utf16Le), le(text), le(masked_text)),
        (said(Transcoding::Utf16Le), be(&marked(text)), be(&marked(masked_text))),
    ] {
        let found = scan(&document, &[&bytes]);
        assert_eq!(found.len(), 4, "{document:?}");
        assert_eq!(masked(&bytes, &found), expected, "{document:?}");
        for size in [1, 3, 64] {
            let pieces = pieces(&bytes, size);
            assert_eq!(scan(&document, &pieces.iter().map(Vec::as_slice).collect::<Vec<_>>()), found);
        }
    }
    // Said to be UTF-16, and plain ASCII.
    assert_eq!(scan(&said(Transcoding::Utf16Be), &[b"900101-1234568"]).len(), 1);
    let korean = b"\x1B$)C\x0E\x41\x56\x39\x0F 900101-1234568\x0E\x41\x56 \x23\x39\x23\x30\x23\x30\x23\x31\x23\x30\x23\x31\x0F-1234568 ";
    let found = scan(&said(Transcoding::Iso2022Kr), &[korean]);
    assert_eq!(found.len(), 2);
    assert!(masked(korean, &found).windows(15).any(|piece| piece == b" 900101-*******"));
    let single: Vec<&[u8]> = korean.chunks(1).collect();
    assert_eq!(scan(&said(Transcoding::Iso2022Kr), &single), found);
}

#[test]
fn marks_that_come_back() {
    let returns = Document { returns: true, part: Part::Field("jumin".into()), ..document(Syntax::Html) };
    let what = |document: &Document, text: &str| scan(document, &[text.as_bytes()]).first().map(|finding| finding.what);
    assert_eq!(what(&returns, "900101-*~*~*~*"), Some(What::Uninspectable(Reason::MaskReturned)));
    assert_eq!(what(&returns, "９００１０１－＊～＊～＊～＊"), Some(What::Uninspectable(Reason::MaskReturned)));
    assert_eq!(what(&returns, "~*~*~ 축하 ~*~*~"), None);
    assert_eq!(what(&document(Syntax::Html), "900101-*~*~*~*"), None);
}

#[test]
fn lines_are_counted_also_behind_what_was_let_go() {
    let text = format!("{}900101-1234568", "가나다라마바사아자차카타파하 0123\n".repeat(20_000));
    let found = scan(&document(Syntax::Plain), &text.as_bytes().chunks(1000).collect::<Vec<_>>());
    assert_eq!(found.iter().map(|finding| finding.place.line).collect::<Vec<_>>(), [20_001]);
}

#[test]
fn a_long_run_hides_nothing_and_costs_no_memory() {
    let spaced = format!("{} 900101-1234568 {}", "12 ".repeat(5000), "34,".repeat(5000));
    let found = scan(&document(Syntax::Plain), &[spaced.as_bytes()]);
    assert_eq!(found.len(), 1, "between many small numbers");
    let mut scan = Scan::new(document(Syntax::Plain), lens());
    let mut found = Vec::new();
    let digits = [b'7'; 4096];
    for _ in 0..1000 {
        scan.push(&digits, &mut found);
    }
    assert!(scan.window.len() < 2 * LET_GO);
    scan.push(b" 900101-1234568 ", &mut found);
    scan.push(&[b'7'; 100], &mut found);
    scan.push(b" 900101-1234568", &mut found);
    scan.finish(&mut found);
    assert_eq!(found.len(), 2, "after digits without end");
}

#[test]
fn text_is_settled_up_to_the_last_word() {
    let mut scan = Scan::new(document(Syntax::Html), lens());
    let mut found = Vec::new();
    assert_eq!(scan.push(b"<p>abc</p> wor", &mut found), 11);
    assert_eq!(scan.push(b"d 90", &mut found), 16);
    assert_eq!(scan.push(b"0101-1234568", &mut found), 16);
    assert!(found.is_empty());
    // How far behind it, the stride of the search for spelled digits decides.
    assert!((30..=34).contains(&scan.push(b"</p>", &mut found)), "beyond the number");
    assert_eq!(found.len(), 1);
}

fn number() -> impl Strategy<Value = String> {
    (any::<u64>(), 0..6).prop_map(|(seed, which)| {
        let mut maker = Maker::new(seed);
        match which {
            0 => hyphenated(&maker.resident(), &[6]),
            1 => maker.resident().chars().map(|digit| format!("{digit} ")).collect::<String>(),
            2 => hyphenated(&maker.card(), &[4, 8, 12]),
            3 => hyphenated(&maker.mobile(), &[3, 7]),
            4 => maker.email(),
            _ => hyphenated(&maker.foreigner(), &[6]).replace('-', "&#45;"),
        }
    })
}

/// A number with its digits spelled out.
fn disguised(number: &str) -> String {
    let syllable = |digit: char| "공일이삼사오육칠팔구".chars().nth(digit.to_digit(10).unwrap_or(0) as usize);
    number.chars().map(|char| if char.is_ascii_digit() { syllable(char).unwrap_or(char) } else { char }).collect()
}

const DISGUISED: &[&str] = &[
    "%39%30%30%31%30%31-1234568",
    "%2539",
    "%20900101-1234568",
    "900101' + '-' + '1234568",
    "9OO1Ol-1234568",
    "900101-1234S68",
    "=39=30=30=31=30=31=2D=31",
    "=32=33=34=35=36=38",
    "zero one zero two two three four five six seven eight",
    "공일공에 ",
    "이이삼사 오육칠팔이에요",
    "810514-*234567",
    "******-1234567",
    "900101-",
    "*234567",
    "9.0.0.1.0.1-1.2.3.4.5.6.8",
    "①900101-1234568",
    "⑩",
    "㈠",
    "\u{202E}8654321-101009",
    "9001😀01-1234568",
    "900|01-1234568",
    "1O1O1O1O1O1O1O1O1O",
    "O1O-2234-5678",
    "010*2234*5678",
    "<td>010</td><td>2234</td><td>5678</td>",
];

/// What hangs on words, whole and in pieces.
const WORDS: &[&str] = &[
    "성명: 홍길동",
    "홍길동 님",
    "홍길동 과장",
    "님",
    " ",
    "서울특별시 종로구 세종대로 209",
    "서울",
    "12가3456",
    "12가 ",
    "M12345678",
    "여권번호 ",
    "211.115.20.36",
    "2001:230::1 ",
    "<tr><th>번호</th><th>성명</th></tr>",
    "<tr><td>1</td><td>홍길동</td></tr>",
    "</table>",
    "성명,전화\n홍길동,1\n",
    "hong",
    "골뱅이",
    "example점com ",
    " at ",
    "생년월일: 1981년 5월 14일",
    "(81년생)",
    "한부모",
    "성명: 김철수 ",
    "이름은 이영희 ",
    "\"userName\": \"",
    "주소: ",
    "PMKORHONG<<GILDONG<<<<<<<<<<<<<<<<<<<<<<<<<<\n",
    "M123A45674KOR8105145M3011222<<<<<<<<<<<<<<08",
    "ci=",
    "==",
];

fn document_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => fragment(),
        1 => number(),
        1 => number().prop_map(|number| format!(" {number} ")),
        1 => number().prop_map(|number| format!("\"{number}\"")),
        1 => number().prop_map(|number| disguised(&number)),
        1 => proptest::sample::select(DISGUISED).prop_map(String::from),
        4 => proptest::sample::select(WORDS).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn split(text: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
    at.extend([0, text.len()]);
    at.sort_unstable();
    at.windows(2).map(|pair| text[pair[0]..pair[1]].to_vec()).collect()
}

/// What is passed as no number holds up nothing that follows it, however that is written.
#[test]
fn a_number_that_must_be_lexed_is_found_behind_one_that_is_none() {
    let text = "<p>1,250,000원 2026-03-28 14:32:05 제 주민번호는 810514–1234567입니다. 2026-04-11 14:21:05</p>";
    let found = scan(&document(Syntax::Html), &[text.as_bytes()]);
    assert_eq!(found.len(), 1, "{found:?}");
    let pieces: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
    assert_eq!(scan(&document(Syntax::Html), &pieces), found);
}

/// Numbers of all kinds, and dates, times and amounts, in chains that mostly do not end.
fn chains() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        6 => "[0-9]{1,12}",
        2 => "20[0-2][0-9]-0[1-9]-[12][0-9]",
        2 => "[01][0-9]:[0-5][0-9]",
        1 => any::<u64>().prop_map(|seed| hyphenated(&Maker::new(seed).resident(), &[6])),
        1 => any::<u64>().prop_map(|seed| hyphenated(&Maker::new(seed).mobile(), &[3, 7])),
        1 => any::<u64>().prop_map(|seed| hyphenated(&Maker::new(seed).card(), &[4, 8, 12])),
        1 => any::<u64>().prop_map(|seed| Maker::new(seed).card()),
        1 => any::<u64>().prop_map(|seed| separated(&Maker::new(seed).mobile(), &[3, 7], ".")),
    ];
    let separator = proptest::sample::select(vec![" ", " ", " ", "-", ", ", ".", "/", ":", "\n", " 가 ", " – "]);
    proptest::collection::vec((number, separator), 0..80)
        .prop_map(|numbers| numbers.into_iter().map(|(number, separator)| number + separator).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_split_gives_the_same(
        text in document_text(), syntax in syntax(), charset in 0..3, escape in 0..6, returns: bool,
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..30),
    ) {
        let charset = [Some(Charset::Utf8), Some(Charset::Cp949), None][charset as usize];
        let transcoding = |transcoding| Escape::Transcoded(transcoding);
        let escape = [
            Escape::None, Escape::Percent, Escape::Form, transcoding(Transcoding::Utf16Le), transcoding(Transcoding::Utf16Be),
            transcoding(Transcoding::Iso2022Kr),
        ][escape as usize];
        // What clients send is not transcoded, but for files.
        let returns = returns && !matches!(escape, Escape::Transcoded(_));
        let document = Document { charset, escape, returns, ..document(syntax) };
        let bytes = match escape {
            Escape::Transcoded(Transcoding::Utf16Le) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Escape::Transcoded(Transcoding::Utf16Be) => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => encoded(&text, charset.unwrap_or(Charset::Cp949)),
        };
        let whole = scan(&document, &[&bytes]);
        let pieces = split(&bytes, &cuts);
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(&scan(&document, &pieces), &whole, "{:?}", text);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&scan(&document, &single), &whole, "byte by byte, {:?}", text);
    }

    /// Long chains are cut at places that depend on nothing but the text.
    #[test]
    fn any_split_of_a_long_chain_gives_the_same(
        text in chains(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let document = document(Syntax::Plain);
        let whole = scan(&document, &[text.as_bytes()]);
        let pieces = split(text.as_bytes(), &cuts);
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(&scan(&document, &pieces), &whole, "{:?}", text);
    }

    /// Whatever is plausible opens.
    #[test]
    fn no_plausible_chain_is_passed(text in chains(), syntax in syntax()) {
        let reader = Reader::new(text.as_bytes(), Charset::Utf8, syntax);
        let wanted = crate::text::search::Wanted { least: detect::LEAST_DIGITS, limit: usize::MAX, last: true };
        let (mut at, mut cluster) = (0, Cluster::default());
        while let Hit::Digits(start) = crate::text::search::next(&reader, at, wanted, |_| Some(0)) {
            let (Cut::Whole(end) | Cut::Long { next: end, .. }) = reader.cluster(start, &mut cluster);
            if detect::plausible(&cluster, lens().today, detect::Topics::ALL) {
                let hit = crate::text::search::next(&reader, start, wanted, |chain| detect::opens(chain, detect::Sought::near(detect::Topics::ALL)));
                prop_assert!(matches!(hit, Hit::Digits(at) if at < end), "{hit:?} at {start} in {text:?}");
            }
            at = end;
        }
    }

    #[test]
    fn a_mask_changes_nothing_but_hidden_digits(text in document_text(), syntax in syntax(), korean: bool) {
        let charset = if korean { Charset::Cp949 } else { Charset::Utf8 };
        let document = Document { charset: Some(charset), ..document(syntax) };
        let bytes = encoded(&text, charset);
        // A list of people has no bytes of its own: its parts are findings.
        let is_list = |finding: &Finding| finding.what == What::Kind(Kind::SensitiveList);
        for finding in scan(&document, &[&bytes]).into_iter().filter(|finding| !is_list(finding)) {
            let raw = &bytes[finding.span.start as usize..finding.span.end as usize];
            let mask = match finding.place.stands {
                Stands::JsonNumber if finding.mask.len() == raw.len() + 2 => finding.mask[1..finding.mask.len() - 1].to_vec(),
                _ => finding.mask.to_vec(),
            };
            prop_assert_eq!(raw.len(), mask.len());
            prop_assert_ne!(raw, &mask[..], "something is hidden");
            let readable = match charset {
                Charset::Cp949 => encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(&mask).is_some(),
                _ => std::str::from_utf8(&mask).is_ok(),
            };
            prop_assert!(readable);
        }
    }

    #[test]
    fn broken_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400), syntax in syntax()) {
        let found = scan(&Document { charset: None, ..document(syntax) }, &[&bytes]);
        prop_assert!(found.iter().all(|finding| finding.confidence >= Confidence::Possible));
    }
}
