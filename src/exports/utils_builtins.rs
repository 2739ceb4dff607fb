//! `utils/builtins.h` and the detoasting functions of `fmgr.h`: texts, names and numbers of SQL.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;

use crate::abi::c::{NAMEDATALEN, Oid, varlena};
use crate::abi::nodes::Node;
use crate::abi::variables::{CurrentMemoryContext, quote_all_identifiers};
use crate::error::{Result, soft};
use crate::guc::parse;
use crate::memory::{self, varlena as values};
use crate::text::{hex, number, quote};

fn palloced(text: &[u8]) -> Result<*mut c_char> {
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), text)?.as_ptr().cast())
}

/// # Safety
/// NUL-terminated.
unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// Writes a text, and a NUL if `ended`; its length.
///
/// # Safety
/// `to` has room for it.
unsafe fn write(to: *mut c_char, text: &[u8], ended: bool) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr().cast(), to, text.len()) };
    if ended {
        // SAFETY: the same.
        let end = unsafe { to.add(text.len()) };
        // SAFETY: the same.
        unsafe { end.write(0) };
    }
    c_int::try_from(text.len()).unwrap_or(c_int::MAX)
}

/// # Safety
/// `result` is null or a variable.
unsafe fn give(found: Option<bool>, result: *mut bool) -> bool {
    // SAFETY: the caller's promise.
    if let Some(result) = unsafe { result.as_mut() } {
        *result = found.unwrap_or(false);
    }
    found.is_some()
}

throwing! {
    /// A name, in quotes if it needs them.
    fn quote_identifier(ident: *const c_char) -> *const c_char {
        // SAFETY: a NUL-terminated string.
        let name = unsafe { bytes(ident) };
        let always = quote_all_identifiers.get();
        if !always && quote::is_safe(name) {
            return Ok(ident);
        }
        Ok(palloced(&quote::identifier(name, always))?.cast_const())
    }

    /// `qualifier.name`, both quoted where needed; without a qualifier, the name.
    fn quote_qualified_identifier(qualifier: *const c_char, ident: *const c_char) -> *mut c_char {
        let always = quote_all_identifiers.get();
        let mut out = Vec::new();
        if !qualifier.is_null() {
            // SAFETY: a NUL-terminated string.
            out = quote::identifier(unsafe { bytes(qualifier) }, always);
            out.push(b'.');
        }
        // SAFETY: the same.
        out.extend(quote::identifier(unsafe { bytes(ident) }, always));
        palloced(&out)
    }

    /// A text as a literal.
    fn quote_literal_cstr(rawstr: *const c_char) -> *mut c_char {
        // SAFETY: a NUL-terminated string.
        palloced(&quote::literal(unsafe { bytes(rawstr) }))
    }

    /// A `text` value.
    fn cstring_to_text(s: *const c_char) -> *mut varlena {
        // SAFETY: a NUL-terminated string.
        values::make(CurrentMemoryContext.get(), unsafe { bytes(s) })
    }

    /// A `text` value of so many bytes.
    fn cstring_to_text_with_len(s: *const c_char, len: c_int) -> *mut varlena {
        let len = usize::try_from(len).unwrap_or(usize::MAX >> 1);
        // SAFETY: so many bytes are there.
        let text = unsafe { core::slice::from_raw_parts(s.cast(), len) };
        values::make(CurrentMemoryContext.get(), text)
    }

    /// A `text` value's text.
    fn text_to_cstring(t: *const varlena) -> *mut c_char {
        // SAFETY: the caller's value.
        palloced(unsafe { values::bytes(t)? })
    }

    /// The same in the caller's buffer, cut to what fits.
    fn text_to_cstring_buffer(src: *const varlena, dst: *mut c_char, dst_len: usize) {
        // SAFETY: the caller's value.
        let text = unsafe { values::bytes(src)? };
        if let Some(room) = dst_len.checked_sub(1) {
            let text = text.get(..room).unwrap_or(text);
            // SAFETY: it fits, with the NUL.
            unsafe { write(dst, text, true) };
        }
        Ok(())
    }

    /// The value in the long form: itself, or a copy.
    fn pg_detoast_datum(datum: *mut varlena) -> *mut varlena {
        // SAFETY: the caller's value.
        if unsafe { values::is_long(datum) } {
            return Ok(datum);
        }
        // SAFETY: the same.
        values::make(CurrentMemoryContext.get(), unsafe { values::bytes(datum)? })
    }

    /// A copy in the long form.
    fn pg_detoast_datum_copy(datum: *mut varlena) -> *mut varlena {
        // SAFETY: the caller's value.
        values::make(CurrentMemoryContext.get(), unsafe { values::bytes(datum)? })
    }

    /// The value in the long or the short form: itself.
    fn pg_detoast_datum_packed(datum: *mut varlena) -> *mut varlena {
        // SAFETY: the caller's value.
        unsafe { values::bytes(datum)? };
        Ok(datum)
    }

    /// A `smallint`.
    fn pg_strtoint16(s: *const c_char) -> i16 {
        // SAFETY: a NUL-terminated string.
        let value = number::parse(unsafe { bytes(s) }, 16, "smallint")?;
        Ok(i16::try_from(value).unwrap_or_default())
    }

    /// An `integer`.
    fn pg_strtoint32(s: *const c_char) -> i32 {
        // SAFETY: a NUL-terminated string.
        let value = number::parse(unsafe { bytes(s) }, 32, "integer")?;
        Ok(i32::try_from(value).unwrap_or_default())
    }

    /// A `bigint`.
    fn pg_strtoint64(s: *const c_char) -> i64 {
        // SAFETY: a NUL-terminated string.
        number::parse(unsafe { bytes(s) }, 64, "bigint")
    }
}

