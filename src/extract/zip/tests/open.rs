//! OpenDocument: every place where text may hide.

use super::stands;
use crate::extract::make::office;
use crate::extract::testing::Heard;
use crate::vocab::Reason;

fn package(kind: &str, styles: &str, body: &str) -> Heard {
    let parts = [
        (
            "styles.xml",
            "<office:document-styles><office:master-styles><style:master-page><style:header><text:p>머리 글</text:p></style:header><style:footer><text:p>꼬리 글</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>",
        ),
        (
            "meta.xml",
            "<office:document-meta><office:meta><dc:creator>만든 이</dc:creator></office:meta></office:document-meta>",
        ),
        (
            "Object 1/content.xml",
            "<office:document-content><office:body><office:chart><chart:chart><table:table><table:table-row><table:table-cell><text:p>차트 값</text:p></table:table-cell></table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>",
        ),
    ];
    Heard::of("a.odt", &office::odf(kind, styles, body, &office::bytes(&parts)))
}

#[test]
fn text_is_read() {
    let hidden = "<style:style style:name=\"H\"><style:text-properties text:display=\"none\"/></style:style>";
    let heard = package(
        "text",
        hidden,
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>지운 이</dc:creator></office:change-info><text:p>지운 글</text:p></text:deletion></text:changed-region></text:tracked-changes>\
         <text:p>번호 <text:span>900101</text:span>-<text:a xlink:href=\"mailto:kim@example.com\">12345</text:a>68<text:s text:c=\"2\"/>끝\
         <text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>각주 글</text:p></text:note-body></text:note>\
         <office:annotation><dc:creator>쓴 이</dc:creator><text:p>메모 글</text:p></office:annotation></text:p>\
         <text:p>보이고 <text:span text:style-name=\"H\">숨은 글</text:span></text:p>\
         <text:p><text:hidden-text text:string-value=\"조건부 글\"/></text:p>\
         <text:section text:display=\"none\"><text:p>숨은 구역 글</text:p></text:section>\
         <text:p><text:conditional-text text:string-value-if-true=\"then\" text:string-value-if-false=\"else\">x</text:conditional-text></text:p>\
         <text:p><draw:frame><draw:text-box><text:p>상자 글</text:p></draw:text-box><svg:title>제목 글</svg:title><svg:desc>설명 글</svg:desc></draw:frame></text:p>\
         <table:table><table:table-row><table:table-cell><text:p>성명</text:p></table:table-cell><table:table-cell office:value=\"8.801011234568E12\"><text:p>번호칸</text:p></table:table-cell></table:table-row></table:table>\
         <form:text form:name=\"칸\" form:current-value=\"양식 값\"/>",
    );
    stands(&heard, "번호 900101-1234568  끝", "a.odt › paragraph 1");
    stands(&heard, "지운 글", "a.odt › deleted text › paragraph 1");
    stands(&heard, "mailto:kim@example.com", "a.odt › link address");
    stands(&heard, "각주 글", "a.odt › note 1 › paragraph 1");
    stands(&heard, "메모 글", "a.odt › comment 1 › paragraph 1");
    stands(&heard, "쓴 이", "a.odt › comment 1");
    stands(&heard, "보이고 숨은 글", "a.odt › hidden text › paragraph 2");
    stands(&heard, "조건부 글", "a.odt › hidden text › paragraph 3");
    stands(&heard, "숨은 구역 글", "a.odt › hidden text › paragraph 4");
    stands(&heard, "then", "a.odt › part ‘fields’");
    stands(&heard, "else", "a.odt › part ‘fields’");
    stands(&heard, "상자 글", "a.odt › text box › paragraph 1");
    stands(&heard, "제목 글", "a.odt › alternative text");
    stands(&heard, "설명 글", "a.odt › alternative text");
    stands(&heard, "번호칸", "a.odt › table 1 › cell B1");
    stands(&heard, "8801011234568", "a.odt › part ‘stored values’");
    stands(&heard, "양식 값", "a.odt › form field ‘칸’");
    stands(&heard, "머리 글", "a.odt › header › paragraph 1");
    stands(&heard, "꼬리 글", "a.odt › footer › paragraph 1");
    stands(&heard, "만든 이", "a.odt › document properties");
    stands(&heard, "차트 값", "a.odt › part ‘Object 1/content.xml’ › chart data › table 1 › cell A1");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn sheets_are_read_and_repeats_are_not_expanded() {
    let hidden = "<style:style style:name=\"ta\"><style:table-properties table:display=\"false\"/></style:style>";
    let heard = package(
        "spreadsheet",
        hidden,
        "<table:content-validations><table:content-validation table:condition=\"of:cell-content-is-in-list(&quot;고를 값&quot;)\"/></table:content-validations>\
         <table:table table:name=\"명단\" table:style-name=\"ta\"><table:table-column/><table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"2\"/>\
         <table:table-row><table:table-cell><text:p>이름</text:p></table:table-cell><table:table-cell><text:p>숨은 <text:span>열</text:span></text:p></table:table-cell>\
         <table:table-cell table:number-columns-repeated=\"16000000\"/><table:table-cell office:value=\"8801011234568\"><text:p>***</text:p></table:table-cell></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"1000000\"><text:p>되풀이</text:p></table:table-cell></table:table-row>\
         <table:table-row table:visibility=\"filter\"><table:table-cell table:formula=\"of:=REPLACE(&quot;900101-1234568&quot;;1;1;&quot;*&quot;)\"><office:annotation><text:p>메모 글</text:p></office:annotation><text:p>숨은 행</text:p></table:table-cell></table:table-row>\
         <table:shapes><draw:custom-shape><text:p>도형 글</text:p></draw:custom-shape></table:shapes></table:table>\
         <table:named-expressions><table:named-expression table:name=\"이름값\" table:expression=\"&quot;식의 글&quot;\"/></table:named-expressions>",
    );
    let sheet = "a.odt › sheet 1 ‘명단’ (hidden)";
    stands(&heard, "이름", &format!("{sheet} › cell A1"));
    stands(&heard, "숨은 열", &format!("{sheet} › cell B1 (hidden)"));
    assert!(heard.said.iter().any(|(_, text)| text == "8801011234568"), "{:?}", heard.said);
    assert_eq!(heard.text().matches("되풀이").count(), 1);
    stands(&heard, "숨은 행", &format!("{sheet} › cell A1000002 (hidden)"));
    stands(&heard, "메모 글", &format!("{sheet} › comment 1 › cell A1000002"));
    stands(&heard, "REPLACE", &format!("{sheet} › formula › cell A1000002 (hidden)"));
    stands(&heard, "도형 글", &format!("{sheet} › text box"));
    stands(&heard, "고를 값", "a.odt › validation list");
    stands(&heard, "식의 글", "a.odt › defined name ‘이름값’");
}

#[test]
fn slides_are_read() {
    let hidden = "<style:style style:name=\"dp\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>";
    let heard = package(
        "presentation",
        hidden,
        "<draw:page draw:style-name=\"dp\"><draw:frame><draw:text-box><text:p>쪽의 글</text:p></draw:text-box></draw:frame>\
         <presentation:notes><text:p>발표자 글</text:p></presentation:notes></draw:page>",
    );
    stands(&heard, "쪽의 글", "a.odt › slide 1 (hidden) › paragraph 1");
    stands(&heard, "발표자 글", "a.odt › slide 1 (hidden) › speaker notes of slide 1 › paragraph 1");
}

#[test]
fn flat_documents_are_read() {
    let body = "<text:p>번호 <text:span>900101</text:span>-1234568</text:p><draw:image><office:binary-data>7JWI7Kq9IOq4gA==\
        </office:binary-data></draw:image>";
    let heard = Heard::of("a.fodt", &office::flat_odf("text", body));
    stands(&heard, "번호 900101-1234568", "a.fodt › paragraph 1");
    stands(&heard, "안쪽 글", "a.fodt › binary-data");
    let sheet = "<table:table table:name=\"S\"><table:table-row><table:table-cell><text:p>칸</text:p></table:table-cell></table:table-row></table:table>";
    stands(&Heard::of("a.fods", &office::flat_odf("spreadsheet", sheet)), "칸", "a.fods › sheet 1 ‘S’ › cell A1");
}

#[test]
fn encrypted_ones_are_said() {
    let heard = Heard::of("a.odt", include_bytes!("../../../../tests/documents/testODTEncrypted.odt"));
    assert_eq!(heard.unreadable, [("a.odt".to_owned(), Reason::Encrypted)]);
}

#[test]
fn real_sheets_are_read() {
    let heard = Heard::of("a.ods", include_bytes!("../../../../tests/documents/testFooter.ods"));
    stands(&heard, "Here is a footer in the center area", "a.ods › footer › paragraph 1");
    stands(&heard, "Data 4", "a.ods › sheet 1 ‘Sheet1’ › cell B2");
}
