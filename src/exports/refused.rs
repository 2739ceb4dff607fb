//! The server names that nothing here implements: functions that refuse, data that stand still.
//! Runs in: any process.
//!
//! Extensions are linked `BIND_NOW`: one missing name keeps a whole module from loading. So every
//! name of `symbols.tsv` is exported, and `build/symbols.rs` makes from it what has no definition
//! elsewhere. Tab-separated columns, lines sorted by name:
//!
//! - name, kind (`func` or `data`), size of a datum in bytes, header that declares it;
//! - state: `implemented` (a definition of that name exists), `refused` (generated here: raises
//!   an ERROR that names it), `variable` (defined in `src/abi/variables.rs`, the server stands
//!   behind it), `inert` (generated here: right size and genuine initial value, never read);
//! - value: the datum's initial value if it is not zero. A number; for what is longer than eight
//!   bytes a list of words, each a number, `fn:NAME` (a function that refuses by that name) or
//!   `text:CHARS` (the address of a string); `-> WORDS` is the address of a table of such words.
//!
//! The initial values are those of the `postgres` program of 17.10: each symbol of its `.symtab`,
//! looked up by address in `.data`, `.data.rel.ro` or `.rodata` (zero if in `.bss`), with the
//! `R_X86_64_RELATIVE` relocations that fall inside it telling which functions, texts and tables
//! its pointers mean.

use core::ffi::c_char;

use crate::error::{Report, SqlState, throw};

/// Eight bytes of an inert datum.
#[repr(C)]
union Word {
    number: i64,
    text: *const c_char,
    function: extern "C" fn() -> !,
    table: *const Self,
}

/// What a server function that cannot work outside the server does.
fn refuse(name: &str) -> ! {
    throw(Report::error(
        SqlState::FEATURE_NOT_SUPPORTED,
        format!("server function \"{name}\" is not available outside PostgreSQL"),
    ))
}

/// Functions that refuse, exported by name.
macro_rules! refused {
    ($($name:literal)*) => {
        $(const _: () = {
            #[unsafe(export_name = $name)]
            extern "C" fn refused() -> ! {
                refuse($name)
            }
        };)*
    };
}

/// A word that points to a function which refuses and is not exported.
macro_rules! refusing {
    ($name:literal) => {{
        extern "C" fn refused() -> ! {
            refuse($name)
        }
        Word { function: refused }
    }};
}

/// A word that points to words.
macro_rules! table {
    ($($word:expr),*) => {
        Word { table: const { (&raw const *&[$($word),*]).cast() } }
    };
}

/// Data exported by name with nothing behind them.
macro_rules! inert {
    ($($name:literal: $kind:ty = $value:expr;)*) => {
        $(const _: () = {
            #[unsafe(export_name = $name)]
            static mut INERT: $kind = $value;
        };)*
    };
}

include!(concat!(env!("OUT_DIR"), "/refused.rs"));
include!(concat!(env!("OUT_DIR"), "/inert.rs"));
