#![forbid(unsafe_code)]
//! Single values of the server's catalogs.
//! Runs in: worker.

use core::ffi::CStr;
use std::ffi::CString;

use crate::abi::c::Oid;
use crate::error::Result;

use crate::database::libpq::Parameter;
use crate::database::{session, types};

/// What a value is looked up by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key<'a> {
    Number(Oid),
    Name(&'a CStr),
    /// A number with a sign.
    Column(i32),
}

impl Key<'_> {
    fn parameter(self) -> Parameter {
        match self {
            Self::Number(number) => session::numbered(number),
            Self::Name(name) => (types::TEXT, Some(name.to_owned())),
            Self::Column(number) => {
                (types::INT4, Some(CString::new(number.to_string()).unwrap_or_default()))
            }
        }
    }
}

/// The first value of the first row of a statement; None: there is no row, or it is NULL.
///
/// # Errors
/// The server's; there is no connection.
pub(crate) fn value(text: &CStr, keys: &[Key<'_>]) -> Result<Option<Vec<u8>>> {
    let parameters: Vec<Parameter> = keys.iter().map(|key| key.parameter()).collect();
    session::look_up(text, &parameters)
}

/// [`value`] as a number, 0 if there is none.
///
/// # Errors
/// As [`value`].
pub(crate) fn number(text: &CStr, keys: &[Key<'_>]) -> Result<i64> {
    let found = value(text, keys)?.unwrap_or_default();
    Ok(core::str::from_utf8(&found).ok().and_then(|text| text.parse().ok()).unwrap_or(0))
}
