//! Hash tables: hashing, comparing and copying keys (hsearch.h).
//! Runs in: any process.
//!
//! Keys that are four or eight bytes are compared and copied as numbers, in code of their own: a search
//! waits for memory most of the time, and the less is done in between, the more searches overlap.
//!
//! Safety of all functions: as in `table`.

use core::ffi::c_void;
use core::slice;

use crate::abi::hsearch::{HashCompareFunc, HashCopyFunc, HashValueFunc};
use crate::error::{Result, guarded};
use crate::text::hash;

use super::table::Table;
use super::table_search::refused;

/// How keys are hashed.
#[derive(Clone, Copy)]
pub(crate) enum Hash {
    Strings,
    Bytes,
    Number,
    Other(HashValueFunc),
}

/// How keys are compared and copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As numbers of four bytes, which are hashed as such.
    Four,
    /// The same with eight.
    Eight,
    /// In any other way.
    Other,
}

impl Form {
    pub(super) fn of(
        hash: Hash,
        size: usize,
        compare: HashCompareFunc,
        copy: HashCopyFunc,
    ) -> Self {
        match (hash, size, compare, copy) {
            (Hash::Number | Hash::Bytes, 4, None, None) => Self::Four,
            (Hash::Bytes, 8, None, None) => Self::Eight,
            _ => Self::Other,
        }
    }
}

/// A key that is looked for.
pub(super) trait Key {
    /// Whether an entry's key is the same.
    ///
    /// # Safety
    /// It is one of the table.
    unsafe fn is(&self, own: *const c_void) -> Result<bool>;

    /// Gives it to an entry.
    ///
    /// # Safety
    /// It is one of the table.
    unsafe fn copy(&self, own: *mut c_void) -> Result<()>;
}

/// One that is a number.
pub(super) struct Number<T>(pub(super) T);

impl<T: Copy + PartialEq> Number<T> {
    /// # Safety
    /// The key is as long.
    #[inline]
    pub(super) unsafe fn read(key: *const c_void) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { key.cast::<T>().read_unaligned() })
    }
}

impl<T: Copy + PartialEq> Key for Number<T> {
    #[inline]
    unsafe fn is(&self, own: *const c_void) -> Result<bool> {
        // SAFETY: it is as long.
        Ok(unsafe { own.cast::<T>().read_unaligned() } == self.0)
    }

    #[inline]
    unsafe fn copy(&self, own: *mut c_void) -> Result<()> {
        // SAFETY: it is as long.
        unsafe { own.cast::<T>().write_unaligned(self.0) };
        Ok(())
    }
}

/// One of another form.
pub(super) struct Other<'a> {
    pub(super) table: &'a Table,
    pub(super) key: *const c_void,
}

impl Key for Other<'_> {
    unsafe fn is(&self, own: *const c_void) -> Result<bool> {
        let (key, size) = (self.key, self.table.key_size);
        let order = match (self.table.compare, self.table.hash) {
            // SAFETY: the caller's function.
            (Some(compare), _) => guarded(|| unsafe { compare(own, key, size) })?,
            (None, Hash::Strings) => {
                let len = size.saturating_sub(1);
                // SAFETY: strings.
                unsafe { libc::strncmp(own.cast(), key.cast(), len) }
            }
            // SAFETY: both are as long.
            (None, _) => unsafe { libc::memcmp(own, key, size) },
        };
        Ok(order == 0)
    }

    unsafe fn copy(&self, own: *mut c_void) -> Result<()> {
        let (key, size) = (self.key, self.table.key_size);
        match (self.table.copy, self.table.hash) {
            (Some(copy), _) => {
                // SAFETY: the caller's function.
                let _itself = guarded(|| unsafe { copy(own, key, size) })?;
            }
            (None, Hash::Strings) => {
                // SAFETY: a string.
                let len = unsafe { libc::strnlen(key.cast(), size.saturating_sub(1)) };
                // SAFETY: shorter than the key's room.
                unsafe { own.copy_from(key, len) };
                // SAFETY: the same.
                unsafe { own.cast::<u8>().wrapping_add(len).write(0) };
            }
            // SAFETY: both are as long.
            (None, _) => unsafe { own.copy_from(key, size) },
        }
        Ok(())
    }
}

impl Table {
    /// `get_hash_value`.
    ///
    /// # Safety
    /// See above.
    ///
    /// # Errors
    /// What the caller's function raised.
    pub(crate) unsafe fn hash(&self, key: *const c_void) -> Result<u32> {
        let size = self.key_size;
        match self.hash {
            Hash::Number => {
                // SAFETY: keys are numbers.
                Ok(hash::word(unsafe { key.cast::<u32>().read_unaligned() }))
            }
            // SAFETY: a key is as long.
            Hash::Bytes => Ok(hash::bytes(unsafe { slice::from_raw_parts(key.cast(), size) })),
            Hash::Strings => {
                // SAFETY: a string.
                let len = unsafe { libc::strnlen(key.cast(), size.saturating_sub(1)) };
                // SAFETY: so many were seen.
                Ok(hash::bytes(unsafe { slice::from_raw_parts(key.cast(), len) }))
            }
            // SAFETY: the caller's function.
            Hash::Other(Some(hash)) => guarded(|| unsafe { hash(key, size) }),
            Hash::Other(None) => Err(refused(self, "no hash function for")),
        }
    }
}
