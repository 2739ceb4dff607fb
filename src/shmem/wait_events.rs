//! Names of what processes wait for: the server's, and those of libraries, which all processes
//! share (utils/wait_event.h).
//! Runs in: worker, under `WaitEventCustomLock` (make); any process (look).

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

use crate::abi::lwlock::{LW_EXCLUSIVE, LWLock, individual::WaitEventCustomLock};
use crate::abi::major::NAMEDATALEN;
use crate::abi::variables::MainLWLockArray;
use crate::abi::wait_event::{
    PG_WAIT_ACTIVITY, PG_WAIT_BUFFERPIN, PG_WAIT_CLIENT, PG_WAIT_EXTENSION, PG_WAIT_INJECTIONPOINT,
    PG_WAIT_IO, PG_WAIT_IPC, PG_WAIT_LOCK, PG_WAIT_LWLOCK, PG_WAIT_TIMEOUT,
};
use crate::abi::wait_event_names as names;
use crate::error::{Report, Result, SqlState};

use super::lwlock::{self, Permit};
use super::requests;
use super::segment::{self, AnyBytes, Segment};

/// Which names a number is looked up in.
const CLASS: u32 = 0xFF00_0000;
/// Names of libraries, one more than there can be: their numbers start at 1.
pub(super) const ENTRIES: usize = 128;

/// A name of a library. `info` is 0 until the name is written, and does not change after that.
#[repr(C)]
pub(crate) struct Entry {
    info: AtomicU32,
    name: UnsafeCell<[u8; NAMEDATALEN]>,
}

// SAFETY: an atomic and a cell of bytes.
unsafe impl AnyBytes for Entry {}

impl Entry {
    /// The name. Whoever wrote it is not trusted: it may lack its end.
    fn copy(&self) -> [u8; NAMEDATALEN] {
        // SAFETY: mapped, and every byte pattern is a value; volatile, as others may write.
        unsafe { self.name.get().read_volatile() }
    }

    fn is_called(&self, name: &[u8]) -> bool {
        bounded(&self.copy()) == name
    }
}

/// The name of a class of events; none for 0, which is no wait.
pub(crate) fn class_name(info: u32) -> Option<&'static CStr> {
    Some(match info & CLASS {
        _ if info == 0 => return None,
        PG_WAIT_LWLOCK => c"LWLock",
        PG_WAIT_LOCK => c"Lock",
        PG_WAIT_BUFFERPIN => c"BufferPin",
        PG_WAIT_ACTIVITY => c"Activity",
        PG_WAIT_CLIENT => c"Client",
        PG_WAIT_EXTENSION => c"Extension",
        PG_WAIT_IPC => c"IPC",
        PG_WAIT_TIMEOUT => c"Timeout",
        PG_WAIT_IO => c"IO",
        PG_WAIT_INJECTIONPOINT => c"InjectionPoint",
        _ => c"???",
    })
}

/// The name of an event; none for 0, which is no wait, and for what has none.
///
/// # Errors
/// A number of a library's that no library has made.
pub(crate) fn name(info: u32) -> Result<Option<&'static CStr>> {
    if info == 0 {
        return Ok(None);
    }
    if let Some(name) = of_the_server(info) {
        // Individual locks that are no more have none.
        return Ok(Some(name).filter(|name| !name.is_empty()));
    }
    let entry = entries().iter().find(|entry| entry.info.load(SeqCst) == info);
    let entry = entry.ok_or_else(|| {
        let message = format!("could not find custom name for wait event information {info}");
        Report::error(SqlState::INTERNAL_ERROR, message)
    })?;
    // SAFETY: mapped for ever; whoever made the entry has written the end of its name.
    Ok(Some(unsafe { CStr::from_ptr(entry.name.get().cast()) }))
}

/// The same for the postmaster, which trusts no end of a name: class and event.
pub(crate) fn copy_names(segment: &Segment, info: u32) -> Option<(&'static CStr, Vec<u8>)> {
    let class = class_name(info)?;
    let event = of_the_server(info).map(|name| name.to_bytes().to_vec()).or_else(|| {
        let entry = segment.wait_events().iter().find(|entry| entry.info.load(SeqCst) == info)?;
        Some(bounded(&entry.copy()).to_vec())
    });
    event.map(|event| (class, event))
}

