//! The stack of reports under construction, as `errstart`, `errmsg`, ... and `errfinish` see it
//! (elog.h). Its texts live in `ErrorContext`.
//! Runs in: any process.

use core::cell::{Cell, UnsafeCell};
use core::ffi::{CStr, c_char, c_int};
use core::mem::{self, MaybeUninit};
use core::ptr;

use nix::errno::Errno;

use crate::abi::elog::{ErrorContextCallback, ErrorData};
use crate::abi::memnodes::MemoryContext;
use crate::abi::variables::{
    CritSectionCount, CurrentMemoryContext, ErrorContext, InterruptHoldoffCount,
    PG_exception_stack, QueryCancelHoldoffCount, debug_query_string, emit_log_hook,
    error_context_stack, proc_exit_inprogress,
};
use crate::memory;
use crate::sigsafe::inside;
use crate::worker::exit;

use super::log::{self, Record};
use super::report::{More, Place};
use super::{Level, Raised, Report, SqlState, boundary, guarded};

/// Reports that may be under construction at once: more means that reporting itself fails.
const DEPTH: usize = 5;

/// What is under construction. Main thread only, as every server function.
struct Stack {
    data: UnsafeCell<[MaybeUninit<ErrorData>; DEPTH]>,
    used: Cell<usize>,
    recursion: Cell<u32>,
}

// SAFETY: server functions belong to the process's main thread (docs/SAFETY.md).
unsafe impl Sync for Stack {}

static STACK: Stack = Stack {
    data: UnsafeCell::new([const { MaybeUninit::zeroed() }; DEPTH]),
    used: Cell::new(0),
    recursion: Cell::new(0),
};

/// The report under construction, if any. Callers keep no reference to it across a call that may
/// come back here.
pub(super) fn top() -> Option<*mut ErrorData> {
    let last = STACK.used.get().checked_sub(1)?;
    // SAFETY: `used` never exceeds the array.
    Some(unsafe { STACK.data.get().cast::<ErrorData>().add(last) })
}

/// The level of the report under construction.
fn top_level() -> Option<Level> {
    // SAFETY: the entry on top.
    top().map(|data| Level::from_c(unsafe { (*data).elevel }))
}

/// Begins a report. False: nobody would see it, so its texts need not be made.
pub(crate) fn start(elevel: c_int, domain: *const c_char) -> bool {
    let level = effective_level(Level::from_c(elevel));
    let wanted = log::is_output(level, log::min_level());
    let output_to_client = log::is_for_client(level);
    if level < Level::Error && !wanted && !output_to_client {
        return false;
    }
    let saved_errno = Errno::last_raw();
    if STACK.recursion.get() > 0 && level >= Level::Error {
        // This report counts, too.
        start_over(STACK.recursion.get() + 1);
    }
    let output_to_server = wanted;
    let domains = ErrorData { domain, context_domain: domain, ..fresh(level) };
    put(ErrorData { saved_errno, output_to_server, output_to_client, ..domains });
    true
}

/// A report that says nothing yet but its level.
pub(super) fn fresh(level: Level) -> ErrorData {
    // SAFETY: integers and null pointers.
    let mut data: ErrorData = unsafe { mem::zeroed() };
    data.elevel = level as c_int;
    data.sqlerrcode = Report::new(level, "").sqlstate.0;
    data.assoc_context = ErrorContext.get();
    data
}

/// Puts a report on top. Without room reporting itself has failed: a PANIC.
pub(super) fn put(data: ErrorData) {
    if STACK.used.get() == DEPTH {
        STACK.used.set(0);
        boundary::throw(Report::new(Level::Panic, "ERRORDATA_STACK_SIZE exceeded"));
    }
    STACK.used.set(STACK.used.get() + 1);
    if let Some(place) = top() {
        // SAFETY: the entry was just taken.
        unsafe { place.write(data) };
    }
}

/// The level a report really has: an ERROR without a handler or during exit is a FATAL, one in a
/// critical section a PANIC, and none is milder than what is already being reported.
fn effective_level(asked: Level) -> Level {
    if asked < Level::Error {
        return asked;
    }
    let mut level = if CritSectionCount.get() > 0 { Level::Panic } else { asked };
    let no_handler = PG_exception_stack.get().is_null() || proc_exit_inprogress.get();
    if level == Level::Error && no_handler {
        level = Level::Fatal;
    }
    for i in 0..STACK.used.get() {
        // SAFETY: an entry below `used`.
        let data = unsafe { STACK.data.get().cast::<ErrorData>().add(i) };
        // SAFETY: the same; entries below `used` are written.
        level = level.max(Level::from_c(unsafe { (*data).elevel }));
    }
    level
}

