#![forbid(unsafe_code)]
//! All settings of this process, and how one is changed.
//! Runs in: any process.
//!
//! The table is locked for moments only, never while a hook of an extension runs: hooks may ask
//! for settings, and set them, themselves.

use core::ffi::c_char;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::builtin;
use super::nest::{Action, Held};
use super::setting::{Definition, Setting, in_quotes, is_custom_name, key};
use super::types::{Context, Source, Value};
use super::variable::{Candidate, Extra, Hooks, Verdict};
use crate::error::{Raised, Report, SqlState};

/// The settings under their names in small letters.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) settings: BTreeMap<Vec<u8>, Setting>,
    /// Prefixes whose library is loaded: no other settings may have them. In small letters.
    pub(crate) reserved: Vec<Vec<u8>>,
    /// The built-in settings are in.
    complete: bool,
    /// The innermost nest level; 0 outside of transactions.
    pub(super) level: i32,
}

#[derive(Debug)]
pub(crate) struct Registry(Mutex<Table>);

/// A change that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) name: &'a [u8],
    /// None: the default, or where the source is another one, the reset value.
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) context: Context,
    pub(crate) source: Source,
    /// A process that the postmaster forked keeps what was fixed when it started.
    pub(crate) in_child: bool,
    pub(crate) action: Action,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Changed,
    /// Nothing wrong, but something stronger decides the value.
    Kept,
}

/// Why a setting was not changed.
#[derive(Debug)]
pub(crate) enum SetError {
    /// The value is no good, or this is not the moment: to be reported at the caller's level.
    Refused(Report),
    /// A hook raised an error.
    Raised(Raised),
}

impl SetError {
    pub(crate) fn into_report(self) -> Report {
        match self {
            Self::Refused(report) => report,
            Self::Raised(raised) => raised.into_report(),
        }
    }
}

impl From<Raised> for SetError {
    fn from(raised: Raised) -> Self {
        Self::Raised(raised)
    }
}

type SetResult<T> = Result<T, SetError>;

/// What is left to do after the request was looked at.
enum Plan {
    Done(Outcome),
    Go(Box<Change>),
}

struct Change {
    key: Vec<u8>,
    hooks: Hooks,
    value: Value,
    /// The reset value was checked when it became one.
    checked: Option<Option<Arc<Extra>>>,
    source: Source,
    context: Context,
    /// Only to find out whether the file has another value than the one in force.
    prohibited: bool,
    change: bool,
    make_default: bool,
    action: Action,
}

impl Registry {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Table {
            settings: BTreeMap::new(),
            reserved: Vec::new(),
            complete: false,
            level: 0,
        }))
    }

    /// The table, with the built-in settings in it. Not to be held across a hook.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Table> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !table.complete {
            table.complete = true;
            builtin::install(&mut table);
        }
        table
    }

    /// Leaves the built-in settings out: their variables belong to the whole process.
    #[cfg(test)]
    pub(crate) fn bare(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).complete = true;
    }

    /// Changes a setting by PostgreSQL's rules of context, source and hooks.
    pub(crate) fn set(&self, request: &Request<'_>) -> SetResult<Outcome> {
        let change = match self.lock().plan(request).map_err(SetError::Refused)? {
            Plan::Done(outcome) => return Ok(outcome),
            Plan::Go(change) => change,
        };
        let mut candidate = Candidate::new(&change.value)?;
        let extra = match &change.checked {
            Some(extra) => extra.clone(),
            None => {
                let verdict = change.hooks.check(&mut candidate, change.source)?;
                self.judge(&change.key, &candidate, verdict).map_err(SetError::Refused)?
            }
        };
        if change.prohibited {
            return self.lock().compare(&change.key, &candidate.value()).map_err(SetError::Refused);
        }
        if change.change {
            change.hooks.assign(&candidate, extra.as_deref())?;
        }
        self.lock().store(&change, candidate, extra);
        Ok(if change.change { Outcome::Changed } else { Outcome::Kept })
    }

    /// The report of a refusal.
    fn judge(
        &self,
        key: &[u8],
        candidate: &Candidate,
        verdict: Verdict,
    ) -> Result<Option<Arc<Extra>>, Report> {
        match (verdict, self.lock().settings.get(key)) {
            (Verdict::Accepted(extra), _) => Ok(extra),
            (refused, Some(setting)) => Err(refusal(&setting.definition, candidate, refused)),
            (_, None) => Err(unrecognized(key)),
        }
    }

    /// What RESET would go back to, as text without units; none for a name that is not known.
    pub(crate) fn reset_text(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.lock().settings.get(&key(name)).map(Setting::reset_text)
    }

    /// The name of a defined setting, which stays where it is.
    pub(crate) fn lasting_name(&self, name: &[u8]) -> Option<*const c_char> {
        let table = self.lock();
        let setting = table.settings.get(&key(name)).filter(|setting| !setting.is_placeholder());
        setting.map(|setting| setting.definition.name.as_ptr())
    }

    /// The flags of a setting; none for a name that is not known.
    pub(crate) fn flags(&self, name: &[u8]) -> Option<i32> {
        self.lock().settings.get(&key(name)).map(|setting| setting.definition.flags)
    }

    /// The value as text, without units; none for a name that is not known.
    pub(crate) fn text(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.lock().settings.get(&key(name)).map(|setting| setting.text(false))
    }
}

/// What to report when a check hook did not like a value.
pub(crate) fn refusal(definition: &Definition, candidate: &Candidate, verdict: Verdict) -> Report {
    let mut report = definition.refused_value(&candidate.value());
    if let Verdict::Refused { sqlstate, message, detail, hint } = verdict {
        report.sqlstate = sqlstate;
        report.message = message.unwrap_or(report.message);
        report.detail = detail;
        report.hint = hint;
    }
    report
}

