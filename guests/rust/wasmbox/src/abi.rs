//! The functions that the host calls, and the one box that they work on.
//!
//! The exports are thin: what they do is in functions that the tests call on any target.

use crate::buffers::{Buffer, Buffers};
use crate::context::WasmBoxContext;
use crate::program::{take_finish, AsyncProgram, Program, SyncProgram, WasmBox};
use crate::{exchange, host, panics};
use serde::{de::DeserializeOwned, Serialize};
use std::cell::RefCell;
use std::future::Future;
use std::ops::Deref;

pub enum Phase {
    /// `wasmbox_initialize` has not been called.
    Fresh,
    /// The program is running: it is being started, or has a message.
    Busy,
    /// The program waits for a message.
    Waiting(Box<dyn Program>),
    /// The program has ended.
    Finished,
}

thread_local! {
    static PHASE: RefCell<Phase> = RefCell::new(Phase::Fresh);
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Starts a program that is a type.
pub fn initialize<B: WasmBox>() {
    start(|| Box::new(SyncProgram::<B>::new()));
}

/// Starts a program that is an async function.
pub fn initialize_async<Input, Output, Running>(
    run: impl FnOnce(WasmBoxContext<Input, Output>) -> Running,
) where
    Input: DeserializeOwned + 'static,
    Output: Serialize + 'static,
    Running: Future<Output = ()> + 'static,
{
    start(|| Box::new(AsyncProgram::new(run)));
}

pub fn start(program: impl FnOnce() -> Box<dyn Program>) {
    match enter() {
        Phase::Fresh => {}
        _ => panic!("wasmbox_initialize was called twice"),
    }
    run_constructors();
    panics::install_hook();
    exchange::open();
    let mut program = program();
    let done = program.start();
    leave(program, done);
}

fn send(pointer: *const u8, length: usize) {
    let mut program = match enter() {
        Phase::Waiting(program) => program,
        Phase::Finished => return set(Phase::Finished),
        Phase::Fresh => {
            panics::install_hook();
            panic!("wasmbox_send was called before wasmbox_initialize")
        }
        Phase::Busy => panic!(
            "wasmbox_send was called while the box was busy with another call, or after that failed"
        ),
    };
    let message = read(pointer, length).unwrap_or_else(|| {
        panic!(
            "wasmbox_send was called with {} bytes at {:p}, which wasmbox_malloc did not give",
            length, pointer
        )
    });
    let done = program
        .message(message)
        .unwrap_or_else(|sentence| panic!("{}", sentence));
    leave(program, done);
}

/// Takes the phase and leaves `Busy` in its place. After a panic it stays so: a box that failed runs no more.
pub fn enter() -> Phase {
    PHASE.with(|phase| phase.replace(Phase::Busy))
}

pub fn leave(program: Box<dyn Program>, done: bool) {
    if take_finish() || done {
        // Dropped first: it may send its last outputs on the way.
        drop(program);
        set(Phase::Finished);
        host::finished();
    } else {
        set(Phase::Waiting(program));
    }
}

pub fn set(to: Phase) {
    PHASE.with(|phase| *phase.borrow_mut() = to);
}

/// What the host has put into memory of ours, as it lies there.
pub struct Incoming {
    place: Place,
    length: usize,
}

enum Place {
    Nowhere,
    Exchange(exchange::Bytes),
    Lent(Buffer),
}

/// What the host says that it has put there. `None` if it cannot have.
pub fn read(pointer: *const u8, length: usize) -> Option<Incoming> {
    let place = if exchange::is_at(pointer, length) {
        Place::Exchange(exchange::try_take()?)
    } else if length == 0 {
        Place::Nowhere
    } else {
        Place::Lent(BUFFERS.with(|buffers| buffers.borrow_mut().take(pointer, length))?)
    };
    Some(Incoming { place, length })
}

impl Deref for Incoming {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.place {
            Place::Nowhere => &[],
            Place::Exchange(bytes) => &bytes[..self.length],
            Place::Lent(buffer) => &buffer[..self.length],
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // For the host to free.
        if let Place::Lent(buffer) = std::mem::replace(&mut self.place, Place::Nowhere) {
            BUFFERS.with(|buffers| buffers.borrow_mut().give_back(buffer));
        }
    }
}

pub fn malloc(size: usize) -> *mut u8 {
    BUFFERS.with(|buffers| buffers.borrow_mut().allocate(size))
}

pub fn free(pointer: *mut u8, size: usize) {
    if pointer.is_null() {
        return;
    }
    if !BUFFERS.with(|buffers| buffers.borrow_mut().free(pointer, size)) {
        panic!(
            "wasmbox_free was called with {} bytes at {:p}, which wasmbox_malloc did not give",
            size, pointer
        );
    }
}

/// Runs what C libraries want to have run before anything else.
///
/// A module that does not call this itself gets each export wrapped by the linker, in a function that runs it at every
/// call.
#[cfg(target_arch = "wasm32")]
fn run_constructors() {
    extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes this function; it is called once, before the program.
    unsafe { __wasm_call_ctors() }
}

#[cfg(not(target_arch = "wasm32"))]
fn run_constructors() {}

#[cfg(target_arch = "wasm32")]
mod exports {
    #[no_mangle]
    extern "C" fn wasmbox_send(pointer: *const u8, length: usize) {
        super::send(pointer, length);
    }

    #[no_mangle]
    extern "C" fn wasmbox_malloc(size: usize) -> *mut u8 {
        super::malloc(size)
    }

    #[no_mangle]
    extern "C" fn wasmbox_free(pointer: *mut u8, size: usize) {
        super::free(pointer, size);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    //! Each test has a thread of its own, and so a box of its own.

    use super::*;
    use crate::exchange::{tests::write, CAPACITY};
    use crate::host::native::{take_calls, Call};
    use crate::messages::decode;
    use crate::messages::tests::encode;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::panic::{catch_unwind, AssertUnwindSafe, UnwindSafe};

    /// Does what a host does with a message.
    pub(crate) fn deliver(bytes: &[u8]) {
        match write(bytes) {
            Some(pointer) => send(pointer, bytes.len()),
            None => deliver_lent(bytes),
        }
    }

    /// Does what a host does that knows of no exchange buffer.
    fn deliver_lent(bytes: &[u8]) {
        let pointer = malloc(bytes.len());
        assert!(!pointer.is_null());
        // SAFETY: the buffer is as long as the message.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), pointer, bytes.len()) };
        send(pointer, bytes.len());
        free(pointer, bytes.len());
    }

    pub(crate) fn tell(message: &str) {
        deliver(&encode(&message).unwrap());
    }

    pub(crate) fn output(text: &str) -> Call {
        Call::Callback(encode(&text).unwrap())
    }

    pub(crate) fn panic_of(action: impl FnOnce() + UnwindSafe) -> String {
        let panic = catch_unwind(action).unwrap_err();
        match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => panic.downcast::<&str>().unwrap().to_string(),
        }
    }

    async fn echo(ctx: WasmBoxContext) {
        loop {
            let message = ctx.next().await;
            ctx.send(message);
        }
    }

    #[test]
    fn an_async_box_answers_at_start_and_to_messages() {
        initialize_async(|ctx: WasmBoxContext| async move {
            ctx.send("ready".into());
            echo(ctx).await
        });
        assert_eq!(take_calls(), [output("ready")]);
        tell("a");
        tell("");
        assert_eq!(take_calls(), [output("a"), output("")]);
    }

    #[test]
    fn a_message_is_the_same_wherever_the_host_puts_it() {
        initialize_async(echo);
        for length in [0, 1, CAPACITY - 9, CAPACITY - 8, CAPACITY - 7, 3 * CAPACITY] {
            let text = "x".repeat(length);
            let bytes = encode(&text).unwrap();
            assert_eq!(write(&bytes).is_some(), bytes.len() <= CAPACITY);
            deliver(&bytes);
            deliver_lent(&bytes);
            assert_eq!(take_calls(), [output(&text), output(&text)]);
        }
    }

    #[test]
    fn reading_and_writing_may_send_outputs() {
        struct Talker(String);
        impl<'de> Deserialize<'de> for Talker {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                crate::program::send(format!("reads {}", text));
                Ok(Talker(text))
            }
        }
        impl Serialize for Talker {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::program::send(format!("writes {}", self.0));
                self.0.serialize(serializer)
            }
        }
        type Two = (Talker, Talker);
        initialize_async(|ctx: WasmBoxContext<Two, Two>| async move {
            loop {
                ctx.send(ctx.next().await);
            }
        });
        let bytes = encode(&("a", "b")).unwrap();
        for deliver in [deliver, deliver_lent] {
            deliver(&bytes);
            let expected = ["reads a", "reads b", "writes a", "writes b"];
            let calls = take_calls();
            assert_eq!(calls[..4], expected.map(output));
            assert_eq!(calls[4..], [Call::Callback(bytes.clone())]);
        }
    }

    #[test]
    fn a_message_cannot_be_freed_while_it_is_read() {
        struct Freed;
        impl<'de> Deserialize<'de> for Freed {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let address = u64::deserialize(deserializer)?;
                free(address as *mut u8, 8);
                Ok(Freed)
            }
        }
        initialize_async(|ctx: WasmBoxContext<Freed, ()>| async move {
            ctx.next().await;
        });
        let pointer = malloc(8);
        // SAFETY: the buffer has eight bytes.
        unsafe { (pointer as *mut u64).write(pointer as u64) };
        let text = panic_of(AssertUnwindSafe(|| send(pointer, 8)));
        assert!(text.contains("which wasmbox_malloc did not give"));
        free(pointer, 8);
    }

    #[test]
    fn messages_of_no_bytes_are_messages() {
        initialize_async(|ctx: WasmBoxContext<(), ()>| async move {
            loop {
                ctx.next().await;
                ctx.send(());
            }
        });
        deliver(&[]);
        send(std::ptr::null(), 0);
        assert_eq!(
            take_calls(),
            [Call::Callback(vec![]), Call::Callback(vec![])]
        );
    }

    #[test]
    fn a_box_whose_function_returns_is_finished_once() {
        struct Last(WasmBoxContext);
        impl Drop for Last {
            fn drop(&mut self) {
                self.0.send("dropped".into());
            }
        }
        initialize_async(|ctx: WasmBoxContext| async move {
            let last = Last(ctx.clone());
            ctx.next().await;
            drop(last);
        });
        assert_eq!(take_calls(), []);
        tell("end");
        assert_eq!(take_calls(), [output("dropped"), Call::Finished]);
        tell("more");
        assert_eq!(take_calls(), []);
    }

    #[test]
    fn a_box_may_be_finished_from_the_start() {
        initialize_async(|_: WasmBoxContext| async {});
        assert_eq!(take_calls(), [Call::Finished]);
        tell("more");
        assert_eq!(take_calls(), []);
    }

    #[test]
    fn finish_ends_an_async_box_and_drops_what_it_held() {
        struct Last(WasmBoxContext);
        impl Drop for Last {
            fn drop(&mut self) {
                self.0.send("dropped".into());
            }
        }
        initialize_async(|ctx: WasmBoxContext| async move {
            let _last = Last(ctx.clone());
            ctx.next().await;
            crate::finish();
            ctx.send("asked".into());
            ctx.next().await;
        });
        tell("end");
        assert_eq!(
            take_calls(),
            [output("asked"), output("dropped"), Call::Finished]
        );
    }

    struct Adder {
        total: i64,
        callback: Box<dyn Fn(i64) + Send + Sync>,
    }

    impl WasmBox for Adder {
        type Input = Option<i64>;
        type Output = i64;

        fn init(callback: Box<dyn Fn(i64) + Send + Sync>) -> Self {
            callback(-1);
            Adder { total: 0, callback }
        }

        fn message(&mut self, input: Option<i64>) {
            match input {
                Some(number) => self.total += number,
                None => crate::finish(),
            }
            (self.callback)(self.total);
        }
    }

    #[test]
    fn a_sync_box_answers_and_may_finish() {
        initialize::<Adder>();
        for message in [Some(2i64), Some(3), None, Some(4)] {
            deliver(&encode(&message).unwrap());
        }
        let calls = take_calls();
        let numbers: Vec<i64> = calls[..4]
            .iter()
            .map(|call| match call {
                Call::Callback(bytes) => decode(bytes).unwrap(),
                Call::Finished => panic!("too early"),
            })
            .collect();
        assert_eq!(numbers, [-1, 2, 5, 5]);
        assert_eq!(calls[4..], [Call::Finished]);
    }

    #[test]
    fn what_is_no_message_is_a_panic_that_says_so() {
        initialize_async(echo);
        let text = panic_of(|| deliver(b"\x05\0\0\0\0\0\0\0abc"));
        assert!(
            text.starts_with("the input of 11 bytes cannot be read as alloc::string::String: "),
            "{}",
            text
        );
        let text = panic_of(|| tell("after that"));
        assert!(text.contains("busy"), "{}", text);
    }

    #[test]
    fn memory_that_is_not_the_hosts_is_not_read() {
        initialize_async(echo);
        let foreign = [0u8; 8];
        let text = panic_of(|| send(foreign.as_ptr(), 8));
        assert!(text.contains("which wasmbox_malloc did not give"));
    }

    #[test]
    fn memory_that_is_not_the_hosts_is_not_freed() {
        let pointer = malloc(8);
        let text = panic_of(AssertUnwindSafe(|| free(pointer, 4)));
        assert!(text.contains("which wasmbox_malloc did not give"));
        free(pointer, 8);
        free(std::ptr::null_mut(), 8);
        assert!(panic_of(AssertUnwindSafe(|| free(pointer, 8))).contains("did not give"));
    }

    #[test]
    fn a_message_before_the_start_is_a_panic_that_says_so() {
        let text = panic_of(|| tell("too early"));
        assert_eq!(text, "wasmbox_send was called before wasmbox_initialize");
    }

    #[test]
    fn starting_twice_is_a_panic_that_says_so() {
        initialize_async(echo);
        let text = panic_of(|| initialize_async(echo));
        assert_eq!(text, "wasmbox_initialize was called twice");
    }

    #[test]
    fn a_message_within_a_message_is_a_panic_that_says_so() {
        initialize_async(|ctx: WasmBoxContext| async move {
            ctx.next().await;
            send(std::ptr::null(), 0);
        });
        let text = panic_of(|| tell("again"));
        assert!(text.contains("busy with another call"), "{}", text);
    }
}
