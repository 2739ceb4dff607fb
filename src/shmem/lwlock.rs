//! Lightweight locks (lwlock.h): PostgreSQL's 16 bytes, with a futex inside.
//! Runs in: worker; postmaster only while libraries set up shared memory and nobody else is there.

use core::cell::Cell;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

use crate::abi::lwlock::{LW_EXCLUSIVE, LWLock, LWLockMode, NUM_INDIVIDUAL_LWLOCKS};
use crate::abi::variables::{InterruptHoldoffCount, MainLWLockArray};
use crate::abi::wait_event::PG_WAIT_LWLOCK;
use crate::error::{Level, Report, Result, SqlState};
use crate::sigsafe::inside;
use crate::sys::futex;
use crate::worker::exit;

use super::requests;
use super::segment::Segment;
use super::{procs, program};

/// Somebody holds the lock alone.
const EXCLUSIVE: u32 = 1 << 30;
/// Somebody may sleep on the state.
const WAITERS: u32 = 1 << 31;
/// How many hold it together.
const SHARED: u32 = EXCLUSIVE - 1;
/// Locks one process may hold at once, as in PostgreSQL.
const MAX_HELD: usize = 200;

/// The right to sleep on a lock: only a process that is attached has it. The postmaster is
/// never attached, so nobody can make it wait.
pub(crate) struct Permit(());

impl Permit {
    /// This process's permit, if it is attached.
    pub(crate) fn of_this_process() -> Option<Self> {
        procs::is_attached().then_some(Self(()))
    }
}

/// Locks that this process holds, in the order in which it took them.
struct Held {
    locks: [Cell<Option<(*mut LWLock, LWLockMode)>>; MAX_HELD],
    count: Cell<usize>,
}

/// Per-process data of a process whose server functions run in one thread.
struct MainThread<T>(T);
// SAFETY: server functions are called by the main thread only (docs/SAFETY.md).
unsafe impl<T> Sync for MainThread<T> {}

static HELD: MainThread<Held> =
    MainThread(Held { locks: [const { Cell::new(None) }; MAX_HELD], count: Cell::new(0) });

/// Points `MainLWLockArray` at the array of a segment.
pub(super) fn point_at(segment: &Segment) {
    MainLWLockArray.set(segment.lwlocks());
}

/// [`point_at`] a fresh segment. An all-zero lock is a free one; the individual ones get their
/// tranches.
pub(super) fn fill(segment: &Segment) {
    point_at(segment);
    for tranche in 0..NUM_INDIVIDUAL_LWLOCKS.min(segment.plan().lwlocks) {
        // SAFETY: within the array.
        let lock: *mut LWLock = unsafe { segment.lwlocks().add(tranche) }.cast();
        // SAFETY: nobody is attached yet.
        unsafe { initialize(lock, u16::try_from(tranche).unwrap_or(u16::MAX)) };
    }
}

fn state<'a>(lock: *mut LWLock) -> &'a AtomicU32 {
    // SAFETY: callers pass a lock in shared memory, which stays mapped.
    let state = unsafe { &raw mut (*lock).state };
    // SAFETY: the same; only accessed atomically.
    unsafe { AtomicU32::from_ptr(state.cast()) }
}

/// Makes a lock free and gives it a tranche.
///
/// # Safety
/// `lock` points to a lock that nobody holds or waits for.
pub(crate) unsafe fn initialize(lock: *mut LWLock, tranche: u16) {
    // SAFETY: integers.
    let free = LWLock { tranche, ..unsafe { core::mem::zeroed() } };
    // SAFETY: the caller's promise.
    unsafe { lock.write(free) };
}

/// Takes `lock` if it is to be had at once.
pub(crate) fn try_acquire(lock: *mut LWLock, mode: LWLockMode) -> Result<bool> {
    check_room()?;
    let got = grab(state(lock), mode).is_ok();
    if got {
        remember(lock, mode);
    }
    Ok(got)
}

/// Takes `lock`, sleeping until it is to be had. Interrupts are held off while it is held.
/// Returns true if it was to be had at once.
///
/// # Errors
/// Too many locks held; a PANIC if the process may not wait (no permit) and would have to.
pub(crate) fn acquire(
    lock: *mut LWLock,
    mode: LWLockMode,
    permit: Option<&Permit>,
) -> Result<bool> {
    if try_acquire(lock, mode)? {
        return Ok(true);
    }
    sleep_until(lock, permit, |state| grab(state, mode))?;
    remember(lock, mode);
    Ok(false)
}

