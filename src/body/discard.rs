//! What a refused client still sends is read and thrown away for a while: a connection that is closed while the client
//! writes is reset, and the browser then shows no page.

use super::BoxError;
use bytes::{Buf, Bytes};
use http_body::Body;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// However slowly it comes, nobody is listened to for longer than so many times the silence that is allowed.
const MOST_SILENCES: u32 = 10;

/// Reads a body away in a task of its own: at most `most` bytes, until nothing has come for `silence`, and for ten times
/// as long at most. The task gives how many it read. When a limit is reached the body is dropped, which ends the
/// connection.
pub fn discard<B>(mut body: B, most: u64, silence: Duration) -> JoinHandle<u64>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    tokio::spawn(async move {
        let mut read = 0_u64;
        let all = async {
            let mut frame = async || timeout(silence, poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).await;
            while let Ok(Some(Ok(frame))) = frame().await {
                read = read.saturating_add(frame.data_ref().map_or(0, |data| data.remaining() as u64));
                if read > most {
                    break;
                }
            }
        };
        // Whether it was the end, a limit or the time: nobody waits for what is left.
        let _ = timeout(silence.saturating_mul(MOST_SILENCES), all).await;
        read
    })
}
