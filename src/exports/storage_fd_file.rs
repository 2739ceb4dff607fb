//! `storage/fd.h`: files that may be more than the system lets a process have open.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use std::ffi::CString;
use std::io;

use libc::{iovec, off_t};
use nix::errno::Errno;

use crate::abi::c::{Datum, ResourceOwner};
use crate::abi::resowner::{RESOURCE_RELEASE_AFTER_LOCKS, ResourceOwnerDesc};
use crate::abi::variable::Variable;
use crate::abi::variables::{
    CurrentMemoryContext, CurrentResourceOwner, MyProcPid, pg_dir_create_mode, pg_file_create_mode,
};
use crate::error::{self, Level, Report, Result, SqlState};
use crate::files::durable::failed;
use crate::files::table::{self, Lasts, TEMPORARY};
use crate::memory::{self, owners};
use crate::shmem::procs;
use crate::sys::reason::reason;
use crate::worker::exit::BEFORE_SHMEM_EXIT;

use super::storage_fd::{fsync, mode};

/// Files are closed before snapshots are forgotten (utils/resowner.h).
const RELEASE_PRIO_FILES: u32 = 600;
/// What zeros are written from.
static ZEROS: [u8; 8192] = [0; 8192];

/// The kind of resource that a file is.
static FILE: Variable<ResourceOwnerDesc> = Variable::new(ResourceOwnerDesc {
    name: c"File".as_ptr(),
    release_phase: RESOURCE_RELEASE_AFTER_LOCKS,
    release_priority: RELEASE_PRIO_FILES,
    ReleaseResource: Some(release),
    DebugPrint: Some(print),
});

fn number(value: Datum) -> c_int {
    c_int::try_from(value).unwrap_or_default()
}

/// # Safety
/// A file of an owner.
unsafe extern "C" fn release(value: Datum) {
    error::throwing(|| table::close(number(value)).map(drop));
}

/// # Safety
/// A file of an owner.
unsafe extern "C" fn print(value: Datum) -> *mut c_char {
    error::throwing(|| {
        let text = format!("File {}", number(value));
        Ok(memory::copy_bytes(CurrentMemoryContext.get(), text.as_bytes())?.as_ptr().cast())
    })
}

/// # Safety
/// Called at the end of the process.
unsafe extern "C" fn clean_up(_code: c_int, _arg: Datum) {
    error::throwing(table::clean_up);
}

/// What a system call says: an error in errno and -1.
fn said<T: From<i8>>(result: core::result::Result<T, Errno>) -> T {
    result.unwrap_or_else(|errno| {
        errno.set();
        T::from(-1)
    })
}

fn open(name: &CStr, flags: c_int, mode: libc::mode_t) -> c_int {
    said(table::open(name, flags, mode))
}

/// Does something with a file's descriptor while the process shows that it waits for it; again if
/// a signal came.
fn with<T: From<i8> + PartialEq>(file: c_int, wait: u32, call: impl Fn(c_int) -> T) -> T {
    let fd = match table::descriptor(file) {
        Ok(fd) => fd,
        Err(errno) => {
            errno.set();
            return T::from(-1);
        }
    };
    loop {
        procs::report_wait(wait);
        let result = call(fd);
        procs::report_wait(0);
        if result != T::from(-1) || Errno::last() != Errno::EINTR {
            return result;
        }
    }
}

/// As `with` for calls that return an error number.
fn advised(file: c_int, wait: u32, call: impl Fn(c_int) -> c_int) -> c_int {
    with(file, wait, |fd| match call(fd) {
        libc::EINTR => {
            Errno::EINTR.set();
            -1
        }
        result => result,
    })
}

/// Writes zeros; -1: errno says why not all.
fn zero(fd: c_int, offset: off_t, amount: off_t) -> c_int {
    let mut done = 0;
    while done < amount {
        let most = usize::try_from(amount - done).unwrap_or(usize::MAX).min(ZEROS.len());
        // SAFETY: a descriptor, and that many bytes.
        let written = unsafe { libc::pwrite(fd, ZEROS.as_ptr().cast(), most, offset + done) };
        match written {
            0 => {
                Errno::ENOSPC.set();
                return -1;
            }
            1.. => done += off_t::try_from(written).unwrap_or(amount),
            _ if Errno::last() == Errno::EINTR => {}
            _ => return -1,
        }
    }
    0
}

