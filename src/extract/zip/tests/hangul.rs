//! HWPX and HWPML: every place where text may hide.

use super::build::{Piece, archive};
use super::stands;
use crate::extract::make::office;
use crate::extract::testing::Heard;
use crate::vocab::Reason;

const SECTION: &str = "<hs:sec><hp:p><hp:run><hp:ctrl><hp:header><hp:subList><hp:p><hp:run><hp:t>머리 글</hp:t></hp:run></hp:p></hp:subList></hp:header></hp:ctrl>\
    <hp:t>번호 900101</hp:t></hp:run><hp:run><hp:t>-12<hp:markpenBegin/>345</hp:t></hp:run><hp:run><hp:t>68<hp:tab/>끝</hp:t></hp:run>\
    <hp:run><hp:ctrl><hp:footNote><hp:subList><hp:p><hp:run><hp:t>각주 글</hp:t></hp:run></hp:p></hp:subList></hp:footNote></hp:ctrl>\
    <hp:ctrl><hp:hiddenComment><hp:subList><hp:p><hp:run><hp:t>숨은 설명</hp:t></hp:run></hp:p></hp:subList></hp:hiddenComment></hp:ctrl>\
    <hp:ctrl><hp:fieldBegin type=\"MEMO\" name=\"\"><hp:parameters><hp:integerParam>9</hp:integerParam></hp:parameters><hp:subList><hp:p><hp:run><hp:t>메모 글</hp:t></hp:run></hp:p></hp:subList></hp:fieldBegin></hp:ctrl>\
    <hp:ctrl><hp:fieldBegin type=\"CLICK_HERE\" name=\"누름틀\"><hp:parameters><hp:integerParam>9</hp:integerParam><hp:stringParam>안내 글</hp:stringParam></hp:parameters></hp:fieldBegin></hp:ctrl></hp:run></hp:p>\
    <hp:p><hp:run><hp:t>새 <hp:deleteBegin/>지운 글<hp:deleteEnd/>글</hp:t></hp:run></hp:p>\
    <hp:p><hp:run><hp:tbl><hp:tr><hp:tc><hp:subList><hp:p><hp:run><hp:t>성명</hp:t></hp:run></hp:p></hp:subList></hp:tc><hp:tc><hp:subList><hp:p><hp:run><hp:t>칸의 글</hp:t></hp:run></hp:p></hp:subList></hp:tc></hp:tr>\
    <hp:tr><hp:tc><hp:subList><hp:p><hp:run><hp:t>합친 칸 뒤</hp:t></hp:run></hp:p></hp:subList><hp:cellAddr colAddr=\"1\" rowAddr=\"1\"/></hp:tc></hp:tr></hp:tbl>\
    <hp:rect><hp:drawText><hp:subList><hp:p><hp:run><hp:t>상자 글</hp:t></hp:run></hp:p></hp:subList></hp:drawText><hp:shapeComment>그림 설명</hp:shapeComment></hp:rect>\
    <hp:equation><hp:script>수식 글</hp:script></hp:equation><hp:textart text=\"글맵시\"/></hp:run></hp:p></hs:sec>";

const HISTORY: &str = "<hhs:history><hhs:historyEntry><hhs:bodyDiff><hhs:update oldValue=\"옛 글\"/></hhs:bodyDiff></hhs:historyEntry></hhs:history>";

fn package(more: &[(&str, &[u8])]) -> Heard {
    let mut parts: Vec<(&str, &[u8])> = vec![
        (
            "Contents/content.hpf",
            "<opf:package><opf:metadata><opf:title>제목 글</opf:title></opf:metadata></opf:package>".as_bytes(),
        ),
        ("Preview/PrvText.txt", "미리 보기 글".as_bytes()),
        (
            "Contents/masterpage0.xml",
            "<masterPage><hp:p><hp:run><hp:t>바탕쪽 글</hp:t></hp:run></hp:p></masterPage>".as_bytes(),
        ),
        ("Scripts/headerScripts", "var 스크립트;".as_bytes()),
    ];
    parts.extend(more);
    Heard::of("a.hwpx", &office::hwpx(SECTION, &parts))
}

