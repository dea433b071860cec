//! Files that are posted and sent: opened in worker processes before the verdict.

use crate::support::{Http, Origin, POLICY, Program, RESIDENT, RESIDENT_MASKED, accounted, answer, ok};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use std::io::Write;

const MULTIPART: &str = "multipart/form-data; boundary=B";

/// Packed, as no search of its bytes would find anything in it.
fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

fn list() -> Vec<u8> {
    packed(&format!("성명,주민등록번호\n홍길동,{RESIDENT}\n"))
}

/// A form with an attachment, which calls itself something else.
fn form(name: &str, content_type: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ntext\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; \
         filename=\"{name}\"\r\nContent-Type: {content_type}\r\n\r\n"
    );
    [head.as_bytes(), file, b"\r\n--B--\r\n"].concat()
}

fn post(path: &str, content_type: &str, body: Vec<u8>) -> Request<Vec<u8>> {
    Request::post(path).header("content-type", content_type).body(body).expect("a request")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_a_packed_attachment_is_refused_and_says_where() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    for (number, content_type) in ["application/gzip", "image/png", "text/html", "text/plain"].iter().enumerate() {
        for http in Http::BOTH {
            let path = format!("/list/{number}/{http:?}");
            let body = form("list.csv.gz", content_type, &list());
            let length = body.len();
            let answer = program.client().over(http, post(&path, MULTIPART, body)).await;
            assert_eq!(answer.status, 403, "{content_type}: {}", answer.text());
            let record = program.record(|record| record["path"] == path.as_str());
            accounted(&record, "upload", length);
            let found = record["upload"]["found"].as_array().expect("findings");
            let of =
                |kind: &str| found.iter().find(|found| found["kind"] == kind).unwrap_or_else(|| panic!("{record}"));
            let first = of("resident-registration-number")["first"].as_str().expect("a place");
            assert!(first.starts_with("attachment 'list.csv.gz' › ") && first.ends_with(", line 2"), "{first}");
        }
    }
    assert!(origin.seen().is_empty(), "nothing reached the site");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_nothing_passes_byte_for_byte() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let long: String = (0..200_000).map(|number| format!("{number} 가\n")).collect();
    for (number, file) in [packed("아무 번호도 없음"), packed(&long)].into_iter().enumerate() {
        let path = format!("/clean/{number}");
        let body = form("a.gz", "application/octet-stream", &file);
        let answer = program.client().over(Http::One, post(&path, MULTIPART, body.clone())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(origin.seen().pop().expect("a request").body == body);
        let record = program.record(|record| record["path"] == path.as_str());
        assert_eq!(record["upload"]["inspected"], body.len(), "{record}");
    }
    // A body that is a file, and says nothing of itself.
    let answer = program.client().over(Http::One, post("/raw", "application/octet-stream", list())).await;
    assert_eq!(answer.status, 403, "{}", answer.text());
}

/// A text is opened for a list that is written in it as base64; what stands in the text itself is counted once, and masked where
/// it stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_opened_for_what_is_written_in_it_is_read_once() {
    let origin = Origin::always(ok()).await;
    let policy = "[policy.board]\nmode = \"enforce\"\ndefault = \"log\"\n[[policy.board.rule]]\nname = \"number\"\n\
        find = [\"resident-registration-number\"]\naction = \"mask\"\n";
    let program = Program::before(origin.port).policy(policy).start();
    let with = |inside: &str| {
        let coded = STANDARD.encode(format!("성명,비고\n홍길동,{inside}\n그 밖의 사람,없음\n"));
        format!("번호 {RESIDENT}\n이름,파일\n홍길동,{coded},1\n")
    };
    let body = form("list.csv", "text/csv", with("없음").as_bytes());
    let answer = program.client().over(Http::One, post("/masked", MULTIPART, body.clone())).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let sent = String::from_utf8(origin.seen().pop().expect("a request").body).expect("text");
    assert_eq!(sent, String::from_utf8(body).expect("text").replace(RESIDENT, RESIDENT_MASKED));
    let record = program.record(|record| record["path"] == "/masked");
    assert_eq!(record["upload"]["found"][0]["count"], 1, "{record}");
    // Where it would have to be masked within base64, it is refused.
    let body = form("list.csv", "text/csv", with(RESIDENT).as_bytes());
    let answer = program.client().over(Http::One, post("/inside", MULTIPART, body)).await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    let record = program.record(|record| record["path"] == "/inside");
    assert_eq!(record["upload"]["found"][0]["count"], 2, "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_is_not_posted() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let cut = list();
    let cut = cut.get(..cut.len() / 2).expect("half of it").to_vec();
    for (name, file, kind) in [
        ("cut.gz", cut, "uninspectable:damaged"),
        ("a.bin", b"\x7FELF\0\0\x01\x02 nobody knows \0".to_vec(), "uninspectable:unknown-format"),
    ] {
        let path = format!("/{name}");
        let body = form(name, "application/octet-stream", &file);
        let answer = program.client().over(Http::One, post(&path, MULTIPART, body)).await;
        assert_eq!(answer.status, 403, "{name}: {}", answer.text());
        let record = program.record(|record| record["path"] == path.as_str());
        let found = record["upload"]["found"].as_array().expect("findings");
        assert!(found.iter().any(|found| found["kind"] == kind), "{record}");
    }
    assert!(origin.seen().is_empty(), "nothing reached the site");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_is_opened_before_its_first_byte_leaves() {
    for (content_type, file, status) in [
        ("application/gzip", list(), 403),
        ("application/octet-stream", list(), 403),
        ("application/vnd.ms-excel", list(), 403),
        ("application/gzip", packed("아무 번호도 없음"), 200),
    ] {
        let sent = answer(content_type, "", &file);
        let origin = Origin::always(sent).await;
        let program = Program::before(origin.port).policy(POLICY).start();
        for http in Http::BOTH {
            let path = format!("/file/{http:?}");
            let request = Request::get(&path).body(Vec::new()).expect("a request");
            let answer = program.client().over(http, request).await;
            assert_eq!(answer.status, status, "{content_type}: {}", answer.text());
            if status == 200 {
                assert!(answer.body == file, "not as it came");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_workers_what_is_no_text_is_binary() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(POLICY).top("[documents]\nworkers = 0").start();
    let body = form("list.csv.gz", "application/gzip", &list());
    let answer = program.client().over(Http::One, post("/list", MULTIPART, body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let record = program.record(|record| record["path"] == "/list");
    assert_eq!(record["upload"]["found"][0]["kind"], "uninspectable:binary", "{record}");
}
