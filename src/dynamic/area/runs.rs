#![forbid(unsafe_code)]
//! The pages of one segment of an area: runs of free ones, by length, and runs that are taken.
//! Runs in: any process, under the area's lock.
//!
//! The first and the last page of a free run know its length, so that a run that is given back finds
//! its neighbours. Page 0 never is free: it is what is described here.

use core::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::dynamic::under_lock::UnderLock as _;

/// What a page is.
pub(super) const INSIDE: u32 = 0;
/// The first of a free run.
pub(super) const FREE: u32 = 1;
/// The last of a free run, if that is another one.
pub(super) const FREE_END: u32 = 2;
/// The first of a large object.
pub(super) const LARGE: u32 = 3;
/// The first of a block of small objects.
pub(super) const BLOCK: u32 = 4;
/// Another one of such a block.
pub(super) const BLOCK_PART: u32 = 5;

/// No page.
const NONE: u32 = 0;
/// Runs of 2^n to 2^(n+1) - 1 pages are in one list.
pub(super) const LISTS: usize = 32;

/// A page.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Page {
    pub(super) kind: AtomicU32,
    /// Pages of the run; of a block's other pages: how many are before.
    pub(super) len: AtomicU32,
    /// Of a free run: pages. Of a block: the blocks of its class before and after, as pointers.
    pub(super) before: AtomicU64,
    pub(super) after: AtomicU64,
    /// Of a block only: its class, how many objects are free, the first of those that were freed,
    /// and how many were ever used.
    pub(super) class: AtomicU16,
    pub(super) free: AtomicU16,
    pub(super) first: AtomicU16,
    pub(super) used: AtomicU16,
}

/// What stands before the pages' descriptions.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Head {
    /// Bytes of the segment.
    pub(super) size: AtomicU64,
    /// Pages, those with the descriptions included.
    pub(super) pages: AtomicU32,
    /// Pages that may be taken, and those of them that are not.
    pub(super) usable: AtomicU32,
    pub(super) free: AtomicU32,
    lists: [AtomicU32; LISTS],
}

/// The pages of a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runs<'a> {
    pub(super) head: &'a Head,
    pub(super) pages: &'a [Page],
}

fn list_of(len: u32) -> usize {
    usize::try_from(len.max(1).ilog2()).unwrap_or(0)
}

