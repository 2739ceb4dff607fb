//! `storage/dsm.h`, `storage/dsm_impl.h`: shared memory that comes and goes.
//! Runs in: any process.

use core::ffi::{c_int, c_uint};

use super::c::dsm_handle;

/// No segment.
pub const DSM_HANDLE_INVALID: dsm_handle = 0;
/// `dsm_create`: NULL if there are as many segments as there can be.
pub const DSM_CREATE_NULL_IF_MAXSEGMENTS: c_int = 1;

/// POSIX shared memory.
pub const DSM_IMPL_POSIX: c_int = 1;
/// System V shared memory.
pub const DSM_IMPL_SYSV: c_int = 2;
/// Files of the data directory.
pub const DSM_IMPL_MMAP: c_int = 4;

/// What is done to a segment.
pub type dsm_op = c_uint;
/// It is made.
pub const DSM_OP_CREATE: dsm_op = 0;
/// It is mapped.
pub const DSM_OP_ATTACH: dsm_op = 1;
/// It is unmapped.
pub const DSM_OP_DETACH: dsm_op = 2;
/// It is unmapped and removed.
pub const DSM_OP_DESTROY: dsm_op = 3;

/// Where the files are, in the data directory.
pub const PG_DYNSHMEM_DIR: &str = "pg_dynshmem";
/// What their names begin with.
pub const PG_DYNSHMEM_MMAP_FILE_PREFIX: &str = "mmap.";
