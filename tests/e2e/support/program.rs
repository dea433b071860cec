//! The built program in front of a site, with a certificate of an authority made for the test.

use super::Client;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The policy most tests use.
pub const POLICY: &str = r#"
[policy.board]
mode = "enforce"
default = "log"

[[policy.board.rule]]
name = "not posted"
on = "upload"
find = ["@unique-identifiers", "payment-card-number"]
action = "block"

[[policy.board.rule]]
name = "masked"
on = "download"
find = ["@unique-identifiers", "payment-card-number", "mobile-number"]
action = "mask"
"#;

/// How long a program may take to be ready, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is to be started.
pub struct ProgramBuilder {
    upstream: String,
    site: String,
    top: String,
    policy: String,
}

impl ProgramBuilder {
    /// Lines for `[[site]]`.
    pub fn site(mut self, lines: &str) -> ProgramBuilder {
        self.site.push_str(lines);
        self.site.push('\n');
        self
    }

    /// Whole sections, such as `[limits]`.
    pub fn top(mut self, sections: &str) -> ProgramBuilder {
        self.top.push_str(sections);
        self.top.push('\n');
        self
    }

    /// Another policy; it must be called `board`.
    pub fn policy(mut self, policy: &str) -> ProgramBuilder {
        self.policy = policy.to_owned();
        self
    }

    fn configuration(&self, ports: &str) -> String {
        format!(
            "[server]\nlisten = [\"{ports}\"]\ndrain = \"5s\"\n[operations]\nlisten = \"127.0.0.1:0\"\n\
             [state]\ndir = \"state\"\n{}\n[[site]]\nhosts = [\"localhost\", \"127.0.0.1\"]\n\
             tls = {{ cert = \"cert.pem\", key = \"key.pem\" }}\nupstream = \"{}\"\npolicy = \"board\"\n{}\n{}\n",
            self.top, self.upstream, self.site, self.policy
        )
    }

    /// Starts it and waits until it is ready.
    pub fn start(self) -> Program {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = write_certificates(&folder);
        let config = folder.path().join("garim.toml");
        std::fs::write(&config, self.configuration("127.0.0.1:0")).expect("a configuration");
        let mut child = Command::new(env!("CARGO_BIN_EXE_garim"))
            .args(["run", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = Arc::new(Mutex::new(Vec::new()));
        for stream in [
            Box::new(child.stdout.take().expect("its output")) as Box<dyn std::io::Read + Send>,
            Box::new(child.stderr.take().expect("its errors")),
        ] {
            let lines = Arc::clone(&lines);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    lines.lock().expect("a lock").push(line);
                }
            });
        }
        let mut program = Program { child, folder, lines, authority, port: 0, operations: 0 };
        program.port = program.listening("tls");
        program.operations = program.listening("operations");
        program
    }
}

/// An authority, and a certificate of its for `localhost`.
fn write_certificates(folder: &TempDir) -> String {
    let key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_pem = authority.self_signed(&key).expect("a certificate").pem();
    let issuer = Issuer::new(authority, key);
    let leaf_key = KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let leaf = CertificateParams::new(names).expect("parameters").signed_by(&leaf_key, &issuer).expect("a certificate");
    std::fs::write(folder.path().join("cert.pem"), leaf.pem()).expect("written");
    std::fs::write(folder.path().join("key.pem"), leaf_key.serialize_pem()).expect("written");
    authority_pem
}

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    folder: TempDir,
    lines: Arc<Mutex<Vec<String>>>,
    authority: String,
    /// The port of the TLS listener.
    pub port: u16,
    /// The port of the listener for operations.
    pub operations: u16,
}

impl Program {
    /// A program in front of a site on loopback, with [`POLICY`].
    pub fn before(site_port: u16) -> ProgramBuilder {
        ProgramBuilder {
            upstream: format!("http://127.0.0.1:{site_port}"),
            site: String::new(),
            top: String::new(),
            policy: POLICY.to_owned(),
        }
    }

    /// Everything it has written so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("a lock").clone()
    }

    /// Its folder, with `garim.toml`, `cert.pem`, `key.pem`, `state/`.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Its process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for a line, by what `find` makes of it.
    pub fn wait_for<T>(&mut self, what: &str, find: impl Fn(&serde_json::Value) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            let found =
                self.lines().iter().filter_map(|line| serde_json::from_str(line).ok()).find_map(|line| find(&line));
            if let Some(found) = found {
                return found;
            }
            let ended = self.child.try_wait().expect("a process");
            assert!(start.elapsed() < PATIENCE && ended.is_none(), "no {what} in: {:#?} ({ended:?})", self.lines());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn listening(&mut self, what: &str) -> u16 {
        self.wait_for(what, |line| {
            (line["what"] == what).then(|| line["address"].as_str()?.rsplit_once(':')?.1.parse().ok())?
        })
    }

    /// The record of the first exchange that fits.
    pub fn record(&mut self, fits: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        self.wait_for("record", |line| (line["outcome"].is_string() && fits(line)).then(|| line.clone()))
    }

    /// A client that believes in this program's authority only.
    pub fn client(&self) -> Client {
        Client::new(self.port, &self.authority)
    }

    /// A plain GET to the operations listener: status and body.
    pub async fn operations(&self, path: &str) -> (u16, String) {
        super::client::plain_get(self.operations, path).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the program wrote:\n{}", self.lines().join("\n"));
        }
    }
}
