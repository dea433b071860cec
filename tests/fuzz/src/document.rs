//! Every reader of files, each reached at once: what stands behind the checks of a container is put into one that is sound.
//! One target a family; the first byte says which reader of it, or where in a container, the rest is for.

use crate::made_compound::compound as file_of;
use crate::made_pdf::Build;
use crate::made_zip::{Piece, archive as zip};
use garim::extract::{Cover, FORMATS, Format, Limits, Means, Shape, Sink, Watch, read, read_as, rewrite};
use garim::vocab::{Reason, Step};
use std::cell::Cell;
use std::sync::Once;

/// More text than comes out of so little data, but for what unpacks.
const TEXT: usize = 8 << 20;
/// A reader asks for the time often; so often it may at most.
const LOOKS: u64 = 20_000_000;

/// The families, by the names of their formats.
const PACKAGE: &[&str] = &["zip", "flat-odf", "hwpml", "flat-word", "flat-excel"];
const COMPOUND: &[&str] = &["ole2", "emf", "wmf", "hwp3"];
const PDF: &[&str] = &["pdf", "fdf"];
const RTF: &[&str] = &["rtf"];
const MAIL: &[&str] = &["eml", "mbox", "vcard", "notebook", "coded"];
const PICTURE: &[&str] = &["jpeg", "png", "gif", "tiff", "picture", "media", "drm", "encrypted", "sqlite"];
const ARCHIVE: &[&str] = &[
    "gzip",
    "bzip2",
    "xz",
    "zstd",
    "compressed",
    "tar",
    "7z",
    "rar",
    "alz",
    "egg",
    "lzma",
    "packed archive",
    "plain archive",
    "exe",
];
const FAMILIES: &[&[&str]] = &[PACKAGE, COMPOUND, PDF, RTF, MAIL, PICTURE, ARCHIVE];

/// Parts of packages, by name; what stands beside them says what the package is.
const PARTS: &[(&str, &[(&str, &str)])] = &[
    ("word/document.xml", OOXML),
    ("word/comments.xml", OOXML),
    ("xl/workbook.xml", OOXML),
    ("xl/sharedStrings.xml", OOXML),
    ("xl/styles.xml", OOXML),
    ("xl/worksheets/sheet1.xml", OOXML),
    ("xl/worksheets/sheet1.bin", OOXML),
    ("xl/workbook.bin", OOXML),
    ("xl/drawings/vmlDrawing1.vml", OOXML),
    ("ppt/slides/slide1.xml", OOXML),
    ("_rels/.rels", OOXML),
    ("content.xml", ODF),
    ("styles.xml", ODF),
    ("META-INF/manifest.xml", ODF),
    ("Contents/section0.xml", HWPX),
    ("Contents/content.hpf", HWPX),
    ("word/vbaProject.bin", OOXML),
    ("Documents/1/Pages/1.fpage", OOXML),
];
const OOXML: &[(&str, &str)] = &[("[Content_Types].xml", "<Types/>")];
const ODF: &[(&str, &str)] = &[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")];
const HWPX: &[(&str, &str)] = &[("mimetype", "application/hwp+zip")];

/// Streams of compound files: the data is the first, or half of it each.
const STREAMS: &[&[&str]] = &[
    &["WordDocument", "1Table"],
    &["WordDocument", "Data"],
    &["Workbook"],
    &["Book"],
    &["Workbook", "_SX_DB_CUR/0001"],
    &["PowerPoint Document", "Current User"],
    &["PowerPoint Document", "Pictures"],
    &["\u{5}SummaryInformation"],
    &["\u{1}Ole10Native"],
    &["VBA/dir", "VBA/x"],
    &["EncryptionInfo", "EncryptedPackage"],
    &["__properties_version1.0", "__substg1.0_10090102"],
    &["FileHeader", "BodyText/Section0"],
];

/// Streams of HWP 5 behind a sound head.
const HWP: &[&str] = &["BodyText/Section0", "ViewText/Section0", "DocInfo", "BinData/BIN0001.OLE", "PrvText"];

/// How streams of a PDF are packed.
const FILTERS: &[&str] =
    &["FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "DCTDecode"];

/// Counts what it hears, and holds it to the limits.
#[derive(Default)]
struct Counts {
    text: usize,
    open: bool,
}

impl Sink for Counts {
    fn begin(&mut self, _path: &[Step], _shape: Shape) {
        assert!(!self.open, "a run within a run");
        self.open = true;
    }

    fn text(&mut self, _at: Option<&Step>, text: &str) {
        assert!(self.open, "text outside a run");
        self.text += text.len();
        assert!(self.text <= TEXT, "more text than the limit");
    }

    fn end(&mut self) {
        self.open = false;
    }

    fn raw(&mut self, _path: &[Step], bytes: &[u8]) {
        self.text += bytes.len();
        assert!(self.text <= TEXT, "more text than the limit");
    }

    fn unreadable(&mut self, _path: &[Step], _reason: Reason) {}
}

fn limits() -> Limits {
    Limits { unpacked_bytes: 8 << 20, text_bytes: TEXT as u64, part_bytes: 4 << 20, ..Limits::default() }
}

/// Never late, but asked without end.
fn clock() -> impl Fn() -> bool {
    let looks = Cell::new(0_u64);
    move || {
        looks.set(looks.get() + 1);
        assert!(looks.get() < LOOKS, "it does not come to an end");
        false
    }
}

/// As whatever it bears the mark of.
fn whole(file: &[u8]) {
    read("a", file, limits(), &clock(), &mut Counts::default());
}

/// As one format of a family; what the first byte says beyond these, and the rest, if it says something else.
fn family<'d>(names: &[&str], data: &'d [u8]) -> Option<(usize, &'d [u8])> {
    static COMPLETE: Once = Once::new();
    COMPLETE.call_once(complete);
    let (choice, rest) = data.split_first()?;
    let choice = usize::from(*choice);
    let Some(name) = names.get(choice) else { return Some((choice - names.len(), rest)) };
    let format = formats().find(|format| format.name == *name).expect("a format of this name");
    read_as(format, "a", rest, limits(), &clock(), &mut Counts::default());
    None
}

fn formats() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().copied().flatten()
}

