//! The one report that is made inside a signal handler, prepared beforehand: neither memory nor
//! the time zone's files can be asked for there.
//! Runs in: worker (prepare); signal handler (write).

use core::cell::{Cell, UnsafeCell};

use crate::abi::variables::{Log_error_verbosity, MyProcPid};
use crate::guc::settings;
use crate::sigsafe::line::{Line, write_all};
use crate::sys::clock;

use super::log::{self, Record};
use super::prefix::{self, Zone};
use super::{Level, Report};
use super::{destination, json};

/// Bytes of a prepared text.
const TEXT: usize = 1024;

struct Prepared {
    /// `log_line_prefix` with everything filled in but what changes: see [`MARKS`].
    prefix: UnsafeCell<Line<TEXT>>,
    /// The line after the prefix.
    text: UnsafeCell<Line<TEXT>>,
    zone: Cell<Zone>,
    wanted: Cell<bool>,
    to_stderr: Cell<bool>,
    to_json: Cell<bool>,
}

// SAFETY: written before the handler is installed, by the one thread; only read in the handler.
unsafe impl Sync for Prepared {}

/// The whole report as JSON, with [`MARKS`] in it.
struct Json(UnsafeCell<Line<{ 2 * TEXT }>>);

// SAFETY: the same.
unsafe impl Sync for Json {}

/// Apart, as most workers do not write to it (build/order.ld).
static JSON: Json = Json(UnsafeCell::new(Line::new()));

static PREPARED: Prepared = Prepared {
    prefix: UnsafeCell::new(Line::new()),
    text: UnsafeCell::new(Line::new()),
    zone: Cell::new(Zone::UTC),
    wanted: Cell::new(false),
    to_stderr: Cell::new(true),
    to_json: Cell::new(false),
};

/// What stands in a prepared prefix for the time with and without milliseconds, and for the line
/// number: bytes that no text has.
pub(super) const MARKS: [u8; 3] = [1, 2, 3];

/// Prepares `report` for [`write_termination`].
pub(crate) fn prepare(report: &Report) {
    let record = Record::from(report);
    let mut bytes = Vec::new();
    prefix::append_prepared(&mut bytes, &settings::log_line_prefix(), record.sqlstate);
    // SAFETY: the handler that reads it is not installed yet.
    unsafe { &mut *PREPARED.prefix.get() }.set(&[&bytes]);
    let head = log::head(&record, Log_error_verbosity.get());
    // SAFETY: the same.
    unsafe { &mut *PREPARED.text.get() }.set(&[&head, record.message, b"\n"]);
    if settings::log_to_json() {
        let [time, _, line] = MARKS;
        let moment = json::Moment { time: &[time], line: &[line] };
        let object = json::render(&record, Log_error_verbosity.get(), &moment);
        // SAFETY: the same.
        unsafe { &mut *JSON.0.get() }.set(&[&object]);
    }
    PREPARED.to_stderr.set(settings::log_to_stderr());
    PREPARED.to_json.set(settings::log_to_json());
    PREPARED.zone.set(Zone::now());
    PREPARED.wanted.set(log::is_output(Level::Fatal, log::min_level()));
}

/// Writes the prepared report. Async-signal-safe.
pub(crate) fn write_termination() {
    if !PREPARED.wanted.get() {
        return;
    }
    if PREPARED.to_json.get() {
        let mut line = Line::<{ 3 * TEXT }>::new();
        // SAFETY: prepared, and not changed any more.
        fill(&mut line, unsafe { &*JSON.0.get() }.as_bytes(), &prefix::json_line_number);
        write_all(destination::json_descriptor(), line.as_bytes());
    }
    if !PREPARED.to_stderr.get() {
        return;
    }
    let mut line = Line::<{ 2 * TEXT }>::new();
    let number = || prefix::line_number(MyProcPid.get());
    // SAFETY: prepared, and not changed any more.
    fill(&mut line, unsafe { &*PREPARED.prefix.get() }.as_bytes(), &number);
    // SAFETY: the same.
    line.push(unsafe { &*PREPARED.text.get() }.as_bytes());
    write_all(log::STDERR, line.as_bytes());
}

/// Appends a prepared text with the marks replaced.
fn fill<const N: usize>(line: &mut Line<N>, prepared: &[u8], number: &dyn Fn() -> u64) {
    for &byte in prepared {
        match MARKS.iter().position(|&mark| mark == byte) {
            Some(0) => PREPARED.zone.get().push_time(line, clock::wall_micros(), true),
            Some(1) => PREPARED.zone.get().push_time(line, clock::wall_micros(), false),
            Some(_) => line.push_number(number(), 1),
            None => line.push(&[byte]),
        }
    }
}
