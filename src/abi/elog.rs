//! `utils/elog.h`: reports.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_void};

use super::memnodes::MemoryContextData;

/// Details for developers, most of all.
pub const DEBUG5: c_int = 10;
/// Fewer.
pub const DEBUG4: c_int = 11;
/// Fewer.
pub const DEBUG3: c_int = 12;
/// Fewer.
pub const DEBUG2: c_int = 13;
/// Fewest.
pub const DEBUG1: c_int = 14;
/// What operators want to know; only the log gets it by default.
pub const LOG: c_int = 15;
/// As LOG, never for a client.
pub const LOG_SERVER_ONLY: c_int = 16;
/// Trouble with a client; as LOG, never for it.
pub const COMMERROR: c_int = LOG_SERVER_ONLY;
/// What a client asked to be told.
pub const INFO: c_int = 17;
/// What a client should know.
pub const NOTICE: c_int = 18;
/// What was not expected.
pub const WARNING: c_int = 19;
/// As WARNING, never for the log.
pub const WARNING_CLIENT_ONLY: c_int = 20;
/// Ends the current action.
pub const ERROR: c_int = 21;
/// Ends the process.
pub const FATAL: c_int = 22;
/// Ends all processes.
pub const PANIC: c_int = 23;

/// How much of a report is printed.
pub type PGErrorVerbosity = c_int;
/// The message alone.
pub const PGERROR_TERSE: PGErrorVerbosity = 0;
/// With detail, hint and context.
pub const PGERROR_DEFAULT: PGErrorVerbosity = 1;
/// With SQLSTATE and place in the source too.
pub const PGERROR_VERBOSE: PGErrorVerbosity = 2;

/// Reports go to standard error.
pub const LOG_DESTINATION_STDERR: c_int = 1;
/// Reports go to syslog.
pub const LOG_DESTINATION_SYSLOG: c_int = 2;
/// Reports go to a CSV file.
pub const LOG_DESTINATION_CSVLOG: c_int = 8;
/// Reports go to a JSON file.
pub const LOG_DESTINATION_JSONLOG: c_int = 16;

/// glibc's `sigjmp_buf`, where an ERROR jumps to. Only C reads or writes it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct sigjmp_buf {
    _registers_and_mask: [u64; SIGJMP_BUF_WORDS],
}

const SIGJMP_BUF_WORDS: usize = if cfg!(target_arch = "aarch64") { 39 } else { 25 };

/// One source of CONTEXT lines.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorContextCallback {
    /// The one around it, or NULL.
    pub previous: *mut Self,
    /// Calls `errcontext`.
    pub callback: Option<unsafe extern "C" fn(arg: *mut c_void)>,
    /// Its argument.
    pub arg: *mut c_void,
}

/// One report, as hooks and handlers see it. Pointers that may be freed are palloc'd; any may be
/// NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorData {
    /// DEBUG5 to PANIC.
    pub elevel: c_int,
    /// Whether the log gets it; hooks may clear it.
    pub output_to_server: bool,
    /// Whether the client gets it.
    pub output_to_client: bool,
    /// Without the STATEMENT line.
    pub hide_stmt: bool,
    /// Without the CONTEXT line.
    pub hide_ctx: bool,
    /// Source file.
    pub filename: *const c_char,
    /// Source line.
    pub lineno: c_int,
    /// Source function.
    pub funcname: *const c_char,
    /// Message catalogue.
    pub domain: *const c_char,
    /// Message catalogue of the context.
    pub context_domain: *const c_char,
    /// Packed SQLSTATE.
    pub sqlerrcode: c_int,
    /// The message.
    pub message: *mut c_char,
    /// DETAIL.
    pub detail: *mut c_char,
    /// DETAIL in the log, where it differs.
    pub detail_log: *mut c_char,
    /// HINT.
    pub hint: *mut c_char,
    /// CONTEXT.
    pub context: *mut c_char,
    /// BACKTRACE.
    pub backtrace: *mut c_char,
    /// The message before translation.
    pub message_id: *const c_char,
    /// Schema it is about.
    pub schema_name: *mut c_char,
    /// Table it is about.
    pub table_name: *mut c_char,
    /// Column it is about.
    pub column_name: *mut c_char,
    /// Type it is about.
    pub datatype_name: *mut c_char,
    /// Constraint it is about.
    pub constraint_name: *mut c_char,
    /// Place in the query, from 1; 0 is none.
    pub cursorpos: c_int,
    /// Place in `internalquery`.
    pub internalpos: c_int,
    /// A query that the server made itself.
    pub internalquery: *mut c_char,
    /// errno when the report began, for `%m`.
    pub saved_errno: c_int,
    /// Where the strings were allocated.
    pub assoc_context: *mut MemoryContextData,
}

/// Sees each report before the log does.
pub type emit_log_hook_type = Option<unsafe extern "C" fn(edata: *mut ErrorData)>;
