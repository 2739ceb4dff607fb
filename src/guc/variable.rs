//! The C side of a setting: its variable, its hooks and the memory of its texts.
//! Runs in: any process.
//!
//! The only file of the settings with `unsafe`.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use std::ffi::CString;
use std::sync::Arc;

use super::types::{Source, Value};
use crate::abi::guc::{
    GucBoolAssignHook, GucBoolCheckHook, GucEnumAssignHook, GucEnumCheckHook, GucIntAssignHook,
    GucIntCheckHook, GucRealAssignHook, GucRealCheckHook, GucShowHook, GucStringAssignHook,
    GucStringCheckHook,
};
use crate::abi::variable::Variable;
use crate::abi::variables;
use crate::error::{Report, Result, SqlState, guarded};

/// A C string made by `malloc`, or NULL. Check hooks may put another one in its place.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Text(*mut c_char);

// SAFETY: the memory belongs to the one `Text`, whichever thread holds it.
unsafe impl Send for Text {}

impl Text {
    /// A copy; NULL for none.
    pub(crate) fn copy(text: Option<&CStr>) -> Result<Self> {
        let Some(text) = text else { return Ok(Self(ptr::null_mut())) };
        // SAFETY: a `CStr` is NUL-terminated.
        let copy = unsafe { libc::strdup(text.as_ptr()) };
        if copy.is_null() {
            return Err(Report::error(SqlState::OUT_OF_MEMORY, "out of memory").into());
        }
        Ok(Self(copy))
    }

    pub(crate) fn value(&self) -> Option<CString> {
        // SAFETY: NULL or a C string, as `copy` made it or a check hook left it.
        unsafe { read_text(self.0) }
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        // SAFETY: NULL or from malloc, and owned.
        unsafe { libc::free(self.0.cast()) };
    }
}

/// A copy of a C string.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string that nobody changes during the call.
unsafe fn read_text(text: *const c_char) -> Option<CString> {
    // SAFETY: not NULL here, so a string by the contract.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_owned())
}

/// What a check hook left for the assign hook: a block made by `malloc`.
#[derive(Debug)]
pub(crate) struct Extra(*mut c_void);

// SAFETY: a plain block of memory; only the assign hooks look into it.
unsafe impl Send for Extra {}
// SAFETY: as above; Rust code never reads it.
unsafe impl Sync for Extra {}

impl Drop for Extra {
    fn drop(&mut self) {
        // SAFETY: made by malloc, as guc.h asks of check hooks, and owned by the settings.
        unsafe { libc::free(self.0) };
    }
}

/// A `char *` of our own that only a setting assigns: NULL or a C string at any time.
pub(crate) struct TextVariable(Variable<*mut c_char>);

impl TextVariable {
    pub(crate) const fn new() -> Self {
        Self(Variable::new(ptr::null_mut()))
    }

    /// A copy; none before the settings are made.
    pub(crate) fn get(&self) -> Option<Vec<u8>> {
        // SAFETY: only a setting assigns it: NULL or a C string.
        unsafe { read_text(self.0.get()) }.map(CString::into_bytes)
    }
}

/// Where the value of a setting lives.
#[derive(Debug)]
pub(crate) struct Slot(At);

#[derive(Debug)]
enum At {
    /// A C `bool`, read as a byte: extensions write what they like.
    Bool(*mut u8),
    /// An int or an enum.
    Int(*mut c_int, /* enum */ bool),
    Real(*mut f64),
    /// The second is what the settings themselves have put there, and free when it is replaced.
    Text(*mut *mut c_char, Text),
    /// A setting whose library is not loaded has no variable.
    Nowhere(Option<CString>),
}

// SAFETY: the pointers are to variables that live as long as the process and are only used by
// the thread that runs extension code (see the contract of the constructors).
unsafe impl Send for Slot {}

impl Slot {
    pub(crate) fn of_bool(variable: &'static Variable<bool>) -> Self {
        Self(At::Bool(variable.as_ptr().cast()))
    }

    pub(crate) fn of_int(variable: &'static Variable<c_int>) -> Self {
        Self(At::Int(variable.as_ptr(), false))
    }

