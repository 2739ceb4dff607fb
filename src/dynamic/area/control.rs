//! What all processes share of an area, at the start of its first segment (utils/dsa.h).
//! Runs in: any process.

use core::cell::UnsafeCell;
use core::mem::size_of;
use core::sync::atomic::{AtomicU32, AtomicU64};

use crate::abi::lwlock::LWLock;

use super::classes;
use super::runs::{Head, Page};

/// Segments that an area may have.
pub(crate) const MOST_SEGMENTS: usize = 1024;
/// Bytes of a page.
pub(super) const PAGE: usize = 4096;
/// Segments of each size, before they are twice as large.
const OF_EACH_SIZE: u32 = 2;
/// Bits of a pointer that are the place in its segment; those above are the segment's number.
pub(super) const OFFSET_BITS: u32 = 40;
/// Most bytes of a segment.
const MOST_BYTES: usize = 1 << OFFSET_BITS;

/// What an area begins with.
pub(super) const MAGIC: u32 = 0x7062_6461;

/// The area. But for `references`, all is changed under the lock only.
#[repr(C)]
pub(super) struct Control {
    pub(super) magic: AtomicU32,
    /// The first segment's, by which others attach the area; 0: it lies in somebody's memory.
    pub(super) handle: AtomicU32,
    pub(super) lock: UnsafeCell<LWLock>,
    pub(super) references: AtomicU32,
    pub(super) is_pinned: AtomicU32,
    /// The highest number that a segment had.
    pub(super) highest: AtomicU32,
    /// Counts the segments that were removed.
    pub(super) removed: AtomicU64,
    /// Bytes of all segments, and what they may become.
    pub(super) total: AtomicU64,
    pub(super) limit: AtomicU64,
    /// Bytes of the first segments, and of the largest.
    pub(super) initial: AtomicU64,
    pub(super) largest: AtomicU64,
    /// For each class of small objects, the first block that has a free one.
    pub(super) classes: [AtomicU64; classes::COUNT],
    /// Handles of the segments; 0: there is none.
    pub(super) handles: [AtomicU32; MOST_SEGMENTS],
    /// Of each, what `Runs::longest` said last.
    pub(super) longest: [AtomicU32; MOST_SEGMENTS],
}

/// Bytes before the head of a segment.
pub(super) fn before_head(number: usize) -> usize {
    if number == 0 { size_of::<Control>() } else { 0 }
}

/// Pages that describe a segment of so many.
fn describing(number: usize, pages: usize) -> Option<usize> {
    let fixed = before_head(number) + size_of::<Head>();
    let bytes = pages.checked_mul(size_of::<Page>())?.checked_add(fixed)?;
    Some(bytes.div_ceil(PAGE))
}

/// Pages of a segment of so many bytes: all, and how many of them describe it; none if they have no
/// room.
pub(super) fn pages_of(number: usize, bytes: usize) -> Option<(u32, u32)> {
    let pages = bytes / PAGE;
    let describing = describing(number, pages).filter(|describing| *describing <= pages)?;
    Some((u32::try_from(pages).ok()?, u32::try_from(describing).ok()?))
}

/// `dsa_minimum_size`: the least memory that an area can be made in.
pub(crate) fn minimum() -> usize {
    (1..).find_map(|pages| pages_of(0, pages * PAGE).map(|_| pages * PAGE)).unwrap_or(usize::MAX)
}

/// How large the new segment of a number is to be that has at least so many free pages; none: it may
/// not be made. Two of each size, then twice as large, as PostgreSQL's, unless more is wanted.
pub(super) fn size_of_new(
    number: usize,
    wanted: u32,
    initial: usize,
    largest: usize,
    left: usize,
) -> Option<usize> {
    let doublings = u32::try_from(number).ok()? / OF_EACH_SIZE;
    let usual = initial.checked_mul(1usize.checked_shl(doublings)?).unwrap_or(largest);
    let usual = usual.min(largest).min(left);
    if let Some((all, describing)) = pages_of(number, usual)
        && all - describing >= wanted
    {
        return Some(usual);
    }
    let wanted = usize::try_from(wanted).ok()?;
    let mut pages = wanted;
    // Those that describe are described, too.
    loop {
        let all = wanted.checked_add(describing(number, pages)?)?;
        if all == pages {
            break;
        }
        pages = all;
    }
    let bytes = pages.checked_mul(PAGE)?;
    (bytes <= left && bytes <= MOST_BYTES).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_as_postgresqls() {
        let mega = 1 << 20;
        let size = |number, wanted| size_of_new(number, wanted, mega, MOST_BYTES, usize::MAX);
        assert_eq!(size(1, 16), Some(mega));
        assert_eq!(size(2, 16), Some(2 * mega));
        assert_eq!(size(3, 16), Some(2 * mega));
        assert_eq!(size(4, 16), Some(4 * mega));
        assert_eq!(size_of_new(40, 16, mega, 8 * mega, usize::MAX), Some(8 * mega));
        assert_eq!(size_of_new(40, 16, mega, 8 * mega, 3 * mega), Some(3 * mega));
        assert_eq!(size_of_new(1, 16, mega, mega, 16 * PAGE), None);
    }

    #[test]
    fn what_is_wanted_has_room() {
        for wanted in 1..40_000 {
            let bytes = size_of_new(1, wanted, 1 << 18, 1 << 18, usize::MAX).expect("no limit");
            let (all, describing) = pages_of(1, bytes).expect("has room");
            assert!(all - describing >= wanted, "{wanted}");
        }
        assert!(minimum() <= 4 * PAGE, "{}", minimum());
    }
}
