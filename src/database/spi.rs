#![forbid(unsafe_code)]
//! The levels of SPI, and the statements that run in them.
//! Runs in: worker.

use core::cell::RefCell;
use core::ffi::{CStr, c_int};
use core::mem::ManuallyDrop;
use std::ffi::CString;

use crate::abi::memnodes::MemoryContext;
use crate::abi::spi::{
    SPI_ERROR_COPY, SPI_ERROR_TRANSACTION, SPI_ERROR_UNCONNECTED, SPI_OK_CONNECT, SPI_OK_DELETE,
    SPI_OK_DELETE_RETURNING, SPI_OK_FINISH, SPI_OK_INSERT, SPI_OK_INSERT_RETURNING, SPI_OK_MERGE,
    SPI_OK_MERGE_RETURNING, SPI_OK_REWRITTEN, SPI_OK_SELECT, SPI_OK_SELINTO, SPI_OK_UPDATE,
    SPI_OK_UPDATE_RETURNING, SPI_OK_UTILITY, SPITupleTable,
};
use crate::abi::variables::{
    CurrentMemoryContext, SPI_processed, SPI_result, SPI_tuptable, TopTransactionContext,
};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::memory::owned::Owned;

use super::libpq::{Answer, Outcome};
use super::session::{self, Parameter};
use super::statement::{self, Kind};
use super::{portals, transaction, tuples};

/// What SPI_connect opens and SPI_finish closes.
struct SpiLevel {
    context: Owned,
    /// The context is not the transaction's.
    outlasts: bool,
    /// The context to go back to.
    before: MemoryContext,
    /// Procedures may end the transaction.
    nonatomic: bool,
    outer: (u64, *mut SPITupleTable, c_int),
    tables: Vec<(*mut SPITupleTable, Owned)>,
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
    let level = SpiLevel { context, outlasts, before, nonatomic, outer, tables: Vec::new() };
    levels(|levels| levels.push(level));
    Ok(SPI_OK_CONNECT)
}

/// `SPI_finish`.
///
/// # Errors
/// What a callback of the level's memory raised.
pub(crate) fn finish() -> Result<c_int> {
    let Some(level) = levels(Vec::pop) else { return Ok(SPI_ERROR_UNCONNECTED) };
    CurrentMemoryContext.set(level.before);
    let (processed, table, result) = level.outer;
    SPI_processed.set(processed);
    SPI_tuptable.set(table);
    SPI_result.set(result);
    level.context.delete()?;
    Ok(SPI_OK_FINISH)
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
        let at = tables.iter().position(|(other, _)| *other == table)?;
        Some(tables.swap_remove(at).1)
    });
    if SPI_tuptable.get() == table {
        SPI_tuptable.set(core::ptr::null_mut());
    }
    match found {
        Some(context) => context.delete(),
        None => {
            let message = format!("attempt to delete invalid SPITupleTable {table:p}");
            error::emit(&Report::new(Level::Warning, message));
            Ok(())
        }
    }
}

/// Tells of levels that a transaction leaves open.
pub(super) fn warn_of_open_levels() {
    if levels(|levels| !levels.is_empty()) {
        let report = Report::new(Level::Warning, "transaction left non-empty SPI stack");
        error::emit(&report.with_hint("Check for missing \"SPI_finish\" calls."));
    }
}

/// The transaction ends, and all levels with it; so does their memory.
///
/// # Errors
/// What a callback of a level's memory raised.
pub(super) fn forget_levels() -> Result<()> {
    while let Some(level) = levels(Vec::pop) {
        if level.outlasts {
            level.context.delete()?;
        }
    }
    SPI_processed.set(0);
    SPI_tuptable.set(core::ptr::null_mut());
    SPI_result.set(0);
    Ok(())
}

/// What is to be run, and how.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) read_only: bool,
    pub(crate) allow_nonatomic: bool,
    pub(crate) must_return_tuples: bool,
    /// Rows at most, 0: all.
    pub(crate) limit: u64,
}

/// Runs a text's statements; the last one's result is SPI_processed and SPI_tuptable. Returns its
/// `SPI_OK_*`, or an `SPI_ERROR_*`.
///
/// # Errors
/// The server's.
pub(crate) fn execute(request: &Request<'_>) -> Result<c_int> {
    if levels(|levels| levels.is_empty()) {
        return Ok(SPI_ERROR_UNCONNECTED);
    }
    SPI_processed.set(0);
    SPI_tuptable.set(core::ptr::null_mut());
    let statements = statement::split(request.text);
    if statements.is_empty() && request.must_return_tuples {
        let message = "empty query does not return tuples";
        return Err(Report::error(SqlState::SYNTAX_ERROR, message).into());
    }
    let mut code = SPI_OK_REWRITTEN;
    for statement in statements {
        code = one(request, statement)?;
        if code < 0 {
            break;
        }
    }
    Ok(code)
}

