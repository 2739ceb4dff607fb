//! Timeouts (utils/timeout.h): many of them on the process's one timer, called in the order in
//! which they are due.
//! Runs in: worker; signal handler.
//!
//! Main code takes the list by disarming it: an alarm that comes meanwhile only wakes the process, and
//! the timer is looked at anew when the list is armed again.

use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use core::time::Duration;

use crate::abi::timeout::{MAX_TIMEOUTS, TimeoutId, USER_TIMEOUT, timeout_handler_proc};
use crate::abi::timestamp::TimestampTz;
use crate::abi::variables::InterruptHoldoffCount;
use crate::error::{Level, Report, Result, SqlState};
use crate::sys::clock;
use crate::sys::reason::reason;
use crate::time::stamp;

/// The timer's signal is taken for lost when it is so many microseconds late.
const LOST: i64 = 10_000;

/// One reason.
struct Timeout {
    handler: Cell<timeout_handler_proc>,
    active: Cell<bool>,
    fired: Cell<bool>,
    start: Cell<TimestampTz>,
    finish: Cell<TimestampTz>,
    /// Milliseconds after which it is due again; 0: never.
    every: Cell<i32>,
}

/// All of a process.
struct Timeouts {
    /// Whether the signal's handler may use the list.
    armed: AtomicBool,
    /// When the timer's signal is to come, if it is set.
    due: Cell<Option<TimestampTz>>,
    all: [Timeout; MAX_TIMEOUTS as usize],
}

// SAFETY: main code belongs to the main thread, and so does the handler, which leaves the list
// alone while main code has disarmed it.
unsafe impl Sync for Timeouts {}

static TIMEOUTS: Timeouts = Timeouts {
    armed: AtomicBool::new(false),
    due: Cell::new(None),
    all: [const {
        Timeout {
            handler: Cell::new(None),
            active: Cell::new(false),
            fired: Cell::new(false),
            start: Cell::new(0),
            finish: Cell::new(0),
            every: Cell::new(0),
        }
    }; MAX_TIMEOUTS as usize],
};

/// A timeout to set: which, when it is due, and after how many milliseconds again (0: never).
pub(crate) struct Setting {
    pub(crate) id: TimeoutId,
    pub(crate) when: When,
    pub(crate) every: i32,
}

/// When a timeout is due.
pub(crate) enum When {
    /// So many milliseconds from now.
    After(i32),
    At(TimestampTz),
}

/// `InitializeTimeouts`, but for the signal's handler: nothing is registered.
pub(crate) fn forget_all() {
    // As a rule there are none, and nothing is written: the page stays the postmaster's.
    if !TIMEOUTS.armed.load(SeqCst)
        && TIMEOUTS.all.iter().all(|timeout| timeout.handler.get().is_none())
    {
        return;
    }
    disarm();
    TIMEOUTS.due.set(None);
    for timeout in &TIMEOUTS.all {
        timeout.handler.set(None);
        timeout.active.set(false);
        timeout.fired.set(false);
        timeout.start.set(0);
        timeout.finish.set(0);
    }
}

/// `RegisterTimeout`: which reason the handler got, for `USER_TIMEOUT` the next free one.
///
/// # Errors
/// FATAL when none is free.
pub(crate) fn register(id: TimeoutId, handler: timeout_handler_proc) -> Result<TimeoutId> {
    disarm();
    let is_free = |id: &TimeoutId| get(*id).is_ok_and(|timeout| timeout.handler.get().is_none());
    let found = if id < USER_TIMEOUT { Some(id) } else { (id..MAX_TIMEOUTS).find(is_free) };
    if let Some(timeout) = found.and_then(|id| get(id).ok()) {
        timeout.handler.set(handler);
    }
    schedule(stamp::now())?;
    found.ok_or_else(|| {
        let report = Report::new(Level::Fatal, "cannot add more timeout reasons");
        report.with_sqlstate(SqlState::CONFIGURATION_LIMIT_EXCEEDED).into()
    })
}

/// `enable_timeouts` and its like.
///
/// # Errors
/// One of them is not registered; those before it are set.
pub(crate) fn enable(settings: impl Iterator<Item = Setting>) -> Result<()> {
    disarm();
    let now = stamp::now();
    let mut result = Ok(());
    for Setting { id, when, every } in settings {
        let timeout = match registered(id) {
            Ok(timeout) => timeout,
            Err(unknown) => {
                result = Err(unknown);
                break;
            }
        };
        let finish = match when {
            When::After(delay) => after(now, delay),
            When::At(moment) => moment,
        };
        set(timeout, now, finish, every);
    }
    schedule(now)?;
    result
}

/// `disable_timeouts` and its like: which, and whether it still says that it fired.
///
/// # Errors
/// As [`reschedule`].
pub(crate) fn disable(timeouts: impl Iterator<Item = (TimeoutId, bool)>) -> Result<()> {
    disarm();
    for (id, keep_indicator) in timeouts {
        if let Ok(timeout) = get(id) {
            timeout.active.set(false);
            if !keep_indicator {
                timeout.fired.set(false);
            }
        }
    }
    schedule(stamp::now())
}

