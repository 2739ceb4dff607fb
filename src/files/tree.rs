#![forbid(unsafe_code)]
//! Whole folders.
//! Runs in: any process.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use crate::error::{Level, Report, emit};
use crate::sys::reason::of_io;

fn warn(what: &str, path: &Path, error: &io::Error) {
    let path = path.as_os_str().as_bytes();
    let message =
        [b"could not ", what.as_bytes(), b" \"", path, b"\": ", of_io(error).as_bytes()].concat();
    emit(&Report::new(Level::Warning, message));
}

/// Removes what is in a folder, and the folder itself if `top`. False: not all of it, which
/// WARNINGs have told.
pub(crate) fn remove(path: &[u8], top: bool) -> bool {
    let path = Path::new(OsStr::from_bytes(path));
    let Some(all) = remove_in(path) else { return false };
    (!top || done("remove directory", path, fs::remove_dir(path))) && all
}

fn done(what: &str, path: &Path, result: io::Result<()>) -> bool {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound || what != "remove file" => {
            warn(what, path, &error);
            false
        }
        _ => true,
    }
}

/// `None`: it cannot be opened or read.
fn remove_in(path: &Path) -> Option<bool> {
    let entries = match path.read_dir() {
        Ok(entries) => entries,
        Err(error) => {
            warn("open directory", path, &error);
            return None;
        }
    };
    let mut all = true;
    // The folders in it wait until it is closed: one descriptor, however deep.
    let mut folders = Vec::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                warn("read directory", path, &error);
                return None;
            }
        };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => folders.push(entry.path()),
            Ok(_) => all &= done("remove file", &entry.path(), fs::remove_file(entry.path())),
            Err(error) => warn("stat file", &entry.path(), &error),
        }
    }
    for folder in folders {
        all &= remove(folder.as_os_str().as_bytes(), true);
    }
    Some(all)
}
