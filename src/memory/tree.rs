//! What is done to a context with what is below it.
//! Runs in: any process.

use core::ptr;

use crate::abi::c::Size;
use crate::abi::memnodes::{MemoryContext, MemoryContextData};
use crate::abi::palloc::MemoryContextCallback;
use crate::error::{self, Result};

use super::chunk;

/// The context that follows `context` in the tree below `top`, each before its children; null
/// behind the last.
///
/// # Safety
/// `context` is live and `top` or below it.
pub(super) unsafe fn next(context: MemoryContext, top: MemoryContext) -> MemoryContext {
    let mut context = context;
    // SAFETY: the caller's promise.
    let child = unsafe { (*context).firstchild };
    if !child.is_null() {
        return child;
    }
    while context != top {
        // SAFETY: live, as it is the caller's or above it, below `top`.
        let MemoryContextData { parent, nextchild, .. } = unsafe { context.read() };
        if !nextchild.is_null() {
            return nextchild;
        }
        context = parent;
    }
    ptr::null_mut()
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
    unsafe { reset_only(context) }
}

/// [`reset`] without anything happening to the children.
///
/// # Safety
/// As [`reset`].
pub(crate) unsafe fn reset_only(context: MemoryContext) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { run_callbacks(context)? };
    // SAFETY: every context is a `Context`.
    unsafe { chunk::free_all(context.cast()) };
    // SAFETY: live, and exclusively this process's.
    let data = unsafe { &mut *context };
    data.mem_allocated = 0;
    data.isReset = true;
    Ok(())
}

/// [`reset_only`] for all that is below a context; they stay.
///
/// # Safety
/// As [`reset`].
pub(crate) unsafe fn reset_children(context: MemoryContext) -> Result<()> {
    // SAFETY: live; resetting a context does not change the tree.
    let mut below = unsafe { next(context, context) };
    while !below.is_null() {
        // SAFETY: in the tree, so live; the caller's promise covers it.
        unsafe { reset_only(below)? };
        // SAFETY: the same.
        below = unsafe { next(below, context) };
    }
    Ok(())
}

/// Deletes what is below a context, the deepest first.
///
/// # Safety
/// As [`reset`].
pub(crate) unsafe fn delete_children(context: MemoryContext) -> Result<()> {
    let mut leaf = context;
    loop {
        // SAFETY: live, as it is in the tree.
        let MemoryContextData { firstchild, parent, .. } = unsafe { leaf.read() };
        if !firstchild.is_null() {
            leaf = firstchild;
        } else if leaf == context {
            return Ok(());
        } else {
            // SAFETY: below the caller's context, and without children.
            unsafe { delete_leaf(leaf)? };
            leaf = parent;
        }
    }
}

/// [`reset`], then takes the context out of the tree and frees it.
///
/// # Safety
/// As [`reset`]; the pointer is dangling afterwards.
pub(crate) unsafe fn delete(context: MemoryContext) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { delete_children(context)? };
    // SAFETY: the same.
    unsafe { delete_leaf(context) }
}

/// [`delete`] where there are no children.
///
/// # Safety
/// As [`delete`].
unsafe fn delete_leaf(context: MemoryContext) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { reset_only(context)? };
    // SAFETY: live.
    unsafe { set_parent(context, ptr::null_mut()) };
    // SAFETY: nothing refers to it any more.
    unsafe { super::context::release(context) };
    Ok(())
}

/// Puts a context below another one, as its first child; null makes it a root.
///
/// # Safety
/// Both are live, and `parent` is not below `context`.
pub(crate) unsafe fn set_parent(context: MemoryContext, parent: MemoryContext) {
    // SAFETY: live, and exclusively this process's, as its relatives are.
    let data = unsafe { &mut *context };
    if data.parent == parent {
        return;
    }
    // SAFETY: relatives are live and other than the context.
    let before = unsafe { data.prevchild.as_mut() };
    // SAFETY: the same.
    let old_parent = unsafe { data.parent.as_mut() };
    match (before, old_parent) {
        (Some(before), _) => before.nextchild = data.nextchild,
        (None, Some(old_parent)) => old_parent.firstchild = data.nextchild,
        (None, None) => {}
    }
    // SAFETY: the same.
    if let Some(after) = unsafe { data.nextchild.as_mut() } {
        after.prevchild = data.prevchild;
    }
    data.parent = parent;
    data.prevchild = ptr::null_mut();
    data.nextchild = ptr::null_mut();
    // SAFETY: the new parent, if any, is live and another context.
    let Some(parent) = (unsafe { parent.as_mut() }) else { return };
    data.nextchild = parent.firstchild;
    parent.firstchild = context;
    // SAFETY: a sibling is live, as it is in the tree.
    if let Some(sibling) = unsafe { data.nextchild.as_mut() } {
        sibling.prevchild = context;
    }
}

/// Whether a context has neither children nor, since it was made or reset, had chunks.
///
/// # Safety
/// `context` is live.
pub(crate) unsafe fn is_empty(context: MemoryContext) -> bool {
    // SAFETY: the caller's promise.
    let MemoryContextData { firstchild, isReset, .. } = unsafe { context.read() };
    firstchild.is_null() && isReset
}

/// Bytes that a context takes, and with `recurse` all below it.
///
/// # Safety
/// `context` is live.
pub(crate) unsafe fn allocated(context: MemoryContext, recurse: bool) -> Size {
    let mut sum = 0;
    let mut one = context;
    while !one.is_null() {
        // SAFETY: the caller's context or one below it.
        sum += unsafe { (*one).mem_allocated };
        if !recurse {
            break;
        }
        // SAFETY: the same.
        one = unsafe { next(one, context) };
    }
    sum
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
