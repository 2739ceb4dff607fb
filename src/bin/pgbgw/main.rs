//! The command `pgbgw`: starts, stops and shows the postmaster and its workers.
//! Runs in: command.
//!
//! It reaches the library only through the C API (`capi`), and a running postmaster only through
//! its data directory: the pid file (`pidfile`), signals, and the control socket (`control`).

mod args;
mod call;
mod capi;
mod check;
mod config;
mod control;
mod datadir;
mod demo;
mod init;
mod logrotate;
mod man;
mod options;
mod pidfile;
mod protocol;
mod psql;
mod run;
mod say;
mod server;
mod signals;
mod start;
mod status;
mod table;
mod times;
mod workers;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Runs PostgreSQL background-worker extensions outside the PostgreSQL server.
#[derive(Parser)]
#[command(name = "pgbgw", disable_help_subcommand = true, max_term_width = 100)]
#[command(after_help = "\
First steps:
  pgbgw                          a demo, in a few seconds
  pgbgw check my_extension.so    can it be loaded, and what does it use?
  pgbgw init -D data             then set dynamic_library_path and shared_preload_libraries in
                                 data/pgbgw.conf
  pgbgw start -D data -l log
  pgbgw ps -D data
  pgbgw stop -D data

Without -D, the environment variable PGBGW_DATA names the data directory.

Exit status: 0 done, 1 failed; \"status\" ends with 3 if no server is running and with 4 if the
data directory cannot be accessed.")]
struct Cli {
    #[command(subcommand)]
    operation: Option<Operation>,
}

#[derive(Subcommand)]
enum Operation {
    /// Make a data directory, with a pgbgw.conf that lists all settings
    Init(init::Options),
    /// Run the postmaster in the foreground, with the log on standard error
    Run(run::Options),
    /// Start the postmaster in the background and wait until it is up
    Start(start::Options),
    /// Stop the postmaster and wait until it is gone
    Stop(server::StopOptions),
    /// Stop the postmaster and start it again with the same options
    Restart(server::RestartOptions),
    /// Make the postmaster and its workers read pgbgw.conf again
    Reload(args::DataDir),
    /// Put the log file aside and begin a new one
    Logrotate(args::DataDir),
    /// Say whether the postmaster is running, and how its database server is
    Status(status::Options),
    /// List the workers
    Ps(workers::PsOptions),
    /// End a worker for good, as TerminateBackgroundWorker does
    Terminate(workers::TerminateOptions),
    /// Call a function of a library that SQL could call, in a process of the postmaster's
    Call(call::Options),
    /// Start a worker that failed, waits for its restart, or is gone
    Revive(workers::ReviveOptions),
    /// List the settings, where their values come from, and what waits to change
    Config(config::Options),
    /// Say whether extension libraries can be loaded, and what they use of the server
    Check(check::Options),
    /// Run psql on the database server that workers are connected to
    Psql(psql::Options),
    /// Show what pgbgw does, in a few seconds; also what "pgbgw" alone does
    Demo(demo::Options),
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man(man::Options),
}

/// What there is to type.
fn command() -> clap::Command {
    Cli::command().version(capi::version())
}

fn main() -> ExitCode {
    let cli = command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match cli {
        Ok(cli) => cli,
        // Help and the version are no errors; for the rest pg_ctl's code, not clap's.
        Err(error) => {
            drop(error.print());
            return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    let outcome = match cli.operation {
        Some(Operation::Init(options)) => init::init(&options),
        Some(Operation::Run(options)) => run::run(&options),
        Some(Operation::Start(options)) => start::start(&options),
        Some(Operation::Stop(options)) => server::stop(&options),
        Some(Operation::Restart(options)) => server::restart(&options),
        Some(Operation::Reload(data)) => server::reload(&data),
        Some(Operation::Logrotate(data)) => logrotate::logrotate(&data),
        Some(Operation::Status(options)) => status::status(&options),
        Some(Operation::Ps(options)) => workers::ps(&options),
        Some(Operation::Terminate(options)) => workers::terminate(&options),
        Some(Operation::Revive(options)) => workers::revive(&options),
        Some(Operation::Call(options)) => call::call(&options),
        Some(Operation::Config(options)) => config::config(&options),
        Some(Operation::Check(options)) => check::check(&options),
        Some(Operation::Psql(options)) => psql::psql(&options),
        Some(Operation::Demo(options)) => demo::demo(&options),
        Some(Operation::Man(options)) => man::man(&options, command()),
        None => demo::unasked(),
    };
    outcome.unwrap_or_else(say::Failure::report)
}
