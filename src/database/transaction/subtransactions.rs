#![forbid(unsafe_code)]
//! Subtransactions: savepoints of the server's block, with memory, owners and settings of their own.
//! Runs in: worker.

use crate::abi::c::{ResourceOwner, SubTransactionId};
use crate::abi::variables::{
    CurTransactionContext, CurTransactionResourceOwner, CurrentMemoryContext, CurrentResourceOwner,
};
use crate::abi::xact::{
    SUBXACT_EVENT_ABORT_SUB, SUBXACT_EVENT_COMMIT_SUB, SUBXACT_EVENT_PRE_COMMIT_SUB,
    SUBXACT_EVENT_START_SUB,
};
use crate::containers::scans;
use crate::error::{Level, Result};
use crate::guc;
use crate::memory::owned::Owned;
use crate::memory::scope::Scope;

use crate::database::transaction::{self, Nested, nest_level, nested};
use crate::database::{block, callbacks, levels, portals, snapshots};

/// The innermost one, and the one above it.
fn ids() -> (SubTransactionId, SubTransactionId) {
    nested(|nested| match nested.as_slice() {
        [.., above, own] => (own.id, above.id),
        _ => (0, 0),
    })
}

/// `BeginInternalSubTransaction`.
///
/// # Errors
/// FATAL: there is no transaction; out of memory; what a callback raised.
pub(crate) fn begin() -> Result<()> {
    if !transaction::is_active() {
        return Err(transaction::unexpected(Level::Fatal, "BeginInternalSubTransaction").into());
    }
    let context = Owned::new(CurTransactionContext.get(), c"CurTransactionContext")?;
    CurTransactionContext.set(context.get());
    CurrentMemoryContext.set(context.get());
    let id = transaction::next_id();
    nested(|nested| {
        let owner =
            Scope::new(nested.last().and_then(|above| above.owner.as_ref()), c"SubTransaction");
        CurTransactionResourceOwner.set(owner.get());
        CurrentResourceOwner.set(owner.get());
        let guc_level = guc::open_level();
        nested.push(Nested {
            id,
            context,
            owner: Some(owner),
            guc_level,
            is_aborted: false,
            is_over: false,
        });
    });
    block::savepoint(id);
    let (own, above) = ids();
    callbacks::tell_sub(SUBXACT_EVENT_START_SUB, own, above)
}

/// `ReleaseCurrentSubTransaction`.
///
/// # Errors
/// There is none; what a callback raised.
pub(crate) fn release() -> Result<()> {
    if nest_level() < 2 || transaction::is_aborted() {
        return Err(transaction::unexpected(Level::Error, "ReleaseCurrentSubTransaction").into());
    }
    CurrentMemoryContext.set(CurTransactionContext.get());
    let (own, above) = ids();
    callbacks::tell_sub(SUBXACT_EVENT_PRE_COMMIT_SUB, own, above)?;
    block::release(own);
    transaction::set_over();
    portals::release_subtransaction(own, above, owner_above());
    callbacks::tell_sub(SUBXACT_EVENT_COMMIT_SUB, own, above)?;
    let level = nest_level();
    let Some(Nested { context, owner, guc_level, .. }) = nested(Vec::pop) else { return Ok(()) };
    go_up();
    owner.map_or(Ok(()), |owner| owner.delete(true, false))?;
    CurrentResourceOwner.set(CurTransactionResourceOwner.get());
    guc::close_levels(true, guc_level)?;
    levels::end_subtransaction(true, own)?;
    scans::end_level(true, level);
    snapshots::end_level(level);
    // What was allocated in it is the transaction's now.
    context.delete_if_empty()
}

/// The owner of the one above.
fn owner_above() -> ResourceOwner {
    let owner = nested(|nested| match nested.as_slice() {
        [.., above, _] => above.owner.as_ref().map(Scope::get),
        _ => None,
    });
    owner.unwrap_or(core::ptr::null_mut())
}

/// The variables are those of the one above, which is the innermost now.
fn go_up() {
    let above = nested(|nested| {
        let above = nested.last()?;
        Some((above.context.get(), above.owner.as_ref()?.get()))
    });
    let Some((context, owner)) = above else { return };
    CurTransactionContext.set(context);
    CurrentMemoryContext.set(context);
    CurTransactionResourceOwner.set(owner);
    CurrentResourceOwner.set(owner);
}

/// `RollbackAndReleaseCurrentSubTransaction`.
///
/// # Errors
/// FATAL: there is none; the server's; what a callback raised.
pub(crate) fn roll_back() -> Result<()> {
    if nest_level() < 2 {
        let name = "RollbackAndReleaseCurrentSubTransaction";
        return Err(transaction::unexpected(Level::Fatal, name).into());
    }
    abort()?;
    leave_aborted()
}

/// Rolls the innermost one back, once; it is still there.
///
/// # Errors
/// As [`roll_back`].
pub(in crate::database) fn abort() -> Result<()> {
    let found = nested(|nested| {
        let last = nested.last_mut().filter(|last| !last.is_aborted)?;
        last.is_aborted = true;
        Some((last.guc_level, last.owner.take()))
    });
    let Some((guc_level, owner)) = found else { return Ok(()) };
    let (own, above) = ids();
    block::roll_back_to(own)?;
    portals::abort_subtransaction(own, above)?;
    callbacks::tell_sub(SUBXACT_EVENT_ABORT_SUB, own, above)?;
    let owner_above_it = owner_above();
    CurTransactionResourceOwner.set(owner_above_it);
    owner.map_or(Ok(()), |owner| owner.delete(false, false))?;
    CurrentResourceOwner.set(owner_above_it);
    guc::close_levels(false, guc_level)?;
    levels::end_subtransaction(false, own)?;
    scans::end_level(false, nest_level());
    snapshots::abort_level(nest_level());
    Ok(())
}

/// Takes one away that was rolled back.
///
/// # Errors
/// What a callback of its memory raised.
pub(in crate::database) fn leave_aborted() -> Result<()> {
    let Some(Nested { context, .. }) = nested(Vec::pop) else { return Ok(()) };
    go_up();
    context.delete()
}
