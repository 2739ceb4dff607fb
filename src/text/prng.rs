#![forbid(unsafe_code)]
//! PostgreSQL's generator of pseudo-random numbers (common/pg_prng.h): xoroshiro128**, seeded by
//! splitmix64.
//! Runs in: any process.

use core::f64::consts::TAU;

use crate::sys::mathematics::{self, Mathematics};

/// `pg_prng_state`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    s0: u64,
    s1: u64,
}

impl State {
    /// The state that a seed makes.
    pub(crate) fn seeded(mut seed: u64) -> Self {
        let mut next = || {
            seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let value = (seed ^ seed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            value ^ value >> 31
        };
        let mut state = Self { s0: next(), s1: next() };
        state.check();
        state
    }

    /// Replaces the one state that yields zeros only.
    pub(crate) fn check(&mut self) {
        if (self.s0, self.s1) == (0, 0) {
            *self = Self { s0: 0x5851_F42D_4C95_7F2D, s1: 0x1405_7B7E_F767_814F };
        }
    }

    pub(crate) fn next(&mut self) -> u64 {
        let Self { s0, s1 } = *self;
        let mixed = s0 ^ s1;
        self.s0 = s0.rotate_left(24) ^ mixed ^ mixed << 16;
        self.s1 = mixed.rotate_left(37);
        s0.wrapping_mul(5).rotate_left(7).wrapping_mul(9)
    }

    /// From `least` to `most`, both included; `least` if that is empty.
    pub(crate) fn within(&mut self, least: u64, most: u64) -> u64 {
        let Some(range) = most.checked_sub(least).filter(|range| *range > 0) else {
            return least;
        };
        loop {
            let value = self.next() >> range.leading_zeros();
            if value <= range {
                return least + value;
            }
        }
    }

    /// From 0 to below 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 12) as f64 / (1u64 << 52) as f64
    }

    /// Normally distributed around 0 with a deviation of 1. None: there is no mathematics.
    pub(crate) fn normal(&mut self) -> Option<f64> {
        let Mathematics { log, sin } = mathematics::get()?;
        let radius = (-2.0 * log(1.0 - self.fraction())).sqrt();
        Some(radius * sin(TAU * (1.0 - self.fraction())))
    }
}
