//! One allocation: a header, then the bytes the caller sees.
//! Runs in: any process.

use core::ffi::{CStr, c_int};
use core::mem::size_of;
use core::ptr::{self, NonNull};

use crate::abi::memnodes::MemoryContext;
use crate::abi::palloc::{
    MCXT_ALLOC_HUGE, MCXT_ALLOC_NO_OOM, MCXT_ALLOC_ZERO, MaxAllocHugeSize, MaxAllocSize,
};
use crate::error::{Report, Result, SqlState};

use super::context::Context;
use super::stats;

/// What precedes every chunk. 16-byte aligned, as what follows it must be.
#[repr(C, align(16))]
pub(super) struct Header {
    previous: *mut Self,
    next: *mut Self,
    context: *mut Context,
    /// Bytes the caller asked for.
    size: usize,
}

impl Header {
    /// Bytes of the block.
    fn space(&self) -> usize {
        size_of::<Self>() + self.size
    }
}

/// Allocates `size` bytes in `context`, aligned to 16.
///
/// # Errors
/// PostgreSQL's ERRORs: `invalid memory alloc request size` beyond 1 GB - 1, `out of memory`.
pub(crate) fn alloc(context: MemoryContext, size: usize) -> Result<NonNull<u8>> {
    match alloc_extended(context, size, 0)? {
        Some(chunk) => Ok(chunk),
        None => Err(out_of_memory(context.cast(), size)),
    }
}

