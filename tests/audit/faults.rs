//! Each way to alter a journal: it is found, and named.

use crate::tools::*;
use garim::audit::{Check, Checked, Fsync, Journal, JournalError, Verdict, What, verify};
use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

/// A journal of one start that ended in order: start, four views, stop.
fn stopped() -> TempDir {
    let folder = folder();
    append(&open(folder.path()), 4);
    well(folder.path(), &[]);
    folder
}

/// One whose process was killed, with one seal in between.
fn killed() -> TempDir {
    let folder = folder();
    let mut options = options(folder.path());
    options.fsync = Fsync::Each;
    options.seal_every = std::time::Duration::ZERO;
    let journal = Journal::open(options).expect("a journal");
    append(&journal, 4);
    // The seal of the last record comes behind it.
    std::thread::park_timeout(std::time::Duration::from_millis(100));
    let copy = copy(folder.path());
    well(copy.path(), &[What::LeftOpen]);
    copy
}

/// Two starts; the first was killed.
fn followed() -> TempDir {
    let folder = killed();
    append(&open(folder.path()), 2);
    well(folder.path(), &[]);
    folder
}

fn first(checked: &Checked) -> &What {
    &checked.remarks.first().expect("a remark").what
}

#[test]
fn any_byte_flipped_is_found() {
    for folder in [stopped(), killed(), followed()] {
        for path in files(folder.path(), "log").into_iter().chain(files(folder.path(), "seals")) {
            let good = fs::read(&path).expect("bytes");
            for at in 0..good.len() {
                let mut bad = good.clone();
                bad[at] ^= 1 << (at % 8);
                fs::write(&path, &bad).expect("written");
                broken(folder.path(), &format!("{} byte {at}", path.display()));
            }
            fs::write(&path, &good).expect("written");
        }
        assert_eq!(check(folder.path()).verdict(), Verdict::Intact);
    }
}

#[test]
fn any_byte_of_a_state_is_told() {
    for folder in [stopped(), killed(), followed()] {
        for path in files(folder.path(), "key") {
            let good = fs::read(&path).expect("bytes");
            for at in (0..good.len()).filter(|at| good[*at] != b' ') {
                let mut bad = good.clone();
                bad[at] ^= 1;
                fs::write(&path, &bad).expect("written");
                // One of two slots: a power cut may do that, and the other one holds.
                assert!(!check(folder.path()).remarks.is_empty(), "{} byte {at}", path.display());
            }
            fs::write(&path, &good).expect("written");
        }
    }
}

#[test]
fn an_end_that_was_cut_off_is_found_at_any_length() {
    for folder in [stopped(), killed(), followed()] {
        for path in files(folder.path(), "log").into_iter().chain(files(folder.path(), "seals")) {
            let good = fs::read(&path).expect("bytes");
            for length in 0..good.len() {
                fs::write(&path, &good[..length]).expect("written");
                broken(folder.path(), &format!("{} cut to {length}", path.display()));
            }
            fs::write(&path, &good).expect("written");
        }
    }
}

#[test]
fn a_record_dropped_doubled_or_swapped_is_found_and_named() {
    for folder in [stopped(), killed(), followed()] {
        for path in files(folder.path(), "log") {
            let good = lines(&path);
            for at in 0..good.len() {
                let number = u64::try_from(at).expect("small");
                let mut dropped = good.clone();
                dropped.remove(at);
                write(&path, &dropped);
                let checked = broken(folder.path(), &format!("dropped {at}"));
                if at + 1 < good.len() {
                    let gap = What::Dropped { from: number, to: number };
                    assert!(
                        checked.remarks.iter().any(|remark| remark.what == gap && remark.record == Some(number)),
                        "{checked:#?}"
                    );
                }
                let mut doubled = good.clone();
                doubled.insert(at, good[at].clone());
                write(&path, &doubled);
                let checked = broken(folder.path(), &format!("doubled {at}"));
                assert_eq!(*first(&checked), What::Again { expected: number + 1 });
                for other in at + 1..good.len() {
                    let mut swapped = good.clone();
                    swapped.swap(at, other);
                    write(&path, &swapped);
                    broken(folder.path(), &format!("swapped {at} {other}"));
                }
            }
            write(&path, &good);
        }
    }
}

