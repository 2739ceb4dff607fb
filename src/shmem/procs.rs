//! The array of processes: a PGPROC for each place, at PostgreSQL's stride and offsets (proc.h).
//! A worker's place is its slot's number; backends have the places behind the workers'.
//! Runs in: postmaster (fill), worker and backend (attach, detach), any process (look).

use core::hint::black_box;
use core::mem;
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering::SeqCst};

use crate::abi::c::{INVALID_PROC_NUMBER, Oid};
use crate::abi::latch::Latch;
use crate::abi::proc::PGPROC;
use crate::abi::variable::Variable;
use crate::abi::variables::{
    LOCAL_WAIT_EVENT_INFO, MyLatch, MyProc, MyProcNumber, MyProcPid, ProcGlobal, my_wait_event_info,
};
use crate::error::{Report, Result, SqlState};

use super::segment::{self, Segment};
use super::{activity, condition};

/// Has `ProcGlobal` point at a segment's head of processes.
pub(super) fn point_at(segment: &Segment) {
    ProcGlobal.set(segment.proc_header());
}

/// Fills in what `ProcGlobal` points to.
pub(super) fn fill_header(segment: &Segment) {
    point_at(segment);
    let header = segment.proc_header();
    let count = u32::try_from(segment.plan().places()).unwrap_or(u32::MAX);
    // SAFETY: the area was made for it, and no other process is attached yet.
    let header = unsafe { &mut *header };
    header.allProcs = segment.procs();
    header.allProcCount = count;
    header.spins_per_delay = 100;
    header.startupBufferPinWaitBufId = -1;
}

/// This process takes the PGPROC of its place: MyProc, MyLatch and MyProcNumber are set, the latch
/// is its own and set.
///
/// # Errors
/// There is no such place.
pub(crate) fn attach(number: usize) -> Result<()> {
    let attached = segment::get().and_then(|segment| take_place(segment, number));
    attached.ok_or_else(|| {
        let message = "process has no place in the array of processes";
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}

fn take_place(segment: &Segment, number: usize) -> Option<()> {
    if number >= segment.plan().places() {
        return None;
    }
    let proc_number = i32::try_from(number).ok()?;
    rehearse(number);
    // SAFETY: within the array.
    let place = unsafe { segment.procs().add(number) };
    // SAFETY: integers, null pointers, and arrays of them.
    let mut proc = unsafe { mem::zeroed::<PGPROC>() };
    proc.pid = MyProcPid.get();
    proc.isBackgroundWorker = u8::from(number < segment.plan().slots);
    proc.vxid.procNumber = proc_number;
    proc.procLatch =
        Latch { is_set: 1, maybe_sleeping: 0, is_shared: 1, owner_pid: MyProcPid.get() };
    // SAFETY: the postmaster gives a place to one process at a time, now this one.
    unsafe { place.write(proc) };
    MyProc.set(place);
    // SAFETY: a field of the place.
    MyLatch.set(unsafe { &raw mut (*place).procLatch });
    MyProcNumber.set(proc_number);
    // SAFETY: the same.
    my_wait_event_info.set(unsafe { &raw mut (*place).wait_event_info });
    activity::begin();
    Some(())
}

/// Looks at what [`attach`] is going to write to for some place: a page that is read first comes with
/// its neighbours.
pub(crate) fn rehearse(number: usize) {
    let Some(segment) = segment::get() else { return };
    black_box((is_clean(segment, number, 0), activity::waits_for(segment, number)));
    activity::rehearse(segment, number);
}

/// This process gives its PGPROC back and says that its exit callbacks ran to the end.
pub(crate) fn detach() {
    let (proc, number, pid) = (MyProc.get(), MyProcNumber.get(), MyProcPid.get());
    // SAFETY: null, or this process's own PGPROC; others only read it.
    let Some(proc) = (unsafe { proc.as_mut() }) else { return };
    // A stuck lock is a PANIC for whoever wants it next.
    let _result = condition::cancel_sleep();
    activity::end();
    my_wait_event_info.set(LOCAL_WAIT_EVENT_INFO.as_ptr());
    MyProc.set(core::ptr::null_mut());
    MyLatch.set(own_latch());
    MyProcNumber.set(INVALID_PROC_NUMBER);
    // SAFETY: a live field that other processes read atomically.
    unsafe { AtomicI32::from_ptr(&raw mut proc.procLatch.owner_pid) }.store(0, SeqCst);
    // SAFETY: the same.
    unsafe { AtomicI32::from_ptr(&raw mut proc.pid) }.store(0, SeqCst);
    if let Some((number, segment)) = usize::try_from(number).ok().zip(segment::get()) {
        mark_clean(segment, number, pid);
    }
}

/// A process says that it has run its exit callbacks to the end; 0 takes that of an older one back.
pub(crate) fn mark_clean(segment: &Segment, number: usize, pid: i32) {
    if let Some(clean) = segment.clean().get(number) {
        clean.store(pid, SeqCst);
    }
}

/// Did `pid` run its exit callbacks to the end in this place?
pub(crate) fn is_clean(segment: &Segment, number: usize, pid: i32) -> bool {
    segment.clean().get(number).is_some_and(|clean| clean.load(SeqCst) == pid)
}

/// The process of a place; 0: nobody has it.
pub(crate) fn pid_of(segment: &Segment, number: usize) -> i32 {
    if number >= segment.plan().places() {
        return 0;
    }
    // SAFETY: within the array.
    let place = unsafe { segment.procs().add(number) };
    // SAFETY: a field of the place, which stays mapped.
    let pid = unsafe { &raw mut (*place).pid };
    // SAFETY: a live field that other processes write atomically, or before anybody reads it.
    unsafe { AtomicI32::from_ptr(pid) }.load(SeqCst)
}

/// Is this process attached?
pub(crate) fn is_attached() -> bool {
    !MyProc.get().is_null()
}

/// Shows what this process waits for, 0 for nothing. Returns what was shown before.
pub(crate) fn report_wait(info: u32) -> u32 {
    let place = my_wait_event_info.get();
    // SAFETY: this process's PGPROC, its own variable, or what pgstat_set_wait_event_storage was
    // told; others read it atomically.
    unsafe { AtomicU32::from_ptr(place) }.swap(info, SeqCst)
}

/// Shows the database and the user that this process works for.
pub(crate) fn show_identity(database: Oid, user: Oid) {
    // SAFETY: null, or this process's own PGPROC, which only it writes.
    if let Some(proc) = unsafe { MyProc.get().as_mut() } {
        (proc.databaseId, proc.roleId) = (database, user);
    }
    activity::write(|row| (row.st_databaseid, row.st_userid) = (database, user));
}

/// The latch a process has before it is attached and after it is detached.
pub(crate) fn own_latch() -> *mut Latch {
    static LATCH: Variable<Latch> =
        Variable::new(Latch { is_set: 0, maybe_sleeping: 0, is_shared: 0, owner_pid: 0 });
    LATCH.set(Latch { owner_pid: MyProcPid.get(), ..Latch::default() });
    LATCH.as_ptr()
}
