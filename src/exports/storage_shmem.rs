//! `storage/shmem.h`, `storage/ipc.h`: shared memory for libraries.
//! Runs in: postmaster (requests, set-up), worker.

use core::ffi::{CStr, c_char, c_void};
use core::ptr;

use crate::abi::c::Size;
use crate::shmem::{index, requests, segment};

plain! {
    /// A nameless piece of shared memory; NULL if there is no room.
    fn ShmemAllocNoError(size: Size) -> *mut c_void {
        index::alloc(size).map_or(ptr::null_mut(), |piece| piece.as_ptr().cast())
    }

    /// Whether an address lies in shared memory.
    fn ShmemAddrIsValid(addr: *const c_void) -> bool {
        segment::get().is_some_and(|segment| segment.contains(addr.addr()))
    }
}

throwing! {
    /// Asks for room; in shmem_request_hook only.
    fn RequestAddinShmemSpace(size: Size) {
        requests::addin_space(size)
    }

    /// The piece of shared memory of that name, made at first.
    fn ShmemInitStruct(name: *const c_char, size: Size, foundPtr: *mut bool) -> *mut c_void {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { CStr::from_ptr(name) };
        let piece = index::init_struct(name.to_bytes(), size)?;
        // SAFETY: the caller's variable.
        unsafe { *foundPtr = piece.found };
        Ok(piece.address.as_ptr().cast())
    }

    /// A nameless piece of shared memory.
    fn ShmemAlloc(size: Size) -> *mut c_void {
        Ok(index::alloc(size)?.as_ptr().cast())
    }
}
