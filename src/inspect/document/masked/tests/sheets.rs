//! Workbooks of Office Open XML.

use super::*;
use crate::extract::testing::{archive, rels, texts};

const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"000000-0000000\"/><numFmt numFmtId=\"165\" formatCode=\"000-0000-0000\"/></numFmts>\
    <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";

/// A workbook of one sheet with these rows, and more parts.
fn workbook(rows: &str, strings: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let root = rels(&[("1", "officeDocument", "xl/workbook.xml")]);
    let own = rels(&[
        ("s", "worksheet", "worksheets/sheet1.xml"),
        ("t", "sharedStrings", "sharedStrings.xml"),
        ("y", "styles", "styles.xml"),
        ("c", "calcChain", "calcChain.xml"),
    ]);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let strings = format!("<sst count=\"3\" uniqueCount=\"3\">{strings}</sst>");
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", root.as_str()),
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"명단\" sheetId=\"1\" r:id=\"s\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", own.as_str()),
        ("xl/sharedStrings.xml", strings.as_str()),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    parts.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    parts.extend(more);
    texts(&parts)
}

fn rows_of(bytes: &[u8]) -> String {
    let sheet = part(bytes, "xl/worksheets/sheet1.xml");
    let (_, rows) = sheet.split_once("<sheetData>").expect("rows");
    rows.split_once("</sheetData>").expect("their end").0.to_owned()
}

#[test]
fn strings_of_cells_are_covered_where_they_are_kept() {
    let strings = "<si><t>주민번호</t></si><si><t>900101-1234568</t></si><si><r><rPr><b/></rPr><t>9001</t></r><r><t xml:space=\"preserve\">01-1234568</t></r></si><si><t>쓰이지 않는 900101-1234568</t><rPh sb=\"0\" eb=\"1\"><t>가나</t></rPh></si>";
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\" hidden=\"1\"><c r=\"A2\" s=\"1\" t=\"s\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>2</v></c><c r=\"C2\" t=\"inlineStr\"><is><r><t>900101-</t></r><r><t>1234568</t></r></is></c></row>";
    let bytes = workbook(rows, strings, &[]);
    let done = done("a.xlsx", &bytes);
    found_at(&done, &["sheet 1 ‘명단’ › cell A2", "sheet 1 ‘명단’ › cell B2", "strings in no cell"]);
    only(&bytes, &done.bytes, &["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"]);
    gone(&done.bytes, &[SECRET]);
}

#[test]
fn a_number_becomes_the_text_that_was_shown() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
        <row r=\"2\"><c r=\"A2\" s=\"1\"><v>9001011234568</v></c><c r=\"B2\" s=\"2\"><v>1022345678</v></c></row>\
        <row r=\"3\"><c r=\"A3\" s=\"0\" t=\"n\"><v>9.001011234568E12</v></c><c r=\"B3\"><v>17</v></c></row>";
    let bytes = workbook(rows, "<si><t>주민등록번호</t></si><si><t>휴대폰</t></si>", &[]);
    let done = done("a.xlsx", &bytes);
    let expected = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
        <row r=\"2\"><c t=\"str\" r=\"A2\" s=\"1\"><v>900101-*******</v></c><c t=\"str\" r=\"B2\" s=\"2\"><v>010-****-5678</v></c></row>\
        <row r=\"3\"><c r=\"A3\" s=\"0\" t=\"str\"><v>900101*******</v></c><c r=\"B3\"><v>17</v></c></row>";
    assert_eq!(rows_of(&done.bytes), expected);
}

