//! The tree of contexts.
//! Runs in: any process.

use core::ffi::{CStr, c_char};
use core::mem::size_of;
use core::ptr::{self, NonNull};

use crate::abi::memnodes::{MemoryContext, MemoryContextData};
use crate::abi::nodes::T_AllocSetContext;
use crate::abi::palloc::MemoryContextCallback;
use crate::abi::variables::{
    CacheMemoryContext, CurrentMemoryContext, ErrorContext, TopMemoryContext,
};
use crate::error::{self, Report, Result, SqlState};

use super::chunk::{self, Header};

/// A context: PostgreSQL's public part first, then our list of chunks.
#[repr(C)]
pub(super) struct Context {
    pub(super) data: MemoryContextData,
    pub(super) chunks: *mut Header,
}

/// Makes `TopMemoryContext`, `ErrorContext` and `CacheMemoryContext` if they are not there yet, and
/// `CurrentMemoryContext` the first of them.
///
/// # Errors
/// Out of memory.
pub(crate) fn init() -> Result<()> {
    if TopMemoryContext.get().is_null() {
        let top = create(ptr::null_mut(), c"TopMemoryContext".as_ptr())?;
        let errors = create(top, c"ErrorContext".as_ptr())?;
        // SAFETY: just made.
        unsafe { (*errors).allowInCritSection = true };
        CacheMemoryContext.set(create(top, c"CacheMemoryContext".as_ptr())?);
        ErrorContext.set(errors);
        TopMemoryContext.set(top);
    }
    if CurrentMemoryContext.get().is_null() {
        CurrentMemoryContext.set(TopMemoryContext.get());
    }
    Ok(())
}

/// Makes a context below `parent` (null: a root). `name` is not copied, as in PostgreSQL.
///
/// # Errors
/// Out of memory.
pub(crate) fn create(parent: MemoryContext, name: *const c_char) -> Result<MemoryContext> {
    // SAFETY: calloc takes any size.
    let context: *mut Context = unsafe { libc::calloc(1, size_of::<Context>()) }.cast();
    if context.is_null() {
        // SAFETY: the caller's name is a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
        return Err(Report::error(SqlState::OUT_OF_MEMORY, "out of memory")
            .with_detail(format!("Failed while creating memory context \"{name}\"."))
            .into());
    }
    // SAFETY: fresh zeroed memory of the right size.
    let data = unsafe { &mut (*context).data };
    data.r#type = T_AllocSetContext;
    data.isReset = true;
    data.name = name;
    data.parent = parent;
    // SAFETY: the parent, if any, is live.
    if let Some(parent) = unsafe { parent.as_mut() } {
        data.nextchild = parent.firstchild;
        data.allowInCritSection = parent.allowInCritSection;
        parent.firstchild = context.cast();
    }
    // SAFETY: a sibling is live, as it is in the tree.
    if let Some(sibling) = unsafe { data.nextchild.as_mut() } {
        sibling.prevchild = context.cast();
    }
    Ok(context.cast())
}

/// Frees what is allocated in `context` and deletes its children; its callbacks run first.
///
/// # Safety
/// `context` is live and nothing in it is used any more.
///
/// # Errors
/// What a callback raised; the context is as it was left then.
pub(crate) unsafe fn reset(context: MemoryContext) -> Result<()> {
    // SAFETY: the caller's promise covers the children.
    unsafe { delete_children(context)? };
    // SAFETY: the same.
    unsafe { run_callbacks(context)? };
    // SAFETY: every context is a `Context`.
    unsafe { chunk::free_all(context.cast()) };
    // SAFETY: live, and exclusively this process's.
    let data = unsafe { &mut *context };
    data.mem_allocated = 0;
    data.isReset = true;
    Ok(())
}

/// [`reset`], then takes the context out of the tree and frees it.
///
/// # Safety
/// As [`reset`]; the pointer is dangling afterwards.
pub(crate) unsafe fn delete(context: MemoryContext) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { reset(context)? };
    // SAFETY: live, and exclusively this process's, as its relatives are.
    let MemoryContextData { parent, prevchild, nextchild, .. } = unsafe { context.read() };
    // SAFETY: relatives are live.
    let previous = unsafe { prevchild.as_mut() };
    // SAFETY: the same.
    let parent = unsafe { parent.as_mut() };
    match (previous, parent) {
        (Some(previous), _) => previous.nextchild = nextchild,
        (None, Some(parent)) => parent.firstchild = nextchild,
        (None, None) => {}
    }
    // SAFETY: the same.
    if let Some(next) = unsafe { nextchild.as_mut() } {
        next.prevchild = prevchild;
    }
    // SAFETY: nothing refers to it any more.
    unsafe { libc::free(context.cast()) };
    Ok(())
}

/// Has `callback` called when `context` is reset or deleted, newest first.
///
/// # Safety
/// Both are live; the callback stays so until it was called.
pub(crate) unsafe fn register_callback(
    context: MemoryContext,
    callback: NonNull<MemoryContextCallback>,
) {
    // SAFETY: the caller's promise.
    let data = unsafe { &mut *context };
    // SAFETY: the same.
    unsafe { (*callback.as_ptr()).next = data.reset_cbs };
    data.reset_cbs = callback.as_ptr();
    data.isReset = false;
}

/// Deletes what is below a context.
///
/// # Safety
/// As [`reset`].
unsafe fn delete_children(context: MemoryContext) -> Result<()> {
    loop {
        // SAFETY: live, and each round takes the first child out of the list.
        let child = unsafe { (*context).firstchild };
        if child.is_null() {
            return Ok(());
        }
        // SAFETY: a child is live as long as it is in the list.
        unsafe { delete(child)? };
    }
}

/// Calls a context's callbacks, newest first, each once.
///
/// # Safety
/// As [`reset`].
unsafe fn run_callbacks(context: MemoryContext) -> Result<()> {
    loop {
        // SAFETY: live.
        let callbacks = unsafe { &mut (*context).reset_cbs };
        if callbacks.is_null() {
            return Ok(());
        }
        // SAFETY: who registered it keeps it live until it was called. It is taken off first, as
        // it may lie in the context.
        let MemoryContextCallback { func, arg, next } = unsafe { callbacks.read() };
        *callbacks = next;
        if let Some(func) = func {
            // SAFETY: who registered it promised that it takes this argument.
            error::guarded(|| unsafe { func(arg) })?;
        }
    }
}
