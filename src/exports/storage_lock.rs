//! `storage/lock.h`, `storage/lmgr.h`: heavyweight locks.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;

use crate::abi::lock::{
    CONFLICTS, DEFAULT_LOCKMETHOD, LOCKMODE, LOCKTAG, LOCKTAG_LAST_TYPE, LockAcquireResult,
    LockMethodData, MODE_NAMES, MODES, USER_LOCKMETHOD, bit, conflicts_of,
};
use crate::abi::stringinfo::StringInfo;
use crate::abi::wait_event_names;
use crate::containers::string;
use crate::error::{Report, Result, SqlState};
use crate::locks::{self, Want};

/// What both methods are.
struct Method(LockMethodData);

// SAFETY: pointers to constants.
unsafe impl Sync for Method {}

struct Names([*const c_char; MODES]);

// SAFETY: pointers to constants.
unsafe impl Sync for Names {}

static NAMES: Names = {
    let [none, a, b, c, d, e, f, g, h] = MODE_NAMES;
    Names([
        none.as_ptr(),
        a.as_ptr(),
        b.as_ptr(),
        c.as_ptr(),
        d.as_ptr(),
        e.as_ptr(),
        f.as_ptr(),
        g.as_ptr(),
        h.as_ptr(),
    ])
};

static TRACE: bool = false;

static METHOD: Method = Method(LockMethodData {
    numLockModes: 8,
    conflictTab: (&raw const CONFLICTS).cast(),
    lockModeNames: (&raw const NAMES.0).cast(),
    trace_flag: &raw const TRACE,
});

fn method(method: u8) -> Result<&'static LockMethodData> {
    if [DEFAULT_LOCKMETHOD, USER_LOCKMETHOD].contains(&method) {
        return Ok(&METHOD.0);
    }
    let message = format!("unrecognized lock method: {method}");
    Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
}

/// A method's number, which C has as 16 bits.
fn small(method: u16) -> u8 {
    u8::try_from(method).unwrap_or(0)
}

throwing! {
    /// Takes a lock, for the current resource owner or for the session; waits for it if it has to
    /// and may.
    fn LockAcquire(
        locktag: *const LOCKTAG,
        lockmode: LOCKMODE,
        sessionLock: bool,
        dontWait: bool,
    ) -> LockAcquireResult {
        let want =
            Want { mode: lockmode, session: sessionLock, dont_wait: dontWait, report_full: true };
        // SAFETY: the caller's tag.
        locks::acquire(unsafe { &*locktag }, want)
    }

    /// The same; without `reportMemoryError` a full table is no ERROR.
    fn LockAcquireExtended(
        locktag: *const LOCKTAG,
        lockmode: LOCKMODE,
        sessionLock: bool,
        dontWait: bool,
        reportMemoryError: bool,
        locallockp: *mut *mut c_void,
    ) -> LockAcquireResult {
        if !locallockp.is_null() {
            let message = "a process's own entry of a lock is not available outside PostgreSQL";
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
        let want = Want {
            mode: lockmode,
            session: sessionLock,
            dont_wait: dontWait,
            report_full: reportMemoryError,
        };
        // SAFETY: the caller's tag.
        locks::acquire(unsafe { &*locktag }, want)
    }

    /// Gives a lock back once; false, and a WARNING, if the owner does not have it.
    fn LockRelease(locktag: *const LOCKTAG, lockmode: LOCKMODE, sessionLock: bool) -> bool {
        // SAFETY: the caller's tag.
        locks::release(unsafe { &*locktag }, lockmode, sessionLock)
    }

    /// Gives all locks of a method back, or all but the session's.
    fn LockReleaseAll(lockmethodid: u16, allLocks: bool) {
        method(small(lockmethodid))?;
        locks::release_all(small(lockmethodid), allLocks)
    }

    /// Gives the session's locks of a method back.
    fn LockReleaseSession(lockmethodid: u16) {
        method(small(lockmethodid))?;
        locks::release_session(small(lockmethodid))
    }

    /// Whether somebody waits for a lock of this process.
    fn LockHasWaiters(locktag: *const LOCKTAG, lockmode: LOCKMODE, _sessionLock: bool) -> bool {
        // SAFETY: the caller's tag.
        locks::has_waiters(unsafe { &*locktag }, lockmode)
    }

    /// How many processes have asked for a lock, those that have it included.
    fn LockWaiterCount(locktag: *const LOCKTAG) -> c_int {
        // SAFETY: the caller's tag.
        locks::requests(unsafe { &*locktag })
    }

    /// How the locks of a tag's method work.
    fn GetLockTagsMethodTable(locktag: *const LOCKTAG) -> *const LockMethodData {
        // SAFETY: the caller's tag.
        method(unsafe { &*locktag }.locktag_lockmethodid).map(ptr::from_ref)
    }

    /// Appends what a tag stands for.
    fn DescribeLockTag(buf: StringInfo, tag: *const LOCKTAG) {
        // SAFETY: the caller's tag.
        let text = locks::describe(unsafe { &*tag });
        let len = c_int::try_from(text.len()).unwrap_or(0);
        // SAFETY: a live string, and so many bytes.
        unsafe { string::append(buf, text.as_ptr().cast(), len, true) }
    }
}

plain! {
    /// Whether this process has a lock.
    fn LockHeldByMe(locktag: *const LOCKTAG, lockmode: LOCKMODE, orstronger: bool) -> bool {
        // SAFETY: the caller's tag.
        locks::is_held(unsafe { &*locktag }, lockmode, orstronger)
    }

    /// Whether two modes exclude each other.
    fn DoLockModesConflict(mode1: LOCKMODE, mode2: LOCKMODE) -> bool {
        (0..=8).contains(&mode2) && conflicts_of(mode1) & bit(mode2) != 0
    }

    /// A mode's name.
    fn GetLockmodeName(_lockmethodid: u16, mode: LOCKMODE) -> *const c_char {
        crate::abi::lock::mode_name(mode).as_ptr()
    }

    /// The name of a kind of lockable object.
    fn GetLockNameFromTagType(locktag_type: u16) -> *const c_char {
        let known = locktag_type <= u16::from(LOCKTAG_LAST_TYPE);
        let name = wait_event_names::LOCKS.get(usize::from(locktag_type)).filter(|_| known);
        name.map_or(c"???", |name: &&CStr| name).as_ptr()
    }
}
