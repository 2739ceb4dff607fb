#![forbid(unsafe_code)]
//! What the files of dynamic segments are called in one run of a postmaster, and how all of them are
//! found again.
//! Runs in: postmaster (begin, remove, end), any process (names).
//!
//! Each run has a number that nobody else has, which stands in the names of its files. It is written
//! down in the data directory, so that the next run finds what a killed one left. Shared memory,
//! which a worker may have destroyed, has no part in this.

use core::ffi::c_int;
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use crate::abi::c::{Datum, dsm_handle};
use crate::abi::dsm::{DSM_IMPL_MMAP, PG_DYNSHMEM_DIR, PG_DYNSHMEM_MMAP_FILE_PREFIX};
use crate::abi::variables::{dynamic_shared_memory_type, min_dynamic_shared_memory};
use crate::error::{self, Level, Report};
use crate::shmem::segment::{self, Segment};
use crate::sigsafe::postmaster;
use crate::sys::random;
use crate::sys::reason::of_io;

/// Where POSIX shared memory is.
const POSIX: &str = "/dev/shm";
/// What the names of its files begin with.
const PREFIX: &str = "pgbgw.";
/// In [`PG_DYNSHMEM_DIR`]: the number of the run, and the folder that it belongs to.
const NOTE: &str = "run";

/// The number of the run that this process belongs to; 0 in an embedding program, which finds it in
/// shared memory.
static RUN: AtomicU64 = AtomicU64::new(0);

/// Where a segment's file is.
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// Its name in messages.
    pub(super) shown: String,
}

/// Where the file of a segment is, or is to be.
pub(super) fn place(handle: dsm_handle) -> Place {
    let (mut run, mut kind) = (RUN.load(SeqCst), dynamic_shared_memory_type.get());
    let mut folder = PathBuf::from(PG_DYNSHMEM_DIR);
    if let (0, Some(segment)) = (run, segment::get()) {
        run = segment.header().dynamic_run.load(SeqCst);
        let known = segment.header().dynamic_kind.load(SeqCst);
        kind = c_int::try_from(known).unwrap_or_default();
        folder = Path::new(&format!("/proc/{}/cwd", postmaster::pid())).join(folder);
    }
    if kind == DSM_IMPL_MMAP {
        let name = format!("{PG_DYNSHMEM_MMAP_FILE_PREFIX}{handle}");
        let path = folder.join(name);
        return Place { shown: path.display().to_string(), path };
    }
    let name = format!("{}{handle}", prefix(run));
    Place { path: Path::new(POSIX).join(&name), shown: format!("/{name}") }
}

/// What the names of a run's files begin with.
fn prefix(run: u64) -> String {
    format!("{PREFIX}{run:016x}.")
}

/// Begins a run: removes what an earlier one left behind. The data directory is the current one, and
/// this process's alone.
///
/// # Errors
/// A file could not be removed, or the number not be written down.
pub(crate) fn begin() -> Result<(), Report> {
    let folder = Path::new(PG_DYNSHMEM_DIR);
    let cannot = |what: &str, path: &Path, e: &io::Error| {
        let message = format!("could not {what} \"{}\": {}", path.display(), of_io(e));
        Report::new(Level::Fatal, message).with_sqlstate(error::fields::for_file_access(
            Errno::from_raw(e.raw_os_error().unwrap_or(0)),
        ))
    };
    match fs::create_dir(folder) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => {
            return Err(cannot("create directory", folder, &e));
        }
        Ok(()) | Err(_) => {}
    }
    let note = folder.join(NOTE);
    let here = fs::metadata(folder).map_err(|e| cannot("stat file", folder, &e))?;
    if let Some(before) = fs::read_to_string(&note).ok().and_then(|text| parse(&text, &here)) {
        RUN.store(before, SeqCst);
    }
    remove_all();
    let mut number = [0; 8];
    if !random::fill(&mut number) {
        return Err(Report::new(Level::Fatal, "could not generate a random number"));
    }
    let run = u64::from_ne_bytes(number) | 1;
    let text = format!("{run:016x} {} {}\n", here.dev(), here.ino());
    fs::write(&note, text).map_err(|e| cannot("write file", &note, &e))?;
    RUN.store(run, SeqCst);
    Ok(())
}

/// The number in a note that was written in this very folder: one that was copied along with its
/// folder names the files of another postmaster.
fn parse(text: &str, here: &fs::Metadata) -> Option<u64> {
    let mut words = text.split_whitespace();
    let run = u64::from_str_radix(words.next()?, 16).ok()?;
    let is_here =
        words.next()?.parse() == Ok(here.dev()) && words.next()?.parse() == Ok(here.ino());
    is_here.then_some(run)
}

/// Tells an embedding program, by way of shared memory, what files are called.
pub(crate) fn tell(segment: &Segment) {
    let kind = u64::try_from(dynamic_shared_memory_type.get()).unwrap_or_default();
    segment.header().dynamic_run.store(RUN.load(SeqCst), SeqCst);
    segment.header().dynamic_kind.store(kind, SeqCst);
}

/// Bytes that are to be set aside for segments (`dsm_estimate_size`).
pub(crate) fn set_aside() -> usize {
    usize::try_from(min_dynamic_shared_memory.get()).unwrap_or(0).saturating_mul(1 << 20)
}

/// Removes the files of all segments: no process has a use for them any more.
pub(crate) fn remove_all() {
    let run = RUN.load(SeqCst);
    if run != 0 {
        remove(Path::new(POSIX), &prefix(run));
    }
    remove(Path::new(PG_DYNSHMEM_DIR), PG_DYNSHMEM_MMAP_FILE_PREFIX);
}

fn remove(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    // All names first: what is removed meanwhile may hide others.
    let entries: Vec<_> = entries.flatten().collect();
    let begins = |name: &OsStr| name.as_encoded_bytes().starts_with(prefix.as_bytes());
    for entry in entries.into_iter().filter(|entry| begins(&entry.file_name())) {
        let path = entry.path();
        let debug = format!("removing file \"{}\"", path.display());
        error::emit(&Report::new(Level::Debug2, debug));
        if let Err(e) = fs::remove_file(&path) {
            let message = format!("could not remove file \"{}\": {}", path.display(), of_io(&e));
            error::emit(&Report::new(Level::Log, message));
        }
    }
}

/// The postmaster's exit callback: no file is left, nor the note of it.
pub(crate) extern "C" fn end(_code: c_int, _arg: Datum) {
    if RUN.load(SeqCst) == 0 {
        return;
    }
    remove_all();
    RUN.store(0, SeqCst);
    let folder = Path::new(PG_DYNSHMEM_DIR);
    let _gone = fs::remove_file(folder.join(NOTE));
    // It stays if there is something of somebody else's in it, or if it is a link to elsewhere.
    let _gone = fs::remove_dir(folder);
}
