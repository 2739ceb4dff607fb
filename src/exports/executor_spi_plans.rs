//! `executor/spi.h`: plans.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_long};
use core::ptr;

use crate::abi::c::{Datum, Oid};
use crate::abi::params::{ParamListInfo, ParserSetupHook};
use crate::abi::snapshot::Snapshot;
use crate::abi::spi::{
    SPI_ERROR_ARGUMENT, SPI_ERROR_PARAM, SPIExecuteOptions, SPIPlanPtr, SPIPrepareOptions,
};
use crate::abi::variables::SPI_result;
use crate::database::parameters;
use crate::database::plans::{self, Plan, PlanId};
use crate::error::{Report, Result, SqlState};

use super::executor_spi::{as_options_say, request, types};

/// As extensions know it: NULL for none.
fn pointer(id: Option<PlanId>) -> SPIPlanPtr {
    id.map_or(ptr::null_mut(), ptr::with_exposed_provenance_mut)
}

/// The plan behind a pointer, if it is one.
fn plan(pointer: SPIPlanPtr) -> Option<std::sync::Arc<Plan>> {
    plans::get(pointer.addr())
}

/// No plan, and SPI_result says that an argument is wrong.
fn none() -> SPIPlanPtr {
    SPI_result.set(SPI_ERROR_ARGUMENT);
    ptr::null_mut()
}

/// # Safety
/// `src` is NULL or a string, and there are so many types.
unsafe fn prepare(
    src: *const c_char,
    nargs: c_int,
    argtypes: *const Oid,
    options: c_int,
) -> Result<SPIPlanPtr> {
    let Ok(count) = usize::try_from(nargs) else { return Ok(none()) };
    if src.is_null() || (count > 0 && argtypes.is_null()) {
        return Ok(none());
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(src) };
    // SAFETY: the same.
    let types = unsafe { types(count, argtypes) };
    plans::prepare(text.to_bytes(), types, options).map(pointer)
}

/// # Safety
/// `src` is NULL or a string.
unsafe fn prepare_hooked(
    src: *const c_char,
    hook: ParserSetupHook,
    options: c_int,
) -> Result<SPIPlanPtr> {
    parameters::check_no_hook(hook)?;
    // SAFETY: the caller's promise.
    unsafe { prepare(src, 0, ptr::null(), options) }
}

/// Runs a plan with values; SPI_execute_plan and its kin.
///
/// # Safety
/// As many values and letters as the plan has types.
unsafe fn execute(
    pointer: SPIPlanPtr,
    values: *const Datum,
    nulls: *const c_char,
    read_only: bool,
    count: c_long,
) -> Result<c_int> {
    let (Some(plan), Ok(limit)) = (plan(pointer), u64::try_from(count)) else {
        return Ok(SPI_ERROR_ARGUMENT);
    };
    if !plan.types.is_empty() && values.is_null() {
        return Ok(SPI_ERROR_PARAM);
    }
    // SAFETY: the caller's promise.
    let parameters = unsafe { parameters::of_arrays(&plan.types, values, nulls)? };
    let mut request = request(c"", read_only, limit);
    request.parameters = parameters;
    plans::execute(&plan, request)
}

