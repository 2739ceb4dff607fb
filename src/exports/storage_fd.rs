//! `storage/fd.h`: files and folders.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;
use std::io;

use nix::errno::Errno;
use nix::sys::stat::stat;

use crate::abi::elog::PANIC;
use crate::abi::variable::Variable;
use crate::abi::variables::{pg_dir_create_mode, pg_file_create_mode};
use crate::error::{Level, Result};
use crate::files::durable::{self, failed};
use crate::files::opened::{self, Opened};
use crate::files::table;
use crate::worker::signals;

/// Descriptors that libraries hold.
static EXTERNAL: Variable<c_int> = Variable::new(0);

/// # Safety
/// NUL-terminated.
unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

pub(super) fn mode(mode: c_int) -> libc::mode_t {
    libc::mode_t::try_from(mode).unwrap_or_default()
}

/// Opens something; if the process has too much open, once more without a file that can wait.
fn opening<T: PartialEq>(failure: T, open: impl Fn() -> T) -> T {
    loop {
        let result = open();
        let error = Errno::last();
        if result != failure || !matches!(error, Errno::EMFILE | Errno::ENFILE) {
            return result;
        }
        if !table::make_room() {
            error.set();
            return result;
        }
    }
}

fn open(name: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
    // SAFETY: a NUL-terminated string.
    opening(-1, || unsafe { libc::open(name, flags, libc::c_uint::from(mode)) })
}

fn open_transient(name: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
    let fd = open(name, flags, mode);
    if fd >= 0 {
        opened::remember(Opened::Descriptor(fd));
    }
    fd
}

/// Does it again as long as signals come.
fn again(call: impl Fn() -> c_int) -> c_int {
    loop {
        let result = call();
        if result == 0 || Errno::last() != Errno::EINTR {
            return result;
        }
    }
}

pub(super) fn fsync(fd: c_int) -> c_int {
    // SAFETY: a descriptor of any kind; a bad one is refused.
    again(|| unsafe { libc::fsync(fd) })
}

/// How many descriptors libraries may hold that were not opened here: a third of what is left of
/// a process's, as in PostgreSQL.
fn most_external() -> c_int {
    c_int::try_from(table::most() / 3).unwrap_or(0)
}

fn status(done: Result<bool>) -> Result<c_int> {
    Ok(if done? { 0 } else { -1 })
}

/// The next entry of a folder; NULL at its end, or after a report below ERROR.
///
/// # Safety
/// `dir` is null or open, `name` NUL-terminated.
unsafe fn read_dir(
    dir: *mut libc::DIR,
    name: *const c_char,
    level: Level,
) -> Result<*mut libc::dirent> {
    let error = if dir.is_null() {
        io::Error::last_os_error()
    } else {
        Errno::clear();
        // SAFETY: the caller's folder.
        let entry = unsafe { libc::readdir(dir) };
        if !entry.is_null() || Errno::last_raw() == 0 {
            return Ok(entry);
        }
        io::Error::last_os_error()
    };
    let verb: &[u8] = if dir.is_null() { b"open" } else { b"read" };
    // SAFETY: the caller's promise.
    let name = unsafe { bytes(name) };
    let what = [b"could not ".as_slice(), verb, b" directory \"", name, b"\""].concat();
    failed(level, &what, &error)?;
    Ok(ptr::null_mut())
}

