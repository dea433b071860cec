//! What the number of a policy's rules costs (they are asked once for a finding, and never for a byte), and what an
//! operator's own patterns do.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use garim::detect::own::Pattern;
use garim::detect::synthetic::{Maker, hyphenated};
use garim::inspect::{Beyond, Ceilings, Content, Detectors, Inspector, Lens};
use garim::policy::{Action, Find, Mode, Planner, Policy, Rule, Scope, Tally};
use garim::vocab::{Confidence, Day, Direction, Keep, Kind, Own, What};
use std::fmt::Write;
use std::sync::Arc;

const PAGE: usize = 60 << 10;

fn main() {
    divan::main();
}

/// A page with so many numbers in it.
fn page(hits: usize) -> Vec<u8> {
    let mut maker = Maker::new(20_261_122);
    let mut page = String::from("<!doctype html><meta charset=utf-8><table>\n");
    let rows = PAGE / 120;
    for row in 0..rows {
        let hit = hits > 0 && row % (rows / hits.max(1)) == 0;
        let number = if hit { hyphenated(&maker.mobile(), &[3, 7]) } else { String::from("김*수") };
        let _ = writeln!(
            page,
            "<tr><td>{row}</td><td>주차 단속 관련 문의드립니다</td><td>{number}</td><td>2026-11-{:02}</td></tr>",
            row % 28 + 1
        );
    }
    page.into_bytes()
}

/// A policy whose first rule that applies is the last of so many.
fn policy(rules: usize) -> Arc<Policy> {
    let other = Find::NONE.with(What::Kind(Kind::PassportNumber));
    let rule = |number: usize| {
        let last = number + 1 == rules;
        let find = if last { Find::every_kind() } else { other };
        let name: Arc<str> = format!("rule {number}").into();
        let (scope, confidence) = (Scope::default(), Confidence::Probable);
        Rule { name, scope, when: Default::default(), find, at_least: 1, confidence, action: Action::Mask, mode: None }
    };
    let rules = (0..rules).map(rule).collect();
    Arc::new(Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules })
}

/// So many patterns of an operator's own.
fn beyond(patterns: usize) -> Beyond {
    let pattern = |number: usize| {
        let own = Own::of(&format!("own-{number}"), Keep::Nothing, false).expect("a kind");
        let pattern = format!(r"\b{}-[0-9]{{2}}-[0-9]{{5}}\b", number + 20);
        Pattern::new(own, &pattern, &[], Confidence::Probable).expect("a pattern")
    };
    let patterns: Vec<Pattern> = (0..patterns).map(pattern).collect();
    let detectors = (!patterns.is_empty()).then(|| Arc::new(Detectors { patterns, together: Vec::new() }));
    Beyond { detectors, ..Beyond::default() }
}

fn inspect(bencher: Bencher<'_, '_>, rules: usize, hits: usize, patterns: usize) {
    let (page, planner) = (page(hits), Planner::new(policy(rules), "example.go.kr", None));
    let today = Day { year: 2026, month: 11, day: 22 };
    let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: beyond(patterns) });
    let content_type = Some(b"text/html; charset=utf-8".to_vec());
    let content = Content { direction: Direction::Download, content_type, charset: None };
    bencher.counter(BytesCount::of_slice(&page)).bench_local(|| {
        let mut tally = Tally::new(planner.plan(Direction::Download, &garim::policy::Asker::of_path("/board/1")));
        let mut inspector = Inspector::new(content.clone(), Arc::clone(&lens), Ceilings::of_parts(1000));
        for piece in page.chunks(16 << 10) {
            black_box(inspector.push(piece, &mut tally));
        }
        black_box(inspector.finish(&mut tally));
        assert_eq!(tally.is_empty(), hits == 0);
        tally.verdict()
    });
}

#[divan::bench(args = [10, 200])]
fn page_without_findings(bencher: Bencher<'_, '_>, rules: usize) {
    inspect(bencher, rules, 0, 0);
}

#[divan::bench(args = [10, 200])]
fn page_with_40_findings(bencher: Bencher<'_, '_>, rules: usize) {
    inspect(bencher, rules, 40, 0);
}

#[divan::bench(args = [0, 1, 8])]
fn page_with_own_patterns(bencher: Bencher<'_, '_>, patterns: usize) {
    inspect(bencher, 10, 0, patterns);
}