#[test]
fn a_chain_made_anew_with_the_current_key_is_found() {
    let folder = killed();
    let (path, key_path) = (only(folder.path(), "log"), only(folder.path(), "key"));
    let start = start_of(&path);
    let stolen = state(&key_path);
    let records = stolen["records"].as_u64().expect("a number");
    let key = key_of(&start, records);
    assert_eq!(stolen["key"], serde_json::json!(base64_of(&key)), "this is what a thief gets");
    let good = lines(&path);
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] = bad[at].replacen("\"up\":", "\"up\":1", 1);
        rechain(&mut bad, at, key.clone());
        write(&path, &bad);
        let mut forged = stolen.clone();
        forged["hash"] = base64_of(&sha256(bad.last().expect("a line"))).into();
        put_state(&key_path, &forged);
        let checked = broken(folder.path(), &format!("rechained from {at}"));
        let remark = checked.remarks.first().expect("a remark");
        assert!(matches!(remark.what, What::Mac), "{checked:#?}");
        assert_eq!(remark.record, u64::try_from(at).ok());
    }
    // With the right keys, which nobody has but who has the root, the seals still tell.
    let mut bad = good.clone();
    bad[1] = bad[1].replacen("kim", "lee", 1);
    rechain(&mut bad, 1, key_of(&start, 1));
    write(&path, &bad);
    let mut forged = stolen.clone();
    forged["hash"] = base64_of(&sha256(bad.last().expect("a line"))).into();
    put_state(&key_path, &forged);
    assert!(matches!(first(&broken(folder.path(), "root")), What::Sealed { .. }));
    // What he makes from the stolen position on cannot be told from what garim makes; the docs say so.
    let mut more = good.clone();
    let next =
        good.last().expect("a line").replacen(&format!("\"seq\":{}", records - 1), &format!("\"seq\":{records}"), 1);
    more.push(next);
    let at = more.len() - 1;
    rechain(&mut more, at, key);
    write(&path, &more);
    put_state(&key_path, &stolen);
    assert_eq!(check(folder.path()).verdict(), Verdict::Intact);
}

#[test]
fn an_older_position_cannot_be_claimed_without_its_key() {
    let folder = killed();
    let (path, key_path) = (only(folder.path(), "log"), only(folder.path(), "key"));
    fs::remove_file(only(folder.path(), "seals")).expect("removed");
    let good = lines(&path);
    for left in 1..good.len() {
        write(&path, &good[..left]);
        let mut forged = state(&key_path);
        forged["records"] = left.into();
        forged["hash"] = base64_of(&sha256(&good[left - 1])).into();
        forged["seals"] = 0.into();
        forged["seal"] = base64_of(&[0; 32]).into();
        for stage in ["open", "closed", "followed"] {
            forged["stage"] = stage.into();
            put_state(&key_path, &forged);
            broken(folder.path(), &format!("cut to {left} as {stage}"));
        }
        put_state(&key_path, &state(&key_path));
        fs::remove_file(&key_path).expect("removed");
        let checked = broken(folder.path(), "without a state");
        assert_eq!(*first(&checked), What::EndUnknown);
        put_state(&key_path, &forged);
    }
}

