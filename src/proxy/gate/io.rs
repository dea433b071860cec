//! The bytes between TLS and hyper: each head is judged before hyper sees any of it.

use super::fault::HeadFault;
use super::head::{self, Bounds, Framing, Head};
use super::passage::Passage;
use super::scanner::{Progress, Scanner};
use super::substitute::substitute;
use super::timers::{Timer, Wait};
use crate::config::Limits;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long a client may say nothing after its connection has been closed towards it, before it is dropped.
const LINGERS: Duration = Duration::from_secs(5);

/// The end of an exchange is not looked for more often.
const LOOKS_AGAIN: Duration = Duration::from_millis(100);

/// What is read away at a time, in bytes.
const PIECE: usize = 8 << 10;

/// What the next bytes from the client are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// A head.
    Head,
    /// So many bytes of a body.
    Body(u64),
    /// HTTP or another protocol, as the answer to the last request will say.
    Held,
    /// hyper's, or another protocol's, to the end of the connection.
    Through,
    /// Nobody's: the last head was refused.
    Refused,
    /// Nothing: the client has ended its side, or has been waited for in vain.
    Over,
}

/// A stream whose heads are judged.
///
/// Memory: one head (`limits.header_bytes`) and what the same read brought beyond it, and nothing between two requests.
#[derive(Debug)]
pub struct Gate<IO> {
    io: IO,
    limits: Limits,
    bounds: Bounds,
    passage: Arc<Passage>,
    stage: Stage,
    /// From the client, not judged.
    raw: Vec<u8>,
    /// What of a head in `raw` has been looked at.
    scanner: Scanner,
    /// For hyper, from `given` on.
    ready: Vec<u8>,
    given: usize,
    /// What follows the body under way.
    switches: bool,
    timer: Timer,
    /// The connection's last request has been passed, and the client may send more than anybody reads.
    lingers: bool,
    /// Since when it is closed towards the client.
    closed: Option<Instant>,
    /// Read away since.
    read_away: u64,
}

impl<IO> Gate<IO> {
    pub(super) fn new(io: IO, limits: Limits, passage: Arc<Passage>) -> Gate<IO> {
        Gate {
            io,
            limits,
            bounds: Bounds { bytes: limits.header_bytes, fields: limits.header_count },
            passage,
            stage: Stage::Head,
            raw: Vec::new(),
            scanner: Scanner::default(),
            ready: Vec::new(),
            given: 0,
            switches: false,
            timer: Timer::default(),
            lingers: false,
            closed: None,
            read_away: 0,
        }
    }

    /// A head goes to hyper: what follows it is known.
    fn pass(&mut self, head: &Head) {
        self.passage.pass();
        self.timer.stop();
        self.scanner = Scanner::default();
        self.switches = head.switches;
        match head.framing {
            Framing::Length(length) => self.leave(length),
            Framing::Chunked => {
                self.stage = Stage::Through;
                self.lingers = true;
            }
        }
    }

    /// So much of a body is to come, and then the next head.
    fn leave(&mut self, left: u64) {
        self.stage = match left {
            0 if self.switches => Stage::Held,
            0 => Stage::Head,
            left => Stage::Body(left),
        };
    }

    /// A head is refused: hyper gets another in its place, and nothing after it.
    fn refuse(&mut self, fault: HeadFault) {
        self.passage.refuse(fault);
        self.timer.stop();
        self.ready = substitute(&self.raw);
        self.raw = Vec::new();
        self.stage = Stage::Refused;
        self.lingers = true;
    }

