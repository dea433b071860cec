//! `garim demo`: garim with a board behind it, to try it out.

use crate::app::{self, log};
use crate::config;
use crate::demo::{self, Addresses, board};
use crate::proxy::listen;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::watch;

/// Serves until Ctrl-C. Nothing of it is left behind.
pub(super) fn demo(demo: &super::Demo) -> ExitCode {
    log::start(log::To::Error);
    let served = StateDir::new().and_then(|state| {
        let runtime = super::runtime().map_err(|error| error.to_string())?;
        let ended = runtime.block_on(serve(demo, &state.0));
        runtime.shutdown_timeout(Duration::from_secs(1));
        ended
    });
    match served {
        Ok(()) => {
            say!("garim: ended / 끝났습니다");
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(demo: &super::Demo, state: &Path) -> Result<(), String> {
    let board = listen::bind(demo.board).map_err(|error| error.to_string())?;
    let actual = |listener: &tokio::net::TcpListener, asked: SocketAddr| listener.local_addr().unwrap_or(asked);
    let board_at = actual(&board, demo.board);
    let at = Addresses { listen: demo.listen, board: board_at, operations: demo.operations };
    let settings = config::parse(&demo::configuration(&at, state), "demo").map_err(|mistakes| mistakes.to_string())?;
    let stop = watch::Sender::new(false);
    let behind = tokio::spawn(board::serve(board, stop.subscribe()));
    let running = app::start(settings, None).await.map_err(|error| error.to_string())?;
    let listen = running.listening.first().copied().unwrap_or(demo.listen);
    let operations = running.operations.unwrap_or(demo.operations);
    say!("{}", demo::guide(&Addresses { listen, board: board_at, operations }));
    running.until_told().await;
    // The board may already have ended by itself.
    let _ = stop.send(true);
    let _ = tokio::time::timeout(Duration::from_secs(1), behind).await;
    Ok(())
}

/// A folder for the time of the demo.
struct StateDir(PathBuf);

/// Folders of demos that were killed, under the same number as this process, at most.
const LEFT_BEHIND: u32 = 1000;

impl StateDir {
    fn new() -> Result<StateDir, String> {
        let (parent, id) = (std::env::temp_dir(), std::process::id());
        let mut number = 0;
        loop {
            // In a container every demo may be process 1.
            let end = if number == 0 { String::new() } else { format!("-{number}") };
            let path = parent.join(format!("garim-demo-{id}{end}"));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(StateDir(path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && number < LEFT_BEHIND => number += 1,
                Err(error) => {
                    let parent = parent.display();
                    return Err(format!(
                        "no folder for temporary files can be made in {parent}: {error}; set TMPDIR to one that is yours\n    \
                         {parent}에 임시 폴더를 만들 수 없습니다. 쓸 수 있는 폴더를 TMPDIR로 정하십시오."
                    ));
                }
            }
        }
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        // What cannot be removed is an empty folder among temporary ones.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
