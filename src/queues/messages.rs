//! Reports as messages of the protocol: what a worker says goes through a queue to the process
//! that started it, which takes them apart (libpq/pqmq.h).
//! Runs in: worker.

use core::ffi::{CStr, c_char};
use core::ptr::{self, NonNull};

use crate::abi::c::{Datum, ProcNumber};
use crate::abi::dest::{DestNone, DestRemote};
use crate::abi::elog::{DEBUG1, ERROR, ErrorData, FATAL, INFO, LOG, NOTICE, PANIC, WARNING};
use crate::abi::latch::{WL_EXIT_ON_PM_DEATH, WL_LATCH_SET, WL_TIMEOUT};
use crate::abi::stringinfo::StringInfoData;
use crate::abi::variable::Variable;
use crate::abi::variables::{CurrentMemoryContext, ProcDiePending, whereToSendOutput};
use crate::abi::wait_event::WAIT_EVENT_MESSAGE_QUEUE_PUT_MESSAGE;
use crate::dynamic::segments::Segment;
use crate::error::log::{Record, set_client};
use crate::error::{Level, Report, Result, SqlState};
use crate::memory;
use crate::shmem::condition;
use crate::shmem::latch::{self, Want};
use crate::text::number;

use super::{Handle, Outcome, detach};

/// The queue that messages go to; null: none does.
static QUEUE: Variable<*mut Handle> = Variable::new(ptr::null_mut());
/// The process that is told of each message.
static LEADER: Variable<Option<ProcNumber>> = Variable::new(None);
/// A message is on its way into the queue.
static BUSY: Variable<bool> = Variable::new(false);

/// How long to sleep at most before it is looked whether the other side is still there.
const LONGEST_MS: i64 = 500;

/// `pq_redirect_to_shm_mq`: what clients are told goes into a queue from here on, for as long as this
/// process has the segment.
///
/// # Safety
/// A live handle of the queue's sender; null or a live segment.
pub(crate) unsafe fn redirect(segment: *mut Segment, handle: NonNull<Handle>) {
    QUEUE.set(handle.as_ptr());
    set_client(tell);
    whereToSendOutput.set(DestRemote);
    // SAFETY: the caller's promise.
    if let Some(segment) = unsafe { segment.as_ref() } {
        segment.on_detach(Some(end), 0);
    }
}

/// The segment goes, and with it the queue.
///
/// # Safety
/// None: it changes this process's variables only.
unsafe extern "C" fn end(_segment: *mut Segment, _arg: Datum) {
    QUEUE.set(ptr::null_mut());
    whereToSendOutput.set(DestNone);
}

/// `pq_set_parallel_leader`: the latch of this process is set with each message.
pub(crate) fn set_leader(number: ProcNumber) {
    LEADER.set(Some(number));
}

/// Sends a report. Nothing may fail because of that: what cannot be sent is lost.
fn tell(record: &Record<'_>) {
    let Some(handle) = NonNull::new(QUEUE.get()) else { return };
    if BUSY.replace(true) || put(handle, &message(record)).is_err() {
        // A report about sending: the receiver has half a message now.
        QUEUE.set(ptr::null_mut());
        // SAFETY: live, and not used any more.
        unsafe { detach(handle) };
    }
    BUSY.set(false);
}

/// Why a message did not go.
struct Lost;

fn put(mut handle: NonNull<Handle>, message: &[u8]) -> core::result::Result<(), Lost> {
    loop {
        // SAFETY: live, as long as it is redirected; the reference ends with the call.
        let sent = unsafe { handle.as_mut() }.send([message].into_iter(), true, true);
        if let Some(leader) = LEADER.get() {
            condition::wake(leader);
        }
        match sent {
            Ok(Outcome::WouldBlock) => {}
            Ok(Outcome::Done | Outcome::Detached) => return Ok(()),
            Err(_) => return Err(Lost),
        }
        let want = Want {
            events: WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | WL_TIMEOUT,
            socket: -1,
            timeout: LONGEST_MS,
            wait_event_info: WAIT_EVENT_MESSAGE_QUEUE_PUT_MESSAGE,
        };
        latch::wait_own(want).map_err(|_| Lost)?;
        latch::reset_own();
        // Whoever is to end does so as soon as this report is over.
        if ProcDiePending.get() != 0 {
            return Err(Lost);
        }
    }
}

/// A report as a message: ErrorResponse, or NoticeResponse.
fn message(record: &Record<'_>) -> Vec<u8> {
    let is_error = record.level >= Level::Error;
    let mut out = vec![if is_error { b'E' } else { b'N' }];
    let mut field = |code: u8, text: Option<&[u8]>| {
        if let Some(text) = text {
            out.push(code);
            out.extend_from_slice(text);
            out.push(0);
        }
    };
    let word = record.level.word().as_bytes();
    let text = |number: i32| (number > 0).then(|| number.to_string());
    field(b'S', Some(word));
    field(b'V', Some(word));
    field(b'C', Some(&record.sqlstate.unpack()));
    field(b'M', Some(record.message));
    field(b'D', record.detail);
    field(b'H', record.hint);
    field(b'W', record.context);
    for (code, name) in [b's', b't', b'c', b'd', b'n'].into_iter().zip(record.names) {
        field(code, name);
    }
    field(b'P', text(record.position).as_deref().map(str::as_bytes));
    if let Some((query, position)) = record.internal_query {
        field(b'p', text(position).as_deref().map(str::as_bytes));
        field(b'q', Some(query));
    }
    if let Some((function, file, line)) = record.place {
        field(b'F', Some(file));
        field(b'L', text(line).as_deref().map(str::as_bytes));
        field(b'R', function);
    }
    out.push(0);
    out
}

