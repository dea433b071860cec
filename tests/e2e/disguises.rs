//! Files under a type that they are not, programs within archives, and values that a page has encrypted.

use crate::make::image::{chunk, png};
use crate::make::office::{deflated, docx};
use crate::make::packed::{gz, sevenz};
use crate::support::{FORM, Http, Origin, Piece, Program, RESIDENT, Seen, answer, coded, ok, plain_text};
use garim::inspect::coding::Coding;
use http::Request;

const MULTIPART: &str = "multipart/form-data; boundary=B";

fn policy(rule: &str) -> String {
    format!(
        "[policy.board]\nmode = \"enforce\"\ndefault = \"log\"\n[[policy.board.rule]]\nname = \"own\"\n{rule}\naction = \"block\"\n"
    )
}

fn list() -> Vec<u8> {
    format!("성명,주민등록번호\n홍길동,{RESIDENT}\n").into_bytes()
}

fn picture() -> Vec<u8> {
    let pixels: Vec<u8> = (0..60_000_u32).map(|number| (number.wrapping_mul(number) >> 3) as u8).collect();
    png(&[chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", &pixels), chunk(b"IEND", b"")])
}

fn form(name: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), file, b"\r\n--B--\r\n"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_a_site_calls_a_picture_or_a_page_is_opened() {
    let text = docx(&format!("<w:p><w:r><w:t>{RESIDENT}</w:t></w:r></w:p>"), "http://a.example/", &[]);
    let zip = deflated(&[("명단.csv", &list())]);
    let files = [
        ("image/png", "", zip.clone(), "the body › 명단.csv, line 2"),
        ("image/jpeg", "", text.clone(), "the body › paragraph 1"),
        ("video/mp4", "", gz(&list()), "the body › a file without a name, line 2"),
        ("font/woff2", "", zip.clone(), "the body › 명단.csv, line 2"),
        ("image/gif", "", list(), "the body, line 2"),
        ("image/png", "Content-Encoding: gzip\r\n", coded(Coding::Gzip, &zip), "the body › 명단.csv, line 2"),
        ("text/html", "", text.clone(), "the body › paragraph 1"),
        ("text/plain; charset=utf-8", "", zip.clone(), "the body › 명단.csv, line 2"),
        ("application/json", "", text, "the body › paragraph 1"),
    ];
    let served = files.clone();
    let origin = Origin::new(move |seen: &Seen| {
        let number = seen.target().trim_matches('/').parse::<usize>().expect("a number");
        let (kind, fields, file, _) = served.get(number).expect("a file");
        vec![Piece::Send(answer(kind, fields, file))]
    })
    .await;
    let rule = policy("on = \"download\"\nfind = [\"resident-registration-number\"]");
    let program = Program::before(origin.port).policy(&rule).start();
    for (number, (kind, _, _, place)) in files.iter().enumerate() {
        for http in Http::BOTH {
            let path = format!("/{number}/");
            let request = Request::get(&path).body(Vec::new()).expect("a request");
            let shown = program.client().over(http, request).await;
            assert_eq!(shown.status, 403, "{kind}");
            let record = program.record(|record| record["path"] == path.as_str());
            let found = record["download"]["found"].as_array().expect("findings");
            let number = found.iter().find(|found| found["kind"] == "resident-registration-number");
            assert_eq!(number.expect("a number")["first"], *place, "{kind}: {record}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_pass_as_they_come_and_while_they_come() {
    let whole = picture();
    let length = whole.len().to_string();
    let (first, rest) = whole.split_at(30_000);
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n", whole.len());
    // Less than is looked at comes first.
    let few = [head.as_bytes(), first.get(..100).expect("some")].concat();
    let (more, rest) = (first.get(100..).expect("more").to_vec(), rest.to_vec());
    let origin = Origin::new(move |seen: &Seen| match seen.target() {
        "/empty.png" => vec![Piece::Send(answer("image/png", "", ""))],
        _ => vec![
            Piece::Send(few.clone()),
            Piece::Pause(std::time::Duration::from_millis(50)),
            Piece::Send(more.clone()),
            Piece::Pause(std::time::Duration::from_millis(50)),
            Piece::Send(rest.clone()),
        ],
    })
    .await;
    let rule = policy("on = \"download\"\nfind = [\"*\", \"uninspectable:binary\", \"uninspectable:unknown-format\"]");
    let program = Program::before(origin.port).policy(&rule).start();
    for http in Http::BOTH {
        let request = Request::get("/photo.png").body(Vec::new()).expect("a request");
        let shown = program.client().over(http, request).await;
        assert!(shown.status == 200 && shown.whole && shown.body == whole, "{}", shown.status);
        assert_eq!((shown.field("content-length"), shown.field("content-type")), (length.as_str(), "image/png"));
    }
    let record = program.record(|record| record["path"] == "/photo.png");
    assert_eq!(record["download"]["found"][0]["kind"], "uninspectable:image", "{record}");
    let empty = program.client().get("/empty.png").await;
    assert!(empty.status == 200 && empty.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_within_an_archive_is_refused_and_named() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(&policy("on = \"upload\"\nfile_type = [\"executable\"]")).start();
    let mz = [&b"MZ\x90\0"[..], &[0; 200]].concat();
    for (number, (name, file, place)) in [
        ("a.zip", deflated(&[("readme.txt", b"x"), ("b.exe", b"no program at all")]), "attachment 'a.zip' › b.exe"),
        ("a.zip", deflated(&[("photo.jpg", &mz)]), "attachment 'a.zip' › photo.jpg"),
        ("a.7z", sevenz(&[("in.zip", &deflated(&[("b.scr", b"x")]))]), "attachment 'a.7z' › in.zip › b.scr"),
        ("b.exe.gz", gz(&mz), "attachment 'b.exe.gz' › b.exe"),
        (
            "a.docx",
            docx("", "http://a.example/", &[("word/embeddings/tool.exe", &mz)]),
            "attachment 'a.docx' › tool.exe",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/{number}");
        let shown = program.client().post(&path, MULTIPART, form(name, &file)).await;
        assert_eq!(shown.status, 403, "{name} {place}: {}", shown.text());
        let korean = place.replace("attachment '", "첨부 ‘").replacen("' ›", "’ ›", 1);
        assert!(plain_text(&shown.text()).contains(&korean), "{korean}: {}", shown.text());
        let record = program.record(|record| record["path"] == path.as_str());
        let found = record["upload"]["found"].as_array().expect("findings");
        let typed = found.iter().find(|found| found["kind"] == "file:executable").expect("a program");
        assert_eq!(typed["first"], place, "{record}");
    }
    // A body that is a file, whatever it is said to be.
    for (path, kind) in [("/raw", "application/octet-stream"), ("/raw-picture", "image/png"), ("/raw-untyped", "")] {
        let mut request = Request::put(path);
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        let shown = program.client().send(request.body(mz.clone()).expect("a request")).await;
        assert_eq!(shown.status, 403, "{path}");
        let record = program.record(|record| record["path"] == path);
        let found = record["upload"]["found"].as_array().expect("findings");
        assert!(
            found.iter().any(|found| found["kind"] == "file:executable" && found["first"] == "the body"),
            "{record}"
        );
    }
    assert!(origin.seen().is_empty());
    let clean = form("a.zip", &deflated(&[("readme.txt", b"exe"), ("b.exe.txt", b"MZ, no program")]));
    assert_eq!(program.client().post("/clean", MULTIPART, clean).await.status, 403, "MZ is the mark of a program");
    let clean = form("a.zip", &deflated(&[("readme.txt", b"exe"), ("b.exe.txt", b"no program")]));
    assert_eq!(program.client().post("/clean", MULTIPART, clean).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_and_pages_in_raw_bodies_have_a_type_and_json_has_none() {
    let origin = Origin::always(ok()).await;
    let rule = policy("on = \"upload\"\nfile_type = [\"script\", \"server-page\"]");
    let program = Program::before(origin.port).policy(&rule).start();
    let long = format!("#!/bin/sh\n{}", "echo 1\n".repeat(1000));
    for (kind, body, status) in [
        ("application/octet-stream", "<?php system($_GET['c']);", 403),
        ("application/x-sh", long.as_str(), 403),
        ("application/json", "{\"text\": \"how to write <?php echo 1 ?>\"}", 200),
        ("application/octet-stream", "{\"text\": \"how to write <?php echo 1 ?>\"}", 200),
        (FORM, "text=%3C?php+echo", 200),
    ] {
        let request = Request::put("/raw").header("content-type", kind).body(body.to_owned()).expect("a request");
        assert_eq!(program.client().send(request).await.status, status, "{kind} {body:.40}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_a_page_has_encrypted_is_said_to_be_so() {
    let origin = Origin::always(ok()).await;
    let rule = policy("on = \"upload\"\nfind = [\"uninspectable:encrypted-field\"]");
    let program = Program::before(origin.port).policy(&rule).start();
    // CryptoJS writes so what it encrypts under a password.
    let salted = "U2FsdGVkX1%2B0MTIzNDU2N8nS5yQ0uYpZkVbJ0f3Z1m5o4dE7w2k9x8c1v6b3n5a0";
    let keys = "$5f,0,a3,11,9c,4,d2,7e,81,c0,33,f,b6,2a,e9,58";
    let part = |name: &str, value: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n--B--\r\n").into_bytes()
    };
    for (path, kind, body, field) in [
        ("/form", FORM, format!("title=a&content={salted}&x=1").into_bytes(), "content"),
        ("/multipart", MULTIPART, part("transkey_jumin2", keys), "transkey_jumin2"),
    ] {
        let shown = program.client().post(path, kind, body).await;
        assert_eq!(shown.status, 403, "{path}: {}", shown.text());
        let shown = plain_text(&shown.text());
        assert!(
            shown.contains("보내기 전에 화면이 암호화하여") && shown.contains(&format!("입력란 ‘{field}’")),
            "{shown}"
        );
        let record = program.record(|record| record["path"] == path);
        let found = &record["upload"]["found"][0];
        assert_eq!(found["kind"], "uninspectable:encrypted-field", "{record}");
        assert_eq!(found["first"], format!("field '{field}'"));
    }
    // In JSON, whose slashes and signs are escaped; and in a query.
    let plain = salted.replace("%2B", "\\u002b");
    let body = format!("{{\"title\": \"a\", \"memo\": {{\"content\": \"{plain}\"}}}}").into_bytes();
    let shown = program.client().post("/json", "application/json", body).await;
    assert_eq!(shown.status, 403, "{}", shown.text());
    let record = program.record(|record| record["path"] == "/json");
    let found = &record["upload"]["found"][0];
    assert_eq!((&found["kind"], &found["first"]), (&"uninspectable:encrypted-field".into(), &"the body".into()));
    let shown = program.client().get(&format!("/find?q={salted}")).await;
    assert_eq!(shown.status, 403, "{}", shown.text());
    assert!(origin.seen().is_empty());
    let hex = "0123456789abcdef".repeat(4);
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dGhpcyBpcyBhIHNpZ25hdHVyZSBvZiAzMiBieXRlcw";
    let state = "dDwtMTA4MzE1NjU2Ozs%2BOm9Nc2RmZ2hqa2w0NTY3ODkwMTIzNDU2Nzg5MA%3D%3D";
    let body = format!("_csrf={hex}&token={jwt}&__VIEWSTATE={state}&sid={hex}&title=글&content=본문");
    let shown = program.client().post("/tokens", FORM, body).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let record = program.record(|record| record["path"] == "/tokens");
    assert!(!record.to_string().contains("encrypted-field"), "{record}");
    let body =
        format!("{{\"csrf\":\"{hex}\",\"jwt\":\"{jwt}\",\"state\":\"{hex}\",\"password\":\"U2FsdGVkX19{hex}\"}}");
    let shown = program.client().post("/json-tokens", "application/json", body).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let shown = program.client().get(&format!("/list?encParam={hex}&access_token={jwt}&page=1")).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
}
