//! Latches (latch.h): PostgreSQL's 16 bytes, slept on with a futex, or in epoll with a socket.
//! Runs in: any process; signal handler (`set`).
//!
//! `is_set` is what extensions read; the word slept on is the second int, `maybe_sleeping`: its low
//! bits say how the owner sleeps, the rest counts. The owner announces its sleep there and then
//! looks at `is_set` again; who sets the latch sets `is_set` first and then looks for a sleeper.
//! So either the owner sees the latch set, or the setter sees the sleeper and changes the word,
//! which the kernel compares before it puts the owner to sleep. `latch_words` is that protocol;
//! docs/ARCHITECTURE.md has the proof, tests/models.rs tries every order of steps.

use core::sync::atomic::{AtomicI32, AtomicU32, Ordering::SeqCst};
use core::time::Duration;

use crate::abi::latch::{
    Latch, WL_EXIT_ON_PM_DEATH, WL_LATCH_SET, WL_POSTMASTER_DEATH, WL_SOCKET_MASK, WL_TIMEOUT,
};
use crate::abi::variables::{MyLatch, MyProcPid};
use crate::error::{Level, Report, Result, SqlState};
use crate::sigsafe::{inside, postmaster, wait_word};
use crate::sys::clock::Instant;
use crate::sys::eager::Learned;
use crate::sys::futex::{self, Woken};
use crate::worker::exit;

use super::latch_words::{IN_EPOLL, IN_FUTEX, Sleeper, Words};
use super::{procs, program, wait_fds};

/// A set latch costs who waits awake no system call if it comes as soon as this.
static AWAKE: Learned = Learned::new(Duration::from_micros(10));

/// # Errors
/// The latch is another process's.
pub(super) fn check_owner(words: &Words<'_>) -> Result<()> {
    if words.owner.load(SeqCst) == MyProcPid.get() {
        return Ok(());
    }
    let message = "cannot wait on a latch owned by another process";
    Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
}

/// Announces a sleep, to setters and to this process's handlers; the word to sleep on. None:
/// `look` finds something, and there is no sleep.
pub(super) fn announce(words: &Words<'_>, how: u32, look: impl FnOnce() -> bool) -> Option<u32> {
    wait_word::announce(words.word, how == IN_EPOLL);
    let word = words.announce(how, look);
    if word.is_none() {
        wait_word::withdraw();
    }
    word
}

/// The sleep is over.
pub(super) fn withdraw(words: &Words<'_>) {
    words.withdraw();
    wait_word::withdraw();
}

/// # Safety
/// `latch` points to a latch that stays mapped.
pub(super) unsafe fn words<'a>(latch: *mut Latch) -> Words<'a> {
    // SAFETY: the caller's promise; only integers are accessed through the references, atomically.
    let latch = unsafe { &mut *latch };
    let Latch { is_set, maybe_sleeping, owner_pid, .. } = latch;
    // SAFETY: live, aligned, and accessed atomically by everyone.
    let is_set = unsafe { AtomicI32::from_ptr(is_set) };
    // SAFETY: the same.
    let word = unsafe { AtomicU32::from_ptr(core::ptr::from_mut(maybe_sleeping).cast()) };
    // SAFETY: the same.
    let owner = unsafe { AtomicI32::from_ptr(owner_pid) };
    Words { is_set, word, owner }
}

/// `SetLatch`. Async-signal-safe.
///
/// # Safety
/// `latch` points to a latch that stays mapped.
pub(crate) unsafe fn set(latch: *mut Latch) {
    // SAFETY: the caller's promise.
    let words = unsafe { words(latch) };
    // Before the latch is set: its owner may give it up then.
    let owner = words.owner.load(SeqCst);
    match words.set() {
        Sleeper::Nobody => {}
        Sleeper::InFutex => futex::wake_all(words.word),
        Sleeper::InEpoll(pid) => {
            // SAFETY: SIGURG is ignored by default; the owner reads it through a signalfd.
            unsafe { libc::kill(pid, libc::SIGURG) };
        }
    }
    if owner == MyProcPid.get() {
        // The owner may sleep on something else just now: a slot that it waits for.
        wait_word::interrupt();
    }
}

