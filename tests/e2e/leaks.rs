//! Numbers planted everywhere, and none in anything that garim writes by itself: lines, metrics, pages, errors.

use crate::support::{FORM, Http, Origin, POLICY, Piece, Program, RESIDENT, Seen, answer, page, until};
use http::{Method, Request};
use rustix::process::Signal;
use rustls::version::TLS13;
use std::time::Duration;

/// A payment card number that no bank has given out.
const CARD: &str = "4539-1488-0343-6467";

/// Whether a text holds a planted value in any spelling.
fn holds(text: &str) -> bool {
    let bare: String = text.replace("%2D", "").chars().filter(|letter| !"- .".contains(*letter)).collect();
    [RESIDENT, CARD].iter().any(|value| bare.contains(&value.replace('-', "")))
}

/// Both values, with and without their hyphens.
fn planted() -> Vec<String> {
    [RESIDENT, CARD].iter().flat_map(|value| [(*value).to_owned(), value.replace('-', "")]).collect()
}

/// A site whose answers are full of them.
async fn site() -> Origin {
    Origin::new(|seen: &Seen| {
        let value = seen.field("x-plant").first().copied().unwrap_or_default().to_owned();
        let planted = format!("X-Shown: {value}\r\nSet-Cookie: id={value}; Path=/{value}\r\n");
        let target = seen.target();
        if target.contains("slow") {
            return vec![Piece::Pause(Duration::from_secs(5))];
        }
        if target.contains("closes") {
            return vec![Piece::Close];
        }
        let (kind, body) = match target {
            target if target.contains("json") => ("application/json", format!("{{\"id\":\"{value}\",\"{value}\":1}}")),
            target if target.contains("image") => ("image/png", value.clone()),
            target if target.contains("nonsense") => {
                return vec![Piece::Send(format!("HTTP/{value} nonsense\r\n\r\n").into_bytes()), Piece::Close];
            }
            target if target.contains("moved") => {
                let moved = format!("HTTP/1.1 302 {value}\r\nLocation: http://{value}.test/{value}\r\n{planted}");
                return vec![Piece::Send(format!("{moved}Content-Length: 0\r\n\r\n").into_bytes())];
            }
            target if target.contains("breaks") => {
                let broken = answer("text/html", "Content-Encoding: gzip\r\n", page(&value));
                return vec![Piece::Send(broken)];
            }
            _ => ("text/html; charset=utf-8", page(&value)),
        };
        vec![Piece::Send(answer(kind, &planted, body))]
    })
    .await
}

