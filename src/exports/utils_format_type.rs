//! `utils/builtins.h`: types by the names that SQL gives them.
//! Runs in: any process.

use core::ffi::{CStr, c_char};
use core::ptr;

use crate::abi::c::Oid;
use crate::abi::variables::CurrentMemoryContext;
use crate::database::catalog::{self, Key};
use crate::datum::builtin;
use crate::error::{Report, Result, SqlState};
use crate::memory;

/// Flags of format_type_extended (utils/builtins.h).
const TYPEMOD_GIVEN: u16 = 1;
const ALLOW_INVALID: u16 = 2;
const FORCE_QUALIFY: u16 = 4;
const INVALID_AS_NULL: u16 = 8;

const WITH_MODIFIER: &CStr =
    c"SELECT pg_catalog.format_type(oid, $2) FROM pg_catalog.pg_type WHERE oid = $1";

/// The name of a type with a modifier, -1 for none; None: there is no such type.
fn find(oid: Oid, modifier: i32) -> Result<Option<Vec<u8>>> {
    match builtin::facts(oid).filter(|_| modifier < 0) {
        Some(facts) => Ok(Some(facts.title.as_bytes().to_vec())),
        None => catalog::value(WITH_MODIFIER, &[Key::Number(oid), Key::Column(modifier)]),
    }
}

/// The name of a type.
///
/// # Errors
/// There is no such type.
pub(super) fn title(oid: Oid, modifier: i32) -> Result<Vec<u8>> {
    find(oid, modifier)?.ok_or_else(|| {
        let message = format!("cache lookup failed for type {oid}");
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}

fn palloced(text: &[u8]) -> Result<*mut c_char> {
    let bytes = [text, b"\0"].concat();
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), &bytes)?.as_ptr().cast())
}

throwing! {
    /// A type's name.
    fn format_type_be(type_oid: Oid) -> *mut c_char {
        palloced(&title(type_oid, -1)?)
    }

    /// A type's name with its modifier.
    fn format_type_with_typemod(type_oid: Oid, typemod: i32) -> *mut c_char {
        palloced(&title(type_oid, typemod)?)
    }

    /// A type's name as the flags say. Names with their schema always are not available here.
    fn format_type_extended(type_oid: Oid, typemod: i32, flags: u16) -> *mut c_char {
        if flags & FORCE_QUALIFY != 0 {
            let message =
                "format_type_extended with FORMAT_TYPE_FORCE_QUALIFY is not available outside PostgreSQL";
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
        if type_oid == 0 && flags & INVALID_AS_NULL != 0 {
            return Ok(ptr::null_mut());
        }
        if type_oid == 0 && flags & ALLOW_INVALID != 0 {
            return palloced(b"-");
        }
        let modifier = if flags & TYPEMOD_GIVEN != 0 { typemod } else { -1 };
        match find(type_oid, modifier)? {
            Some(name) => palloced(&name),
            None if flags & INVALID_AS_NULL != 0 => Ok(ptr::null_mut()),
            None if flags & ALLOW_INVALID != 0 => palloced(b"???"),
            None => palloced(&title(type_oid, modifier)?),
        }
    }
}
