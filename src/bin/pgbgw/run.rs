#![forbid(unsafe_code)]
//! `pgbgw run`: the postmaster in the foreground.
//! Runs in: command.

use std::process::ExitCode;

use nix::unistd::geteuid;

use crate::args::{DataDir, Settings};
use crate::capi;
use crate::say::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    data: DataDir,
    #[command(flatten)]
    settings: Settings,
}

pub(crate) fn run(options: &Options) -> Outcome {
    refuse_root()?;
    let directory = options.data.path()?;
    let code = capi::postmaster_main(&directory, &options.settings.settings)
        .ok_or_else(|| Failure::from("an argument has a zero byte in it"))?;
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Extensions are foreign code: they do not get to run as root.
pub(crate) fn refuse_root() -> Result<(), Failure> {
    if !geteuid().is_root() {
        return Ok(());
    }
    Err(Failure::bare("\"root\" execution of the pgbgw server is not permitted.")
        .and("The server must be started under an unprivileged user ID to prevent")
        .and("possible system security compromise.  See the documentation for")
        .and("more information on how to properly start the server."))
}
