//! The table of heavyweight locks (lock.h): who holds what, and who waits for it, in which order.
//! Runs in: worker, which has the table to itself as long as it has a [`Table`].
//!
//! Numbers stand for places in the arrays, from 1, so that an empty segment is an empty table. The
//! first element of each array is no entry: it says which entries are free. All are atomics that
//! need no order of their own: the lightweight lock `LockManager` gives it.

use core::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed},
};

use crate::abi::lock::{LOCKMASK, LOCKMODE, MODES, TAG_WORDS, Tag, bit, conflicts_of};
use crate::abi::lwlock::{LOCK_MANAGER_LWLOCK, LW_EXCLUSIVE, LWLock};
use crate::abi::variables::MainLWLockArray;
use crate::error::Result;

use super::lwlock::{self, Permit};
use super::procs;
use super::segment::{self, AnyBytes, Segment};

mod queue;

/// A number of an entry; 0 is none.
pub(crate) type Number = u32;

/// A lock that somebody holds or waits for.
#[repr(C)]
pub(crate) struct Lock {
    tag: [AtomicU32; TAG_WORDS],
    /// The next one of its bucket, or that is free.
    next: AtomicU32,
    /// The first lock of the bucket of this number.
    bucket: AtomicU32,
    first_holder: AtomicU32,
    last_holder: AtomicU32,
    first_waiter: AtomicU32,
    last_waiter: AtomicU32,
    /// How many hold it in each mode.
    granted: [AtomicU32; MODES],
    /// In the array's first element: how many were ever used.
    used: AtomicU32,
}

/// A process that holds a lock, or waits for it.
#[repr(C)]
pub(crate) struct Holder {
    /// Its place, from 1.
    process: AtomicU32,
    lock: AtomicU32,
    /// A bit for each mode in which it holds the lock.
    held: AtomicU32,
    /// The next one of the lock, or that is free.
    next: AtomicU32,
    /// In the array's first element: how many were ever used.
    used: AtomicU32,
}

/// What the process of a place waits for.
#[repr(C)]
pub(crate) struct Waiter {
    /// The lock in whose queue it stands; 0: in none.
    lock: AtomicU32,
    holder: AtomicU32,
    mode: AtomicU32,
    next: AtomicU32,
    previous: AtomicU32,
    /// It got what it waited for.
    granted: AtomicU32,
}

// SAFETY: atomics.
unsafe impl AnyBytes for Lock {}
// SAFETY: atomics.
unsafe impl AnyBytes for Holder {}
// SAFETY: atomics.
unsafe impl AnyBytes for Waiter {}

/// A place among all that hold or wait for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) lock: Number,
    pub(crate) holder: Number,
}

/// What one process has to do with a lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// Its place.
    pub(crate) process: usize,
    pub(crate) held: LOCKMASK,
    /// The mode for which it stands in the lock's queue.
    pub(crate) waits: Option<LOCKMODE>,
}

/// The table, which this process has to itself until this is dropped.
pub(crate) struct Table<'a> {
    locks: &'a [Lock],
    holders: &'a [Holder],
    waiters: &'a [Waiter],
    guard: *mut LWLock,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        // It fails if the lock is not held; then an ERROR has given it back.
        let _result = lwlock::release(self.guard);
    }
}

/// Entries of the array of locks, and of that of holders, for so many locks.
pub(super) fn sizes(locks: usize) -> Option<(usize, usize)> {
    Some((locks.checked_add(1)?, locks.checked_mul(2)?.checked_add(1)?))
}

/// Waits until this process has the table to itself.
///
/// # Errors
/// No shared memory yet; this process cannot wait.
pub(crate) fn open() -> Result<Table<'static>> {
    let segment = segment::get_or_error()?;
    // SAFETY: the array holds every fixed lock.
    let guard: *mut LWLock = unsafe { MainLWLockArray.get().add(LOCK_MANAGER_LWLOCK) }.cast();
    lwlock::acquire(guard, LW_EXCLUSIVE, Permit::of_this_process().as_ref())?;
    Ok(Table::of(segment, guard))
}

/// Whether the process of a place has got the lock that it was waiting for, or does not wait.
pub(crate) fn is_granted(process: usize) -> bool {
    let waiter = segment::get().and_then(|segment| segment.lock_waiters().get(process));
    // What whoever had the lock has written before is seen from here on.
    waiter.is_none_or(|waiter| waiter.granted.load(Acquire) != 0)
}

fn load(at: &AtomicU32) -> u32 {
    at.load(Relaxed)
}

fn store(at: &AtomicU32, value: u32) {
    at.store(value, Relaxed);
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(0)
}

