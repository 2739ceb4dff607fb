#![forbid(unsafe_code)]
//! The built-in settings as the rest of the library reads them.
//! Runs in: any process.
//!
//! Each call reads the variable anew: extensions, and a reload, may have changed it. Texts come as
//! bytes without the NUL.

use core::ffi::{CStr, c_int};

use super::list;
use super::variable::TextVariable;
use crate::abi::elog::{PGERROR_DEFAULT, PGERROR_TERSE, PGERROR_VERBOSE};
use crate::abi::variable::Variable;
use crate::abi::variables;
use crate::error::{Level, Report};

pub(super) const TERSE: c_int = PGERROR_TERSE;
pub(super) const DEFAULT: c_int = PGERROR_DEFAULT;
pub(super) const VERBOSE: c_int = PGERROR_VERBOSE;
pub(super) const LOG_LINE_PREFIX_DEFAULT: &CStr = c"%m [%p] ";

pub(super) static SHARED_PRELOAD_LIBRARIES: TextVariable = TextVariable::new();
pub(super) static DYNAMIC_LIBRARY_PATH: TextVariable = TextVariable::new();
pub(super) static LIBDIR: TextVariable = TextVariable::new();
pub(super) static LOG_LINE_PREFIX: TextVariable = TextVariable::new();
pub(super) static DATA_DIRECTORY: TextVariable = TextVariable::new();
pub(super) static RESTART_AFTER_CRASH: Variable<bool> = Variable::new(true);

/// The libraries of `shared_preload_libraries`, in order; an error where it is no list.
pub(crate) fn shared_preload_libraries() -> Result<Vec<Vec<u8>>, Report> {
    let text = SHARED_PRELOAD_LIBRARIES.get().unwrap_or_default();
    list::paths(&text).ok_or_else(|| {
        let text = "invalid list syntax in parameter \"shared_preload_libraries\"";
        Report::new(Level::Log, text).with_sqlstate(crate::error::SqlState::SYNTAX_ERROR)
    })
}

/// Folders separated by colons, `$libdir` not yet replaced.
pub(crate) fn dynamic_library_path() -> Vec<u8> {
    DYNAMIC_LIBRARY_PATH.get().unwrap_or_default()
}

/// What `$libdir` stands for.
pub(crate) fn libdir() -> Vec<u8> {
    LIBDIR.get().unwrap_or_default()
}

pub(crate) fn max_worker_processes() -> c_int {
    variables::max_worker_processes.get()
}

pub(crate) fn restart_after_crash() -> bool {
    RESTART_AFTER_CRASH.get()
}

/// What each line of the log starts with, escapes not yet replaced.
pub(crate) fn log_line_prefix() -> Vec<u8> {
    LOG_LINE_PREFIX.get().unwrap_or_else(|| LOG_LINE_PREFIX_DEFAULT.to_bytes().to_vec())
}

/// The data directory, absolute; empty before `guc::start`.
pub(crate) fn data_directory() -> Vec<u8> {
    DATA_DIRECTORY.get().unwrap_or_default()
}