#[test]
fn a_formula_that_would_give_it_again_is_taken_out() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"str\"><f>LEFT(\"900101-1234568\",6)</f><v>900101</v></c><c r=\"B1\"><f>9001011234568+0</f><v>9001011234568</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"str\"><f t=\"shared\" ref=\"A2:A4\" si=\"0\">B2&amp;C2</f><v>900101-1234568</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"str\"><f t=\"shared\" si=\"0\"/><v>가나</v></c></row>\
        <row r=\"4\"><c r=\"A4\"><f>SUM(D1:D9)</f><v>3</v></c><c r=\"B4\" t=\"str\"><f>RIGHT(A2,7)</f><v>1234568</v></c><c r=\"C4\"><f>VALUE(B4)</f><v>1234568</v></c><c r=\"D4\"><f>LEFT(\"900101-1234568\",8)</f></c></row>\
        <row r=\"5\"><c r=\"A5\" t=\"str\"><f t=\"shared\" ref=\"A5:A6\" si=\"1\">MID(\"900101-1234568\",ROW(),3)</f><v>101</v></c></row>\
        <row r=\"6\"><c r=\"A6\" t=\"str\"><f t=\"shared\" si=\"1\"/><v>01-</v></c></row>";
    let chain = "<calcChain><c r=\"A1\" i=\"1\"/></calcChain>";
    let types = "<Types><Override PartName=\"/xl/calcChain.xml\" ContentType=\"x\"/></Types>";
    let bytes = workbook(rows, "", &[("xl/calcChain.xml", chain), ("[Content_Types].xml", types)]);
    let done = done("a.xlsx", &bytes);
    let expected = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>******</v></c><c t=\"str\" r=\"B1\"><v>900101*******</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"str\"><v>900101-*******</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"str\"><v>가나</v></c></row>\
        <row r=\"4\"><c r=\"A4\"><f>SUM(D1:D9)</f><v>3</v></c><c r=\"B4\" t=\"str\"><v>*******</v></c><c t=\"str\" r=\"C4\"><v>*******</v></c><c t=\"str\" r=\"D4\"><v>LEFT(&quot;900101-*******&quot;,8)</v></c></row>\
        <row r=\"5\"><c r=\"A5\" t=\"str\"><v>***</v></c></row>\
        <row r=\"6\"><c r=\"A6\" t=\"str\"><v>**-</v></c></row>";
    assert_eq!(rows_of(&done.bytes), expected);
    assert_eq!(part(&done.bytes, "[Content_Types].xml"), "<Types></Types>");
    assert!(!part(&done.bytes, "xl/_rels/workbook.xml.rels").contains("calcChain"));
    assert!(entries(&done.bytes).iter().all(|(name, ..)| name != "xl/calcChain.xml"));
    gone(&done.bytes, &[SECRET]);
}

#[test]
fn what_stands_in_the_columns_of_a_list_is_covered_in_its_cells_only() {
    let strings = "<si><t>순번</t></si><si><t>성명</t></si><si><t>계좌번호</t></si><si><t>김가람</t></si><si><t>110-123-456789</t></si><si><t>김가람을 비롯한 이들</t></si>";
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>\
        <row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>3</v></c><c r=\"C2\" t=\"s\"><v>4</v></c></row>\
        <row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"B3\" t=\"inlineStr\"><is><t>이나래</t></is></c><c r=\"C3\"><v>110123456789</v></c></row>";
    let done = done("a.xlsx", &workbook(rows, strings, &[]));
    let shared = part(&done.bytes, "xl/sharedStrings.xml");
    assert!(shared.contains("<t>김＊람</t>") && shared.contains("<t>110-***-******</t>"), "{shared}");
    assert!(shared.contains("<t>김가람을 비롯한 이들</t>"), "{shared}");
    let rows = rows_of(&done.bytes);
    assert!(rows.contains("<t>이＊래</t>") && rows.contains("<c t=\"str\" r=\"C3\"><v>110*********</v></c>"), "{rows}");
    assert!(rows.contains("<c r=\"A3\"><v>2</v></c>"), "{rows}");
}

