//! Results of libpq, as values that own them.
//! Runs in: worker.

use core::ffi::{c_char, c_int};
use core::ptr::NonNull;

use crate::abi::c::Oid;

use crate::database::libpq::{Api, PGresult, bytes};

/// Fields of a report (`PG_DIAG_*` of postgres_ext.h).
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(in crate::database) enum Field {
    Severity = b'V',
    SqlState = b'C',
    Message = b'M',
    Detail = b'D',
    Hint = b'H',
    Position = b'P',
    InternalPosition = b'p',
    InternalQuery = b'q',
    Context = b'W',
    Schema = b's',
    Table = b't',
    Column = b'c',
    DataType = b'd',
    Constraint = b'n',
}

impl Field {
    /// Names of the schema, table, column, data type and constraint that a report is about.
    pub(in crate::database) const OBJECTS: [Self; 5] =
        [Self::Schema, Self::Table, Self::Column, Self::DataType, Self::Constraint];
}

/// How a statement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::database) enum Outcome {
    /// Nothing was in it.
    Empty,
    /// No rows.
    Done,
    Rows,
    /// COPY wants the client's data, or sends some.
    Copy,
    Failed,
    /// Not run, because something before it failed.
    Skipped,
    /// The end of a pipeline.
    Sync,
}

/// A result, freed when it is dropped.
pub(in crate::database) struct Answer {
    api: &'static Api,
    at: NonNull<PGresult>,
}

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: live, and nobody else's.
        unsafe { (self.api.PQclear)(self.at.as_ptr()) }
    }
}

// SAFETY: libpq lets any thread use a result, one at a time.
unsafe impl Send for Answer {}

impl Answer {
    /// Takes a result, which nobody else frees.
    pub(in crate::database) fn new(api: &'static Api, at: NonNull<PGresult>) -> Self {
        Self { api, at }
    }

    fn number(&self, call: unsafe extern "C" fn(*const PGresult) -> c_int) -> c_int {
        // SAFETY: live; the call only looks.
        unsafe { call(self.at.as_ptr()) }
    }

    fn text(&self, call: unsafe extern "C" fn(*mut PGresult) -> *const c_char) -> &[u8] {
        // SAFETY: live.
        let text = unsafe { call(self.at.as_ptr()) };
        // SAFETY: null, or a part of the result.
        unsafe { bytes(text) }
    }

    pub(in crate::database) fn outcome(&self) -> Outcome {
        match self.number(self.api.PQresultStatus) {
            0 => Outcome::Empty,
            1 => Outcome::Done,
            2 => Outcome::Rows,
            3 | 4 | 8 => Outcome::Copy,
            10 => Outcome::Sync,
            11 => Outcome::Skipped,
            _ => Outcome::Failed,
        }
    }

    /// A field of the report that it is, if the report has it.
    pub(in crate::database) fn field(&self, field: Field) -> Option<&[u8]> {
        // SAFETY: live.
        let text = unsafe { (self.api.PQresultErrorField)(self.at.as_ptr(), field as c_int) };
        // SAFETY: null, or a part of the result.
        (!text.is_null()).then(|| unsafe { bytes(text) })
    }

    /// The command's tag: `INSERT 0 1`.
    pub(in crate::database) fn tag(&self) -> &[u8] {
        self.text(self.api.PQcmdStatus)
    }

    /// Rows that the command says it worked on.
    pub(in crate::database) fn affected(&self) -> u64 {
        let text = core::str::from_utf8(self.text(self.api.PQcmdTuples));
        text.ok().and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    pub(in crate::database) fn rows(&self) -> usize {
        usize::try_from(self.number(self.api.PQntuples)).unwrap_or(0)
    }

    pub(in crate::database) fn columns(&self) -> usize {
        usize::try_from(self.number(self.api.PQnfields)).unwrap_or(0)
    }

    /// A column's name, type and modifier.
    pub(in crate::database) fn column(&self, column: usize) -> (&[u8], Oid, i32) {
        let number = c_int::try_from(column).unwrap_or(c_int::MAX);
        // SAFETY: live; libpq checks the number.
        let name = unsafe { (self.api.PQfname)(self.at.as_ptr(), number) };
        // SAFETY: the same.
        let of = unsafe { (self.api.PQftype)(self.at.as_ptr(), number) };
        // SAFETY: the same.
        let modifier = unsafe { (self.api.PQfmod)(self.at.as_ptr(), number) };
        // SAFETY: null, or a part of the result.
        (unsafe { bytes(name) }, of, modifier)
    }

    /// A value's text, none for NULL.
    pub(in crate::database) fn value(&self, row: usize, column: usize) -> Option<&[u8]> {
        let row = c_int::try_from(row).ok()?;
        let column = c_int::try_from(column).ok()?;
        // SAFETY: live; libpq checks the numbers.
        if unsafe { (self.api.PQgetisnull)(self.at.as_ptr(), row, column) } != 0 {
            return None;
        }
        // SAFETY: the same.
        let len = unsafe { (self.api.PQgetlength)(self.at.as_ptr(), row, column) };
        // SAFETY: the same.
        let at = unsafe { (self.api.PQgetvalue)(self.at.as_ptr(), row, column) };
        // SAFETY: the value has so many bytes and lives as long as the result.
        Some(unsafe { core::slice::from_raw_parts(at.cast(), usize::try_from(len).ok()?) })
    }

    /// The text of the first value; none: no row, or NULL.
    pub(in crate::database) fn first_value(&self) -> Option<Vec<u8>> {
        if self.rows() == 0 { None } else { self.value(0, 0).map(<[u8]>::to_vec) }
    }
}
