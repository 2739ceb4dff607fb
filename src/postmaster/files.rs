#![forbid(unsafe_code)]
//! The data directory: who may use it, what must be in it, what is taken away at the end.
//! Runs in: postmaster.

use core::ffi::c_int;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::abi::c::Datum;
use crate::error::{self, Level, Report, SqlState};
use crate::sys::reason::of_io;

/// Files that the postmaster made and removes at its end, with the identity they had.
// Never contended: there is one thread. A Mutex only makes it a static.
static MADE: Mutex<Vec<(PathBuf, Identity)>> = Mutex::new(Vec::new());

/// Device and inode.
pub(super) type Identity = (u64, u64);

/// What file is at `path` now.
pub(super) fn identity(path: &Path) -> Option<Identity> {
    std::fs::symlink_metadata(path).ok().map(|m| (m.dev(), m.ino()))
}

/// Has a file removed when the postmaster ends, however it ends but by being killed.
pub(super) fn remove_at_exit(path: &Path) {
    if let Some(identity) = identity(path) {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.push((path.to_owned(), identity));
    }
}

/// The postmaster's own exit callback, its last.
pub(super) extern "C" fn remove_files(_code: c_int, _arg: Datum) {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut any = false;
    for (path, was) in made.drain(..) {
        any = true;
        // A file that is there instead is somebody else's.
        if identity(&path) == Some(was) {
            let _gone = std::fs::remove_file(&path);
        }
    }
    if any {
        error::emit(&Report::new(Level::Log, "pgbgw is shut down"));
    }
}

/// Name of the configuration file.
pub(super) const CONFIG: &str = "pgbgw.conf";

/// Refuses to run as root: extensions run with the postmaster's rights.
pub(super) fn check_user() -> Result<(), Report> {
    if nix::unistd::geteuid().is_root() {
        return Err(fatal("\"root\" execution of the pgbgw postmaster is not permitted")
            .with_hint(
                "The postmaster must be started under an unprivileged user ID to prevent possible \
             system security compromise.",
            ));
    }
    Ok(())
}

/// Checks that `dir` is ours alone and holds a configuration file.
pub(super) fn check(dir: &Path) -> Result<(), Report> {
    let shown = dir.display();
    let meta = match std::fs::metadata(dir) {
        Ok(meta) => meta,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("data directory \"{shown}\" does not exist");
            return Err(fatal(message).with_hint("Use \"pgbgw init\" to make one."));
        }
        Err(e) => {
            let message =
                format!("could not read permissions of directory \"{shown}\": {}", of_io(&e));
            return Err(fatal(message));
        }
    };
    if !meta.is_dir() {
        let message = format!("specified data directory \"{shown}\" is not a directory");
        return Err(wrong_state(message));
    }
    if meta.uid() != nix::unistd::geteuid().as_raw() {
        let message = format!("data directory \"{shown}\" has wrong ownership");
        return Err(wrong_state(message).with_hint(
            "The postmaster must be started by the user that owns the data directory.",
        ));
    }
    if meta.mode() & 0o077 != 0 {
        let message = format!("data directory \"{shown}\" has invalid permissions");
        return Err(wrong_state(message).with_detail("Permissions should be u=rwx (0700)."));
    }
    if !dir.join(CONFIG).exists() {
        let message = format!("\"{shown}\" is not a pgbgw data directory");
        return Err(wrong_state(message)
            .with_detail(format!("File \"{shown}/{CONFIG}\" is missing."))
            .with_hint("Use \"pgbgw init\" to make a data directory."));
    }
    Ok(())
}

pub(super) fn fatal(message: impl Into<Vec<u8>>) -> Report {
    Report::new(Level::Fatal, message)
}

fn wrong_state(message: impl Into<Vec<u8>>) -> Report {
    fatal(message).with_sqlstate(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE)
}
