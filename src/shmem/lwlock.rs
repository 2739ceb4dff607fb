//! Lightweight locks (lwlock.h): PostgreSQL's 16 bytes, with a futex inside.
//! Runs in: worker; postmaster only while libraries set up shared memory and nobody else is there.

use core::cell::Cell;
use core::ptr;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

use crate::abi::lwlock::{
    LOCK_MANAGER_LWLOCK, LW_EXCLUSIVE, LWLock, LWLockMode, LWTRANCHE_LOCK_MANAGER,
    NUM_INDIVIDUAL_LWLOCKS, NUM_LOCK_PARTITIONS,
};
use crate::abi::variables::{InterruptHoldoffCount, MainLWLockArray};
use crate::abi::wait_event::PG_WAIT_LWLOCK;
use crate::error::{Level, Raised, Report, Result, SqlState};
use crate::sigsafe::inside;
use crate::sys::futex;
use crate::worker::exit;

use super::lwlock_words::{self, EXCLUSIVE, Kind, Word, grab, next};
use super::requests;
use super::segment::Segment;
use super::{procs, program};

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

/// Locks that this process holds, in the order in which it took them, and the one that it waits for.
/// Its head, which every process writes to, shares a page with other variables (build/order.ld).
#[repr(C)]
struct Held {
    count: Cell<usize>,
    awaited: Cell<*mut LWLock>,
    locks: [Cell<(*mut LWLock, LWLockMode)>; MAX_HELD],
}

/// Per-process data of a process whose server functions run in one thread.
struct MainThread<T>(T);
// SAFETY: server functions are called by the main thread only (docs/SAFETY.md).
unsafe impl<T> Sync for MainThread<T> {}

static HELD: MainThread<Held> = MainThread(Held {
    count: Cell::new(0),
    awaited: Cell::new(ptr::null_mut()),
    locks: [const { Cell::new((ptr::null_mut(), LW_EXCLUSIVE)) }; MAX_HELD],
});

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
    for partition in 0..NUM_LOCK_PARTITIONS {
        // SAFETY: within the array, which holds every fixed lock.
        let lock = unsafe { segment.lwlocks().add(LOCK_MANAGER_LWLOCK + partition) };
        // SAFETY: nobody is attached yet.
        unsafe { initialize(lock.cast(), LWTRANCHE_LOCK_MANAGER) };
    }
}

fn state<'a>(lock: *mut LWLock) -> &'a AtomicU32 {
    // SAFETY: callers pass a lock in shared memory, which stays mapped.
    let state = unsafe { &raw mut (*lock).state };
    // SAFETY: the same; only accessed atomically.
    unsafe { AtomicU32::from_ptr(state.cast()) }
}

/// What those who wait for a lock sleep on: in PostgreSQL, the first of them.
fn turn<'a>(lock: *mut LWLock) -> &'a AtomicU32 {
    // SAFETY: callers pass a lock in shared memory, which stays mapped.
    let turn = unsafe { &raw mut (*lock).waiters.head };
    // SAFETY: the same; only accessed atomically.
    unsafe { AtomicU32::from_ptr(turn.cast()) }
}

