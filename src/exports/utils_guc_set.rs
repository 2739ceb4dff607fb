//! `utils/guc.h`: changing settings, nest levels, and reading values as settings do.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use super::utils_guc::{context, invalid, needed, owned, palloced};
use crate::abi::c::Oid;
use crate::abi::guc::{GUC_ACTION_SET, GucAction, GucContext, GucSource, config_handle};
use crate::abi::variables::IsUnderPostmaster;
use crate::error::{Level, Result};
use crate::guc::{self, Action, Request, Source};
use crate::shmem::activity;

/// The arguments of set_config_option and its kin, as C has them.
struct Wish {
    name: *const c_char,
    value: *const c_char,
    context: GucContext,
    source: GucSource,
    action: GucAction,
    change: bool,
    elevel: c_int,
    is_reload: bool,
}

impl Wish {
    /// 1: done; -1: something stronger decides, or it was only a try; 0: refused.
    ///
    /// # Safety
    /// `name` is a C string, `value` one or NULL.
    unsafe fn fulfil(&self) -> Result<c_int> {
        // SAFETY: the contract.
        let name = unsafe { needed(self.name)? };
        // SAFETY: the contract.
        let value = unsafe { owned(self.value) };
        let action = Action::from_c(self.action).ok_or_else(|| invalid("action"))?;
        let request = Request {
            name: name.to_bytes(),
            value: value.as_ref().map(|value| value.to_bytes()),
            context: context(self.context)?,
            source: Source::from_c(self.source).ok_or_else(|| invalid("source"))?,
            in_child: IsUnderPostmaster.get() && self.change && !self.is_reload,
            action: if self.change { action } else { Action::Try },
        };
        let level = (self.elevel != 0).then(|| Level::from_c(self.elevel));
        let outcome = guc::set_option(&request, level)?;
        activity::report_setting();
        Ok(match outcome {
            Some(true) => 1,
            Some(false) => -1,
            None => 0,
        })
    }
}

throwing! {
    /// Changes a setting, or tries whether it could be (`change_val` false). 1: done; -1: not,
    /// because something stronger decides; 0: refused and reported at `elevel`, which is raised
    /// from ERROR on. An `elevel` of 0 chooses by the source.
    fn set_config_option(
        name: *const c_char,
        value: *const c_char,
        ctx: GucContext,
        source: GucSource,
        action: GucAction,
        change_val: bool,
        elevel: c_int,
        is_reload: bool,
    ) -> c_int {
        let change = change_val;
        // SAFETY: C strings, as the prototype asks for.
        unsafe {
            Wish { name, value, context: ctx, source, action, change, elevel, is_reload }.fulfil()
        }
    }

    /// The same on behalf of a role; all roles may set everything here.
    fn set_config_option_ext(
        name: *const c_char,
        value: *const c_char,
        ctx: GucContext,
        source: GucSource,
        _srole: Oid,
        action: GucAction,
        change_val: bool,
        elevel: c_int,
        is_reload: bool,
    ) -> c_int {
        let change = change_val;
        // SAFETY: C strings, as the prototype asks for.
        unsafe {
            Wish { name, value, context: ctx, source, action, change, elevel, is_reload }.fulfil()
        }
    }

    /// The same, for a setting that `get_config_handle` has found; without one the name decides.
    fn set_config_with_handle(
        name: *const c_char,
        handle: *mut config_handle,
        value: *const c_char,
        ctx: GucContext,
        source: GucSource,
        _srole: Oid,
        action: GucAction,
        change_val: bool,
        elevel: c_int,
        is_reload: bool,
    ) -> c_int {
        let change = change_val;
        // The handle is the setting's own name: see `get_config_handle`.
        let name = if handle.is_null() { name } else { handle.cast::<c_char>().cast_const() };
        // SAFETY: C strings, as the prototype asks for.
        unsafe {
            Wish { name, value, context: ctx, source, action, change, elevel, is_reload }.fulfil()
        }
    }

    /// Changes a setting.
    fn SetConfigOption(
        name: *const c_char,
        value: *const c_char,
        ctx: GucContext,
        source: GucSource,
    ) {
        let (action, change, elevel, is_reload) = (GUC_ACTION_SET, true, 0, false);
        // SAFETY: C strings, as the prototype asks for.
        unsafe {
            Wish { name, value, context: ctx, source, action, change, elevel, is_reload }
                .fulfil()
                .map(drop)
        }
    }

    /// What RESET of a setting would go back to, in CurrentMemoryContext.
    fn GetConfigOptionResetString(name: *const c_char) -> *const c_char {
        // SAFETY: a C string.
        Ok(palloced(&guc::reset_text(unsafe { needed(name)? }.to_bytes())?)?.cast_const())
    }

    /// The flags of a setting; 0 where `missing_ok` and there is none of that name.
    fn GetConfigOptionFlags(name: *const c_char, missing_ok: bool) -> c_int {
        // SAFETY: a C string.
        match guc::flags(unsafe { needed(name)? }.to_bytes()) {
            Err(_) if missing_ok => Ok(0),
            flags => flags,
        }
    }

    /// Puts back everything that the process itself has set.
    fn ResetAllOptions() {
        guc::reset_all()?;
        activity::report_setting();
        Ok(())
    }

    /// Ends a nest level and all inside it.
    fn AtEOXact_GUC(is_commit: bool, nest_level: c_int) {
        guc::close_levels(is_commit, nest_level)?;
        activity::report_setting();
        Ok(())
    }

    /// The name of the unit that `flags` name, NULL for none.
    fn get_config_unit_name(flags: c_int) -> *const c_char {
        Ok(guc::unit(flags)?.map_or(ptr::null(), CStr::as_ptr))
    }

    /// Splits `NAME=VALUE`; dashes in the name become underscores. `*value` is NULL without `=`.
    fn ParseLongOption(
        string: *const c_char,
        name: *mut *mut c_char,
        value: *mut *mut c_char,
    ) {
        // SAFETY: a C string.
        let text = unsafe { needed(string)? }.to_bytes();
        let mut parts = text.splitn(2, |c| *c == b'=');
        let first: Vec<u8> = parts.next().unwrap_or_default().to_vec();
        let first: Vec<u8> = first.iter().map(|c| if *c == b'-' { b'_' } else { *c }).collect();
        let second = parts.next().map(palloced).transpose()?.unwrap_or(ptr::null_mut());
        let first = palloced(&first)?;
        // SAFETY: the caller's variable.
        unsafe { name.write(first) };
        // SAFETY: the caller's variable.
        unsafe { value.write(second) };
        Ok(())
    }
}

