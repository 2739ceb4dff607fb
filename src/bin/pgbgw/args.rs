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
    /// The data directory [default: the environment variable PGBGW_DATA]
    #[arg(short = 'D', long = "data-directory", value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}

/// How long to wait.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Timeout {
    /// Seconds to wait for it
    #[arg(short = 't', long = "timeout", value_name = "SECS", default_value_t = 60)]
    pub(crate) seconds: u32,
}

/// Settings of the command line.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Settings {
    /// A setting, stronger than pgbgw.conf; can be given more than once
    #[arg(short = 'c', value_name = "NAME=VALUE")]
    pub(crate) settings: Vec<OsString>,
}

/// How to stop.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Shutdown {
    /// How to stop
    #[arg(short = 'm', long = "mode", value_name = "MODE", value_enum, default_value_t = Mode::Fast)]
    pub(crate) mode: Mode,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As fast, once no client is left
    #[value(alias = "s")]
    Smart,
    /// Ask the workers to end (SIGTERM), wait for them
    #[value(alias = "f")]
    Fast,
    /// End the workers at once (SIGQUIT)
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
