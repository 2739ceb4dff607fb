//! `common/pg_prng.h`: pseudo-random numbers.
//! Runs in: any process.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "random bits, taken as what they are asked for"
)]

use crate::error::{Report, SqlState};
use crate::text::prng::State;

plain! {
    /// Seeds with a number.
    fn pg_prng_seed(state: *mut State, seed: u64) {
        // SAFETY: the caller's state.
        unsafe { state.write(State::seeded(seed)) };
    }

    /// Seeds with a fraction between -1 and 1.
    fn pg_prng_fseed(state: *mut State, fseed: f64) {
        let seed = (((1u64 << 52) - 1) as f64 * fseed) as i64 as u64;
        // SAFETY: the caller's state.
        unsafe { state.write(State::seeded(seed)) };
    }

    /// Mends a state of zeros; always true.
    fn pg_prng_seed_check(state: *mut State) -> bool {
        // SAFETY: the caller's state.
        unsafe { &mut *state }.check();
        true
    }

    /// Any.
    fn pg_prng_uint64(state: *mut State) -> u64 {
        // SAFETY: the caller's state.
        unsafe { &mut *state }.next()
    }

    /// From `rmin` to `rmax`.
    fn pg_prng_uint64_range(state: *mut State, rmin: u64, rmax: u64) -> u64 {
        // SAFETY: the caller's state.
        unsafe { &mut *state }.within(rmin, rmax)
    }

    /// Any.
    fn pg_prng_int64(state: *mut State) -> i64 {
        // SAFETY: the caller's state.
        unsafe { &mut *state }.next() as i64
    }

    /// Not negative.
    fn pg_prng_int64p(state: *mut State) -> i64 {
        // SAFETY: the caller's state.
        (unsafe { &mut *state }.next() & i64::MAX as u64) as i64
    }

    /// From `rmin` to `rmax`.
    fn pg_prng_int64_range(state: *mut State, rmin: i64, rmax: i64) -> i64 {
        if rmin >= rmax {
            return rmin;
        }
        // SAFETY: the caller's state.
        let above = unsafe { &mut *state }.within(0, rmin.abs_diff(rmax));
        rmin.wrapping_add(above as i64)
    }

    /// Any.
    fn pg_prng_uint32(state: *mut State) -> u32 {
        // SAFETY: the caller's state.
        (unsafe { &mut *state }.next() >> 32) as u32
    }

    /// Any.
    fn pg_prng_int32(state: *mut State) -> i32 {
        // SAFETY: the caller's state.
        (unsafe { &mut *state }.next() >> 32) as i32
    }

    /// Not negative.
    fn pg_prng_int32p(state: *mut State) -> i32 {
        // SAFETY: the caller's state.
        (unsafe { &mut *state }.next() >> 33) as i32
    }

    /// From 0 to below 1.
    fn pg_prng_double(state: *mut State) -> f64 {
        // SAFETY: the caller's state.
        unsafe { &mut *state }.fraction()
    }

    /// One bit.
    fn pg_prng_bool(state: *mut State) -> bool {
        // SAFETY: the caller's state.
        unsafe { &mut *state }.next() >> 63 != 0
    }
}

throwing! {
    /// Normally distributed. ERROR if the C library's mathematics is not to be had.
    fn pg_prng_double_normal(state: *mut State) -> f64 {
        // SAFETY: the caller's state.
        let number = unsafe { &mut *state }.normal();
        number.ok_or_else(|| {
            let message = "could not load library \"libm.so.6\"";
            Report::error(SqlState::UNDEFINED_FILE, message).into()
        })
    }
}