/// An error while reporting an error: what was under construction is given up.
fn start_over(depth: u32) {
    // SAFETY: the texts of the reports under construction are given up with them.
    let _callbacks = unsafe { memory::reset(ErrorContext.get()) };
    RESERVE.used.set(0);
    if is_too_deep(depth) {
        error_context_stack.set(ptr::null_mut());
        debug_query_string.set(ptr::null());
    }
}

/// Puts an owned report on the stack, to be finished next.
pub(super) fn push(raised: Raised) {
    let report = raised.into_report();
    if !start(report.level as c_int, ptr::null()) {
        return;
    }
    let Some(data) = top() else { return };
    // SAFETY: the entry just started.
    fill(unsafe { &mut *data }, &report);
}

/// Gives a report under construction what an owned one says.
pub(super) fn fill(data: &mut ErrorData, report: &Report) {
    let context = data.assoc_context;
    let text = |bytes| text_in(context, bytes);
    data.sqlerrcode = report.sqlstate.0;
    data.message = text(Some(&report.message));
    data.detail = text(report.detail.as_deref());
    data.hint = text(report.hint.as_deref());
    data.context = text(report.context.as_deref());
    if let Some(more) = &report.more {
        data.detail_log = text(more.detail_log.as_deref());
        (data.cursorpos, data.internalpos) = (more.cursor, more.position);
        data.internalquery = text(more.query.as_deref());
        data.backtrace = text(more.backtrace.as_deref());
        (data.hide_stmt, data.hide_ctx) = (more.hides_statement, more.hides_context);
        let [schema, table, column, kind, constraint] = &more.objects;
        data.schema_name = text(schema.as_deref());
        data.table_name = text(table.as_deref());
        data.column_name = text(column.as_deref());
        data.datatype_name = text(kind.as_deref());
        data.constraint_name = text(constraint.as_deref());
    }
    if let Some(place) = &report.place {
        data.filename = text(Some(&place.file));
        data.funcname = text(place.function.as_deref());
        data.lineno = place.line;
    }
}

/// Logs an owned report if `emit_log_hook` is set, which sees it first. What the hook raises is
/// logged too: the caller's frames own something. False: there is no hook, or no room.
pub(super) fn show_to_hook(report: &Report) -> bool {
    let Some(hook) = emit_log_hook.get().filter(|_| STACK.used.get() < DEPTH) else { return false };
    let mut data = ErrorData { output_to_server: true, ..fresh(report.level) };
    fill(&mut data, report);
    put(data);
    let Some(data) = top() else { return false };
    // SAFETY: the library that set the hook promised that it can be called.
    match guarded(|| unsafe { hook(data) }) {
        Ok(()) => {
            log_top();
            pop();
        }
        Err(raised) => {
            log::write(&Record::from(report));
            log::write(&Record::from(&raised.into_report()));
        }
    }
    true
}

/// Room for texts when there is no memory, until no report is left.
struct Reserve {
    bytes: UnsafeCell<[u8; ROOM]>,
    used: Cell<usize>,
}

// SAFETY: as the stack's.
unsafe impl Sync for Reserve {}

/// Bytes of the room.
const ROOM: usize = 8192;

static RESERVE: Reserve = Reserve { bytes: UnsafeCell::new([0; ROOM]), used: Cell::new(0) };

impl Reserve {
    /// A NUL-terminated copy, if there is room for it.
    fn keep(&self, text: &[u8]) -> Option<*mut c_char> {
        let from = self.used.get();
        let to = from.checked_add(text.len())?.checked_add(1).filter(|&to| to <= ROOM)?;
        self.used.set(to);
        // SAFETY: within the room.
        let place = unsafe { self.bytes.get().cast::<u8>().add(from) };
        // SAFETY: so many bytes, which are nobody else's, and one more.
        unsafe { ptr::copy_nonoverlapping(text.as_ptr(), place, text.len()) };
        // SAFETY: the same.
        let end = unsafe { place.add(text.len()) };
        // SAFETY: the same.
        unsafe { end.write(0) };
        Some(place.cast())
    }
}

