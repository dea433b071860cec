//! Binary workbooks and sheets of OpenDocument.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::{compound, macros, native, properties};
use crate::make::office::{bytes, flat_odf, odf};
use crate::make::xls::{book, book_95, label, numbers, record, short, string};

pub fn cases() -> Vec<Case> {
    [cells(), beside(), book_wide(), open_sheets()].into_iter().flatten().collect()
}

fn of(globals: &[Vec<u8>], state: u8, sheet: &[Vec<u8>]) -> Vec<u8> {
    compound(&[("Workbook", book(globals, state, sheet))])
}

fn own() -> Vec<u8> {
    label(0, 0, N)
}

fn cells() -> Vec<Case> {
    let row = record(0x208, &numbers(&[0, 0, 1, 255, 0, 0, 0x20, 0]));
    let column = record(0x7D, &numbers(&[0, 0, 2048, 0, 1, 0]));
    let sst = |rest: &[u8]| [&1u32.to_le_bytes()[..], &1u32.to_le_bytes(), rest].concat();
    let (head, tail) = N.split_at(6);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let parted =
        [record(0xFC, &sst(&[&[14, 0, 1][..], &wide(head)].concat())), record(0x3C, &[&[1][..], &wide(tail)].concat())];
    let used = record(0xFD, &[numbers(&[0, 0, 0]), vec![0; 4]].concat());
    let format = record(0x41E, &[numbers(&[200]), string("000000-0000000")].concat());
    let xf = |format: u16| record(0xE0, &[numbers(&[0, format]), vec![0; 16]].concat());
    let number = record(0x203, &[numbers(&[1, 0, 0]), 9_001_011_234_568_f64.to_le_bytes().to_vec()].concat());
    let numbered = |format: u16, more: &[Vec<u8>]| {
        of(&[more, &[xf(format)]].concat(), 0, &[label(0, 0, "주민등록번호"), number.clone()])
    };
    let token = [&[0x17][..], &short(N)].concat();
    let formula = |token: &[u8]| {
        let data = [numbers(&[0, 0, 0]), vec![0, 0, 0, 0, 0, 0, 0xFF, 0xFF], vec![0; 6]].concat();
        record(0x06, &[data, numbers(&[token.len() as u16]), token.to_vec()].concat())
    };
    let at = "sheet 1 ‘명단’ › cell A1";
    vec![
        case("a.xls", "a cell", of(&[], 0, &[own()]), at),
        case("a.xls", "a hidden sheet", of(&[], 1, &[own()]), "sheet 1 ‘명단’ (hidden) › cell A1"),
        case("a.xls", "a very hidden sheet", of(&[], 2, &[own()]), "sheet 1 ‘명단’ (very hidden) › cell A1"),
        case("a.xls", "a hidden row", of(&[], 0, &[row, own()]), "sheet 1 ‘명단’ › cell A1 (hidden)"),
        case("a.xls", "a hidden column", of(&[], 0, &[column, own()]), "sheet 1 ‘명단’ › cell A1 (hidden)"),
        case("a.xls", "a shared string over two records", of(&parted, 0, &[used]), at),
        case("a.xls", "a string that no cell uses", of(&parted, 0, &[]), "strings in no cell"),
        case("a.xls", "a number", numbered(0, &[]), "sheet 1 ‘명단’ › cell A2"),
        case("a.xls", "a number by its format", numbered(200, &[format]), "sheet 1 ‘명단’ › cell A2"),
        case("a.xls", "the value behind a formula", of(&[], 0, &[formula(&[]), record(0x207, &string(N))]), at),
        case(
            "a.xls",
            "a mask made by a formula",
            of(&[], 0, &[formula(&token), record(0x207, &string("900101-*******"))]),
            "sheet 1 ‘명단’ › cell A1 › formula",
        ),
        case(
            "a.xls",
            "a hidden sheet of Excel 95",
            compound(&[("Book", book_95(N))]),
            "sheet 1 ‘명단’ (hidden) › cell A1",
        ),
        case(
            "a.xls",
            "a cell under the default password",
            include_bytes!("../../documents/cfb/velvet.xls").to_vec(),
            "sheet 1 ‘명단’ › cell B2",
        ),
    ]
}

