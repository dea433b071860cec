//! A site that answers literal bytes and remembers what reached it.

use super::until;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it reached the site.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Its head, as it came.
    pub head: String,
    /// Its body, its framing undone.
    pub body: Vec<u8>,
    /// Whether it arrived whole.
    pub whole: bool,
}

impl Seen {
    /// The target of the request line.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The values of a field, by its name in any case.
    pub fn field(&self, name: &str) -> Vec<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }
}

/// What a site does to answer.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Waits.
    Pause(Duration),
    /// Closes the connection.
    Close,
    /// Sends back whatever comes, until nothing does.
    Echo,
}

/// What a site remembers.
#[derive(Default)]
struct Memory {
    heads: AtomicUsize,
    seen: Mutex<Vec<Seen>>,
    /// It leaves a body lying for so long before it reads it.
    leaves_lying: Duration,
}

impl Memory {
    fn remember(&self, seen: Seen) {
        self.seen.lock().expect("a lock").push(seen);
    }
}

/// A site on loopback.
pub struct Origin {
    /// Its port.
    pub port: u16,
    memory: Arc<Memory>,
    task: tokio::task::JoinHandle<()>,
}

impl Origin {
    /// Answers every request with what `handler` says.
    pub async fn new<H>(handler: H) -> Origin
    where
        H: Fn(&Seen) -> Vec<Piece> + Send + Sync + 'static,
    {
        Origin::slow(Duration::ZERO, handler).await
    }

    /// One that leaves every body lying for so long before it reads it.
    pub async fn slow<H>(leaves_lying: Duration, handler: H) -> Origin
    where
        H: Fn(&Seen) -> Vec<Piece> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let memory = Arc::new(Memory { leaves_lying, ..Memory::default() });
        let (handler, all) = (Arc::new(handler), Arc::clone(&memory));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&handler), Arc::clone(&all)));
            }
        });
        Origin { port, memory, task }
    }

    /// Answers every request with the same bytes.
    pub async fn always(bytes: Vec<u8>) -> Origin {
        Origin::new(move |_| vec![Piece::Send(bytes.clone())]).await
    }

    /// Every request that reached it, also in part.
    pub fn seen(&self) -> Vec<Seen> {
        self.memory.seen.lock().expect("a lock").clone()
    }

    /// Waits until so many heads have reached it, whatever becomes of their bodies.
    pub async fn heads(&self, number: usize) {
        until("a head reached the site", async || self.memory.heads.load(Ordering::SeqCst) >= number).await;
    }

    /// Waits until so many requests have reached it.
    pub async fn requests(&self, number: usize) -> Vec<Seen> {
        until("a request reached the site", async || self.seen().len() >= number).await;
        self.seen()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve<H>(mut stream: TcpStream, handler: Arc<H>, memory: Arc<Memory>)
where
    H: Fn(&Seen) -> Vec<Piece> + Send + Sync + 'static,
{
    let mut buffer = Vec::new();
    loop {
        let Some(head_end) = fill_until(&mut stream, &mut buffer, b"\r\n\r\n").await else {
            if !buffer.is_empty() {
                let head = String::from_utf8_lossy(&buffer).into_owned();
                memory.remember(Seen { head, ..Seen::default() });
            }
            return;
        };
        let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
        buffer.drain(..head_end);
        memory.heads.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(memory.leaves_lying).await;
        let mut seen = Seen { head, ..Seen::default() };
        seen.whole = read_body(&mut stream, &mut buffer, &mut seen).await;
        memory.remember(seen.clone());
        if !seen.whole {
            return;
        }
        for piece in handler(&seen) {
            let sent = match piece {
                Piece::Send(bytes) => stream.write_all(&bytes).await.is_ok(),
                Piece::Pause(time) => {
                    tokio::time::sleep(time).await;
                    true
                }
                Piece::Close => false,
                Piece::Echo => {
                    echo(&mut stream, std::mem::take(&mut buffer)).await;
                    false
                }
            };
            if !sent {
                return;
            }
        }
    }
}

async fn echo(stream: &mut TcpStream, mut buffer: Vec<u8>) {
    loop {
        if stream.write_all(&buffer).await.is_err() {
            return;
        }
        buffer.clear();
        if !more(stream, &mut buffer).await {
            return;
        }
    }
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> bool {
    matches!(stream.read_buf(buffer).await, Ok(read) if read > 0)
}

async fn fill_until(stream: &mut TcpStream, buffer: &mut Vec<u8>, end: &[u8]) -> Option<usize> {
    loop {
        if let Some(at) = buffer.windows(end.len()).position(|window| window == end) {
            return Some(at + end.len());
        }
        if !more(stream, buffer).await {
            return None;
        }
    }
}

async fn read_body(stream: &mut TcpStream, buffer: &mut Vec<u8>, seen: &mut Seen) -> bool {
    if seen.field("transfer-encoding") == ["chunked"] {
        return read_chunks(stream, buffer, seen).await;
    }
    let length = seen.field("content-length").first().map_or(0, |length| length.parse().expect("a length"));
    while buffer.len() < length {
        if !more(stream, buffer).await {
            seen.body = std::mem::take(buffer);
            return false;
        }
    }
    seen.body = buffer.drain(..length).collect();
    true
}

async fn read_chunks(stream: &mut TcpStream, buffer: &mut Vec<u8>, seen: &mut Seen) -> bool {
    loop {
        let Some(line) = fill_until(stream, buffer, b"\r\n").await else { return false };
        let size = String::from_utf8_lossy(&buffer[..line - 2]).into_owned();
        let size = usize::from_str_radix(&size, 16).expect("a chunk's size");
        while buffer.len() < line + size + 2 {
            if !more(stream, buffer).await {
                return false;
            }
        }
        seen.body.extend_from_slice(&buffer[line..line + size]);
        buffer.drain(..line + size + 2);
        if size == 0 {
            return true;
        }
    }
}
