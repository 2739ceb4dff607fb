//! A call of a function that SQL can call, as the function sees it.
//! Runs in: any process.

use core::ffi::{CStr, c_char};
use core::ptr;

use crate::abi::c::{Datum, Oid};
use crate::abi::fmgr::{FmgrInfo, FunctionCallInfo, NullableDatum};
use crate::abi::nodes::Node;
use crate::datum::content;
use crate::datum::types::{Form, Type};
use crate::error::{Report, Result, SqlState};

/// A call.
#[derive(Clone, Copy)]
pub(super) struct Call(FunctionCallInfo);

impl Call {
    /// # Safety
    /// `fcinfo` is a call with the function's arguments, live as long as this is used.
    pub(super) unsafe fn new(fcinfo: FunctionCallInfo) -> Self {
        Self(fcinfo)
    }

    pub(super) fn count(self) -> usize {
        // SAFETY: `new` was promised that it is live.
        let count = unsafe { (*self.0).nargs };
        usize::try_from(count).unwrap_or(0)
    }

    /// An argument, None for NULL and for one that was not given.
    pub(super) fn nullable(self, n: usize) -> Option<Datum> {
        if n >= self.count() {
            return None;
        }
        // SAFETY: the arguments follow the head.
        let first = unsafe { self.0.add(1) }.cast::<NullableDatum>();
        // SAFETY: below their number.
        let at = unsafe { first.add(n) };
        // SAFETY: the same.
        let NullableDatum { value, isnull } = unsafe { at.read() };
        (!isnull).then_some(value)
    }

    /// An argument of a function that is not called with NULLs.
    pub(super) fn datum(self, n: usize) -> Datum {
        self.nullable(n).unwrap_or(0)
    }

    pub(super) fn int8(self, n: usize) -> i64 {
        i64::from_ne_bytes(self.datum(n).to_ne_bytes())
    }

    pub(super) fn int4(self, n: usize) -> i32 {
        let [a, b, c, d, ..] = self.datum(n).to_le_bytes();
        i32::from_le_bytes([a, b, c, d])
    }

    pub(super) fn oid(self, n: usize) -> Oid {
        self.int4(n).cast_unsigned()
    }

    pub(super) fn float8(self, n: usize) -> f64 {
        f64::from_bits(self.int8(n).cast_unsigned())
    }

    /// The content of an argument of this form.
    ///
    /// # Errors
    /// It cannot be read here.
    pub(super) fn content(self, n: usize, form: Form) -> Result<Vec<u8>> {
        if !form.by_value && self.datum(n) == 0 {
            return Err(Report::error(SqlState::INTERNAL_ERROR, "an argument is null").into());
        }
        // SAFETY: the caller's argument is what the function takes.
        unsafe { content::of(self.datum(n), form) }
    }

    /// The bytes of an argument of variable length.
    ///
    /// # Errors
    /// It cannot be read here.
    pub(super) fn bytes(self, n: usize) -> Result<Vec<u8>> {
        self.content(n, Form::VARIABLE)
    }

    /// An argument that is a C string, None for a null pointer.
    pub(super) fn c_string<'a>(self, n: usize) -> Option<&'a [u8]> {
        let at: *const c_char = ptr::with_exposed_provenance(self.datum(n));
        // SAFETY: the caller's argument is what the function takes.
        (!at.is_null()).then(|| unsafe { CStr::from_ptr(at) }.to_bytes())
    }

    /// The collation, 0 for none.
    pub(super) fn collation(self) -> Oid {
        // SAFETY: `new` was promised that it is live.
        unsafe { (*self.0).fncollation }
    }

    /// Where errors may be told instead of raised.
    pub(super) fn context(self) -> *mut Node {
        // SAFETY: `new` was promised that it is live.
        unsafe { (*self.0).context }
    }

    /// What the function knows of itself, if its caller looked it up.
    pub(super) fn info(self) -> Option<FmgrInfo> {
        // SAFETY: `new` was promised that it is live.
        let info = unsafe { (*self.0).flinfo };
        // SAFETY: null, or live during the call.
        unsafe { info.as_ref() }.copied()
    }

    /// The result is NULL.
    pub(super) fn null(self) -> Datum {
        // SAFETY: `new` was promised that it is live.
        unsafe { (*self.0).isnull = true };
        0
    }
}

/// A type that is built in.
///
/// # Errors
/// It is none whose values have their form here.
pub(super) fn builtin(oid: Oid) -> Result<Type> {
    Type::of(oid).ok_or_else(|| {
        let message = format!("cache lookup failed for type {oid}");
        Report::error(SqlState::INTERNAL_ERROR, message).into()
    })
}