/// Gives a number, or why it is none, as `parse_int` and `parse_real` do.
///
/// # Safety
/// Both pointers are NULL or to variables of the caller.
unsafe fn give<T: Default>(
    parsed: core::result::Result<T, guc::Invalid>,
    result: *mut T,
    hintmsg: *mut *const c_char,
) -> bool {
    let (number, hint) = match parsed {
        Ok(number) => (Some(number), None),
        Err(invalid) => (None, invalid.hint),
    };
    let good = number.is_some();
    if !result.is_null() {
        // SAFETY: the contract.
        unsafe { result.write(number.unwrap_or_default()) };
    }
    if !hintmsg.is_null() {
        // SAFETY: the contract.
        unsafe { hintmsg.write(hint.map_or(ptr::null(), CStr::as_ptr)) };
    }
    good
}

plain! {
    /// Opens a nest level; its number.
    fn NewGUCNestLevel() -> c_int {
        guc::open_level()
    }

    /// Opens the level of a transaction.
    fn AtStart_GUC() {
        guc::start_transaction();
    }

    /// What stands for a setting of a loaded library or of the server itself, as long as the
    /// process lives; NULL for a name that nobody has defined.
    fn get_config_handle(name: *const c_char) -> *mut config_handle {
        // SAFETY: a C string.
        let name = unsafe { CStr::from_ptr(name) };
        guc::lasting_name(name.to_bytes()).map_or(ptr::null_mut(), |name| name.cast_mut().cast())
    }

    /// Reads a whole number with the unit that `flags` name. A hint, where there is one, lives as
    /// long as the process.
    fn parse_int(
        value: *const c_char,
        result: *mut c_int,
        flags: c_int,
        hintmsg: *mut *const c_char,
    ) -> bool {
        // SAFETY: a C string.
        let text = unsafe { CStr::from_ptr(value) }.to_bytes();
        // SAFETY: the caller's variables.
        unsafe { give(guc::parse_int(text, flags), result, hintmsg) }
    }

    /// Reads a real number with the unit that `flags` name; a hint as with `parse_int`.
    fn parse_real(
        value: *const c_char,
        result: *mut f64,
        flags: c_int,
        hintmsg: *mut *const c_char,
    ) -> bool {
        // SAFETY: a C string.
        let text = unsafe { CStr::from_ptr(value) }.to_bytes();
        // SAFETY: the caller's variables.
        unsafe { give(guc::parse_real(text, flags), result, hintmsg) }
    }
}
