//! `storage/shmem.h`, `storage/ipc.h`: shared memory for libraries.
//! Runs in: postmaster (requests, set-up), worker.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use core::ptr;

use crate::abi::c::Size;
use crate::abi::hsearch::{HASH_ALLOC, HASH_ATTACH, HASH_DIRSIZE, HASH_SHARED_MEM, HASHCTL};
use crate::containers::table::Table;
use crate::containers::table_sizes;
use crate::shmem::{index, requests, segment};

use super::utils_hsearch;

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

    /// The hash table of that name in shared memory, made at first.
    fn ShmemInitHash(name: *const c_char, init_size: c_long, max_size: c_long, infoP: *mut HASHCTL, hash_flags: c_int) -> *mut Table {
        // SAFETY: the caller's.
        let info = unsafe { &mut *infoP };
        info.dsize = c_long::try_from(table_sizes::directory_size(max_size)).unwrap_or(c_long::MAX);
        info.max_dsize = info.dsize;
        info.alloc = Some(ShmemAllocNoError);
        // SAFETY: a NUL-terminated string.
        let text = unsafe { CStr::from_ptr(name) };
        let piece = index::init_struct(text.to_bytes(), table_sizes::shared_size(info))?;
        info.hctl = piece.address.as_ptr().cast();
        let attach = if piece.found { HASH_ATTACH } else { 0 };
        let flags = hash_flags | HASH_SHARED_MEM | HASH_ALLOC | HASH_DIRSIZE | attach;
        // SAFETY: the piece is as large.
        unsafe { utils_hsearch::create(name, init_size, info, flags) }
    }

    /// A nameless piece of shared memory.
    fn ShmemAlloc(size: Size) -> *mut c_void {
        Ok(index::alloc(size)?.as_ptr().cast())
    }
}
