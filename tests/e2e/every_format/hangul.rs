//! HWP in all its versions.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::{compound, native, properties, wide};
use crate::make::hwp::{self, control, deflate, distributed, header, paragraph};
use crate::make::office::{deflated, hwpml, hwpx};
use crate::make::{hwp3, office};

pub fn cases() -> Vec<Case> {
    [five(), beside_five(), three(), packaged(), in_xml()].into_iter().flatten().collect()
}

/// A document of HWP 5 with a control, in which lists of paragraphs stand.
fn of(id: &[u8; 4], records: &[Vec<u8>]) -> Vec<u8> {
    let section = [paragraph(0, "글"), control(1, id, &[]), records.concat()];
    hwp::document(1, &section.concat(), &[])
}

fn list(level: u32, column: u16, row: u16) -> Vec<u8> {
    let place = [column.to_le_bytes(), row.to_le_bytes()].concat();
    hwp::record(0x48, level, &[&[0; 8][..], &place].concat())
}

fn five() -> Vec<Case> {
    let text = || paragraph(2, N);
    let link = wide(&format!("http\\://a.example/?no={N}"));
    let command = [&[0; 5][..], &(link.len() as u16 / 2).to_le_bytes(), &link].concat();
    let script = [&[0; 4][..], &(N.len() as u16).to_le_bytes(), &wide(N)].concat();
    let linked = [paragraph(0, "글"), control(1, b"%hlk", &command)].concat();
    let memo = [paragraph(0, "글"), hwp::record(0x5D, 1, &[0; 4]), hwp::record(0x48, 1, &[0; 8]), paragraph(1, N)];
    let at = "section 1 › ";
    let place = |behind: &'static str| -> &'static str { Box::leak(format!("{at}{behind}").into_boxed_str()) };
    vec![
        case("a.hwp", "a paragraph", hwp::document(1, &paragraph(0, N), &[]), place("paragraph 1")),
        case(
            "a.hwp",
            "a document that is not packed",
            compound(&[("FileHeader", header(0)), ("BodyText/Section0", paragraph(0, N))]),
            place("paragraph 1"),
        ),
        case("a.hwp", "a distribution document", distributed(&paragraph(0, N)), place("paragraph 1")),
        case("a.hwp", "a header", of(b"head", &[list(2, 0, 0), text()]), place("header › paragraph 1")),
        case("a.hwp", "a footer", of(b"foot", &[text()]), place("footer › paragraph 1")),
        case("a.hwp", "a footnote", of(b"fn  ", &[text()]), place("note 1 › paragraph 1")),
        case("a.hwp", "an endnote", of(b"en  ", &[text()]), place("note 1 › paragraph 1")),
        case("a.hwp", "a hidden comment", of(b"tcmt", &[text()]), place("comment 1 › paragraph 1")),
        case(
            "a.hwp",
            "a table",
            of(b"tbl ", &[hwp::record(0x4D, 2, &[]), list(2, 0, 0), paragraph(2, "가"), list(2, 1, 1), text()]),
            place("table 1 › cell B2"),
        ),
        case(
            "a.hwp",
            "a text box",
            of(b"gso ", &[hwp::record(0x4C, 2, &[]), list(3, 0, 0), paragraph(3, N)]),
            place("text box › paragraph 1"),
        ),
        case("a.hwp", "a memo", hwp::document(1, &memo.concat(), &[]), place("comment 1 › paragraph 1")),
        case("a.hwp", "the address of a link", hwp::document(1, &linked, &[]), place("link address")),
        case("a.hwp", "an equation", of(b"eqed", &[hwp::record(0x58, 2, &script)]), place("formula")),
    ]
}

