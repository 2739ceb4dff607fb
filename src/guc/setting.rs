#![forbid(unsafe_code)]
//! One setting: what it is, what it is set to, and from where.
//! Runs in: any process.

use std::ffi::{CStr, CString};
use std::sync::Arc;

use super::nest::Saved;
use super::parse;
use super::settings;
use super::text;
use super::types::{Context, Kind, Place, Source, Value};
use super::units;
use super::variable::{Extra, Hooks, Slot};
use crate::abi::guc::{GUC_CUSTOM_PLACEHOLDER, GUC_IS_NAME, GUC_NOT_IN_SAMPLE};
use crate::abi::major::NAMEDATALEN;
use crate::error::{Report, SqlState};

/// What an extension, or the table of built-in ones, says about a setting.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: CString,
    pub(crate) context: Context,
    pub(crate) flags: i32,
    pub(crate) short_desc: Option<CString>,
    pub(crate) kind: Kind,
    pub(crate) slot: Slot,
    pub(crate) hooks: Hooks,
}

#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) definition: Definition,
    /// Where the value comes from, and in which context it was set.
    pub(crate) source: Source,
    pub(crate) set_context: Context,
    pub(crate) extra: Option<Arc<Extra>>,
    /// What RESET would go back to.
    pub(crate) reset: Value,
    pub(crate) reset_source: Source,
    pub(crate) reset_context: Context,
    pub(crate) reset_extra: Option<Arc<Extra>>,
    /// The line of the file that set it last; see [`Self::place`].
    pub(crate) place: Option<Place>,
    /// The file has another value that waits for a restart.
    pub(crate) pending_restart: bool,
    /// Seen in the file that is being processed.
    pub(crate) in_file: bool,
    /// What it was at each nest level at which it was changed, the innermost last.
    pub(super) saved: Vec<Saved>,
}

impl Setting {
    /// Set to its default; whether the default is good the caller has asked the check hook.
    pub(crate) fn new(definition: Definition, value: Value, extra: Option<Arc<Extra>>) -> Self {
        Self {
            definition,
            source: Source::Default,
            set_context: Context::Internal,
            extra: extra.clone(),
            reset: value,
            reset_source: Source::Default,
            reset_context: Context::Internal,
            reset_extra: extra,
            place: None,
            pending_restart: false,
            in_file: false,
            saved: Vec::new(),
        }
    }

    /// Stands for a setting of a library that is not loaded (yet).
    pub(crate) fn placeholder(name: CString) -> Self {
        let definition = Definition {
            name,
            context: Context::Userset,
            flags: GUC_CUSTOM_PLACEHOLDER | GUC_NOT_IN_SAMPLE,
            short_desc: None,
            kind: Kind::Text { boot: None },
            slot: Slot::nowhere(),
            hooks: Hooks::NONE,
        };
        Self::new(definition, Value::Text(None), None)
    }

    pub(crate) fn is_placeholder(&self) -> bool {
        self.definition.flags & GUC_CUSTOM_PLACEHOLDER != 0
    }

    /// The line that set the value in force, where the source is the file.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.place.as_ref().filter(|_| self.source == Source::File)
    }

    /// What RESET would go back to, without units.
    pub(crate) fn reset_text(&self) -> Vec<u8> {
        let text = text::show(&self.definition.kind, self.definition.flags, &self.reset, false);
        settings::without_password(self.definition.name.to_bytes(), text)
    }

    /// The value as `SHOW` has it, but for the show hook.
    pub(crate) fn text(&self, with_units: bool) -> Vec<u8> {
        let value = self.definition.slot.read();
        let text = text::show(&self.definition.kind, self.definition.flags, &value, with_units);
        settings::without_password(self.definition.name.to_bytes(), text)
    }
}

