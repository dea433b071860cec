//! Generated pages, through the whole scanner: what garim has promised to find is found, and pages that hold nothing give
//! nothing. The seed is not the one of `benches/scores`.

#[path = "corpus/generator/mod.rs"]
mod generator;

use garim::inspect::{Ceilings, Content, Inspector, Lens};
use garim::vocab::{Confidence, Day, Direction, Finding};
use generator::Page;
use std::sync::Arc;

const SEED: u64 = 7;

fn found(page: &Page) -> Vec<Finding> {
    let today = Day { year: 2026, month: 11, day: 22 };
    let lens = Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() };
    let content_type = Some(format!("{}; charset=utf-8", page.media_type).into_bytes());
    let content = Content { direction: Direction::Download, content_type, charset: None };
    let mut inspector = Inspector::new(content, Arc::new(lens), Ceilings::of_parts(1000));
    let mut found = Vec::new();
    inspector.find(page.text.as_bytes(), &mut found);
    inspector.find_last(&mut found);
    found.retain(|finding| finding.confidence >= Confidence::Probable);
    found
}

#[test]
fn the_same_seed_gives_the_same_pages_and_the_truth_is_where_it_says() {
    let pages: Vec<Page> = generator::pages(SEED, 2).collect();
    let again: Vec<Page> = generator::pages(SEED, 2).collect();
    assert!(pages.len() > 30);
    for (page, other) in pages.iter().zip(&again) {
        assert_eq!((&page.text, &page.truths), (&other.text, &other.truths));
        assert!(page.truths.windows(2).all(|pair| pair[0].end <= pair[1].start), "{}", page.sort);
        assert!(page.truths.iter().all(|truth| page.text.get(truth.start..truth.end).is_some_and(|it| !it.is_empty())));
    }
    assert_ne!(pages[0].text, generator::pages(SEED + 1, 2).next().expect("a page").text);
}

/// The kinds of which the guideline's shapes have to be found without exception.
#[test]
fn no_number_of_a_person_is_missed() {
    let kinds = [
        "resident-registration-number",
        "foreigner-registration-number",
        "mobile-number",
        "payment-card-number",
        "email-address",
    ];
    let mut missed = Vec::new();
    for page in generator::pages(SEED, 10) {
        let found = found(&page);
        for truth in page.truths.iter().filter(|truth| truth.wanted && kinds.contains(&truth.kind)) {
            let fits = |one: &&Finding| {
                one.what.name() == truth.kind
                    && one.span.start < truth.end as u64
                    && (truth.start as u64) < one.span.end
            };
            if !found.iter().any(|one| fits(&one)) {
                missed.push(format!("{} in {}: {}", truth.kind, page.sort, &page.text[truth.start..truth.end]));
            }
        }
    }
    assert!(missed.is_empty(), "{}\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn pages_full_of_numbers_that_hold_nothing_give_nothing() {
    let mut wrong = Vec::new();
    for page in generator::clean(SEED, 2 << 20) {
        for finding in found(&page) {
            let (start, end) = (finding.span.start as usize, finding.span.end as usize);
            wrong.push(format!("{} in {}: {}", finding.what.name(), page.sort, &page.text[start..end]));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
