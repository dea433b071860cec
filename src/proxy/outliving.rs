//! Work that is finished even if nobody waits for it any more.

use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

/// A future that, dropped before its end, goes on in a task of its own. As long as somebody waits for it, it runs where
/// it is waited for: a task for each would cost more than most exchanges do.
pub(super) struct Outliving<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T: Send + 'static> Outliving<T> {
    pub(super) fn new(work: impl Future<Output = T> + Send + 'static) -> Outliving<T> {
        Outliving(Some(Box::pin(work)))
    }
}

impl<T: Send + 'static> Future for Outliving<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(work) = &mut self.0 else { return Poll::Pending };
        let done = work.as_mut().poll(cx);
        if done.is_ready() {
            self.0 = None;
        }
        done
    }
}

impl<T: Send + 'static> Drop for Outliving<T> {
    fn drop(&mut self) {
        // A panic in it is not to be tried again, and a runtime that ends takes no more.
        if let (Some(work), false, Ok(runtime)) = (self.0.take(), std::thread::panicking(), Handle::try_current()) {
            drop(runtime.spawn(work));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn what_is_waited_for_gives_its_output() {
        assert_eq!(Outliving::new(async { 7 }).await, 7);
    }

    #[tokio::test]
    async fn what_is_dropped_goes_on() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, seen) = oneshot::channel();
        let mut work = Outliving::new(async move {
            gone.await.expect("a word");
            done.send(()).expect("somebody");
        });
        assert!(tokio::time::timeout(Duration::from_millis(5), &mut work).await.is_err());
        drop(work);
        go.send(()).expect("still waited for");
        seen.await.expect("it went on");
    }

    #[tokio::test]
    async fn what_was_never_begun_is_done_too() {
        let (done, seen) = oneshot::channel();
        drop(Outliving::new(async move { done.send(()).expect("somebody") }));
        seen.await.expect("it ran");
    }
}
