//! `port.h`, what `system` and `wait` said in words; strings and folders that the C library has
//! nothing for.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use std::ffi::OsStr;
use std::fs::DirBuilder;
use std::io::Error;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use nix::errno::Errno;

use crate::abi::variables::CurrentMemoryContext;
use crate::memory;
use crate::sys::{reason, signals};

/// How a child ended.
enum Ended {
    Exited(c_int),
    Signaled(c_int),
    Otherwise,
}

fn ended(status: c_int) -> Ended {
    match status {
        -1 => Ended::Otherwise,
        _ if libc::WIFEXITED(status) => Ended::Exited(libc::WEXITSTATUS(status)),
        _ if libc::WIFSIGNALED(status) => Ended::Signaled(libc::WTERMSIG(status)),
        _ => Ended::Otherwise,
    }
}

/// How a child ended; for -1 what errno says.
pub(super) fn in_words(status: c_int) -> String {
    match ended(status) {
        _ if status == -1 => reason::reason(Errno::last()),
        Ended::Exited(126) => "command not executable".into(),
        Ended::Exited(127) => "command not found".into(),
        Ended::Exited(code) => format!("child process exited with exit code {code}"),
        Ended::Signaled(signal) => {
            let name = signals::name(signal);
            format!("child process was terminated by signal {signal}: {name}")
        }
        Ended::Otherwise => format!("child process exited with unrecognized status {status}"),
    }
}

throwing! {
    /// How a child ended, in words, in CurrentMemoryContext; for -1 what errno says.
    fn wait_result_to_str(exitstatus: c_int) -> *mut c_char {
        let words = in_words(exitstatus);
        let copy = memory::copy_bytes(CurrentMemoryContext.get(), words.as_bytes())?;
        Ok(copy.as_ptr().cast())
    }
}

plain! {
    /// Whether a child, or what a shell ran for it, was ended by this signal.
    fn wait_result_is_signal(exit_status: c_int, signum: c_int) -> bool {
        match ended(exit_status) {
            Ended::Exited(code) => code == 128 + signum,
            Ended::Signaled(signal) => signal == signum,
            Ended::Otherwise => false,
        }
    }

    /// Whether it was ended by any, or, if asked for, was not to be found.
    fn wait_result_is_any_signal(exit_status: c_int, include_command_not_found: bool) -> bool {
        match ended(exit_status) {
            Ended::Exited(code) => code > if include_command_not_found { 125 } else { 128 },
            Ended::Signaled(_) => true,
            Ended::Otherwise => false,
        }
    }

    /// The exit code that a shell would give for it.
    fn wait_result_to_exit_code(exit_status: c_int) -> c_int {
        match ended(exit_status) {
            Ended::Exited(code) => code,
            Ended::Signaled(signal) => 128 + signal,
            Ended::Otherwise => -1,
        }
    }

    /// A signal in words.
    fn pg_strsignal(signum: c_int) -> *const c_char {
        // SAFETY: any number is allowed.
        let name = unsafe { libc::strsignal(signum) };
        if name.is_null() { c"unrecognized signal".as_ptr() } else { name }
    }

    /// Whether so many bytes differ, in a time that does not tell where.
    fn timingsafe_bcmp(b1: *const c_void, b2: *const c_void, len: usize) -> c_int {
        if len == 0 {
            return 0;
        }
        // SAFETY: so many of the caller's.
        let a = unsafe { core::slice::from_raw_parts(b1.cast::<u8>(), len) };
        // SAFETY: the same.
        let b = unsafe { core::slice::from_raw_parts(b2.cast::<u8>(), len) };
        let differ = a.iter().zip(b).fold(0, |all, (x, y)| core::hint::black_box(all | (x ^ y)));
        c_int::from(differ != 0)
    }

    /// Copies as much of a string as fits, with a NUL; the length of the whole.
    fn strlcpy(dst: *mut c_char, src: *const c_char, siz: usize) -> usize {
        // SAFETY: a NUL-terminated string, and the caller's buffer.
        unsafe { copy_bounded(dst, src, siz) }
    }

    /// Appends as much of a string as fits, with a NUL; the length of the whole.
    fn strlcat(dst: *mut c_char, src: *const c_char, siz: usize) -> usize {
        // SAFETY: the caller's buffer.
        let length = unsafe { libc::strnlen(dst, siz) };
        // SAFETY: within the buffer, or its end.
        let end = unsafe { dst.add(length) };
        // SAFETY: a NUL-terminated string, and the rest of the buffer.
        length + unsafe { copy_bounded(end, src, siz - length) }
    }

    /// Makes a folder and those above it that are missing; 0, or -1 with errno.
    fn pg_mkdir_p(path: *mut c_char, omode: c_int) -> c_int {
        // SAFETY: a NUL-terminated string.
        let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(path) }.to_bytes()));
        let mode = u32::try_from(omode).unwrap_or(0o700);
        let above = path.parent().map_or(Ok(()), |above| {
            DirBuilder::new().recursive(true).mode(0o777).create(above)
        });
        // Something else is there.
        let above = above.map_err(|error| match error.raw_os_error() {
            Some(libc::EEXIST) => Error::from_raw_os_error(libc::ENOTDIR),
            _ => error,
        });
        let made = above.and_then(|()| match DirBuilder::new().mode(mode).create(path) {
            Err(_) if path.is_dir() => Ok(()),
            made => made,
        });
        match made {
            Ok(()) => 0,
            Err(error) => {
                Errno::from_raw(error.raw_os_error().unwrap_or(libc::EINVAL)).set();
                -1
            }
        }
    }

    /// What is in a folder: 0 there is none, 1 nothing, 2 hidden files, 3 a `lost+found`, 4 more,
    /// -1 errno says.
    fn pg_check_dir(dir: *const c_char) -> c_int {
        // SAFETY: a NUL-terminated string.
        let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(dir) }.to_bytes()));
        match path.read_dir().and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => {
                let kinds = entries.iter().map(|entry| match entry.file_name().as_bytes() {
                    [b'.', ..] => 2,
                    b"lost+found" => 3,
                    _ => 4,
                });
                kinds.max().unwrap_or(1)
            }
            Err(error) => {
                let errno = Errno::from_raw(error.raw_os_error().unwrap_or(libc::EINVAL));
                errno.set();
                if errno == Errno::ENOENT { 0 } else { -1 }
            }
        }
    }
}

/// # Safety
/// `from` is NUL-terminated, `to` has `room` bytes.
pub(super) unsafe fn copy_bounded(to: *mut c_char, from: *const c_char, room: usize) -> usize {
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(from) }.to_bytes();
    if let Some(most) = room.checked_sub(1) {
        let length = text.len().min(most);
        // SAFETY: it fits.
        unsafe { core::ptr::copy_nonoverlapping(text.as_ptr().cast(), to, length) };
        // SAFETY: the same.
        let end = unsafe { to.add(length) };
        // SAFETY: the same.
        unsafe { end.write(0) };
    }
    text.len()
}
