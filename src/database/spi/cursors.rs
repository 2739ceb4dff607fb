//! Cursors: portals that rows are fetched from.
//! Runs in: worker.
//!
//! A query is a cursor of the server, of the portal's name. What else has a result (RETURNING, SHOW,
//! ...) is run at the first fetch, and its rows are kept here; PostgreSQL does the same.

use core::ffi::{CStr, c_char, c_int};
use core::ops::Range;
use core::ptr;
use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use crate::abi::portal::{
    CURSOR_OPT_HOLD, CURSOR_OPT_NO_SCROLL, CURSOR_OPT_SCROLL, PORTAL_FAILED, PORTAL_ONE_MOD_WITH,
    PORTAL_ONE_RETURNING, PORTAL_ONE_SELECT, PORTAL_READY, PORTAL_UTIL_SELECT, Portal,
    PortalStrategy,
};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{self, Report, Result, SqlState};
use crate::memory;

use crate::database::libpq::{Answer, Command, Parameter};
use crate::database::reports::Source;
use crate::database::statement::{self, Kind, Statement};
use crate::database::{block, levels, plans, portals, snapshots, spi, tags, transaction, tuples};

const INVALID_DEFINITION: SqlState = SqlState::new(*b"42P11");

/// What a portal's rows come from.
enum Rows {
    /// A cursor of the server.
    Server,
    /// A statement that was not run yet.
    Waiting { text: Vec<u8>, parameters: Vec<Parameter> },
    /// Rows that are here, and how many were passed.
    Here(Answer, usize),
}

static TABLE: Mutex<Option<HashMap<usize, Rows>>> = Mutex::new(None);

fn table<T>(look: impl FnOnce(&mut HashMap<usize, Rows>) -> T) -> T {
    look(TABLE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// What a cursor is to be opened for.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    /// Its name; empty: one that no other has.
    pub(crate) name: &'a CStr,
    pub(crate) text: &'a [u8],
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) read_only: bool,
    pub(crate) options: c_int,
}

fn internal(message: &str) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

/// A name as SQL has it.
fn quoted(name: &CStr) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for &byte in name.to_bytes() {
        quoted.extend_from_slice(if byte == b'"' { b"\"\"" } else { core::slice::from_ref(&byte) });
    }
    quoted.push(b'"');
    quoted
}

/// Our own words around a cursor's name.
fn about(before: &str, name: &CStr, after: &str) -> Vec<u8> {
    [before.as_bytes(), &quoted(name), after.as_bytes()].concat()
}

fn to_c(text: Vec<u8>) -> CString {
    CString::new(text).unwrap_or_default()
}

/// `SPI_cursor_open` and its kin; `caller` is the function's name, `is_plan` says that the statements
/// were prepared, and that the only one of them has a result.
///
/// # Errors
/// No level is open; what the text is cannot be a cursor (42P11); the server's.
pub(crate) fn open(opening: &Opening<'_>, caller: &str, has_result: bool) -> Result<Portal> {
    let statements = statement::split(opening.text);
    let [statement] = statements.as_slice() else {
        let message = "cannot open multi-query plan as cursor";
        return Err(Report::error(INVALID_DEFINITION, message).into());
    };
    let kind = statement.kind;
    if !levels::is_connected() {
        return Err(internal(&format!("{caller} called while not connected")).into());
    }
    transaction::check()?;
    if !kind.can_be_cursor() && !has_result && !self::has_result(opening, statement, kind)? {
        let message = format!("cannot open {} query as cursor", tags::of(*statement));
        return Err(Report::error(INVALID_DEFINITION, message).into());
    }
    spi::check_parameters(opening.text, *statement, opening.parameters.len())?;
    let portal = if opening.name.is_empty() {
        portals::create_unnamed()?
    } else {
        portals::create(opening.name, false, false)?
    };
    let begun = check(opening, *statement, kind).and_then(|()| {
        // SAFETY: just made.
        unsafe { begin(portal, opening, *statement, kind) }
    });
    if let Err(raised) = begun {
        // SAFETY: the same; nobody has seen it.
        unsafe { portals::drop_one(portal, false)? };
        return Err(spi::in_statement(opening.text, raised));
    }
    levels::enter();
    Ok(portal)
}

