//! `libpq/pqmq.h`, and what of `libpq/pqformat.h` takes messages apart.
//! Runs in: worker.
//!
//! Safety of all: messages are live strings; handles and segments as in `storage_shm_mq`.

use core::ffi::{c_char, c_int};
use core::ptr::NonNull;

use crate::abi::c::ProcNumber;
use crate::abi::elog::ErrorData;
use crate::abi::stringinfo::{StringInfo, StringInfoData};
use crate::dynamic::segments::Segment;
use crate::error::{Report, Result, SqlState};
use crate::queues::{Handle, messages};

/// # Safety
/// As said above.
unsafe fn live<'a>(msg: StringInfo) -> Result<&'a mut StringInfoData> {
    // SAFETY: the caller's promise.
    unsafe { msg.as_mut() }
        .ok_or_else(|| Report::error(SqlState::INTERNAL_ERROR, "no message").into())
}

plain! {
    /// Has a queue get what clients are told, for as long as this process has the segment.
    fn pq_redirect_to_shm_mq(seg: *mut Segment, mqh: *mut Handle) {
        if let Some(handle) = NonNull::new(mqh) {
            // SAFETY: as said above.
            unsafe { messages::redirect(seg, handle) };
        }
    }

    /// Has a process told of each message: its latch is set.
    fn pq_set_parallel_leader(_pid: libc::pid_t, procNumber: ProcNumber) {
        messages::set_leader(procNumber);
    }
}

throwing! {
    /// Takes a report apart whose first byte, which says that it is one, was read.
    fn pq_parse_errornotice(msg: StringInfo, edata: *mut ErrorData) {
        // SAFETY: as said above.
        let message = unsafe { live(msg)? };
        // SAFETY: the same.
        let data = unsafe { messages::parse(message)? };
        // SAFETY: the caller's.
        unsafe { edata.write(data) };
        Ok(())
    }

    /// The next byte of a message.
    fn pq_getmsgbyte(msg: StringInfo) -> c_int {
        // SAFETY: as said above.
        messages::byte(unsafe { live(msg)? }).map(c_int::from)
    }

    /// The next string of a message, as it was sent.
    fn pq_getmsgrawstring(msg: StringInfo) -> *const c_char {
        // SAFETY: as said above.
        messages::string(unsafe { live(msg)? }).map(|text| text.as_ptr())
    }

    /// There is to be nothing more.
    fn pq_getmsgend(msg: StringInfo) {
        // SAFETY: as said above.
        messages::end_of(unsafe { live(msg)? })
    }
}
