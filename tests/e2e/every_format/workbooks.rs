//! Workbooks of OOXML.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::{compound, macros, native};
use crate::make::office::{bytes, deflated, docx, xlsx};
use crate::make::xlsb::{cell, record, row, string};
use crate::make::zip::rels;

fn sheet(inner: &str) -> String {
    format!("<worksheet>{inner}</worksheet>")
}

fn rows(rows: &str) -> String {
    sheet(&format!("<sheetData>{rows}</sheetData>"))
}

/// A row with the number in a cell `A1`.
fn row_of(attributes: &str) -> String {
    format!("<row r=\"1\"{attributes}><c r=\"A1\" t=\"str\"><v>{N}</v></c></row>")
}

fn plain(sheet: &str) -> Vec<u8> {
    xlsx(sheet, &[], &[])
}

/// With one more part.
fn with(sheet: &str, name: &str, text: &str) -> Vec<u8> {
    xlsx(sheet, &[], &bytes(&[(name, text)]))
}

/// With a part that the sheet leads to.
fn led(kind: &str, name: &str, text: &str) -> Vec<u8> {
    let target = name.replace("xl/", "../");
    xlsx(&rows(""), &[("x", kind, &target)], &bytes(&[(name, text)]))
}

pub fn cases() -> Vec<Case> {
    [cells(), beside(), parts(), within(), binary()].into_iter().flatten().collect()
}

fn cells() -> Vec<Case> {
    let at = "sheet 1 ‘명단’ › cell A1";
    let strings = format!("<sst><si><r><t>{}</t></r><r><rPr><b/></rPr><t>{}</t></r></si></sst>", &N[..7], &N[7..]);
    let shared = |used: bool| {
        let cell = if used { "<row><c t=\"s\"><v>0</v></c></row>" } else { "" };
        with(&rows(cell), "xl/sharedStrings.xml", &strings)
    };
    let number = |style: u8| {
        plain(&rows(&format!(
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>주민등록번호</v></c></row>\
             <row r=\"2\"><c r=\"A2\" s=\"{style}\"><v>9.001011234568E12</v></c></row>"
        )))
    };
    let state = |state: &str| {
        let book =
            format!("<workbook><sheets><sheet name=\"명단\" state=\"{state}\" r:id=\"r1\"/></sheets></workbook>");
        with(&rows(&row_of("")), "xl/workbook.xml", &book)
    };
    let column = format!("<cols><col min=\"1\" max=\"1\" hidden=\"1\"/></cols><sheetData>{}</sheetData>", row_of(""));
    let formula = |formula: &str, value: &str| {
        plain(&rows(&format!("<row><c r=\"A1\" t=\"str\"><f>{formula}</f><v>{value}</v></c></row>")))
    };
    let inline =
        format!("<row><c t=\"inlineStr\"><is><r><t>{}</t></r><r><t>{}</t></r></is></c></row>", &N[..3], &N[3..]);
    vec![
        case("a.xlsx", "a cell's own string", plain(&rows(&inline)), at),
        case("a.xlsx", "a shared string in two runs", shared(true), at),
        case("a.xlsx", "a string that no cell uses", shared(false), "strings in no cell"),
        case("a.xlsx", "a number by its format", number(1), "sheet 1 ‘명단’ › cell A2"),
        case("a.xlsx", "a number", number(0), "sheet 1 ‘명단’ › cell A2"),
        case("a.xlsx", "a number that its format hides", number(2), "sheet 1 ‘명단’ › cell A2"),
        case("a.xlsx", "the value behind a formula", formula("B1", N), at),
        case(
            "a.xlsx",
            "a mask made by a formula",
            formula(&format!("REPLACE(\"{N}\",8,7,\"*******\")"), "900101-*******"),
            "sheet 1 ‘명단’ › formula › cell A1",
        ),
        case("a.xlsx", "a hidden row", plain(&rows(&row_of(" hidden=\"1\""))), "sheet 1 ‘명단’ › cell A1 (hidden)"),
        case("a.xlsx", "a hidden column", plain(&sheet(&column)), "sheet 1 ‘명단’ › cell A1 (hidden)"),
        case("a.xlsx", "a hidden sheet", state("hidden"), "sheet 1 ‘명단’ (hidden) › cell A1"),
        case("a.xlsx", "a very hidden sheet", state("veryHidden"), "sheet 1 ‘명단’ (very hidden) › cell A1"),
    ]
}

