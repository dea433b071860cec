//! A process that is killed under load loses nothing that it was told is kept.

use crate::holds::hold;
use garim::store::{Address, HoldFilter, Store};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Holds the path of the store in the child.
const CHILD: &str = "GARIM_TEST_KILLED";

/// Not a test of its own: what the child does, which is this program again. Without the variable it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_child_that_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let store = Store::open(&Address::File(path.into())).await.expect("opened");
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    let id = format!("{}-{writer}-{number}", std::process::id());
                    assert!(store.add_hold(&hold(&id)).await.expect("added"));
                    // One write a line: what the parent reads whole was kept before.
                    std::io::stderr().write_all(format!("kept {id}\n").as_bytes()).expect("told");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("for ever");
    }
}

fn killed_after(path: &Path, lines: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "killed::the_child_that_is_killed", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let mut said = BufReader::new(child.stderr.take().expect("its words"));
    let mut kept = Vec::new();
    let mut line = String::new();
    while said.read_line(&mut line).expect("read") > 0 {
        if let Some(id) = line.strip_suffix('\n').and_then(|line| line.strip_prefix("kept ")) {
            kept.push(id.to_owned());
        }
        line.clear();
        if kept.len() == lines {
            // SIGKILL, while its writers are in the middle of the next ones.
            child.kill().expect("killed");
        }
    }
    child.wait().expect("gone");
    kept
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_hold_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("garim.db");
    Store::create(&path).await.expect("made");
    let mut kept = Vec::new();
    for lines in [1, 57, 140] {
        let place = path.clone();
        let some = tokio::task::spawn_blocking(move || killed_after(&place, lines)).await.expect("ran");
        assert!(some.len() >= lines, "{} of {lines}", some.len());
        kept.extend(some);
        let store = Store::open(&Address::File(path.clone())).await.expect("opened after the kill");
        for id in &kept {
            let read = store.hold(id).await.expect("read").unwrap_or_else(|| panic!("{id} is lost"));
            assert_eq!(read.post, hold(id));
        }
        let all = store.count_holds(&HoldFilter::default()).await.expect("counted");
        assert!(all as usize >= kept.len());
        store.close().await;
    }
}
