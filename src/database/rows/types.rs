#![forbid(unsafe_code)]
//! The types of columns and parameters: what pg_type says of them, and how their values are read.
//! Runs in: worker.
//!
//! Built-in types are known by heart; others are looked up once.

use std::collections::HashMap;
use std::ffi::CString;
use std::rc::Rc;
use std::{cell::RefCell, str};

use crate::abi::c::Oid;
use crate::datum::builtin::{self, Facts};
use crate::datum::types::{Form, Type};
use crate::error::{Report, Result, SqlState};

use crate::database::session;

/// `int4`.
pub(in crate::database) const INT4: Oid = 23;
pub(in crate::database) const NAME: Oid = 19;
pub(in crate::database) const TEXT: Oid = 25;
pub(in crate::database) const OID: Oid = 26;

/// What pg_type says of a type.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) oid: Oid,
    /// `typname`.
    pub(crate) name: Vec<u8>,
    pub(crate) form: Form,
    /// The letter of `typalign`.
    pub(crate) align: u8,
    /// The letter of `typstorage`.
    pub(crate) storage: u8,
    pub(crate) collation: Oid,
    /// The members' type of an array proper, 0 for other types.
    pub(crate) element: Oid,
    pub(crate) array: Oid,
    pub(crate) delimiter: u8,
    /// The letter of `typtype`.
    pub(crate) kind: u8,
    /// What a domain is made of, 0 for other types.
    pub(crate) base: Oid,
    pub(crate) input: Oid,
    pub(crate) output: Oid,
    pub(crate) receive: Oid,
    pub(crate) send: Oid,
    /// `typelem`, whatever it is for.
    pub(crate) typelem: Oid,
}

/// How values of a type are read from the server's texts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Codec {
    Own(Type),
    /// Names for numbers, which the server knows: `regclass` and its kin.
    Registered(Names),
    /// Labels of an enum.
    Label(Names),
    /// Only their texts can be had.
    Foreign,
}

/// Numbers that have names, or arrays of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    /// The type of the numbers.
    pub(crate) oid: Oid,
    pub(crate) is_array: bool,
}

impl Known {
    fn builtin(facts: &Facts) -> Self {
        let is_array = builtin::facts(facts.element).is_some_and(|of| of.array == facts.oid);
        Self {
            oid: facts.oid,
            name: facts.name.as_bytes().to_vec(),
            form: facts.form(),
            align: facts.align,
            storage: facts.storage,
            collation: facts.collation,
            element: if is_array { facts.element } else { 0 },
            array: facts.array,
            delimiter: facts.delimiter,
            kind: facts.kind,
            base: 0,
            input: facts.input,
            output: facts.output,
            receive: facts.receive,
            send: facts.send,
            typelem: facts.element,
        }
    }

    /// A row of [`LOOK_UP`].
    fn parse(oid: Oid, row: &[u8]) -> Option<Self> {
        let mut fields = row.splitn(16, |byte| *byte == b' ');
        let mut next = || fields.next();
        let letter = |field: Option<&[u8]>| field.and_then(|field| field.first()).copied();
        fn number<T: str::FromStr>(field: Option<&[u8]>) -> Option<T> {
            str::from_utf8(field?).ok()?.parse().ok()
        }
        let len = number(next())?;
        let by_value = letter(next())? == b't';
        let (align, storage) = (letter(next())?, letter(next())?);
        let form = Form { len, by_value, align: Form::alignment(align) };
        Some(Self {
            oid,
            form,
            align,
            storage,
            collation: number(next())?,
            element: number(next())?,
            array: number(next())?,
            delimiter: letter(next())?,
            kind: letter(next())?,
            base: number(next())?,
            input: number(next())?,
            output: number(next())?,
            receive: number(next())?,
            send: number(next())?,
            typelem: number(next())?,
            name: next()?.to_vec(),
        })
    }

    /// How its values are read.
    ///
    /// # Errors
    /// A look into pg_type failed.
    pub(crate) fn codec(&self) -> Result<Codec> {
        if let Some(of) = Type::of(self.oid) {
            return Ok(Codec::Own(of));
        }
        if self.base != 0 {
            return known(self.base)?.codec();
        }
        if is_registered(self.oid) {
            return Ok(Codec::Registered(Names { oid: self.oid, is_array: false }));
        }
        if self.kind == b'e' {
            return Ok(Codec::Label(Names { oid: self.oid, is_array: false }));
        }
        if self.element != 0 {
            let is_own = |names: &Names| !names.is_array && names.oid == self.element;
            return Ok(match known(self.element)?.codec()? {
                Codec::Registered(names) if is_own(&names) => {
                    Codec::Registered(Names { is_array: true, ..names })
                }
                Codec::Label(names) if is_own(&names) => {
                    Codec::Label(Names { is_array: true, ..names })
                }
                Codec::Own(_) | Codec::Registered(_) | Codec::Label(_) | Codec::Foreign => {
                    Codec::Foreign
                }
            });
        }
        Ok(Codec::Foreign)
    }
}

/// regproc, regprocedure, regoper, regoperator, regclass, regtype, regconfig, regdictionary,
/// regnamespace, regrole, regcollation.
fn is_registered(oid: Oid) -> bool {
    matches!(oid, 24 | 2202..=2206 | 3734 | 3769 | 4089 | 4096 | 4191)
}

const LOOK_UP: &core::ffi::CStr = c"SELECT pg_catalog.concat_ws(' ', t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcollation, CASE WHEN e.typarray = t.oid THEN e.oid ELSE 0 END, t.typarray, t.typdelim, t.typtype, CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE 0 END, t.typinput::pg_catalog.oid, t.typoutput::pg_catalog.oid, t.typreceive::pg_catalog.oid, t.typsend::pg_catalog.oid, t.typelem, t.typname) FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem WHERE t.oid = $1";

