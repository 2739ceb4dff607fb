#![forbid(unsafe_code)]
//! What the server knows of the worker's transaction, and what it is to be told before the next
//! statement.
//! Runs in: worker.
//!
//! `BEGIN` is sent with the first statement, not by StartTransactionCommand: a procedure that ends
//! transactions of its own can only be called outside a block. So are savepoints; one that no
//! statement followed is never sent. All of it travels with the statement, in one round trip.

use core::ffi::CStr;
use std::ffi::CString;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::c::SubTransactionId;
use crate::abi::variables::{XactDeferrable, XactIsoLevel, XactReadOnly};
use crate::abi::xact::{XACT_REPEATABLE_READ, XACT_SERIALIZABLE};
use crate::error::Result;

use crate::database::libpq::{Answer, Command, Parameter};
use crate::database::reports::Source;
use crate::database::{session, types};

/// How far the server's block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// It has not begun.
    None,
    /// It has begun, and nothing was written.
    Read,
    /// It has begun, and something may have been written.
    Written,
}

/// Something to be sent.
#[derive(Clone, Debug)]
enum Pending {
    /// The savepoint of a subtransaction.
    Savepoint(SubTransactionId),
    /// Forget one.
    Release(SubTransactionId),
    /// Notify a channel, with a payload.
    Notify([Parameter; 2]),
    /// Close a cursor, in these words.
    Close(CString),
}

/// A transaction's isolation, and whether it is READ ONLY and DEFERRABLE.
type Modes = (i32, bool, bool);

struct State {
    block: Block,
    pending: Vec<Pending>,
    /// What the server makes of a plain BEGIN.
    plain: Modes,
    /// Statements that the server is to forget.
    garbage: Vec<CString>,
}

