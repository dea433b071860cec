//! OpenDocument: texts, spreadsheets, presentations.

use super::*;
use crate::extract::testing::texts;

fn package(kind: &str, body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-content><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    );
    let mime = format!("application/vnd.oasis.opendocument.{kind}");
    let manifest = "<manifest:manifest><manifest:file-entry manifest:full-path=\"/\"/><manifest:file-entry manifest:full-path=\"Thumbnails/thumbnail.png\"/></manifest:manifest>";
    let parts = [("mimetype", mime.as_str()), ("content.xml", &content), ("META-INF/manifest.xml", manifest)];
    texts(&[&parts, more].concat())
}

fn body_of(bytes: &[u8], kind: &str) -> String {
    let content = part(bytes, "content.xml");
    let (_, body) = content.split_once(&format!("<office:{kind}>")).expect("a body");
    body.split_once(&format!("</office:{kind}>")).expect("its end").0.to_owned()
}

#[test]
fn text_is_covered_wherever_it_stands() {
    let body = "<text:tracked-changes><text:changed-region><text:deletion><text:p>900101-1234568</text:p></text:deletion></text:changed-region></text:tracked-changes>\
        <text:p>번호 <text:span>900101</text:span>-<text:a xlink:href=\"mailto:honggildong@example.kr\">12345</text:a><text:bookmark text:name=\"가\"/>6<text:span/>8<text:s text:c=\"2\"/>끝\
        <text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>900101-1234568</text:p></text:note-body></text:note></text:p>\
        <text:p>900<text:note><text:note-body><text:p>각주</text:p></text:note-body></text:note>101-\n   1234568</text:p>\
        <text:p><office:annotation><dc:creator>900101-1234568</dc:creator><text:p>900101-1234568</text:p></office:annotation></text:p>\
        <text:p><text:hidden-text text:string-value=\"900101-1234568\"/></text:p>\
        <text:p><draw:frame><draw:text-box><text:p>900101-1234568</text:p></draw:text-box><svg:title>900101-1234568</svg:title><svg:desc>900101-1234568</svg:desc></draw:frame></text:p>\
        <table:table table:name=\"표1\"><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"9.001011234568E12\"><text:p>9001011234568</text:p></table:table-cell></table:table-row></table:table>\
        <text:user-field-decls><text:user-field-decl office:value-type=\"float\" office:value=\"9001011234568\" text:name=\"a\"/><text:user-field-decl office:value-type=\"string\" office:string-value=\"900101-1234568\" text:name=\"b\"/></text:user-field-decls>\
        <form:text form:name=\"칸\" form:current-value=\"900101-1234568\"/>\
        <draw:frame><draw:object xlink:href=\"./Object 1\"/><draw:image xlink:href=\"./ObjectReplacements/Object 1\"/></draw:frame>";
    let bytes = package(
        "text",
        body,
        &[
            (
                "styles.xml",
                "<office:document-styles><style:header><text:p>900101<text:span>-1234568</text:span></text:p></style:header></office:document-styles>",
            ),
            (
                "meta.xml",
                "<office:document-meta><office:meta><dc:creator>900101-1234568</dc:creator><meta:user-defined>900101-1234568</meta:user-defined></office:meta></office:document-meta>",
            ),
            (
                "settings.xml",
                "<office:document-settings><config:config-item>900101-1234568</config:config-item></office:document-settings>",
            ),
            (
                "Object 1/content.xml",
                "<office:document-content><office:body><office:chart><chart:chart><table:table><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"9001011234568\"><text:p>9001011234568</text:p></table:table-cell></table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>",
            ),
            ("ObjectReplacements/Object 1", "a picture"),
            ("ObjectReplacements/Object 2", "another"),
            ("Pictures/TablePreview1.svm", "900101-1234568"),
            ("Object 2/content.xml", "<office:document-content/>"),
            ("Thumbnails/thumbnail.png", "a picture"),
        ],
    );
    let done = done("a.odt", &bytes);
    gone(&done.bytes, &[SECRET, "honggildong", "1234567"]);
    let names: Vec<String> = entries(&done.bytes).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names[..2], ["mimetype", "content.xml"]);
    assert!(!names.iter().any(|name| name.contains("humbnail")), "{names:?}");
    assert!(!part(&done.bytes, "META-INF/manifest.xml").contains("humbnail"));
    assert!(!names.iter().any(|name| name == "ObjectReplacements/Object 1"), "{names:?}");
    assert!(names.iter().any(|name| name == "ObjectReplacements/Object 2"), "{names:?}");
    let body = body_of(&done.bytes, "text");
    assert!(body.ends_with("<draw:frame><draw:object xlink:href=\"./Object 1\"/></draw:frame>"), "{body}");
    let split = "번호 <text:span>900101</text:span>-<text:a xlink:href=\"mailto:ho*********@example.kr\">*****</text:a><text:bookmark text:name=\"가\"/>*<text:span/>*<text:s text:c=\"2\"/>끝";
    assert!(body.contains(split), "{body}");
    let field =
        "<text:user-field-decl office:value-type=\"string\" office:string-value=\"900101*******\" text:name=\"a\"/>";
    assert!(body.contains(field), "{body}");
}

