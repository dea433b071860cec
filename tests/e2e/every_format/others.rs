//! Databases, address books, files written as text, and what tables and tracked changes of old formats hide.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::compound;
use crate::make::doc::word;
use crate::make::office::flat_odf;
use crate::make::rtf;
use crate::make::sqlite::{Value, database};
use crate::make::zip::{Piece, archive};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub fn cases() -> Vec<Case> {
    [tables(), coded(), beside()].into_iter().flatten().collect()
}

fn tables() -> Vec<Case> {
    let (document, streams) = word(&[(0, &format!("글\r성명\u{7}번호\u{7}\u{7}홍길동\u{7}{N}\u{7}\u{7}"))], "");
    let doc = compound(&[("WordDocument", document), ("1Table", streams)]);
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
    let number = N.replace('-', "").parse().expect("digits");
    let rows = [vec![Value::Text("홍길동"), Value::Integer(number)]];
    let book = database(&[("회원", "CREATE TABLE 회원 (성명 TEXT, 주민등록번호 INTEGER)", &rows)]);
    vec![
        case("a.doc", "a table", doc, "table 1 › cell B2"),
        case("a.rtf", "a table", rtf::file(&format!("name\\cell {N}\\cell\\row ")), "table 1 › cell B1"),
        case(
            "a.rtf",
            "a deleted number before the new one",
            rtf::file(&format!("{{\\deleted {N}}}{{\\revised 12}}")),
            "deleted text › paragraph 1",
        ),
        case("a.fodt", "a deleted number before the new one", flat_odf("text", &changed), "deleted text › paragraph 1"),
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