impl Definition {
    /// Reads a value that somebody gave, under the name that he used.
    pub(crate) fn parse(&self, name: &[u8], text: &[u8]) -> Result<Value, Report> {
        let invalid = |hint: Option<&'static CStr>| {
            let report = invalid_value(name, &in_quotes(text));
            match hint {
                Some(hint) => report.with_hint(hint.to_bytes()),
                None => report,
            }
        };
        match &self.kind {
            Kind::Bool { .. } => parse::boolean(text).map(Value::Bool).ok_or_else(|| {
                refused(
                    [b"parameter ", in_quotes(name).as_slice(), b" requires a Boolean value"]
                        .concat(),
                )
            }),
            Kind::Int { min, max, .. } => {
                let value = parse::int(text, self.flags).map_err(|error| invalid(error.hint))?;
                if (*min..=*max).contains(&value) {
                    return Ok(Value::Int(value));
                }
                Err(self.out_of_range(name, [value.to_string(), min.to_string(), max.to_string()]))
            }
            Kind::Real { min, max, .. } => {
                let value = parse::real(text, self.flags).map_err(|error| invalid(error.hint))?;
                if (*min..=*max).contains(&value) {
                    return Ok(Value::Real(value));
                }
                Err(self.out_of_range(name, [value, *min, *max].map(text::general)))
            }
            Kind::Text { .. } => {
                let mut bytes: Vec<u8> = text.iter().copied().take_while(|c| *c != 0).collect();
                if self.flags & GUC_IS_NAME != 0 {
                    bytes.truncate(NAMEDATALEN - 1);
                }
                Ok(Value::Text(CString::new(bytes).ok()))
            }
            Kind::Enum { options, .. } => parse::enumeration(text, options)
                .map(Value::Enum)
                .ok_or_else(|| invalid(None).with_hint(parse::enum_hint(options))),
        }
    }

    fn out_of_range(&self, name: &[u8], [value, min, max]: [String; 3]) -> Report {
        let unit = units::base(self.flags).map(|b| format!(" {}", b.word())).unwrap_or_default();
        let head = format!("{value}{unit} is outside the valid range for parameter ");
        let range = format!(" ({min}{unit} .. {max}{unit})");
        refused([head.as_bytes(), &in_quotes(name), range.as_bytes()].concat())
    }

    /// What to say of a value that the check hook refused without words.
    pub(crate) fn refused_value(&self, value: &Value) -> Report {
        let shown = text::show(&self.kind, 0, value, false);
        let shown = match value {
            Value::Bool(on) => i32::from(*on).to_string().into(),
            Value::Text(_) | Value::Enum(_) => in_quotes(&shown),
            Value::Int(_) | Value::Real(_) => shown,
        };
        invalid_value(self.name.to_bytes(), &shown)
    }
}

fn invalid_value(name: &[u8], shown: &[u8]) -> Report {
    refused([b"invalid value for parameter ", in_quotes(name).as_slice(), b": ", shown].concat())
}

fn refused(message: Vec<u8>) -> Report {
    Report::error(SqlState::INVALID_PARAMETER_VALUE, message)
}

pub(crate) fn in_quotes(text: &[u8]) -> Vec<u8> {
    [b"\"", text, b"\""].concat()
}

/// Settings are found whatever the case of the letters.
pub(crate) fn key(name: &[u8]) -> Vec<u8> {
    let name = name.to_ascii_lowercase();
    // Names that settings had in old versions are still taken.
    match name.as_slice() {
        b"sort_mem" => b"work_mem".to_vec(),
        b"vacuum_mem" => b"maintenance_work_mem".to_vec(),
        _ => name,
    }
}

/// `prefix.name` of identifiers, two or more: what a library's setting may be called.
pub(crate) fn is_custom_name(name: &[u8]) -> bool {
    let is_start = |c: u8| c.is_ascii_alphabetic() || c == b'_' || c >= 0x80;
    let is_part = |part: &[u8]| {
        part.split_first().is_some_and(|(first, rest)| {
            is_start(*first)
                && rest.iter().all(|c| is_start(*c) || c.is_ascii_digit() || *c == b'$')
        })
    };
    name.contains(&b'.') && name.split(|c| *c == b'.').all(is_part)
}
