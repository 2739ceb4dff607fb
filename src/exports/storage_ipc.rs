//! `storage/ipc.h`: the end of a process.
//! Runs in: any process.

use core::ffi::c_int;

use crate::abi::c::Datum;
use crate::abi::ipc::pg_on_exit_callback;
use crate::worker::exit::{self, BEFORE_SHMEM_EXIT, ON_PROC_EXIT, ON_SHMEM_EXIT};

plain! {
    /// Runs the exit callbacks and ends the process.
    fn proc_exit(code: c_int) -> ! {
        exit::proc_exit(code)
    }

    /// Forgets every exit callback.
    fn on_exit_reset() {
        exit::forget_callbacks();
    }
}

throwing! {
    /// Calls `function` at the end, last of all.
    fn on_proc_exit(function: pg_on_exit_callback, arg: Datum) {
        ON_PROC_EXIT.push(function, arg)
    }

    /// Calls `function` when the process lets go of shared memory.
    fn on_shmem_exit(function: pg_on_exit_callback, arg: Datum) {
        ON_SHMEM_EXIT.push(function, arg)
    }

    /// Calls `function` before the process lets go of anything.
    fn before_shmem_exit(function: pg_on_exit_callback, arg: Datum) {
        BEFORE_SHMEM_EXIT.push(function, arg)
    }

    /// Takes the newest before_shmem_exit callback back.
    fn cancel_before_shmem_exit(function: pg_on_exit_callback, arg: Datum) {
        BEFORE_SHMEM_EXIT.cancel(function, arg)
    }
}
