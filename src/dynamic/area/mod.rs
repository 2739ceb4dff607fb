//! Areas: memory of dynamic segments that is given out in pieces, to any process that has the area
//! (utils/dsa.h).
//! Runs in: worker and backend; postmaster while libraries set up shared memory.
//!
//! A pointer is a segment's number and a place in it. Segments are added as they are needed and
//! removed when nothing of them is in use; each process maps those that it meets. One lock guards
//! an area: `control` is what is under it, `runs` the pages of a segment, `blocks` small objects in
//! pages, `maps` the segments of this process.

mod blocks;
mod classes;
mod control;
mod life;
mod maps;
mod runs;

use core::cell::{Cell, UnsafeCell};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::abi::c::{ResourceOwner, dsm_handle};
use crate::abi::lwlock::{LW_EXCLUSIVE, LWLock};
use crate::abi::palloc::MaxAllocSize;
use crate::error::{Raised, Report, Result, SqlState};

use super::guard::{self, Guard};
use super::table::internal;

pub(crate) use control::minimum;
use control::{Control, MOST_SEGMENTS, OFFSET_BITS, PAGE};
pub(crate) use life::{
    Sizes, attach, attach_in_place, create, create_in_place, detach, pin_mapping, release_in_place,
};
use maps::Map;

/// `dsa_pointer`: 0 is none.
pub(crate) type Pointer = u64;

/// `dsa_allocate_extended`: more than a gigabyte; NULL if there is no memory; zeroed.
pub(crate) const HUGE: i32 = 1;
pub(crate) const NO_OOM: i32 = 2;
pub(crate) const ZERO: i32 = 4;

/// `dsa_area`: an area as this process has it, in a memory context.
#[derive(Debug)]
pub(crate) struct Area {
    control: NonNull<Control>,
    /// Who has the segments; null: the process, until its end.
    owner: Cell<ResourceOwner>,
    /// What `Control::removed` was when this process last looked.
    removed: Cell<u64>,
    maps: [Cell<Map>; MOST_SEGMENTS],
}

fn pointer(segment: usize, offset: usize) -> Pointer {
    let number = |n: usize| u64::try_from(n).unwrap_or(0);
    number(segment) << OFFSET_BITS | number(offset)
}

/// The segment's number, and the place in it.
fn parts(pointer: Pointer) -> (usize, usize) {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    (number(pointer >> OFFSET_BITS), number(pointer & ((1 << OFFSET_BITS) - 1)))
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn to_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cold]
fn wrong_size(bytes: usize) -> Raised {
    internal(&format!("invalid DSA memory alloc request size {bytes}"))
}

/// What is said when there is no memory for so many bytes.
#[cold]
pub(crate) fn out_of_memory(bytes: usize) -> Raised {
    Report::error(SqlState::OUT_OF_MEMORY, "out of memory")
        .with_detail(format!("Failed on DSA request of size {bytes}."))
        .into()
}

impl Control {
    fn lock(lock: &UnsafeCell<LWLock>) -> Result<Guard> {
        guard::take(lock.get(), LW_EXCLUSIVE)
    }
}

impl Area {
    fn control(&self) -> &Control {
        // SAFETY: the first segment is mapped as long as the process has the area, and the control
        // is made of atomics and a lock.
        unsafe { self.control.as_ref() }
    }

    /// Locks the area, and lets go of segments that others have removed.
    #[inline]
    fn locked(&self) -> Result<Guard> {
        let guard = Control::lock(&self.control().lock)?;
        self.drop_removed()?;
        Ok(guard)
    }

