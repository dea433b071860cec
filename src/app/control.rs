//! The control socket in `state.dir`: `garim reload` asks through it and is told what came of it, and what other commands did is
//! told to the journal.

use super::told;
use crate::audit::Event;
use rustix::process::geteuid;
use std::future::Future;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

/// The longest line of a question.
const LINE: u64 = 64 << 10;
/// For one question and its answer; a reload reads files and makes certificates.
const PATIENCE: Duration = Duration::from_secs(30);

/// What cannot be done with the control socket.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// It cannot be made.
    #[error("cannot make the control socket {}: {error}; state.dir must be a folder that garim may write to", path.display())]
    Bind {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process answers on it.
    #[error("another garim is running with this state.dir: {} answers / 같은 state.dir로 garim이 이미 실행 중입니다", path.display())]
    InUse {
        /// Where.
        path: PathBuf,
    },
    /// Nobody answers on it.
    #[error("no running garim answers at {}: {error}; is it started with this configuration?", path.display())]
    NotRunning {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The running process refused; its own words.
    #[error("{0}")]
    Refused(String),
}

/// The socket's path under a `state.dir`.
pub fn path(state: &Path) -> PathBuf {
    state.join("control.sock")
}

/// Makes the socket, for this user only. One that a killed process left behind is replaced.
///
/// # Errors
/// When it cannot be made, or another process answers on it.
pub async fn bind(state: &Path) -> Result<UnixListener, ControlError> {
    let path = path(state);
    let fail = |error| ControlError::Bind { path: path.clone(), error };
    if UnixStream::connect(&path).await.is_ok() {
        return Err(ControlError::InUse { path });
    }
    match std::fs::remove_file(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(fail(error)),
    }
    let listener = UnixListener::bind(&path).map_err(fail)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(fail)?;
    Ok(listener)
}

/// What is asked of a running process.
#[derive(Debug)]
pub enum Question {
    /// To take its configuration anew.
    Reload,
    /// To record what a command did, and answer when that is on the disk.
    Record(Box<Event>),
}

impl Question {
    fn read(line: &str) -> Option<Question> {
        match line.split_once(' ') {
            None if line == "reload" => Some(Question::Reload),
            Some(("record", told)) => told::event(told).map(|event| Question::Record(Box::new(event))),
            _ => None,
        }
    }
}

/// Answers questions until `stop` turns true. `act` does the work and gives the mistakes as text.
pub async fn serve<F, R>(listener: UnixListener, act: F, mut stop: watch::Receiver<bool>)
where
    F: Fn(Question) -> R,
    R: Future<Output = Result<(), String>>,
{
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        // The file's mode keeps others out; where a file system ignores modes, the kernel's word about the peer does.
        let ours = stream.peer_cred().is_ok_and(|peer| peer.uid() == 0 || peer.uid() == geteuid().as_raw());
        if ours && !matches!(tokio::time::timeout(PATIENCE, answer(stream, &act)).await, Ok(Ok(()))) {
            tracing::warn!("a question on the control socket was not answered");
        }
    }
}

async fn answer<R>(stream: UnixStream, act: &impl Fn(Question) -> R) -> io::Result<()>
where
    R: Future<Output = Result<(), String>>,
{
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(LINE)).read_line(&mut line).await?;
    let reply = match Question::read(line.trim_end()) {
        Some(question) => {
            act(question).await.map_or_else(|mistakes| format!("refused\n{mistakes}"), |()| "done\n".to_owned())
        }
        None => "refused\nunknown question; this garim knows: reload, record".to_owned(),
    };
    write.write_all(reply.as_bytes()).await?;
    write.shutdown().await
}

/// Asks the process that runs with this `state.dir` to take its configuration anew.
///
/// # Errors
/// When none runs, or it refuses; then its old configuration is still in force.
pub async fn ask_reload(state: &Path) -> Result<(), ControlError> {
    ask(state, "reload").await
}

/// Has the process that runs with this `state.dir` record what a command did; it is on the disk afterwards.
///
/// # Errors
/// When none runs, or it cannot record it.
pub async fn ask_to_record(state: &Path, event: &Event) -> Result<(), ControlError> {
    let line = told::line(event).filter(|line| line.len() < usize::try_from(LINE).unwrap_or(usize::MAX) - 16);
    let line =
        line.ok_or_else(|| ControlError::Refused("too long to be recorded / 기록하기에 너무 깁니다".to_owned()))?;
    ask(state, &format!("record {line}")).await
}

async fn ask(state: &Path, question: &str) -> Result<(), ControlError> {
    let path = path(state);
    let not_running = |error| ControlError::NotRunning { path: path.clone(), error };
    let mut stream = UnixStream::connect(&path).await.map_err(not_running)?;
    stream.write_all(format!("{question}\n").as_bytes()).await.map_err(not_running)?;
    let mut reply = String::new();
    stream.take(1 << 20).read_to_string(&mut reply).await.map_err(not_running)?;
    match reply.split_once('\n') {
        Some(("done", _)) => Ok(()),
        Some(("refused", why)) => Err(ControlError::Refused(why.to_owned())),
        _ => Err(not_running(io::Error::from(io::ErrorKind::UnexpectedEof))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reload_is_asked_for_and_its_mistakes_come_back() {
        let state = tempfile::tempdir().expect("a folder");
        let listener = bind(state.path()).await.expect("a socket");
        let mode = std::fs::metadata(path(state.path())).expect("the socket").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(matches!(bind(state.path()).await, Err(ControlError::InUse { .. })));
        let (stop, stopped) = watch::channel(false);
        let (answers, asked) = std::sync::mpsc::channel();
        answers.send(Ok(())).expect("sent");
        answers.send(Err("garim.toml:3:1: no".to_owned())).expect("sent");
        let asked = std::sync::Mutex::new(asked);
        let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let hears = std::sync::Arc::clone(&heard);
        let act = move |question| match question {
            Question::Reload => std::future::ready(asked.lock().expect("a lock").recv().expect("an answer")),
            Question::Record(event) => {
                hears.lock().expect("a lock").push(*event);
                std::future::ready(Ok(()))
            }
        };
        let server = tokio::spawn(serve(listener, act, stopped));
        ask_reload(state.path()).await.expect("done");
        let refused = ask_reload(state.path()).await.expect_err("refused").to_string();
        assert_eq!(refused, "garim.toml:3:1: no");
        let event = Event { account: Some("kim".into()), ..Event::new("export") };
        ask_to_record(state.path(), &event).await.expect("recorded");
        assert_eq!(heard.lock().expect("a lock").as_slice(), std::slice::from_ref(&event));
        let other = Event { kind: "exchange", ..event.clone() };
        assert!(matches!(ask_to_record(state.path(), &other).await, Err(ControlError::Refused(_))));
        let long = Event { reason: Some("x".repeat(1 << 20)), ..event };
        assert!(matches!(ask_to_record(state.path(), &long).await, Err(ControlError::Refused(_))));
        stop.send(true).expect("stopped");
        server.await.expect("ended");
        assert!(matches!(ask_reload(state.path()).await, Err(ControlError::NotRunning { .. })));
    }
}
