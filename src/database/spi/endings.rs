#![forbid(unsafe_code)]
//! Transactions that SPI itself ends: another one begins at once.
//! Runs in: worker.

use crate::abi::variables::{XactDeferrable, XactIsoLevel, XactReadOnly};
use crate::error::{Report, Result, SqlState};

use crate::database::{cursors, levels, portals, transaction};

const INVALID_TERMINATION: SqlState = SqlState::new(*b"2D000");

/// `SPI_commit`, `SPI_rollback`, and with `chain` the next transaction is of the same kind.
///
/// # Errors
/// Not at this level, or not in a subtransaction (2D000); the server's, and the transaction was
/// rolled back.
pub(crate) fn end(is_commit: bool, chain: bool) -> Result<()> {
    if !levels::is_nonatomic() {
        return Err(Report::error(INVALID_TERMINATION, "invalid transaction termination").into());
    }
    if transaction::nest_level() > 1 {
        let what = if is_commit { "commit" } else { "roll back" };
        let message = format!("cannot {what} while a subtransaction is active");
        return Err(Report::error(INVALID_TERMINATION, message).into());
    }
    let modes = (XactIsoLevel.get(), XactReadOnly.get(), XactDeferrable.get());
    levels::set_ending(true);
    let ended = end_one(is_commit);
    let next = match &ended {
        Ok(()) => transaction::start(),
        Err(_) => transaction::abort_all().and_then(|()| transaction::start()),
    };
    if chain {
        XactIsoLevel.set(modes.0);
        XactReadOnly.set(modes.1);
        XactDeferrable.set(modes.2);
    }
    levels::enter();
    levels::set_ending(false);
    next?;
    ended
}

fn end_one(is_commit: bool) -> Result<()> {
    cursors::hold_pinned()?;
    portals::forget_snapshots()?;
    if is_commit { transaction::commit() } else { transaction::abort() }
}