#[test]
fn a_start_or_a_segment_taken_away_is_found() {
    let folder = folder();
    for _ in 0..3 {
        let mut options = options(folder.path());
        options.segment_bytes = 1500;
        append(&Journal::open(options).expect("a journal"), 6);
    }
    well(folder.path(), &[]);
    let logs = files(folder.path(), "log");
    assert!(logs.len() >= 6, "{logs:?}");
    for gone in &logs {
        let copy = copy(folder.path());
        fs::remove_file(copy.path().join(gone.file_name().expect("a name"))).expect("removed");
        broken(copy.path(), &format!("{} is gone", gone.display()));
    }
    for key in files(folder.path(), "key") {
        let start = start_of(&key);
        let copy = copy(folder.path());
        for path in [files(copy.path(), "log"), files(copy.path(), "key"), files(copy.path(), "seals")].concat() {
            if start_of(&path) == start {
                fs::remove_file(path).expect("removed");
            }
        }
        broken(copy.path(), &format!("{start} is gone"));
    }
    // Two logs under each other's names.
    let copy = copy(folder.path());
    let name = |at: usize| copy.path().join(logs[at].file_name().expect("a name"));
    fs::rename(name(0), copy.path().join("x")).expect("renamed");
    fs::rename(name(1), name(0)).expect("renamed");
    fs::rename(copy.path().join("x"), name(1)).expect("renamed");
    broken(copy.path(), "swapped segments");
}

#[test]
fn two_writers_are_refused_and_found() {
    let folder = folder();
    let journal = open(folder.path());
    append(&journal, 2);
    assert!(matches!(Journal::open(options(folder.path())), Err(JournalError::Locked { .. })));
    // On a file system without locks, a second one begins, and the first goes on.
    let copy = copy(folder.path());
    append(&open(copy.path()), 2);
    well(copy.path(), &[]);
    append(&journal, 2);
    drop(journal);
    let log = only(folder.path(), "log");
    fs::copy(&log, copy.path().join(log.file_name().expect("a name"))).expect("copied");
    let checked = broken(copy.path(), "two writers");
    assert!(matches!(first(&checked), What::Appended { .. }), "{checked:#?}");
    assert!(checked.remarks.iter().any(|remark| matches!(remark.what, What::TwoWriters { .. })), "{checked:#?}");
}

static CLOCK: AtomicI64 = AtomicI64::new(1_795_700_000_000);

#[test]
fn a_clock_that_is_set_is_told_and_is_no_fault() {
    let folder = folder();
    let mut options = options(folder.path());
    options.clock = || CLOCK.load(Ordering::SeqCst);
    let journal = Journal::open(options).expect("a journal");
    append(&journal, 1);
    CLOCK.fetch_sub(3_600_000, Ordering::SeqCst);
    append(&journal, 1);
    CLOCK.fetch_add(7_200_000, Ordering::SeqCst);
    append(&journal, 1);
    drop(journal);
    let checked = check(folder.path());
    assert_eq!(checked.verdict(), Verdict::Intact, "{checked:#?}");
    let by: Vec<_> = checked.remarks.iter().map(|remark| (remark.record, &remark.what)).collect();
    assert!(
        matches!(by.as_slice(), [(Some(2), What::ClockBack { .. }), (Some(4), What::ClockAhead { .. })]),
        "{checked:#?}"
    );
    // Also while nothing was written.
    CLOCK.fetch_sub(86_400_000, Ordering::SeqCst);
    let mut later = crate::tools::options(folder.path());
    later.clock = || CLOCK.load(Ordering::SeqCst);
    append(&Journal::open(later).expect("a journal"), 1);
    let checked = check(folder.path());
    assert_eq!(checked.verdict(), Verdict::Intact, "{checked:#?}");
    assert!(checked.remarks.iter().any(|remark| remark.what == What::ClockBack { by: 86_400_000 }), "{checked:#?}");
    let kinds = files(folder.path(), "log").iter().flat_map(|path| lines(path)).collect::<Vec<_>>();
    let kinds = kinds.iter().filter(|line| line.contains("\"kind\":\"clock\"")).count();
    assert_eq!(kinds, 3);
}

