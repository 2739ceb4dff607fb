//! The state of the database server, in a page of its own that no reset touches: the monitor writes
//! it, the postmaster goes by it, workers ask it.
//! Runs in: monitor (set); postmaster (create, look); any process (is_in_recovery).

use core::num::NonZeroUsize;
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering::SeqCst};

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};

/// What is known of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum ServerState {
    /// There is none.
    None = 0,
    /// Nobody has looked yet.
    Unknown = 1,
    /// It does not answer.
    Unreachable = 2,
    /// It answers that it does not accept connections now.
    Starting = 3,
    /// It accepts connections, and is in recovery: a standby.
    Recovery = 4,
    /// It accepts connections, and is not in recovery.
    ReadWrite = 5,
}

use ServerState::{None as NoServer, ReadWrite, Recovery, Starting, Unknown, Unreachable};

impl ServerState {
    const ALL: [Self; 6] = [NoServer, Unknown, Unreachable, Starting, Recovery, ReadWrite];

    /// As `pgbgw status` and the log have it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            NoServer => "none",
            Unknown => "unknown",
            Unreachable => "unreachable",
            Starting => "starting",
            Recovery => "in recovery",
            ReadWrite => "read-write",
        }
    }
}

/// The bit that says that the server was in recovery when it was last seen.
const IN_RECOVERY: u32 = 1 << 8;
const STATE: u32 = IN_RECOVERY - 1;

static PAGE: AtomicPtr<AtomicU32> = AtomicPtr::new(ptr::null_mut());

fn page() -> Option<&'static AtomicU32> {
    // SAFETY: `create` stores a mapping that lives as long as the process.
    unsafe { PAGE.load(SeqCst).as_ref() }
}

/// Makes the page, without a server, if there is none yet; empties it otherwise. Before the first
/// fork of whoever is to see it.
///
/// # Errors
/// What mmap said.
pub(crate) fn create() -> Result<(), Errno> {
    if let Some(page) = page() {
        page.store(word(NoServer, 0), SeqCst);
        return Ok(());
    }
    let size = NonZeroUsize::new(size_of::<AtomicU32>()).ok_or(Errno::EINVAL)?;
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: a new mapping, placed where the kernel likes; zeros are a word without a server.
    let page = unsafe { mmap_anonymous(None, size, access, MapFlags::MAP_SHARED)? };
    PAGE.store(page.cast().as_ptr(), SeqCst);
    Ok(())
}

/// The word of a state, after the word `before`: what does not tell of recovery leaves it as it was.
fn word(state: ServerState, before: u32) -> u32 {
    let recovery = match state {
        NoServer | ReadWrite => 0,
        Unknown | Starting | Recovery => IN_RECOVERY,
        Unreachable => before & IN_RECOVERY,
    };
    state as u32 | recovery
}

/// The state that a word stands for; none if it stands for none.
fn state(word: u32) -> Option<ServerState> {
    ServerState::ALL.into_iter().find(|state| *state as u32 == word & STATE)
}

/// Says what the state is. True: it is another than before.
pub(crate) fn set(state: ServerState) -> bool {
    let Some(page) = page() else { return false };
    let before = page.load(SeqCst);
    let now = word(state, before);
    page.store(now, SeqCst);
    now != before
}

/// The state; none if what stands there is none.
pub(crate) fn look() -> Option<ServerState> {
    page().map_or(Some(NoServer), |page| state(page.load(SeqCst)))
}

/// Whether the server is in recovery, or was when it was last seen; it is taken to be until it is
/// seen for the first time. Without a server there is no recovery.
pub(crate) fn is_in_recovery() -> bool {
    page().is_some_and(|page| page.load(SeqCst) & IN_RECOVERY != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_states_and_nothing_else() {
        for known in ServerState::ALL {
            for before in [0, IN_RECOVERY] {
                assert_eq!(state(word(known, before)), Some(known));
            }
        }
        assert_eq!(state(6), None);
        assert_eq!(state(STATE), None);
        assert_eq!(state(u32::MAX), None);
    }

    #[test]
    fn a_server_that_is_away_is_what_it_was() {
        let standby = word(Recovery, 0);
        assert_eq!(word(Unreachable, standby) & IN_RECOVERY, IN_RECOVERY);
        let promoted = word(ReadWrite, standby);
        assert_eq!(word(Unreachable, promoted) & IN_RECOVERY, 0);
        assert_eq!(word(Unknown, promoted) & IN_RECOVERY, IN_RECOVERY);
        assert_eq!(word(NoServer, standby) & IN_RECOVERY, 0);
    }
}
