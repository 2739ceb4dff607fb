//! The word of a lightweight lock, and the order in which who takes it, who waits and who gives it back
//! look at it. tests/models.rs runs this very code through very many orders of steps.
//! Runs in: any process.
//!
//! Who wants the lock and cannot have it says so in the word and sleeps. Who gives it back wakes one of
//! those who want it alone and all of the others, and notes that somebody is on the way: until one of
//! them has come, and taken the note back, nobody else is woken. So a lock that many want goes from hand
//! to hand without system calls for as long as it takes to wake a process.
//!
//! What is slept on is another word, the turn, since the first one changes with each taking and giving
//! back: nobody would get to sleep on it while others are busy. The turn changes when those who are about
//! to sleep have to look again.

use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use super::atomic::AtomicU32;

/// Somebody who wants the lock alone may sleep on the word.
const WAITERS: u32 = 1 << 31;
/// Somebody else may: who wants it together with others, or wants to see it free.
const OTHERS: u32 = 1 << 30;
/// Somebody was woken and has not come yet.
const WOKEN: u32 = 1 << 29;
/// Somebody holds the lock alone.
pub(super) const EXCLUSIVE: u32 = 1 << 28;
/// How many hold it together.
pub(super) const SHARED: u32 = EXCLUSIVE - 1;
const HELD: u32 = EXCLUSIVE | SHARED;

/// What a process waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To hold the lock alone: one of them is woken at a time.
    Alone,
    /// All of the others are.
    Other,
}

impl Kind {
    /// The word's bit, which is also the mask with which such processes sleep.
    pub(super) fn bit(self) -> u32 {
        match self {
            Self::Alone => WAITERS,
            Self::Other => OTHERS,
        }
    }
}

/// The words, and how processes that sleep on the turn are woken: so many at most of a kind. Returns
/// how many were.
pub(super) struct Word<'a, W: Fn(&AtomicU32, Kind, i32) -> usize> {
    pub(super) state: &'a AtomicU32,
    pub(super) turn: &'a AtomicU32,
    pub(super) wake: W,
}

/// Takes the lock if its state allows it; otherwise the state that does not.
#[inline]
pub(super) fn grab(state: &AtomicU32, alone: bool) -> Result<(), u32> {
    let mut now = state.load(Relaxed);
    loop {
        let Some(next) = next(now, alone) else { return Err(now) };
        match state.compare_exchange_weak(now, next, Acquire, Relaxed) {
            Ok(_) => return Ok(()),
            Err(changed) => now = changed,
        }
    }
}

/// The state after the lock was taken, if `now` allows that.
#[inline]
pub(super) fn next(now: u32, alone: bool) -> Option<u32> {
    if alone {
        (now & HELD == 0).then_some(now | EXCLUSIVE)
    } else {
        (now & EXCLUSIVE == 0).then_some(now.wrapping_add(1))
    }
}

/// Looks until `done` is content with the state; it returns the state if not. `sleep` is called with the
/// turn, to sleep while that does not change.
///
/// # Errors
/// What `sleep` says.
pub(super) fn sleep_until<E>(
    (state, turn): (&AtomicU32, &AtomicU32),
    kind: Kind,
    done: impl Fn() -> Result<(), u32>,
    mut sleep: impl FnMut(u32) -> Result<(), E>,
) -> Result<(), E> {
    loop {
        // Before the look: whoever takes the bit away that is seen below changes the turn then, or
        // wakes somebody who brings the bit back.
        let seen = turn.load(Acquire);
        let Err(now) = done() else { return Ok(()) };
        if now & kind.bit() == 0 {
            state.fetch_or(kind.bit(), AcqRel);
            continue;
        }
        sleep(seen)?;
        // Also if nobody has woken it, which it does not know: at worst, one more is woken then.
        arrive(state, kind);
    }
}

/// Who has slept is here. Whoever woke it took the note of those who still sleep away, so that is back.
fn arrive(state: &AtomicU32, kind: Kind) {
    let still = if kind == Kind::Alone { WAITERS } else { 0 };
    let mut now = state.load(Relaxed);
    while let Err(changed) = state.compare_exchange(now, (now & !WOKEN) | still, AcqRel, Relaxed) {
        now = changed;
    }
}

impl<W: Fn(&AtomicU32, Kind, i32) -> usize> Word<'_, W> {
    /// Gives the lock back.
    #[inline]
    pub(super) fn let_go(&self, alone: bool) {
        let part = if alone { EXCLUSIVE } else { 1 };
        let left = self.state.fetch_sub(part, Release).wrapping_sub(part);
        if left & (WAITERS | OTHERS) != 0 {
            self.wake_next(left);
        }
    }

    /// Wakes the next ones if the lock is free and nobody is on the way.
    #[cold]
    fn wake_next(&self, mut now: u32) {
        while now & (HELD | WOKEN) == 0 && now & (WAITERS | OTHERS) != 0 {
            // Before they are woken: who sleeps later than that says so anew.
            let next = (now & !(WAITERS | OTHERS)) | WOKEN;
            if let Err(changed) = self.state.compare_exchange(now, next, AcqRel, Relaxed) {
                now = changed;
                continue;
            }
            let woken = self.wake_those(now);
            if woken != 0 {
                return;
            }
            // Nobody did sleep; somebody may by now, and nobody have been woken because of the note.
            now = self.state.fetch_and(!WOKEN, AcqRel) & !WOKEN;
        }
    }

    /// Wakes those whose bits were set in the state, which are not any more; how many there were.
    fn wake_those(&self, state: u32) -> usize {
        if state & OTHERS != 0 {
            // All of them, also those that are about to sleep.
            self.turn.fetch_add(1, Release);
            let alone =
                if state & WAITERS != 0 { (self.wake)(self.turn, Kind::Alone, 1) } else { 0 };
            return alone + (self.wake)(self.turn, Kind::Other, i32::MAX);
        }
        let woken = (self.wake)(self.turn, Kind::Alone, 1);
        if woken != 0 {
            return woken;
        }
        // Somebody may be about to sleep. Whoever is when another one was woken may do so, and is not
        // kept awake by a turn that changes again and again.
        self.turn.fetch_add(1, Release);
        (self.wake)(self.turn, Kind::Alone, 1)
    }

    /// A process that may have been woken does not come, or does not want the lock: the next one is
    /// woken in its place.
    pub(super) fn pass_on(&self) {
        arrive(self.state, Kind::Alone);
        self.wake_next(self.state.load(Relaxed));
    }

    /// Something changed that those who do not want the lock alone look at.
    pub(super) fn wake_others(&self) {
        if self.state.fetch_and(!OTHERS, AcqRel) & OTHERS != 0 {
            self.turn.fetch_add(1, Release);
            (self.wake)(self.turn, Kind::Other, i32::MAX);
        }
    }
}
