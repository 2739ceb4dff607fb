//! Waiting for the other side of a queue.
//! Runs in: worker.

use crate::abi::latch::{WL_EXIT_ON_PM_DEATH, WL_LATCH_SET, WL_TIMEOUT};
use crate::abi::wait_event::WAIT_EVENT_MESSAGE_QUEUE_INTERNAL;
use crate::error::Result;
use crate::shmem::latch::{self, Want};
use crate::shmem::program;
use crate::sigsafe::inside;
use crate::worker::{exit, interrupts};

use super::handle::BETWEEN_LOOKS;
use super::{Handle, Outcome};

/// How long a sleep lasts at most.
const LONGEST_MS: i64 = 500;
const _: () = assert!(LONGEST_MS.unsigned_abs() as u128 >= BETWEEN_LOOKS.as_millis());
/// Looks before a sleep: at least, and at most.
const FEWEST_LOOKS: u32 = 16;
const MOST_LOOKS: u32 = 512;

impl Handle {
    /// Looks for something again and again for a moment that is much shorter than a sleep; longer
    /// if that was worth its while lately.
    pub(super) fn look_for_a_moment(&mut self, look: impl Fn(&Self) -> bool) -> bool {
        let looks = self.patience.clamp(FEWEST_LOOKS, MOST_LOOKS);
        for _ in 0..looks {
            if look(self) {
                self.patience = (looks * 2).min(MOST_LOOKS);
                return true;
            }
            core::hint::spin_loop();
        }
        self.patience = looks / 2;
        false
    }

    /// Sleeps until this process's latch is set, and resets it.
    ///
    /// # Errors
    /// What is pending; shared memory was reset under the program that embeds the manager.
    pub(super) fn sleep(wait_event_info: u32) -> Result<()> {
        let want = Want {
            events: WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | WL_TIMEOUT,
            socket: -1,
            timeout: LONGEST_MS,
            wait_event_info,
        };
        // Nothing is half-done, so the default SIGTERM handler may end the process here.
        let depth = inside::outside();
        let seen = latch::wait_own(want);
        let _due = inside::leave(depth);
        exit::end_if_terminated();
        seen?;
        if program::is_reset() {
            return Err(program::reset_report().into());
        }
        latch::reset_own();
        interrupts::check()
    }

    /// `shm_mq_wait_for_attach`: waits until the other side has come.
    ///
    /// # Errors
    /// What is pending meanwhile.
    pub(crate) fn wait_for_peer(&mut self) -> Result<Outcome> {
        loop {
            let has_come = self.knows_peer();
            if self.words().is_detached() {
                return Ok(Outcome::Detached);
            }
            if has_come {
                return Ok(Outcome::Done);
            }
            if self.is_peer_gone() {
                return Ok(Outcome::Detached);
            }
            Self::sleep(WAIT_EVENT_MESSAGE_QUEUE_INTERNAL)?;
        }
    }
}
