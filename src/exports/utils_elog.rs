//! `utils/elog.h`: reports.
//! Runs in: any process.

use core::ffi::{c_char, c_int};
use core::ptr::NonNull;

use crate::abi::elog::ErrorData;
use crate::abi::variable::Variable;
use crate::error::{self, SqlState, copies, fields, stack};
use crate::worker::interrupts;

variadic! {
    /// The primary message.
    errmsg => pgbgw_shim_errmsg;
    /// The primary message, not to be translated.
    errmsg_internal => pgbgw_shim_errmsg_internal;
    /// The primary message, in the singular or the plural.
    errmsg_plural => pgbgw_shim_errmsg_plural;
    /// The detail.
    errdetail => pgbgw_shim_errdetail;
    /// The detail, not to be translated.
    errdetail_internal => pgbgw_shim_errdetail;
    /// A detail for the log alone.
    errdetail_log => pgbgw_shim_errdetail_log;
    /// The hint.
    errhint => pgbgw_shim_errhint;
    /// A line of context.
    errcontext_msg => pgbgw_shim_errcontext_msg;
    /// The text of GUC_check_errmsg and its like.
    format_elog_string => pgbgw_shim_format_elog_string;
}

// These may jump, or leave the process: plain frames that own nothing.

/// Begins a report; false if nobody would see it.
#[unsafe(no_mangle)]
extern "C" fn errstart(elevel: c_int, domain: *const c_char) -> bool {
    error::plain(|| stack::start(elevel, domain))
}

/// `errstart` where the compiler is to expect that it is rare.
#[unsafe(no_mangle)]
extern "C" fn errstart_cold(elevel: c_int, domain: *const c_char) -> bool {
    error::plain(|| stack::start(elevel, domain))
}

/// Ends a report: ERROR jumps to the innermost handler.
#[unsafe(no_mangle)]
extern "C" fn errfinish(filename: *const c_char, lineno: c_int, funcname: *const c_char) {
    if error::plain(|| stack::finish_c(filename, lineno, funcname)) {
        stack::jump();
    }
    // Who writes many reports can be stopped in between.
    error::throwing(interrupts::check);
}

/// Passes a caught error on to the next handler.
#[unsafe(no_mangle)]
extern "C" fn pg_re_throw() -> ! {
    stack::rethrow()
}

/// Passes a copied error on to the next handler.
///
/// # Safety
/// `edata` is what CopyErrorData returned.
#[unsafe(no_mangle)]
unsafe extern "C" fn ReThrowError(edata: *mut ErrorData) -> ! {
    // SAFETY: a live copy.
    error::throwing(|| copies::put_back(unsafe { &*edata }));
    stack::rethrow()
}

throwing! {
    /// A copy of the caught error in CurrentMemoryContext, which must not be ErrorContext.
    fn CopyErrorData() -> *mut ErrorData {
        copies::of_top()
    }

    /// The SQLSTATE of the caught error.
    fn geterrcode() -> c_int {
        copies::sqlstate_of_top()
    }

    /// Whose catalogue translates the context line that follows.
    fn set_errcontext_domain(domain: *const c_char) -> c_int {
        copies::set_context_domain(domain)
    }
}

plain! {
    /// Keeps the errno for `%m` in the format_elog_string that follows.
    fn pre_format_elog_string(errnumber: c_int, _domain: *const c_char) {
        fields::set_elog_string_errno(errnumber);
    }

    /// Frees a copied error.
    fn FreeErrorData(edata: *mut ErrorData) {
        if let Some(copy) = NonNull::new(edata) {
            // SAFETY: what CopyErrorData returned.
            unsafe { copies::free(copy) };
        }
    }

    /// The five characters of a SQLSTATE, in a buffer that the next call overwrites.
    fn unpack_sql_state(sql_state: c_int) -> *mut c_char {
        static BUFFER: Variable<[c_char; 6]> = Variable::new([0; 6]);
        let mut text: [c_char; 6] = [0; 6];
        for (to, from) in text.iter_mut().zip(SqlState(sql_state).unpack()) {
            *to = c_char::from_ne_bytes([from]);
        }
        BUFFER.set(text);
        BUFFER.as_ptr().cast()
    }

    /// The report's SQLSTATE.
    fn errcode(sqlerrcode: c_int) -> c_int {
        fields::set_sqlstate(SqlState(sqlerrcode));
        0
    }

    /// The SQLSTATE for the errno of a file operation.
    fn errcode_for_file_access() -> c_int {
        fields::set_sqlstate_for_file_access();
        0
    }

    /// Writes the report on top to the log.
    fn EmitErrorReport() {
        stack::emit_top();
    }

    /// Forgets every report under construction: the error was dealt with.
    fn FlushErrorState() {
        stack::flush();
    }
}
