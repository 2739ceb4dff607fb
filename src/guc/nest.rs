#![forbid(unsafe_code)]
//! Nest levels: values that last until the end of a transaction, or of a function's call.
//! Runs in: any process.
//!
//! A setting remembers, for each level at which it was changed, what it was before. At the end of
//! a level the old value comes back, or what is left of the change passes on to the level above.

use std::sync::Arc;

use super::registry::{Registry, Request, SetError, Table};
use super::setting::Setting;
use super::types::{Context, Source, Value};
use super::variable::{Candidate, Extra, Hooks};
use crate::abi::guc::{
    GUC_ACTION_LOCAL, GUC_ACTION_SAVE, GUC_ACTION_SET, GUC_NO_RESET_ALL, GucAction,
};
use crate::error::Result;

/// How long a new value is to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Like `SET`: beyond the end of the level if that commits.
    Set,
    /// Like `SET LOCAL`: until the transaction ends.
    Local,
    /// Like a function's `SET` clause: until the level ends.
    Save,
    /// It is not to be set at all, only looked at.
    Try,
}

impl Action {
    /// The action behind a C value, if there is one.
    pub(crate) fn from_c(value: GucAction) -> Option<Self> {
        match value {
            GUC_ACTION_SET => Some(Self::Set),
            GUC_ACTION_LOCAL => Some(Self::Local),
            GUC_ACTION_SAVE => Some(Self::Save),
            _ => None,
        }
    }
}

/// A value with what the check hook made of it, and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) value: Value,
    pub(super) extra: Option<Arc<Extra>>,
    pub(super) source: Source,
    pub(super) context: Context,
}

/// What has been done to a setting at a level.
#[derive(Debug)]
enum Change {
    Save,
    Set,
    Local,
    /// A `SET`, whose value is kept here, and then a `SET LOCAL`.
    SetLocal(Held),
}

/// What a setting was before it was changed at a level.
#[derive(Debug)]
pub(super) struct Saved {
    level: i32,
    change: Change,
    prior: Held,
}

impl Setting {
    fn held(&self) -> Held {
        Held {
            value: self.definition.slot.read(),
            extra: self.extra.clone(),
            source: self.source,
            context: self.set_context,
        }
    }

    /// Remembers the value in force before it is changed at `level`; 0 is outside of all levels.
    pub(super) fn remember(&mut self, level: i32, action: Action) {
        if level == 0 {
            return;
        }
        let now = self.held();
        match (self.saved.last_mut().filter(|top| top.level >= level), action) {
            (Some(top), Action::Set) => top.change = Change::Set,
            (Some(top), Action::Local) if matches!(top.change, Change::Set) => {
                top.change = Change::SetLocal(Held { source: Source::Session, ..now });
            }
            (Some(_), _) | (None, Action::Try) => {}
            (None, Action::Set) => {
                self.saved.push(Saved { level, change: Change::Set, prior: now });
            }
            (None, Action::Local) => {
                self.saved.push(Saved { level, change: Change::Local, prior: now });
            }
            (None, Action::Save) => {
                self.saved.push(Saved { level, change: Change::Save, prior: now });
            }
        }
    }

    /// A new default is also what those go back to that had an older one.
    pub(super) fn pass_down(&mut self, new: &Held) {
        for saved in &mut self.saved {
            if saved.prior.source <= new.source {
                saved.prior = new.clone();
            }
        }
    }

    /// Ends the innermost level at which the setting was changed, if that is `level` or below. The
    /// value that is to be in force then, if it is another one.
    fn close(&mut self, level: i32, commit: bool) -> Step {
        let Some(mut top) = self.saved.pop_if(|top| top.level >= level) else { return Step::Done };
        if !commit || matches!(top.change, Change::Save) {
            return Step::Restore(top.prior);
        }
        if top.level == 1 {
            return match top.change {
                Change::SetLocal(masked) => Step::Restore(masked),
                Change::Local => Step::Restore(top.prior),
                Change::Set | Change::Save => Step::Popped,
            };
        }
        let above = top.level - 1;
        let Some(outer) = self.saved.last_mut().filter(|outer| outer.level >= above) else {
            top.level = above;
            self.saved.push(top);
            return Step::Popped;
        };
        match top.change {
            Change::Set => outer.change = Change::Set,
            Change::Local => {
                if matches!(outer.change, Change::Set) {
                    outer.change = Change::SetLocal(Held { source: Source::Session, ..top.prior });
                }
            }
            Change::SetLocal(masked) => outer.change = Change::SetLocal(masked),
            Change::Save => {}
        }
        Step::Popped
    }
}

enum Step {
    /// Nothing (more) was changed at such a level.
    Done,
    Popped,
    Restore(Held),
}

impl Table {
    /// The next setting that gets another value, and which; `after` is the one before it.
    fn next_restored(&mut self, level: i32, commit: bool) -> Option<(Vec<u8>, Hooks, Held)> {
        for (key, setting) in &mut self.settings {
            loop {
                match setting.close(level, commit) {
                    Step::Done => break,
                    Step::Popped => {}
                    Step::Restore(held) => {
                        return Some((key.clone(), setting.definition.hooks, held));
                    }
                }
            }
        }
        None
    }
}

impl Registry {
    /// Opens a level inside the current one; its number.
    pub(crate) fn open_level(&self) -> i32 {
        let mut table = self.lock();
        table.level += 1;
        table.level
    }

    /// At the start of a transaction there is one level; how many there were.
    pub(crate) fn first_level(&self) -> i32 {
        core::mem::replace(&mut self.lock().level, 1)
    }

    /// Ends `level` and all inside it: what was changed there comes back, or with `commit` stays
    /// as long as was asked for.
    pub(crate) fn close_levels(&self, commit: bool, level: i32) -> Result<()> {
        loop {
            let next = self.lock().next_restored(level, commit);
            let Some((key, hooks, held)) = next else { break };
            let candidate = Candidate::new(&held.value)?;
            let differs = self.lock().settings.get(&key).is_some_and(|setting| {
                // A text that was set again is another text, whatever stands in it.
                matches!(held.value, Value::Text(_))
                    || setting.definition.slot.read() != held.value
                    || setting.extra.as_ref().map(Arc::as_ptr)
                        != held.extra.as_ref().map(Arc::as_ptr)
            });
            if differs {
                hooks.assign(&candidate, held.extra.as_deref())?;
            }
            if let Some(setting) = self.lock().settings.get_mut(&key) {
                setting.definition.slot.write(candidate);
                setting.extra = held.extra;
                setting.source = held.source;
                setting.set_context = held.context;
            }
        }
        self.lock().level = level - 1;
        Ok(())
    }

    /// Puts everything that a user may set, and has set, back to what it was before.
    pub(crate) fn reset_all(&self) -> core::result::Result<(), SetError> {
        let names: Vec<_> = self
            .lock()
            .settings
            .values()
            .filter(|setting| {
                setting.definition.context >= Context::Suset
                    && setting.definition.flags & GUC_NO_RESET_ALL == 0
                    && setting.source > Source::Override
            })
            .map(|setting| setting.definition.name.clone())
            .collect();
        for name in names {
            self.set(&Request {
                name: name.to_bytes(),
                value: None,
                context: Context::Suset,
                source: Source::Session,
                in_child: true,
                action: Action::Set,
            })?;
        }
        Ok(())
    }
}