/// `LWLockAcquireOrWait`: takes `lock` if it is to be had at once (true), or sleeps until it is
/// and leaves it (false).
///
/// # Errors
/// As [`acquire`].
pub(crate) fn acquire_or_wait(
    lock: *mut LWLock,
    mode: LWLockMode,
    permit: Option<&Permit>,
) -> Result<bool> {
    let got = try_acquire(lock, mode)?;
    if !got {
        sleep_until(lock, permit, |state| {
            let now = state.load(SeqCst);
            next(now, mode).map(drop).ok_or(now)
        })?;
    }
    Ok(got)
}

/// `LWLockWaitForVar`: sleeps until nobody holds the lock alone (none), or the variable that its
/// holder changes is not `old`; then what it is.
///
/// # Errors
/// As [`acquire`].
pub(crate) fn wait_for_variable(
    lock: *mut LWLock,
    variable: &AtomicU64,
    old: u64,
    permit: Option<&Permit>,
) -> Result<Option<u64>> {
    let seen = |now: u32| {
        let value = (now & EXCLUSIVE != 0).then(|| variable.load(SeqCst));
        (value != Some(old)).then_some(value)
    };
    if let Some(value) = seen(state(lock).load(SeqCst)) {
        return Ok(value);
    }
    let result = Cell::new(None);
    sleep_until(lock, permit, |state| {
        let now = state.load(SeqCst);
        seen(now).map(|value| result.set(value)).ok_or(now)
    })?;
    Ok(result.get())
}

/// `LWLockUpdateVar`: changes the variable and has those who wait for that look.
pub(crate) fn update_variable(lock: *mut LWLock, variable: &AtomicU64, value: u64) {
    variable.store(value, SeqCst);
    let state = state(lock);
    if state.fetch_and(!WAITERS, SeqCst) & WAITERS != 0 {
        futex::wake_all(state);
    }
}

/// One of the locks that this process holds, by the order in which it took them.
pub(crate) fn held_at(index: usize) -> Option<(*mut LWLock, LWLockMode)> {
    HELD.0.locks.get(..HELD.0.count.get())?.get(index)?.get()
}

/// Sleeps while the state is `waiting`. Nothing is half-done meanwhile, so the default SIGTERM handler
/// may end the process, as PostgreSQL's does: who holds the lock may keep it for ever.
fn sleep(state: &AtomicU32, waiting: u32) {
    let depth = inside::outside();
    if !inside::termination_noted() {
        let _look = program::wait(state, waiting, None);
    }
    let _due = inside::leave(depth);
    // It may have come before the sleep.
    exit::end_if_terminated();
}

/// Sleeps until `done` is content with the state; it returns the state if not.
fn sleep_until(
    lock: *mut LWLock,
    permit: Option<&Permit>,
    done: impl Fn(&AtomicU32) -> core::result::Result<(), u32>,
) -> Result<()> {
    if permit.is_none() {
        let message = "cannot wait without a PGPROC structure";
        return Err(Report::new(Level::Panic, message).into());
    }
    hold_interrupts();
    let shown = procs::report_wait(PG_WAIT_LWLOCK | u32::from(tranche(lock)));
    let state = state(lock);
    while let Err(now) = done(state) {
        if program::is_reset() {
            procs::report_wait(shown);
            resume_interrupts();
            return Err(program::reset_report().into());
        }
        if now & WAITERS != 0 {
            sleep(state, now);
        } else {
            // Whoever changes something now knows of this process, which looks again first.
            let _changed = state.compare_exchange(now, now | WAITERS, SeqCst, SeqCst);
        }
    }
    procs::report_wait(shown);
    resume_interrupts();
    Ok(())
}

