#![forbid(unsafe_code)]
//! Options that several operations have.
//! Runs in: command.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use nix::sys::signal::Signal;

/// Where the postmaster lives.
#[derive(Args, Debug, Clone)]
pub(crate) struct DataDir {
    /// The data directory
    #[arg(short = 'D', long = "data-directory", value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}

/// How long to wait.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Timeout {
    /// Seconds to wait
    #[arg(short = 't', long = "timeout", value_name = "SECS", default_value_t = 60)]
    pub(crate) seconds: u32,
}

/// Settings of the command line.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Settings {
    /// Set a run-time parameter; beats pgbgw.conf
    #[arg(short = 'c', value_name = "NAME=VALUE")]
    pub(crate) settings: Vec<OsString>,
}

/// How to stop.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Shutdown {
    /// Shutdown mode
    #[arg(short = 'm', long = "mode", value_name = "MODE", value_enum, default_value_t = Mode::Fast)]
    pub(crate) mode: Mode,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Wait for the callers of `pgbgw call`, then end the workers
    #[value(alias = "s")]
    Smart,
    /// End the workers in order
    #[value(alias = "f")]
    Fast,
    /// End the workers at once
    #[value(alias = "i")]
    Immediate,
}

impl Mode {
    pub(crate) fn signal(self) -> Signal {
        match self {
            Self::Smart => Signal::SIGTERM,
            Self::Fast => Signal::SIGINT,
            Self::Immediate => Signal::SIGQUIT,
        }
    }
}