/// A process as entries name it.
fn process_number(process: usize) -> u32 {
    number(process).saturating_add(1)
}

fn process_of(number: u32) -> usize {
    index(number.saturating_sub(1))
}

/// FNV-1a over the words.
fn hash(tag: &Tag) -> u32 {
    tag.iter().fold(0x811c_9dc5, |hash, word| {
        let mixed = (hash ^ word).wrapping_mul(0x0100_0193);
        mixed ^ mixed >> 15
    })
}

impl<'a> Table<'a> {
    fn of(segment: &'a Segment, guard: *mut LWLock) -> Self {
        Self {
            locks: segment.locks(),
            holders: segment.lock_holders(),
            waiters: segment.lock_waiters(),
            guard,
        }
    }

    fn lock(&self, number: Number) -> Option<&'a Lock> {
        self.locks.get(index(number)).filter(|_| number != 0)
    }

    fn holder(&self, number: Number) -> Option<&'a Holder> {
        self.holders.get(index(number)).filter(|_| number != 0)
    }

    fn bucket(&self, tag: &Tag) -> &'a AtomicU32 {
        static NOWHERE: AtomicU32 = AtomicU32::new(0);
        let at = index(hash(tag)) % self.locks.len().max(1);
        self.locks.get(at).map_or(&NOWHERE, |lock| &lock.bucket)
    }

    /// The lock of this tag, if anybody holds it or waits for it.
    pub(crate) fn find(&self, tag: &Tag) -> Option<Number> {
        let mut at = load(self.bucket(tag));
        for _ in 0..self.locks.len() {
            let lock = self.lock(at)?;
            if lock.tag.iter().map(load).eq(tag.iter().copied()) {
                return Some(at);
            }
            at = load(&lock.next);
        }
        None
    }

    /// The tag of a lock.
    pub(crate) fn tag(&self, lock: Number) -> Tag {
        let words = self.lock(lock).map(|lock| lock.tag.each_ref().map(load));
        words.unwrap_or_default()
    }

    /// The entry of a process at a lock, a new one if it has none; none: the table is full.
    pub(crate) fn join(&self, tag: &Tag, process: usize) -> Option<Entry> {
        let lock = match self.find(tag) {
            Some(lock) => lock,
            None => self.new_lock(tag)?,
        };
        let found = self
            .holders_of(lock)
            .find(|(_, holder)| load(&holder.process) == process_number(process));
        let holder = found.map(|(number, _)| number).or_else(|| self.new_holder(lock, process));
        if holder.is_none() {
            self.drop_if_unused(lock);
        }
        holder.map(|holder| Entry { lock, holder })
    }

    fn new_lock(&self, tag: &Tag) -> Option<Number> {
        let anchor = self.locks.first()?;
        let at = take(&anchor.next, &anchor.used, self.locks.len(), |at| {
            self.lock(at).map(|lock| load(&lock.next))
        })?;
        let lock = self.lock(at)?;
        for (place, word) in lock.tag.iter().zip(tag) {
            store(place, *word);
        }
        for field in [&lock.first_holder, &lock.last_holder, &lock.first_waiter, &lock.last_waiter]
        {
            store(field, 0);
        }
        for count in &lock.granted {
            store(count, 0);
        }
        let bucket = self.bucket(tag);
        store(&lock.next, load(bucket));
        store(bucket, at);
        Some(at)
    }

    fn new_holder(&self, lock: Number, process: usize) -> Option<Number> {
        let anchor = self.holders.first()?;
        let at = take(&anchor.next, &anchor.used, self.holders.len(), |at| {
            self.holder(at).map(|holder| load(&holder.next))
        })?;
        let (holder, of) = (self.holder(at)?, self.lock(lock)?);
        store(&holder.process, process_number(process));
        store(&holder.lock, lock);
        store(&holder.held, 0);
        store(&holder.next, 0);
        match self.holder(load(&of.last_holder)) {
            Some(last) => store(&last.next, at),
            None => store(&of.first_holder, at),
        }
        store(&of.last_holder, at);
        Some(at)
    }

    /// Gives an entry up if the process neither holds the lock nor waits for it, and the lock if
    /// nobody does.
    pub(crate) fn leave(&self, entry: Entry) {
        let Some(holder) = self.holder(entry.holder) else { return };
        let waits = self.waiters.get(process_of(load(&holder.process)));
        if load(&holder.held) != 0 || waits.is_some_and(|waits| load(&waits.lock) == entry.lock) {
            return;
        }
        let Some(lock) = self.lock(entry.lock) else { return };
        let before = self.holders_of(entry.lock).take_while(|(at, _)| *at != entry.holder).last();
        let next = load(&holder.next);
        match before {
            Some((_, before)) => store(&before.next, next),
            None => store(&lock.first_holder, next),
        }
        if next == 0 {
            store(&lock.last_holder, before.map_or(0, |(number, _)| number));
        }
        if let Some(anchor) = self.holders.first() {
            store(&holder.next, load(&anchor.next));
            store(&anchor.next, entry.holder);
        }
        self.drop_if_unused(entry.lock);
    }

    fn drop_if_unused(&self, at: Number) {
        let Some(lock) = self.lock(at).filter(|lock| load(&lock.first_holder) == 0) else { return };
        let bucket = self.bucket(&self.tag(at));
        let next = load(&lock.next);
        let mut place = bucket;
        for _ in 0..self.locks.len() {
            if load(place) == at {
                store(place, next);
                break;
            }
            let Some(other) = self.lock(load(place)) else { break };
            place = &other.next;
        }
        if let Some(anchor) = self.locks.first() {
            store(&lock.next, load(&anchor.next));
            store(&anchor.next, at);
        }
    }

    fn holders_of(&self, lock: Number) -> impl Iterator<Item = (Number, &'a Holder)> + use<'_, 'a> {
        let mut at = self.lock(lock).map_or(0, |lock| load(&lock.first_holder));
        let all = core::iter::from_fn(move || {
            let holder = self.holder(at)?;
            Some((core::mem::replace(&mut at, load(&holder.next)), holder))
        });
        all.take(self.holders.len())
    }

    /// All that hold a lock or wait for it, in the order in which they came.
    pub(crate) fn shares(&self, lock: Number) -> Vec<Share> {
        let share = |(_, holder): (Number, &Holder)| {
            let process = process_of(load(&holder.process));
            let waits = self.waiters.get(process).filter(|waits| load(&waits.lock) == lock);
            let waits = waits.map(|waits| load(&waits.mode).cast_signed());
            Share { process, held: load(&holder.held).cast_signed(), waits }
        };
        self.holders_of(lock).map(share).collect()
    }

    /// In which modes a process holds a lock.
    pub(crate) fn held(&self, entry: Entry) -> LOCKMASK {
        self.holder(entry.holder).map_or(0, |holder| load(&holder.held).cast_signed())
    }

    /// Whether others hold a lock in a mode that conflicts with this one.
    pub(crate) fn conflicts(&self, entry: Entry, mode: LOCKMODE) -> bool {
        let Some(lock) = self.lock(entry.lock) else { return false };
        let (against, own) = (conflicts_of(mode), self.held(entry));
        (0..).zip(&lock.granted).any(|(other, count)| {
            let mine = u32::from(own & bit(other) != 0);
            against & bit(other) != 0 && load(count) > mine
        })
    }

    /// Notes that a process has a lock.
    pub(crate) fn grant(&self, entry: Entry, mode: LOCKMODE) {
        self.count(entry, mode, |held| held | bit(mode), |count| count.saturating_add(1));
    }

    /// Notes that it does not have it any more, and wakes those who wait for that.
    pub(crate) fn give_back(&self, entry: Entry, mode: LOCKMODE) {
        self.count(entry, mode, |held| held & !bit(mode), |count| count.saturating_sub(1));
        self.wake(entry.lock);
        self.leave(entry);
    }

    fn count(
        &self,
        entry: Entry,
        mode: LOCKMODE,
        held: impl FnOnce(LOCKMASK) -> LOCKMASK,
        count: impl FnOnce(u32) -> u32,
    ) {
        let place = self.lock(entry.lock).zip(usize::try_from(mode).ok());
        let place = place.and_then(|(lock, mode)| lock.granted.get(mode));
        if let (Some(place), Some(holder)) = (place, self.holder(entry.holder)) {
            store(place, count(load(place)));
            store(&holder.held, held(load(&holder.held).cast_signed()).cast_unsigned());
        }
    }

    /// The process of a place.
    pub(crate) fn pid(&self, process: usize) -> i32 {
        segment::get().map_or(0, |segment| procs::pid_of(segment, process))
    }
}

/// Takes a free entry: one that was used before, or the next one that never was.
fn take(
    free: &AtomicU32,
    used: &AtomicU32,
    entries: usize,
    next: impl FnOnce(Number) -> Option<Number>,
) -> Option<Number> {
    let first = load(free);
    if first != 0 {
        store(free, next(first)?);
        return Some(first);
    }
    let fresh = load(used).checked_add(1).filter(|fresh| index(*fresh) < entries)?;
    store(used, fresh);
    Some(fresh)
}