fn beside() -> Vec<Case> {
    let object = |kind: u16, id: u16| record(0x5D, &numbers(&[0x15, 0x12, kind, id, 0, 0, 0, 0, 0, 0, 0]));
    let wide: Vec<u8> = N.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text =
        [record(0x1B6, &numbers(&[0, 0, 0, 0, 0, 14, 16, 0, 0])), record(0x3C, &[&[1][..], &wide].concat())].concat();
    let note = record(0x1C, &[numbers(&[1, 2, 0, 7]), string("a")].concat());
    let list = [&[0x17][..], &short(N)].concat();
    let prompts = ["제목", "오류", "안내", "오류"].map(string).concat();
    let validation =
        [vec![0; 4], prompts, numbers(&[list.len() as u16, 0]), list.clone(), numbers(&[0, 0, 0])].concat();
    let head = [numbers(&[0]), vec![0, 4], numbers(&[list.len() as u16, 0, 0]), vec![0; 4]].concat();
    let units: Vec<u8> = "비밀이름".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name = record(0x18, &[head, vec![1], units, list].concat());
    let cached = record(0x5A, &[vec![0, 0, 0, 0, 2], string(N)].concat());
    let of_sheet = |records: &[Vec<u8>]| of(&[], 0, records);
    vec![
        case(
            "a.xls",
            "a comment",
            of_sheet(&[object(0x19, 7), text.clone(), note]),
            "sheet 1 ‘명단’ › cell C2 › comment 1",
        ),
        case("a.xls", "a text box", of_sheet(&[object(6, 8), text]), "sheet 1 ‘명단’ › text box"),
        case("a.xls", "a header", of_sheet(&[record(0x14, &string(&format!("&C{N}")))]), "sheet 1 ‘명단’ › header"),
        case("a.xls", "a footer", of_sheet(&[record(0x15, &string(&format!("&C{N}")))]), "sheet 1 ‘명단’ › footer"),
        case("a.xls", "a validation list", of_sheet(&[record(0x1BE, &validation)]), "sheet 1 ‘명단’ › validation list"),
        case(
            "a.xls",
            "a chart's text",
            of_sheet(&[record(0x100D, &[numbers(&[0]), short(N)].concat())]),
            "sheet 1 ‘명단’ › chart data",
        ),
        case("a.xls", "a defined name", of(&[name], 0, &[]), "defined name ‘비밀이름’"),
        case("a.xls", "the cache of an external link", of(&[cached], 0, &[]), "cache of an external link"),
    ]
}

/// What a binary workbook has beside the stream of its sheets.
fn book_wide() -> Vec<Case> {
    let with =
        |more: Vec<(String, Vec<u8>)>| compound(&[vec![("Workbook".to_owned(), book(&[], 0, &[]))], more].concat());
    let one = |name: &str, bytes: Vec<u8>| with(vec![(name.to_owned(), bytes)]);
    let inner = book(&[], 0, &[own()]);
    vec![
        case("a.xls", "a pivot cache", one("_SX_DB_CUR/0001", record(0xCD, &string(N))), "pivot cache"),
        case("a.xls", "document properties", one("\u{5}SummaryInformation", properties(N)), "document properties"),
        case(
            "a.xls",
            "a file packed in an object",
            one("MBD01/\u{1}Ole10Native", native("b.txt", N.as_bytes())),
            "MBD01 › b.txt, line 1",
        ),
        case("a.xls", "a workbook in it", one("MBD02/Workbook", inner), "MBD02 › sheet 1 ‘명단’ › cell A1"),
        case(
            "a.xls",
            "a macro",
            with(macros("_VBA_PROJECT_CUR/", &format!("' {N}"))),
            "part ‘_VBA_PROJECT_CUR’ › script, line 2",
        ),
    ]
}

fn open(body: &str, styles: &str) -> Vec<u8> {
    odf("spreadsheet", styles, body, &[])
}