fn beside() -> Vec<Case> {
    let of = |text: String| plain(&sheet(&format!("<sheetData/>{text}")));
    vec![
        case(
            "a.xlsx",
            "a header",
            of(format!("<headerFooter><oddHeader>&amp;L{N}</oddHeader></headerFooter>")),
            "sheet 1 ‘명단’ › header",
        ),
        case(
            "a.xlsx",
            "a footer",
            of(format!("<headerFooter><evenFooter>&amp;C{N}</evenFooter></headerFooter>")),
            "sheet 1 ‘명단’ › footer",
        ),
        case(
            "a.xlsx",
            "a validation list",
            of(format!(
                "<dataValidations><dataValidation><formula1>\"홍길동,{N}\"</formula1></dataValidation></dataValidations>"
            )),
            "sheet 1 ‘명단’ › validation list",
        ),
        case(
            "a.xlsx",
            "a filter",
            of(format!(
                "<autoFilter><filterColumn><filters><filter val=\"{N}\"/></filters></filterColumn></autoFilter>"
            )),
            "sheet 1 ‘명단’ › part ‘sheet’",
        ),
        case(
            "a.xlsx",
            "a condition of a format",
            of(format!(
                "<conditionalFormatting><cfRule><formula>A1=\"{N}\"</formula></cfRule></conditionalFormatting>"
            )),
            "sheet 1 ‘명단’ › formula",
        ),
        case(
            "a.xlsx",
            "a scenario",
            of(format!("<scenarios><scenario><inputCells r=\"A1\" val=\"{N}\"/></scenario></scenarios>")),
            "sheet 1 ‘명단’ › part ‘sheet’",
        ),
        case(
            "a.xlsx",
            "a link as it is shown",
            of(format!("<hyperlinks><hyperlink display=\"{N}\"/></hyperlinks>")),
            "sheet 1 ‘명단’ › link address",
        ),
        case(
            "a.xlsx",
            "the address of a link",
            xlsx(&rows(""), &[("x", "hyperlink", &format!("http://a.example/?no={N}"))], &[]),
            "sheet 1 ‘명단’ › link address",
        ),
    ]
}

