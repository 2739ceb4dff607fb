#![forbid(unsafe_code)]
//! Which statements may run where: transaction blocks as PostgreSQL's utility statements see them.
//! Runs in: worker.

use crate::error::{self, Level, Report, Result, SqlState};

use crate::database::transaction::nest_level;

const ACTIVE_TRANSACTION: SqlState = SqlState::new(*b"25001");
const NO_ACTIVE_TRANSACTION: SqlState = SqlState::new(*b"25P01");

/// `IsInTransactionBlock`.
pub(crate) fn is_inside(is_top_level: bool) -> bool {
    nest_level() > 1 || !is_top_level
}

/// `PreventInTransactionBlock`.
///
/// # Errors
/// There is a block (25001).
pub(crate) fn prevent(is_top_level: bool, statement: &str) -> Result<()> {
    let message = if nest_level() > 1 {
        format!("{statement} cannot run inside a transaction block")
    } else if !is_top_level {
        format!("{statement} cannot be executed from a function")
    } else {
        return Ok(());
    };
    Err(Report::error(ACTIVE_TRANSACTION, message).into())
}

fn outside(level: Level, statement: &str) -> Report {
    let message = format!("{statement} can only be used in transaction blocks");
    Report::new(level, message).with_sqlstate(NO_ACTIVE_TRANSACTION)
}

/// `RequireTransactionBlock`.
///
/// # Errors
/// There is none (25P01).
pub(crate) fn require(is_top_level: bool, statement: &str) -> Result<()> {
    if is_inside(is_top_level) { Ok(()) } else { Err(outside(Level::Error, statement).into()) }
}

/// `WarnNoTransactionBlock`.
pub(crate) fn warn(is_top_level: bool, statement: &str) {
    if !is_inside(is_top_level) {
        error::emit(&outside(Level::Warning, statement));
    }
}
