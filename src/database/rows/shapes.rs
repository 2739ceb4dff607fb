#![forbid(unsafe_code)]
//! What the function that is called for somebody outside is said to return: it may ask.
//! Runs in: worker, backend.

use core::cell::Cell;

use crate::abi::c::Oid;
use crate::abi::tupdesc::TupleDesc;
use crate::database::tuples::{self, description};
use crate::database::{records, types};
use crate::error::Result;

/// What a function returns, or each member of the set that it returns.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A value of a type.
    Value(Oid),
    /// A row, with its description, which has a number.
    Row(TupleDesc),
}

thread_local! {
    /// The function's record, by address, and what it returns.
    static CALLED: Cell<Option<(usize, Shape)>> = const { Cell::new(None) };
}

/// From now on the function with this record is known to return that.
pub(crate) fn set(function: usize, shape: Shape) {
    CALLED.set(Some((function, shape)));
}

/// What the function with this record returns.
pub(crate) fn of(function: usize) -> Option<Shape> {
    CALLED.get().filter(|(known, _)| *known == function).map(|(_, shape)| shape)
}

/// The description of rows with these columns, names and types, in the current context.
///
/// # Errors
/// Out of memory.
pub(crate) fn described<'a>(columns: impl Iterator<Item = (&'a [u8], Oid)>) -> Result<TupleDesc> {
    let columns = columns.enumerate().map(|(i, (name, of))| {
        let known = types::known(of)?;
        Ok(tuples::attribute(name, &known, -1, i))
    });
    records::bless(description(&columns.collect::<Result<Vec<_>>>()?)?)
}
