//! What each process says that it is doing: the rows of `pg_stat_activity`
//! (utils/backend_status.h), one for each slot.
//! Runs in: worker (its own row); any process (look).
//!
//! A row's change count is odd while its process writes. Who reads copies and looks at the count
//! before and after; the postmaster gives up after a few tries and never follows a row's pointers.

use core::cell::UnsafeCell;
use core::hint::black_box;
use core::mem;
use core::ptr;
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering::SeqCst, fence};

use crate::abi::backend_status::{
    BackendState, PgBackendStatus, STATE_DISABLED, STATE_RUNNING, STATE_UNDEFINED,
};
use crate::abi::major::NAMEDATALEN;
use crate::abi::timestamp::TimestampTz;
use crate::abi::variables::{
    MyBEEntry, MyBackendType, MyProcNumber, MyProcPid, MyStartTimestamp, application_name,
    pgstat_track_activities,
};
use crate::time::stamp;

use super::procs;
use super::segment::{self, AnyBytes, Segment};

/// Bytes of a row's activity, with the NUL: `track_activity_query_size`.
pub(crate) const ACTIVITY: usize = 1024;
/// How often the postmaster tries to read a row that is being written.
const TRIES: u32 = 10;

/// A row.
#[repr(transparent)]
pub(crate) struct Row(UnsafeCell<PgBackendStatus>);

// SAFETY: a cell of plain data; its pointers are never followed by who does not trust it.
unsafe impl AnyBytes for Row {}

/// The texts that a row points to.
#[repr(C)]
pub(crate) struct Texts {
    application: UnsafeCell<[u8; NAMEDATALEN]>,
    activity: UnsafeCell<[u8; ACTIVITY]>,
}

// SAFETY: cells of bytes.
unsafe impl AnyBytes for Texts {}

/// A copy of a row with its texts, which end in a NUL.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) row: PgBackendStatus,
    pub(crate) application: Box<[u8]>,
    pub(crate) activity: Box<[u8]>,
}

impl Seen {
    /// `application_name`.
    pub(crate) fn application_name(&self) -> &[u8] {
        clip(until_nul(&self.application), NAMEDATALEN - 1)
    }

    /// What the process says it is doing.
    pub(crate) fn activity(&self) -> &[u8] {
        clip(until_nul(&self.activity), ACTIVITY - 1)
    }
}

/// Looks at what [`begin`] is going to write to for this place, so that its pages are there.
pub(super) fn rehearse(segment: &Segment, place: usize) {
    if let Some(row) = segment.activities().get(place) {
        // SAFETY: a row is mapped for ever.
        let pid = unsafe { &raw mut (*row.0.get()).st_procpid };
        // SAFETY: an integer of it.
        black_box(unsafe { AtomicI32::from_ptr(pid) }.load(SeqCst));
    }
    if let Some(texts) = segment.activity_texts().get(place) {
        // SAFETY: the first byte of a text; its process may write meanwhile.
        black_box(unsafe { texts.activity.get().cast::<u8>().read_volatile() });
    }
}

/// `pgstat_beinit`, `pgstat_bestart`: this process takes the row of its slot.
pub(crate) fn begin() {
    let number = usize::try_from(MyProcNumber.get()).ok();
    let place = number.zip(segment::get()).and_then(|(number, segment)| {
        Some((segment.activities().get(number)?, segment.activity_texts().get(number)?))
    });
    let Some((row, texts)) = place else { return };
    MyBEEntry.set(row.0.get());
    write(|row| {
        // SAFETY: integers and null pointers.
        let fresh = unsafe { mem::zeroed::<PgBackendStatus>() };
        *row = PgBackendStatus {
            st_changecount: row.st_changecount,
            st_procpid: MyProcPid.get(),
            st_backendType: MyBackendType.get(),
            st_proc_start_timestamp: MyStartTimestamp.get(),
            st_state: STATE_UNDEFINED,
            st_appname: texts.application.get().cast(),
            st_activity_raw: texts.activity.get().cast(),
            ..fresh
        };
        put(row.st_appname.cast(), None);
        put(row.st_activity_raw.cast(), None);
    });
    report_setting();
}

/// Tells what the setting `application_name` says, at the start and when it was set.
pub(crate) fn report_setting() {
    let name = application_name.get();
    if !name.is_null() {
        // SAFETY: the setting's text.
        report_application_name(unsafe { core::ffi::CStr::from_ptr(name) }.to_bytes());
    }
}

/// The process gives its row back.
pub(super) fn end() {
    write(|row| row.st_procpid = 0);
    MyBEEntry.set(ptr::null_mut());
}

/// Changes this process's row, if it has one.
pub(crate) fn write(change: impl FnOnce(&mut PgBackendStatus)) {
    // SAFETY: null, or this process's own row; others only copy it.
    let Some(row) = (unsafe { MyBEEntry.get().as_mut() }) else { return };
    row.st_changecount = row.st_changecount.wrapping_add(1);
    fence(SeqCst);
    change(row);
    fence(SeqCst);
    row.st_changecount = row.st_changecount.wrapping_add(1);
}

/// Something of this process's row.
pub(crate) fn mine<T>(look: impl FnOnce(&PgBackendStatus) -> T) -> Option<T> {
    // SAFETY: null, or this process's own row, which only it writes.
    unsafe { MyBEEntry.get().as_ref() }.map(look)
}

