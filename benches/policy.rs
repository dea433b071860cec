//! What the number of a policy's rules costs (they are asked once for a finding, and never for a byte), and what an
//! operator's own patterns do.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use garim::detect::own::Pattern;
use garim::detect::synthetic::{Maker, hyphenated};
use garim::inspect::{Beyond, Ceilings, Content, Detectors, Inspector, Lens};
use garim::policy::{
    Action, Asker, Conditions, FieldIs, Find, Mode, Paths, Planner, Policy, Roles, Rule, Scope, Tally, glob,
};
use garim::vocab::{Confidence, Day, Direction, Finding, Keep, Kind, Own, Part, Place, Reason, Secret, Span, What};
use globset::GlobSetBuilder;
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
        let (when, action) = (Default::default(), Action::Mask);
        Rule { name, scope, when, find, at_least: 1, confidence, action, mode: None, offer: false }
    };
    let rules = (0..rules).map(rule).collect();
    Arc::new(Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules })
}

/// A policy of so many rules as a town with many boards has it: for every ten of them one board by its paths, with rules by
/// role, method, the value of a field, the name of a file and counts.
fn town(rules: usize) -> Arc<Policy> {
    let rules = (0..rules).map(|number| {
        let (board, of_board) = (number / 10, number % 10);
        let written = if board == 0 { "/board/**".to_owned() } else { format!("/board{board}/**") };
        let set = GlobSetBuilder::new().add(glob(&written).expect("a glob")).build().expect("a set");
        let mut scope = Scope { paths: Some(Paths::new(vec![written], set)), ..Scope::default() };
        let (mut when, mut at_least, mut find) = (Conditions::default(), 1, Find::every_kind());
        match of_board {
            0 => scope.roles = Roles::of(board % 60),
            1 => scope.methods = vec!["DELETE".to_owned()],
            2 => when.fields = vec![FieldIs { name: format!("secret{board}"), value: "1".to_owned() }],
            3 => at_least = 10,
            4 => scope.except_roles = Roles::PUBLIC,
            5 => find = Find::every_reason(),
            6 => find = Find::NONE.with(What::Kind(Kind::PassportNumber)),
            7 => find = Find::NONE.with(What::Kind(Kind::PaymentCardNumber)),
            _ => {}
        }
        let (name, confidence, action) = (format!("rule {number}").into(), Confidence::Probable, Action::Mask);
        Rule { name, scope, when, find, at_least, confidence, action, mode: None, offer: false }
    });
    let rules = rules.collect();
    Arc::new(Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules })
}

/// Everything that an exchange asks of its policy: access, both plans, what becomes of ten findings, and the verdict.
fn evaluate(bencher: Bencher<'_, '_>, policy: Arc<Policy>) {
    let (planner, mut maker) = (Planner::new(policy, "example.go.kr", None), Maker::new(20_261_126));
    let place = || Place::whole(Part::Body);
    let finding = |number: u64| {
        let blank = Finding::uninspectable(Reason::Binary, Span { start: number, end: number + 13 }, place());
        let (what, secret) = (What::Kind(Kind::MobileNumber), Secret::new(maker.mobile().as_bytes()));
        Finding { what, confidence: Confidence::Certain, secret, ..blank }
    };
    let found: Vec<Finding> = (0..10).map(finding).collect();
    let paths: Vec<String> = (0..100).map(|number| format!("/board/{number}")).collect();
    let mut paths = paths.iter().cycle();
    bencher.bench_local(|| {
        let path = paths.next().expect("a path");
        let asker = Asker { method: "POST", roles: Roles::PUBLIC, ..Asker::of_path(path) };
        black_box(planner.access(&asker));
        black_box(planner.plan(Direction::Download, &asker));
        let mut tally = Tally::new(planner.plan(Direction::Upload, &asker));
        found.iter().for_each(|finding| {
            black_box(tally.add(finding));
        });
        tally.end();
        tally.verdict()
    });
}

#[divan::bench(args = [10, 50, 200])]
fn exchange_by_rules_alike(bencher: Bencher<'_, '_>, rules: usize) {
    evaluate(bencher, policy(rules));
}

#[divan::bench(args = [10, 50, 200])]
fn exchange_by_paths_roles_and_forms(bencher: Bencher<'_, '_>, rules: usize) {
    evaluate(bencher, town(rules));
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
