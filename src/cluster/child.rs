#![forbid(unsafe_code)]
//! The cluster's process: it makes the cluster if there is none, and then becomes the server.
//! Runs in: cluster's child.
//!
//! SIGINT ends it, also when the postmaster dies: for PostgreSQL that is a fast shutdown, after which
//! the next start has nothing to repair.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::error::{self, Level, Report};
use crate::guc::settings;
use crate::sys::process;
use crate::sys::reason::of_io;
use crate::worker;

use super::{Plan, SUPERUSER, socket};

/// The file of our settings in the cluster.
const CONFIG: &str = "pgbgw.conf";
/// Connections beside those of workers and callers: the monitor's, and somebody's who looks.
const MORE_CONNECTIONS: i32 = 20;
/// How long a server that a killed postmaster has left gets for its shutdown, and how often to look.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// Runs the server in a freshly forked child, with every signal blocked.
pub(crate) fn main(postmaster: i32, plan: &Plan) -> ! {
    worker::become_program(postmaster, b"database server", Signal::SIGINT);
    let report = match prepare(plan) {
        Ok(()) => {
            let mut command = Command::new(plan.programs.join("postgres"));
            command.arg("-D").arg(&plan.folder).stdin(Stdio::null());
            match log_to(&mut command, plan) {
                Ok(()) => failed("start the database server", &command.exec()),
                Err(report) => report,
            }
        }
        Err(report) => report,
    };
    error::emit(&report);
    worker::leave_program()
}

fn failed(what: &str, error: &io::Error) -> Report {
    Report::new(Level::Fatal, format!("could not {what}: {}", of_io(error)))
}

fn log_to(command: &mut Command, plan: &Plan) -> Result<(), Report> {
    let open = || -> io::Result<(File, File)> {
        let log = OpenOptions::new().append(true).create(true).mode(0o600).open(&plan.log)?;
        Ok((log.try_clone()?, log))
    };
    let what = format!("open log file \"{}\"", plan.log.display());
    let (stdout, stderr) = open().map_err(|error| failed(&what, &error))?;
    command.stdout(stdout).stderr(stderr);
    Ok(())
}

fn prepare(plan: &Plan) -> Result<(), Report> {
    if plan.folder.join("PG_VERSION").exists() {
        await_end_of_old(&plan.folder);
    } else {
        make(plan)?;
    }
    let path = plan.folder.join(CONFIG);
    let what = format!("write file \"{}\"", path.display());
    fs::write(path, config(plan)).map_err(|error| failed(&what, &error))
}

/// Makes the cluster under another name, so that one that is there is whole.
fn make(plan: &Plan) -> Result<(), Report> {
    let folder = &plan.folder;
    let new = folder.with_extension("new");
    let shown = folder.display();
    let message = format!("making a database cluster in \"{shown}\"");
    error::emit(&Report::new(Level::Log, message));
    let what = format!("make a database cluster in \"{shown}\"");
    let failed = |error: io::Error| failed(&what, &error);
    match fs::remove_dir_all(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        Ok(()) | Err(_) => {}
    }
    let mut initdb = Command::new(plan.programs.join("initdb"));
    initdb.args(["--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8"]);
    initdb.args(["--auth-local=trust", "--auth-host=reject", "--username", SUPERUSER, "-D"]);
    initdb.arg(&new).stdin(Stdio::null());
    log_to(&mut initdb, plan)?;
    process::tie(&mut initdb);
    let status = initdb.status().map_err(failed)?;
    if !status.success() {
        let report =
            Report::new(Level::Fatal, format!("could not {what}: initdb ended with {status}"));
        return Err(report.with_hint(format!("Examine \"{}\".", plan.log.display())));
    }
    let finish = || -> io::Result<()> {
        let mut own = OpenOptions::new().append(true).open(new.join("postgresql.conf"))?;
        let line = format!(
            "\n# The settings that pgbgw needs; those below this line are yours.\ninclude = '{CONFIG}'\n"
        );
        own.write_all(line.as_bytes())?;
        fs::write(new.join(CONFIG), config(plan))?;
        own.sync_all()?;
        fs::rename(&new, folder)
    };
    finish().map_err(failed)
}

fn config(plan: &Plan) -> String {
    let clients = settings::max_worker_processes().saturating_add(settings::max_connections());
    let connections = clients.saturating_add(MORE_CONNECTIONS).clamp(100, 10_000);
    format!(
        "# Written by pgbgw at each start. Settings of your own belong into postgresql.conf.\n\
         listen_addresses = ''\n\
         port = {}\n\
         unix_socket_directories = '{}'\n\
         unix_socket_permissions = 0700\n\
         max_connections = {connections}\n",
        socket::PORT,
        plan.socket.display(),
    )
}

/// A postmaster that was killed has taken its server along; that may take a moment.
fn await_end_of_old(folder: &Path) {
    let Some(pid) = old_server(folder) else { return };
    let message = format!("waiting for the database server of before (PID {pid}) to shut down");
    error::emit(&Report::new(Level::Log, message));
    process::signal(pid, libc::SIGINT);
    let mut until = Instant::now() + PATIENCE;
    let mut urgent = false;
    while old_server(folder) == Some(pid) {
        if Instant::now() >= until {
            if urgent {
                // It is up to the server that is started now to say what is wrong.
                return;
            }
            urgent = true;
            process::signal(pid, libc::SIGQUIT);
            until = Instant::now() + PATIENCE;
        }
        std::thread::sleep(LOOK);
    }
}

/// The server that works in the cluster, by its own pid file: a process of that number counts only
/// if it works there.
fn old_server(folder: &Path) -> Option<i32> {
    let text = fs::read_to_string(folder.join("postmaster.pid")).ok()?;
    let pid: i32 = text.lines().next()?.trim().parse().ok()?;
    let works_in = fs::read_link(PathBuf::from(format!("/proc/{pid}/cwd"))).ok()?;
    let here = fs::canonicalize(folder).ok()?;
    (pid > 1 && works_in == here).then_some(pid)
}
