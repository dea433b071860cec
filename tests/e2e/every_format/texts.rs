//! Documents of text: Word, OpenDocument, rich text.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::{compound, macros, native, properties};
use crate::make::doc::{word, word_95};
use crate::make::office::{bytes, docx, flat_odf, odf};
use crate::make::rtf;

pub fn cases() -> Vec<Case> {
    [words(), parts_of_words(), old(), open(), rich()].into_iter().flatten().collect()
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn of(body: &str) -> Vec<u8> {
    docx(body, "http://a.example/", &[])
}

fn words() -> Vec<Case> {
    let (front, back) = N.split_at(6);
    let runs = format!(
        "<w:p><w:r><w:t>{front}</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>{back}</w:t></w:r></w:p>"
    );
    let boxed =
        |text: &str| format!("<w:p><w:r><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></w:r></w:p>", p(text));
    let hidden = format!("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{N}</w:t></w:r></w:p>");
    let deleted = format!("<w:p><w:del><w:r><w:delText>{N}</w:delText></w:r></w:del></w:p>");
    let table = |inner: &str| format!("<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>");
    let nested = format!("{}<w:p/>", table(&p(N)));
    let white = format!("<w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t>{N}</w:t></w:r></w:p>");
    vec![
        case("a.docx", "a paragraph", of(&p(N)), "paragraph 1"),
        case("a.docx", "two runs", of(&runs), "paragraph 1"),
        case("a.docx", "white text", of(&white), "paragraph 1"),
        case("a.docx", "hidden text", of(&hidden), "hidden text › paragraph 1"),
        case("a.docx", "deleted text", of(&deleted), "deleted text › paragraph 1"),
        case("a.docx", "a table", of(&table(&p(N))), "table 1 › cell A1"),
        case("a.docx", "a table in a table", of(&table(&nested)), "table 2 › cell A1"),
        case("a.docx", "a text box", of(&boxed(N)), "text box › paragraph 1"),
        case(
            "a.docx",
            "an alternative text",
            of(&format!("<w:p><w:r><w:drawing><wp:docPr descr=\"{N}\"/></w:drawing></w:r></w:p>")),
            "alternative text",
        ),
        case(
            "a.docx",
            "a field's code",
            of(&format!("<w:p><w:r><w:instrText>QUOTE {N}</w:instrText></w:r></w:p>")),
            "formula",
        ),
        case(
            "a.docx",
            "a list to choose from",
            of(&format!("<w:sdt><w:sdtPr><w:listItem w:displayText=\"{N}\"/></w:sdtPr></w:sdt>")),
            "validation list",
        ),
        case("a.docx", "decorated text", of(&format!("<w:p><v:textpath string=\"{N}\"/></w:p>")), "text box"),
        case("a.docx", "the address of a link", docx("", &format!("http://a.example/?no={N}"), &[]), "link address"),
    ]
}

fn parts_of_words() -> Vec<Case> {
    let with = |name: &str, text: &str| docx(&p("글"), "http://a.example/", &bytes(&[(name, text)]));
    let holding = |name: &str, file: &[u8]| docx(&p("글"), "http://a.example/", &[(name, file)]);
    let inner = of(&p(N));
    vec![
        case(
            "a.docx",
            "a header",
            with("word/header1.xml", &format!("<w:hdr>{}</w:hdr>", p(N))),
            "header › paragraph 1",
        ),
        case(
            "a.docx",
            "a footer",
            with("word/footer1.xml", &format!("<w:ftr>{}</w:ftr>", p(N))),
            "footer › paragraph 1",
        ),
        case(
            "a.docx",
            "a footnote",
            with("word/footnotes.xml", &format!("<w:footnotes><w:footnote>{}</w:footnote></w:footnotes>", p(N))),
            "note 1 › paragraph 1",
        ),
        case(
            "a.docx",
            "a comment",
            with("word/comments.xml", &format!("<w:comments><w:comment>{}</w:comment></w:comments>", p(N))),
            "comment 1 › paragraph 1",
        ),
        case(
            "a.docx",
            "a building block",
            with("word/glossary/document.xml", &format!("<w:glossaryDocument>{}</w:glossaryDocument>", p(N))),
            "part ‘word/glossary/document.xml’",
        ),
        case(
            "a.docx",
            "a chart's cache",
            with("word/charts/chart1.xml", &format!("<c:chartSpace><c:v>{N}</c:v></c:chartSpace>")),
            "chart data",
        ),
        case(
            "a.docx",
            "a diagram",
            with(
                "word/diagrams/data1.xml",
                &format!("<dgm:dataModel><dgm:t><a:p><a:r><a:t>{N}</a:t></a:r></a:p></dgm:t></dgm:dataModel>"),
            ),
            "text box",
        ),
        case(
            "a.docx",
            "the name of a style",
            with("word/styles.xml", &format!("<w:styles><w:style><w:name w:val=\"{N}\"/></w:style></w:styles>")),
            "part ‘word/styles.xml’",
        ),
        case("a.docx", "a page in it", with("word/afchunk.html", &format!("<html>{N}</html>")), "afchunk.html, line 1"),
        case(
            "a.docx",
            "custom XML",
            with("customXml/item1.xml", &format!("<a><b>{N}</b></a>")),
            "part ‘customXml/item1.xml’",
        ),
        case(
            "a.docx",
            "document properties",
            with("docProps/app.xml", &format!("<Properties><Company>{N}</Company></Properties>")),
            "document properties",
        ),
        case("a.docx", "a document in it", holding("word/embeddings/in.docx", &inner), "in.docx › paragraph 1"),
        case(
            "a.docx",
            "a document in a document in it",
            holding("word/embeddings/in.docx", &holding("word/embeddings/deep.docx", &inner)),
            "in.docx › deep.docx › paragraph 1",
        ),
        case(
            "a.docx",
            "a file packed in an object",
            holding(
                "word/embeddings/oleObject1.bin",
                &compound(&[("\u{1}Ole10Native", native("b.txt", N.as_bytes()))]),
            ),
            "oleObject1.bin › b.txt, line 1",
        ),
    ]
}

fn old() -> Vec<Case> {
    let of = |stories: &[(usize, &str)], left: &str, more: Vec<(String, Vec<u8>)>| {
        let (document, tables) = word(stories, left);
        let streams = vec![("WordDocument".to_owned(), document), ("1Table".to_owned(), tables)];
        compound(&[streams, more].concat())
    };
    let story = |number: usize, text: &str| of(&[(0, "글\r"), (number, text)], "", Vec::new());
    let with = |name: &str, bytes: Vec<u8>| of(&[(0, "글\r")], "", vec![(name.to_owned(), bytes)]);
    vec![
        case("a.doc", "a paragraph", of(&[(0, &format!("글\r{N}\r"))], "", Vec::new()), "paragraph 2"),
        case("a.doc", "a sample's paragraph", include_bytes!("../../documents/cfb/hiding.doc").to_vec(), "paragraph 1"),
        case("a.doc", "what a fast save left", of(&[(0, "글\r")], N, Vec::new()), "deleted text"),
        case("a.doc", "a footnote", story(1, &format!("\u{2} {N}\r")), "note 1"),
        case("a.doc", "a header", story(2, &format!("{N}\r")), "header"),
        case("a.doc", "a comment", story(4, &format!("\u{5} {N}\r")), "comment 1"),
        case("a.doc", "an endnote", story(5, &format!("\u{2} {N}\r")), "note 1"),
        case("a.doc", "a text box", story(6, &format!("{N}\r")), "text box"),
        case(
            "a.doc",
            "the address of a link",
            of(&[(0, &format!("\u{13} HYPERLINK \"http://a.example/?no={N}\" \u{14}글\u{15}\r"))], "", Vec::new()),
            "link address",
        ),
        case("a.doc", "document properties", with("\u{5}SummaryInformation", properties(N)), "document properties"),
        case(
            "a.doc",
            "a file packed in an object",
            with("ObjectPool/_1/\u{1}Ole10Native", native("b.txt", N.as_bytes())),
            "part ‘ObjectPool’ › _1 › b.txt, line 1",
        ),
        case(
            "a.doc",
            "a macro",
            of(&[(0, "글\r")], "", macros("Macros/", &format!("' {N}"))),
            "part ‘Macros’ › script, line 2",
        ),
        case(
            "a.doc",
            "a paragraph of Word 95",
            compound(&[("WordDocument", word_95(&format!("{N}\r")))]),
            "paragraph 1",
        ),
    ]
}

fn open() -> Vec<Case> {
    let of = |body: &str| {
        odf(
            "text",
            "<style:style style:name=\"H\"><style:text-properties text:display=\"none\"/></style:style>",
            body,
            &[],
        )
    };
    let split = format!("<text:p>{}<text:span>{}</text:span></text:p>", &N[..6], &N[6..]);
    let own = format!("<text:p>{N}</text:p>");
    let within = |before: &str, behind: &str| of(&format!("<text:p>글{before}{own}{behind}</text:p>"));
    let heads = |place: &str| {
        format!(
            "<office:document-styles><office:master-styles><style:master-page><style:{place}>{own}</style:{place}></style:master-page></office:master-styles></office:document-styles>"
        )
    };
    let with = |name: &str, text: &str| odf("text", "", "", &bytes(&[(name, text)]));
    vec![
        case("a.odt", "a paragraph in two spans", of(&split), "paragraph 1"),
        case(
            "a.odt",
            "deleted text",
            of(&format!(
                "<text:tracked-changes><text:changed-region><text:deletion>{own}</text:deletion></text:changed-region></text:tracked-changes>"
            )),
            "deleted text › paragraph 1",
        ),
        case(
            "a.odt",
            "hidden text",
            of(&format!("<text:p><text:span text:style-name=\"H\">{N}</text:span></text:p>")),
            "hidden text › paragraph 1",
        ),
        case(
            "a.odt",
            "text under a condition",
            of(&format!("<text:p><text:hidden-text text:string-value=\"{N}\"/></text:p>")),
            "hidden text › paragraph 1",
        ),
        case(
            "a.odt",
            "a footnote",
            within("<text:note><text:note-body>", "</text:note-body></text:note>"),
            "note 1 › paragraph 1",
        ),
        case("a.odt", "a comment", within("<office:annotation>", "</office:annotation>"), "comment 1 › paragraph 1"),
        case(
            "a.odt",
            "a text box",
            within("<draw:frame><draw:text-box>", "</draw:text-box></draw:frame>"),
            "text box › paragraph 1",
        ),
        case(
            "a.odt",
            "an alternative text",
            of(&format!("<text:p><draw:frame><svg:desc>{N}</svg:desc></draw:frame></text:p>")),
            "alternative text",
        ),
        case(
            "a.odt",
            "the address of a link",
            of(&format!("<text:p><text:a xlink:href=\"http://a.example/?no={N}\">글</text:a></text:p>")),
            "link address",
        ),
        case(
            "a.odt",
            "a table",
            of(&format!(
                "<table:table><table:table-row><table:table-cell>{own}</table:table-cell></table:table-row></table:table>"
            )),
            "table 1 › cell A1",
        ),
        case(
            "a.odt",
            "a form field",
            of(&format!("<form:text form:name=\"칸\" form:current-value=\"{N}\"/>")),
            "form field ‘칸’",
        ),
        case(
            "a.odt",
            "the name of a style",
            with(
                "styles.xml",
                &format!(
                    "<office:document-styles><office:styles><style:style style:name=\"P\" style:display-name=\"{N}\"/></office:styles></office:document-styles>"
                ),
            ),
            "part ‘style names’",
        ),
        case("a.odt", "a header", with("styles.xml", &heads("header")), "header › paragraph 1"),
        case("a.odt", "a footer", with("styles.xml", &heads("footer")), "footer › paragraph 1"),
        case(
            "a.odt",
            "document properties",
            with(
                "meta.xml",
                &format!(
                    "<office:document-meta><office:meta><dc:creator>{N}</dc:creator></office:meta></office:document-meta>"
                ),
            ),
            "document properties",
        ),
        case("a.fodt", "a paragraph", flat_odf("text", &split), "paragraph 1"),
    ]
}

fn rich() -> Vec<Case> {
    let of = |body: &str| rtf::file(body);
    let counted = |bytes: &[u8]| [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
    let copy = [&b"\x02\0b.csv\0C:\\b.csv\0\0\0\x03\0"[..], &counted(b"C:\\t\0"), &counted(N.as_bytes())].concat();
    let object = [&[1, 5, 0, 0, 2, 0, 0, 0][..], &counted(b"Package\0"), &counted(b""), &counted(b""), &counted(&copy)];
    let (front, back) = N.split_at(6);
    vec![
        case("a.rtf", "a paragraph broken by formats", of(&format!("{front}{{\\b {back}}}")), "paragraph 1"),
        case(
            "a.rtf",
            "escapes",
            of(&N.bytes().map(|byte| format!("\\'{byte:02x}")).collect::<String>()),
            "paragraph 1",
        ),
        case(
            "a.rtf",
            "Unicode escapes",
            of(&N.bytes().map(|byte| format!("\\u{byte}?")).collect::<String>()),
            "paragraph 1",
        ),
        case("a.rtf", "a header", of(&format!("{{\\header {N}}}")), "header › paragraph 1"),
        case("a.rtf", "a footer", of(&format!("{{\\footer {N}}}")), "footer › paragraph 1"),
        case("a.rtf", "a footnote", of(&format!("{{\\footnote {N}}}")), "note 1 › paragraph 1"),
        case("a.rtf", "a comment", of(&format!("{{\\*\\annotation {N}}}")), "comment 1 › paragraph 1"),
        case("a.rtf", "hidden text", of(&format!("{{\\v {N}}}")), "hidden text › paragraph 1"),
        case("a.rtf", "deleted text", of(&format!("{{\\deleted {N}}}")), "deleted text › paragraph 1"),
        case(
            "a.rtf",
            "a text box",
            of(&format!("{{\\shp{{\\*\\shpinst{{\\shptxt {N}}}}}}}")),
            "text box › paragraph 1",
        ),
        case(
            "a.rtf",
            "the address of a link",
            of(&format!("{{\\field{{\\*\\fldinst HYPERLINK http://a.example/?no={N}}}{{\\fldrslt x}}}}")),
            "link address › paragraph 1",
        ),
        case(
            "a.rtf",
            "document properties",
            of(&format!("{{\\info{{\\title {N}}}}}")),
            "document properties › paragraph 1",
        ),
        case(
            "a.rtf",
            "an object",
            of(&format!("{{\\object\\objemb{{\\*\\objdata {}}}}}", rtf::hex(&object.concat()))),
            "b.csv, line 1",
        ),
    ]
}
