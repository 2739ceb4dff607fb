//! Values of SQL types: as Datums, as texts, and in arrays.
//! Runs in: any process.
//!
//! `types` lists the types, `input` and `output` read and write their texts as PostgreSQL's in- and
//! output functions do, `array` has the form of arrays in memory.

pub(crate) mod array;
mod array_text;
mod float;
mod input;
mod moment;
mod output;
pub(crate) mod types;

pub(crate) use input::read;
pub(crate) use output::write;
