//! The functions that the host calls, and the one box that they work on.
//!
//! The exports are thin: what they do is in functions that the tests call on any target.

use crate::buffers::Buffers;
use crate::context::WasmBoxContext;
use crate::program::{take_finish, AsyncProgram, Program, SyncProgram, WasmBox};
use crate::{host, panics};
use serde::{de::DeserializeOwned, Serialize};
use std::cell::RefCell;
use std::future::Future;

enum State {
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
    static STATE: RefCell<State> = const { RefCell::new(State::Fresh) };
    static BUFFERS: RefCell<Buffers> = const { RefCell::new(Buffers::new()) };
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

fn start(program: impl FnOnce() -> Box<dyn Program>) {
    match enter() {
        State::Fresh => {}
        _ => panic!("wasmbox_initialize was called twice"),
    }
    run_constructors();
    panics::install_hook();
    let mut program = program();
    let done = program.start();
    leave(program, done);
}

fn send(pointer: *const u8, length: usize) {
    let mut program = match enter() {
        State::Waiting(program) => program,
        State::Finished => return set(State::Finished),
        State::Fresh => panic!("wasmbox_send was called before wasmbox_initialize"),
        State::Busy => panic!("wasmbox_send was called while the box was busy with another call, or after that failed"),
    };
    let message = BUFFERS.with(|buffers| buffers.borrow().read(pointer, length));
    let message = message.unwrap_or_else(|| {
        panic!(
            "wasmbox_send was called with {} bytes at {:p}, which wasmbox_malloc did not give",
            length, pointer
        )
    });
    let done = program
        .message(&message)
        .unwrap_or_else(|sentence| panic!("{}", sentence));
    leave(program, done);
}

/// Takes the state and leaves `Busy` in its place. After a panic it stays so: a box that failed runs no more.
fn enter() -> State {
    STATE.with(|state| state.replace(State::Busy))
}

fn leave(program: Box<dyn Program>, done: bool) {
    if take_finish() || done {
        // Dropped first: it may send its last outputs on the way.
        drop(program);
        set(State::Finished);
        host::finished();
    } else {
        set(State::Waiting(program));
    }
}

fn set(to: State) {
    STATE.with(|state| *state.borrow_mut() = to);
}

fn malloc(size: usize) -> *mut u8 {
    BUFFERS.with(|buffers| buffers.borrow_mut().allocate(size))
}

fn free(pointer: *mut u8, size: usize) {
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
