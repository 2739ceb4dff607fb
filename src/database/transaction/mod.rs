//! A worker's transaction and its subtransactions: their memory, owners, settings and callbacks.
//! What the server is told of them is in `block`.
//! Runs in: worker.

pub(in crate::database) mod block;
pub(crate) mod blocks;
pub(crate) mod callbacks;
pub(crate) mod notify;
pub(crate) mod snapshots;
pub(crate) mod subtransactions;
pub(crate) mod xids;

use core::cell::RefCell;
use core::mem::ManuallyDrop;

use crate::abi::c::SubTransactionId;
use crate::abi::timestamp::TimestampTz;
use crate::abi::variables::{
    CurTransactionContext, CurTransactionResourceOwner, CurrentMemoryContext, CurrentResourceOwner,
    DefaultXactDeferrable, DefaultXactIsoLevel, DefaultXactReadOnly, TopMemoryContext,
    TopTransactionContext, TopTransactionResourceOwner, XactDeferrable, XactIsoLevel, XactReadOnly,
};
use crate::abi::xact::{XACT_EVENT_ABORT, XACT_EVENT_COMMIT, XACT_EVENT_PRE_COMMIT};
use crate::containers::scans;
use crate::error::{Level, Report, Result, SqlState};
use crate::guc;
use crate::memory::owned::Owned;
use crate::memory::scope::Scope;
use crate::shmem::activity;
use crate::time::stamp;

use crate::database::{levels, portals, session};

/// A transaction or a subtransaction.
pub(in crate::database) struct Nested {
    pub(in crate::database) id: SubTransactionId,
    pub(in crate::database) context: Owned,
    /// None once it was rolled back.
    pub(in crate::database) owner: Option<Scope>,
    pub(in crate::database) guc_level: i32,
    /// It was rolled back and has not ended yet.
    pub(in crate::database) is_aborted: bool,
    /// Its end has come: nothing can be run in it any more.
    pub(in crate::database) is_over: bool,
}

struct State {
    /// The transaction, then its subtransactions; none outside of transactions.
    nested: Vec<Nested>,
    /// The newest subtransaction's number.
    newest: SubTransactionId,
    started: TimestampTz,
    statement_started: TimestampTz,
    /// When it ended, 0: it has not yet.
    stopped: TimestampTz,
}

thread_local! {
    // Without a destructor: exit callbacks may look at it.
    static STATE: RefCell<ManuallyDrop<State>> = const {
        RefCell::new(ManuallyDrop::new(State {
            nested: Vec::new(),
            newest: 0,
            started: 0,
            statement_started: 0,
            stopped: 0,
        }))
    };
}

fn state<T>(look: impl FnOnce(&mut State) -> T) -> T {
    STATE.with(|state| look(&mut state.borrow_mut()))
}

/// The (sub)transactions, the outermost first.
pub(in crate::database) fn nested<T>(look: impl FnOnce(&mut Vec<Nested>) -> T) -> T {
    state(|state| look(&mut state.nested))
}

/// A number that no other subtransaction of the transaction has had.
pub(in crate::database) fn next_id() -> SubTransactionId {
    state(|state| {
        state.newest = state.newest.wrapping_add(1);
        state.newest
    })
}

/// A transaction is there, maybe one that was rolled back and has not ended yet.
fn is_any() -> bool {
    nested(|nested| !nested.is_empty())
}

/// `IsTransactionState`: statements can be run.
pub(crate) fn is_active() -> bool {
    nested(|nested| nested.last().is_some_and(|last| !last.is_aborted && !last.is_over))
}

/// `IsAbortedTransactionBlockState`.
pub(crate) fn is_aborted() -> bool {
    nested(|nested| nested.last().is_some_and(|nested| nested.is_aborted))
}

/// An error about what cannot be done in the state that the transaction is in, in PostgreSQL's words.
pub(in crate::database) fn unexpected(level: Level, function: &str) -> Report {
    let name = nested(|nested| match nested.as_slice() {
        [] => "DEFAULT",
        [_] => "STARTED",
        [.., last] if last.is_aborted => "SUBABORT",
        _ => "SUBINPROGRESS",
    });
    Report::new(level, format!("{function}: unexpected state {name}"))
}

/// `StartTransactionCommand`.
///
/// # Errors
/// There is one already; out of memory.
pub(crate) fn start() -> Result<()> {
    match nest_level() {
        0 => {}
        1 => return Err(unexpected(Level::Error, "StartTransactionCommand").into()),
        _ => {
            CurrentMemoryContext.set(CurTransactionContext.get());
            return Ok(());
        }
    }
    let context = Owned::new(TopMemoryContext.get(), c"TopTransactionContext")?;
    for variable in [&TopTransactionContext, &CurTransactionContext, &CurrentMemoryContext] {
        variable.set(context.get());
    }
    let owner = Scope::new(None, c"TopTransaction");
    let owners =
        [&TopTransactionResourceOwner, &CurTransactionResourceOwner, &CurrentResourceOwner];
    for variable in owners {
        variable.set(owner.get());
    }
    XactIsoLevel.set(DefaultXactIsoLevel.get());
    XactReadOnly.set(DefaultXactReadOnly.get() || session::is_on_standby());
    XactDeferrable.set(DefaultXactDeferrable.get());
    guc::start_transaction();
    block::start();
    let now = stamp::now();
    let started = state(|state| {
        if state.statement_started == 0 {
            state.statement_started = now;
        }
        (state.newest, state.stopped) = (1, 0);
        state.nested.push(Nested {
            id: 1,
            context,
            owner: Some(owner),
            guc_level: 1,
            is_aborted: false,
            is_over: false,
        });
        state.started = state.statement_started;
        state.started
    });
    activity::report_transaction(started);
    Ok(())
}

