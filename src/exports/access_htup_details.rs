//! `access/htup_details.h`: values of rows.
//! Runs in: worker.

use core::ffi::c_int;

use crate::abi::c::Datum;
use crate::abi::htup::HeapTuple;
use crate::abi::tupdesc::TupleDesc;
use crate::database::tuples::Row;

throwing! {
    /// The value of a column that is not NULL; for the header's inline functions.
    fn nocachegetattr(tup: HeapTuple, attnum: c_int, tupleDesc: TupleDesc) -> Datum {
        let index = usize::try_from(attnum).ok().and_then(|number| number.checked_sub(1));
        // SAFETY: the header's prototype.
        let row = unsafe { Row::new(tup, tupleDesc) };
        Ok(index.map_or(Ok(None), |index| row.value(index))?.unwrap_or(0))
    }
}
