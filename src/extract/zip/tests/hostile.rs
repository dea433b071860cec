//! Files that mean harm: each ends within its limits, and none is taken for clean.

use super::build::{Piece, archive, deflate, rels, texts};
use crate::extract::Limits;
use crate::extract::testing::Heard;
use crate::vocab::Reason;
use std::io::Read;

const SAMPLES: &[&[u8]] = &[
    include_bytes!("../../../../tests/documents/HeaderFooter.hwpx"),
    include_bytes!("../../../../tests/documents/Table.hwpx"),
    include_bytes!("../../../../tests/documents/TwoSheetsOneHidden.xlsx"),
    include_bytes!("../../../../tests/documents/comments.xlsx"),
    include_bytes!("../../../../tests/documents/comment.docx"),
    include_bytes!("../../../../tests/documents/test_recursive_embedded.docx"),
    include_bytes!("../../../../tests/documents/testFooter.ods"),
    include_bytes!("../../../../tests/documents/testODTEncrypted.odt"),
    include_bytes!("../../../../tests/documents/testZipEncrypted.zip"),
];

fn reasons(heard: &Heard) -> Vec<Reason> {
    heard.unreadable.iter().map(|(_, reason)| *reason).collect()
}

/// Numbers that look random and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

#[test]
fn cut_files_are_never_clean() {
    for (number, sample) in SAMPLES.iter().enumerate() {
        for piece in 1..20 {
            let heard = Heard::of("a", &sample[..sample.len() * piece / 20]);
            assert!(!heard.unreadable.is_empty(), "sample {number} at {piece}/20");
        }
    }
}

#[test]
fn changed_bytes_do_no_harm() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for sample in SAMPLES {
        for _ in 0..25 {
            let mut bytes = sample.to_vec();
            for _ in 0..1 + dice.below(8) {
                let at = dice.below(bytes.len());
                bytes[at] = dice.below(256) as u8;
            }
            Heard::of("a", &bytes);
        }
    }
}

/// Changes inside of parts, which packing would otherwise hide.
#[test]
fn changed_parts_do_no_harm() {
    let sheet = "<worksheet><cols><col min=\"1\" max=\"2\" hidden=\"1\"/></cols><sheetData><row r=\"1\"><c r=\"A1\" s=\"1\" t=\"s\"><v>0</v></c><c r=\"B1\"><f>\"x\"</f><v>1.5E3</v></c></row></sheetData><headerFooter><oddHeader>&amp;L&amp;\"a,b\"&amp;12x&amp;K00FF00</oddHeader></headerFooter></worksheet>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[&lt;=99]00-0;#,##0.0_);[h]:mm;@\"/></numFmts><cellXfs><xf numFmtId=\"164\"/></cellXfs></styleSheet>";
    let strings = "<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>";
    let root = rels(&[("1", "officeDocument", "xl/workbook.xml")]);
    let books = rels(&[("r1", "worksheet", "s.xml"), ("r2", "sharedStrings", "t.xml"), ("r3", "styles", "u.xml")]);
    let book = "<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets><definedNames><definedName name=\"n\">1</definedName></definedNames></workbook>";
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    for _ in 0..400 {
        let mut parts = [sheet, styles, strings, book].map(|text| text.as_bytes().to_vec());
        for _ in 0..1 + dice.below(6) {
            let part = &mut parts[dice.below(4)];
            let at = dice.below(part.len());
            part[at] = b"<>&;\"'/-0189AZaz[]#,.E\xEA\0"[dice.below(24)];
        }
        let [sheet, styles, strings, book] = &parts;
        Heard::of(
            "a",
            &archive(&[
                Piece::stored("[Content_Types].xml", b"<Types/>"),
                Piece::stored("_rels/.rels", root.as_bytes()),
                Piece::stored("xl/_rels/workbook.xml.rels", books.as_bytes()),
                Piece::stored("xl/workbook.xml", book),
                Piece::stored("xl/s.xml", sheet),
                Piece::stored("xl/t.xml", strings),
                Piece::stored("xl/u.xml", styles),
            ]),
        );
    }
}

#[test]
fn changed_records_do_no_harm() {
    let pieces = super::wide::pieces();
    let plain: Vec<Piece> =
        pieces.into_iter().map(|piece| Piece { method: 0, data: inflate(&piece), ..piece }).collect();
    let mut dice = Dice(0xA076_1D64_78BD_642F);
    for _ in 0..400 {
        let mut changed = plain.clone();
        for _ in 0..1 + dice.below(4) {
            let part = 4 + dice.below(changed.len() - 4);
            let data = &mut changed[part].data;
            let at = dice.below(data.len());
            data[at] = dice.below(256) as u8;
        }
        Heard::of("a", &archive(&changed));
    }
}

fn inflate(piece: &Piece) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::DeflateDecoder::new(piece.data.as_slice()).read_to_end(&mut out).expect("deflated");
    out
}

