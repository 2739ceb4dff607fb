//! Statements of SPI: how they are run, and what becomes of their results.
//! Runs in: worker.
//!
//! `levels` is what SPI_connect opens, `statement` what can be said of an SQL text, `tags` what
//! PostgreSQL calls it, `parameters` what it is run with; `plans` and `cursors` (with `fetching`) are
//! statements that are kept, `portals` what they run in, `endings` transactions that SPI ends.

pub(crate) mod cursors;
pub(crate) mod endings;
pub(crate) mod fetching;
pub(crate) mod levels;
pub(crate) mod parameters;
pub(crate) mod plans;
pub(crate) mod portals;
pub(in crate::database) mod statement;
pub(in crate::database) mod tags;

use core::ffi::{CStr, c_int};
use core::ops::Range;
use std::ffi::CString;

use crate::abi::dest::{CMD_DELETE, CMD_INSERT, CMD_MERGE, CMD_SELECT, CMD_UPDATE};
use crate::abi::spi::{
    SPI_ERROR_COPY, SPI_ERROR_TRANSACTION, SPI_ERROR_UNCONNECTED, SPI_OK_DELETE,
    SPI_OK_DELETE_RETURNING, SPI_OK_INSERT, SPI_OK_INSERT_RETURNING, SPI_OK_MERGE,
    SPI_OK_MERGE_RETURNING, SPI_OK_REWRITTEN, SPI_OK_SELECT, SPI_OK_SELINTO, SPI_OK_UPDATE,
    SPI_OK_UPDATE_RETURNING, SPI_OK_UTILITY,
};
use crate::abi::variables::{SPI_processed, SPI_tuptable, TopTransactionContext};
use crate::error::{Raised, Report, Result, SqlState};
use crate::memory::owned::Owned;

use self::statement::{Kind, Statement};
use crate::database::libpq::{Answer, Command, Outcome, Parameter};
use crate::database::receiver::{self, Receiver};
use crate::database::reports::Source;
use crate::database::{block, session, transaction, tuples};

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
    /// Who gets the rows; none: SPI_tuptable.
    pub(crate) dest: Option<Receiver>,
}

/// Runs a text's statements; the last one's result is SPI_processed and SPI_tuptable. Returns its
/// `SPI_OK_*`, or an `SPI_ERROR_*`.
///
/// # Errors
/// The server's.
pub(crate) fn execute(request: &Request<'_>) -> Result<c_int> {
    let statements = statement::split(request.text);
    execute_all(request, statements.into_iter().map(|statement| (statement, None)))
}

/// [`execute`] for statements of which some are known to the server under names.
///
/// # Errors
/// The same.
pub(in crate::database) fn execute_all<'a>(
    request: &Request<'_>,
    statements: impl Iterator<Item = (Statement<'a>, Option<&'a CStr>)>,
) -> Result<c_int> {
    if !levels::is_connected() {
        return Ok(SPI_ERROR_UNCONNECTED);
    }
    let mut code = SPI_OK_REWRITTEN;
    let mut found = false;
    SPI_processed.set(0);
    SPI_tuptable.set(core::ptr::null_mut());
    for (statement, name) in statements {
        found = true;
        code =
            one(request, statement, name).map_err(|raised| in_statement(request.text, raised))?;
        if code < 0 {
            break;
        }
    }
    if !found && request.must_return_tuples {
        let message = "empty query does not return tuples";
        return Err(Report::error(SqlState::SYNTAX_ERROR, message).into());
    }
    levels::enter();
    Ok(code)
}

/// An error of ours while a text was run.
pub(in crate::database) fn in_statement(text: &[u8], raised: Raised) -> Raised {
    let mut report = raised.into_report();
    if report.more.is_none() && report.context.is_none() {
        report.context = Some(Source::whole(text).line().into());
    }
    report.into()
}

/// The ERROR for what must not be done where nothing may be written.
pub(in crate::database) fn not_read_only(statement: Statement<'_>) -> Raised {
    let message = format!("{} is not allowed in a non-volatile function", tags::of(statement));
    Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into()
}

