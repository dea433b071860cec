//! The process is killed at any moment, under load and while it starts: what the site has is in the journal, what a receipt was
//! given for is kept, nothing is posted twice, and nothing that is left behind stops the next start.

use crate::support::{Client, Origin, Program, answer, garim};
use rustix::process::Signal;
use std::collections::HashSet;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How often it is killed: a few hundred times where there is time for it.
const KILLS: &str = "GARIM_KILLS";
const POLICY: &str = "[hold]\nexpire = \"1h\"\napprovers = { \"*\" = [\"kim\"] }\n[policy.board]\n[[policy.board.rule]]\n\
    name = \"lists wait\"\nfind = [\"mobile-number\"]\nat_least = 3\naction = \"hold\"\n[[policy.board.rule]]\n\
    find = [\"mobile-number\"]\naction = \"log\"\n";
/// Who posts at the same time.
const WRITERS: usize = 6;

/// What was said to the writers.
#[derive(Default)]
struct Said {
    next: AtomicUsize,
    /// Paths that the site answered.
    answered: Mutex<Vec<String>>,
    /// Paths of posts that wait, with the tokens of their receipts.
    receipts: Mutex<Vec<(String, String)>>,
}

impl Said {
    /// Whether so much was said that it says something.
    fn is_enough(&self) -> bool {
        self.answered.lock().expect("a lock").len() > 10 && self.receipts.lock().expect("a lock").len() > 5
    }
}

/// One post of its own connection, which may break at any moment; everything that came back.
async fn post(client: &Client, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = client.handshake("localhost", client.config(&[&rustls::version::TLS13], &[b"http/1.1"])).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: PHPSESSID=one\r\nConnection: close\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Posts until the other side is gone: every third is a list, which has to wait.
async fn write(client: Arc<Client>, said: Arc<Said>) {
    loop {
        let number = said.next.fetch_add(1, Ordering::Relaxed);
        let is_list = number.is_multiple_of(3);
        let phones = if is_list { "010-1234-5678+010-2345-6789+010-3456-7890" } else { "010-1234-5678" };
        let path = format!("/board/{number}");
        let Ok(answer) = post(&client, &path, &format!("a={phones}&n={number}")).await else { return };
        if is_list {
            let token = answer.split("/.well-known/garim/hold?").nth(1).and_then(|rest| rest.split('"').next());
            // An answer that was cut is no promise.
            if let Some(token) = token.filter(|_| answer.contains("</html>")) {
                said.receipts.lock().expect("a lock").push((path, token.to_owned()));
            }
        } else if answer.ends_with("posted") {
            said.answered.lock().expect("a lock").push(path);
        }
    }
}

/// The paths of which the journal says that something was posted there.
fn recorded(program: &Program) -> HashSet<String> {
    let folder = program.folder().join("state/journal");
    let logs = std::fs::read_dir(folder).expect("a journal").map(|entry| entry.expect("an entry").path());
    let logs = logs.filter(|path| path.extension().is_some_and(|end| end == "log"));
    let text: String =
        logs.map(|path| String::from_utf8_lossy(&std::fs::read(path).expect("a log")).into_owned()).collect();
    let paths = text.lines().filter(|line| line.contains("\"upload\"") && line.ends_with('}'));
    paths.filter_map(|line| Some(line.split("\"path\":\"").nth(1)?.split('"').next()?.to_owned())).collect()
}

fn verify(program: &Program) -> (Option<i32>, String) {
    let mut command = garim(&["audit", "verify", "--config"]);
    let done = command.arg(program.config()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("done");
    (done.status.code(), String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
}

/// Starts it and kills it before it may be ready.
async fn killed_while_it_starts(program: &Program, after: Duration) {
    let mut child = garim(&["run", "--config"])
        .arg(program.config())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    tokio::time::sleep(after).await;
    child.kill().expect("killed");
    child.wait().expect("its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_loses_nothing_that_was_said_and_posts_nothing_twice() {
    let kills: u64 = std::env::var(KILLS).ok().and_then(|kills| kills.parse().ok()).unwrap_or(6);
    let origin = Origin::always(answer("text/plain", "", "posted")).await;
    let mut program = Program::before(origin.port).policy(POLICY).start();
    let said = Arc::new(Said::default());
    // On a busy machine little is done between two kills, and there have to be more.
    for round in 0..kills * 20 {
        if round >= kills && said.is_enough() {
            break;
        }
        let client = Arc::new(program.client());
        let writers: Vec<_> =
            (0..WRITERS).map(|_| tokio::spawn(write(Arc::clone(&client), Arc::clone(&said)))).collect();
        tokio::time::sleep(Duration::from_micros(20_000 + (round * 7_919_123) % 150_000)).await;
        program.signal(Signal::KILL);
        program.ended();
        for writer in writers {
            writer.await.expect("a writer ends with its connection");
        }
        if round % 3 == 0 {
            killed_while_it_starts(&program, Duration::from_micros(2_000 + (round * 104_729) % 120_000)).await;
        }
        program = program.again();
    }
    let arrived: Vec<String> = origin.seen().iter().map(|seen| seen.target().to_owned()).collect();
    let once: HashSet<&String> = arrived.iter().collect();
    assert_eq!(once.len(), arrived.len(), "nothing reaches the site twice");
    let (answered, receipts) =
        (said.answered.lock().expect("a lock").clone(), said.receipts.lock().expect("a lock").clone());
    assert!(said.is_enough(), "there was a load: {} {}", answered.len(), receipts.len());
    assert!(answered.iter().all(|path| once.contains(path)), "what was answered had arrived");
    let recorded = recorded(&program);
    let missing: Vec<_> = arrived.iter().filter(|path| !recorded.contains(*path)).collect();
    assert!(missing.is_empty(), "the site has what the journal does not know: {missing:?}");
    let client = program.client();
    for (path, token) in &receipts {
        assert!(recorded.contains(path), "a receipt was given for what the journal does not know: {path}");
        let page = client.get(&format!("/.well-known/garim/hold?{token}")).await.text();
        assert!(page.contains("담당자의 승인을 기다립니다"), "a hold is lost: {page}");
    }
    let (code, told) = verify(&program);
    assert_eq!(code, Some(0), "{told}");
    println!("{kills} kills: {} posts arrived, {} receipts kept", arrived.len(), receipts.len());
}