    /// Judges what has come of a head; true once there is something for hyper.
    fn judge(&mut self) -> bool {
        match self.scanner.look(&self.raw, self.bounds.bytes) {
            Progress::More => return false,
            Progress::Fault(fault) => self.refuse(fault),
            Progress::Whole(length) => match self.raw.get(..length).map(|bytes| head::check(bytes, &self.bounds)) {
                Some(Ok(head)) => {
                    let after = self.raw.split_off(length);
                    let bytes = std::mem::replace(&mut self.raw, after);
                    self.ready = head.for_hyper(&bytes).unwrap_or(bytes);
                    self.pass(&head);
                }
                Some(Err(fault)) => self.refuse(fault),
                None => self.refuse(HeadFault::Unfinished),
            },
        }
        true
    }

    /// The usual case: a whole head that stays as it is has come in one read, alone or with its body. It stays where it
    /// was read to. False if it is not so; then nothing has changed.
    fn pass_in_place(&mut self, buf: &mut ReadBuf<'_>, start: usize) -> bool {
        let came = buf.filled().get(start..).unwrap_or_default();
        let Progress::Whole(length) = Scanner::default().look(came, self.bounds.bytes) else { return false };
        let Some((bytes, after)) = came.split_at_checked(length) else { return false };
        let Ok(head) = head::check(bytes, &self.bounds) else { return false };
        if head.for_hyper(bytes).is_some() {
            return false;
        }
        self.pass(&head);
        let after = after.len();
        self.take_body(buf, start + length, after);
        true
    }

    /// Of the last `came` bytes of `buf`, hyper gets what belongs to the body under way; the rest waits.
    fn take_body(&mut self, buf: &mut ReadBuf<'_>, start: usize, came: usize) {
        let Stage::Body(left) = self.stage else { return self.put_back(buf, start) };
        let of_body = usize::try_from(left).unwrap_or(usize::MAX).min(came);
        self.leave(left - of_body as u64);
        self.put_back(buf, start + of_body);
    }

    /// What stands in `buf` after `end` is not for hyper yet.
    fn put_back(&mut self, buf: &mut ReadBuf<'_>, end: usize) {
        self.raw.extend_from_slice(buf.filled().get(end..).unwrap_or_default());
        buf.set_filled(end.min(buf.filled().len()));
    }

    /// Gives hyper what is ready for it; true if there was something.
    fn give(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let left = self.ready.get(self.given..).unwrap_or_default();
        if left.is_empty() {
            return false;
        }
        let now = left.len().min(buf.remaining());
        buf.put_slice(left.get(..now).unwrap_or_default());
        self.given += now;
        if self.given >= self.ready.len() {
            self.ready = Vec::new();
            self.given = 0;
        }
        true
    }

    /// No more of a head comes: what has come of it is refused for that. Who has sent none of it has only left.
    fn end(&mut self, fault: HeadFault) {
        match self.raw.is_empty() {
            true => self.stage = Stage::Over,
            false => self.refuse(fault),
        }
    }

    /// Nothing has come. While an exchange is under way the client owes nothing.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let idle = self.limits.idle_timeout;
        while self.passage.is_busy() {
            if !self.raw.is_empty() {
                // The time for what has begun begins with its end.
                self.timer.stop();
                self.passage.wake_when_over(cx);
                return Poll::Pending;
            }
            ready!(self.timer.poll(cx, Wait::Exchange, idle.max(LOOKS_AGAIN)));
            self.timer.stop();
        }
        let (wait, limit) = match self.raw.is_empty() {
            true => (Wait::Idle, idle.saturating_sub(self.passage.over_for())),
            false => (Wait::Head, self.limits.header_timeout),
        };
        ready!(self.timer.poll(cx, wait, limit));
        self.end(HeadFault::Timeout);
        Poll::Ready(())
    }
}

