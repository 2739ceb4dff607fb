//! `libpq/pqsignal.h`, `port.h`: signal handlers.
//! Runs in: any process.

use core::ffi::c_int;

/// A handler; `None` is `SIG_DFL`, `SIG_IGN` is the address 1.
pub type pqsigfunc = Option<unsafe extern "C" fn(signo: c_int)>;
