//! What hides in places of its own: pictures in documents, data beside sheets in BIFF12, forms of XML in PDF, files in files.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::{compound, wide};
use crate::make::hwp::{self, deflate, paragraph};
use crate::make::image::{chunk, png, segment, tiff_with};
use crate::make::office::{bytes, deflated, docx, odf};
use crate::make::pdf::Build;
use crate::make::xlsb::{record, string};
use crate::make::zip::{Piece, archive};
use crate::make::{packed, rtf};

pub fn cases() -> Vec<Case> {
    [pictures(), within(), binary(), forms(), beside(), archives()].into_iter().flatten().collect()
}

fn exif() -> Vec<u8> {
    let exif = segment(0xE1, &[b"Exif\0\0", &tiff_with(N, "x")[..]].concat());
    [&[0xFF, 0xD8][..], &exif, &segment(0xDA, &[0; 10]), &[0xFF, 0xD9]].concat()
}

fn pictures() -> Vec<Case> {
    let text = format!("Comment\0{N}");
    let pixels: Vec<u8> = (0..200_000_u32).map(|number| (number.wrapping_mul(number) >> 5) as u8).collect();
    let behind =
        [chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", &pixels), chunk(b"tEXt", text.as_bytes()), chunk(b"IEND", b"")];
    let cut = png(&[chunk(b"IHDR", &[0; 13]), chunk(b"tEXt", text.as_bytes())]);
    let cut = cut.get(..cut.len() - 3).expect("long").to_vec();
    let plain = [&b"GIF89a\x01\0\x01\0\0\0\0\x21\x01\x0C"[..], &[0; 12], &[14], N.as_bytes(), b"\0\x3B"].concat();
    let xmp = format!("<x:xmpmeta><dc:creator>{N}</dc:creator></x:xmpmeta>");
    let length = u32::try_from(xmp.len()).expect("short").to_le_bytes();
    let webp = [&b"RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\x04\0\0\0\0\0\0\0\0\0XMP "[..], &length, xmp.as_bytes()].concat();
    let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><metadata>{N}</metadata></svg>").into_bytes();
    let jpeg = [&[0xFF, 0xD8][..], &segment(0xDA, &[0; 10]), &[0xFF, 0xD9]].concat();
    let extended = format!("http://ns.adobe.com/xmp/extension/\0{}\0\0\0\0\0\0\0\0<x>{N}</x>", "0".repeat(32));
    let extended = [&[0xFF, 0xD8][..], &segment(0xE1, extended.as_bytes()), &segment(0xDA, &[0; 10]), &[0xFF, 0xD9]];
    vec![
        case("a.png", "a text behind the picture", png(&behind), "picture data"),
        case("a.png", "a text, and it breaks off", cut, "picture data"),
        case("a.gif", "a text that is shown", plain, "picture data"),
        case("a.webp", "XMP", webp, "picture data, line 1"),
        case("a.jpg", "extended XMP", extended.concat(), "picture data"),
        case(
            "a.jpg",
            "a text behind it",
            [jpeg, format!("\n번호\n{N}\n").into_bytes()].concat(),
            "a file without a name, line 3",
        ),
        case("a.svg", "its metadata", svg, ", line 1"),
    ]
}

/// A photo in a document.
fn within() -> Vec<Case> {
    let photo = exif();
    let hwp = hwp::document(1, &paragraph(0, "글"), &[("BinData/BIN0001.jpg", deflate(&photo))]);
    let mail = format!(
        "From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: image/jpeg; \
         name=p.jpg\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=p.jpg\r\n\r\n{}",
        base64(&photo)
    );
    vec![
        case(
            "a.docx",
            "a photo's EXIF",
            docx("", "http://a.example/", &[("word/media/image1.jpg", &photo)]),
            "image1.jpg › picture data",
        ),
        case("a.odt", "a photo's EXIF", odf("text", "", "", &[("Pictures/p.jpg", &photo)]), "p.jpg › picture data"),
        case("a.hwp", "a photo's EXIF", hwp, "BIN0001.jpg › picture data"),
        case("a.zip", "a photo's EXIF", deflated(&[("p.jpg", &photo)]), "p.jpg › picture data"),
        case("a.eml", "a photo's EXIF", mail.into_bytes(), "p.jpg › picture data"),
    ]
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// What stands beside the sheets of a workbook of BIFF12.
fn binary() -> Vec<Case> {
    let of = |parts: &[(&str, &[u8])]| {
        let list =
            record(156, &[&0_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), &string("r1"), &string("명단")].concat());
        let rels = crate::make::zip::rels(&[("r1", "worksheet", "worksheets/sheet1.bin")]);
        let own = crate::make::zip::rels(&[("1", "officeDocument", "xl/workbook.bin")]);
        let more: [(&str, &[u8]); 5] = [
            ("[Content_Types].xml", b"<Types/>"),
            ("_rels/.rels", own.as_bytes()),
            ("xl/workbook.bin", &list),
            ("xl/_rels/workbook.bin.rels", rels.as_bytes()),
            ("xl/worksheets/sheet1.bin", b""),
        ];
        deflated(&[&more[..], parts].concat())
    };
    let chart = format!("<c:chartSpace><c:v>{N}</c:v></c:chartSpace>");
    let shape =
        format!("<xdr:wsDr><xdr:sp><xdr:txBody><a:p><a:r><a:t>{N}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>");
    let custom = format!("<a><b>{N}</b></a>");
    let about = format!("<cp:coreProperties><dc:creator>{N}</dc:creator></cp:coreProperties>");
    let pivot = record(24, &string(N));
    vec![
        case("a.xlsb", "a chart's cache", of(&[("xl/charts/chart1.xml", chart.as_bytes())]), "chart data"),
        case("a.xlsb", "a text box", of(&[("xl/drawings/drawing1.xml", shape.as_bytes())]), "text box"),
        case("a.xlsb", "custom XML", of(&[("customXml/item1.xml", custom.as_bytes())]), "part ‘customXml/item1.xml’"),
        case("a.xlsb", "document properties", of(&[("docProps/core.xml", about.as_bytes())]), "document properties"),
        case(
            "a.xlsb",
            "a pivot cache",
            of(&[("xl/pivotCache/pivotCacheDefinition1.bin", &pivot)]),
            "pivotCacheDefinition1.bin",
        ),
        case(
            "a.xlsb",
            "a document in it",
            of(&[("xl/embeddings/in.docx", &docx(&format!("<w:p><w:r><w:t>{N}</w:t></w:r></w:p>"), "", &[]))]),
            "in.docx › paragraph 1",
        ),
    ]
}

fn forms() -> Vec<Case> {
    let page = || Build::page("BT /F1 10 Tf 72 700 Td (text) Tj ET");
    let xfa = page().object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 8 0 R >> >>").deflated(
        8,
        "",
        format!("<xdp><data><no>{N}</no></data></xdp>").as_bytes(),
    );
    let attached = page()
        .object(3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [<< /Subtype /FileAttachment /FS 6 0 R >>] >>")
        .object(6, "<< /Type /Filespec /F (b.csv) /EF << /F 7 0 R >> >>")
        .deflated(7, "/Type /EmbeddedFile", format!("no\n{N}\n").as_bytes());
    let inner = Build::page(&format!("BT /F1 10 Tf ({N}) Tj ET")).done();
    let nested = page().object(6, "<< /Type /Filespec /UF (b.pdf) /EF << /F 7 0 R >> >>").deflated(
        7,
        "/Type /EmbeddedFile",
        &inner,
    );
    let aloud = page().object(6, &format!("<< /Type /StructElem /ActualText ({N}) >>"));
    vec![
        case("a.pdf", "a form of XML", xfa.done(), "part ‘XFA’, line 1"),
        case("a.pdf", "a file pinned to a page", attached.done(), "part ‘object 6’ › b.csv, line 2"),
        case("a.pdf", "a document in it", nested.done(), "part ‘object 6’ › b.pdf › page 1"),
        case("a.pdf", "the text of a picture of text", aloud.done(), "part ‘object 6’ › alternative text"),
    ]
}

fn beside() -> Vec<Case> {
    let info = hwp::record(0x1A, 0, &[&(N.len() as u16).to_le_bytes()[..], &wide(N)].concat());
    let streams = [
        ("FileHeader", hwp::header(1)),
        ("DocInfo", deflate(&info)),
        ("BodyText/Section0", deflate(&paragraph(0, "글"))),
    ];
    let drawn = format!(
        "<draw:page><draw:frame><office:annotation><text:p>{N}</text:p></office:annotation></draw:frame></draw:page>"
    );
    let counted = |bytes: &[u8]| [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
    let book = deflated(&[("in.csv", N.as_bytes())]);
    let object =
        [&[1, 5, 0, 0, 2, 0, 0, 0][..], &counted(b"Some.Class\0"), &counted(b""), &counted(b""), &counted(&book)];
    let numbering = format!("<w:numbering><w:lvl><w:lvlText w:val=\"{N}\"/></w:lvl></w:numbering>");
    vec![
        case("a.hwp", "the name of a style", compound(&streams), "document properties"),
        case("a.odg", "a comment", odf("drawing", "", &drawn, &[]), "page 1 › comment 1 › paragraph 1"),
        case(
            "a.rtf",
            "an archive in an object",
            rtf::file(&format!("{{\\object\\objemb{{\\*\\objdata {}}}}}", rtf::hex(&object.concat()))),
            "Some.Class › in.csv, line 1",
        ),
        case(
            "a.docx",
            "the text before a list",
            docx("", "http://a.example/", &bytes(&[("word/numbering.xml", &numbering)])),
            "part ‘word/numbering.xml’",
        ),
        case("a.mht", "a saved page", saved(), "message text, line 1"),
    ]
}

/// A page as browsers save it.
fn saved() -> Vec<u8> {
    let page = base64(format!("<p>{}<b>{}</b></p>", &N[..6], &N[6..]).as_bytes());
    format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{page}\r\n--b--\r\n"
    )
    .into_bytes()
}

fn archives() -> Vec<Case> {
    let whole = archive(&[Piece::stored("a.txt", b"x")]);
    let directory = whole.windows(4).position(|mark| mark == b"PK\x01\x02").expect("a directory");
    let (entries, rest) = whole.split_at(directory);
    let mut rest = rest.to_vec();
    let at = rest.len() - 6;
    let moved = u32::try_from(directory + N.len()).expect("short").to_le_bytes();
    rest.get_mut(at..at + 4).expect("its place").copy_from_slice(&moved);
    let between = [entries, N.as_bytes(), &rest].concat();
    vec![
        case("a.zip", "between the entries", between, "part ‘between the entries’, line 1"),
        case("a.tar", "a photo in it", packed::tar(&[("p.jpg", &exif())]), "p.jpg › picture data"),
    ]
}