/// `disable_all_timeouts`. Errors as [`reschedule`].
pub(crate) fn disable_all(keep_indicators: bool) -> Result<()> {
    disable((0..MAX_TIMEOUTS).map(|id| (id, keep_indicators)))
}

/// `reschedule_timeouts`: sets the timer anew.
///
/// # Errors
/// FATAL when the timer cannot be set.
pub(crate) fn reschedule() -> Result<()> {
    disarm();
    schedule(stamp::now())
}

/// `get_timeout_active`.
pub(crate) fn is_active(id: TimeoutId) -> bool {
    get(id).is_ok_and(|timeout| timeout.active.get())
}

/// `get_timeout_indicator`: whether it has fired; `reset` makes it forget that.
pub(crate) fn has_fired(id: TimeoutId, reset: bool) -> bool {
    get(id).is_ok_and(|timeout| {
        let fired = timeout.fired.get();
        if fired && reset {
            timeout.fired.set(false);
        }
        fired
    })
}

/// `get_timeout_start_time`: when it was last set; 0: never.
pub(crate) fn start_of(id: TimeoutId) -> TimestampTz {
    get(id).map_or(0, |timeout| timeout.start.get())
}

/// `get_timeout_finish_time`: when it is, or was, due; 0: never set.
pub(crate) fn finish_of(id: TimeoutId) -> TimestampTz {
    get(id).map_or(0, |timeout| timeout.finish.get())
}

/// SIGALRM, after the process was woken: calls the handlers that are due.
pub(super) fn alarm() {
    TIMEOUTS.due.set(None);
    if !TIMEOUTS.armed.swap(false, SeqCst) {
        return;
    }
    InterruptHoldoffCount.set(InterruptHoldoffCount.get().wrapping_add(1));
    let mut now = stamp::now();
    while let Some(timeout) = next().filter(|timeout| timeout.finish.get() <= now) {
        timeout.active.set(false);
        timeout.fired.set(true);
        if let Some(handler) = timeout.handler.get() {
            // SAFETY: whoever registered it promised that it can be called from a handler. If it
            // jumps it skips frames that own nothing.
            unsafe { handler() };
        }
        let every = timeout.every.get();
        if every > 0 {
            // No drift, unless a whole turn was missed.
            let planned = after(timeout.finish.get(), every);
            set(timeout, now, if planned < now { after(now, every) } else { planned }, every);
        }
        now = stamp::now();
    }
    // It fails for a wrong number of microseconds only.
    let _result = schedule(now);
    InterruptHoldoffCount.set(InterruptHoldoffCount.get().saturating_sub(1));
}

fn get(id: TimeoutId) -> core::result::Result<&'static Timeout, Report> {
    usize::try_from(id).ok().and_then(|id| TIMEOUTS.all.get(id)).ok_or_else(|| unknown(id))
}

fn registered(id: TimeoutId) -> Result<&'static Timeout> {
    let timeout = get(id)?;
    if timeout.handler.get().is_none() {
        return Err(unknown(id).into());
    }
    Ok(timeout)
}

fn unknown(id: TimeoutId) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, format!("timeout {id} is not registered"))
}

fn after(moment: TimestampTz, milliseconds: i32) -> TimestampTz {
    moment.saturating_add(i64::from(milliseconds) * 1000)
}

fn set(timeout: &Timeout, now: TimestampTz, finish: TimestampTz, every: i32) {
    timeout.fired.set(false);
    timeout.start.set(now);
    timeout.finish.set(finish);
    timeout.every.set(every);
    timeout.active.set(true);
}

/// The one that is due first; of several the lowest.
fn next() -> Option<&'static Timeout> {
    TIMEOUTS.all.iter().filter(|timeout| timeout.active.get()).min_by_key(|t| t.finish.get())
}

/// From here on the handler leaves the list alone.
fn disarm() {
    TIMEOUTS.armed.swap(false, SeqCst);
}

/// Gives the list to the handler and sets the timer, unless it is set and comes early enough.
fn schedule(now: TimestampTz) -> Result<()> {
    let Some(finish) = next().map(|timeout| timeout.finish.get()) else { return Ok(()) };
    let due = TIMEOUTS.due.get().filter(|due| now <= due.saturating_add(LOST) && now <= finish);
    TIMEOUTS.due.set(due);
    TIMEOUTS.armed.swap(true, SeqCst);
    if due.is_some_and(|due| due <= finish) {
        return Ok(());
    }
    TIMEOUTS.due.set(Some(finish));
    let left = u64::try_from(finish.saturating_sub(now)).unwrap_or(0).max(1);
    clock::alarm_after(Duration::from_micros(left)).map_err(|errno| {
        TIMEOUTS.due.set(None);
        let message = format!("could not enable SIGALRM timer: {}", reason(errno));
        Report::new(Level::Fatal, message).into()
    })
}
