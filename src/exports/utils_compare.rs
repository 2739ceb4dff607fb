//! `utils/fmgrprotos.h`: comparisons of values that need no collation, and small functions of SQL.
//! Runs in: any process.

use crate::abi::c::{Datum, NAMEDATALEN};
use crate::datum::array::by_value;
use crate::datum::content;
use crate::datum::types::Form;
use crate::error::{Report, Result, SqlState};
use crate::text::quote;

use super::fmgr_frame::{Call, builtin};

fn truth(value: bool) -> Result<Datum> {
    Ok(Datum::from(value))
}

fn order(order: core::cmp::Ordering) -> Result<Datum> {
    Ok(by_value(&(order as i32).to_le_bytes()))
}

fn name(call: Call, n: usize) -> Result<Vec<u8>> {
    const NAME: u32 = 19;
    let content = call.content(n, builtin(NAME)?.form())?;
    Ok(content.into_iter().take(NAMEDATALEN).take_while(|byte| *byte != 0).collect())
}

/// Texts are compared by a collation, which the caller has to say.
fn check_collation(call: Call) -> Result<()> {
    if call.collation() != 0 {
        return Ok(());
    }
    let message = "could not determine which collation to use for string comparison";
    let report = Report::error(SqlState::new(*b"42P22"), message);
    Err(report.with_hint("Use the COLLATE clause to set the collation explicitly.").into())
}

fn text(bytes: &[u8]) -> Result<Datum> {
    content::place(bytes, Form::VARIABLE)
}

sql! {
    /// `boolean = boolean`.
    fn booleq(call) {
        truth((call.datum(0) & 0xff != 0) == (call.datum(1) & 0xff != 0))
    }

    /// `integer = integer`.
    fn int4eq(call) {
        truth(call.int4(0) == call.int4(1))
    }

    /// `integer < integer`.
    fn int4lt(call) {
        truth(call.int4(0) < call.int4(1))
    }

    /// -1, 0 or 1.
    fn btint4cmp(call) {
        order(call.int4(0).cmp(&call.int4(1)))
    }

    /// `bigint = bigint`.
    fn int8eq(call) {
        truth(call.int8(0) == call.int8(1))
    }

    /// -1, 0 or 1.
    fn btint8cmp(call) {
        order(call.int8(0).cmp(&call.int8(1)))
    }

    /// `oid = oid`.
    fn oideq(call) {
        truth(call.oid(0) == call.oid(1))
    }

    /// `name = name`.
    fn nameeq(call) {
        truth(name(call, 0)? == name(call, 1)?)
    }

    /// `text = text`, of collations that tell all texts apart: all but those that a user makes
    /// otherwise.
    fn texteq(call) {
        check_collation(call)?;
        truth(call.bytes(0)? == call.bytes(1)?)
    }

    /// `text <> text`, as above.
    fn textne(call) {
        check_collation(call)?;
        truth(call.bytes(0)? != call.bytes(1)?)
    }

    /// `text || text`.
    fn textcat(call) {
        text(&[call.bytes(0)?, call.bytes(1)?].concat())
    }

    /// A name, in quotes if it needs them.
    fn quote_ident(call) {
        text(&quote::identifier(&call.bytes(0)?, false))
    }

    /// A text as a literal.
    fn quote_literal(call) {
        text(&quote::literal(&call.bytes(0)?))
    }

    /// A text as a literal, NULL as the word.
    fn quote_nullable(call) {
        match call.nullable(0) {
            Some(_) => text(&quote::literal(&call.bytes(0)?)),
            None => text(b"NULL"),
        }
    }
}
