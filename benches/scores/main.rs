//! Precision and recall per kind on generated pages, beside the guideline's patterns and what other detectors say they found.
//! `benches/scores/run` runs it.

#[path = "../../tests/corpus/generator/mod.rs"]
mod generator;
mod table;

use garim::inspect::{Ceilings, Content, Inspector, Lens};
use garim::vocab::{Confidence, Day, Direction, Finding, What};
use generator::Page;
use regex::bytes::Regex;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use table::{Score, Scores};

const TODAY: Day = Day { year: 2026, month: 11, day: 22 };
/// Bytes of pages without personal data on which false findings are counted.
const CLEAN: usize = 100 << 20;

/// What somebody says stands in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The kind, by its name in policies.
    pub kind: String,
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

struct Args {
    seed: u64,
    each: u64,
    clean: usize,
    pages: Option<String>,
    presidio: Option<String>,
    version: String,
    table: Option<String>,
}

fn args() -> Args {
    let mut args = Args {
        seed: 20_261_122,
        each: 40,
        clean: CLEAN,
        pages: None,
        presidio: None,
        version: String::new(),
        table: None,
    };
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} takes a value"));
        match word.as_str() {
            "--seed" => args.seed = value().parse().expect("a number"),
            "--each" => args.each = value().parse().expect("a number"),
            "--clean" => args.clean = value().parse::<usize>().expect("a number of MB") << 20,
            "--pages" => args.pages = Some(value()),
            "--presidio" => args.presidio = Some(value()),
            "--presidio-version" => args.version = value(),
            "--table" => args.table = Some(value()),
            "--missed" | "--upload" => {}
            other => panic!("{other}?"),
        }
    }
    args
}

fn main() {
    let args = args();
    let pages: Vec<Page> = generator::pages(args.seed, args.each).collect();
    if let Some(file) = &args.pages {
        let mut out = std::io::BufWriter::new(std::fs::File::create(file).expect("a file"));
        for (page, number) in pages.iter().zip(0..) {
            let line = serde_json::json!({ "page": number, "text": page.text, "sort": page.sort });
            writeln!(out, "{line}").expect("written");
        }
        return;
    }
    let missed = std::env::args().any(|word| word == "--missed");
    let mut columns = vec![("garim", scored(&pages, garim, missed)), ("guideline", scored(&pages, guideline(), false))];
    if let Some(file) = &args.presidio {
        let said = said(file);
        let mut number = 0;
        let of_page = |_: &Page| {
            number += 1;
            said.get(&(number - 1)).cloned().unwrap_or_default()
        };
        columns.push(("Presidio", scored(&pages, of_page, false)));
    }
    let mut text = table::head(&args.version, args.seed, args.each, &pages);
    text.push_str(&table::rows(&columns));
    text.push_str(&clean(args.seed, args.clean, missed));
    print!("{text}");
    if let Some(file) = &args.table {
        std::fs::write(file, &text).expect("written");
    }
}

/// What garim finds in a page, at `probable` and above.
fn garim(page: &Page) -> Vec<Said> {
    let found = found(page).into_iter().filter(|finding| finding.confidence >= Confidence::Probable);
    let said = found.filter_map(|finding| match finding.what {
        What::Kind(kind) => {
            let place = |offset| usize::try_from(offset).expect("an offset");
            Some(Said { kind: kind.name().to_owned(), start: place(finding.span.start), end: place(finding.span.end) })
        }
        _ => None,
    });
    said.collect()
}

fn found(page: &Page) -> Vec<Finding> {
    let lens = Lens { today: TODAY, hosts: Arc::new([]), seal: None, beyond: Default::default() };
    let content_type = Some(format!("{}; charset=utf-8", page.media_type).into_bytes());
    let upload = std::env::args().any(|word| word == "--upload");
    let direction = if upload { Direction::Upload } else { Direction::Download };
    let content = Content { direction, content_type, charset: None };
    let mut inspector = Inspector::new(content, Arc::new(lens), Ceilings::of_parts(1000));
    let mut found = Vec::new();
    inspector.find(page.text.as_bytes(), &mut found);
    inspector.find_last(&mut found);
    found
}