fn parts() -> Vec<Case> {
    let box_of = |shape: String| led("drawing", "xl/drawings/drawing1.xml", &format!("<xdr:wsDr>{shape}</xdr:wsDr>"));
    let comment = format!(
        "<comments><commentList><comment ref=\"B3\"><text><t>{N}</t></text></comment></commentList></comments>"
    );
    let threaded =
        format!("<ThreadedComments><threadedComment ref=\"C4\"><text>{N}</text></threadedComment></ThreadedComments>");
    let chart =
        format!("<c:chartSpace><c:cat><c:strCache><c:pt><c:v>{N}</c:v></c:pt></c:strCache></c:cat></c:chartSpace>");
    let to_chart = rels(&[("c", "chart", "../charts/chart1.xml")]);
    let charted = xlsx(
        &rows(""),
        &[("x", "drawing", "../drawings/drawing1.xml")],
        &bytes(&[
            ("xl/drawings/drawing1.xml", "<xdr:wsDr/>"),
            ("xl/drawings/_rels/drawing1.xml.rels", &to_chart),
            ("xl/charts/chart1.xml", &chart),
        ]),
    );
    let named = format!(
        "<workbook><sheets><sheet name=\"명단\" r:id=\"r1\"/></sheets><definedNames><definedName name=\"이름\">\"{N}\"</definedName></definedNames></workbook>"
    );
    let of = |name: &str, text: String| with(&rows(""), name, &text);
    vec![
        case(
            "a.xlsx",
            "a comment",
            led("comments", "xl/comments1.xml", &comment),
            "sheet 1 ‘명단’ › comment 1 › cell B3",
        ),
        case(
            "a.xlsx",
            "a threaded comment",
            led("threadedComment", "xl/threadedComments/t1.xml", &threaded),
            "sheet 1 ‘명단’ › comment 1 › cell C4",
        ),
        case(
            "a.xlsx",
            "a text box",
            box_of(format!(
                "<xdr:sp><xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody></xdr:sp>",
                &N[..6],
                &N[6..]
            )),
            "sheet 1 ‘명단’ › text box",
        ),
        case(
            "a.xlsx",
            "an alternative text",
            box_of(format!("<xdr:sp><xdr:cNvPr descr=\"{N}\"/></xdr:sp>")),
            "sheet 1 ‘명단’ › text box › alternative text",
        ),
        case(
            "a.xlsx",
            "a text box in VML",
            led(
                "vmlDrawing",
                "xl/drawings/vml1.vml",
                &format!("<xml><v:shape><v:textbox><div>{N}</div></v:textbox></v:shape></xml>"),
            ),
            "sheet 1 ‘명단’ › text box › text box",
        ),
        case("a.xlsx", "a chart's cache", charted, "sheet 1 ‘명단’ › text box › chart data"),
        case(
            "a.xlsx",
            "a column of a table",
            led(
                "table",
                "xl/tables/table1.xml",
                &format!("<table><tableColumns><tableColumn name=\"{N}\"/></tableColumns></table>"),
            ),
            "sheet 1 ‘명단’ › part ‘xl/tables/table1.xml’",
        ),
        case("a.xlsx", "a defined name", of("xl/workbook.xml", named), "defined name ‘이름’"),
        case(
            "a.xlsx",
            "a pivot cache",
            of(
                "xl/pivotCache/pivotCacheDefinition1.xml",
                format!("<pivotCacheDefinition><sharedItems><s v=\"{N}\"/></sharedItems></pivotCacheDefinition>"),
            ),
            "pivot cache",
        ),
        case(
            "a.xlsx",
            "the cache of an external link",
            of(
                "xl/externalLinks/externalLink1.xml",
                format!(
                    "<externalLink><externalBook><sheetData><row><cell><v>{N}</v></cell></row></sheetData></externalBook></externalLink>"
                ),
            ),
            "cache of an external link",
        ),
        case(
            "a.xlsx",
            "document properties",
            of("docProps/core.xml", format!("<cp:coreProperties><dc:creator>{N}</dc:creator></cp:coreProperties>")),
            "document properties",
        ),
        case(
            "a.xlsx",
            "custom XML",
            of("customXml/item1.xml", format!("<a><b>{N}</b></a>")),
            "part ‘customXml/item1.xml’",
        ),
        case(
            "a.xlsx",
            "a sheet that no workbook names",
            deflated(&bytes(&[("[Content_Types].xml", "<Types/>"), ("xl/worksheets/sheet9.xml", &rows(&row_of("")))])),
            "part ‘xl/worksheets/sheet9.xml’ › cell A1",
        ),
    ]
}

fn within() -> Vec<Case> {
    let holding = |name: &str, file: &[u8]| xlsx(&rows(""), &[], &[(name, file)]);
    let inner = plain(&rows(&row_of("")));
    let text = docx(&format!("<w:p><w:r><w:t>{N}</w:t></w:r></w:p>"), "http://x/", &[]);
    let packed = compound(&[("\u{1}Ole10Native", native("b.csv", format!("번호\n{N}\n").as_bytes()))]);
    let package = compound(&[("Package", inner.clone())]);
    vec![
        case(
            "a.xlsx",
            "a workbook in it",
            holding("xl/embeddings/in.xlsx", &inner),
            "in.xlsx › sheet 1 ‘명단’ › cell A1",
        ),
        case("a.xlsx", "a document in it", holding("xl/embeddings/in.docx", &text), "in.docx › paragraph 1"),
        case(
            "a.xlsx",
            "a file packed in an object",
            holding("xl/embeddings/oleObject1.bin", &packed),
            "oleObject1.bin › b.csv, line 2",
        ),
        case(
            "a.xlsx",
            "a package in an object",
            holding("xl/embeddings/oleObject2.bin", &package),
            "oleObject2.bin › Package › sheet 1 ‘명단’ › cell A1",
        ),
        case(
            "a.xlsm",
            "a macro",
            holding("xl/vbaProject.bin", &compound(&macros("", &format!("' {N}")))),
            "vbaProject.bin › script, line 2",
        ),
        case("a.xlsm", "a cell", inner, "sheet 1 ‘명단’ › cell A1"),
    ]
}

