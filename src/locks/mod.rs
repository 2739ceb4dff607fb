#![forbid(unsafe_code)]
//! Heavyweight locks (lock.h) among this postmaster's processes: taking them, giving them back,
//! and who of this process owns them.
//! Runs in: worker.
//!
//! `held` is this process's own list, `wait` the sleep for a lock, `deadlock` the search for who
//! waits for whom, `texts` what is said of them. What processes share is `shmem::lock_table`.

mod deadlock;
mod held;
mod texts;
mod wait;

use crate::abi::c::ResourceOwner;
use crate::abi::lock::{
    DEFAULT_LOCKMETHOD, LOCKACQUIRE_ALREADY_HELD, LOCKACQUIRE_NOT_AVAIL, LOCKACQUIRE_OK, LOCKMODE,
    LOCKTAG, LockAcquireResult, MODES, USER_LOCKMETHOD, bit, conflicts_of, mode_name,
};
use crate::abi::resowner::RESOURCE_RELEASE_LOCKS;
use crate::abi::variables::{CurrentResourceOwner, MyProcNumber, TopTransactionResourceOwner};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::memory::owners::{self, Release};
use crate::shmem::lock_table::{self, Entry, Table};

use deadlock::Link;
use held::{Key, SESSION};

pub(crate) use texts::describe;

/// How a lock is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Want {
    pub(crate) mode: LOCKMODE,
    /// It belongs to the session, not to the current resource owner.
    pub(crate) session: bool,
    pub(crate) dont_wait: bool,
    /// A full table is an ERROR, not [`LOCKACQUIRE_NOT_AVAIL`].
    pub(crate) report_full: bool,
}

fn internal(message: impl Into<Vec<u8>>) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

fn check(tag: &LOCKTAG, mode: LOCKMODE) -> Result<()> {
    let method = tag.locktag_lockmethodid;
    if ![DEFAULT_LOCKMETHOD, USER_LOCKMETHOD].contains(&method) {
        return Err(internal(format!("unrecognized lock method: {method}")).into());
    }
    if !usize::try_from(mode).is_ok_and(|mode| mode > 0 && mode < MODES) {
        return Err(internal(format!("unrecognized lock mode: {mode}")).into());
    }
    Ok(())
}

/// The owner as the list has it: a number.
fn owner(session: bool) -> usize {
    if session { SESSION } else { CurrentResourceOwner.get().addr() }
}

/// This process's place.
///
/// # Errors
/// It has none.
fn place() -> Result<usize> {
    usize::try_from(MyProcNumber.get())
        .map_err(|_| internal("cannot acquire locks without a PGPROC structure").into())
}

/// How an attempt to join the queue of a lock ended.
enum Joined {
    Got,
    Waiting,
    NotAvailable,
    /// Whoever waits for a lock of this process has one that it would wait for.
    Deadlock([Link; 2]),
}

/// `LockAcquire`, `LockAcquireExtended`.
///
/// # Errors
/// No such mode; the table is full; a deadlock (40P01); what ended the wait.
pub(crate) fn acquire(tag: &LOCKTAG, want: Want) -> Result<LockAcquireResult> {
    check(tag, want.mode)?;
    owners::at_locks_phase(release_phase);
    let owner = owner(want.session);
    let key = Key { tag: *tag, mode: want.mode };
    if held::add_if_held(&key, owner) {
        return Ok(LOCKACQUIRE_ALREADY_HELD);
    }
    let me = place()?;
    let table = lock_table::open()?;
    let Some(entry) = table.join(&tag.words(), me) else {
        drop(table);
        if !want.report_full {
            return Ok(LOCKACQUIRE_NOT_AVAIL);
        }
        let report = Report::error(SqlState::OUT_OF_MEMORY, "out of shared memory");
        let hint = "You might need to increase \"max_locks_per_transaction\".";
        return Err(report.with_hint(hint).into());
    };
    let joined = join(&table, entry, me, want);
    match &joined {
        Joined::Got => held::add(key, entry, owner),
        Joined::Waiting => {}
        Joined::NotAvailable | Joined::Deadlock(_) => table.leave(entry),
    }
    drop(table);
    match joined {
        Joined::Got => {}
        Joined::NotAvailable => return Ok(LOCKACQUIRE_NOT_AVAIL),
        Joined::Deadlock(links) => return Err(texts::deadlock(&links)?.into()),
        Joined::Waiting => {
            let result = wait::until_granted(key, entry, me);
            if lock_table::is_granted(me) {
                // Also if the wait ended with an error meanwhile: whoever has the lock owns it.
                held::add(key, entry, owner);
            }
            result?;
        }
    }
    Ok(LOCKACQUIRE_OK)
}