#[test]
fn a_cell_of_a_spreadsheet_becomes_a_text() {
    let body = "<table:table table:name=\"명단\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>주민등록번호</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>성명</text:p></table:table-cell></table:table-row>\
        <table:table-row table:visibility=\"collapse\"><table:table-cell table:style-name=\"ce1\" office:value-type=\"float\" office:value=\"9001011234568\" calcext:value-type=\"float\"><text:p>900101-1234568</text:p></table:table-cell><table:table-cell table:formula=\"of:=CONCATENATE(&quot;김&quot;;&quot;가람&quot;)\" office:value-type=\"string\" office:string-value=\"김가람\"><text:p>김가람</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"float\" office:value=\"9001011234568\"/><table:table-cell office:value-type=\"float\" office:value=\"3\" table:formula=\"of:=SUM([.A1:.A9])\"><text:p>3</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell table:formula=\"of:=RIGHT([.A2];7)\" office:value-type=\"string\"><text:p>1234568</text:p></table:table-cell><table:table-cell table:formula=\"of:=VALUE(MID(&quot;900101-1234568&quot;;8;3))\" office:value-type=\"float\" office:value=\"123\"><text:p>123</text:p></table:table-cell></table:table-row></table:table>";
    let done = done("a.ods", &package("spreadsheet", body, &[]));
    let body = body_of(&done.bytes, "spreadsheet");
    let rows = "<table:table-row table:visibility=\"collapse\"><table:table-cell table:style-name=\"ce1\" office:value-type=\"string\" calcext:value-type=\"string\"><text:p>900101-*******</text:p></table:table-cell><table:table-cell office:value-type=\"string\" office:string-value=\"김＊람\"><text:p>김＊람</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"string\" office:string-value=\"900101*******\"/><table:table-cell office:value-type=\"float\" office:value=\"3\" table:formula=\"of:=SUM([.A1:.A9])\"><text:p>3</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"string\"><text:p>*******</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>***</text:p></table:table-cell></table:table-row></table:table>";
    assert!(body.ends_with(rows), "{body}");
    gone(&done.bytes, &[SECRET, "김가람"]);
}

#[test]
fn all_that_hides_beside_cells_is_covered() {
    let body = "<table:content-validations><table:content-validation table:name=\"val1\" table:condition=\"cell-content-is-in-list(&quot;900101-1234568&quot;)\"><table:help-message><text:p>900101-1234568</text:p></table:help-message></table:content-validation></table:content-validations>\
        <table:table table:name=\"900101-1234568\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>가</text:p><office:annotation><text:p>900101-<text:span>1234568</text:span></text:p></office:annotation></table:table-cell></table:table-row>\
        <table:shapes><draw:frame><draw:text-box><text:p>900101-1234568</text:p></draw:text-box></draw:frame></table:shapes></table:table>\
        <table:named-expressions><table:named-expression table:name=\"a\" table:expression=\"$'900101-1234568'.$A$1&amp;&quot;900101-1234568&quot;\"/></table:named-expressions>";
    let done = done("a.ods", &package("spreadsheet", body, &[]));
    gone(&done.bytes, &[SECRET]);
    let body = body_of(&done.bytes, "spreadsheet");
    assert!(body.contains("table:name=\"900101-＊＊＊＊＊＊＊\""), "{body}");
    assert!(body.contains("\"$'900101-＊＊＊＊＊＊＊'.$A$1&amp;&quot;900101-*******&quot;\""), "{body}");
}

#[test]
fn slides_and_their_notes_are_covered() {
    let body = "<draw:page draw:name=\"page1\"><draw:frame><draw:text-box><text:p><text:span>900101</text:span><text:span>-1234568</text:span></text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>900101-1234568</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>";
    let bytes = package("presentation", body, &[]);
    let done = done("a.odp", &bytes);
    found_at(&done, &["slide 1", "slide 1 › speaker notes"]);
    gone(&done.bytes, &[SECRET]);
    only(&bytes, &done.bytes, &["content.xml"]);
}
