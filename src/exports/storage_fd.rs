//! `storage/fd.h`: files and folders.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;
use std::io;

use nix::errno::Errno;

use crate::abi::variables::{pg_dir_create_mode, pg_file_create_mode};
use crate::error::{Level, Result};
use crate::files::durable::{self, failed};
use crate::files::opened::{self, Opened};

/// # Safety
/// NUL-terminated.
unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

fn mode(mode: c_int) -> libc::mode_t {
    libc::mode_t::try_from(mode).unwrap_or_default()
}

fn open(name: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
    // SAFETY: a NUL-terminated string.
    unsafe { libc::open(name, flags, libc::c_uint::from(mode)) }
}

fn open_transient(name: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
    let fd = open(name, flags, mode);
    if fd >= 0 {
        opened::remember(Opened::Descriptor(fd));
    }
    fd
}

fn fsync(fd: c_int) -> c_int {
    loop {
        // SAFETY: a descriptor of any kind; a bad one is refused.
        let n = unsafe { libc::fsync(fd) };
        if n == 0 || Errno::last() != Errno::EINTR {
            return n;
        }
    }
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
        let file = unsafe { libc::fopen(name, mode) };
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
        let dir = unsafe { libc::opendir(dirname) };
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
