#![forbid(unsafe_code)]
//! The built-in settings: one row each, in `rows`.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use std::borrow::Cow;

use super::registry::Table;
use super::rows::ROWS;
use super::setting::{Definition, Setting, key};
use super::types::{Context, EnumOption, Kind};
use super::variable::{Candidate, Hooks, OwnAssign, OwnCheck, Slot, TextVariable};
use crate::abi::variable::Variable;

/// A built-in setting.
pub(crate) struct Row {
    pub(crate) name: &'static CStr,
    pub(crate) context: Context,
    pub(crate) flags: i32,
    pub(crate) group: Group,
    /// Also the comment in the sample configuration.
    pub(crate) description: &'static CStr,
    pub(crate) value: Builtin,
}

/// Heading in the sample configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Libraries,
    Workers,
    Database,
    Log,
    ForExtensions,
}

/// Kind, default, limits and variable.
pub(crate) enum Builtin {
    Bool(bool, &'static Variable<bool>),
    Int {
        boot: c_int,
        min: c_int,
        max: c_int,
        at: &'static Variable<c_int>,
    },
    Text(&'static CStr, &'static TextVariable),
    /// A text that not everything can be.
    Checked(&'static CStr, &'static TextVariable, OwnCheck, OwnAssign),
    Enum(c_int, &'static [EnumOption], &'static Variable<c_int>),
    /// A text whose variable libraries see.
    Exported(&'static CStr, &'static Variable<*mut c_char>),
}

/// Settings with this prefix are ours: another one is a mistake, not a library's.
const OWN_PREFIX: &[u8] = b"pgbgw";

/// Puts all rows into an empty table and their defaults into their variables.
pub(crate) fn install(table: &mut Table) {
    for row in ROWS {
        let mut definition = row.definition();
        let boot = definition.kind.boot();
        // Without memory for a default there is nothing to start with: its variable stays NULL,
        // which the accessors read as the default.
        if let Ok(candidate) = Candidate::new(&boot) {
            definition.slot.write(candidate);
        }
        table.settings.insert(key(row.name.to_bytes()), Setting::new(definition, boot, None));
    }
    table.reserved.push(OWN_PREFIX.to_vec());
}

impl Row {
    pub(crate) fn kind(&self) -> Kind {
        match &self.value {
            Builtin::Bool(boot, _) => Kind::Bool { boot: *boot },
            Builtin::Int { boot, min, max, .. } => Kind::Int { boot: *boot, min: *min, max: *max },
            Builtin::Text(boot, _) | Builtin::Exported(boot, _) | Builtin::Checked(boot, ..) => {
                Kind::Text { boot: Some((*boot).to_owned()) }
            }
            Builtin::Enum(boot, options, _) => {
                Kind::Enum { boot: *boot, options: Cow::Borrowed(options) }
            }
        }
    }

    fn definition(&self) -> Definition {
        let slot = match &self.value {
            Builtin::Bool(_, at) => Slot::of_bool(at),
            Builtin::Int { at, .. } => Slot::of_int(at),
            Builtin::Text(_, at) | Builtin::Checked(_, at, ..) => Slot::of_text(at),
            Builtin::Enum(_, _, at) => Slot::of_enum(at),
            Builtin::Exported(_, at) => Slot::of_exported(at),
        };
        Definition {
            name: self.name.to_owned(),
            context: self.context,
            flags: self.flags,
            short_desc: Some(self.description.to_owned()),
            kind: self.kind(),
            slot,
            hooks: match self.value {
                Builtin::Checked(_, _, check, assign) => Hooks::ours(check, assign),
                Builtin::Bool(..)
                | Builtin::Int { .. }
                | Builtin::Text(..)
                | Builtin::Enum(..)
                | Builtin::Exported(..) => Hooks::NONE,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guc::types::Value;

    #[test]
    fn every_row_is_found_and_has_its_default() {
        let mut table = Table::default();
        install(&mut table);
        assert_eq!(table.settings.len(), ROWS.len());
        for row in ROWS {
            let setting = &table.settings[&key(row.name.to_bytes())];
            assert_eq!(setting.reset, row.kind().boot());
            let text = setting.text(false);
            let read = match row.kind().boot() {
                Value::Text(text) => Ok(Value::Text(text)),
                Value::Bool(_) | Value::Int(_) | Value::Real(_) | Value::Enum(_) => {
                    setting.definition.parse(b"", &text)
                }
            };
            assert_eq!(read.unwrap(), row.kind().boot());
        }
    }
}