impl<'a> Runs<'a> {
    /// A page's description; none for a number that no page has.
    pub(super) fn page(&self, number: u32) -> Option<&'a Page> {
        self.pages.get(usize::try_from(number).ok()?)
    }

    /// All pages from `first` on are free. The memory was zeroed.
    pub(super) fn begin(&self, first: u32, count: u32) {
        self.head.usable.store(count, Relaxed);
        self.head.free.store(count, Relaxed);
        if count > 0 {
            self.enter(first, count);
        }
    }

    /// Is nothing of it taken?
    pub(super) fn is_unused(&self) -> bool {
        self.head.free.load(Relaxed) == self.head.usable.load(Relaxed)
    }

    fn enter(&self, start: u32, len: u32) {
        let Some(list) = self.head.lists.get(list_of(len)) else { return };
        let Some(page) = self.page(start) else { return };
        let next = list.put(start);
        page.kind.store(FREE, Relaxed);
        page.len.store(len, Relaxed);
        page.before.store(u64::from(NONE), Relaxed);
        page.after.store(u64::from(next), Relaxed);
        if let Some(next) = self.page(next).filter(|_| next != NONE) {
            next.before.store(u64::from(start), Relaxed);
        }
        if let Some(last) = self.page(start + (len - 1)).filter(|_| len > 1) {
            last.kind.store(FREE_END, Relaxed);
            last.len.store(len, Relaxed);
        }
    }

    /// Takes a free run off its list.
    fn leave(&self, page: &Page) {
        let link = |link: &AtomicU64| u32::try_from(link.load(Relaxed)).unwrap_or(NONE);
        let (before, after) = (link(&page.before), link(&page.after));
        if let Some(next) = self.page(after).filter(|_| after != NONE) {
            next.before.store(u64::from(before), Relaxed);
        }
        if let Some(previous) = self.page(before).filter(|_| before != NONE) {
            previous.after.store(u64::from(after), Relaxed);
        } else if let Some(list) = self.head.lists.get(list_of(page.len.load(Relaxed))) {
            list.store(after, Relaxed);
        }
    }

    /// The first free run of a list that is long enough.
    fn find(&self, list: &AtomicU32, wanted: u32) -> Option<(u32, &'a Page)> {
        let mut number = list.load(Relaxed);
        while number != NONE {
            let page = self.page(number)?;
            if page.len.load(Relaxed) >= wanted {
                return Some((number, page));
            }
            number = u32::try_from(page.after.load(Relaxed)).ok()?;
        }
        None
    }

    /// Takes a run of so many pages; its first one, whose kind the caller sets.
    pub(super) fn take(&self, wanted: u32) -> Option<u32> {
        let lists = self.head.lists.get(list_of(wanted)..)?;
        let (start, page) = lists.iter().find_map(|list| self.find(list, wanted))?;
        let len = page.len.load(Relaxed);
        self.leave(page);
        if let Some(last) = self.page(start + (len - 1)).filter(|_| len > 1) {
            last.kind.store(INSIDE, Relaxed);
        }
        page.kind.store(INSIDE, Relaxed);
        page.len.store(wanted, Relaxed);
        if len > wanted {
            self.enter(start + wanted, len - wanted);
        }
        self.head.free.lower(wanted);
        Some(start)
    }

    /// Gives a run back.
    pub(super) fn give(&self, start: u32) {
        let Some(page) = self.page(start) else { return };
        let (mut start, mut len) = (start, page.len.load(Relaxed));
        self.head.free.raise(len);
        page.kind.store(INSIDE, Relaxed);
        if let Some((before, its)) = self.run_before(start) {
            self.leave(its);
            let more = its.len.load(Relaxed);
            its.kind.store(INSIDE, Relaxed);
            if let Some(last) = self.page(start - 1) {
                last.kind.store(INSIDE, Relaxed);
            }
            (start, len) = (before, len + more);
        }
        let after = start.checked_add(len).and_then(|after| self.page(after));
        if let Some(its) = after.filter(|page| page.kind.load(Relaxed) == FREE) {
            self.leave(its);
            its.kind.store(INSIDE, Relaxed);
            len += its.len.load(Relaxed);
        }
        self.enter(start, len);
    }

    fn run_before(&self, start: u32) -> Option<(u32, &'a Page)> {
        let last = self.page(start.checked_sub(1)?)?;
        let before = match last.kind.load(Relaxed) {
            FREE => start - 1,
            FREE_END => start.checked_sub(last.len.load(Relaxed))?,
            _ => return None,
        };
        Some((before, self.page(before)?))
    }

    /// The longest free run's length, but for what is less than its double.
    pub(super) fn longest(&self) -> u32 {
        let last = self.head.lists.iter().rposition(|list| list.load(Relaxed) != NONE);
        last.map_or(0, |list| 1 << list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every page belongs to one run; free neighbours are one; lists hold all of them.
    fn check(runs: &Runs<'_>, first: u32, taken: &[(u32, u32)]) {
        let mut at = first;
        let mut free = 0;
        let mut after_free = false;
        let end = u32::try_from(runs.pages.len()).unwrap();
        while at < end {
            let page = runs.page(at).unwrap();
            let len = page.len.load(Relaxed);
            let is_free = page.kind.load(Relaxed) == FREE;
            assert_eq!(is_free, !taken.contains(&(at, len)), "page {at}");
            assert!(!(is_free && after_free), "two free runs at {at}");
            if is_free {
                free += len;
                let list = &runs.head.lists[list_of(len)];
                let mut one = list.load(Relaxed);
                while one != at {
                    assert_ne!(one, NONE, "run {at} is in no list");
                    one = u32::try_from(runs.page(one).unwrap().after.load(Relaxed)).unwrap();
                }
            }
            after_free = is_free;
            at += len;
        }
        assert_eq!(at, end);
        assert_eq!(free, runs.head.free.load(Relaxed));
    }

    fn zeroed() -> (Head, Vec<Page>) {
        let page = || Page {
            kind: AtomicU32::new(0),
            len: AtomicU32::new(0),
            before: AtomicU64::new(0),
            after: AtomicU64::new(0),
            class: AtomicU16::new(0),
            free: AtomicU16::new(0),
            first: AtomicU16::new(0),
            used: AtomicU16::new(0),
        };
        let head = Head {
            size: AtomicU64::new(0),
            pages: AtomicU32::new(200),
            usable: AtomicU32::new(0),
            free: AtomicU32::new(0),
            lists: [const { AtomicU32::new(0) }; LISTS],
        };
        (head, (0..200).map(|_| page()).collect())
    }

    #[test]
    fn runs_are_taken_given_back_and_made_one_again() {
        let (head, pages) = zeroed();
        let runs = Runs { head: &head, pages: &pages };
        runs.begin(3, 197);
        let mut taken: Vec<(u32, u32)> = Vec::new();
        let mut seed = 1u64;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u32::try_from((seed >> 33) % u64::from(below)).unwrap()
        };
        for _ in 0..10_000 {
            if next(2) == 0 {
                let wanted = 1 + next(20);
                if let Some(start) = runs.take(wanted) {
                    runs.page(start).unwrap().kind.store(LARGE, Relaxed);
                    taken.push((start, wanted));
                } else {
                    assert!(runs.longest() < wanted, "{wanted} of {}", runs.longest());
                }
            } else if !taken.is_empty() {
                let one = usize::try_from(next(u32::try_from(taken.len()).unwrap())).unwrap();
                runs.give(taken.swap_remove(one).0);
            }
            check(&runs, 3, &taken);
        }
        for (start, _) in taken.drain(..) {
            runs.give(start);
        }
        check(&runs, 3, &[]);
        assert!(runs.is_unused());
        assert_eq!(runs.take(197), Some(3));
        assert_eq!(runs.take(1), None);
    }
}