fn one(request: &Request<'_>, statement: &[u8]) -> Result<c_int> {
    let kind = statement::kind(statement);
    match kind {
        Kind::TransactionControl => return Ok(SPI_ERROR_TRANSACTION),
        Kind::ClientCopy => return Ok(SPI_ERROR_COPY),
        Kind::Writing(word) if request.read_only => {
            let message = format!("{word} is not allowed in a non-volatile function");
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
        Kind::Procedure | Kind::Writing(_) | Kind::Other => {}
    }
    let text = CString::new(statement).unwrap_or_default();
    let nonatomic = request.allow_nonatomic && levels(|l| l.last().is_some_and(|l| l.nonatomic));
    let bare = kind == Kind::Procedure && nonatomic && transaction::leave_block()?;
    if !bare {
        transaction::begin(!request.read_only)?;
    }
    let answer =
        session::with(|session| session.run(&text, &request.parameters, Some(request.text)))?;
    if request.must_return_tuples && answer.outcome() != Outcome::Rows {
        let tag = String::from_utf8_lossy(answer.tag()).into_owned();
        let message = format!("{tag} query does not return tuples");
        return Err(Report::error(SqlState::SYNTAX_ERROR, message).into());
    }
    store(request, statement, &answer)
}

/// Makes a result SPI_processed and SPI_tuptable.
fn store(request: &Request<'_>, statement: &[u8], answer: &Answer) -> Result<c_int> {
    let has_rows = answer.outcome() == Outcome::Rows;
    let code = code_of(answer.tag(), has_rows, statement);
    if !has_rows {
        SPI_tuptable.set(core::ptr::null_mut());
        SPI_processed.set(answer.affected());
        return Ok(code);
    }
    let limit = usize::try_from(request.limit).ok().filter(|limit| *limit > 0);
    let limit = limit.unwrap_or(usize::MAX);
    if answer.rows() > limit && code != SPI_OK_SELECT {
        let message =
            "a statement that writes cannot be stopped after some of its rows outside PostgreSQL";
        return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
    }
    let parent = levels(|levels| levels.last().map(|level| level.context.get()));
    let parent = parent.unwrap_or(TopTransactionContext.get());
    let context = Owned::new(parent, c"SPI TupTable")?;
    let table = match tuples::table(answer, limit, &context) {
        Ok(table) => table,
        Err(raised) => {
            context.delete()?;
            return Err(raised);
        }
    };
    SPI_tuptable.set(table);
    SPI_processed.set(u64::try_from(answer.rows().min(limit)).unwrap_or(0));
    levels(|levels| {
        if let Some(level) = levels.last_mut() {
            level.tables.push((table, context));
        }
    });
    Ok(code)
}

/// What SPI calls a statement that ended with this tag.
fn code_of(tag: &[u8], has_rows: bool, text: &[u8]) -> c_int {
    let word = tag.split(|&byte| byte == b' ').next().unwrap_or_default();
    match (word, has_rows) {
        (b"SELECT", true) => SPI_OK_SELECT,
        (b"SELECT", false) if statement::begins_with(text, b"CREATE") => SPI_OK_UTILITY,
        (b"SELECT", false) => SPI_OK_SELINTO,
        (b"INSERT", false) => SPI_OK_INSERT,
        (b"INSERT", true) => SPI_OK_INSERT_RETURNING,
        (b"UPDATE", false) => SPI_OK_UPDATE,
        (b"UPDATE", true) => SPI_OK_UPDATE_RETURNING,
        (b"DELETE", false) => SPI_OK_DELETE,
        (b"DELETE", true) => SPI_OK_DELETE_RETURNING,
        (b"MERGE", false) => SPI_OK_MERGE,
        (b"MERGE", true) => SPI_OK_MERGE_RETURNING,
        _ => SPI_OK_UTILITY,
    }
}

/// A result code in words; what is no code has none of its own, as long as nobody else asks.
pub(crate) fn code_words(code: c_int) -> &'static CStr {
    match code {
        -1 => c"SPI_ERROR_CONNECT",
        -2 => c"SPI_ERROR_COPY",
        -3 => c"SPI_ERROR_OPUNKNOWN",
        -4 => c"SPI_ERROR_UNCONNECTED",
        -6 => c"SPI_ERROR_ARGUMENT",
        -7 => c"SPI_ERROR_PARAM",
        -8 => c"SPI_ERROR_TRANSACTION",
        -9 => c"SPI_ERROR_NOATTRIBUTE",
        -10 => c"SPI_ERROR_NOOUTFUNC",
        -11 => c"SPI_ERROR_TYPUNKNOWN",
        -12 => c"SPI_ERROR_REL_DUPLICATE",
        -13 => c"SPI_ERROR_REL_NOT_FOUND",
        1 => c"SPI_OK_CONNECT",
        2 => c"SPI_OK_FINISH",
        3 => c"SPI_OK_FETCH",
        4 => c"SPI_OK_UTILITY",
        5 => c"SPI_OK_SELECT",
        6 => c"SPI_OK_SELINTO",
        7 => c"SPI_OK_INSERT",
        8 => c"SPI_OK_DELETE",
        9 => c"SPI_OK_UPDATE",
        10 => c"SPI_OK_CURSOR",
        11 => c"SPI_OK_INSERT_RETURNING",
        12 => c"SPI_OK_DELETE_RETURNING",
        13 => c"SPI_OK_UPDATE_RETURNING",
        14 => c"SPI_OK_REWRITTEN",
        15 => c"SPI_OK_REL_REGISTER",
        16 => c"SPI_OK_REL_UNREGISTER",
        17 => c"SPI_OK_TD_REGISTER",
        18 => c"SPI_OK_MERGE",
        19 => c"SPI_OK_MERGE_RETURNING",
        _ => c"Unrecognized SPI code",
    }
}
