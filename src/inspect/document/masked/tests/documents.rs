//! Documents and presentations of Office Open XML.

use super::*;
use crate::extract::testing::{archive, rels, texts};

/// A document of this body, with more parts.
fn docx(body: &str, own: &[(&str, &str, &str)], more: &[(&str, &str)]) -> Vec<u8> {
    let root =
        rels(&[("1", "officeDocument", "word/document.xml"), ("2", "metadata/thumbnail", "docProps/thumbnail.jpeg")]);
    let own = rels(own);
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<w:document><w:body>{body}</w:body></w:document>"
    );
    let mut parts = vec![
        (
            "[Content_Types].xml",
            "<Types><Override PartName=\"/docProps/thumbnail.jpeg\" ContentType=\"image/jpeg\"/></Types>",
        ),
        ("_rels/.rels", root.as_str()),
        ("word/document.xml", text.as_str()),
        ("word/_rels/document.xml.rels", own.as_str()),
    ];
    parts.extend(more);
    texts(&parts)
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn document(body: &str) -> Vec<u8> {
    docx(body, &[], &[])
}

fn body_of(bytes: &[u8]) -> String {
    let text = part(bytes, "word/document.xml");
    let (_, body) = text.split_once("<w:body>").expect("a body");
    body.strip_suffix("</w:body></w:document>").expect("its end").to_owned()
}

#[test]
fn a_number_in_a_paragraph_is_covered_and_nothing_else() {
    let bytes = document(&paragraph(&format!("주민등록번호 {NUMBER} &amp; 그 밖 &#48;")));
    let done = done("a.docx", &bytes);
    assert_eq!(body_of(&done.bytes), paragraph(&format!("주민등록번호 {MASKED} &amp; 그 밖 &#48;")));
    only(&bytes, &done.bytes, &["word/document.xml"]);
    gone(&done.bytes, &[SECRET]);
}

#[test]
fn a_number_over_runs_is_covered_piece_by_piece() {
    let bytes = document(
        "<w:p><w:r><w:t>번호 900</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">101</w:t><w:noBreakHyphen/><w:t>1</w:t></w:r>\
         <w:drawing><wp:posOffset>1234</wp:posOffset></w:drawing><w:hyperlink r:id=\"x\"><w:r><w:t><![CDATA[23]]></w:t></w:r></w:hyperlink>\
         <w:r><w:t>4&#53;6</w:t></w:r><w:r><w:t>8 끝</w:t></w:r></w:p>",
    );
    let done = done("a.docx", &bytes);
    assert_eq!(
        body_of(&done.bytes),
        "<w:p><w:r><w:t>번호 900</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">101</w:t><w:noBreakHyphen/><w:t>*</w:t></w:r>\
         <w:drawing><wp:posOffset>1234</wp:posOffset></w:drawing><w:hyperlink r:id=\"x\"><w:r><w:t><![CDATA[**]]></w:t></w:r></w:hyperlink>\
         <w:r><w:t>***</w:t></w:r><w:r><w:t>* 끝</w:t></w:r></w:p>"
    );
}

#[test]
fn every_kind_keeps_as_much_as_in_a_text() {
    let body =
        ["휴대폰 010-2234-5678", "이메일 honggildong@example.kr", "성명: 김가람", "계좌번호: 국민은행 110-123-456789"]
            .map(paragraph)
            .concat();
    let done = done("a.docx", &document(&body));
    let masked =
        ["휴대폰 010-****-5678", "이메일 ho*********@example.kr", "성명: 김＊람", "계좌번호: 국민은행 110-***-******"];
    assert_eq!(body_of(&done.bytes), masked.map(paragraph).concat());
}

#[test]
fn a_name_is_covered_where_it_was_found_only() {
    let body = [paragraph("담당자 성명: 이상준"), paragraph("상준이는 이상준비를 했다"), paragraph("이상준")].concat();
    let done = done("a.docx", &document(&body));
    let body = body_of(&done.bytes);
    assert!(body.contains("성명: 이＊준") && body.contains("이상준비를"), "{body}");
}

