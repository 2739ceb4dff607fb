//! `storage/procarray.h`: the processes that are attached.
//! Runs in: worker.

use core::ffi::c_int;
use core::ptr;

use crate::abi::c::ProcNumber;
use crate::abi::proc::PGPROC;
use crate::shmem::segment::{self, Segment};
use crate::shmem::{condition, procs};

/// The entry of a process; NULL if none of that number is attached.
fn find(pid: c_int) -> *mut PGPROC {
    let place = segment::get().filter(|_| pid != 0).and_then(|segment: &Segment| {
        (0..segment.plan().places()).find(|place| procs::pid_of(segment, *place) == pid)
    });
    let number = place.and_then(|place| ProcNumber::try_from(place).ok());
    number.and_then(condition::proc).unwrap_or(ptr::null_mut())
}

plain! {
    /// The entry of a process; NULL if it is not attached.
    fn BackendPidGetProc(pid: c_int) -> *mut PGPROC {
        find(pid)
    }

    /// The same, for who has `ProcArrayLock`.
    fn BackendPidGetProcWithLock(pid: c_int) -> *mut PGPROC {
        find(pid)
    }

    /// Whether a process is attached.
    fn IsBackendPid(pid: c_int) -> bool {
        !find(pid).is_null()
    }

    /// The entry of a number; NULL if nobody has it.
    fn ProcNumberGetProc(procNumber: c_int) -> *mut PGPROC {
        let used = segment::get().zip(usize::try_from(procNumber).ok());
        let used = used.is_some_and(|(segment, place)| procs::pid_of(segment, place) != 0);
        condition::proc(procNumber).filter(|_| used).unwrap_or(ptr::null_mut())
    }
}
