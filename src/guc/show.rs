#![forbid(unsafe_code)]
//! Showing settings: one as SHOW does, or all with where their values come from.
//! Runs in: any process.

use std::ffi::CString;

use super::registry::Registry;
use super::setting::key;
use super::types::{Place, Source};
use super::variable::Hooks;
use crate::error::Result;

/// A setting as it is now.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) name: CString,
    /// With the largest unit that fits, or in the words of the setting's show hook.
    pub(crate) value: Vec<u8>,
    pub(crate) source: Source,
    /// The line that set it, where the source is the file.
    pub(crate) place: Option<Place>,
    pub(crate) pending_restart: bool,
    /// What it is for, as who defined it says.
    pub(crate) description: Option<CString>,
}

impl Registry {
    /// The setting of a name, if there is one.
    pub(crate) fn show(&self, name: &[u8]) -> Result<Option<Shown>> {
        let Some((mut shown, hooks)) = self.look(&key(name)) else { return Ok(None) };
        if let Some(words) = hooks.show()? {
            shown.value = words;
        }
        Ok(Some(shown))
    }

    /// All of them, by name.
    pub(crate) fn all(&self) -> Result<Vec<Shown>> {
        let names: Vec<Vec<u8>> = self.lock().settings.keys().cloned().collect();
        // One that a show hook has removed meanwhile is left out.
        names.iter().filter_map(|name| self.show(name).transpose()).collect()
    }

    fn look(&self, key: &[u8]) -> Option<(Shown, Hooks)> {
        let table = self.lock();
        let setting = table.settings.get(key)?;
        let shown = Shown {
            name: setting.definition.name.clone(),
            value: setting.text(true),
            source: setting.source,
            place: setting.place().cloned(),
            pending_restart: setting.pending_restart,
            description: setting.definition.short_desc.clone(),
        };
        Some((shown, setting.definition.hooks))
    }
}
