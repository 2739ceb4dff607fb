#![forbid(unsafe_code)]
//! Who waits for a lock: its queue, which is fair as far as requests conflict.
//! Runs in: worker, which has the table to itself.

use core::sync::atomic::Ordering::Release;

use crate::abi::c::ProcNumber;
use crate::abi::lock::{LOCKMASK, LOCKMODE, bit, conflicts_of};
use crate::shmem::condition;

use super::{Entry, Number, Table, load, process_number, process_of, store};

impl Table<'_> {
    /// The places of those who wait for a lock, in the order of its queue, with the modes.
    pub(crate) fn queue(&self, lock: Number) -> Vec<(usize, LOCKMODE)> {
        let mut at = self.lock(lock).map_or(0, |lock| load(&lock.first_waiter));
        let next = || {
            let process = process_of(at);
            let waiter = self.waiters.get(process).filter(|_| at != 0)?;
            at = load(&waiter.next);
            Some((process, load(&waiter.mode).cast_signed()))
        };
        core::iter::from_fn(next).take(self.waiters.len()).collect()
    }

    /// The modes that others wait for.
    pub(crate) fn waited_for(&self, lock: Number) -> LOCKMASK {
        self.queue(lock).iter().fold(0, |mask, (_, mode)| mask | bit(*mode))
    }

    /// Puts a process into a lock's queue, before another one or at the end.
    pub(crate) fn enqueue(
        &self,
        entry: Entry,
        process: usize,
        mode: LOCKMODE,
        before: Option<usize>,
    ) {
        let Some(waiter) = self.waiters.get(process) else { return };
        store(&waiter.lock, entry.lock);
        store(&waiter.holder, entry.holder);
        store(&waiter.mode, mode.cast_unsigned());
        store(&waiter.granted, 0);
        let mut order: Vec<usize> = self.queue(entry.lock).iter().map(|(at, _)| *at).collect();
        let at = before.and_then(|before| order.iter().position(|other| *other == before));
        order.insert(at.unwrap_or(order.len()), process);
        self.arrange(entry.lock, &order);
    }

    /// Gives a lock's queue another order.
    pub(crate) fn arrange(&self, lock: Number, order: &[usize]) {
        let Some(lock) = self.lock(lock) else { return };
        let numbers: Vec<u32> = order.iter().map(|process| process_number(*process)).collect();
        store(&lock.first_waiter, numbers.first().copied().unwrap_or(0));
        store(&lock.last_waiter, numbers.last().copied().unwrap_or(0));
        let before = core::iter::once(0).chain(numbers.iter().copied());
        let after = numbers.iter().copied().skip(1).chain(core::iter::once(0));
        for ((process, previous), next) in order.iter().zip(before).zip(after) {
            if let Some(waiter) = self.waiters.get(*process) {
                store(&waiter.previous, previous);
                store(&waiter.next, next);
            }
        }
    }

    /// The lock for which a process waits.
    pub(crate) fn awaited(&self, process: usize) -> Option<(Entry, LOCKMODE)> {
        let waiter = self.waiters.get(process).filter(|waiter| load(&waiter.lock) != 0)?;
        let entry = Entry { lock: load(&waiter.lock), holder: load(&waiter.holder) };
        Some((entry, load(&waiter.mode).cast_signed()))
    }

    /// How many processes there can be.
    pub(crate) fn processes(&self) -> usize {
        self.waiters.len()
    }

    /// Takes a process out of the queue in which it stands, without the lock; those behind it may
    /// get theirs.
    pub(crate) fn give_up(&self, process: usize) {
        if let Some((entry, _)) = self.awaited(process) {
            self.dequeue(process);
            self.wake(entry.lock);
            self.leave(entry);
        }
    }

    fn dequeue(&self, process: usize) {
        let Some(waiter) = self.waiters.get(process) else { return };
        let at = load(&waiter.lock);
        let (previous, next) = (load(&waiter.previous), load(&waiter.next));
        for field in [&waiter.lock, &waiter.previous, &waiter.next] {
            store(field, 0);
        }
        let Some(lock) = self.lock(at) else { return };
        let neighbour = |number: u32| self.waiters.get(process_of(number)).filter(|_| number != 0);
        match neighbour(previous) {
            Some(before) => store(&before.next, next),
            None => store(&lock.first_waiter, next),
        }
        match neighbour(next) {
            Some(after) => store(&after.previous, previous),
            None => store(&lock.last_waiter, previous),
        }
    }

    /// Gives a lock to those who wait for it and can have it: nobody overtakes one whose request
    /// conflicts with his.
    pub(crate) fn wake(&self, lock: Number) {
        let mut ahead = 0;
        for (process, mode) in self.queue(lock) {
            let Some((entry, _)) = self.awaited(process) else { continue };
            if conflicts_of(mode) & ahead != 0 || self.conflicts(entry, mode) {
                ahead |= bit(mode);
                continue;
            }
            self.grant(entry, mode);
            self.dequeue(process);
            if let Some(waiter) = self.waiters.get(process) {
                waiter.granted.store(1, Release);
            }
            condition::wake(ProcNumber::try_from(process).unwrap_or(-1));
        }
    }
}
