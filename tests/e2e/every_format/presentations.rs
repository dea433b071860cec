//! Presentations, drawings, formulas.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::{compound, properties, wide};
use crate::make::office::{bytes, deflated, flat_odf, odf, pptx, slide, xlsx};
use crate::make::ppt;
use std::io::Read;

pub fn cases() -> Vec<Case> {
    [slides(), old(), open()].into_iter().flatten().collect()
}

fn slides() -> Vec<Case> {
    let (empty, hidden) = (slide("", "글"), slide("show=\"0\"", N));
    let with = |more: &[(&str, &str)]| {
        let parts = [("ppt/slides/slide1.xml", empty.as_str()), ("ppt/slides/slide2.xml", empty.as_str())];
        let parts = parts.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        pptx(&bytes(&parts.chain(more).copied().collect::<Vec<_>>()))
    };
    let one = |name: &str, text: &str| with(&[(name, text)]);
    let paragraph = format!("<a:p><a:r><a:t>{}</a:t></a:r><a:r><a:t>{}</a:t></a:r></a:p>", &N[..6], &N[6..]);
    let table = format!("<p:sld><a:tbl><a:tr><a:tc><a:txBody>{paragraph}</a:txBody></a:tc></a:tr></a:tbl></p:sld>");
    let book = xlsx(
        &format!("<worksheet><sheetData><row><c t=\"str\"><v>{N}</v></c></row></sheetData></worksheet>"),
        &[],
        &[],
    );
    vec![
        case("a.pptx", "a slide", one("ppt/slides/slide2.xml", &slide("", N)), "slide 1"),
        case("a.pptx", "a hidden slide", one("ppt/slides/slide1.xml", &hidden), "slide 2 (hidden)"),
        case("a.pptx", "a table", one("ppt/slides/slide2.xml", &table), "slide 1 › table 1 › cell A1"),
        case(
            "a.pptx",
            "an alternative text",
            one("ppt/slides/slide2.xml", &format!("<p:sld><p:pic><p:cNvPr descr=\"{N}\"/></p:pic></p:sld>")),
            "slide 1 › alternative text",
        ),
        case(
            "a.pptx",
            "speaker notes",
            one("ppt/notesSlides/notesSlide1.xml", &format!("<p:notes>{paragraph}</p:notes>")),
            "speaker notes of slide 2",
        ),
        case(
            "a.pptx",
            "a comment",
            one("ppt/comments/comment1.xml", &format!("<p:cmLst><p:cm><p:text>{N}</p:text></p:cm></p:cmLst>")),
            "slide 2 › comment 1",
        ),
        case(
            "a.pptx",
            "a master",
            one("ppt/slideMasters/slideMaster1.xml", &format!("<p:sldMaster>{paragraph}</p:sldMaster>")),
            "part ‘ppt/slideMasters/slideMaster1.xml’",
        ),
        case(
            "a.pptx",
            "a chart's cache",
            one("ppt/charts/chart1.xml", &format!("<c:chartSpace><c:v>{N}</c:v></c:chartSpace>")),
            "chart data",
        ),
        case(
            "a.pptx",
            "a diagram",
            one("ppt/diagrams/data1.xml", &format!("<dgm:dataModel><dgm:t>{paragraph}</dgm:t></dgm:dataModel>")),
            "text box",
        ),
        case(
            "a.pptx",
            "a tag",
            one("ppt/tags/tag1.xml", &format!("<p:tagLst><p:tag name=\"T\" val=\"{N}\"/></p:tagLst>")),
            "part ‘ppt/tags/tag1.xml’",
        ),
        case(
            "a.pptx",
            "document properties",
            one("docProps/core.xml", &format!("<cp:coreProperties><dc:title>{N}</dc:title></cp:coreProperties>")),
            "document properties",
        ),
        case(
            "a.pptx",
            "a workbook in it",
            pptx(&[("ppt/slides/slide1.xml", empty.as_bytes()), ("ppt/embeddings/in.xlsx", &book)]),
            "in.xlsx › sheet 1 ‘명단’ › cell A1",
        ),
    ]
}