    pub(crate) fn of_enum(variable: &'static Variable<c_int>) -> Self {
        Self(At::Int(variable.as_ptr(), true))
    }

    pub(crate) fn of_text(variable: &'static TextVariable) -> Self {
        Self(At::Text(variable.0.as_ptr(), Text(ptr::null_mut())))
    }

    /// An exported `char *`; extensions may assign a C string to it themselves.
    pub(crate) fn of_exported(variable: &'static Variable<*mut c_char>) -> Self {
        Self(At::Text(variable.as_ptr(), Text(ptr::null_mut())))
    }

    pub(crate) fn nowhere() -> Self {
        Self(At::Nowhere(None))
    }

    /// # Safety
    /// `variable` stays a valid C `bool` as long as the process lives, used by one thread.
    pub(crate) unsafe fn bool_at(variable: *mut bool) -> Self {
        Self(At::Bool(variable.cast()))
    }

    /// # Safety
    /// `variable` stays a valid int as long as the process lives, used by one thread.
    pub(crate) unsafe fn int_at(variable: *mut c_int) -> Self {
        Self(At::Int(variable, false))
    }

    /// # Safety
    /// `variable` stays a valid double as long as the process lives, used by one thread.
    pub(crate) unsafe fn real_at(variable: *mut f64) -> Self {
        Self(At::Real(variable))
    }

    /// # Safety
    /// `variable` stays a valid `char *`, NULL or a C string whenever the settings read it, as
    /// long as the process lives, used by one thread.
    pub(crate) unsafe fn text_at(variable: *mut *mut c_char) -> Self {
        Self(At::Text(variable, Text(ptr::null_mut())))
    }

    /// # Safety
    /// `variable` stays a valid int as long as the process lives, used by one thread.
    pub(crate) unsafe fn enum_at(variable: *mut c_int) -> Self {
        Self(At::Int(variable, true))
    }

    /// The value as it is now: extensions write some of the variables themselves.
    pub(crate) fn read(&self) -> Value {
        match &self.0 {
            // SAFETY: valid by the constructors' contract.
            At::Bool(at) => Value::Bool(unsafe { at.read() } != 0),
            // SAFETY: valid by the constructors' contract.
            At::Int(at, false) => Value::Int(unsafe { at.read() }),
            // SAFETY: valid by the constructors' contract.
            At::Int(at, true) => Value::Enum(unsafe { at.read() }),
            // SAFETY: valid by the constructors' contract.
            At::Real(at) => Value::Real(unsafe { at.read() }),
            At::Text(at, _) => {
                // SAFETY: valid by the constructors' contract.
                let text = unsafe { at.read() };
                // SAFETY: NULL or a C string by the constructors' contract.
                Value::Text(unsafe { read_text(text) })
            }
            At::Nowhere(text) => Value::Text(text.clone()),
        }
    }

    /// Stores a value of the slot's own kind; another kind is not stored.
    pub(crate) fn write(&mut self, candidate: Candidate) {
        match (&mut self.0, candidate) {
            // SAFETY: valid by the constructors' contract.
            (At::Bool(at), Candidate::Bool(value)) => unsafe { at.write(u8::from(value)) },
            (At::Int(at, false), Candidate::Int(value))
            | (At::Int(at, true), Candidate::Enum(value)) => {
                // SAFETY: valid by the constructors' contract.
                unsafe { at.write(value) };
            }
            // SAFETY: valid by the constructors' contract.
            (At::Real(at), Candidate::Real(value)) => unsafe { at.write(value) },
            (At::Text(at, owned), Candidate::Text(text)) => {
                // SAFETY: valid by the constructors' contract.
                unsafe { at.write(text.0) };
                // Only now is nobody pointing to the old one.
                *owned = text;
            }
            (At::Nowhere(held), Candidate::Text(text)) => *held = text.value(),
            (At::Bool(_) | At::Int(..) | At::Real(_) | At::Text(..) | At::Nowhere(_), _) => {}
        }
    }
}

