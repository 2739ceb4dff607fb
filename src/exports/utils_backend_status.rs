//! `utils/backend_status.h`, `utils/backend_progress.h`: what processes say that they are doing.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_uint};
use core::ptr;
use core::slice;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::backend_status::{
    BackendState, LocalPgBackendStatus, PGSTAT_NUM_PROGRESS_PARAM, PgBackendStatus,
};
use crate::abi::c::{Oid, ProcNumber};
use crate::abi::timestamp::TimestampTz;
use crate::abi::variables::{CurrentMemoryContext, pgstat_track_activities};
use crate::memory;
use crate::shmem::activity::{self, ACTIVITY, Seen};
use crate::shmem::segment;

/// What this process has last looked at, until it forgets it: rows, and the texts that they
/// point to.
struct Snapshot {
    rows: Vec<LocalPgBackendStatus>,
    texts: Vec<Seen>,
}

// SAFETY: the pointers are to `texts`; server functions belong to the main thread.
unsafe impl Send for Snapshot {}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static SNAPSHOT: Mutex<Option<Snapshot>> = Mutex::new(None);

impl Snapshot {
    fn take() -> Self {
        let mut this = Self { rows: Vec::new(), texts: Vec::new() };
        let Some(segment) = segment::get() else { return this };
        for slot in 0..segment.plan().slots {
            let Some(seen) = activity::look(segment, slot) else { continue };
            let mut row = seen.row;
            row.st_appname = seen.application.as_ptr().cast_mut().cast();
            row.st_activity_raw = seen.activity.as_ptr().cast_mut().cast();
            // A worker has no client.
            row.st_clienthostname = ptr::null_mut();
            row.st_sslstatus = ptr::null_mut();
            row.st_gssstatus = ptr::null_mut();
            this.rows.push(LocalPgBackendStatus {
                backendStatus: row,
                proc_number: ProcNumber::try_from(slot).unwrap_or(-1),
                backend_xid: 0,
                backend_xmin: 0,
                backend_subxact_count: 0,
                backend_subxact_overflowed: false,
            });
            this.texts.push(seen);
        }
        this
    }
}

fn snapshot() -> MutexGuard<'static, Option<Snapshot>> {
    SNAPSHOT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Something of the rows as they were when this process first looked.
fn of_rows<T>(look: impl FnOnce(&mut Vec<LocalPgBackendStatus>) -> T) -> T {
    look(&mut snapshot().get_or_insert_with(Snapshot::take).rows)
}

/// The row of a process of the array, or NULL.
fn by_number(number: ProcNumber) -> *mut LocalPgBackendStatus {
    of_rows(|rows| {
        rows.iter_mut().find(|row| row.proc_number == number).map_or(ptr::null_mut(), ptr::from_mut)
    })
}

/// Forgets the rows that this process has looked at.
pub(super) fn forget_snapshot() {
    *snapshot() = None;
}

/// Changes the progress that this process publishes.
fn progress(change: impl FnOnce(&mut PgBackendStatus)) {
    if pgstat_track_activities.get() {
        activity::write(change);
    }
}

fn set_parameter(row: &mut PgBackendStatus, index: c_int, value: impl FnOnce(i64) -> i64) {
    let place = usize::try_from(index).ok().and_then(|i| row.st_progress_param.get_mut(i));
    if let Some(place) = place {
        *place = value(*place);
    }
}

