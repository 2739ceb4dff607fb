#![forbid(unsafe_code)]
//! Functions of the server by their numbers: what pg_proc says of them, and calls of those that
//! nothing here implements.
//! Runs in: worker.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CString;
use std::rc::Rc;

use crate::abi::c::Oid;
use crate::error::{Report, Result, SqlState};
use crate::text::quote;

use crate::database::libpq::{Answer, Parameter};
use crate::database::session;

/// What pg_proc says of a function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// With its schema, quoted where needed.
    pub(crate) name: Vec<u8>,
    pub(crate) arguments: Vec<Oid>,
    pub(crate) result: Oid,
    pub(crate) is_strict: bool,
    pub(crate) returns_set: bool,
    /// The letter of `provolatile`.
    volatility: u8,
    /// The letter of `prokind`.
    kind: u8,
}

thread_local! {
    static KNOWN: RefCell<HashMap<Oid, Rc<Function>>> = RefCell::new(HashMap::new());
}

const LOOK_UP: &core::ffi::CStr = c"SELECT pg_catalog.concat_ws(' ', p.prorettype, p.proisstrict, p.proretset, p.provolatile, p.prokind, pg_catalog.concat('.', p.proargtypes), pg_catalog.length(n.nspname), n.nspname || p.proname) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = $1";

impl Function {
    /// A row of [`LOOK_UP`].
    fn parse(row: &[u8]) -> Option<Self> {
        let (head, arguments) = split(row, b'.')?;
        let mut fields = head.split(|byte| *byte == b' ');
        let mut next = || fields.next().unwrap_or_default();
        let result = session::number(next());
        let (is_strict, returns_set) = (next() == b"t", next() == b"t");
        let volatility = next().first().copied()?;
        let kind = next().first().copied()?;
        // Without arguments there is only the blank behind them.
        let mut rest = arguments.strip_prefix(b" ").unwrap_or(arguments);
        let mut words = Vec::new();
        // Numbers of types, then the length of the schema's name, then both names.
        while let Some((word, after)) = split(rest, b' ') {
            let is_number = word.iter().all(u8::is_ascii_digit);
            if !is_number {
                break;
            }
            words.push(session::number(word));
            rest = after;
        }
        let length = usize::try_from(words.pop()?).ok()?;
        let characters = core::str::from_utf8(rest).ok()?;
        let end = characters.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
        let (schema, name) = characters.split_at_checked(end)?;
        let schema = quote::identifier(schema.as_bytes(), false);
        let name = [&*schema, b".", &*quote::identifier(name.as_bytes(), false)].concat();
        Some(Self { name, arguments: words, result, is_strict, returns_set, volatility, kind })
    }

    /// Calls it with these values, None for NULL: the text of its result.
    ///
    /// # Errors
    /// The server's; it returns a set, or is no plain function (0A000).
    pub(crate) fn call(&self, values: Vec<Option<CString>>) -> Result<Option<Vec<u8>>> {
        if self.returns_set || self.kind != b'f' {
            let message = [b"function ", &*self.name, b" cannot be called outside PostgreSQL"];
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message.concat()).into());
        }
        let places: Vec<String> = (1..=values.len()).map(|i| format!("${i}")).collect();
        let places = places.join(", ");
        let text = [b"SELECT ", &*self.name, b"(", places.as_bytes(), b")"].concat();
        let text = CString::new(text).unwrap_or_default();
        let parameters = self.arguments.iter().copied().zip(values);
        let parameters: Vec<Parameter> = parameters.collect();
        let answers = session::ask(&text, &parameters, self.volatility == b'v')?;
        Ok(answers.first().and_then(Answer::first_value))
    }
}

fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = text.iter().position(|byte| *byte == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// What pg_proc says of a function.
///
/// # Errors
/// There is none of that number; the server's.
pub(crate) fn function(number: Oid) -> Result<Rc<Function>> {
    if let Some(known) = KNOWN.with(|known| known.borrow().get(&number).cloned()) {
        return Ok(known);
    }
    let row = session::by_number(LOOK_UP, number)?;
    let Some(found) = row.and_then(|row| Function::parse(&row)) else {
        let message = format!("cache lookup failed for function {number}");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    let found = Rc::new(found);
    KNOWN.with(|known| known.borrow_mut().insert(number, Rc::clone(&found)));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_functions_are_read() {
        let found = Function::parse(b"23 t f i f .23 25 10 pg_catalog1 x").expect("a row");
        assert_eq!(found.name, b"pg_catalog.\"1 x\"");
        assert_eq!((found.arguments, found.result), (vec![23, 25], 23));
        let found = Function::parse(b"2278 f t v p . 6 publicMine").expect("a row");
        assert_eq!(found.name, b"public.\"Mine\"");
        assert!(found.arguments.is_empty() && found.returns_set);
    }
}
