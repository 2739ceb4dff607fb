//! `pgbgw demo`: what pgbgw does, shown in a few seconds.
//! Runs in: command.
//!
//! Two processes: the *guard* makes a temporary folder, runs the *show* in it, ends what is left
//! of it and removes the folder, however the show ends. Root's guard runs the show as somebody
//! else.

mod database;
mod files;
mod guard;
mod show;
mod stage;

use std::path::PathBuf;

use clap::Args;

use crate::say::{self, Failure, Outcome};

#[derive(Args)]
pub(crate) struct Options {
    /// Show a worker that works in a database: PostgreSQL's programs must be installed
    #[arg(long)]
    database: bool,
    /// The guard's folder: this process is the show
    #[arg(long, hide = true, value_name = "DIR")]
    stage: Option<PathBuf>,
}

/// Ends with 1 if something did not come out as it should have, and says what.
pub(crate) fn demo(options: &Options) -> Outcome {
    match &options.stage {
        Some(folder) if guard::is_ours(folder) => show::show(folder, options.database),
        Some(_) => Err(Failure::from("--stage is for the demo itself")),
        None => guard::guard(options.database),
    }
}

/// What `pgbgw` alone does.
pub(crate) fn unasked() -> Outcome {
    say::remark("no command given: showing the demo; see \"pgbgw --help\"");
    guard::guard(false)
}
