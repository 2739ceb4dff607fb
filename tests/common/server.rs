//! A PostgreSQL 17 of its own for a test: unix socket only, gone when the test is.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::cc;
use super::host::{as_the_user, give, readable_dir, wait_for};

pub(crate) struct Server {
    root: TempDir,
    installed: PathBuf,
    postgres: Option<Child>,
}

impl Server {
    /// Makes a cluster with the programs in `installed`/bin and starts it with these settings.
    pub(crate) fn start(installed: &Path, settings: &[String]) -> Self {
        let mut this = Self::prepare(installed);
        this.run(settings);
        this.wait_until_ready();
        this
    }

    /// Makes a cluster, and does not start it.
    pub(crate) fn prepare(installed: &Path) -> Self {
        let root = readable_dir();
        give(root.path());
        let mut initdb = Command::new(installed.join("bin/initdb"));
        initdb.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-N", "-D"]);
        initdb.arg(root.path().join("data")).env("TZ", "UTC").stdin(Stdio::null());
        as_the_user(&mut initdb);
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self { root, installed: installed.to_owned(), postgres: None }
    }

    /// A copy of a cluster that is stopped.
    pub(crate) fn copy(&self) -> Self {
        assert!(self.postgres.is_none());
        let root = readable_dir();
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(self.data()).arg(root.path());
        assert!(copy.status().unwrap().success());
        give(root.path());
        Self { root, installed: self.installed.clone(), postgres: None }
    }

    /// Starts the cluster with these settings and does not wait.
    pub(crate) fn run(&mut self, settings: &[String]) {
        let mut command = Command::new(self.installed.join("bin/postgres"));
        command.arg("-D").arg(self.data()).arg("-k").arg(self.root.path());
        for setting in ["listen_addresses=", "fsync=off", "log_timezone=UTC"] {
            command.args(["-c", setting]);
        }
        for setting in settings {
            command.args(["-c", setting]);
        }
        let log = self.root.path().join("log");
        let log = fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        as_the_user(&mut command);
        // SAFETY: prctl is async-signal-safe. Whatever ends this program ends the server too.
        unsafe {
            command.pre_exec(|| {
                nix::sys::prctl::set_pdeathsig(Signal::SIGQUIT).map_err(std::io::Error::from)
            });
        }
        self.postgres = Some(command.spawn().unwrap());
    }

    /// Waits until it accepts connections, in its current run.
    pub(crate) fn wait_until_ready(&self) {
        let starts = self.log().matches("starting PostgreSQL").count().max(1);
        self.wait_for_log_count("database system is ready to accept", starts);
    }

    /// Waits until its log has a text so many times.
    pub(crate) fn wait_for_log_count(&self, text: &str, count: usize) {
        wait_for(&format!("{text:?} in\n{}", self.log()), || {
            (self.log().matches(text).count() >= count).then_some(())
        });
    }

    /// Ends it: SIGINT is a fast shutdown, SIGQUIT an immediate one.
    pub(crate) fn stop(&mut self, signal: Signal) {
        let Some(mut postgres) = self.postgres.take() else { return };
        let _gone = kill(pid_of(&postgres), signal);
        // A test may have stopped it.
        let _gone = kill(pid_of(&postgres), Signal::SIGCONT);
        let _gone = postgres.wait();
    }

    /// Its postmaster.
    pub(crate) fn pid(&self) -> Pid {
        pid_of(self.postgres.as_ref().unwrap())
    }

    /// Ends the recovery of a standby.
    pub(crate) fn promote(&self) {
        self.write("promote", "");
        kill(self.pid(), Signal::SIGUSR1).unwrap();
    }

    /// Writes a file into the data directory.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.data().join(name);
        fs::write(&path, text).unwrap();
        give(&path);
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// The folder of the socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.root.path().to_owned()
    }

    /// What psql prints for a text of SQL, bare; it is run as the superuser, in one transaction.
    pub(crate) fn sql(&self, database: &str, text: &str) -> String {
        let output = self.psql(database, text);
        assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// The same with what it prints where.
    pub(crate) fn psql(&self, database: &str, text: &str) -> Output {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h"]);
        psql.arg(self.root.path()).args(["-d", database, "-c", text]).stdin(Stdio::null());
        psql.output().unwrap()
    }

    pub(crate) fn log(&self) -> String {
        let log = fs::read(self.root.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).unwrap())
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop(Signal::SIGQUIT);
        if std::thread::panicking() {
            eprintln!("--- log of PostgreSQL:\n{}---", self.log());
        }
    }
}

/// A module of c_tests where PostgreSQL can load it: its path.
pub(crate) fn module_for_server(name: &str, include: &Path, dir: &Path) -> PathBuf {
    let out = dir.join(format!("{name}.so"));
    let source = cc::root().join(format!("c_tests/modules/{name}.c"));
    cc::compile_module(&source, &out, include).unwrap_or_else(|error| panic!("{error}"));
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
    out
}
