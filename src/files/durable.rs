#![forbid(unsafe_code)]
//! Changes to files that survive a crash of the machine (storage/fd.h).
//! Runs in: any process.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;

use nix::errno::Errno;

use crate::error::fields::for_file_access;
use crate::error::{Level, Report, Result, emit};
use crate::sys::reason::of_io;

use super::path;

/// Whether it was done; if not, that was reported below ERROR, and errno says why.
pub(crate) type Done = Result<bool>;

/// Reports what a file operation failed with: `what` is the message up to the colon.
pub(crate) fn failed(level: Level, what: &[u8], error: &io::Error) -> Done {
    let errno = error.raw_os_error().map_or(Errno::EIO, Errno::from_raw);
    let message = [what, b": ", of_io(error).as_bytes()].concat();
    let report = Report::new(level, message).with_sqlstate(for_file_access(errno));
    if level >= Level::Error {
        return Err(report.into());
    }
    emit(&report);
    errno.set();
    Ok(false)
}

/// `could not open file "NAME"`, for a given verb.
fn cannot(verb: &str, name: &[u8]) -> Vec<u8> {
    [b"could not ", verb.as_bytes(), b" file \"", name, b"\""].concat()
}

fn open(name: &[u8], is_dir: bool) -> io::Result<File> {
    OpenOptions::new().read(true).write(!is_dir).open(OsStr::from_bytes(name))
}

/// Writes a file's or a folder's content through to the disk. Folders that cannot be opened or
/// synchronised are left alone, as some file systems know nothing of the kind.
pub(crate) fn sync(name: &[u8], is_dir: bool, level: Level) -> Done {
    sync_what_may_be(name, is_dir, false, level)
}

/// The same; `ignore_denied`: a file that may not be opened is left alone.
pub(crate) fn sync_what_may_be(
    name: &[u8],
    is_dir: bool,
    ignore_denied: bool,
    level: Level,
) -> Done {
    let is = |error: &io::Error, known: &[Errno]| {
        is_dir && error.raw_os_error().is_some_and(|e| known.contains(&Errno::from_raw(e)))
    };
    let file = match open(name, is_dir) {
        Err(error) if is(&error, &[Errno::EISDIR, Errno::EACCES]) => return Ok(true),
        Err(error) if ignore_denied && error.kind() == io::ErrorKind::PermissionDenied => {
            return Ok(true);
        }
        Err(error) => return failed(level, &cannot("open", name), &error),
        Ok(file) => file,
    };
    match file.sync_all() {
        Err(error) if !is(&error, &[Errno::EBADF, Errno::EINVAL]) => {
            failed(level, &cannot("fsync", name), &error)
        }
        _ => Ok(true),
    }
}

fn sync_parent(name: &[u8], level: Level) -> Done {
    let parent = name.get(..path::parent(name)).filter(|parent| !parent.is_empty());
    sync(parent.unwrap_or(b"."), true, level)
}

/// Renames a file; after a crash either the old or the new content is there, whole.
pub(crate) fn rename(old: &[u8], new: &[u8], level: Level) -> Done {
    if !sync(old, false, level)? {
        return Ok(false);
    }
    match open(new, false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return failed(level, &cannot("open", new), &error),
        Ok(file) => {
            if let Err(error) = file.sync_all() {
                return failed(level, &cannot("fsync", new), &error);
            }
        }
    }
    if let Err(error) = fs::rename(OsStr::from_bytes(old), OsStr::from_bytes(new)) {
        let what = [&cannot("rename", old), b" to \"".as_slice(), new, b"\""].concat();
        return failed(level, &what, &error);
    }
    Ok(sync(new, false, level)? && sync_parent(new, level)?)
}

/// Removes a file for good.
pub(crate) fn unlink(name: &[u8], level: Level) -> Done {
    if let Err(error) = nix::unistd::unlink(OsStr::from_bytes(name)) {
        return failed(level, &cannot("remove", name), &error.into());
    }
    sync_parent(name, level)
}
