#![forbid(unsafe_code)]
//! The postmaster's own memory of every worker, and the indexes that keep it from ever walking
//! through all of them on the way of a registration, a launch or an exit.
//! Runs in: postmaster.

use core::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::abi::bgworker::BackgroundWorker;
use crate::memory::apart;
use crate::registration::text::{self, Field};
use crate::sys::clock::{Instant, wall_micros};

use super::schedule::{Awaits, Ended};

/// A worker's number: the order of registration. The newest is started first.
pub(super) type Id = u64;

/// Where a registration came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Static,
    Dynamic,
}

/// What a worker is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Is to be started as soon as that is possible.
    Ready,
    /// Its start time has not come (and may never): [`Entry::awaits`].
    Waiting,
    /// Runs as this pid.
    Running(i32),
    /// Is started again at that moment.
    Delayed(Instant),
    /// Ended early too often; is started again only when somebody says so.
    Failed,
}

/// One worker.
#[derive(Clone)]
pub(super) struct Entry {
    /// Apart, as it is large: the entry is what changes with every start and end.
    pub(super) worker: Box<BackgroundWorker>,
    pub(super) origin: Origin,
    /// The library that asked for it (`shmem::requests::library_id`).
    pub(super) library: u64,
    pub(super) slot: usize,
    pub(super) generation: u64,
    pub(super) doing: Doing,
    /// Its end was asked for: SIGTERM was sent, and it is not started again.
    pub(super) terminate: bool,
    /// Whom to tell of its start and its end; 0 is nobody.
    pub(super) notify: i32,
    pub(super) starts: u64,
    /// When it was last started.
    pub(super) started: Option<Instant>,
    /// Early ends in a row (`schedule::Patience`).
    pub(super) early: u32,
    /// What its start waits for, as it was told last.
    pub(super) awaits: Awaits,
    pub(super) last_end: Option<LastEnd>,
    /// Since when it has been doing this, in microseconds of the wall clock.
    pub(super) since: i64,
}

/// How the last attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastEnd {
    Process(Ended),
    /// It could not be forked, for this reason.
    NotForked(nix::errno::Errno),
}

impl Entry {
    /// It lies where the roster does.
    pub(super) fn new(worker: BackgroundWorker, origin: Origin, library: u64) -> Self {
        let _apart = apart::enter();
        Self {
            worker: Box::new(worker),
            origin,
            library,
            slot: 0,
            generation: 0,
            doing: Doing::Ready,
            terminate: false,
            notify: 0,
            starts: 0,
            started: None,
            early: 0,
            awaits: Awaits::Nothing,
            last_end: None,
            since: wall_micros(),
        }
    }

    /// bgw_name.
    pub(super) fn name(&self) -> &[u8] {
        text::unbounded(&self.worker, Field::Name)
    }

    /// bgw_type.
    pub(super) fn kind(&self) -> &[u8] {
        text::unbounded(&self.worker, Field::Type)
    }

    /// What it waits for, in words, if that is all that keeps it from being started.
    pub(super) fn waits_for(&self) -> Option<&'static str> {
        self.awaits.words().filter(|_| self.doing == Doing::Waiting)
    }

    /// Its pid, if it runs.
    pub(super) fn pid(&self) -> Option<i32> {
        match self.doing {
            Doing::Running(pid) => Some(pid),
            Doing::Ready | Doing::Waiting | Doing::Delayed(_) | Doing::Failed => None,
        }
    }
}

/// Every worker. It lies in memory that children find empty.
#[derive(Default)]
pub(super) struct Roster {
    entries: BTreeMap<Id, Entry>,
    next: Id,
    by_slot: HashMap<usize, Id>,
    by_pid: HashMap<i32, Id>,
    ready: BTreeSet<Reverse<Id>>,
    /// When each delay is over.
    delayed: BTreeSet<(Instant, Id)>,
    /// Workers whose start and end a pid wants to hear of.
    notify: HashMap<i32, HashSet<Id>>,
}

impl Roster {
    pub(super) fn add(&mut self, entry: Entry) -> Id {
        let _apart = apart::enter();
        let id = self.next;
        self.next += 1;
        self.by_slot.insert(entry.slot, id);
        if entry.notify != 0 {
            self.notify.entry(entry.notify).or_default().insert(id);
        }
        let doing = entry.doing;
        self.entries.insert(id, entry);
        self.index(id, doing);
        id
    }

