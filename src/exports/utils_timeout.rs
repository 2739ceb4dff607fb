//! `utils/timeout.h`: handlers that are called when some time is over.
//! Runs in: worker.

use core::ffi::c_int;
use core::slice;

use crate::abi::timeout::{
    DisableTimeoutParams, EnableTimeoutParams, TMPARAM_AFTER, TMPARAM_AT, TMPARAM_EVERY, TimeoutId,
    timeout_handler_proc,
};
use crate::abi::timestamp::TimestampTz;
use crate::error::{Report, Result, SqlState};
use crate::worker::signals;
use crate::worker::timeouts::{self, Setting, When};

fn count_of(count: c_int) -> usize {
    usize::try_from(count).unwrap_or(0)
}

fn setting(params: &EnableTimeoutParams) -> Result<Setting> {
    let &EnableTimeoutParams { id, r#type, delay_ms, fin_time } = params;
    let (when, every) = match r#type {
        TMPARAM_AFTER => (When::After(delay_ms), 0),
        TMPARAM_AT => (When::At(fin_time), 0),
        TMPARAM_EVERY => (When::After(delay_ms), delay_ms),
        other => {
            let message = format!("unrecognized timeout type {other}");
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        }
    };
    Ok(Setting { id, when, every })
}

throwing! {
    /// Gives a reason its handler; for `USER_TIMEOUT` a free one, which is returned.
    fn RegisterTimeout(id: TimeoutId, handler: timeout_handler_proc) -> TimeoutId {
        timeouts::register(id, handler)
    }

    /// Has a handler called after so many milliseconds.
    fn enable_timeout_after(id: TimeoutId, delay_ms: c_int) {
        timeouts::enable([Setting { id, when: When::After(delay_ms), every: 0 }].into_iter())
    }

    /// Has a handler called at that moment, and then after each so many milliseconds.
    fn enable_timeout_every(id: TimeoutId, fin_time: TimestampTz, delay_ms: c_int) {
        timeouts::enable([Setting { id, when: When::At(fin_time), every: delay_ms }].into_iter())
    }

    /// Has a handler called at that moment.
    fn enable_timeout_at(id: TimeoutId, fin_time: TimestampTz) {
        timeouts::enable([Setting { id, when: When::At(fin_time), every: 0 }].into_iter())
    }

    /// Several at once.
    fn enable_timeouts(timeouts: *const EnableTimeoutParams, count: c_int) {
        // SAFETY: so many of the caller's.
        let params = unsafe { slice::from_raw_parts(timeouts, count_of(count)) };
        let settings = params.iter().map(setting).collect::<Result<Vec<_>>>()?;
        timeouts::enable(settings.into_iter())
    }

    /// Forgets that a handler is to be called.
    fn disable_timeout(id: TimeoutId, keep_indicator: bool) {
        timeouts::disable([(id, keep_indicator)].into_iter())
    }

    /// Several at once.
    fn disable_timeouts(timeouts: *const DisableTimeoutParams, count: c_int) {
        // SAFETY: so many of the caller's.
        let params = unsafe { slice::from_raw_parts(timeouts, count_of(count)) };
        timeouts::disable(params.iter().map(|params| (params.id, params.keep_indicator)))
    }

    /// All.
    fn disable_all_timeouts(keep_indicators: bool) {
        timeouts::disable_all(keep_indicators)
    }

    /// Sets the timer anew, after a handler has left by an ERROR.
    fn reschedule_timeouts() {
        timeouts::reschedule()
    }
}

plain! {
    /// Forgets all that was registered, and sets the handler of SIGALRM.
    fn InitializeTimeouts() {
        signals::initialize_timeouts();
    }

    /// Whether a handler is to be called.
    fn get_timeout_active(id: TimeoutId) -> bool {
        timeouts::is_active(id)
    }

    /// Whether a handler was called since it was last set.
    fn get_timeout_indicator(id: TimeoutId, reset_indicator: bool) -> bool {
        timeouts::has_fired(id, reset_indicator)
    }

    /// When it was last set.
    fn get_timeout_start_time(id: TimeoutId) -> TimestampTz {
        timeouts::start_of(id)
    }

    /// When it is, or was, due.
    fn get_timeout_finish_time(id: TimeoutId) -> TimestampTz {
        timeouts::finish_of(id)
    }
}
