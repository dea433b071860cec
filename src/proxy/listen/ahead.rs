//! A stream that reads more than it is asked for: rustls asks for 4 KiB at a time, a quarter of a record of TLS.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is read at once, in bytes: a little more than the longest record of TLS 1.3 (RFC 8446 section 5.2).
const PIECE: usize = (16 << 10) + 512;

thread_local! {
    /// Shared by the connections of a thread, so that one that rests has no buffer.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A stream that is read ahead. What was not asked for yet is kept, and never more than [`PIECE`].
#[derive(Debug)]
pub(super) struct Ahead<IO> {
    io: IO,
    /// What was read ahead, from `at` on; without room of its own while there is nothing.
    rest: Vec<u8>,
    at: usize,
}

impl<IO> Ahead<IO> {
    pub(super) fn new(io: IO) -> Ahead<IO> {
        Ahead { io, rest: Vec::new(), at: 0 }
    }

    /// Gives what was read ahead, if there is any.
    fn give(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let rest = self.rest.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return false;
        }
        let (now, later) = rest.split_at(rest.len().min(buf.remaining()));
        buf.put_slice(now);
        if later.is_empty() {
            (self.rest, self.at) = (Vec::new(), 0);
        } else {
            self.at += now.len();
        }
        true
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Ahead<IO> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.give(buf) {
            return Poll::Ready(Ok(()));
        }
        if buf.remaining() >= PIECE {
            return Pin::new(&mut this.io).poll_read(cx, buf);
        }
        ROOM.with(|room| {
            // Reading from a stream reads from no other.
            let Ok(mut room) = room.try_borrow_mut() else { return Pin::new(&mut this.io).poll_read(cx, buf) };
            room.resize(PIECE, 0);
            let mut piece = ReadBuf::new(&mut room);
            ready!(Pin::new(&mut this.io).poll_read(cx, &mut piece))?;
            let came = piece.filled();
            let (now, later) = came.split_at(came.len().min(buf.remaining()));
            buf.put_slice(now);
            this.rest.extend_from_slice(later);
            Poll::Ready(Ok(()))
        })
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Ahead<IO> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn everything_comes_once_and_in_order() {
        let sent: Vec<u8> = (0..100_000_u32).map(|number| (number % 251) as u8).collect();
        for asked in [1, 100, 4_096, 20_000] {
            let (mut one, other) = duplex(30_000);
            let bytes = sent.clone();
            let writer = tokio::spawn(async move { one.write_all(&bytes).await.unwrap() });
            let (mut ahead, mut came, mut piece) = (Ahead::new(other), Vec::new(), vec![0; asked]);
            loop {
                let read = ahead.read(&mut piece).await.unwrap();
                came.extend_from_slice(&piece[..read]);
                assert!(ahead.rest.len() <= PIECE);
                if read == 0 {
                    break;
                }
            }
            writer.await.unwrap();
            assert!(came == sent, "{asked} at a time");
            assert_eq!(ahead.rest.capacity(), 0, "nothing is kept for nothing");
        }
    }
}
