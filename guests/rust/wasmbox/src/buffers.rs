//! The memory that the host borrows to put a message in.
//!
//! The host is another program: it hands back plain numbers. Each buffer is therefore written down, and what the host
//! says about it is looked up instead of believed. A host that keeps to the contract has one buffer at a time.

use std::alloc::{alloc_zeroed, dealloc, Layout};

/// Where a buffer begins, at the least: enough for any number in it.
pub const ALIGNMENT: usize = 8;

/// The buffers that the host has at present.
#[derive(Default)]
pub struct Buffers {
    live: Vec<Buffer>,
}

struct Buffer {
    pointer: *mut u8,
    layout: Layout,
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
                let buffer = self.live.swap_remove(index);
                // SAFETY: `alloc_zeroed` gave this pointer for this layout, and it is out of the list now, so that it
                // is not freed again.
                unsafe { dealloc(buffer.pointer, buffer.layout) };
                true
            }
            None => false,
        }
    }

    /// A copy of the first bytes of a buffer. `None` if these bytes are not all in a buffer that begins there.
    pub fn read(&self, pointer: *const u8, length: usize) -> Option<Vec<u8>> {
        if length == 0 {
            return Some(Vec::new());
        }
        let buffer = self.live.iter().find(|buffer| {
            buffer.pointer as *const u8 == pointer && buffer.layout.size() >= length
        })?;
        // SAFETY: the buffer is allocated, initialised (zeroed at first), at least `length` bytes long, and nothing
        // writes to it while this function runs: the host is waiting for us.
        let bytes = unsafe { std::slice::from_raw_parts(buffer.pointer, length) };
        Some(bytes.to_vec())
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        for buffer in self.live.drain(..) {
            // SAFETY: `alloc_zeroed` gave this pointer for this layout, and the list is gone after this.
            unsafe { dealloc(buffer.pointer, buffer.layout) };
        }
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
        assert_eq!(buffers.read(pointer, 5).unwrap(), [0; 5]);
        write(pointer, b"hello");
        assert_eq!(buffers.read(pointer, 5).unwrap(), b"hello");
        assert_eq!(buffers.read(pointer, 2).unwrap(), b"he");
        assert!(buffers.free(pointer, 5));
        assert!(buffers.live.is_empty());
    }

    #[test]
    fn nothing_takes_no_memory() {
        let mut buffers = Buffers::default();
        let pointer = buffers.allocate(0);
        assert!(!pointer.is_null());
        assert_eq!(pointer as usize % ALIGNMENT, 0);
        assert_eq!(buffers.read(pointer, 0).unwrap(), b"");
        assert_eq!(buffers.read(std::ptr::null(), 0).unwrap(), b"");
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
        assert!(buffers.read(pointer, 17).is_none());
        assert!(buffers.read(pointer.wrapping_add(8), 8).is_none());
        assert!(buffers.read(std::ptr::null(), 1).is_none());
        assert!(buffers.read(pointer, usize::MAX).is_none());
        assert!(!buffers.free(pointer, 15));
        assert!(!buffers.free(std::ptr::null_mut(), 16));
        assert!(buffers.free(pointer, 16));
        assert!(!buffers.free(pointer, 16), "freed twice");
        assert!(buffers.read(pointer, 16).is_none());
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
