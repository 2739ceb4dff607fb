//! Copies of a caught error, which outlive the stack of reports (elog.h).
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr::NonNull;

use crate::abi::elog::ErrorData;
use crate::abi::memnodes::MemoryContext;
use crate::abi::variables::{CurrentMemoryContext, ErrorContext};
use crate::memory;

use super::{Report, Result, SqlState, stack};

/// The texts that a copy has for itself. Those that are not here are constants of the code that
/// reported.
fn texts(data: &mut ErrorData) -> [&mut *mut c_char; 12] {
    [
        &mut data.message,
        &mut data.detail,
        &mut data.detail_log,
        &mut data.hint,
        &mut data.context,
        &mut data.backtrace,
        &mut data.schema_name,
        &mut data.table_name,
        &mut data.column_name,
        &mut data.datatype_name,
        &mut data.constraint_name,
        &mut data.internalquery,
    ]
}

/// The same report with its own texts in `context`.
fn copy(original: &ErrorData, context: MemoryContext) -> Result<ErrorData> {
    let mut data = *original;
    data.assoc_context = context;
    for text in texts(&mut data) {
        if !text.is_null() {
            // SAFETY: a text of a report is NUL-terminated.
            let bytes = unsafe { CStr::from_ptr(*text) }.to_bytes();
            *text = memory::copy_bytes(context, bytes)?.as_ptr().cast();
        }
    }
    Ok(data)
}

pub(super) fn no_report() -> Report {
    Report::error(SqlState::INTERNAL_ERROR, "errstart was not called")
}

/// `CopyErrorData`: the caught error, in `CurrentMemoryContext`.
///
/// # Errors
/// There is none; no memory.
pub(crate) fn of_top() -> Result<*mut ErrorData> {
    let top = stack::top().ok_or_else(no_report)?;
    let context = CurrentMemoryContext.get();
    // SAFETY: the entry on top of the stack.
    let data = copy(unsafe { &*top }, context)?;
    let place: NonNull<ErrorData> = memory::alloc(context, size_of::<ErrorData>())?.cast();
    // SAFETY: fresh, of the right size, and aligned to 16.
    unsafe { place.write(data) };
    Ok(place.as_ptr())
}

/// `FreeErrorData`.
///
/// # Safety
/// `copy` is what [`of_top`] returned, and is used no more.
pub(crate) unsafe fn free(copy: NonNull<ErrorData>) {
    // SAFETY: the caller's promise.
    let mut data = unsafe { copy.read() };
    for text in texts(&mut data) {
        if let Some(text) = NonNull::new(*text) {
            // SAFETY: the copy's own texts.
            unsafe { memory::free(text.cast()) };
        }
    }
    // SAFETY: the copy itself.
    unsafe { memory::free(copy.cast()) };
}

/// `ReThrowError`, up to the jump: puts a copied error back on the stack.
///
/// # Errors
/// No memory.
pub(crate) fn put_back(original: &ErrorData) -> Result<()> {
    stack::put(copy(original, ErrorContext.get())?);
    Ok(())
}

/// `ThrowErrorData`, up to its end: the report that was just begun says what a copy says.
///
/// # Errors
/// No memory; no report was begun.
pub(crate) fn fill_top(original: &ErrorData) -> Result<()> {
    let top = stack::top().ok_or_else(no_report)?;
    let said = copy(original, ErrorContext.get())?;
    // SAFETY: the entry on top of the stack.
    let begun = unsafe { top.read() };
    let data = ErrorData {
        elevel: begun.elevel,
        output_to_server: begun.output_to_server,
        output_to_client: begun.output_to_client,
        hide_stmt: begun.hide_stmt,
        hide_ctx: begun.hide_ctx,
        domain: begun.domain,
        context_domain: begun.context_domain,
        sqlerrcode: if said.sqlerrcode == 0 { begun.sqlerrcode } else { said.sqlerrcode },
        message_id: begun.message_id,
        saved_errno: begun.saved_errno,
        ..said
    };
    // SAFETY: the same.
    unsafe { top.write(data) };
    Ok(())
}

/// `geterrcode`: the SQLSTATE of the report on top.
///
/// # Errors
/// There is none.
pub(crate) fn sqlstate_of_top() -> Result<c_int> {
    let top = stack::top().ok_or_else(no_report)?;
    // SAFETY: the entry on top of the stack.
    Ok(unsafe { (*top).sqlerrcode })
}

/// `set_errcontext_domain`: whose catalogue translates the context line that follows.
///
/// # Errors
/// There is no report.
pub(crate) fn set_context_domain(domain: *const c_char) -> Result<c_int> {
    let top = stack::top().ok_or_else(no_report)?;
    // SAFETY: the entry on top of the stack.
    unsafe { (*top).context_domain = domain };
    Ok(0)
}