#[test]
fn halves_of_a_number_in_two_cells_are_covered() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
        <row r=\"2\"><c r=\"A2\"><v>900101</v></c><c r=\"B2\"><v>1234568</v></c></row>";
    let done = done("a.xlsx", &workbook(rows, "<si><t>주민번호 앞자리</t></si><si><t>주민번호 뒷자리</t></si>", &[]));
    let rows = rows_of(&done.bytes);
    assert!(rows.contains("<c r=\"A2\"><v>900101</v></c><c t=\"str\" r=\"B2\"><v>*******</v></c>"), "{rows}");
}

#[test]
fn all_that_hides_in_a_workbook_is_covered() {
    let book = "<workbook><sheets><sheet name=\"900101-1234568\" sheetId=\"1\" r:id=\"s\" state=\"veryHidden\"/></sheets>\
        <definedNames><definedName name=\"이름\" comment=\"900101-1234568\">\"900101-1234568\"</definedName><definedName name=\"수\">'900101-1234568'!$A$1+9001011234568</definedName></definedNames></workbook>";
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>가</v></c></row></sheetData>\
        <conditionalFormatting><cfRule><formula>A1=\"900101-1234568\"</formula></cfRule></conditionalFormatting>\
        <dataValidations><dataValidation prompt=\"900101-1234568\" promptTitle=\"가\"><formula1>\"900101-1234568,나\"</formula1></dataValidation></dataValidations>\
        <hyperlinks><hyperlink ref=\"A1\" display=\"900101-1234568\" tooltip=\"가\"/></hyperlinks>\
        <headerFooter><oddHeader>&amp;L&amp;\"맑은 고딕,보통\"&amp;12성명: 김가람&amp;R900101-1234568</oddHeader></headerFooter></worksheet>";
    let sheet_rels = rels(&[
        ("c", "comments", "../comments1.xml"),
        ("t", "threadedComment", "../threadedComments/threadedComment1.xml"),
        ("d", "drawing", "../drawings/drawing1.xml"),
        ("v", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
        ("l", "table", "../tables/table1.xml"),
        ("p", "pivotTable", "../pivotTables/pivotTable1.xml"),
        ("h", "hyperlink", "mailto:honggildong@example.kr?subject=900101-1234568"),
    ]);
    let bytes = workbook(
        "",
        "<si><t>900101-1234568</t></si>",
        &[
            ("xl/workbook.xml", book),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/worksheets/_rels/sheet1.xml.rels", &sheet_rels),
            (
                "xl/comments1.xml",
                "<comments><authors><author>900101-1234568</author></authors><commentList><comment ref=\"A1\"><text><r><t>900101</t></r><r><t>-1234568</t></r></text></comment></commentList></comments>",
            ),
            (
                "xl/threadedComments/threadedComment1.xml",
                "<ThreadedComments><threadedComment ref=\"A1\"><text>900101-1234568</text></threadedComment></ThreadedComments>",
            ),
            (
                "xl/drawings/drawing1.xml",
                "<xdr:wsDr><xdr:cNvPr name=\"가\" descr=\"900101-1234568\"/><a:p><a:r><a:t>900101-</a:t></a:r><a:r><a:t>1234568</a:t></a:r></a:p></xdr:wsDr>",
            ),
            (
                "xl/drawings/vmlDrawing1.vml",
                "<xml><v:shape alt=\"900101-1234568\"><v:textbox><div><font>900101-1234568</font></div></v:textbox></v:shape></xml>",
            ),
            (
                "xl/tables/table1.xml",
                "<table name=\"표1\"><tableColumns><tableColumn id=\"1\" name=\"900101-1234568\"/></tableColumns></table>",
            ),
            (
                "xl/pivotCache/pivotCacheDefinition1.xml",
                "<pivotCacheDefinition><cacheFields><cacheField name=\"900101-1234568\"><sharedItems><s v=\"900101-1234568\"/><n v=\"9001011234568\"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>",
            ),
            (
                "xl/pivotCache/pivotCacheRecords1.xml",
                "<pivotCacheRecords><r><s v=\"900101-1234568\"/></r></pivotCacheRecords>",
            ),
            (
                "xl/externalLinks/externalLink1.xml",
                "<externalLink><externalBook><sheetDataSet><sheetData><row><cell r=\"A1\" t=\"str\"><v>900101-1234568</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>",
            ),
            (
                "docProps/app.xml",
                "<Properties><TitlesOfParts><vt:vector><vt:lpstr>900101-1234568</vt:lpstr></vt:vector></TitlesOfParts></Properties>",
            ),
            (
                "docProps/custom.xml",
                "<Properties><property name=\"가\"><vt:lpwstr>900101-1234568</vt:lpwstr></property><property name=\"나\"><vt:i8>9001011234568</vt:i8></property></Properties>",
            ),
            ("customXml/item1.xml", "<a b=\"900101-1234568\"><?pi 900101-1234568?></a>"),
        ],
    );
    let done = done("a.xlsx", &bytes);
    gone(&done.bytes, &[SECRET, "honggildong"]);
    let book = part(&done.bytes, "xl/workbook.xml");
    assert!(book.contains("sheet name=\"900101-＊＊＊＊＊＊＊\""), "no name of a sheet has stars: {book}");
    assert!(book.contains(">'900101-＊＊＊＊＊＊＊'!$A$1+0000000000000<"), "a formula stays one: {book}");
    let sheet = part(&done.bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("&amp;L&amp;\"맑은 고딕,보통\"&amp;12성명: 김＊람&amp;R900101-*******"), "{sheet}");
    assert!(part(&done.bytes, "xl/pivotCache/pivotCacheDefinition1.xml").contains("<n v=\"0\"/>"));
    assert!(part(&done.bytes, "docProps/custom.xml").contains("<vt:i8>0</vt:i8>"));
    assert_eq!(part(&done.bytes, "xl/styles.xml"), STYLES);
}

#[test]
fn sheets_that_would_have_one_name_are_refused() {
    let book = "<workbook><sheets><sheet name=\"900101-1234568\" sheetId=\"1\" r:id=\"s\"/><sheet name=\"900101-2234567\" sheetId=\"2\" r:id=\"s\"/></sheets></workbook>";
    let refused = tried("a.xlsx", &workbook("", "", &[("xl/workbook.xml", book)]));
    assert_eq!(refused, Err(NotMasked::Rewrite(NotRewritten::Part("xl/workbook.xml".to_owned()))));
}

#[test]
fn names_that_formulas_use_stay_names() {
    let book = "<workbook><sheets><sheet name=\"명단\" sheetId=\"1\" r:id=\"s\"/></sheets><definedNames><definedName name=\"n_9001011234568\">명단!$A$1</definedName><definedName name=\"합\">n_9001011234568+1</definedName></definedNames></workbook>";
    let done = done("a.xlsx", &workbook("", "<si><t>900101-1234568</t></si>", &[("xl/workbook.xml", book)]));
    let book = part(&done.bytes, "xl/workbook.xml");
    assert!(book.contains("name=\"n_900101_______\">") && book.contains(">n_900101_______+1<"), "{book}");
}

#[test]
fn a_real_workbook_with_a_hidden_sheet_is_masked() {
    let real = include_bytes!("../../../../../tests/documents/TwoSheetsOneHidden.xlsx");
    let planted: Vec<(String, Vec<u8>)> = entries(real)
        .into_iter()
        .map(|(name, held, _)| {
            let text = String::from_utf8_lossy(&held).replace("</sst>", "<si><t>900101-1234568</t></si></sst>");
            (name.clone(), if name.ends_with("sharedStrings.xml") { text.into_bytes() } else { held })
        })
        .collect();
    let parts: Vec<(&str, &[u8])> = planted.iter().map(|(name, held)| (name.as_str(), held.as_slice())).collect();
    let bytes = archive(&parts);
    let done = done("a.xlsx", &bytes);
    gone(&done.bytes, &[SECRET]);
}