throwing! {
    /// Has the server look at statements that are to be run later; the types of `$1` and so on.
    fn SPI_prepare(src: *const c_char, nargs: c_int, argtypes: *mut Oid) -> SPIPlanPtr {
        // SAFETY: the header's prototype.
        unsafe { prepare(src, nargs, argtypes, 0) }
    }

    /// The same with `CURSOR_OPT_*`.
    fn SPI_prepare_cursor(
        src: *const c_char,
        nargs: c_int,
        argtypes: *mut Oid,
        cursorOptions: c_int,
    ) -> SPIPlanPtr {
        // SAFETY: the header's prototype.
        unsafe { prepare(src, nargs, argtypes, cursorOptions) }
    }

    /// The same for a parser with a hook, which is refused.
    fn SPI_prepare_params(
        src: *const c_char,
        parserSetup: ParserSetupHook,
        _parserSetupArg: *mut core::ffi::c_void,
        cursorOptions: c_int,
    ) -> SPIPlanPtr {
        // SAFETY: the header's prototype.
        unsafe { prepare_hooked(src, parserSetup, cursorOptions) }
    }

    /// The same as options say: statements only, and no hook.
    fn SPI_prepare_extended(src: *const c_char, options: *const SPIPrepareOptions) -> SPIPlanPtr {
        if src.is_null() || options.is_null() {
            return Ok(none());
        }
        // SAFETY: not NULL, so it is live.
        let options = unsafe { options.read() };
        if options.parseMode != 0 {
            let message = "texts other than statements (parseMode) are not available outside PostgreSQL";
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
        // SAFETY: not NULL, so it is a string.
        unsafe { prepare_hooked(src, options.parserSetup, options.cursorOptions) }
    }

    /// A copy of a plan that outlives SPI_finish.
    fn SPI_saveplan(plan: SPIPlanPtr) -> SPIPlanPtr {
        plans::save(plan.addr()).map(pointer)
    }

    /// Runs a plan with values.
    fn SPI_execute_plan(
        plan: SPIPlanPtr,
        values: *mut Datum,
        nulls: *const c_char,
        read_only: bool,
        tcount: c_long,
    ) -> c_int {
        // SAFETY: the header's prototype.
        unsafe { execute(plan, values, nulls, read_only, tcount) }
    }

    /// The same for what may write.
    fn SPI_execp(
        plan: SPIPlanPtr,
        values: *mut Datum,
        nulls: *const c_char,
        tcount: c_long,
    ) -> c_int {
        // SAFETY: the header's prototype.
        unsafe { execute(plan, values, nulls, false, tcount) }
    }

    /// The same with a snapshot, which only says that there is one.
    fn SPI_execute_snapshot(
        plan: SPIPlanPtr,
        values: *mut Datum,
        nulls: *const c_char,
        _snapshot: Snapshot,
        crosscheck_snapshot: Snapshot,
        read_only: bool,
        _fire_triggers: bool,
        tcount: c_long,
    ) -> c_int {
        if !crosscheck_snapshot.is_null() {
            let message = "a crosscheck snapshot is not available outside PostgreSQL";
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
        // SAFETY: the header's prototype.
        unsafe { execute(plan, values, nulls, read_only, tcount) }
    }

    /// Runs a plan as options say.
    fn SPI_execute_plan_extended(plan: SPIPlanPtr, options: *const SPIExecuteOptions) -> c_int {
        let Some(plan) = self::plan(plan).filter(|_| !options.is_null()) else {
            return Ok(SPI_ERROR_ARGUMENT);
        };
        // SAFETY: not NULL, so it is live.
        let options = unsafe { options.read() };
        // SAFETY: NULL or live.
        let parameters = unsafe { parameters::of_list_for(options.params, &plan.types) };
        let parameters = parameters.map_err(|raised| plan.in_statement(raised))?;
        plans::execute(&plan, as_options_say(&options, b"", parameters))
    }

    /// Runs a plan with a list of parameters.
    fn SPI_execute_plan_with_paramlist(
        plan: SPIPlanPtr,
        params: ParamListInfo,
        read_only: bool,
        tcount: c_long,
    ) -> c_int {
        let (Some(plan), Ok(limit)) = (self::plan(plan), u64::try_from(tcount)) else {
            return Ok(SPI_ERROR_ARGUMENT);
        };
        let mut request = request(c"", read_only, limit);
        // SAFETY: NULL or live.
        let parameters = unsafe { parameters::of_list_for(params, &plan.types) };
        request.parameters = parameters.map_err(|raised| plan.in_statement(raised))?;
        plans::execute(&plan, request)
    }
}

plain! {
    /// A plan outlives SPI_finish; 0, or an `SPI_ERROR_*`.
    fn SPI_keepplan(plan: SPIPlanPtr) -> c_int {
        plans::keep(plan.addr())
    }

    /// Frees a plan; 0, or an `SPI_ERROR_*`.
    fn SPI_freeplan(plan: SPIPlanPtr) -> c_int {
        plans::free(plan.addr())
    }

    /// How many parameters a plan has, -1 for none.
    fn SPI_getargcount(plan: SPIPlanPtr) -> c_int {
        match self::plan(plan) {
            Some(plan) => c_int::try_from(plan.types.len()).unwrap_or(c_int::MAX),
            None => {
                SPI_result.set(SPI_ERROR_ARGUMENT);
                -1
            }
        }
    }

    /// The type of a plan's parameter, counted from 0; 0 if there is none.
    fn SPI_getargtypeid(plan: SPIPlanPtr, argIndex: c_int) -> Oid {
        let index = usize::try_from(argIndex).ok();
        let found = self::plan(plan).and_then(|plan| plan.types.get(index?).copied());
        found.unwrap_or_else(|| {
            SPI_result.set(SPI_ERROR_ARGUMENT);
            0
        })
    }

    /// Whether SPI_cursor_open can open it.
    fn SPI_is_cursor_plan(plan: SPIPlanPtr) -> bool {
        let found = self::plan(plan);
        SPI_result.set(if found.is_some() { 0 } else { SPI_ERROR_ARGUMENT });
        found.is_some_and(|plan| plan.has_one_result())
    }

    /// Whether the server does not have to look at it again.
    fn SPI_plan_is_valid(plan: SPIPlanPtr) -> bool {
        self::plan(plan).is_some_and(|plan| plan.is_valid())
    }
}