plain! {
    /// `fopen`.
    fn AllocateFile(name: *const c_char, mode: *const c_char) -> *mut libc::FILE {
        // SAFETY: NUL-terminated strings.
        let file = opening(ptr::null_mut(), || unsafe { libc::fopen(name, mode) });
        if !file.is_null() {
            opened::remember(Opened::File(file.addr()));
        }
        file
    }

    /// `fclose`.
    fn FreeFile(file: *mut libc::FILE) -> c_int {
        opened::forget(Opened::File(file.addr()));
        // SAFETY: the caller's open file.
        unsafe { libc::fclose(file) }
    }

    /// `opendir`; `ReadDir` reports a failure.
    fn AllocateDir(dirname: *const c_char) -> *mut libc::DIR {
        // SAFETY: a NUL-terminated string.
        let dir = opening(ptr::null_mut(), || unsafe { libc::opendir(dirname) });
        if !dir.is_null() {
            opened::remember(Opened::Dir(dir.addr()));
        }
        dir
    }

    /// `closedir`; nothing for NULL.
    fn FreeDir(dir: *mut libc::DIR) -> c_int {
        if dir.is_null() {
            return 0;
        }
        opened::forget(Opened::Dir(dir.addr()));
        // SAFETY: the caller's open folder.
        unsafe { libc::closedir(dir) }
    }

    /// `open` with the usual mode.
    fn OpenTransientFile(fileName: *const c_char, fileFlags: c_int) -> c_int {
        open_transient(fileName, fileFlags, mode(pg_file_create_mode.get()))
    }

    /// `open`.
    fn OpenTransientFilePerm(
        fileName: *const c_char,
        fileFlags: c_int,
        fileMode: libc::mode_t,
    ) -> c_int {
        open_transient(fileName, fileFlags, fileMode)
    }

    /// `close`.
    fn CloseTransientFile(fd: c_int) -> c_int {
        opened::forget(Opened::Descriptor(fd));
        // SAFETY: the caller's descriptor.
        unsafe { libc::close(fd) }
    }

    /// `open` with the usual mode, to be closed by `close`.
    fn BasicOpenFile(fileName: *const c_char, fileFlags: c_int) -> c_int {
        open(fileName, fileFlags, mode(pg_file_create_mode.get()))
    }

    /// `open`, to be closed by `close`.
    fn BasicOpenFilePerm(
        fileName: *const c_char,
        fileFlags: c_int,
        fileMode: libc::mode_t,
    ) -> c_int {
        open(fileName, fileFlags, fileMode)
    }

    /// `mkdir` with the usual mode.
    fn MakePGDirectory(directoryName: *const c_char) -> c_int {
        // SAFETY: a NUL-terminated string.
        unsafe { libc::mkdir(directoryName, mode(pg_dir_create_mode.get())) }
    }

    /// `fsync`, whatever signals come.
    fn pg_fsync(fd: c_int) -> c_int {
        fsync(fd)
    }

    /// The same.
    fn pg_fsync_no_writethrough(fd: c_int) -> c_int {
        fsync(fd)
    }

    /// What other systems have.
    fn pg_fsync_writethrough(_fd: c_int) -> c_int {
        Errno::ENOSYS.set();
        -1
    }

    /// `fdatasync`, whatever signals come.
    fn pg_fdatasync(fd: c_int) -> c_int {
        // SAFETY: a descriptor of any kind; a bad one is refused.
        again(|| unsafe { libc::fdatasync(fd) })
    }

    /// `truncate`, whatever signals come.
    fn pg_truncate(path: *const c_char, length: libc::off_t) -> c_int {
        // SAFETY: a NUL-terminated string.
        again(|| unsafe { libc::truncate(path, length) })
    }

    /// The level of a report that what was written may be lost.
    fn data_sync_elevel(_elevel: c_int) -> c_int {
        PANIC
    }

    /// `pclose`.
    fn ClosePipeStream(file: *mut libc::FILE) -> c_int {
        opened::forget(Opened::Pipe(file.addr()));
        // SAFETY: the caller's open stream.
        unsafe { libc::pclose(file) }
    }

    /// `popen`; the program that runs can be ended by SIGPIPE.
    fn OpenPipeStream(command: *const c_char, mode: *const c_char) -> *mut libc::FILE {
        // SAFETY: writes out what C's streams hold.
        unsafe { libc::fflush(ptr::null_mut()) };
        signals::pqsignal(libc::SIGPIPE, libc::SIG_DFL);
        Errno::clear();
        // SAFETY: NUL-terminated strings.
        let file = opening(ptr::null_mut(), || unsafe { libc::popen(command, mode) });
        let errno = Errno::last();
        signals::pqsignal(libc::SIGPIPE, libc::SIG_IGN);
        errno.set();
        if !file.is_null() {
            opened::remember(Opened::Pipe(file.addr()));
        }
        file
    }

    /// Says that a descriptor is going to be held; false: there are too many.
    fn AcquireExternalFD() -> bool {
        let count = EXTERNAL.get();
        let free = count < most_external();
        if free {
            EXTERNAL.set(count + 1);
        } else {
            Errno::EMFILE.set();
        }
        free
    }

    /// Says that a descriptor is going to be held, come what may.
    fn ReserveExternalFD() {
        EXTERNAL.set(EXTERNAL.get() + 1);
    }

    /// Says that one is not held any more.
    fn ReleaseExternalFD() {
        EXTERNAL.set(EXTERNAL.get() - 1);
    }
}

