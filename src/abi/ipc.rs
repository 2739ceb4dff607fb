//! `storage/ipc.h`: exits and start-up hooks.
//! Runs in: any process.

use core::ffi::c_int;

use super::c::Datum;

/// Called when the process ends, with the exit code.
pub type pg_on_exit_callback = Option<unsafe extern "C" fn(code: c_int, arg: Datum)>;
/// Called when shared memory is there.
pub type shmem_startup_hook_type = Option<unsafe extern "C" fn()>;
/// Called when shared memory is to be asked for (`miscadmin.h`).
pub type shmem_request_hook_type = Option<unsafe extern "C" fn()>;