fn beside_five() -> Vec<Case> {
    let with = |name: &str, bytes: Vec<u8>| hwp::document(1, &paragraph(0, "글"), &[(name, bytes)]);
    let object = |streams: &[(&str, Vec<u8>)]| {
        let inner = compound(streams);
        deflate(&[&(inner.len() as u32).to_le_bytes()[..], &inner].concat())
    };
    let book = office::xlsx(
        &format!("<worksheet><sheetData><row><c t=\"str\"><v>{N}</v></c></row></sheetData></worksheet>"),
        &[],
        &[],
    );
    vec![
        case("a.hwp", "the preview", with("PrvText", wide(N)), "preview"),
        case("a.hwp", "a script", with("Scripts/DefaultJScript", deflate(&wide(&format!("\u{14}// {N};")))), "script"),
        case(
            "a.hwp",
            "an earlier version",
            with("DocHistory/VersionLog0", deflate(&wide(N))),
            "earlier revision 1, line 1",
        ),
        case("a.hwp", "document properties", with("\u{5}HwpSummaryInformation", properties(N)), "document properties"),
        case("a.hwp", "a file in it", with("BinData/BIN0001.txt", deflate(N.as_bytes())), "BIN0001.txt, line 1"),
        case(
            "a.hwp",
            "a file packed in an object",
            with("BinData/BIN0001.OLE", object(&[("\u{1}Ole10Native", native("b.txt", N.as_bytes()))])),
            "BIN0001.OLE › b.txt, line 1",
        ),
        case(
            "a.hwp",
            "a workbook in an object",
            with("BinData/BIN0001.OLE", object(&[("Package", book)])),
            "BIN0001.OLE › sheet 1 ‘명단’ › cell A1",
        ),
    ]
}

fn three() -> Vec<Case> {
    let units: Vec<u16> = N.encode_utf16().collect();
    let of = |paragraphs: &[Vec<u8>]| hwp3::file(&[paragraphs.concat(), vec![0; 43]].concat(), 0);
    let within = |code: u16, data: &[u8]| {
        let list = hwp3::list(&units);
        of(&[hwp3::paragraph(&[], &hwp3::control(code, data, &[list]), 4)])
    };
    let foot = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
    let mut table = vec![0; 84];
    table[80] = 1;
    vec![
        case("a.hwp", "a paragraph of HWP 3", of(&[hwp3::paragraph(&units, &[], 0)]), "paragraph 1"),
        case("a.hwp", "a header of HWP 3", within(16, &[0; 10]), "header › paragraph 1"),
        case("a.hwp", "a footer of HWP 3", within(16, &foot), "footer › paragraph 1"),
        case("a.hwp", "a note of HWP 3", within(17, &[0; 14]), "note 1 › paragraph 1"),
        case("a.hwp", "a hidden comment of HWP 3", within(15, &[0; 8]), "comment 1 › paragraph 1"),
        case("a.hwp", "a table of HWP 3", within(10, &[table, vec![0; 27]].concat()), "table 1 › cell A1"),
    ]
}