fn old() -> Vec<Case> {
    let deck = |left: &str, outline: &str, first: &str, second: &str, more: &[Vec<u8>]| {
        let slides = [ppt::slide(first, false), ppt::slide(second, true)];
        ppt::deck(left, outline, &[&slides[..], more].concat())
    };
    let mut packed = vec![0; 4];
    let object = compound(&[("CONTENTS", N.as_bytes().to_vec())]);
    flate2::read::ZlibEncoder::new(&object[..], flate2::Compression::fast()).read_to_end(&mut packed).expect("zlib");
    let text = ppt::record(0x20, 0x0FBA, &wide(N));
    let comment = ppt::record(0xF, 0x03EE, &ppt::record(0xF, 0x2EE0, &text));
    let with_properties = || {
        let user = [0, 0, 0, 0xE391_C05Fu32, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        let stream = ppt::slide("글", false);
        compound(&[("Current User", user), ("PowerPoint Document", stream), ("\u{5}SummaryInformation", properties(N))])
    };
    vec![
        case("a.ppt", "a slide", deck("글", "글", N, "글", &[]), "slide 1"),
        case("a.ppt", "a hidden slide", deck("글", "글", "글", N, &[]), "slide 2 (hidden)"),
        case("a.ppt", "an outline", deck("글", N, "글", "글", &[]), "slide 1"),
        case("a.ppt", "what an earlier save left", deck(N, "글", "글", "글", &[]), "deleted text"),
        case("a.ppt", "speaker notes", deck("글", "글", "글", "글", &[ppt::notes(N)]), "speaker notes of slide 2"),
        case("a.ppt", "a comment", deck("글", "글", "글", "글", &[comment]), "part ‘slide’ › comment 1"),
        case(
            "a.ppt",
            "an object",
            deck("글", "글", "글", "글", &[ppt::record(0x10, 0x1011, &packed)]),
            "a file without a name › CONTENTS, line 1",
        ),
        case(
            "a.ppt",
            "a table",
            ppt::deck(
                "글",
                "글",
                &[ppt::slide_with_table(&[["성명", "번호"], ["홍길동", N]]), ppt::slide("글", false)],
            ),
            "slide 1 › table 1 › cell B2",
        ),
        case("a.ppt", "document properties", with_properties(), "document properties"),
    ]
}

fn open() -> Vec<Case> {
    let boxed = format!(
        "<draw:frame><draw:text-box><text:p>{}<text:span>{}</text:span></text:p></draw:text-box></draw:frame>",
        &N[..6],
        &N[6..]
    );
    let hidden = "<style:style style:name=\"dp\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>";
    let page = format!("<draw:page>{boxed}</draw:page>");
    let notes = format!("<draw:page><presentation:notes><text:p>{N}</text:p></presentation:notes></draw:page>");
    let formula = deflated(&bytes(&[
        ("mimetype", "application/vnd.oasis.opendocument.formula"),
        (
            "content.xml",
            &format!("<math:math><math:semantics><math:mtext>{N}</math:mtext></math:semantics></math:math>"),
        ),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
    ]));
    vec![
        case("a.odp", "a slide", odf("presentation", "", &page, &[]), "slide 1 › paragraph 1"),
        case(
            "a.odp",
            "a hidden slide",
            odf("presentation", hidden, &page.replace("<draw:page>", "<draw:page draw:style-name=\"dp\">"), &[]),
            "slide 1 (hidden) › paragraph 1",
        ),
        case(
            "a.odp",
            "speaker notes",
            odf("presentation", "", &notes, &[]),
            "slide 1 › speaker notes of slide 1 › paragraph 1",
        ),
        case("a.fodp", "a slide", flat_odf("presentation", &page), "slide 1 › paragraph 1"),
        case("a.odg", "a drawing", odf("drawing", "", &page, &[]), "page 1 › paragraph 1"),
        case("a.fodg", "a drawing", flat_odf("drawing", &page), "page 1 › paragraph 1"),
        case("a.odf", "a formula", formula, "content"),
    ]
}
