//! Whole files.

use super::building::{Build, deflate};
use crate::extract::Limits;
use crate::extract::testing::Heard;
use crate::vocab::Reason;

fn heard(build: Build) -> Heard {
    Heard::of("a.pdf", &build.done())
}

#[test]
fn a_page_is_read_as_it_is_shown() {
    let heard = heard(Build::page("BT /F1 12 Tf 72 700 Td (900101-) Tj (1234568) Tj 0 -14 Td (next) Tj ET"));
    assert_eq!(heard.said.iter().filter(|(place, _)| place == "a.pdf › page 1").count(), 4, "{:?}", heard.said);
    assert_eq!(heard.text(), "900101-1234568\nnext\n\n");
    assert_eq!(heard.unreadable, []);
}

/// For looking at one file: `PDF=… cargo test show -- --ignored --nocapture`.
#[test]
#[ignore = "shows a file that is named by hand"]
fn show() {
    let path = std::env::var("PDF").expect("PDF");
    for path in path.split(':') {
        let bytes = std::fs::read(path).expect("a file");
        let start = std::time::Instant::now();
        let heard = Heard::of("f", &bytes);
        println!("== {path} {:?}", start.elapsed());
        for (place, text) in &heard.said {
            if text != "\n" {
                println!("{place}: {text:?}");
            }
        }
        for (place, bytes) in &heard.raw {
            println!(
                "RAW {place}: {:?}",
                String::from_utf8_lossy(bytes.get(..bytes.len().min(300)).unwrap_or_default())
            );
        }
        println!("{:?}", heard.unreadable);
    }
}
