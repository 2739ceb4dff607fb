//! Sums and products of sizes that cannot wrap (palloc.h).
//! Runs in: any process.
#![forbid(unsafe_code)]

use crate::abi::c::Size;
use crate::error::{Report, Result, SqlState};

/// The sum.
///
/// # Errors
/// 54000 when it does not fit.
pub(crate) fn add(one: Size, other: Size) -> Result<Size> {
    one.checked_add(other).ok_or_else(|| too_large(one, '+', other))
}

/// The product.
///
/// # Errors
/// 54000 when it does not fit.
pub(crate) fn multiply(one: Size, other: Size) -> Result<Size> {
    one.checked_mul(other).ok_or_else(|| too_large(one, '*', other))
}

fn too_large(one: Size, operator: char, other: Size) -> crate::error::Raised {
    let message = format!("invalid memory allocation request size {one} {operator} {other}");
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message).into()
}