/// [`alloc`] with `MCXT_ALLOC_*` flags; `None` only if they have `MCXT_ALLOC_NO_OOM`.
pub(crate) fn alloc_extended(
    context: MemoryContext,
    size: usize,
    flags: c_int,
) -> Result<Option<NonNull<u8>>> {
    check_size(size, flags)?;
    let context: *mut Context = context.cast();
    // SAFETY: a caller's context is one made by `create` and not deleted.
    let only = unsafe { (*context).chunk_size };
    if only != 0 && only != size {
        let message = format!("unexpected alloc chunk size {size} (expected {only})");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    // SAFETY: malloc takes any size; the sum cannot overflow, the size is below half of them.
    let block = unsafe { libc::malloc(size_of::<Header>() + size) };
    let Some(header) = NonNull::new(block.cast::<Header>()) else {
        return no_memory(context, size, flags);
    };
    let fresh = Header { previous: ptr::null_mut(), next: ptr::null_mut(), context, size };
    // SAFETY: the block is big enough, and malloc aligns to 16.
    unsafe { header.write(fresh) };
    // SAFETY: a caller's context is live.
    unsafe { link(context, header.as_ptr()) };
    // SAFETY: the caller's bytes follow the header in the same block.
    let chunk: NonNull<u8> = unsafe { header.add(1) }.cast();
    if flags & MCXT_ALLOC_ZERO != 0 {
        // SAFETY: the chunk has `size` bytes.
        unsafe { chunk.write_bytes(0, size) };
    }
    Ok(Some(chunk))
}

/// [`alloc`], zeroed.
pub(crate) fn alloc_zeroed(context: MemoryContext, size: usize) -> Result<NonNull<u8>> {
    let chunk = alloc(context, size)?;
    // SAFETY: the chunk has `size` bytes.
    unsafe { chunk.write_bytes(0, size) };
    Ok(chunk)
}

/// A NUL-terminated copy of `bytes` in `context`.
pub(crate) fn copy_bytes(context: MemoryContext, bytes: &[u8]) -> Result<NonNull<u8>> {
    let chunk = alloc(context, bytes.len() + 1)?;
    // SAFETY: the chunk has one byte more than the slice and is not part of it.
    unsafe { chunk.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
    // SAFETY: the last byte of the chunk.
    let end = unsafe { chunk.add(bytes.len()) };
    // SAFETY: the same.
    unsafe { end.write(0) };
    Ok(chunk)
}

/// Frees a chunk.
///
/// # Safety
/// `chunk` came from [`alloc`] or [`realloc`] and was not freed, nor was its context reset.
pub(crate) unsafe fn free(chunk: NonNull<u8>) {
    // SAFETY: the caller's chunk follows its header.
    let header = unsafe { chunk.cast::<Header>().sub(1) }.as_ptr();
    // SAFETY: the header of a live chunk.
    unsafe { unlink(header) };
    // SAFETY: the block that malloc returned starts at the header.
    unsafe { libc::free(header.cast()) };
}

/// Gives a chunk another size; it may move.
///
/// # Safety
/// As [`free`].
///
/// # Errors
/// As [`alloc`]; the chunk is as it was then.
pub(crate) unsafe fn realloc(chunk: NonNull<u8>, size: usize) -> Result<NonNull<u8>> {
    // SAFETY: the caller's promise.
    match unsafe { realloc_extended(chunk, size, 0)? } {
        Some(chunk) => Ok(chunk),
        // SAFETY: the same; the chunk is unchanged.
        None => Err(out_of_memory(unsafe { owner(chunk) }.cast(), size)),
    }
}

/// [`realloc`] with `MCXT_ALLOC_*` flags; `None` only if they have `MCXT_ALLOC_NO_OOM`.
///
/// # Safety
/// As [`free`].
pub(crate) unsafe fn realloc_extended(
    chunk: NonNull<u8>,
    size: usize,
    flags: c_int,
) -> Result<Option<NonNull<u8>>> {
    check_size(size, flags)?;
    // SAFETY: the caller's chunk follows its header.
    let header = unsafe { chunk.cast::<Header>().sub(1) }.as_ptr();
    // SAFETY: the header of a live chunk.
    let Header { context, size: old, .. } = unsafe { header.read() };
    // SAFETY: a live chunk's context is live.
    let only = unsafe { (*context).chunk_size };
    if only != 0 {
        if only == size {
            return Ok(Some(chunk));
        }
        let message = "slab allocator does not support realloc()";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    // Out of the list while it may move.
    // SAFETY: the header of a live chunk.
    unsafe { unlink(header) };
    // SAFETY: the block that malloc returned starts at the header; the sum cannot overflow.
    let block = unsafe { libc::realloc(header.cast(), size_of::<Header>() + size) };
    let moved = NonNull::new(block.cast::<Header>());
    let header = moved.map_or(header, NonNull::as_ptr);
    // SAFETY: the old block, untouched, or the new one with its content.
    unsafe { (*header).size = if moved.is_some() { size } else { old } };
    // SAFETY: live, and in no list.
    unsafe { link(context, header) };
    let Some(header) = moved else { return no_memory(context, size, flags) };
    // SAFETY: the caller's bytes follow the header in the same block.
    Ok(Some(unsafe { header.add(1) }.cast()))
}

/// Bytes that a chunk takes, with what precedes it.
///
/// # Safety
/// As [`free`].
pub(crate) unsafe fn space(chunk: NonNull<u8>) -> usize {
    // SAFETY: the caller's chunk follows its header.
    let header = unsafe { chunk.cast::<Header>().sub(1) };
    // SAFETY: the header of a live chunk.
    unsafe { (*header.as_ptr()).space() }
}

/// How many chunks a context has.
///
/// # Safety
/// `context` is live.
pub(super) unsafe fn count(context: *const Context) -> usize {
    // SAFETY: the caller's promise.
    let mut next = unsafe { (*context).chunks };
    let mut count = 0;
    while !next.is_null() {
        count += 1;
        // SAFETY: members of the list are live.
        next = unsafe { (*next).next };
    }
    count
}

/// The context a chunk belongs to.
///
/// # Safety
/// As [`free`].
pub(crate) unsafe fn owner(chunk: NonNull<u8>) -> MemoryContext {
    // SAFETY: the caller's chunk follows its header.
    let header = unsafe { chunk.cast::<Header>().sub(1) };
    // SAFETY: the header of a live chunk.
    unsafe { (*header.as_ptr()).context.cast() }
}

/// Frees every chunk of `context`.
///
/// # Safety
/// `context` is live, and nothing uses its chunks any more.
pub(super) unsafe fn free_all(context: *mut Context) {
    // SAFETY: a live context's list; taken off before its members go.
    let mut next = core::mem::replace(unsafe { &mut (*context).chunks }, ptr::null_mut());
    while !next.is_null() {
        let header = next;
        // SAFETY: members of the list are live blocks of malloc.
        next = unsafe { (*header).next };
        // SAFETY: this one is no longer referred to.
        unsafe { libc::free(header.cast()) };
    }
}

/// Puts a header in front of its context's list.
///
/// # Safety
/// Both are live, and the header is in no list.
unsafe fn link(context: *mut Context, header: *mut Header) {
    // SAFETY: live and exclusively this process's.
    let context = unsafe { &mut *context };
    // SAFETY: the same, and apart from the context.
    let fresh = unsafe { &mut *header };
    fresh.previous = ptr::null_mut();
    fresh.next = context.chunks;
    // SAFETY: a member of the list is live; it is not the fresh one.
    if let Some(first) = unsafe { context.chunks.as_mut() } {
        first.previous = header;
    }
    context.chunks = header;
    context.data.isReset = false;
    context.data.mem_allocated += fresh.space();
}

/// Takes a header out of its context's list.
///
/// # Safety
/// The header is live and in that list.
unsafe fn unlink(header: *mut Header) {
    // SAFETY: live.
    let Header { previous, next, context, .. } = unsafe { header.read() };
    // SAFETY: the same.
    let space = unsafe { (*header).space() };
    // SAFETY: a live chunk's context is live, and exclusively this process's.
    let context = unsafe { &mut *context };
    // SAFETY: neighbours in the list are live.
    match unsafe { previous.as_mut() } {
        Some(previous) => previous.next = next,
        None => context.chunks = next,
    }
    // SAFETY: as above.
    if let Some(next) = unsafe { next.as_mut() } {
        next.previous = previous;
    }
    context.data.mem_allocated -= space;
}

fn check_size(size: usize, flags: c_int) -> Result<()> {
    let most = if flags & MCXT_ALLOC_HUGE != 0 { MaxAllocHugeSize } else { MaxAllocSize };
    if size <= most {
        return Ok(());
    }
    let message = format!("invalid memory alloc request size {size}");
    Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
}

/// What is said when malloc has nothing to give.
fn no_memory(context: *mut Context, size: usize, flags: c_int) -> Result<Option<NonNull<u8>>> {
    if flags & MCXT_ALLOC_NO_OOM != 0 { Ok(None) } else { Err(out_of_memory(context, size)) }
}

/// The ERROR; standard error is told before who has the memory.
fn out_of_memory(context: *mut Context, size: usize) -> crate::error::Raised {
    // SAFETY: live, as long as the process is.
    unsafe { stats::print_all() };
    // SAFETY: the caller's context is live.
    let name = unsafe { (*context).data.name };
    // SAFETY: a context's name is a NUL-terminated string.
    let name = unsafe { CStr::from_ptr(name) };
    Report::error(SqlState::OUT_OF_MEMORY, "out of memory")
        .with_detail(format!(
            "Failed on request of size {size} in memory context \"{}\".",
            name.to_string_lossy()
        ))
        .into()
}
