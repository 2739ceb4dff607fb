#![forbid(unsafe_code)]
//! The guard: makes the demo's folder, runs the show in it, and leaves nothing behind.
//! Runs in: command.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid, waitpid};
use nix::unistd::{Pid, User, geteuid, mkdtemp};

use crate::capi;
use crate::say::{self, Failure, Outcome, cause};
use crate::signals::{ENDS, Signals, tie};

/// How long processes that are left get: to end by themselves, after SIGQUIT, after SIGKILL.
const PATIENCE: [(Option<Signal>, Duration); 3] = [
    (None, Duration::from_secs(1)),
    (Some(Signal::SIGQUIT), Duration::from_secs(6)),
    (Some(Signal::SIGKILL), Duration::from_secs(6)),
];

/// Who runs the show when root asks for it.
const UNPRIVILEGED: &str = "nobody";
const UNPRIVILEGED_ID: u32 = 65534;

/// How the demo's folder is called.
const PREFIX: &str = "pgbgw-demo-";

/// Whether a folder was made by a guard.
pub(super) fn is_ours(folder: &Path) -> bool {
    folder.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with(PREFIX))
}

/// The demo's folder, gone with this value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _may_be_gone = fs::remove_dir_all(&self.0);
    }
}

/// Runs the show, the one with a database or the plain one.
pub(super) fn guard(database: bool) -> Outcome {
    let begun = Instant::now();
    let failed = |what: &'static str| {
        move |error: io::Error| Failure::from(format!("could not {what}: {}", cause(&error)))
    };
    let signals = Signals::take_over(ENDS.into_iter().chain([Signal::SIGCHLD]))
        .map_err(|errno| failed("take signals over")(errno.into()))?;
    // What loses its parent becomes this process's child: nothing gets away.
    prctl::set_child_subreaper(true)
        .map_err(|errno| failed("become the parent of orphans")(errno.into()))?;
    let template = env::temp_dir().join(format!("{PREFIX}{}", "X".repeat(6)));
    let folder = mkdtemp(&template).map(Folder).map_err(|errno| {
        let shown = template.display();
        Failure::from(format!("could not create directory \"{shown}\": {}", cause(&errno.into())))
    })?;
    introduce(&folder.0);

    let mut command = the_show(&folder.0, database).map_err(failed("prepare the demo"))?;
    let child = tie(&mut command).spawn().map_err(|error| no_show(&folder.0, &error))?;
    let status = attend(child, &signals).map_err(failed("wait for the demo"))?;

    let left = end_what_is_left(&signals).map_err(failed("look for processes"))?;
    let path = folder.0.clone();
    drop(folder);
    if path.exists() {
        let shown = path.display();
        return Err(Failure::from(format!("could not remove directory \"{shown}\"")));
    }
    if !status.success() {
        return Ok(failure(status));
    }
    if left > 0 {
        let text = format!("the demo left {left} processes behind, which are ended now");
        return Err(Failure::from(text));
    }
    let seconds = begun.elapsed().as_secs_f64();
    say::line(&format!(
        "\nAll of this was checked, in {seconds:.1} s. No process is left, and the folder is removed.\n\
         To run an extension of your own: \"pgbgw check FILE.so\", \"pgbgw init\", \"pgbgw start\";\n\
         \"pgbgw --help\" lists what there is."
    ));
    Ok(ExitCode::SUCCESS)
}

fn introduce(folder: &Path) {
    say::line(&format!(
        "pgbgw {}\n\
         runs the background workers of PostgreSQL extensions without a PostgreSQL server.\n\
         This demo shows it in a few seconds. It works in {} and removes\n\
         that folder at the end.",
        capi::version(),
        folder.display()
    ));
    if geteuid().is_root() {
        let name = User::from_name(UNPRIVILEGED).ok().flatten().map(|user| user.name);
        let name = name.unwrap_or_else(|| format!("user {UNPRIVILEGED_ID}"));
        say::line(&format!(
            "You are root, and workers must not be: it runs as \"{name}\", with a copy of pgbgw."
        ));
    }
}

