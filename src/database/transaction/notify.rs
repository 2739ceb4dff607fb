#![forbid(unsafe_code)]
//! Notifications that a worker sends.
//! Runs in: worker.

use core::ffi::CStr;

use crate::abi::c::NAMEDATALEN;
use crate::error::{Report, Result, SqlState};

use crate::database::{block, transaction};

/// Bytes that a payload must not have (commands/async.c: a page without room for its head).
const TOO_LONG: usize = 8000;

/// `Async_Notify`.
///
/// # Errors
/// Too long or no names (22023); there is no transaction.
pub(crate) fn send(channel: &CStr, payload: &CStr) -> Result<()> {
    let message = match (channel.count_bytes(), payload.count_bytes()) {
        (0, _) => "channel name cannot be empty",
        (NAMEDATALEN.., _) => "channel name too long",
        (_, TOO_LONG..) => "payload string too long",
        _ => {
            transaction::check()?;
            block::notify(channel.to_owned(), payload.to_owned());
            return Ok(());
        }
    };
    Err(Report::error(SqlState::INVALID_PARAMETER_VALUE, message).into())
}
