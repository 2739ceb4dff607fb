//! `log_line_prefix`: its escapes, and what they stand for in this process.
//! Runs in: any process.

use core::ffi::CStr;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::OnceLock;

use crate::abi::c::INVALID_PROC_NUMBER;
use crate::abi::variables::{
    MyBgworkerEntry, MyProc, MyProcPid, MyStartTime, application_name as application_name_of_c,
};
use crate::guc::settings;
use crate::sigsafe::line::Line;
use crate::sys::clock;
use crate::time::{civil, of_the_log};

use super::SqlState;
use super::prepared::MARKS;

/// A count of a process's own; starts again in each process.
struct Count {
    lines: AtomicU64,
    of: AtomicU64,
}

impl Count {
    const fn new() -> Self {
        Self { lines: AtomicU64::new(0), of: AtomicU64::new(0) }
    }

    /// Counts one more; a forked child begins at 1. Async-signal-safe.
    fn next(&self, pid: i32) -> u64 {
        let pid = u64::from(pid.unsigned_abs());
        if self.of.swap(pid, Relaxed) != pid {
            self.lines.store(0, Relaxed);
        }
        self.lines.fetch_add(1, Relaxed) + 1
    }
}

static LINES: Count = Count::new();
static OBJECTS: Count = Count::new();

/// Appends the prefix of a line of a report with `sqlstate`.
pub(crate) fn append(out: &mut Vec<u8>, sqlstate: SqlState) {
    expand(out, &settings::log_line_prefix(), &mut |out, escape, width| {
        let start = out.len();
        if !value(out, escape, sqlstate) {
            return false;
        }
        pad(out, start, width);
        true
    });
}

/// Appends a prefix in which [`MARKS`] stand for what is known only when the line is written.
pub(super) fn append_prepared(out: &mut Vec<u8>, format: &[u8], sqlstate: SqlState) {
    let [time_with_millis, time, line] = MARKS;
    expand(out, format, &mut |out, escape, width| {
        let start = out.len();
        match escape {
            b'm' => out.push(time_with_millis),
            b't' => out.push(time),
            b'l' => out.push(line),
            _ if !value(out, escape, sqlstate) => return false,
            _ => pad(out, start, width),
        }
        true
    });
}

/// Walks through a prefix format. `value` appends what an escape stands for, or returns false to
/// end the prefix there (`%q` in a process without a session).
fn expand(out: &mut Vec<u8>, format: &[u8], value: &mut dyn FnMut(&mut Vec<u8>, u8, i32) -> bool) {
    let mut rest = format.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut escape = rest.next();
        let mut left = false;
        let mut width = 0i32;
        if escape == Some(b'-') {
            left = true;
            escape = rest.next();
        }
        while let Some(digit) = escape.filter(u8::is_ascii_digit) {
            width = width.saturating_mul(10).saturating_add(i32::from(digit - b'0')).min(1000);
            escape = rest.next();
        }
        let Some(escape) = escape else { return };
        if !value(out, escape, if left { -width } else { width }) {
            return;
        }
    }
}

/// Pads what was appended since `start` to `width` columns; negative: on the right.
fn pad(out: &mut Vec<u8>, start: usize, width: i32) {
    let wanted = usize::try_from(width.unsigned_abs()).unwrap_or(0);
    let missing = wanted.saturating_sub(out.len() - start);
    if width < 0 {
        out.resize(out.len() + missing, b' ');
    } else {
        drop(out.splice(start..start, core::iter::repeat_n(b' ', missing)));
    }
}

/// Appends the value of one escape. Session escapes (user, database, host, ...) are empty, as in
/// every PostgreSQL process without a client.
fn value(out: &mut Vec<u8>, escape: u8, sqlstate: SqlState) -> bool {
    let now = clock::wall_micros();
    let (pid, started) = (MyProcPid.get(), MyStartTime.get());
    match escape {
        b'%' => out.push(b'%'),
        b'b' => out.extend_from_slice(backend_type()),
        b'c' => out.extend_from_slice(format!("{started:x}.{pid:x}").as_bytes()),
        b'e' => out.extend_from_slice(&sqlstate.unpack()),
        b'l' => out.extend_from_slice(line_number(pid).to_string().as_bytes()),
        b'm' => append_time(out, now, true),
        b'n' => {
            out.extend_from_slice(
                format!("{}.{:03}", now / 1_000_000, now / 1000 % 1000).as_bytes(),
            );
        }
        b'p' => out.extend_from_slice(pid.to_string().as_bytes()),
        b'Q' | b'x' => out.push(b'0'),
        b'q' => return false,
        b's' => append_time(out, started.saturating_mul(1_000_000), false),
        b't' => append_time(out, now, false),
        b'v' => out.extend_from_slice(virtual_transaction().unwrap_or_default().as_bytes()),
        _ => {}
    }
    true
}

/// Counts the lines of text of this process.
pub(super) fn line_number(pid: i32) -> u64 {
    LINES.next(pid)
}

