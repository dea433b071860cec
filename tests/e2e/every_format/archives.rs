//! Archives, packed files, and what is written about pictures.

use super::{Case, RESIDENT as N, case};
use crate::make::image::{chunk, deflated as zlib, png, segment, tiff_with};
use crate::make::office::{deflated, docx};
use crate::make::packed::{bz2, gz, sevenz, tar, xz, zst};
use crate::make::zip::{Piece, archive};
use crate::make::{alz, egg, rar};

pub fn cases() -> Vec<Case> {
    [zips(), others(), packed(), pictures()].into_iter().flatten().collect()
}

fn list() -> Vec<u8> {
    format!("성명,주민등록번호\n홍길동,{N}\n").into_bytes()
}

fn zips() -> Vec<Case> {
    let one = |piece: Piece| archive(&[piece]);
    let korean =
        Piece { name: encoding_rs::EUC_KR.encode("명단.csv").0.into_owned(), flags: 0, ..Piece::stored("", &list()) };
    let commented = Piece { comment: N.into(), ..Piece::stored("b.txt", b"x") };
    let unlisted = Piece { listed: false, ..Piece::stored("b.csv", &list()) };
    let named = format!("{N}.txt");
    let text = docx(&format!("<w:p><w:r><w:t>{N}</w:t></w:r></w:p>"), "http://x/", &[]);
    vec![
        case("a.zip", "a stored file", one(Piece::stored("b.csv", &list())), "b.csv, line 2"),
        case("a.zip", "a packed file", one(Piece::deflated("b.csv", &list())), "b.csv, line 2"),
        case("a.zip", "a name in CP949", one(korean), "명단.csv, line 2"),
        case("a.zip", "a file's name", one(Piece::stored(&named, b"x")), "file name"),
        case("a.zip", "a file's comment", one(commented), "comment 1"),
        case(
            "a.zip",
            "a file that no directory names",
            archive(&[Piece::stored("a.txt", b"x"), unlisted]),
            "b.csv, line 2",
        ),
        case(
            "a.zip",
            "an archive in it",
            deflated(&[("b.zip", &deflated(&[("c.csv", &list())]))]),
            "b.zip › c.csv, line 2",
        ),
        case("a.zip", "a document in it", deflated(&[("b.docx", &text)]), "b.docx › paragraph 1"),
        case("a.zip", "every archive in another", nested(), "b.7z › c.tar › d.csv.gz › d.csv, line 2"),
        case("a.exe", "an archive behind a program", behind_a_program(), "b.csv, line 2"),
    ]
}

fn nested() -> Vec<u8> {
    deflated(&[("b.7z", &sevenz(&[("c.tar", &tar(&[("d.csv.gz", &gz_of("d.csv"))]))]))])
}

/// A packed file that tells this name.
fn gz_of(name: &str) -> Vec<u8> {
    let mut out = flate2::GzBuilder::new().filename(name).write(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut out, &list()).expect("into memory");
    out.finish().expect("into memory")
}

fn behind_a_program() -> Vec<u8> {
    [&b"MZ\x90\0"[..], &[0; 60], &deflated(&[("b.csv", &list())])].concat()
}

fn others() -> Vec<Case> {
    let data = list();
    let in_alz = |method: u8, packed: &[u8]| alz::archive(&[alz::entry("명단.csv", 0, method, packed, &data)]);
    let in_egg = |method: u8, packed: &[u8]| {
        let name = "명단.csv".as_bytes();
        egg::archive(&[], &[egg::entry(1, name, data.len(), &[], &[egg::block(method, packed, &data)])])
    };
    let name = encoding_rs::EUC_KR.encode("명단.csv").0.into_owned();
    vec![
        case("a.7z", "a file", sevenz(&[("명단.csv", &data)]), "명단.csv, line 2"),
        case("a.7z", "an archive in it", sevenz(&[("b.zip", &deflated(&[("c.csv", &data)]))]), "b.zip › c.csv, line 2"),
        case("a.rar", "a file of RAR 4", rar::archive(&[(&name, &data, 0)]), "명단.csv, line 2"),
        case("a.tar", "a file", tar(&[("명단.csv", &data)]), "명단.csv, line 2"),
        case("a.alz", "a stored file", in_alz(0, &data), "명단.csv, line 2"),
        case("a.alz", "a deflated file", in_alz(2, &alz::deflated(&data)), "명단.csv, line 2"),
        case("a.alz", "a file packed by its bzip2", in_alz(1, &alz::bzip2_of_alz(&data)), "명단.csv, line 2"),
        case("a.egg", "a stored file", in_egg(0, &data), "명단.csv, line 2"),
        case("a.egg", "a deflated file", in_egg(1, &alz::deflated(&data)), "명단.csv, line 2"),
        case("a.egg", "a file packed by bzip2", in_egg(2, &egg::bzipped(&data)), "명단.csv, line 2"),
        case("a.egg", "a file packed by AZO", in_egg(3, &egg::azo(&data)), "명단.csv, line 2"),
        case(
            "a.egg",
            "a file packed by LZMA",
            egg::archive(
                &[],
                &[egg::entry(
                    1,
                    "명단.csv".as_bytes(),
                    27,
                    &[],
                    &[egg::block(4, &egg::lzma(), b"name,number\n900101-1234568\n")],
                )],
            ),
            "명단.csv, line 2",
        ),
    ]
}