/// Copies a text to `ErrorContext`.
pub(super) fn text(bytes: Option<&[u8]>) -> *mut c_char {
    text_in(ErrorContext.get(), bytes)
}

/// Copies a text to a context; without memory to the room that is kept for that, and without that
/// it is `out of memory`.
pub(super) fn text_in(context: MemoryContext, bytes: Option<&[u8]>) -> *mut c_char {
    let Some(bytes) = bytes else { return ptr::null_mut() };
    match memory::copy_bytes(context, bytes) {
        Ok(copy) => copy.as_ptr().cast(),
        Err(_) => RESERVE.keep(bytes).unwrap_or(c"out of memory".as_ptr().cast_mut()),
    }
}

/// Is reporting itself what fails?
fn is_too_deep(depth: u32) -> bool {
    depth > 2
}

/// `in_error_recursion_trouble`: is reporting itself what fails?
pub(crate) fn in_trouble() -> bool {
    is_too_deep(STACK.recursion.get())
}

/// Ends the report on top: an ERROR jumps, a FATAL leaves the process, a PANIC aborts it, others
/// are logged. Returns only for the last.
fn end_top() {
    STACK.recursion.set(STACK.recursion.get() + 1);
    let depth = inside::outside();
    run_context_callbacks();
    // A termination noted meanwhile is acted on by the exported function on its way out.
    let _due = inside::leave(depth);
    STACK.recursion.set(STACK.recursion.get().saturating_sub(1));
    let Some(level) = top_level() else { return };
    if level == Level::Error {
        InterruptHoldoffCount.set(0);
        QueryCancelHoldoffCount.set(0);
        CritSectionCount.set(0);
        return;
    }
    let depth = inside::enter();
    emit_top();
    pop();
    if level == Level::Fatal {
        exit::proc_exit(1);
    }
    if level == Level::Panic {
        exit::abort();
    }
    let _due = inside::leave(depth);
}

/// `errfinish` for a report that cannot be survived by its caller.
pub(super) fn finish() -> ! {
    end_top();
    boundary::jump()
}

/// `errfinish`: notes where the report was made and ends it. True: it was an ERROR, and the caller,
/// who owns nothing, is to [`jump`].
pub(crate) fn finish_c(filename: *const c_char, lineno: c_int, funcname: *const c_char) -> bool {
    set_place(filename, lineno, funcname);
    let level = top_level();
    if level.is_some() {
        end_top();
    }
    level == Some(Level::Error)
}

/// Where the report on top was made.
pub(super) fn set_place(filename: *const c_char, lineno: c_int, funcname: *const c_char) {
    // SAFETY: the entry on top.
    if let Some(data) = top().map(|data| unsafe { &mut *data }) {
        data.filename = base_name(filename);
        data.lineno = lineno;
        data.funcname = funcname;
    }
}

/// Is the report on top an error that is raised, rather than saved?
pub(crate) fn is_raised() -> bool {
    top_level().is_some_and(|level| level >= Level::Error)
}

/// `GetErrorContextStack`: the lines of the callbacks of `error_context_stack`, in
/// `CurrentMemoryContext`; null: there are none.
pub(crate) fn context_lines() -> *mut c_char {
    put(ErrorData { assoc_context: CurrentMemoryContext.get(), ..fresh(Level::Log) });
    STACK.recursion.set(STACK.recursion.get() + 1);
    let depth = inside::outside();
    run_context_callbacks();
    let _due = inside::leave(depth);
    STACK.recursion.set(STACK.recursion.get().saturating_sub(1));
    // SAFETY: the entry on top: callbacks finish the reports that they begin.
    let lines = top().map_or(ptr::null_mut(), |data| unsafe { (*data).context });
    drop_top();
    lines
}

/// Takes the report on top off; its texts stay.
pub(super) fn drop_top() {
    STACK.used.set(STACK.used.get().saturating_sub(1));
}

/// Jumps to the innermost handler, with the error on top.
pub(crate) fn jump() -> ! {
    boundary::jump()
}

/// `pg_re_throw`: passes the error on top on to the next handler; without one it is FATAL.
pub(crate) fn rethrow() -> ! {
    if PG_exception_stack.get().is_null() {
        // SAFETY: the entry on top.
        if let Some(data) = top().map(|data| unsafe { &mut *data }) {
            data.elevel = Level::Fatal as c_int;
            data.output_to_server = true;
        }
        end_top();
    }
    boundary::jump()
}

