//! Files that are posted or downloaded: opened in processes of their own, before the verdict.

use crate::support::{
    Http, Origin, POLICY, Piece, Program, RESIDENT, Seen, accounted, answer, coded, garim_with, ok, until,
};
use garim::inspect::coding::Coding;
use http::Request;
use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;

pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=B";

/// The checksum of a ZIP's entry.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

/// A ZIP with one entry that is not packed.
pub(crate) fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).expect("a small file");
    let common = [
        &[20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x58][..],
        &crc(content).to_le_bytes(),
        &size.to_le_bytes(),
        &size.to_le_bytes(),
        &u16::try_from(name.len()).expect("a short name").to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    let local = [b"PK\x03\x04".as_slice(), &common, name.as_bytes(), content].concat();
    let central = [b"PK\x01\x02\x14\0".as_slice(), &common, &[0; 14], name.as_bytes()].concat();
    let (at, length) = (local.len() as u32, central.len() as u32);
    let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &length.to_le_bytes(), &at.to_le_bytes(), &[0, 0]].concat();
    [local, central, end].concat()
}

fn list(number: &str) -> Vec<u8> {
    format!("이름,주민등록번호\n김가람,{number}\n").into_bytes()
}

/// A form with a field and one file, of which the client says that it is `media_type`.
pub(crate) fn form(name: &str, media_type: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nlist\r\n--B\r\nContent-Disposition: form-data; \
         name=\"f\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n--B--\r\n"].concat()
}

fn post(path: &str, content_type: &str, body: Vec<u8>) -> Request<Vec<u8>> {
    Request::post(path).header("content-type", content_type).body(body).expect("a request")
}

/// The processes that a program has started and that are not gone.
fn workers(program: u32) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").expect("proc").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |pid: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        matches!(fields[..], [state, parent, ..] if state != "Z" && parent == program.to_string())
    };
    pids.filter(is_child).collect()
}