#[test]
fn names_that_programs_use_stay() {
    let body = "<w:p w:rsidR=\"00900101\"><w:pPr><w:pStyle w:val=\"이상준\"/></w:pPr><w:r><w:t>성명: 이상준</w:t></w:r></w:p>\
        <w:p><w:bookmarkStart w:id=\"9001011234568\" w:name=\"_Toc9001011234568\"/><w:r><w:t>성명: 이상준 주민번호 9001011234568</w:t></w:r></w:p>";
    let styles = "<w:styles><w:style w:styleId=\"이상준\"><w:name w:val=\"이상준\"/></w:style></w:styles>";
    let done = done("a.docx", &docx(body, &[("e", "styles", "styles.xml")], &[("word/styles.xml", styles)]));
    assert_eq!(part(&done.bytes, "word/styles.xml"), styles);
    let body = body_of(&done.bytes);
    assert!(body.contains("<w:pStyle w:val=\"이상준\"/></w:pPr><w:r><w:t>성명: 이＊준</w:t>"), "{body}");
    assert!(
        body.contains("w:id=\"9001011234568\" w:name=\"_Toc900101_______\"/>")
            && body.contains("주민번호 900101*******"),
        "{body}"
    );
}

#[test]
fn all_that_hides_in_a_document_is_covered() {
    let own = [
        ("a", "header", "header1.xml"),
        ("b", "footer", "footer1.xml"),
        ("c", "footnotes", "footnotes.xml"),
        ("d", "comments", "comments.xml"),
        ("f", "chart", "charts/chart1.xml"),
        ("g", "diagramData", "diagrams/data1.xml"),
        ("h", "glossaryDocument", "glossary/document.xml"),
        ("j", "hyperlink", "http://x/?n=900101-1234568"),
        ("k", "settings", "settings.xml"),
        ("l", "hyperlink", "mailto:honggildong@example.kr"),
        ("m", "image", "media/900101.png"),
    ];
    let line = paragraph(NUMBER);
    let header = format!("<w:hdr>{line}</w:hdr>");
    let footer = format!("<w:ftr>{line}</w:ftr>");
    let notes = format!("<w:footnotes><w:footnote w:id=\"1\">{line}</w:footnote></w:footnotes>");
    let comments = format!("<w:comments><w:comment w:author=\"{NUMBER}\">{line}</w:comment></w:comments>");
    let chart = "<c:chartSpace><c:strCache><c:pt><c:v>900101-1234568</c:v></c:pt></c:strCache><c:numCache><c:formatCode>General</c:formatCode><c:pt><c:v>9001011234568</c:v></c:pt></c:numCache></c:chartSpace>";
    let diagram = "<dgm:dataModel><dgm:pt><dgm:t><a:p><a:r><a:t>900101-</a:t></a:r><a:r><a:t>1234568</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>";
    let glossary = format!("<w:glossaryDocument>{line}</w:glossaryDocument>");
    let custom = format!("<data><no>{NUMBER}</no><mixed>900101<b>-123</b>4568</mixed><!-- {NUMBER} --></data>");
    let core =
        format!("<cp:coreProperties><dc:creator>{NUMBER}</dc:creator><dc:title>가</dc:title></cp:coreProperties>");
    let settings =
        format!("<w:settings><w:docVars><w:docVar w:name=\"a\" w:val=\"{NUMBER}\"/></w:docVars></w:settings>");
    let body = "<w:p><w:r><w:t>전 900101-</w:t></w:r><w:del><w:r><w:delText>1234568</w:delText></w:r></w:del><w:ins><w:r><w:t>5</w:t></w:r></w:ins></w:p>\
        <w:p><w:r><w:t>900</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:docPr id=\"1\" name=\"그림\" descr=\"900101-1234568\"/><w:txbxContent><w:p><w:r><w:t>900101-12</w:t></w:r><w:r><w:t>34568</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>\
        <mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>900101-1234568</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>101-1234568</w:t></w:r></w:p>\
        <w:p><w:r><w:fldChar/></w:r><w:r><w:instrText>QUOTE 900101-</w:instrText></w:r><w:r><w:instrText>1234568</w:instrText></w:r><w:r><w:fldChar/></w:r></w:p>\
        <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>숨은 900101-1234568</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>주민번호 앞</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>뒤</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>900101</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1234568</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:sdt><w:sdtPr><w:alias w:val=\"900101-1234568\"/></w:sdtPr></w:sdt>";
    let bytes = docx(
        body,
        &own,
        &[
            ("word/header1.xml", &header),
            ("word/footer1.xml", &footer),
            ("word/footnotes.xml", &notes),
            ("word/comments.xml", &comments),
            ("word/charts/chart1.xml", chart),
            ("word/diagrams/data1.xml", diagram),
            ("word/glossary/document.xml", &glossary),
            ("word/settings.xml", &settings),
            ("customXml/item1.xml", &custom),
            ("docProps/core.xml", &core),
            ("word/styles.xml", "<w:styles><w:style w:styleId=\"S\"><w:name w:val=\"본문\"/></w:style></w:styles>"),
            ("docProps/thumbnail.jpeg", "a picture of 900101-1234568"),
        ],
    );
    let done = done("a.docx", &bytes);
    found_at(
        &done,
        &["header", "footer", "note 1", "chart", "link address", "alternative text", "text box", "document properties"],
    );
    gone(&done.bytes, &[SECRET, "honggildong"]);
    assert!(entries(&done.bytes).iter().all(|(name, ..)| !name.contains("thumbnail")), "no preview");
    assert_eq!(part(&done.bytes, "[Content_Types].xml"), "<Types></Types>");
    assert_eq!(part(&done.bytes, "_rels/.rels"), rels(&[("1", "officeDocument", "word/document.xml")]));
    assert!(part(&done.bytes, "word/_rels/document.xml.rels").contains("Target=\"mailto:ho*********@example.kr\""));
    assert!(part(&done.bytes, "word/charts/chart1.xml").contains("<c:v>0</c:v>"), "a number stays one");
    let packed = |bytes: &[u8]| {
        entries(bytes).into_iter().find(|(name, ..)| name == "word/styles.xml").map(|(.., packed)| packed)
    };
    assert_eq!(packed(&bytes), packed(&done.bytes));
}

