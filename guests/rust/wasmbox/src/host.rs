//! The functions that the host offers to the guest.

#[cfg(target_arch = "wasm32")]
mod imports {
    #[link(wasm_import_module = "env")]
    extern "C" {
        pub fn wasmbox_callback(pointer: *const u8, length: usize);
        pub fn wasmbox_finished();
        pub fn wasmbox_panicked(pointer: *const u8, length: usize);
        pub fn wasmbox_call(pointer: *const u8, length: usize) -> usize;
        pub fn wasmbox_reply(pointer: *mut u8);
    }
}

/// Sends an encoded output.
#[cfg(target_arch = "wasm32")]
pub fn callback(message: &[u8]) {
    // SAFETY: the host reads `length` bytes at `pointer` before it returns, and writes nothing.
    unsafe { imports::wasmbox_callback(message.as_ptr(), message.len()) }
}

/// Says that the box takes no more messages.
#[cfg(target_arch = "wasm32")]
pub fn finished() {
    // SAFETY: the host takes note; it touches nothing of the guest.
    unsafe { imports::wasmbox_finished() }
}

/// Says why the guest is about to trap.
#[cfg(target_arch = "wasm32")]
pub fn panicked(text: &str) {
    // SAFETY: the host reads `length` bytes at `pointer` before it returns, and writes nothing.
    unsafe { imports::wasmbox_panicked(text.as_ptr(), text.len()) }
}

/// Asks the host, and waits for its reply.
#[cfg(target_arch = "wasm32")]
pub fn call(question: &[u8]) -> Vec<u8> {
    // SAFETY: the host reads `length` bytes at `pointer` before it returns, and writes nothing.
    let length = unsafe { imports::wasmbox_call(question.as_ptr(), question.len()) };
    let mut reply = vec![0; length];
    // SAFETY: the host writes the reply of that length, for which there is room.
    unsafe { imports::wasmbox_reply(reply.as_mut_ptr()) };
    reply
}

#[cfg(not(target_arch = "wasm32"))]
pub use native::{call, callback, finished};

/// Off WebAssembly there is no host. The tests look at what it would have been told.
#[cfg(not(target_arch = "wasm32"))]
pub mod native {
    use std::cell::RefCell;

    /// What the guest told the host.
    #[derive(Debug, PartialEq, Eq)]
    pub enum Call {
        Callback(Vec<u8>),
        Finished,
    }

    thread_local! {
        static CALLS: RefCell<Vec<Call>> = RefCell::default();
    }

    pub fn callback(message: &[u8]) {
        CALLS.with(|calls| calls.borrow_mut().push(Call::Callback(message.to_vec())));
    }

    pub fn call(_question: &[u8]) -> Vec<u8> {
        panic!("there is no host here to reply to a call")
    }

    pub fn finished() {
        CALLS.with(|calls| calls.borrow_mut().push(Call::Finished));
    }

    /// The calls since this was last asked.
    #[cfg(test)]
    pub fn take_calls() -> Vec<Call> {
        CALLS.with(|calls| calls.take())
    }
}
