#![forbid(unsafe_code)]
//! postmaster.pid: who runs in a data directory, and how far it has come.
//! Runs in: command.
//!
//! Line 1 is the process id, 2 the data directory, 3 the start time (seconds since the epoch), 4
//! the state. The postmaster holds an exclusive flock on the file for its lifetime: a file that
//! can be locked was left behind.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use crate::say::{Failure, cause};

/// Between the lock and the first line a postmaster takes microseconds; it is given a second.
const READS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// A postmaster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) pid: i32,
    /// `starting`, `ready` or `stopping`; empty while the file is being written.
    pub(crate) state: String,
}

/// What the data directory says about its postmaster.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    NoFile,
    /// A postmaster that is gone left its file behind.
    Stale,
    Running(Server),
}

pub(crate) fn path(directory: &Path) -> PathBuf {
    directory.join("postmaster.pid")
}

/// Looks for the postmaster of a data directory.
pub(crate) fn find(directory: &Path) -> Result<Found, Failure> {
    let path = path(directory);
    let failed = |what: &str, error: &io::Error| {
        Failure::from(format!("could not {what} PID file \"{}\": {}", path.display(), cause(error)))
    };
    for _ in 0..READS {
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::NoFile),
            Err(error) => return Err(failed("open", &error)),
        };
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| failed("read", &error))?;
        let server = parse(&text);
        // The lock is only tried where the process id leaves a doubt: to a postmaster that starts
        // at this moment, even a short lock looks like another postmaster.
        if server.as_ref().is_some_and(|server| !exists(server.pid)) || !is_locked(file)? {
            return Ok(Found::Stale);
        }
        if let Some(server) = server {
            return Ok(Found::Running(server));
        }
        // Locked but not written yet.
        sleep(PAUSE);
    }
    Err(Failure::from(format!("invalid data in PID file \"{}\"", path.display())))
}

/// What the file says, without a look at the lock.
pub(crate) fn read(directory: &Path) -> Option<Server> {
    parse(&fs::read_to_string(path(directory)).ok()?)
}

fn parse(text: &str) -> Option<Server> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok().filter(|pid| *pid > 0)?;
    let state = lines.nth(2).unwrap_or_default().trim().to_owned();
    Some(Server { pid, state })
}

/// Is there a process of that number?
pub(crate) fn exists(pid: i32) -> bool {
    signal::kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH)
}

fn is_locked(file: File) -> Result<bool, Failure> {
    match Flock::lock(file, FlockArg::LockSharedNonblock) {
        Ok(_lock) => Ok(false),
        Err((_, Errno::EWOULDBLOCK)) => Ok(true),
        Err((_, errno)) => {
            Err(Failure::from(format!("could not lock PID file: {}", cause(&errno.into()))))
        }
    }
}

impl Server {
    /// Sends a signal. `what` names it in the message of a failure: `stop`, `reload`.
    pub(crate) fn signal(&self, signal: Signal, what: &str) -> Result<(), Failure> {
        signal::kill(Pid::from_raw(self.pid), signal).map_err(|errno| {
            let pid = self.pid;
            Failure::from(format!(
                "could not send {what} signal (PID: {pid}): {}",
                cause(&errno.into())
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::write;

    #[test]
    fn the_lock_tells_a_live_file_from_a_stale_one() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(find(dir.path()).unwrap(), Found::NoFile);
        let own = std::process::id();
        write(path(dir.path()), format!("{own}\n/data\n1700000000\nready\n")).unwrap();
        assert_eq!(find(dir.path()).unwrap(), Found::Stale);

        let file = File::options().write(true).open(path(dir.path())).unwrap();
        let lock = Flock::lock(file, FlockArg::LockExclusiveNonblock).unwrap();
        let pid = i32::try_from(own).unwrap();
        let running = Server { pid, state: "ready".into() };
        assert_eq!(find(dir.path()).unwrap(), Found::Running(running));
        drop(lock);
        assert_eq!(find(dir.path()).unwrap(), Found::Stale);
    }

    #[test]
    fn a_file_without_a_process_id() {
        let dir = tempfile::tempdir().unwrap();
        write(path(dir.path()), "").unwrap();
        assert_eq!(find(dir.path()).unwrap(), Found::Stale);
        let file = File::options().write(true).open(path(dir.path())).unwrap();
        let _lock = Flock::lock(file, FlockArg::LockExclusiveNonblock).unwrap();
        assert!(find(dir.path()).is_err());
        assert_eq!(parse("0\n"), None);
        assert_eq!(parse("-1\n"), None);
        assert_eq!(parse("12\n").unwrap().state, "");
    }
}