/// `CommitTransactionCommand`: nothing in a subtransaction.
///
/// # Errors
/// The server's, the transaction is to be aborted then; FATAL if there is none.
pub(crate) fn commit() -> Result<()> {
    match nest_level() {
        0 => return Err(unexpected(Level::Fatal, "CommitTransactionCommand").into()),
        1 => {}
        _ => return Ok(()),
    }
    portals::end_transaction(true)?;
    callbacks::tell(XACT_EVENT_PRE_COMMIT)?;
    block::commit()?;
    set_over();
    callbacks::tell(XACT_EVENT_COMMIT)?;
    clean_up(true)
}

/// `AbortCurrentTransaction`: nothing if there is none. A subtransaction stays until
/// RollbackAndReleaseCurrentSubTransaction ends it.
///
/// # Errors
/// The connection is lost; what a callback raised.
pub(crate) fn abort() -> Result<()> {
    match nest_level() {
        0 => Ok(()),
        1 => abort_top(),
        _ => subtransactions::abort(),
    }
}

/// `AbortOutOfAnyTransaction`.
///
/// # Errors
/// As [`abort`].
pub(crate) fn abort_all() -> Result<()> {
    while nest_level() > 1 {
        subtransactions::abort()?;
        subtransactions::leave_aborted()?;
    }
    abort()
}

/// The innermost one's end has come.
pub(in crate::database) fn set_over() {
    nested(|nested| {
        if let Some(last) = nested.last_mut() {
            last.is_over = true;
        }
    });
}

fn abort_top() -> Result<()> {
    block::roll_back()?;
    set_over();
    portals::end_transaction(false)?;
    callbacks::tell(XACT_EVENT_ABORT)?;
    clean_up(false)
}

/// The process ends, and what was begun with it: the server sees its connection go.
///
/// # Errors
/// What a callback raised.
pub(in crate::database) fn end_process() -> Result<()> {
    block::forget();
    abort_all()
}

fn clean_up(is_commit: bool) -> Result<()> {
    let Some(Nested { context, owner, .. }) = nested(Vec::pop) else { return Ok(()) };
    owner.map_or(Ok(()), |owner| owner.delete(is_commit, true))?;
    for variable in
        [&CurrentResourceOwner, &CurTransactionResourceOwner, &TopTransactionResourceOwner]
    {
        variable.set(core::ptr::null_mut());
    }
    guc::close_levels(is_commit, 1)?;
    levels::end_transaction(is_commit)?;
    scans::end_level(is_commit, 0);
    snapshots::end_transaction(is_commit);
    CurrentMemoryContext.set(TopMemoryContext.get());
    for variable in [&TopTransactionContext, &CurTransactionContext] {
        variable.set(core::ptr::null_mut());
    }
    activity::report_transaction(0);
    context.delete()
}

/// The ERROR for what comes after another one in the same transaction.
fn aborted() -> Report {
    let message = "current transaction is aborted, commands ignored until end of transaction block";
    Report::error(SqlState::new(*b"25P02"), message)
}

/// There must be a transaction for a statement to run in.
///
/// # Errors
/// There is none.
pub(in crate::database) fn check() -> Result<()> {
    if is_active() {
        return Ok(());
    }
    if is_any() {
        return Err(aborted().into());
    }
    let message = "there is no transaction to run a statement in";
    let hint = "A worker begins one with StartTransactionCommand.";
    Err(Report::error(SqlState::new(*b"25P01"), message).with_hint(hint).into())
}

/// `SetCurrentStatementStartTimestamp`.
pub(crate) fn start_statement() {
    state(|state| state.statement_started = stamp::now());
}

/// `GetCurrentTransactionStartTimestamp`, `GetCurrentStatementStartTimestamp`.
pub(crate) fn times() -> (TimestampTz, TimestampTz) {
    state(|state| (state.started, state.statement_started))
}

/// `GetCurrentTransactionStopTimestamp`: when it is first asked for.
pub(crate) fn stop_time() -> TimestampTz {
    state(|state| {
        if state.stopped == 0 {
            state.stopped = stamp::now();
        }
        state.stopped
    })
}

/// The subtransaction that is current, 0 outside a transaction.
pub(crate) fn subtransaction() -> SubTransactionId {
    nested(|nested| nested.last().map_or(0, |nested| nested.id))
}

/// `SubTransactionIsActive`.
pub(crate) fn is_within(id: SubTransactionId) -> bool {
    nested(|nested| nested.iter().any(|nested| nested.id == id && !nested.is_aborted))
}

/// How deep transactions are nested, 0 outside.
pub(crate) fn nest_level() -> i32 {
    nested(|nested| i32::try_from(nested.len()).unwrap_or(i32::MAX))
}