fn packed() -> Vec<Case> {
    let text = format!("번호\n{N}\n").into_bytes();
    vec![
        case("b.csv.gz", "gzip", gz(&text), "b.csv, line 2"),
        case("b.csv.bz2", "bzip2", bz2(&text), "b.csv, line 2"),
        case("b.csv.xz", "xz", xz(&text, 0), "b.csv, line 2"),
        case("b.csv.zst", "zstd", zst(&text), "b.csv, line 2"),
        case("b.tgz", "a packed tar", gz(&tar(&[("c.csv", &text)])), "b.tar › c.csv, line 2"),
    ]
}

fn pictures() -> Vec<Case> {
    let jpeg = |segments: &[Vec<u8>]| {
        [&[0xFF, 0xD8][..], &segments.concat(), &segment(0xDA, &[0; 10]), &[0xFF, 0xD9]].concat()
    };
    let exif = |text: &str, comment: &str| segment(0xE1, &[b"Exif\0\0", &tiff_with(text, comment)[..]].concat());
    let xmp = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><dc:creator>{N}</dc:creator></x:xmpmeta>");
    let iptc = format!("Photoshop 3.0\08BIM\u{4}\u{4}\0\0\0\0\0\u{13}\u{1C}\u{2}\u{78}\0\u{E}{N}");
    let noted = |kind: &[u8], data: &[u8]| png(&[chunk(b"IHDR", &[0; 13]), chunk(kind, data), chunk(b"IEND", b"")]);
    let text = format!("Comment\0{N}");
    let webp = [&b"RIFF\0\0\0\0WEBPEXIF\0\0\0\0Exif\0\0"[..], &tiff_with(N, "x")].concat();
    let gif = [&b"GIF89a\x01\0\x01\0\0\0\0\x21\xFE\x0E"[..], N.as_bytes(), b"\0\x3B"].concat();
    let hidden = [&noted(b"tEXt", b"a\0b")[..], &deflated(&[("b.csv", &list())])].concat();
    vec![
        case("a.jpg", "EXIF", jpeg(&[exif(N, "x")]), "picture data"),
        case("a.jpg", "a comment in EXIF in UTF-16", jpeg(&[exif("x", N)]), "picture data"),
        case("a.jpg", "XMP", jpeg(&[segment(0xE1, xmp.as_bytes())]), "picture data, line 1"),
        case("a.jpg", "IPTC", jpeg(&[segment(0xED, iptc.as_bytes())]), "picture data"),
        case("a.jpg", "a comment", jpeg(&[segment(0xFE, N.as_bytes())]), "picture data"),
        case("a.png", "tEXt", noted(b"tEXt", text.as_bytes()), "picture data"),
        case("a.png", "zTXt", noted(b"zTXt", &[&b"Comment\0\0"[..], &zlib(N.as_bytes())].concat()), "picture data"),
        case("a.png", "iTXt", noted(b"iTXt", format!("Title\0\0\0ko\0제목\0{N}").as_bytes()), "picture data"),
        case("a.png", "EXIF", noted(b"eXIf", &tiff_with(N, "x")), "picture data"),
        case("a.png", "an archive behind it", hidden, "b.csv, line 2"),
        case("a.tif", "its tags", tiff_with(N, "x"), "picture data"),
        case("a.gif", "a comment", gif, "picture data"),
        case("a.webp", "EXIF", webp, "picture data"),
    ]
}
