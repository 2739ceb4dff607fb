#![forbid(unsafe_code)]
//! The locks that this process has, how often, and for which owners.
//! Runs in: worker.

use core::cell::RefCell;
use core::mem::ManuallyDrop;
use std::collections::BTreeMap;

use crate::abi::lock::{LOCKMODE, LOCKTAG};
use crate::shmem::lock_table::Entry;

/// The owner of what belongs to the session.
pub(super) const SESSION: usize = 0;

/// A lock in a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) tag: LOCKTAG,
    pub(super) mode: LOCKMODE,
}

struct Held {
    entry: Entry,
    /// Owners, by address, and how often each has it; never none.
    owners: Vec<(usize, u64)>,
}

thread_local! {
    // Without a destructor: exit callbacks may look at it.
    static HELD: RefCell<ManuallyDrop<BTreeMap<Key, Held>>> =
        const { RefCell::new(ManuallyDrop::new(BTreeMap::new())) };
}

fn held<T>(look: impl FnOnce(&mut BTreeMap<Key, Held>) -> T) -> T {
    HELD.with(|held| look(&mut held.borrow_mut()))
}

fn count_up(owners: &mut Vec<(usize, u64)>, owner: usize, by: u64) {
    match owners.iter_mut().find(|(other, _)| *other == owner) {
        Some((_, count)) => *count = count.saturating_add(by),
        None => owners.push((owner, by)),
    }
}

/// Nothing is held.
pub(super) fn is_empty() -> bool {
    held(|held| held.is_empty())
}

/// Is it held?
pub(super) fn has(key: &Key) -> bool {
    held(|held| held.contains_key(key))
}

/// Its entry of the shared table, if it is held.
pub(super) fn entry(key: &Key) -> Option<Entry> {
    held(|held| held.get(key).map(|one| one.entry))
}

/// Once more for an owner, if it is held at all.
pub(super) fn add_if_held(key: &Key, owner: usize) -> bool {
    held(|held| held.get_mut(key).map(|one| count_up(&mut one.owners, owner, 1)).is_some())
}

/// It is held from now on.
pub(super) fn add(key: Key, entry: Entry, owner: usize) {
    held(|held| held.insert(key, Held { entry, owners: vec![(owner, 1)] }));
}

/// What taking one off has left.
pub(super) enum Removed {
    /// The owner does not have it.
    Nothing,
    /// It is held still.
    One,
    /// It is not held any more.
    Last(Entry),
}

/// Once less for an owner.
pub(super) fn remove(key: &Key, owner: usize) -> Removed {
    held(|held| {
        let Some(one) = held.get_mut(key) else { return Removed::Nothing };
        let Some(at) = one.owners.iter().rposition(|(other, _)| *other == owner) else {
            return Removed::Nothing;
        };
        if let Some((_, count)) = one.owners.get_mut(at) {
            *count -= 1;
            if *count == 0 {
                one.owners.swap_remove(at);
            }
        }
        if !one.owners.is_empty() {
            return Removed::One;
        }
        held.remove(key).map_or(Removed::Nothing, |one| Removed::Last(one.entry))
    })
}

/// Takes what some owners have of some locks off the list; the locks that nobody has any more.
pub(super) fn take(which: impl Fn(&Key, usize) -> bool) -> Vec<(Key, Entry)> {
    let mut taken = Vec::new();
    held(|held| {
        held.retain(|key, one| {
            one.owners.retain(|(owner, _)| !which(key, *owner));
            if one.owners.is_empty() {
                taken.push((*key, one.entry));
            }
            !one.owners.is_empty()
        });
    });
    taken
}

/// What one owner has is another one's from now on.
pub(super) fn hand_over(from: usize, to: usize) {
    held(|held| {
        for one in held.values_mut() {
            if let Some(at) = one.owners.iter().position(|(owner, _)| *owner == from) {
                let (_, count) = one.owners.swap_remove(at);
                count_up(&mut one.owners, to, count);
            }
        }
    });
}