/// `InitLatch` (this process's own) and `InitSharedLatch` (`is_shared`, nobody's yet).
///
/// # Safety
/// `latch` points to room for a latch that nobody uses.
pub(crate) unsafe fn init(latch: *mut Latch, is_shared: bool) {
    let owner_pid = if is_shared { 0 } else { MyProcPid.get() };
    let new = Latch { is_shared: u8::from(is_shared), owner_pid, ..Latch::default() };
    // SAFETY: the caller's promise.
    unsafe { latch.write(new) };
}

/// `OwnLatch`.
///
/// # Safety
/// `latch` points to a latch that stays mapped.
///
/// # Errors
/// PANIC if it has an owner.
pub(crate) unsafe fn own(latch: *mut Latch) -> Result<()> {
    // SAFETY: the caller's promise.
    let owner = unsafe { words(latch) }.owner;
    match owner.compare_exchange(0, MyProcPid.get(), SeqCst, SeqCst) {
        Ok(_) => Ok(()),
        Err(pid) => {
            let message = format!("latch already owned by PID {pid}");
            Err(Report::new(Level::Panic, message).into())
        }
    }
}

/// `DisownLatch`.
///
/// # Safety
/// `latch` points to a latch that stays mapped and that this process owns.
pub(crate) unsafe fn disown(latch: *mut Latch) {
    // SAFETY: the caller's promise.
    unsafe { words(latch) }.owner.store(0, SeqCst);
}

/// `ResetLatch`.
///
/// # Safety
/// `latch` points to a latch that stays mapped and that this process owns.
pub(crate) unsafe fn reset(latch: *mut Latch) {
    // SAFETY: the caller's promise.
    unsafe { words(latch) }.reset();
}

/// [`reset`] of this process's own latch.
pub(crate) fn reset_own() {
    let latch = MyLatch.get();
    if !latch.is_null() {
        // SAFETY: MyLatch is null or a latch of this process that stays mapped.
        unsafe { reset(latch) };
    }
}

/// What to wait for, as `WaitLatchOrSocket` is told.
#[derive(Clone, Copy)]
pub(crate) struct Want {
    /// `WL_*` bits.
    pub(crate) events: i32,
    /// The socket of the `WL_SOCKET_*` bits, or -1.
    pub(crate) socket: i32,
    /// Milliseconds, for WL_TIMEOUT.
    pub(crate) timeout: i64,
    /// Shown while waiting.
    pub(crate) wait_event_info: u32,
}

/// `WaitLatch`, `WaitLatchOrSocket`: sleeps until one of the events, and says which.
///
/// # Safety
/// `latch` is null or points to a latch that stays mapped.
///
/// # Errors
/// The latch is another process's; the socket cannot be waited for.
pub(crate) unsafe fn wait(latch: *mut Latch, want: Want) -> Result<i32> {
    let wants_latch = want.events & WL_LATCH_SET != 0 && !latch.is_null();
    // A wait without a latch sleeps on a word of its own.
    let latch = if wants_latch { latch } else { procs::own_latch() };
    // SAFETY: the caller's promise, or a static.
    let words = unsafe { words(latch) };
    if wants_latch {
        check_owner(&words)?;
    }
    let deadline = (want.events & WL_TIMEOUT != 0 && want.timeout >= 0)
        .then(|| Instant::now() + Duration::from_millis(want.timeout.unsigned_abs()));
    let in_epoll = want.events & WL_SOCKET_MASK != 0;
    let mut fds = None;
    let shown = procs::report_wait(want.wait_event_info);
    let mut waiter = Waiter { words, want, wants_latch, deadline, timed_out: false };
    let seen = loop {
        if let Some(seen) = waiter.look() {
            break seen;
        }
        // Not before: who is awake already has no need of descriptors.
        if in_epoll && fds.is_none() {
            fds = Some(wait_fds::arm(want.socket, want.events)?);
        }
        match &fds {
            None if waiter.may_stay_awake() && AWAKE.wait(|| waiter.words.is_set()) => {}
            None => waiter.sleep(),
            Some(fds) => {
                let seen = waiter.sleep_in_epoll(fds)?;
                if seen != 0 {
                    break seen;
                }
            }
        }
    };
    procs::report_wait(shown);
    drop(fds);
    if seen == WL_POSTMASTER_DEATH && want.events & WL_EXIT_ON_PM_DEATH != 0 {
        exit::proc_exit(1);
    }
    Ok(seen)
}

