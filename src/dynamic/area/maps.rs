//! The segments of an area that this process has mapped.
//! Runs in: worker and backend; postmaster while libraries set up shared memory.

use core::cell::Cell;
use core::mem::size_of;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::Ordering::{Relaxed, Release};

use crate::abi::c::ResourceOwner;
use crate::abi::variables::CurrentResourceOwner;
use crate::error::Result;

use super::control::{MOST_SEGMENTS, PAGE, before_head, pages_of, size_of_new};
use super::runs::{Head, Page, Runs};
use super::{Area, internal, to_u64, to_usize};
use crate::dynamic::segments::{self, Segment};

/// A segment as it is mapped; nulls: it is not. The first one has no segment if the area lies in
/// somebody's memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map {
    pub(super) base: *mut u8,
    pub(super) segment: *mut Segment,
}

impl Map {
    pub(super) const NONE: Self = Self { base: ptr::null_mut(), segment: ptr::null_mut() };

    pub(super) fn segment(&self) -> Option<NonNull<Segment>> {
        NonNull::new(self.segment)
    }
}

/// Does something with what it makes owned by the area's owner.
fn with_owner<T>(owner: ResourceOwner, action: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = CurrentResourceOwner.replace(owner);
    let done = action();
    CurrentResourceOwner.set(before);
    done
}

/// The pages of a segment at an address.
///
/// # Safety
/// A segment that was begun, which stays mapped as long as the result is used.
unsafe fn runs_at<'a>(base: NonNull<u8>, number: usize) -> Runs<'a> {
    // SAFETY: a segment has room for it.
    let head = unsafe { base.add(before_head(number)) }.cast::<Head>();
    // SAFETY: it is made of atomics.
    let head: &Head = unsafe { head.as_ref() };
    let pages = usize::try_from(head.pages.load(Relaxed)).unwrap_or(0);
    let first: *const Page = ptr::from_ref(head).wrapping_add(1).cast();
    // SAFETY: the descriptions of all pages follow the head, and are made of atomics.
    Runs { head, pages: unsafe { slice::from_raw_parts(first, pages) } }
}

/// Begins a segment: all but what describes it is free. False: it has no room.
///
/// # Safety
/// So many bytes that nobody else uses, with the control before the head in the first one.
pub(super) unsafe fn begin(base: NonNull<u8>, number: usize, bytes: usize) -> bool {
    let Some((pages, describing)) = pages_of(number, bytes) else { return false };
    let len = usize::try_from(describing).unwrap_or(0) * PAGE - before_head(number);
    debug_assert!(len >= size_of::<Head>());
    // SAFETY: within the segment.
    let head = unsafe { base.add(before_head(number)) };
    // SAFETY: the same; all zeros are a valid head and valid pages.
    unsafe { head.write_bytes(0, len) };
    // SAFETY: just zeroed, and large enough.
    let fixed = unsafe { head.cast::<Head>().as_ref() };
    fixed.size.store(to_u64(bytes), Relaxed);
    fixed.pages.store(pages, Relaxed);
    // SAFETY: just begun.
    unsafe { runs_at(base, number) }.begin(describing, pages - describing);
    true
}

impl Area {
    pub(super) fn map(&self, number: usize) -> Option<&Cell<Map>> {
        self.maps.get(number)
    }

    fn set_map(&self, number: usize, segment: NonNull<Segment>) -> Result<NonNull<u8>> {
        // SAFETY: a segment of this process.
        let mapping = unsafe { segment.as_ref() }.mapping();
        let (Some((base, _)), Some(map)) = (mapping, self.map(number)) else {
            return Err(internal("dsa_area could not attach to segment"));
        };
        map.set(Map { base: base.as_ptr(), segment: segment.as_ptr() });
        Ok(base)
    }

    /// Is there a segment of this number?
    pub(super) fn is_there(&self, number: usize) -> bool {
        let handle = self.control().handles.get(number);
        number == 0 || handle.is_some_and(|handle| handle.load(Relaxed) != 0)
    }

    /// Where a segment is in this process; it is mapped if it is not yet.
    ///
    /// # Errors
    /// There is none, or it could not be mapped.
    #[inline]
    pub(super) fn base(&self, number: usize) -> Result<NonNull<u8>> {
        let known = self.map(number).and_then(|map| NonNull::new(map.get().base));
        known.map_or_else(|| self.map_segment(number), Ok)
    }