/// Whether a statement that is no query has a result: the server is asked.
fn has_result(opening: &Opening<'_>, statement: &Statement<'_>, kind: Kind) -> Result<bool> {
    if matches!(kind, Kind::Into | Kind::TransactionControl | Kind::ClientCopy) {
        return Ok(false);
    }
    let types: Vec<_> = opening.parameters.iter().map(|(of, _)| *of).collect();
    let Some(id) = plans::prepare(statement.text, &types, 0)? else { return Ok(false) };
    let found = plans::get(id).is_some_and(|plan| plan.has_one_result());
    plans::free(id);
    Ok(found)
}

/// What can be said against a cursor before the server sees it.
fn check(opening: &Opening<'_>, statement: Statement<'_>, kind: Kind) -> Result<()> {
    let locks = matches!(kind, Kind::WritingQuery(_)) && kind.can_be_cursor();
    if opening.options & CURSOR_OPT_SCROLL != 0 && locks {
        let message = "DECLARE SCROLL CURSOR ... FOR UPDATE/SHARE is not supported";
        let report = Report::error(SqlState::FEATURE_NOT_SUPPORTED, message);
        return Err(report.with_detail("Scrollable cursors must be READ ONLY.").into());
    }
    if opening.read_only && kind != Kind::Query {
        return Err(spi::not_read_only(statement));
    }
    if opening.read_only {
        snapshots::active()?;
    }
    Ok(())
}

/// # Safety
/// The portal is live.
unsafe fn begin(
    portal: Portal,
    opening: &Opening<'_>,
    statement: Statement<'_>,
    kind: Kind,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let data = unsafe { portals::of(portal) };
    let (name, context) = (data.name().to_owned(), data.portalContext);
    let described = if kind.can_be_cursor() {
        declare(&name, opening, statement)?
    } else {
        let types: Vec<_> = opening.parameters.iter().map(|(of, _)| *of).collect();
        Declared { answer: plans::describe(opening.text, statement, &types)?, scrolls: false }
    };
    let before = CurrentMemoryContext.replace(context);
    let tupdesc = tuples::describe(&described.answer);
    CurrentMemoryContext.set(before);
    let text = [opening.text, b"\0"].concat();
    let text = memory::copy_bytes(context, &text)?;
    // SAFETY: the caller's promise; nothing was called that may have dropped it.
    let data = unsafe { portals::of(portal) };
    data.tupDesc = tupdesc?;
    data.sourceText = text.as_ptr().cast::<c_char>();
    data.strategy = strategy(kind);
    let chosen = if described.scrolls { CURSOR_OPT_SCROLL } else { CURSOR_OPT_NO_SCROLL };
    data.cursorOptions = opening.options & !(CURSOR_OPT_SCROLL | CURSOR_OPT_NO_SCROLL) | chosen;
    (data.atStart, data.atEnd, data.portalPos) = (true, false, 0);
    data.status = PORTAL_READY;
    data.cleanup = Some(clean_up);
    let rows = if kind.can_be_cursor() {
        Rows::Server
    } else {
        let (text, parameters) = (opening.text.to_vec(), opening.parameters.clone());
        Rows::Waiting { text, parameters }
    };
    table(|table| table.insert(portal.addr(), rows));
    Ok(())
}

fn strategy(kind: Kind) -> PortalStrategy {
    match kind {
        Kind::Writing(_) => PORTAL_ONE_RETURNING,
        Kind::Query => PORTAL_ONE_SELECT,
        Kind::WritingQuery(_) if kind.can_be_cursor() => PORTAL_ONE_SELECT,
        Kind::WritingQuery(_) => PORTAL_ONE_MOD_WITH,
        Kind::TransactionControl
        | Kind::ClientCopy
        | Kind::Procedure
        | Kind::Into
        | Kind::Setting
        | Kind::Other => PORTAL_UTIL_SELECT,
    }
}

