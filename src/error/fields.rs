//! What `errmsg`, `errcode`, ... set on the report under construction (elog.h).
//! Runs in: any process.

use core::ffi::{c_char, c_int};
use core::slice;

use nix::errno::Errno;

use crate::abi::elog::ErrorData;
use crate::abi::variable::Variable;
use crate::sys::backtrace;

use super::log::Record;
use super::{Report, Result, SqlState, boundary, copies, stack};

/// `PGBGW_TEXT_CONTEXT` of src/shim/shim.h.
const CONTEXT: c_int = 4;

/// The texts of `enum pgbgw_text` in src/shim/shim.h.
fn field(data: &mut ErrorData, which: c_int) -> Option<&mut *mut c_char> {
    match which {
        0 => Some(&mut data.message),
        1 => Some(&mut data.detail),
        2 => Some(&mut data.detail_log),
        3 => Some(&mut data.hint),
        CONTEXT => Some(&mut data.context),
        _ => None,
    }
}

/// Takes a text that the shim has formatted. Context lines are added to those that are there.
///
/// # Safety
/// `text` has `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn pgbgw__take_text(which: c_int, text: *const c_char, len: usize) {
    // SAFETY: the shim passes its own buffer.
    let new = unsafe { slice::from_raw_parts(text.cast::<u8>(), len) };
    boundary::plain(|| take_text(which, new));
}

fn take_text(which: c_int, new: &[u8]) {
    // SAFETY: the entry on top of the stack.
    let Some(data) = stack::top().map(|data| unsafe { &mut *data }) else { return };
    let lines = match Record::from_data(data).context {
        Some(lines) if which == CONTEXT => [lines, b"\n", new].concat(),
        _ => new.to_vec(),
    };
    let text = stack::text_in(data.assoc_context, Some(&lines));
    if let Some(field) = field(data, which) {
        *field = text;
    }
}

/// The errno that `%m` stands for in the report under construction.
#[unsafe(no_mangle)]
extern "C" fn pgbgw__saved_errno() -> c_int {
    // SAFETY: the entry on top of the stack.
    stack::top().map_or_else(Errno::last_raw, |data| unsafe { (*data).saved_errno })
}

/// The errno that `%m` stands for in the next `format_elog_string`.
static ELOG_STRING_ERRNO: Variable<c_int> = Variable::new(0);

/// `pre_format_elog_string`.
pub(crate) fn set_elog_string_errno(errno: c_int) {
    ELOG_STRING_ERRNO.set(errno);
}

/// What `pre_format_elog_string` was told.
#[unsafe(no_mangle)]
extern "C" fn pgbgw__elog_string_errno() -> c_int {
    ELOG_STRING_ERRNO.get()
}

/// Copies a text that `format_elog_string` has formatted.
///
/// # Safety
/// `text` has `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn pgbgw__keep_text(text: *const c_char, len: usize) -> *mut c_char {
    // SAFETY: the shim passes its own buffer.
    stack::text(Some(unsafe { slice::from_raw_parts(text.cast::<u8>(), len) }))
}

/// `errposition` and its like: changes the report under construction; 0, as they all return.
///
/// # Errors
/// There is none.
pub(crate) fn change(change: impl FnOnce(&mut ErrorData)) -> Result<c_int> {
    let top = stack::top().ok_or_else(copies::no_report)?;
    // SAFETY: the entry on top of the stack.
    change(unsafe { &mut *top });
    Ok(0)
}

/// `geterrposition` and its like: something of the report under construction.
///
/// # Errors
/// There is none.
pub(crate) fn look<T>(look: impl FnOnce(&ErrorData) -> T) -> Result<T> {
    let top = stack::top().ok_or_else(copies::no_report)?;
    // SAFETY: the entry on top of the stack.
    Ok(look(unsafe { &*top }))
}

/// `internalerrquery`: the query of the server's own that the report is about.
///
/// # Errors
/// There is no report.
pub(crate) fn set_query(query: Option<&[u8]>) -> Result<c_int> {
    change(|data| data.internalquery = stack::text_in(data.assoc_context, query))
}

/// `err_generic_string`: the name of an object that the report is about; `field` is one of
/// postgres_ext.h.
///
/// # Errors
/// There is no report; no such field.
pub(crate) fn set_object(field: c_int, name: &[u8]) -> Result<c_int> {
    let mut known = true;
    change(|data| {
        let text = stack::text_in(data.assoc_context, Some(name));
        match u8::try_from(field) {
            Ok(b's') => data.schema_name = text,
            Ok(b't') => data.table_name = text,
            Ok(b'c') => data.column_name = text,
            Ok(b'd') => data.datatype_name = text,
            Ok(b'n') => data.constraint_name = text,
            _ => known = false,
        }
    })?;
    if known {
        return Ok(0);
    }
    let message = format!("unsupported ErrorData field id: {field}");
    Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
}

/// `errbacktrace`: the functions that called one another up to here.
///
/// # Errors
/// There is no report.
pub(crate) fn set_backtrace() -> Result<c_int> {
    let mut lines = Vec::new();
    for frame in backtrace::frames() {
        lines.push(b'\n');
        lines.extend_from_slice(&frame);
    }
    change(|data| data.backtrace = stack::text_in(data.assoc_context, Some(&lines)))
}

/// `errcode_for_socket_access`: the SQLSTATE for the errno that `errstart` saved.
pub(crate) fn set_sqlstate_for_socket_access() {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other errno is an internal error")]
    set_sqlstate(match Errno::from_raw(pgbgw__saved_errno()) {
        Errno::EPIPE
        | Errno::ECONNRESET
        | Errno::ECONNABORTED
        | Errno::EHOSTDOWN
        | Errno::EHOSTUNREACH
        | Errno::ENETDOWN
        | Errno::ENETRESET
        | Errno::ENETUNREACH
        | Errno::ETIMEDOUT => SqlState::CONNECTION_FAILURE,
        _ => SqlState::INTERNAL_ERROR,
    });
}

/// `errcode`.
pub(crate) fn set_sqlstate(sqlstate: SqlState) {
    if let Some(data) = stack::top() {
        // SAFETY: the entry on top of the stack.
        unsafe { (*data).sqlerrcode = sqlstate.0 };
    }
}

/// `errcode_for_file_access`: the SQLSTATE for the errno that `errstart` saved.
pub(crate) fn set_sqlstate_for_file_access() {
    set_sqlstate(for_file_access(Errno::from_raw(pgbgw__saved_errno())));
}

/// The SQLSTATE for an errno of a file operation.
pub(crate) fn for_file_access(errno: Errno) -> SqlState {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other errno is an internal error")]
    SqlState::new(match errno {
        Errno::EPERM | Errno::EACCES | Errno::EROFS => *b"42501",
        Errno::ENOENT => *b"58P01",
        Errno::EEXIST => *b"58P02",
        Errno::ENOTDIR | Errno::EISDIR | Errno::ENOTEMPTY => *b"42809",
        Errno::ENOSPC => *b"53100",
        Errno::ENOMEM => *b"53200",
        Errno::ENFILE | Errno::EMFILE => *b"53000",
        Errno::EIO => *b"58030",
        _ => *b"XX000",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_errors_have_their_sqlstates() {
        assert_eq!(for_file_access(Errno::ENOENT), SqlState::UNDEFINED_FILE);
        assert_eq!(for_file_access(Errno::EINVAL), SqlState::INTERNAL_ERROR);
    }
}