/// What the guideline's patterns find.
fn guideline() -> impl FnMut(&Page) -> Vec<Said> {
    let lines = include_str!("guideline.txt").lines().filter_map(|line| line.split_once('\t'));
    let patterns: Vec<(&str, Regex)> =
        lines.map(|(kind, pattern)| (kind, Regex::new(pattern).expect("a pattern"))).collect();
    move |page| {
        let found = patterns.iter().flat_map(|(kind, pattern)| {
            let all = pattern.find_iter(page.text.as_bytes());
            all.map(|found| Said { kind: (*kind).to_owned(), start: found.start(), end: found.end() })
        });
        found.collect()
    }
}

/// What another detector says in a file: a finding a line.
fn said(file: &str) -> BTreeMap<u64, Vec<Said>> {
    let mut all: BTreeMap<u64, Vec<Said>> = BTreeMap::new();
    for line in std::fs::read_to_string(file).expect("a file").lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let number = |name: &str| line[name].as_u64().expect("a number");
        let kind = line["kind"].as_str().expect("a kind").to_owned();
        let place = |name| usize::try_from(number(name)).expect("an offset");
        all.entry(number("page")).or_default().push(Said { kind, start: place("start"), end: place("end") });
    }
    all
}

/// A finding is right if a truth of its kind overlaps it by more than half of both.
fn scored(pages: &[Page], mut find: impl FnMut(&Page) -> Vec<Said>, missed: bool) -> Scores {
    let mut scores = Scores::default();
    for page in pages {
        let said = find(page);
        let fits = |one: &Said, truth: &generator::Truth| {
            let common = one.end.min(truth.end).saturating_sub(one.start.max(truth.start));
            one.kind == truth.kind && common * 2 > (one.end - one.start).max(truth.end - truth.start)
        };
        for truth in page.truths.iter().filter(|truth| truth.wanted) {
            let found = said.iter().any(|one| fits(one, truth));
            let score = scores.entry(truth.kind.to_owned()).or_insert_with(Score::default);
            score.wanted += 1;
            score.found += u64::from(found);
            if missed && !found {
                eprintln!("missed {} in {}: {}", truth.kind, page.sort, around(page, truth.start, truth.end));
            }
        }
        for one in &said {
            let right = page.truths.iter().find(|truth| fits(one, truth));
            let score = scores.entry(one.kind.clone()).or_insert_with(Score::default);
            match right {
                Some(truth) => score.right += u64::from(truth.wanted),
                None => score.wrong += 1,
            }
            if missed && right.is_none() {
                eprintln!("wrong {} in {}: {}", one.kind, page.sort, around(page, one.start, one.end));
            }
        }
    }
    scores
}

/// The values are synthetic: they can be shown.
fn around(page: &Page, start: usize, end: usize) -> String {
    let before: String = page.text.get(..start).unwrap_or_default().chars().rev().take(30).collect();
    let before: String = before.chars().rev().collect();
    let after: String = page.text.get(end..).unwrap_or_default().chars().take(15).collect();
    format!("{before}[{}]{after}", page.text.get(start..end).unwrap_or_default()).replace('\n', "⏎")
}

/// What is found in pages that hold nothing.
fn clean(seed: u64, bytes: usize, missed: bool) -> String {
    let (mut read, mut took, mut kinds) = (0, Duration::ZERO, BTreeMap::<(String, &str), u64>::new());
    for page in generator::clean(seed, bytes) {
        let began = Instant::now();
        let found = found(&page);
        took += began.elapsed();
        read += page.text.len();
        for finding in found {
            if missed && finding.confidence > Confidence::Possible {
                let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
                let (start, end) = (place(finding.span.start), place(finding.span.end));
                eprintln!("wrong {} in {}: {}", finding.what.name(), page.sort, around(&page, start, end));
            }
            *kinds.entry((finding.what.name().to_owned(), finding.confidence.name())).or_default() += 1;
        }
    }
    let acts = |confidence: &str| confidence != Confidence::Possible.name();
    let acting: u64 = kinds.iter().filter(|((_, confidence), _)| acts(confidence)).map(|(_, count)| count).sum();
    let mut text = format!(
        "\n## Pages full of numbers that hold no personal data\n{} MB: {acting} false findings at `probable` or above (aim: at most one for 100 MB).\n",
        read >> 20
    );
    for ((kind, confidence), count) in &kinds {
        let _ = writeln!(text, "- {kind}, {confidence}: {count}");
    }
    eprintln!("read at {} MB/s, for scale", (read as f64 / took.as_secs_f64().max(0.001) / 1e6) as u64);
    text
}
