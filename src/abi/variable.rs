//! A C variable of the server that extensions read and write.
//! Runs in: any process.
#![expect(unsafe_code, reason = "memory that C code shares")]

use core::cell::UnsafeCell;

/// A variable with the layout of `T`, exported under its C name.
///
/// Extensions assign to many of these, so Rust reads them anew each time and keeps no copy. Server
/// functions, and with them every access here, belong to the process's main thread; a signal
/// handler of that thread may write `sig_atomic_t` ones (docs/SAFETY.md).
#[repr(transparent)]
pub struct Variable<T>(UnsafeCell<T>);

// SAFETY: one thread accesses it (see above); handlers only integers that are one machine word.
unsafe impl<T> Sync for Variable<T> {}

impl<T: Copy> Variable<T> {
    /// A variable with its genuine initial value.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The value it has now.
    pub fn get(&self) -> T {
        // SAFETY: valid for reads as long as the process lives; volatile because C code, and
        // handlers, write it behind the compiler's back.
        unsafe { self.0.get().read_volatile() }
    }

    /// Assigns.
    pub fn set(&self, value: T) {
        // SAFETY: valid for writes as long as the process lives; one thread.
        unsafe { self.0.get().write_volatile(value) };
    }

    /// Assigns and returns the value it had.
    pub fn replace(&self, value: T) -> T {
        let old = self.get();
        self.set(value);
        old
    }

    /// Its address, as C takes it.
    pub const fn as_ptr(&self) -> *mut T {
        self.0.get()
    }
}
