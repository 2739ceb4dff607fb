//! Calling a function that returns rows, or a set, as a query's FROM does.
//! Runs in: backend.

use core::ptr;

use crate::abi::c::{Datum, Oid};
use crate::abi::execnodes::{
    ExprContext, ExprContext_CB, ExprEndResult, ExprMultipleResult, ExprSingleResult,
    ReturnSetInfo, SFRM_Materialize, SFRM_Materialize_Preferred, SFRM_ValuePerCall,
};
use crate::abi::fmgr::{FunctionCallInfo, NullableDatum};
use crate::abi::memnodes::MemoryContext;
use crate::abi::nodes::{T_ExprContext, T_ReturnSetInfo};
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc};
use crate::abi::variables::CurrentMemoryContext;
use crate::database::shapes::{self, Shape};
use crate::database::{records, stores, tuples, type_name};
use crate::datum;
use crate::datum::builtin;
use crate::datum::types::Type;
use crate::error::{self, Report, Result, SqlState};
use crate::memory;
use crate::worker::interrupts;

use super::Row;
use super::call::{self, Function};
use super::request::{Call, Returns};

const PROTOCOL_VIOLATED: SqlState = SqlState::new(*b"39P01");
const DATATYPE_MISMATCH: SqlState = SqlState::new(*b"42804");

/// A call of a function that may give rows.
struct Caller {
    function: Function,
    frame: FunctionCallInfo,
    set: *mut ReturnSetInfo,
    context: *mut ExprContext,
    /// The type of the values, if they are no rows.
    value: Option<Type>,
    returns_set: bool,
    /// The type of the rows that have come, and its modifier.
    of: Option<(Oid, i32)>,
    /// The columns that they have.
    given: TupleDesc,
}

/// Calls the function; the rows that it gives.
///
/// # Errors
/// What the function raised; it does not keep to the rules for sets; its rows are others than said.
pub(super) fn call(
    call: &Call,
    function: Function,
    arguments: &[NullableDatum],
) -> Result<Vec<Row>> {
    let (value, expected, width) = match &call.returns {
        Returns::Row(columns) => {
            let named = columns.iter().map(|(name, of)| (&**name, of.oid()));
            (None, shapes::described(named)?, columns.len())
        }
        Returns::Value(of) => {
            let column = core::iter::once((b"".as_slice(), of.oid()));
            (Some(*of), shapes::described(column)?, 1)
        }
        Returns::Void => return Ok(Vec::new()),
    };
    let mut rows = Vec::new();
    if call::is_left_out(call, arguments) {
        if !call.set {
            rows.push(vec![None; width]);
        }
        return Ok(rows);
    }
    let mut caller = Caller::new(call, function, arguments, expected)?;
    caller.value = value;
    let per_tuple = CurrentMemoryContext.get();
    let found = caller.collect(&mut rows, width);
    CurrentMemoryContext.set(per_tuple);
    found?;
    caller.shut_down()?;
    if !caller.given.is_null() {
        // SAFETY: live as long as the call.
        let wanted = unsafe { tuples::attributes(expected) };
        // SAFETY: the function says so.
        check(wanted, unsafe { tuples::attributes(caller.given) })?;
    }
    Ok(rows)
}

/// A zeroed node in the current context.
fn node<T>() -> Result<*mut T> {
    Ok(memory::alloc_zeroed(CurrentMemoryContext.get(), size_of::<T>())?.as_ptr().cast())
}

fn violated(message: impl Into<Vec<u8>>) -> Report {
    Report::error(PROTOCOL_VIOLATED, message)
}

impl Caller {
    fn new(
        call: &Call,
        function: Function,
        arguments: &[NullableDatum],
        expected: TupleDesc,
    ) -> Result<Self> {
        let query = CurrentMemoryContext.get();
        let context = node::<ExprContext>()?;
        // SAFETY: zeroed and of this size: null pointers, integers and `false`.
        let fresh = unsafe { &mut *context };
        fresh.r#type = T_ExprContext;
        fresh.ecxt_per_query_memory = query;
        fresh.ecxt_per_tuple_memory = memory::create(query, c"ExprContext".as_ptr())?;
        let set = node::<ReturnSetInfo>()?;
        // SAFETY: the same.
        let fresh = unsafe { &mut *set };
        fresh.r#type = T_ReturnSetInfo;
        fresh.econtext = context;
        fresh.expectedDesc = expected;
        let modes = SFRM_ValuePerCall | SFRM_Materialize | SFRM_Materialize_Preferred;
        fresh.allowedModes = modes.cast_signed();
        fresh.returnMode = SFRM_ValuePerCall;
        let info = call::information(function, call, arguments.len())?;
        shapes::set(
            info.addr(),
            match call.returns {
                Returns::Value(of) => Shape::Value(of.oid()),
                Returns::Void | Returns::Row(_) => Shape::Row(expected),
            },
        );
        let frame = call::frame(info, arguments)?;
        // SAFETY: fresh.
        unsafe { (*frame).resultinfo = set.cast() };
        Ok(Self {
            function,
            frame,
            set,
            context,
            value: None,
            returns_set: call.set,
            of: None,
            given: ptr::null_mut(),
        })
    }

    /// Memory until the next row.
    fn row_memory(&self) -> MemoryContext {
        // SAFETY: live as long as the call.
        unsafe { (*self.context).ecxt_per_tuple_memory }
    }