#[test]
fn all_that_hides_in_a_presentation_is_covered() {
    let root = rels(&[("1", "officeDocument", "ppt/presentation.xml")]);
    let own = rels(&[("s1", "slide", "slides/slide1.xml"), ("s2", "slide", "slides/slide2.xml")]);
    let slide_rels =
        rels(&[("n", "notesSlide", "../notesSlides/notesSlide1.xml"), ("c", "comments", "../comments/comment1.xml")]);
    let text = "<a:p><a:r><a:rPr lang=\"ko-KR\"/><a:t>900101</a:t></a:r><a:r><a:t>-1234</a:t></a:r><a:r><a:t>568</a:t></a:r></a:p>";
    let slide =
        format!("<p:sld><p:nvSpPr><p:cNvPr id=\"2\" name=\"제목\" descr=\"{NUMBER}\"/></p:nvSpPr>{text}</p:sld>");
    let hidden = format!("<p:sld show=\"0\">{text}</p:sld>");
    let notes = format!("<p:notes>{text}</p:notes>");
    let comments = format!("<p:cmLst><p:cm><p:text>{NUMBER}</p:text></p:cm></p:cmLst>");
    let bytes = texts(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &root),
        (
            "ppt/presentation.xml",
            "<p:presentation><p:sldIdLst><p:sldId id=\"256\" r:id=\"s1\"/><p:sldId id=\"257\" r:id=\"s2\"/></p:sldIdLst></p:presentation>",
        ),
        ("ppt/_rels/presentation.xml.rels", &own),
        ("ppt/slides/slide1.xml", &slide),
        ("ppt/slides/_rels/slide1.xml.rels", &slide_rels),
        ("ppt/slides/slide2.xml", &hidden),
        ("ppt/notesSlides/notesSlide1.xml", &notes),
        ("ppt/comments/comment1.xml", &comments),
        (
            "ppt/slideLayouts/slideLayout1.xml",
            "<p:sldLayout><a:p><a:r><a:t>900101-1234568</a:t></a:r></a:p></p:sldLayout>",
        ),
    ]);
    let done = done("a.pptx", &bytes);
    found_at(&done, &["slide 1", "slide 2 (hidden)", "speaker notes of slide 1"]);
    gone(&done.bytes, &[SECRET]);
    only(
        &bytes,
        &done.bytes,
        &[
            "ppt/slides/slide1.xml",
            "ppt/slides/slide2.xml",
            "ppt/notesSlides/notesSlide1.xml",
            "ppt/comments/comment1.xml",
            "ppt/slideLayouts/slideLayout1.xml",
        ],
    );
}

