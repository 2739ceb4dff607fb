#![forbid(unsafe_code)]
//! The levels of SPI: what SPI_connect opens, and what is freed with it.
//! Runs in: worker.

use core::cell::RefCell;
use core::ffi::c_int;
use core::mem::ManuallyDrop;

use crate::abi::c::SubTransactionId;
use crate::abi::memnodes::MemoryContext;
use crate::abi::spi::{SPI_ERROR_UNCONNECTED, SPI_OK_CONNECT, SPI_OK_FINISH, SPITupleTable};
use crate::abi::variables::{
    CurrentMemoryContext, SPI_processed, SPI_result, SPI_tuptable, TopTransactionContext,
};
use crate::error::{self, Level, Report, Result};
use crate::memory::owned::Owned;

use crate::database::plans::{self, PlanId};
use crate::database::{portals, transaction};

/// Rows that were handed out.
struct Table {
    at: *mut SPITupleTable,
    context: Owned,
    made_in: SubTransactionId,
}

/// What SPI_connect opens and SPI_finish closes.
struct SpiLevel {
    context: Owned,
    /// The context is not the transaction's.
    outlasts: bool,
    /// The context to go back to.
    before: MemoryContext,
    /// Procedures may end the transaction.
    nonatomic: bool,
    opened_in: SubTransactionId,
    /// It ends or begins the transaction itself, and stays.
    is_ending: bool,
    outer: (u64, *mut SPITupleTable, c_int),
    tables: Vec<Table>,
    /// Plans that end with it.
    plans: Vec<PlanId>,
}

