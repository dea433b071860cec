//! `garim alert test`.

use crate::receivers::{Speaks, closed, listener, serve, udp};
use crate::text;
use std::process::{Command, Output};

async fn test(alert: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.toml");
    let text = if alert.is_empty() { text("").replace("[alert]", "") } else { text(alert) };
    std::fs::write(&file, text).unwrap();
    let command = move || {
        let output = Command::new(env!("CARGO_BIN_EXE_garim")).args(["alert", "test", "--config"]).arg(&file).output();
        drop(folder);
        output.unwrap()
    };
    tokio::task::spawn_blocking(command).await.unwrap()
}

#[tokio::test]
async fn every_way_is_tried_and_told() {
    let (listener, port) = listener().await;
    let mut hook = serve(listener, Speaks::Http("200 OK"), None);
    let (mut syslog, udp_port) = udp().await;
    let ways =
        format!("webhook = \"http://127.0.0.1:{port}/secret\"\nsyslog = {{ to = \"udp://127.0.0.1:{udp_port}\" }}\n");
    let output = test(&ways).await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains(&format!("webhook http://127.0.0.1:{port}: taken\n    받았습니다.")), "{said}");
    assert!(said.contains(&format!("syslog udp://127.0.0.1:{udp_port}: sent;")) && !said.contains("secret"), "{said}");
    assert!(hook.next().await.contains("\"event\":\"test\""));
    assert!(syslog.next().await.contains("event=\"test\""));

    let refusing = closed().await;
    let mail = format!(
        "mail = {{ smtp = \"smtp://127.0.0.1:{refusing}\", from = \"g@example.go.kr\", to = [\"a@example.go.kr\"] }}"
    );
    let output = test(&(ways + &mail)).await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("mail smtp://127.0.0.1:{refusing}: failed: ")), "{said}");
    assert!(said.contains("webhook http://127.0.0.1"), "{said}");
}

#[tokio::test]
async fn without_a_way_it_says_so() {
    let output = test("").await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("there is no [alert]") && said.contains("알리지 않습니다"), "{said}");
}
