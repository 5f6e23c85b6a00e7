//! The guest's end of the line: messages in, outputs out.

use crate::exclusive::Exclusive;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The line to the host: [`next`](Self::next) receives messages, [`send`](Self::send) sends outputs.
///
/// Clones share the line, so that several tasks inside one box can each hold one. Without parameters it is
/// `WasmBoxContext<String, String>`.
pub struct WasmBoxContext<Input = String, Output = String> {
    inbox: Arc<Inbox<Input>>,
    outlet: Arc<dyn Fn(Output) + Send + Sync>,
}

impl<Input, Output> WasmBoxContext<Input, Output> {
    pub(crate) fn new(
        inbox: Arc<Inbox<Input>>,
        outlet: impl Fn(Output) + Send + Sync + 'static,
    ) -> Self {
        WasmBoxContext {
            inbox,
            outlet: Arc::new(outlet),
        }
    }

    /// Waits for the next message.
    ///
    /// Each message goes to one future. When several wait, all are woken and the first that is polled gets it; a future
    /// that is dropped takes no message with it, so `next()` may be one side of a `select`.
    pub fn next(&self) -> NextMessage<Input> {
        NextMessage {
            inbox: self.inbox.clone(),
            ticket: None,
        }
    }

    /// Sends an output to the host, at once. There may be any number of them for a message, and also none.
    ///
    /// # Panics
    ///
    /// If the output cannot be encoded as bincode, which lies in its own `Serialize`.
    pub fn send(&self, output: Output) {
        (self.outlet)(output);
    }
}

impl<Input, Output> Clone for WasmBoxContext<Input, Output> {
    fn clone(&self) -> Self {
        WasmBoxContext {
            inbox: self.inbox.clone(),
            outlet: self.outlet.clone(),
        }
    }
}

impl<Input, Output> std::fmt::Debug for WasmBoxContext<Input, Output> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("WasmBoxContext")
            .finish_non_exhaustive()
    }
}

/// Messages that have come, and wakers of those that wait for one.
///
/// No code but ours runs while the state is taken. That it can be is what lets a context go where `Send` is asked for.
pub struct Inbox<Input> {
    state: Exclusive<State<Input>>,
    /// Whoever waits with this one is polled after each message anyway.
    executor: Waker,
}

struct State<Input> {
    messages: VecDeque<Input>,
    waiting: Vec<(u64, Waker)>,
    next_ticket: u64,
}

impl<Input> Inbox<Input> {
    pub(crate) fn new(executor: Waker) -> Self {
        Inbox {
            executor,
            state: Exclusive::new(State {
                messages: VecDeque::new(),
                waiting: Vec::new(),
                next_ticket: 0,
            }),
        }
    }

    /// Adds a message and wakes all that wait. Waking only one could wake one that is never polled again.
    pub(crate) fn push(&self, message: Input) {
        let waiting = {
            let mut state = self.state.take();
            state.messages.push_back(message);
            std::mem::take(&mut state.waiting)
        };
        // With the state let go: a waker may run anything.
        for (_, waker) in waiting {
            waker.wake();
        }
    }
}

impl<Input> State<Input> {
    fn enter(&mut self, waker: Waker) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.push((ticket, waker));
        ticket
    }

    fn leave(&mut self, ticket: u64) -> Option<Waker> {
        let index = self
            .waiting
            .iter()
            .position(|(waiting, _)| *waiting == ticket)?;
        Some(self.waiting.remove(index).1)
    }
}

/// The future of [`WasmBoxContext::next`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct NextMessage<Input = String> {
    inbox: Arc<Inbox<Input>>,
    /// Its number among those that wait to be woken, if it does.
    ticket: Option<u64>,
}

impl<Input> Future for NextMessage<Input> {
    type Output = Input;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Input> {
        let this = &mut *self;
        // The executor's own waker, which nearly all come with, is not worth writing down.
        let waker = if context.waker().will_wake(&this.inbox.executor) {
            None
        } else {
            Some(context.waker().clone())
        };
        // The old waker outlives the hold on the state: dropping it may drop a task, and with it a future of ours.
        let (_old_waker, message) = {
            let mut state = this.inbox.state.take();
            let old_waker = this.ticket.take().and_then(|ticket| state.leave(ticket));
            let message = state.messages.pop_front();
            if message.is_none() {
                this.ticket = waker.map(|waker| state.enter(waker));
            }
            (old_waker, message)
        };
        match message {
            Some(message) => Poll::Ready(message),
            None => Poll::Pending,
        }
    }
}

impl<Input> Drop for NextMessage<Input> {
    fn drop(&mut self) {
        // As above, the waker outlives the hold on the state, which is gone at the end of the closure.
        let _waker = self
            .ticket
            .take()
            .and_then(|ticket| self.inbox.state.take().leave(ticket));
    }
}