thread_local! {
    // Without a destructor: exit callbacks may look at it.
    static LEVELS: RefCell<ManuallyDrop<Vec<SpiLevel>>> =
        const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

fn levels<T>(look: impl FnOnce(&mut Vec<SpiLevel>) -> T) -> T {
    LEVELS.with(|levels| look(&mut levels.borrow_mut()))
}

/// `SPI_connect_ext`.
///
/// # Errors
/// Out of memory.
pub(crate) fn connect(nonatomic: bool) -> Result<c_int> {
    // Procedures that end transactions keep their memory.
    let transaction = TopTransactionContext.get();
    let outlasts = nonatomic || transaction.is_null();
    let parent = if outlasts { portals::active_context() } else { transaction };
    let context = Owned::new(parent, c"SPI Proc")?;
    let before = CurrentMemoryContext.replace(context.get());
    let outer = (
        SPI_processed.replace(0),
        SPI_tuptable.replace(core::ptr::null_mut()),
        SPI_result.replace(0),
    );
    let level = SpiLevel {
        context,
        outlasts,
        before,
        nonatomic,
        opened_in: transaction::subtransaction(),
        is_ending: false,
        outer,
        tables: Vec::new(),
        plans: Vec::new(),
    };
    levels(|levels| levels.push(level));
    Ok(SPI_OK_CONNECT)
}

/// The variables are what they were before a level was opened.
fn go_back(outer: (u64, *mut SPITupleTable, c_int)) {
    SPI_processed.set(outer.0);
    SPI_tuptable.set(outer.1);
    SPI_result.set(outer.2);
}

/// Ends a level that was taken off, and its memory if nothing else does.
fn close(level: SpiLevel, with_memory: bool) -> Result<()> {
    go_back(level.outer);
    for plan in level.plans {
        plans::free(plan);
    }
    if with_memory { level.context.delete() } else { Ok(()) }
}

/// `SPI_finish`.
///
/// # Errors
/// What a callback of the level's memory raised.
pub(crate) fn finish() -> Result<c_int> {
    let Some(level) = levels(Vec::pop) else { return Ok(SPI_ERROR_UNCONNECTED) };
    CurrentMemoryContext.set(level.before);
    close(level, true)?;
    Ok(SPI_OK_FINISH)
}

/// Whether a level is open.
pub(in crate::database) fn is_connected() -> bool {
    levels(|levels| !levels.is_empty())
}

/// Whether procedures may end the transaction: `SPI_inside_nonatomic_context`.
pub(crate) fn is_nonatomic() -> bool {
    levels(|levels| levels.last().is_some_and(|level| level.nonatomic))
}

/// The memory of the innermost level, if one is open.
pub(in crate::database) fn context() -> Option<MemoryContext> {
    levels(|levels| levels.last().map(|level| level.context.get()))
}

/// Allocates in the memory of the innermost level, as SPI's functions leave it.
pub(in crate::database) fn enter() {
    if let Some(context) = context() {
        CurrentMemoryContext.set(context);
    }
}

/// The memory of who opened the innermost level, if one is open.
pub(crate) fn outer_context() -> Option<MemoryContext> {
    levels(|levels| levels.last().map(|level| level.before))
}

/// Keeps rows with the innermost level.
pub(in crate::database) fn keep(at: *mut SPITupleTable, context: Owned) {
    let table = Table { at, context, made_in: transaction::subtransaction() };
    levels(|levels| {
        if let Some(level) = levels.last_mut() {
            level.tables.push(table);
        }
    });
}

/// A plan ends with the innermost level.
pub(in crate::database) fn keep_plan(id: PlanId) {
    levels(|levels| {
        if let Some(level) = levels.last_mut() {
            level.plans.push(id);
        }
    });
}

/// A plan does not end with its level.
pub(in crate::database) fn give_plan(id: PlanId) {
    levels(|levels| {
        for level in levels.iter_mut() {
            level.plans.retain(|other| *other != id);
        }
    });
}

/// `SPI_freetuptable`.
///
/// # Errors
/// What a callback of its memory raised.
pub(crate) fn free_table(table: *mut SPITupleTable) -> Result<()> {
    if table.is_null() {
        return Ok(());
    }
    let found = levels(|levels| {
        let tables = &mut levels.last_mut()?.tables;
        let at = tables.iter().position(|other| other.at == table)?;
        Some(tables.swap_remove(at))
    });
    if SPI_tuptable.get() == table {
        SPI_tuptable.set(core::ptr::null_mut());
    }
    match found {
        Some(found) => found.context.delete(),
        None => {
            let message = format!("attempt to delete invalid SPITupleTable {table:p}");
            error::emit(&Report::new(Level::Warning, message));
            Ok(())
        }
    }
}

/// Marks the innermost level as one that outlives the end of the transaction that it makes.
pub(in crate::database) fn set_ending(is_ending: bool) {
    levels(|levels| {
        if let Some(level) = levels.last_mut() {
            level.is_ending = is_ending;
        }
    });
}

/// Takes the innermost level off if it ends now.
fn pop_if(ends: impl FnOnce(&SpiLevel) -> bool) -> Option<SpiLevel> {
    levels(|levels| levels.pop_if(|level| !level.is_ending && ends(level)))
}

/// The transaction ends, and levels with it; so does their memory.
///
/// # Errors
/// What a callback of a level's memory raised.
pub(in crate::database) fn end_transaction(is_commit: bool) -> Result<()> {
    let mut found = false;
    while let Some(level) = pop_if(|_| true) {
        found = true;
        let with_memory = level.outlasts;
        close(level, with_memory)?;
    }
    if found && is_commit {
        let report = Report::new(Level::Warning, "transaction left non-empty SPI stack");
        error::emit(&report.with_hint("Check for missing \"SPI_finish\" calls."));
    }
    Ok(())
}

/// Takes rows off the innermost level that were handed out in a subtransaction, or below it.
fn take_table(own: SubTransactionId) -> Option<Table> {
    levels(|levels| {
        let tables = &mut levels.last_mut()?.tables;
        let at = tables.iter().position(|table| table.made_in >= own)?;
        Some(tables.swap_remove(at))
    })
}

/// A subtransaction ends, and levels that were opened in it; when it is rolled back, rows that were
/// handed out in it, too.
///
/// # Errors
/// What a callback of their memory raised.
pub(in crate::database) fn end_subtransaction(
    is_commit: bool,
    own: SubTransactionId,
) -> Result<()> {
    let mut found = false;
    while let Some(level) = pop_if(|level| level.opened_in == own) {
        found = true;
        close(level, true)?;
    }
    if found && is_commit {
        let report = Report::new(Level::Warning, "subtransaction left non-empty SPI stack");
        error::emit(&report.with_hint("Check for missing \"SPI_finish\" calls."));
    }
    while let Some(table) = (!is_commit).then(|| take_table(own)).flatten() {
        if SPI_tuptable.get() == table.at {
            SPI_tuptable.set(core::ptr::null_mut());
        }
        table.context.delete()?;
    }
    Ok(())
}