throwing! {
    /// The next entry of a folder, NULL at its end; an ERROR if there is none to read.
    fn ReadDir(dir: *mut libc::DIR, dirname: *const c_char) -> *mut libc::dirent {
        // SAFETY: the caller's folder and its name.
        unsafe { read_dir(dir, dirname, Level::Error) }
    }

    /// The same with the level of the report.
    fn ReadDirExtended(
        dir: *mut libc::DIR,
        dirname: *const c_char,
        elevel: c_int,
    ) -> *mut libc::dirent {
        // SAFETY: the caller's folder and its name.
        unsafe { read_dir(dir, dirname, Level::from_c(elevel)) }
    }

    /// Whether there is a file, not a folder, of that name.
    fn pg_file_exists(name: *const c_char) -> bool {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(name) };
        match stat(name) {
            Ok(found) => Ok(found.st_mode & libc::S_IFMT != libc::S_IFDIR),
            Err(Errno::ENOENT | Errno::ENOTDIR) => Ok(false),
            Err(error) => {
                let what = [b"could not access file \"", name.to_bytes(), b"\""].concat();
                failed(Level::Error, &what, &error.into())
            }
        }
    }

    /// Has the system begin to write what a file's cache holds; a PANIC if that fails.
    fn pg_flush_data(fd: c_int, offset: libc::off64_t, nbytes: libc::off64_t) {
        let flags = libc::SYNC_FILE_RANGE_WRITE;
        // SAFETY: a descriptor of any kind; a bad one is refused.
        if unsafe { libc::sync_file_range(fd, offset, nbytes, flags) } < 0 {
            let level = if Errno::last() == Errno::ENOSYS { Level::Warning } else { Level::Panic };
            failed(level, b"could not flush dirty data", &io::Error::last_os_error())?;
        }
        Ok(())
    }

    /// Writes a file or a folder through to the disk; -1 after a report below ERROR.
    fn fsync_fname_ext(
        fname: *const c_char,
        isdir: bool,
        ignore_perm: bool,
        elevel: c_int,
    ) -> c_int {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { bytes(fname) };
        status(durable::sync_what_may_be(name, isdir, ignore_perm, Level::from_c(elevel)))
    }

    /// Writes a file or a folder through to the disk; a PANIC if that fails.
    fn fsync_fname(fname: *const c_char, isdir: bool) {
        // SAFETY: a NUL-terminated string.
        durable::sync(unsafe { bytes(fname) }, isdir, Level::Panic)?;
        Ok(())
    }

    /// Renames a file for good; -1 after a report below ERROR.
    fn durable_rename(oldfile: *const c_char, newfile: *const c_char, elevel: c_int) -> c_int {
        // SAFETY: a NUL-terminated string.
        let old = unsafe { bytes(oldfile) };
        // SAFETY: the same.
        status(durable::rename(old, unsafe { bytes(newfile) }, Level::from_c(elevel)))
    }

    /// Removes a file for good; -1 after a report below ERROR.
    fn durable_unlink(fname: *const c_char, elevel: c_int) -> c_int {
        // SAFETY: a NUL-terminated string.
        status(durable::unlink(unsafe { bytes(fname) }, Level::from_c(elevel)))
    }
}
