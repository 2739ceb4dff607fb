#![forbid(unsafe_code)]
//! What the file says now and would change, without changing it.
//! Runs in: any process.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::files::{self, Item};
use super::registry::{Registry, Table, unrecognized};
use super::reload::last_of_each;
use super::setting::{Setting, in_quotes, is_custom_name, key};
use super::text;
use super::types::{Context, Source};
use crate::error::Report;

/// The value that a setting is to have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Awaited {
    /// The name as the file has it.
    pub(crate) name: Vec<u8>,
    /// As `SHOW` would have it.
    pub(crate) value: Vec<u8>,
    /// Only a restart brings it.
    pub(crate) restart: bool,
}

/// What a reload, or a restart, would bring.
#[derive(Debug, Default)]
pub(crate) struct Preview {
    /// By name in small letters.
    pub(crate) awaited: BTreeMap<Vec<u8>, Awaited>,
    /// What is wrong with the file, in the words of a reload.
    pub(crate) problems: Vec<Vec<u8>>,
}

impl Registry {
    /// Reads the file as a reload would. Check hooks of libraries are not asked.
    pub(crate) fn preview(&self, path: &Path) -> Preview {
        let mut preview = Preview::default();
        let problems = &mut preview.problems;
        let read = files::read(path, &mut |report| {
            // That an optional file is not there is no problem.
            if !report.message.starts_with(b"skipping missing") {
                problems.push(report.message);
            }
        });
        let Ok(items) = read else { return preview };
        let table = self.lock();
        let mut named = BTreeSet::new();
        for item in last_of_each(items) {
            let key = key(&item.name);
            named.insert(key.clone());
            match table.awaited(&key, item) {
                Ok(Some(awaited)) => drop(preview.awaited.insert(key, awaited)),
                Ok(None) => {}
                Err(report) => preview.problems.push(report.message),
            }
        }
        for (key, setting) in &table.settings {
            if setting.reset_source == Source::File && !named.contains(key) {
                let boot = setting.definition.kind.boot();
                if let Some(awaited) = setting.awaited(setting.definition.name.to_bytes(), &boot) {
                    preview.awaited.insert(key.clone(), awaited);
                }
            }
        }
        preview
    }
}

impl Table {
    fn awaited(&self, key: &[u8], item: Item) -> Result<Option<Awaited>, Report> {
        let Some(setting) = self.settings.get(key) else {
            if !is_custom_name(&item.name) {
                return Err(unrecognized(&item.name));
            }
            return Ok(Some(Awaited { name: item.name, value: item.value, restart: false }));
        };
        let value = setting.definition.parse(&item.name, &item.value)?;
        if setting.definition.context == Context::Internal {
            let quoted = in_quotes(setting.definition.name.to_bytes());
            let text = [b"parameter ", quoted.as_slice(), b" cannot be changed"].concat();
            return Err(Report::new(crate::error::Level::Log, text));
        }
        // What the command line says stays.
        let stronger = setting.source > Source::File;
        Ok(setting.awaited(&item.name, &value).filter(|_| !stronger))
    }
}

impl Setting {
    /// The value as one that is to come, if it is not there already.
    fn awaited(&self, name: &[u8], value: &super::types::Value) -> Option<Awaited> {
        let definition = &self.definition;
        let value_text = text::show(&definition.kind, definition.flags, value, true);
        (definition.slot.read() != *value).then(|| Awaited {
            name: name.to_vec(),
            value: value_text,
            restart: definition.context < Context::Sighup,
        })
    }
}