/// The part of a path after its last slash, as reports name source files.
fn base_name(path: *const c_char) -> *const c_char {
    if path.is_null() {
        return path;
    }
    // SAFETY: not null, and NUL-terminated as C's `__FILE__` is.
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
    let start = bytes.iter().rposition(|&b| b == b'/').map_or(0, |slash| slash + 1);
    // SAFETY: within the string.
    unsafe { path.add(start) }
}

/// Lets the callbacks of `error_context_stack` add their lines.
fn run_context_callbacks() {
    let mut next: *mut ErrorContextCallback = error_context_stack.get();
    while !next.is_null() {
        // SAFETY: extensions keep the list as PostgreSQL prescribes: entries live in frames that
        // are still there.
        let ErrorContextCallback { previous, callback, arg } = unsafe { next.read() };
        if let Some(callback) = callback {
            // SAFETY: the entry names its own argument. A jump out of it is the extension's own
            // error while reporting, which `start` counts as recursion.
            unsafe { callback(arg) };
        }
        next = previous;
    }
}

/// Writes the report on top to the log, if its level is wanted and `emit_log_hook` lets it.
pub(crate) fn emit_top() {
    let Some(data) = top() else { return };
    // SAFETY: the entry on top.
    if unsafe { (*data).output_to_client } {
        // SAFETY: the same; the function that tells keeps nothing of it.
        log::tell_client(&Record::from_data(unsafe { &*data }));
    }
    // SAFETY: the entry on top.
    if !unsafe { (*data).output_to_server } {
        return;
    }
    if let Some(hook) = emit_log_hook.get() {
        let depth = inside::outside();
        // SAFETY: the library that set the hook promised that it can be called. A jump out of it
        // skips frames that own nothing.
        unsafe { hook(data) };
        let _due = inside::leave(depth);
    }
    log_top();
}

/// Writes the report on top to the log.
fn log_top() {
    // SAFETY: the entry on top; reports that a hook made meanwhile are gone.
    let Some(data) = top().map(|data| unsafe { &*data }) else { return };
    if data.output_to_server {
        log::write(&Record::from_data(data));
    }
}

/// Takes the report on top off, its texts with it if it was the last.
pub(crate) fn pop() {
    drop_top();
    if STACK.used.get() == 0 {
        RESERVE.used.set(0);
        // SAFETY: no report is left that could refer to its texts.
        let _callbacks = unsafe { memory::reset(ErrorContext.get()) };
    }
}

/// Takes the ERROR that was just caught off the stack (and what lies above it).
pub(super) fn take_error() -> Report {
    let Some(data) = top() else {
        return Report::error(SqlState::INTERNAL_ERROR, "error with no report on the stack");
    };
    // SAFETY: the entry on top.
    let data = unsafe { &*data };
    let record = Record::from_data(data);
    let report = Report {
        level: Level::from_c(data.elevel),
        sqlstate: SqlState(data.sqlerrcode),
        message: record.message.to_vec(),
        detail: record.detail.map(<[u8]>::to_vec),
        hint: record.hint.map(<[u8]>::to_vec),
        context: record.context.map(Into::into),
        more: more(data, &record),
        place: record.place.map(|(function, file, line)| {
            Box::new(Place { function: function.map(<[u8]>::to_vec), file: file.to_vec(), line })
        }),
    };
    flush();
    report
}

/// What few reports say, if this one does.
fn more(data: &ErrorData, record: &Record<'_>) -> Option<Box<More>> {
    // SAFETY: null, or texts that live as long as the report.
    let objects = unsafe {
        [
            data.schema_name,
            data.table_name,
            data.column_name,
            data.datatype_name,
            data.constraint_name,
        ]
        .map(|name| (!name.is_null()).then(|| CStr::from_ptr(name).to_bytes().to_vec()))
    };
    let more = More {
        objects,
        detail_log: record.detail_log.map(<[u8]>::to_vec),
        cursor: data.cursorpos,
        position: data.internalpos,
        query: record.internal_query.map(|(query, _)| query.to_vec()),
        backtrace: record.backtrace.map(<[u8]>::to_vec),
        hides_statement: data.hide_stmt,
        hides_context: data.hide_ctx,
    };
    (more != More::default()).then(|| Box::new(more))
}

/// `FlushErrorState`: forgets every report under construction.
pub(crate) fn flush() {
    STACK.used.set(0);
    STACK.recursion.set(0);
    pop();
}
