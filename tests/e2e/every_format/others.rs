//! Databases, address books, files written as text, and what tables and tracked changes of old formats hide.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::compound;
use crate::make::doc::{word, word_with_deleted};
use crate::make::image::tiff_with;
use crate::make::office::{docx, flat_odf, odf, xlsx};
use crate::make::packed::{bz2, xz, zst};
use crate::make::rtf;
use crate::make::sqlite::{Value, database};
use crate::make::zip::{Piece, archive};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub fn cases() -> Vec<Case> {
    [tables(), coded(), beside(), listed(), methods(), drawn()].into_iter().flatten().collect()
}

fn tables() -> Vec<Case> {
    let (document, streams) = word(&[(0, &format!("글\r성명\u{7}번호\u{7}\u{7}홍길동\u{7}{N}\u{7}\u{7}"))], "");
    let doc = compound(&[("WordDocument", document), ("1Table", streams)]);
    let (document, streams) = word_with_deleted(&[(0, &format!("번호: {N}12\r"))], 4..18);
    let changed_doc = compound(&[("WordDocument", document), ("1Table", streams)]);
    let region = |name: &str, change: &str| {
        format!("<text:changed-region text:id=\"{name}\"><text:{change}/></text:changed-region>")
    };
    let within = |name: &str, text: &str| {
        format!("<text:change-start text:change-id=\"{name}\"/>{text}<text:change-end text:change-id=\"{name}\"/>")
    };
    let changed = format!(
        "<text:tracked-changes>{}{}</text:tracked-changes><text:p>{}{}</text:p>",
        region("a", "deletion"),
        region("b", "insertion"),
        within("a", N),
        within("b", "12")
    );
    let notebook =
        format!("{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"list\\n\", \"{N}\\n\"]}}], \"nbformat\": 4}}");
    let number = N.replace('-', "").parse().expect("digits");
    let rows = [vec![Value::Text("홍길동"), Value::Integer(number)]];
    let book = database(&[("회원", "CREATE TABLE 회원 (성명 TEXT, 주민등록번호 INTEGER)", &rows)]);
    vec![
        case("a.doc", "a table", doc, "table 1 › cell B2"),
        case("a.doc", "a deleted number before the new one", changed_doc, "deleted text"),
        case("a.rtf", "a table", rtf::file(&format!("name\\cell {N}\\cell\\row ")), "table 1 › cell B1"),
        case(
            "a.rtf",
            "a deleted number before the new one",
            rtf::file(&format!("{{\\deleted {N}}}{{\\revised 12}}")),
            "deleted text › paragraph 1",
        ),
        case("a.fodt", "a deleted number before the new one", flat_odf("text", &changed), "deleted text › paragraph 1"),
        case("a.ipynb", "a cell of a notebook", notebook.into_bytes(), "part ‘cell 1’, line 2"),
        case("a.db", "a number of a row", book, "part ‘회원’ › cell B2"),
    ]
}

fn coded() -> Vec<Case> {
    let list = format!("번호\n{N}\n");
    let code = STANDARD.encode(list.repeat(4));
    let lines: String =
        code.as_bytes().chunks(76).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect();
    let digits: String = list.bytes().map(|byte| format!("{byte:02x}")).collect();
    // "list of people: ", then the number.
    let uuencoded = "begin 644 list.txt\n0;&ES=\"!O9B!P96]P;&4Z(```\n..3`P,3`Q+3$R,S0U-C@`\n`\nend\n";
    let head = "From: a@example.com\r\nTo: b@example.com\r\nMessage-ID: <1@example.com>\r\nSubject: x\r\n\r\n";
    let at = "part ‘base64’ › a file without a name, line 2";
    vec![
        case("a.b64", "base64", lines.into_bytes(), at),
        case("a.txt", "base64 that is called text", code.clone().into_bytes(), at),
        case("a.hex", "hexadecimal digits", digits.into_bytes(), at),
        case("a.uue", "uuencode", uuencoded.as_bytes().to_vec(), "list.txt, line 1"),
        case("a.eml", "uuencode", format!("{head}text\n{uuencoded}").into_bytes(), "message text › list.txt, line 1"),
    ]
}

fn beside() -> Vec<Case> {
    let card = format!("BEGIN:VCARD\r\nFN:홍길동\r\nNOTE:번호 {}\r\n {}\r\nEND:VCARD\r\n", &N[..8], &N[8..]);
    let event = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:번호 {}\n {}\nEND:VEVENT\n", &N[..4], &N[4..]);
    let rows: String = (0..5000_u32).map(|row| format!("{row},{}\n", row.wrapping_mul(2_654_435_761))).collect();
    let whole = archive(&[Piece::deflated("b.csv", format!("번호\n{N}\n{rows}").as_bytes())]);
    let half = whole.get(..whole.len() / 2).expect("long").to_vec();
    let drawn = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text x=\"1\">{}<tspan>{}</tspan></text><text>12</text></svg>",
        &N[..6],
        &N[6..]
    );
    vec![
        case("a.svg", "a text in two spans", drawn.into_bytes(), ", line 1"),
        case("a.vcf", "a folded line", card.into_bytes(), "content, line 3"),
        case("a.ics", "a folded line", event.into_bytes(), "content, line 3"),
        case("a.zip", "a file, and it breaks off", half, "b.csv, line 2"),
    ]
}

