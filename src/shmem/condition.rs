//! Condition variables (storage/condition_variable.h): lists of processes that sleep on their
//! latches until another one says that it is time to look again.
//! Runs in: worker.

use core::ptr;
use core::time::Duration;

use crate::abi::atomics::SpinDelayStatus;
use crate::abi::c::{INVALID_PROC_NUMBER, ProcNumber, slock_t};
use crate::abi::condition_variable::ConditionVariable;
use crate::abi::latch::{Latch, WL_EXIT_ON_PM_DEATH, WL_LATCH_SET, WL_TIMEOUT};
use crate::abi::proc::PGPROC;
use crate::abi::proclist_types::{proclist_head, proclist_node};
use crate::abi::variable::Variable;
use crate::abi::variables::{MyLatch, MyProcNumber, ProcGlobal};
use crate::error::{Report, Result, SqlState};
use crate::sys::clock::Instant;
use crate::worker::exit;

use super::latch::{self, Want};
use super::spin;

/// What a link has that is in no list.
const APART: proclist_node = proclist_node { next: 0, prev: 0 };

/// The variable that this process waits for, or null.
static TARGET: Variable<*mut ConditionVariable> = Variable::new(ptr::null_mut());

/// `ConditionVariableInit`.
///
/// # Safety
/// `variable` points to room for one that nobody uses.
pub(crate) unsafe fn init(variable: *mut ConditionVariable) {
    let wakeup = proclist_head { head: INVALID_PROC_NUMBER, tail: INVALID_PROC_NUMBER };
    // SAFETY: the caller's promise.
    unsafe { variable.write(ConditionVariable { mutex: 0, wakeup }) };
}

/// The list of a variable, whose spin lock this process holds.
struct List(*mut ConditionVariable);

impl List {
    fn head(&mut self) -> &mut proclist_head {
        // SAFETY: a variable in shared memory, which stays mapped; the lock makes it this
        // process's for now, and no two of these references live at once.
        unsafe { &mut (*self.0).wakeup }
    }

    /// The link of a process; none for a number that is none.
    fn link(number: ProcNumber) -> Option<&'static mut proclist_node> {
        // SAFETY: as `head`; the links are in PGPROCs.
        proc(number).map(|proc| unsafe { &mut (*proc).cvWaitLink })
    }

    fn has(number: ProcNumber) -> bool {
        Self::link(number).is_some_and(|link| (link.next, link.prev) != (APART.next, APART.prev))
    }

    fn push(&mut self, number: ProcNumber) {
        let last = self.head().tail;
        let Some(link) = Self::link(number) else { return };
        *link = proclist_node { next: INVALID_PROC_NUMBER, prev: last };
        match Self::link(last) {
            Some(last) => last.next = number,
            None => self.head().head = number,
        }
        self.head().tail = number;
    }

    fn remove(&mut self, number: ProcNumber) {
        let Some(link) = Self::link(number) else { return };
        let proclist_node { next, prev } = core::mem::replace(link, APART);
        match Self::link(prev) {
            Some(before) => before.next = next,
            None => self.head().head = next,
        }
        match Self::link(next) {
            Some(after) => after.prev = prev,
            None => self.head().tail = prev,
        }
    }

    /// Takes the first off; none: nobody waits.
    fn pop(&mut self) -> Option<ProcNumber> {
        let first = self.head().head;
        proc(first)?;
        self.remove(first);
        Some(first)
    }

    fn is_empty(&mut self) -> bool {
        self.head().head == INVALID_PROC_NUMBER
    }
}

/// A process of the array.
pub(crate) fn proc(number: ProcNumber) -> Option<*mut PGPROC> {
    // SAFETY: null, or the header in shared memory, which is not changed.
    let header = unsafe { ProcGlobal.get().as_ref() }?;
    let number = u32::try_from(number).ok().filter(|&number| number < header.allProcCount)?;
    // SAFETY: within the array.
    Some(unsafe { header.allProcs.add(usize::try_from(number).ok()?) })
}

fn latch_of(number: ProcNumber) -> Option<*mut Latch> {
    // SAFETY: a field of a PGPROC, which stays mapped.
    proc(number).map(|proc| unsafe { &raw mut (*proc).procLatch })
}

/// `ProcSendSignal`: sets the latch of a process of the array.
pub(crate) fn wake(number: ProcNumber) {
    if let Some(latch) = latch_of(number) {
        // SAFETY: the latch of a PGPROC, which stays mapped.
        unsafe { latch::set(latch) };
    }
}

