//! A value that one at a time may have.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};

/// A mutex of the least kind. Each message takes several, in programs that have one thread and so never wait: the standard
/// library's would spend more on what never happens than on all else.
#[repr(C)]
pub struct Exclusive<T> {
    value: UnsafeCell<T>,
    taken: AtomicBool,
}

// SAFETY: only whoever has set `taken` touches the value, one thread after the other.
unsafe impl<T: Send> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    pub const fn new(value: T) -> Self {
        Exclusive {
            value: UnsafeCell::new(value),
            taken: AtomicBool::new(false),
        }
    }

    /// The value, unless somebody has it.
    #[inline]
    pub fn try_take(&self) -> Option<Taken<'_, T>> {
        if self.taken.swap(true, Ordering::Acquire) {
            None
        } else {
            Some(Taken(self))
        }
    }

    /// The value, as soon as nobody else has it.
    #[inline]
    pub fn take(&self) -> Taken<'_, T> {
        loop {
            match self.try_take() {
                Some(taken) => return taken,
                None => std::hint::spin_loop(),
            }
        }
    }

    /// Where the value is.
    pub fn as_ptr(&self) -> *mut T {
        self.value.get()
    }
}

/// The value, for as long as this lives.
pub struct Taken<'a, T>(&'a Exclusive<T>);

impl<T> Deref for Taken<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: nobody else has the value.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Taken<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: nobody else has the value.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Taken<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_had_by_one_at_a_time() {
        let value = Exclusive::new(1);
        let mut taken = value.take();
        assert!(value.try_take().is_none());
        *taken += 1;
        drop(taken);
        assert_eq!(*value.try_take().unwrap(), 2);
    }

    #[test]
    fn several_threads_wait_for_one_another() {
        let value = Exclusive::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| *value.take() += 1));
            }
        });
        assert_eq!(*value.take(), 4000);
    }
}