#[test]
fn hwpx_is_read() {
    let inner = archive(&[Piece::stored("b.txt", "속의 글".as_bytes())]);
    let heard = package(&[
        ("History/history.xml", HISTORY.as_bytes()),
        ("BinData/in.zip", &inner),
        ("Contents/section1.xml", "<hs:sec><hp:p><hp:run><hp:t>둘째 구역</hp:t></hp:run></hp:p></hs:sec>".as_bytes()),
    ]);
    let section = "a.hwpx › section 1";
    stands(&heard, "번호 900101-1234568\t끝", &format!("{section} › paragraph 1"));
    stands(&heard, "머리 글", &format!("{section} › header › paragraph 1"));
    stands(&heard, "각주 글", &format!("{section} › note 1 › paragraph 1"));
    stands(&heard, "숨은 설명", &format!("{section} › comment 1 › paragraph 1"));
    stands(&heard, "메모 글", &format!("{section} › comment 2 › paragraph 1"));
    stands(&heard, "누름틀", &format!("{section} › form field ‘’"));
    stands(&heard, "안내 글", &format!("{section} › form field ‘’"));
    stands(&heard, "새 글", &format!("{section} › paragraph 2"));
    stands(&heard, "새 지운 글글", &format!("{section} › deleted text › paragraph 2"));
    stands(&heard, "칸의 글", &format!("{section} › table 1 › cell B1"));
    stands(&heard, "합친 칸 뒤", &format!("{section} › table 1 › cell B2"));
    stands(&heard, "상자 글", &format!("{section} › text box › paragraph 1"));
    stands(&heard, "그림 설명", &format!("{section} › alternative text"));
    stands(&heard, "수식 글", &format!("{section} › formula"));
    stands(&heard, "글맵시", &format!("{section} › text box"));
    stands(&heard, "둘째 구역", "a.hwpx › section 2 › paragraph 1");
    stands(&heard, "바탕쪽 글", "a.hwpx › part ‘Contents/masterpage0.xml’ › paragraph 1");
    stands(&heard, "미리 보기 글", "a.hwpx › preview");
    stands(&heard, "제목 글", "a.hwpx › document properties");
    stands(&heard, "스크립트", "a.hwpx › script");
    stands(&heard, "속의 글", "a.hwpx › in.zip › b.txt");
    stands(&heard, "옛 글", "a.hwpx › earlier revision 1");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn encrypted_hwpx_is_said() {
    let manifest = b"<odf:manifest><odf:file-entry><odf:encryption-data/></odf:file-entry></odf:manifest>";
    let heard = package(&[("META-INF/manifest.xml", manifest)]);
    assert_eq!(heard.unreadable, [("a.hwpx".to_owned(), Reason::Encrypted)]);
}

#[test]
fn hwpml_is_read() {
    let body = "<P><TEXT><CHAR>번호 900101</CHAR></TEXT><TEXT><CHAR>-1234568</CHAR></TEXT></P>\
        <P><TEXT><TABLE><ROW><CELL><PARALIST><P><TEXT><CHAR>칸의 글</CHAR></TEXT></P></PARALIST></CELL></ROW></TABLE></TEXT></P>";
    let head = "<DOCSUMMARY><TITLE>제목 글</TITLE><AUTHOR>만든 이</AUTHOR></DOCSUMMARY>";
    let tail = "<BINDATASTORAGE><BINDATA Encoding=\"Base64\">7JWI7Kq9IOq4gA==</BINDATA></BINDATASTORAGE>\
        <SCRIPTCODE><SCRIPTHEADER>var 스크립트;</SCRIPTHEADER></SCRIPTCODE>";
    let heard = Heard::of("a.hml", &office::hwpml(head, body, tail));
    stands(&heard, "번호 900101-1234568", "a.hml › section 1 › paragraph 1");
    stands(&heard, "칸의 글", "a.hml › section 1 › table 1 › cell A1");
    stands(&heard, "제목 글", "a.hml › document properties");
    stands(&heard, "안쪽 글", "a.hml › BINDATA 1");
    stands(&heard, "스크립트", "a.hml › script");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn real_hwpx_is_read() {
    let heard = Heard::of("a.hwpx", include_bytes!("../../../../tests/documents/HeaderFooter.hwpx"));
    stands(&heard, "머리말 테스트", "a.hwpx › section 1 › header › paragraph 1");
    stands(&heard, "꼬리말", "a.hwpx › section 1 › footer › paragraph 1");
    let heard = Heard::of("a.hwpx", include_bytes!("../../../../tests/documents/Table.hwpx"));
    stands(&heard, "개똥이", "a.hwpx › section 1 › table 1 › cell A2");
    stands(&heard, "C반 기말고사", "a.hwpx › section 1 › text box › paragraph 1");
    stands(&heard, "사각형입니다", "a.hwpx › section 1 › alternative text");
}
