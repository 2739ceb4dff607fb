//! `executor/spi.h`: cursors.
//! Runs in: worker.

use core::ffi::{CStr, c_char, c_int, c_long};

use crate::abi::c::{Datum, Oid};
use crate::abi::params::ParamListInfo;
use crate::abi::portal::{FETCH_BACKWARD, FETCH_FORWARD, FetchDirection, Portal};
use crate::abi::spi::{SPIParseOpenOptions, SPIPlanPtr};
use crate::database::cursors::{self, Opening};
use crate::database::{Parameter, fetching, parameters, plans, portals};
use crate::error::{Report, Result, SqlState};

use super::executor_spi::types;

/// A cursor's name, empty for NULL.
///
/// # Safety
/// It is NULL or a string.
unsafe fn name<'a>(name: *const c_char) -> &'a CStr {
    if name.is_null() {
        return c"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }
}

fn internal(message: &str) -> Report {
    Report::error(SqlState::INTERNAL_ERROR, message)
}

/// Opens a plan.
fn open_plan(
    name: &CStr,
    plan: SPIPlanPtr,
    read_only: bool,
    parameters: impl FnOnce(&plans::Plan) -> Result<Vec<Parameter>>,
) -> Result<Portal> {
    let Some(plan) = plans::get(plan.addr()) else {
        return Err(internal("SPI_cursor_open called with an invalid plan").into());
    };
    let opening = Opening {
        name,
        text: plan.text(),
        parameters: parameters(&plan)?,
        read_only,
        options: plan.options(),
    };
    cursors::open(&opening, "SPI_cursor_open", plan.has_one_result())
}

throwing! {
    /// Opens a cursor for a plan with values.
    fn SPI_cursor_open(
        name: *const c_char,
        plan: SPIPlanPtr,
        values: *mut Datum,
        nulls: *const c_char,
        read_only: bool,
    ) -> Portal {
        // SAFETY: the header's prototype.
        let name = unsafe { self::name(name) };
        open_plan(name, plan, read_only, |plan| {
            // SAFETY: as many values and letters as the plan has types.
            unsafe { parameters::of_arrays(&plan.types, values, nulls) }
        })
    }

    /// Opens a cursor for a plan with a list of parameters.
    fn SPI_cursor_open_with_paramlist(
        name: *const c_char,
        plan: SPIPlanPtr,
        params: ParamListInfo,
        read_only: bool,
    ) -> Portal {
        // SAFETY: the header's prototype.
        let name = unsafe { self::name(name) };
        open_plan(name, plan, read_only, |plan| {
            // SAFETY: NULL or live.
            unsafe { parameters::of_list_for(params, &plan.types) }
        })
    }

    /// Opens a cursor for a text with values.
    fn SPI_cursor_open_with_args(
        name: *const c_char,
        src: *const c_char,
        nargs: c_int,
        argtypes: *mut Oid,
        values: *mut Datum,
        nulls: *const c_char,
        read_only: bool,
        cursorOptions: c_int,
    ) -> Portal {
        let (Ok(count), false) = (usize::try_from(nargs), src.is_null()) else {
            let message = "SPI_cursor_open_with_args called with invalid arguments";
            return Err(internal(message).into());
        };
        if count > 0 && (argtypes.is_null() || values.is_null()) {
            let message = "SPI_cursor_open_with_args called with missing parameters";
            return Err(internal(message).into());
        }
        // SAFETY: the header's prototype.
        let types = unsafe { types(count, argtypes) };
        let opening = Opening {
            // SAFETY: the same.
            name: unsafe { self::name(name) },
            // SAFETY: not NULL, so it is a string.
            text: unsafe { CStr::from_ptr(src) }.to_bytes(),
            // SAFETY: as many values and letters as types.
            parameters: unsafe { parameters::of_arrays(types, values, nulls)? },
            read_only,
            options: cursorOptions,
        };
        cursors::open(&opening, "SPI_cursor_open_with_args", false)
    }

    /// Opens a cursor for a text as options say.
    fn SPI_cursor_parse_open(
        name: *const c_char,
        src: *const c_char,
        options: *const SPIParseOpenOptions,
    ) -> Portal {
        if src.is_null() || options.is_null() {
            let message = "SPI_cursor_parse_open called with invalid arguments";
            return Err(internal(message).into());
        }
        // SAFETY: not NULL, so it is live.
        let options = unsafe { options.read() };
        let opening = Opening {
            // SAFETY: the header's prototype.
            name: unsafe { self::name(name) },
            // SAFETY: not NULL, so it is a string.
            text: unsafe { CStr::from_ptr(src) }.to_bytes(),
            // SAFETY: NULL or live.
            parameters: unsafe { parameters::of_list(options.params)? },
            read_only: options.read_only,
            options: options.cursorOptions,
        };
        cursors::open(&opening, "SPI_cursor_parse_open", false)
    }

    /// The cursor of that name, NULL if there is none.
    fn SPI_cursor_find(name: *const c_char) -> Portal {
        // SAFETY: the header's prototype.
        Ok(cursors::find(unsafe { self::name(name) })?.unwrap_or(cursors::NONE))
    }

    /// Fetches so many rows, on or back.
    fn SPI_cursor_fetch(portal: Portal, forward: bool, count: c_long) {
        let direction = if forward { FETCH_FORWARD } else { FETCH_BACKWARD };
        // SAFETY: NULL or live.
        unsafe { fetching::operate(portal, direction, count, true) }
    }

    /// Moves so many rows, on or back.
    fn SPI_cursor_move(portal: Portal, forward: bool, count: c_long) {
        let direction = if forward { FETCH_FORWARD } else { FETCH_BACKWARD };
        // SAFETY: NULL or live.
        unsafe { fetching::operate(portal, direction, count, false) }
    }

    /// Fetches rows in a direction, or one from somewhere.
    fn SPI_scroll_cursor_fetch(portal: Portal, direction: FetchDirection, count: c_long) {
        // SAFETY: NULL or live.
        unsafe { fetching::operate(portal, direction, count, true) }
    }

    /// Moves in a direction, or to somewhere.
    fn SPI_scroll_cursor_move(portal: Portal, direction: FetchDirection, count: c_long) {
        // SAFETY: NULL or live.
        unsafe { fetching::operate(portal, direction, count, false) }
    }

    /// Closes a cursor.
    fn SPI_cursor_close(portal: Portal) {
        if portal.is_null() {
            return Err(internal("invalid portal in SPI cursor operation").into());
        }
        // SAFETY: live, and not used any more.
        unsafe { portals::drop_one(portal, false) }
    }
}
