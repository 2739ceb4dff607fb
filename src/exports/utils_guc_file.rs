//! `utils/guc.h`: reading configuration files on behalf of a library.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{self, NonNull};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::rc::Rc;

use super::utils_guc::{context, needed, palloced};
use crate::abi::elog::DEBUG1;
use crate::abi::guc::{ConfigVariable, GucContext};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{self, Level, Report, Result};
use crate::guc::files::{Found, Reader};
use crate::guc::{self, grammar};
use crate::memory;
use crate::shmem::activity;

/// A list of lines: the first and the last, NULL if it is empty.
struct List {
    head: *mut *mut ConfigVariable,
    tail: *mut *mut ConfigVariable,
}

impl List {
    /// Appends what was found, reports what was wrong at `elevel`. False: something was.
    ///
    /// # Safety
    /// The list is the caller's, well-formed.
    unsafe fn add(&self, elevel: c_int, read: impl FnOnce(&mut Reader<'_>)) -> Result<bool> {
        let mut reports = Vec::new();
        let mut sink = |report| reports.push(report);
        let mut reader = Reader::new(&mut sink);
        if elevel <= DEBUG1 {
            // Who does not want to hear of errors does not need more than one.
            reader.max_errors = 1;
        }
        read(&mut reader);
        let (found, failed) = (reader.found, reader.failed);
        for report in reports {
            // That an optional file is not there is no error.
            let skipped = report.message.starts_with(b"skipping missing");
            let level = if skipped { Level::Log } else { Level::from_c(elevel) };
            let report = Report { level, ..report };
            if level >= Level::Error {
                return Err(report.into());
            }
            error::emit(&report);
        }
        for one in found {
            let line = line(one)?;
            let block = memory::alloc(CurrentMemoryContext.get(), size_of::<ConfigVariable>())?;
            let item: *mut ConfigVariable = block.as_ptr().cast();
            // SAFETY: as long as that, and new.
            unsafe { item.write(line) };
            // SAFETY: the caller's variable.
            let last = unsafe { self.tail.read() };
            // SAFETY: the caller's variable.
            if unsafe { self.head.read() }.is_null() {
                // SAFETY: the same.
                unsafe { self.head.write(item) };
            } else {
                // SAFETY: a list that is not empty has a last line.
                unsafe { (*last).next = item };
            }
            // SAFETY: the caller's variable.
            unsafe { self.tail.write(item) };
        }
        Ok(!failed)
    }
}

fn line(found: Found) -> Result<ConfigVariable> {
    let path = |path: &Path| palloced(path.as_os_str().as_bytes());
    let (name, value, errmsg) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let (filename, next) = (ptr::null_mut(), ptr::null_mut());
    let empty = ConfigVariable {
        name,
        value,
        errmsg,
        filename,
        sourceline: 0,
        ignore: false,
        applied: false,
        next,
    };
    let number = |line: u32| c_int::try_from(line).unwrap_or(c_int::MAX);
    Ok(match found {
        Found::Item(item) => ConfigVariable {
            name: palloced(&item.name)?,
            value: palloced(&item.value)?,
            filename: path(&item.file)?,
            sourceline: number(item.line),
            ..empty
        },
        Found::Mistake(mistake) => {
            let place = mistake.place.as_ref();
            ConfigVariable {
                errmsg: palloced(&mistake.text)?,
                filename: place.map_or(Ok(ptr::null_mut()), |(file, _)| path(file))?,
                sourceline: place.map_or(0, |(_, line)| number(*line)),
                ignore: true,
                ..empty
            }
        }
    })
}

/// All that is left of a C stream.
///
/// # Safety
/// `stream` is an open stream.
unsafe fn rest_of(stream: *mut libc::FILE) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0u8; 8192];
    loop {
        let into: *mut c_void = buffer.as_mut_ptr().cast();
        // SAFETY: the contract; the buffer is as long as that.
        let count = unsafe { libc::fread(into, 1, buffer.len(), stream) };
        bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
        if count == 0 {
            return bytes;
        }
    }
}

