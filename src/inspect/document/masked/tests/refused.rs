//! What is not masked, and why.

use super::*;
use crate::extract::testing::{archive, texts};

const DOCUMENT: &str = "<w:document><w:p><w:r><w:t>900101-1234568</w:t></w:r></w:p></w:document>";

fn refused(parts: &[(&str, &str)]) -> NotMasked {
    let parts = [&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", DOCUMENT)], parts].concat();
    tried("a.docx", &texts(&parts)).expect_err("refused")
}

#[test]
fn what_is_signed_is_refused() {
    let signed = NotMasked::Rewrite(NotRewritten::Signed);
    assert_eq!(refused(&[("_xmlsignatures/sig1.xml", "<Signature/>")]), signed);
    assert_eq!(refused(&[("META-INF/documentsignatures.xml", "<a/>")]), signed);
}

#[test]
fn what_stands_where_nothing_can_be_written_is_refused() {
    for name in ["word/vbaData.txt", "word/afchunk.html", "word/embeddings/a.bin", "word/900101-1234568.xml"] {
        match refused(&[(name, "가 900101-1234568")]) {
            NotMasked::Left(left) => assert_eq!(left.what.name(), "resident-registration-number"),
            other => panic!("{name}: {other}"),
        }
    }
    assert!(matches!(refused(&[("word/broken.xml", "<a>900101-1234568")]), NotMasked::Left(_)));
}

#[test]
fn what_is_no_document_is_refused() {
    let zip = texts(&[("a.txt", NUMBER)]);
    for bytes in [zip.as_slice(), NUMBER.as_bytes()] {
        assert_eq!(tried("a", bytes), Err(NotMasked::Rewrite(NotRewritten::NotADocument)));
    }
}

#[test]
fn an_archive_that_may_be_read_in_two_ways_is_refused() {
    let twice = texts(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", DOCUMENT),
        ("word/document.xml", "<w:document/>"),
    ]);
    assert_eq!(tried("a.docx", &twice), Err(NotMasked::Rewrite(NotRewritten::Container)));
    let plain = texts(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", DOCUMENT)]);
    let led = [b"A program that unpacks itself, at least as it says.".as_slice(), &plain].concat();
    assert!(tried("a.docx", &led).is_err());
}

#[test]
fn encrypted_parts_and_the_time_are_refused() {
    let odt = texts(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "<office:document-content/>"),
        ("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"),
        ("meta.xml", "<office:document-meta/>"),
    ]);
    let all = |finding: &Finding| matches!(finding.what, What::Uninspectable(_)) || probable(finding);
    let asked = masked(&opened("a.odt"), &odt, &lens(), Limits::default(), &|| false, &all);
    assert_eq!(asked, Err(NotMasked::Unread(Reason::Encrypted)));
    let docx = texts(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", DOCUMENT)]);
    let late = masked(&opened("a.docx"), &docx, &lens(), Limits::default(), &|| true, &probable);
    assert_eq!(late, Err(NotMasked::Unread(Reason::OutOfTime)));
}

#[test]
fn what_nobody_wants_stays() {
    let bytes = archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", DOCUMENT.as_bytes())]);
    let nothing = masked(&opened("a.docx"), &bytes, &lens(), Limits::default(), &|| false, &|_| false).expect("done");
    assert_eq!(nothing.bytes, bytes);
    assert_eq!(nothing.left.len(), 1);
}
