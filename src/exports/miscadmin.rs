//! `miscadmin.h`: interrupts, the stack, kinds of processes.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_long};
use core::ptr;

use nix::sys::resource::{Resource, getrlimit};

use crate::abi::c::{NAMEDATALEN, Oid};
use crate::abi::miscadmin::{self, BackendType};
use crate::abi::variables::{CurrentMemoryContext, MyDatabaseId};
use crate::database;
use crate::error::{Report, SqlState};
use crate::memory;
use crate::worker::{interrupts, stack};

throwing! {
    /// Prepares this process for a database; without names and numbers for none, which needs no
    /// server.
    fn InitPostgres(
        in_dbname: *const c_char,
        dboid: Oid,
        username: *const c_char,
        useroid: Oid,
        flags: u32,
        out_dbname: *mut c_char,
    ) {
        let _for_the_server_alone = flags;
        // SAFETY: NULL or a string.
        let name = |text: *const c_char| (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) });
        let database = (name(in_dbname), dboid);
        let connected = database::initialize(database, (name(username), useroid))?;
        if !out_dbname.is_null() && connected {
            let found = database::database_name(MyDatabaseId.get())?.unwrap_or_default();
            let room = found.len().min(NAMEDATALEN - 1);
            // SAFETY: the caller's room for a name.
            unsafe { ptr::copy_nonoverlapping(found.as_ptr().cast(), out_dbname, room) };
            // SAFETY: the same.
            let end = unsafe { out_dbname.add(room) };
            // SAFETY: the same.
            unsafe { end.write(0) };
        }
        Ok(())
    }

    /// Does what is pending; called by CHECK_FOR_INTERRUPTS.
    fn ProcessInterrupts() {
        interrupts::process()
    }

    /// An ERROR if the stack is too deep; for functions that call themselves.
    fn check_stack_depth() {
        stack::check()
    }
}

throwing! {
    /// The user that the worker is on its server.
    fn GetUserId() -> Oid {
        database::user()
    }

    /// The name of a role; an ERROR, or with `noerr` NULL, if there is none of that number.
    fn GetUserNameFromId(roleid: Oid, noerr: bool) -> *mut c_char {
        match database::role_name(roleid)? {
            Some(name) => {
                let bytes = [&*name, b"\0"].concat();
                Ok(memory::copy_bytes(CurrentMemoryContext.get(), &bytes)?.as_ptr().cast())
            }
            None if noerr => Ok(ptr::null_mut()),
            None => {
                let message = format!("invalid role OID: {roleid}");
                Err(Report::error(SqlState::UNDEFINED_OBJECT, message).into())
            }
        }
    }
}

plain! {
    /// Whether that user may do everything.
    fn superuser() -> bool {
        database::who().is_some_and(|who| who.is_superuser)
    }

    /// Whether the stack is too deep.
    fn stack_is_too_deep() -> bool {
        stack::is_too_deep()
    }

    /// The stack begins here: for code that runs on another one. Returns where it began before.
    fn set_stack_base() -> *mut c_char {
        ptr::without_provenance_mut(stack::set_base())
    }

    /// The stack begins where it did.
    fn restore_stack_base(base: *mut c_char) {
        stack::restore_base(base.addr());
    }

    /// Bytes that the system gives the stack; -1: nobody knows.
    fn get_stack_depth_rlimit() -> c_long {
        let limit = getrlimit(Resource::RLIMIT_STACK);
        limit.map_or(-1, |(now, _)| c_long::try_from(now).unwrap_or(c_long::MAX))
    }

    /// A kind of process in words.
    fn GetBackendTypeDesc(backendType: BackendType) -> *const c_char {
        miscadmin::backend_type_name(backendType).as_ptr()
    }
}
