//! The exchange buffer: a place that the host knows, for messages that are not too long for it.
//!
//! The host finds it by its exported address. It writes to it while the guest does not run, and then has the guest called
//! with a message that begins there. From then on the buffer is the guest's, which puts its outputs into it as well: what
//! changes from message to message is all in one place, so that snapshots differ in few pages.

use crate::exclusive::{Exclusive, Taken};
use std::sync::atomic::{AtomicU32, Ordering};

/// How long a message may be to be put into the buffer. Most are shorter; and the larger the buffer, the likelier is it
/// that what a message changes is in one page more.
pub const CAPACITY: usize = 508;

pub type Bytes = Taken<'static, [u8; CAPACITY]>;

/// The form is the contract's: a number of bytes, and then so many bytes.
#[repr(C)]
struct Exchange {
    /// What the host goes by. Zero until the box is started: so all of it is zero in the module, and takes no room there.
    capacity: AtomicU32,
    /// The host writes to them, too, but only while no thread of the guest runs.
    bytes: Exclusive<[u8; CAPACITY]>,
}

impl Exchange {
    const fn new() -> Self {
        Exchange {
            capacity: AtomicU32::new(0),
            bytes: Exclusive::new([0; CAPACITY]),
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn exchange() -> &'static Exchange {
    #[export_name = "wasmbox_exchange"]
    static EXCHANGE: Exchange = Exchange::new();
    &EXCHANGE
}

/// Off WebAssembly each thread is a box, for the tests.
#[cfg(not(target_arch = "wasm32"))]
fn exchange() -> &'static Exchange {
    thread_local! {
        static EXCHANGE: &'static Exchange = Box::leak(Box::new(Exchange::new()));
    }
    EXCHANGE.with(|exchange| *exchange)
}

/// Lets the host use the buffer.
pub fn open() {
    let exchange = exchange();
    exchange.capacity.store(CAPACITY as u32, Ordering::Relaxed);
}

/// Whether this many bytes there are the beginning of the buffer.
pub fn is_at(pointer: *const u8, length: usize) -> bool {
    pointer == exchange().bytes.as_ptr() as *const u8 && length <= CAPACITY
}

/// The bytes of the buffer, unless they are in use: by a message that is being read, or an output that is being written.
/// Both run code that is not ours, and that may send outputs.
pub fn try_take() -> Option<Bytes> {
    exchange().bytes.try_take()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Does what a host does with a message, if it is short enough: where it has put it.
    pub fn write(message: &[u8]) -> Option<*const u8> {
        let place = exchange() as *const Exchange as *const u8;
        // SAFETY: the structure begins with its capacity.
        let capacity = unsafe { *(place as *const u32) } as usize;
        if message.len() > capacity {
            return None;
        }
        // SAFETY: the bytes follow, and nobody has them between two messages.
        unsafe {
            let bytes = place.add(4);
            std::ptr::copy_nonoverlapping(message.as_ptr(), bytes as *mut u8, message.len());
            Some(bytes)
        }
    }

    #[test]
    fn its_bytes_follow_its_capacity() {
        assert_eq!(write(b"a"), None, "before the start");
        open();
        let bytes = write(&[7; CAPACITY]).unwrap();
        assert_eq!(try_take().unwrap()[..], [7; CAPACITY]);
        assert_eq!(write(&[7; CAPACITY + 1]), None);
        assert!(is_at(bytes, 0));
        assert!(is_at(bytes, CAPACITY));
        assert!(!is_at(bytes, CAPACITY + 1));
        assert!(!is_at(bytes.wrapping_add(1), 1));
        assert!(!is_at(std::ptr::null(), 1));
    }
}