/// Gives `lock` back.
///
/// # Errors
/// This process does not hold it.
pub(crate) fn release(lock: *mut LWLock) -> Result<()> {
    let Some(mode) = forget(lock) else {
        let name = requests::tranche_name(tranche(lock));
        let message = [b"lock ", name.to_bytes(), b" is not held"].concat();
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    let_go(lock, mode);
    Ok(())
}

/// Gives back every lock this process holds: at its end and when an ERROR was caught outside.
pub(crate) fn release_all() {
    while let Some((lock, _)) = last_held() {
        if let Some(mode) = forget(lock) {
            let_go(lock, mode);
        }
    }
}

/// Does this process hold `lock`?
pub(crate) fn held_by_me(lock: *mut LWLock) -> bool {
    position(lock).is_some()
}

/// Does this process hold `lock` in this mode?
pub(crate) fn held_by_me_in(lock: *mut LWLock, mode: LWLockMode) -> bool {
    held().any(|one| one == (lock, mode))
}

/// Does this process hold one of `count` locks, the first at `first`, `stride` bytes apart?
pub(crate) fn any_held_by_me(first: *mut LWLock, count: usize, stride: usize) -> bool {
    held().any(|(lock, _)| {
        let Some(offset) = lock.addr().checked_sub(first.addr()) else { return false };
        offset.checked_rem(stride) == Some(0) && offset / stride < count
    })
}

fn held() -> impl Iterator<Item = (*mut LWLock, LWLockMode)> {
    HELD.0.locks.iter().take(HELD.0.count.get()).filter_map(Cell::get)
}

/// Takes the lock if its state allows it; otherwise the state that does not.
fn grab(state: &AtomicU32, mode: LWLockMode) -> core::result::Result<(), u32> {
    let mut now = state.load(SeqCst);
    loop {
        let Some(next) = next(now, mode) else { return Err(now) };
        match state.compare_exchange_weak(now, next, SeqCst, SeqCst) {
            Ok(_) => return Ok(()),
            Err(changed) => now = changed,
        }
    }
}

/// The state after the lock was taken, if `now` allows that.
fn next(now: u32, mode: LWLockMode) -> Option<u32> {
    if mode == LW_EXCLUSIVE {
        (now & (EXCLUSIVE | SHARED) == 0).then_some(now | EXCLUSIVE)
    } else {
        (now & EXCLUSIVE == 0).then_some(now + 1)
    }
}

fn let_go(lock: *mut LWLock, mode: LWLockMode) {
    let state = state(lock);
    let part = if mode == LW_EXCLUSIVE { EXCLUSIVE } else { 1 };
    let left = state.fetch_sub(part, SeqCst) - part;
    if left & (EXCLUSIVE | SHARED) == 0 && left & WAITERS != 0 {
        state.fetch_and(!WAITERS, SeqCst);
        futex::wake_all(state);
    }
    resume_interrupts();
}

fn tranche(lock: *mut LWLock) -> u16 {
    // SAFETY: callers pass a lock in shared memory; the tranche is written once, before use.
    unsafe { (*lock).tranche }
}

fn check_room() -> Result<()> {
    if HELD.0.count.get() >= MAX_HELD {
        return Err(Report::error(SqlState::INTERNAL_ERROR, "too many LWLocks taken").into());
    }
    Ok(())
}

fn remember(lock: *mut LWLock, mode: LWLockMode) {
    hold_interrupts();
    let count = HELD.0.count.get();
    if let Some(place) = HELD.0.locks.get(count) {
        place.set(Some((lock, mode)));
        HELD.0.count.set(count + 1);
    }
}

/// Where in the list of held locks the last taken one that is `lock` stands.
fn position(lock: *mut LWLock) -> Option<usize> {
    let held = HELD.0.locks.get(..HELD.0.count.get())?;
    held.iter().rposition(|place| place.get().is_some_and(|(l, _)| l == lock))
}

fn last_held() -> Option<(*mut LWLock, LWLockMode)> {
    HELD.0.locks.get(HELD.0.count.get().checked_sub(1)?)?.get()
}

/// Takes a lock off the list; those taken after it move down.
fn forget(lock: *mut LWLock) -> Option<LWLockMode> {
    let at = position(lock)?;
    let held = HELD.0.locks.get(at..HELD.0.count.get())?;
    let (_, mode) = held.first()?.get()?;
    for pair in held.windows(2) {
        if let [place, next] = pair {
            place.set(next.get());
        }
    }
    held.last()?.set(None);
    HELD.0.count.set(HELD.0.count.get() - 1);
    Some(mode)
}

fn hold_interrupts() {
    InterruptHoldoffCount.set(InterruptHoldoffCount.get().wrapping_add(1));
}

fn resume_interrupts() {
    // An ERROR may have cleared it already.
    InterruptHoldoffCount.set(InterruptHoldoffCount.get().saturating_sub(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_exclude_each_other() {
        let state = AtomicU32::new(0);
        assert!(grab(&state, crate::abi::lwlock::LW_SHARED).is_ok());
        assert!(grab(&state, crate::abi::lwlock::LW_SHARED).is_ok());
        assert_eq!(grab(&state, LW_EXCLUSIVE), Err(2));
        state.store(0, SeqCst);
        assert!(grab(&state, LW_EXCLUSIVE).is_ok());
        assert_eq!(grab(&state, crate::abi::lwlock::LW_SHARED), Err(EXCLUSIVE));
        assert_eq!(grab(&state, LW_EXCLUSIVE), Err(EXCLUSIVE));
    }
}
