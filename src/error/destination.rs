//! Where the log goes: standard error, or a file that whoever writes next opens anew when it was
//! moved away. There is no collector: each process writes for itself.
//! Runs in: any process.

use core::sync::atomic::{AtomicBool, AtomicI32, Ordering::Relaxed};
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::sys::stat::{fstat, stat};

use crate::abi::variables::Log_file_mode;
use crate::guc::settings;
use crate::sigsafe::line::write_all;
use crate::sys::reason::of_io;

use super::log::STDERR;
use super::{Level, Report, SqlState};

/// This process is a postmaster or one that it forked: standard error is the log's.
static OURS: AtomicBool = AtomicBool::new(false);
/// The descriptor of the file for JSON; -1 if there is none.
static JSON: AtomicI32 = AtomicI32::new(-1);

/// What the log consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

/// Opens the file that `pgbgw.log_file` names, if it names one, in the postmaster.
///
/// # Errors
/// FATAL, naming the file.
pub(crate) fn open() -> Result<(), Report> {
    OURS.store(true, Relaxed);
    let mut formats = vec![Format::Text];
    if settings::log_to_json() {
        formats.push(Format::Json);
    }
    for format in formats {
        let Some(path) = path(format) else { return Ok(()) };
        if is_there(descriptor(format), &path) {
            continue;
        }
        take(format, &path).map_err(|error| {
            let name = path.as_os_str().as_bytes();
            let reason = format!("\": {}", of_io(&error));
            let text = [b"could not open log file \"", name, reason.as_bytes()].concat();
            Report::new(Level::Fatal, text).with_sqlstate(SqlState::UNDEFINED_FILE)
        })?;
    }
    Ok(())
}

/// Writes lines of text with one `write(2)`, so that those of several processes do not mix.
pub(super) fn write_text(bytes: &[u8]) {
    write(Format::Text, bytes);
}

/// Writes an object of JSON, a line, in the same way.
pub(super) fn write_json(bytes: &[u8]) {
    write(Format::Json, bytes);
}

/// What cannot be written, to a full disk say, is lost: nothing may fail because of the log.
fn write(format: Format, bytes: &[u8]) {
    if OURS.load(Relaxed)
        && let Some(path) = path(format)
        && !is_there(descriptor(format), &path)
    {
        // Where the new file cannot be opened the old one goes on.
        let _taken = take(format, &path);
    }
    write_all(descriptor(format), bytes);
}

/// The descriptor for what is written as JSON. Async-signal-safe.
pub(super) fn json_descriptor() -> i32 {
    descriptor(Format::Json)
}

fn descriptor(format: Format) -> i32 {
    match (format, JSON.load(Relaxed)) {
        (Format::Json, fd) if fd >= 0 => fd,
        (Format::Json | Format::Text, _) => STDERR,
    }
}

/// The file of a format, none if that is standard error. JSON has a file beside the one for text.
fn path(format: Format) -> Option<PathBuf> {
    let name = settings::log_file();
    if name.is_empty() {
        return None;
    }
    let name = match format {
        Format::Text => name,
        Format::Json => [name.strip_suffix(b".log").unwrap_or(&name), b".json"].concat(),
    };
    let folder = settings::data_directory();
    Some(Path::new(OsStr::from_bytes(&folder)).join(OsStr::from_bytes(&name)))
}

/// Is the file of that path the one behind the descriptor?
fn is_there(fd: i32, path: &Path) -> bool {
    // SAFETY: only looked at; a descriptor that is not open is an error.
    let open = fstat(unsafe { BorrowedFd::borrow_raw(fd) });
    matches!((stat(path), open), (Ok(there), Ok(open))
        if (there.st_dev, there.st_ino) == (open.st_dev, open.st_ino))
}

/// Opens the file and puts it where the format is written to.
fn take(format: Format, path: &Path) -> io::Result<()> {
    let mode = u32::try_from(Log_file_mode.get()).unwrap_or(0o600);
    let file = OpenOptions::new().append(true).create(true).mode(mode).open(path)?;
    match (format, JSON.load(Relaxed)) {
        (Format::Text, _) => {
            replace(&file, STDERR, 0)?;
            // Standard output is not the log's, but what libraries print belongs there.
            replace(&file, 1, 0)
        }
        (Format::Json, fd) if fd >= 0 => replace(&file, fd, libc::O_CLOEXEC),
        (Format::Json, _) => {
            // Stays open as long as the process lives.
            JSON.store(file.into_raw_fd(), Relaxed);
            Ok(())
        }
    }
}

fn replace(file: &File, fd: i32, flags: i32) -> io::Result<()> {
    // SAFETY: the descriptor is the log's, and stays one.
    if unsafe { libc::dup3(file.as_raw_fd(), fd, flags) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
