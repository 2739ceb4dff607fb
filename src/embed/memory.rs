//! Shared memory of the program and its workers, and the program's own latch.
//! Runs in: the embedding program.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};

use crate::abi::latch::{WL_LATCH_SET, WL_POSTMASTER_DEATH, WL_TIMEOUT};
use crate::abi::variables::MyLatch;
use crate::abi::wait_event::PG_WAIT_EXTENSION;
use crate::shmem::{index, latch};

use super::failure::{Failure, PGBGW_ERR_ARGUMENT, PGBGW_OK, code_of};
use super::manager::{gone, with_manager};

/// Finds the piece of shared memory called `name` (at most 47 bytes), or makes it, zeroed, with so many
/// bytes: `ShmemInitStruct`, which workers may call with the same name and size. Sets `*memory`, and
/// `*found` (which may be NULL) to whether it was there. The address is the same in all processes.
///
/// Returns 0, or PGBGW_ERR_ARGUMENT, _NOT_RUNNING, _RESET, _DIED, _ERROR (no room; another size).
///
/// # Safety
/// `name` is NUL-terminated; `memory` may be written, and `found` unless it is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pgbgw_shared_memory(
    name: *const c_char,
    size: usize,
    memory: *mut *mut c_void,
    found: *mut bool,
) -> c_int {
    if name.is_null() || memory.is_null() {
        return code_of(Err(Failure::new(PGBGW_ERR_ARGUMENT, "name or memory is NULL")));
    }
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes();
    code_of(with_manager(|| {
        let piece = index::init_struct(name, size)?;
        // SAFETY: the caller's to be written.
        unsafe { memory.write(piece.address.as_ptr().cast()) };
        // SAFETY: NULL, or the caller's to be written.
        if let Some(found) = unsafe { found.as_mut() } {
            *found = piece.found;
        }
        Ok(())
    }))
}

/// The program's latch was set.
pub const PGBGW_LATCH_SET: c_int = 1;
/// The time was over.
pub const PGBGW_TIMEOUT: c_int = 2;

/// Waits until the program's latch is set (`MyLatch` in the program; a worker finds it where the
/// program left its address in shared memory), and resets it; or until so many milliseconds are over,
/// unless they are negative. Returns PGBGW_LATCH_SET, PGBGW_TIMEOUT, or a failure, which is negative:
/// PGBGW_ERR_NOT_RUNNING, _RESET, _DIED.
#[unsafe(no_mangle)]
pub extern "C" fn pgbgw_wait_latch(milliseconds: c_long) -> c_int {
    let mut seen = PGBGW_TIMEOUT;
    let result = with_manager(|| {
        let timed = if milliseconds >= 0 { WL_TIMEOUT } else { 0 };
        let want = latch::Want {
            events: WL_LATCH_SET | WL_POSTMASTER_DEATH | timed,
            socket: -1,
            timeout: milliseconds,
            wait_event_info: PG_WAIT_EXTENSION,
        };
        // SAFETY: the latch of this process's own PGPROC.
        let events = unsafe { latch::wait(MyLatch.get(), want) }?;
        if events & WL_LATCH_SET != 0 {
            latch::reset_own();
            seen = PGBGW_LATCH_SET;
        }
        if events & WL_POSTMASTER_DEATH != 0 { Err(gone()) } else { Ok(()) }
    });
    match code_of(result) {
        PGBGW_OK => seen,
        failure => failure,
    }
}
