//! Barriers (storage/barrier.h): processes that wait for each other, phase by phase.
//! Runs in: worker.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering::Acquire};

use crate::abi::atomics::SpinDelayStatus;
use crate::abi::barrier::Barrier;
use crate::abi::condition_variable::ConditionVariable;
use crate::error::Result;

use super::{condition, spin};

/// `BarrierInit`. Without participants they come and go with [`attach`] and [`detach`].
///
/// # Safety
/// `barrier` points to room for one that nobody uses.
pub(crate) unsafe fn init(barrier: *mut Barrier, participants: c_int) {
    // SAFETY: a field of it.
    let variable = unsafe { &raw mut (*barrier).condition_variable };
    // SAFETY: the caller's promise.
    unsafe { condition::init(variable) };
    let fresh = Barrier {
        mutex: 0,
        phase: 0,
        participants,
        arrived: 0,
        elected: 0,
        static_party: u8::from(participants > 0),
        // SAFETY: just made.
        condition_variable: unsafe { variable.read() },
    };
    // SAFETY: the caller's promise.
    unsafe { barrier.write(fresh) };
}

/// Does something with a barrier, alone.
fn locked<T>(barrier: *mut Barrier, action: impl FnOnce(&mut Barrier) -> T) -> Result<T> {
    // SAFETY: callers pass a barrier in shared memory, which stays mapped.
    let mutex = unsafe { &raw mut (*barrier).mutex };
    let func = c"barrier".as_ptr();
    let mut status =
        SpinDelayStatus { spins: 0, delays: 0, cur_delay: 0, file: func, line: 0, func };
    // SAFETY: the barrier's own spin lock; the texts are constants.
    unsafe { spin::acquire(mutex, &mut status)? };
    // SAFETY: the lock makes the numbers this process's for now.
    let done = action(unsafe { &mut *barrier });
    // SAFETY: taken above.
    unsafe { spin::release(mutex) };
    Ok(done)
}

fn variable(barrier: *mut Barrier) -> *mut ConditionVariable {
    // SAFETY: as `locked`.
    unsafe { &raw mut (*barrier).condition_variable }
}

/// All have come: the next phase begins.
fn begin_next(barrier: &mut Barrier) {
    barrier.arrived = 0;
    barrier.phase = barrier.phase.wrapping_add(1);
}

/// `BarrierArriveAndWait`: waits until all have come. True for one of them. `check` does what is
/// pending.
///
/// # Errors
/// What `check` says; PANIC if the lock is stuck.
pub(crate) fn arrive_and_wait(
    barrier: *mut Barrier,
    wait_event_info: u32,
    check: impl Fn() -> Result<()>,
) -> Result<bool> {
    let (next, is_last) = locked(barrier, |this| {
        let next = this.phase.wrapping_add(1);
        this.arrived += 1;
        let is_last = this.arrived == this.participants;
        if is_last {
            begin_next(this);
            this.elected = next;
        }
        (next, is_last)
    })?;
    if is_last {
        condition::broadcast(variable(barrier))?;
        return Ok(true);
    }
    condition::prepare_to_sleep(variable(barrier))?;
    loop {
        // Whoever would have been the last may have left: then the first to wake is chosen.
        let chosen = locked(barrier, |this| {
            (this.phase == next).then(|| core::mem::replace(&mut this.elected, next) != next)
        })?;
        if let Some(chosen) = chosen {
            condition::cancel_sleep()?;
            return Ok(chosen);
        }
        condition::sleep(variable(barrier), None, wait_event_info, &check)?;
    }
}

/// `BarrierDetach` and, with `arrive`, `BarrierArriveAndDetach`: takes part no more. True for the
/// last one.
///
/// # Errors
/// PANIC if the lock is stuck.
pub(crate) fn detach(barrier: *mut Barrier, arrive: bool) -> Result<bool> {
    let (begins, is_last) = locked(barrier, |this| {
        this.participants -= 1;
        let begins = (arrive || this.participants > 0) && this.arrived == this.participants;
        if begins {
            begin_next(this);
        }
        (begins, this.participants == 0)
    })?;
    if begins {
        condition::broadcast(variable(barrier))?;
    }
    Ok(is_last)
}

/// `BarrierArriveAndDetachExceptLast`: takes part no more (false), unless nobody else does: then
/// the next phase begins (true).
///
/// # Errors
/// PANIC if the lock is stuck.
pub(crate) fn detach_unless_last(barrier: *mut Barrier) -> Result<bool> {
    locked(barrier, |this| {
        let is_last = this.participants <= 1;
        if is_last {
            this.phase = this.phase.wrapping_add(1);
        } else {
            this.participants -= 1;
        }
        is_last
    })
}

/// `BarrierAttach`: takes part from here on; the phase that it comes into.
///
/// # Errors
/// PANIC if the lock is stuck.
pub(crate) fn attach(barrier: *mut Barrier) -> Result<c_int> {
    locked(barrier, |this| {
        this.participants += 1;
        this.phase
    })
}

/// `BarrierPhase`. Without the lock: it cannot change under who takes part and has not arrived.
pub(crate) fn phase(barrier: *mut Barrier) -> c_int {
    // SAFETY: as `locked`.
    let phase = unsafe { &raw mut (*barrier).phase };
    // SAFETY: the same; a number that is written whole.
    unsafe { AtomicI32::from_ptr(phase) }.load(Acquire)
}

/// `BarrierParticipants`.
///
/// # Errors
/// PANIC if the lock is stuck.
pub(crate) fn participants(barrier: *mut Barrier) -> Result<c_int> {
    locked(barrier, |this| this.participants)
}
