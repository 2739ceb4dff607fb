#![forbid(unsafe_code)]
//! What a caller asks for: a library, a function, its arguments, the type of its result.
//! Runs in: backend.
//!
//! A line each, fields separated by tabs: `library NAME`, `function NAME`, `arg TYPE VALUE` or `arg
//! TYPE` for NULL, `returns TYPE`, `strict`, `database NAME`, `user NAME`.

use std::ffi::CString;

use crate::datum::types::Type;
use crate::error::{Report, Result, SqlState};
use crate::sys::control::unescape;

/// FUNC_MAX_ARGS.
const MAX_ARGUMENTS: usize = 100;

/// A call as it was asked for.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) library: Vec<u8>,
    pub(super) function: Vec<u8>,
    /// Types, and the texts of the values; None is NULL.
    pub(super) arguments: Vec<(Type, Option<Vec<u8>>)>,
    /// None: void.
    pub(super) returns: Option<Type>,
    /// Not called with a NULL argument; the result is NULL then.
    pub(super) strict: bool,
    /// Connected to before the call; none: once the function needs one.
    pub(super) database: Option<CString>,
    pub(super) user: Option<CString>,
}

impl Call {
    /// What `ps` shows.
    pub(super) fn title(&self) -> Vec<u8> {
        [b"call ", &*self.library, b" ", &*self.function].concat()
    }
}

fn wrong(message: impl Into<Vec<u8>>) -> Report {
    Report::error(SqlState::SYNTAX_ERROR, message)
}

fn known_type(name: &[u8]) -> Result<Type> {
    Type::by_name(name).ok_or_else(|| {
        let message = [b"type \"", name, b"\" cannot be used in a call"].concat();
        Report::error(SqlState::UNDEFINED_OBJECT, message)
            .with_hint(
                "These can: boolean, numbers, texts, bytea, dates and times, uuid, json, jsonb, \
                 bit strings, network addresses, and arrays of them.",
            )
            .into()
    })
}

fn name_of(name: &[u8]) -> Result<CString> {
    CString::new(name).map_err(|_| wrong("a name with a zero byte").into())
}

/// Reads a request.
///
/// # Errors
/// It is none, or names a type that cannot be used here.
pub(super) fn parse(text: &[u8]) -> Result<Call> {
    let mut call = Call::default();
    for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let fields: Vec<Vec<u8>> = line.split(|&byte| byte == b'\t').map(unescape).collect();
        let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
        match *fields.as_slice() {
            [b"library", name] => call.library = name.to_vec(),
            [b"function", name] => call.function = name.to_vec(),
            [b"strict"] => call.strict = true,
            [b"database", name] => call.database = Some(name_of(name)?),
            [b"user", name] => call.user = Some(name_of(name)?),
            [b"returns", b"void"] => call.returns = None,
            [b"returns", name] => call.returns = Some(known_type(name)?),
            [b"arg", name] => call.arguments.push((known_type(name)?, None)),
            [b"arg", name, value] => {
                call.arguments.push((known_type(name)?, Some(value.to_vec())));
            }
            _ => return Err(wrong("a call that cannot be understood").into()),
        }
    }
    if call.arguments.len() > MAX_ARGUMENTS {
        let message = format!("functions cannot have more than {MAX_ARGUMENTS} arguments");
        return Err(Report::error(SqlState::new(*b"54023"), message).into());
    }
    if call.library.is_empty() || call.function.is_empty() {
        return Err(wrong("a call needs a library and a function").into());
    }
    Ok(call)
}