impl<IO: AsyncRead + Unpin> Gate<IO> {
    /// Reads on, with hyper's buffer to read into; how many bytes there came, which stand behind `start`.
    fn read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>, start: usize) -> Poll<io::Result<usize>> {
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        Poll::Ready(Ok(buf.filled().len().saturating_sub(start)))
    }

    /// Until a head has been judged, the client has ended, or it has been waited for too long.
    fn poll_head(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let start = buf.filled().len();
        while !self.judge() {
            let came = match self.read(cx, buf, start) {
                Poll::Ready(Ok(came)) => came,
                Poll::Ready(Err(error)) if self.raw.is_empty() => return Poll::Ready(Err(error)),
                // It is gone without a word.
                Poll::Ready(Err(_)) => 0,
                Poll::Pending => return self.wait(cx).map(Ok),
            };
            if came == 0 {
                self.end(HeadFault::Cut);
                break;
            }
            if self.raw.is_empty() && self.pass_in_place(buf, start) {
                break;
            }
            self.put_back(buf, start);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_body(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let start = buf.filled().len();
        let came = ready!(self.read(cx, buf, start))?;
        self.take_body(buf, start, came);
        Poll::Ready(Ok(()))
    }

    /// Until it is known which protocol the client speaks from here on. What it sends meanwhile is kept, as much as a
    /// head may have; reading goes on so that its end is noticed.
    fn poll_held(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let start = buf.filled().len();
        loop {
            if self.passage.is_switched() {
                self.stage = Stage::Through;
                return Poll::Ready(Ok(()));
            }
            if self.passage.is_answered() {
                self.stage = Stage::Head;
                return Poll::Ready(Ok(()));
            }
            self.passage.wake_when_over(cx);
            if self.raw.len() >= self.bounds.bytes {
                return Poll::Pending;
            }
            if ready!(self.read(cx, buf, start))? == 0 {
                self.stage = Stage::Over;
                return Poll::Ready(Ok(()));
            }
            self.put_back(buf, start);
        }
    }

    /// Reads away what a client still sends after its last answer: a connection that is closed with bytes unread is
    /// reset, and then the page may never be seen.
    fn poll_linger(&mut self, cx: &mut Context<'_>, since: Instant) -> Poll<()> {
        let mut piece = [MaybeUninit::uninit(); PIECE];
        while self.read_away <= self.limits.discard_bytes && since.elapsed() < self.limits.idle_timeout {
            let mut buf = ReadBuf::uninit(&mut piece);
            match Pin::new(&mut self.io).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    self.read_away += buf.filled().len() as u64;
                    self.timer.stop();
                }
                Poll::Ready(_) => break,
                Poll::Pending => return self.timer.poll(cx, Wait::Lingering, LINGERS.min(self.limits.idle_timeout)),
            }
        }
        Poll::Ready(())
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Gate<IO> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let start = buf.filled().len();
        loop {
            if this.give(buf) {
                return Poll::Ready(Ok(()));
            }
            match this.stage {
                Stage::Over => return Poll::Ready(Ok(())),
                // An end would be taken for the client's, and the page would be dropped.
                Stage::Refused => return Poll::Pending,
                Stage::Through if this.raw.is_empty() => return Pin::new(&mut this.io).poll_read(cx, buf),
                Stage::Through => this.ready = std::mem::take(&mut this.raw),
                Stage::Body(_) if this.raw.is_empty() => return this.poll_body(cx, buf),
                Stage::Body(left) => {
                    let now = usize::try_from(left).unwrap_or(usize::MAX).min(this.raw.len());
                    let after = this.raw.split_off(now);
                    this.ready = std::mem::replace(&mut this.raw, after);
                    this.leave(left - now as u64);
                }
                Stage::Held => ready!(this.poll_held(cx, buf))?,
                Stage::Head => {
                    ready!(this.poll_head(cx, buf))?;
                    if buf.filled().len() > start {
                        return Poll::Ready(Ok(()));
                    }
                }
            }
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<IO> {
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

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let since = match this.closed {
            Some(since) => since,
            None => {
                ready!(Pin::new(&mut this.io).poll_shutdown(cx))?;
                this.timer.stop();
                *this.closed.insert(Instant::now())
            }
        };
        if this.lingers { this.poll_linger(cx, since).map(Ok) } else { Poll::Ready(Ok(())) }
    }
}
