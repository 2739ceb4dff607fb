#![forbid(unsafe_code)]
//! Files with numbers of their own (storage/fd.h): more than the system lets a process have open.
//! Runs in: any process.
//!
//! When the system has no descriptor left, the file that was used least recently is closed; it is
//! opened again when it is used.

use std::ffi::{CStr, CString};
use std::fs;
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::fcntl::{self, OFlag};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::stat::{self, Mode};
use nix::unistd;

use crate::error::{Level, Report, Result, SqlState, emit};
use crate::sys::reason::reason;

use super::durable::failed;

/// The most that a process has open: `max_files_per_process`, which is no setting here.
const MAX_FILES: u64 = 1000;
/// What is kept free for what is opened elsewhere.
const RESERVED: u64 = 10;
/// Where temporary files are, in the data directory.
pub(crate) const TEMPORARY: &str = "base/pgsql_tmp";

/// A file.
struct Entry {
    /// Boxed, so that C code may keep its address as long as the file is open.
    name: CString,
    flags: OFlag,
    mode: Mode,
    /// `None`: closed to make room.
    fd: Option<OwnedFd>,
    /// The higher, the more recently.
    used: u64,
    lasts: Lasts,
    /// Address of the resource owner that closes it; 0: none.
    owner: usize,
}

/// How long a file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// As long as it likes.
    Long,
    /// It is closed at the end of the process at the latest.
    Open,
    /// So is it, and removed.
    Temporary,
}

struct Table {
    /// File number N is in place N - 1.
    entries: Vec<Option<Entry>>,
    /// Places of closed files; the last is used first.
    free: Vec<usize>,
    uses: u64,
}

static TABLE: Mutex<Table> = Mutex::new(Table { entries: Vec::new(), free: Vec::new(), uses: 0 });

/// How many descriptors a process has open, but for those that it must be able to open besides.
pub(crate) fn most() -> u64 {
    let limit = getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(now, _)| now);
    limit.min(MAX_FILES).saturating_sub(RESERVED)
}

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn place(file: i32) -> Option<usize> {
    usize::try_from(file).ok()?.checked_sub(1)
}

impl Table {
    fn entry(&mut self, file: i32) -> core::result::Result<&mut Entry, Errno> {
        let entry = place(file).and_then(|place| self.entries.get_mut(place));
        entry.and_then(Option::as_mut).ok_or(Errno::EBADF)
    }

    fn take(&mut self, file: i32) -> Option<Entry> {
        let place = place(file)?;
        let entry = self.entries.get_mut(place)?.take()?;
        self.free.push(place);
        Some(entry)
    }

    /// Closes the descriptor that was used least recently; false: there is none.
    fn make_room(&mut self) -> bool {
        let open = self.entries.iter_mut().flatten().filter(|entry| entry.fd.is_some());
        open.min_by_key(|entry| entry.used).is_some_and(|oldest| {
            oldest.fd = None;
            true
        })
    }

