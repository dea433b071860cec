//! PDF.

use super::{Case, RESIDENT as N, case};
use crate::make::pdf::{Build, deflate};

fn line(text: &str) -> String {
    format!("BT /F1 10 Tf 72 700 Td ({text}) Tj ET")
}

pub fn cases() -> Vec<Case> {
    [pages(), beside(), files()].into_iter().flatten().collect()
}

fn pages() -> Vec<Case> {
    let (front, back) = N.split_at(6);
    let of = |contents: &str| Build::page(contents).done();
    let kerned = format!("BT /F1 10 Tf 72 700 Td [({front}) 80 ({back})] TJ ET");
    let korean = "<< /Type /Font /Subtype /Type0 /BaseFont /Batang /Encoding /KSCms-UHC-H /DescendantFonts [<< /Type /Font \
        /Subtype /CIDFontType2 /CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 2 >> >>] >>";
    let mapped = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [<< >>] >>";
    let codes: String = N.bytes().map(|byte| format!("{:04x}", byte - 0x20)).collect();
    let map = b"1 beginbfrange <0000> <005F> <0020> endbfrange";
    let packed = Build::page("").deflated(4, "", line(N).as_bytes()).done();
    let form = Build::page_with("/X Do", "null", "")
        .object(3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 6 0 R >> >> >>")
        .stream(6, "/Subtype /Form", line(N).as_bytes());
    vec![
        case("a.pdf", "a page", of(&line(N)), "page 1"),
        case("a.pdf", "a packed page", packed, "page 1"),
        case("a.pdf", "kerned text", of(&kerned), "page 1"),
        case("a.pdf", "invisible text", of(&format!("BT 3 Tr /F1 10 Tf ({N}) Tj ET")), "page 1"),
        case("a.pdf", "white text", of(&format!("1 g {}", line(N))), "page 1"),
        case("a.pdf", "text off the page", of(&format!("BT /F1 10 Tf -900 -900 Td ({N}) Tj ET")), "page 1"),
        case("a.pdf", "a hidden layer", of(&format!("/OC /Layer BDC {} EMC", line(N))), "page 1"),
        case("a.pdf", "a Korean font without a map", Build::page_with(&line(N), korean, "").done(), "page 1"),
        case(
            "a.pdf",
            "a font with a map",
            Build::page_with(&format!("BT /F1 10 Tf <{codes}> Tj ET"), mapped, "").stream(6, "", map).done(),
            "page 1",
        ),
        case("a.pdf", "a form in a page", form.done(), "page 1"),
        case(
            "a.pdf",
            "what is read aloud",
            of(&format!("/Span << /ActualText ({N}) >> BDC BT /F1 10 Tf (shown) Tj ET EMC")),
            "page 1 › alternative text",
        ),
    ]
}

fn beside() -> Vec<Case> {
    let with = |object: &str| Build::page(&line("text")).object(6, object).done();
    let noted = |object: &str| {
        Build::page_with(&line("text"), "<< /Type /Font /Subtype /Type1 >>", "/Annots [6 0 R]").object(6, object).done()
    };
    let revised = Build::page(&line(N)).table("").stream(4, "", line("new").as_bytes()).done();
    let info = Build::page(&line("text")).object(6, &format!("<< /Title ({N}) >>")).table("/Info 6 0 R").bytes;
    let wide: String = N.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    let xmp = Build::page(&line("text")).deflated(6, "/Type /Metadata /Subtype /XML", format!("<x>{N}</x>").as_bytes());
    let mut loose = Build::page(&line("text"));
    loose.bytes.extend_from_slice(format!("% {N}\n").as_bytes());
    let inside = format!("1 0 << /Note ({N}) >>");
    let first = inside.find("<<").expect("there");
    let objects = Build::page(&line("text")).stream(
        9,
        &format!("/Type /ObjStm /N 1 /First {first} /Filter /FlateDecode"),
        &deflate(inside.replacen("1 0", "7 0", 1).as_bytes()),
    );
    vec![
        case(
            "a.pdf",
            "an annotation",
            noted(&format!("<< /Type /Annot /Subtype /Text /Contents ({N}) >>")),
            "page 1 › comment 1",
        ),
        case(
            "a.pdf",
            "a form field",
            noted(&format!("<< /Subtype /Widget /FT /Tx /T (no) /V ({N}) >>")),
            "page 1 › form field ‘no’",
        ),
        case(
            "a.pdf",
            "a script",
            noted(&format!(
                "<< /Subtype /Widget /FT /Tx /T (no) /AA << /K << /S /JavaScript /JS (a\\('{N}'\\)) >> >> >>"
            )),
            "page 1 › form field ‘no’ › script, line 1",
        ),
        case(
            "a.pdf",
            "the address of a link",
            noted(&format!("<< /Subtype /Link /A << /S /URI /URI (http://a.example/?no={N}) >> >>")),
            "page 1 › comment 1 › link address",
        ),
        case("a.pdf", "document properties", info, "document properties"),
        case("a.pdf", "metadata", xmp.done(), "document properties, line 1"),
        case(
            "a.pdf",
            "a bookmark",
            with(&format!("<< /Title <FEFF{wide}> /Parent 9 0 R /Dest [3 0 R] >>")),
            "part ‘object 6’ › part ‘bookmark’",
        ),
        case(
            "a.pdf",
            "an alternative text",
            with(&format!("<< /Type /StructElem /Alt ({N}) >>")),
            "part ‘object 6’ › alternative text",
        ),
        case("a.pdf", "a string that nothing uses", with(&format!("<< /Private ({N}) >>")), "part ‘object 6’"),
        case("a.pdf", "an earlier revision", revised, "earlier revision 1 › page 1"),
        case("a.pdf", "between the objects", loose.done(), "part ‘between the objects’, line 1"),
        case("a.pdf", "an object stream", objects.done(), "part ‘object 7’"),
    ]
}

fn files() -> Vec<Case> {
    let attached = Build::page(&line("text"))
        .object(6, "<< /Type /Filespec /UF (b.csv) /EF << /F 7 0 R >> >>")
        .deflated(7, "/Type /EmbeddedFile", format!("no\n{N}\n").as_bytes());
    let sample = |bytes: &[u8]| bytes.to_vec();
    vec![
        case("a.pdf", "an attachment", attached.done(), "part ‘object 6’ › b.csv, line 2"),
        case("a.pdf", "RC4 without a password", sample(include_bytes!("../../documents/pdf/rc4-128.pdf")), "page 1"),
        case("a.pdf", "AES without a password", sample(include_bytes!("../../documents/pdf/aes-256.pdf")), "page 1"),
        case(
            "a.pdf",
            "AES and object streams",
            sample(include_bytes!("../../documents/pdf/aes-256-packed.pdf")),
            "page 1",
        ),
    ]
}
