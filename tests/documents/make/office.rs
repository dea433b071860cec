//! Packages of OOXML, OpenDocument and HWPX with the parts that a test gives.

use super::zip::{Piece, archive, rels};

type Part<'p> = (&'p str, &'p [u8]);

const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"000000\\-0000000\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"&quot;***&quot;\"/></numFmts>\
    <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"14\"/><xf numFmtId=\"3\"/></cellXfs></styleSheet>";

/// An archive of deflated parts.
pub fn deflated(parts: &[Part<'_>]) -> Vec<u8> {
    archive(&parts.iter().map(|(name, bytes)| Piece::deflated(name, bytes)).collect::<Vec<_>>())
}

/// The same parts as bytes.
pub fn bytes<'p>(parts: &[(&'p str, &'p str)]) -> Vec<Part<'p>> {
    parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect()
}

/// A document of Word with this body, a link to there, and more parts.
pub fn docx(body: &str, link: &str, more: &[Part<'_>]) -> Vec<u8> {
    let root = rels(&[("1", "officeDocument", "word/document.xml")]);
    let own = rels(&[
        ("a", "header", "header1.xml"),
        ("b", "footer", "footer1.xml"),
        ("c", "footnotes", "footnotes.xml"),
        ("d", "comments", "comments.xml"),
        ("e", "styles", "styles.xml"),
        ("f", "chart", "charts/chart1.xml"),
        ("g", "diagramData", "diagrams/data1.xml"),
        ("h", "glossaryDocument", "glossary/document.xml"),
        ("i", "aFChunk", "afchunk.html"),
        ("j", "hyperlink", link),
        ("k", "settings", "settings.xml"),
        ("l", "endnotes", "endnotes.xml"),
    ]);
    let text = format!("<w:document><w:body>{body}</w:body></w:document>");
    let mut parts: Vec<Part<'_>> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("word/document.xml", text.as_bytes()),
        ("word/_rels/document.xml.rels", own.as_bytes()),
    ];
    parts.extend(more);
    deflated(&parts)
}

/// A workbook of one sheet 명단, with these rels of the sheet, and more parts.
pub fn xlsx(sheet: &str, sheet_rels: &[(&str, &str, &str)], more: &[Part<'_>]) -> Vec<u8> {
    let root = rels(&[("1", "officeDocument", "xl/workbook.xml"), ("2", "core-properties", "docProps/core.xml")]);
    let books = rels(&[
        ("r1", "worksheet", "worksheets/sheet1.xml"),
        ("r2", "sharedStrings", "sharedStrings.xml"),
        ("r3", "styles", "styles.xml"),
        ("r4", "externalLink", "externalLinks/externalLink1.xml"),
        ("r5", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
        ("r6", "worksheet", "worksheets/sheet2.xml"),
    ]);
    let sheet_rels = rels(sheet_rels);
    let mut parts: Vec<Part<'_>> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("xl/_rels/workbook.xml.rels", books.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/worksheets/_rels/sheet1.xml.rels", sheet_rels.as_bytes()),
    ];
    let workbook = "<workbook><sheets><sheet name=\"명단\" r:id=\"r1\"/></sheets></workbook>";
    if !more.iter().any(|(name, _)| *name == "xl/workbook.xml") {
        parts.push(("xl/workbook.xml", workbook.as_bytes()));
    }
    parts.extend(more);
    deflated(&parts)
}

/// A presentation of two slides, the second of which (`slide1.xml`) has notes and comments, and more parts. Of the two
/// slides, `more` says what is in them.
pub fn pptx(more: &[Part<'_>]) -> Vec<u8> {
    let root = rels(&[("1", "officeDocument", "ppt/presentation.xml")]);
    let own = rels(&[
        ("a", "slide", "slides/slide1.xml"),
        ("b", "slide", "slides/slide2.xml"),
        ("m", "slideMaster", "slideMasters/slideMaster1.xml"),
    ]);
    let first =
        rels(&[("n", "notesSlide", "../notesSlides/notesSlide1.xml"), ("c", "comments", "../comments/comment1.xml")]);
    let list = "<p:presentation><p:sldIdLst><p:sldId id=\"256\" r:id=\"b\"/><p:sldId id=\"257\" r:id=\"a\"/></p:sldIdLst></p:presentation>";
    let mut parts: Vec<Part<'_>> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("ppt/presentation.xml", list.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", own.as_bytes()),
        ("ppt/slides/_rels/slide1.xml.rels", first.as_bytes()),
    ];
    parts.extend(more);
    deflated(&parts)
}

/// A slide with this text; `show` is an attribute.
pub fn slide(show: &str, text: &str) -> String {
    format!("<p:sld {show}><p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:sld>")
}

/// An OpenDocument of this kind (`text`, `spreadsheet`, …) with automatic styles and a body, and more parts.
pub fn odf(kind: &str, styles: &str, body: &str, more: &[Part<'_>]) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    );
    let mut parts: Vec<Part<'_>> = vec![
        ("mimetype", b"application/vnd.oasis.opendocument.x"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ];
    parts.extend(more);
    deflated(&parts)
}

/// The same in one file of XML.
pub fn flat_odf(kind: &str, body: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">\
         <office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )
    .into_bytes()
}

/// An HWPX document of one section, and more parts.
pub fn hwpx(section: &str, more: &[Part<'_>]) -> Vec<u8> {
    let mut pieces = vec![
        Piece::stored("mimetype", b"application/hwp+zip"),
        Piece::deflated("Contents/section0.xml", section.as_bytes()),
    ];
    pieces.extend(more.iter().map(|(name, data)| Piece::deflated(name, data)));
    archive(&pieces)
}

/// A HWPML document with this head, body and tail.
pub fn hwpml(head: &str, body: &str, tail: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?><HWPML Version=\"2.8\"><HEAD>{head}</HEAD><BODY><SECTION>{body}</SECTION></BODY>\
         <TAIL>{tail}</TAIL></HWPML>"
    )
    .into_bytes()
}
