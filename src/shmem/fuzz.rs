#![forbid(unsafe_code)]
//! A target for fuzzers: words of the bitmaps and of a slot that somebody has written over.
//! Runs in: tests.

use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

use crate::fuzzing::Choices;

use super::bitmap::{Bitmap, words};
use super::slot_words::{SlotWords, State, release};

/// Scans, takes and releases with any words in the bitmaps.
pub fn slots(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let bits = usize::try_from(choices.number() % 10_000).unwrap_or_default() + 1;
    let low = bits.div_ceil(64) * 64;
    let memory: Vec<AtomicU64> = (0..words(bits)).map(|_| choices.number().into()).collect();
    let Some(map) = Bitmap::new(&memory, bits) else { return };
    let mut before = None;
    let mut each = |bit| {
        assert!(bit < low && before.is_none_or(|before| before < bit), "{before:?}, {bit}");
        before = Some(bit);
    };
    if bytes.len().is_multiple_of(2) {
        map.drain(&mut each);
    } else {
        while let Some(bit) = map.take_first() {
            each(bit);
        }
    }
    // Whatever is left of the rubbish, what is set from now on is found.
    memory.iter().skip(words(bits) - bits.div_ceil(64)).for_each(|word| word.store(0, SeqCst));
    let number = usize::try_from(choices.number()).unwrap_or_default() % bits;
    assert!(map.set(number));
    assert!(!map.set(number));
    assert_eq!(map.take_first(), Some(number));
    assert_eq!(map.take_first(), None);
    slot(&mut choices, &map, number);
}

/// A tenancy that begins with any words.
fn slot(choices: &mut Choices<'_>, free: &Bitmap<'_>, number: usize) {
    let slot = SlotWords::of([choices.number(), choices.number(), choices.number()]);
    let old = choices.number();
    let (seen, word) = slot.look(old);
    assert_eq!(slot.look(old), (seen, word), "nobody has changed it");
    let generation = slot.claim(choices.number() >> 1);
    slot.hand_over();
    assert_eq!(slot.published(), Some(generation));
    slot.report(State::Started, 77);
    assert!(slot.runs_as(77) && slot.last_started(generation) == Some(77));
    assert_eq!(slot.published(), None);
    slot.report(State::Delayed, 0);
    assert!(!slot.runs_as(77));
    release(free, number, &slot);
    assert_eq!(free.take_first(), Some(number));
    assert_eq!(slot.published(), None);
}
