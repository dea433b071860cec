//! Every reader of files, each reached at once: what stands behind the checks of a container is put into one that is sound.

use crate::made_compound::compound;
use crate::made_zip::{Piece, archive};
use garim::extract::{FORMATS, Limits, Shape, Sink, read, read_as};
use garim::vocab::{Reason, Step};

/// More text than comes out of so little data, but for what unpacks.
const TEXT: usize = 8 << 20;
/// A reader asks for the time often; so often it may at most.
const LOOKS: u64 = 20_000_000;

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

/// The first byte says what the rest is.
pub fn document(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let mut choice = usize::from(*choice);
    let looks = std::cell::Cell::new(0_u64);
    let late = || {
        looks.set(looks.get() + 1);
        assert!(looks.get() < LOOKS, "it does not come to an end");
        false
    };
    let limits = Limits { unpacked_bytes: 8 << 20, text_bytes: TEXT as u64, part_bytes: 4 << 20, ..Limits::default() };
    let mut counts = Counts::default();
    for family in FORMATS {
        if let Some(format) = family.get(choice) {
            return read_as(format, "a", rest, limits, &late, &mut counts);
        }
        choice -= family.len();
    }
    let file = match choice {
        at if at < PARTS.len() => package(PARTS[at], rest),
        at if at < PARTS.len() + STREAMS.len() => streams(STREAMS[at - PARTS.len()], rest),
        at => hwp(HWP[(at - PARTS.len() - STREAMS.len()) % HWP.len()], rest),
    };
    read("a", &file, limits, &late, &mut counts);
}

fn package((name, beside): (&str, &[(&str, &str)]), data: &[u8]) -> Vec<u8> {
    let mut pieces: Vec<Piece> = beside.iter().map(|(name, text)| Piece::stored(name, text.as_bytes())).collect();
    pieces.push(Piece::stored(name, data));
    archive(&pieces)
}

fn streams(names: &[&str], data: &[u8]) -> Vec<u8> {
    let half = if names.len() > 1 { data.len() / 2 } else { data.len() };
    let (first, second) = data.split_at(half);
    let all: Vec<(&str, Vec<u8>)> = names.iter().copied().zip([first.to_vec(), second.to_vec()]).collect();
    compound(&all)
}

fn hwp(name: &str, data: &[u8]) -> Vec<u8> {
    let mut head = b"HWP Document File".to_vec();
    head.resize(256, 0);
    compound(&[("FileHeader", head), (name, data.to_vec())])
}
