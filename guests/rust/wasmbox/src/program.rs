//! What a box runs: a program that takes bytes, made of a type or of a function.

use crate::abi::Incoming;
use crate::context::{Inbox, WasmBoxContext};
use crate::messages;
use crate::task::{Task, Woken};
use serde::{de::DeserializeOwned, Serialize};
use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;

/// A program as a type: the host's messages become calls of [`message`](Self::message).
///
/// Put [`#[wasmbox_sync]`](macro@crate::wasmbox_sync) on the type that implements it.
pub trait WasmBox: 'static {
    /// What the host sends: any type that serde can deserialize.
    type Input: DeserializeOwned + 'static;

    /// What the host receives: any type that serde can serialize.
    type Output: Serialize + 'static;

    /// Makes the program when the box is started. It may already send outputs with `callback`, and keeps it for later.
    fn init(callback: Box<dyn Fn(Self::Output) + Send + Sync>) -> Self
    where
        Self: Sized;

    /// Takes one message. Outputs go through the callback that [`init`](Self::init) was given.
    fn message(&mut self, input: Self::Input);
}

thread_local! {
    static FINISH: Cell<bool> = Cell::new(false);
}

/// Ends the box once the present message has been dealt with, as returning from an async `run` does.
///
/// The program is dropped, the host is told, and later messages are refused.
///
/// ```
/// # use wasmbox::prelude::*;
/// # struct Countdown { rest: u32 }
/// impl WasmBox for Countdown {
/// #   type Input = String;
/// #   type Output = String;
/// #   fn init(_: Box<dyn Fn(String) + Send + Sync>) -> Self { Countdown { rest: 3 } }
///     fn message(&mut self, _: String) {
///         self.rest -= 1;
///         if self.rest == 0 {
///             wasmbox::finish();
///         }
///     }
/// }
/// ```
pub fn finish() {
    FINISH.with(|finish| finish.set(true));
}

/// Asks the host in the middle of a message, and returns its reply.
///
/// What the bytes mean, program and host agree on; in Java, `BoxOptions.withCalls` says who replies. To the program the
/// reply is an input like a message. A host that does not reply ends the program.
///
/// ```no_run
/// let price: u64 = String::from_utf8(wasmbox::call(b"price of apples"))
///     .expect("text")
///     .parse()
///     .expect("a number");
/// ```
pub fn call(question: &[u8]) -> Vec<u8> {
    crate::host::call(question)
}

/// Whether the program asked to end; asking again says no.
pub fn take_finish() -> bool {
    FINISH.with(|finish| finish.replace(false))
}

/// Whether the program asked to end, without taking note.
pub fn finish_was_called() -> bool {
    FINISH.with(Cell::get)
}

/// A program whose types only it knows.
pub trait Program {
    /// Runs up to where it waits for the first message. True says that it is done.
    fn start(&mut self) -> bool;

    /// Takes an encoded message. True says that it is done.
    ///
    /// # Errors
    ///
    /// If the bytes are not a message of the program's type; the program did not see it then.
    fn message(&mut self, message: Incoming) -> Result<bool, String>;
}

/// A [`WasmBox`], made when it is started.
pub struct SyncProgram<B: WasmBox> {
    program: Option<B>,
}

impl<B: WasmBox> SyncProgram<B> {
    pub fn new() -> Self {
        SyncProgram { program: None }
    }
}

impl<B: WasmBox> Program for SyncProgram<B> {
    fn start(&mut self) -> bool {
        self.program = Some(B::init(Box::new(send)));
        false
    }

    fn message(&mut self, message: Incoming) -> Result<bool, String> {
        let input = messages::receive(message)?;
        if let Some(program) = &mut self.program {
            program.message(input);
        }
        Ok(false)
    }
}

/// An async function, and the inbox that it reads from.
pub struct AsyncProgram<Input> {
    inbox: Arc<Inbox<Input>>,
    task: Task,
}

impl<Input: DeserializeOwned + 'static> AsyncProgram<Input> {
    pub fn new<Output, Running>(run: impl FnOnce(WasmBoxContext<Input, Output>) -> Running) -> Self
    where
        Output: Serialize + 'static,
        Running: Future<Output = ()> + 'static,
    {
        let woken = Arc::new(Woken::default());
        let inbox = Arc::new(Inbox::new(woken.clone().into()));
        let context = WasmBoxContext::new(inbox.clone(), send);
        AsyncProgram {
            inbox,
            task: Task::new(woken, run(context)),
        }
    }
}

impl<Input: DeserializeOwned + 'static> Program for AsyncProgram<Input> {
    fn start(&mut self) -> bool {
        self.task.run().is_ready()
    }

    fn message(&mut self, message: Incoming) -> Result<bool, String> {
        self.inbox.push(messages::receive(message)?);
        Ok(self.task.run().is_ready())
    }
}

pub fn send<Output: Serialize>(output: Output) {
    messages::send(&output, crate::host::callback)
        .unwrap_or_else(|sentence| panic!("{}", sentence));
}