/// Labels of an enum, with their numbers.
type Labels = HashMap<Vec<u8>, Oid>;

thread_local! {
    static KNOWN: RefCell<HashMap<Oid, Rc<Known>>> = RefCell::new(HashMap::new());
    static LABELS: RefCell<HashMap<Oid, Labels>> = RefCell::new(HashMap::new());
}

/// What pg_type says of a type.
///
/// # Errors
/// There is none of that number; the server's.
pub(crate) fn known(oid: Oid) -> Result<Rc<Known>> {
    match find(oid)? {
        Some(known) => Ok(known),
        None => {
            let message = format!("cache lookup failed for type {oid}");
            Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
        }
    }
}

/// [`known`]; None: there is none of that number.
///
/// # Errors
/// The server's.
pub(crate) fn find(oid: Oid) -> Result<Option<Rc<Known>>> {
    if let Some(known) = KNOWN.with(|known| known.borrow().get(&oid).cloned()) {
        return Ok(Some(known));
    }
    let found = match builtin::facts(oid) {
        Some(facts) => Some(Known::builtin(facts)),
        None if oid == 0 => None,
        None => session::by_number(LOOK_UP, oid)?.and_then(|row| Known::parse(oid, &row)),
    };
    let Some(found) = found else { return Ok(None) };
    let found = Rc::new(found);
    KNOWN.with(|known| known.borrow_mut().insert(oid, Rc::clone(&found)));
    Ok(Some(found))
}

/// The numbers of names of a type, in the order of the names; None: the server knows none.
///
/// # Errors
/// The server's.
pub(in crate::database) fn numbers(codec: Codec, names: &[Vec<u8>]) -> Result<Vec<Option<Oid>>> {
    match codec {
        Codec::Registered(of) => registered_numbers(of.oid, names),
        Codec::Label(of) => {
            let known = |names: &[Vec<u8>]| -> Option<Vec<Option<Oid>>> {
                LABELS.with(|labels| {
                    let labels = labels.borrow();
                    let labels = labels.get(&of.oid)?;
                    names.iter().map(|name| Some(labels.get(name).copied())).collect()
                })
            };
            if let Some(found) = known(names).filter(|found| found.iter().all(Option::is_some)) {
                return Ok(found);
            }
            look_up_labels(of.oid)?;
            Ok(known(names).unwrap_or_default())
        }
        Codec::Own(_) | Codec::Foreign => Ok(vec![None; names.len()]),
    }
}

fn registered_numbers(of: Oid, names: &[Vec<u8>]) -> Result<Vec<Option<Oid>>> {
    let plain = |name: &Vec<u8>| match &**name {
        b"-" => Some(0),
        digits => str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()),
    };
    let mut found: Vec<Option<Oid>> = names.iter().map(plain).collect();
    if found.iter().all(Option::is_some) {
        return Ok(found);
    }
    let Some(facts) = builtin::facts(of) else { return Ok(found) };
    let name = facts.name;
    // These two have no function that gives NULL for what does not exist.
    let call = match of {
        3734 | 3769 => format!("t::pg_catalog.{name}"),
        _ => format!("pg_catalog.to_{name}(t)"),
    };
    let text = format!(
        "SELECT {call}::pg_catalog.oid FROM pg_catalog.unnest($1) WITH ORDINALITY AS u(t, n) \
         ORDER BY n"
    );
    let array = text_array(names);
    let answers = session::column(&CString::new(text).unwrap_or_default(), (1009, Some(array)))?;
    for (found, answer) in found.iter_mut().zip(answers) {
        *found = found.or_else(|| answer.map(|text| session::number(&text)));
    }
    Ok(found)
}

/// A parameter of the type `text[]`.
fn text_array(names: &[Vec<u8>]) -> CString {
    let mut out = b"{".to_vec();
    for (i, name) in names.iter().enumerate() {
        out.extend_from_slice(if i > 0 { b",\"" } else { b"\"" });
        for &byte in name {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b'"');
    }
    out.push(b'}');
    CString::new(out).unwrap_or_default()
}

fn look_up_labels(of: Oid) -> Result<()> {
    let text = c"SELECT oid || ' ' || enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = $1";
    let parameter = CString::new(of.to_string()).unwrap_or_default();
    let rows = session::column(text, (26, Some(parameter)))?;
    let labels = rows.into_iter().flatten().filter_map(|row| {
        let at = row.iter().position(|byte| *byte == b' ')?;
        let (number, label) = row.split_at_checked(at)?;
        Some((label.get(1..)?.to_vec(), session::number(number)))
    });
    let labels = labels.collect();
    LABELS.with(|all| all.borrow_mut().insert(of, labels));
    Ok(())
}

/// The name of a number of a type.
///
/// # Errors
/// There is none; the server's.
pub(in crate::database) fn name(codec: Codec, number: Oid) -> Result<Vec<u8>> {
    let found = match codec {
        Codec::Registered(of) => {
            let name = builtin::facts(of.oid).map_or("oid", |facts| facts.name);
            let text = format!("SELECT $1::pg_catalog.oid::pg_catalog.{name}::pg_catalog.text");
            session::by_number(&CString::new(text).unwrap_or_default(), number)?
        }
        Codec::Label(_) => {
            session::by_number(c"SELECT enumlabel FROM pg_catalog.pg_enum WHERE oid = $1", number)?
        }
        Codec::Own(_) | Codec::Foreign => None,
    };
    found.ok_or_else(|| {
        let message = format!("invalid internal value for enum: {number}");
        Report::error(SqlState::new(*b"22P03"), message).into()
    })
}
