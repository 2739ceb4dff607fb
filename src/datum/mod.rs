//! Values of SQL types: as Datums, as texts, and in arrays.
//! Runs in: any process.
//!
//! `types` lists the types whose values can be read and written here, `builtin` what pg_type says
//! of those that are built in. A value's `content` is its bytes in memory without a length;
//! `input` and `output` read and write texts as PostgreSQL's in- and output functions do, with a
//! file for each family of types. `array` has the form of arrays in memory.

pub(crate) mod arithmetic;
pub(crate) mod array;
pub(crate) mod array_form;
mod array_text;
pub(crate) mod builtin;
pub(crate) mod calendar;
pub(crate) mod content;
mod decode;
mod float;
pub(crate) mod heap;
mod input;
pub(crate) mod interval;
mod interval_in;
mod json;
mod jsonb;
pub(crate) mod modifier;
pub(crate) mod moment;
mod network;
pub(crate) mod numeric;
pub(crate) mod numeric_math;
mod output;
pub(crate) mod row;
pub(crate) mod types;

use crate::abi::c::Datum;
use crate::abi::variables::{DateOrder, DateStyle, IntervalStyle};
use crate::error::Result;
use crate::time;

pub(crate) use input::{read as content_of_text, read_array};
pub(crate) use output::{write as text_of_content, write_array};
use types::Type;

/// The value that a text stands for, in the current memory context if it is not passed by value.
///
/// # Errors
/// The input function's: not such a value (22P02), or out of range (22003).
pub(crate) fn read(of: Type, text: &[u8]) -> Result<Datum> {
    content::place(&content_of_text(of, text)?, of.form())
}

/// The text of a value.
///
/// # Safety
/// `value` is of this type and, where it is a pointer, live.
///
/// # Errors
/// The value is stored in a form that cannot be read here.
pub(crate) unsafe fn write(of: Type, value: Datum) -> Result<Vec<u8>> {
    // SAFETY: the caller's promise.
    text_of_content(of, &unsafe { content::of(value, of.form()) }?)
}

/// Notes how a session writes dates, spans and times of a zone, in the server's words.
pub(crate) fn set_styles(date: &[u8], interval: &[u8], zone: &[u8]) {
    let has = |word: &str| {
        let mut words = date.split(|byte| b", ".contains(byte));
        words.any(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    let pick = |words: [&str; 3], otherwise: i32| {
        let found = words.iter().position(|word| has(word));
        found.and_then(|at| i32::try_from(at).ok()).unwrap_or(otherwise)
    };
    let style = if has("German") { 3 } else { pick(["Postgres", "ISO", "SQL"], 1) };
    DateStyle.set(style);
    DateOrder.set(pick(["YMD", "DMY", "MDY"], 2));
    IntervalStyle.set(match interval {
        b"postgres_verbose" => 1,
        b"sql_standard" => 2,
        b"iso_8601" => 3,
        _ => 0,
    });
    time::set_session_zone(zone);
}

/// Does something in styles of dates and spans that can be read whatever the reader's are.
pub(crate) fn in_neutral_style<T>(act: impl FnOnce() -> T) -> T {
    let date = DateStyle.replace(calendar::STYLE_ISO);
    let interval = IntervalStyle.replace(interval::ISO_8601);
    let value = act();
    DateStyle.set(date);
    IntervalStyle.set(interval);
    value
}
