#![forbid(unsafe_code)]
//! What a handle tells of its worker now, and its termination.
//! Runs in: worker.

use core::ffi::c_char;

use crate::abi::bgworker::{BGW_MAXLEN, BackgroundWorkerHandle};
use crate::abi::variable::Variable;
use crate::shmem::slots::{Seen, Slot};
use crate::shmem::{program, segment};

use super::dynamic::wake_postmaster;
use super::text::{self, Field};

/// The slot a handle names; None for a handle that nobody gave out.
pub(super) fn slot(handle: &BackgroundWorkerHandle) -> Option<&'static Slot> {
    segment::get()?.slots().get(usize::try_from(handle.slot).ok()?)
}

/// `GetBackgroundWorkerPid`, as data.
pub(crate) fn look(handle: &BackgroundWorkerHandle) -> Seen {
    let here = slot(handle).filter(|_| !program::is_reset());
    here.map_or(Seen::Stopped, |slot| {
        let _first = slot.is_first_question(handle.generation);
        slot.look(handle.generation).0
    })
}

/// `TerminateBackgroundWorker`: the worker gets SIGTERM and is not restarted. No effect on a
/// worker that is over.
pub(crate) fn terminate(handle: &BackgroundWorkerHandle) {
    let asked = slot(handle).is_some_and(|slot| slot.ask_termination(handle.generation));
    let number = usize::try_from(handle.slot).ok();
    let dirty = segment::get().and_then(|segment| segment.dirty_slots());
    if let (true, Some(number), Some(dirty)) = (asked, number, dirty) {
        dirty.set(number);
        wake_postmaster();
    }
}

/// `GetBackgroundWorkerTypeByPid`: the bgw_type of the worker that runs as `pid`, in a buffer that
/// the next call overwrites. Null: no worker does. Walks all slots; not for hot paths.
pub(crate) fn type_by_pid(pid: i32) -> *const c_char {
    static BUFFER: Variable<[c_char; BGW_MAXLEN]> = Variable::new([0; BGW_MAXLEN]);

    let found = segment::get().and_then(|segment| {
        let number = segment.slots().iter().position(|slot| pid > 0 && slot.runs_as(pid))?;
        segment.registrations().get(number)
    });
    let Some(registration) = found else {
        return core::ptr::null();
    };
    let worker = registration.copy();
    let mut buffer = [0; BGW_MAXLEN];
    let text = text::bounded(&worker, Field::Type);
    for (to, from) in buffer.iter_mut().zip(text) {
        *to = c_char::from_ne_bytes([*from]);
    }
    BUFFER.set(buffer);
    BUFFER.as_ptr().cast()
}