/// Takes the lock, or a place in its queue. Others' requests come first if they conflict, but for
/// those that wait for this process: it goes before them.
fn join(table: &Table<'_>, entry: Entry, me: usize, want: Want) -> Joined {
    let mode = want.mode;
    if conflicts_of(mode) & table.waited_for(entry.lock) == 0 && !table.conflicts(entry, mode) {
        table.grant(entry, mode);
        return Joined::Got;
    }
    let mine = table.held(entry);
    let mut before = None;
    let mut ahead = 0;
    for (process, waits) in table.queue(entry.lock) {
        if conflicts_of(waits) & mine == 0 {
            ahead |= bit(waits);
            continue;
        }
        let held = table.awaited(process).map_or(0, |(entry, _)| table.held(entry));
        if conflicts_of(mode) & held != 0 {
            if want.dont_wait {
                return Joined::NotAvailable;
            }
            let tag = table.tag(entry.lock);
            let link = |process: usize, mode| Link { pid: table.pid(process), tag, mode };
            return Joined::Deadlock([link(me, mode), link(process, waits)]);
        }
        if conflicts_of(mode) & ahead == 0 && !table.conflicts(entry, mode) {
            table.grant(entry, mode);
            return Joined::Got;
        }
        before = Some(process);
        break;
    }
    if want.dont_wait {
        return Joined::NotAvailable;
    }
    table.enqueue(entry, me, mode, before);
    Joined::Waiting
}

/// The WARNING about a lock that this process, or this owner, does not have.
fn not_mine(mode: LOCKMODE) -> bool {
    let name = mode_name(mode).to_string_lossy();
    let message = format!("you don't own a lock of type {name}");
    error::emit(&Report::new(Level::Warning, message).with_sqlstate(SqlState::WARNING));
    false
}

/// `LockRelease`; false, and a WARNING, if the owner does not have it.
///
/// # Errors
/// No such mode.
pub(crate) fn release(tag: &LOCKTAG, mode: LOCKMODE, session: bool) -> Result<bool> {
    check(tag, mode)?;
    let key = Key { tag: *tag, mode };
    match held::remove(&key, owner(session)) {
        held::Removed::Nothing => Ok(not_mine(mode)),
        held::Removed::One => Ok(true),
        held::Removed::Last(entry) => give_back(&[(key, entry)]).map(|()| true),
    }
}

fn give_back(locks: &[(Key, Entry)]) -> Result<()> {
    if locks.is_empty() {
        return Ok(());
    }
    let table = lock_table::open()?;
    for (key, entry) in locks {
        table.give_back(*entry, key.mode);
    }
    Ok(())
}

/// `LockReleaseAll`: all locks of a method, or all but the session's.
///
/// # Errors
/// The table cannot be had.
pub(crate) fn release_all(method: u8, with_session: bool) -> Result<()> {
    give_back(&held::take(|key, owner| {
        key.tag.locktag_lockmethodid == method && (with_session || owner != SESSION)
    }))
}

/// `LockReleaseSession`. Errors as [`release_all`].
pub(crate) fn release_session(method: u8) -> Result<()> {
    give_back(&held::take(|key, owner| key.tag.locktag_lockmethodid == method && owner == SESSION))
}

/// What a resource owner has of locks, when it is their turn to be given back.
fn release_phase(of: ResourceOwner, parent: ResourceOwner, how: Release) -> Result<()> {
    if how.phase != RESOURCE_RELEASE_LOCKS || held::is_empty() {
        return Ok(());
    }
    if how.is_top_level {
        if of == TopTransactionResourceOwner.get() {
            release_all(DEFAULT_LOCKMETHOD, !how.is_commit)?;
            release_all(USER_LOCKMETHOD, false)?;
        }
        return Ok(());
    }
    if how.is_commit {
        held::hand_over(of.addr(), parent.addr());
        return Ok(());
    }
    give_back(&held::take(|_, owner| owner == of.addr()))
}

/// The process ends: it waits for nothing any more and holds nothing.
pub(crate) fn release_at_exit() {
    if held::is_empty() && !wait::is_waiting() {
        return;
    }
    // It fails without shared memory only, where there is nothing to give back.
    let Ok(table) = lock_table::open() else { return };
    if let Ok(me) = place() {
        wait::give_up(&table, me);
    }
    for (key, entry) in held::take(|_, _| true) {
        table.give_back(entry, key.mode);
    }
}

/// Shared memory is another one: nothing is held there.
pub(crate) fn forget() {
    let _gone = held::take(|_, _| true);
}

/// `LockHeldByMe`.
pub(crate) fn is_held(tag: &LOCKTAG, mode: LOCKMODE, or_stronger: bool) -> bool {
    let last = if or_stronger { LOCKMODE::try_from(MODES).unwrap_or(mode) - 1 } else { mode };
    (mode..=last.max(mode)).any(|mode| held::has(&Key { tag: *tag, mode }))
}

/// `LockHasWaiters`; false, and a WARNING, if this process does not have the lock.
///
/// # Errors
/// No such mode; the table cannot be had.
pub(crate) fn has_waiters(tag: &LOCKTAG, mode: LOCKMODE) -> Result<bool> {
    check(tag, mode)?;
    let Some(entry) = held::entry(&Key { tag: *tag, mode }) else { return Ok(not_mine(mode)) };
    Ok(conflicts_of(mode) & lock_table::open()?.waited_for(entry.lock) != 0)
}

/// `LockWaiterCount`: how many have asked for a lock, those who have it included.
///
/// # Errors
/// No such method; the table cannot be had.
pub(crate) fn requests(tag: &LOCKTAG) -> Result<i32> {
    check(tag, 1)?;
    let table = lock_table::open()?;
    let shares = table.find(&tag.words()).map(|lock| table.shares(lock)).unwrap_or_default();
    let asked =
        |share: &lock_table::Share| share.held.count_ones() + u32::from(share.waits.is_some());
    Ok(shares.iter().map(asked).sum::<u32>().cast_signed())
}
