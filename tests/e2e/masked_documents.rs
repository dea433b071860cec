//! Documents in which the policy masks something: written again on their way, both ways, or refused.

use crate::support::{Origin, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, answer, ok};
use std::io::Read;

pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=B";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\nname = \"hidden\"\nfind = [\"주민등록번호\"]\naction = \"mask\"\n\
    [[policy.board.rule]]\nfind = [\"*\", \"uninspectable\"]\naction = \"log\"\n";

/// An archive of these parts that are not packed, and without sums: nobody here looks at them.
pub(crate) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let at = out.len() as u32;
        let size = (text.len() as u32).to_le_bytes();
        let name_length = (name.len() as u16).to_le_bytes();
        let head = [[20, 0].as_slice(), &[0; 8], &[0; 4], &size, &size, &name_length, &[0, 0]].concat();
        out.extend([b"PK\x03\x04".as_slice(), &head, name.as_bytes(), text.as_bytes()].concat());
        directory
            .extend([b"PK\x01\x02\x14\0".as_slice(), &head, &[0; 10], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let (at, size, count) = (out.len() as u32, directory.len() as u32, parts.len() as u16);
    out.extend(directory);
    let ends = [&[0; 4][..], &count.to_le_bytes(), &count.to_le_bytes(), &size.to_le_bytes(), &at.to_le_bytes()];
    out.extend([b"PK\x05\x06".as_slice(), &ends.concat(), &[0, 0]].concat());
    out
}

pub(crate) fn document() -> Vec<u8> {
    let (front, back) = RESIDENT.split_once('-').expect("two halves");
    let text = format!(
        "<w:document><w:p><w:r><w:t>주민등록번호 {front}</w:t></w:r><w:r><w:rPr/><w:t>-{back} 끝</w:t></w:r></w:p></w:document>"
    );
    archive(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &text)])
}

/// The text of a part, which was packed when it was written again.
pub(crate) fn part(archive: &[u8], name: &str) -> String {
    let at = archive.windows(name.len()).position(|window| window == name.as_bytes()).expect("the part");
    let mut text = String::new();
    let extra = usize::from(u16::from_le_bytes([archive[at - 2], archive[at - 1]]));
    let packed = &archive[at + name.len() + extra..];
    flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text).expect("packed");
    text
}

pub(crate) fn form(name: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{RESIDENT}\r\n--B\r\nContent-Disposition: form-data; \
         name=\"f\"; filename=\"{name}\"\r\nContent-Type: {DOCX}\r\n\r\n"
    );
    [head.as_bytes(), file, b"\r\n--B\r\nContent-Disposition: form-data; name=\"z\"\r\n\r\nlast\r\n--B--\r\n"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_posted_reaches_the_site_masked() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let shown = program.client().post("/w", MULTIPART, form("a.docx", &document())).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let arrived = origin.seen().pop().expect("a request");
    let text = part(&arrived.body, "word/document.xml");
    assert!(text.contains("<w:t>주민등록번호 900101</w:t></w:r><w:r><w:rPr/><w:t>-*"), "{text}");
    assert!(text.ends_with(" 끝</w:t></w:r></w:p></w:document>"), "{text}");
    let whole = String::from_utf8_lossy(&arrived.body);
    assert!(whole.contains(&format!("\r\n\r\n{RESIDENT_MASKED}\r\n--B")), "the text beside it too");
    assert!(whole.ends_with("name=\"z\"\r\n\r\nlast\r\n--B--\r\n") && !whole.contains(RESIDENT));
    assert_eq!(arrived.field("content-length"), [arrived.body.len().to_string()]);
    let record = program.record(|record| record["path"] == "/w");
    assert_eq!((&record["upload"]["verdict"], &record["upload"]["rule"]), (&"mask".into(), &"hidden".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_sent_reaches_the_reader_masked() {
    let clean = archive(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w:document/>")]);
    let [with, without] = [document(), clean.clone()].map(|file| answer(DOCX, "ETag: \"1\"\r\n", file));
    let served = move |seen: &Seen| {
        vec![Piece::Send(if seen.target() == "/list.docx" { with.clone() } else { without.clone() })]
    };
    let origin = Origin::new(served).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let client = program.client();
    let shown = client.get("/list.docx").await;
    let text = part(&shown.body, "word/document.xml");
    assert!(shown.status == 200 && text.contains("-*") && !text.contains("-1234568"), "{text}");
    assert_eq!(shown.field("content-length"), shown.body.len().to_string());
    assert!(shown.field("cache-control").contains("no-store") && shown.fields("etag").is_empty());
    let shown = client.get("/clean.docx").await;
    assert!(shown.body == clean, "byte for byte");
    assert_eq!(program.record(|record| record["path"] == "/list.docx")["download"]["verdict"], "mask");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_masked_completely_is_refused() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let text = format!("<w:document><w:p><w:r><w:t>주민등록번호 {RESIDENT}</w:t></w:r></w:p></w:document>");
    let signed = archive(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &text),
        ("_xmlsignatures/sig1.xml", "<Signature/>"),
    ]);
    let tar = {
        let mut archive = tar::Builder::new(Vec::new());
        let mut head = tar::Header::new_gnu();
        let list = format!("성명,주민등록번호\n홍길동,{RESIDENT}\n");
        head.set_size(list.len() as u64);
        head.set_cksum();
        archive.append_data(&mut head, "list.csv", list.as_bytes()).expect("an entry");
        archive.into_inner().expect("an archive")
    };
    for (name, file) in [("signed.docx", signed), ("a.tar", tar)] {
        let shown = program.client().post("/w", MULTIPART, form(name, &file)).await;
        assert_eq!(shown.status, 403, "{name}: {}", shown.text());
    }
    assert!(origin.seen().is_empty());
}