/// A workbook of BIFF12: its own list, its sheet, its strings, its comments.
fn wide_book(state: u32, more: &[u8], sheet: &[u8], strings: &[u8], comments: &[u8]) -> Vec<u8> {
    let list = record(156, &[&state.to_le_bytes()[..], &1_u32.to_le_bytes(), &string("r1"), &string("명단")].concat());
    let books = rels(&[("r1", "worksheet", "worksheets/sheet1.bin"), ("r2", "sharedStrings", "sharedStrings.bin")]);
    deflated(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", rels(&[("1", "officeDocument", "xl/workbook.bin")]).as_bytes()),
        ("xl/workbook.bin", &[&list, more].concat()),
        ("xl/_rels/workbook.bin.rels", books.as_bytes()),
        ("xl/sharedStrings.bin", strings),
        ("xl/worksheets/sheet1.bin", sheet),
        ("xl/worksheets/_rels/sheet1.bin.rels", rels(&[("c", "comments", "../comments1.bin")]).as_bytes()),
        ("xl/comments1.bin", comments),
    ])
}

fn binary() -> Vec<Case> {
    let of_sheet = |state: u32, records: &[Vec<u8>]| wide_book(state, &[], &records.concat(), &[], &[]);
    let own = || cell(6, 0, &string(N));
    let column = [&0_u32.to_le_bytes()[..], &0_u32.to_le_bytes(), &[0; 8], &1_u16.to_le_bytes()].concat();
    let item = record(19, &[vec![0], string(N)].concat());
    let token: Vec<u8> =
        [&[0x17, 14, 0][..], &N.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    let name =
        record(39, &[vec![0; 9], string("이름"), (token.len() as u32).to_le_bytes().to_vec(), token.clone()].concat());
    let place: Vec<u8> = [0_u32, 6, 6, 1, 1].into_iter().flat_map(u32::to_le_bytes).collect();
    let comment = [record(635, &place), record(637, &[vec![0], string(N)].concat())].concat();
    let heads =
        |head: &str, foot: &str| record(479, &[vec![0; 2], string(head), string(foot), vec![0xFF; 16]].concat());
    let number = [cell(6, 0, &string("주민등록번호")), row(1, false), cell(5, 0, &9_001_011_234_568_f64.to_le_bytes())];
    vec![
        case("a.xlsb", "a cell", of_sheet(0, &[row(0, false), own()]), "sheet 1 ‘명단’ › cell A1"),
        case("a.xlsb", "a hidden row", of_sheet(0, &[row(0, true), own()]), "sheet 1 ‘명단’ › cell A1 (hidden)"),
        case(
            "a.xlsb",
            "a hidden column",
            of_sheet(0, &[record(60, &column), row(0, false), own()]),
            "sheet 1 ‘명단’ › cell A1 (hidden)",
        ),
        case("a.xlsb", "a hidden sheet", of_sheet(1, &[row(0, false), own()]), "sheet 1 ‘명단’ (hidden) › cell A1"),
        case(
            "a.xlsb",
            "a very hidden sheet",
            of_sheet(2, &[row(0, false), own()]),
            "sheet 1 ‘명단’ (very hidden) › cell A1",
        ),
        case(
            "a.xlsb",
            "a number",
            of_sheet(0, &[vec![row(0, false)], number.to_vec()].concat()),
            "sheet 1 ‘명단’ › cell A2",
        ),
        case(
            "a.xlsb",
            "the value behind a formula",
            of_sheet(0, &[row(0, false), cell(8, 0, &[string(N), vec![0; 6]].concat())]),
            "sheet 1 ‘명단’ › cell A1",
        ),
        case(
            "a.xlsb",
            "a formula",
            of_sheet(0, &[row(0, false), cell(8, 0, &[string("***"), vec![0; 2], token].concat())]),
            "sheet 1 ‘명단’ › formula › cell A1",
        ),
        case(
            "a.xlsb",
            "a shared string",
            wide_book(0, &[], &[row(0, false), cell(7, 0, &[0; 4])].concat(), &item, &[]),
            "sheet 1 ‘명단’ › cell A1",
        ),
        case("a.xlsb", "a string that no cell uses", wide_book(0, &[], &[], &item, &[]), "strings in no cell"),
        case("a.xlsb", "a defined name", wide_book(0, &name, &[], &[], &[]), "defined name ‘이름’"),
        case("a.xlsb", "a comment", wide_book(0, &[], &[], &[], &comment), "sheet 1 ‘명단’ › comment 1 › cell B7"),
        case("a.xlsb", "a header", of_sheet(0, &[heads(&format!("&L{N}"), "")]), "sheet 1 ‘명단’ › header"),
        case("a.xlsb", "a footer", of_sheet(0, &[heads("", &format!("&C{N}"))]), "sheet 1 ‘명단’ › footer"),
    ]
}
