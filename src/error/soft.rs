//! Errors that are told to the caller instead of raised (`errsave` of elog.h, miscnodes.h).
//! Runs in: any process.

use core::ffi::{c_char, c_int};
use core::ptr::{self, NonNull};

use crate::abi::elog::ErrorData;
use crate::abi::nodes::{ErrorSaveContext, Node, T_ErrorSaveContext};
use crate::abi::variables::CurrentMemoryContext;
use crate::memory;

use super::{Level, Raised, Result, SqlState, copies, stack};

/// The place for an error, if that is what the node is.
///
/// # Safety
/// `node` is null or a live node.
unsafe fn place(node: *mut Node) -> Option<NonNull<ErrorSaveContext>> {
    let node = NonNull::new(node)?;
    // SAFETY: the caller's promise.
    let tag = unsafe { node.as_ref() }.r#type;
    (tag == T_ErrorSaveContext).then(|| node.cast())
}

/// `errsave_start`: begins an error. False: its texts need not be made.
///
/// # Safety
/// `node` is null or a live node.
pub(crate) unsafe fn start(node: *mut Node, domain: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    let Some(mut place) = (unsafe { place(node) }) else {
        return stack::start(Level::Error as c_int, domain);
    };
    // SAFETY: the node is one, and this process's own.
    let place = unsafe { place.as_mut() };
    place.error_occurred = true;
    if place.details_wanted {
        // The level tells the end of it that nothing is raised.
        let data = stack::fresh(Level::Log);
        stack::put(ErrorData {
            sqlerrcode: SqlState::INTERNAL_ERROR.0,
            domain,
            context_domain: domain,
            assoc_context: CurrentMemoryContext.get(),
            ..data
        });
    }
    place.details_wanted
}

/// `errsave_finish`, of an error that is not raised: gives it to the caller, in
/// `CurrentMemoryContext`.
///
/// # Safety
/// `node` is what [`start`] was given.
///
/// # Errors
/// No memory; no error was begun.
pub(crate) unsafe fn finish(
    node: *mut Node,
    filename: *const c_char,
    lineno: c_int,
    funcname: *const c_char,
) -> Result<()> {
    stack::set_place(filename, lineno, funcname);
    let top = stack::top().ok_or_else(copies::no_report)?;
    // SAFETY: the entry on top of the stack.
    let data = ErrorData { elevel: Level::Error as c_int, ..unsafe { top.read() } };
    stack::drop_top();
    // SAFETY: the caller's promise.
    if let Some(mut place) = unsafe { place(node) } {
        let context = CurrentMemoryContext.get();
        let saved: NonNull<ErrorData> = memory::alloc(context, size_of::<ErrorData>())?.cast();
        // SAFETY: fresh, of the right size, and aligned to 16.
        unsafe { saved.write(data) };
        // SAFETY: the node is one, and this process's own.
        unsafe { place.as_mut() }.error_data = saved.as_ptr();
    }
    Ok(())
}

/// Gives an error to a node that wants it (and then this value instead), or passes it on.
///
/// # Safety
/// `node` is null or a live node.
///
/// # Errors
/// The error itself, if the node is not for errors.
pub(crate) unsafe fn or<T>(node: *mut Node, result: Result<T>, value: T) -> Result<T> {
    let raised: Raised = match result {
        Ok(value) => return Ok(value),
        Err(raised) => raised,
    };
    // SAFETY: the caller's promise.
    if unsafe { place(node) }.is_none() {
        return Err(raised);
    }
    // SAFETY: the same.
    if unsafe { start(node, ptr::null()) } {
        if let Some(data) = stack::top() {
            // SAFETY: the entry that was just begun.
            stack::fill(unsafe { &mut *data }, &raised.into_report());
        }
        // SAFETY: the same.
        unsafe { finish(node, ptr::null(), 0, ptr::null())? };
    }
    Ok(value)
}