/// No reader is without a target.
fn complete() {
    let known = |name: &str| FAMILIES.iter().any(|family| family.contains(&name));
    formats().for_each(|format| assert!(known(format.name), "no target reads {}", format.name));
}

/// Packages of zip and XML, and their parts; read, and written again with their digits covered.
pub fn package(data: &[u8]) {
    let file = match family(PACKAGE, data) {
        Some((choice, rest)) => {
            let (name, beside) = PARTS[choice % PARTS.len()];
            let mut pieces: Vec<Piece> =
                beside.iter().map(|(name, text)| Piece::stored(name, text.as_bytes())).collect();
            pieces.push(Piece::stored(name, rest));
            let file = zip(&pieces);
            whole(&file);
            file
        }
        None => data.get(1..).unwrap_or_default().to_vec(),
    };
    let mut cover = |text: &str, _: Means| -> Vec<Cover> {
        let digits = text.char_indices().filter(|(_, letter)| letter.is_ascii_digit());
        digits.map(|(at, _)| Cover { at, by: '*' }).collect()
    };
    if let Ok(Some(written)) = rewrite(&file, limits(), &clock(), &mut cover) {
        whole(&written);
    }
}

/// Compound files and their streams, HWP 3, pictures of Windows.
pub fn compound(data: &[u8]) {
    match family(COMPOUND, data) {
        Some((choice, rest)) if choice % (STREAMS.len() + HWP.len()) < STREAMS.len() => {
            let names = STREAMS[choice % (STREAMS.len() + HWP.len())];
            let half = if names.len() > 1 { rest.len() / 2 } else { rest.len() };
            let (first, second) = rest.split_at(half);
            let all: Vec<_> = names.iter().copied().zip([first.to_vec(), second.to_vec()]).collect();
            whole(&file_of(&all));
        }
        Some((choice, rest)) => {
            let mut head = b"HWP Document File".to_vec();
            head.resize(256, 0);
            let name = HWP[choice % (STREAMS.len() + HWP.len()) - STREAMS.len()];
            whole(&file_of(&[("FileHeader", head), (name, rest.to_vec())]));
        }
        None => {}
    }
}