plain! {
    /// What this process does: a state, and words unless they are NULL.
    fn pgstat_report_activity(state: BackendState, cmd_str: *const c_char) {
        // SAFETY: NULL or a NUL-terminated string.
        let text = (!cmd_str.is_null()).then(|| unsafe { CStr::from_ptr(cmd_str) });
        activity::report(state, text.map(CStr::to_bytes));
    }

    /// What this process calls itself.
    fn pgstat_report_appname(appname: *const c_char) {
        if !appname.is_null() {
            // SAFETY: a NUL-terminated string.
            activity::report_application_name(unsafe { CStr::from_ptr(appname) }.to_bytes());
        }
    }

    /// Which query this process runs; once it has said so, another only if it is forced to.
    fn pgstat_report_query_id(query_id: u64, force: bool) {
        activity::report_query(query_id, force);
    }

    /// Which query this process runs, or 0.
    fn pgstat_get_my_query_id() -> u64 {
        activity::mine(|row| row.st_query_id).unwrap_or(0)
    }

    /// When this process's transaction started.
    fn pgstat_report_xact_timestamp(tstamp: TimestampTz) {
        activity::report_transaction(tstamp);
    }

    /// This process takes its row; a worker has it from the start.
    fn pgstat_beinit() {
        activity::begin();
    }

    /// This process fills its row in anew.
    fn pgstat_bestart() {
        activity::begin();
    }

    /// Has the next look see what is true then.
    fn pgstat_clear_backend_activity_snapshot() {
        forget_snapshot();
    }

    /// How many processes there are.
    fn pgstat_fetch_stat_numbackends() -> c_int {
        of_rows(|rows| c_int::try_from(rows.len()).unwrap_or(c_int::MAX))
    }

    /// One of them, the first has the number 1; NULL if there is none.
    fn pgstat_get_local_beentry_by_index(idx: c_int) -> *mut LocalPgBackendStatus {
        let at = usize::try_from(idx).ok().and_then(|idx| idx.checked_sub(1));
        of_rows(|rows| {
            at.and_then(|at| rows.get_mut(at)).map_or(ptr::null_mut(), ptr::from_mut)
        })
    }

    /// The one of the array of processes; NULL if there is none.
    fn pgstat_get_local_beentry_by_proc_number(procNumber: ProcNumber) -> *mut LocalPgBackendStatus {
        by_number(procNumber)
    }

    /// The same, without what the array says.
    fn pgstat_get_beentry_by_proc_number(procNumber: ProcNumber) -> *mut PgBackendStatus {
        // The first field.
        by_number(procNumber).cast()
    }

    /// This process publishes its progress.
    fn pgstat_progress_start_command(cmdtype: c_uint, relid: Oid) {
        progress(|row| {
            row.st_progress_command = cmdtype;
            row.st_progress_command_target = relid;
            row.st_progress_param = [0; PGSTAT_NUM_PROGRESS_PARAM];
        });
    }

    /// A number of its progress.
    fn pgstat_progress_update_param(index: c_int, val: i64) {
        progress(|row| set_parameter(row, index, |_| val));
    }

    /// Adds to one.
    fn pgstat_progress_incr_param(index: c_int, incr: i64) {
        progress(|row| set_parameter(row, index, |value| value.wrapping_add(incr)));
    }

    /// The same.
    fn pgstat_progress_parallel_incr_param(index: c_int, incr: i64) {
        progress(|row| set_parameter(row, index, |value| value.wrapping_add(incr)));
    }

    /// Several at once.
    fn pgstat_progress_update_multi_param(nparam: c_int, index: *const c_int, val: *const i64) {
        let count = usize::try_from(nparam).unwrap_or(0);
        if count == 0 {
            return;
        }
        // SAFETY: so many of the caller's.
        let index = unsafe { slice::from_raw_parts(index, count) };
        // SAFETY: the same.
        let val = unsafe { slice::from_raw_parts(val, count) };
        progress(|row| {
            for (&index, &val) in index.iter().zip(val) {
                set_parameter(row, index, |_| val);
            }
        });
    }

    /// It is done.
    fn pgstat_progress_end_command() {
        progress(|row| {
            row.st_progress_command = 0;
            row.st_progress_command_target = 0;
        });
    }
}

throwing! {
    /// What a process says that it is doing, in CurrentMemoryContext or a constant.
    fn pgstat_get_backend_current_activity(pid: c_int, _checkUser: bool) -> *const c_char {
        let copy = memory::copy_bytes(CurrentMemoryContext.get(), &activity::words_of(pid))?;
        Ok(copy.as_ptr().cast())
    }

    /// A copy of the words of a row, without half a character at the end.
    fn pgstat_clip_activity(raw_activity: *const c_char) -> *mut c_char {
        // SAFETY: a NUL-terminated string.
        let text = unsafe { CStr::from_ptr(raw_activity) }.to_bytes();
        let clipped = activity::clip(text, ACTIVITY - 1);
        Ok(memory::copy_bytes(CurrentMemoryContext.get(), clipped)?.as_ptr().cast())
    }
}