fn signal(pids: &[i32], signal: Signal) {
    pids.iter().for_each(|pid| kill_process(Pid::from_raw(*pid).expect("a pid"), signal).expect("a signal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_a_file_in_a_posted_file_is_refused_and_its_place_told() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let held = program.says("files are opened in processes of their own");
    assert_eq!((&held["system_calls"], &held["no_new_privileges"]), (&true.into(), &true.into()), "{held}");
    let inner = zip("명단.csv", &list(RESIDENT));
    for (number, media_type) in ["application/zip", "text/plain", "image/png"].into_iter().enumerate() {
        for http in Http::BOTH {
            let path = format!("/{http:?}/{number}");
            let body = form("a.zip", media_type, &zip("안.zip", &inner));
            let length = body.len();
            let refused = program.client().over(http, post(&path, MULTIPART, body)).await;
            assert_eq!(refused.status, 403, "{media_type}: {}", refused.text());
            assert!(refused.text().contains("명단.csv") && !refused.text().contains(RESIDENT), "{}", refused.text());
            let record = program.record(|record| record["path"] == path.as_str());
            accounted(&record, "upload", length);
            let found = &record["upload"]["found"][0];
            assert_eq!(found["kind"], "resident-registration-number", "{record}");
            let place = found["first"].as_str().expect("a place");
            assert!(place.starts_with("attachment 'a.zip' › 안.zip › 명단.csv"), "{place}");
        }
    }
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_findings_passes_byte_for_byte_and_is_accounted_for() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top("[limits]\nmemory_per_body = \"8 KiB\"").start();
    // Longer than what is kept in memory: it goes to the worker out of the spool.
    let long = zip("글.txt", &"가나다라 마바사.\n".repeat(4_000).into_bytes());
    let file = form("a.zip", "application/zip", &long);
    for (path, content_type, body) in [
        ("/form", MULTIPART, file.clone()),
        ("/raw", "application/octet-stream", long.clone()),
        ("/untyped", "application/x-unheard-of", zip("a.txt", b"text")),
    ] {
        let passed = program.client().send(post(path, content_type, body.clone())).await;
        assert_eq!(passed.status, 200, "{path}: {}", passed.text());
        let seen = origin.seen().pop().expect("a request");
        assert!(seen.body == body, "{path}");
        let record = program.record(|record| record["path"] == path);
        accounted(&record, "upload", body.len());
        assert_eq!(record["upload"]["inspected"], body.len(), "{record}");
    }
    for pool in ["spool", "memory"] {
        until("nothing is held any more", async || program.budget(pool).await == 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_in_packed_bodies_are_opened_too() {
    let origin = Origin::new(|_: &Seen| {
        let packed = coded(Coding::Gzip, &zip("명단.csv", &list(RESIDENT)));
        vec![Piece::Send(answer("application/octet-stream", "Content-Encoding: gzip\r\n", packed))]
    })
    .await;
    let program = Program::before(origin.port).start();
    let body = coded(Coding::Gzip, &form("a.zip", "application/zip", &zip("명단.csv", &list(RESIDENT))));
    let mut request = post("/packed", MULTIPART, body);
    request.headers_mut().insert("content-encoding", "gzip".parse().expect("a value"));
    let refused = program.client().send(request).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(refused.text().contains("명단.csv") && origin.seen().is_empty(), "{}", refused.text());
    let refused = program.client().get("/sent").await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    let record = program.record(|record| record["path"] == "/sent");
    assert_eq!(record["download"]["found"][0]["kind"], "resident-registration-number", "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_is_opened_whatever_it_is_called_and_once() {
    let origin = Origin::new(|seen: &Seen| {
        let number = if seen.target().starts_with("/clean") { "없음" } else { RESIDENT };
        let media_type = match seen.target().rsplit('/').next() {
            Some("octets") => "application/octet-stream",
            Some("excel") => "application/vnd.ms-excel",
            _ => "application/zip",
        };
        let name = "Content-Disposition: attachment; filename=\"a.zip\"\r\nETag: \"1\"\r\n";
        vec![Piece::Send(answer(media_type, name, zip("명단.csv", &list(number))))]
    })
    .await;
    let program = Program::before(origin.port).top("[documents]\nhard_timeout = \"15s\"").start();
    for path in ["/list/octets", "/list/excel", "/list/zip"] {
        let refused = program.client().get(path).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.text());
        let record = program.record(|record| record["path"] == path);
        assert_eq!(record["outcome"], "answer-refused");
        let place = record["download"]["found"][0]["first"].as_str().expect("a place");
        assert!(place.starts_with("the body › 명단.csv"), "{place}");
    }
    let clean = zip("명단.csv", &list("없음"));
    let whole = program.client().get("/clean/octets").await;
    assert!(whole.status == 200 && whole.body == clean);
    // A range of it comes as the whole: what stands across its edge would not be seen.
    let range = Request::get("/clean/octets").header("range", "bytes=0-9").body(Vec::new()).expect("a request");
    let whole = program.client().send(range).await;
    assert!(whole.body == clean, "{}", whole.status);
    // Nobody who could open a file does any more; what was opened before is known.
    signal(&workers(program.pid()), Signal::STOP);
    let known = tokio::time::timeout(Duration::from_secs(10), async {
        assert_eq!(program.client().get("/list/octets").await.status, 403);
        assert!(program.client().get("/clean/octets").await.body == clean);
    });
    known.await.expect("it is known");
    signal(&workers(program.pid()), Signal::CONT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_costs_one_file_and_nobody_else_notices() {
    let origin = Origin::always(ok()).await;
    let policy = format!(
        "{POLICY}\n[[policy.board.rule]]\nfind = [\"uninspectable:out-of-time\", \"uninspectable:worker-died\"]\n\
         action = \"block\"\n"
    );
    let documents = "[documents]\nworkers = 1\nsoft_timeout = \"1s\"\nhard_timeout = \"2s\"";
    let program = Program::before(origin.port).top(documents).policy(&policy).start();
    let pid = program.pid();
    let clean = form("a.zip", "application/zip", &zip("a.txt", b"text"));
    let first = workers(pid);
    assert_eq!(first.len(), 1, "one is started before the first file");
    signal(&first, Signal::STOP);
    let (late, page) = (program.client(), program.client());
    let late = late.post("/late", MULTIPART, clean.clone());
    let page = page.post("/page", "text/plain", "text");
    let (late, page) = tokio::join!(late, page);
    assert_eq!((late.status.as_u16(), page.status.as_u16()), (403, 200), "{}", late.text());
    let record = program.record(|record| record["path"] == "/late");
    assert_eq!(record["upload"]["found"][0]["kind"], "uninspectable:out-of-time", "{record}");
    assert_eq!(program.client().post("/next", MULTIPART, clean.clone()).await.status, 200);
    let second = workers(pid);
    assert!(second.len() == 1 && second != first, "{first:?} {second:?}");
    // One that dies while nobody needs it is replaced unseen.
    signal(&second, Signal::KILL);
    assert_eq!(program.client().post("/after", MULTIPART, clean.clone()).await.status, 200);
    // A reload brings new ones, and the old ones go.
    let third = workers(pid);
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    assert_eq!(program.client().post("/reloaded", MULTIPART, clean).await.status, 200);
    until("the old worker is gone", async || workers(pid).iter().all(|pid| !third.contains(pid))).await;
    let last = workers(pid);
    drop(program);
    until("none is left behind", async || {
        last.iter().all(|pid| !std::path::Path::new(&format!("/proc/{pid}")).exists())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_of_a_file_and_one_that_is_too_large_are_refused() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top("[documents]\nfile_bytes = \"64 KiB\"").start();
    let large = form("a.zip", "application/zip", &zip("a.txt", &[b'a'; 70_000]));
    let mut piece = post("/piece", "application/octet-stream", b"text".to_vec());
    piece.headers_mut().insert("content-range", "bytes 0-3/10".parse().expect("a value"));
    let chunks = "--B\r\nContent-Disposition: form-data; name=\"chunks\"\r\n\r\n3\r\n";
    let chunked = [chunks.as_bytes(), &form("a.txt", "text/plain", b"text")].concat();
    for (path, request, reason) in [
        ("/large", post("/large", MULTIPART, large), "too-large"),
        ("/piece", piece, "fragment"),
        ("/chunked", post("/chunked", MULTIPART, chunked), "fragment"),
        ("/asked", post("/asked?chunk=0&chunks=2", "application/octet-stream", b"text".to_vec()), "fragment"),
    ] {
        let refused = program.client().send(request).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.text());
        let record = program.record(|record| record["path"] == path);
        assert_eq!(record["upload"]["found"][0]["kind"], format!("uninspectable:{reason}"), "{record}");
    }
    assert!(origin.seen().is_empty());
}