    /// `dsa_allocate_extended`. `Ok(0)`: there is no memory, and the caller did not want an ERROR.
    ///
    /// # Errors
    /// Out of memory, or a size that no object may have.
    pub(crate) fn allocate(&self, bytes: usize, flags: i32) -> Result<Pointer> {
        let most = if flags & HUGE != 0 { usize::MAX / 2 } else { MaxAllocSize };
        if bytes > most {
            return Err(wrong_size(bytes));
        }
        let guard = self.locked()?;
        let found = if bytes > classes::LARGEST {
            self.allocate_large(bytes)?
        } else {
            self.allocate_small(classes::of(bytes))?
        };
        drop(guard);
        let Some(found) = found else {
            return if flags & NO_OOM != 0 { Ok(0) } else { Err(out_of_memory(bytes)) };
        };
        if flags & ZERO != 0 {
            let address = self.address(found)?;
            // SAFETY: the object is the caller's alone, and so long.
            unsafe { address.write_bytes(0, bytes) };
        }
        Ok(found)
    }

    fn allocate_large(&self, bytes: usize) -> Result<Option<Pointer>> {
        let Ok(pages) = u32::try_from(bytes.div_ceil(PAGE)) else { return Ok(None) };
        let Some((segment, start)) = self.take_pages(pages)? else { return Ok(None) };
        if let Some(page) = self.runs(segment)?.page(start) {
            page.kind.store(runs::LARGE, Relaxed);
        }
        Ok(Some(page_pointer(segment, start)))
    }

    /// Takes a run of pages, of a new segment if need be: the segment's number, and the first page.
    fn take_pages(&self, pages: u32) -> Result<Option<(usize, u32)>> {
        let highest = usize::try_from(self.control().highest.load(Relaxed)).unwrap_or(0);
        for segment in 0..=highest {
            // A run may be nearly twice as long as that.
            let hint = self.hint(segment).map_or(0, |hint| hint.load(Relaxed));
            if hint == 0 || hint.saturating_mul(2) <= pages {
                continue;
            }
            let runs = self.runs(segment)?;
            let start = runs.take(pages);
            self.set_hint(segment, runs.longest());
            if let Some(start) = start {
                return Ok(Some((segment, start)));
            }
        }
        let Some(segment) = self.add_segment(pages)? else { return Ok(None) };
        let runs = self.runs(segment)?;
        let start = runs.take(pages);
        self.set_hint(segment, runs.longest());
        Ok(start.map(|start| (segment, start)))
    }

    /// Gives a run of pages back; a segment with nothing else in it goes, unless it is the first.
    fn give_pages(&self, segment: usize, start: u32) -> Result<()> {
        let runs = self.runs(segment)?;
        runs.give(start);
        if segment != 0 && runs.is_unused() {
            return self.remove_segment(segment);
        }
        self.set_hint(segment, runs.longest());
        Ok(())
    }

    fn hint(&self, segment: usize) -> Option<&AtomicU32> {
        self.control().longest.get(segment)
    }

    fn set_hint(&self, segment: usize, longest: u32) {
        if let Some(hint) = self.hint(segment) {
            hint.store(longest, Relaxed);
        }
    }

    /// `dsa_free`.
    ///
    /// # Errors
    /// The object is in a segment that is not there, or there is none at this place.
    pub(crate) fn free(&self, object: Pointer) -> Result<()> {
        let _guard = self.locked()?;
        let (segment, offset) = parts(object);
        let number = u32::try_from(offset / PAGE).unwrap_or(u32::MAX);
        let runs = self.runs(segment)?;
        let page = runs.page(number);
        match page.map_or(runs::INSIDE, |page| page.kind.load(Relaxed)) {
            runs::LARGE if offset % PAGE == 0 => self.give_pages(segment, number),
            runs::BLOCK => self.free_small(segment, number, offset),
            runs::BLOCK_PART => {
                let before = page.map_or(0, |page| page.len.load(Relaxed));
                self.free_small(segment, number.saturating_sub(before), offset)
            }
            _ => Err(no_object(object)),
        }
    }

    /// `dsa_get_address`: where an object is in this process, whose pages are mapped if they are not
    /// yet. Null for no object.
    ///
    /// # Errors
    /// Its segment is not there.
    #[inline]
    pub(crate) fn address(&self, object: Pointer) -> Result<*mut u8> {
        if object == 0 {
            return Ok(core::ptr::null_mut());
        }
        // Whoever has the pointer knows of what was removed before the object was made.
        if self.removed.get() != self.control().removed.load(core::sync::atomic::Ordering::Acquire)
        {
            self.catch_up()?;
        }
        let (segment, offset) = parts(object);
        Ok(self.base(segment)?.as_ptr().wrapping_add(offset))
    }

