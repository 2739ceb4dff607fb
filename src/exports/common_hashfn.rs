//! `common/hashfn.h`, and the hash functions of SQL.
//! Runs in: any process.

use core::ffi::{CStr, c_int, c_uchar, c_void};

use crate::abi::c::Datum;
use crate::datum::array::by_value;
use crate::error::{Report, Result, SqlState};
use crate::memory::arrays;
use crate::text::hash;

use super::fmgr_frame::{Call, builtin};

/// # Safety
/// So many bytes are there.
unsafe fn bytes<'a>(at: *const c_void, len: usize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { arrays::read(at.cast(), len) }
}

fn value(hash: u32) -> Result<Datum> {
    Ok(by_value(&hash.to_le_bytes()))
}

/// The bytes of a `text`; its collation must be known, and not call different bytes equal.
fn text(call: Call) -> Result<Vec<u8>> {
    if call.collation() == 0 {
        let message = "could not determine which collation to use for string hashing";
        let report = Report::error(SqlState::new(*b"42P22"), message);
        let hint = "Use the COLLATE clause to set the collation explicitly.";
        return Err(report.with_hint(hint).into());
    }
    call.bytes(0)
}

plain! {
    /// The hash of so many bytes.
    fn hash_bytes(k: *const c_uchar, keylen: c_int) -> u32 {
        // SAFETY: the header's prototype.
        hash::bytes(unsafe { bytes(k.cast(), usize::try_from(keylen).unwrap_or(0)) })
    }

    /// The same with 64 bits and a seed.
    fn hash_bytes_extended(k: *const c_uchar, keylen: c_int, seed: u64) -> u64 {
        // SAFETY: the header's prototype.
        hash::bytes_extended(unsafe { bytes(k.cast(), usize::try_from(keylen).unwrap_or(0)) }, seed)
    }

    /// The hash of a number.
    fn hash_bytes_uint32(k: u32) -> u32 {
        hash::word(k)
    }

    /// The same with 64 bits and a seed.
    fn hash_bytes_uint32_extended(k: u32, seed: u64) -> u64 {
        hash::word_extended(k, seed)
    }

    /// The hash of a string that is a key of at most so many bytes, with its NUL.
    fn string_hash(key: *const c_void, keysize: usize) -> u32 {
        // SAFETY: a NUL-terminated string.
        let text = unsafe { CStr::from_ptr(key.cast()) }.to_bytes();
        hash::bytes(text.get(..keysize.saturating_sub(1)).unwrap_or(text))
    }

    /// The hash of a key of so many bytes.
    fn tag_hash(key: *const c_void, keysize: usize) -> u32 {
        // SAFETY: the header's prototype.
        hash::bytes(unsafe { bytes(key, keysize) })
    }

    /// The hash of a key that is a number.
    fn uint32_hash(key: *const c_void, _keysize: usize) -> u32 {
        // SAFETY: the header's prototype.
        hash::word(unsafe { key.cast::<u32>().read() })
    }
}

sql! {
    /// The hash of an `integer`.
    fn hashint4(call) {
        value(hash::word(call.int4(0).cast_unsigned()))
    }

    /// The hash of a `bigint`: that of an `integer` of the same value.
    fn hashint8(call) {
        value(hash::long(call.int8(0)))
    }

    /// The hash of an `oid`.
    fn hashoid(call) {
        value(hash::word(call.oid(0)))
    }

    /// The hash of a `name`.
    fn hashname(call) {
        const NAME: u32 = 19;
        let name = call.content(0, builtin(NAME)?.form())?;
        let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
        value(hash::bytes(name.get(..end).unwrap_or(&name)))
    }

    /// The hash of a `text`.
    fn hashtext(call) {
        value(hash::bytes(&text(call)?))
    }
}
