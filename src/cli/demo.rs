//! `garim demo`: garim with a board behind it, to try it out.

use crate::app::{self, log};
use crate::config;
use crate::demo::{self, Addresses, board};
use crate::proxy::listen;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::watch;

/// Serves until Ctrl-C. Nothing of it is left behind.
pub(super) fn demo(demo: &super::Demo) -> ExitCode {
    log::start(log::To::Error);
    let served = StateDir::new().map_err(|error| error.to_string()).and_then(|state| {
        let runtime = super::runtime().map_err(|error| error.to_string())?;
        let ended = runtime.block_on(serve(demo, &state.0));
        runtime.shutdown_timeout(Duration::from_secs(1));
        ended
    });
    match served {
        Ok(()) => {
            println!("garim: ended / 끝났습니다");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("garim: {error}");
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
    println!("{}", demo::guide(&Addresses { listen, board: board_at, operations }));
    running.until_told().await;
    // The board may already have ended by itself.
    let _ = stop.send(true);
    let _ = tokio::time::timeout(Duration::from_secs(1), behind).await;
    Ok(())
}

/// A folder for the time of the demo.
struct StateDir(PathBuf);

impl StateDir {
    fn new() -> std::io::Result<StateDir> {
        let path = std::env::temp_dir().join(format!("garim-demo-{}", std::process::id()));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(StateDir(path))
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        // What cannot be removed is an empty folder among temporary ones.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