/// The command that runs the show; for root, prepared so that somebody else can run it.
fn the_show(folder: &Path, database: bool) -> io::Result<Command> {
    let own = env::current_exe()?;
    let mut command = if geteuid().is_root() {
        let user = User::from_name(UNPRIVILEGED)?;
        let (uid, gid) = user.map_or((UNPRIVILEGED_ID, UNPRIVILEGED_ID), |user| {
            (user.uid.as_raw(), user.gid.as_raw())
        });
        let bin = folder.join("bin");
        fs::create_dir(&bin)?;
        fs::copy(&own, bin.join("pgbgw"))?;
        fs::copy(library()?, bin.join(LIBRARY))?;
        for path in [&bin, folder] {
            chown(path, Some(uid), Some(gid))?;
        }
        let mut command = Command::new(bin.join("pgbgw"));
        command.uid(uid).gid(gid).env("HOME", folder).env("LD_LIBRARY_PATH", &bin);
        command
    } else {
        Command::new(own)
    };
    command.arg("demo").arg("--stage").arg(folder);
    if database {
        command.arg("--database");
    }
    // The compiler's temporary files go with the rest.
    command.current_dir(folder).env("TMPDIR", folder);
    Ok(command)
}

/// The name under which the command looks for the library.
const LIBRARY: &str = match option_env!("PGBGW_SONAME") {
    Some(name) => name,
    None => "libpgbgw.so",
};

/// The file of the library that this process runs with.
fn library() -> io::Result<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let found = maps.lines().find_map(|line| {
        let path = line.get(line.find('/')?..)?;
        let name = path.rsplit('/').next()?;
        name.starts_with("libpgbgw.so").then(|| PathBuf::from(path))
    });
    found.ok_or_else(|| io::Error::other("libpgbgw.so is not a file of its own"))
}

fn no_show(folder: &Path, error: &io::Error) -> Failure {
    let shown = folder.display();
    let failure = Failure::from(format!("could not run the demo in {shown}: {}", cause(error)));
    if geteuid().is_root() {
        return failure.and(format!(
            "It has to run as \"{UNPRIVILEGED}\": can everybody enter that folder? TMPDIR chooses \
             another."
        ));
    }
    failure
}

/// Waits for the end of the show, passes requests to end on, and reaps the others.
fn attend(mut child: Child, signals: &Signals) -> io::Result<ExitStatus> {
    loop {
        match signals.wait(None)? {
            Some(Signal::SIGCHLD) => {
                let own = pid(&child);
                while let Some(ended) = next_ended()? {
                    if Some(ended) == own {
                        return child.wait();
                    }
                    let _reaped = waitpid(ended, None);
                }
            }
            Some(signal) => {
                if let Some(pid) = pid(&child) {
                    let _may_be_gone = kill(pid, signal);
                }
            }
            None => {}
        }
    }
}

fn pid(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().map(Pid::from_raw)
}

/// A child that has ended and is not reaped yet.
fn next_ended() -> io::Result<Option<Pid>> {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    match waitid(Id::All, flags) {
        Ok(status) => Ok(status.pid()),
        Err(Errno::ECHILD) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

/// Ends the processes that the show left. How many did not end by themselves.
fn end_what_is_left(signals: &Signals) -> io::Result<usize> {
    let mut left = 0;
    for (signal, patience) in PATIENCE {
        let until = Instant::now() + patience;
        let mut told = Vec::new();
        loop {
            while let Some(ended) = next_ended()? {
                let _reaped = waitpid(ended, None);
            }
            let children = children()?;
            if children.is_empty() {
                return Ok(left);
            }
            // Those that ended made their own children ours: these are told as well.
            for child in children {
                if let Some(signal) = signal.filter(|_| !told.contains(&child)) {
                    let _may_be_gone = kill(child, signal);
                    told.push(child);
                }
            }
            if Instant::now() >= until {
                break;
            }
            signals.wait(Some(Duration::from_millis(20)))?;
        }
        left = left.max(children()?.len());
    }
    Ok(left)
}

/// The children of this process.
fn children() -> io::Result<Vec<Pid>> {
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let entry = entry?;
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // "pid (name) state ppid ...", where the name may hold anything.
        let stat = fs::read(entry.path().join("stat")).unwrap_or_default();
        let stat = String::from_utf8_lossy(&stat);
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        if after.split_whitespace().nth(1) == Some(&own) {
            found.push(Pid::from_raw(pid));
        }
    }
    Ok(found)
}

/// The show has said why it failed, unless something ended it.
fn failure(status: ExitStatus) -> ExitCode {
    if let Some(signal) = status.signal() {
        say::remark(&format!("the demo was terminated by signal {signal}"));
    }
    say::remark("the demo ended early; its processes and its folder are gone");
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
