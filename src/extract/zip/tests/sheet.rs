//! Workbooks: every place where a value may hide.

use super::build::{rels, texts};
use super::stands;
use crate::extract::make::office;
use crate::extract::testing::Heard;

/// A workbook of one sheet 명단, with these rels of the sheet, and more parts.
fn book(sheet: &str, sheet_rels: &[(&str, &str, &str)], more: &[(&str, &str)]) -> Heard {
    Heard::of("a.xlsx", &office::xlsx(sheet, sheet_rels, &office::bytes(more)))
}

fn cells(row: &str) -> Heard {
    book(
        &format!("<worksheet><sheetData>{row}</sheetData></worksheet>"),
        &[],
        &[(
            "xl/sharedStrings.xml",
            "<sst><si><r><t>900101-</t></r><r><rPr><b/></rPr><t>1234568</t></r></si><si><t>김&amp;강</t><rPh><t>kim</t></rPh></si><si><t>남은 글</t></si></sst>",
        )],
    )
}

#[test]
fn cells_of_all_kinds_are_read() {
    let heard = cells(
        "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c><c r=\"D2\" t=\"inlineStr\"><is><r><t>안</t></r><r><t>쪽</t></r></is></c></row>\
         <row r=\"3\"><c r=\"A3\" t=\"b\"><v>1</v></c><c r=\"B3\" t=\"str\"><f>A1</f><v>셈 값</v></c><c r=\"C3\"><v>8.801011234568E+12</v></c></row>\
         <row><c s=\"3\"><v>32874</v></c><c t=\"d\"><v>1990-01-02</v></c></row>",
    );
    stands(&heard, "900101-1234568", "a.xlsx › sheet 1 ‘명단’ › cell A2");
    stands(&heard, "김&강", "a.xlsx › sheet 1 ‘명단’ › cell B2");
    stands(&heard, "안쪽", "a.xlsx › sheet 1 ‘명단’ › cell D2");
    stands(&heard, "TRUE", "a.xlsx › sheet 1 ‘명단’ › cell A3");
    stands(&heard, "셈 값", "a.xlsx › sheet 1 ‘명단’ › cell B3");
    stands(&heard, "8801011234568", "a.xlsx › sheet 1 ‘명단’ › cell C3");
    stands(&heard, "1990-01-01", "a.xlsx › sheet 1 ‘명단’ › cell A4");
    stands(&heard, "1990-01-02", "a.xlsx › sheet 1 ‘명단’ › cell B4");
    stands(&heard, "남은 글", "a.xlsx › strings in no cell");
    stands(&heard, "kim", "a.xlsx › part ‘phonetic text’");
    assert!(heard.text().contains("900101-1234568,김&강,,안쪽\nTRUE,셈 값,8801011234568\n"), "{}", heard.text());
    assert_eq!(heard.unreadable, []);
}

#[test]
fn numbers_are_shown_by_their_formats_and_stored_ones_too() {
    let heard = cells(
        "<row r=\"1\"><c r=\"A1\" s=\"1\"><v>9001011234568</v></c><c r=\"B1\" s=\"1\"><v>11011234568</v></c>\
         <c r=\"C1\" s=\"2\"><v>8801011234568</v></c><c r=\"D1\" s=\"4\"><v>1234567890123</v></c></row>",
    );
    let sheet = "a.xlsx › sheet 1 ‘명단’";
    stands(&heard, "900101-1234568", &format!("{sheet} › cell A1"));
    stands(&heard, "001101-1234568", &format!("{sheet} › cell B1"));
    stands(&heard, "8801011234568", &format!("{sheet} › cell C1"));
    stands(&heard, "1,234,567,890,123", &format!("{sheet} › cell D1"));
    stands(&heard, "1234567890123", &format!("{sheet} › cell D1"));
    assert_eq!(heard.place_of("9001011234568"), None, "the same digits are said once");
}

#[test]
fn hidden_rows_and_columns_say_so() {
    let heard = book(
        "<worksheet><cols><col min=\"2\" max=\"3\" hidden=\"1\"/></cols><sheetData>\
         <row r=\"1\"><c r=\"A1\" t=\"str\"><v>열린</v></c><c r=\"C1\" t=\"str\"><v>숨은 열</v></c></row>\
         <row r=\"2\" hidden=\"1\"><c r=\"A2\" t=\"str\"><v>숨은 행</v></c></row></sheetData></worksheet>",
        &[],
        &[],
    );
    stands(&heard, "열린", "a.xlsx › sheet 1 ‘명단’ › cell A1");
    stands(&heard, "숨은 열", "a.xlsx › sheet 1 ‘명단’ › cell C1 (hidden)");
    stands(&heard, "숨은 행", "a.xlsx › sheet 1 ‘명단’ › cell A2 (hidden)");
}

