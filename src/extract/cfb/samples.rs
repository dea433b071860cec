//! Real files: where their text comes out, and what is said to be unreadable.

use crate::extract::Limits;
use crate::extract::testing::Heard;
use crate::vocab::Reason;

macro_rules! sample {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../tests/documents/cfb/", $name)).as_slice())
    };
}

/// Every sample.
const SAMPLES: &[(&str, &[u8])] = &[
    sample!("work_report.hwp"),
    sample!("draw_text.hwp"),
    sample!("testHWP-v5-dist.hwp"),
    sample!("testHWP_3.0.hwp"),
    sample!("TwoSheetsOneHidden.xls"),
    sample!("DBCSHeader.xls"),
    sample!("xor-encryption-abc.xls"),
    sample!("WithComments.ppt"),
    sample!("protected_passtika.xlsx"),
    sample!("word_with_embeded.doc"),
];

fn heard(name: &str) -> Heard {
    let (name, bytes) = SAMPLES.iter().find(|(known, _)| *known == name).expect("a sample");
    Heard::of(name, bytes)
}

#[test]
fn show() {
    for (name, bytes) in SAMPLES {
        let heard = Heard::of(name, bytes);
        eprintln!("=== {name}");
        for (place, text) in &heard.said {
            eprintln!("{place}: {:?}", text.chars().take(150).collect::<String>());
        }
        for (place, bytes) in &heard.raw {
            eprintln!("raw {place}: {}", bytes.len());
        }
        eprintln!("{:?}", heard.unreadable);
    }
}
