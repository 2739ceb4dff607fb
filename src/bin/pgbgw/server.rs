#![forbid(unsafe_code)]
//! `pgbgw stop`, `restart`, `reload`: the postmaster as a whole.
//! Runs in: command.

use std::path::Path;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use nix::sys::signal::Signal;

use crate::args::{DataDir, Mode, Shutdown, Timeout};
use crate::options;
use crate::pidfile::{self, Found, Server};
use crate::run::refuse_root;
use crate::say::{self, Failure, Outcome};
use crate::start::{self, DOT, How, LOOK};

#[derive(Args)]
pub(crate) struct StopOptions {
    #[command(flatten)]
    data: DataDir,
    #[command(flatten)]
    shutdown: Shutdown,
    #[command(flatten)]
    timeout: Timeout,
}

#[derive(Args)]
#[command(after_help = "\
The log file and the settings (-c) of the last start are used again; those given now are added.")]
pub(crate) struct RestartOptions {
    #[command(flatten)]
    data: DataDir,
    #[command(flatten)]
    shutdown: Shutdown,
    #[command(flatten)]
    timeout: Timeout,
    #[command(flatten)]
    how: How,
}

pub(crate) fn stop(options: &StopOptions) -> Outcome {
    let directory = options.data.existing()?;
    let server = running(&directory)?;
    shut_down(&directory, &server, options.shutdown.mode, options.timeout)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restart(options: &RestartOptions) -> Outcome {
    refuse_root()?;
    let directory = options.data.existing()?;
    let mut how = match pidfile::find(&directory)? {
        Found::Running(server) => {
            // Read before the server, and with it the file's process id, is gone.
            let how = options::read(&directory, Some(server.pid));
            shut_down(&directory, &server, options.shutdown.mode, options.timeout)?;
            how
        }
        Found::NoFile | Found::Stale => {
            say::remark("no server running\ntrying to start server anyway");
            options::read(&directory, None)
        }
    };
    if let Some(log) = &options.how.log {
        how.log = Some(log.clone());
    }
    how.settings.settings.extend(options.how.settings.settings.iter().cloned());
    start::launch(&directory, options.timeout, &how)
}

pub(crate) fn reload(data: &DataDir) -> Outcome {
    running(&data.existing()?)?.signal(Signal::SIGHUP, "reload")?;
    say::line("server signaled");
    Ok(ExitCode::SUCCESS)
}

fn running(directory: &Path) -> Result<Server, Failure> {
    let path = pidfile::path(directory);
    let shown = path.display();
    match pidfile::find(directory)? {
        Found::Running(server) => Ok(server),
        Found::NoFile => {
            Err(Failure::from(format!("PID file \"{shown}\" does not exist"))
                .and("Is server running?"))
        }
        Found::Stale => Err(Failure::from(format!("PID file \"{shown}\" is left over"))
            .and("No server is running.")),
    }
}

/// Sends the signal of a mode and waits until the lock of the pid file is free.
fn shut_down(
    directory: &Path,
    server: &Server,
    mode: Mode,
    timeout: Timeout,
) -> Result<(), Failure> {
    server.signal(mode.signal(), "stop")?;
    say::part("waiting for server to shut down...");
    let begun = Instant::now();
    let mut dots = 0;
    loop {
        match pidfile::find(directory)? {
            Found::Running(other) if other.pid == server.pid => {}
            Found::Running(_) | Found::NoFile | Found::Stale => {
                say::line(" done\nserver stopped");
                return Ok(());
            }
        }
        if begun.elapsed() >= Duration::from_secs(timeout.seconds.into()) {
            say::line(" failed");
            let failure = Failure::from("server does not shut down");
            return Err(match mode {
                Mode::Immediate => failure,
                Mode::Smart | Mode::Fast => failure
                    .and("HINT: The \"-m immediate\" option ends the workers at once rather than")
                    .and("waiting for them to end in order."),
            });
        }
        if begun.elapsed() >= DOT * (dots + 1) {
            dots += 1;
            say::part(".");
        }
        sleep(LOOK);
    }
}
