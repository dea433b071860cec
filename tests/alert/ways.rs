//! What arrives on each way, and what does not hold what.

use crate::receivers::{Authority, Speaks, closed, listener, serve, udp};
use crate::{SOON, leak, settings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use garim::alert::{Alert, AlertEvent, Alerts, Tasks};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// What is told of a message: way, reference, and why it did not arrive.
type Heard = (&'static str, Option<String>, Option<String>);

/// Started alerts, and what is told of each message.
fn start(alert: &str) -> (Alerts, Tasks, mpsc::Receiver<Heard>) {
    let (sender, told) = mpsc::channel();
    let heard = move |told: &garim::alert::Told| {
        let failed = told.result.as_ref().err().map(ToString::to_string);
        let _ = sender.send((told.way, told.reference.clone(), failed));
    };
    let (alerts, tasks) = Alerts::start(&settings(alert), "front-1", heard).expect("a start");
    (alerts, tasks, told)
}

fn json(request: &str) -> serde_json::Value {
    let (_, body) = request.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

#[tokio::test]
async fn a_webhook_gets_json_by_https_from_whom_it_believes() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let (listener, port) = listener().await;
    let mut got = serve(listener, Speaks::Http("200 OK"), Some(&authority));
    let webhook = format!("webhook = \"https://127.0.0.1:{port}/hooks/secret?channel=1\"\nretry_for = \"0s\"\n");
    let (alerts, tasks, told) = start(&format!("{webhook}ca = {:?}", authority.file));
    alerts.send(leak("A-1"));
    let request = got.next().await;
    assert!(request.starts_with("POST /hooks/secret?channel=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("host: 127.0.0.1:{port}\r\n")), "{request}");
    let value = json(&request);
    assert_eq!((value["event"].as_str(), value["reference"].as_str()), (Some("leaked"), Some("A-1")));
    let draft = value["breach"]["draft"]["ko"].as_str().expect("a draft");
    assert!(draft.contains("5. 담당 부서와 연락처: 개인정보보호팀, 02-000-0000"), "{draft}");
    drop(alerts);
    tasks.finish(SOON).await;
    assert_eq!(told.try_recv().expect("told"), ("webhook", Some("A-1".to_owned()), None));

    let (alerts, tasks, told) = start(&format!("{webhook}ca = {:?}", stranger.file));
    alerts.send(leak("A-2"));
    drop(alerts);
    tasks.finish(SOON).await;
    let (_, _, failed) = told.try_recv().expect("told");
    assert!(failed.as_deref().is_some_and(|failed| failed.contains("certificate")), "{failed:?}");
    assert!(got.nothing());
}

#[tokio::test]
async fn what_has_no_room_is_counted_one_by_one() {
    let (listener, port) = listener().await;
    let _silent = serve(listener, Speaks::Hangs, None);
    let (alerts, tasks, told) = start(&format!("webhook = \"http://127.0.0.1:{port}/\"\nat_most = \"1000 per 1h\""));
    for number in 0..100 {
        alerts.send(Alert { rule: Some(number.to_string()), ..leak("L") });
        // Each is gathered before the next: what is too much is too much for the way.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(alerts);
    tasks.finish(Duration::from_millis(500)).await;
    let full: Vec<Heard> = told.try_iter().collect();
    assert!((60..=68).contains(&full.len()), "one is under way and 32 wait: {}", full.len());
    assert!(
        full.iter()
            .all(|(way, _, why)| *way == "webhook" && why.as_deref().is_some_and(|why| why.contains("too many")))
    );

    let (alerts, tasks, told) = start(&format!("webhook = \"http://127.0.0.1:{port}/\""));
    // Nobody gathers meanwhile: this is the only thread.
    (0..300).for_each(|_| alerts.send(leak("L")));
    drop(alerts);
    tasks.finish(Duration::from_millis(500)).await;
    let full = told.try_iter().filter(|(way, ..)| *way == garim::alert::QUEUED).count();
    assert_eq!(full, 300 - 256);
}

#[tokio::test]
async fn redirects_are_not_followed_and_a_no_is_final() {
    let (elsewhere, other_port) = listener().await;
    let mut elsewhere = serve(elsewhere, Speaks::Http("200 OK"), None);
    let (listener, port) = listener().await;
    let answer = format!("307 Temporary Redirect\r\nLocation: http://127.0.0.1:{other_port}/");
    let mut got = serve(listener, Speaks::Http(answer.leak()), None);
    let (alerts, tasks, told) = start(&format!("webhook = \"http://127.0.0.1:{port}/\""));
    alerts.send(leak("R-1"));
    got.next().await;
    let began = Instant::now();
    drop(alerts);
    tasks.finish(SOON).await;
    assert!(began.elapsed() < Duration::from_secs(5), "it was tried again");
    let (_, _, failed) = told.try_recv().expect("told");
    assert!(failed.as_deref().is_some_and(|failed| failed.contains("status 307")), "{failed:?}");
    assert!(elsewhere.nothing());
}

#[tokio::test]
async fn syslog_by_udp_tcp_and_tls() {
    let (mut got, port) = udp().await;
    let (alerts, ..) = start(&format!("syslog = {{ to = \"udp://127.0.0.1:{port}\", format = \"cef\" }}"));
    alerts.send(leak("S-1"));
    let line = got.next().await;
    assert!(line.starts_with("<106>") && line.contains(" front-1 CEF:0|garim|garim|"), "{line}");
    assert!(line.contains(" externalId=S-1 "), "{line}");

    let authority = Authority::new();
    for (scheme, tls) in [("tcp", None), ("tls", Some(&authority))] {
        let (listener, port) = listener().await;
        let mut got = serve(listener, Speaks::Stream, tls);
        let syslog = format!("syslog = {{ to = \"{scheme}://127.0.0.1:{port}\", format = \"rfc5424\" }}\n");
        let (alerts, ..) = start(&format!("{syslog}ca = {:?}", authority.file));
        alerts.send(leak("S-2"));
        let frame = got.next().await;
        let (length, line) = frame.split_once(' ').expect("a frame");
        assert_eq!(length.parse(), Ok(line.len()), "{frame}");
        assert!(line.starts_with("<106>1 ") && line.contains(" reference=\"S-2\""), "{line}");
        assert!(line.contains("] \u{feff}"), "{line}");
    }
}

#[tokio::test]
async fn mail_is_delivered_to_everybody() {
    let (listener, port) = listener().await;
    let mut got = serve(listener, Speaks::Smtp(true), None);
    let mail = format!(
        "mail = {{ smtp = \"smtp://127.0.0.1:{port}\", from = \"garim@example.go.kr\", to = [\"a@example.go.kr\", \"b@example.go.kr\"] }}"
    );
    let (alerts, tasks, told) = start(&mail);
    alerts.send(leak("M-1"));
    let session = got.next().await;
    for said in [
        "EHLO front-1\r\n",
        "MAIL FROM:<garim@example.go.kr>",
        "RCPT TO:<a@example.go.kr>\r\n",
        "RCPT TO:<b@example.go.kr>\r\n",
        "\r\nSubject: =?utf-8?B?",
    ] {
        assert!(session.contains(said), "{said}: {session}");
    }
    let (_, body) = session.split_once("Content-Transfer-Encoding: base64\r\n\r\n").expect("a body");
    let body = STANDARD.decode(body.trim_end_matches(".\r\n").replace("\r\n", "")).expect("base64");
    let body = String::from_utf8(body).expect("UTF-8");
    assert!(body.contains("개인정보 유출등 신고·통지 초안") && body.contains("번호: M-1"), "{body}");
    drop(alerts);
    tasks.finish(SOON).await;
    assert_eq!(told.try_recv().expect("told").2, None);
}

#[tokio::test]
async fn mail_by_tls_from_the_first_byte_on_and_never_without_where_it_is_required() {
    let authority = Authority::new();
    let (wrapped, port) = listener().await;
    let mut got = serve(wrapped, Speaks::Smtp(true), Some(&authority));
    let mail = |server: &str, more: &str| {
        let people = "from = \"g@example.go.kr\", to = \"a@example.go.kr\"";
        format!("mail = {{ smtp = \"{server}\", {people}{more} }}\nca = {:?}\nretry_for = \"0s\"", authority.file)
    };
    let (alerts, ..) = start(&mail(&format!("smtps://127.0.0.1:{port}"), ""));
    alerts.send(leak("M-3"));
    assert!(got.next().await.contains("RCPT TO:<a@example.go.kr>"));

    let (plain, port) = listener().await;
    let mut got = serve(plain, Speaks::Smtp(true), None);
    let (alerts, tasks, told) = start(&mail(&format!("smtp://127.0.0.1:{port}"), ", starttls = \"required\""));
    alerts.send(leak("M-4"));
    drop(alerts);
    tasks.finish(SOON).await;
    assert!(told.try_recv().expect("told").2.is_some());
    assert!(got.nothing(), "it went unencrypted");
}

#[tokio::test]
async fn a_mail_server_that_says_no_is_not_asked_again() {
    let (listener, port) = listener().await;
    let _got = serve(listener, Speaks::Smtp(false), None);
    let (alerts, tasks, told) = start(&format!(
        "mail = {{ smtp = \"smtp://127.0.0.1:{port}\", from = \"g@example.go.kr\", to = \"a@example.go.kr\" }}"
    ));
    alerts.send(leak("M-2"));
    let began = Instant::now();
    let told = tokio::task::spawn_blocking(move || told.recv_timeout(SOON)).await.unwrap().expect("told");
    assert!(began.elapsed() < Duration::from_secs(10), "it is told at once, not after retry_for");
    assert!(told.2.as_deref().is_some_and(|failed| failed.contains("no such mailbox")), "{told:?}");
    drop(alerts);
    tasks.finish(SOON).await;
}

#[tokio::test]
async fn a_way_that_hangs_and_one_that_refuses_do_not_hold_the_third() {
    let (hanging, hanging_port) = listener().await;
    let _hangs = serve(hanging, Speaks::Hangs, None);
    let refusing = closed().await;
    let (mut got, port) = udp().await;
    let (alerts, tasks, told) = start(&format!(
        "webhook = \"http://127.0.0.1:{hanging_port}/\"\ntimeout = \"2s\"\nretry_for = \"0s\"\n\
         mail = {{ smtp = \"smtp://127.0.0.1:{refusing}\", from = \"g@example.go.kr\", to = \"a@example.go.kr\" }}\n\
         syslog = {{ to = \"udp://127.0.0.1:{port}\" }}"
    ));
    let began = Instant::now();
    alerts.send(leak("H-1"));
    assert!(got.next().await.contains("reference=\"H-1\""));
    assert!(began.elapsed() < Duration::from_secs(2), "it waited for one that hangs");
    drop(alerts);
    tasks.finish(SOON).await;
    let mut told: Vec<_> = told.try_iter().map(|(way, _, failed)| (way, failed.is_some())).collect();
    told.sort_unstable();
    assert_eq!(told, [("mail", true), ("syslog", false), ("webhook", true)]);
}

#[tokio::test]
async fn a_receiver_that_comes_back_gets_it_and_what_was_lost_is_told() {
    let port = closed().await;
    let (alerts, tasks, _told) = start(&format!("webhook = \"http://127.0.0.1:{port}/\"\nretry_for = \"30s\""));
    alerts.send(leak("B-1"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port is still free");
    let mut got = serve(listener, Speaks::Http("204 No Content"), None);
    assert_eq!(json(&got.next().await)["reference"], "B-1");
    drop(alerts);
    tasks.finish(SOON).await;

    let port = closed().await;
    let (alerts, tasks, told) = start(&format!("webhook = \"http://127.0.0.1:{port}/\"\nretry_for = \"0s\""));
    alerts.send(leak("B-2"));
    let told = tokio::task::spawn_blocking(move || told.recv_timeout(SOON)).await.unwrap().expect("told");
    assert!(told.2.is_some(), "{told:?}");
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port is still free");
    let mut got = serve(listener, Speaks::Http("200 OK"), None);
    alerts.send(Alert::new(AlertEvent::Journal, jiff::Timestamp::now()));
    let value = json(&got.next().await);
    assert_eq!((value["event"].as_str(), value["untold"].as_u64()), (Some("journal"), Some(1)));
    drop(alerts);
    tasks.finish(SOON).await;
}

#[tokio::test]
async fn many_at_once_are_two_messages_and_sending_never_waits() {
    let (listener, port) = listener().await;
    let mut got = serve(listener, Speaks::Http("200 OK"), None);
    let (alerts, tasks, _told) = start(&format!("webhook = \"http://127.0.0.1:{port}/\"\ntogether = \"1s\""));
    alerts.send(leak("G-0"));
    assert_eq!(json(&got.next().await)["times"], 1);
    for number in 1..=50 {
        alerts.send(leak(&format!("G-{number}")));
    }
    let value = json(&got.next().await);
    assert_eq!((value["times"].as_u64(), value["reference"].as_str()), (Some(50), Some("G-1")));
    assert_eq!(value["found"][0]["count"], 50);
    drop(alerts);
    tasks.finish(SOON).await;
    assert!(got.nothing());

    // Nothing takes from the queue while this thread does not give way.
    let (alerts, tasks, _told) = start(&format!("webhook = \"http://127.0.0.1:{port}/\""));
    let began = Instant::now();
    for number in 0..2_000 {
        alerts.send(leak(&format!("Q-{number}")));
    }
    assert!(began.elapsed() < Duration::from_secs(5));
    drop(alerts);
    tasks.finish(SOON).await;
    let (first, second) = (json(&got.next().await), json(&got.next().await));
    let sum: u64 =
        [&first, &second].iter().map(|it| it["times"].as_u64().unwrap() + it["untold"].as_u64().unwrap()).sum();
    assert_eq!(sum, 2_000, "{first} {second}");
    assert!(first["untold"].as_u64().unwrap() >= 1_700, "{first}");
}

#[tokio::test]
async fn only_what_is_asked_for_is_told() {
    let (mut got, port) = udp().await;
    let syslog = format!("syslog = {{ to = \"udp://127.0.0.1:{port}\" }}\n");
    let blocked = || Alert::new(AlertEvent::Blocked, jiff::Timestamp::now());
    let (alerts, tasks, _told) = start(&syslog);
    assert!(!alerts.wants(AlertEvent::Blocked) && alerts.wants(AlertEvent::Leaked));
    alerts.send(blocked());
    drop(alerts);
    tasks.finish(SOON).await;
    let (alerts, ..) = start(&format!("{syslog}on = [\"blocked\"]"));
    alerts.send(leak("O-1"));
    alerts.send(blocked());
    assert!(got.next().await.contains("event=\"blocked\""));
    assert!(!Alerts::none().wants(AlertEvent::Leaked));
}

#[test]
fn files_that_cannot_be_used_are_told_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let alert = settings(&format!("webhook = \"https://127.0.0.1/\"\nca = {file:?}")).alert;
    let told = garim::alert::checked(&alert).expect_err("there is no such file").to_string();
    assert!(told.contains("ca.pem: cannot be read"), "{told}");
    std::fs::write(&file, "nothing").unwrap();
    let told = garim::alert::checked(&alert).expect_err("it is empty").to_string();
    assert!(told.contains("holds no certificate"), "{told}");
}
