//! A bitmap in shared memory whose lowest set bit is found in a few steps however large it is.
//! Runs in: any process.
//!
//! Three levels of 64: level 0 holds the bits, a bit of level n says that a word of level n - 1 may
//! be non-zero. Who sets a bit sets the levels above afterwards; who empties a word clears the bit
//! above and then looks at the word again. So a set bit is always found, and a stale summary only
//! costs a step.

use core::sync::atomic::Ordering::SeqCst;

use super::atomic::AtomicU64;

/// Bits that three levels can hold.
pub(crate) const CAPACITY: usize = 64 * 64 * 64;

/// The words of one bitmap: `[level 2 | level 1 | level 0]`.
#[derive(Clone, Copy)]
pub(crate) struct Bitmap<'a> {
    top: &'a AtomicU64,
    middle: &'a [AtomicU64],
    bits: &'a [AtomicU64],
}

/// Words needed for `bits` bits.
pub(crate) const fn words(bits: usize) -> usize {
    let low = bits.div_ceil(64);
    1 + low.div_ceil(64) + low
}

impl<'a> Bitmap<'a> {
    /// A view of `words(bits)` words; None if there are not that many, or too many bits.
    pub(crate) fn new(all: &'a [AtomicU64], bits: usize) -> Option<Self> {
        if bits > CAPACITY || all.len() < words(bits) {
            return None;
        }
        let low = bits.div_ceil(64);
        let (top, rest) = all.split_first()?;
        let (middle, bits) = rest.split_at_checked(low.div_ceil(64))?;
        Some(Self { top, middle, bits: bits.get(..low)? })
    }

    /// Sets a bit; true if it was clear. Out of range: nothing, false.
    pub(crate) fn set(&self, bit: usize) -> bool {
        let (Some(word), Some(middle)) = (self.bits.get(bit / 64), self.middle.get(bit / 4096))
        else {
            return false;
        };
        let was = word.fetch_or(1 << (bit % 64), SeqCst);
        middle.fetch_or(1 << (bit / 64 % 64), SeqCst);
        self.top.fetch_or(1 << (bit / 4096), SeqCst);
        was & (1 << (bit % 64)) == 0
    }

    /// Clears a bit.
    pub(crate) fn clear(&self, bit: usize) {
        if let Some(word) = self.bits.get(bit / 64) {
            word.fetch_and(!(1 << (bit % 64)), SeqCst);
        }
    }

    /// Sets every bit below `count`; for a bitmap nobody else sees yet.
    pub(crate) fn set_first(&self, count: usize) {
        for (level, count) in [(self.bits, count), (self.middle, count.div_ceil(64))] {
            fill(level, count);
        }
        fill(core::slice::from_ref(self.top), count.div_ceil(4096));
    }

    /// Clears the lowest set bit and returns it. None: no bit was set.
    pub(crate) fn take_first(&self) -> Option<usize> {
        // A summary that lies (a process wrote over it) must not keep anybody here for ever.
        for _ in 0..CAPACITY {
            let i2 = lowest(self.top)?;
            let Some(middle) = self.middle.get(i2) else {
                self.top.fetch_and(!(1 << i2), SeqCst);
                continue;
            };
            let Some(i1) = lowest(middle) else {
                clear_summary(self.top, i2, middle);
                continue;
            };
            let at = i2 * 64 + i1;
            let Some(word) = self.bits.get(at) else {
                middle.fetch_and(!(1 << i1), SeqCst);
                continue;
            };
            let Some(i0) = lowest(word) else {
                clear_summary(middle, i1, word);
                continue;
            };
            let bit = 1u64 << i0;
            if word.fetch_and(!bit, SeqCst) & bit != 0 {
                return Some(at * 64 + i0);
            }
        }
        None
    }

    /// Takes every set bit, in ascending order.
    pub(crate) fn drain(&self, mut each: impl FnMut(usize)) {
        for i2 in ones(self.top.swap(0, SeqCst)) {
            let Some(middle) = self.middle.get(i2) else { continue };
            for i1 in ones(middle.swap(0, SeqCst)) {
                let at = i2 * 64 + i1;
                let Some(word) = self.bits.get(at) else { continue };
                for i0 in ones(word.swap(0, SeqCst)) {
                    each(at * 64 + i0);
                }
            }
        }
    }
}

fn lowest(word: &AtomicU64) -> Option<usize> {
    ones(word.load(SeqCst)).next()
}

/// The positions of the set bits, ascending.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let bit = usize::try_from(word.trailing_zeros()).ok().filter(|&b| b < 64)?;
        word &= word - 1;
        Some(bit)
    })
}

/// Clears the bit above an empty word, unless the word has been filled meanwhile.
fn clear_summary(summary: &AtomicU64, bit: usize, word: &AtomicU64) {
    summary.fetch_and(!(1 << bit), SeqCst);
    if word.load(SeqCst) != 0 {
        summary.fetch_or(1 << bit, SeqCst);
    }
}

fn fill(words: &[AtomicU64], count: usize) {
    for (i, word) in words.iter().enumerate() {
        let here = count.saturating_sub(i * 64).min(64);
        word.store(if here == 64 { u64::MAX } else { (1 << here) - 1 }, SeqCst);
    }
}
