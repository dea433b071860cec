//! Lists, exports and the monthly check sheet.

use crate::tools::*;
use garim::audit::report::{Hours, Language, Month, Report};
use garim::audit::{Entry, Event, Filter, Found, Journal, Verdict, csv, kind, read, time_of};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

static CLOCK: AtomicI64 = AtomicI64::new(0);

fn at(word: &str) {
    CLOCK.store(time_of(word).expect("a time"), Ordering::SeqCst);
}

/// A month of a small board.
fn month() -> TempDir {
    let folder = folder();
    at("2026-11-02T10:00:00+09:00");
    let mut options = options(folder.path());
    options.clock = || CLOCK.load(Ordering::SeqCst);
    let journal = Journal::open(options).expect("a journal");
    let put = |event: Event| {
        journal.append(&event).expect("taken").wait().expect("written");
    };
    let by = |account: &str, event: Event| Event {
        account: Some(account.into()),
        address: Some("192.0.2.7".into()),
        ..event
    };
    put(by("kim", Event { reason: Some("민원 <처리>".into()), ..Event::new(kind::VIEW) }));
    at("2026-11-03T23:10:00+09:00");
    put(by("night<script>", Event { path: Some("/admin".into()), ..Event::new(kind::VIEW) }));
    put(by("kim", Event { verdict: Some("failed".into()), ..Event::new(kind::LOGIN) }));
    put(by("kim", Event { verdict: Some("passed".into()), ..Event::new(kind::LOGIN) }));
    let findings =
        vec![Found { kind: "mobile number".into(), count: 1, hashes: vec!["hmac:AAA".into()], ..Found::default() }];
    put(Event { findings, verdict: Some("block".into()), ..Event::new(kind::EXCHANGE) });
    put(Event::body(
        kind::EXCHANGE,
        "{\"client\":\"192.0.2.9\",\"outcome\":\"answered\",\"upload\":{\"verdict\":\"pass\"},\"download\":{\"verdict\":\"mask\",\"rule\":\"r\"}}",
    ));
    put(by("=cmd()", Event { reason: Some("감사".into()), ..Event::new(kind::EXPORT) }));
    at("2026-12-01T00:00:00+09:00");
    put(by("december", Event::new(kind::VIEW)));
    drop(journal);
    folder
}

fn all(folder: &Path, filter: &Filter) -> Vec<Entry> {
    let mut entries = Vec::new();
    let seen = read(folder, filter, |entry| {
        entries.push(entry);
        Ok(())
    });
    assert_eq!(seen.expect("read").records, entries.len() as u64);
    entries
}

#[test]
fn records_are_filtered_and_exported() {
    let folder = month();
    let by = |filter: Filter| all(folder.path(), &filter).len();
    assert_eq!(by(Filter { kinds: vec!["login".into(), "export".into()], ..Filter::default() }), 3);
    assert_eq!(by(Filter { account: Some("kim".into()), ..Filter::default() }), 3);
    assert_eq!(by(Filter { hash: Some("hmac:AAA".into()), ..Filter::default() }), 1);
    assert_eq!(by(Filter { hash: Some("hmac:AA".into()), ..Filter::default() }), 0);
    let views = Filter {
        kinds: vec!["view".into()],
        from: time_of("2026-11-03"),
        to: time_of("2026-12-01"),
        ..Filter::default()
    };
    assert_eq!(by(views), 1);
    let exchanges = all(folder.path(), &Filter { kinds: vec!["exchange".into()], ..Filter::default() });
    let last = exchanges.last().expect("one");
    assert_eq!((last.verdict(), last.rule(), last.address()), (Some("mask"), Some("r"), Some("192.0.2.9")));
    let rows: String = all(folder.path(), &Filter::default()).iter().map(csv::export).collect();
    assert!(rows.contains("\"'=cmd()\"") && rows.contains("\"민원 <처리>\""), "{rows}");
    assert!(csv::head().starts_with('\u{feff}'));
}

#[test]
fn the_sheet_of_a_month_says_what_is_asked_and_nothing_breaks_out_of_it() {
    let folder = month();
    let report =
        Report::read(folder.path(), Month::parse("2026-11").expect("a month"), Hours::default()).expect("read");
    let checked = check(folder.path());
    assert_eq!(checked.verdict(), Verdict::Intact);
    let korean = report.html(&checked, Language::Korean, 0);
    let english = report.html(&checked, Language::English, 0);
    for page in [&korean, &english] {
        assert!(page.contains("night&lt;script&gt;") && !page.contains("<script"), "{page}");
        assert!(page.contains("민원 &lt;처리&gt;") && !page.contains("december"), "{page}");
        assert!(page.contains("2026-11-30") && !page.contains("2026-12-01"), "each day of the month and no other");
    }
    assert!(korean.contains("이상 없음") && korean.contains("개인정보 접속기록 월별 점검표 2026-11"));
    assert!(english.contains("Intact") && english.contains("Checked by"));
    let section = |page: &str, title: &str| {
        let from = page.split(title).nth(1).expect(title);
        from.split("<h2>").next().expect("a section").to_owned()
    };
    let outside = section(&english, "Privileged views outside office hours");
    assert!(outside.contains("night") && !outside.contains("kim"), "{outside}");
    let logins = section(&english, "Failed logins");
    assert!(logins.contains("failed") && !logins.contains("passed"), "{logins}");
    let downloads = section(&english, "Downloads and exports");
    assert!(downloads.contains("감사") && downloads.contains("민원"), "{downloads}");
    let table = report.csv(&checked, Language::Korean, 0);
    assert!(
        table.starts_with('\u{feff}') && table.contains("\"'=cmd()\"") && table.contains("위·변조 점검"),
        "{table}"
    );
    // What is broken stands in it.
    let path = only(folder.path(), "log");
    let mut bad = lines(&path);
    bad.remove(3);
    write(&path, &bad);
    let page = report.html(&check(folder.path()), Language::Korean, 0);
    assert!(page.contains("기록 3번부터 3번까지 빠졌습니다") && page.contains("변조 또는 유실 발견"), "{page}");
}

