#![forbid(unsafe_code)]
//! The configuration file: read at start and again at each SIGHUP.
//! Runs in: any process.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::rc::Rc;

use super::files::{self, Item};
use super::nest::Action;
use super::registry::{Outcome, Registry, Request, needs_restart};
use super::setting::{in_quotes, is_custom_name, key};
use super::types::{Context, Place, Source};
use crate::error::{Level, Report, Result, SqlState};

/// Which reading this is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// `Postmaster` at start, where any error is fatal; else `Sighup`.
    pub(crate) context: Context,
    /// A process that the postmaster forked: it keeps quiet, the postmaster has told already.
    pub(crate) in_child: bool,
}

/// Something is wrong with a file; it has been reported.
struct Bad {
    file: Rc<Path>,
    /// Whether the rest was applied.
    applied: bool,
}

impl Registry {
    /// Reads the file and applies it. At a reload errors are reported and the values in force
    /// stay; at start they are reported and a FATAL report is returned.
    pub(crate) fn process_file(
        &self,
        path: &Path,
        reading: Reading,
        sink: &mut dyn FnMut(Report),
    ) -> Result<()> {
        let level = if reading.in_child { Level::Debug2 } else { Level::Log };
        let mut quiet = |mut report: Report| {
            report.level = level;
            sink(report);
        };
        let Err(bad) = self.read_and_apply(path, reading, &mut quiet) else { return Ok(()) };
        let name = in_quotes(bad.file.as_os_str().as_bytes());
        let says = |tail: &str| {
            let text = [b"configuration file ", name.as_slice(), tail.as_bytes()].concat();
            Report::new(level, text).with_sqlstate(SqlState::CONFIG_FILE_ERROR)
        };
        if reading.context == Context::Postmaster {
            let mut report = says(" contains errors");
            report.level = Level::Fatal;
            return Err(report.into());
        }
        quiet(says(if bad.applied {
            " contains errors; unaffected changes were applied"
        } else {
            " contains errors; no changes were applied"
        }));
        Ok(())
    }

    fn read_and_apply(
        &self,
        path: &Path,
        reading: Reading,
        sink: &mut dyn FnMut(Report),
    ) -> core::result::Result<(), Bad> {
        let main: Rc<Path> = Rc::from(path);
        let untouched = |file| Bad { file, applied: false };
        let items = files::read(path, sink).map_err(|()| untouched(Rc::clone(&main)))?;
        let items = last_of_each(items);
        self.check_names(&items, sink).map_err(untouched)?;

        let mut bad = None;
        if !self.reset_removed(reading, sink) {
            bad = Some(main);
        }
        for item in &items {
            if !self.apply(item, reading, sink) {
                bad = Some(Rc::clone(&item.file));
            }
        }
        bad.map_or(Ok(()), |file| Err(Bad { file, applied: true }))
    }

    /// Marks what is in the file. An unknown name spoils all of it.
    fn check_names(
        &self,
        items: &[Item],
        sink: &mut dyn FnMut(Report),
    ) -> core::result::Result<(), Rc<Path>> {
        let mut bad = Ok(());
        let mut table = self.lock();
        for setting in table.settings.values_mut() {
            setting.in_file = false;
        }
        for item in items {
            if let Some(setting) = table.settings.get_mut(&key(&item.name)) {
                setting.in_file = true;
            } else if !is_custom_name(&item.name) {
                let name = in_quotes(&item.name);
                let file = in_quotes(item.file.as_os_str().as_bytes());
                let head = b"unrecognized configuration parameter ";
                let line = format!(" line {}", item.line);
                let text = [head.as_slice(), &name, b" in file ", &file, line.as_bytes()].concat();
                sink(Report::new(Level::Log, text).with_sqlstate(SqlState::UNDEFINED_OBJECT));
                bad = Err(Rc::clone(&item.file));
            }
        }
        bad
    }

    /// What was in the file and is no longer goes back to its default. False: not all of it can.
    fn reset_removed(&self, reading: Reading, sink: &mut dyn FnMut(Report)) -> bool {
        let mut waiting = Vec::new();
        let mut gone = Vec::new();
        for setting in self.lock().settings.values_mut() {
            if setting.reset_source != Source::File || setting.in_file {
                continue;
            }
            if setting.definition.context < Context::Sighup {
                setting.pending_restart = true;
                waiting.push(needs_restart(setting));
                continue;
            }
            setting.reset_source = Source::Default;
            if setting.source == Source::File {
                setting.source = Source::Default;
                setting.place = None;
            }
            gone.push(setting.definition.name.clone());
        }
        let mut good = waiting.is_empty();
        waiting.into_iter().for_each(&mut *sink);
        for name in gone {
            let request = Request {
                name: name.to_bytes(),
                value: None,
                context: reading.context,
                source: Source::Default,
                in_child: reading.in_child,
                action: Action::Set,
            };
            match self.set(&request) {
                Ok(Outcome::Changed) => {
                    let quoted = in_quotes(name.to_bytes());
                    let tail = b" removed from configuration file, reset to default";
                    let text = [b"parameter ", quoted.as_slice(), tail].concat();
                    sink(Report::new(Level::Log, text));
                }
                Ok(Outcome::Kept) => {}
                Err(error) => {
                    sink(error.into_report());
                    good = false;
                }
            }
        }
        good
    }

    /// Applies one line. False: it could not be, and that has been reported.
    fn apply(&self, item: &Item, reading: Reading, sink: &mut dyn FnMut(Report)) -> bool {
        let before = self.text(&item.name);
        let request = Request {
            name: &item.name,
            value: Some(&item.value),
            context: reading.context,
            source: Source::File,
            in_child: reading.in_child,
            action: Action::Set,
        };
        let outcome = match self.set(&request) {
            Ok(outcome) => outcome,
            Err(error) => {
                sink(error.into_report());
                return false;
            }
        };
        if let Some(setting) = self.lock().settings.get_mut(&key(&item.name))
            && setting.source == Source::File
        {
            let file = item.file.as_os_str().as_bytes().to_vec();
            setting.place = Some(Place { file, line: item.line });
        }
        if outcome == Outcome::Changed
            && reading.context == Context::Sighup
            && before.unwrap_or_default() != self.text(&item.name).unwrap_or_default()
        {
            let (name, value) = (in_quotes(&item.name), in_quotes(&item.value));
            let text = [b"parameter ", name.as_slice(), b" changed to ", &value].concat();
            sink(Report::new(Level::Log, text));
        }
        true
    }
}

/// Of several lines for one setting the last counts.
pub(super) fn last_of_each(items: Vec<Item>) -> Vec<Item> {
    let mut seen = std::collections::BTreeSet::new();
    let mut kept: Vec<Item> =
        items.into_iter().rev().filter(|item| seen.insert(key(&item.name))).collect();
    kept.reverse();
    kept
}
