//! Tests of the bitmap, which is also compiled with other atomics (tests/models.rs).
//! Runs in: tests.

use super::atomic::AtomicU64;
use super::bitmap::*;
use core::sync::atomic::Ordering::SeqCst;

fn memory(bits: usize) -> Vec<AtomicU64> {
    (0..words(bits)).map(|_| AtomicU64::new(0)).collect()
}

#[test]
fn takes_the_lowest_and_runs_out() {
    let memory = memory(10_000);
    let map = Bitmap::new(&memory, 10_000).expect("enough words");
    map.set_first(10_000);
    assert!((0..10_000).all(|i| map.take_first() == Some(i)));
    assert_eq!(map.take_first(), None);
    for bit in [9_999, 70, 4_096] {
        assert!(map.set(bit));
    }
    assert!(!map.set(70));
    assert_eq!(map.take_first(), Some(70));
    let mut left = Vec::new();
    map.drain(|bit| left.push(bit));
    assert_eq!(left, [4_096, 9_999]);
    assert_eq!(map.take_first(), None);
}

#[test]
fn one_bit_and_the_largest_map() {
    for bits in [1, 64, 65, CAPACITY] {
        let memory = memory(bits);
        let map = Bitmap::new(&memory, bits).expect("enough words");
        map.set_first(bits);
        assert_eq!(map.take_first(), Some(0));
        assert!(!map.set(bits - 1) || bits == 1);
        assert!(!map.set(CAPACITY));
    }
    assert!(Bitmap::new(&memory(64), CAPACITY + 1).is_none());
}

#[test]
fn random_words_neither_hang_nor_panic() {
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let memory = memory(1000);
    for word in &memory {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        word.store(seed, SeqCst);
    }
    let map = Bitmap::new(&memory, 1000).expect("enough words");
    let mut found = 0;
    while map.take_first().is_some() {
        found += 1;
    }
    assert!(found <= 1024);
}