fn packaged() -> Vec<Case> {
    let (front, back) = N.split_at(6);
    let runs = format!("<hp:run><hp:t>{front}</hp:t></hp:run><hp:run><hp:t>{back}</hp:t></hp:run>");
    let inner = format!("<hp:subList><hp:p>{runs}</hp:p></hp:subList>");
    let sec = |text: &str| format!("<hs:sec><hp:p>{text}</hp:p></hs:sec>");
    let of = |text: &str| hwpx(&sec(text), &[]);
    let ctrl = |name: &str| of(&format!("<hp:run><hp:ctrl><hp:{name}>{inner}</hp:{name}></hp:ctrl></hp:run>"));
    let in_run = |text: &str| of(&format!("<hp:run>{text}</hp:run>"));
    let with = |name: &str, text: &str| hwpx(&sec(""), &[(name, text.as_bytes())]);
    let file = deflated(&[("b.csv", N.as_bytes())]);
    let history = format!(
        "<hhs:history><hhs:historyEntry><hhs:bodyDiff><hhs:update oldValue=\"{N}\"/></hhs:bodyDiff></hhs:historyEntry></hhs:history>"
    );
    vec![
        case("a.hwpx", "a paragraph in two runs", of(&runs), "section 1 › paragraph 1"),
        case("a.hwpx", "a header", ctrl("header"), "section 1 › header › paragraph 1"),
        case("a.hwpx", "a footer", ctrl("footer"), "section 1 › footer › paragraph 1"),
        case("a.hwpx", "a footnote", ctrl("footNote"), "section 1 › note 1 › paragraph 1"),
        case("a.hwpx", "an endnote", ctrl("endNote"), "section 1 › note 1 › paragraph 1"),
        case("a.hwpx", "a hidden comment", ctrl("hiddenComment"), "section 1 › comment 1 › paragraph 1"),
        case(
            "a.hwpx",
            "a memo",
            in_run(&format!("<hp:ctrl><hp:fieldBegin type=\"MEMO\">{inner}</hp:fieldBegin></hp:ctrl>")),
            "section 1 › comment 1 › paragraph 1",
        ),
        case(
            "a.hwpx",
            "deleted text",
            in_run(&format!("<hp:t>글 <hp:deleteBegin/>{N}<hp:deleteEnd/></hp:t>")),
            "section 1 › deleted text › paragraph 1",
        ),
        case(
            "a.hwpx",
            "a table",
            in_run(&format!("<hp:tbl><hp:tr><hp:tc>{inner}</hp:tc></hp:tr></hp:tbl>")),
            "section 1 › table 1 › cell A1",
        ),
        case(
            "a.hwpx",
            "a text box",
            in_run(&format!("<hp:rect><hp:drawText>{inner}</hp:drawText></hp:rect>")),
            "section 1 › text box › paragraph 1",
        ),
        case(
            "a.hwpx",
            "an alternative text",
            in_run(&format!("<hp:rect><hp:shapeComment>{N}</hp:shapeComment></hp:rect>")),
            "section 1 › alternative text",
        ),
        case(
            "a.hwpx",
            "an equation",
            in_run(&format!("<hp:equation><hp:script>{N}</hp:script></hp:equation>")),
            "section 1 › formula",
        ),
        case("a.hwpx", "decorated text", in_run(&format!("<hp:textart text=\"{N}\"/>")), "section 1 › text box"),
        case("a.hwpx", "another section", with("Contents/section1.xml", &sec(&runs)), "section 2 › paragraph 1"),
        case(
            "a.hwpx",
            "a master page",
            with("Contents/masterpage0.xml", &format!("<masterPage><hp:p>{runs}</hp:p></masterPage>")),
            "part ‘Contents/masterpage0.xml’ › paragraph 1",
        ),
        case("a.hwpx", "the preview", with("Preview/PrvText.txt", N), "preview"),
        case(
            "a.hwpx",
            "document properties",
            with(
                "Contents/content.hpf",
                &format!("<opf:package><opf:metadata><opf:title>{N}</opf:title></opf:metadata></opf:package>"),
            ),
            "document properties",
        ),
        case("a.hwpx", "a script", with("Scripts/headerScripts", &format!("// {N}")), "script, line 1"),
        case("a.hwpx", "an earlier version", with("History/history.xml", &history), "earlier revision 1"),
        case("a.hwpx", "an archive in it", hwpx(&sec(""), &[("BinData/in.zip", &file)]), "in.zip › b.csv, line 1"),
    ]
}

fn in_xml() -> Vec<Case> {
    let text = format!("<P><TEXT><CHAR>{}</CHAR></TEXT><TEXT><CHAR>{}</CHAR></TEXT></P>", &N[..6], &N[6..]);
    let table = format!("<P><TEXT><TABLE><ROW><CELL><PARALIST>{text}</PARALIST></CELL></ROW></TABLE></TEXT></P>");
    let packed = "<BINDATASTORAGE><BINDATA Encoding=\"Base64\">OTAwMTAxLTEyMzQ1Njg=</BINDATA></BINDATASTORAGE>";
    let script = format!("<SCRIPTCODE><SCRIPTHEADER>// {N}</SCRIPTHEADER></SCRIPTCODE>");
    vec![
        case("a.hml", "a paragraph", hwpml("", &text, ""), "section 1 › paragraph 1"),
        case("a.hml", "a table", hwpml("", &table, ""), "section 1 › table 1 › cell A1"),
        case(
            "a.hml",
            "document properties",
            hwpml(&format!("<DOCSUMMARY><TITLE>{N}</TITLE></DOCSUMMARY>"), "", ""),
            "document properties",
        ),
        case("a.hml", "a file in it", hwpml("", "", packed), "BINDATA 1, line 1"),
        case("a.hml", "a script", hwpml("", "", &script), "script"),
    ]
}
