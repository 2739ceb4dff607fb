//! Snapshots: the server takes its own for each statement. Here they are counted, so that those who
//! push, register and forget them see what they see inside PostgreSQL.
//! Runs in: worker.

use core::ffi::c_char;
use core::ptr::{self, NonNull};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::c::{Datum, ResourceOwner};
use crate::abi::resowner::{RESOURCE_RELEASE_AFTER_LOCKS, ResourceOwnerDesc};
use crate::abi::snapshot::{Snapshot, SnapshotData};
use crate::abi::variable::Variable;
use crate::abi::variables::TopTransactionContext;
use crate::error::{self, Level, Report, Result, SqlState};
use crate::memory;
use crate::memory::owners;

use crate::database::transaction;

/// The one that others are copies of.
static CURRENT: Variable<SnapshotData> = Variable::new(SnapshotData::NONE);

/// An active snapshot, and how deep the subtransaction is that made it so.
#[derive(Clone, Copy)]
struct Active {
    snapshot: Snapshot,
    level: i32,
}

struct Snapshots {
    /// The top of the stack is last.
    active: Vec<Active>,
    registered: u32,
}

// SAFETY: server functions belong to the main thread.
unsafe impl Send for Active {}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static STATE: Mutex<Snapshots> = Mutex::new(Snapshots { active: Vec::new(), registered: 0 });

fn state() -> MutexGuard<'static, Snapshots> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
/// It is live, and the reference is used no longer than until the next call of this.
unsafe fn of<'a>(snapshot: Snapshot) -> &'a mut SnapshotData {
    // SAFETY: the caller's promise.
    unsafe { &mut *snapshot }
}

/// `GetTransactionSnapshot`, `GetLatestSnapshot`.
pub(crate) fn current() -> Snapshot {
    CURRENT.as_ptr()
}

/// A copy that lives as long as the transaction.
///
/// # Safety
/// It is live.
unsafe fn copy(snapshot: Snapshot) -> Result<Snapshot> {
    let room = memory::alloc(TopTransactionContext.get(), size_of::<SnapshotData>())?;
    let place: Snapshot = room.cast().as_ptr();
    // SAFETY: the caller's promise.
    let data = unsafe { snapshot.read() };
    // SAFETY: room for it.
    unsafe { place.write(SnapshotData { copied: true, active_count: 0, regd_count: 0, ..data }) };
    Ok(place)
}

/// Itself, or a copy of one that is none.
///
/// # Safety
/// It is live.
unsafe fn copied(snapshot: Snapshot) -> Result<Snapshot> {
    // SAFETY: the caller's promise.
    if unsafe { of(snapshot) }.copied { Ok(snapshot) } else { unsafe { copy(snapshot) } }
}

/// Frees one that nobody has any more.
///
/// # Safety
/// It is live.
unsafe fn free_if_unused(snapshot: Snapshot) {
    // SAFETY: the caller's promise.
    let data = unsafe { of(snapshot) };
    if data.active_count == 0
        && data.regd_count == 0
        && let Some(chunk) = NonNull::new(snapshot.cast())
    {
        // SAFETY: `copy` allocated it: others are not counted.
        unsafe { memory::free(chunk) };
    }
}

/// `PushActiveSnapshotWithLevel`, `PushActiveSnapshot` with the current level.
///
/// # Safety
/// It is live.
///
/// # Errors
/// Out of memory; there is no transaction to have it.
pub(crate) unsafe fn push(snapshot: Snapshot, level: i32) -> Result<()> {
    // SAFETY: the caller's promise.
    let snapshot = unsafe { copied(snapshot)? };
    // SAFETY: live.
    unsafe { of(snapshot) }.active_count += 1;
    state().active.push(Active { snapshot, level });
    Ok(())
}

/// A snapshot of now is active.
///
/// # Errors
/// As [`push`].
pub(crate) fn push_current() -> Result<()> {
    // SAFETY: it lives as long as the process.
    unsafe { push(current(), transaction::nest_level()) }
}

/// `PushCopiedSnapshot`.
///
/// # Safety
/// It is live.
///
/// # Errors
/// As [`push`].
pub(crate) unsafe fn push_copied(snapshot: Snapshot) -> Result<()> {
    // SAFETY: the caller's promise.
    let copy = unsafe { copy(snapshot)? };
    // SAFETY: just made.
    unsafe { push(copy, transaction::nest_level()) }
}

/// `PopActiveSnapshot`; nothing if there is none.
pub(crate) fn pop() {
    let Some(Active { snapshot, .. }) = state().active.pop() else { return };
    // SAFETY: active, so it is live.
    unsafe { of(snapshot) }.active_count -= 1;
    // SAFETY: the same.
    unsafe { free_if_unused(snapshot) };
}