/// What the server says of a cursor that it was told of.
struct Declared {
    /// Its columns.
    answer: Answer,
    /// It moves backwards, too.
    scrolls: bool,
}

/// Has the server open a cursor.
fn declare(name: &CStr, opening: &Opening<'_>, statement: Statement<'_>) -> Result<Declared> {
    let scroll = match opening.options & (CURSOR_OPT_SCROLL | CURSOR_OPT_NO_SCROLL) {
        0 => "",
        CURSOR_OPT_SCROLL => "SCROLL ",
        _ => "NO SCROLL ",
    };
    let hold = if opening.options & CURSOR_OPT_HOLD == 0 { "" } else { "WITH HOLD " };
    let prefix = about("DECLARE ", name, &format!(" {scroll}CURSOR {hold}FOR "));
    let text = to_c([&*prefix, statement.text].concat());
    let shown = [(25, Some(name.to_owned()))];
    let commands = [
        Command::Text(&text, &opening.parameters),
        Command::DescribePortal(name),
        Command::Text(c"SELECT is_scrollable FROM pg_catalog.pg_cursors WHERE name = $1", &shown),
    ];
    let prefix = crate::database::session::characters(&prefix);
    let source = spi::source(opening.text, statement, usize::try_from(prefix).unwrap_or(0));
    let mut answers = block::run(&commands, Some(source), !opening.read_only)?;
    let scrolls = answers.pop().and_then(|answer| answer.first_value()) == Some(b"t".to_vec());
    match answers.pop() {
        Some(answer) => Ok(Declared { answer, scrolls }),
        None => Err(internal("the server did not describe a cursor").into()),
    }
}

/// Called when a cursor is dropped, or failed.
///
/// # Safety
/// The portal is live.
unsafe extern "C" fn clean_up(portal: Portal) {
    error::plain(|| {
        let rows = table(|table| table.remove(&portal.addr()));
        // SAFETY: the caller's promise.
        let data = unsafe { portals::of(portal) };
        if matches!(rows, Some(Rows::Server)) && data.status != PORTAL_FAILED {
            let text = to_c(about("CLOSE ", data.name(), ""));
            block::close(text, data.cursorOptions & CURSOR_OPT_HOLD != 0);
        }
    });
}

/// `SPI_cursor_find`: a portal of that name, or the server's cursor of that name.
///
/// # Errors
/// The server's.
pub(crate) fn find(name: &CStr) -> Result<Option<Portal>> {
    if let Some(portal) = portals::by_name(name) {
        return Ok(Some(portal));
    }
    if !block::has_begun() || !transaction::is_active() {
        return Ok(None);
    }
    let shown = [(25, Some(name.to_owned()))];
    let text = c"SELECT is_scrollable FROM pg_catalog.pg_cursors WHERE name = $1";
    let answers = block::run(&[Command::Text(text, &shown)], None, false)?;
    let Some(scrolls) = answers.first().and_then(Answer::first_value) else { return Ok(None) };
    let mut answers = block::run(&[Command::DescribePortal(name)], None, false)?;
    let Some(answer) = answers.pop() else { return Ok(None) };
    let portal = portals::create(name, false, false)?;
    // SAFETY: just made.
    let data = unsafe { portals::of(portal) };
    let before = CurrentMemoryContext.replace(data.portalContext);
    let tupdesc = tuples::describe(&answer);
    CurrentMemoryContext.set(before);
    data.tupDesc = tupdesc?;
    data.strategy = PORTAL_ONE_SELECT;
    data.cursorOptions = if scrolls == b"t" { CURSOR_OPT_SCROLL } else { CURSOR_OPT_NO_SCROLL };
    (data.atStart, data.atEnd) = (true, false);
    data.status = PORTAL_READY;
    data.cleanup = Some(clean_up);
    table(|table| table.insert(portal.addr(), Rows::Server));
    Ok(Some(portal))
}