/// [`wait`] with this process's own latch.
///
/// # Errors
/// The same.
pub(crate) fn wait_own(want: Want) -> Result<i32> {
    // SAFETY: MyLatch is null or a latch of this process that stays mapped.
    unsafe { wait(MyLatch.get(), want) }
}

/// Whether this process's own latch is set.
pub(crate) fn own_is_set() -> bool {
    let latch = MyLatch.get();
    // SAFETY: MyLatch is null or a latch of this process that stays mapped.
    !latch.is_null() && unsafe { words(latch) }.is_set()
}

/// [`set`] of this process's own latch.
pub(crate) fn set_own() {
    let latch = MyLatch.get();
    if !latch.is_null() {
        // SAFETY: MyLatch is null or a latch of this process that stays mapped.
        unsafe { set(latch) };
    }
}

struct Waiter<'a> {
    words: Words<'a>,
    want: Want,
    wants_latch: bool,
    deadline: Option<Instant>,
    timed_out: bool,
}

impl Waiter<'_> {
    /// What has happened already, if anything.
    fn look(&self) -> Option<i32> {
        if self.wants_latch && self.words.is_set() {
            return Some(WL_LATCH_SET);
        }
        if inside::termination_noted() || program::is_reset() {
            // The exported function ends the process, or the program's call, on its way out.
            return Some(0);
        }
        let cares = self.want.events & (WL_POSTMASTER_DEATH | WL_EXIT_ON_PM_DEATH) != 0;
        if cares && postmaster::is_dead() {
            return Some(WL_POSTMASTER_DEATH);
        }
        self.timed_out.then_some(WL_TIMEOUT)
    }

    /// A wait for less than a moment is not for waiting awake.
    fn may_stay_awake(&self) -> bool {
        self.wants_latch && (self.deadline.is_none() || self.want.timeout > 0)
    }

    /// Announces the sleep; none if there is something to look at instead.
    fn announce(&self, how: u32) -> Option<u32> {
        announce(&self.words, how, || self.look().is_some())
    }

    fn sleep(&mut self) {
        let Some(word) = self.announce(IN_FUTEX) else { return };
        let blocked = postmaster::admit_death_signal();
        let woken = program::wait(self.words.word, word, self.deadline);
        postmaster::restore(blocked);
        withdraw(&self.words);
        self.timed_out = woken == Woken::TimedOut;
    }

    /// Sleeps with the socket; the socket events seen, or 0 to look again.
    fn sleep_in_epoll(&mut self, fds: &wait_fds::Armed) -> Result<i32> {
        if self.announce(IN_EPOLL).is_none() {
            return Ok(0);
        }
        let seen = fds.wait(self.deadline);
        withdraw(&self.words);
        match seen? {
            wait_fds::Seen::Socket(events) => return Ok(events & self.want.events),
            wait_fds::Seen::PostmasterDeath => wait_word::note_postmaster_death(),
            wait_fds::Seen::Look => {}
            wait_fds::Seen::TimedOut => self.timed_out = true,
        }
        Ok(0)
    }
}