/// The ERROR for a statement that asks for a parameter that there is not.
///
/// # Errors
/// That one.
pub(in crate::database) fn check_parameters(
    text: &[u8],
    statement: Statement<'_>,
    count: usize,
) -> Result<()> {
    let Some((number, at)) = statement.parameter_above(count) else {
        return Ok(());
    };
    let before = text.get(..statement.start + at).unwrap_or_default();
    let message = format!("there is no parameter ${number}");
    let mut report = Report::error(SqlState::new(*b"42P02"), message);
    let position = session::characters(before) + 1;
    report.more = Some(Box::new(crate::error::More {
        query: Some(text.to_vec()),
        position,
        ..Default::default()
    }));
    Err(report.into())
}

/// Where a statement comes from: a part of a text, sent behind `prefix` characters of our own.
pub(in crate::database) fn source<'a>(
    text: &'a [u8],
    statement: Statement<'_>,
    prefix: usize,
) -> Source<'a> {
    let before = session::characters(text.get(..statement.start).unwrap_or_default());
    let shift = before - i32::try_from(prefix).unwrap_or(0);
    Source { shift, ..Source::whole(text) }
}

/// A statement's text for the server, behind one of our own.
pub(in crate::database) fn behind(prefix: &str, statement: &[u8]) -> CString {
    CString::new([prefix.as_bytes(), statement].concat()).unwrap_or_default()
}

/// What can be said against a statement before the server sees it: an `SPI_ERROR_*`, or nothing.
fn check(request: &Request<'_>, statement: Statement<'_>) -> Result<Option<c_int>> {
    match statement.kind {
        Kind::TransactionControl => return Ok(Some(SPI_ERROR_TRANSACTION)),
        Kind::ClientCopy => return Ok(Some(SPI_ERROR_COPY)),
        Kind::Query => {}
        Kind::Procedure
        | Kind::WritingQuery(_)
        | Kind::Writing(_)
        | Kind::Into
        | Kind::Setting
        | Kind::Other => {
            if request.read_only {
                return Err(not_read_only(statement));
            }
        }
    }
    transaction::check()?;
    check_parameters(request.text, statement, request.parameters.len())?;
    if statement.kind != Kind::Setting {
        portals::ensure_snapshot()?;
    }
    Ok(None)
}

fn one(request: &Request<'_>, statement: Statement<'_>, name: Option<&CStr>) -> Result<c_int> {
    if let Some(code) = check(request, statement)? {
        return Ok(code);
    }
    if request.limit > 0 && statement.kind.can_be_cursor() {
        return some_rows(request, statement);
    }
    let text = behind("", statement.text);
    let command = match name {
        Some(name) => Command::Prepared(name, &request.parameters),
        None => Command::Text(&text, &request.parameters),
    };
    let source = source(request.text, statement, 0);
    let may_end = statement.kind == Kind::Procedure
        && request.allow_nonatomic
        && levels::is_nonatomic()
        && transaction::nest_level() == 1;
    let answers = if may_end && block::leave()? {
        session::with(|session| session.batch(&[command], Some((0, source)))?.finish())?
    } else {
        block::run(&[command], Some(source), !request.read_only)
            .map_err(|raised| if may_end { tell_why_inside(raised) } else { raised })?
    };
    let Some(answer) = answers.last() else { return Ok(SPI_OK_REWRITTEN) };
    let code = take(request, statement, answer)?;
    deliver(request, code)
}

/// Gives the rows to whoever else wants them; what SPI calls the statement then.
fn deliver(request: &Request<'_>, code: c_int) -> Result<c_int> {
    let Some(dest) = request.dest else { return Ok(code) };
    let operation = match code {
        SPI_OK_INSERT_RETURNING => CMD_INSERT,
        SPI_OK_UPDATE_RETURNING => CMD_UPDATE,
        SPI_OK_DELETE_RETURNING => CMD_DELETE,
        SPI_OK_MERGE_RETURNING => CMD_MERGE,
        _ => CMD_SELECT,
    };
    let taken = receiver::deliver(dest, operation)?;
    if let Some(taken) = taken {
        levels::free_table(SPI_tuptable.get())?;
        SPI_processed.set(taken);
    }
    Ok(if code == SPI_OK_SELECT && dest.is_none() { SPI_OK_UTILITY } else { code })
}

