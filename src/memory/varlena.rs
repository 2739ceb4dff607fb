//! Values of variable length: the forms that a module meets in memory (varatt.h).
//! Runs in: any process.

use core::ptr::NonNull;

use crate::abi::c::varlena;
use crate::abi::memnodes::MemoryContext;
use crate::error::{Report, Result, SqlState};

use super::alloc;

/// Bytes of the long form's header.
const HEADER: usize = 4;

/// The bytes of a value, without its header.
///
/// # Safety
/// `value` is one, and lives as long as the bytes are used.
///
/// # Errors
/// It is compressed or stored elsewhere.
pub(crate) unsafe fn bytes<'a>(value: *const varlena) -> Result<&'a [u8]> {
    let start: *const u8 = value.cast();
    // SAFETY: every value has a first byte.
    let first = unsafe { start.read() };
    let (skip, size) = match first {
        1 => return Err(unreadable()),
        _ if first & 1 == 1 => (1, usize::from(first >> 1)),
        _ if first & 3 == 0 => {
            // SAFETY: the long form starts with four bytes.
            let word = unsafe { start.cast::<u32>().read_unaligned() };
            (HEADER, usize::try_from(word >> 2).unwrap_or(0))
        }
        _ => return Err(unreadable()),
    };
    // SAFETY: within the value.
    let data = unsafe { start.add(skip) };
    // SAFETY: the header counts itself and the data.
    Ok(unsafe { core::slice::from_raw_parts(data, size.saturating_sub(skip)) })
}

/// Whether a value is in the long form already.
///
/// # Safety
/// `value` is one.
pub(crate) unsafe fn is_long(value: *const varlena) -> bool {
    // SAFETY: every value has a first byte.
    unsafe { value.cast::<u8>().read() & 3 == 0 }
}

/// A value of the long form with these bytes, in `context`.
///
/// # Errors
/// Too long, or out of memory.
pub(crate) fn make(context: MemoryContext, bytes: &[u8]) -> Result<*mut varlena> {
    let size = bytes.len() + HEADER;
    let chunk = alloc(context, size)?;
    // Below 1 GB, or `alloc` had refused.
    let word = u32::try_from(size).unwrap_or(0) << 2;
    // SAFETY: the chunk has room for it and is aligned.
    unsafe { chunk.cast::<u32>().write(word) };
    // SAFETY: within the chunk.
    let data = unsafe { chunk.add(HEADER) };
    // SAFETY: the rest of the chunk is as long as the bytes, which are not in it.
    unsafe { data.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
    Ok(chunk.as_ptr().cast())
}

fn unreadable() -> crate::error::Raised {
    let message = "compressed or externally stored values cannot be read outside PostgreSQL";
    Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into()
}