/// A value on its way into a variable, in the form in which hooks see it.
#[derive(Debug)]
pub(crate) enum Candidate {
    Bool(bool),
    Int(c_int),
    Real(f64),
    Text(Text),
    Enum(c_int),
}

impl Candidate {
    pub(crate) fn new(value: &Value) -> Result<Self> {
        Ok(match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Real(value) => Self::Real(*value),
            Value::Text(text) => Self::Text(Text::copy(text.as_deref())?),
            Value::Enum(value) => Self::Enum(*value),
        })
    }

    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Real(value) => Value::Real(*value),
            Self::Text(text) => Value::Text(text.value()),
            Self::Enum(value) => Value::Enum(*value),
        }
    }
}

/// Whether a text is good; a detail where it is not.
pub(crate) type OwnCheck = fn(&[u8]) -> core::result::Result<(), String>;
/// Takes a text over.
pub(crate) type OwnAssign = fn(&[u8]);

/// The functions that an extension gave for a setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hooks {
    calls: Calls,
    show: GucShowHook,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Calls {
    None,
    /// Our own, for a text.
    Ours(OwnCheck, OwnAssign),
    Bool(GucBoolCheckHook, GucBoolAssignHook),
    Int(GucIntCheckHook, GucIntAssignHook),
    Real(GucRealCheckHook, GucRealAssignHook),
    Text(GucStringCheckHook, GucStringAssignHook),
    Enum(GucEnumCheckHook, GucEnumAssignHook),
}

/// What a check hook says. Without a message the usual one is made from the value.
#[derive(Debug)]
pub(crate) enum Verdict {
    Accepted(Option<Arc<Extra>>),
    Refused {
        sqlstate: SqlState,
        message: Option<Vec<u8>>,
        detail: Option<Vec<u8>>,
        hint: Option<Vec<u8>>,
    },
}

/// What `GUC_check_errcode` set last.
static CHECK_ERRCODE: Variable<c_int> = Variable::new(0);

/// The SQLSTATE that a check hook wants for its refusal.
pub(crate) fn set_check_errcode(sqlstate: c_int) {
    CHECK_ERRCODE.set(sqlstate);
}

fn forget_check_texts() {
    CHECK_ERRCODE.set(SqlState::INVALID_PARAMETER_VALUE.0);
    variables::GUC_check_errmsg_string.set(ptr::null_mut());
    variables::GUC_check_errdetail_string.set(ptr::null_mut());
    variables::GUC_check_errhint_string.set(ptr::null_mut());
}

/// What the check hook that just refused has left in the variables for it.
fn refusal() -> Verdict {
    let take = |variable: &Variable<*mut c_char>| {
        // SAFETY: NULL, or what GUC_check_errmsg and its like made during the hook's call.
        unsafe { read_text(variable.get()) }.map(CString::into_bytes)
    };
    let refused = Verdict::Refused {
        sqlstate: SqlState(CHECK_ERRCODE.get()),
        message: take(&variables::GUC_check_errmsg_string),
        detail: take(&variables::GUC_check_errdetail_string),
        hint: take(&variables::GUC_check_errhint_string),
    };
    forget_check_texts();
    refused
}

impl Hooks {
    pub(crate) const NONE: Self = Self { calls: Calls::None, show: None };

    /// # Safety
    /// The functions follow the contracts of `utils/guc.h` and stay mapped as long as the process
    /// lives.
    pub(crate) unsafe fn new(calls: Calls, show: GucShowHook) -> Self {
        Self { calls, show }
    }

    /// Those of a setting of our own.
    pub(crate) fn ours(check: OwnCheck, assign: OwnAssign) -> Self {
        Self { calls: Calls::Ours(check, assign), show: None }
    }

