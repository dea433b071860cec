//! Documents and presentations: every place where text may hide.

use super::build::{Piece, archive, texts};
use super::stands;
use crate::extract::make::office;
use crate::extract::testing::Heard;

fn document(body: &str, more: &[(&str, &str)]) -> Heard {
    Heard::of("a.docx", &office::docx(body, "http://x/900101-1234568", &office::bytes(more)))
}

#[test]
fn runs_are_joined_as_a_reader_sees_them() {
    let heard = document(
        "<w:p><w:r><w:t>번호 900</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>101</w:t><w:noBreakHyphen/><w:t>12</w:t></w:r>\
         <w:hyperlink><w:r><w:t>345</w:t><w:sym w:font=\"Wingdings\" w:char=\"F036\"/><w:t>8</w:t></w:r></w:hyperlink></w:p>\
         <w:p><w:r><w:t>둘째</w:t><w:tab/><w:t>칸</w:t></w:r></w:p>",
        &[],
    );
    stands(&heard, "번호 900101-1234568", "a.docx › paragraph 1");
    stands(&heard, "둘째\t칸", "a.docx › paragraph 2");
    stands(&heard, "http://x/900101-1234568", "a.docx › link address");
}

#[test]
fn deleted_and_hidden_text_is_read_where_it_stood() {
    let heard = document(
        "<w:p><w:r><w:t>번호 </w:t></w:r><w:del><w:r><w:delText>900101-1234568</w:delText></w:r></w:del>\
         <w:ins><w:r><w:t>900101-*******</w:t></w:r></w:ins></w:p>\
         <w:p><w:r><w:t>보이고 </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>숨은 글</w:t></w:r></w:p>\
         <w:p><w:pPr><w:pStyle w:val=\"S\"/></w:pPr><w:r><w:t>모양으로 숨은 글</w:t></w:r></w:p>\
         <w:p><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>숨지 않은 글</w:t></w:r></w:p>",
        &[("word/styles.xml", "<w:styles><w:style w:styleId=\"S\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>")],
    );
    stands(&heard, "번호 900101-*******", "a.docx › paragraph 1");
    stands(&heard, "번호 900101-1234568", "a.docx › deleted text › paragraph 1");
    stands(&heard, "보이고 숨은 글", "a.docx › hidden text › paragraph 2");
    stands(&heard, "모양으로 숨은 글", "a.docx › hidden text › paragraph 3");
    stands(&heard, "숨지 않은 글", "a.docx › paragraph 4");
    assert!(!heard.text().contains("1234568900101"), "old and new must not touch: {}", heard.text());
}

#[test]
fn tables_are_tables() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let wide = "<w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>넓은</w:t></w:r></w:p></w:tc>";
    let inner = format!("<w:tc><w:tbl><w:tr>{}</w:tr></w:tbl><w:p/></w:tc>", cell("안쪽 표"));
    let heard = document(
        &format!(
            "<w:tbl><w:tblPr><w:tblCaption w:val=\"표 설명\"/></w:tblPr><w:tr>{}{}</w:tr><w:tr>{wide}{}</w:tr><w:tr>{inner}</w:tr></w:tbl>",
            cell("성명"),
            cell("주민번호"),
            cell("930303-1234567")
        ),
        &[],
    );
    stands(&heard, "주민번호", "a.docx › table 1 › cell B1");
    stands(&heard, "930303-1234567", "a.docx › table 1 › cell C2");
    stands(&heard, "표 설명", "a.docx › alternative text");
    stands(&heard, "안쪽 표", "a.docx › table 2 › cell A1");
    assert!(heard.text().contains("성명,주민번호\n넓은,,930303-1234567"), "{}", heard.text());
}

#[test]
fn boxes_fields_and_descriptions_are_read() {
    let boxed = "<w:txbxContent><w:p><w:r><w:t>상자 글</w:t></w:r></w:p></w:txbxContent>";
    let heard = document(
        &format!(
            "<w:p><w:r><w:t>앞</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><wps:txbx>{boxed}</wps:txbx></mc:Choice>\
             <mc:Fallback><v:textbox>{boxed}</v:textbox></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>뒤</w:t></w:r>\
             <w:r><w:drawing><wp:positionH><wp:posOffset>9001011</wp:posOffset></wp:positionH><wp:docPr descr=\"그림 설명\"/></w:drawing></w:r>\
             <w:r><w:instrText>MERGEFIELD 필</w:instrText></w:r><w:r><w:instrText>드</w:instrText></w:r><w:r><w:fldChar/></w:r></w:p>\
             <w:sdt><w:sdtPr><w:alias w:val=\"양식 이름\"/><w:listItem w:displayText=\"고를 값\"/></w:sdtPr></w:sdt>\
             <w:p><v:textpath string=\"장식 글\"/></w:p>"
        ),
        &[],
    );
    stands(&heard, "앞뒤", "a.docx › paragraph 1");
    stands(&heard, "상자 글", "a.docx › text box › paragraph 1");
    assert_eq!(heard.text().matches("상자 글").count(), 1, "{}", heard.text());
    stands(&heard, "그림 설명", "a.docx › alternative text");
    stands(&heard, "MERGEFIELD 필드", "a.docx › formula");
    stands(&heard, "양식 이름", "a.docx › form field ‘’");
    stands(&heard, "고를 값", "a.docx › validation list");
    stands(&heard, "장식 글", "a.docx › text box");
    assert_eq!(heard.place_of("9001011"), None);
}

