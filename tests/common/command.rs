//! The command as a user has it: a folder of his own, a data directory that `init` makes, and a
//! postmaster in the background, gone with the test.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::fs;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::host::{self, give, wait_for};

/// What a run of the command left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    /// The output of a run that must have succeeded.
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// What a run said that must have failed with this code.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        self.stderr
    }
}

/// Runs a command to its end. Its output goes to files, not pipes: a postmaster in the background
/// keeps them open.
pub(crate) fn run(command: &mut Command) -> Done {
    let mut stdout = tempfile::tempfile().unwrap();
    let mut stderr = tempfile::tempfile().unwrap();
    command.stdin(Stdio::null());
    command.stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
    let status = wait(&mut command.spawn().unwrap());
    Done { code: status.code(), stdout: text(&mut stdout), stderr: text(&mut stderr) }
}

/// Waits for the end of a child.
pub(crate) fn wait(child: &mut Child) -> ExitStatus {
    wait_for("the end of a command", || child.try_wait().unwrap())
}

fn text(file: &mut fs::File) -> String {
    file.rewind().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The command with arguments, as the user who runs postmasters.
pub(crate) fn bare(arguments: &[&str]) -> Done {
    run(host::pgbgw(arguments).env_remove("PGBGW_DATA").current_dir("/"))
}

/// A user's folder.
pub(crate) struct Site(TempDir);

impl Site {
    /// Without a data directory yet.
    pub(crate) fn empty() -> Self {
        let site = Self(host::readable_dir());
        fs::create_dir(site.home()).unwrap();
        give(&site.home());
        site
    }

    /// With a data directory; `conf` is added to its configuration.
    pub(crate) fn new(conf: &str) -> Self {
        let site = Self::empty();
        site.pgbgw(&["init"]).succeeded();
        site.set_conf(&format!("{}\n{conf}\n", site.conf()));
        site
    }

    /// Belongs to the user who runs postmasters.
    pub(crate) fn home(&self) -> PathBuf {
        self.0.path().join("home")
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    pub(crate) fn conf(&self) -> String {
        fs::read_to_string(self.data().join("pgbgw.conf")).unwrap()
    }

    /// Writes pgbgw.conf anew; its owner stays.
    pub(crate) fn set_conf(&self, text: &str) {
        fs::write(self.data().join("pgbgw.conf"), text).unwrap();
    }

    /// An operation on the data directory: the first argument, `-D`, and the rest.
    pub(crate) fn pgbgw(&self, arguments: &[&str]) -> Done {
        let (operation, rest) = arguments.split_first().unwrap();
        let data = self.data();
        let all = [operation, "-D", data.to_str().unwrap()];
        run(host::pgbgw(all.iter().chain(rest)).current_dir(self.home()))
    }

    /// Starts the postmaster in the background.
    pub(crate) fn start(&self, arguments: &[&str]) {
        let log = self.log_path();
        let all = [&["start", "-l", log.to_str().unwrap()], arguments].concat();
        let done = self.pgbgw(&all);
        assert_eq!(done.code, Some(0), "{done:?}\n{}", self.log());
    }

    /// Stops it: `smart`, `fast` or `immediate`.
    pub(crate) fn stop(&self, mode: &str) {
        let done = self.pgbgw(&["stop", "-m", mode]);
        assert_eq!(done.code, Some(0), "{done:?}\n{}", self.log());
    }

    /// The process id in the pid file.
    pub(crate) fn pid(&self) -> Option<i32> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().next()?.parse().ok()
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.home().join("log")
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    /// Waits until the log has `text`; the log then.
    pub(crate) fn wait_for_log(&self, text: &str) -> String {
        wait_for(text, || Some(self.log()).filter(|log| log.contains(text)))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- log of the postmaster:\n{}---", self.log());
        }
        let Some(pid) = self.pid().map(Pid::from_raw) else { return };
        let until = Instant::now() + Duration::from_secs(10);
        for signal in [Signal::SIGQUIT, Signal::SIGKILL] {
            if works_in(pid, &self.data()) {
                let _gone = kill(pid, signal);
            }
            while works_in(pid, &self.data()) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

/// Whether a process lives and works in a folder: a pid file that was left behind may name
/// anybody, but only this test's postmaster works in this test's data directory.
fn works_in(pid: Pid, folder: &Path) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|dir| dir == folder)
}