    /// Asks the check hook, which may change the value. An error that it raises is returned.
    pub(crate) fn check(&self, candidate: &mut Candidate, source: Source) -> Result<Verdict> {
        let mut extra: *mut c_void = ptr::null_mut();
        let source = source as u32;
        let out = &raw mut extra;
        forget_check_texts();
        let accepted = match (self.calls, candidate) {
            (Calls::Ours(check, _), Candidate::Text(text)) => {
                return Ok(match check(text.value().unwrap_or_default().to_bytes()) {
                    Ok(()) => Verdict::Accepted(None),
                    Err(detail) => Verdict::Refused {
                        sqlstate: SqlState::INVALID_PARAMETER_VALUE,
                        message: None,
                        detail: (!detail.is_empty()).then(|| detail.into_bytes()),
                        hint: None,
                    },
                });
            }
            (Calls::Bool(Some(check), _), Candidate::Bool(value)) => {
                let value = ptr::from_mut(value);
                // SAFETY: the hook's contract (`new`); both pointers are to locals of the caller.
                guarded(|| unsafe { check(value, out, source) })?
            }
            (Calls::Int(Some(check), _), Candidate::Int(value))
            | (Calls::Enum(Some(check), _), Candidate::Enum(value)) => {
                let value = ptr::from_mut(value);
                // SAFETY: the hook's contract (`new`); both pointers are to locals of the caller.
                guarded(|| unsafe { check(value, out, source) })?
            }
            (Calls::Real(Some(check), _), Candidate::Real(value)) => {
                let value = ptr::from_mut(value);
                // SAFETY: the hook's contract (`new`); both pointers are to locals of the caller.
                guarded(|| unsafe { check(value, out, source) })?
            }
            (Calls::Text(Some(check), _), Candidate::Text(text)) => {
                let value = &raw mut text.0;
                // SAFETY: the hook's contract (`new`): it leaves NULL or a string from malloc.
                guarded(|| unsafe { check(value, out, source) })?
            }
            (
                Calls::None
                | Calls::Ours(..)
                | Calls::Bool(..)
                | Calls::Int(..)
                | Calls::Real(..)
                | Calls::Text(..)
                | Calls::Enum(..),
                _,
            ) => true,
        };
        if accepted {
            return Ok(Verdict::Accepted((!extra.is_null()).then(|| Arc::new(Extra(extra)))));
        }
        Ok(refusal())
    }

    /// Tells the assign hook. The value is not stored where it raises an error.
    pub(crate) fn assign(&self, candidate: &Candidate, extra: Option<&Extra>) -> Result<()> {
        let extra = extra.map_or(ptr::null_mut(), |extra| extra.0);
        match (self.calls, candidate) {
            (Calls::Ours(_, assign), Candidate::Text(text)) => {
                assign(text.value().unwrap_or_default().to_bytes());
                Ok(())
            }
            (Calls::Bool(_, Some(assign)), Candidate::Bool(value)) => {
                // SAFETY: the hook's contract (`new`); `extra` is what the check hook made.
                guarded(|| unsafe { assign(*value, extra) })
            }
            (Calls::Int(_, Some(assign)), Candidate::Int(value))
            | (Calls::Enum(_, Some(assign)), Candidate::Enum(value)) => {
                // SAFETY: the hook's contract (`new`); `extra` is what the check hook made.
                guarded(|| unsafe { assign(*value, extra) })
            }
            (Calls::Real(_, Some(assign)), Candidate::Real(value)) => {
                // SAFETY: the hook's contract (`new`); `extra` is what the check hook made.
                guarded(|| unsafe { assign(*value, extra) })
            }
            (Calls::Text(_, Some(assign)), Candidate::Text(text)) => {
                // SAFETY: the hook's contract (`new`); the text lives until after the next one.
                guarded(|| unsafe { assign(text.0, extra) })
            }
            (
                Calls::None
                | Calls::Ours(..)
                | Calls::Bool(..)
                | Calls::Int(..)
                | Calls::Real(..)
                | Calls::Text(..)
                | Calls::Enum(..),
                _,
            ) => Ok(()),
        }
    }

    /// What the show hook says, if there is one.
    pub(crate) fn show(&self) -> Result<Option<Vec<u8>>> {
        let Some(show) = self.show else { return Ok(None) };
        // SAFETY: the hook's contract (`new`).
        let text = guarded(|| unsafe { show() })?;
        // SAFETY: a show hook returns a C string that lives until it is called again.
        let text = unsafe { read_text(text) };
        Ok(Some(text.unwrap_or_default().into_bytes()))
    }
}
