//! How deep the stack is (miscadmin.h): functions that call themselves ask before it is too deep.
//! Runs in: worker.

use core::hint::black_box;

use nix::sys::resource::{Resource, getrlimit};

use crate::abi::variable::Variable;
use crate::abi::variables::max_stack_depth;
use crate::error::{Report, Result, SqlState};

/// Bytes that are left for what does not ask.
const SLOP: u64 = 512 * 1024;
/// `max_stack_depth` where the system allows it, kB: PostgreSQL's.
const USUAL: u64 = 2048;
/// The least that it can be, kB.
const LEAST: i32 = 100;

/// An address of where the stack begins; 0: nobody knows.
static BASE: Variable<usize> = Variable::new(0);

/// Remembers where the stack begins, and how deep it may become.
pub(super) fn begin() {
    set_base();
    let allowed = getrlimit(Resource::RLIMIT_STACK).map_or(0, |(now, _)| now.saturating_sub(SLOP));
    let depth = i32::try_from((allowed / 1024).min(USUAL)).unwrap_or(LEAST);
    max_stack_depth.set(depth.max(LEAST));
}

/// `set_stack_base`: the stack begins here. Returns where it began before.
pub(crate) fn set_base() -> usize {
    BASE.replace(here())
}

/// `restore_stack_base`.
pub(crate) fn restore_base(base: usize) {
    BASE.set(base);
}

/// `stack_is_too_deep`.
pub(crate) fn is_too_deep() -> bool {
    let base = BASE.get();
    let most = usize::try_from(max_stack_depth.get()).unwrap_or(0).saturating_mul(1024);
    base != 0 && base.abs_diff(here()) > most
}

/// `check_stack_depth`.
///
/// # Errors
/// It is too deep.
pub(crate) fn check() -> Result<()> {
    if !is_too_deep() {
        return Ok(());
    }
    let report = Report::error(SqlState::STATEMENT_TOO_COMPLEX, "stack depth limit exceeded");
    let hint = format!(
        "Increase the configuration parameter \"max_stack_depth\" (currently {}kB), after ensuring \
         the platform's stack depth limit is adequate.",
        max_stack_depth.get()
    );
    Err(report.with_hint(hint).into())
}

/// An address of the frame that calls.
#[inline(never)]
fn here() -> usize {
    let mark = 0u8;
    (&raw const *black_box(&mark)).addr()
}