/// PDF: a whole file; or what a page says, the map of its font, a font, a packed stream, a stream of objects in a sound one.
pub fn pdf(data: &[u8]) {
    const FONT: &str = "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R \
         /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /CIDSystemInfo << /Ordering (Korea1) >> >>] >>";
    let Some((choice, rest)) = family(PDF, data) else { return };
    let text = "BT /F1 9 Tf <0041004200430044> Tj (ABCD) Tj ET";
    let page = || Build::page_with(text, FONT, "");
    let said = String::from_utf8_lossy(rest);
    let file = match choice % (5 + FILTERS.len()) {
        0 => Build::page_with("", FONT, "/Annots [7 0 R]").stream(4, "", rest).done(),
        1 => page().stream(6, "", rest).done(),
        2 => Build::page_with(text, &said, "").done(),
        3 => page().object(7, &said).table("/Info 7 0 R /Encrypt 7 0 R").bytes,
        4 => page().stream(7, "/Type /ObjStm /N 3 /First 12", rest).done(),
        filter => Build::page("").stream(4, &format!("/Filter /{}", FILTERS[filter - 5]), rest).done(),
    };
    whole(&file);
}

/// RTF, whole or as what stands in a group, or in an object.
pub fn rtf(data: &[u8]) {
    let Some((choice, rest)) = family(RTF, data) else { return };
    let hex: String = rest.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = match choice % 2 {
        0 => [b"{\\rtf1\\ansi\\ansicpg949{\\fonttbl{\\f0\\fcharset129 a;}}\\f0 ", rest, b"}"].concat(),
        _ => format!("{{\\rtf1{{\\object\\objemb{{\\*\\objdata {hex}}}}}}}").into_bytes(),
    };
    whole(&file);
}

/// Messages and mailboxes, and what bears no mark at all.
pub fn mail(data: &[u8]) {
    if let Some((_, rest)) = family(MAIL, data) {
        whole(rest);
    }
}

/// Archives and packed files; behind sound sums where a mistake in one would end the reading.
pub fn archive(data: &[u8]) {
    let Some((choice, rest)) = family(ARCHIVE, data) else { return };
    let file = match choice % 3 {
        0 => sevenz(rest),
        1 => {
            [&b"Rar!\x1A\x07\x01\0"[..], &rar_head(b"\x01\x05\x06\0\x01\x01\x80\x80\0"), &rar_head(rest), rest].concat()
        }
        _ => tar(rest),
    };
    whole(&file);
}

/// Pictures, sounds and films, and what is known by its mark alone; and pictures that are watched as they come.
pub fn picture(data: &[u8]) {
    let picture = data.get(1..).unwrap_or_default();
    assert_eq!(gone(picture, 1), gone(picture, picture.len()), "it goes out as it comes");
    if let Some((_, rest)) = family(PICTURE, data) {
        whole(rest);
    }
}

/// How much of a picture goes out before something is to be opened, when it comes in pieces of such a size.
fn gone(picture: &[u8], size: usize) -> Option<(usize, bool)> {
    let mut watch = Watch::new(picture)?;
    let (mut gone, mut come) = (0, 0);
    while come < picture.len() {
        come = (come + size).min(picture.len());
        let seen = watch.look(&picture[gone..come]);
        gone += seen.pass;
        if seen.said_behind.is_some() {
            return Some((gone, true));
        }
    }
    Some((gone, false))
}

fn sum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

/// The second half is the head of an archive of 7-Zip, the first what it packs.
fn sevenz(data: &[u8]) -> Vec<u8> {
    let (packed, head) = data.split_at(data.len() / 2);
    let start = [&(packed.len() as u64).to_le_bytes()[..], &(head.len() as u64).to_le_bytes(), &sum(head)].concat();
    [b"7z\xBC\xAF\x27\x1C\0\x04", &sum(&start)[..], &start, packed, head].concat()
}

/// A head of RAR 5 with its size and sum.
fn rar_head(data: &[u8]) -> Vec<u8> {
    let data = data.get(..127).unwrap_or(data);
    let sized = [&[data.len() as u8][..], data].concat();
    [&sum(&sized)[..], &sized].concat()
}

/// A head of tar with its sum, and what follows.
fn tar(data: &[u8]) -> Vec<u8> {
    let mut file = data.to_vec();
    file.resize(file.len().max(1024), 0);
    file[257..263].copy_from_slice(b"ustar\0");
    file[148..156].copy_from_slice(b"        ");
    let total: u32 = file[..512].iter().map(|byte| u32::from(*byte)).sum();
    file[148..156].copy_from_slice(format!("{total:06o}\0 ").as_bytes());
    file
}
