//! `utils/elog.h`: reports.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr::NonNull;

use crate::abi::elog::ErrorData;
use crate::abi::nodes::Node;
use crate::abi::variable::Variable;
use crate::error::{self, Level, SqlState, copies, fields, log, soft, stack};
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
    /// The detail, in the singular or the plural.
    errdetail_plural => pgbgw_shim_errdetail_plural;
    /// A detail for the log alone, in the singular or the plural.
    errdetail_log_plural => pgbgw_shim_errdetail_log_plural;
    /// The hint, in the singular or the plural.
    errhint_plural => pgbgw_shim_errhint_plural;
    /// Text for stderr, not for the log.
    write_stderr => pgbgw_shim_write_stderr;
    /// The same.
    vwrite_stderr => pgbgw_shim_vwrite_stderr;
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

/// Begins an error that a node may be told of; false if nobody wants to know more.
///
/// # Safety
/// `context` is NULL or a live node.
#[unsafe(no_mangle)]
unsafe extern "C" fn errsave_start(context: *mut Node, domain: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    error::plain(|| unsafe { soft::start(context, domain) })
}

/// Ends it: the node is told, or the error is raised.
///
/// # Safety
/// `context` is what errsave_start was given.
#[unsafe(no_mangle)]
unsafe extern "C" fn errsave_finish(
    context: *mut Node,
    filename: *const c_char,
    lineno: c_int,
    funcname: *const c_char,
) {
    if error::plain(stack::is_raised) {
        errfinish(filename, lineno, funcname);
    }
    // SAFETY: the caller's promise.
    error::throwing(|| unsafe { soft::finish(context, filename, lineno, funcname) });
}

/// Reports what a copied error says, at its level.
///
/// # Safety
/// `edata` is a live copy.
#[unsafe(no_mangle)]
unsafe extern "C" fn ThrowErrorData(edata: *mut ErrorData) {
    // SAFETY: the caller's promise.
    let ErrorData { elevel, domain, filename, lineno, funcname, .. } = unsafe { edata.read() };
    if errstart(elevel, domain) {
        // SAFETY: the same.
        error::throwing(|| copies::fill_top(unsafe { &*edata }));
        errfinish(filename, lineno, funcname);
    }
}

/// The lines of context that a report would have now, in CurrentMemoryContext; NULL: none.
#[unsafe(no_mangle)]
extern "C" fn GetErrorContextStack() -> *mut c_char {
    error::plain(stack::context_lines)
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

    /// A character of the statement, counted from 1.
    fn errposition(cursorpos: c_int) -> c_int {
        fields::change(|data| data.cursorpos = cursorpos)
    }

    /// A character of internalerrquery's query.
    fn internalerrposition(cursorpos: c_int) -> c_int {
        fields::change(|data| data.internalpos = cursorpos)
    }

    /// A query of the server's own; NULL takes it back.
    fn internalerrquery(query: *const c_char) -> c_int {
        // SAFETY: NULL or a NUL-terminated string.
        let query = (!query.is_null()).then(|| unsafe { CStr::from_ptr(query) }.to_bytes());
        fields::set_query(query)
    }

    /// The name of an object, by its PG_DIAG_ field.
    fn err_generic_string(field: c_int, str: *const c_char) -> c_int {
        // SAFETY: a NUL-terminated string.
        fields::set_object(field, unsafe { CStr::from_ptr(str) }.to_bytes())
    }

    /// Whether the log leaves the statement out.
    fn errhidestmt(hide_stmt: bool) -> c_int {
        fields::change(|data| data.hide_stmt = hide_stmt)
    }

    /// Whether the log leaves the context out.
    fn errhidecontext(hide_ctx: bool) -> c_int {
        fields::change(|data| data.hide_ctx = hide_ctx)
    }

    /// The functions that called one another.
    fn errbacktrace() -> c_int {
        fields::set_backtrace()
    }

    /// The level of the report.
    fn geterrlevel() -> c_int {
        fields::look(|data| data.elevel)
    }

    /// What errposition set.
    fn geterrposition() -> c_int {
        fields::look(|data| data.cursorpos)
    }

    /// What internalerrposition set.
    fn getinternalerrposition() -> c_int {
        fields::look(|data| data.internalpos)
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

    /// The SQLSTATE for the errno of a socket's operation.
    fn errcode_for_socket_access() -> c_int {
        fields::set_sqlstate_for_socket_access();
        0
    }

    /// Whether anybody would see a report of this level.
    fn message_level_is_interesting(elevel: c_int) -> bool {
        let level = Level::from_c(elevel);
        let is_for_log = log::is_output(level, log::min_level());
        level >= Level::Error || is_for_log || log::is_for_client(level)
    }

    /// The word for a level.
    fn error_severity(elevel: c_int) -> *const c_char {
        Level::c_word(elevel).as_ptr()
    }

    /// Whether reporting itself is what fails.
    fn in_error_recursion_trouble() -> bool {
        stack::in_trouble()
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