throwing! {
    /// A `smallint`; a node may be told of the error.
    fn pg_strtoint16_safe(s: *const c_char, escontext: *mut Node) -> i16 {
        // SAFETY: a NUL-terminated string.
        let value = number::parse(unsafe { bytes(s) }, 16, "smallint");
        // SAFETY: NULL or a live node.
        Ok(i16::try_from(unsafe { soft::or(escontext, value, 0)? }).unwrap_or_default())
    }

    /// An `integer`; a node may be told of the error.
    fn pg_strtoint32_safe(s: *const c_char, escontext: *mut Node) -> i32 {
        // SAFETY: a NUL-terminated string.
        let value = number::parse(unsafe { bytes(s) }, 32, "integer");
        // SAFETY: NULL or a live node.
        Ok(i32::try_from(unsafe { soft::or(escontext, value, 0)? }).unwrap_or_default())
    }

    /// A `bigint`; a node may be told of the error.
    fn pg_strtoint64_safe(s: *const c_char, escontext: *mut Node) -> i64 {
        // SAFETY: a NUL-terminated string.
        let value = number::parse(unsafe { bytes(s) }, 64, "bigint");
        // SAFETY: NULL or a live node.
        unsafe { soft::or(escontext, value, 0) }
    }

    /// A number without a sign of a type that is named; where it ends, if that is asked for.
    fn uint32in_subr(
        s: *const c_char,
        endloc: *mut *mut c_char,
        typname: *const c_char,
        escontext: *mut Node,
    ) -> u32 {
        // SAFETY: NUL-terminated strings, NULL or a variable, NULL or a live node.
        let value = unsafe { unsigned(s, endloc, typname, escontext, 32)? };
        Ok(u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default())
    }

    /// The same with 64 bits.
    fn uint64in_subr(
        s: *const c_char,
        endloc: *mut *mut c_char,
        typname: *const c_char,
        escontext: *mut Node,
    ) -> u64 {
        // SAFETY: NUL-terminated strings, NULL or a variable, NULL or a live node.
        unsafe { unsigned(s, endloc, typname, escontext, 64) }
    }

    /// The bytes that hexadecimal digits stand for; how many.
    fn hex_decode(src: *const c_char, len: usize, dst: *mut c_char) -> u64 {
        // SAFETY: so many bytes are there.
        let text = unsafe { core::slice::from_raw_parts(src.cast(), len) };
        // SAFETY: the caller's buffer has a byte for two digits.
        Ok(unsafe { put(dst, &hex::decode(text)?) })
    }

    /// The same; a node may be told of the error.
    fn hex_decode_safe(
        src: *const c_char,
        len: usize,
        dst: *mut c_char,
        escontext: *mut Node,
    ) -> u64 {
        // SAFETY: so many bytes are there.
        let text = unsafe { core::slice::from_raw_parts(src.cast(), len) };
        // SAFETY: NULL or a live node.
        let decoded = unsafe { soft::or(escontext, hex::decode(text), Vec::new())? };
        // SAFETY: the caller's buffer has a byte for two digits.
        Ok(unsafe { put(dst, &decoded) })
    }
}

/// Writes bytes; how many.
///
/// # Safety
/// `to` has room for them.
unsafe fn put(to: *mut c_char, bytes: &[u8]) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { write(to, bytes, false) };
    u64::try_from(bytes.len()).unwrap_or_default()
}

/// # Safety
/// The strings are NUL-terminated; `end` is null or a variable, `node` null or a live node.
unsafe fn unsigned(
    s: *const c_char,
    end: *mut *mut c_char,
    kind: *const c_char,
    node: *mut Node,
    bits: u32,
) -> Result<u64> {
    // SAFETY: the caller's promise.
    let text = unsafe { bytes(s) };
    // SAFETY: the same.
    let kind = String::from_utf8_lossy(unsafe { bytes(kind) });
    let parsed = number::parse_unsigned(text, bits, &kind, end.is_null());
    // SAFETY: the same.
    let (value, length) = unsafe { soft::or(node, parsed, (0, 0))? };
    // SAFETY: the same.
    if let Some(end) = unsafe { end.as_mut() }
        && length > 0
    {
        // SAFETY: within the string.
        *end = unsafe { s.add(length) }.cast_mut();
    }
    Ok(value)
}

