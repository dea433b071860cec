//! Realistic Korean pages from a seed, each with the truth: which bytes are personal data, and of which kind. Everything
//! in them is synthetic. Check digits are worked out here from the specification's formulas, not by the code that is tested.

mod lists;
mod numbers;
mod pages;
mod people;
mod values;

use std::fmt::Write;

/// What stands in a page, as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The kind, by its name in policies.
    pub kind: &'static str,
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Whether it has to be found. What need not be is no mistake when it is: the name of an officer in a press release.
    pub wanted: bool,
}

/// A page with its truth.
#[derive(Debug, Clone)]
pub struct Page {
    /// What it is a page of.
    pub sort: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its text, in UTF-8.
    pub text: String,
    /// What is in it, in order.
    pub truths: Vec<Truth>,
}

/// Random choices from a seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From `least` to `most`, both possible.
    pub fn from(&mut self, least: u64, most: u64) -> u64 {
        least + self.bits() % (most - least + 1)
    }

    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + (self.bits() % 10) as u8)).collect()
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.bits() % choices.len() as u64) as usize]
    }

    /// Whether one of so many.
    pub fn one_in(&mut self, count: u64) -> bool {
        self.bits().is_multiple_of(count)
    }
}

/// Writes a page and its truth.
pub struct Pen {
    pub dice: Dice,
    text: String,
    truths: Vec<Truth>,
}

impl Pen {
    pub fn new(dice: Dice) -> Pen {
        Pen { dice, text: String::new(), truths: Vec::new() }
    }

    /// What is no personal data.
    pub fn text(&mut self, text: impl AsRef<str>) -> &mut Pen {
        self.text.push_str(text.as_ref());
        self
    }

    /// A value that has to be found.
    pub fn value(&mut self, kind: &'static str, value: impl AsRef<str>) -> &mut Pen {
        self.put(kind, value.as_ref(), true)
    }

    /// A value that may be found.
    pub fn perhaps(&mut self, kind: &'static str, value: impl AsRef<str>) -> &mut Pen {
        self.put(kind, value.as_ref(), false)
    }

    fn put(&mut self, kind: &'static str, value: &str, wanted: bool) -> &mut Pen {
        let start = self.text.len();
        self.text.push_str(value);
        self.truths.push(Truth { kind, start, end: self.text.len(), wanted });
        self
    }

    fn page(self, sort: &'static str, media_type: &'static str) -> Page {
        Page { sort, media_type, text: self.text, truths: self.truths }
    }
}

/// How a page is made.
type Make = fn(&mut Pen);

/// Every sort of page: its name, its media type, how it is made, and whether it holds no personal data at all.
const SORTS: &[(&str, &str, Make, bool)] = &[
    ("notice", "text/html", pages::notice, false),
    ("complaints", "text/html", pages::complaints, false),
    ("post", "text/plain", pages::post, false),
    ("names", "text/html", lists::names, false),
    ("names-csv", "text/csv", lists::names_csv, false),
    ("members-json", "application/json", lists::members_json, false),
    ("order", "text/html", pages::order, false),
    ("refund", "text/html", pages::refund, false),
    ("applications", "text/html", lists::applications, false),
    ("press", "text/html", pages::press, false),
    ("products", "text/html", lists::products, true),
    ("laws", "text/html", pages::laws, true),
    ("times-json", "application/json", lists::times_json, true),
    ("coordinates", "text/html", lists::coordinates, true),
    ("statistics", "text/html", lists::statistics, true),
    ("log", "text/plain", lists::log, true),
    ("board", "text/html", lists::board, true),
    ("digests", "text/plain", numbers::digests, true),
    ("goods", "text/html", numbers::goods, true),
    ("goods-csv", "text/csv", numbers::goods_csv, true),
    ("script", "text/javascript", numbers::script, true),
    ("quantities", "text/plain", numbers::quantities, true),
    ("shipments", "text/html", numbers::shipments, true),
];

/// So many pages of each sort. The same seed gives the same pages.
pub fn pages(seed: u64, each: u64) -> impl Iterator<Item = Page> {
    let sorts = SORTS.iter().zip(0_u64..);
    sorts.flat_map(move |((sort, media_type, make, _), number)| {
        (0..each).map(move |page| {
            let mut pen = Pen::new(Dice::new(seed ^ number << 32 ^ page << 8));
            make(&mut pen);
            pen.page(sort, media_type)
        })
    })
}

/// Pages full of numbers that hold no personal data, at least so many bytes.
pub fn clean(seed: u64, bytes: usize) -> impl Iterator<Item = Page> {
    let sorts: Vec<_> = SORTS.iter().filter(|(.., clean)| *clean).collect();
    let (mut made, mut number) = (0, 0_u64);
    std::iter::from_fn(move || {
        let (sort, media_type, make, _) = sorts[number as usize % sorts.len()];
        let mut pen = Pen::new(Dice::new(seed ^ 0xC1EA << 40 ^ number));
        make(&mut pen);
        number += 1;
        let page = pen.page(sort, media_type);
        (made < bytes).then(|| made += page.text.len()).map(|()| page)
    })
}

/// The begin of every HTML page.
fn head(pen: &mut Pen, title: &str) {
    let mut text = String::from("<!doctype html>\n<html lang=\"ko\"><head><meta charset=\"utf-8\">");
    let version = pen.dice.from(20_240_101, 20_261_122);
    let _ = write!(
        text,
        "<title>{title}</title>\n<link rel=\"stylesheet\" href=\"/css/common.css?v={version}\">\n\
         <script>var ctx='';var now={};</script></head>\n<body>\n<h1>{title}</h1>\n",
        pen.dice.from(1_700_000_000_000, 1_790_000_000_000)
    );
    pen.text(text);
}

/// Its end: the address and the lines of an office, which are nobody's own.
fn foot(pen: &mut Pen) {
    let zip = pen.dice.from(10_000, 62_000);
    pen.text(format!("<footer>(우{zip}) "));
    let address = values::office_address(&mut pen.dice);
    let phone = values::office_phone(&mut pen.dice);
    pen.perhaps("postal-address", address).text(" 대표전화 ").text(phone);
    let centre = pen.dice.digits(4);
    pen.text(format!(" / 민원콜센터 1588-{centre} Copyright 2026</footer>\n</body></html>\n"));
}
