//! `utils/guc.h`: settings.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use std::borrow::Cow;
use std::ffi::CString;

use crate::abi::c::Size;
use crate::abi::guc::{
    GucBoolAssignHook, GucBoolCheckHook, GucContext, GucEnumAssignHook, GucEnumCheckHook,
    GucIntAssignHook, GucIntCheckHook, GucRealAssignHook, GucRealCheckHook, GucShowHook,
    GucStringAssignHook, GucStringCheckHook, config_enum_entry,
};
use crate::abi::variables::CurrentMemoryContext;
use crate::error::{self, Level, Report, Result, SqlState};
use crate::guc::{self, Calls, Context, Definition, EnumOption, Hooks, Kind, Slot};
use crate::memory;

/// A copy of a text that may be NULL.
///
/// # Safety
/// `text` is NULL or a C string.
pub(super) unsafe fn owned(text: *const c_char) -> Option<CString> {
    // SAFETY: the contract.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_owned())
}

pub(super) fn invalid(what: &str) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, format!("invalid {what} for a parameter"))
}

/// A text that must not be NULL.
///
/// # Safety
/// `text` is NULL or a C string that outlives the result.
pub(super) unsafe fn needed<'a>(text: *const c_char) -> Result<&'a CStr> {
    if text.is_null() {
        return Err(invalid("name").into());
    }
    // SAFETY: the contract.
    Ok(unsafe { CStr::from_ptr(text) })
}

pub(super) fn context(context: GucContext) -> Result<Context> {
    Context::from_c(context).ok_or_else(|| invalid("context").into())
}

/// The words of an enum setting.
///
/// # Safety
/// `entries` is an array that ends with an entry without a name; the names are C strings.
unsafe fn options(entries: *const config_enum_entry) -> Vec<EnumOption> {
    let mut options = Vec::new();
    let mut at = entries;
    loop {
        // SAFETY: the end of the array has not been seen yet.
        let entry = unsafe { at.read() };
        // SAFETY: the names are C strings.
        let Some(name) = (unsafe { owned(entry.name) }) else { return options };
        options.push(EnumOption { name: Cow::Owned(name), value: entry.val, hidden: entry.hidden });
        // SAFETY: this was not the last entry.
        at = unsafe { at.add(1) };
    }
}