    /// Calls until there is nothing more.
    fn collect(&mut self, rows: &mut Vec<Row>, width: usize) -> Result<()> {
        let mut is_first = true;
        loop {
            interrupts::check()?;
            // SAFETY: the texts of the row before are copies.
            unsafe { memory::reset(self.row_memory()) }?;
            CurrentMemoryContext.set(self.row_memory());
            let (function, frame) = (self.function, self.frame);
            // SAFETY: live as long as the call.
            unsafe { (*self.set).isDone = ExprSingleResult };
            // SAFETY: the same.
            unsafe { (*frame).isnull = false };
            // SAFETY: version 1 functions have this type; the frame is one for it.
            let value = error::guarded(|| unsafe { function(frame) })?;
            // SAFETY: as above.
            let ReturnSetInfo { isDone: done, returnMode: mode, .. } = unsafe { self.set.read() };
            if mode == SFRM_Materialize {
                if !is_first || done != ExprSingleResult || !self.returns_set {
                    return Err(not_followed("materialize").into());
                }
                return self.take_all(rows);
            }
            if mode != SFRM_ValuePerCall {
                let message = format!("unrecognized table-function returnMode: {mode}");
                return Err(violated(message).into());
            }
            if done == ExprEndResult {
                return Ok(());
            }
            // SAFETY: as above.
            let value = (!unsafe { (*frame).isnull }).then_some(value);
            rows.push(self.row(value, width)?);
            if done != ExprMultipleResult {
                return Ok(());
            }
            if !self.returns_set {
                return Err(not_followed("value-per-call").into());
            }
            is_first = false;
        }
    }

    /// The texts of what one call gave.
    fn row(&mut self, value: Option<Datum>, width: usize) -> Result<Row> {
        if let Some(of) = self.value {
            // SAFETY: the caller says that the function returns this type.
            let text = value.map(|value| unsafe { datum::write(of, value) }).transpose()?;
            return Ok(vec![text]);
        }
        let Some(value) = value else { return Ok(vec![None; width]) };
        // SAFETY: the caller says that the function returns a row.
        let header = unsafe { records::header_of(value) }?;
        // SAFETY: the same.
        let of = unsafe { records::type_of(header) };
        if *self.of.get_or_insert(of) != of {
            let message = "rows returned by function are not all of the same row type";
            return Err(Report::error(DATATYPE_MISMATCH, message).into());
        }
        self.given = records::describe(of.0, of.1)?;
        // SAFETY: the same.
        let row = unsafe { records::of_header(header) }?;
        (0..row.attributes().len()).map(|column| row.text(column)).collect()
    }

    /// The rows that a function gave all at once.
    fn take_all(&mut self, rows: &mut Vec<Row>) -> Result<()> {
        // SAFETY: live as long as the call.
        let ReturnSetInfo { setResult, setDesc, expectedDesc, .. } = unsafe { self.set.read() };
        self.given = setDesc;
        let tupdesc = if setDesc.is_null() { expectedDesc } else { setDesc };
        // SAFETY: NULL, or a store of the function's.
        let Some(store) = (unsafe { stores::given(setResult) }) else { return Ok(()) };
        for row in 0..store.count() {
            // SAFETY: the function says that its rows are such.
            rows.push(unsafe { store.texts(row, tupdesc) }?);
        }
        Ok(())
    }

    /// What was to be called at the end, the newest first.
    fn shut_down(&self) -> Result<()> {
        loop {
            // SAFETY: live as long as the call.
            let place = unsafe { &raw mut (*self.context).ecxt_callbacks };
            // SAFETY: the same.
            let call = unsafe { place.read() };
            if call.is_null() {
                return Ok(());
            }
            // SAFETY: calls lie in the query's memory.
            let ExprContext_CB { next, function, arg } = unsafe { call.read() };
            // SAFETY: as above.
            unsafe { place.write(next) };
            if let Some(function) = function {
                // SAFETY: whoever registered it promised that it takes this argument.
                error::guarded(|| unsafe { function(arg) })?;
            }
        }
    }
}

fn not_followed(mode: &str) -> Report {
    violated(format!("table-function protocol for {mode} mode was not followed"))
}

/// Whether values of a type are ones of another as they are.
fn is_as_good(given: Oid, wanted: Oid) -> bool {
    const ALIKE: [[Oid; 2]; 2] = [[25, 1043], [23, 26]];
    given == wanted || ALIKE.iter().any(|pair| pair.contains(&given) && pair.contains(&wanted))
}

/// The rows that came must be those that were said to come.
fn check(wanted: &[FormData_pg_attribute], given: &[FormData_pg_attribute]) -> Result<()> {
    let differ = |detail: Vec<u8>| {
        let message = "function return row and query-specified return row do not match";
        Report::error(DATATYPE_MISMATCH, message).with_detail(detail)
    };
    let (has, expects) = (given.len(), wanted.len());
    if has != expects {
        let attributes = if has == 1 { "attribute" } else { "attributes" };
        let detail =
            format!("Returned row contains {has} {attributes}, but query expects {expects}.");
        return Err(differ(detail.into_bytes()).into());
    }
    for (i, (wanted, given)) in (1..).zip(wanted.iter().zip(given)) {
        if !is_as_good(given.atttypid, wanted.atttypid) {
            let (has, expects) = (title(given.atttypid)?, title(wanted.atttypid)?);
            let between = format!(" at ordinal position {i}, but query expects ");
            let parts = [b"Returned type ", &*has, between.as_bytes(), &*expects, b"."];
            return Err(differ(parts.concat()).into());
        }
    }
    Ok(())
}

/// A type's name for a message.
fn title(of: Oid) -> Result<Vec<u8>> {
    match builtin::facts(of) {
        Some(facts) => Ok(facts.title.as_bytes().to_vec()),
        None => type_name(of),
    }
}
