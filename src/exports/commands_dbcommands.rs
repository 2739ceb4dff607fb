//! `commands/dbcommands.h`, `utils/acl.h`, `catalog/namespace.h`: numbers of databases, roles and
//! schemas.
//! Runs in: worker.

use core::ffi::{CStr, c_char};
use core::ptr;

use crate::abi::c::Oid;
use crate::abi::variables::CurrentMemoryContext;
use crate::database;
use crate::error::{Report, Result, SqlState};
use crate::memory;

/// The number, or an ERROR for 0 unless that is fine.
fn found(number: Oid, kind: &str, name: &CStr, sqlstate: [u8; 5], fine: bool) -> Result<Oid> {
    if number == 0 && !fine {
        let before = format!("{kind} \"");
        let message = [before.as_bytes(), name.to_bytes(), b"\" does not exist"].concat();
        return Err(Report::error(SqlState::new(sqlstate), message).into());
    }
    Ok(number)
}

throwing! {
    /// The number of a database.
    fn get_database_oid(dbname: *const c_char, missing_ok: bool) -> Oid {
        // SAFETY: the header's prototype.
        let name = unsafe { CStr::from_ptr(dbname) };
        found(database::database_oid(name)?, "database", name, *b"3D000", missing_ok)
    }

    /// The number of a role.
    fn get_role_oid(rolname: *const c_char, missing_ok: bool) -> Oid {
        // SAFETY: the header's prototype.
        let name = unsafe { CStr::from_ptr(rolname) };
        found(database::role_oid(name)?, "role", name, *b"42704", missing_ok)
    }

    /// The number of a schema.
    fn get_namespace_oid(nspname: *const c_char, missing_ok: bool) -> Oid {
        // SAFETY: the header's prototype.
        let name = unsafe { CStr::from_ptr(nspname) };
        found(database::namespace_oid(name)?, "schema", name, *b"3F000", missing_ok)
    }

    /// The name of a database, NULL if there is none of that number.
    fn get_database_name(dbid: Oid) -> *mut c_char {
        let Some(name) = database::database_name(dbid)? else { return Ok(ptr::null_mut()) };
        let bytes = [&*name, b"\0"].concat();
        Ok(memory::copy_bytes(CurrentMemoryContext.get(), &bytes)?.as_ptr().cast())
    }
}
