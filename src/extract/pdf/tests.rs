//! Whole files.

use crate::extract::Limits;
use crate::extract::make::pdf::{Build, deflate};
use crate::extract::testing::Heard;
use crate::vocab::Reason;

fn heard(build: Build) -> Heard {
    Heard::of("a.pdf", &build.done())
}

fn place_of(build: Build, needle: &str) -> Option<String> {
    heard(build).place_of(needle).map(str::to_owned)
}

/// What could not be read, where; the places without the file's name.
fn unread(heard: &Heard) -> Vec<(&str, Reason)> {
    heard
        .unreadable
        .iter()
        .map(|(place, reason)| (place.trim_start_matches("a.pdf").trim_start_matches(" › "), *reason))
        .collect()
}

/// Real files with their names; the folder says where they are from.
const SAMPLES: &[(&str, &[u8])] = &[
    ("issue5010.pdf", include_bytes!("../../../tests/documents/pdf/issue5010.pdf")),
    ("bug1771477.pdf", include_bytes!("../../../tests/documents/pdf/bug1771477.pdf")),
    ("testPDF_multiFormatEmbFiles.pdf", include_bytes!("../../../tests/documents/pdf/testPDF_multiFormatEmbFiles.pdf")),
    ("testPassword4Spaces.pdf", include_bytes!("../../../tests/documents/pdf/testPassword4Spaces.pdf")),
    ("rc4-40.pdf", include_bytes!("../../../tests/documents/pdf/rc4-40.pdf")),
    ("rc4-128.pdf", include_bytes!("../../../tests/documents/pdf/rc4-128.pdf")),
    ("aes-128.pdf", include_bytes!("../../../tests/documents/pdf/aes-128.pdf")),
    ("aes-256-r5.pdf", include_bytes!("../../../tests/documents/pdf/aes-256-r5.pdf")),
    ("aes-256.pdf", include_bytes!("../../../tests/documents/pdf/aes-256.pdf")),
    ("aes-256-owner.pdf", include_bytes!("../../../tests/documents/pdf/aes-256-owner.pdf")),
    ("aes-256-packed.pdf", include_bytes!("../../../tests/documents/pdf/aes-256-packed.pdf")),
];

fn sample(name: &str) -> Heard {
    let (name, bytes) = SAMPLES.iter().find(|(of, _)| *of == name).expect("the sample");
    Heard::of(name, bytes)
}

#[test]
fn korean_is_read_from_real_files() {
    assert_eq!(sample("issue5010.pdf").text(), "인터뷰●홍인혜카피라이터\n\n");
    let page = sample("bug1771477.pdf");
    assert_eq!(page.place_of("안녕하세요 세계"), Some("bug1771477.pdf › page 1"));
    assert_eq!(page.place_of("accounts.google.com"), Some("bug1771477.pdf › page 1 › comment 29 › link address"));
}

#[test]
fn attachments_are_opened() {
    let heard = sample("testPDF_multiFormatEmbFiles.pdf");
    let contents = heard.raw.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect::<Vec<_>>().concat();
    for system in ["non os specific", "mac", "dos", "unix"] {
        assert!(contents.contains(&format!("contents of a {system} embedded file")), "{system}: {contents}");
    }
    assert!(heard.place_of("contents of a mac").is_some_and(|place| place.ends_with("Test.txt")));
}

#[test]
fn what_needs_a_password_is_said_to_be_encrypted() {
    assert_eq!(
        sample("testPassword4Spaces.pdf").unreadable,
        [("testPassword4Spaces.pdf".to_owned(), Reason::Encrypted)]
    );
}

#[test]
fn what_everybody_can_open_is_read() {
    for name in [
        "rc4-40.pdf",
        "rc4-128.pdf",
        "aes-128.pdf",
        "aes-256-r5.pdf",
        "aes-256.pdf",
        "aes-256-packed.pdf",
        "aes-256-owner.pdf",
    ] {
        let heard = sample(name);
        assert_eq!(heard.place_of("900101-1234568 가람"), Some(format!("{name} › page 1").as_str()), "{name}");
        assert_eq!(heard.place_of("제목 홍길동"), Some(format!("{name} › document properties").as_str()), "{name}");
        assert_eq!(heard.unreadable, [], "{name}");
    }
}