/// Has the current owner, if there is one, close a file, and the end of the process do so.
fn register(file: c_int, lasts: Lasts, owner: ResourceOwner) -> Result<()> {
    static IS_PUSHED: Variable<bool> = Variable::new(false);
    table::keep(file, lasts, owner.expose_provenance());
    if !IS_PUSHED.replace(true) {
        BEFORE_SHMEM_EXIT.push(Some(clean_up), 0)?;
    }
    if !owner.is_null() {
        // SAFETY: the current owner is live, and has room.
        unsafe { owners::remember(owner, Datum::try_from(file).unwrap_or(0), FILE.as_ptr()) };
    }
    Ok(())
}

/// The current owner, with room for one file more.
fn owner_with_room() -> Result<ResourceOwner> {
    let owner = CurrentResourceOwner.get();
    if !owner.is_null() {
        // SAFETY: the current owner is live.
        unsafe { owners::enlarge(owner)? };
    }
    Ok(owner)
}

fn open_temporary(owner: ResourceOwner) -> Result<c_int> {
    static COUNTER: Variable<u64> = Variable::new(0);
    let count = COUNTER.replace(COUNTER.get() + 1);
    let name = format!("{TEMPORARY}/pgsql_tmp{}.{count}", MyProcPid.get());
    let name = CString::new(name).unwrap_or_default();
    let flags = libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC;
    let permissions = mode(pg_file_create_mode.get());
    let mut file = open(&name, flags, permissions);
    if file < 0 {
        for folder in [c"base", c"base/pgsql_tmp"] {
            // Another process may have made it just now; if it is missing, the file cannot be made.
            // SAFETY: a NUL-terminated string.
            unsafe { libc::mkdir(folder.as_ptr(), mode(pg_dir_create_mode.get())) };
        }
        file = open(&name, flags, permissions);
    }
    if file < 0 {
        let said = reason(Errno::last());
        let message =
            format!("could not create temporary file \"{}\": {said}", name.to_string_lossy());
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    }
    register(file, Lasts::Temporary, owner)?;
    Ok(file)
}

/// `could not VERB temporary file "NAME"` with what errno says.
fn cannot(verb: &str, name: &CStr, level: Level) -> Result<()> {
    let error = io::Error::last_os_error();
    let what = [b"could not ", verb.as_bytes(), b" temporary file \"", name.to_bytes(), b"\""];
    failed(level, &what.concat(), &error).map(drop)
}

plain! {
    /// Opens a file with the usual mode; -1: errno says why not.
    fn PathNameOpenFile(fileName: *const c_char, fileFlags: c_int) -> c_int {
        // SAFETY: a NUL-terminated string.
        open(unsafe { CStr::from_ptr(fileName) }, fileFlags, mode(pg_file_create_mode.get()))
    }

    /// Opens a file; -1: errno says why not.
    fn PathNameOpenFilePerm(
        fileName: *const c_char,
        fileFlags: c_int,
        fileMode: libc::mode_t,
    ) -> c_int {
        // SAFETY: a NUL-terminated string.
        open(unsafe { CStr::from_ptr(fileName) }, fileFlags, fileMode)
    }

    /// Reads at a place; -1: errno says why not.
    fn FileReadV(file: c_int, iov: *const iovec, iovcnt: c_int, offset: off_t, wait: u32) -> isize {
        // SAFETY: the caller's buffers.
        with(file, wait, |fd| unsafe { libc::preadv(fd, iov, iovcnt, offset) })
    }

    /// Writes at a place; -1: errno says why not. If it is less than asked for, errno says that
    /// there is no room.
    fn FileWriteV(file: c_int, iov: *const iovec, iovcnt: c_int, offset: off_t, wait: u32) -> isize {
        // SAFETY: the caller's bytes.
        let written = with(file, wait, |fd| unsafe { libc::pwritev(fd, iov, iovcnt, offset) });
        if written >= 0 {
            Errno::ENOSPC.set();
        }
        written
    }

    /// Has the system read what will be needed; an error number.
    fn FilePrefetch(file: c_int, offset: off_t, amount: off_t, wait: u32) -> c_int {
        let advice = libc::POSIX_FADV_WILLNEED;
        // SAFETY: a descriptor.
        advised(file, wait, |fd| unsafe { libc::posix_fadvise(fd, offset, amount, advice) })
    }

    /// Writes a file through to the disk.
    fn FileSync(file: c_int, wait: u32) -> c_int {
        with(file, wait, fsync)
    }

    /// Writes zeros; -1: errno says why not.
    fn FileZero(file: c_int, offset: off_t, amount: off_t, wait: u32) -> c_int {
        with(file, wait, |fd| zero(fd, offset, amount))
    }

    /// Has the system set room aside, which reads as zeros; -1: errno says why not.
    fn FileFallocate(file: c_int, offset: off_t, amount: off_t, wait: u32) -> c_int {
        // SAFETY: a descriptor.
        match advised(file, wait, |fd| unsafe { libc::posix_fallocate(fd, offset, amount) }) {
            result @ (0 | -1) => result,
            libc::EINVAL | libc::EOPNOTSUPP => with(file, wait, |fd| zero(fd, offset, amount)),
            errno => said(Err(Errno::from_raw(errno))),
        }
    }

    /// Bytes of a file; -1: errno says why not.
    fn FileSize(file: c_int) -> off_t {
        // SAFETY: a descriptor.
        with(file, 0, |fd| unsafe { libc::lseek(fd, 0, libc::SEEK_END) })
    }

    /// Cuts a file; -1: errno says why not.
    fn FileTruncate(file: c_int, offset: off_t, wait: u32) -> c_int {
        // SAFETY: a descriptor.
        with(file, wait, |fd| unsafe { libc::ftruncate(fd, offset) })
    }

    /// What it was opened as, as long as it is open.
    fn FilePathName(file: c_int) -> *mut c_char {
        table::name(file).map_or(ptr::null_mut(), |name| name.cast_mut())
    }

    /// Its descriptor, to be used at once.
    fn FileGetRawDesc(file: c_int) -> c_int {
        said(table::descriptor(file))
    }

    /// The flags it was opened with.
    fn FileGetRawFlags(file: c_int) -> c_int {
        said(table::flags_and_mode(file).map(|(flags, _)| flags))
    }

    /// The mode it was opened with.
    fn FileGetRawMode(file: c_int) -> libc::mode_t {
        table::flags_and_mode(file).map_or(0, |(_, mode)| mode)
    }

    /// Where temporary files are. There are no tablespaces here.
    fn TempTablespacePath(path: *mut c_char, _tablespace: u32) {
        // SAFETY: the caller's room for a path.
        unsafe { ptr::copy_nonoverlapping(TEMPORARY.as_ptr().cast(), path, TEMPORARY.len()) };
        // SAFETY: the same.
        let end = unsafe { path.add(TEMPORARY.len()) };
        // SAFETY: the same.
        unsafe { end.write(0) };
    }
}

