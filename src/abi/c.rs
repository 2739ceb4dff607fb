//! `c.h`, `postgres.h`, `postgres_ext.h`, `pg_config*.h`: the basic types.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_uint};

pub use super::major::{FUNC_MAX_ARGS, INDEX_MAX_KEYS, NAMEDATALEN, NodeTag, PG_VERSION_NUM};

/// A value of any type, or a pointer to it.
pub type Datum = usize;
/// An object identifier; 0 is none.
pub type Oid = c_uint;
/// A size in bytes.
pub type Size = usize;
/// A transaction number; 0 is none.
pub type TransactionId = u32;
/// A process's own transaction number; 0 is none.
pub type LocalTransactionId = u32;
/// A subtransaction number; 0 is none.
pub type SubTransactionId = u32;
/// A command number inside a transaction.
pub type CommandId = u32;
/// A column number, from 1; negative for system columns.
pub type AttrNumber = i16;
/// A position in the write-ahead log; 0 is none.
pub type XLogRecPtr = u64;
/// A spin lock, 0 when free.
#[cfg(target_arch = "x86_64")]
pub type slock_t = core::ffi::c_uchar;
/// A spin lock, 0 when free.
#[cfg(not(target_arch = "x86_64"))]
pub type slock_t = c_int;
/// A socket, or -1.
pub type pgsocket = c_int;
/// An index into the array of processes, or [`INVALID_PROC_NUMBER`].
pub type ProcNumber = c_int;
/// Two bits of a transaction's fate.
pub type XidStatus = c_int;
/// A handle of dynamic shared memory; 0 is none.
pub type dsm_handle = u32;
/// A C `sig_atomic_t`.
pub type sig_atomic_t = c_int;

/// No object.
pub const InvalidOid: Oid = 0;
/// No transaction.
pub const InvalidTransactionId: TransactionId = 0;
/// No process.
pub const INVALID_PROC_NUMBER: ProcNumber = -1;
/// No socket.
pub const PGINVALID_SOCKET: pgsocket = -1;

/// Bytes of a file path, the NUL included.
pub const MAXPGPATH: usize = 1024;
/// The largest alignment that a C type needs.
pub const MAXIMUM_ALIGNOF: usize = 8;
/// Alignment of buffers and of chunks of shared memory.
pub const ALIGNOF_BUFFER: usize = 32;
/// What structures shared by processes are padded to.
pub const PG_CACHE_LINE_SIZE: usize = 128;
/// Bytes of a data page.
pub const BLCKSZ: usize = 8192;
/// Bytes of a page of the write-ahead log.
pub const XLOG_BLCKSZ: usize = 8192;

/// A name of fixed length.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NameData {
    /// NUL-terminated.
    pub data: [c_char; NAMEDATALEN],
}

/// Declares types that C sees only through pointers.
macro_rules! opaque {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[repr(C)]
        pub struct $name {
            _opaque: [u8; 0],
            _not_send: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)>,
        }
    )*};
}
pub(crate) use opaque;

opaque! {
    /// A value with its length in front; its layout depends on the first byte.
    varlena;
    /// An array value.
    ArrayType;
    /// What must be given back at the end of a query or transaction (`utils/resowner.h`).
    ResourceOwnerData;
}

/// A `ResourceOwner` of `utils/resowner.h`; may be NULL.
pub type ResourceOwner = *mut ResourceOwnerData;
/// A `text` value.
pub type text = varlena;