static STATE: Mutex<State> = Mutex::new(State {
    block: Block::None,
    pending: Vec::new(),
    plain: (1, false, false),
    garbage: Vec::new(),
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn modes() -> Modes {
    (XactIsoLevel.get(), XactReadOnly.get(), XactDeferrable.get())
}

/// A transaction starts; the variables say what the server makes of a plain BEGIN.
pub(in crate::database) fn start() {
    let state = &mut *state();
    (state.block, state.plain) = (Block::None, modes());
    state.pending.clear();
}

/// BEGIN, with what the variables ask for besides.
fn begin(plain: Modes) -> CString {
    let (isolation, read_only, deferrable) = modes();
    let mut text = String::from("BEGIN");
    if isolation != plain.0 {
        text += match isolation {
            XACT_SERIALIZABLE => " ISOLATION LEVEL SERIALIZABLE",
            XACT_REPEATABLE_READ => " ISOLATION LEVEL REPEATABLE READ",
            _ => " ISOLATION LEVEL READ COMMITTED",
        };
    }
    if read_only != plain.1 {
        text += if read_only { " READ ONLY" } else { " READ WRITE" };
    }
    if deferrable != plain.2 {
        text += if deferrable { " DEFERRABLE" } else { " NOT DEFERRABLE" };
    }
    CString::new(text).unwrap_or_default()
}

impl Pending {
    fn text(&self) -> CString {
        let text = match self {
            Self::Savepoint(id) => format!("SAVEPOINT pgbgw_{id}"),
            Self::Release(id) => format!("RELEASE SAVEPOINT pgbgw_{id}"),
            Self::Close(text) => return text.clone(),
            Self::Notify(_) => "SELECT pg_catalog.pg_notify($1, $2)".to_owned(),
        };
        CString::new(text).unwrap_or_default()
    }

    /// As a command, in this text. In a block that has begun a savepoint is a statement of its own:
    /// of a text that the server cannot read it does nothing, and the block has failed.
    fn command<'a>(&'a self, text: &'a CStr, has_begun: bool) -> Command<'a> {
        match self {
            Self::Notify(parameters) => Command::Text(text, parameters),
            Self::Savepoint(_) if has_begun => Command::Text(text, &[]),
            Self::Savepoint(_) | Self::Release(_) | Self::Close(_) => Command::Own(text),
        }
    }
}

/// Runs commands in the server's block, which begins if it has not yet. `source` is where they come
/// from, if an extension wrote them. Their results.
///
/// # Errors
/// The server's.
pub(in crate::database) fn run(
    commands: &[Command<'_>],
    source: Option<Source<'_>>,
    writes: bool,
) -> Result<Vec<Answer>> {
    let (begin, garbage, pending) = {
        let state = state();
        let begin = (state.block == Block::None).then(|| begin(state.plain));
        (begin, state.garbage.clone(), state.pending.clone())
    };
    let garbage = if session::is_aborted() { Vec::new() } else { garbage };
    let texts: Vec<CString> = pending.iter().map(Pending::text).collect();
    let mut all: Vec<Command<'_>> = Vec::with_capacity(1 + texts.len() + commands.len());
    all.extend(begin.as_deref().map(Command::Own));
    all.extend(garbage.iter().map(|text| Command::Own(text)));
    let told = texts.iter().zip(&pending);
    all.extend(told.map(|(text, pending)| pending.command(text, begin.is_none())));
    all.extend_from_slice(commands);
    let before = all.len() - commands.len();
    let batch =
        session::with(|session| session.batch(&all, source.map(|source| (before, source))))?;
    let done = batch.answers.len();
    {
        let mut state = state();
        let mut told = done.min(before);
        if begin.is_some() && told > 0 {
            state.block = Block::Read;
            told -= 1;
        }
        let deallocated = told.min(garbage.len());
        state.garbage.drain(..deallocated);
        if batch.failure.is_some() && told == deallocated && deallocated < garbage.len() {
            // What is not there cannot be forgotten: not to be tried again.
            state.garbage.clear();
        }
        let told = told - deallocated;
        let notified = pending.iter().take(told).any(|p| matches!(p, Pending::Notify(_)));
        state.pending.drain(..told);
        if (writes && done >= before) || notified {
            state.block = Block::Written;
        }
    }
    batch.finish().map(|mut answers| answers.split_off(before.min(done)))
}

/// A subtransaction begins.
pub(in crate::database) fn savepoint(id: SubTransactionId) {
    state().pending.push(Pending::Savepoint(id));
}

/// Where the savepoint waits to be sent.
fn unsent(pending: &[Pending], id: SubTransactionId) -> Option<usize> {
    pending.iter().position(|p| matches!(p, Pending::Savepoint(other) if *other == id))
}

/// A subtransaction becomes a part of the one above.
pub(in crate::database) fn release(id: SubTransactionId) {
    let pending = &mut state().pending;
    match unsent(pending, id) {
        Some(at) => drop(pending.remove(at)),
        None => pending.push(Pending::Release(id)),
    }
}

/// A subtransaction is rolled back, and what was to be sent in it is not.
///
/// # Errors
/// The server's.
pub(in crate::database) fn roll_back_to(id: SubTransactionId) -> Result<()> {
    {
        let state = &mut *state();
        if let Some(at) = unsent(&state.pending, id) {
            state.pending.truncate(at);
            return Ok(());
        }
        // Whatever was in front of the savepoint was sent with it.
        state.pending.clear();
    }
    let name = format!("pgbgw_{id}");
    let text = |text: &str| CString::new(format!("{text} {name}")).unwrap_or_default();
    let (back, release) = (text("ROLLBACK TO SAVEPOINT"), text("RELEASE SAVEPOINT"));
    let commands = [Command::Own(&back), Command::Own(&release)];
    session::with(|session| session.batch(&commands, None)?.finish().map(drop))
}

/// A cursor is closed with the next statement, or with the block unless it outlasts that.
pub(in crate::database) fn close(text: CString, outlasts: bool) {
    let state = &mut *state();
    if outlasts {
        state.garbage.push(text);
    } else if state.block != Block::None {
        state.pending.push(Pending::Close(text));
    }
}

/// The server has forgotten all statements.
pub(in crate::database) fn forget_statements() {
    state().garbage.retain(|text| !text.to_bytes().starts_with(b"DEALLOCATE "));
}

/// Whether the server's block has begun.
pub(in crate::database) fn has_begun() -> bool {
    state().block != Block::None
}

/// The server forgets a statement with the next one.
pub(in crate::database) fn deallocate(name: CString) {
    let text = [b"DEALLOCATE ", name.to_bytes()].concat();
    state().garbage.push(CString::new(text).unwrap_or_default());
}

/// `NOTIFY` with the next statement, or with the COMMIT.
pub(in crate::database) fn notify(channel: CString, payload: CString) {
    let parameters = [channel, payload].map(|text| (types::TEXT, Some(text)));
    state().pending.push(Pending::Notify(parameters));
}

/// Ends the block with COMMIT, if there is one or something is to be told; the next statement
/// begins another.
///
/// # Errors
/// The server's: nothing was committed then.
pub(in crate::database) fn commit() -> Result<()> {
    {
        let state = &mut *state();
        // Savepoints end with the block.
        state.pending.retain(|pending| matches!(pending, Pending::Notify(_)));
        if state.block == Block::None && state.pending.is_empty() {
            return Ok(());
        }
    }
    let answers = run(&[Command::Own(c"COMMIT")], None, false);
    forget();
    if answers?.last().is_some_and(|answer| answer.tag() == b"ROLLBACK") {
        return Err(super::aborted().into());
    }
    Ok(())
}

/// Ends the block with ROLLBACK, if there is one.
///
/// # Errors
/// FATAL: the connection is lost.
pub(in crate::database) fn roll_back() -> Result<()> {
    let had_begun = state().block != Block::None;
    forget();
    if had_begun {
        session::with(|session| {
            session.batch(&[Command::Own(c"ROLLBACK")], None)?.finish().map(drop)
        })?;
    }
    Ok(())
}

/// There is no block any more.
pub(in crate::database) fn forget() {
    let mut state = state();
    (state.block, state.pending) = (Block::None, Vec::new());
}

/// Before a statement that may end transactions of its own: it is sent outside a block unless
/// something may have been written, or is to be told, in the one that has begun. True: it is.
///
/// # Errors
/// The server's.
pub(in crate::database) fn leave() -> Result<bool> {
    {
        let state = state();
        let tells = state.pending.iter().any(|p| matches!(p, Pending::Notify(_)));
        if state.block == Block::Written || tells {
            return Ok(false);
        }
    }
    commit().map(|()| true)
}