#[test]
fn a_page_is_read_as_it_is_shown() {
    let heard = heard(Build::page("BT /F1 12 Tf 72 700 Td (900101-) Tj (1234568) Tj 0 -14 Td (next) Tj ET"));
    assert_eq!(heard.text(), "900101-1234568\nnext\n\n");
    assert_eq!(heard.place_of("next"), Some("a.pdf › page 1"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn kerning_and_single_glyphs_make_one_number() {
    let kerned = "BT /F1 10 Tf 72 700 Td [(9) 80 (001) -60 (01-1) 20 (234568)] TJ ET";
    assert!(place_of(Build::page(kerned), "900101-1234568").is_some());
    let mut single = String::new();
    for (at, digit) in "9001011234568".chars().enumerate().collect::<Vec<_>>().into_iter().rev() {
        single.push_str(&format!("BT /F1 10 Tf 1 0 0 1 {} 500 Tm ({digit}) Tj ET ", 72.0 + 5.56 * at as f64));
    }
    assert!(place_of(Build::page(&single), "9001011234568").is_some(), "drawn from the right to the left");
    let spaced = "BT /F1 10 Tf 72 700 Td [(name) -400 (number) -9000 (far)] TJ ET";
    assert!(place_of(Build::page(spaced), "name number\tfar").is_some());
}

#[test]
fn text_may_run_in_any_direction() {
    let rotated = "BT /F1 10 Tf 0 1 -1 0 300 300 Tm (900101) Tj (-1234568) Tj ET BT -1 0 0 1 0 0 Tm (mirrored) Tj ET";
    let heard = heard(Build::page(rotated));
    assert!(heard.place_of("900101-1234568").is_some() && heard.place_of("mirrored").is_some(), "{}", heard.text());
    let font = "<< /Subtype /Type0 /Encoding /KSCms-UHC-V /DescendantFonts [<< >>] >>";
    let down = "BT /F1 10 Tf 300 700 Td (9001) Tj (01) Tj ET";
    assert_eq!(Heard::of("a.pdf", &Build::page_with(down, font, "").done()).text(), "900101\n\n");
}

#[test]
fn contents_are_read_through_every_filter() {
    let contents = b"BT /F1 10 Tf (through) Tj ET".as_slice();
    let mut lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    let hex: String = contents.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut predicted = vec![1, contents[0]];
    predicted.extend(contents.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])));
    let columns = contents.len();
    let up = format!("/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns {columns} >>");
    for (dict, data) in [
        ("/Filter /LZWDecode", lzw.encode(contents).expect("memory")),
        ("/Filter [/ASCIIHexDecode]", [hex.as_bytes(), b">"].concat()),
        ("/Filter /RunLengthDecode", [&[contents.len() as u8 - 1], contents, &[128]].concat()),
        ("/Filter [/RunLengthDecode /Fl]", {
            let packed = deflate(contents);
            [&[packed.len() as u8 - 1], packed.as_slice(), &[128]].concat()
        }),
        (up.as_str(), deflate(&predicted)),
    ] {
        let heard = heard(Build::page("").stream(4, dict, &data));
        assert_eq!((heard.text(), heard.unreadable.as_slice()), ("through\n\n", [].as_slice()), "{dict}");
    }
    let unknown = heard(Build::page("").stream(4, "/Filter /Unheard", contents));
    assert_eq!(unread(&unknown), [("page 1", Reason::Unsupported)]);
}

#[test]
fn fonts_that_draw_their_letters_are_read_by_name() {
    let font = "<< /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /Encoding << /Differences [65 /seven /eight] >> \
        /FirstChar 65 /Widths [50 50] /CharProcs << /seven 6 0 R /eight 6 0 R >> >>";
    let glyph = b"50 0 0 0 50 50 d1 1234567 0 m 9 9 l 010 1234 5678 9 re f";
    let build = Build::page_with("BT /F1 10 Tf 9 9 Td (A) Tj 5 0 Td (B) Tj ET", font, "").stream(6, "", glyph);
    let heard = heard(build);
    assert_eq!(heard.text(), "78\n\n");
    assert_eq!(heard.raw, [], "coordinates are no text");
}

