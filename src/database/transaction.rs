#![forbid(unsafe_code)]
//! What a worker's transaction is here: memory, and whether the server was told of it.
//! Runs in: worker.
//!
//! `BEGIN` is sent before the first statement, not by StartTransactionCommand: a procedure that
//! ends transactions of its own can only be called outside a block.

use std::sync::{Mutex, PoisonError};

use crate::abi::snapshot::{Snapshot, SnapshotData};
use crate::abi::timestamp::TimestampTz;
use crate::abi::variable::Variable;
use crate::abi::variables::{
    CurTransactionContext, CurrentMemoryContext, TopMemoryContext, TopTransactionContext,
};
use crate::error::{Level, Report, Result, SqlState};
use crate::guc;
use crate::memory::owned::Owned;
use crate::shmem::activity;
use crate::time::stamp;

use super::{portals, session, spi};

/// What the server knows of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// Nothing yet.
    None,
    /// It has begun, and nothing was written.
    Read,
    /// It has begun, and something may have been written.
    Written,
}

struct Transaction {
    /// The transaction's memory; none outside one.
    context: Option<Owned>,
    block: Block,
    started: TimestampTz,
    statement_started: TimestampTz,
    /// Snapshots that are active.
    snapshots: u32,
}

static STATE: Mutex<Transaction> = Mutex::new(Transaction {
    context: None,
    block: Block::None,
    started: 0,
    statement_started: 0,
    snapshots: 0,
});

fn state<T>(look: impl FnOnce(&mut Transaction) -> T) -> T {
    look(&mut STATE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// `IsTransactionState`.
pub(crate) fn is_active() -> bool {
    state(|state| state.context.is_some())
}

/// `StartTransactionCommand`.
///
/// # Errors
/// There is one already; out of memory.
pub(crate) fn start() -> Result<()> {
    if is_active() {
        let message = "StartTransactionCommand: unexpected state STARTED";
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    let context = Owned::new(TopMemoryContext.get(), c"TopTransactionContext")?;
    for variable in [&TopTransactionContext, &CurTransactionContext, &CurrentMemoryContext] {
        variable.set(context.get());
    }
    guc::start_transaction();
    let now = stamp::now();
    let started = state(|state| {
        if state.statement_started == 0 {
            state.statement_started = now;
        }
        (state.context, state.block, state.snapshots) = (Some(context), Block::None, 0);
        state.started = state.statement_started;
        state.started
    });
    activity::report_transaction(started);
    Ok(())
}

/// `CommitTransactionCommand`.
///
/// # Errors
/// The server's, the transaction is to be aborted then; FATAL if there is none.
pub(crate) fn commit() -> Result<()> {
    if !is_active() {
        let message = "CommitTransactionCommand: unexpected state DEFAULT";
        return Err(Report::new(Level::Fatal, message).into());
    }
    spi::warn_of_open_levels();
    portals::end_transaction(true)?;
    if end_block()? == Ended::RolledBack {
        let message =
            "current transaction is aborted, commands ignored until end of transaction block";
        return Err(Report::error(SqlState::new(*b"25P02"), message).into());
    }
    clean_up(true)
}

/// `AbortCurrentTransaction`: nothing if there is none.
///
/// # Errors
/// The connection is lost.
pub(crate) fn abort() -> Result<()> {
    if !is_active() {
        return Ok(());
    }
    let block = state(|state| core::mem::replace(&mut state.block, Block::None));
    if block != Block::None {
        session::with(|session| session.run(c"ROLLBACK", &[], None).map(drop))?;
    }
    portals::end_transaction(false)?;
    clean_up(false)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Committed,
    RolledBack,
}

/// Ends the block on the server, if there is one; the next statement begins another.
fn end_block() -> Result<Ended> {
    let block = state(|state| core::mem::replace(&mut state.block, Block::None));
    if block == Block::None {
        return Ok(Ended::Committed);
    }
    let rolled_back = session::with(|session| {
        let answer = session.run(c"COMMIT", &[], None)?;
        Ok(answer.tag() == b"ROLLBACK")
    })?;
    Ok(if rolled_back { Ended::RolledBack } else { Ended::Committed })
}

fn clean_up(is_commit: bool) -> Result<()> {
    spi::forget_levels()?;
    guc::close_levels(is_commit, 1)?;
    CurrentMemoryContext.set(TopMemoryContext.get());
    for variable in [&TopTransactionContext, &CurTransactionContext] {
        variable.set(core::ptr::null_mut());
    }
    activity::report_transaction(0);
    let context = state(|state| {
        state.snapshots = 0;
        state.context.take()
    });
    context.map_or(Ok(()), Owned::delete)
}

/// The process ends: what was begun ends with the connection.
pub(super) fn forget() {
    state(|state| state.block = Block::None);
}

/// The server is to know of the transaction before a statement of it.
///
/// # Errors
/// There is no transaction; the server's.
pub(super) fn begin(writes: bool) -> Result<()> {
    if !is_active() {
        let message = "there is no transaction to run a statement in";
        let hint = "A worker begins one with StartTransactionCommand.";
        return Err(Report::error(SqlState::new(*b"25P01"), message).with_hint(hint).into());
    }
    begin_block()?;
    if writes {
        state(|state| state.block = Block::Written);
    }
    Ok(())
}

/// [`begin`] for looking something up, which may also be done without a transaction.
pub(super) fn begin_if_active() -> Result<()> {
    if is_active() { begin_block() } else { Ok(()) }
}

fn begin_block() -> Result<()> {
    if state(|state| state.block) == Block::None {
        session::with(|session| session.run(c"BEGIN", &[], None).map(drop))?;
        state(|state| state.block = Block::Read);
    }
    Ok(())
}

/// Before a statement that may end transactions of its own: it is sent outside a block unless
/// something may have been written in the one that has begun. True: it is.
///
/// # Errors
/// There is no transaction; the server's.
pub(super) fn leave_block() -> Result<bool> {
    if !is_active() {
        return begin(true).map(|()| false);
    }
    if state(|state| state.block) == Block::Written {
        return Ok(false);
    }
    end_block().map(|_| true)
}

/// `SetCurrentStatementStartTimestamp`.
pub(crate) fn start_statement() {
    state(|state| state.statement_started = stamp::now());
}

/// `GetCurrentTransactionStartTimestamp`, `GetCurrentStatementStartTimestamp`.
pub(crate) fn times() -> (TimestampTz, TimestampTz) {
    state(|state| (state.started, state.statement_started))
}

/// The subtransaction that is current, 0 outside a transaction.
pub(super) fn subtransaction() -> u32 {
    u32::from(is_active())
}

/// How deep transactions are nested, 0 outside.
pub(super) fn nest_level() -> i32 {
    i32::from(is_active())
}

/// The one snapshot that there is to point to: the server takes its own for each statement.
static SNAPSHOT: Variable<SnapshotData> = Variable::new(SnapshotData::NONE);

/// `GetTransactionSnapshot`, `GetLatestSnapshot`.
pub(crate) fn snapshot() -> Snapshot {
    SNAPSHOT.as_ptr()
}

/// `PushActiveSnapshot`.
pub(crate) fn push_snapshot() {
    state(|state| state.snapshots += 1);
}

/// `PopActiveSnapshot`.
pub(crate) fn pop_snapshot() {
    state(|state| state.snapshots = state.snapshots.saturating_sub(1));
}

/// `ActiveSnapshotSet`.
pub(crate) fn has_snapshot() -> bool {
    state(|state| state.snapshots > 0)
}