#[test]
fn parts_of_a_document_are_read() {
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let header = format!("<w:hdr>{}</w:hdr>", p("머리 글"));
    let footer = format!("<w:ftr>{}</w:ftr>", p("꼬리 글"));
    let notes = format!(
        "<w:footnotes><w:footnote w:type=\"separator\"><w:p/></w:footnote><w:footnote>{}</w:footnote><w:footnote>{}</w:footnote></w:footnotes>",
        p("각주 하나"),
        p("각주 둘")
    );
    let comments = format!("<w:comments><w:comment w:author=\"쓴 이\">{}</w:comment></w:comments>", p("메모 글"));
    let glossary = format!("<w:glossaryDocument>{}</w:glossaryDocument>", p("상용구"));
    let heard = document(
        &p("본문"),
        &[
            ("word/header1.xml", &header),
            ("word/footer1.xml", &footer),
            ("word/footnotes.xml", &notes),
            ("word/comments.xml", &comments),
            ("word/glossary/document.xml", &glossary),
            ("word/charts/chart1.xml", "<c:chartSpace><c:v>차트 값</c:v></c:chartSpace>"),
            (
                "word/diagrams/data1.xml",
                "<dgm:dataModel><dgm:t><a:p><a:r><a:t>도형 글</a:t></a:r></a:p></dgm:t></dgm:dataModel>",
            ),
            ("word/afchunk.html", "<html>끼운 글</html>"),
            (
                "word/settings.xml",
                "<w:settings><w:docVars><w:docVar w:name=\"v\" w:val=\"900101-1234568\"/></w:docVars></w:settings>",
            ),
            ("customXml/item1.xml", "<rrn>930303-1234567</rrn>"),
            ("docProps/app.xml", "<Properties><Company>회사</Company></Properties>"),
            ("word/people.xml", "<w15:people><w15:person w15:author=\"사람\"/></w15:people>"),
        ],
    );
    stands(&heard, "머리 글", "a.docx › header › paragraph 1");
    stands(&heard, "꼬리 글", "a.docx › footer › paragraph 1");
    stands(&heard, "각주 하나", "a.docx › note 1 › paragraph 1");
    stands(&heard, "각주 둘", "a.docx › note 2 › paragraph 1");
    stands(&heard, "메모 글", "a.docx › comment 1 › paragraph 1");
    stands(&heard, "쓴 이", "a.docx › part ‘attributes’");
    stands(&heard, "상용구", "a.docx › part ‘word/glossary/document.xml’");
    stands(&heard, "차트 값", "a.docx › chart data");
    stands(&heard, "도형 글", "a.docx › text box");
    stands(&heard, "끼운 글", "a.docx › afchunk.html");
    stands(&heard, "900101-1234568", "a.docx › link address");
    assert!(heard.said.iter().any(|(place, text)| place.contains("settings.xml") && text.contains("900101-1234568")));
    stands(&heard, "rrn: 930303-1234567", "a.docx › part ‘customXml/item1.xml’");
    stands(&heard, "회사", "a.docx › document properties");
    stands(&heard, "사람", "a.docx › document properties");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn slides_are_read_in_their_order() {
    let (one, two) = (office::slide("show=\"0\"", "숨은 쪽"), office::slide("", "보이는 쪽"));
    let parts = [
        ("ppt/slides/slide1.xml", one.as_str()),
        ("ppt/slides/slide2.xml", &two),
        ("ppt/notesSlides/notesSlide1.xml", "<p:notes><a:p><a:r><a:t>발표자 글</a:t></a:r></a:p></p:notes>"),
        ("ppt/comments/comment1.xml", "<p:cmLst><p:cm><p:text>쪽 메모</p:text></p:cm></p:cmLst>"),
        ("ppt/slideMasters/slideMaster1.xml", "<p:sldMaster><a:p><a:r><a:t>바탕 글</a:t></a:r></a:p></p:sldMaster>"),
        ("ppt/commentAuthors.xml", "<p:cmAuthorLst><p:cmAuthor name=\"쓴 이\"/></p:cmAuthorLst>"),
    ];
    let heard = Heard::of("a.pptx", &office::pptx(&office::bytes(&parts)));
    stands(&heard, "보이는 쪽", "a.pptx › slide 1");
    stands(&heard, "숨은 쪽", "a.pptx › slide 2 (hidden)");
    stands(&heard, "발표자 글", "a.pptx › speaker notes of slide 2");
    stands(&heard, "쪽 메모", "a.pptx › slide 2 (hidden) › comment 1");
    stands(&heard, "바탕 글", "a.pptx › part ‘ppt/slideMasters/slideMaster1.xml’");
    stands(&heard, "쓴 이", "a.pptx › document properties");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn files_in_a_document_are_opened_and_fonts_are_not() {
    let inner = texts(&[("b.txt", "속의 글")]);
    let font = [b"\0\x01\0\0\0".to_vec(), vec![7; 100]].concat();
    let heard = Heard::of(
        "a.docx",
        &archive(&[
            Piece::stored("[Content_Types].xml", b"<Types/>"),
            Piece::stored("word/embeddings/in.zip", &inner),
            Piece::stored("word/fonts/font1.ttf", &font),
            Piece::stored("xl/printerSettings/printerSettings1.bin", b"\0P\0r\0i\0n\0t"),
        ]),
    );
    stands(&heard, "속의 글", "a.docx › in.zip › b.txt");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn real_documents_are_read() {
    let heard = Heard::of("a.docx", include_bytes!("../../../../tests/documents/comment.docx"));
    stands(&heard, "This is the second line", "a.docx › comment 1 › paragraph 3");
    let heard = Heard::of("a.docx", include_bytes!("../../../../tests/documents/test_recursive_embedded.docx"));
    stands(&heard, "embed_0", "a.docx › paragraph 1");
}