#[test]
fn who_has_every_key_is_found_by_the_second_place_alone() {
    let folder = folder();
    let away = crate::tools::folder();
    let second = away.path().join("seals");
    let mut first_options = options(folder.path());
    first_options.seal_to = Some(second.clone());
    append(&Journal::open(first_options).expect("a journal"), 3);
    let checked = check_with(folder.path(), Some(&second));
    assert_eq!((checked.verdict(), checked.remarks.len()), (Verdict::Intact, 0), "{checked:#?}");
    assert_eq!((checked.seals, checked.second_seals), (1, 1));
    // The thief writes a whole journal of his own, with the same keys.
    let forged = crate::tools::folder();
    fs::copy(folder.path().join("signing.key"), forged.path().join("signing.key")).expect("copied");
    append(&open(forged.path()), 3);
    assert_eq!(check(forged.path()).verdict(), Verdict::Intact);
    let checked = check_with(forged.path(), Some(&second));
    assert_eq!(checked.verdict(), Verdict::Broken, "{checked:#?}");
    // A second place that was altered, or is behind.
    let good = fs::read(&second).expect("bytes");
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&second, bad).expect("written");
        let last = at + 1 == good.len();
        let checked = check_with(folder.path(), Some(&second));
        assert!(checked.verdict() == Verdict::Broken || last && !checked.remarks.is_empty(), "{at} {checked:#?}");
    }
    fs::write(&second, "").expect("written");
    let checked = check_with(folder.path(), Some(&second));
    assert_eq!((checked.verdict(), first(&checked)), (Verdict::CannotTell, &What::NotCarried { seals: 1 }));
    // Somebody who empties or shortens it takes away what it vouches for; the newest alone may be on its way.
    for _ in 0..2 {
        let mut more = options(folder.path());
        more.seal_to = Some(second.clone());
        append(&Journal::open(more).expect("a journal"), 1);
    }
    let whole = lines(&second);
    assert_eq!(check_with(folder.path(), Some(&second)).verdict(), Verdict::Intact, "it is carried again");
    for (kept, verdict) in
        [(0, Verdict::CannotTell), (1, Verdict::CannotTell), (2, Verdict::Intact), (3, Verdict::Intact)]
    {
        write(&second, &whole[..kept]);
        let checked = check_with(folder.path(), Some(&second));
        assert_eq!(checked.verdict(), verdict, "{kept} of {} {checked:#?}", whole.len());
        let is_note = |remark: &garim::audit::Remark| remark.what == What::OnItsWay;
        assert_eq!(checked.remarks.iter().any(is_note), kept == 2, "{checked:#?}");
    }
}

#[test]
fn what_cannot_be_told_is_no_good_end() {
    let folder = stopped();
    let with = |roots: &[Vec<u8>], keys: &[String]| {
        verify(Check { folder: folder.path(), roots, seals: None, public_keys: keys })
    };
    assert_eq!(*first(&with(&[], &[])), What::NoRoot);
    assert_eq!(with(&[], &[]).verdict(), Verdict::CannotTell);
    assert_eq!(*first(&with(&[b"another".to_vec()], &[])), What::OtherRoot);
    let roots = [b"another".to_vec(), ROOT.to_vec()];
    let checked = with(&roots, &[]);
    assert_eq!(checked.verdict(), Verdict::Intact);
    assert_eq!(with(&roots, &checked.public_keys).verdict(), Verdict::Intact);
    let checked = with(&roots, &[base64_of(&[7; 32])]);
    assert!(matches!(first(&checked), What::SealKey { .. }), "{checked:#?}");
    let none = crate::tools::folder();
    assert_eq!(*first(&check(none.path())), What::Nothing);
    // Whatever else lies there: a journal of which nothing is left is not intact.
    fs::write(none.path().join("note.txt"), "x").expect("written");
    assert!(check(none.path()).remarks.iter().any(|remark| remark.what == What::Nothing));
    assert_eq!(check(none.path()).verdict(), Verdict::CannotTell);
    assert_eq!(check(&none.path().join("nowhere")).verdict(), Verdict::CannotTell);
    // Without the root, the chain is checked all the same.
    let path = only(folder.path(), "log");
    let mut bad = lines(&path);
    bad[2] = bad[2].replacen("kim", "lee", 1);
    write(&path, &bad);
    assert_eq!(with(&[], &[]).verdict(), Verdict::Broken);
}

fn sha256(text: impl AsRef<[u8]>) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).to_vec()
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn other_files_are_told() {
    let folder = stopped();
    fs::write(folder.path().join("note.txt"), "x").expect("written");
    well(folder.path(), &[What::Other { name: "note.txt".into() }]);
}
