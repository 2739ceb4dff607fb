//! What modules have called when a transaction or a subtransaction begins or ends.
//! Runs in: worker.

use core::ffi::c_void;
use core::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::abi::c::SubTransactionId;
use crate::abi::xact::{SubXactCallback, SubXactEvent, XactCallback, XactEvent};
use crate::error::{self, Result};

/// A function and what it is called with.
struct Callback<F> {
    function: F,
    arg: *mut c_void,
}

// SAFETY: server functions belong to the main thread.
unsafe impl<F> Send for Callback<F> {}

// Never contended: server functions belong to the main thread. A Mutex only makes them statics.
static TOP: Mutex<Vec<Callback<XactCallback>>> = Mutex::new(Vec::new());
static SUB: Mutex<Vec<Callback<SubXactCallback>>> = Mutex::new(Vec::new());

type List<F> = Mutex<Vec<Callback<F>>>;

fn open<F>(list: &List<F>) -> MutexGuard<'_, Vec<Callback<F>>> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The newest first, as they are now: one that is called may remove itself.
fn all<F: Copy>(list: &List<F>) -> Vec<Callback<F>> {
    let list = open(list);
    list.iter()
        .rev()
        .map(|Callback { function, arg }| Callback { function: *function, arg: *arg })
        .collect()
}

/// Takes out the newest with this argument that is the same.
fn remove<F: Copy>(list: &List<F>, arg: *mut c_void, is_same: impl Fn(F) -> bool) {
    let mut list = open(list);
    let found = list.iter().rposition(|other| other.arg == arg && is_same(other.function));
    found.map(|at| list.remove(at));
}

/// `RegisterXactCallback`.
pub(crate) fn register(function: XactCallback, arg: *mut c_void) {
    open(&TOP).push(Callback { function, arg });
}

/// `UnregisterXactCallback`: the newest of its like.
pub(crate) fn unregister(function: XactCallback, arg: *mut c_void) {
    remove(&TOP, arg, |other| match (other, function) {
        (Some(f), Some(g)) => ptr::fn_addr_eq(f, g),
        (f, g) => f.is_none() && g.is_none(),
    });
}

/// `RegisterSubXactCallback`.
pub(crate) fn register_sub(function: SubXactCallback, arg: *mut c_void) {
    open(&SUB).push(Callback { function, arg });
}

/// `UnregisterSubXactCallback`: the newest of its like.
pub(crate) fn unregister_sub(function: SubXactCallback, arg: *mut c_void) {
    remove(&SUB, arg, |other| match (other, function) {
        (Some(f), Some(g)) => ptr::fn_addr_eq(f, g),
        (f, g) => f.is_none() && g.is_none(),
    });
}

/// Tells all of an event.
///
/// # Errors
/// What one of them raised; those after it are not told.
pub(in crate::database) fn tell(event: XactEvent) -> Result<()> {
    for Callback { function, arg } in all(&TOP) {
        let Some(function) = function else { continue };
        // SAFETY: whoever registered it promised that it takes this argument.
        error::guarded(|| unsafe { function(event, arg) })?;
    }
    Ok(())
}

/// Tells all of an event of a subtransaction.
///
/// # Errors
/// As [`tell`].
pub(in crate::database) fn tell_sub(
    event: SubXactEvent,
    own: SubTransactionId,
    parent: SubTransactionId,
) -> Result<()> {
    for Callback { function, arg } in all(&SUB) {
        let Some(function) = function else { continue };
        // SAFETY: as in `tell`.
        error::guarded(|| unsafe { function(event, own, parent, arg) })?;
    }
    Ok(())
}
