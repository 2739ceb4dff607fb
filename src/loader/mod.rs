//! Finding, judging and opening extension libraries.
//! Runs in: any process.

mod dependencies;
pub(crate) mod elf;
mod imports;
pub(crate) mod magic;
mod magic_code;
pub(crate) mod names;
pub(crate) mod path;
#[cfg(test)]
pub(crate) mod testing;
