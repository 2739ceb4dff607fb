#![forbid(unsafe_code)]
//! All settings as rows of texts: for `pgbgw config`, the manual page, and C programs.
//! Runs in: any process.

use std::path::Path;

use super::preview::Awaited;
use super::registry::Registry;
use super::setting::{Setting, key};
use super::settings;
use super::text;
use super::types::{Context, Kind};
use super::units;
use crate::error::Result;

/// A row: names of columns, values where there are any.
pub(crate) type Row = Vec<(&'static str, Option<Vec<u8>>)>;

impl Registry {
    /// A row per setting, by name; then one with the column `problem` for each thing that is wrong
    /// with the file at `path`, as it is now.
    pub(crate) fn listing(&self, path: Option<&Path>) -> Result<Vec<Row>> {
        let mut preview = path.map(|path| self.preview(path)).unwrap_or_default();
        let mut rows = Vec::new();
        for shown in self.all()? {
            let key = key(shown.name.to_bytes());
            let awaited = preview.awaited.remove(&key);
            let (file, line) = match shown.place {
                Some(place) => (Some(place.file), Some(place.line.to_string().into_bytes())),
                None => (None, None),
            };
            let mut row: Row = vec![
                ("name", Some(shown.name.to_bytes().to_vec())),
                ("value", Some(shown.value)),
                ("source", Some(shown.source.word().into())),
                ("file", file),
                ("line", line),
                ("pending_restart", Some(shown.pending_restart.to_string().into_bytes())),
                ("description", shown.description.map(|text| text.to_bytes().to_vec())),
            ];
            row.extend(pending(awaited));
            if let Some(setting) = self.lock().settings.get(&key) {
                row.extend(setting.columns());
            }
            rows.push(row);
        }
        for awaited in preview.awaited.into_values() {
            let mut row: Row = vec![("name", Some(awaited.name.clone())), ("value", None)];
            row.extend(pending(Some(awaited)));
            rows.push(row);
        }
        rows.extend(preview.problems.into_iter().map(|text| vec![("problem", Some(text))]));
        Ok(rows)
    }
}

/// What the file has and is not in force, and what brings it.
fn pending(awaited: Option<Awaited>) -> Row {
    let awaited = awaited.map(|mut awaited| {
        awaited.value = settings::without_password(&awaited.name, awaited.value);
        awaited
    });
    let (how, value) = match awaited {
        Some(Awaited { value, restart: true, .. }) => (Some(b"restart".to_vec()), Some(value)),
        Some(Awaited { value, .. }) => (Some(b"reload".to_vec()), Some(value)),
        None => (None, None),
    };
    vec![("pending", how), ("pending_value", value)]
}

impl Setting {
    /// What the setting is, under the names that `pg_settings` has for it.
    fn columns(&self) -> Row {
        let definition = &self.definition;
        let kind = &definition.kind;
        let number = |text: String| Some(text.into_bytes());
        let (name, min, max) = match kind {
            Kind::Bool { .. } => ("bool", None, None),
            Kind::Int { min, max, .. } => {
                ("integer", number(min.to_string()), number(max.to_string()))
            }
            Kind::Real { min, max, .. } => {
                ("real", number(text::general(*min)), number(text::general(*max)))
            }
            Kind::Text { .. } => ("string", None, None),
            Kind::Enum { .. } => ("enum", None, None),
        };
        let words = match kind {
            Kind::Enum { options, .. } => {
                let shown = options.iter().filter(|option| !option.hidden);
                Some(
                    shown.map(|option| option.name.to_bytes()).collect::<Vec<_>>().join(&b", "[..]),
                )
            }
            Kind::Bool { .. } | Kind::Int { .. } | Kind::Real { .. } | Kind::Text { .. } => None,
        };
        let boot = text::show(kind, definition.flags, &kind.boot(), true);
        let reset = text::show(kind, definition.flags, &self.reset, true);
        let reset = settings::without_password(definition.name.to_bytes(), reset);
        vec![
            ("context", Some(definition.context.word().into())),
            ("type", Some(name.into())),
            ("unit", units::base(definition.flags).map(|base| base.word().into())),
            ("min", min),
            ("max", max),
            ("words", words),
            ("boot_value", Some(boot)),
            ("reset_value", Some(reset)),
        ]
    }
}

impl Context {
    /// The word that `pg_settings` has for it.
    fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Postmaster => "postmaster",
            Self::Sighup => "sighup",
            Self::SuBackend => "superuser-backend",
            Self::Backend => "backend",
            Self::Suset => "superuser",
            Self::Userset => "user",
        }
    }
}
