//! The writer's own text, given back on the page of a refusal: a browser may have lost what was typed.

use crate::body::BoxError;
use crate::inspect::{self, Lens};
use crate::text::Charset;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The most of a form that is remembered for its writer, in bytes.
const REMEMBERED: usize = 64 << 10;
/// How long the page waits for the rest of a form that has been refused before its end.
const PATIENCE: Duration = Duration::from_secs(1);

/// What has been read of a body, as far as it is remembered. The chunks are shared with whoever keeps the body.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory(Option<Arc<Mutex<Chunks>>>);

#[derive(Debug, Default)]
struct Chunks {
    chunks: Vec<Bytes>,
    bytes: usize,
    /// More came than is remembered.
    full: bool,
}

impl Memory {
    fn chunks(&self) -> Option<MutexGuard<'_, Chunks>> {
        self.0.as_ref().map(|chunks| chunks.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether there may be more of it.
    fn add(&self, chunk: &Bytes) -> bool {
        let Some(mut chunks) = self.chunks() else { return false };
        let room = REMEMBERED.saturating_sub(chunks.bytes);
        let part = chunk.slice(..chunk.len().min(room));
        chunks.full |= part.len() < chunk.len();
        chunks.bytes += part.len();
        if !part.is_empty() {
            chunks.chunks.push(part);
        }
        !chunks.full
    }

    fn whole(&self) -> Vec<u8> {
        self.chunks().map(|chunks| chunks.chunks.concat()).unwrap_or_default()
    }

    fn is_full(&self) -> bool {
        self.chunks().is_none_or(|chunks| chunks.full)
    }
}

/// A body that is remembered while it is read.
#[derive(Debug)]
pub(super) struct Remembered<B> {
    body: B,
    memory: Option<Memory>,
}

impl<B> Remembered<B> {
    /// Remembers a body only `if` it is a form that a person may have filled in.
    pub(super) fn new(body: B, content_type: Option<&[u8]>) -> (Remembered<B>, Memory) {
        let form = content_type.is_some_and(is_form);
        let memory = Memory(form.then(Arc::default));
        (Remembered { body, memory: form.then(|| memory.clone()) }, memory)
    }
}

fn is_form(content_type: &[u8]) -> bool {
    let media = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    media.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
        || media.eq_ignore_ascii_case(b"multipart/form-data")
}

impl<B> Body for Remembered<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref);
        if let (Some(memory), Some(data)) = (&self.memory, data)
            && !memory.add(data)
        {
            self.memory = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The writer's text fields, masked. What is still to come of a small form is waited for, briefly.
pub(super) async fn own_text<B>(
    memory: &Memory,
    rest: Option<&mut Remembered<B>>,
    content_type: Option<&[u8]>,
    charset: Option<Charset>,
    lens: &Arc<Lens>,
) -> Vec<(String, String)>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    if !content_type.is_some_and(is_form) {
        return Vec::new();
    }
    if let Some(rest) = rest {
        let small = rest.size_hint().upper().is_some_and(|left| left <= REMEMBERED as u64);
        let read = async {
            while !memory.is_full()
                && let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut *rest).poll_frame(cx)).await
            {}
        };
        if small {
            // What has not come by then is not on the page.
            let _ = tokio::time::timeout(PATIENCE, read).await;
        }
    }
    inspect::fields(content_type, &memory.whole(), charset, lens)
}
