#![deny(unsafe_code)]
//! Settings: what they are, where their values come from, and pgbgw.conf.
//! Runs in: any process.
//!
//! The way of a value: a line of the file (`grammar`, `files`) is read as its setting's kind
//! (`parse`, `units`), allowed or not by context and source (`registry`), shown to the hooks and
//! stored in the C variable (`variable`). Built-in settings are rows of a table (`builtin`), those
//! of libraries are defined by them (`define`); both go the same way.

mod builtin;
mod define;
pub(crate) mod files;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub(crate) mod grammar;
mod list;
mod listing;
mod nest;
pub(crate) mod parse;
mod preview;
mod registry;
mod reload;
mod rows;
mod sample;
mod setting;
pub(crate) mod settings;
mod show;
mod text;
mod types;
mod units;
#[expect(unsafe_code, reason = "writes C variables and calls hooks")]
mod variable;

#[cfg(test)]
mod tests;

use core::ffi::c_char;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::abi::guc::GUC_UNIT;
use crate::abi::variables;
use crate::error::{self, Level, Report, Result, SqlState};
pub(crate) use nest::Action;
pub(crate) use parse::{Invalid, int as parse_int, real as parse_real};
pub(crate) use registry::Request;
use registry::{Outcome, Registry, SetError};
use reload::Reading;
pub(crate) use sample::sample;
pub(crate) use setting::Definition;
pub(crate) use show::Shown;
pub(crate) use types::{Context, EnumOption, Kind, Source};
pub(crate) use variable::{Calls, Hooks, Slot, set_check_errcode};

/// The settings of this process.
static SETTINGS: Registry = Registry::new();

/// Name of the configuration file in the data directory.
pub(crate) const CONFIG_FILE: &str = "pgbgw.conf";

/// Loads the settings when the postmaster starts: first the `NAME=VALUE` texts of the command
/// line, then the file, which they beat. LOG reports of errors are emitted; the FATAL one that
/// ends the start is returned.
pub(crate) fn start(data_directory: &Path, arguments: &[&[u8]]) -> Result<()> {
    set_data_directory(data_directory)?;
    for argument in arguments {
        let (name, value) = split(argument)?;
        set(&name, value, Context::Postmaster, Source::Argv)?;
    }
    process_config_file(Context::Postmaster)
}

fn set_data_directory(path: &Path) -> Result<()> {
    let folder = std::path::absolute(path).unwrap_or_else(|_| path.into());
    let bytes = folder.as_os_str().as_bytes();
    set(b"data_directory", bytes, Context::Internal, Source::Override)?;
    let file = config_file();
    set(b"config_file", file.as_os_str().as_bytes(), Context::Internal, Source::Override)
}

/// Sets a setting while the postmaster starts; what is wrong is FATAL.
fn set(name: &[u8], value: &[u8], context: Context, source: Source) -> Result<()> {
    let (value, action) = (Some(value), Action::Set);
    let request = Request { name, value, context, source, in_child: false, action };
    SETTINGS.set(&request).map(drop).map_err(|error| {
        let mut report = error.into_report();
        report.level = Level::Fatal;
        error::Raised::from(report)
    })
}

/// Reads the file again: in the postmaster at SIGHUP, in a worker when it asks for it.
/// `utils/guc.h`'s ProcessConfigFile.
pub(crate) fn process_config_file(context: Context) -> Result<()> {
    let path = config_file();
    let reading = Reading { context, in_child: variables::IsUnderPostmaster.get() };
    SETTINGS.process_file(&path, reading, &mut |report| error::emit(&report))
}

/// Defines a setting of a library.
pub(crate) fn define_custom(definition: Definition) -> Result<()> {
    let preloading = variables::process_shared_preload_libraries_in_progress.get();
    SETTINGS.define(definition, preloading, &mut |report| error::emit(&report))
}

/// Changes a setting on behalf of a library: `utils/guc.h`'s set_config_option. Some(true): done;
/// Some(false): something stronger decides, or it was only a try; None: refused, and reported at
/// `level`. Without a level an error is raised, but what is wrong with a value of the file or a
/// default is only reported.
pub(crate) fn set_option(change: &Request<'_>, level: Option<Level>) -> Result<Option<bool>> {
    let mut report = match SETTINGS.set(change) {
        Ok(outcome) => return Ok(Some(outcome == Outcome::Changed)),
        Err(SetError::Raised(raised)) => return Err(raised),
        Err(SetError::Refused(report)) => report,
    };
    report.level = level.unwrap_or_else(|| usual_level(change.source));
    if report.level >= Level::Error {
        return Err(report.into());
    }
    error::emit(&report);
    Ok(None)
}

