#![forbid(unsafe_code)]
//! Points in time as PostgreSQL counts them, time zones, and their texts (timestamp.h, pgtime.h).
//! Runs in: any process.
//!
//! Zones are read from the system's database of time zones and kept as long as the process lives:
//! C code holds pointers to them and to their abbreviations.

mod civil;
pub(crate) mod format;
mod posix;
pub(crate) mod stamp;
mod tzfile;
pub(crate) mod week;
mod zone;

use core::ptr;
use std::sync::{Mutex, PoisonError};

use crate::abi::pgtime::pg_tz;
use crate::abi::variables::{log_timezone, session_timezone};

pub(crate) use civil::{Broken, break_down, civil, days};
pub(crate) use zone::{Zone, by_name, by_offset, gmt, of_the_system};

/// Sets the zones of the log and of the session, for this process and those it forks.
pub(crate) fn init() {
    let zone = pointer(of_the_system());
    log_timezone.set(zone);
    session_timezone.set(zone);
}

/// The zone of times in the log.
static LOG: Mutex<Option<&'static Zone>> = Mutex::new(None);

/// Sets the zone of times in the log; false: there is none of that name. No name: the system's.
pub(crate) fn set_log_zone(name: &[u8]) -> bool {
    let zone = if name.is_empty() { of_the_system() } else { by_name(name) };
    if zone.is_some() {
        *LOG.lock().unwrap_or_else(PoisonError::into_inner) = zone;
        log_timezone.set(pointer(zone));
    }
    zone.is_some()
}

/// The zone of times in the log.
pub(crate) fn of_the_log() -> Option<&'static Zone> {
    let zone = *LOG.lock().unwrap_or_else(PoisonError::into_inner);
    zone.or_else(of_the_system)
}

/// The zone of the session.
static SESSION: Mutex<Option<&'static Zone>> = Mutex::new(None);

/// Sets the zone of the session, as its server names it; one that is not known here is not set.
pub(crate) fn set_session_zone(name: &[u8]) {
    if let Some(zone) = by_name(name) {
        *SESSION.lock().unwrap_or_else(PoisonError::into_inner) = Some(zone);
        session_timezone.set(pointer(Some(zone)));
    }
}

/// The zone of the session: its server's, or else the system's.
pub(crate) fn of_the_session() -> Option<&'static Zone> {
    let zone = *SESSION.lock().unwrap_or_else(PoisonError::into_inner);
    zone.or_else(of_the_system)
}

/// A zone as C code holds it.
pub(crate) fn pointer(zone: Option<&'static Zone>) -> *mut pg_tz {
    zone.map_or(ptr::null_mut(), |zone| ptr::from_ref(zone).cast_mut().cast())
}
