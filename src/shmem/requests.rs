//! What libraries ask for before there is shared memory (shmem_request_hook), and who asks.
//! Runs in: postmaster.

use core::ffi::CStr;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::lwlock::{LWLockPadded, LWTRANCHE_FIRST_USER_DEFINED, NUM_FIXED_LWLOCKS};
use crate::abi::variables::{MainLWLockArray, process_shmem_requests_in_progress};
use crate::abi::wait_event_names::TRANCHES;
use crate::error::{Level, Report, Result, SqlState};

use super::lwlock;
use super::segment;

/// A named group of locks: where it stands behind the fixed ones.
struct Tranche {
    name: &'static CStr,
    first: usize,
    count: usize,
    /// Which library asked for it.
    #[expect(dead_code, reason = "read by the reset of one library alone, which is to come")]
    library: u64,
}

struct Requests {
    bytes: usize,
    tranches: Vec<Tranche>,
    /// Names of tranches that have no locks of ours.
    registered: BTreeMap<u16, &'static CStr>,
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static REQUESTS: Mutex<Requests> =
    Mutex::new(Requests { bytes: 0, tranches: Vec::new(), registered: BTreeMap::new() });
static LIBRARY: AtomicU64 = AtomicU64::new(0);

fn requests() -> MutexGuard<'static, Requests> {
    REQUESTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The library on whose behalf the process runs now: what it asks for is remembered as its own.
/// 0 is none, another number is `loader::Library::id`.
pub(crate) fn library_id() -> u64 {
    LIBRARY.load(Relaxed)
}

/// Sets [`library_id`]; returns the one before.
pub(crate) fn set_library(id: u64) -> u64 {
    LIBRARY.swap(id, Relaxed)
}

/// `RequestAddinShmemSpace`.
///
/// # Errors
/// FATAL outside shmem_request_hook, as in PostgreSQL.
pub(crate) fn addin_space(size: usize) -> Result<()> {
    check_phase("cannot request additional shared memory outside shmem_request_hook")?;
    let mut requests = requests();
    let before = requests.bytes;
    requests.bytes = before.checked_add(size).ok_or_else(|| {
        let message = format!("invalid memory allocation request size {before} + {size}");
        Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message)
    })?;
    Ok(())
}

/// `RequestNamedLWLockTranche`.
///
/// # Errors
/// FATAL outside shmem_request_hook, as in PostgreSQL.
pub(crate) fn named_tranche(name: &CStr, count: usize) -> Result<()> {
    check_phase("cannot request additional LWLocks outside shmem_request_hook")?;
    let mut requests = requests();
    let first = NUM_FIXED_LWLOCKS + requests.tranches.iter().map(|t| t.count).sum::<usize>();
    requests.tranches.push(Tranche { name: keep(name), first, count, library: library_id() });
    Ok(())
}

fn check_phase(message: &str) -> Result<()> {
    if process_shmem_requests_in_progress.get() {
        return Ok(());
    }
    Err(Report::new(Level::Fatal, message).into())
}

/// Bytes that libraries asked for.
pub(crate) fn bytes() -> usize {
    requests().bytes
}

/// Locks of the fixed and of the named tranches.
pub(crate) fn lwlocks() -> usize {
    NUM_FIXED_LWLOCKS + requests().tranches.iter().map(|t| t.count).sum::<usize>()
}

/// Gives each lock of the named tranches its tranche, in a fresh segment; returns how many
/// tranches there are.
pub(crate) fn initialize_tranches() -> u64 {
    let requests = requests();
    for (id, tranche) in (LWTRANCHE_FIRST_USER_DEFINED..).zip(&requests.tranches) {
        for i in tranche.first..tranche.first + tranche.count {
            // SAFETY: the array has room for every tranche.
            let lock: *mut LWLockPadded = unsafe { MainLWLockArray.get().add(i) };
            let id = u16::try_from(id).unwrap_or(u16::MAX);
            // SAFETY: nobody is attached yet.
            unsafe { lwlock::initialize(lock.cast(), id) };
        }
    }
    u64::try_from(requests.tranches.len()).unwrap_or(0)
}

/// `LWLockNewTrancheId`: a number that nobody else gets.
///
/// # Errors
/// No shared memory yet.
pub(crate) fn new_tranche() -> Result<i32> {
    let header = segment::get_or_error()?.header();
    let number = i32::try_from(header.tranches.fetch_add(1, Relaxed)).unwrap_or(i32::MAX);
    Ok(number.saturating_add(LWTRANCHE_FIRST_USER_DEFINED))
}

/// `LWLockRegisterTranche`: what this process, and those that it forks, calls a tranche.
pub(crate) fn register_tranche(id: u16, name: &CStr) {
    let mut requests = requests();
    // Callers of `tranche_name` keep what they got: a name is never freed.
    if requests.registered.get(&id).is_none_or(|known| *known != name) {
        requests.registered.insert(id, keep(name));
    }
}

fn keep(name: &CStr) -> &'static CStr {
    Box::leak(name.to_owned().into_boxed_c_str())
}

/// `GetLWLockIdentifier`: what messages call the locks of a tranche.
pub(crate) fn tranche_name(id: u16) -> &'static CStr {
    if let Some(name) = TRANCHES.get(usize::from(id)) {
        return name;
    }
    let number = usize::from(id) - TRANCHES.len();
    let requests = requests();
    let named = requests.tranches.get(number).map(|tranche| tranche.name);
    // One that no library has given a name has PostgreSQL's for all of them.
    named.or_else(|| requests.registered.get(&id).copied()).unwrap_or(c"extension")
}

/// `GetNamedLWLockTranche`: the first lock of the tranche.
///
/// # Errors
/// `requested tranche is not registered`.
pub(crate) fn find_tranche(name: &CStr) -> Result<*mut LWLockPadded> {
    let requests = requests();
    let found = requests.tranches.iter().find(|t| t.name == name);
    let Some(tranche) = found.filter(|_| !MainLWLockArray.get().is_null()) else {
        let message = "requested tranche is not registered";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    // SAFETY: within the array.
    Ok(unsafe { MainLWLockArray.get().add(tranche.first) })
}
