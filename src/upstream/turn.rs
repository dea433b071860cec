//! Who is about to write lets the others who are ready go first.
//!
//! What a write costs is mostly that it wakes whoever reads. Where many exchanges are ready at once, all are worked on first,
//! and then all is written: the reader is woken once, and finds the rest of it when it looks for more. On one core, with a site
//! on the next one, that is a fifth of what a short exchange costs.

use std::task::Context;

/// Whether the turn to write has come, for one stream.
#[derive(Debug, Default)]
pub struct Turn {
    /// The others have been let go first since the last flush.
    waited: bool,
}

impl Turn {
    /// Whether it may write now. If not, the task has been put at the end of the queue of those that are ready, and is polled
    /// again when it comes up: a caller that is told so returns `Pending`.
    pub fn has_come(&mut self, cx: &Context<'_>) -> bool {
        if self.waited {
            return true;
        }
        self.waited = true;
        // A task that wakes itself while it runs goes behind all that are ready.
        cx.waker().wake_by_ref();
        false
    }

    /// All is written: the next write waits for its turn again.
    pub fn is_over(&mut self) {
        self.waited = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::future::poll_fn;
    use std::rc::Rc;
    use std::task::Poll;
    use tokio::task::LocalSet;

    #[tokio::test]
    async fn all_work_and_then_all_write() {
        let (did, tasks) = (Rc::new(RefCell::new(Vec::new())), LocalSet::new());
        for _ in 0..3 {
            let did = Rc::clone(&did);
            tasks.spawn_local(async move {
                let mut turn = Turn::default();
                for _ in 0..2 {
                    did.borrow_mut().push("works");
                    poll_fn(|cx| if turn.has_come(cx) { Poll::Ready(()) } else { Poll::Pending }).await;
                    // A second write before the flush does not wait.
                    assert!(poll_fn(|cx| Poll::Ready(turn.has_come(cx))).await);
                    did.borrow_mut().push("writes");
                    turn.is_over();
                }
            });
        }
        tasks.await;
        let (work, write) = ("works", "writes");
        let expected = [work, work, work, write, work, write, work, write, work, write, write, write];
        assert_eq!(*did.borrow(), expected);
    }
}
