//! Result codes of the C API, and the message of the last failure.
//! Runs in: the calling program.

use core::ffi::{c_char, c_int};
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use nix::errno::Errno;

use crate::error::Raised;
use crate::sys::reason::reason;

/// It worked.
pub const PGBGW_OK: c_int = 0;
/// An argument is missing, or is none that is accepted.
pub const PGBGW_ERR_ARGUMENT: c_int = -1;
/// There is no manager: it was not started, or was stopped.
pub const PGBGW_ERR_NOT_RUNNING: c_int = -2;
/// There is a manager already.
pub const PGBGW_ERR_RUNNING: c_int = -3;
/// The process has more than one thread.
pub const PGBGW_ERR_THREADS: c_int = -4;
/// The program, or another library, defines a function of the server's.
pub const PGBGW_ERR_CLASH: c_int = -5;
/// The postmaster did not start.
pub const PGBGW_ERR_START: c_int = -6;
/// A system call failed.
pub const PGBGW_ERR_SYSTEM: c_int = -7;
/// Every slot is taken (max_worker_processes).
pub const PGBGW_ERR_FULL: c_int = -8;
/// A process crashed, and shared memory was reset: see pgbgw_reattach().
pub const PGBGW_ERR_RESET: c_int = -9;
/// The postmaster is gone.
pub const PGBGW_ERR_DIED: c_int = -10;
/// A server function raised an ERROR.
pub const PGBGW_ERR_ERROR: c_int = -11;

/// Why a call did not work.
#[derive(Debug)]
pub(super) struct Failure {
    code: c_int,
    message: Vec<u8>,
}

impl Failure {
    pub(super) fn new(code: c_int, message: impl Into<Vec<u8>>) -> Self {
        Self { code, message: message.into() }
    }

    /// A system call that failed.
    pub(super) fn of_system(call: &str, errno: Errno) -> Self {
        Self::new(PGBGW_ERR_SYSTEM, format!("{call} failed: {}", reason(errno)))
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Self {
        Self::new(PGBGW_ERR_ERROR, raised.into_report().message)
    }
}

static MESSAGE: Mutex<Option<CString>> = Mutex::new(None);

/// The code for C of an outcome, whose message is kept.
pub(super) fn code_of(outcome: Result<(), Failure>) -> c_int {
    let Err(Failure { code, mut message }) = outcome else { return PGBGW_OK };
    message.retain(|&byte| byte != 0);
    let mut kept = MESSAGE.lock().unwrap_or_else(PoisonError::into_inner);
    *kept = CString::new(message).ok();
    code
}

/// What the last call that failed says about it: one line or more, without a line end. Valid until
/// the next call that fails; empty if none did.
#[unsafe(no_mangle)]
pub extern "C" fn pgbgw_error_message() -> *const c_char {
    let kept = MESSAGE.lock().unwrap_or_else(PoisonError::into_inner);
    kept.as_ref().map_or(c"".as_ptr(), |message| message.as_ptr())
}
