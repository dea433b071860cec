//! The life of a journal: starts, segments, seals, retention, errors.

use crate::tools::*;
use garim::audit::{Event, Fsync, Journal, JournalError, Options, Verdict, What, kind};
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[test]
fn a_start_follows_a_start() {
    let folder = folder();
    for _ in 0..3 {
        append(&open(folder.path()), 2);
    }
    let checked = well(folder.path(), &[]);
    assert_eq!((checked.starts, checked.records, checked.seals), (3, 12, 3));
    for path in
        files(folder.path(), "log").iter().chain(&files(folder.path(), "key")).chain(&files(folder.path(), "seals"))
    {
        assert_eq!(fs::metadata(path).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    assert!(files(folder.path(), "key").iter().rev().skip(1).all(|path| state(path)["key"] == ""), "no key is left");
}

#[test]
fn a_running_journal_is_checked_meanwhile() {
    let folder = folder();
    let mut options = options(folder.path());
    options.segment_bytes = 4000;
    options.seal_every = Duration::ZERO;
    let journal = Journal::open(options).expect("a journal");
    std::thread::scope(|scope| {
        let writes = scope.spawn(|| append(&journal, 400));
        let mut rounds = 0;
        while !writes.is_finished() || rounds == 0 {
            let checked = check(folder.path());
            assert_eq!((checked.verdict(), checked.remarks.len()), (Verdict::Intact, 0), "{checked:#?}");
            assert!(checked.running);
            rounds += 1;
        }
    });
    drop(journal);
    assert_eq!(well(folder.path(), &[]).records, 402 + well(folder.path(), &[]).segments - 1);
}

#[test]
fn what_a_killed_process_left_is_recorded_and_sealed() {
    let folder = folder();
    let journal = open(folder.path());
    append(&journal, 3);
    let copy = copy(folder.path());
    let log = only(copy.path(), "log");
    let mut torn = fs::read(&log).expect("bytes");
    torn.extend_from_slice(b"{\"seq\":4,\"ti");
    fs::write(&log, &torn).expect("written");
    well(copy.path(), &[What::LeftOpen, What::TornEnd { bytes: 12 }]);
    append(&open(copy.path()), 1);
    let checked = well(copy.path(), &[]);
    assert_eq!((checked.starts, checked.records, checked.seals), (2, 7, 2));
    assert_eq!(fs::read(&log).expect("bytes"), torn, "it is left as it was");
    let first = lines(&files(copy.path(), "log")[1])[0].clone();
    assert!(
        first.contains("\"records\":4,") && first.contains("\"how\":\"left\",\"torn\":12,\"missing\":0"),
        "{first}"
    );
    fs::write(&log, &torn[..torn.len() - 1]).expect("written");
    assert_eq!(check(copy.path()).verdict(), Verdict::Broken, "what is torn may not change either");
}

#[test]
fn a_start_that_ended_before_its_first_record_is_taken_away() {
    let other = folder();
    let journal = open(other.path());
    let log = only(other.path(), "log");
    let bytes = fs::read(&log).expect("bytes");
    let key = only(other.path(), "key");
    let empty = serde_json::json!({"turn": 1, "stage": "open", "records": 0, "hash": base64(&first_prev(&start_of(&log))),
        "key": base64(&key_of(&start_of(&log), 0)), "seals": 0, "seal": base64(&[0; 32]), "next": "", "proof": ""});
    for length in [0, 7, bytes.len() - 1] {
        let folder = folder();
        let to = |path: &std::path::Path| folder.path().join(path.file_name().expect("a name"));
        fs::write(to(&log), &bytes[..length]).expect("written");
        put_state(&to(&key), &empty);
        let remarks = check(folder.path()).remarks;
        assert!(remarks.iter().any(|remark| remark.what == What::Empty), "{remarks:#?}");
        append(&open(folder.path()), 1);
        assert!(!to(&log).exists() && !to(&key).exists());
        well(folder.path(), &[]);
        assert!(lines(&only(folder.path(), "log"))[0].contains(&format!("\"discarded\":[\"{}\"]", start_of(&log))));
    }
    drop(journal);
}

/// Killed between the making of its first file and the first word in it.
#[test]
fn a_start_that_ended_before_its_state_was_whole_is_no_alarm() {
    let begun = folder();
    append(&open(begun.path()), 3);
    let key = begun.path().join("29991231T235959999-0123456789abcdef.key");
    fs::write(&key, b"").expect("made");
    let checked = check(begun.path());
    assert_eq!(checked.verdict(), Verdict::Intact, "{checked:#?}");
    assert!(checked.remarks.iter().any(|remark| remark.what == What::Empty), "{checked:#?}");
    // With a log it is none of that.
    let log = begun.path().join("29991231T235959999-0123456789abcdef-000001.log");
    fs::write(&log, b"").expect("made");
    assert_eq!(check(begun.path()).verdict(), Verdict::Broken);
    fs::remove_file(&log).expect("removed");
    append(&open(begun.path()), 1);
    assert!(!key.exists());
    well(begun.path(), &[]);
}

#[test]
fn holes_that_a_power_cut_left_are_no_alarm() {
    let folder = folder();
    let mut each = options(folder.path());
    each.fsync = Fsync::Each;
    let journal = Journal::open(each).expect("a journal");
    append(&journal, 3);
    let early = copy(folder.path());
    append(&journal, 3);
    let log = only(folder.path(), "log");
    let all = fs::read(&log).expect("bytes");
    drop(journal);
    // The last three had not been acknowledged: their first page is zeros, what follows is whole.
    let path = only(early.path(), "log");
    let synced = fs::read(&path).expect("bytes").len();
    let mut holed = all.clone();
    holed[synced + 10..synced + 250].fill(0);
    fs::write(&path, &holed).expect("written");
    let bytes = (all.len() - synced) as u64;
    well(early.path(), &[What::LeftOpen, What::TornEnd { bytes }]);
    append(&open(early.path()), 1);
    well(early.path(), &[]);
    // The same within what was acknowledged is an alarm.
    let mut bad = all.clone();
    bad[synced - 300..synced - 290].fill(0);
    fs::write(&path, &bad).expect("written");
    assert_eq!(check(early.path()).verdict(), Verdict::Broken);
}

fn first_prev(start: &str) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(format!("garim journal start {start}")).to_vec()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn the_second_place_catches_up() {
    let folder = folder();
    let away = crate::tools::folder();
    let place = away.path().join("away");
    let second = place.join("seals");
    let with = || {
        let mut options = options(folder.path());
        options.seal_to = Some(second.clone());
        Journal::open(options).expect("a journal")
    };
    append(&open(folder.path()), 1);
    let journal = with();
    append(&journal, 1);
    let told = (0..500).any(|_| {
        std::thread::park_timeout(Duration::from_millis(10));
        journal.health().second_place.is_some()
    });
    assert!(told, "it is not there, and health says so");
    append(&journal, 1);
    drop(journal);
    let kinds = files(folder.path(), "log")
        .iter()
        .flat_map(|path| lines(path))
        .filter(|line| line.contains("\"kind\":\"seal\""))
        .count();
    assert_eq!(kinds, 1, "and a record");
    fs::create_dir(&place).expect("made");
    let journal = with();
    append(&journal, 1);
    drop(journal);
    let checked = check_with(folder.path(), Some(&second));
    assert_eq!(
        (checked.verdict(), checked.remarks.len(), checked.seals),
        (Verdict::Intact, 0, checked.second_seals),
        "{checked:#?}"
    );
    // A line that was torn by a full disk is written again.
    let good = fs::read(&second).expect("bytes");
    fs::write(&second, &good[..good.len() - 20]).expect("written");
    append(&with(), 1);
    let checked = check_with(folder.path(), Some(&second));
    assert_eq!((checked.verdict(), checked.seals), (Verdict::Intact, checked.second_seals), "{checked:#?}");
    assert!(matches!(checked.remarks[0].what, What::SecondTorn { .. }));
}

#[test]
fn what_cannot_be_taken_is_an_error_to_the_caller() {
    let folder = folder();
    let mut options = options(folder.path());
    options.queue_records = 2;
    let journal = Journal::open(options).expect("a journal");
    assert!(matches!(journal.append(&Event::body("exchange", "no object")), Err(JournalError::Event(_))));
    // The thread is held up by whoever is told first.
    let (gate, opens) = std::sync::mpsc::sync_channel::<()>(0);
    let (held, is_held) = std::sync::mpsc::sync_channel::<()>(0);
    journal
        .append_with(&event(0), move |_| {
            held.send(()).expect("held");
            let _ = opens.recv();
        })
        .expect("taken");
    is_held.recv().expect("held");
    let tickets: Vec<_> = (0..2).map(|number| journal.append(&event(number)).expect("taken")).collect();
    for _ in 0..3 {
        assert!(matches!(journal.append(&event(9)), Err(JournalError::Full)));
    }
    drop(gate);
    for ticket in tickets {
        ticket.wait().expect("written");
    }
    append(&journal, 1);
    assert_eq!(journal.health().lost, 3);
    journal.stop();
    assert!(matches!(journal.append(&event(0)), Err(JournalError::Stopped)));
    assert!(journal.health().stopped);
    let lost = well(folder.path(), &[What::Lost { records: "3".into() }]);
    assert_eq!(lost.starts, 1);
}

#[test]
fn what_is_taken_away_while_it_is_written_takes_no_record() {
    let folder = folder();
    let path = folder.path().join("journal");
    let journal = open(&path);
    append(&journal, 2);
    let fails = || {
        let error = journal.append(&event(9)).expect("taken").wait().expect_err("nowhere to write");
        assert!(error.to_string().contains("removed or replaced"), "{error}");
        assert!(journal.health().writing.is_some_and(|why| why.contains("removed or replaced")));
    };
    // Moved away and back: the same chain goes on, and says that there were records it could not take.
    let away = folder.path().join("away");
    fs::rename(&path, &away).expect("moved");
    fails();
    fails();
    fs::rename(&away, &path).expect("moved back");
    append(&journal, 1);
    assert!(journal.health().writing.is_none());
    let lost = check(&path).remarks.iter().any(|remark| remark.what == What::Lost { records: "2".into() });
    assert!(lost && check(&path).verdict() == Verdict::Intact, "{:#?}", check(&path));
    // The log alone: the next segment is begun, and what was in the one before is missing.
    let log = only(&path, "log");
    fs::remove_file(&log).expect("removed");
    fails();
    append(&journal, 1);
    assert_eq!(check(&path).verdict(), Verdict::Broken);
    // All of it, and an older copy in its place: that is not what is being written.
    let older = copy(&path);
    fs::remove_dir_all(&path).expect("removed");
    fails();
    fs::rename(older.keep(), &path).expect("in its place");
    fails();
    drop(journal);
}

#[test]
fn a_caller_that_panics_does_not_stop_the_journal() {
    let folder = folder();
    let journal = open(folder.path());
    journal.append_with(&event(0), |_| panic!("a caller's mistake")).expect("taken");
    append(&journal, 1);
    drop(journal);
    well(folder.path(), &[]);
}

#[test]
fn many_callers_share_one_sync() {
    let folder = folder();
    let mut options = options(folder.path());
    options.fsync = Fsync::Each;
    let journal = Journal::open(options).expect("a journal");
    let seen = Arc::new(Mutex::new(Vec::new()));
    for number in 0..2000 {
        let seen = Arc::clone(&seen);
        journal
            .append_with(&event(number), move |done| seen.lock().expect("a lock").push(done.expect("written").seq))
            .expect("taken");
    }
    journal.stop();
    let seen = seen.lock().expect("a lock").clone();
    assert_eq!(seen, (1..=2000).collect::<Vec<u64>>(), "each once, in order");
    assert_eq!(well(folder.path(), &[]).records, 2002);
}

/// What a page showed is acknowledged when it is written, and on the disk within a second or so; all else before.
#[test]
fn what_was_only_shown_is_on_the_disk_soon() {
    let folder = folder();
    let journal = Journal::open(Options { fsync: Fsync::Posts, ..options(folder.path()) }).expect("a journal");
    append(&journal, 1);
    assert!(counts_the_last(folder.path()), "a post");
    let shown = Event { soon: true, ..event(1) };
    journal.append(&shown).expect("taken").wait().expect("written");
    well(copy(folder.path()).path(), &[What::LeftOpen]);
    let began = std::time::Instant::now();
    while !counts_the_last(folder.path()) {
        assert!(began.elapsed() < Duration::from_secs(20), "it never reaches the disk");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    // And together with whatever has to be there at once.
    journal.append(&shown).expect("taken");
    append(&journal, 1);
    assert!(counts_the_last(folder.path()), "both");
}

fn any_event() -> impl Strategy<Value = Event> {
    let kinds = prop::sample::select(vec![kind::VIEW, kind::EXCHANGE, kind::HOLD, kind::LOGIN]);
    let texts = prop::collection::vec(prop::option::of(any::<String>()), 4);
    (kinds, texts, prop::collection::vec((any::<String>(), any::<String>()), 0..3), any::<[bool; 2]>()).prop_map(
        |(kind, texts, detail, [body, soon])| {
            if body {
                return Event::body(
                    kind,
                    serde_json::json!({"text": texts, "mac": "\"mac\":\""}).to_string().replace('\u{7f}', ""),
                );
            }
            let [site, account, path, reason] = <[_; 4]>::try_from(texts).expect("four");
            Event { site, account, path, reason, detail, soon, ..Event::new(kind) }
        },
    )
}

/// One life of a process: what it records, how large its segments are, how it syncs, whether it is killed.
#[derive(Debug, Clone)]
struct Life {
    events: Vec<Event>,
    segment: u64,
    fsync: Fsync,
    seals: bool,
    killed: bool,
    torn: usize,
    prunes: bool,
}

fn any_life() -> impl Strategy<Value = Life> {
    let fsync = prop::sample::select(vec![
        Fsync::Every(Duration::ZERO),
        Fsync::Every(Duration::from_secs(9)),
        Fsync::Posts,
        Fsync::Never,
    ]);
    (
        prop::collection::vec(any_event(), 0..12),
        500_u64..5000,
        fsync,
        any::<bool>(),
        any::<bool>(),
        0_usize..30,
        any::<bool>(),
    )
        .prop_map(|(events, segment, fsync, seals, killed, torn, prunes)| Life {
            events,
            segment,
            fsync,
            seals,
            killed,
            torn,
            prunes,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn there_is_no_false_alarm(lives in prop::collection::vec(any_life(), 1..5)) {
        let mut here = folder();
        for life in lives {
            let mut options = options(here.path());
            options.segment_bytes = life.segment;
            options.fsync = life.fsync;
            options.seal_every = Duration::from_secs(if life.seals { 0 } else { 60 });
            let journal = Journal::open(options).expect("a journal");
            for event in &life.events {
                journal.append(event).expect("taken").wait().expect("written");
            }
            if life.prunes {
                journal.prune(i64::MAX).expect("pruned");
            }
            if life.killed {
                let left = copy(here.path());
                let log = files(left.path(), "log").pop().expect("a log");
                let mut bytes = fs::read(&log).expect("bytes");
                bytes.extend_from_slice(&b"{\"seq\":1234567890,\"time\":17957"[..life.torn]);
                fs::write(&log, bytes).expect("written");
                drop(journal);
                here = left;
            } else {
                drop(journal);
            }
            let checked = check(here.path());
            let expected = |what: &What| life.killed && matches!(what, What::LeftOpen | What::TornEnd { .. });
            prop_assert!(checked.remarks.iter().all(|remark| expected(&remark.what)), "{:#?}", checked);
        }
    }
}
