//! A program that embeds the manager, and the postmaster that it forked: what the two say to each
//! other about resets of shared memory, in a page of their own that no reset touches.
//! Runs in: the embedding program; postmaster.
//!
//! The program is the postmaster's parent. It is not killed in a crash, so the postmaster may not
//! empty shared memory under its hands: the program says when it is inside a call, and the
//! postmaster that a reset is wanted. Each writes its own word first and then reads the other's
//! (both sequentially consistent), so at least one of them sees the other: either the call does
//! not begin, or the reset waits for its end.

use core::mem::size_of;
use core::num::NonZeroUsize;
use core::ptr;
use core::sync::atomic::{
    AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicU64, Ordering::SeqCst,
};
use core::time::Duration;

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

use crate::error::{Report, SqlState};
use crate::sigsafe::{postmaster, wait_word};
use crate::sys::clock::Instant;
use crate::sys::futex::{self, Woken};
use crate::sys::process;

use super::segment;

/// How often the program looks, while it sleeps, whether the postmaster is still there: no signal
/// tells it, as one tells workers.
const LOOK: Duration = Duration::from_millis(100);
/// How often it looks whether a reset is over.
const PAUSE: Duration = Duration::from_millis(5);
/// No slot.
const NOWHERE: u32 = u32::MAX;

/// The page.
pub(crate) struct Page {
    /// A reset is wanted, or on its way.
    reset_wanted: AtomicBool,
    /// Resets so far.
    resets: AtomicU64,
    /// The program is inside a call.
    in_call: AtomicBool,
    /// The slot whose worker the program waits for.
    waits_for: AtomicU32,
    /// The postmaster's exit code, once it has one.
    exit_code: AtomicI32,
}

/// The page of this process: the program's, or its postmaster's.
static PAGE: AtomicPtr<Page> = AtomicPtr::new(ptr::null_mut());
/// In the program only: resets at the time it attached.
static ATTACHED: AtomicU64 = AtomicU64::new(0);
static IS_PROGRAM: AtomicBool = AtomicBool::new(false);

fn page() -> Option<&'static Page> {
    // SAFETY: `create` stores a mapping that lives until `remove`, after which it is null.
    unsafe { PAGE.load(SeqCst).as_ref() }
}

/// Makes the page, before the postmaster is forked.
///
/// # Errors
/// What mmap said.
pub(crate) fn create() -> Result<(), Errno> {
    let size = NonZeroUsize::new(size_of::<Page>()).ok_or(Errno::EINVAL)?;
    let flags = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: a new mapping, placed where the kernel likes.
    let page = unsafe { mmap_anonymous(None, size, flags, MapFlags::MAP_SHARED)? };
    let page = page.cast::<Page>();
    let fresh = Page {
        reset_wanted: AtomicBool::new(false),
        resets: AtomicU64::new(0),
        in_call: AtomicBool::new(false),
        waits_for: AtomicU32::new(NOWHERE),
        exit_code: AtomicI32::new(-1),
    };
    // SAFETY: fresh and large enough.
    unsafe { page.write(fresh) };
    PAGE.store(page.as_ptr(), SeqCst);
    Ok(())
}

/// Unmaps the page.
pub(crate) fn remove() {
    IS_PROGRAM.store(false, SeqCst);
    if let Some(page) = ptr::NonNull::new(PAGE.swap(ptr::null_mut(), SeqCst)) {
        // SAFETY: mapped by `create`, and nobody finds it any more.
        let _unmapped = unsafe { munmap(page.cast(), size_of::<Page>()) };
    }
}

/// Why a call of the program cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reset;

/// This process is the program, attached from now on.
pub(crate) fn attach() {
    IS_PROGRAM.store(true, SeqCst);
    ATTACHED.store(page().map_or(0, |page| page.resets.load(SeqCst)), SeqCst);
}

/// Is this process the program?
pub(crate) fn is_program() -> bool {
    IS_PROGRAM.load(SeqCst)
}