#[test]
fn a_record_tells_who_whose_what_and_why_in_both_languages() {
    let folder = folder();
    let journal = Journal::open(options(folder.path())).expect("a journal");
    let put = |event: Event| {
        journal.append(&event).expect("taken").wait().expect("written");
    };
    put(Event::body(
        kind::EXCHANGE,
        "{\"id\":\"r1\",\"site\":\"board\",\"client\":\"192.0.2.9\",\"operator\":\"kim\",\"method\":\"GET\",\"path\":\"/list\",\
         \"status\":200,\"outcome\":\"answered\",\"consent\":\"reason\",\"why\":\"민원 처리\",\
         \"upload\":{\"verdict\":\"block\",\"values\":[\"hmac:BBB\"]},\
         \"download\":{\"verdict\":\"log\",\"rule\":\"r\",\"found\":[{\"kind\":\"mobile-number\",\"confidence\":\"certain\",\"count\":3,\
         \"first\":\"the body, line 2\"},{\"kind\":\"uninspectable:encrypted\",\"confidence\":\"certain\",\"count\":1,\
         \"first\":\"attachment '명단.xlsx' › sheet 2 ‘명단’ (hidden) › cell B7\"}],\"values\":[\"hmac:AAA\",\"hmac:AAA\",\"hmac:CCC\"]}}",
    ));
    put(Event { verdict: Some("grant".into()), account: Some("root".into()), ..Event::new(kind::ACCOUNT) }
        .with("name", "lee")
        .with("role", "auditor"));
    drop(journal);
    let entries = all(folder.path(), &Filter { kinds: vec!["exchange".into(), "account".into()], ..Filter::default() });
    let [view, grant] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((view.who(), view.why(), view.is_view()), (Some("kim"), Some("민원 처리"), true));
    assert_eq!(view.whose(), ["hmac:AAA", "hmac:BBB", "hmac:CCC"]);
    assert_eq!(
        view.found(false),
        "shown [log]: mobile-number ×3 (the body, line 2), uninspectable:encrypted ×1 (attachment '명단.xlsx' › sheet 2 ‘명단’ (hidden) › cell B7)"
    );
    assert_eq!(
        view.found(true),
        "내보냄 [기록하고 통과 (log)]: 휴대전화번호 ×3 (본문, 2번째 줄), 암호가 걸린 파일 (uninspectable:encrypted) ×1 (첨부 ‘명단.xlsx’ › 시트 2 ‘명단’(숨김) › B7 셀)"
    );
    assert!(view.details(true).contains(&("응답 코드".to_owned(), "200".to_owned())));
    assert!(view.details(true).contains(&("동의".to_owned(), "사유를 적고 내려받기 (reason)".to_owned())));
    assert!(view.details(false).contains(&("consent".to_owned(), "reason".to_owned())));
    assert!(
        view.details(true).contains(&("끝난 모양".to_owned(), "응답함 (answered)".to_owned())),
        "{:?}",
        view.details(true)
    );
    // Of each value, what became of it: not the stricter of both directions.
    assert_eq!(
        (view.verdict(), view.verdict_of("hmac:AAA"), view.verdict_of("hmac:BBB")),
        (Some("block"), Some("log"), Some("block"))
    );
    let details =
        |korean| grant.details(korean).into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
    assert_eq!(
        (details(false), details(true)),
        (
            vec!["name=lee".to_owned(), "role=auditor".to_owned()],
            vec!["대상 계정=lee".to_owned(), "역할=auditor".to_owned()]
        )
    );
    assert_eq!(
        all(folder.path(), &Filter { account: Some("kim".into()), ..Filter::default() }).len(),
        1,
        "an account of garim's, too"
    );
    let row = csv::export(view);
    assert!(
        row.contains("hmac:AAA hmac:BBB hmac:CCC") && row.contains("\"민원 처리\"") && row.contains("consent=reason"),
        "{row}"
    );
    // In the sheet it stands among what was taken with a reason.
    let now = garim::audit::korean_time(view.time).strftime("%Y-%m").to_string();
    let report = Report::read(folder.path(), Month::parse(&now).expect("a month"), Hours::default()).expect("read");
    let page = report.html(&check(folder.path()), Language::Korean, 0);
    let downloads =
        page.split("다운로드·내보내기와 사유").nth(1).and_then(|rest| rest.split("<h2>").next()).expect("a section");
    for said in ["민원 처리", "kim", "hmac:CCC", "휴대전화번호 ×3", "시트 2 ‘명단’(숨김) › B7 셀", "/list"]
    {
        assert!(downloads.contains(said), "{said} is not in {downloads}");
    }
    assert!(page.contains("역할: auditor") && page.contains("역할 부여 (grant)"), "{page}");
}

#[test]
fn what_was_recorded_before_its_answer_has_no_status_yet() {
    let folder = folder();
    let journal = Journal::open(options(folder.path())).expect("a journal");
    let event = Event::body(kind::EXCHANGE, "{\"id\":\"r1\",\"status\":0,\"outcome\":\"under-way\"}");
    journal.append(&event).expect("taken").wait().expect("written");
    drop(journal);
    let entries = all(folder.path(), &Filter { kinds: vec!["exchange".into()], ..Filter::default() });
    let details = entries.first().expect("a record").details(true);
    assert!(details.iter().all(|(name, _)| name != "응답 코드"), "{details:?}");
}
