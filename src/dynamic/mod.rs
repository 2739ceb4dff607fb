//! Shared memory that comes and goes (storage/dsm.h), and what is built of it.
//! Runs in: any process.
//!
//! `run` says what the files of segments are called and removes them by their names, which needs no
//! trust in shared memory; `files` makes and maps them; `table` is what all processes know of the
//! segments, `segments` what this one has of them. `area` gives memory of segments out in pieces,
//! `hash` makes tables of these,
//! `registry` gives segments names; `under_lock` is how numbers are changed whose lock one has.

pub(crate) mod area;
pub(crate) mod files;
mod guard;
pub(crate) mod hash;
pub(crate) mod registry;
mod run;
pub(crate) mod segments;
mod table;
mod under_lock;

pub(crate) use run::{begin, end, remove_all, set_aside, tell};
pub(crate) use segments::leave;