#[test]
fn sheets_say_whether_they_are_shown() {
    let heard = book(
        "<worksheet><sheetData><row><c t=\"str\"><v>하나</v></c></row></sheetData></worksheet>",
        &[],
        &[
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name=\"둘\" state=\"veryHidden\" r:id=\"r6\"/><sheet name=\"하나\" state=\"hidden\" r:id=\"r1\"/></sheets>\
             <definedNames><definedName name=\"이름\" comment=\"설명\">\"010-1234-5678\"</definedName></definedNames></workbook>",
            ),
            (
                "xl/worksheets/sheet2.xml",
                "<worksheet><sheetData><row><c t=\"str\"><v>아주 숨은</v></c></row></sheetData></worksheet>",
            ),
        ],
    );
    stands(&heard, "아주 숨은", "a.xlsx › sheet 1 ‘둘’ (very hidden) › cell A1");
    stands(&heard, "010-1234-5678", "a.xlsx › defined name ‘이름’");
    assert!(heard.said.iter().any(|(place, _)| place == "a.xlsx › sheet 2 ‘하나’ (hidden) › cell A1"));
}

#[test]
fn what_stands_in_a_sheet_beside_its_cells_is_read() {
    let heard = book(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><f>REPLACE(\"900101-1234568\",9,6,\"*\")</f><v>0</v></c></row></sheetData>\
         <autoFilter><filterColumn><filters><filter val=\"거른 이\"/></filters></filterColumn></autoFilter>\
         <conditionalFormatting><cfRule><formula>A1=\"조건 값\"</formula></cfRule></conditionalFormatting>\
         <dataValidations><dataValidation prompt=\"물음\"><formula1>\"홍길동,이몽룡\"</formula1></dataValidation></dataValidations>\
         <hyperlinks><hyperlink display=\"보이는 링크\" r:id=\"x\"/></hyperlinks>\
         <scenarios><scenario><inputCells r=\"A1\" val=\"시나리오 값\"/></scenario></scenarios>\
         <headerFooter><oddHeader>&amp;L머리말 김&amp;R&amp;P</oddHeader><evenFooter>&amp;C꼬리말 이</evenFooter></headerFooter></worksheet>",
        &[("x", "hyperlink", "mailto:kim@example.com")],
        &[],
    );
    let sheet = "a.xlsx › sheet 1 ‘명단’";
    stands(&heard, "REPLACE(\"900101-1234568\"", &format!("{sheet} › formula › cell A1"));
    stands(&heard, "거른 이", &format!("{sheet} › part ‘sheet’"));
    stands(&heard, "조건 값", &format!("{sheet} › formula"));
    stands(&heard, "물음", &format!("{sheet} › validation list"));
    stands(&heard, "홍길동,이몽룡", &format!("{sheet} › validation list"));
    stands(&heard, "보이는 링크", &format!("{sheet} › link address"));
    stands(&heard, "mailto:kim@example.com", &format!("{sheet} › link address"));
    stands(&heard, "시나리오 값", &format!("{sheet} › part ‘sheet’"));
    stands(&heard, "머리말 김", &format!("{sheet} › header"));
    stands(&heard, "꼬리말 이", &format!("{sheet} › footer"));
}

#[test]
fn parts_of_a_sheet_and_of_the_book_are_read() {
    let drawing = rels(&[("c", "chart", "../charts/chart1.xml")]);
    let heard = book(
        "<worksheet><sheetData/></worksheet>",
        &[
            ("a", "comments", "../comments1.xml"),
            ("b", "threadedComment", "../threadedComments/t1.xml"),
            ("c", "drawing", "../drawings/drawing1.xml"),
            ("d", "table", "../tables/table1.xml"),
            ("e", "vmlDrawing", "../drawings/vml1.vml"),
        ],
        &[
            (
                "xl/comments1.xml",
                "<comments><authors><author>쓴 이</author></authors><commentList><comment ref=\"B3\"><text><r><t>메모 900101-</t></r><r><t>1234568</t></r></text></comment></commentList></comments>",
            ),
            (
                "xl/threadedComments/t1.xml",
                "<ThreadedComments><threadedComment ref=\"C4\"><text>이어진 메모</text></threadedComment></ThreadedComments>",
            ),
            (
                "xl/drawings/drawing1.xml",
                "<xdr:wsDr><xdr:sp><xdr:cNvPr descr=\"대체 글\"/><xdr:txBody><a:p><a:r><a:t>상</a:t></a:r><a:r><a:t>자 글</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>",
            ),
            ("xl/drawings/_rels/drawing1.xml.rels", drawing.as_str()),
            (
                "xl/charts/chart1.xml",
                "<c:chartSpace><c:cat><c:strCache><c:pt><c:v>차트 이름</c:v></c:pt></c:strCache></c:cat><c:val><c:pt><c:v>8.801011234568E+12</c:v></c:pt></c:val></c:chartSpace>",
            ),
            ("xl/tables/table1.xml", "<table><tableColumns><tableColumn name=\"표의 머리\"/></tableColumns></table>"),
            (
                "xl/drawings/vml1.vml",
                "<xml><v:shape alt=\"모양 설명\"><v:textbox><div>옛 상자</div></v:textbox></v:shape></xml>",
            ),
            (
                "xl/externalLinks/externalLink1.xml",
                "<externalLink><externalBook><sheetData><row><cell><v>바깥 값</v></cell></row></sheetData></externalBook></externalLink>",
            ),
            (
                "xl/pivotCache/pivotCacheDefinition1.xml",
                "<pivotCacheDefinition><sharedItems><s v=\"피벗 값\"/><n v=\"8801011234568\"/></sharedItems></pivotCacheDefinition>",
            ),
            ("docProps/core.xml", "<cp:coreProperties><dc:creator>만든 이</dc:creator></cp:coreProperties>"),
            ("customXml/item1.xml", "<a 번호=\"속성 값\"><b>딴 글</b></a>"),
            (
                "xl/persons/person.xml",
                "<personList><person displayName=\"김가람\" userId=\"kim@example.com\"/></personList>",
            ),
        ],
    );
    let sheet = "a.xlsx › sheet 1 ‘명단’";
    stands(&heard, "메모 900101-1234568", &format!("{sheet} › comment 1 › cell B3"));
    stands(&heard, "쓴 이", sheet);
    stands(&heard, "이어진 메모", &format!("{sheet} › comment 1 › cell C4"));
    stands(&heard, "상자 글", &format!("{sheet} › text box"));
    stands(&heard, "대체 글", &format!("{sheet} › text box › alternative text"));
    stands(&heard, "차트 이름", &format!("{sheet} › text box › chart data"));
    stands(&heard, "8801011234568", &format!("{sheet} › text box › chart data"));
    stands(&heard, "표의 머리", &format!("{sheet} › part ‘xl/tables/table1.xml’"));
    stands(&heard, "옛 상자", &format!("{sheet} › text box › text box"));
    stands(&heard, "모양 설명", &format!("{sheet} › text box › alternative text"));
    stands(&heard, "바깥 값", "a.xlsx › cache of an external link");
    stands(&heard, "피벗 값", "a.xlsx › pivot cache");
    stands(&heard, "만든 이", "a.xlsx › document properties");
    stands(&heard, "속성 값", "a.xlsx › part ‘customXml/item1.xml’");
    stands(&heard, "b: 딴 글", "a.xlsx › part ‘customXml/item1.xml’");
    stands(&heard, "kim@example.com", "a.xlsx › document properties");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn cells_that_come_twice_or_late_do_not_touch() {
    let heard = cells(
        "<row r=\"1\"><c r=\"B1\"><v>900101</v></c><c r=\"B1\"><v>1234568</v></c><c r=\"A1\"><v>77</v></c></row>",
    );
    assert!(heard.text().contains(",900101\n,1234568\n77"), "{}", heard.text());
}

#[test]
fn strings_and_sheets_that_no_workbook_names_are_read() {
    let heard = Heard::of(
        "a.xlsx",
        &texts(&[
            ("[Content_Types].xml", "<Types/>"),
            ("xl/sharedStrings.xml", "<sst><si><r><t>900101-</t></r><r><t>1234568</t></r></si></sst>"),
            (
                "xl/worksheets/sheet9.xml",
                "<worksheet><sheetData><row><c t=\"str\"><v>외딴 글</v></c></row></sheetData></worksheet>",
            ),
        ]),
    );
    stands(&heard, "900101-1234568", "a.xlsx › part ‘xl/sharedStrings.xml’ › strings in no cell");
    stands(&heard, "외딴 글", "a.xlsx › part ‘xl/worksheets/sheet9.xml’ › cell A1");
}

#[test]
fn real_workbooks_are_read() {
    let heard = Heard::of("a.xlsx", include_bytes!("../../../../tests/documents/TwoSheetsOneHidden.xlsx"));
    stands(&heard, "Sheet1A1", "a.xlsx › sheet 1 ‘Sheet1’ (hidden) › cell A1");
    stands(&heard, "Sheet2A1", "a.xlsx › sheet 2 ‘Sheet2’ › cell A1");
    assert_eq!(heard.unreadable, []);
    let heard = Heard::of("a.xlsx", include_bytes!("../../../../tests/documents/comments.xlsx"));
    stands(&heard, "comment top row3 (index2)", "a.xlsx › sheet 1 ‘Sheet1’ › comment 2 › cell A3");
    stands(&heard, "Sven Nissel", "a.xlsx › sheet 1 ‘Sheet1’");
}