/// A lock's words, to be given back: those who sleep do so with their kind's bit.
fn word<'a>(lock: *mut LWLock) -> Word<'a, impl Fn(&AtomicU32, Kind, i32) -> usize> {
    let wake = |turn: &AtomicU32, kind: Kind, count| futex::wake_some(turn, count, kind.bit());
    Word { state: state(lock), turn: turn(lock), wake }
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
#[inline]
pub(crate) fn try_acquire(lock: *mut LWLock, mode: LWLockMode) -> Result<bool> {
    if HELD.0.count.get() >= MAX_HELD {
        return Err(too_many());
    }
    let got = grab(state(lock), mode == LW_EXCLUSIVE).is_ok();
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
#[inline]
pub(crate) fn acquire(
    lock: *mut LWLock,
    mode: LWLockMode,
    permit: Option<&Permit>,
) -> Result<bool> {
    if try_acquire(lock, mode)? {
        return Ok(true);
    }
    wait_and_take(lock, mode, permit)?;
    Ok(false)
}

#[cold]
fn wait_and_take(lock: *mut LWLock, mode: LWLockMode, permit: Option<&Permit>) -> Result<()> {
    let alone = mode == LW_EXCLUSIVE;
    let kind = if alone { Kind::Alone } else { Kind::Other };
    sleep_until(lock, kind, permit, |state| grab(state, alone))?;
    remember(lock, mode);
    Ok(())
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
        sleep_until(lock, Kind::Other, permit, |state| {
            let now = state.load(SeqCst);
            next(now, mode == LW_EXCLUSIVE).map(drop).ok_or(now)
        })?;
        word(lock).pass_on();
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
    sleep_until(lock, Kind::Other, permit, |state| {
        let now = state.load(SeqCst);
        seen(now).map(|value| result.set(value)).ok_or(now)
    })?;
    word(lock).pass_on();
    Ok(result.get())
}

/// `LWLockUpdateVar`: changes the variable and has those who wait for that look.
pub(crate) fn update_variable(lock: *mut LWLock, variable: &AtomicU64, value: u64) {
    variable.store(value, SeqCst);
    word(lock).wake_others();
}

/// One of the locks that this process holds, by the order in which it took them.
pub(crate) fn held_at(index: usize) -> Option<(*mut LWLock, LWLockMode)> {
    HELD.0.locks.get(..HELD.0.count.get())?.get(index).map(Cell::get)
}

/// Sleeps while the turn is `seen`. Nothing is half-done meanwhile, so the default SIGTERM handler
/// may end the process, as PostgreSQL's does: who holds the lock may keep it for ever.
fn sleep(lock: *mut LWLock, seen: u32, kind: Kind) {
    HELD.0.awaited.set(lock);
    let depth = inside::outside();
    if !inside::termination_noted() {
        let _look = program::wait_for_some(turn(lock), seen, kind.bit());
    }
    let _due = inside::leave(depth);
    // It may have come before the sleep.
    exit::end_if_terminated();
}

/// Sleeps until `done` is content with the state; it returns the state if not.
#[cold]
fn sleep_until(
    lock: *mut LWLock,
    kind: Kind,
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
    let slept = lwlock_words::sleep_until(
        (state, turn(lock)),
        kind,
        || done(state),
        |seen| {
            if program::is_reset() {
                return Err(program::reset_report().into());
            }
            sleep(lock, seen, kind);
            Ok(())
        },
    );
    HELD.0.awaited.set(ptr::null_mut());
    procs::report_wait(shown);
    resume_interrupts();
    slept
}

/// Gives `lock` back.
///
/// # Errors
/// This process does not hold it.
#[inline]
pub(crate) fn release(lock: *mut LWLock) -> Result<()> {
    let Some(mode) = forget(lock) else { return Err(not_held(lock)) };
    let_go(lock, mode);
    Ok(())
}

#[cold]
fn not_held(lock: *mut LWLock) -> Raised {
    let name = requests::tranche_name(tranche(lock));
    let message = [b"lock ", name.to_bytes(), b" is not held"].concat();
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}

/// Gives back every lock this process holds: at its end and when an ERROR was caught outside. An end in
/// the middle of a wait leaves that to the next one.
pub(crate) fn release_all() {
    let awaited = HELD.0.awaited.replace(ptr::null_mut());
    if !awaited.is_null() {
        word(awaited).pass_on();
    }
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
    HELD.0.locks.iter().take(HELD.0.count.get()).map(Cell::get)
}

#[inline]
fn let_go(lock: *mut LWLock, mode: LWLockMode) {
    word(lock).let_go(mode == LW_EXCLUSIVE);
    resume_interrupts();
}

fn tranche(lock: *mut LWLock) -> u16 {
    // SAFETY: callers pass a lock in shared memory; the tranche is written once, before use.
    unsafe { (*lock).tranche }
}

#[cold]
fn too_many() -> Raised {
    Report::error(SqlState::INTERNAL_ERROR, "too many LWLocks taken").into()
}

#[inline]
fn remember(lock: *mut LWLock, mode: LWLockMode) {
    hold_interrupts();
    let count = HELD.0.count.get();
    if let Some(place) = HELD.0.locks.get(count) {
        place.set((lock, mode));
        HELD.0.count.set(count + 1);
    }
}

/// Where in the list of held locks the last taken one that is `lock` stands.
fn position(lock: *mut LWLock) -> Option<usize> {
    let held = HELD.0.locks.get(..HELD.0.count.get())?;
    held.iter().rposition(|place| place.get().0 == lock)
}

fn last_held() -> Option<(*mut LWLock, LWLockMode)> {
    HELD.0.locks.get(HELD.0.count.get().checked_sub(1)?).map(Cell::get)
}

/// Takes a lock off the list; those taken after it move down.
#[inline]
fn forget(lock: *mut LWLock) -> Option<LWLockMode> {
    match last_held() {
        Some((last, mode)) if last == lock => {
            HELD.0.count.set(HELD.0.count.get().wrapping_sub(1));
            Some(mode)
        }
        _ => forget_earlier(lock),
    }
}

#[cold]
fn forget_earlier(lock: *mut LWLock) -> Option<LWLockMode> {
    let held = HELD.0.locks.get(position(lock)?..HELD.0.count.get())?;
    let (_, mode) = held.first()?.get();
    for pair in held.windows(2) {
        if let [place, next] = pair {
            place.set(next.get());
        }
    }
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
        assert!(grab(&state, false).is_ok());
        assert!(grab(&state, false).is_ok());
        assert_eq!(grab(&state, true), Err(2));
        state.store(0, SeqCst);
        assert!(grab(&state, true).is_ok());
        assert_eq!(grab(&state, false), Err(EXCLUSIVE));
        assert_eq!(grab(&state, true), Err(EXCLUSIVE));
    }
}
