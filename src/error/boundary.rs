//! C calls Rust: an `Err` becomes a jump, once every Rust frame has let go of what it owned.
//! Runs in: any process.

use crate::sigsafe::inside;
use crate::worker::exit;

use super::{Raised, Result, stack};

unsafe extern "C" {
    fn pgbgw_shim_jump() -> !;
}

/// The body of an exported function that cannot raise.
pub(crate) fn plain<T: Copy>(f: impl FnOnce() -> T) -> T {
    let depth = inside::enter();
    let value = f();
    leave(depth);
    value
}

/// The body of an exported function that can raise. `f` has returned, and with it everything that
/// it owned is gone, before the jump.
pub(crate) fn throwing<T: Copy>(f: impl FnOnce() -> Result<T>) -> T {
    let depth = inside::enter();
    let result = f();
    match result {
        Ok(value) => {
            leave(depth);
            value
        }
        Err(raised) => {
            stack::push(raised);
            leave(depth);
            stack::finish()
        }
    }
}

/// Raises `raised` from a frame that owns nothing else.
pub(crate) fn throw(raised: impl Into<Raised>) -> ! {
    stack::push(raised.into());
    stack::finish()
}

/// Jumps to the innermost handler. The error is on the stack, and a handler exists.
pub(super) fn jump() -> ! {
    // SAFETY: the caller checked that there is a handler; frames up to it own nothing: exported
    // functions come here with everything dropped, and guarded calls hold `Copy` values only.
    unsafe { pgbgw_shim_jump() }
}

/// Out of the library to `depth`; what the default SIGTERM handler has noted meanwhile is done.
pub(crate) fn leave(depth: u32) {
    if inside::leave(depth) {
        inside::clear_termination();
        exit::terminated_by_default_handler();
    }
}