#[test]
fn what_expands_out_of_proportion_is_a_bomb() {
    let zeros = deflate(&vec![b' '; 12 << 20]);
    let piece = Piece { data: zeros, method: 8, size: 100, ..Piece::stored("a", b"") };
    assert_eq!(reasons(&Heard::of("a.zip", &archive(&[piece]))), [Reason::Bomb]);
}

#[test]
fn more_than_a_part_may_be_is_too_large() {
    let limits = Limits { part_bytes: 1000, ..Limits::default() };
    let (packed, plain) = (Piece::deflated("a", &[b'x'; 2000]), Piece::stored("b", &[b'y'; 2000]));
    let heard = Heard::within("a.zip", &archive(&[packed, plain]), limits);
    assert_eq!(reasons(&heard), [Reason::TooLarge, Reason::TooLarge]);
}

#[test]
fn archives_within_archives_end() {
    let mut bytes = b"deep".to_vec();
    for _ in 0..12 {
        bytes = archive(&[Piece::stored("in.zip", &bytes)]);
    }
    assert_eq!(reasons(&Heard::of("a.zip", &bytes)), [Reason::TooDeep]);
}

#[test]
fn too_many_entries_end_it() {
    let pieces: Vec<Piece> = (0..50).map(|number| Piece::stored(&format!("{number}"), b"x")).collect();
    let limits = Limits { entries: 20, ..Limits::default() };
    let heard = Heard::within("a.zip", &archive(&pieces), limits);
    assert_eq!(reasons(&heard), [Reason::TooManyEntries]);
}

fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    let root = rels(&[("1", "officeDocument", "xl/workbook.xml")]);
    let books = rels(&[("r1", "worksheet", "s.xml"), ("r2", "sharedStrings", "t.xml")]);
    texts(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", &books),
        ("xl/s.xml", sheet),
        ("xl/t.xml", strings),
    ])
}

#[test]
fn entities_are_never_expanded() {
    let strings = "<!DOCTYPE s [<!ENTITY a \"900101\"><!ENTITY b \"&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>";
    let heard = Heard::of("a.xlsx", &workbook("<worksheet/>", strings));
    assert_eq!(reasons(&heard), [Reason::Entities]);
    assert!(!heard.text().contains("900101900101"));
}

#[test]
fn elements_nest_only_so_deep() {
    let deep = format!("<worksheet>{}{}</worksheet>", "<a>".repeat(300), "</a>".repeat(300));
    assert_eq!(reasons(&Heard::of("a.xlsx", &workbook(&deep, "<sst/>"))), [Reason::TooDeep]);
}

#[test]
fn far_cells_cost_nothing() {
    let sheet = "<worksheet><sheetData><row r=\"4294967295\"><c r=\"ZZZZZZ4294967295\"><v>1</v></c><c r=\"XFD1048576\"><v>77</v></c><c><v>78</v></c></row></sheetData></worksheet>";
    let heard = Heard::of("a.xlsx", &workbook(sheet, "<sst/>"));
    assert!(heard.text().len() < 1000 && heard.text().contains("77,78"), "{}", heard.text());
}

#[test]
fn cells_and_text_have_limits() {
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(500);
    let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    let book = workbook(&sheet, &format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1000)));
    let heard = Heard::within("a.xlsx", &book, Limits { cells: 100, ..Limits::default() });
    assert_eq!(reasons(&heard), [Reason::TooManyEntries]);
    let heard = Heard::within("a.xlsx", &book, Limits { text_bytes: 10_000, ..Limits::default() });
    assert_eq!(reasons(&heard), [Reason::TooLarge]);
}

#[test]
fn a_broken_part_is_said_and_given_as_it_is() {
    let heard = Heard::of(
        "a.xlsx",
        &workbook("<worksheet><sheetData><row><c t=\"str\"><v>앞</v></c></wrong>뒤 900101-1234568", "<sst/>"),
    );
    assert_eq!(reasons(&heard), [Reason::Damaged]);
    assert_eq!(heard.place_of("앞"), Some("a.xlsx › sheet 1 ‘a’ › cell A1"));
    assert_eq!(heard.place_of("뒤 900101-1234568"), Some("a.xlsx › sheet 1 ‘a’"));
}

#[test]
fn relationships_in_a_ring_end() {
    let (root, one, two) = (rels(&[("1", "x", "a.xml")]), rels(&[("1", "x", "b.xml")]), rels(&[("1", "x", "a.xml")]));
    let heard = Heard::of(
        "a.docx",
        &texts(&[
            ("[Content_Types].xml", "<Types/>"),
            ("_rels/.rels", &root),
            ("_rels/a.xml.rels", &one),
            ("_rels/b.xml.rels", &two),
            ("a.xml", "<x>하나</x>"),
            ("b.xml", "<x>둘</x>"),
        ]),
    );
    assert_eq!(heard.place_of("둘"), Some("a.docx › part ‘a.xml’ › part ‘b.xml’"));
    assert_eq!(heard.unreadable, []);
}