/// Counts the objects of JSON of this process.
pub(super) fn json_line_number() -> u64 {
    OBJECTS.next(MyProcPid.get())
}

/// `%v`: the process's number and that of its transaction, where it has a number.
pub(super) fn virtual_transaction() -> Option<String> {
    // SAFETY: null, or this process's own entry, which stays mapped.
    let vxid = unsafe { MyProc.get().as_ref() }?.vxid;
    (vxid.procNumber != INVALID_PROC_NUMBER).then(|| format!("{}/{}", vxid.procNumber, vxid.lxid))
}

/// What the process calls itself, if it calls itself something.
pub(super) fn application_name() -> Option<&'static [u8]> {
    let name = application_name_of_c.get();
    // SAFETY: not null, and a setting's or a library's C string, which is read at once.
    let name = (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_bytes());
    name.filter(|name| !name.is_empty())
}

/// What this process is, if it is a helper of the postmaster's.
static HELPER: OnceLock<&'static [u8]> = OnceLock::new();

/// Says that this process is a helper of that name.
pub(crate) fn set_helper(name: &'static [u8]) {
    let _set_before = HELPER.set(name);
}

/// `%b`: the worker's bgw_type, or what the process is.
pub(super) fn backend_type() -> &'static [u8] {
    // SAFETY: null, or this process's own copy, which lives as long as it.
    match unsafe { MyBgworkerEntry.get().as_ref() } {
        // SAFETY: the copy's strings are NUL-terminated.
        Some(entry) => unsafe { CStr::from_ptr(entry.bgw_type.as_ptr()) }.to_bytes(),
        None => HELPER.get().copied().unwrap_or(b"postmaster"),
    }
}

/// `2026-11-23 12:00:00.123 UTC`, in the time zone of the log.
pub(super) fn append_time(out: &mut Vec<u8>, micros: i64, with_millis: bool) {
    let mut line = Line::<64>::new();
    Zone::at(micros).push_time(&mut line, micros, with_millis);
    out.extend_from_slice(line.as_bytes());
}

/// The log's time zone at some moment: seconds east of Greenwich, and its abbreviation.
#[derive(Clone, Copy)]
pub(super) struct Zone {
    east: i64,
    name: [u8; 8],
}

impl Zone {
    pub(super) const UTC: Self = Self { east: 0, name: *b"UTC\0\0\0\0\0" };

    pub(super) fn now() -> Self {
        Self::at(clock::wall_micros())
    }

    fn at(micros: i64) -> Self {
        let kind = of_the_log().and_then(|zone| zone.at(micros.div_euclid(1_000_000)));
        let Some(kind) = kind else { return Self::UTC };
        let mut name = [0u8; 8];
        name.iter_mut().zip(kind.abbreviation.to_bytes()).for_each(|(to, from)| *to = *from);
        Self { east: kind.east, name }
    }

    /// Pushes a moment as the log writes it. Async-signal-safe.
    pub(super) fn push_time<const N: usize>(
        &self,
        line: &mut Line<N>,
        micros: i64,
        with_millis: bool,
    ) {
        let local = micros.div_euclid(1_000_000) + self.east;
        let (year, month, day) = civil(local.div_euclid(86_400));
        let second = local.rem_euclid(86_400);
        let parts: [(i64, usize, &[u8]); 6] = [
            (year, 4, b"-"),
            (month, 2, b"-"),
            (day, 2, b" "),
            (second / 3600, 2, b":"),
            (second / 60 % 60, 2, b":"),
            (second % 60, 2, b""),
        ];
        for (number, width, after) in parts {
            line.push_number(number.unsigned_abs(), width);
            line.push(after);
        }
        if with_millis {
            line.push(b".");
            line.push_number(micros.rem_euclid(1_000_000).unsigned_abs() / 1000, 3);
        }
        line.push(b" ");
        let end = self.name.iter().position(|&b| b == 0).unwrap_or(self.name.len());
        line.push(self.name.get(..end).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(format: &str) -> String {
        let mut out = Vec::new();
        expand(&mut out, format.as_bytes(), &mut |out, escape, width| {
            let start = out.len();
            out.push(escape);
            pad(out, start, width);
            escape != b'q'
        });
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn escapes_widths_and_the_end_of_a_prefix() {
        assert_eq!(render("%m [%p] "), "m [p] ");
        assert_eq!(render("<%3p|%-3p>"), "<  p|p  >");
        assert_eq!(render("a%qb"), "aq");
        assert_eq!(render("100%"), "100");
        assert_eq!(render("%-"), "");
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (micros, expected) in [
            (0, "1970-01-01 00:00:00.000 UTC"),
            (951_827_696_789_000, "2000-02-29 12:34:56.789 UTC"),
            (1_795_435_200_000_000, "2026-11-23 12:00:00.000 UTC"),
        ] {
            let mut line = Line::<64>::new();
            Zone::UTC.push_time(&mut line, micros, true);
            assert_eq!(String::from_utf8_lossy(line.as_bytes()), expected);
        }
    }
}
