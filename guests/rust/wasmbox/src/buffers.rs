//! The memory that the host borrows to put a message in, if that is too long for the exchange buffer.
//!
//! The host is another program: it hands back plain numbers. Each buffer is therefore written down, and what the host
//! says about it is looked up instead of believed. A host that keeps to the contract has one buffer at a time.

use std::alloc::{alloc_zeroed, dealloc, Layout};
use std::ops::Deref;

/// Where a buffer begins, at the least: enough for any number in it.
pub const ALIGNMENT: usize = 8;

/// The buffers that the host has at present.
#[derive(Default)]
pub struct Buffers {
    live: Vec<Buffer>,
}

/// What was allocated, for whoever has this.
pub struct Buffer {
    pointer: *mut u8,
    layout: Layout,
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the buffer is allocated, initialised (zeroed at first), this long, and nothing writes to it while this
        // lives: the host is waiting for us.
        unsafe { std::slice::from_raw_parts(self.pointer, self.layout.size()) }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: `alloc_zeroed` gave this pointer for this layout, and nobody has it after this.
        unsafe { dealloc(self.pointer, self.layout) };
    }
}

impl Buffers {
    /// Allocates a buffer. Null says that there is no memory for it. A buffer of no bytes takes no memory: its pointer
    /// is aligned, not null, and is not to be read.
    pub fn allocate(&mut self, size: usize) -> *mut u8 {
        if size == 0 {
            return ALIGNMENT as *mut u8;
        }
        let layout = match Layout::from_size_align(size, ALIGNMENT) {
            Ok(layout) => layout,
            Err(_) => return std::ptr::null_mut(),
        };
        if self.live.try_reserve(1).is_err() {
            return std::ptr::null_mut();
        }
        // SAFETY: the size is not zero. Zeroed, so that reading before the host has written is defined.
        let pointer = unsafe { alloc_zeroed(layout) };
        if !pointer.is_null() {
            self.live.push(Buffer { pointer, layout });
        }
        pointer
    }

    /// Takes a buffer back. False, and nothing done, if there is none of this size at this place.
    pub fn free(&mut self, pointer: *mut u8, size: usize) -> bool {
        if size == 0 {
            return true;
        }
        let found = self
            .live
            .iter()
            .position(|buffer| buffer.pointer == pointer && buffer.layout.size() == size);
        match found {
            Some(index) => {
                self.live.swap_remove(index);
                true
            }
            None => false,
        }
    }

    /// Takes out the buffer that begins there and is at least this long, to be read and given back: meanwhile it cannot
    /// be freed.
    pub fn take(&mut self, pointer: *const u8, length: usize) -> Option<Buffer> {
        let index = self.live.iter().position(|buffer| {
            buffer.pointer as *const u8 == pointer && buffer.layout.size() >= length
        })?;
        Some(self.live.swap_remove(index))
    }

    /// Takes a buffer in again, so that it can be freed.
    pub fn give_back(&mut self, buffer: Buffer) {
        self.live.push(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(pointer: *mut u8, bytes: &[u8]) {
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), pointer, bytes.len()) }
    }

    #[test]
    fn what_the_host_wrote_is_read() {
        let mut buffers = Buffers::default();
        let pointer = buffers.allocate(5);
        assert_eq!(pointer as usize % ALIGNMENT, 0);
        let buffer = buffers.take(pointer, 5).unwrap();
        assert_eq!(buffer[..], [0; 5]);
        buffers.give_back(buffer);
        write(pointer, b"hello");
        let buffer = buffers.take(pointer, 2).unwrap();
        assert_eq!(&buffer[..], b"hello");
        assert!(buffers.take(pointer, 5).is_none(), "taken twice");
        assert!(!buffers.free(pointer, 5), "freed while it is read");
        buffers.give_back(buffer);
        assert!(buffers.free(pointer, 5));
        assert!(buffers.live.is_empty());
    }

    #[test]
    fn nothing_takes_no_memory() {
        let mut buffers = Buffers::default();
        let pointer = buffers.allocate(0);
        assert!(!pointer.is_null());
        assert_eq!(pointer as usize % ALIGNMENT, 0);
        assert!(buffers.free(pointer, 0));
        assert!(buffers.live.is_empty());
    }

    #[test]
    fn sizes_that_cannot_be_are_null() {
        let mut buffers = Buffers::default();
        assert!(buffers.allocate(usize::MAX).is_null());
        assert!(buffers.allocate(usize::MAX / 2 + 1).is_null());
        assert!(buffers.live.is_empty());
    }

    #[test]
    fn what_is_no_buffer_is_refused() {
        let mut buffers = Buffers::default();
        let pointer = buffers.allocate(16);
        assert!(buffers.take(pointer, 17).is_none());
        assert!(buffers.take(pointer.wrapping_add(8), 8).is_none());
        assert!(buffers.take(std::ptr::null(), 1).is_none());
        assert!(buffers.take(pointer, usize::MAX).is_none());
        assert!(!buffers.free(pointer, 15));
        assert!(!buffers.free(std::ptr::null_mut(), 16));
        assert!(buffers.free(pointer, 16));
        assert!(!buffers.free(pointer, 16), "freed twice");
        assert!(buffers.take(pointer, 16).is_none());
    }

    #[test]
    fn several_at_a_time() {
        let mut buffers = Buffers::default();
        let pointers: Vec<_> = (1..=20).map(|size| buffers.allocate(size)).collect();
        for (index, pointer) in pointers.iter().enumerate().step_by(2) {
            assert!(buffers.free(*pointer, index + 1));
        }
        assert_eq!(buffers.live.len(), 10);
    }
}