pub(crate) fn unrecognized(name: &[u8]) -> Report {
    let text = [b"unrecognized configuration parameter ", in_quotes(name).as_slice()].concat();
    Report::error(SqlState::UNDEFINED_OBJECT, text)
}

impl Table {
    /// The setting, or a new placeholder for one that a library may define later.
    fn find_or_hold(&mut self, name: &[u8]) -> Result<&mut Setting, Report> {
        let key = key(name);
        if !self.settings.contains_key(&key) {
            self.may_hold(name)?;
            let Ok(text) = CString::new(name) else { return Err(unrecognized(name)) };
            self.settings.insert(key.clone(), Setting::placeholder(text));
        }
        self.settings.get_mut(&key).ok_or_else(|| unrecognized(name))
    }

    fn may_hold(&self, name: &[u8]) -> Result<(), Report> {
        if !name.contains(&b'.') {
            return Err(unrecognized(name));
        }
        let text = [b"invalid configuration parameter name ", in_quotes(name).as_slice()].concat();
        let refused = Report::error(SqlState::INVALID_NAME, text);
        if !is_custom_name(name) {
            return Err(refused.with_detail(
                "Custom parameter names must be two or more simple identifiers separated by dots.",
            ));
        }
        let prefix = name.split(|c| *c == b'.').next().unwrap_or_default();
        if self.reserved.contains(&key(prefix)) {
            let detail = [&in_quotes(prefix), b" is a reserved prefix.".as_slice()].concat();
            return Err(refused.with_detail(detail));
        }
        Ok(())
    }

    fn plan(&mut self, request: &Request<'_>) -> Result<Plan, Report> {
        let Request { name, value, context, source, in_child, action } = *request;
        let setting = self.find_or_hold(name)?;
        let definition = &setting.definition;
        let refuse = |tail: &str| {
            let quoted = in_quotes(definition.name.to_bytes());
            let text = [b"parameter ", quoted.as_slice(), tail.as_bytes()].concat();
            Err(Report::error(SqlState::CANT_CHANGE_RUNTIME_PARAM, text))
        };
        let mut prohibited = false;
        match definition.context {
            Context::Internal if context != Context::Internal => {
                return refuse(" cannot be changed");
            }
            Context::Postmaster if context == Context::Sighup => prohibited = true,
            Context::Postmaster if context > Context::Postmaster => {
                return refuse(" cannot be changed without restarting the server");
            }
            Context::Sighup if context > Context::Sighup => {
                return refuse(" cannot be changed now");
            }
            Context::Backend | Context::SuBackend if context == Context::Sighup && in_child => {
                return Ok(Plan::Done(Outcome::Kept));
            }
            Context::Backend | Context::SuBackend
                if context > Context::Backend && source != Source::Client =>
            {
                return refuse(" cannot be set after connection start");
            }
            // There are no users here that could lack a privilege.
            Context::Internal
            | Context::Postmaster
            | Context::Sighup
            | Context::SuBackend
            | Context::Backend
            | Context::Suset
            | Context::Userset => {}
        }
        let real = action != Action::Try;
        let make_default =
            real && source <= Source::Override && (value.is_some() || source == Source::Default);
        let stronger = setting.source <= source;
        let change = real && stronger;
        if real && !stronger && !make_default {
            return Ok(Plan::Done(Outcome::Kept));
        }
        let mut plan = Change {
            key: key(name),
            hooks: definition.hooks,
            value: setting.reset.clone(),
            checked: Some(setting.reset_extra.clone()),
            source: setting.reset_source,
            context: setting.reset_context,
            prohibited,
            change,
            make_default,
            action,
        };
        if value.is_some() || source == Source::Default {
            plan.value = match value {
                Some(text) => definition.parse(name, text)?,
                None => definition.kind.boot(),
            };
            (plan.checked, plan.source, plan.context) = (None, source, context);
        }
        Ok(Plan::Go(Box::new(plan)))
    }

    /// For a setting that only a restart changes: is the value the one in force?
    fn compare(&mut self, key: &[u8], value: &Value) -> Result<Outcome, Report> {
        let Some(setting) = self.settings.get_mut(key) else { return Err(unrecognized(key)) };
        setting.pending_restart = setting.definition.slot.read() != *value;
        if setting.pending_restart {
            return Err(needs_restart(setting));
        }
        Ok(Outcome::Kept)
    }

    fn store(&mut self, change: &Change, candidate: Candidate, extra: Option<Arc<Extra>>) {
        let level = self.level;
        // A hook may have removed it.
        let Some(setting) = self.settings.get_mut(&change.key) else { return };
        let value = candidate.value();
        if change.change {
            if !change.make_default {
                setting.remember(level, change.action);
            }
            setting.definition.slot.write(candidate);
            setting.extra.clone_from(&extra);
            setting.source = change.source;
            setting.set_context = change.context;
        }
        if change.make_default {
            let (source, context) = (change.source, change.context);
            let new = Held { value, extra, source, context };
            setting.pass_down(&new);
            if setting.reset_source <= source {
                setting.reset = new.value;
                setting.reset_extra = new.extra;
                setting.reset_source = source;
                setting.reset_context = context;
            }
        }
    }
}

pub(crate) fn needs_restart(setting: &Setting) -> Report {
    let name = in_quotes(setting.definition.name.to_bytes());
    let tail = b" cannot be changed without restarting the server";
    let text = [b"parameter ", name.as_slice(), tail].concat();
    Report::error(SqlState::CANT_CHANGE_RUNTIME_PARAM, text)
}