    #[cold]
    fn map_segment(&self, number: usize) -> Result<NonNull<u8>> {
        let handle = self.control().handles.get(number).map_or(0, |handle| handle.load(Relaxed));
        if handle == 0 {
            return Err(internal("dsa_area could not attach to a segment that has been freed"));
        }
        let segment = with_owner(self.owner.get(), || segments::attach(handle))?;
        let segment = segment.ok_or_else(|| internal("dsa_area could not attach to segment"))?;
        self.set_map(number, segment)
    }

    /// The pages of a segment; under the lock.
    pub(super) fn runs(&self, number: usize) -> Result<Runs<'_>> {
        let base = self.base(number)?;
        // SAFETY: a segment of the area, which is unmapped under the lock only.
        Ok(unsafe { runs_at(base, number) })
    }

    /// Adds a segment with at least so many free pages; none: there may be no more. Under the lock.
    ///
    /// # Errors
    /// The memory is not to be had.
    pub(super) fn add_segment(&self, pages: u32) -> Result<Option<usize>> {
        let control = self.control();
        let number = control.handles.iter().skip(1).position(|h| h.load(Relaxed) == 0);
        let Some(number) = number.map(|place| place + 1) else { return Ok(None) };
        let total = control.total.load(Relaxed);
        let left = to_usize(control.limit.load(Relaxed).saturating_sub(total));
        let initial = to_usize(control.initial.load(Relaxed));
        let largest = to_usize(control.largest.load(Relaxed));
        let Some(bytes) = size_of_new(number, pages, initial, largest, left) else {
            return Ok(None);
        };
        let segment = with_owner(self.owner.get(), || segments::create(bytes))?;
        let segment = segment.ok_or_else(segments::too_many)?;
        // SAFETY: just made.
        let made = unsafe { segment.as_ref() };
        let base = made.pin().and_then(|()| self.set_map(number, segment))?;
        // SAFETY: nobody else knows of it.
        if !unsafe { begin(base, number, bytes) } {
            return Ok(None);
        }
        if let (Some(handle), Ok(number)) = (control.handles.get(number), u32::try_from(number)) {
            handle.store(made.handle(), Release);
            control.highest.fetch_max(number, Relaxed);
        }
        control.total.fetch_add(to_u64(bytes), Relaxed);
        Ok(Some(number))
    }

    /// Removes a segment that nothing uses; other processes let go of it when they look. Under the
    /// lock.
    ///
    /// # Errors
    /// The table of segments is not to be had.
    pub(super) fn remove_segment(&self, number: usize) -> Result<()> {
        let control = self.control();
        let bytes = self.runs(number)?.head.size.load(Relaxed);
        let Some(handle) = control.handles.get(number) else { return Ok(()) };
        let old = handle.swap(0, Relaxed);
        control.total.fetch_sub(bytes, Relaxed);
        control.removed.fetch_add(1, Release);
        self.set_hint(number, 0);
        segments::unpin(old)?;
        self.drop_map(number)
    }

    fn drop_map(&self, number: usize) -> Result<()> {
        let map = self.map(number).map_or(Map::NONE, |map| map.replace(Map::NONE));
        let Some(segment) = map.segment() else { return Ok(()) };
        // SAFETY: this process's, and nobody finds it here any more.
        unsafe { segments::detach(segment) }
    }

    /// Lets go of segments that others have removed; under the lock.
    ///
    /// # Errors
    /// The table of segments is not to be had.
    #[inline]
    pub(super) fn drop_removed(&self) -> Result<()> {
        let removed = self.control().removed.load(Relaxed);
        if self.removed.get() == removed { Ok(()) } else { self.drop_them(removed) }
    }

    #[cold]
    fn drop_them(&self, removed: u64) -> Result<()> {
        self.removed.set(removed);
        for number in 1..MOST_SEGMENTS {
            let Some(segment) = self.map(number).and_then(|map| map.get().segment()) else {
                continue;
            };
            let now = self.control().handles.get(number).map_or(0, |h| h.load(Relaxed));
            // SAFETY: a segment of this process.
            if unsafe { segment.as_ref() }.handle() != now {
                self.drop_map(number)?;
            }
        }
        Ok(())
    }

    /// The segments that this process has, the first one last.
    pub(super) fn mapped(&self) -> impl Iterator<Item = NonNull<Segment>> {
        self.maps.iter().rev().filter_map(|map| map.get().segment())
    }
}