fn violation(message: &str) -> crate::error::Raised {
    Report::error(SqlState::PROTOCOL_VIOLATION, message).into()
}

fn unknown(what: &str, found: &[u8], end: &str) -> crate::error::Raised {
    let text = [what.as_bytes(), found, end.as_bytes()].concat();
    Report::error(SqlState::INTERNAL_ERROR, text).into()
}

/// `pq_getmsgbyte`.
///
/// # Errors
/// There is none left.
pub(crate) fn byte(message: &mut StringInfoData) -> Result<u8> {
    if message.cursor >= message.len {
        return Err(violation("no data left in message"));
    }
    let at = usize::try_from(message.cursor).unwrap_or(0);
    message.cursor += 1;
    // SAFETY: within the string.
    let place = unsafe { message.data.cast::<u8>().add(at) };
    // SAFETY: the same.
    Ok(unsafe { place.read() })
}

/// `pq_getmsgrawstring`: up to the next NUL.
///
/// # Errors
/// There is no end in the message.
pub(crate) fn string<'a>(message: &mut StringInfoData) -> Result<&'a CStr> {
    let at = usize::try_from(message.cursor).unwrap_or(0);
    // SAFETY: within the string, or its end.
    let place = unsafe { message.data.add(at) };
    // SAFETY: a string has a NUL behind it.
    let text = unsafe { CStr::from_ptr(place) };
    let len = i32::try_from(text.count_bytes()).unwrap_or(i32::MAX);
    let end = message.cursor.saturating_add(len);
    if end >= message.len {
        return Err(violation("invalid string in message"));
    }
    message.cursor = end + 1;
    Ok(text)
}

/// `pq_getmsgend`: there is nothing more.
///
/// # Errors
/// There is.
pub(crate) fn end_of(message: &StringInfoData) -> Result<()> {
    if message.cursor == message.len { Ok(()) } else { Err(violation("invalid message format")) }
}

fn copy(text: &CStr) -> Result<*mut c_char> {
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), text.to_bytes())?.as_ptr().cast())
}

fn level(word: &CStr) -> Result<i32> {
    Ok(match word.to_bytes() {
        b"DEBUG" => DEBUG1,
        b"LOG" => LOG,
        b"INFO" => INFO,
        b"NOTICE" => NOTICE,
        b"WARNING" => WARNING,
        b"ERROR" => ERROR,
        b"FATAL" => FATAL,
        b"PANIC" => PANIC,
        other => return Err(unknown("unrecognized error severity: \"", other, "\"")),
    })
}

fn sqlstate(text: &CStr) -> Result<i32> {
    let found = text.to_bytes();
    let five = <[u8; 5]>::try_from(found);
    five.map(|five| SqlState::new(five).0).map_err(|_| unknown("invalid SQLSTATE: \"", found, "\""))
}

fn integer(text: &CStr) -> Result<i32> {
    Ok(i32::try_from(number::parse(text.to_bytes(), 32, "integer")?).unwrap_or_default())
}

/// `pq_parse_errornotice`: takes an ErrorResponse or NoticeResponse apart, whose first byte was read.
/// Texts are copied into the current memory context.
///
/// # Safety
/// A live string.
///
/// # Errors
/// It is none; out of memory.
pub(crate) unsafe fn parse(message: &mut StringInfoData) -> Result<ErrorData> {
    // SAFETY: numbers, booleans and null pointers.
    let mut data: ErrorData = unsafe { core::mem::zeroed() };
    data.elevel = ERROR;
    data.assoc_context = CurrentMemoryContext.get();
    loop {
        let code = byte(message)?;
        if code == 0 {
            end_of(message)?;
            return Ok(data);
        }
        let value = string(message)?;
        match code {
            b'S' => {}
            b'V' => data.elevel = level(value)?,
            b'C' => data.sqlerrcode = sqlstate(value)?,
            b'M' => data.message = copy(value)?,
            b'D' => data.detail = copy(value)?,
            b'H' => data.hint = copy(value)?,
            b'P' => data.cursorpos = integer(value)?,
            b'p' => data.internalpos = integer(value)?,
            b'q' => data.internalquery = copy(value)?,
            b'W' => data.context = copy(value)?,
            b's' => data.schema_name = copy(value)?,
            b't' => data.table_name = copy(value)?,
            b'c' => data.column_name = copy(value)?,
            b'd' => data.datatype_name = copy(value)?,
            b'n' => data.constraint_name = copy(value)?,
            b'F' => data.filename = copy(value)?,
            b'L' => data.lineno = integer(value)?,
            b'R' => data.funcname = copy(value)?,
            other => {
                let code = other.cast_signed().to_string();
                return Err(unknown("unrecognized error field code: ", code.as_bytes(), ""));
            }
        }
    }
}
