//! `port.h`: PostgreSQL's names for what the C library does.
//! Runs in: any process.

use crate::abi::c::pgsocket;

variadic! {
    /// `snprintf`.
    pg_snprintf => pgbgw_shim_snprintf;
    /// `sprintf`.
    pg_sprintf => pgbgw_shim_sprintf;
    /// `fprintf`.
    pg_fprintf => pgbgw_shim_fprintf;
}

plain! {
    /// Makes a socket non-blocking; false: errno says why not.
    fn pg_set_noblock(sock: pgsocket) -> bool {
        set_blocking(sock, false)
    }

    /// Makes a socket blocking; false: errno says why not.
    fn pg_set_block(sock: pgsocket) -> bool {
        set_blocking(sock, true)
    }
}

fn set_blocking(sock: pgsocket, blocking: bool) -> bool {
    // SAFETY: a descriptor of any kind; a bad one is refused.
    let flags = unsafe { libc::fcntl(sock, libc::F_GETFL) };
    if flags < 0 {
        return false;
    }
    let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
    // SAFETY: the same.
    unsafe { libc::fcntl(sock, libc::F_SETFL, flags) >= 0 }
}
