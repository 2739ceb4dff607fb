#![forbid(unsafe_code)]
//! What a caller asks for: a library, a function, its arguments, the type of its result.
//! Runs in: backend.
//!
//! A line each, fields separated by tabs: `library NAME`, `function NAME`, `arg TYPE VALUE` or `arg
//! TYPE` for NULL, `returns RESULT`, `strict`, `database NAME`, `user NAME`. A result is `void`, a type, or columns in
//! parentheses, with a type each; `SETOF` before it says that there may be many.

use std::ffi::CString;

use crate::datum::types::Type;
use crate::error::{Report, Result, SqlState};
use crate::sys::control::unescape;

/// FUNC_MAX_ARGS.
const MAX_ARGUMENTS: usize = 100;

/// What a function returns, or each member of the set that it returns.
#[derive(Clone, Debug, Default)]
pub(super) enum Returns {
    #[default]
    Void,
    Value(Type),
    /// A row of columns with these names.
    Row(Vec<(Vec<u8>, Type)>),
}

/// A call as it was asked for.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) library: Vec<u8>,
    pub(super) function: Vec<u8>,
    /// Types, and the texts of the values; None is NULL.
    pub(super) arguments: Vec<(Type, Option<Vec<u8>>)>,
    pub(super) returns: Returns,
    /// It returns a set of these.
    pub(super) set: bool,
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

/// Reads what a function returns, and whether as a set.
fn returns(text: &[u8]) -> Result<(bool, Returns)> {
    let text = text.trim_ascii();
    let (set, of) = match text.get(..5).filter(|word| word.eq_ignore_ascii_case(b"setof")) {
        Some(_) => (true, text.get(5..).unwrap_or_default().trim_ascii()),
        None => (false, text),
    };
    if let Some(list) = of.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")")) {
        let columns = list.split(|&byte| byte == b',').map(|text| column(text.trim_ascii()));
        return Ok((set, Returns::Row(columns.collect::<Result<_>>()?)));
    }
    if of.eq_ignore_ascii_case(b"void") {
        if set {
            return Err(wrong("there are no sets of void").into());
        }
        return Ok((false, Returns::Void));
    }
    Ok((set, Returns::Value(known_type(of)?)))
}

/// Reads a column: its name, in double quotes if need be, and its type.
fn column(text: &[u8]) -> Result<(Vec<u8>, Type)> {
    let missing = || wrong([b"a column needs a name and a type: \"", text, b"\""].concat());
    let (name, of) = match text.strip_prefix(b"\"") {
        Some(rest) => {
            let end = rest.iter().position(|&byte| byte == b'"').ok_or_else(missing)?;
            let (name, rest) = rest.split_at(end);
            (name.to_vec(), rest.get(1..).unwrap_or_default())
        }
        None => {
            let end = text.iter().position(u8::is_ascii_whitespace).ok_or_else(missing)?;
            let (name, rest) = text.split_at(end);
            (name.to_ascii_lowercase(), rest)
        }
    };
    if name.is_empty() || of.trim_ascii().is_empty() {
        return Err(missing().into());
    }
    Ok((name, known_type(of.trim_ascii())?))
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
            [b"returns", text] => (call.set, call.returns) = returns(text)?,
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