#[test]
fn what_nobody_sees_is_read() {
    let hidden = "BT 3 Tr /F1 10 Tf 1 g 72 700 Td (invisible) Tj ET /OC /Layer BDC BT -900 -900 Td (off) Tj ET EMC";
    let heard = heard(Build::page(hidden));
    assert!(heard.place_of("invisible").is_some() && heard.place_of("off").is_some());
}

#[test]
fn fonts_without_a_tounicode_are_read_by_name_and_by_collection() {
    let korean = |encoding: &str, ordering: &str| {
        format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /Batang /Encoding /{encoding} /DescendantFonts [<< /Type /Font \
             /Subtype /CIDFontType2 /CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) /Supplement 2 >> >>] >>"
        )
    };
    for (encoding, ordering, text) in [
        ("KSC-EUC-H", "Korea1", "B0A1B3AA39"),
        ("KSCms-UHC-H", "Korea1", "B0A1B3AA39"),
        ("KSCms-UHC-HW-V", "Korea1", "B0A1B3AA39"),
        ("UniKS-UCS2-H", "Korea1", "AC00B0980039"),
        ("UniKS-UTF16-H", "Korea1", "AC00B0980039"),
        ("Identity-H", "Korea1", "043E0561001A"),
    ] {
        let page = Build::page_with(&format!("BT /F1 10 Tf 72 700 Td <{text}> Tj ET"), &korean(encoding, ordering), "");
        let heard = heard(page);
        let said = heard.text().split_whitespace().collect::<String>();
        assert!(said.starts_with("가나9"), "{encoding}: {said}");
        assert_eq!(heard.unreadable, [], "{encoding}");
    }
    let named = "<< /Type /Font /Subtype /Type1 /Encoding << /Differences [1 /nine /zero /uniAC00] >> >>";
    assert!(place_of(Build::page_with("BT /F1 10 Tf <010203> Tj ET", named, ""), "90가").is_some());
}

#[test]
fn a_font_that_is_not_in_the_file_is_shown_by_its_encoding() {
    let lie = b"1 beginbfrange <30> <39> <0061> endbfrange";
    let font = |more: &str| format!("<< /Subtype /Type1 /Encoding /WinAnsiEncoding /ToUnicode 6 0 R {more} >>");
    let read = |font: &str| {
        heard(Build::page_with("BT /F1 10 Tf (900101) Tj ET", font, "").stream(6, "", lie)).text().to_owned()
    };
    assert_eq!(read(&font("")), "900101\n\n");
    assert_eq!(read(&font("/FontDescriptor << /FontFile3 7 0 R >>")), "jaabab\n\n");
    // One that every viewer has needs no encoding.
    let known = |name: &str| format!("<< /Subtype /Type1 /BaseFont /{name} /ToUnicode 6 0 R >>");
    assert_eq!(read(&known("Helvetica-Bold")), "900101\n\n");
    assert_eq!(read(&known("Barcode")), "jaabab\n\n");
}

#[test]
fn letters_that_cannot_be_told_are_said() {
    let font = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /CIDSystemInfo << /Ordering \
        (Identity) >> >>] >>";
    let heard = heard(Build::page_with("BT /F1 10 Tf <000100020003000400050006> Tj ET", font, ""));
    assert_eq!(unread(&heard), [("page 1", Reason::UndecodableGlyphs)]);
    let actual = "/Span << /ActualText (900) >> BDC BT /F1 10 Tf <000100020003> Tj ET EMC";
    let told = Heard::of("a.pdf", &Build::page_with(actual, font, "").done());
    assert_eq!((told.text(), told.unreadable.as_slice()), ("900\n\n", [].as_slice()));
}

#[test]
fn boxes_are_the_letters_that_they_stand_for() {
    let font =
        "<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar 1 /LastChar 2 /Widths [600 600] /ToUnicode 6 0 R >>";
    let map = "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <01> <BCF8> <02> <0031> endbfchar endcmap";
    let contents = "BT /F1 10 Tf <01> Tj /Span << /ActualText <FEFFBB38> >> BDC <01> Tj EMC \
        /Span << /ActualText <FEFFBB38> >> BDC <02> Tj EMC ET";
    let page = Build::page_with(contents, font, "").stream(6, "", map.as_bytes());
    assert_eq!(heard(page).text().trim(), "본문1");
}

