//! The demo board: what a Korean municipality has run since 2004, down to its EUC-KR, its nested tables and its hit
//! counter. It filters nothing: what it received is what it shows, so that one sees exactly what reached it.

mod events;
mod form;
mod html;
mod members;
mod pages;
mod posts;
mod reply;
mod routes;
mod seeds;
mod visits;

#[cfg(test)]
mod tests;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use posts::Posts;
use routes::Board;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Connections served at once; more wait to be accepted.
const CONNECTIONS: usize = 256;
/// For a head to arrive, and between two requests of a connection.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long open exchanges may go on after the shutdown.
const DRAIN: Duration = Duration::from_secs(2);
/// The pause after a failed accept (out of descriptors): the condition does not pass at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves the board over HTTP/1.1 until `shutdown` holds `true` or its sender is gone. Posts live in memory: at most
/// 200, at most 64 MiB; the oldest that visitors wrote are forgotten first.
pub async fn serve(listener: TcpListener, shutdown: watch::Receiver<bool>) {
    let board = Arc::new(Board::new(Posts::with_seeds()));
    let mut open = JoinSet::new();
    let mut stop = pin!(stopped(shutdown.clone()));
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept(), if open.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    open.spawn(connection(stream, Arc::clone(&board), shutdown.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    // What has not ended by then is aborted when the set is dropped.
    let _ = tokio::time::timeout(DRAIN, async { while open.join_next().await.is_some() {} }).await;
}

async fn stopped(mut shutdown: watch::Receiver<bool>) {
    // An error means that the sender is gone: nobody could stop us any more.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

async fn connection(stream: TcpStream, board: Arc<Board>, shutdown: watch::Receiver<bool>) {
    let service = service_fn(move |request| {
        let board = Arc::clone(&board);
        async move { Ok::<_, Infallible>(board.answer(request).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(KEEP_ALIVE).title_case_headers(true);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = stopped(shutdown) => None,
    };
    // An error is the client's: it broke off, or its bytes are no HTTP. A demo keeps no record of that.
    if ended.is_none() {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
