//! A string that grows (stringinfo.h).
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_void};
use core::mem::size_of;
use core::ptr::{self, NonNull};

use crate::abi::palloc::MaxAllocSize;
use crate::abi::stringinfo::{STRINGINFO_DEFAULT_SIZE, StringInfo, StringInfoData};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{Raised, Report, Result, SqlState};
use crate::memory;

use super::format;

/// What a formatted text is given to begin with.
const FIRST_GUESS: c_int = 32;
/// Less room than this is not worth the try.
const SMALLEST_ROOM: usize = 16;

fn in_bytes(count: c_int) -> usize {
    usize::try_from(count).unwrap_or(0)
}

fn counted(bytes: usize) -> c_int {
    c_int::try_from(bytes).unwrap_or(c_int::MAX)
}

/// An empty string in `CurrentMemoryContext`.
pub(crate) fn empty() -> Result<StringInfoData> {
    let chunk = memory::alloc(CurrentMemoryContext.get(), STRINGINFO_DEFAULT_SIZE)?;
    // SAFETY: the chunk has room for a byte.
    unsafe { chunk.write(0) };
    let maxlen = counted(STRINGINFO_DEFAULT_SIZE);
    Ok(StringInfoData { data: chunk.as_ptr().cast(), len: 0, maxlen, cursor: 0 })
}

/// The same, itself in `CurrentMemoryContext`.
pub(crate) fn make() -> Result<StringInfo> {
    let chunk = memory::alloc(CurrentMemoryContext.get(), size_of::<StringInfoData>())?;
    let string: NonNull<StringInfoData> = chunk.cast();
    let fresh = empty()?;
    // SAFETY: the chunk is as large, and aligned to 16.
    unsafe { string.write(fresh) };
    Ok(string.as_ptr())
}

/// Empties a string; its memory stays.
///
/// # Safety
/// The string is one of [`empty`], or made like it.
pub(crate) unsafe fn reset(string: StringInfo) {
    // SAFETY: the caller's live string.
    let string = unsafe { &mut *string };
    string.len = 0;
    string.cursor = 0;
    // SAFETY: a string that is not read-only has room for a NUL.
    unsafe { string.data.write(0) };
}

/// Frees a string of [`make`].
///
/// # Safety
/// The string is not used any more.
pub(crate) unsafe fn destroy(string: NonNull<StringInfoData>) {
    // SAFETY: live.
    let data = unsafe { string.read() }.data;
    if let Some(data) = NonNull::new(data) {
        // SAFETY: allocated by `empty` or `enlarge`.
        unsafe { memory::free(data.cast()) };
    }
    // SAFETY: allocated by `make`.
    unsafe { memory::free(string.cast()) };
}

/// Makes room for `needed` more bytes and a NUL.
///
/// # Safety
/// As [`reset`].
///
/// # Errors
/// More than 1 GB, or out of memory.
pub(crate) unsafe fn enlarge(string: StringInfo, needed: c_int) -> Result<()> {
    // SAFETY: the caller's live string.
    let string = unsafe { &mut *string };
    if needed < 0 {
        let message = format!("invalid string enlargement request size: {needed}");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    let wanted = in_bytes(string.len) + in_bytes(needed) + 1;
    if wanted > MaxAllocSize {
        return Err(too_long(string.len, needed));
    }
    if wanted <= in_bytes(string.maxlen) {
        return Ok(());
    }
    let mut size = 2 * in_bytes(string.maxlen).max(1);
    while size < wanted {
        size *= 2;
    }
    let size = size.min(MaxAllocSize);
    let Some(data) = NonNull::new(string.data.cast()) else {
        let message = "a string without a buffer cannot be enlarged";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    // SAFETY: a chunk of `empty` or of this function.
    string.data = unsafe { memory::realloc(data, size)? }.as_ptr().cast();
    string.maxlen = counted(size);
    Ok(())
}

fn too_long(len: c_int, needed: c_int) -> Raised {
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, "out of memory")
        .with_detail(format!(
            "Cannot enlarge string buffer containing {len} bytes by {needed} more bytes."
        ))
        .into()
}

/// Appends `len` bytes, and with `terminated` a NUL that does not count.
///
/// # Safety
/// As [`reset`]; `from` has `len` bytes and lies elsewhere.
///
/// # Errors
/// As [`enlarge`].
pub(crate) unsafe fn append(
    string: StringInfo,
    from: *const c_char,
    len: c_int,
    terminated: bool,
) -> Result<()> {
    // SAFETY: the caller's live string.
    let string = unsafe { &mut *string };
    // SAFETY: the caller's promise.
    unsafe { enlarge(string, len)? };
    // SAFETY: there is room behind the string.
    let end = unsafe { string.data.add(in_bytes(string.len)) };
    // SAFETY: the same, for `len` bytes from elsewhere.
    unsafe { ptr::copy_nonoverlapping(from, end, in_bytes(len)) };
    string.len += len;
    if terminated {
        // SAFETY: the room is for a NUL as well.
        let end = unsafe { end.add(in_bytes(len)) };
        // SAFETY: the same.
        unsafe { end.write(0) };
    }
    Ok(())
}

/// [`append`] for a NUL-terminated string.
///
/// # Safety
/// As [`append`].
pub(crate) unsafe fn append_text(string: StringInfo, text: *const c_char) -> Result<()> {
    // SAFETY: the caller's promise.
    let len = unsafe { libc::strlen(text) };
    // SAFETY: the same.
    unsafe { append(string, text, counted(len), true) }
}

/// Appends one byte `count` times; nothing if there are none to append.
///
/// # Safety
/// As [`reset`].
pub(crate) unsafe fn append_repeated(string: StringInfo, byte: c_char, count: c_int) -> Result<()> {
    // SAFETY: the caller's live string.
    let string = unsafe { &mut *string };
    if count <= 0 {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe { enlarge(string, count)? };
    // SAFETY: there is room behind the string.
    let mut end = unsafe { string.data.add(in_bytes(string.len)) };
    for _ in 0..count {
        // SAFETY: the same, for `count` bytes and a NUL.
        unsafe { end.write(byte) };
        // SAFETY: the same.
        end = unsafe { end.add(1) };
    }
    string.len += count;
    // SAFETY: the same.
    unsafe { end.write(0) };
    Ok(())
}

/// Appends a formatted text if there is room; returns 0, or how much room to make.
///
/// # Safety
/// As [`reset`]; `fmt` is a NUL-terminated string, and `args` the `va_list` of its arguments.
///
/// # Errors
/// What cannot be formatted.
pub(crate) unsafe fn append_formatted(
    string: StringInfo,
    fmt: *const c_char,
    args: *mut c_void,
) -> Result<c_int> {
    // SAFETY: the caller's live string.
    let string = unsafe { &mut *string };
    let room = in_bytes(string.maxlen).saturating_sub(in_bytes(string.len));
    if room < SMALLEST_ROOM {
        return Ok(FIRST_GUESS);
    }
    // SAFETY: the string lies in its buffer.
    let end = unsafe { string.data.add(in_bytes(string.len)) };
    // SAFETY: `room` bytes are behind it; format and arguments are the caller's.
    let length = unsafe { format::into_buffer(end, room, fmt, args)? };
    if length < room {
        string.len += counted(length);
        return Ok(0);
    }
    // SAFETY: as if nothing had been tried.
    unsafe { end.write(0) };
    Ok(counted(length))
}
