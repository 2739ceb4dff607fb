#![forbid(unsafe_code)]
//! The strings of a `BackgroundWorker`, whose ends cannot be relied on.
//! Runs in: any process.

use core::mem::offset_of;

use crate::abi::bgworker::BackgroundWorker;

/// A string field of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Name,
    Type,
    Library,
    Function,
}

impl Field {
    /// Where it starts, and how many bytes are its own.
    fn place(self) -> (usize, usize) {
        const WORKER: BackgroundWorker = BackgroundWorker::ZEROED;
        match self {
            Self::Name => (offset_of!(BackgroundWorker, bgw_name), WORKER.bgw_name.len()),
            Self::Type => (offset_of!(BackgroundWorker, bgw_type), WORKER.bgw_type.len()),
            Self::Library => {
                (offset_of!(BackgroundWorker, bgw_library_name), WORKER.bgw_library_name.len())
            }
            Self::Function => {
                (offset_of!(BackgroundWorker, bgw_function_name), WORKER.bgw_function_name.len())
            }
        }
    }
}

/// The string as C reads it: up to a NUL, if need be on into the fields behind it, as PostgreSQL
/// does with static registrations; never beyond the struct.
pub(crate) fn unbounded(worker: &BackgroundWorker, field: Field) -> &[u8] {
    let (start, _) = field.place();
    let rest = worker.as_bytes().get(start..).unwrap_or_default();
    until_nul(rest)
}

/// The string within its field, without the field's last byte: as PostgreSQL copies that of a
/// dynamic registration, where the end may be missing.
pub(crate) fn bounded(worker: &BackgroundWorker, field: Field) -> &[u8] {
    let (start, len) = field.place();
    let own = worker.as_bytes().get(start..start + len - 1).unwrap_or_default();
    until_nul(own)
}

/// A dynamic worker's string as the postmaster takes it: everything but printable ASCII, newline,
/// carriage return, tab and DEL becomes `?`.
pub(crate) fn safe(worker: &BackgroundWorker, field: Field) -> Vec<u8> {
    let keep = |b: u8| matches!(b, 32..=127 | b'\n' | b'\r' | b'\t');
    bounded(worker, field).iter().map(|&b| if keep(b) { b } else { b'?' }).collect()
}

/// Sets the string; cut to the field, the rest of which is zeroed.
pub(crate) fn set(worker: &mut BackgroundWorker, field: Field, text: &[u8]) {
    let target: &mut [core::ffi::c_char] = match field {
        Field::Name => &mut worker.bgw_name,
        Field::Type => &mut worker.bgw_type,
        Field::Library => &mut worker.bgw_library_name,
        Field::Function => &mut worker.bgw_function_name,
    };
    let room = target.len() - 1;
    let text = text.iter().take(room).copied().chain(core::iter::repeat(0));
    for (to, from) in target.iter_mut().zip(text) {
        *to = core::ffi::c_char::from_ne_bytes([from]);
    }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_end_reads_on_only_where_postgresql_does() {
        let mut worker = BackgroundWorker::ZEROED;
        worker.bgw_name = [core::ffi::c_char::from_ne_bytes(*b"n"); 96];
        worker.bgw_type = [core::ffi::c_char::from_ne_bytes(*b"t"); 96];
        assert_eq!(unbounded(&worker, Field::Name).len(), 192);
        assert_eq!(bounded(&worker, Field::Name), [b'n'; 95]);
        assert_eq!(bounded(&worker, Field::Type), [b't'; 95]);
    }

    #[test]
    fn only_safe_characters_are_taken() {
        let mut worker = BackgroundWorker::ZEROED;
        set(&mut worker, Field::Name, b"a\tb\nc\x1bd\x7fe\xc3\xa9f");
        assert_eq!(safe(&worker, Field::Name), b"a\tb\nc?d\x7fe??f");
    }

    #[test]
    fn long_texts_are_cut() {
        let mut worker = BackgroundWorker::ZEROED;
        set(&mut worker, Field::Function, &[b'f'; 200]);
        assert_eq!(bounded(&worker, Field::Function).len(), 95);
        assert_eq!(unbounded(&worker, Field::Function).len(), 95);
    }
}