    fn descriptor(
        &mut self,
        name: &CStr,
        flags: OFlag,
        mode: Mode,
    ) -> core::result::Result<OwnedFd, Errno> {
        loop {
            match fcntl::open(name, flags, mode) {
                Err(error @ (Errno::EMFILE | Errno::ENFILE)) => {
                    if !self.make_room() {
                        return Err(error);
                    }
                }
                Ok(fd) => {
                    // The system gives the lowest number that is free, so this one says how many
                    // are not. The copy takes the number of the one that was closed.
                    let too_many = u64::try_from(fd.as_raw_fd()).is_ok_and(|fd| fd >= most());
                    let copy = (too_many && self.make_room()).then(|| fd.try_clone().ok());
                    return Ok(copy.flatten().unwrap_or(fd));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn use_it(&mut self, file: i32) -> core::result::Result<RawFd, Errno> {
        self.uses += 1;
        let uses = self.uses;
        let entry = self.entry(file)?;
        entry.used = uses;
        if let Some(fd) = &entry.fd {
            return Ok(fd.as_raw_fd());
        }
        let (name, flags, mode) = (entry.name.clone(), entry.flags, entry.mode);
        let fd = self.descriptor(&name, flags, mode)?;
        let raw = fd.as_raw_fd();
        self.entry(file)?.fd = Some(fd);
        Ok(raw)
    }
}

/// Opens a file; children that run programs do not get it.
pub(crate) fn open(name: &CStr, flags: i32, mode: u32) -> core::result::Result<i32, Errno> {
    let flags = OFlag::from_bits_retain(flags) | OFlag::O_CLOEXEC;
    let mode = Mode::from_bits_truncate(mode);
    let mut table = table();
    let fd = table.descriptor(name, flags, mode)?;
    table.uses += 1;
    let entry = Entry {
        name: name.to_owned(),
        // To open it once more is not to make it.
        flags: flags & !(OFlag::O_CREAT | OFlag::O_TRUNC | OFlag::O_EXCL),
        mode,
        fd: Some(fd),
        used: table.uses,
        lasts: Lasts::Long,
        owner: 0,
    };
    let at = table.free.pop().unwrap_or(table.entries.len());
    match table.entries.get_mut(at) {
        Some(place) => *place = Some(entry),
        None => table.entries.push(Some(entry)),
    }
    i32::try_from(at + 1).map_err(|_| Errno::ENFILE)
}

/// The descriptor of a file, to be used at once.
pub(crate) fn descriptor(file: i32) -> core::result::Result<RawFd, Errno> {
    table().use_it(file)
}

/// Whether a descriptor was closed that was used least recently.
pub(crate) fn make_room() -> bool {
    table().make_room()
}

/// What it was opened as. The name stays where it is as long as the file is open.
pub(crate) fn name(file: i32) -> core::result::Result<*const core::ffi::c_char, Errno> {
    Ok(table().entry(file)?.name.as_ptr())
}

/// What it was opened with.
pub(crate) fn flags_and_mode(file: i32) -> core::result::Result<(i32, u32), Errno> {
    let mut table = table();
    let entry = table.entry(file)?;
    Ok((entry.flags.bits(), entry.mode.bits()))
}

/// Says how long a file is there, and the address of the owner that closes it.
pub(crate) fn keep(file: i32, lasts: Lasts, owner: usize) {
    if let Ok(entry) = table().entry(file) {
        entry.lasts = lasts;
        entry.owner = owner;
    }
}

/// Closes a file, and removes it if it is temporary. Returns its owner's address.
///
/// # Errors
/// A PANIC if what was written may be lost.
pub(crate) fn close(file: i32) -> Result<usize> {
    let Some(entry) = table().take(file) else { return Ok(0) };
    let told = |verb: &str| {
        [b"could not ", verb.as_bytes(), b" file \"", entry.name.as_bytes(), b"\""].concat()
    };
    if let Some(Err(error)) = entry.fd.map(unistd::close) {
        let level = if entry.lasts == Lasts::Long { Level::Panic } else { Level::Log };
        let message = [&told("close"), b": ".as_slice(), reason(error).as_bytes()].concat();
        let report = Report::new(level, message).with_sqlstate(SqlState::INTERNAL_ERROR);
        if level == Level::Panic {
            return Err(report.into());
        }
        emit(&report);
    }
    if entry.lasts == Lasts::Temporary {
        let found = stat::stat(entry.name.as_c_str());
        if let Err(error) = unistd::unlink(entry.name.as_c_str()) {
            failed(Level::Log, &told("delete"), &error.into())?;
        }
        if let Err(error) = found {
            failed(Level::Log, &told("stat"), &error.into())?;
        }
    }
    Ok(entry.owner)
}

/// Removes the temporary files of processes that are no more.
pub(crate) fn remove_left() {
    let Ok(folder) = fs::read_dir(TEMPORARY) else { return };
    for entry in folder.flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(b"pgsql_tmp");
        let removed = if is_ours { fs::remove_file(&path) } else { Ok(()) };
        if let Err(error) = removed {
            let what = format!("could not remove file \"{}\"", path.display());
            let _below_error = failed(Level::Log, what.as_bytes(), &error);
        }
    }
}

/// At the end of the process: closes what does not outlive it, and removes what is temporary.
pub(crate) fn clean_up() -> Result<()> {
    let count = table().entries.len();
    for file in (1..=count).filter_map(|file| i32::try_from(file).ok()) {
        if table().entry(file).is_ok_and(|entry| entry.lasts != Lasts::Long) {
            close(file)?;
        }
    }
    Ok(())
}
