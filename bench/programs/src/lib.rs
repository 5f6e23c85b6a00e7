//! The programs as a guest: a message of one byte names a program by its index, and the answer is what the program
//! returns, in eight bytes, little endian. A message of no bytes is answered by the programs' names, in lines. The contract
//! is spoken by hand, so that any engine can be the host.
#![cfg(target_arch = "wasm32")]

mod programs;

use programs::PROGRAMS;
use std::alloc::{alloc, dealloc, Layout};

#[link(wasm_import_module = "env")]
extern "C" {
    fn wasmbox_callback(pointer: *const u8, length: usize);
}

extern "C" {
    fn __wasm_call_ctors();
}

/// Calling the constructors keeps the linker from doing it around every export.
#[no_mangle]
pub extern "C" fn wasmbox_initialize() {
    unsafe { __wasm_call_ctors() }
}

#[no_mangle]
pub extern "C" fn wasmbox_malloc(size: usize) -> *mut u8 {
    unsafe { alloc(layout(size)) }
}

/// # Safety
///
/// The pointer is one that `wasmbox_malloc` gave for this size.
#[no_mangle]
pub unsafe extern "C" fn wasmbox_free(pointer: *mut u8, size: usize) {
    dealloc(pointer, layout(size))
}

/// # Safety
///
/// There are so many bytes at the pointer.
#[no_mangle]
pub unsafe extern "C" fn wasmbox_send(pointer: *const u8, length: usize) {
    let answer = match std::slice::from_raw_parts(pointer, length) {
        [] => PROGRAMS.map(|(name, _)| name).join("\n").into_bytes(),
        [program, ..] => {
            let (_, run) = PROGRAMS[usize::from(*program)];
            run().to_le_bytes().to_vec()
        }
    };
    wasmbox_callback(answer.as_ptr(), answer.len());
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 1).expect("a size that the host asks for")
}