plain! {
    /// Bytes as two hexadecimal digits each, without a NUL; how many.
    fn hex_encode(src: *const c_char, len: usize, dst: *mut c_char) -> u64 {
        // SAFETY: so many bytes are there.
        let encoded = hex::encode(unsafe { core::slice::from_raw_parts(src.cast(), len) });
        // SAFETY: the caller's buffer has two for each byte.
        unsafe { put(dst, &encoded) }
    }

    /// Writes a number without a NUL; where it ends.
    fn pg_ultostr(r#str: *mut c_char, value: u32) -> *mut c_char {
        // SAFETY: the caller's buffer has room for the longest.
        let length = unsafe { put(r#str, value.to_string().as_bytes()) };
        // SAFETY: within the buffer.
        unsafe { r#str.add(usize::try_from(length).unwrap_or(0)) }
    }

    /// The same with zeros before it, up to a width.
    fn pg_ultostr_zeropad(r#str: *mut c_char, value: u32, minwidth: i32) -> *mut c_char {
        let width = usize::try_from(minwidth).unwrap_or(0);
        // SAFETY: the caller's buffer has room for the longest.
        let length = unsafe { put(r#str, format!("{value:0width$}").as_bytes()) };
        // SAFETY: within the buffer.
        unsafe { r#str.add(usize::try_from(length).unwrap_or(0)) }
    }

    /// Compares two object identifiers that the arguments point to.
    fn oid_cmp(p1: *const c_void, p2: *const c_void) -> c_int {
        // SAFETY: elements of an array of them.
        let a = unsafe { p1.cast::<Oid>().read() };
        // SAFETY: the same.
        a.cmp(&unsafe { p2.cast::<Oid>().read() }) as c_int
    }

    /// Reads `on`, `off`, `true`, ... or unambiguous beginnings of them; false: it is none.
    fn parse_bool(value: *const c_char, result: *mut bool) -> bool {
        // SAFETY: a NUL-terminated string.
        let found = parse::boolean(unsafe { bytes(value) });
        // SAFETY: null or the caller's variable.
        unsafe { give(found, result) }
    }

    /// The same of so many bytes.
    fn parse_bool_with_len(value: *const c_char, len: usize, result: *mut bool) -> bool {
        // SAFETY: so many bytes are there.
        let found = parse::boolean(unsafe { core::slice::from_raw_parts(value.cast(), len) });
        // SAFETY: null or the caller's variable.
        unsafe { give(found, result) }
    }

    /// Writes a number; its length.
    fn pg_itoa(i: i16, a: *mut c_char) -> c_int {
        // SAFETY: the caller's buffer has room for the longest.
        unsafe { write(a, i.to_string().as_bytes(), true) }
    }

    /// Writes a number; its length.
    fn pg_ltoa(value: i32, a: *mut c_char) -> c_int {
        // SAFETY: the caller's buffer has room for the longest.
        unsafe { write(a, value.to_string().as_bytes(), true) }
    }

    /// Writes a number; its length.
    fn pg_lltoa(value: i64, a: *mut c_char) -> c_int {
        // SAFETY: the caller's buffer has room for the longest.
        unsafe { write(a, value.to_string().as_bytes(), true) }
    }

    /// Writes a number without a NUL; its length.
    fn pg_ultoa_n(value: u32, a: *mut c_char) -> c_int {
        // SAFETY: the caller's buffer has room for the longest.
        unsafe { write(a, value.to_string().as_bytes(), false) }
    }

    /// Writes a number without a NUL; its length.
    fn pg_ulltoa_n(value: u64, a: *mut c_char) -> c_int {
        // SAFETY: the caller's buffer has room for the longest.
        unsafe { write(a, value.to_string().as_bytes(), false) }
    }

    /// Fills in a name: cut to what fits, then NULs.
    fn namestrcpy(name: *mut c_char, r#str: *const c_char) {
        let mut whole = [0u8; NAMEDATALEN];
        // SAFETY: a NUL-terminated string.
        let text = unsafe { bytes(r#str) };
        whole.iter_mut().take(NAMEDATALEN - 1).zip(text).for_each(|(to, from)| *to = *from);
        // SAFETY: a name has that many bytes.
        unsafe { write(name, &whole, false) };
    }

    /// Compares a name; NULL comes first.
    fn namestrcmp(name: *const c_char, r#str: *const c_char) -> c_int {
        match (name.is_null(), r#str.is_null()) {
            (true, true) => 0,
            (true, false) => -1,
            (false, true) => 1,
            // SAFETY: a name ends or is that long; a NUL-terminated string.
            (false, false) => unsafe { libc::strncmp(name, r#str, NAMEDATALEN) },
        }
    }
}
