#![expect(unsafe_code, reason = "hooks as an extension has them")]
//! Check and assign hooks.
//! Runs in: tests.

use super::*;

/// Check hooks share the variables in which they leave their texts.
static HOOKS: Mutex<()> = Mutex::new(());
static ASSIGNED: AtomicI32 = AtomicI32::new(0);

/// # Safety
/// As `GucIntCheckHook`.
unsafe extern "C" fn check_int(value: *mut c_int, extra: *mut *mut c_void, _source: u32) -> bool {
    // SAFETY: the settings pass a valid pointer.
    let number = unsafe { value.read() };
    match number {
        13 => {
            set_check_errcode(crate::error::SqlState::SYNTAX_ERROR.0);
            variables::GUC_check_errmsg_string.set(c"no thirteen".as_ptr().cast_mut());
            variables::GUC_check_errdetail_string.set(c"det".as_ptr().cast_mut());
            variables::GUC_check_errhint_string.set(c"hin".as_ptr().cast_mut());
            false
        }
        14 => false,
        _ => {
            // SAFETY: the settings pass a valid pointer.
            unsafe { value.write(number + 100) };
            // SAFETY: malloc has no precondition.
            let block = unsafe { libc::malloc(4) };
            // SAFETY: four bytes were allocated; memory is not short in a test.
            unsafe { block.cast::<c_int>().write(number) };
            // SAFETY: the settings pass a valid pointer.
            unsafe { extra.write(block) };
            true
        }
    }
}

/// # Safety
/// As `GucIntAssignHook`.
unsafe extern "C" fn assign_int(value: c_int, extra: *mut c_void) {
    // SAFETY: what `check_int` left.
    let number = unsafe { extra.cast::<c_int>().read() };
    assert_eq!(value, number + 100);
    ASSIGNED.store(value, Ordering::Relaxed);
}

/// # Safety
/// As `GucStringCheckHook`.
unsafe extern "C" fn check_text(
    value: *mut *mut c_char,
    _extra: *mut *mut c_void,
    _source: u32,
) -> bool {
    // SAFETY: the settings pass a valid pointer.
    let old = unsafe { value.read() };
    if old.is_null() {
        return true;
    }
    // SAFETY: a C string by the settings' promise.
    let text = unsafe { std::ffi::CStr::from_ptr(old) };
    if text == c"bad" {
        return false;
    }
    // SAFETY: both are C strings.
    let new = unsafe { libc::strdup(c"changed".as_ptr()) };
    // SAFETY: the settings made it with malloc, and forget it.
    unsafe { libc::free(old.cast()) };
    // SAFETY: the settings pass a valid pointer.
    unsafe { value.write(new) };
    true
}

#[test]
fn hooks_check_change_and_are_told() {
    let _serial = HOOKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut world = World::new();
    let at = leak(Variable::new(0));
    let mut hooked = definition("ext.i", Context::Sighup, 0, int(1, 200), Slot::of_int(at));
    // SAFETY: the functions above follow the contracts.
    hooked.hooks = unsafe { Hooks::new(Calls::Int(Some(check_int), Some(assign_int)), None) };
    world.define(hooked).unwrap();
    assert_eq!((at.get(), ASSIGNED.load(Ordering::Relaxed)), (101, 101));
    let set = |world: &World, name, value| {
        world.set(name, value, Context::Sighup, Source::File).map(drop)
    };
    set(&world, "ext.i", "5").unwrap();
    assert_eq!((at.get(), ASSIGNED.load(Ordering::Relaxed)), (105, 105));
    assert_eq!(set(&world, "ext.i", "13").unwrap_err(), "ERROR:  no thirteen|det|hin");
    let usual = "ERROR:  invalid value for parameter \"ext.i\": 14";
    assert_eq!(set(&world, "ext.i", "14").unwrap_err(), usual);
    assert_eq!(at.get(), 105);

    let word = leak(TextVariable::new());
    let mut hooked = definition("ext.s", Context::Sighup, 0, text(None), Slot::of_text(word));
    // SAFETY: the function above follows the contract.
    hooked.hooks = unsafe { Hooks::new(Calls::Text(Some(check_text), None), None) };
    world.define(hooked).unwrap();
    assert_eq!(word.get(), None);
    set(&world, "ext.s", "any").unwrap();
    assert_eq!(word.get().as_deref(), Some(b"changed".as_slice()));
    let usual = "ERROR:  invalid value for parameter \"ext.s\": \"bad\"";
    assert_eq!(set(&world, "ext.s", "bad").unwrap_err(), usual);
}

#[test]
fn a_bad_default_is_fatal() {
    let _serial = HOOKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut world = World::new();
    let at = Slot::of_int(leak(Variable::new(0)));
    let mut hooked = definition("ext.i", Context::Sighup, 0, int(13, 200), at);
    // SAFETY: the functions above follow the contracts.
    hooked.hooks = unsafe { Hooks::new(Calls::Int(Some(check_int), None), None) };
    let raised = world.define(hooked).unwrap_err();
    assert_eq!(told(raised.report()), "FATAL:  failed to initialize ext.i to 13");
    assert_eq!(raised.report().level, Level::Fatal);
    assert_eq!(world.said(), ["LOG:  no thirteen|det|hin"]);
}
