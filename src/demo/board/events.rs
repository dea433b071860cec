//! `/board/events`: what is new on the board, told live, for trying out event streams.

use bytes::Bytes;
use http_body::{Body, Frame};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Event streams are UTF-8, on an EUC-KR site too.
const EVENTS: [&str; 4] = [
    "event: hello\ndata: 열린 민원 게시판\n\n",
    "event: post\ndata: {\"subject\":\"하천 산책로 가로등이 꺼져 있습니다\"}\n\n",
    "event: comment\ndata: {\"name\":\"김민원\",\"content\":\"휴대전화 010-1234-5678 로 연락 주세요.\"}\n\n",
    "event: bye\ndata: 끝\n\n",
];

/// A few events at an even pace; the first comes at once.
pub(super) struct Events {
    clock: Interval,
    left: std::slice::Iter<'static, &'static str>,
}

impl Events {
    pub(super) fn new(pace: Duration) -> Events {
        let mut clock = interval(pace);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Events { clock, left: EVENTS.iter() }
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left.as_slice().is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.clock.poll_tick(context));
        let event = self.left.next().map(|event| Bytes::from_static(event.as_bytes()));
        Poll::Ready(event.map(|event| Ok(Frame::data(event))))
    }
}
