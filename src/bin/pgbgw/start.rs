//! `pgbgw start`: the postmaster in the background.
//! Runs in: command.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::unistd::setsid;

use crate::args::{DataDir, Settings, Timeout};
use crate::options;
use crate::pidfile::{self, Found};
use crate::run::refuse_root;
use crate::say::{self, Failure, Outcome, cause};

/// How often to look, and how often to show that we still look.
pub(crate) const LOOK: Duration = Duration::from_millis(50);
pub(crate) const DOT: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
#[command(after_help = "\
Without -l, the log goes to \"pgbgw.log_file\" if that is set, else where this command writes.
A log file can be moved away at any time, by \"pgbgw logrotate\" or anybody: a new one is begun.

For a first try of my_extension.so in the current folder, without a change of pgbgw.conf:
  pgbgw start -D data -l log -c \"dynamic_library_path=$PWD\" -c shared_preload_libraries=my_extension")]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) data: DataDir,
    #[command(flatten)]
    pub(crate) timeout: Timeout,
    #[command(flatten)]
    pub(crate) how: How,
}

/// What a restart repeats.
#[derive(clap::Args, Debug, Default, Clone)]
pub(crate) struct How {
    /// Append the log to this file
    #[arg(short = 'l', long = "log", value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

pub(crate) fn start(options: &Options) -> Outcome {
    refuse_root()?;
    let directory = options.data.existing()?;
    if let Found::Running(server) = pidfile::find(&directory)? {
        let text = format!("another server is running in \"{}\"", directory.display());
        return Err(Failure::from(format!("{text} (PID: {})", server.pid)));
    }
    launch(&directory, options.timeout, &options.how)
}

/// Starts the postmaster and waits until it is ready.
pub(crate) fn launch(directory: &Path, timeout: Timeout, how: &How) -> Outcome {
    let log = how.log.as_deref().map(open_log).transpose()?;
    let mut child = spawn(directory, how, log)
        .map_err(|error| Failure::from(format!("could not start server: {}", cause(&error))))?;
    say::part("waiting for server to start...");
    let begun = Instant::now();
    let mut dots = 0;
    loop {
        if is_ready(directory, &child) {
            say::line(" done\nserver started");
            if let Err(error) = options::write(directory, child.id(), how) {
                say::remark(&format!("could not write postmaster.opts: {}", cause(&error)));
            }
            return Ok(ExitCode::SUCCESS);
        }
        if let Ok(Some(status)) = child.try_wait() {
            say::line(" stopped waiting");
            return Err(died(status, how));
        }
        if begun.elapsed() >= Duration::from_secs(timeout.seconds.into()) {
            say::line(" stopped waiting");
            return Err(Failure::from("server did not start in time"));
        }
        if begun.elapsed() >= DOT * (dots + 1) {
            dots += 1;
            say::part(".");
        }
        sleep(LOOK);
    }
}

fn open_log(path: &Path) -> Result<File, Failure> {
    let log = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    log.map_err(|error| {
        let shown = path.display();
        Failure::from(format!("could not open log file \"{shown}\": {}", cause(&error)))
    })
}

fn spawn(directory: &Path, how: &How, log: Option<File>) -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("run").arg("-D").arg(directory).stdin(Stdio::null());
    if let Some(log) = &how.log {
        // So that it is opened anew when it was moved away.
        let mut setting = OsString::from("pgbgw.log_file=");
        setting.push(std::path::absolute(log)?);
        command.arg("-c").arg(setting);
    }
    for setting in &how.settings.settings {
        command.arg("-c").arg(setting);
    }
    if let Some(log) = log {
        command.stdout(log.try_clone()?).stderr(log);
    }
    // SAFETY: setsid is async-signal-safe and the closure captures nothing.
    unsafe { command.pre_exec(|| setsid().map(drop).map_err(io::Error::from)) };
    command.spawn()
}

fn is_ready(directory: &Path, child: &Child) -> bool {
    // The lock is not tried: this is the very moment in which the postmaster takes it.
    pidfile::read(directory).is_some_and(|server| {
        u32::try_from(server.pid) == Ok(child.id()) && server.state == "ready"
    })
}

fn died(status: ExitStatus, how: &How) -> Failure {
    let examine = match &how.log {
        Some(log) => format!("Examine the log output in \"{}\".", log.display()),
        None => "Examine the log output.".into(),
    };
    Failure::from(format!("could not start server: it ended with {status}")).and(examine)
}