/// The program begins a call.
///
/// # Errors
/// Shared memory was reset since it attached, or is about to be.
pub(crate) fn enter() -> Result<(), Reset> {
    let Some(page) = page() else { return Ok(()) };
    page.in_call.store(true, SeqCst);
    if is_reset() {
        leave();
        return Err(Reset);
    }
    Ok(())
}

/// The program's call is over; a postmaster that waits for it hears of it.
pub(crate) fn leave() {
    let Some(page) = page() else { return };
    page.in_call.store(false, SeqCst);
    if page.reset_wanted.load(SeqCst) {
        process::signal(postmaster::pid(), libc::SIGUSR1);
    }
}

/// In the program: was shared memory reset since it attached, or is it about to be?
pub(crate) fn is_reset() -> bool {
    is_program()
        && page().is_some_and(|page| {
            page.reset_wanted.load(SeqCst) || page.resets.load(SeqCst) != ATTACHED.load(SeqCst)
        })
}

/// Waits until no reset is wanted any more. False: the postmaster is gone.
pub(crate) fn wait_for_reset() -> bool {
    let Some(page) = page() else { return false };
    while page.reset_wanted.load(SeqCst) {
        if postmaster::is_pipe_closed() {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
    true
}

/// Says which slot's worker the program waits for, or that it does not any more.
pub(crate) fn waits_for(slot: Option<usize>) {
    if let Some(page) = page().filter(|_| is_program()) {
        let slot = slot.and_then(|slot| u32::try_from(slot).ok()).unwrap_or(NOWHERE);
        page.waits_for.store(slot, SeqCst);
    }
}

/// `futex::wait`; in the program it also looks after the postmaster now and then.
pub(crate) fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Woken {
    wait_as(word, expected, deadline, futex::ANY)
}

/// The same without a deadline, to be woken by those only who wake one of the bits.
pub(crate) fn wait_for_some(word: &AtomicU32, expected: u32, bits: u32) -> Woken {
    wait_as(word, expected, None, bits)
}

fn wait_as(word: &AtomicU32, expected: u32, deadline: Option<Instant>, bits: u32) -> Woken {
    if !is_program() {
        return futex::wait(word, expected, deadline, bits);
    }
    let look = Instant::now() + LOOK;
    let until = deadline.map_or(look, |deadline| deadline.min(look));
    let woken = futex::wait(word, expected, Some(until), bits);
    if woken == Woken::TimedOut && postmaster::is_pipe_closed() {
        wait_word::note_postmaster_death();
    }
    let is_over = woken == Woken::TimedOut && deadline.is_some_and(|at| at <= Instant::now());
    if is_over { Woken::TimedOut } else { Woken::Look }
}

/// What a server function says that the program calls in the middle of a reset.
pub(crate) fn reset_report() -> Report {
    Report::error(SqlState::new(*b"57P02"), "shared memory is being reset after a crash")
        .with_hint("Call pgbgw_reattach().")
}

/// The postmaster wants to reset shared memory: no call of the program begins from here on, and a
/// wait for a worker ends.
pub(crate) fn want_reset() {
    let Some(page) = page() else { return };
    page.reset_wanted.store(true, SeqCst);
    let slot = usize::try_from(page.waits_for.load(SeqCst)).ok();
    let slot = slot.and_then(|slot| segment::get()?.slots().get(slot));
    if let Some(slot) = slot {
        slot.wake();
    }
}

/// In the postmaster: is the program outside all calls?
pub(crate) fn is_outside() -> bool {
    page().is_none_or(|page| !page.in_call.load(SeqCst))
}

/// The postmaster has reset shared memory.
pub(crate) fn reset_done() {
    let Some(page) = page() else { return };
    page.resets.fetch_add(1, SeqCst);
    page.reset_wanted.store(false, SeqCst);
}

/// The postmaster leaves its exit code.
pub(crate) fn set_exit_code(code: i32) {
    if let Some(page) = page() {
        page.exit_code.store(code, SeqCst);
    }
}

/// The exit code of the postmaster, if it came to its end.
pub(crate) fn exit_code() -> Option<i32> {
    page().map(|page| page.exit_code.load(SeqCst)).filter(|code| *code >= 0)
}