    pub(super) fn remove(&mut self, id: Id) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        self.unindex(id, entry.doing);
        if self.by_slot.get(&entry.slot) == Some(&id) {
            self.by_slot.remove(&entry.slot);
        }
        self.drop_notify(id, entry.notify);
        Some(entry)
    }

    pub(super) fn get(&self, id: Id) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// For changes to what is not indexed: not `doing`, `slot`, `notify`.
    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Entry> {
        self.entries.get_mut(&id)
    }

    /// Changes what a worker is doing.
    pub(super) fn set_doing(&mut self, id: Id, doing: Doing) {
        let _apart = apart::enter();
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let before = core::mem::replace(&mut entry.doing, doing);
        entry.since = wall_micros();
        self.unindex(id, before);
        self.index(id, doing);
    }

    pub(super) fn in_slot(&self, slot: usize) -> Option<Id> {
        self.by_slot.get(&slot).copied()
    }

    pub(super) fn with_pid(&self, pid: i32) -> Option<Id> {
        self.by_pid.get(&pid).copied()
    }

    /// The newest worker that is to be started.
    pub(super) fn next_ready(&self) -> Option<Id> {
        self.ready.first().map(|Reverse(id)| *id)
    }

    /// Processes that run.
    pub(super) fn running(&self) -> usize {
        self.by_pid.len()
    }

    pub(super) fn pids(&self) -> impl Iterator<Item = i32> + '_ {
        self.by_pid.keys().copied()
    }

    /// All, newest first.
    pub(super) fn ids(&self) -> Vec<Id> {
        self.entries.keys().rev().copied().collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// When the next delay is over.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.delayed.first().map(|&(at, _)| at)
    }

    /// A worker whose delay is over at `now`.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Id> {
        self.next_deadline().filter(|&at| at <= now)?;
        self.delayed.pop_first().map(|(_, id)| id)
    }

    /// A process is gone: nobody has to be told there any more.
    pub(super) fn forget_listener(&mut self, pid: i32) {
        for id in self.notify.remove(&pid).unwrap_or_default() {
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.notify = 0;
            }
        }
    }

    fn index(&mut self, id: Id, doing: Doing) {
        match doing {
            Doing::Ready => {
                self.ready.insert(Reverse(id));
            }
            Doing::Running(pid) => {
                self.by_pid.insert(pid, id);
            }
            Doing::Delayed(at) => {
                self.delayed.insert((at, id));
            }
            Doing::Waiting | Doing::Failed => {}
        }
    }

    fn unindex(&mut self, id: Id, doing: Doing) {
        match doing {
            Doing::Ready => {
                self.ready.remove(&Reverse(id));
            }
            Doing::Running(pid) => {
                self.by_pid.remove(&pid);
            }
            Doing::Delayed(at) => {
                self.delayed.remove(&(at, id));
            }
            Doing::Waiting | Doing::Failed => {}
        }
    }

    fn drop_notify(&mut self, id: Id, pid: i32) {
        if let Some(ids) = self.notify.get_mut(&pid) {
            ids.remove(&id);
            if ids.is_empty() {
                self.notify.remove(&pid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(slot: usize, notify: i32) -> Entry {
        let mut entry = Entry::new(BackgroundWorker::ZEROED, Origin::Dynamic, 0);
        entry.slot = slot;
        entry.notify = notify;
        entry
    }

    #[test]
    fn the_newest_is_started_first() {
        let mut roster = Roster::default();
        let ids: Vec<Id> = (0..3).map(|slot| roster.add(entry(slot, 0))).collect();
        assert_eq!(roster.next_ready(), Some(ids[2]));
        roster.set_doing(ids[2], Doing::Running(42));
        assert_eq!(roster.next_ready(), Some(ids[1]));
        assert_eq!(roster.with_pid(42), Some(ids[2]));
        assert_eq!(roster.ids(), [ids[2], ids[1], ids[0]]);
    }

    #[test]
    fn delays_end_in_order_and_leave_nothing_behind() {
        let mut roster = Roster::default();
        let at = Instant::from_nanos;
        let ids: Vec<Id> = (0..3).map(|slot| roster.add(entry(slot, 0))).collect();
        roster.set_doing(ids[0], Doing::Delayed(at(30)));
        roster.set_doing(ids[1], Doing::Delayed(at(20)));
        roster.set_doing(ids[2], Doing::Delayed(at(10)));
        roster.set_doing(ids[2], Doing::Delayed(at(40)));
        roster.remove(ids[1]);
        assert_eq!(roster.next_deadline(), Some(at(30)));
        assert_eq!(roster.take_due(at(29)), None);
        assert_eq!(roster.take_due(at(35)), Some(ids[0]));
        assert_eq!(roster.take_due(at(35)), None);
        assert_eq!(roster.take_due(at(40)), Some(ids[2]));
        assert_eq!(roster.next_deadline(), None);
        assert!(roster.delayed.is_empty());
    }

    #[test]
    fn a_listener_that_is_gone_is_forgotten() {
        let mut roster = Roster::default();
        let first = roster.add(entry(0, 7));
        let second = roster.add(entry(1, 7));
        roster.remove(first);
        roster.forget_listener(7);
        assert_eq!(roster.get(second).map(|e| e.notify), Some(0));
        assert!(roster.notify.is_empty());
    }

    #[test]
    fn removal_leaves_no_index_behind() {
        let mut roster = Roster::default();
        let id = roster.add(entry(5, 9));
        roster.set_doing(id, Doing::Running(1));
        assert!(roster.remove(id).is_some());
        assert_eq!((roster.in_slot(5), roster.with_pid(1)), (None, None));
        assert_eq!(roster.running(), 0);
        assert!(roster.remove(id).is_none());
    }
}