throwing! {
    /// Makes a file that is removed when it is closed: by its owner, at the end of the transaction,
    /// unless `interXact`; at the end of the process at the latest.
    fn OpenTemporaryFile(interXact: bool) -> c_int {
        open_temporary(if interXact { ptr::null_mut() } else { owner_with_room()? })
    }

    /// Makes a file that the current owner closes.
    fn PathNameCreateTemporaryFile(path: *const c_char, error_on_failure: bool) -> c_int {
        let owner = owner_with_room()?;
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(path) };
        let flags = libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC;
        let file = open(name, flags, mode(pg_file_create_mode.get()));
        if file >= 0 {
            register(file, Lasts::Open, owner)?;
        } else if error_on_failure {
            cannot("create", name, Level::Error)?;
        }
        Ok(file)
    }

    /// Opens such a file; -1: there is none.
    fn PathNameOpenTemporaryFile(path: *const c_char, flags: c_int) -> c_int {
        let owner = owner_with_room()?;
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(path) };
        let file = open(name, flags, mode(pg_file_create_mode.get()));
        if file >= 0 {
            register(file, Lasts::Open, owner)?;
        } else if Errno::last() != Errno::ENOENT {
            cannot("open", name, Level::Error)?;
        }
        Ok(file)
    }

    /// Removes such a file; false: there is none.
    fn PathNameDeleteTemporaryFile(path: *const c_char, error_on_failure: bool) -> bool {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(path) };
        // SAFETY: the same.
        if unsafe { libc::unlink(path) } == 0 {
            return Ok(true);
        }
        if Errno::last() != Errno::ENOENT {
            cannot("unlink", name, if error_on_failure { Level::Error } else { Level::Log })?;
        }
        Ok(false)
    }

    /// Closes a file, and removes it if it is temporary.
    fn FileClose(file: c_int) {
        let owner = ptr::with_exposed_provenance_mut::<c_void>(table::close(file)?).cast();
        let owner: ResourceOwner = owner;
        if !owner.is_null() {
            let value = Datum::try_from(file).unwrap_or(0);
            // SAFETY: the owner that was given it, and that forgets or closes it before it goes.
            unsafe { owners::forget(owner, value, FILE.as_ptr())? };
        }
        Ok(())
    }
}
