//! A connection on which a test writes and reads literal bytes.

use super::PATIENCE;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

trait Both: AsyncRead + AsyncWrite + Send + Unpin {}

impl<IO: AsyncRead + AsyncWrite + Send + Unpin> Both for IO {}

/// A connection to the program, with TLS or without; dropping it closes it.
pub struct Wire {
    stream: Box<dyn Both>,
    buffer: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Wire {
        Wire { stream: Box::new(stream), buffer: Vec::new() }
    }

    /// Writes; false if the other end has closed the connection.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok() && self.stream.flush().await.is_ok()
    }

    /// Writes.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        assert!(self.try_send(bytes).await, "the connection was closed");
    }

    /// Reads up to and with `end`; what follows stays for the next reading.
    pub async fn until(&mut self, end: &str) -> String {
        loop {
            let found = self.buffer.windows(end.len()).position(|window| window == end.as_bytes());
            if let Some(at) = found {
                let taken = self.buffer.drain(..at + end.len()).collect::<Vec<u8>>();
                return String::from_utf8_lossy(&taken).into_owned();
            }
            let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await;
            let so_far = || String::from_utf8_lossy(&self.buffer).into_owned();
            assert!(matches!(read, Ok(Ok(1..))), "{end:?} never came, only {:?} ({read:?})", so_far());
        }
    }

    /// Reads until the other end closes; fails if it does not.
    pub async fn rest(&mut self) -> String {
        let all = async { while self.stream.read_buf(&mut self.buffer).await.is_ok_and(|read| read > 0) {} };
        tokio::time::timeout(PATIENCE, all).await.expect("the connection is closed in time");
        String::from_utf8_lossy(&std::mem::take(&mut self.buffer)).into_owned()
    }

    /// Whether nothing comes for a while.
    pub async fn is_silent(&mut self, time: Duration) -> bool {
        self.buffer.is_empty() && tokio::time::timeout(time, self.stream.read_buf(&mut self.buffer)).await.is_err()
    }
}

/// A connection without TLS.
pub async fn plain(port: u16) -> Wire {
    Wire::new(TcpStream::connect(("127.0.0.1", port)).await.expect("connected"))
}