#[test]
fn documents_in_documents_are_written_too() {
    let inner = document(&paragraph(NUMBER));
    let middle = archive(&[("[Content_Types].xml", b"<Types/>"), ("word/embeddings/a.docx", &inner)]);
    let bytes =
        crate::extract::testing::archive(&[("[Content_Types].xml", b"<Types/>"), ("xl/embeddings/b.xlsx", &middle)]);
    gone(&done("a.docx", &bytes).bytes, &[SECRET]);
}

#[test]
fn a_part_keeps_its_charset() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let korean = |text: &str| encoding_rs::EUC_KR.encode(text).0.into_owned();
    let item = |name: &str| format!("\u{feff}<a>가나 {NUMBER}</a>").replace(NUMBER, name);
    let other = |name: &str| format!("<?xml version=\"1.0\" encoding=\"EUC-KR\"?><a>성명: {name}</a>");
    let bytes = archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("customXml/item1.xml", &wide(&item(NUMBER))),
        ("customXml/item2.xml", &korean(&other("김가람"))),
    ]);
    let done = entries(&done("a.docx", &bytes).bytes);
    assert_eq!(done[1].1, wide(&item(MASKED)));
    assert_eq!(done[2].1, korean(&other("김＊람")));
}

/// Its texts are arrays of their lines, in JSON; pages in it are texts too.
#[test]
fn a_notebook_is_masked_where_its_texts_stand() {
    let book = format!(
        "{{\"cells\": [{{\"cell_type\": \"markdown\", \"source\": [\"번호:\\n\", \"900101-\", \"1234568\\n\"]}},\n {{\"cell_type\": \"code\",\
         \"outputs\": [{{\"data\": {{\"text/html\": [\"<td>{NUMBER}</td>\\n\"], \"text/plain\": \"\\uAC00 {NUMBER}\"}}}}], \"source\": []}}]}}"
    );
    let done = done("a.ipynb", book.as_bytes());
    let expected = book.replace(NUMBER, MASKED).replace("\"1234568", "\"*******");
    assert_eq!(String::from_utf8_lossy(&done.bytes), expected);
    let picture = book.replace("\"text/plain\": \"", "\"application/vnd.x\": \"").replace("\\uAC00 ", "");
    let coded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, NUMBER);
    let within = picture.replace(&format!("x\": \"{NUMBER}"), &format!("x\": \"{coded}"));
    assert!(
        matches!(tried("a.ipynb", within.as_bytes()), Err(NotMasked::Left(_))),
        "what is packed in it is not written again"
    );
}