/// Events that are not a library's; those that nobody knows have a name, too.
fn of_the_server(info: u32) -> Option<&'static CStr> {
    let (class, number) = (info & CLASS, usize::try_from(info & !CLASS).unwrap_or(usize::MAX));
    let id = u16::try_from(info & 0xFFFF).unwrap_or(0);
    let names: &[&CStr] = match class {
        PG_WAIT_LWLOCK => return Some(requests::tranche_name(id)),
        PG_WAIT_LOCK => return Some(names::LOCKS.get(usize::from(id)).unwrap_or(&c"???")),
        PG_WAIT_EXTENSION if number == 0 => return Some(c"Extension"),
        PG_WAIT_EXTENSION | PG_WAIT_INJECTIONPOINT => return None,
        PG_WAIT_BUFFERPIN => &names::BUFFER_PINS,
        PG_WAIT_ACTIVITY => &names::ACTIVITIES,
        PG_WAIT_CLIENT => &names::CLIENTS,
        PG_WAIT_IPC => &names::IPC,
        PG_WAIT_TIMEOUT => &names::TIMEOUTS,
        PG_WAIT_IO => &names::IO,
        _ => &[],
    };
    Some(names.get(number).copied().unwrap_or(c"unknown wait event"))
}

/// `WaitEventExtensionNew` and its like: the number of an event of a library, a new one for a new
/// name.
///
/// # Errors
/// The name is too long, or is used in the other class; there are too many; no shared memory yet.
pub(crate) fn make(class: u32, name: &[u8]) -> Result<u32> {
    if name.len() >= NAMEDATALEN {
        let most = NAMEDATALEN - 1;
        let message = format!("cannot use custom wait event string longer than {most} characters");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    let segment = segment::get_or_error()?;
    // SAFETY: the array holds every individual lock.
    let lock: *mut LWLock = unsafe { MainLWLockArray.get().add(WaitEventCustomLock) }.cast();
    lwlock::acquire(lock, LW_EXCLUSIVE, Permit::of_this_process().as_ref())?;
    let made = find_or_make(segment, class, name);
    lwlock::release(lock)?;
    made
}

fn find_or_make(segment: &Segment, class: u32, name: &[u8]) -> Result<u32> {
    for (number, entry) in (0u32..).zip(segment.wait_events()).skip(1) {
        let info = entry.info.load(SeqCst);
        if info == 0 {
            let mut stored = [0u8; NAMEDATALEN];
            for (to, from) in stored.iter_mut().zip(name) {
                *to = *from;
            }
            // SAFETY: the entry is free and the lock is held.
            unsafe { entry.name.get().write(stored) };
            entry.info.store(class | number, SeqCst);
            return Ok(class | number);
        }
        if entry.is_called(name) {
            return if info & CLASS == class { Ok(info) } else { Err(taken(info, name).into()) };
        }
    }
    Err(Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, "too many custom wait events").into())
}

fn taken(info: u32, name: &[u8]) -> Report {
    let (name, class) = (String::from_utf8_lossy(name), class_name(info).unwrap_or_default());
    let class = class.to_string_lossy();
    let message = format!("wait event \"{name}\" already exists in type \"{class}\"");
    Report::error(SqlState::DUPLICATE_OBJECT, message)
}

/// The names of libraries in a class.
pub(crate) fn of_class(class: u32) -> Vec<Vec<u8>> {
    let of_class = |entry: &&Entry| {
        let info = entry.info.load(SeqCst);
        info != 0 && info & CLASS == class
    };
    entries().iter().filter(of_class).map(|entry| bounded(&entry.copy()).to_vec()).collect()
}

fn entries() -> &'static [Entry] {
    segment::get().map(Segment::wait_events).unwrap_or_default()
}

/// What stands before the first NUL.
fn bounded(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}