/// `GetActiveSnapshot`.
///
/// # Errors
/// There is none.
pub(crate) fn active() -> Result<Snapshot> {
    let top = state().active.last().map(|active| active.snapshot);
    top.ok_or_else(|| Report::error(SqlState::INTERNAL_ERROR, "no active snapshot").into())
}

/// `ActiveSnapshotSet`.
pub(crate) fn is_set() -> bool {
    !state().active.is_empty()
}

/// `HaveRegisteredOrActiveSnapshot`.
pub(crate) fn is_any_held() -> bool {
    let state = state();
    !state.active.is_empty() || state.registered > 0
}

/// `ThereAreNoPriorRegisteredSnapshots`.
pub(crate) fn is_at_most_one_registered() -> bool {
    state().registered <= 1
}

/// Gives a registration back with its owner.
///
/// # Safety
/// `value` is a snapshot that the owner has.
unsafe extern "C" fn release(value: Datum) {
    let snapshot: Snapshot = ptr::with_exposed_provenance_mut(value);
    // SAFETY: what was remembered is registered, so it is live.
    error::plain(|| unsafe { forget(snapshot) });
}

/// A registration as the resource that it is.
struct Kind(ResourceOwnerDesc);

// SAFETY: never written.
unsafe impl Sync for Kind {}

/// `RELEASE_PRIO_SNAPSHOT_REFS` (utils/resowner.h).
const PRIORITY: u32 = 500;

static KIND: Kind = Kind(ResourceOwnerDesc {
    name: c"snapshot reference".as_ptr(),
    release_phase: RESOURCE_RELEASE_AFTER_LOCKS,
    release_priority: PRIORITY,
    ReleaseResource: Some(release),
    DebugPrint: None::<unsafe extern "C" fn(Datum) -> *mut c_char>,
});

/// `RegisterSnapshotOnOwner`, `RegisterSnapshot` with the current owner.
///
/// # Safety
/// It is live, and so is the owner, or it is NULL.
///
/// # Errors
/// Out of memory; the owner gives back what it has.
pub(crate) unsafe fn register(snapshot: Snapshot, owner: ResourceOwner) -> Result<Snapshot> {
    // SAFETY: the caller's promise.
    let snapshot = unsafe { copied(snapshot)? };
    if !owner.is_null() {
        // SAFETY: the caller's promise.
        unsafe { owners::enlarge(owner)? };
        // SAFETY: the same.
        unsafe { owners::remember(owner, snapshot.expose_provenance(), &raw const KIND.0) };
    }
    // SAFETY: live.
    let data = unsafe { of(snapshot) };
    data.regd_count += 1;
    if data.regd_count == 1 {
        state().registered += 1;
    }
    Ok(snapshot)
}

/// `UnregisterSnapshotFromOwner`, `UnregisterSnapshot` with the current owner.
///
/// # Safety
/// It is registered on that owner.
///
/// # Errors
/// It is not.
pub(crate) unsafe fn unregister(snapshot: Snapshot, owner: ResourceOwner) -> Result<()> {
    if !owner.is_null() {
        // SAFETY: the caller's promise.
        unsafe { owners::forget(owner, snapshot.expose_provenance(), &raw const KIND.0)? };
    }
    // SAFETY: the same.
    unsafe { forget(snapshot) };
    Ok(())
}

/// # Safety
/// It is registered.
unsafe fn forget(snapshot: Snapshot) {
    // SAFETY: the caller's promise.
    let data = unsafe { of(snapshot) };
    data.regd_count = data.regd_count.saturating_sub(1);
    if data.regd_count == 0 {
        let mut state = state();
        state.registered = state.registered.saturating_sub(1);
    }
    // SAFETY: the same.
    unsafe { free_if_unused(snapshot) };
}

/// A subtransaction of this depth becomes a part of the one above.
pub(in crate::database) fn end_level(level: i32) {
    for active in state().active.iter_mut().rev().take_while(|active| active.level >= level) {
        active.level = level - 1;
    }
}

/// A subtransaction of this depth is rolled back.
pub(in crate::database) fn abort_level(level: i32) {
    loop {
        let is_its = state().active.last().is_some_and(|active| active.level >= level);
        if !is_its {
            return;
        }
        pop();
    }
}

/// The transaction ends; its memory goes next.
pub(in crate::database) fn end_transaction(is_commit: bool) {
    let (active, registered) = {
        let mut state = state();
        (core::mem::take(&mut state.active), core::mem::take(&mut state.registered))
    };
    if !is_commit {
        return;
    }
    let warn = |message: String| error::emit(&Report::new(Level::Warning, message));
    if registered > 0 {
        warn("registered snapshots seem to remain after cleanup".to_owned());
    }
    for Active { snapshot, .. } in active.iter().rev() {
        warn(format!("snapshot {snapshot:p} still active"));
    }
}
