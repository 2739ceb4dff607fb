//! `storage/condition_variable.h`: sleeping until another process says that it is time to look.
//! Runs in: worker.

use core::ffi::c_long;
use core::time::Duration;

use crate::abi::condition_variable::ConditionVariable;
use crate::shmem::condition;
use crate::worker::interrupts;

plain! {
    /// Makes one, in shared memory.
    fn ConditionVariableInit(cv: *mut ConditionVariable) {
        // SAFETY: room for one that nobody uses.
        unsafe { condition::init(cv) };
    }
}

throwing! {
    /// From here on this process is told; to be called before the condition is looked at.
    fn ConditionVariablePrepareToSleep(cv: *mut ConditionVariable) {
        condition::prepare_to_sleep(cv)
    }

    /// Sleeps until this process is told.
    fn ConditionVariableSleep(cv: *mut ConditionVariable, wait_event_info: u32) {
        condition::sleep(cv, None, wait_event_info, interrupts::check).map(drop)
    }

    /// The same for at most so many milliseconds; true if they are over.
    fn ConditionVariableTimedSleep(
        cv: *mut ConditionVariable,
        timeout: c_long,
        wait_event_info: u32,
    ) -> bool {
        let timeout = u64::try_from(timeout).ok().map(Duration::from_millis);
        condition::sleep(cv, timeout, wait_event_info, interrupts::check)
    }

    /// This process waits no more; true if it was told meanwhile.
    fn ConditionVariableCancelSleep() -> bool {
        condition::cancel_sleep()
    }

    /// Tells the process that has waited longest.
    fn ConditionVariableSignal(cv: *mut ConditionVariable) {
        condition::signal(cv)
    }

    /// Tells all that wait.
    fn ConditionVariableBroadcast(cv: *mut ConditionVariable) {
        condition::broadcast(cv)
    }
}
