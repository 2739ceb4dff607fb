//! Hashing, comparing and copying keys: as the server's own functions do, or with a module's.
//! Runs in: any process.

use core::ffi::{CStr, c_void};
use core::slice;

use crate::abi::dshash::{dshash_compare_function, dshash_copy_function, dshash_hash_function};
use crate::error::{self, Result};
use crate::text::hash;

/// How keys are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Compare {
    Bytes,
    Text,
    Other(dshash_compare_function),
}

/// How they are hashed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hash {
    Bytes,
    Text,
    Other(dshash_hash_function),
}

/// How they are copied.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Copying {
    Bytes,
    Text,
    Other(dshash_copy_function),
}

/// What is done with keys of so many bytes. A module's functions get `arg`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    pub(crate) size: usize,
    pub(crate) compare: Compare,
    pub(crate) hash: Hash,
    pub(crate) copy: Copying,
    pub(crate) arg: *mut c_void,
}

/// # Safety
/// A key of so many bytes.
unsafe fn bytes<'a>(key: *const c_void, size: usize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(key.cast(), size) }
}

/// # Safety
/// A key that is as long.
unsafe fn number<T: Copy>(key: *const c_void) -> T {
    // SAFETY: the caller's promise.
    unsafe { key.cast::<T>().read_unaligned() }
}

/// # Safety
/// Keys that are as long.
unsafe fn are_same<T: Copy + PartialEq>(key: *const c_void, other: *const c_void) -> bool {
    // SAFETY: the caller's promise.
    let key: T = unsafe { number(key) };
    // SAFETY: the same.
    key == unsafe { number(other) }
}

/// # Safety
/// A NUL-terminated string.
unsafe fn text<'a>(key: *const c_void) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(key.cast()) }.to_bytes_with_nul()
}

/// The hash of a string that is a key of at most so many bytes, with its end.
///
/// # Safety
/// A NUL-terminated string.
pub(crate) unsafe fn hash_text(key: *const c_void, size: usize) -> u32 {
    // SAFETY: the caller's promise.
    let text = unsafe { text(key) };
    let len = (text.len() - 1).min(size.saturating_sub(1));
    hash::bytes(text.get(..len).unwrap_or_default())
}

impl Keys {
    #[inline]
    pub(super) fn hash(&self, key: *const c_void) -> Result<u32> {
        let Self { size, arg, .. } = *self;
        match self.hash {
            // SAFETY: a key.
            Hash::Bytes if size == 8 => Ok(hash::two_words(unsafe { number(key) })),
            // SAFETY: a key.
            Hash::Bytes if size == 4 => Ok(hash::word(unsafe { number(key) })),
            // SAFETY: a key.
            Hash::Bytes => Ok(hash::bytes(unsafe { bytes(key, size) })),
            // SAFETY: a key that is a string.
            Hash::Text => Ok(unsafe { hash_text(key, size) }),
            Hash::Other(None) => Ok(0),
            Hash::Other(Some(function)) => {
                // SAFETY: the table's function takes its keys.
                error::guarded(move || unsafe { function(key, size, arg) })
            }
        }
    }

    #[inline]
    pub(super) fn are_equal(&self, key: *const c_void, other: *const c_void) -> Result<bool> {
        let Self { size, arg, .. } = *self;
        match self.compare {
            // SAFETY: a key, and one that an entry begins with.
            Compare::Bytes if size == 8 => Ok(unsafe { are_same::<u64>(key, other) }),
            // SAFETY: the same.
            Compare::Bytes if size == 4 => Ok(unsafe { are_same::<u32>(key, other) }),
            Compare::Bytes => {
                // SAFETY: a key.
                let key = unsafe { bytes(key, size) };
                // SAFETY: an entry begins with its key.
                Ok(key == unsafe { bytes(other, size) })
            }
            Compare::Text => {
                // SAFETY: a key that is a string.
                let key = unsafe { text(key) };
                // SAFETY: an entry begins with its key.
                Ok(key == unsafe { text(other) })
            }
            Compare::Other(None) => Ok(false),
            Compare::Other(Some(function)) => {
                // SAFETY: the table's function takes its keys.
                error::guarded(move || unsafe { function(key, other, size, arg) == 0 })
            }
        }
    }

    pub(super) fn copy(&self, to: *mut c_void, key: *const c_void) -> Result<()> {
        let Self { size, arg, .. } = *self;
        let len = match self.copy {
            Copying::Bytes => size,
            // SAFETY: a key that is a string.
            Copying::Text => unsafe { text(key) }.len(),
            Copying::Other(None) => 0,
            Copying::Other(Some(function)) => {
                // SAFETY: the table's function takes its keys.
                return error::guarded(move || unsafe { function(to, key, size, arg) });
            }
        };
        // SAFETY: a new entry has room for its key.
        unsafe { to.cast::<u8>().copy_from_nonoverlapping(key.cast(), len) };
        Ok(())
    }
}
