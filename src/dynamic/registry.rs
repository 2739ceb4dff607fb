//! Segments with names, for modules that are loaded late (storage/dsm_registry.h).
//! Runs in: worker and backend; postmaster while libraries set up shared memory.

use core::cell::Cell;
use core::ffi::{CStr, c_void};
use core::mem::offset_of;
use core::ptr::NonNull;
use core::sync::atomic::Ordering::SeqCst;
use std::sync::{Mutex, PoisonError};

use crate::abi::c::dsm_handle;
use crate::abi::lwlock::{LW_EXCLUSIVE, LWLock, individual::DSMRegistryLock};
use crate::abi::lwlock::{LWTRANCHE_DSM_REGISTRY_DSA, LWTRANCHE_DSM_REGISTRY_HASH};
use crate::abi::variables::{
    CurrentMemoryContext, CurrentResourceOwner, MainLWLockArray, TopMemoryContext,
};
use crate::error::{self, Raised, Report, Result, SqlState};
use crate::shmem::segment;

use super::area::{self, Sizes};
use super::hash::{self, Compare, Copying, Hash, Keys, Table};
use super::segments::{self, OnDetach};
use super::{guard, table::internal};

/// Bytes of a name with its end.
const NAME_LEN: usize = 64;
/// `DSA_DEFAULT_INIT_SEGMENT_SIZE`, `DSA_MAX_SEGMENT_SIZE`.
const SIZES: Sizes =
    Sizes { tranche: LWTRANCHE_DSM_REGISTRY_DSA, initial: 1 << 20, largest: 1 << 40 };

/// What is known of a name. Under the lock of its partition.
#[repr(C)]
struct Entry {
    name: [u8; NAME_LEN],
    /// 0: nobody has made it yet.
    handle: Cell<dsm_handle>,
    size: Cell<usize>,
}

/// The table, once this process has it, and the epoch of shared memory that it is of.
#[derive(Clone, Copy)]
struct Known {
    table: NonNull<Table>,
    epoch: u64,
}

// SAFETY: server functions belong to the main thread.
unsafe impl Send for Known {}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

fn keys() -> Keys {
    Keys {
        size: NAME_LEN,
        compare: Compare::Text,
        hash: Hash::Text,
        copy: Copying::Text,
        arg: core::ptr::null_mut(),
    }
}

fn refused(message: &str) -> Raised {
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}

/// The table of names, made by the first process that asks.
fn table(release: OnDetach) -> Result<NonNull<Table>> {
    let header = segment::get_or_error()?.header();
    let epoch = header.epoch.load(SeqCst);
    let known = *KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.filter(|known| known.epoch == epoch) {
        return Ok(known.table);
    }
    // SAFETY: the array holds every individual lock.
    let lock: *mut LWLock = unsafe { MainLWLockArray.get().add(DSMRegistryLock) }.cast();
    let _guard = guard::take(lock, LW_EXCLUSIVE)?;
    let handle = u32::try_from(header.registry_area.load(SeqCst)).unwrap_or(0);
    let (area, table) = if handle == 0 {
        let area = area::create(SIZES, release)?;
        // SAFETY: just made, and kept for ever.
        let table =
            unsafe { hash::create(area, keys(), size_of::<Entry>(), LWTRANCHE_DSM_REGISTRY_HASH) }?;
        // SAFETY: just made.
        let made = unsafe { area.as_ref() };
        made.pin()?;
        // SAFETY: the same.
        header.registry_table.store(unsafe { table.as_ref() }.handle(), SeqCst);
        header.registry_area.store(u64::from(made.handle()), SeqCst);
        (area, table)
    } else {
        let area = area::attach(handle, release)?;
        let at = header.registry_table.load(SeqCst);
        // SAFETY: just attached, and kept for ever; the table is in it.
        (area, unsafe { hash::attach(area, keys(), size_of::<Entry>(), at) }?)
    };
    // SAFETY: this process's.
    area::pin_mapping(unsafe { area.as_ref() })?;
    *KNOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known { table, epoch });
    Ok(table)
}

/// What is made here outlives the caller's contexts and owners.
fn for_ever<T>(action: impl FnOnce() -> Result<T>) -> Result<T> {
    let context = CurrentMemoryContext.replace(TopMemoryContext.get());
    let owner = CurrentResourceOwner.replace(core::ptr::null_mut());
    let done = action();
    CurrentResourceOwner.set(owner);
    CurrentMemoryContext.set(context);
    done
}

/// `GetNamedDSMSegment`: where the segment of a name is, and whether it was there already. A new one
/// is initialized before any other process gets it. `release` lets go of the table of names.
///
/// # Errors
/// The name or the size is none; another size was asked for before; no memory; what `init` raised.
pub(crate) fn get(
    name: &CStr,
    size: usize,
    init: Option<unsafe extern "C" fn(*mut c_void)>,
    release: OnDetach,
) -> Result<(*mut c_void, bool)> {
    if name.is_empty() {
        return Err(refused("DSM segment name cannot be empty"));
    }
    if name.to_bytes_with_nul().len() > NAME_LEN {
        return Err(refused("DSM segment name too long"));
    }
    if size == 0 {
        return Err(refused("DSM segment size must be nonzero"));
    }
    let table = for_ever(|| table(release))?;
    // SAFETY: kept for ever.
    let table = unsafe { table.as_ref() };
    let (at, was_there) = for_ever(|| table.find_or_insert(name.as_ptr().cast()))?;
    // SAFETY: an entry of the table, whose partition is locked.
    let entry = unsafe { &*at.cast::<Entry>() };
    if !was_there {
        entry.handle.set(0);
        entry.size.set(size);
    }
    let found = if entry.size.get() == size {
        for_ever(|| find_or_make(entry, init))
    } else {
        let message = "requested DSM segment size does not match size of existing segment";
        Err(refused(message))
    };
    // SAFETY: found above.
    let released = unsafe { table.release(at) };
    let found = found?;
    released?;
    Ok(found)
}

fn find_or_make(
    entry: &Entry,
    init: Option<unsafe extern "C" fn(*mut c_void)>,
) -> Result<(*mut c_void, bool)> {
    const { assert!(offset_of!(Entry, handle) == NAME_LEN) };
    debug_assert!(entry.name.first() != Some(&0));
    let handle = entry.handle.get();
    let address = |segment: NonNull<segments::Segment>| {
        // SAFETY: a segment of this process.
        let mapping = unsafe { segment.as_ref() }.mapping();
        mapping.map_or(core::ptr::null_mut(), |(address, _)| address.as_ptr().cast::<c_void>())
    };
    if handle != 0 {
        let segment = match segments::find(handle) {
            Some(segment) => Some(segment),
            None => segments::attach(handle)?,
        };
        let segment =
            segment.ok_or_else(|| internal("could not map dynamic shared memory segment"))?;
        return Ok((address(segment), true));
    }
    let segment = segments::create(entry.size.get())?.ok_or_else(segments::too_many)?;
    let at = address(segment);
    let made = match init {
        // SAFETY: the module's own function, for memory that nobody else has yet.
        Some(init) => error::guarded(move || unsafe { init(at) }),
        None => Ok(()),
    };
    // SAFETY: just made.
    let made = made.and_then(|()| unsafe { segment.as_ref() }.pin());
    if let Err(raised) = made {
        // SAFETY: just made, and nobody knows of it.
        unsafe { segments::detach(segment) }?;
        return Err(raised);
    }
    // SAFETY: just made.
    entry.handle.set(unsafe { segment.as_ref() }.handle());
    Ok((at, false))
}
