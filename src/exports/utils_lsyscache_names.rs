//! `utils/lsyscache.h`: names and properties of tables, columns, functions and others.
//! Runs in: worker.
//!
//! Each is a look into one of the server's catalogs.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use crate::abi::c::Oid;
use crate::abi::variables::CurrentMemoryContext;
use crate::database::catalog::{self, Key};
use crate::error::{Report, Result, SqlState};
use crate::memory;

fn palloced(text: Option<Vec<u8>>) -> Result<*mut c_char> {
    let Some(text) = text else { return Ok(ptr::null_mut()) };
    let bytes = [&*text, b"\0"].concat();
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), &bytes)?.as_ptr().cast())
}

fn missing(message: String) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

fn object(text: &CStr, keys: &[Key<'_>]) -> Result<Oid> {
    Ok(Oid::try_from(catalog::number(text, keys)?).unwrap_or(0))
}

/// Exports look-ups by a number.
macro_rules! by_number {
    ($($(#[$meta:meta])* fn $name:ident($number:ident) -> $kind:ident $text:literal;)*) => {
        throwing! {
            $($(#[$meta])* fn $name($number: Oid) -> by_number!(@type $kind) {
                by_number!(@get $kind $text $number)
            })*
        }
    };
    (@type name) => { *mut c_char };
    (@type object) => { Oid };
    (@type letter) => { c_char };
    (@type flag) => { bool };
    (@type count) => { c_int };
    (@get name $text:literal $number:ident) => {
        palloced(catalog::value($text, &[Key::Number($number)])?)
    };
    (@get object $text:literal $number:ident) => { object($text, &[Key::Number($number)]) };
    (@get letter $text:literal $number:ident) => {{
        let found = catalog::value($text, &[Key::Number($number)])?;
        let first = found.and_then(|text| text.first().copied()).unwrap_or(0);
        Ok(c_char::from_ne_bytes([first]))
    }};
    (@get flag $text:literal $number:ident) => {
        Ok(catalog::value($text, &[Key::Number($number)])?.is_some_and(|text| text == b"t"))
    };
    (@get count $text:literal $number:ident) => {{
        let found = catalog::number($text, &[Key::Number($number)])?;
        Ok(c_int::try_from(found).unwrap_or(0))
    }};
}

by_number! {
    /// A table's name, NULL if there is none.
    fn get_rel_name(relid) -> name c"SELECT relname FROM pg_catalog.pg_class WHERE oid = $1";
    /// A table's schema, 0 if there is none; so it is in those that follow.
    fn get_rel_namespace(relid) -> object c"SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = $1";
    /// The type of a table's rows.
    fn get_rel_type_id(relid) -> object c"SELECT reltype FROM pg_catalog.pg_class WHERE oid = $1";
    /// A table's tablespace.
    fn get_rel_tablespace(relid) -> object c"SELECT reltablespace FROM pg_catalog.pg_class WHERE oid = $1";
    /// A table's access method.
    fn get_rel_relam(relid) -> object c"SELECT relam FROM pg_catalog.pg_class WHERE oid = $1";
    /// What kind of table it is.
    fn get_rel_relkind(relid) -> letter c"SELECT relkind FROM pg_catalog.pg_class WHERE oid = $1";
    /// Whether a table is a partition.
    fn get_rel_relispartition(relid) -> flag c"SELECT relispartition FROM pg_catalog.pg_class WHERE oid = $1";
    /// A schema's name.
    fn get_namespace_name(nspid) -> name c"SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = $1";
    /// A schema's name, `pg_temp` for the session's own.
    fn get_namespace_name_or_temp(nspid) -> name c"SELECT CASE oid WHEN pg_catalog.pg_my_temp_schema() THEN 'pg_temp' ELSE nspname END FROM pg_catalog.pg_namespace WHERE oid = $1";
    /// A function's name.
    fn get_func_name(funcid) -> name c"SELECT proname FROM pg_catalog.pg_proc WHERE oid = $1";
    /// A function's schema.
    fn get_func_namespace(funcid) -> object c"SELECT pronamespace FROM pg_catalog.pg_proc WHERE oid = $1";
    /// An operator's name.
    fn get_opname(opno) -> name c"SELECT oprname FROM pg_catalog.pg_operator WHERE oid = $1";
    /// An operator's function.
    fn get_opcode(opno) -> object c"SELECT oprcode::pg_catalog.oid FROM pg_catalog.pg_operator WHERE oid = $1";
    /// The type of an operator's result.
    fn get_op_rettype(opno) -> object c"SELECT oprresult FROM pg_catalog.pg_operator WHERE oid = $1";
    /// An operator with its arguments exchanged.
    fn get_commutator(opno) -> object c"SELECT oprcom FROM pg_catalog.pg_operator WHERE oid = $1";
    /// An operator that says the opposite.
    fn get_negator(opno) -> object c"SELECT oprnegate FROM pg_catalog.pg_operator WHERE oid = $1";
    /// A collation's name.
    fn get_collation_name(colloid) -> name c"SELECT collname FROM pg_catalog.pg_collation WHERE oid = $1";
    /// A constraint's name.
    fn get_constraint_name(conoid) -> name c"SELECT conname FROM pg_catalog.pg_constraint WHERE oid = $1";
    /// The index of a constraint.
    fn get_constraint_index(conoid) -> object c"SELECT conindid FROM pg_catalog.pg_constraint WHERE oid = $1 AND contype IN ('p', 'u', 'x')";
    /// The table whose rows are of a type.
    fn get_typ_typrelid(typid) -> object c"SELECT typrelid FROM pg_catalog.pg_type WHERE oid = $1";
    /// The function that reads a type's modifiers.
    fn get_typmodin(typid) -> object c"SELECT typmodin::pg_catalog.oid FROM pg_catalog.pg_type WHERE oid = $1";
    /// What a range is over.
    fn get_range_subtype(rangeOid) -> object c"SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = $1";
    /// The type of sets of a range.
    fn get_range_multirange(rangeOid) -> object c"SELECT rngmultitypid FROM pg_catalog.pg_range WHERE rngtypid = $1";
    /// The range of a type of sets.
    fn get_multirange_range(multirangeOid) -> object c"SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = $1";
}

/// Exports look-ups of what a function must be.
macro_rules! of_functions {
    ($($(#[$meta:meta])* fn $name:ident -> $kind:ident $text:literal;)*) => {
        throwing! {
            $($(#[$meta])* fn $name(funcid: Oid) -> by_number!(@type $kind) {
                let there = c"SELECT 1 FROM pg_catalog.pg_proc WHERE oid = $1";
                if catalog::number(there, &[Key::Number(funcid)])? == 0 {
                    return Err(missing(format!("cache lookup failed for function {funcid}")).into());
                }
                by_number!(@get $kind $text funcid)
            })*
        }
    };
}

of_functions! {
    /// The type of a function's result.
    fn get_func_rettype -> object c"SELECT prorettype FROM pg_catalog.pg_proc WHERE oid = $1";
    /// How many arguments a function takes.
    fn get_func_nargs -> count c"SELECT pronargs FROM pg_catalog.pg_proc WHERE oid = $1";
    /// Whether a function returns a set.
    fn get_func_retset -> flag c"SELECT proretset FROM pg_catalog.pg_proc WHERE oid = $1";
    /// The type of its VARIADIC argument, 0 for none.
    fn get_func_variadictype -> object c"SELECT provariadic FROM pg_catalog.pg_proc WHERE oid = $1";
    /// Whether a function is not called with NULLs.
    fn func_strict -> flag c"SELECT proisstrict FROM pg_catalog.pg_proc WHERE oid = $1";
    /// What a function's result depends on.
    fn func_volatile -> letter c"SELECT provolatile FROM pg_catalog.pg_proc WHERE oid = $1";
    /// Where a function may run.
    fn func_parallel -> letter c"SELECT proparallel FROM pg_catalog.pg_proc WHERE oid = $1";
    /// What kind of function it is.
    fn get_func_prokind -> letter c"SELECT prokind FROM pg_catalog.pg_proc WHERE oid = $1";
    /// Whether a function tells nothing of its arguments.
    fn get_func_leakproof -> flag c"SELECT proleakproof FROM pg_catalog.pg_proc WHERE oid = $1";
}

throwing! {
    /// Whether a table is kept, is not logged, or is temporary.
    fn get_rel_persistence(relid: Oid) -> c_char {
        let text = c"SELECT relpersistence FROM pg_catalog.pg_class WHERE oid = $1";
        match catalog::value(text, &[Key::Number(relid)])?.as_deref() {
            Some([first, ..]) => Ok(c_char::from_ne_bytes([*first])),
            _ => Err(missing(format!("cache lookup failed for relation {relid}")).into()),
        }
    }

    /// The table of that name in a schema, 0 if there is none.
    fn get_relname_relid(relname: *const c_char, relnamespace: Oid) -> Oid {
        let text = c"SELECT oid FROM pg_catalog.pg_class WHERE relname = $1 AND relnamespace = $2";
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(relname) };
        object(text, &[Key::Name(name), Key::Number(relnamespace)])
    }

    /// A column's name, NULL if there is none and that may be.
    fn get_attname(relid: Oid, attnum: i16, missing_ok: bool) -> *mut c_char {
        let text = c"SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = $1 AND attnum = $2 AND NOT attisdropped";
        let found = catalog::value(text, &[Key::Number(relid), Key::Column(attnum.into())])?;
        if found.is_none() && !missing_ok {
            let message =
                format!("cache lookup failed for attribute {attnum} of relation {relid}");
            return Err(missing(message).into());
        }
        palloced(found)
    }

    /// A column's number, 0 if there is none.
    fn get_attnum(relid: Oid, attname: *const c_char) -> i16 {
        let text = c"SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = $1 AND attname = $2 AND NOT attisdropped";
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(attname) };
        let found = catalog::number(text, &[Key::Number(relid), Key::Name(name)])?;
        Ok(i16::try_from(found).unwrap_or(0))
    }

    /// A column's type, 0 if there is none.
    fn get_atttype(relid: Oid, attnum: i16) -> Oid {
        let text = c"SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = $1 AND attnum = $2";
        object(text, &[Key::Number(relid), Key::Column(attnum.into())])
    }

    /// A language's name, NULL if there is none and that may be.
    fn get_language_name(langoid: Oid, missing_ok: bool) -> *mut c_char {
        let text = c"SELECT lanname FROM pg_catalog.pg_language WHERE oid = $1";
        let found = catalog::value(text, &[Key::Number(langoid)])?;
        if found.is_none() && !missing_ok {
            return Err(missing(format!("cache lookup failed for language {langoid}")).into());
        }
        palloced(found)
    }
}