/// The line that names a file, none where there is no such file.
///
/// # Safety
/// `file` is NULL or a C string.
unsafe fn calling(file: *const c_char, line: c_int) -> Option<(Rc<Path>, u32)> {
    if file.is_null() {
        return None;
    }
    // SAFETY: the contract.
    let file = unsafe { CStr::from_ptr(file) }.to_bytes();
    Some((Rc::from(Path::new(OsStr::from_bytes(file))), u32::try_from(line).unwrap_or(0)))
}

/// How deep a file is included in others.
fn depth(depth: c_int) -> u32 {
    u32::try_from(depth).unwrap_or(u32::MAX)
}

throwing! {
    /// Appends the lines of an open file to a list. False: not all of them are right; what is
    /// wrong has been reported at `elevel` and is in the list.
    fn ParseConfigFp(
        fp: *mut libc::FILE,
        config_file: *const c_char,
        level: c_int,
        elevel: c_int,
        head_p: *mut *mut ConfigVariable,
        tail_p: *mut *mut ConfigVariable,
    ) -> bool {
        // SAFETY: a C string.
        let file = OsStr::from_bytes(unsafe { needed(config_file)? }.to_bytes());
        // SAFETY: an open stream.
        let bytes = unsafe { rest_of(fp) };
        let list = List { head: head_p, tail: tail_p };
        // SAFETY: the caller's list.
        unsafe { list.add(elevel, |r| r.entries(&bytes, &Rc::from(Path::new(file)), depth(level))) }
    }

    /// Appends the lines of a file and of what it includes to a list; see `ParseConfigFp`.
    fn ParseConfigFile(
        config_file: *const c_char,
        strict: bool,
        calling_file: *const c_char,
        calling_lineno: c_int,
        level: c_int,
        elevel: c_int,
        head_p: *mut *mut ConfigVariable,
        tail_p: *mut *mut ConfigVariable,
    ) -> bool {
        // SAFETY: a C string.
        let name = unsafe { needed(config_file)? }.to_bytes();
        // SAFETY: NULL or a C string.
        let from = unsafe { calling(calling_file, calling_lineno) };
        let from = from.as_ref().map(|(file, line)| (file, *line));
        let list = List { head: head_p, tail: tail_p };
        // SAFETY: the caller's list.
        unsafe { list.add(elevel, |r| r.named(name, from, depth(level), strict)) }
    }

    /// Appends the lines of every `*.conf` in a folder to a list; see `ParseConfigFp`.
    fn ParseConfigDirectory(
        includedir: *const c_char,
        calling_file: *const c_char,
        calling_lineno: c_int,
        level: c_int,
        elevel: c_int,
        head_p: *mut *mut ConfigVariable,
        tail_p: *mut *mut ConfigVariable,
    ) -> bool {
        // SAFETY: a C string.
        let name = unsafe { needed(includedir)? }.to_bytes();
        // SAFETY: NULL or a C string.
        let from = unsafe { calling(calling_file, calling_lineno) };
        let from = from.as_ref().map(|(file, line)| (file, *line));
        let list = List { head: head_p, tail: tail_p };
        // SAFETY: the caller's list.
        unsafe { list.add(elevel, |r| r.named_directory(name, from, depth(level))) }
    }

    /// What stands between the quotes of a quoted text, escapes replaced; from palloc.
    fn DeescapeQuotedString(s: *const c_char) -> *mut c_char {
        // SAFETY: a C string.
        palloced(&grammar::unquote(unsafe { needed(s)? }.to_bytes()))
    }

    /// Reads the configuration file again.
    fn ProcessConfigFile(ctx: GucContext) {
        guc::process_config_file(context(ctx)?)?;
        activity::report_setting();
        Ok(())
    }
}

plain! {
    /// Frees a list of lines.
    fn FreeConfigVariables(list: *mut ConfigVariable) {
        let mut at = list;
        while !at.is_null() {
            // SAFETY: a line of the list, not freed yet.
            let line = unsafe { at.read() };
            for text in [line.name, line.value, line.errmsg, line.filename, at.cast()] {
                if let Some(chunk) = NonNull::new(text.cast()) {
                    // SAFETY: from palloc, as everything in such a list.
                    unsafe { memory::free(chunk) };
                }
            }
            at = line.next;
        }
    }
}
