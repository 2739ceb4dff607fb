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
    /// Bytes the caller asked for, and [`ALIGNED`].
    size: usize,
}

/// In a header's size, which is below it: the chunk is aligned to more than 16. The number before
/// the header is how far the chunk is from the block's start, which is also its alignment.
const ALIGNED: usize = 1 << (usize::BITS - 1);
const _: () = assert!(MaxAllocHugeSize < ALIGNED);
/// The least distance that has room for the header and that number.
const LEAST_LEAD: usize = 64;

impl Header {
    fn size(&self) -> usize {
        self.size & !ALIGNED
    }

    /// How far the chunk is from the start of its block.
    ///
    /// # Safety
    /// This is the header of a live chunk, in its place.
    unsafe fn lead(this: *const Self) -> usize {
        // SAFETY: the caller's promise.
        if unsafe { (*this).size } & ALIGNED == 0 {
            return size_of::<Self>();
        }
        // SAFETY: so marked chunks have a number there, in their block.
        let number = unsafe { this.cast::<usize>().sub(1) };
        // SAFETY: the same.
        unsafe { number.read() }
    }

    /// Bytes of the block.
    ///
    /// # Safety
    /// As [`Self::lead`].
    unsafe fn space(this: *const Self) -> usize {
        // SAFETY: the caller's promise.
        let lead = unsafe { Self::lead(this) };
        // SAFETY: the same.
        lead + unsafe { (*this).size() }
    }