type Planted = (Method, String, Vec<(&'static str, String)>, String);

/// Requests with a value wherever one can stand.
fn requests(value: &str) -> Vec<Planted> {
    let get = |path: String| (Method::GET, path, Vec::new(), String::new());
    let post = |path: &str, kind: &str, body: String| {
        (Method::POST, path.to_owned(), vec![("content-type", kind.to_owned())], body)
    };
    let disposition = "--B\r\nContent-Disposition: form-data;";
    let multipart = "multipart/form-data; boundary=B";
    let mut all: Vec<Planted> = ["/", "/json", "/image", "/moved", "/nonsense", "/breaks", "/slow", "/closes"]
        .map(|path| get(path.to_owned()))
        .into();
    all.extend([
        get(format!("/board/{value}/edit")),
        get(format!("/{}", value.replace('-', "%2D"))),
        get(format!("/search?q={value}&{value}=1")),
        post("/form", FORM, format!("subject=a&content={value}")),
        post("/form", FORM, format!("{value}=a")),
        post("/form", FORM, format!("content={value}&broken=%zz")),
        post("/json", "application/json", format!("{{\"id\":\"{value}\"}}")),
        post("/json", "application/json", format!("{{\"{value}\":[\"a\"]}}")),
        post("/text", "text/plain", format!("it is {value}.")),
        post("/xml", "application/xml", format!("<a b=\"{value}\">{value}</a>")),
        post("/part", multipart, format!("{disposition} name=\"a\"\r\n\r\n{value}\r\n--B--\r\n")),
        post("/part", multipart, format!("{disposition} name=\"{value}\"\r\n\r\na\r\n--B--\r\n")),
        post("/part", multipart, format!("{disposition} name=\"a\"; filename=\"{value}.txt\"\r\n\r\na\r\n--B--\r\n")),
        post("/part", multipart, format!("{disposition} name=\"a\"\r\n\r\n{value}\r\n")),
        post("/part", &format!("multipart/form-data; boundary={value}"), "a".to_owned()),
        post("/type", &format!("text/{value}; charset={value}"), value.to_owned()),
        (Method::POST, "/coded".to_owned(), vec![("content-encoding", value.to_owned())], value.to_owned()),
        (Method::from_bytes(value.as_bytes()).expect("a method"), "/method".to_owned(), Vec::new(), String::new()),
        (Method::POST, "/long".to_owned(), Vec::new(), format!("{value} ").repeat(100_000)),
    ]);
    all
}

/// What cannot be sent by a client that keeps to the rules.
fn raw(port: u16, value: &str) -> Vec<String> {
    vec![
        format!("GET / HTTP/1.1\r\nHost: {value}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {value}.test\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nHost: {value}\r\n"),
        format!("GET http://{value}/ HTTP/1.1\r\nHost: localhost:{port}\r\n"),
        format!("CONNECT {value}:443 HTTP/1.1\r\nHost: {value}:443\r\n"),
        format!("GET / HTTP/{value}\r\nHost: localhost:{port}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n{value} : bad\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nForwarded: for={value}\r\nX-Forwarded-For: {value}\r\n"),
        format!("POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {value}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: upgrade\r\nUpgrade: {value}\r\n"),
    ]
}

async fn plant(program: &Program) {
    let client = program.client();
    for value in planted() {
        for (number, (method, path, fields, body)) in requests(&value).into_iter().enumerate() {
            let http = Http::BOTH[number % 2];
            let mut request = Request::builder().method(method).uri(&path);
            for (name, text) in fields {
                request = request.header(name, text);
            }
            for name in ["x-plant", "user-agent", "cookie", "referer", "accept-language", "authorization"] {
                request = request.header(name, &value);
            }
            let answer = client.over(http, request.body(body).expect("a request")).await;
            // What the site says is the site's; `X-Shown` tells.
            if answer.field("x-shown").is_empty() {
                let head: String = answer.headers.values().filter_map(|value| value.to_str().ok()).collect();
                assert!(!holds(&head), "{http:?} {path}: {:?}", answer.headers);
                assert!(!holds(&answer.text()), "{http:?} {path}: {}", answer.text());
            }
        }
        for request in raw(program.port, &value) {
            let answer = client.raw(format!("{request}Connection: close\r\n\r\n")).await;
            assert!(!holds(&answer), "{request}: {answer}");
        }
        let _ = client.handshake(&format!("{value}.test"), client.config(&[&TLS13], &[])).await;
    }
}

async fn nothing_leaks(level: &'static str, policy: &str) {
    let origin = site().await;
    let program = Program::before(origin.port)
        .policy(policy)
        .top("[limits]\nresponse_timeout = \"300ms\"\nidle_timeout = \"2s\"\nbody_bytes = \"1 MiB\"")
        .environment("GARIM_LOG", level)
        .start();
    plant(&program).await;
    program.edit_config("mode = \"enforce\"", "mode = \"enforced\"");
    program.signal(Signal::HUP);
    program.says("the new configuration was refused");
    until("no exchange is open", async || program.operations("/metrics").await.1.contains("garim_open_exchanges 0"))
        .await;
    let (_, metrics) = program.operations("/metrics").await;
    assert!(metrics.contains("resident-registration-number") && !holds(&metrics), "{metrics}");
    program.signal(Signal::TERM);
    assert_eq!(program.ended(), Some(0));
    program.says("ended");
    let lines = program.lines();
    assert!(lines.iter().filter(|line| line.contains("\"outcome\":")).count() > 100, "{} lines", lines.len());
    let leaking: Vec<&String> = lines.iter().filter(|line| holds(line)).collect();
    assert!(leaking.is_empty(), "{leaking:#?}");
}

#[test]
fn a_value_is_seen_in_every_spelling() {
    assert!(planted().iter().all(|value| holds(&format!("\"path\":\"/{value}\""))));
    assert!(holds("/900101%2D1234568") && holds("4539 1488 0343 6467") && !holds("900101-*******"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_is_written_anywhere() {
    nothing_leaks("info", POLICY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_is_written_where_nothing_is_refused_and_much_is_logged() {
    nothing_leaks("debug", &POLICY.replace("action = \"block\"", "action = \"log\"")).await;
}