/// Does something with the list of a variable, alone.
fn with_list<T>(variable: *mut ConditionVariable, f: impl FnOnce(&mut List) -> T) -> Result<T> {
    // SAFETY: a variable in shared memory, which stays mapped.
    let mutex: *mut slock_t = unsafe { &raw mut (*variable).mutex };
    let mut status = SpinDelayStatus {
        spins: 0,
        delays: 0,
        cur_delay: 0,
        file: c"condition.rs".as_ptr(),
        line: 0,
        func: c"with_list".as_ptr(),
    };
    // SAFETY: the variable's own spin lock; the texts are constants.
    unsafe { spin::acquire(mutex, &mut status)? };
    let result = f(&mut List(variable));
    // SAFETY: taken above.
    unsafe { spin::release(mutex) };
    Ok(result)
}

/// `ConditionVariablePrepareToSleep`: from here on this process is told.
///
/// # Errors
/// The process is not attached; PANIC if the list's lock is stuck.
pub(crate) fn prepare_to_sleep(variable: *mut ConditionVariable) -> Result<()> {
    let me = MyProcNumber.get();
    if proc(me).is_none() {
        let message = "cannot wait without a PGPROC structure";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    cancel_sleep()?;
    TARGET.set(variable);
    with_list(variable, |list| list.push(me))
}

/// `ConditionVariableTimedSleep`: sleeps until this process is told, or so many milliseconds are
/// over (true). The first call for a variable returns at once, so that the condition is looked at
/// again. `check` does what is pending.
///
/// # Errors
/// As [`prepare_to_sleep`]; what `check` says.
pub(crate) fn sleep(
    variable: *mut ConditionVariable,
    timeout: Option<Duration>,
    wait_event_info: u32,
    check: impl Fn() -> Result<()>,
) -> Result<bool> {
    if TARGET.get() != variable {
        prepare_to_sleep(variable)?;
        return Ok(false);
    }
    let me = MyProcNumber.get();
    let start = Instant::now();
    let mut left = timeout;
    loop {
        let by_time = if left.is_some() { WL_TIMEOUT } else { 0 };
        let milliseconds = left.map_or(-1, |left| i64::try_from(left.as_millis()).unwrap_or(-1));
        let want = Want {
            events: WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | by_time,
            socket: -1,
            timeout: milliseconds,
            wait_event_info,
        };
        // SAFETY: this process's own latch.
        unsafe { latch::wait(MyLatch.get(), want)? };
        exit::end_if_terminated();
        latch::reset_own();
        let told = with_list(variable, |list| {
            let told = !List::has(me);
            if told {
                list.push(me);
            }
            told
        })?;
        check()?;
        // A handler or a callback may have waited for something else.
        if told || TARGET.get() != variable {
            return Ok(false);
        }
        if let Some(timeout) = timeout {
            left = timeout.checked_sub(Instant::now().since(start)).filter(|left| !left.is_zero());
            if left.is_none() {
                return Ok(true);
            }
        }
    }
}

/// `ConditionVariableCancelSleep`: this process does not wait any more. True: it was told, and
/// has not looked at it.
///
/// # Errors
/// PANIC if the list's lock is stuck.
pub(crate) fn cancel_sleep() -> Result<bool> {
    let variable = TARGET.get();
    if variable.is_null() {
        return Ok(false);
    }
    let me = MyProcNumber.get();
    let told = with_list(variable, |list| {
        let waits = List::has(me);
        if waits {
            list.remove(me);
        }
        !waits
    })?;
    TARGET.set(ptr::null_mut());
    Ok(told)
}

/// `ConditionVariableSignal`: tells the one that has waited longest.
///
/// # Errors
/// PANIC if the list's lock is stuck.
pub(crate) fn signal(variable: *mut ConditionVariable) -> Result<()> {
    if let Some(number) = with_list(variable, List::pop)? {
        wake(number);
    }
    Ok(())
}

/// `ConditionVariableBroadcast`: tells all that wait now. This process stands in the list
/// meanwhile, to know where those end that came later.
///
/// # Errors
/// PANIC if the list's lock is stuck.
pub(crate) fn broadcast(variable: *mut ConditionVariable) -> Result<()> {
    let me = MyProcNumber.get();
    cancel_sleep()?;
    let (mut first, mut more) = with_list(variable, |list| {
        let first = list.pop();
        let more = !list.is_empty();
        if more {
            list.push(me);
        }
        (first, more)
    })?;
    loop {
        if let Some(number) = first.filter(|&number| number != me) {
            wake(number);
        }
        if !more {
            return Ok(());
        }
        (first, more) = with_list(variable, |list| (list.pop(), List::has(me)))?;
    }
}