    /// Gives the block back to malloc.
    ///
    /// # Safety
    /// As [`Self::lead`]; the chunk is in no list, and nobody uses it any more.
    unsafe fn release(this: *mut Self) {
        // SAFETY: the caller's promise.
        let back = unsafe { Self::lead(this) } - size_of::<Self>();
        // SAFETY: the block starts there.
        let block = unsafe { this.byte_sub(back) };
        // SAFETY: the block that malloc returned.
        unsafe { libc::free(block.cast()) };
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
    check_slab(context, size)?;
    // SAFETY: malloc takes any size; the sum cannot overflow, the size is below half of them.
    let block = unsafe { libc::malloc(size_of::<Header>() + size) };
    let Some(header) = NonNull::new(block.cast::<Header>()) else {
        return no_memory(context, size, flags);
    };
    let fresh = Header { previous: ptr::null_mut(), next: ptr::null_mut(), context, size };
    // SAFETY: the block is big enough, and malloc aligns to 16.
    Ok(Some(unsafe { begin(header, fresh, size, flags) }))
}

/// [`alloc_extended`] with an address that is a multiple of `align`, a power of two. What it takes
/// from a context is `align` bytes more, which is what its errors tell.
pub(crate) fn alloc_aligned(
    context: MemoryContext,
    size: usize,
    align: usize,
    flags: c_int,
) -> Result<Option<NonNull<u8>>> {
    if align <= align_of::<Header>() {
        return alloc_extended(context, size, flags);
    }
    if !align.is_power_of_two() {
        let message = format!("alignment {align} is not a power of two");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    let all = size.saturating_add(align);
    check_size(all, flags)?;
    let context: *mut Context = context.cast();
    check_slab(context, all)?;
    let lead = align.max(LEAST_LEAD);
    let mut block = ptr::null_mut();
    // SAFETY: a power of two that is a multiple of a pointer's size, and any size.
    let failed = unsafe { libc::posix_memalign(&raw mut block, lead, size.saturating_add(lead)) };
    let Some(block) = NonNull::new(block.cast::<u8>()).filter(|_| failed == 0) else {
        return no_memory(context, all, flags);
    };
    // SAFETY: the lead is at least as much, and within the block.
    let header = unsafe { block.add(lead - size_of::<Header>()) }.cast::<Header>();
    // SAFETY: the least lead leaves room for it, within the block.
    let number = unsafe { header.cast::<usize>().sub(1) };
    // SAFETY: within the block, and aligned as the header is.
    unsafe { number.write(lead) };
    let fresh =
        Header { previous: ptr::null_mut(), next: ptr::null_mut(), context, size: size | ALIGNED };
    // SAFETY: the header's place, aligned to 16, with the chunk behind it.
    Ok(Some(unsafe { begin(header, fresh, size, flags) }))
}

/// Begins the life of a chunk.
///
/// # Safety
/// There is room for the header and `size` bytes; its context is live.
unsafe fn begin(header: NonNull<Header>, fresh: Header, size: usize, flags: c_int) -> NonNull<u8> {
    let context = fresh.context;
    // SAFETY: the caller's promise.
    unsafe { header.write(fresh) };
    // SAFETY: the same.
    unsafe { link(context, header.as_ptr()) };
    // SAFETY: the caller's bytes follow the header in the same block.
    let chunk: NonNull<u8> = unsafe { header.add(1) }.cast();
    if flags & MCXT_ALLOC_ZERO != 0 {
        // SAFETY: the chunk has `size` bytes.
        unsafe { chunk.write_bytes(0, size) };
    }
    chunk
}

/// A Slab context has chunks of one size only.
fn check_slab(context: *mut Context, size: usize) -> Result<()> {
    // SAFETY: a caller's context is one made by `create` and not deleted.
    let only = unsafe { (*context).chunk_size };
    if only == 0 || only == size {
        return Ok(());
    }
    let message = format!("unexpected alloc chunk size {size} (expected {only})");
    Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
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
    // SAFETY: out of the list; the caller uses it no more.
    unsafe { Header::release(header) };
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
    if old & ALIGNED != 0 {
        // SAFETY: the caller's chunk, marked so.
        return unsafe { realloc_aligned(chunk, size, flags) };
    }
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

/// [`realloc_extended`] for a chunk that is aligned to more than malloc does: it always moves.
///
/// # Safety
/// As [`free`].
unsafe fn realloc_aligned(
    chunk: NonNull<u8>,
    size: usize,
    flags: c_int,
) -> Result<Option<NonNull<u8>>> {
    // SAFETY: the caller's chunk follows its header.
    let header = unsafe { chunk.cast::<Header>().sub(1) }.as_ptr();
    // SAFETY: the header of a live chunk.
    let align = unsafe { Header::lead(header) };
    // SAFETY: the same.
    let old = unsafe { (*header).size() };
    // SAFETY: the same.
    let context = unsafe { (*header).context };
    let Some(moved) = alloc_aligned(context.cast(), size, align, flags)? else { return Ok(None) };
    // SAFETY: both have so many bytes, and they are apart.
    unsafe { moved.copy_from_nonoverlapping(chunk, old.min(size)) };
    // SAFETY: the caller's promise.
    unsafe { free(chunk) };
    Ok(Some(moved))
}

/// Bytes that a chunk takes, with what precedes it.
///
/// # Safety
/// As [`free`].
pub(crate) unsafe fn space(chunk: NonNull<u8>) -> usize {
    // SAFETY: the caller's chunk follows its header.
    let header = unsafe { chunk.cast::<Header>().sub(1) };
    // SAFETY: the header of a live chunk.
    unsafe { Header::space(header.as_ptr()) }
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
        unsafe { Header::release(header) };
    }
}

/// Puts a header in front of its context's list.
///
/// # Safety
/// Both are live, and the header is in no list.
unsafe fn link(context: *mut Context, header: *mut Header) {
    // SAFETY: a live chunk's.
    let space = unsafe { Header::space(header) };
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
    context.data.mem_allocated += space;
}

/// Takes a header out of its context's list.
///
/// # Safety
/// The header is live and in that list.
unsafe fn unlink(header: *mut Header) {
    // SAFETY: live.
    let Header { previous, next, context, .. } = unsafe { header.read() };
    // SAFETY: the same.
    let space = unsafe { Header::space(header) };
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