    #[cold]
    fn catch_up(&self) -> Result<()> {
        self.locked().map(drop)
    }

    /// `dsa_get_handle`.
    pub(crate) fn handle(&self) -> dsm_handle {
        self.control().handle.load(Relaxed)
    }

    /// `dsa_get_total_size`: bytes of all segments.
    ///
    /// # Errors
    /// The lock is not to be had.
    pub(crate) fn total(&self) -> Result<usize> {
        let _guard = Control::lock(&self.control().lock)?;
        Ok(to_usize(self.control().total.load(Relaxed)))
    }

    /// `dsa_set_size_limit`: what they may become.
    ///
    /// # Errors
    /// The lock is not to be had.
    pub(crate) fn set_limit(&self, limit: usize) -> Result<()> {
        let _guard = Control::lock(&self.control().lock)?;
        self.control().limit.store(to_u64(limit), Relaxed);
        Ok(())
    }

    /// `dsa_pin`: the area stays when no process has it.
    ///
    /// # Errors
    /// It does already.
    pub(crate) fn pin(&self) -> Result<()> {
        let _guard = Control::lock(&self.control().lock)?;
        if self.control().is_pinned.swap(1, Relaxed) != 0 {
            return Err(internal("dsa_area already pinned"));
        }
        self.control().references.fetch_add(1, Relaxed);
        Ok(())
    }

    /// `dsa_unpin`.
    ///
    /// # Errors
    /// It was not pinned.
    pub(crate) fn unpin(&self) -> Result<()> {
        let _guard = Control::lock(&self.control().lock)?;
        if self.control().is_pinned.swap(0, Relaxed) == 0 {
            return Err(internal("dsa_area not pinned"));
        }
        self.control().references.fetch_sub(1, Relaxed);
        Ok(())
    }

    /// `dsa_dump`, as text.
    ///
    /// # Errors
    /// The lock is not to be had, a segment not to be mapped.
    pub(crate) fn describe(&self) -> Result<String> {
        use core::fmt::Write as _;

        let _guard = self.locked()?;
        let control = self.control();
        let mut text = format!(
            "dsa_area handle {:x}:\n  max_total_segment_size: {}\n  total_segment_size: {}\n  \
             refcnt: {}\n  pinned: {}\n  segments:\n",
            control.handle.load(Relaxed),
            control.limit.load(Relaxed),
            control.total.load(Relaxed),
            control.references.load(Relaxed),
            if control.is_pinned.load(Relaxed) != 0 { 't' } else { 'f' },
        );
        let highest = usize::try_from(control.highest.load(Relaxed)).unwrap_or(0);
        for segment in (0..=highest).filter(|segment| self.is_there(*segment)) {
            let head = self.runs(segment)?.head;
            let (usable, free) = (head.usable.load(Relaxed), head.free.load(Relaxed));
            let base = self.base(segment)?;
            // Writing to a string cannot fail.
            let _written = writeln!(
                text,
                "    segment index {segment}, usable_pages = {usable}, free_pages = {free}, \
                 mapped at {base:p}"
            );
        }
        text.push_str("  pools:\n");
        for class in 0..classes::COUNT {
            let (blocks, free) = self.count_free(class)?;
            if blocks > 0 {
                let size = classes::size(class);
                let _written = writeln!(
                    text,
                    "    object size {size} bytes: {blocks} blocks with {free} free objects"
                );
            }
        }
        Ok(text)
    }
}

fn page_pointer(segment: usize, page: u32) -> Pointer {
    pointer(segment, usize::try_from(page).unwrap_or(0).saturating_mul(PAGE))
}

#[cold]
fn no_object(object: Pointer) -> Raised {
    internal(&format!("dsa_free: no object at {object:016x}"))
}