#[test]
fn what_a_picture_is_said_to_be_is_read_too() {
    let contents = "/Span << /ActualText (really 900101) >> BDC BT /F1 10 Tf (shown) Tj ET EMC";
    let heard = heard(Build::page(contents));
    assert_eq!(heard.place_of("shown"), Some("a.pdf › page 1"));
    assert_eq!(heard.place_of("really 900101"), Some("a.pdf › page 1 › alternative text"));
}

#[test]
fn pages_that_are_pictures_are_said() {
    let picture = "q 500 0 0 700 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x01EI\x02 EI Q";
    assert_eq!(unread(&heard(Build::page(picture))), [("", Reason::ImageOnlyPdf)]);
    let beside = format!("{picture} BT /F1 10 Tf (caption) Tj ET");
    assert_eq!(unread(&heard(Build::page(&beside))), []);
    let outlines = "0 0 m 1 1 2 2 3 3 c ".repeat(300);
    assert_eq!(unread(&heard(Build::page(&outlines))), [("", Reason::ImageOnlyPdf)]);
    assert_eq!(unread(&heard(Build::page("0 0 m 9 9 l S"))), []);
}

#[test]
fn forms_and_annotations_are_read_with_their_names() {
    let build = Build::page_with(
        "BT /F1 10 Tf (page) Tj ET",
        "<< /Type /Font /Subtype /Type1 >>",
        "/Annots [6 0 R 7 0 R]",
    )
    .object(6, "<< /Type /Annot /Subtype /Text /Contents (sticky) /RC (<p>rich</p>) /T (writer) /AP << /N 9 0 R >> >>")
    .object(
        7,
        "<< /Subtype /Widget /FT /Tx /T (rrn) /Parent 8 0 R /V (900101-1234568) /TU (tip) /AA << /K 10 0 R >> >>",
    )
    .object(8, "<< /T (form) /Kids [7 0 R] /DV 11 0 R >>")
    .stream(9, "/Subtype /Form", b"BT /F1 9 Tf (looks) Tj ET")
    .object(10, "<< /S /JavaScript /JS (app.alert\\('script'\\)) >>")
    .object(11, "(preset)");
    let heard = heard(build);
    for (text, place) in [
        ("sticky", "page 1 › comment 1"),
        ("<p>rich</p>", "page 1 › comment 1"),
        ("writer", "page 1 › comment 1"),
        ("looks", "page 1 › comment 1"),
        ("900101-1234568", "page 1 › form field ‘form.rrn’"),
        ("tip", "page 1 › form field ‘form.rrn’"),
        ("app.alert('script')", "page 1 › form field ‘form.rrn’ › script"),
        ("preset", "form field ‘form’"),
    ] {
        assert_eq!(heard.place_of(text), Some(format!("a.pdf › {place}").as_str()), "{text}");
    }
}

#[test]
fn the_rest_of_the_file_is_read() {
    let build = Build::page("")
        .object(6, "<< /Title (about) /Author <FEFFAC00B78C> >>")
        .deflated(7, "/Type /Metadata /Subtype /XML", b"<x>xmp</x>")
        .object(8, "<< /Title (chapter) /Parent 9 0 R /Dest [3 0 R] >>")
        .object(10, "<< /Type /StructElem /Alt (photo of a person) >>")
        .object(11, "<< /S /URI /URI (https://example.com/?a=1) >>")
        .deflated(12, "/Subtype /Form", b"BT /F1 9 Tf (drawn nowhere) Tj ET")
        .object(13, "<< /Type /Filespec /UF (list.csv) /EF << /F 14 0 R >> >>")
        .deflated(14, "/Type /EmbeddedFile", b"name,number")
        .deflated(15, "/Type /EmbeddedFile", b"lost file")
        .object(16, "<< /Prefix [(label) <0001>] >>")
        .object(17, "<< /Nums [0 << /S /D /P (before the number) >>] >>");
    let heard = Heard::of("a.pdf", &build.table("/Info 6 0 R").bytes);
    for (text, place) in [
        ("about\n가람", "document properties"),
        ("<x>xmp</x>", "document properties"),
        ("chapter", "part ‘object 8’ › part ‘bookmark’"),
        ("photo of a person", "part ‘object 10’ › alternative text"),
        ("https://example.com/?a=1", "part ‘object 11’ › link address"),
        ("drawn nowhere", "part ‘object 12’"),
        ("name,number", "part ‘object 13’ › list.csv"),
        ("lost file", "part ‘object 15’ › a file without a name"),
        ("label", "part ‘object 16’"),
        ("before the number", "part ‘object 17’"),
    ] {
        assert_eq!(heard.place_of(text), Some(format!("a.pdf › {place}").as_str()), "{text}");
    }
    assert_eq!(heard.unreadable, []);
}

