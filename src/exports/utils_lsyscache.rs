//! `utils/lsyscache.h`: what pg_type says of types.
//! Runs in: any process.

use core::ffi::{c_char, c_int};
use std::rc::Rc;

use crate::abi::c::Oid;
use crate::database::types::{self, Known};
use crate::error::{Report, Result, SqlState};

const RECORD: Oid = 2249;
const UNDEFINED_FUNCTION: [u8; 5] = *b"42883";

fn letter(byte: u8) -> c_char {
    c_char::from_ne_bytes([byte])
}

/// What a caller gets of a type, if there is one of that number.
fn of<T>(oid: Oid, otherwise: T, get: impl FnOnce(&Known) -> T) -> Result<T> {
    Ok(types::find(oid)?.map_or(otherwise, |known| get(&known)))
}

/// The number of a function of a type, which it must have.
fn function(known: &Known, number: Oid, what: &str) -> Result<Oid> {
    if number != 0 {
        return Ok(number);
    }
    let name = super::utils_format_type::title(known.oid, -1)?;
    let before = format!("no {what} function available for type ");
    let message = [before.as_bytes(), &*name].concat();
    Err(Report::error(SqlState::new(UNDEFINED_FUNCTION), message).into())
}

/// What input functions are told of the type.
fn ioparam(known: &Known) -> Oid {
    if known.typelem != 0 { known.typelem } else { known.oid }
}

fn is_varlena(known: &Known) -> bool {
    !known.form.by_value && known.form.len == -1
}

/// What a domain is made of at last, other types as they are.
fn base(oid: Oid) -> Result<Rc<Known>> {
    let mut known = types::known(oid)?;
    while known.base != 0 {
        known = types::known(known.base)?;
    }
    Ok(known)
}

/// Writes to the caller's variable.
///
/// # Safety
/// It is one.
unsafe fn give<T>(place: *mut T, value: T) {
    // SAFETY: the caller's promise.
    unsafe { place.write(value) };
}

