//! The built program in front of a site, with a certificate of an authority made for the test.

use super::command::{Lines, garim, garim_after};
use super::{Authority, Client, key_file};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

type Prepare = Box<dyn FnOnce(&Path, &Authority)>;

/// What is to be started.
pub struct ProgramBuilder {
    upstream: String,
    server: String,
    drain: String,
    tls: String,
    site: String,
    top: String,
    policy: String,
    environment: Vec<(&'static str, &'static str)>,
    shell: Option<&'static str>,
    prepare: Vec<Prepare>,
}

impl ProgramBuilder {
    /// Lines for `[server]`.
    pub fn server(mut self, lines: &str) -> ProgramBuilder {
        self.server.push_str(lines);
        self.server.push('\n');
        self
    }

    /// Another limit for the drain than five seconds.
    pub fn drain(mut self, drain: &str) -> ProgramBuilder {
        self.drain = drain.to_owned();
        self
    }

    /// Another certificate than `cert.pem` and `key.pem`.
    pub fn tls(mut self, value: &str) -> ProgramBuilder {
        self.tls = value.to_owned();
        self
    }

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

    /// A variable of the program's environment.
    pub fn environment(mut self, name: &'static str, value: &'static str) -> ProgramBuilder {
        self.environment.push((name, value));
        self
    }

    /// Shell commands before it, such as `ulimit`.
    pub fn after(mut self, shell: &'static str) -> ProgramBuilder {
        self.shell = Some(shell);
        self
    }

    /// Something to be done in its folder before it starts.
    pub fn prepare(mut self, prepare: impl FnOnce(&Path, &Authority) + 'static) -> ProgramBuilder {
        self.prepare.push(Box::new(prepare));
        self
    }

    fn configuration(&self) -> String {
        format!(
            "[server]\nlisten = [\"127.0.0.1:0\"]\ndrain = \"{}\"\n{}\n[operations]\nlisten = \"127.0.0.1:0\"\n\
             [state]\ndir = \"state\"\nkey_file = \"seal.key\"\n{}\n[[site]]\nhosts = [\"localhost\", \"127.0.0.1\"]\n\
             tls = {}\nupstream = \"{}\"\npolicy = \"board\"\n{}\n{}\n",
            self.drain, self.server, self.top, self.tls, self.upstream, self.site, self.policy
        )
    }

    /// Starts it and waits until it is ready.
    pub fn start(self) -> Program {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::new();
        authority.issue().write(folder.path());
        write_secret(&folder.path().join("seal.key"), &key_file());
        let config = folder.path().join("garim.toml");
        std::fs::write(&config, self.configuration()).expect("a configuration");
        for prepare in self.prepare {
            prepare(folder.path(), &authority);
        }
        let mut command = garim_after(self.shell, &["run", "--config"]);
        command.arg(&config).envs(self.environment);
        Program::new(command, folder, authority).when_ready()
    }
}

/// Writes a file that is its owner's alone.
pub fn write_secret(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("its mode");
}

/// A running program; killed when dropped.
pub struct Program {
    child: Mutex<Child>,
    folder: Option<TempDir>,
    lines: Arc<Lines>,
    authority: Authority,
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
            server: String::new(),
            drain: "5s".to_owned(),
            tls: "{ cert = \"cert.pem\", key = \"key.pem\" }".to_owned(),
            site: String::new(),
            top: String::new(),
            policy: POLICY.to_owned(),
            environment: Vec::new(),
            shell: None,
            prepare: Vec::new(),
        }
    }

    /// Starts it once more after its end, in the same folder.
    pub fn again(&mut self) -> Program {
        let folder = self.folder.take().expect("its folder");
        let authority = std::mem::replace(&mut self.authority, Authority::new());
        let mut command = garim(&["run", "--config"]);
        command.arg(folder.path().join("garim.toml"));
        Program::new(command, folder, authority).when_ready()
    }

    fn when_ready(mut self) -> Program {
        self.port = self.listening("tls");
        self.operations = self.listening("operations");
        self.says("ready");
        self
    }

    /// Starts a command whose lines are read. The ports are for the caller to find out.
    pub fn new(mut command: Command, folder: TempDir, authority: Authority) -> Program {
        let mut child = command.spawn().expect("the program starts");
        let lines = Lines::of(&mut child);
        Program { child: Mutex::new(child), folder: Some(folder), lines, authority, port: 0, operations: 0 }
    }

    /// Everything it has written so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.all()
    }

    /// Its folder, with `garim.toml`, `cert.pem`, `key.pem`, `state/`.
    pub fn folder(&self) -> &Path {
        self.folder.as_ref().expect("its folder").path()
    }

    /// Its configuration file.
    pub fn config(&self) -> std::path::PathBuf {
        self.folder().join("garim.toml")
    }

    /// Changes its configuration file; nothing is told to it.
    pub fn edit_config(&self, from: &str, to: &str) {
        let before = std::fs::read_to_string(self.config()).expect("a configuration");
        assert!(before.contains(from), "{from:?} is not in {before}");
        std::fs::write(self.config(), before.replace(from, to)).expect("written");
    }

    /// The authority that vouches for it.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child().id()
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line of its `/proc/PID/status` in bytes: `VmRSS`, what it holds in memory, or `VmHWM`, the most it ever held.
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child().id())).expect("its status");
        let line = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':')).expect("the line");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child()), signal).expect("a signal");
    }

    /// Waits for its end, which must come in time, and gives its exit code.
    pub fn ended(&self) -> Option<i32> {
        assert!(self.lines.end(), "the program did not end in time");
        self.child().wait().expect("its end").code()
    }

    /// Waits for a line, by what `find` makes of it.
    pub fn wait_for_line<T>(&self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        self.lines.find(find).unwrap_or_else(|| panic!("no {what} in: {:#?}", self.lines()))
    }

    /// Waits for a line of JSON, by what `find` makes of it.
    pub fn wait_for<T>(&self, what: &str, find: impl Fn(&serde_json::Value) -> Option<T>) -> T {
        self.wait_for_line(what, |line| find(&serde_json::from_str(line).ok()?))
    }

    /// Waits until it says this.
    pub fn says(&self, message: &str) -> serde_json::Value {
        self.wait_for(message, |line| {
            line["message"].as_str().is_some_and(|said| said.contains(message)).then(|| line.clone())
        })
    }

    /// The port of a listener, by what it is called in the log.
    pub fn listening(&self, what: &str) -> u16 {
        self.wait_for(what, |line| {
            (line["what"] == what).then(|| line["address"].as_str()?.rsplit_once(':')?.1.parse().ok())?
        })
    }

    /// The record of the first exchange that fits.
    pub fn record(&self, fits: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        self.wait_for("record", |line| (line["outcome"].is_string() && fits(line)).then(|| line.clone()))
    }

    /// A client that believes in this program's authority only.
    pub fn client(&self) -> Client {
        Client::new(self.port, self.authority.pem())
    }

    /// A plain GET to the operations listener: status and body.
    pub async fn operations(&self, path: &str) -> (u16, String) {
        super::client::plain_get(self.operations, path).await
    }

    /// What a pool of the byte budget holds now.
    pub async fn budget(&self, pool: &str) -> u64 {
        let (_, metrics) = self.operations("/metrics").await;
        let start = format!("garim_budget_bytes{{pool=\"{pool}\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&start)).expect("the pool's line");
        line.parse().expect("a number")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child().kill();
        let _ = self.child().wait();
        if std::thread::panicking() {
            eprintln!("the program wrote:\n{}", self.lines().join("\n"));
        }
    }
}