#[test]
fn the_values_of_a_form_alone_are_read() {
    let octal: String = "900101-1234568".bytes().map(|byte| format!("\\000\\{byte:03o}")).collect();
    let file = format!(
        "%FDF-1.2\n1 0 obj\n<< /FDF << /Fields [<< /T (a) /V (\\376\\377{octal}) >> << /T (b) /V (second) >>] >> >>\nendobj\n\
         trailer\n<< /Root 1 0 R >>\n%%EOF\n"
    );
    let heard = Heard::of("a.fdf", file.as_bytes());
    assert!(heard.said.iter().any(|(_, text)| text.contains("900101-1234568")), "{:?}", heard.said);
    assert!(heard.said.iter().any(|(_, text)| text.contains("second")), "{:?}", heard.said);
    assert_eq!(heard.unreadable, []);
}

#[test]
fn earlier_revisions_are_read() {
    let build = Build::page("BT /F1 10 Tf (old text) Tj ET")
        .object(6, "(old string)")
        .table("")
        .stream(4, "", b"BT /F1 10 Tf (new text) Tj ET")
        .object(6, "(new string)");
    let heard = heard(build);
    assert_eq!(heard.place_of("new text"), Some("a.pdf › page 1"));
    assert_eq!(heard.text().matches("new text").count(), 1);
    assert_eq!(heard.place_of("old text"), Some("a.pdf › earlier revision 1 › page 1"));
    assert_eq!(heard.place_of("old string"), Some("a.pdf › earlier revision 1 › part ‘object 6’"));
    assert_eq!(heard.place_of("new string"), Some("a.pdf › part ‘object 6’"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn a_revision_that_was_cut_off_is_said() {
    let cut = [Build::page("").done(), b"4 0 obj (cut off".to_vec()].concat();
    let heard = Heard::of("a.pdf", &cut);
    assert_eq!(unread(&heard), [("", Reason::Damaged)]);
    assert!(heard.place_of("cut off").is_some());
}

#[test]
fn bytes_that_belong_to_nothing_are_read() {
    let mut bytes = b"before it\n".to_vec();
    let mut build = Build::page("");
    build.bytes.extend_from_slice(b"% a remark\n");
    bytes.extend_from_slice(&build.done());
    bytes.extend_from_slice(b"behind it");
    let heard = Heard::of("a.pdf", &bytes);
    assert_eq!(
        heard.raw,
        [("a.pdf › part ‘between the objects’".to_owned(), b"before it\n% a remark\nbehind it\n".to_vec())]
    );
}

#[test]
fn object_streams_are_read_and_their_damage_is_said() {
    let inside = "1 0 2 35 3 77 << /Type /Catalog /Pages 2 0 R >>  << /Type /Pages /Kids [3 0 R] /Count 1 >> \
        << /Type /Page /Contents 4 0 R /Note (packed) >>";
    let first = inside.find("<<").expect("there");
    let packed = deflate(inside.as_bytes());
    let file = |packed: &[u8]| {
        Build::new()
            .stream(4, "", b"BT (page text) Tj ET")
            .stream(9, &format!("/Type /ObjStm /N 3 /First {first} /Filter /FlateDecode"), packed)
            .bytes
    };
    let whole = Heard::of("a.pdf", &[file(&packed), b"%%EOF".to_vec()].concat());
    assert_eq!(whole.place_of("page text"), Some("a.pdf › page 1"));
    assert_eq!(whole.place_of("packed"), Some("a.pdf › part ‘object 3’"));
    assert_eq!(whole.unreadable, []);
    let cut = Heard::of("a.pdf", &[file(packed.get(..40).expect("long enough")), b"%%EOF".to_vec()].concat());
    assert!(cut.unreadable.iter().any(|(_, reason)| *reason == Reason::Damaged), "{:?}", cut.unreadable);
}

#[test]
fn what_the_table_promises_and_the_file_has_not_is_said() {
    let mut bytes = Build::page("BT /F1 9 Tf (text) Tj ET").done();
    let at = memchr::memmem::find(&bytes, b"4 0 obj").expect("contents");
    bytes.splice(at..at + 7, *b"4 0 xxx");
    let heard = Heard::of("a.pdf", &bytes);
    assert!(heard.unreadable.contains(&("a.pdf › page 1".to_owned(), Reason::Damaged)), "{:?}", heard.unreadable);
}

#[test]
fn loops_end() {
    let pages = Build::new()
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Kids [2 0 R 3 0 R 2 0 R] >>")
        .object(3, "<< /Kids [2 0 R 4 0 R] >>")
        .object(4, "<< /Contents 5 0 R /Resources << /XObject << /X 6 0 R >> >> >>")
        .stream(5, "", b"/X Do")
        .stream(6, "/Subtype /Form", b"/X Do BT (once) Tj ET")
        .object(7, "7 0 R")
        .object(8, "<< /T (a) /FT /Tx /Parent 8 0 R /V 7 0 R >>");
    assert_eq!(heard(pages).text().matches("once").count(), 1);
    // Each form draws the next ten times: ten to the power of fifteen.
    let mut tree = Build::page_with("/X6 Do", "null", "/Annots []");
    for number in 6..25_u32 {
        let next = number + 1;
        let dict = format!("/Subtype /Form /Resources << /XObject << /X{next} {next} 0 R >> >>");
        tree = tree.stream(number, &dict, format!("/X{next} Do ").repeat(10).as_bytes());
    }
    let page = tree.object(3, "<< /Contents 4 0 R /Resources << /XObject << /X6 6 0 R >> >> >>");
    let reasons: Vec<Reason> = heard(page).unreadable.iter().map(|(_, reason)| *reason).collect();
    assert!(reasons.contains(&Reason::TooDeep) && reasons.contains(&Reason::TooManyEntries), "{reasons:?}");
}

#[test]
fn what_unpacks_without_measure_is_refused() {
    let bomb = deflate(&vec![b' '; 30 << 20]);
    let twice = deflate(&bomb);
    let build = Build::page("").stream(6, "/Filter [/FlateDecode /FlateDecode]", &twice);
    assert!(heard(build).unreadable.iter().any(|(_, reason)| *reason == Reason::Bomb));
    let small = Limits { part_bytes: 1 << 20, ..Limits::default() };
    let heard = Heard::within("a.pdf", &Build::page("").stream(6, "/Filter /FlateDecode", &bomb).done(), small);
    assert_eq!(unread(&heard), [("part ‘object 6’", Reason::TooLarge)]);
    let many = format!("/Filter [{}]", "/ASCIIHexDecode ".repeat(17));
    let deep = Heard::of("a.pdf", &Build::page("").stream(6, &many, b"30").done());
    assert_eq!(unread(&deep), [("part ‘object 6’", Reason::TooDeep)]);
    let pages = Limits { pages: 0, ..Limits::default() };
    assert!(
        Heard::within("a.pdf", &Build::page("").done(), pages)
            .unreadable
            .iter()
            .any(|(_, r)| *r == Reason::TooManyEntries)
    );
}

/// Cut at many places, and with bytes changed: whatever comes out, it comes to an end.
#[test]
fn damaged_files_do_no_harm() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    for (name, bytes) in SAMPLES {
        for part in 0..20 {
            let heard = Heard::of(name, &bytes[..bytes.len() * part / 20]);
            assert!(part < 2 || !heard.unreadable.is_empty(), "{name} cut to {part}/20 says nothing");
        }
        for _ in 0..20 {
            let mut changed = bytes.to_vec();
            for _ in 0..1 + random() % 30 {
                let at = random() % changed.len();
                changed[at] = random() as u8;
            }
            Heard::of(name, &changed);
        }
    }
}
