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
mod files;
mod grammar;
mod list;
pub(crate) mod parse;
mod registry;
mod reload;
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

use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::abi::variables;
use crate::error::{self, Level, Report, Result, SqlState};
pub(crate) use parse::int as parse_int;
use registry::{Registry, Request};
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
    let fatal = |error: registry::SetError| {
        let mut report = error.into_report();
        report.level = Level::Fatal;
        error::Raised::from(report)
    };
    let set = |name: &[u8], value: &[u8], context, source| {
        let request = Request { name, value: Some(value), context, source, in_child: false };
        SETTINGS.set(&request).map(drop).map_err(fatal)
    };
    let folder = std::path::absolute(data_directory).unwrap_or_else(|_| data_directory.into());
    let bytes = folder.as_os_str().as_bytes();
    set(b"data_directory", bytes, Context::Internal, Source::Override)?;
    for argument in arguments {
        let (name, value) = split(argument)?;
        set(&name, value, Context::Postmaster, Source::Argv)?;
    }
    process_config_file(Context::Postmaster)
}

/// Reads the file again: in the postmaster at SIGHUP, in a worker when it asks for it.
/// `utils/guc.h`'s ProcessConfigFile.
pub(crate) fn process_config_file(context: Context) -> Result<()> {
    let folder = settings::data_directory();
    let path = Path::new(OsStr::from_bytes(&folder)).join(CONFIG_FILE);
    let reading = Reading { context, in_child: variables::IsUnderPostmaster.get() };
    SETTINGS.process_file(&path, reading, &mut |report| error::emit(&report))
}

/// Defines a setting of a library.
pub(crate) fn define_custom(definition: Definition) -> Result<()> {
    let preloading = variables::process_shared_preload_libraries_in_progress.get();
    SETTINGS.define(definition, preloading, &mut |report| error::emit(&report))
}

/// Changes a setting on behalf of a library: `utils/guc.h`'s SetConfigOption. What is wrong with a
/// value of the file or a default is only reported.
pub(crate) fn set_option(
    name: &[u8],
    value: Option<&[u8]>,
    context: Context,
    source: Source,
) -> Result<()> {
    let in_child = variables::IsUnderPostmaster.get();
    let mut report = match SETTINGS.set(&Request { name, value, context, source, in_child }) {
        Ok(_) => return Ok(()),
        Err(registry::SetError::Raised(raised)) => return Err(raised),
        Err(registry::SetError::Refused(report)) => report,
    };
    report.level = match source {
        Source::Default | Source::File if in_child => Level::Debug3,
        Source::Default | Source::File => Level::Log,
        Source::Global | Source::Database | Source::User | Source::DatabaseUser => Level::Warning,
        Source::DynamicDefault
        | Source::EnvVar
        | Source::Argv
        | Source::Client
        | Source::Override
        | Source::Interactive
        | Source::Test
        | Source::Session => return Err(report.into()),
    };
    error::emit(&report);
    Ok(())
}

/// The value of a setting as text, without units; an ERROR for a name that is not known.
pub(crate) fn option(name: &[u8]) -> Result<Vec<u8>> {
    SETTINGS.text(name).ok_or_else(|| registry::unrecognized(name).into())
}

/// A setting as `SHOW` has it; an ERROR for a name that is not known.
pub(crate) fn show(name: &[u8]) -> Result<Shown> {
    SETTINGS.show(name)?.ok_or_else(|| registry::unrecognized(name).into())
}

/// All settings with their values and where those come from, by name.
pub(crate) fn all() -> Result<Vec<Shown>> {
    SETTINGS.all()
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
