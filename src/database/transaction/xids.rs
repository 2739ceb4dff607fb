#![forbid(unsafe_code)]
//! Numbers of transactions, as the server gives them.
//! Runs in: worker.

use core::ffi::CStr;

use crate::abi::c::TransactionId;
use crate::error::{Report, Result, SqlState};

use crate::database::libpq::{Answer, Command};
use crate::database::{block, transaction};

fn ask(text: &CStr, writes: bool) -> Result<u64> {
    transaction::check()?;
    let answers = block::run(&[Command::Text(text, &[])], None, writes)?;
    let text = answers.first().and_then(Answer::first_value).unwrap_or_default();
    Ok(core::str::from_utf8(&text).ok().and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// The transaction's number with its epoch; it gets one now.
///
/// # Errors
/// The server's; there is no transaction.
pub(crate) fn top() -> Result<u64> {
    ask(c"SELECT pg_catalog.pg_current_xact_id()", true)
}

/// The same, 0 if it has none.
///
/// # Errors
/// The same.
pub(crate) fn top_if_any() -> Result<u64> {
    ask(c"SELECT pg_catalog.pg_current_xact_id_if_assigned()", false)
}

/// [`top`] for a function that gives the number of the subtransaction, which the server keeps to
/// itself.
///
/// # Errors
/// There is a subtransaction (0A000); the same.
pub(crate) fn current(function: &str) -> Result<u64> {
    check_top(function)?;
    top()
}

/// [`top_if_any`] like [`current`].
///
/// # Errors
/// The same.
pub(crate) fn current_if_any(function: &str) -> Result<u64> {
    check_top(function)?;
    top_if_any()
}

fn check_top(function: &str) -> Result<()> {
    if transaction::nest_level() < 2 {
        return Ok(());
    }
    let message = format!(
        "server function \"{function}\" is not available in a subtransaction outside PostgreSQL"
    );
    Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into())
}

/// A number without its epoch.
pub(crate) fn low(number: u64) -> TransactionId {
    let [a, b, c, d, ..] = number.to_le_bytes();
    TransactionId::from_le_bytes([a, b, c, d])
}
