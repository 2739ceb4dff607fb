//! Hash tables: how much memory they take (hsearch.h).
//! Runs in: any process.
#![forbid(unsafe_code)]

use core::ffi::c_long;
use core::mem::size_of;

use crate::abi::c::Size;
use crate::abi::hsearch::HASHCTL;
use crate::error::Result;
use crate::memory;

use super::table::{Bucket, Element, HEADER_SIZE};

/// Buckets of a segment, and segments of a directory, unless others are asked for.
pub(super) const SEGMENT: usize = 256;
pub(super) const DIRECTORY: usize = 256;
/// Bytes that an element has, its entry included.
pub(super) fn element_size(entry: Size) -> Result<usize> {
    memory::add(size_of::<Element>(), memory::add(entry, 7)? / 8 * 8)
}

/// Elements that are made at once: an allocation of about a power of two bytes.
pub(super) fn at_once(entry: Size) -> Result<usize> {
    let size = element_size(entry)?;
    let bytes = memory::multiply(size, 32)?.max(256);
    Ok(bytes.checked_next_power_of_two().unwrap_or(bytes) / size)
}

/// Segments that so many buckets need, and room for them in the directory.
fn segments(entries: c_long) -> (usize, usize) {
    let buckets = power_of_two(entries, 1 << 62);
    let segments = ((buckets - 1) / SEGMENT + 1).next_power_of_two();
    (segments, segments.max(DIRECTORY))
}

pub(super) fn power_of_two(number: c_long, most: usize) -> usize {
    usize::try_from(number).unwrap_or(1).clamp(1, most).next_power_of_two()
}

/// `hash_select_dirsize`.
pub(crate) fn directory_size(entries: c_long) -> usize {
    segments(entries).1
}

/// Bytes of a header and its directory, which a table in shared memory begins with.
pub(crate) fn shared_size(info: &HASHCTL) -> Size {
    let directory = usize::try_from(info.dsize).unwrap_or(0);
    HEADER_SIZE.saturating_add(directory.saturating_mul(size_of::<*mut Bucket>()))
}

/// `hash_estimate_size`.
///
/// # Errors
/// It does not fit.
pub(crate) fn estimate(entries: c_long, entry_size: Size) -> Result<Size> {
    let (segments, directory) = segments(entries);
    let pointer = size_of::<*const Bucket>();
    let mut size = memory::add(HEADER_SIZE, memory::multiply(directory, pointer)?)?;
    size = memory::add(size, memory::multiply(segments, SEGMENT * size_of::<Bucket>())?)?;
    let at_once = at_once(entry_size)?;
    let entries = usize::try_from(entries).unwrap_or(0);
    // None are made like one.
    let times = if entries == 0 { 1 } else { (entries - 1) / at_once + 1 };
    let group = memory::multiply(at_once, element_size(entry_size)?)?;
    memory::add(size, memory::multiply(times, group)?)
}
