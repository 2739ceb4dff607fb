//! `utils/guc.h`: settings.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_uint, c_void};

/// When a setting can be changed.
pub type GucContext = c_uint;
/// Never.
pub const PGC_INTERNAL: GucContext = 0;
/// At start.
pub const PGC_POSTMASTER: GucContext = 1;
/// At reload.
pub const PGC_SIGHUP: GucContext = 2;
/// When a superuser connects.
pub const PGC_SU_BACKEND: GucContext = 3;
/// When a client connects.
pub const PGC_BACKEND: GucContext = 4;
/// By a superuser.
pub const PGC_SUSET: GucContext = 5;
/// By anybody.
pub const PGC_USERSET: GucContext = 6;

/// Where a value came from; a higher one wins.
pub type GucSource = c_uint;
/// The built-in default.
pub const PGC_S_DEFAULT: GucSource = 0;
/// A default computed at start.
pub const PGC_S_DYNAMIC_DEFAULT: GucSource = 1;
/// The environment.
pub const PGC_S_ENV_VAR: GucSource = 2;
/// The configuration file.
pub const PGC_S_FILE: GucSource = 3;
/// The command line.
pub const PGC_S_ARGV: GucSource = 4;
/// ALTER ROLE ALL.
pub const PGC_S_GLOBAL: GucSource = 5;
/// ALTER DATABASE.
pub const PGC_S_DATABASE: GucSource = 6;
/// ALTER ROLE.
pub const PGC_S_USER: GucSource = 7;
/// ALTER ROLE IN DATABASE.
pub const PGC_S_DATABASE_USER: GucSource = 8;
/// A client's connection request.
pub const PGC_S_CLIENT: GucSource = 9;
/// Forced by the server.
pub const PGC_S_OVERRIDE: GucSource = 10;
/// From here on errors go to a client.
pub const PGC_S_INTERACTIVE: GucSource = 11;
/// Only tried.
pub const PGC_S_TEST: GucSource = 12;
/// SET.
pub const PGC_S_SESSION: GucSource = 13;

/// How long a new value lasts.
pub type GucAction = c_uint;
/// Like SET.
pub const GUC_ACTION_SET: GucAction = 0;
/// Like SET LOCAL.
pub const GUC_ACTION_LOCAL: GucAction = 1;
/// Like a function's SET clause.
pub const GUC_ACTION_SAVE: GucAction = 2;

/// Stands between an extension's name and its setting's.
pub const GUC_QUALIFIER_SEPARATOR: u8 = b'.';

/// A list may be given.
pub const GUC_LIST_INPUT: c_int = 0x00_0001;
/// Members of the list are quoted.
pub const GUC_LIST_QUOTE: c_int = 0x00_0002;
/// Not in SHOW ALL.
pub const GUC_NO_SHOW_ALL: c_int = 0x00_0004;
/// Cannot be reset.
pub const GUC_NO_RESET: c_int = 0x00_0008;
/// Not reset by RESET ALL.
pub const GUC_NO_RESET_ALL: c_int = 0x00_0010;
/// Shown by EXPLAIN.
pub const GUC_EXPLAIN: c_int = 0x00_0020;
/// Changes are reported to clients.
pub const GUC_REPORT: c_int = 0x00_0040;
/// Not in the sample file.
pub const GUC_NOT_IN_SAMPLE: c_int = 0x00_0080;
/// Not allowed in the file.
pub const GUC_DISALLOW_IN_FILE: c_int = 0x00_0100;
/// A setting whose extension is not loaded.
pub const GUC_CUSTOM_PLACEHOLDER: c_int = 0x00_0200;
/// Shown to superusers only.
pub const GUC_SUPERUSER_ONLY: c_int = 0x00_0400;
/// Cut to the length of a name.
pub const GUC_IS_NAME: c_int = 0x00_0800;
/// Not changed in restricted operations.
pub const GUC_NOT_WHILE_SEC_REST: c_int = 0x00_1000;
/// Not set by ALTER SYSTEM.
pub const GUC_DISALLOW_IN_AUTO_FILE: c_int = 0x00_2000;
/// Computed while starting.
pub const GUC_RUNTIME_COMPUTED: c_int = 0x00_4000;
/// May change in parallel mode.
pub const GUC_ALLOW_IN_PARALLEL: c_int = 0x00_8000;

