//! The executor: one future, polled until nothing more happens.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// A future that may hold everything that it works with.
pub struct Task {
    /// `None` once the future is done; what it held is dropped then.
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    woken: Arc<Woken>,
    waker: Waker,
}

/// Set by wakers, cleared before each poll: a wake in the midst of a poll leads to another poll.
#[derive(Default)]
pub struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl Task {
    /// A task whose wakers are made from `woken`.
    pub fn new(woken: Arc<Woken>, future: impl Future<Output = ()> + 'static) -> Self {
        Task {
            future: Some(Box::pin(future)),
            waker: Waker::from(woken.clone()),
            woken,
        }
    }

    /// A task whose wakers nobody else makes.
    #[cfg(test)]
    pub fn alone(future: impl Future<Output = ()> + 'static) -> Self {
        Task::new(Arc::default(), future)
    }

    /// Polls the future, and again for as long as it was woken meanwhile.
    ///
    /// It polls at least once, woken or not: a future written by hand may look at the context's messages without
    /// leaving a waker.
    pub fn run(&mut self) -> Poll<()> {
        let mut context = Context::from_waker(&self.waker);
        while let Some(future) = &mut self.future {
            self.woken.0.store(false, Ordering::Release);
            match future.as_mut().poll(&mut context) {
                Poll::Ready(()) => self.future = None,
                Poll::Pending if self.woken.0.load(Ordering::Acquire) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}

/// `std::future::poll_fn`, which rustc 1.63 does not have yet.
#[cfg(test)]
pub async fn poll_fn<T>(poll: impl FnMut(&mut Context<'_>) -> Poll<T> + Unpin) -> T {
    struct PollFn<F>(F);

    impl<T, F: FnMut(&mut Context<'_>) -> Poll<T> + Unpin> Future for PollFn<F> {
        type Output = T;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
            (self.0)(context)
        }
    }

    PollFn(poll).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn it_goes_on_while_woken() {
        let mut rest = 5;
        let mut task = Task::alone(poll_fn(move |context| {
            if rest == 0 {
                return Poll::Ready(());
            }
            rest -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        }));
        assert_eq!(task.run(), Poll::Ready(()));
        assert_eq!(
            task.run(),
            Poll::Ready(()),
            "a task that is done stays done"
        );
    }

    #[test]
    fn it_stops_when_not_woken_and_polls_once_when_asked() {
        let polls = Rc::new(Cell::new(0));
        let counter = polls.clone();
        let mut task = Task::alone(poll_fn(move |_| {
            counter.set(counter.get() + 1);
            Poll::Pending
        }));
        assert_eq!(task.run(), Poll::Pending);
        assert_eq!(task.run(), Poll::Pending);
        assert_eq!(polls.get(), 2);
    }

    #[test]
    fn a_waker_outlives_its_task() {
        let kept = Rc::new(Cell::new(None));
        let keep = kept.clone();
        let mut task = Task::alone(poll_fn(move |context| {
            keep.set(Some(context.waker().clone()));
            Poll::Pending
        }));
        assert_eq!(task.run(), Poll::Pending);
        drop(task);
        kept.take().unwrap().wake();
    }

    #[test]
    fn a_wake_from_another_thread_counts() {
        let mut first = true;
        let mut task = Task::alone(poll_fn(move |context| {
            if !std::mem::take(&mut first) {
                return Poll::Ready(());
            }
            let waker = context.waker().clone();
            std::thread::spawn(move || waker.wake()).join().unwrap();
            Poll::Pending
        }));
        assert_eq!(task.run(), Poll::Ready(()));
    }

    #[test]
    fn what_the_future_held_is_dropped_when_it_is_done() {
        let held = Rc::new(());
        let inside = held.clone();
        let mut task = Task::alone(async move {
            let _inside = inside;
        });
        assert_eq!(Rc::strong_count(&held), 2);
        assert_eq!(task.run(), Poll::Ready(()));
        assert_eq!(Rc::strong_count(&held), 1);
    }
}
