//! A PostgreSQL 17 of its own for a test: unix socket only, gone when the test is.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

use super::cc;
use super::host::{UNPRIVILEGED, as_the_user, readable_dir, wait_for};

pub(crate) struct Server {
    root: TempDir,
    postgres: Child,
}

impl Server {
    /// Makes a cluster with the programs in `installed`/bin and starts it with these settings.
    pub(crate) fn start(installed: &Path, settings: &[String]) -> Self {
        let root = readable_dir();
        if geteuid().is_root() {
            chown(root.path(), Some(UNPRIVILEGED), Some(UNPRIVILEGED)).unwrap();
        }
        let data = root.path().join("data");
        let mut initdb = Command::new(installed.join("bin/initdb"));
        initdb.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-N", "-D"]);
        initdb.arg(&data).env("TZ", "UTC").stdin(Stdio::null());
        as_the_user(&mut initdb);
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut command = Command::new(installed.join("bin/postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(root.path());
        for setting in ["listen_addresses=", "fsync=off", "log_timezone=UTC"] {
            command.args(["-c", setting]);
        }
        for setting in settings {
            command.args(["-c", setting]);
        }
        let log = fs::File::create(root.path().join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        as_the_user(&mut command);
        // SAFETY: prctl is async-signal-safe. Whatever ends this program ends the server too.
        unsafe {
            command.pre_exec(|| {
                nix::sys::prctl::set_pdeathsig(Signal::SIGQUIT).map_err(std::io::Error::from)
            });
        }
        let this = Self { postgres: command.spawn().unwrap(), root };
        let ready = "database system is ready to accept connections";
        wait_for("PostgreSQL to be ready", || this.log().contains(ready).then_some(()));
        this
    }

    /// The folder of the socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.root.path().to_owned()
    }

    /// What psql prints for a text of SQL, bare; it is run as the superuser, in one transaction.
    pub(crate) fn sql(&self, database: &str, text: &str) -> String {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h"]);
        psql.arg(self.root.path()).args(["-d", database, "-c", text]).stdin(Stdio::null());
        let output = psql.output().unwrap();
        assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(crate) fn log(&self) -> String {
        let log = fs::read(self.root.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = Pid::from_raw(i32::try_from(self.postgres.id()).unwrap());
        let _gone = kill(pid, Signal::SIGQUIT);
        let _gone = self.postgres.wait();
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