/// How bad a bad value from a source is.
fn usual_level(source: Source) -> Level {
    match source {
        Source::Default | Source::File if variables::IsUnderPostmaster.get() => Level::Debug3,
        Source::Default | Source::File => Level::Log,
        Source::Global | Source::Database | Source::User | Source::DatabaseUser => Level::Warning,
        Source::DynamicDefault
        | Source::EnvVar
        | Source::Argv
        | Source::Client
        | Source::Override
        | Source::Interactive
        | Source::Test
        | Source::Session => Level::Error,
    }
}

/// Opens a nest level; its number. `utils/guc.h`'s NewGUCNestLevel.
pub(crate) fn open_level() -> i32 {
    SETTINGS.open_level()
}

/// Opens the level of a transaction. `utils/guc.h`'s AtStart_GUC.
pub(crate) fn start_transaction() {
    let before = SETTINGS.first_level();
    if before != 0 {
        let text = format!("GUC nest level = {before} at transaction start");
        error::emit(&Report::new(Level::Warning, text));
    }
}

/// Ends a nest level and all inside it. `utils/guc.h`'s AtEOXact_GUC.
pub(crate) fn close_levels(commit: bool, level: i32) -> Result<()> {
    SETTINGS.close_levels(commit, level)
}

/// Puts back everything that the process itself has set. `utils/guc.h`'s ResetAllOptions.
pub(crate) fn reset_all() -> Result<()> {
    SETTINGS.reset_all().map_err(|error| error.into_report().into())
}

/// What RESET of a setting would go back to; an ERROR for a name that is not known.
pub(crate) fn reset_text(name: &[u8]) -> Result<Vec<u8>> {
    SETTINGS.reset_text(name).ok_or_else(|| registry::unrecognized(name).into())
}

/// The flags of a setting; an ERROR for a name that is not known.
pub(crate) fn flags(name: &[u8]) -> Result<i32> {
    SETTINGS.flags(name).ok_or_else(|| registry::unrecognized(name).into())
}

/// The name of a setting that is defined, as long as the process lives: a defined setting is never
/// removed, nor its name changed. None for placeholders and names that are not known.
pub(crate) fn lasting_name(name: &[u8]) -> Option<*const c_char> {
    SETTINGS.lasting_name(name)
}

/// The name of the unit in which a setting with these flags keeps its value.
pub(crate) fn unit(flags: i32) -> Result<Option<&'static CStr>> {
    match units::base(flags) {
        Some(base) => Ok(Some(base.name)),
        None if flags & GUC_UNIT == 0 => Ok(None),
        None => {
            let text = format!("unrecognized GUC units value: {}", flags & GUC_UNIT);
            Err(Report::error(SqlState::INTERNAL_ERROR, text).into())
        }
    }
}

/// The value of a setting as text, without units; an ERROR for a name that is not known.
pub(crate) fn option(name: &[u8]) -> Result<Vec<u8>> {
    SETTINGS.text(name).ok_or_else(|| registry::unrecognized(name).into())
}

/// A setting as `SHOW` has it; an ERROR for a name that is not known.
pub(crate) fn show(name: &[u8]) -> Result<Shown> {
    SETTINGS.show(name)?.ok_or_else(|| registry::unrecognized(name).into())
}

/// All settings with their values, where those come from, and what the file would change.
pub(crate) fn listing() -> Result<Vec<listing::Row>> {
    SETTINGS.listing(Some(&config_file()))
}

/// The settings that a postmaster started in this directory would have, and what is wrong with its
/// file; without one those of our own. Only for a process that is not, and will not be, one.
pub(crate) fn of_directory(directory: Option<&Path>) -> Result<Vec<listing::Row>> {
    let mut problems = Vec::new();
    if let Some(directory) = directory {
        set_data_directory(directory)?;
        let reading = Reading { context: Context::Postmaster, in_child: false };
        let mut sink = |report: Report| problems.push(vec![("problem", Some(report.message))]);
        let _told = SETTINGS.process_file(&config_file(), reading, &mut sink);
    }
    let mut rows = SETTINGS.listing(None)?;
    rows.extend(problems);
    Ok(rows)
}

fn config_file() -> PathBuf {
    Path::new(OsStr::from_bytes(&settings::data_directory())).join(CONFIG_FILE)
}

/// Reserves a prefix for the library that defines its settings.
pub(crate) fn reserve_prefix(prefix: &CStr) {
    SETTINGS.reserve(prefix.to_bytes(), &mut |report| error::emit(&report));
}

/// `NAME=VALUE` of the command line; dashes in the name stand for underscores.
fn split(argument: &[u8]) -> Result<(Vec<u8>, &[u8])> {
    let Some(at) = argument.iter().position(|c| *c == b'=') else {
        let text = [b"-c ", argument, b" requires a value"].concat();
        return Err(Report::new(Level::Fatal, text).with_sqlstate(SqlState::SYNTAX_ERROR).into());
    };
    let (name, value) = argument.split_at_checked(at).unwrap_or((argument, b"="));
    let name = name.iter().map(|c| if *c == b'-' { b'_' } else { *c }).collect();
    Ok((name, value.get(1..).unwrap_or_default()))
}