/// `pgstat_report_activity`: what the process does, with its words or with those it had.
pub(crate) fn report(state: BackendState, activity: Option<&[u8]>) {
    if !pgstat_track_activities.get() {
        if mine(|row| row.st_state) != Some(STATE_DISABLED) {
            write(disable);
            procs::report_wait(0);
        }
        return;
    }
    let now = stamp::now();
    write(|row| {
        row.st_state = state;
        row.st_state_start_timestamp = now;
        if state == STATE_RUNNING {
            row.st_query_id = 0;
        }
        if let Some(text) = activity {
            put(row.st_activity_raw.cast(), text.get(..text.len().min(ACTIVITY - 1)));
            row.st_activity_start_timestamp = now;
        }
    });
}

fn disable(row: &mut PgBackendStatus) {
    row.st_state = STATE_DISABLED;
    row.st_state_start_timestamp = 0;
    put(row.st_activity_raw.cast(), None);
    row.st_activity_start_timestamp = 0;
    row.st_xact_start_timestamp = 0;
    row.st_query_id = 0;
}

/// `pgstat_report_appname`.
pub(crate) fn report_application_name(name: &[u8]) {
    write(|row| put(row.st_appname.cast(), Some(clip(name, NAMEDATALEN - 1))));
}

/// `pgstat_report_query_id`.
pub(crate) fn report_query(id: u64, force: bool) {
    let is_free = mine(|row| row.st_query_id) == Some(0);
    if pgstat_track_activities.get() && (force || is_free) {
        write(|row| row.st_query_id = id);
    }
}

/// `pgstat_report_xact_timestamp`.
pub(crate) fn report_transaction(start: TimestampTz) {
    if pgstat_track_activities.get() {
        write(|row| row.st_xact_start_timestamp = start);
    }
}

/// Writes a text that fits, and its end.
fn put(place: *mut u8, text: Option<&[u8]>) {
    let text = text.unwrap_or_default();
    // SAFETY: this process's own texts, which `begin` has pointed the row to; it fits.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr(), place, text.len()) };
    // SAFETY: the same; one byte is left for the end.
    let end = unsafe { place.add(text.len()) };
    // SAFETY: the same.
    unsafe { end.write(0) };
}

/// A copy of the row of a slot; none if nobody has it.
pub(crate) fn look(segment: &Segment, slot: usize) -> Option<Seen> {
    let row = segment.activities().get(slot)?.0.get();
    let texts = segment.activity_texts().get(slot)?;
    // SAFETY: a row is mapped for ever.
    let count = unsafe { &raw mut (*row).st_changecount };
    // SAFETY: an integer of it.
    let count = unsafe { AtomicI32::from_ptr(count) };
    let mut seen = None;
    for _ in 0..TRIES {
        let before = count.load(SeqCst);
        // SAFETY: every byte pattern is a value; volatile, as its process may write meanwhile.
        let copy = unsafe { row.read_volatile() };
        let (application, activity) = (read(&texts.application), read(&texts.activity));
        fence(SeqCst);
        seen = (copy.st_procpid != 0).then_some(Seen { row: copy, application, activity });
        if before & 1 == 0 && count.load(SeqCst) == before {
            break;
        }
    }
    seen.map(|mut seen| {
        for text in [&mut seen.application, &mut seen.activity] {
            if let Some(last) = text.last_mut() {
                *last = 0;
            }
        }
        seen
    })
}

/// A copy of a text. Byte by byte: a volatile copy of the whole is 9 kB of program text.
fn read<const N: usize>(text: &UnsafeCell<[u8; N]>) -> Box<[u8]> {
    let first = text.get().cast::<u8>();
    let byte = |at| {
        // SAFETY: within the text.
        let byte = unsafe { first.add(at) };
        // SAFETY: the same; volatile, as its process may write meanwhile.
        unsafe { byte.read_volatile() }
    };
    (0..N).map(byte).collect()
}

/// What the process of a slot waits for, as a number.
pub(crate) fn waits_for(segment: &Segment, slot: usize) -> u32 {
    if slot >= segment.plan().places() {
        return 0;
    }
    // SAFETY: within the array, which is mapped for ever.
    let proc = unsafe { segment.procs().add(slot) };
    // SAFETY: the same.
    let info = unsafe { &raw mut (*proc).wait_event_info };
    // SAFETY: a field that all processes access atomically.
    unsafe { AtomicU32::from_ptr(info) }.load(SeqCst)
}

/// What a process says that it does, or why nobody knows: for texts.
pub(crate) fn words_of(pid: i32) -> Vec<u8> {
    let rows = segment::get().into_iter().flat_map(|segment| {
        (0..segment.plan().places()).filter_map(move |place| look(segment, place))
    });
    match { rows }.find(|seen| seen.row.st_procpid == pid) {
        None => b"<backend information not available>".to_vec(),
        Some(seen) if seen.activity().is_empty() => b"<command string not enabled>".to_vec(),
        Some(seen) => seen.activity().to_vec(),
    }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// At most so many bytes of a text, cut between characters of UTF-8.
pub(crate) fn clip(text: &[u8], most: usize) -> &[u8] {
    let Some(mut cut) = text.get(..most) else { return text };
    if text.len() > most {
        let inside = text.get(most).is_some_and(|&byte| byte & 0xC0 == 0x80);
        if inside {
            let start = cut.iter().rposition(|&byte| byte & 0xC0 != 0x80).unwrap_or(most);
            cut = cut.get(..start).unwrap_or_default();
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(clip(b"abc", 3), b"abc");
        assert_eq!(clip(b"abcd", 3), b"abc");
        assert_eq!(clip("aöb".as_bytes(), 2), b"a");
        assert_eq!(clip("aöb".as_bytes(), 3), "aö".as_bytes());
        assert_eq!(clip("a€b".as_bytes(), 3), b"a");
    }
}
