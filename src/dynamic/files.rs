//! Files as shared memory: made, mapped, unmapped, removed (storage/dsm_impl.h).
//! Runs in: worker and backend.

use core::num::NonZeroUsize;
use core::ptr::NonNull;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;

use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use nix::sys::signal::{SigSet, Signal};

use crate::abi::c::dsm_handle;
use crate::abi::wait_event::WAIT_EVENT_DSM_ALLOCATE;
use crate::error::{self, Report, SqlState};
use crate::shmem::procs;
use crate::sys::reason::of_io;
use crate::sys::signals;

use super::run::{Place, place};

/// A segment as this process sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping {
    pub(crate) address: NonNull<u8>,
    pub(crate) len: usize,
}

/// `could not DO shared memory segment "NAME"DETAIL: REASON`.
fn failed(what: &str, at: &Place, detail: &str, e: &io::Error) -> Report {
    let errno = Errno::from_raw(e.raw_os_error().unwrap_or(0));
    let sqlstate = if matches!(errno, Errno::EFBIG | Errno::ENOMEM) {
        SqlState::OUT_OF_MEMORY
    } else {
        error::fields::for_file_access(errno)
    };
    let Place { shown, .. } = at;
    let message =
        format!("could not {what} shared memory segment \"{shown}\"{detail}: {}", of_io(e));
    Report::error(sqlstate, message)
}

fn open(at: &Place, is_new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(is_new).mode(0o600);
    options.custom_flags(libc::O_NOFOLLOW).open(&at.path)
}

/// Makes a segment and maps it; none if there is one of this handle already.
///
/// # Errors
/// It could not be made, made so large, or mapped: nothing is left of it then.
pub(crate) fn create(handle: dsm_handle, len: usize) -> Result<Option<Mapping>, Report> {
    let at = place(handle);
    let file = match open(&at, true) {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => return Ok(None),
        file => file.map_err(|e| failed("open", &at, "", &e))?,
    };
    let made = match resize(&file, len) {
        Ok(()) => map(&file, len).map_err(|e| failed("map", &at, "", &e)),
        Err(e) => Err(failed("resize", &at, &format!(" to {len} bytes"), &e)),
    };
    if made.is_err() {
        let _gone = fs::remove_file(&at.path);
    }
    made.map(Some)
}

/// Maps a segment that another process has made.
///
/// # Errors
/// There is none, or it could not be mapped.
pub(crate) fn attach(handle: dsm_handle) -> Result<Mapping, Report> {
    let at = place(handle);
    let file = open(&at, false).map_err(|e| failed("open", &at, "", &e))?;
    let len = file.metadata().map_err(|e| failed("stat", &at, "", &e))?.len();
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    map(&file, len).map_err(|e| failed("map", &at, "", &e))
}

/// Makes the file so large, with memory behind all of it: a process that finds none when it writes
/// would die of SIGBUS.
fn resize(file: &File, len: usize) -> io::Result<()> {
    let len = i64::try_from(len).map_err(|_| Errno::EFBIG)?;
    // It is done as a whole, or not at all: signals wait meanwhile.
    let mut waiting = SigSet::all();
    waiting.remove(Signal::SIGQUIT);
    let mask = signals::swap_mask(&waiting);
    let shown = procs::report_wait(WAIT_EVENT_DSM_ALLOCATE);
    let errno = loop {
        // SAFETY: an open descriptor and numbers.
        match unsafe { libc::posix_fallocate(file.as_raw_fd(), 0, len) } {
            libc::EINTR => {}
            errno => break errno,
        }
    };
    procs::report_wait(shown);
    signals::swap_mask(&mask);
    if errno == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(errno)) }
}

fn map(file: &File, len: usize) -> io::Result<Mapping> {
    let size = NonZeroUsize::new(len).ok_or(Errno::EINVAL)?;
    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: a new mapping, placed where the kernel likes.
    let address = unsafe { mmap(None, size, access, MapFlags::MAP_SHARED, file, 0)? };
    Ok(Mapping { address: address.cast(), len })
}

/// Unmaps a segment.
///
/// # Safety
/// Mapped by one of the above, and not used any more.
///
/// # Errors
/// What munmap said.
pub(crate) unsafe fn unmap(handle: dsm_handle, mapping: Mapping) -> Result<(), Report> {
    // SAFETY: the caller's promise.
    unsafe { munmap(mapping.address.cast(), mapping.len) }
        .map_err(|errno| failed("unmap", &place(handle), "", &errno.into()))
}

/// Removes a segment: it is there until the last process has unmapped it.
///
/// # Errors
/// What unlink said.
pub(crate) fn remove(handle: dsm_handle) -> Result<(), Report> {
    let at = place(handle);
    fs::remove_file(&at.path).map_err(|e| failed("remove", &at, "", &e))
}