throwing! {
    /// Defines a bool setting.
    fn DefineCustomBoolVariable(
        name: *const c_char,
        short_desc: *const c_char,
        _long_desc: *const c_char,
        value_addr: *mut bool,
        boot_value: bool,
        ctx: GucContext,
        flags: c_int,
        check_hook: GucBoolCheckHook,
        assign_hook: GucBoolAssignHook,
        show_hook: GucShowHook,
    ) {
        guc::define_custom(Definition {
            // SAFETY: a C string.
            name: unsafe { needed(name)? }.to_owned(),
            context: context(ctx)?,
            flags,
            // SAFETY: NULL or a C string.
            short_desc: unsafe { owned(short_desc) },
            kind: Kind::Bool { boot: boot_value },
            // SAFETY: the extension's variable, which it keeps.
            slot: unsafe { Slot::bool_at(value_addr) },
            // SAFETY: the extension's functions; libraries are never unloaded.
            hooks: unsafe { Hooks::new(Calls::Bool(check_hook, assign_hook), show_hook) },
        })
    }

    /// Defines an int setting.
    fn DefineCustomIntVariable(
        name: *const c_char,
        short_desc: *const c_char,
        _long_desc: *const c_char,
        value_addr: *mut c_int,
        boot_value: c_int,
        min_value: c_int,
        max_value: c_int,
        ctx: GucContext,
        flags: c_int,
        check_hook: GucIntCheckHook,
        assign_hook: GucIntAssignHook,
        show_hook: GucShowHook,
    ) {
        guc::define_custom(Definition {
            // SAFETY: a C string.
            name: unsafe { needed(name)? }.to_owned(),
            context: context(ctx)?,
            flags,
            // SAFETY: NULL or a C string.
            short_desc: unsafe { owned(short_desc) },
            kind: Kind::Int { boot: boot_value, min: min_value, max: max_value },
            // SAFETY: the extension's variable, which it keeps.
            slot: unsafe { Slot::int_at(value_addr) },
            // SAFETY: the extension's functions; libraries are never unloaded.
            hooks: unsafe { Hooks::new(Calls::Int(check_hook, assign_hook), show_hook) },
        })
    }

    /// Defines a real setting.
    fn DefineCustomRealVariable(
        name: *const c_char,
        short_desc: *const c_char,
        _long_desc: *const c_char,
        value_addr: *mut f64,
        boot_value: f64,
        min_value: f64,
        max_value: f64,
        ctx: GucContext,
        flags: c_int,
        check_hook: GucRealCheckHook,
        assign_hook: GucRealAssignHook,
        show_hook: GucShowHook,
    ) {
        guc::define_custom(Definition {
            // SAFETY: a C string.
            name: unsafe { needed(name)? }.to_owned(),
            context: context(ctx)?,
            flags,
            // SAFETY: NULL or a C string.
            short_desc: unsafe { owned(short_desc) },
            kind: Kind::Real { boot: boot_value, min: min_value, max: max_value },
            // SAFETY: the extension's variable, which it keeps.
            slot: unsafe { Slot::real_at(value_addr) },
            // SAFETY: the extension's functions; libraries are never unloaded.
            hooks: unsafe { Hooks::new(Calls::Real(check_hook, assign_hook), show_hook) },
        })
    }

    /// Defines a string setting.
    fn DefineCustomStringVariable(
        name: *const c_char,
        short_desc: *const c_char,
        _long_desc: *const c_char,
        value_addr: *mut *mut c_char,
        boot_value: *const c_char,
        ctx: GucContext,
        flags: c_int,
        check_hook: GucStringCheckHook,
        assign_hook: GucStringAssignHook,
        show_hook: GucShowHook,
    ) {
        guc::define_custom(Definition {
            // SAFETY: a C string.
            name: unsafe { needed(name)? }.to_owned(),
            context: context(ctx)?,
            flags,
            // SAFETY: NULL or a C string.
            short_desc: unsafe { owned(short_desc) },
            // SAFETY: NULL or a C string.
            kind: Kind::Text { boot: unsafe { owned(boot_value) } },
            // SAFETY: the extension's variable, which it keeps.
            slot: unsafe { Slot::text_at(value_addr) },
            // SAFETY: the extension's functions; libraries are never unloaded.
            hooks: unsafe { Hooks::new(Calls::Text(check_hook, assign_hook), show_hook) },
        })
    }

    /// Defines an enum setting.
    fn DefineCustomEnumVariable(
        name: *const c_char,
        short_desc: *const c_char,
        _long_desc: *const c_char,
        value_addr: *mut c_int,
        boot_value: c_int,
        entries: *const config_enum_entry,
        ctx: GucContext,
        flags: c_int,
        check_hook: GucEnumCheckHook,
        assign_hook: GucEnumAssignHook,
        show_hook: GucShowHook,
    ) {
        guc::define_custom(Definition {
            // SAFETY: a C string.
            name: unsafe { needed(name)? }.to_owned(),
            context: context(ctx)?,
            flags,
            // SAFETY: NULL or a C string.
            short_desc: unsafe { owned(short_desc) },
            // SAFETY: the extension's array of words.
            kind: Kind::Enum { boot: boot_value, options: Cow::Owned(unsafe { options(entries) }) },
            // SAFETY: the extension's variable, which it keeps.
            slot: unsafe { Slot::enum_at(value_addr) },
            // SAFETY: the extension's functions; libraries are never unloaded.
            hooks: unsafe { Hooks::new(Calls::Enum(check_hook, assign_hook), show_hook) },
        })
    }

    /// Memory for a check hook's `extra`, or a text of its own. NULL where there is none and
    /// `elevel` is below ERROR.
    fn guc_malloc(elevel: c_int, size: Size) -> *mut c_void {
        // malloc may give NULL for nothing at all, which is no lack of memory.
        // SAFETY: malloc has no precondition.
        given(elevel, unsafe { libc::malloc(size.max(1)) })
    }

    /// The same with another size for what `guc_malloc` gave.
    fn guc_realloc(elevel: c_int, old: *mut c_void, size: Size) -> *mut c_void {
        // SAFETY: NULL or what one of these functions gave.
        given(elevel, unsafe { libc::realloc(old, size.max(1)) })
    }

    /// A copy of a text, as from `guc_malloc`.
    fn guc_strdup(elevel: c_int, src: *const c_char) -> *mut c_char {
        // SAFETY: a C string.
        Ok(given(elevel, unsafe { libc::strdup(src) }.cast())?.cast())
    }

    /// Says that settings with this prefix are all defined now.
    fn MarkGUCPrefixReserved(class_name: *const c_char) {
        // SAFETY: a C string.
        guc::reserve_prefix(unsafe { needed(class_name)? });
        Ok(())
    }

    /// The value of a setting, without units, in CurrentMemoryContext. NULL where `missing_ok`
    /// and there is none of that name.
    fn GetConfigOption(
        name: *const c_char,
        missing_ok: bool,
        _restrict_privileged: bool,
    ) -> *const c_char {
        // SAFETY: a C string.
        match guc::option(unsafe { needed(name)? }.to_bytes()) {
            Err(_) if missing_ok => Ok(ptr::null()),
            value => Ok(palloced(&value?)?.cast_const()),
        }
    }

    /// The value of a setting, as SHOW has it, in CurrentMemoryContext; its name in `*varname`.
    fn GetConfigOptionByName(
        name: *const c_char,
        varname: *mut *const c_char,
        missing_ok: bool,
    ) -> *mut c_char {
        // SAFETY: a C string.
        let (name, value) = match guc::show(unsafe { needed(name)? }.to_bytes()) {
            Ok(shown) => (palloced(shown.name.to_bytes())?, palloced(&shown.value)?),
            Err(_) if missing_ok => (ptr::null_mut(), ptr::null_mut()),
            Err(raised) => return Err(raised),
        };
        if !varname.is_null() {
            // SAFETY: the caller's variable.
            unsafe { varname.write(name) };
        }
        Ok(value)
    }
}

/// A copy in CurrentMemoryContext.
pub(super) fn palloced(text: &[u8]) -> Result<*mut c_char> {
    Ok(memory::copy_bytes(CurrentMemoryContext.get(), text)?.as_ptr().cast())
}

/// What an allocation gave, or why it gave nothing.
fn given(elevel: c_int, block: *mut c_void) -> Result<*mut c_void> {
    if block.is_null() {
        let level = Level::from_c(elevel);
        let report = Report::new(level, "out of memory").with_sqlstate(SqlState::OUT_OF_MEMORY);
        if level >= Level::Error {
            return Err(report.into());
        }
        error::emit(&report);
    }
    Ok(block)
}

plain! {
    /// Frees what `guc_malloc` and its like gave.
    fn guc_free(ptr: *mut c_void) {
        // SAFETY: NULL or what one of those functions gave.
        unsafe { libc::free(ptr) };
    }

    /// Sets the SQLSTATE with which a check hook refuses.
    fn GUC_check_errcode(sqlerrcode: c_int) {
        guc::set_check_errcode(sqlerrcode);
    }
}