impl<Input> std::fmt::Debug for NextMessage<Input> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NextMessage")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{poll_fn, Task};
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::sync::Mutex;

    type Line = (
        Arc<Inbox<u32>>,
        WasmBoxContext<u32, u32>,
        Arc<Mutex<Vec<u32>>>,
    );

    fn line() -> Line {
        let inbox = Arc::new(Inbox::new(Waker::from(Arc::new(Woken(Mutex::default())))));
        let outputs = Arc::new(Mutex::new(Vec::new()));
        let sink = outputs.clone();
        let context = WasmBoxContext::new(inbox.clone(), move |output| {
            sink.lock().unwrap().push(output)
        });
        (inbox, context, outputs)
    }

    fn take(outputs: &Mutex<Vec<u32>>) -> Vec<u32> {
        std::mem::take(&mut *outputs.lock().unwrap())
    }

    /// Polls all of them at each turn, each with the task's own waker.
    async fn join_all(mut futures: Vec<Pin<Box<dyn Future<Output = ()>>>>) {
        poll_fn(|context| {
            futures.retain_mut(|future| future.as_mut().poll(context).is_pending());
            if futures.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await
    }

    /// A task within a task, with a waker of its own: it is polled only if that was woken.
    struct Woken(Mutex<(bool, Option<Waker>)>);

    impl std::task::Wake for Woken {
        fn wake(self: Arc<Self>) {
            let mut state = self.0.lock().unwrap();
            state.0 = true;
            if let Some(outer) = &state.1 {
                outer.wake_by_ref();
            }
        }
    }

    async fn only_when_woken(future: impl Future<Output = ()> + 'static) {
        let mut future = Box::pin(future);
        let woken = Arc::new(Woken(Mutex::new((true, None))));
        let inner = Waker::from(woken.clone());
        poll_fn(move |context| {
            {
                let mut state = woken.0.lock().unwrap();
                state.1 = Some(context.waker().clone());
                if !std::mem::take(&mut state.0) {
                    return Poll::Pending;
                }
            }
            future.as_mut().poll(&mut Context::from_waker(&inner))
        })
        .await
    }

    #[test]
    fn messages_come_in_order() {
        let (inbox, context, outputs) = line();
        let mut task = Task::alone(async move {
            loop {
                let message = context.next().await;
                context.send(message * 10);
            }
        });
        assert!(task.run().is_pending());
        inbox.push(1);
        assert!(task.run().is_pending());
        assert_eq!(take(&outputs), [10]);
        inbox.push(2);
        inbox.push(3);
        assert!(task.run().is_pending());
        assert_eq!(take(&outputs), [20, 30]);
    }

    #[test]
    fn a_dropped_next_loses_no_message() {
        let (inbox, context, outputs) = line();
        let mut task = Task::alone(async move {
            loop {
                let mut dropped = context.next();
                let mut polled = false;
                poll_fn(|task| {
                    if polled {
                        return Poll::Ready(());
                    }
                    polled = true;
                    assert!(Pin::new(&mut dropped).poll(task).is_pending());
                    Poll::Pending
                })
                .await;
                drop(dropped);
                let message = context.next().await;
                context.send(message);
            }
        });
        assert!(task.run().is_pending());
        inbox.push(7);
        assert!(task.run().is_pending());
        assert_eq!(take(&outputs), [7]);
    }

    #[test]
    fn a_future_that_is_held_but_not_polled_holds_nothing_up() {
        let (inbox, context, outputs) = line();
        let mut task = Task::alone(async move {
            let mut held = context.next();
            poll_fn(|task| {
                assert!(Pin::new(&mut held).poll(task).is_pending());
                Poll::Ready(())
            })
            .await;
            for _ in 0..2 {
                context.send(context.next().await);
            }
            context.send(held.await);
        });
        assert!(task.run().is_pending());
        for message in 1..=3 {
            inbox.push(message);
            let _ = task.run();
        }
        assert_eq!(take(&outputs), [1, 2, 3]);
        assert!(task.run().is_ready());
    }

    #[test]
    fn each_message_goes_to_one_of_several_tasks() {
        let (inbox, context, outputs) = line();
        let mut futures: Vec<Pin<Box<dyn Future<Output = ()>>>> = Vec::new();
        for _ in 0..3 {
            let context = context.clone();
            futures.push(Box::pin(only_when_woken(async move {
                let message = context.next().await;
                context.send(message);
            })));
        }
        let mut task = Task::alone(join_all(futures));
        assert!(task.run().is_pending());
        inbox.push(1);
        assert!(task.run().is_pending());
        assert_eq!(take(&outputs), [1]);
        inbox.push(2);
        inbox.push(3);
        assert!(task.run().is_ready());
        assert_eq!(take(&outputs), [2, 3]);
    }

    #[test]
    fn tasks_that_wait_for_one_another_all_get_on() {
        let (inbox, context, outputs) = line();
        // One task receives, another sends; between them a cell and a waker.
        let slot: Rc<RefCell<(VecDeque<u32>, Option<Waker>)>> = Rc::default();
        let (producer_slot, producer) = (slot.clone(), context.clone());
        let receive = only_when_woken(async move {
            loop {
                let message = producer.next().await;
                let waker = {
                    let mut slot = producer_slot.borrow_mut();
                    slot.0.push_back(message);
                    slot.1.take()
                };
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
        });
        let send = only_when_woken(async move {
            loop {
                let message = poll_fn(|task| {
                    let mut slot = slot.borrow_mut();
                    match slot.0.pop_front() {
                        Some(message) => Poll::Ready(message),
                        None => {
                            slot.1 = Some(task.waker().clone());
                            Poll::Pending
                        }
                    }
                })
                .await;
                context.send(message + 100);
            }
        });
        // The sender first, so that it is polled before the receiver wakes it.
        let mut task = Task::alone(join_all(vec![Box::pin(send), Box::pin(receive)]));
        assert!(task.run().is_pending());
        for message in 1..=3 {
            inbox.push(message);
            assert!(task.run().is_pending());
            assert_eq!(take(&outputs), [message + 100]);
        }
    }

    #[test]
    fn a_select_that_is_lost_leaves_no_waker_behind() {
        let (inbox, context, _outputs) = line();
        let mut task = Task::alone(async move {
            for _ in 0..100 {
                let mut next = context.next();
                poll_fn(|task| {
                    assert!(Pin::new(&mut next).poll(task).is_pending());
                    Poll::Ready(())
                })
                .await;
            }
            context.next().await;
        });
        assert!(task.run().is_pending());
        assert_eq!(inbox.state.take().waiting.len(), 1);
        inbox.push(1);
        assert!(task.run().is_ready());
        assert!(inbox.state.take().waiting.is_empty());
    }

    #[test]
    fn the_executor_is_not_woken_since_it_polls_anyway() {
        let woken = Arc::<crate::task::Woken>::default();
        let inbox = Arc::new(Inbox::new(woken.clone().into()));
        let context = WasmBoxContext::<u32, u32>::new(inbox.clone(), |_| {});
        let mut task = Task::new(woken, async move {
            context.next().await;
        });
        assert!(task.run().is_pending());
        assert!(inbox.state.take().waiting.is_empty());
        inbox.push(1);
        assert!(task.run().is_ready());
    }

    #[test]
    fn polling_again_replaces_the_waker() {
        let (inbox, context, _outputs) = line();
        let mut next = context.next();
        let wakers: Vec<_> = (0..2)
            .map(|_| Arc::new(Woken(Mutex::new((false, None)))))
            .collect();
        for waker in &wakers {
            let waker = Waker::from(waker.clone());
            let mut context = Context::from_waker(&waker);
            assert!(Pin::new(&mut next).poll(&mut context).is_pending());
        }
        inbox.push(1);
        assert!(!wakers[0].0.lock().unwrap().0);
        assert!(wakers[1].0.lock().unwrap().0);
    }

    #[test]
    fn a_waker_may_drop_a_future_that_waits() {
        struct Holder(Mutex<Option<NextMessage<u32>>>);
        impl std::task::Wake for Holder {
            fn wake(self: Arc<Self>) {
                self.0.lock().unwrap().take();
            }
        }
        let (inbox, context, _outputs) = line();
        let holder = Arc::new(Holder(Mutex::new(Some(context.next()))));
        let waker = Waker::from(holder.clone());
        {
            let mut held = holder.0.lock().unwrap();
            let held = held.as_mut().unwrap();
            assert!(Pin::new(held)
                .poll(&mut Context::from_waker(&waker))
                .is_pending());
        }
        drop((waker, holder));
        inbox.push(1);
        assert!(inbox.state.take().waiting.is_empty());
        assert_eq!(inbox.state.take().messages.len(), 1);
    }

    #[test]
    fn a_context_may_go_where_send_is_asked_for() {
        fn check<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
        check::<WasmBoxContext>();
        fn check_future<T: Send + Unpin + 'static>() {}
        check_future::<NextMessage>();
    }

    #[test]
    fn a_message_that_comes_while_nobody_waits_is_kept() {
        let (inbox, context, outputs) = line();
        let gate = Rc::new(Cell::new(false));
        let opened = gate.clone();
        let mut task = Task::alone(async move {
            poll_fn(|_| {
                if opened.get() {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })
            .await;
            loop {
                context.send(context.next().await);
            }
        });
        inbox.push(1);
        assert!(task.run().is_pending());
        gate.set(true);
        inbox.push(2);
        assert!(task.run().is_pending());
        assert_eq!(take(&outputs), [1, 2]);
    }
}