fn open_sheets() -> Vec<Case> {
    let cell = |attributes: &str, inner: &str| format!("<table:table-cell {attributes}>{inner}</table:table-cell>");
    let rows = |table: &str, row: &str, cells: &str| {
        format!(
            "<table:table table:name=\"명단\" {table}><table:table-row {row}>{cells}</table:table-row></table:table>"
        )
    };
    let text = format!("<text:p>{}<text:span>{}</text:span></text:p>", &N[..6], &N[6..]);
    let own = cell("", &text);
    let hidden = "<style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style>";
    let columns = format!(
        "<table:table table:name=\"명단\"><table:table-column table:visibility=\"collapse\"/><table:table-row>{own}</table:table-row></table:table>"
    );
    let number = format!(
        "<table:table table:name=\"명단\"><table:table-row>{}</table:table-row><table:table-row>{}</table:table-row></table:table>",
        cell("", "<text:p>주민등록번호</text:p>"),
        cell("office:value=\"9001011234568\"", "<text:p>***</text:p>")
    );
    let at = "sheet 1 ‘명단’ › cell A1";
    let note = cell("", &format!("<office:annotation><text:p>{N}</text:p></office:annotation><text:p>a</text:p>"));
    let formula =
        cell(&format!("table:formula=\"of:=REPLACE(&quot;{N}&quot;;8;7;&quot;*&quot;)\""), "<text:p>*</text:p>");
    let heads = format!(
        "<office:document-styles><office:master-styles><style:master-page><style:header><text:p>{N}</text:p></style:header></style:master-page></office:master-styles></office:document-styles>"
    );
    let object = format!(
        "<office:document-content><office:body><office:chart><chart:chart><table:table><table:table-row>{own}</table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>"
    );
    let meta =
        format!("<office:document-meta><office:meta><dc:creator>{N}</dc:creator></office:meta></office:document-meta>");
    vec![
        case("a.ods", "a cell", open(&rows("", "", &own), ""), at),
        case(
            "a.ods",
            "a hidden sheet",
            open(&rows("table:style-name=\"h\"", "", &own), hidden),
            "sheet 1 ‘명단’ (hidden) › cell A1",
        ),
        case(
            "a.ods",
            "a hidden row",
            open(&rows("", "table:visibility=\"collapse\"", &own), ""),
            "sheet 1 ‘명단’ › cell A1 (hidden)",
        ),
        case(
            "a.ods",
            "a filtered row",
            open(&rows("", "table:visibility=\"filter\"", &own), ""),
            "sheet 1 ‘명단’ › cell A1 (hidden)",
        ),
        case("a.ods", "a hidden column", open(&columns, ""), "sheet 1 ‘명단’ › cell A1 (hidden)"),
        case("a.ods", "the stored value of a cell", open(&number, ""), "sheet 1 ‘명단’ › cell A2"),
        case("a.ods", "a comment", open(&rows("", "", &note), ""), "sheet 1 ‘명단’ › comment 1 › cell A1"),
        case(
            "a.ods",
            "a mask made by a formula",
            open(&rows("", "", &formula), ""),
            "sheet 1 ‘명단’ › formula › cell A1",
        ),
        case(
            "a.ods",
            "a shape",
            open(
                &format!(
                    "<table:table table:name=\"명단\"><table:shapes><draw:custom-shape>{text}</draw:custom-shape></table:shapes></table:table>"
                ),
                "",
            ),
            "sheet 1 ‘명단’ › text box",
        ),
        case(
            "a.ods",
            "a validation list",
            open(
                &format!(
                    "<table:content-validations><table:content-validation table:condition=\"of:cell-content-is-in-list(&quot;{N}&quot;)\"/></table:content-validations>"
                ),
                "",
            ),
            "validation list",
        ),
        case(
            "a.ods",
            "a defined name",
            open(
                &format!(
                    "<table:named-expressions><table:named-expression table:name=\"이름\" table:expression=\"&quot;{N}&quot;\"/></table:named-expressions>"
                ),
                "",
            ),
            "defined name ‘이름’",
        ),
        case(
            "a.ods",
            "a header",
            odf("spreadsheet", "", "", &bytes(&[("styles.xml", &heads)])),
            "header › paragraph 1",
        ),
        case(
            "a.ods",
            "document properties",
            odf("spreadsheet", "", "", &bytes(&[("meta.xml", &meta)])),
            "document properties",
        ),
        case(
            "a.ods",
            "a chart's table",
            odf("spreadsheet", "", "", &bytes(&[("Object 1/content.xml", &object)])),
            "part ‘Object 1/content.xml’ › chart data › table 1 › cell A1",
        ),
        case("a.fods", "a cell", flat_odf("spreadsheet", &rows("", "", &own)), at),
        case(
            "a.fods",
            "a hidden row",
            flat_odf("spreadsheet", &rows("", "table:visibility=\"collapse\"", &own)),
            "sheet 1 ‘명단’ › cell A1 (hidden)",
        ),
    ]
}
