//! Finding, judging and opening extension libraries.
//! Runs in: any process.
//!
//! `path` says which file a name means; `inspect` reads it (`elf`, `dependencies`, `imports`,
//! `magic`) and says what is wrong with it; `library` opens it and runs its `_PG_init`; `functions` finds what
//! it defines.

mod dependencies;
mod elf;
mod functions;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod imports;
mod inspect;
mod library;
mod magic;
mod magic_code;
mod names;
mod path;
mod program;
mod rendezvous;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use functions::{Foreseen, lookup_function};
pub(crate) use inspect::Inspection;
pub(crate) use library::{
    Library, inspect_file, load, load_external_function, lookup_handle, name_of, rehearse,
};
pub(crate) use magic::version_text;
pub(crate) use path::check_restricted;
pub(crate) use program::{PROGRAM, PROGRAM_ID, clashes, offer_program};
pub(crate) use rendezvous::rendezvous;