/// Runs a statement whose rows are kept here.
fn run_waiting(portal: Portal) -> Result<()> {
    let waiting = table(|table| match table.get_mut(&portal.addr()) {
        Some(Rows::Waiting { text, parameters }) => {
            Some((core::mem::take(text), core::mem::take(parameters)))
        }
        _ => None,
    });
    let Some((text, parameters)) = waiting else { return Ok(()) };
    let Some(statement) = statement::split(&text).pop() else { return Ok(()) };
    let sent = spi::behind("", statement.text);
    let source = Source { is_context: false, ..spi::source(&text, statement, 0) };
    let answers = block::run(&[Command::Text(&sent, &parameters)], Some(source), true)?;
    let answer = answers.into_iter().next_back();
    let answer = answer.ok_or_else(|| internal("a statement has no result"))?;
    table(|table| table.insert(portal.addr(), Rows::Here(answer, 0)));
    Ok(())
}

/// Moves the place in rows that are kept here: those that were passed, in the order in which they
/// were. None: they are the server's.
pub(in crate::database) fn pass(
    portal: Portal,
    forward: bool,
    count: i64,
) -> Result<Option<Range<usize>>> {
    run_waiting(portal)?;
    table(|table| {
        let Some(Rows::Here(answer, at)) = table.get_mut(&portal.addr()) else { return Ok(None) };
        if !forward {
            let message = "cursor can only scan forward";
            let report = Report::error(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE, message);
            let hint = "Declare it with SCROLL option to enable backward scan.";
            return Err(report.with_hint(hint).into());
        }
        let wanted = usize::try_from(count).unwrap_or(0);
        let end = at.saturating_add(wanted).min(answer.rows());
        let passed = *at..end;
        *at = end;
        Ok(Some(passed))
    })
}

/// Makes rows that are kept here SPI_tuptable.
pub(in crate::database) fn store(portal: Portal, rows: Range<usize>) -> Result<()> {
    let taken = table(|table| table.remove(&portal.addr()));
    let Some(Rows::Here(answer, at)) = taken else { return Ok(()) };
    let stored = spi::store(&answer, rows);
    table(|table| table.insert(portal.addr(), Rows::Here(answer, at)));
    stored
}

/// Has the server move a cursor: its answer.
pub(in crate::database) fn send(name: &CStr, verb: &str, what: &str) -> Result<Option<Answer>> {
    let text = to_c(about(&format!("{verb} {what} FROM "), name, ""));
    let answers = block::run(&[Command::Text(&text, &[])], None, false)?;
    Ok(answers.into_iter().next_back())
}

/// `HoldPinnedPortals`: the rows that are left of pinned cursors outlive the transaction.
///
/// # Errors
/// One is no query, or not ready; the server's.
pub(in crate::database) fn hold_pinned() -> Result<()> {
    for portal in portals::pinned() {
        // SAFETY: in the table of portals.
        let data = unsafe { portals::of(portal) };
        if data.strategy != PORTAL_ONE_SELECT {
            let message =
                "cannot perform transaction commands inside a cursor loop that is not read-only";
            let state = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
            return Err(Report::error(state, message).into());
        }
        if data.status != PORTAL_READY {
            return Err(internal("pinned portal is not ready to be auto-held").into());
        }
        let name = data.name().to_owned();
        if let Some(answer) = send(&name, "FETCH", "FORWARD ALL")? {
            table(|table| table.insert(portal.addr(), Rows::Here(answer, 0)));
        }
        // SAFETY: pinned, so nobody has dropped it.
        let data = unsafe { portals::of(portal) };
        (data.createSubid, data.autoHeld) = (0, true);
        (data.resowner, data.portalSnapshot) = (ptr::null_mut(), ptr::null_mut());
    }
    Ok(())
}

/// Whether it is a cursor.
pub(in crate::database) fn is_known(portal: Portal) -> bool {
    table(|table| table.contains_key(&portal.addr()))
}

/// NULL, as extensions know no portal.
pub(crate) const NONE: Portal = ptr::null_mut();
