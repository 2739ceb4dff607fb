//! Rust calls extension code: a jump out of it becomes an `Err`.
//! Runs in: any process.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use crate::abi::variables::CurrentMemoryContext;
use crate::sigsafe::inside;
use crate::sys::fork::others_have_run;

use super::{Raised, Result, stack};

unsafe extern "C" {
    fn pgbgw_shim_guard(
        call: unsafe extern "C" fn(*mut c_void),
        arg: *mut c_void,
    ) -> core::ffi::c_int;
}

/// A call and the place for its result. Copy throughout: a jump may skip the frames that hold it.
struct Call<F, T> {
    f: F,
    result: MaybeUninit<T>,
}

/// Calls `f`, which enters extension code, with the library left meanwhile (a handler may end the
/// process there). `CurrentMemoryContext` is restored if it ends in an ERROR.
///
/// `f` and its result are `Copy` because a jump may skip the frame that holds them.
///
/// # Errors
/// The ERROR that the extension raised.
pub(crate) fn guarded<T: Copy, F: FnOnce() -> T + Copy>(f: F) -> Result<T> {
    let mut call = Call { f, result: MaybeUninit::uninit() };
    let context = CurrentMemoryContext.get();
    others_have_run();
    let depth = inside::outside();
    // SAFETY: `run` is instantiated for the very type that the pointer is to.
    let jumped = unsafe { pgbgw_shim_guard(run::<T, F>, (&raw mut call).cast()) };
    // A termination noted meanwhile is acted on by the function that leaves the library.
    let _due = inside::leave(depth);
    if jumped == 0 {
        // SAFETY: `run` came to its end, so it has written the result.
        return Ok(unsafe { call.result.assume_init() });
    }
    CurrentMemoryContext.set(context);
    Err(Raised::from(stack::take_error()))
}

/// [`guarded`] for a function that takes and gives nothing: a hook, a program's own function.
///
/// # Errors
/// The same.
pub(crate) fn call_plain(function: unsafe extern "C" fn()) -> Result<()> {
    // SAFETY: whoever gave the function promised that it can be called.
    guarded(|| unsafe { function() })
}

/// Runs a [`Call`]; owns nothing.
///
/// # Safety
/// `arg` is a live call of these very types.
unsafe extern "C" fn run<T: Copy, F: FnOnce() -> T + Copy>(arg: *mut c_void) {
    let call: *mut Call<F, T> = arg.cast();
    // SAFETY: `guarded` passes its own live call.
    let f = unsafe { (*call).f };
    let result = f();
    // SAFETY: the same.
    unsafe { (*call).result = MaybeUninit::new(result) };
}