/// In kilobytes.
pub const GUC_UNIT_KB: c_int = 0x0100_0000;
/// In pages.
pub const GUC_UNIT_BLOCKS: c_int = 0x0200_0000;
/// In pages of the write-ahead log.
pub const GUC_UNIT_XBLOCKS: c_int = 0x0300_0000;
/// In megabytes.
pub const GUC_UNIT_MB: c_int = 0x0400_0000;
/// In bytes.
pub const GUC_UNIT_BYTE: c_int = 0x0500_0000;
/// The bits of a memory unit.
pub const GUC_UNIT_MEMORY: c_int = 0x0F00_0000;
/// In milliseconds.
pub const GUC_UNIT_MS: c_int = 0x1000_0000;
/// In seconds.
pub const GUC_UNIT_S: c_int = 0x2000_0000;
/// In minutes.
pub const GUC_UNIT_MIN: c_int = 0x3000_0000;
/// The bits of a time unit.
pub const GUC_UNIT_TIME: c_int = 0x7000_0000;
/// The bits of any unit.
pub const GUC_UNIT: c_int = GUC_UNIT_MEMORY | GUC_UNIT_TIME;

/// One word of an enum setting; an entry with a NULL name ends the array.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct config_enum_entry {
    /// The word.
    pub name: *const c_char,
    /// Its value.
    pub val: c_int,
    /// Not shown in hints.
    pub hidden: bool,
}

/// What identifies a setting to `set_config_with_handle`; nothing that a caller looks into.
#[repr(C)]
#[derive(Debug)]
pub struct config_handle {
    _opaque: [u8; 0],
}

/// A line of a configuration file, or what is wrong with one; all of it from palloc.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ConfigVariable {
    /// NULL for an error.
    pub name: *mut c_char,
    /// NULL for an error.
    pub value: *mut c_char,
    /// What is wrong, NULL for a setting.
    pub errmsg: *mut c_char,
    /// The file, NULL if there is none.
    pub filename: *mut c_char,
    /// The line, from 1.
    pub sourceline: c_int,
    /// Not to be applied: an error, or a later line wins.
    pub ignore: bool,
    /// It has been applied.
    pub applied: bool,
    /// The next one, NULL for the last.
    pub next: *mut Self,
}

/// May refuse or change a new value of type `T`, and leave a palloc-free `extra` for the assign hook.
type CheckHook<T> = Option<unsafe extern "C" fn(*mut T, *mut *mut c_void, GucSource) -> bool>;
/// Is told a new value of type `T`; cannot fail.
type AssignHook<T> = Option<unsafe extern "C" fn(T, *mut c_void)>;

/// Checks a bool setting.
pub type GucBoolCheckHook = CheckHook<bool>;
/// Checks an int setting.
pub type GucIntCheckHook = CheckHook<c_int>;
/// Checks a real setting.
pub type GucRealCheckHook = CheckHook<f64>;
/// Checks a string setting.
pub type GucStringCheckHook = CheckHook<*mut c_char>;
/// Checks an enum setting.
pub type GucEnumCheckHook = CheckHook<c_int>;
/// Assigns a bool setting.
pub type GucBoolAssignHook = AssignHook<bool>;
/// Assigns an int setting.
pub type GucIntAssignHook = AssignHook<c_int>;
/// Assigns a real setting.
pub type GucRealAssignHook = AssignHook<f64>;
/// Assigns a string setting.
pub type GucStringAssignHook = AssignHook<*const c_char>;
/// Assigns an enum setting.
pub type GucEnumAssignHook = AssignHook<c_int>;
/// Shows a setting in words of its own.
pub type GucShowHook = Option<unsafe extern "C" fn() -> *const c_char>;
