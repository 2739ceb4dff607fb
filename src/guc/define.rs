#![forbid(unsafe_code)]
//! Settings of libraries: defining them, and reserving their prefix.
//! Runs in: any process.

use super::nest::Action;
use super::registry::{Registry, Request, SetError, refusal, unrecognized};
use super::setting::{Definition, Setting, in_quotes, key};
use super::text;
use super::types::{Context, Source, Value};
use super::variable::{Candidate, Verdict};
use crate::abi::guc::GUC_LIST_QUOTE;
use crate::error::{Level, Raised, Report, Result, SqlState};

impl Registry {
    /// Defines a setting, gives it its default, and then what the file or the command line said
    /// before it was known. A value that turns out to be bad is reported and the default stays.
    ///
    /// `preloading`: shared_preload_libraries are being loaded.
    pub(crate) fn define(
        &self,
        mut definition: Definition,
        preloading: bool,
        sink: &mut dyn FnMut(Report),
    ) -> Result<()> {
        if definition.context == Context::Postmaster && !preloading {
            return Err(fatal("cannot create PGC_POSTMASTER variables after startup"));
        }
        if definition.flags & GUC_LIST_QUOTE != 0 {
            return Err(fatal("extensions cannot define GUC_LIST_QUOTE variables"));
        }
        let name = definition.name.clone();
        let key = key(name.to_bytes());
        if self.lock().settings.get(&key).is_some_and(|old| !old.is_placeholder()) {
            let quoted = in_quotes(name.to_bytes());
            let text = [b"attempt to redefine parameter ", quoted.as_slice()].concat();
            return Err(Report::error(SqlState::INTERNAL_ERROR, text).into());
        }

        let boot = definition.kind.boot();
        let mut candidate = Candidate::new(&boot)?;
        let extra = match definition.hooks.check(&mut candidate, Source::Default)? {
            Verdict::Accepted(extra) => extra,
            refused @ Verdict::Refused { .. } => {
                sink(at(Level::Log, refusal(&definition, &candidate, refused)));
                return Err(bad_default(&definition, &boot));
            }
        };
        definition.hooks.assign(&candidate, extra.as_deref())?;
        let value = candidate.value();
        definition.slot.write(candidate);

        let setting = Setting::new(definition, value, extra);
        let held = self.lock().settings.insert(key.clone(), setting);
        held.map_or(Ok(()), |held| self.apply_held(&key, &held, sink))
    }

    /// Gives a new setting the values of the placeholder whose place it took.
    fn apply_held(&self, key: &[u8], held: &Setting, sink: &mut dyn FnMut(Report)) -> Result<()> {
        let mut values = vec![(held.reset.clone(), held.reset_source, held.reset_context)];
        let current = held.definition.slot.read();
        if current != held.reset {
            values.push((current, held.source, held.set_context));
        }
        for (value, source, context) in values {
            let Value::Text(Some(text)) = value else { continue };
            let name = held.definition.name.to_bytes();
            let request = Request {
                name,
                value: Some(text.to_bytes()),
                context,
                source,
                in_child: false,
                action: Action::Set,
            };
            match self.set(&request) {
                Ok(_) => {}
                Err(SetError::Refused(report)) => sink(at(Level::Warning, report)),
                Err(SetError::Raised(raised)) => return Err(raised),
            }
        }
        let mut table = self.lock();
        let Some(setting) = table.settings.get_mut(key) else {
            return Err(unrecognized(key).into());
        };
        if setting.source == Source::File {
            setting.place.clone_from(&held.place);
        }
        Ok(())
    }

    /// Removes what the file has with this prefix and no library defined, and takes no more of it.
    pub(crate) fn reserve(&self, prefix: &[u8], sink: &mut dyn FnMut(Report)) {
        let prefix_key = key(prefix);
        let mut unknown = Vec::new();
        {
            let mut table = self.lock();
            table.settings.retain(|name, setting| {
                let own =
                    name.strip_prefix(prefix_key.as_slice()).is_some_and(|r| r.starts_with(b"."));
                let keep = !(own && setting.is_placeholder());
                if !keep {
                    unknown.push(setting.definition.name.clone());
                }
                keep
            });
            if !table.reserved.contains(&prefix_key) {
                table.reserved.push(prefix_key);
            }
        }
        for name in unknown {
            let quoted = in_quotes(name.to_bytes());
            let head = b"invalid configuration parameter name ";
            let text = [head.as_slice(), &quoted, b", removing it"].concat();
            let detail = [in_quotes(prefix).as_slice(), b" is now a reserved prefix."].concat();
            let report = Report::new(Level::Warning, text).with_sqlstate(SqlState::INVALID_NAME);
            sink(report.with_detail(detail));
        }
    }
}

fn at(level: Level, mut report: Report) -> Report {
    report.level = level;
    report
}

fn fatal(text: &str) -> Raised {
    Report::new(Level::Fatal, text).into()
}

fn bad_default(definition: &Definition, boot: &Value) -> Raised {
    let shown = text::show(&definition.kind, 0, boot, false);
    let shown = match boot {
        Value::Bool(on) => i32::from(*on).to_string().into(),
        Value::Enum(number) => number.to_string().into(),
        Value::Text(_) => in_quotes(&shown),
        Value::Int(_) | Value::Real(_) => shown,
    };
    let name = definition.name.to_bytes();
    let text = [b"failed to initialize ", name, b" to ", shown.as_slice()].concat();
    Report::new(Level::Fatal, text).into()
}
