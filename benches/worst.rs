//! The worst input that we can think of, per lexer and disguise: nothing may be slower than linear, nor slow enough to be a
//! weapon. Each is read whole, and in pieces of 1 KB, at two sizes: the figures in bytes a second must be alike.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use garim::inspect::Lens;
use garim::inspect::scan::{Document, Escape, Scan};
use garim::text::transcode::Transcoding;
use garim::text::{Charset, Syntax};
use garim::vocab::{Day, Part};
use std::sync::Arc;

const SIZES: [usize; 2] = [64 << 10, 1 << 20];

fn main() {
    divan::main();
}

fn scan(bencher: Bencher<'_, '_>, piece: &str, size: usize, syntax: Syntax, escape: Escape) {
    let text = piece.repeat(size / piece.len() + 1).into_bytes();
    let document = Document {
        part: Part::Body,
        charset: Some(Charset::Utf8),
        syntax,
        escape,
        label: String::new(),
        offset: 0,
        returns: false,
        stands: None,
    };
    let lens = Arc::new(Lens {
        today: Day { year: 2026, month: 11, day: 22 },
        hosts: Arc::new([]),
        seal: None,
        beyond: Default::default(),
    });
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut scan = Scan::new(document.clone(), Arc::clone(&lens));
        let mut found = Vec::new();
        for piece in black_box(&text).chunks(1024) {
            scan.push(piece, &mut found);
        }
        scan.finish(&mut found);
        found.len()
    });
}

macro_rules! worst {
    ($($name:ident: $piece:expr, $syntax:ident;)*) => {
        $(
            #[divan::bench(args = SIZES)]
            fn $name(bencher: Bencher<'_, '_>, size: usize) {
                scan(bencher, $piece, size, Syntax::$syntax, Escape::None);
            }
        )*
    };
}

worst! {
    digits: "7", Plain;
    digits_apart: "7 ", Plain;
    digits_with_dots: "7.", Plain;
    digits_with_pipes: "7|", Plain;
    digits_and_letters: "1O", Plain;
    digits_and_letters_long: "1O1l1S1B", Html;
    digits_in_brackets: "[7]", Plain;
    emoji_between: "7😀", Plain;
    marks_over_digits: "7\u{332}", Plain;
    wide_digits: "９", Plain;
    rare_digits: "꘡", Plain;
    circled_tens: "⑩", Plain;
    readings: "공", Plain;
    readings_in_prose: "이 일이 사오 ", Plain;
    readings_in_tags: "공<b>일</b>", Html;
    english: "zero ", Plain;
    english_in_words: "zeZero", Plain;
    percent: "%", Html;
    percent_digits: "%31", Html;
    percent_twice: "%2531", Html;
    percent_of_percent: "1%25", Html;
    quotes: "1'", Script;
    strings_put_together: "1' + '", Script;
    strings_and_space: "1'            ", Script;
    equals: "=31", Plain;
    equals_and_dash: "=31=2D", Plain;
    halves: "810514-*", Plain;
    stars: "*-1234567 ", Plain;
    entities: "&#49;", Html;
    entities_without_end: "&#0000000000", Html;
    ampersands: "1&", Html;
    tags_without_end: "1<b ", Html;
    nested_tags: "1<b>", Html;
    comments_without_end: "1<!--", Html;
    quotes_in_tags: "1<b a='", Html;
    xml_tags: "<a>1", Xml;
    cdata: "1<![CDATA[", Xml;
    backslashes: "\\", Json;
    escapes: "\\u0031", Json;
    half_surrogates: "1\\ud835", Json;
    at_signs: "a@", Plain;
    zero_width: "7\u{200B}\u{200B}\u{200B}", Plain;
    turned_over: "\u{202E}1234567-101009 ", Plain;
}

#[divan::bench(args = SIZES)]
fn utf16(bencher: Bencher<'_, '_>, size: usize) {
    scan(bencher, "7\0-\0", size, Syntax::Html, Escape::Transcoded(Transcoding::Utf16Le));
}

#[divan::bench(args = SIZES)]
fn shifts(bencher: Bencher<'_, '_>, size: usize) {
    scan(bencher, "7\x0E\x23\x39\x0F", size, Syntax::Html, Escape::Transcoded(Transcoding::Iso2022Kr));
}

#[divan::bench(args = SIZES)]
fn form(bencher: Bencher<'_, '_>, size: usize) {
    scan(bencher, "%31%25", size, Syntax::Html, Escape::Form);
}