/// A query of which only the first rows are wanted: the server does not make the others.
fn some_rows(request: &Request<'_>, statement: Statement<'_>) -> Result<c_int> {
    let prefix = "DECLARE pgbgw_limited NO SCROLL CURSOR FOR ";
    let text = behind(prefix, statement.text);
    let fetch = CString::new(format!("FETCH FORWARD {} FROM pgbgw_limited", request.limit));
    let fetch = fetch.unwrap_or_default();
    let commands = [
        Command::Text(&text, &request.parameters),
        Command::Text(&fetch, &[]),
        Command::Text(c"CLOSE pgbgw_limited", &[]),
    ];
    let source = source(request.text, statement, prefix.len());
    let answers = block::run(&commands, Some(source), !request.read_only)?;
    let Some(answer) = answers.get(1) else { return Ok(SPI_OK_SELECT) };
    store(answer, 0..answer.rows())?;
    deliver(request, SPI_OK_SELECT)
}

/// Makes a result SPI_processed and SPI_tuptable.
fn take(request: &Request<'_>, statement: Statement<'_>, answer: &Answer) -> Result<c_int> {
    // The plain protocol also gives the rows of queries that rules add.
    let is_silent = matches!(statement.kind, Kind::Writing(_)) && !statement.returns;
    let has_rows = answer.outcome() == Outcome::Rows && !is_silent;
    if request.must_return_tuples && !has_rows {
        let message = format!("{} query does not return tuples", tags::of(statement));
        return Err(Report::error(SqlState::SYNTAX_ERROR, message).into());
    }
    if matches!(answer.tag(), b"DEALLOCATE ALL" | b"DISCARD ALL") {
        plans::forget_all_names();
    }
    let code = code_of(answer.tag(), has_rows, statement);
    if !has_rows {
        SPI_tuptable.set(core::ptr::null_mut());
        let counts = matches!(
            first_word(answer.tag()),
            b"SELECT" | b"INSERT" | b"UPDATE" | b"DELETE" | b"MERGE" | b"COPY"
        );
        SPI_processed.set(if counts { answer.affected() } else { 0 });
        return Ok(code);
    }
    let limit = usize::try_from(request.limit).ok().filter(|limit| *limit > 0);
    let limit = limit.unwrap_or(usize::MAX);
    if answer.rows() > limit && !matches!(statement.kind, Kind::Other | Kind::Setting) {
        let message =
            "a statement that writes cannot be stopped after some of its rows outside PostgreSQL";
        return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
    }
    store(answer, 0..answer.rows().min(limit))?;
    Ok(code)
}

/// Why a procedure could not end the transaction, which it may.
fn tell_why_inside(raised: Raised) -> Raised {
    let mut report = raised.into_report();
    if &report.sqlstate.unpack() == b"2D000" && report.hint.is_none() {
        let hint = "Outside PostgreSQL a procedure can end the transaction only if nothing was written in it before.";
        report.hint = Some(hint.into());
    }
    report.into()
}

/// Makes some of a result's rows SPI_processed and SPI_tuptable.
///
/// # Errors
/// Out of memory; a value that is none of its type.
pub(in crate::database) fn store(answer: &Answer, rows: Range<usize>) -> Result<()> {
    let parent = levels::context().unwrap_or(TopTransactionContext.get());
    let context = Owned::new(parent, c"SPI TupTable")?;
    let count = u64::try_from(rows.len()).unwrap_or(0);
    let table = match tuples::table(answer, rows, &context) {
        Ok(table) => table,
        Err(raised) => {
            context.delete()?;
            return Err(raised);
        }
    };
    SPI_tuptable.set(table);
    SPI_processed.set(count);
    levels::keep(table, context);
    Ok(())
}

fn first_word(tag: &[u8]) -> &[u8] {
    tag.split(|&byte| byte == b' ').next().unwrap_or_default()
}

/// What SPI calls a statement that ended with this tag.
fn code_of(tag: &[u8], has_rows: bool, statement: Statement<'_>) -> c_int {
    match (first_word(tag), has_rows) {
        (b"SELECT", false) if statement.kind == Kind::Into => SPI_OK_SELINTO,
        (b"SELECT", true) if statement::begins_with(statement.text, b"EXECUTE") => SPI_OK_UTILITY,
        (b"SELECT", true) => SPI_OK_SELECT,
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