/// What the specification lists beside what the other files hold.
fn listed() -> Vec<Case> {
    let text = "<w:p><w:r><w:t>글</w:t></w:r></w:p>";
    let in_text = |name: &str, part: &str| docx(text, "http://a.example/", &[(name, part.as_bytes())]);
    let in_book = |name: &str, part: &str| xlsx("<worksheet><sheetData/></worksheet>", &[], &[(name, part.as_bytes())]);
    let own = format!("<text:p>{N}</text:p>");
    let endnote = format!(
        "<text:p>글<text:note text:note-class=\"endnote\"><text:note-body>{own}</text:note-body></text:note></text:p>"
    );
    let object = format!(
        "<office:document-content><office:body><office:text>{own}</office:text></office:body></office:document-content>"
    );
    let photo = [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], b"\0\0\0\x40mdatExif\0\0", &tiff_with(N, "")].concat();
    vec![
        case(
            "a.docx",
            "an endnote",
            in_text(
                "word/endnotes.xml",
                &format!("<w:endnotes><w:endnote><w:p><w:r><w:t>{N}</w:t></w:r></w:p></w:endnote></w:endnotes>"),
            ),
            "note 1 › paragraph 1",
        ),
        case(
            "a.docx",
            "who wrote the comments",
            in_text("word/people.xml", &format!("<w15:people><w15:person w15:author=\"{N}\"/></w15:people>")),
            "document properties",
        ),
        case(
            "a.xlsx",
            "a connection",
            in_book(
                "xl/connections.xml",
                &format!("<connections><connection><dbPr connection=\"no={N}\"/></connection></connections>"),
            ),
            "part ‘xl/connections.xml’",
        ),
        case(
            "a.xlsx",
            "the list of a control",
            in_book(
                "xl/ctrlProps/ctrlProp1.xml",
                &format!("<formControlPr><itemLst><item val=\"{N}\"/></itemLst></formControlPr>"),
            ),
            "part ‘xl/ctrlProps/ctrlProp1.xml’",
        ),
        case("a.odt", "an endnote", odf("text", "", &endnote, &[]), "note 1 › paragraph 1"),
        case(
            "a.odt",
            "an object",
            odf("text", "", "", &[("Object 1/content.xml", object.as_bytes())]),
            "part ‘Object 1/content.xml’ › paragraph 1",
        ),
        case(
            "a.html",
            "an attribute",
            format!("<!DOCTYPE html>\n<html><input value=\"{N}\"></html>").into_bytes(),
            ", line 2",
        ),
        case(
            "a.html",
            "a script",
            format!("<!DOCTYPE html>\n<html><script>var a = '{N}'</script></html>").into_bytes(),
            ", line 2",
        ),
        case("a.xml", "a remark", format!("<?xml version=\"1.0\"?>\n<a><!-- {N} --></a>").into_bytes(), ", line 2"),
        case(
            "a.xml",
            "character data",
            format!("<?xml version=\"1.0\"?>\n<a><![CDATA[{N}]]></a>").into_bytes(),
            ", line 2",
        ),
        case("a.heic", "EXIF", photo, "picture data"),
    ]
}

/// Every method in which programs pack an entry.
fn methods() -> Vec<Case> {
    let list = format!("번호\n{N}\n").into_bytes();
    let of = |method: u16, data: Vec<u8>| {
        archive(&[Piece { method, data, size: list.len() as u32, ..Piece::stored("b.csv", b"") }])
    };
    vec![
        case("a.zip", "an entry packed by bzip2", of(12, bz2(&list)), "b.csv, line 2"),
        case("a.zip", "an entry packed by zstd", of(93, zst(&list)), "b.csv, line 2"),
        case("a.zip", "an entry packed by xz", of(95, xz(&list, 0)), "b.csv, line 2"),
    ]
}

/// Documents in which a number is written in several pieces: pages of XPS, Word in one XML file.
fn drawn() -> Vec<Case> {
    let glyphs = |x: u32, text: &str| {
        format!("<Glyphs OriginX=\"{x}\" OriginY=\"10\" FontRenderingEmSize=\"12\" UnicodeString=\"{text}\"/>")
    };
    let page = format!("<FixedPage>{}{}{}</FixedPage>", glyphs(10, &N[..6]), glyphs(50, &N[6..9]), glyphs(67, &N[9..]));
    let xps = archive(&[
        Piece::deflated("[Content_Types].xml", b"<Types/>"),
        Piece::deflated("Documents/1/Pages/1.fpage", page.as_bytes()),
    ]);
    let runs = format!("<w:p><w:r><w:t>{}</w:t></w:r>\n<w:r><w:t>{}</w:t></w:r></w:p>", &N[..5], &N[5..]);
    let head = "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Word.Document\"?>\n";
    let old = format!("{head}<w:wordDocument xmlns:w=\"x\"><w:body>{runs}</w:body></w:wordDocument>");
    let flat = format!(
        "{head}<pkg:package xmlns:pkg=\"x\"><pkg:part pkg:name=\"/word/document.xml\"><pkg:xmlData><w:document><w:body>{runs}\
         </w:body></w:document></pkg:xmlData></pkg:part></pkg:package>"
    );
    let fdf = format!(
        "%FDF-1.2\n1 0 obj\n<< /FDF << /Fields [<< /T (a) /V ({N}) >>] >> >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    );
    vec![
        case("a.xps", "runs of glyphs", xps, "page 1"),
        case("a.xml", "runs of Word 2003", old.into_bytes(), "paragraph 1"),
        case("a.xml", "runs of a flat package", flat.into_bytes(), "paragraph 1"),
        case("a.fdf", "a value of a form", fdf.into_bytes(), "part ‘object 1’"),
    ]
}