throwing! {
    /// `typlen`, 0 if there is no such type.
    fn get_typlen(typid: Oid) -> i16 {
        of(typid, 0, |known| known.form.len)
    }

    /// `typbyval`.
    fn get_typbyval(typid: Oid) -> bool {
        of(typid, false, |known| known.form.by_value)
    }

    /// Both.
    fn get_typlenbyval(typid: Oid, typlen: *mut i16, typbyval: *mut bool) {
        let form = types::known(typid)?.form;
        // SAFETY: the caller's variable.
        unsafe { give(typlen, form.len) };
        // SAFETY: the same.
        unsafe { give(typbyval, form.by_value) };
        Ok(())
    }

    /// Both, and `typalign`.
    fn get_typlenbyvalalign(
        typid: Oid,
        typlen: *mut i16,
        typbyval: *mut bool,
        typalign: *mut c_char,
    ) {
        let known = types::known(typid)?;
        // SAFETY: the caller's variable.
        unsafe { give(typlen, known.form.len) };
        // SAFETY: the same.
        unsafe { give(typbyval, known.form.by_value) };
        // SAFETY: the same.
        unsafe { give(typalign, letter(known.align)) };
        Ok(())
    }

    /// All that an array's in- and output functions need of its members' type.
    fn get_type_io_data(
        typid: Oid,
        which_func: c_int,
        typlen: *mut i16,
        typbyval: *mut bool,
        typalign: *mut c_char,
        typdelim: *mut c_char,
        typioparam: *mut Oid,
        func: *mut Oid,
    ) {
        let known = types::known(typid)?;
        let number = match which_func {
            0 => known.input,
            1 => known.output,
            2 => known.receive,
            _ => known.send,
        };
        // SAFETY: the caller's variable.
        unsafe { give(typlen, known.form.len) };
        // SAFETY: the same.
        unsafe { give(typbyval, known.form.by_value) };
        // SAFETY: the same.
        unsafe { give(typalign, letter(known.align)) };
        // SAFETY: the same.
        unsafe { give(typdelim, letter(known.delimiter)) };
        // SAFETY: the same.
        unsafe { give(typioparam, ioparam(&known)) };
        // SAFETY: the same.
        unsafe { give(func, number) };
        Ok(())
    }

    /// `typstorage`, `p` if there is no such type.
    fn get_typstorage(typid: Oid) -> c_char {
        of(typid, letter(b'p'), |known| letter(known.storage))
    }

    /// `typtype`, 0 if there is no such type.
    fn get_typtype(typid: Oid) -> c_char {
        of(typid, 0, |known| letter(known.kind))
    }

    /// Whether there is such a type, and not only its name.
    fn get_typisdefined(typid: Oid) -> bool {
        of(typid, false, |known| known.input != 0)
    }

    /// `typcollation`.
    fn get_typcollation(typid: Oid) -> Oid {
        of(typid, 0, |known| known.collation)
    }

    /// Whether a type's values have a collation.
    fn type_is_collatable(typid: Oid) -> bool {
        of(typid, false, |known| known.collation != 0)
    }

    /// Whether a type is made of labels.
    fn type_is_enum(typid: Oid) -> bool {
        of(typid, false, |known| known.kind == b'e')
    }

    /// Whether a type has ranges.
    fn type_is_range(typid: Oid) -> bool {
        of(typid, false, |known| known.kind == b'r')
    }

    /// Whether a type has sets of ranges.
    fn type_is_multirange(typid: Oid) -> bool {
        of(typid, false, |known| known.kind == b'm')
    }

    /// Whether a type has rows: its own, a domain's, or any.
    fn type_is_rowtype(typid: Oid) -> bool {
        if typid == RECORD {
            return Ok(true);
        }
        match types::find(typid)? {
            Some(known) if known.kind == b'd' => Ok(base(typid)?.kind == b'c'),
            Some(known) => Ok(known.kind == b'c'),
            None => Ok(false),
        }
    }

    /// The type of an array's members, 0 for other types.
    fn get_element_type(typid: Oid) -> Oid {
        of(typid, 0, |known| known.element)
    }

    /// The type of arrays of a type, 0 if there is none.
    fn get_array_type(typid: Oid) -> Oid {
        of(typid, 0, |known| known.array)
    }

    /// The same; of an array itself.
    fn get_promoted_array_type(typid: Oid) -> Oid {
        of(typid, 0, |known| match known.array {
            0 if known.element != 0 => typid,
            array => array,
        })
    }

    /// The type of an array's members, also of a domain over arrays.
    fn get_base_element_type(typid: Oid) -> Oid {
        match types::find(typid)? {
            Some(_) => Ok(base(typid)?.element),
            None => Ok(0),
        }
    }

    /// What a domain is made of, other types as they are.
    fn getBaseType(typid: Oid) -> Oid {
        Ok(base(typid)?.oid)
    }

    /// A type's input function, and what it is told.
    fn getTypeInputInfo(r#type: Oid, typInput: *mut Oid, typIOParam: *mut Oid) {
        let known = types::known(r#type)?;
        // SAFETY: the caller's variable.
        unsafe { give(typInput, function(&known, known.input, "input")?) };
        // SAFETY: the same.
        unsafe { give(typIOParam, ioparam(&known)) };
        Ok(())
    }

    /// A type's output function, and whether values have a variable length.
    fn getTypeOutputInfo(r#type: Oid, typOutput: *mut Oid, typIsVarlena: *mut bool) {
        let known = types::known(r#type)?;
        // SAFETY: the caller's variable.
        unsafe { give(typOutput, function(&known, known.output, "output")?) };
        // SAFETY: the same.
        unsafe { give(typIsVarlena, is_varlena(&known)) };
        Ok(())
    }

    /// A type's receive function, and what it is told.
    fn getTypeBinaryInputInfo(r#type: Oid, typReceive: *mut Oid, typIOParam: *mut Oid) {
        let known = types::known(r#type)?;
        // SAFETY: the caller's variable.
        unsafe { give(typReceive, function(&known, known.receive, "binary input")?) };
        // SAFETY: the same.
        unsafe { give(typIOParam, ioparam(&known)) };
        Ok(())
    }

    /// A type's send function, and whether values have a variable length.
    fn getTypeBinaryOutputInfo(r#type: Oid, typSend: *mut Oid, typIsVarlena: *mut bool) {
        let known = types::known(r#type)?;
        // SAFETY: the caller's variable.
        unsafe { give(typSend, function(&known, known.send, "binary output")?) };
        // SAFETY: the same.
        unsafe { give(typIsVarlena, is_varlena(&known)) };
        Ok(())
    }
}
